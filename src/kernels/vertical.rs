//! Bit-sliced vertical counters: one addition counts for as many columns as a register has bits.
//!
//! The maps of a row's responses are summed by full adders in Harley–Seal blocks of sixteen. The counters
//! start at 2^P − c, so a carry out of the top plane, which sticks, means count ≥ c.
//!
//! With logic of three inputs a full adder is two instructions. With two inputs it is five, and carries then stay in
//! pairs (one of them, and the exclusive or of both), so that two full adders are eight instructions, not ten: the
//! modified double full adder of Demenkov, E., Kojevnikov, A., Kulikov, A. & Yaroslavtsev, G. (2010). New upper bounds on
//! the Boolean circuit complexity of symmetric functions. Information Processing Letters 110, 264–267.

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

/// The planes of a counter that starts at 2^P − c, for any P: the low bits of −c.
#[derive(Clone, Copy)]
pub(super) struct Start<V> {
    planes: [V; MANY_PLANES],
}

impl<V: Vector> Start<V> {
    /// # Safety
    /// The instructions of `V` must be available.
    #[inline(always)]
    pub(super) unsafe fn new(threshold: usize) -> Self {
        // SAFETY: the caller promises the instructions.
        let mut planes = [unsafe { V::splat(false) }; MANY_PLANES];
        for (plane, bits) in planes.iter_mut().enumerate() {
            // SAFETY: the caller promises the instructions.
            *bits = unsafe { V::splat(threshold.wrapping_neg() >> plane & 1 == 1) };
        }
        Self { planes }
    }
}

/// Marks in `reached` the columns of a tile whose count is at least the threshold of `start`.
///
/// **Returns**: whether there is one.
///
/// # Safety
/// The instructions of `V` must be available; `maps` points to a tile, and every offset is that of a whole map
/// inside it; `offsets` are a multiple of [`FILL`] and at most 65,535; the threshold is from 1 to their number.
#[inline(always)]
pub(super) unsafe fn reach<V: Vector>(
    maps: *const Map,
    offsets: &[u32],
    start: &Start<V>,
    reached: &mut [u64; TILE_WORDS],
) -> bool {
    debug_assert!(offsets.len().is_multiple_of(FILL));
    // SAFETY: the caller's promises are handed on.
    unsafe {
        if offsets.len() < 1 << FEW_PLANES {
            reach_with::<V, FEW_PLANES>(maps, offsets, start, reached)
        } else if offsets.len() < 1 << SOME_PLANES {
            reach_with::<V, SOME_PLANES>(maps, offsets, start, reached)
        } else {
            reach_with::<V, MANY_PLANES>(maps, offsets, start, reached)
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

/// Two bits of the same weight a column: one of them, and the exclusive or of both.
#[derive(Clone, Copy)]
struct Two<V> {
    one: V,
    odd: V,
}

/// Adds four bits of the same weight into a plane.
///
/// **Returns**: what is carried into the next.
///
/// # Safety
/// The instructions of `V` must be available.
#[inline(always)]
unsafe fn add_four<V: Vector>(plane: &mut V, first: Two<V>, second: Two<V>) -> Two<V> {
    // SAFETY: the caller promises the instructions.
    unsafe {
        if V::TERNARY {
            // Without pairs, `odd` is the other bit.
            let carry_a = plane.majority(first.one, first.odd);
            let ones = plane.xor3(first.one, first.odd);
            let carry_b = ones.majority(second.one, second.odd);
            *plane = ones.xor3(second.one, second.odd);
            return Two { one: carry_a, odd: carry_b };
        }
        // The carries are a = first.odd ? plane : first.one and b = second.odd ? sum : second.one; a ^ sum is
        // first.odd | (plane ^ first.one), and b ^ sum is (sum ^ second.one) where second.odd is not.
        let sum = plane.xor(first.odd);
        let a_and_sum = first.odd.or(plane.xor(first.one));
        let b_and_sum = second.odd.complement_and(sum.xor(second.one));
        *plane = sum.xor(second.odd);
        Two { one: a_and_sum.xor(sum), odd: a_and_sum.xor(b_and_sum) }
    }
}

/// Adds two bits of the same weight into a plane.
///
/// **Returns**: what is carried into the next.
///
/// # Safety
/// The instructions of `V` must be available.
#[inline(always)]
unsafe fn add_two<V: Vector>(plane: &mut V, both: Two<V>) -> V {
    // SAFETY: the caller promises the instructions.
    unsafe {
        if V::TERNARY {
            let carry = plane.majority(both.one, both.odd);
            *plane = plane.xor3(both.one, both.odd);
            return carry;
        }
        let carry = both.one.xor(both.odd.and(plane.xor(both.one)));
        *plane = plane.xor(both.odd);
        carry
    }
}

/// Adds four maps into the lowest plane.
///
/// **Returns**: what is carried into the second plane.
///
/// # Safety
/// As [`reach`], for four offsets.
#[inline(always)]
unsafe fn add_maps<V: Vector>(plane: &mut V, base: *const u8, four: &[u32]) -> Two<V> {
    // SAFETY: the caller promises the instructions and the offsets.
    unsafe {
        let at = |place: usize| V::load(base.add(four[place] as usize).cast());
        let two = |one: V, other: V| Two { one, odd: if V::TERNARY { other } else { one.xor(other) } };
        add_four(plane, two(at(0), at(1)), two(at(2), at(3)))
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
    start: &Start<V>,
    reached: &mut [u64; TILE_WORDS],
) -> bool {
    let mut any = false;
    let mut part = 0;
    while part < TILE_WORDS {
        // SAFETY: the caller promises the instructions and the offsets; `part` plus the register's words stays
        // within a map, and `reached` has as many words.
        unsafe {
            let base = maps.cast::<u8>().add(part * size_of::<u64>());
            let mut planes = [V::splat(false); PLANES];
            planes.copy_from_slice(&start.planes[..PLANES]);
            let mut sticky = V::splat(false);
            let mut blocks = offsets.chunks_exact(BLOCK);
            for block in blocks.by_ref() {
                let twos_a = add_maps(&mut planes[0], base, &block[..4]);
                let twos_b = add_maps(&mut planes[0], base, &block[4..8]);
                let fours_a = add_four(&mut planes[1], twos_a, twos_b);
                let twos_a = add_maps(&mut planes[0], base, &block[8..12]);
                let twos_b = add_maps(&mut planes[0], base, &block[12..]);
                let fours_b = add_four(&mut planes[1], twos_a, twos_b);
                let eights = add_four(&mut planes[2], fours_a, fours_b);
                let carry = add_two(&mut planes[3], eights);
                sticky = sticky.or(ripple(&mut planes, 4, carry));
            }
            let mut rest = blocks.remainder();
            if rest.len() >= 8 {
                let twos_a = add_maps(&mut planes[0], base, &rest[..4]);
                let twos_b = add_maps(&mut planes[0], base, &rest[4..8]);
                let fours = add_four(&mut planes[1], twos_a, twos_b);
                let carry = add_two(&mut planes[2], fours);
                sticky = sticky.or(ripple(&mut planes, 3, carry));
                rest = &rest[8..];
            }
            if rest.len() >= 4 {
                let twos = add_maps(&mut planes[0], base, &rest[..4]);
                let carry = add_two(&mut planes[1], twos);
                sticky = sticky.or(ripple(&mut planes, 2, carry));
            }
            any |= sticky.any();
            sticky.store(reached.as_mut_ptr().add(part));
        }
        part += V::WORDS;
    }
    any
}
