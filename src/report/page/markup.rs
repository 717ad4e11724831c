//! Pieces of HTML that are already escaped, and the two-language element.

use crate::model::finding::Verdict;
use crate::model::text::Bilingual;
use crate::report::clean::{shown, shown_both};
use crate::report::wording;
use askama::filters::{Escaper, Html, HtmlSafe};
use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// HTML whose texts are escaped already. Templates write it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup(String);

impl Markup {
    /// Text that the program itself brings: its style, its script.
    pub fn trusted(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

fn escape_into(output: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = Html.write_escaped_str(output, text);
}

/// A text from the data or the program, cleaned and escaped.
pub fn plain(text: &str) -> Markup {
    let mut output = String::with_capacity(text.len());
    escape_into(&mut output, &shown(text));
    Markup(output)
}

/// A text in both languages; the style shows the one that the reader chose.
pub fn both(text: &Bilingual) -> Markup {
    let text = shown_both(text);
    if text.zh == text.en {
        return plain(&text.zh);
    }
    let mut output = String::with_capacity(text.zh.len() + text.en.len() + 60);
    output.push_str("<span class=zh>");
    escape_into(&mut output, &text.zh);
    output.push_str("</span><span class=en>");
    escape_into(&mut output, &text.en);
    output.push_str("</span>");
    Markup(output)
}

/// A fixed text of the program.
pub fn word(key: &str) -> Markup {
    both(&wording::text(key))
}

/// A fixed text with values filled in.
pub fn filled(key: &str, values: &[(&str, &str)]) -> Markup {
    both(&wording::fill(key, values))
}

/// So many more.
pub fn more(count: usize) -> Markup {
    filled("word.more", &[("n", &count.to_string())])
}

/// Symbol of a verdict where only text can stand.
pub const fn verdict_symbol(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "●",
        Verdict::Indication => "▲",
        Verdict::Human => "◆",
        Verdict::Undetermined => "?",
        Verdict::NotMet => "○",
    }
}

/// A verdict as a chip: the word, and a shape that the style draws, because fonts differ in symbols.
pub fn chip(verdict: Verdict) -> Markup {
    let name = verdict.as_str();
    let words = word(&format!("verdict.{name}"));
    Markup(format!("<span class=\"chip {}\">{words}</span>", name.to_ascii_lowercase()))
}

/// An element with escaped text in it, for marks inside tables.
pub fn marked(class: &'static str, inner: &Markup) -> Markup {
    Markup(format!("<span class=\"{class}\">{inner}</span>"))
}

/// A passage of a text by its number, marked so that it is read without colour too.
pub fn passage(number: u32, inner: &Markup) -> Markup {
    Markup(format!("<mark><b>[{number}]</b>{inner}</mark>"))
}

/// The same as a line of its own, for pieces that stand below each other in a cell.
pub fn line(class: &'static str, inner: &Markup) -> Markup {
    Markup(format!("<span class=\"line-of {class}\">{inner}</span>"))
}

/// A text that opens on demand.
pub fn folded(summary: &Markup, inner: &Markup) -> Markup {
    Markup(format!("<details><summary>{summary}</summary><span class=\"note\">{inner}</span></details>"))
}

/// Pieces one after another.
pub fn joined(pieces: &[Markup], separator: &str) -> Markup {
    let mut output = String::new();
    for (index, piece) in pieces.iter().enumerate() {
        if index > 0 {
            escape_into(&mut output, separator);
        }
        output.push_str(&piece.0);
    }
    Markup(output)
}

/// Outlines of glyphs that all drawings of a page share, by name.
pub type Outlines = BTreeMap<String, String>;

/// A drawing made by this program. Its outlines of glyphs go to `shared`, so that a page holds each of
/// them once, however many charts write with it.
pub fn drawing(svg: &str, shared: &mut Outlines) -> Markup {
    let svg = &svg[svg.find("<svg").unwrap_or(0)..];
    let prefix = svg.split_once("<title id=\"").and_then(|(_, rest)| rest.split_once("t\">")).map(|(prefix, _)| prefix);
    let parts = svg.split_once("<defs>\n").and_then(|(head, rest)| Some((head, rest.split_once("</defs>\n")?)));
    let (Some(prefix), Some((head, (outlines, body)))) = (prefix, parts) else { return Markup(svg.to_owned()) };
    let (start, end) = (format!("<path id=\"{prefix}"), "\"/>");
    for line in outlines.lines() {
        if let Some((glyph, outline)) = line
            .strip_prefix(&start)
            .and_then(|rest| rest.strip_suffix(end))
            .and_then(|rest| rest.split_once("\" d=\""))
        {
            shared.entry(format!("g{glyph}")).or_insert_with(|| outline.to_owned());
        }
    }
    // Texts of the data hold no quotation mark that is not escaped, so only references are touched.
    Markup(format!("{head}{}", body.replace(&format!("href=\"#{prefix}"), "href=\"#g")))
}

/// The shared outlines, in a drawing without size.
pub fn outlines(shared: &Outlines) -> Markup {
    let mut output = String::from("<svg class=\"outlines\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>");
    for (name, outline) in shared {
        // Writing to a string cannot fail.
        let _ = write!(output, "<path id=\"{name}\" d=\"{outline}\"/>");
    }
    output.push_str("</defs></svg>");
    Markup(output)
}

#[cfg(test)]
mod tests {
    use super::{Outlines, both, drawing, outlines, plain};
    use crate::model::text::Bilingual;

    #[test]
    fn everything_is_escaped() {
        assert_eq!(plain("<script>&\"'").to_string(), "&#60;script&#62;&#38;&#34;&#39;");
        assert_eq!(both(&Bilingual::new("x", "x")).to_string(), "x");
        assert!(!both(&Bilingual::new("<b>", "</b>")).to_string().contains("<b>"));
    }

    #[test]
    fn drawings_share_their_outlines() {
        let mut shared = Outlines::new();
        let svg = |prefix: &str| {
            format!(
                "<svg><title id=\"{prefix}t\">x</title><defs>\n<path id=\"{prefix}7\" d=\"m0 0z\"/>\n</defs>\n\
                 <use href=\"#{prefix}7\"/></svg>"
            )
        };
        let first = drawing(&svg("c1z"), &mut shared).to_string();
        assert_eq!(first, "<svg><title id=\"c1zt\">x</title><use href=\"#g7\"/></svg>");
        drawing(&svg("c2e"), &mut shared);
        assert_eq!(outlines(&shared).to_string().matches("<path").count(), 1);
    }
}
