//! The draw itself.

use crate::draw::allocation::{Share, allocate};
use crate::draw::lists::{Lists, Terms};
use crate::draw::numbers::Numbers;
use std::collections::BTreeMap;

/// A body that was drawn, and who inspects it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    /// Place in the list of bodies.
    pub body: usize,
    /// Places in the list of inspectors, in the order drawn.
    pub inspectors: Vec<usize>,
}

/// What was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The key of the numbers, in hexadecimal digits.
    pub key: String,
    /// Lots of each stratum.
    pub shares: Vec<Share>,
    /// The bodies in the order drawn.
    pub lots: Vec<Lot>,
}

/// Draws.
///
/// **Input**: checked lists; a stratum is the set of bodies with one value in the chosen column.
///
/// **Formula**: strata in byte order get their numbers of lots by [`allocate`]. In each, its m bodies stand in byte
/// order of their identifiers; for i = 1, 2, … the body at place i + [`Numbers::below`] (m − i + 1) changes places
/// with the one at place i, and is drawn (Fisher–Yates). Then each body, in the order drawn, gets its inspectors one
/// by one: of those who have no conflict with it, do not inspect it yet and were chosen least often so far, in byte
/// order, the one at place 1 + [`Numbers::below`] (their number).
///
/// **Returns** lots such that within a stratum every set of bodies is exactly as likely, and the work is spread as
/// evenly as the conflicts allow.
pub fn draw(lists: &Lists, terms: &Terms) -> Drawn {
    let mut strata: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, body) in lists.bodies().iter().enumerate() {
        strata.entry(&body.stratum).or_default().push(place);
    }
    let sizes: Vec<(String, u64)> =
        strata.iter().map(|(name, places)| ((*name).to_owned(), places.len() as u64)).collect();
    let shares = allocate(terms.bodies, &sizes);
    let mut numbers = Numbers::new(&terms.seed, &lists.sha256(terms));
    let key = numbers.key();
    let mut drawn: Vec<usize> = Vec::new();
    // Both are in byte order of the strata.
    for (places, share) in strata.values_mut().zip(&shares) {
        let wanted = usize::try_from(share.drawn).unwrap_or(usize::MAX).min(places.len());
        for place in 0..wanted {
            let other = place + index(&mut numbers, places.len() - place);
            places.swap(place, other);
        }
        drawn.extend(places.iter().take(wanted));
    }
    let mut times = vec![0_u64; lists.inspectors().len()];
    let mut lots = Vec::with_capacity(drawn.len());
    for body in drawn {
        let body_id = lists.bodies().get(body).map_or("", |body| body.body_id.as_str());
        let mut free: Vec<usize> = lists.free(body_id).collect();
        let mut inspectors = Vec::new();
        for _ in 0..terms.inspectors_per_body {
            let times_of = |place: &usize| times.get(*place).copied().unwrap_or(0);
            let Some(least) = free.iter().map(times_of).min() else { break };
            let rested: Vec<usize> = free.iter().copied().filter(|place| times_of(place) == least).collect();
            let Some(chosen) = rested.get(index(&mut numbers, rested.len())).copied() else { break };
            free.retain(|place| *place != chosen);
            if let Some(times) = times.get_mut(chosen) {
                *times += 1;
            }
            inspectors.push(chosen);
        }
        lots.push(Lot { body, inspectors });
    }
    Drawn { key, shares, lots }
}

fn index(numbers: &mut Numbers, bound: usize) -> usize {
    // Below a number of things in memory, so it fits.
    usize::try_from(numbers.below(bound as u64)).unwrap_or(0)
}
