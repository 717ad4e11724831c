//! Bytes of a text file to characters: byte order mark, strict UTF-8, UTF-16 without a mark, a
//! statistical guess, and GB18030 as the likeliest of what is left.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_16BE, UTF_16LE};
use memchr::memchr_iter;

/// The text of a file.
#[derive(Debug)]
pub(super) struct Decoded {
    /// The characters, without a byte order mark.
    pub text: String,
    /// As the report names it.
    pub encoding: &'static str,
    /// Whether some bytes stand for no character; U+FFFD stands in their place.
    pub lossy: bool,
}

/// What is looked at where a part of the file tells enough.
const SAMPLE_BYTES: usize = 64 << 10;

/// The text of `bytes`; `None` when they are no text at all.
pub(super) fn decode(bytes: Vec<u8>) -> Option<Decoded> {
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        return Some(utf8(bytes, "UTF-8 with BOM"));
    }
    if bytes.starts_with(b"\xFF\xFE") {
        return Some(with_encoding(&bytes[2..], UTF_16LE, "UTF-16LE"));
    }
    if bytes.starts_with(b"\xFE\xFF") {
        return Some(with_encoding(&bytes[2..], UTF_16BE, "UTF-16BE"));
    }
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let nuls = memchr_iter(0, sample).count();
    if nuls > 0 {
        if let Some((encoding, name)) = utf16_without_mark(sample) {
            return Some(with_encoding(&bytes, encoding, name));
        }
        if nuls * 100 > sample.len() {
            return None;
        }
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => return Some(Decoded { text, encoding: "UTF-8", lossy: false }),
        Err(error) => error.into_bytes(),
    };
    if is_damaged_utf8(&text) {
        return Some(utf8(text, "UTF-8"));
    }
    Some(guessed(&text))
}

/// UTF-8 with or without its mark, damaged or not.
fn utf8(bytes: Vec<u8>, encoding: &'static str) -> Decoded {
    const MARK: usize = 3;
    match String::from_utf8(bytes) {
        Ok(mut text) => {
            if text.starts_with('\u{FEFF}') {
                text.drain(..MARK);
            }
            Decoded { text, encoding, lossy: false }
        }
        Err(error) => {
            let text = String::from_utf8_lossy(error.as_bytes());
            let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text).to_owned();
            Decoded { text, encoding, lossy: true }
        }
    }
}

fn with_encoding(bytes: &[u8], encoding: &'static Encoding, name: &'static str) -> Decoded {
    let (text, lossy) = encoding.decode_without_bom_handling(bytes);
    Decoded { text: text.into_owned(), encoding: name, lossy }
}

/// UTF-16 shows itself by units of the Latin range: separators, digits and line ends. Chinese text
/// alone has none, so a tenth of all units is asked, and nothing that UTF-16 text never holds.
fn utf16_without_mark(sample: &[u8]) -> Option<(&'static Encoding, &'static str)> {
    let latin_units = |low: usize, high: usize| {
        let mut latin = 0;
        let mut units = 0;
        for pair in sample.chunks_exact(2) {
            match (pair[high], pair[low]) {
                (0, 0) => return None,
                (0, 1..=0x7F) => latin += 1,
                _ => {}
            }
            units += 1;
        }
        (latin * 10 >= units && units > 0).then_some(latin)
    };
    let little = latin_units(0, 1);
    let big = latin_units(1, 0);
    if little.is_none() && big.is_none() {
        return None;
    }
    Some(if little >= big { (UTF_16LE, "UTF-16LE") } else { (UTF_16BE, "UTF-16BE") })
}

/// Whether the bytes are UTF-8 but for a few: GB18030 text hardly ever holds a valid sequence of three
/// bytes, so many of them and few broken ones mean that a UTF-8 file was cut or patched.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    const VALID_FOR_ONE_BROKEN: usize = 4;
    const LEADS_THREE: u8 = 0xE0;
    let (mut valid, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().bytes().filter(|byte| *byte >= LEADS_THREE).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    valid >= broken * VALID_FOR_ONE_BROKEN
}

