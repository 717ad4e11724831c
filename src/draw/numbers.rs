//! The numbers of a draw: a ChaCha20 key stream, which any tool that knows the cipher gives again.

use crate::model::hexadecimal::hexadecimal;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

/// Name of the procedure, part of what is hashed: another procedure is another draw.
pub const PROCEDURE: &str = "kaojian-draw-1";

/// SHA-256 of a text, as bytes.
fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// SHA-256 of a text in lower-case hexadecimal digits.
///
/// ```
/// use kaojian::draw::numbers::sha256;
/// assert_eq!(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
/// ```
pub fn sha256(text: &str) -> String {
    hexadecimal(&digest(text))
}

/// The numbers of one draw.
///
/// **Formula**: the key is the SHA-256 of three lines, each ended by LF: the procedure's name, the seed, the SHA-256 of
/// the list. Its ChaCha20 key stream (counter and nonce zero) is read as unsigned numbers of eight bytes, lowest byte
/// first. A number below `bound` is `word mod bound`; words from the last, incomplete round of remainders on
/// (`word >= 2^64 - 2^64 mod bound`) are skipped, so that every result is exactly as likely.
///
/// **Reference**: RFC 8439 (2018), ChaCha20 and Poly1305 for IETF Protocols, 2.4.
#[derive(Clone, Debug)]
pub struct Numbers {
    key: [u8; 32],
    stream: ChaCha20Rng,
}

impl Numbers {
    /// The numbers of a seed and a list.
    pub fn new(seed: &str, list_sha256: &str) -> Self {
        let key = digest(&format!("{PROCEDURE}\n{seed}\n{list_sha256}\n"));
        Self { key, stream: ChaCha20Rng::from_seed(key) }
    }

    /// The key in lower-case hexadecimal digits.
    pub fn key(&self) -> String {
        hexadecimal(&self.key)
    }

    /// A number from 0 to `bound - 1`. Of one or none nothing is drawn, and no word is used.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound < 2 {
            return 0;
        }
        // 2^64 mod bound, without 2^64: the same as (2^64 - bound) mod bound.
        let surplus = bound.wrapping_neg() % bound;
        loop {
            let word = self.stream.next_u64();
            if word <= u64::MAX - surplus {
                return word % bound;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_that_of_the_standard() {
        // RFC 8439, A.1, test vector 1: key, nonce and counter zero.
        let expected = "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7\
                        da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586";
        let mut stream = ChaCha20Rng::from_seed([0; 32]);
        let bytes: Vec<u8> = (0..8).flat_map(|_| stream.next_u64().to_le_bytes()).collect();
        assert_eq!(hexadecimal(&bytes), expected);
    }

    #[test]
    fn words_of_the_last_round_are_skipped() {
        // With a bound of 2^63 + 1 all but 2^63 - 1 of the words go; what comes is every time below it.
        let bound = (1_u64 << 63) + 1;
        let mut numbers = Numbers::new("seed", "list");
        let mut plain = numbers.clone();
        let drawn: Vec<u64> = (0..20).map(|_| numbers.below(bound)).collect();
        let mut kept = Vec::new();
        while kept.len() < 20 {
            kept.extend(Some(plain.stream.next_u64()).filter(|word| *word < bound));
        }
        assert_eq!(drawn, kept);
        assert_eq!(Numbers::new("a", "b").below(1), 0);
    }

    #[test]
    fn seed_and_list_both_decide() {
        let first = |seed, list| Numbers::new(seed, list).below(u64::MAX);
        assert_ne!(first("1", "x"), first("2", "x"));
        assert_ne!(first("1", "x"), first("1", "y"));
        assert_eq!(first("1", "x"), first("1", "x"));
    }
}
