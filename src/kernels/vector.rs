//! A register full of sheets, one bit each, and the few operations that counting needs.

/// One SIMD register, or its portable stand-in.
///
/// # Safety
/// The methods may only be called where the instructions of the implementing type are available; `load`
/// and `store` touch `WORDS` words from the given address on, without an alignment condition.
pub(super) trait Vector: Copy {
    /// 64-bit words in the register.
    const WORDS: usize;
    /// Whether a sum bit and a carry bit of three cost one instruction each.
    const TERNARY: bool;
    /// All bits alike.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn splat(bit: bool) -> Self;
    /// Reads `WORDS` words.
    ///
    /// # Safety
    /// `words` must be readable for `WORDS` words.
    unsafe fn load(words: *const u64) -> Self;
    /// Writes `WORDS` words.
    ///
    /// # Safety
    /// `words` must be writable for `WORDS` words.
    unsafe fn store(self, words: *mut u64);
    /// Bitwise exclusive or of three: the sum bit of a full adder.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn xor3(self, b: Self, c: Self) -> Self;
    /// Bitwise majority of three: the carry bit of a full adder.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn majority(self, b: Self, c: Self) -> Self;
    /// Bitwise exclusive or.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn xor(self, b: Self) -> Self;
    /// Bitwise and.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn and(self, b: Self) -> Self;
    /// Bitwise and of `b` with the complement of `self`.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn complement_and(self, b: Self) -> Self;
    /// Bitwise or.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn or(self, b: Self) -> Self;
    /// Whether a bit is set.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn any(self) -> bool;
}

/// Four words in plain code: two SSE2 or NEON registers after autovectorisation.
#[derive(Clone, Copy)]
pub(super) struct Portable([u64; 4]);

impl Portable {
    #[inline(always)]
    fn zip3(self, b: Self, c: Self, f: impl Fn(u64, u64, u64) -> u64) -> Self {
        let mut out = [0; 4];
        for (i, word) in out.iter_mut().enumerate() {
            *word = f(self.0[i], b.0[i], c.0[i]);
        }
        Self(out)
    }
}

impl Vector for Portable {
    const WORDS: usize = 4;
    const TERNARY: bool = false;
    #[inline(always)]
    unsafe fn splat(bit: bool) -> Self {
        Self([if bit { u64::MAX } else { 0 }; 4])
    }
    #[inline(always)]
    unsafe fn load(words: *const u64) -> Self {
        // SAFETY: the caller promises four readable words.
        Self(unsafe { words.cast::<[u64; 4]>().read_unaligned() })
    }
    #[inline(always)]
    unsafe fn store(self, words: *mut u64) {
        // SAFETY: the caller promises four writable words.
        unsafe { words.cast::<[u64; 4]>().write_unaligned(self.0) }
    }
    #[inline(always)]
    unsafe fn xor3(self, b: Self, c: Self) -> Self {
        self.zip3(b, c, |a, b, c| a ^ b ^ c)
    }
    #[inline(always)]
    unsafe fn majority(self, b: Self, c: Self) -> Self {
        self.zip3(b, c, |a, b, c| (a & b) | (c & (a ^ b)))
    }
    #[inline(always)]
    unsafe fn xor(self, b: Self) -> Self {
        self.zip3(b, b, |a, b, _| a ^ b)
    }
    #[inline(always)]
    unsafe fn and(self, b: Self) -> Self {
        self.zip3(b, b, |a, b, _| a & b)
    }
    #[inline(always)]
    unsafe fn complement_and(self, b: Self) -> Self {
        self.zip3(b, b, |a, b, _| !a & b)
    }
    #[inline(always)]
    unsafe fn or(self, b: Self) -> Self {
        self.zip3(b, b, |a, b, _| a | b)
    }
    #[inline(always)]
    unsafe fn any(self) -> bool {
        self.0.iter().fold(0, |all, word| all | word) != 0
    }
}