/// A guess for Chinese users. Encodings of one byte accept everything and those of other scripts are
/// unlikely here, so either is believed only where GB18030 cannot be meant.
fn guessed(bytes: &[u8]) -> Decoded {
    let decoded = with_encoding(bytes, GB18030, "GB18030");
    // Big5 read as GB18030 falls into the private use area, where no text stands.
    if decoded.lossy || holds_private_use(&decoded.text) {
        let traditional = with_encoding(bytes, BIG5, "Big5");
        if !traditional.lossy && !holds_private_use(&traditional.text) {
            return traditional;
        }
    }
    if !decoded.lossy {
        return decoded;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(Some(b"cn"), Utf8Detection::Deny);
    if guess.is_single_byte() || guess == GBK {
        return decoded;
    }
    let other = with_encoding(bytes, guess, guess.name());
    if other.lossy { decoded } else { other }
}

fn holds_private_use(text: &str) -> bool {
    text.chars().take(SAMPLE_BYTES).any(|character| ('\u{E000}'..='\u{F8FF}').contains(&character))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "准考证号,姓名,理论成绩\n202605010001,张伟,59.5\n202605010002,王芳,缺考\n";

    fn label(bytes: &[u8]) -> (&'static str, bool, String) {
        let decoded = decode(bytes.to_vec()).unwrap();
        (decoded.encoding, decoded.lossy, decoded.text)
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn knows_every_encoding() {
        let clean = |encoding| (encoding, false, TABLE.to_owned());
        assert_eq!(label(TABLE.as_bytes()), clean("UTF-8"));
        assert_eq!(label(&[b"\xEF\xBB\xBF", TABLE.as_bytes()].concat()), clean("UTF-8 with BOM"));
        assert_eq!(label(&GB18030.encode(TABLE).0), clean("GB18030"));
        assert_eq!(label(&utf16(TABLE, false)), clean("UTF-16LE"));
        assert_eq!(label(&utf16(TABLE, true)), clean("UTF-16BE"));
        assert_eq!(label(&[b"\xFF\xFE".to_vec(), utf16(TABLE, false)].concat()), clean("UTF-16LE"));
        assert_eq!(label(&[b"\xFE\xFF".to_vec(), utf16(TABLE, true)].concat()), clean("UTF-16BE"));
        assert_eq!(label(&utf16("a,b\n1,2\n", false)), ("UTF-16LE", false, "a,b\n1,2\n".to_owned()));
    }

    #[test]
    fn one_chinese_word_is_gb18030() {
        assert_eq!(label(b"\xD0\xD5\xC3\xFB\n"), ("GB18030", false, "姓名\n".to_owned()));
        // 㛃 stands outside GBK: four bytes.
        let rare = "姓名\n张㛃\n";
        assert_eq!(label(&GB18030.encode(rare).0), ("GB18030", false, rare.to_owned()));
    }

    #[test]
    fn traditional_text_is_big5() {
        let table = "准考證號,姓名,應試科目,總成績\n0001,陳麗華,職業技能等級認定理論考試,合格\n0002,張國樑,實際操作與綜合評審,不合格\n";
        assert_eq!(label(&BIG5.encode(table).0), ("Big5", false, table.to_owned()));
    }

    #[test]
    fn damage_stays_local() {
        let mut bytes = TABLE.as_bytes().to_vec();
        let at = TABLE.find('伟').unwrap();
        bytes.remove(at);
        let (encoding, lossy, text) = label(&bytes);
        assert_eq!((encoding, lossy), ("UTF-8", true));
        assert_eq!(text.lines().filter(|line| line.contains('\u{FFFD}')).count(), 1);
    }

    #[test]
    fn binary_is_no_text() {
        assert!(decode((0..=255).cycle().take(5000).collect()).is_none_or(|decoded| decoded.lossy));
        assert!(decode(vec![0; 100]).is_none());
        assert_eq!(decode(Vec::new()).unwrap().text, "");
    }
}
