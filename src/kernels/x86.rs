//! The counters on AVX2 and AVX-512 registers.

use super::choice_maps::TILE_WORDS;
use super::scan::{Work, scan_rows};
use super::vector::Vector;
use std::arch::x86_64::*;

/// 256 sheets.
#[derive(Clone, Copy)]
struct Avx2(__m256i);

/// 512 sheets.
#[derive(Clone, Copy)]
struct Avx512(__m512i);

// SAFETY (of all methods below): the trait's contract is that the caller has made sure of the instructions,
// and of the addresses for `load` and `store`; loads and stores are the unaligned ones.
impl Vector for Avx2 {
    const WORDS: usize = 4;
    const TERNARY: bool = false;
    #[inline(always)]
    unsafe fn splat(bit: bool) -> Self {
        // SAFETY: see above the implementation.
        Self(unsafe { _mm256_set1_epi64x(if bit { -1 } else { 0 }) })
    }
    #[inline(always)]
    unsafe fn load(words: *const u64) -> Self {
        // SAFETY: see above the implementation.
        Self(unsafe { _mm256_loadu_si256(words.cast()) })
    }
    #[inline(always)]
    unsafe fn store(self, words: *mut u64) {
        // SAFETY: see above the implementation.
        unsafe { _mm256_storeu_si256(words.cast(), self.0) }
    }
    #[inline(always)]
    unsafe fn xor3(self, b: Self, c: Self) -> Self {
        // SAFETY: see above the implementation.
        Self(unsafe { _mm256_xor_si256(_mm256_xor_si256(self.0, b.0), c.0) })
    }
    #[inline(always)]
    unsafe fn majority(self, b: Self, c: Self) -> Self {
        // SAFETY: see above the implementation.
        Self(unsafe {
            let differ = _mm256_xor_si256(self.0, b.0);
            _mm256_or_si256(_mm256_and_si256(self.0, b.0), _mm256_and_si256(c.0, differ))
        })
    }
    #[inline(always)]
    unsafe fn xor(self, b: Self) -> Self {
        // SAFETY: see above the implementation.
        Self(unsafe { _mm256_xor_si256(self.0, b.0) })
    }
    #[inline(always)]
    unsafe fn and(self, b: Self) -> Self {
        // SAFETY: see above the implementation.
        Self(unsafe { _mm256_and_si256(self.0, b.0) })
    }
    #[inline(always)]
    unsafe fn complement_and(self, b: Self) -> Self {
        // SAFETY: see above the implementation.
        Self(unsafe { _mm256_andnot_si256(self.0, b.0) })
    }
    #[inline(always)]
    unsafe fn or(self, b: Self) -> Self {
        // SAFETY: see above the implementation.
        Self(unsafe { _mm256_or_si256(self.0, b.0) })
    }
    #[inline(always)]
    unsafe fn any(self) -> bool {
        // SAFETY: see above the implementation.
        unsafe { _mm256_testz_si256(self.0, self.0) == 0 }
    }
}

/// Truth table of a ^ b ^ c for the ternary instruction.
const XOR3: i32 = 0x96;
/// Truth table of the majority of a, b and c.
const MAJORITY: i32 = 0xE8;

impl Vector for Avx512 {
    const WORDS: usize = 8;
    const TERNARY: bool = true;
    #[inline(always)]
    unsafe fn splat(bit: bool) -> Self {
        // SAFETY: see above the first implementation.
        Self(unsafe { _mm512_set1_epi64(if bit { -1 } else { 0 }) })
    }
    #[inline(always)]
    unsafe fn load(words: *const u64) -> Self {
        // SAFETY: see above the first implementation.
        Self(unsafe { _mm512_loadu_si512(words.cast()) })
    }
    #[inline(always)]
    unsafe fn store(self, words: *mut u64) {
        // SAFETY: see above the first implementation.
        unsafe { _mm512_storeu_si512(words.cast(), self.0) }
    }
    #[inline(always)]
    unsafe fn xor3(self, b: Self, c: Self) -> Self {
        // SAFETY: see above the first implementation.
        Self(unsafe { _mm512_ternarylogic_epi64::<XOR3>(self.0, b.0, c.0) })
    }
    #[inline(always)]
    unsafe fn majority(self, b: Self, c: Self) -> Self {
        // SAFETY: see above the first implementation.
        Self(unsafe { _mm512_ternarylogic_epi64::<MAJORITY>(self.0, b.0, c.0) })
    }
    #[inline(always)]
    unsafe fn xor(self, b: Self) -> Self {
        // SAFETY: see above the first implementation.
        Self(unsafe { _mm512_xor_si512(self.0, b.0) })
    }
    #[inline(always)]
    unsafe fn and(self, b: Self) -> Self {
        // SAFETY: see above the first implementation.
        Self(unsafe { _mm512_and_si512(self.0, b.0) })
    }
    #[inline(always)]
    unsafe fn complement_and(self, b: Self) -> Self {
        // SAFETY: see above the first implementation.
        Self(unsafe { _mm512_andnot_si512(self.0, b.0) })
    }
    #[inline(always)]
    unsafe fn or(self, b: Self) -> Self {
        // SAFETY: see above the first implementation.
        Self(unsafe { _mm512_or_si512(self.0, b.0) })
    }
    #[inline(always)]
    unsafe fn any(self) -> bool {
        // SAFETY: see above the first implementation.
        unsafe { _mm512_test_epi64_mask(self.0, self.0) != 0 }
    }
}

/// [`scan_rows`] on AVX2.
///
/// # Safety
/// AVX2 must be available; the rest as in [`scan_rows`].
#[target_feature(enable = "avx2")]
pub(super) unsafe fn scan_avx2(work: &Work<'_>, hit: &mut dyn FnMut(usize, &[u64; TILE_WORDS])) {
    // SAFETY: this function is compiled with AVX2, and the caller promises the rest.
    unsafe { scan_rows::<Avx2>(work, hit) }
}

/// [`scan_rows`] on AVX-512.
///
/// # Safety
/// AVX-512F must be available; the rest as in [`scan_rows`].
#[target_feature(enable = "avx512f")]
pub(super) unsafe fn scan_avx512(work: &Work<'_>, hit: &mut dyn FnMut(usize, &[u64; TILE_WORDS])) {
    // SAFETY: this function is compiled with AVX-512F, and the caller promises the rest.
    unsafe { scan_rows::<Avx512>(work, hit) }
}
