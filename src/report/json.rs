//! `findings.json` and `run.json`: sorted, pretty printed, the same bytes for the same input.

use crate::model::run::Inspection;
use crate::report::error::ReportError;
use crate::report::view::{findings_view, run_view};
use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};
use std::io::{Result, Write};

/// The bytes of `findings.json`.
pub fn findings_json(inspection: &Inspection) -> std::result::Result<Vec<u8>, ReportError> {
    written(&findings_view(inspection))
}

/// Writes the same without holding it.
pub fn write_findings(inspection: &Inspection, output: &mut dyn Write) -> serde_json::Result<()> {
    write_into(&findings_view(inspection), output)
}

/// The bytes of `run.json`.
pub fn run_json(inspection: &Inspection) -> std::result::Result<Vec<u8>, ReportError> {
    written(&run_view(inspection))
}

fn written<T: Serialize>(value: &T) -> std::result::Result<Vec<u8>, ReportError> {
    let mut bytes = Vec::new();
    write_into(value, &mut bytes)?;
    Ok(bytes)
}

fn write_into<T: Serialize>(value: &T, mut output: &mut dyn Write) -> serde_json::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut output, InertFormatter(PrettyFormatter::new())))?;
    // As the serialiser tells of a failed write.
    output.write_all(b"\n").map_err(serde_json::Error::io)
}

/// Pretty printing that writes `<`, `>` and `&` as escapes: the same values, but a reader who pastes the
/// file into a page pastes no markup.
struct InertFormatter<'a>(PrettyFormatter<'a>);

impl Formatter for InertFormatter<'_> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> Result<()> {
        let mut copied = 0;
        for (position, byte) in fragment.bytes().enumerate() {
            let escape: &[u8] = match byte {
                b'<' => b"\\u003c",
                b'>' => b"\\u003e",
                b'&' => b"\\u0026",
                _ => continue,
            };
            writer.write_all(&fragment.as_bytes()[copied..position])?;
            writer.write_all(escape)?;
            copied = position + 1;
        }
        writer.write_all(&fragment.as_bytes()[copied..])
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn markup_is_escaped_and_reads_back() {
        let bytes = written(&["a<script>&\"b\"", "张三"]).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains('<') && text.contains("张三"), "{text}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&text).unwrap(), ["a<script>&\"b\"", "张三"]);
    }
}
