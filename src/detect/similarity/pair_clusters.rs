//! Sheets that hang together through pairs.

use petgraph::unionfind::UnionFind;
use std::collections::{BTreeMap, BTreeSet};

/// Connected components of pairs of sheets.
pub(in crate::detect) struct PairClusters {
    components: UnionFind<usize>,
    sheets: usize,
    /// Sheets in pairs.
    paired: BTreeSet<usize>,
}

impl PairClusters {
    /// Joins the sheets of every pair.
    pub(in crate::detect) fn new(sheets: usize, pairs: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let mut components = UnionFind::new(sheets);
        let mut paired = BTreeSet::new();
        for (a, b) in pairs {
            components.union(a, b);
            paired.extend([a, b]);
        }
        Self { components, sheets, paired }
    }

    /// For each sheet given the number of its cluster, 1-based, in the order in which clusters are met.
    pub(in crate::detect) fn numbers(&self, sheets: impl IntoIterator<Item = usize>) -> Vec<u32> {
        let mut numbers: BTreeMap<usize, u32> = BTreeMap::new();
        let number = |sheet| {
            let next = numbers.len() as u32 + 1;
            *numbers.entry(self.components.find(sheet)).or_insert(next)
        };
        sheets.into_iter().map(number).collect()
    }

    /// Marks every sheet that is in no pair, and the first sheet of each cluster.
    pub(in crate::detect) fn one_of_each(&self) -> Vec<bool> {
        let mut kept = vec![true; self.sheets];
        let mut met = BTreeSet::new();
        for &sheet in &self.paired {
            kept[sheet] = met.insert(self.components.find(sheet));
        }
        kept
    }
}
