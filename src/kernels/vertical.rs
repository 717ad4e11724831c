//! Bit-sliced vertical counters: one addition counts for as many columns as a register has bits.
//!
//! The maps of a row's responses are summed by full adders in Harley–Seal blocks of sixteen. The counters
//! start at 2^P − c, so a carry out of the top plane, which sticks, means count ≥ c.

use super::choice_maps::{Map, TILE_WORDS};
use super::response_cells::FILL;
use super::vector::Vector;

/// Maps added between two carries into the upper planes.
const BLOCK: usize = 16;
/// Planes for up to 63 counted responses.
const FEW_PLANES: usize = 6;
/// Planes for up to 255.
const SOME_PLANES: usize = 8;
/// Planes for longer rows: counts up to 2^16 − 1.
const MANY_PLANES: usize = 16;

/// Marks in `reached` the columns of a tile whose count is at least `threshold`.
///
/// **Returns**: whether there is one.
///
/// # Safety
/// The instructions of `V` must be available; `maps` points to a tile, and every offset is that of a whole map
/// inside it; `offsets` are a multiple of [`FILL`] and at most 65,535; `threshold` is from 1 to their number.
#[inline(always)]
pub(super) unsafe fn reach<V: Vector>(
    maps: *const Map,
    offsets: &[u32],
    threshold: usize,
    reached: &mut [u64; TILE_WORDS],
) -> bool {
    debug_assert!(threshold >= 1 && threshold <= offsets.len() && offsets.len().is_multiple_of(FILL));
    // SAFETY: the caller's promises are handed on.
    unsafe {
        if offsets.len() < 1 << FEW_PLANES {
            reach_with::<V, FEW_PLANES>(maps, offsets, threshold, reached)
        } else if offsets.len() < 1 << SOME_PLANES {
            reach_with::<V, SOME_PLANES>(maps, offsets, threshold, reached)
        } else {
            reach_with::<V, MANY_PLANES>(maps, offsets, threshold, reached)
        }
    }
}

/// Adds one bit a column into the planes from `first` on.
///
/// **Returns**: what is carried out of the top.
///
/// # Safety
/// The instructions of `V` must be available.
#[inline(always)]
unsafe fn ripple<V: Vector, const PLANES: usize>(planes: &mut [V; PLANES], first: usize, mut carry: V) -> V {
    for bits in &mut planes[first..] {
        // SAFETY: the caller promises the instructions.
        unsafe {
            let next = bits.and(carry);
            *bits = bits.xor(carry);
            carry = next;
        }
    }
    carry
}

/// Adds four maps into the two lowest planes.
///
/// **Returns**: what is carried into the third plane.
///
/// # Safety
/// As [`reach`], for four offsets.
#[inline(always)]
unsafe fn add_four<V: Vector, const PLANES: usize>(planes: &mut [V; PLANES], base: *const u8, four: &[u32]) -> V {
    // SAFETY: the caller promises the instructions and the offsets.
    unsafe {
        let at = |place: usize| V::load(base.add(four[place] as usize).cast());
        let (first, second, third, fourth) = (at(0), at(1), at(2), at(3));
        let carry_a = planes[0].majority(first, second);
        let ones = planes[0].xor3(first, second);
        let carry_b = ones.majority(third, fourth);
        planes[0] = ones.xor3(third, fourth);
        let carry = planes[1].majority(carry_a, carry_b);
        planes[1] = planes[1].xor3(carry_a, carry_b);
        carry
    }
}

/// Adds two carries of the same weight into a plane.
///
/// **Returns**: what is carried into the next.
///
/// # Safety
/// The instructions of `V` must be available.
#[inline(always)]
unsafe fn add_two<V: Vector>(plane: &mut V, a: V, b: V) -> V {
    // SAFETY: the caller promises the instructions.
    unsafe {
        let carry = plane.majority(a, b);
        *plane = plane.xor3(a, b);
        carry
    }
}

/// [`reach`] with counts below 2^`PLANES`, so that a counter carries out once at most.
///
/// # Safety
/// As [`reach`].
#[inline(always)]
unsafe fn reach_with<V: Vector, const PLANES: usize>(
    maps: *const Map,
    offsets: &[u32],
    threshold: usize,
    reached: &mut [u64; TILE_WORDS],
) -> bool {
    let start = (1usize << PLANES) - threshold;
    let mut any = false;
    let mut part = 0;
    while part < TILE_WORDS {
        // SAFETY: the caller promises the instructions and the offsets; `part` plus the register's words stays
        // within a map, and `reached` has as many words.
        unsafe {
            let base = maps.cast::<u8>().add(part * size_of::<u64>());
            let mut planes = [V::splat(false); PLANES];
            for (plane, bits) in planes.iter_mut().enumerate() {
                *bits = V::splat(start >> plane & 1 == 1);
            }
            let mut sticky = V::splat(false);
            let mut blocks = offsets.chunks_exact(BLOCK);
            for block in blocks.by_ref() {
                let a = add_four(&mut planes, base, &block[..4]);
                let b = add_four(&mut planes, base, &block[4..8]);
                let eights_a = add_two(&mut planes[2], a, b);
                let a = add_four(&mut planes, base, &block[8..12]);
                let b = add_four(&mut planes, base, &block[12..]);
                let eights_b = add_two(&mut planes[2], a, b);
                let carry = add_two(&mut planes[3], eights_a, eights_b);
                sticky = sticky.or(ripple(&mut planes, 4, carry));
            }
            let mut rest = blocks.remainder();
            if rest.len() >= 8 {
                let a = add_four(&mut planes, base, &rest[..4]);
                let b = add_four(&mut planes, base, &rest[4..8]);
                let carry = add_two(&mut planes[2], a, b);
                sticky = sticky.or(ripple(&mut planes, 3, carry));
                rest = &rest[8..];
            }
            if rest.len() >= 4 {
                let carry = add_four(&mut planes, base, &rest[..4]);
                sticky = sticky.or(ripple(&mut planes, 2, carry));
            }
            any |= sticky.any();
            sticky.store(reached.as_mut_ptr().add(part));
        }
        part += V::WORDS;
    }
    any
}
