//! Bit-sliced vertical counters: one addition counts for as many sheets as a register has bits.
//!
//! The maps of a row's responses are summed by full adders in Harley–Seal blocks of sixteen. The counters
//! start at 2^P − c, so a carry out of the top plane, which sticks, means count ≥ c.

use super::choice_maps::TILE_WORDS;
use super::vector::Vector;

/// Maps added between two carries into the upper planes.
const BLOCK: usize = 16;
/// Planes below the upper ones: 1, 2, 4, 8.
const LOWER: usize = 4;
/// Planes for rows of fewer than 256 responses: all counters then stay in registers.
const FEW_PLANES: usize = 8;
/// Planes for longer rows: counts up to 2^16 − 1.
const MANY_PLANES: usize = 16;

/// Marks in `reached` the sheets of a tile whose count is at least `threshold`.
///
/// # Safety
/// The instructions of `V` must be available, and each offset plus [`TILE_WORDS`] must lie within `maps`.
#[inline(always)]
pub(super) unsafe fn reach<V: Vector>(
    maps: &[u64],
    offsets: &[u32],
    threshold: usize,
    reached: &mut [u64; TILE_WORDS],
) {
    // SAFETY: the caller's promises are handed on.
    unsafe {
        if offsets.len().max(threshold) < 1 << FEW_PLANES {
            reach_with::<V, FEW_PLANES>(maps, offsets, threshold, reached);
        } else {
            reach_with::<V, MANY_PLANES>(maps, offsets, threshold, reached);
        }
    }
}

/// [`reach`] with counts below 2^`PLANES`, so that a counter carries out once at most.
///
/// # Safety
/// As [`reach`].
#[inline(always)]
unsafe fn reach_with<V: Vector, const PLANES: usize>(
    maps: &[u64],
    offsets: &[u32],
    threshold: usize,
    reached: &mut [u64; TILE_WORDS],
) {
    debug_assert!(offsets.iter().all(|&offset| offset as usize + TILE_WORDS <= maps.len()));
    debug_assert!(offsets.len().max(threshold) < 1 << PLANES);
    let start = (1usize << PLANES) - threshold;
    let mut part = 0;
    while part < TILE_WORDS {
        // SAFETY: the caller promises the instructions and that every offset leaves a whole tile; `part`
        // plus the register's words stays within the tile, and `reached` has that many words.
        unsafe {
            let base = maps.as_ptr().add(part);
            let at = |offset: u32| V::load(base.add(offset as usize));
            let mut counter = [V::splat(false); PLANES];
            for (plane, bits) in counter.iter_mut().enumerate() {
                *bits = V::splat(start >> plane & 1 == 1);
            }
            let mut sticky = V::splat(false);
            let [mut ones, mut twos, mut fours, mut eights] = [counter[0], counter[1], counter[2], counter[3]];
            let mut blocks = offsets.chunks_exact(BLOCK);
            for block in blocks.by_ref() {
                let mut fours_carry = [V::splat(false); 4];
                for (quarter, carry) in block.chunks_exact(4).zip(&mut fours_carry) {
                    let (first, second) = (at(quarter[0]), at(quarter[1]));
                    let twos_a = ones.majority(first, second);
                    ones = ones.xor3(first, second);
                    let (third, fourth) = (at(quarter[2]), at(quarter[3]));
                    let twos_b = ones.majority(third, fourth);
                    ones = ones.xor3(third, fourth);
                    *carry = twos.majority(twos_a, twos_b);
                    twos = twos.xor3(twos_a, twos_b);
                }
                let eights_a = fours.majority(fours_carry[0], fours_carry[1]);
                fours = fours.xor3(fours_carry[0], fours_carry[1]);
                let eights_b = fours.majority(fours_carry[2], fours_carry[3]);
                fours = fours.xor3(fours_carry[2], fours_carry[3]);
                let mut carry = eights.majority(eights_a, eights_b);
                eights = eights.xor3(eights_a, eights_b);
                for bits in &mut counter[LOWER..] {
                    let next = bits.and(carry);
                    *bits = bits.xor(carry);
                    carry = next;
                }
                sticky = sticky.or(carry);
            }
            [counter[0], counter[1], counter[2], counter[3]] = [ones, twos, fours, eights];
            for &offset in blocks.remainder() {
                let mut carry = at(offset);
                for bits in &mut counter {
                    let next = bits.and(carry);
                    *bits = bits.xor(carry);
                    carry = next;
                }
                sticky = sticky.or(carry);
            }
            sticky.store(reached.as_mut_ptr().add(part));
        }
        part += V::WORDS;
    }
}
