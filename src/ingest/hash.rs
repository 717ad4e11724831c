//! Bytes of a file and their SHA-256, read once.

use crate::model::hexadecimal::hexadecimal;
use sha2::{Digest, Sha256};
use std::io::{self, Read};

/// Small enough to be hashed while it is still in the cache.
const PIECE_BYTES: usize = 256 << 10;

/// Reads at most `limit` bytes; the digest in lower-case hex is of what was read. A source that goes
/// on past the limit gives one byte more than it.
pub(super) fn read_and_hash(source: impl Read, expected: u64, limit: u64) -> io::Result<(Vec<u8>, String)> {
    let mut source = source.take(limit.saturating_add(1));
    let mut bytes = Vec::with_capacity(usize::try_from(expected.min(limit)).unwrap_or(0).saturating_add(1));
    let mut hasher = Sha256::new();
    loop {
        let start = bytes.len();
        (&mut source).take(PIECE_BYTES as u64).read_to_end(&mut bytes)?;
        if bytes.len() == start {
            break;
        }
        hasher.update(&bytes[start..]);
    }
    let digest = hasher.finalize();
    Ok((bytes, hexadecimal(&digest)))
}

#[cfg(test)]
mod tests {
    use super::read_and_hash;

    #[test]
    fn the_published_digests() {
        // FIPS 180-2, appendix B.1, and the digest of nothing.
        let digest = |bytes: &[u8]| read_and_hash(bytes, 0, 1 << 20).unwrap().1;
        assert_eq!(digest(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(digest(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        // Appendix B.3: a million letters a, here across several pieces.
        let million = vec![b'a'; 1_000_000];
        assert_eq!(digest(&million), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
        assert_eq!(read_and_hash(&million[..], 5, 9).unwrap().0.len(), 10);
    }
}
