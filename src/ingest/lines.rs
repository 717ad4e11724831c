//! Lines as a text editor counts them: `\n`, `\r\n` and a lone `\r` each end one.

use memchr::{memchr2, memchr2_iter};

/// Where the content of the line that starts at `from` ends, and where the next line starts.
pub(super) fn line_end(bytes: &[u8], from: usize) -> (usize, usize) {
    match memchr2(b'\n', b'\r', &bytes[from..]) {
        None => (bytes.len(), bytes.len()),
        Some(length) => {
            let end = from + length;
            let pair = bytes[end] == b'\r' && bytes.get(end + 1) == Some(&b'\n');
            (end, end + 1 + usize::from(pair))
        }
    }
}

/// Line ends inside `bytes`.
pub(super) fn count_line_ends(bytes: &[u8]) -> usize {
    memchr2_iter(b'\n', b'\r', bytes)
        .filter(|at| !(bytes[*at] == b'\n' && at.checked_sub(1).is_some_and(|before| bytes[before] == b'\r')))
        .count()
}

/// The beginning of a text for a message: at most 80 characters, identity numbers masked.
pub(super) fn beginning(text: &str) -> String {
    const CHARACTERS: usize = 80;
    let end = text.char_indices().nth(4 * CHARACTERS).map_or(text.len(), |(at, _)| at);
    crate::model::identity::mask_embedded_numbers(&text[..end]).chars().take(CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_end() {
        let text = b"a\r\nb\rc\n\nd";
        let mut at = 0;
        let mut lines = Vec::new();
        while at < text.len() {
            let (end, next) = line_end(text, at);
            lines.push(&text[at..end]);
            at = next;
        }
        assert_eq!(lines, [&b"a"[..], b"b", b"c", b"", b"d"]);
        assert_eq!(count_line_ends(text), 4);
    }

    #[test]
    fn a_beginning_is_short_and_masked() {
        assert_eq!(beginning("11010519491231002X,张"), "110105********002X,张");
        assert_eq!(beginning(&"字".repeat(500)).chars().count(), 80);
    }
}
