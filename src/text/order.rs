//! How far two sequences run in one order.

/// Length of the longest rising subsequence: so many of the shared things stand in one order.
///
/// **Input** the places that things have in the second sequence, in the order of the first. **Returns** 0 to their
/// number. **Reference** Fredman (1975), On computing the length of longest increasing subsequences, Discrete
/// Mathematics 11, 29–35.
///
/// ```
/// use kaojian::text::order::longest_rise;
/// assert_eq!(longest_rise([3, 1, 2, 5, 4].into_iter()), 3);
/// assert_eq!(longest_rise(std::iter::empty()), 0);
/// ```
pub fn longest_rise(places: impl Iterator<Item = usize>) -> usize {
    let mut ends: Vec<usize> = Vec::new();
    for place in places {
        let at = ends.partition_point(|end| *end < place);
        match ends.get_mut(at) {
            Some(end) => *end = place,
            None => ends.push(place),
        }
    }
    ends.len()
}
