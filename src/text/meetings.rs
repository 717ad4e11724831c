//! How much of one text the others have.

/// How much of one text others have, filled window by window.
pub(in crate::text) struct Meetings {
    covered: Vec<u32>,
    end: Vec<u32>,
    met: Vec<u32>,
}

impl Meetings {
    /// For so many texts.
    pub(in crate::text) fn new(texts: usize) -> Self {
        Self { covered: vec![0; texts], end: vec![0; texts], met: Vec::new() }
    }

    /// Another text has the window from `start` to `end`; starts only grow.
    pub(in crate::text) fn meet(&mut self, other: u32, start: u32, end: u32) {
        let place = other as usize;
        if self.covered[place] == 0 {
            self.met.push(other);
        }
        self.covered[place] += end - start.max(self.end[place]);
        self.end[place] = end;
    }

    /// Those with enough in common, and ready for the next text.
    pub(in crate::text) fn take(&mut self, least: u32) -> Vec<(u32, u32)> {
        let mut found = Vec::new();
        for other in self.met.drain(..) {
            let covered = std::mem::take(&mut self.covered[other as usize]);
            self.end[other as usize] = 0;
            if covered >= least {
                found.push((other, covered));
            }
        }
        found
    }
}
