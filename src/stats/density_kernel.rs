//! Kernels of the local-polynomial density test and the constants that follow from them.

/// How scores near the line are weighted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DensityKernel {
    /// 1 − |u|.
    Triangular,
    /// 1/2.
    Uniform,
    /// 3/4·(1 − u²).
    Epanechnikov,
}

impl DensityKernel {
    /// Coefficients of the powers of |u|, 0–1.
    fn powers(self) -> [f64; 3] {
        match self {
            Self::Triangular => [1.0, -1.0, 0.0],
            Self::Uniform => [0.5, 0.0, 0.0],
            Self::Epanechnikov => [0.75, 0.0, -0.75],
        }
    }

    /// Weight at a distance of |u| bandwidths, 0–1.
    pub fn weight(self, u: f64) -> f64 {
        let u = u.abs();
        let [constant, linear, square] = self.powers();
        constant + u * (linear + u * square)
    }

    /// ∫ uᵃ K(u) du over 0–1.
    pub fn moment(self, power: usize) -> f64 {
        self.powers().iter().enumerate().map(|(k, c)| c / (power + k + 1) as f64).sum()
    }

    /// ∬ min(u, v) uᵃ vᵇ K(u) K(v) du dv over the unit square: the spread of a distribution function near the line.
    pub fn minimum_moment(self, a: usize, b: usize) -> f64 {
        let plain = |a: usize, b: usize| {
            let (a, b) = (a as f64, b as f64);
            1.0 / ((a + 2.0) * (a + b + 3.0)) + (1.0 / (b + 2.0) - 1.0 / (a + b + 3.0)) / (a + 1.0)
        };
        let powers = self.powers();
        powers
            .iter()
            .enumerate()
            .flat_map(|(k, c)| powers.iter().enumerate().map(move |(l, d)| c * d * plain(a + k, b + l)))
            .sum()
    }
}

/// Whether the curves of both sides may differ in everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SideCurves {
    /// Each side has its own polynomial.
    Separate,
    /// Both sides share the value of the distribution function and every bend; only the slope (the density) differs.
    SameBends,
}

/// One column of the local polynomial: |u| to a power, on the sides where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Stands below the line.
    pub left: bool,
    /// Stands at and above the line.
    pub right: bool,
    /// Power.
    pub degree: usize,
}

impl Column {
    /// Value at u bandwidths from the line, − below.
    pub fn value(self, u: f64) -> f64 {
        let stands = if u < 0.0 { self.left } else { self.right };
        if stands { u.powi(self.degree as i32) } else { 0.0 }
    }

    /// −1 where an odd power changes sign below the line.
    fn sign(self, left: bool) -> f64 {
        if left && self.degree % 2 == 1 { -1.0 } else { 1.0 }
    }

    fn stands(self, left: bool) -> bool {
        if left { self.left } else { self.right }
    }
}

/// The columns of a polynomial of that order.
pub fn columns(order: usize, curves: SideCurves) -> Vec<Column> {
    let one_side = |left: bool| (0..=order).map(move |degree| Column { left, right: !left, degree });
    match curves {
        SideCurves::Separate => one_side(true).chain(one_side(false)).collect(),
        SideCurves::SameBends => (0..=order)
            .flat_map(|degree| {
                let both = Column { left: true, right: true, degree };
                if degree == 1 {
                    vec![Column { right: false, ..both }, Column { left: false, ..both }]
                } else {
                    vec![both]
                }
            })
            .collect(),
    }
}

/// Place of the column of a power on one side.
pub fn place(columns: &[Column], left: bool, degree: usize) -> Option<usize> {
    columns.iter().position(|column| column.degree == degree && column.stands(left))
}

/// Σ over the sides of ∫ r r′ K, row-major.
pub fn gram(columns: &[Column], kernel: DensityKernel) -> Vec<f64> {
    products(columns, |a, b, left| a.sign(left) * b.sign(left) * kernel.moment(a.degree + b.degree))
}

/// ∬ min(u, v) r r′ K K of one side, row-major.
pub fn spread(columns: &[Column], kernel: DensityKernel, side_is_left: bool) -> Vec<f64> {
    products(columns, |a, b, left| {
        let sign = a.sign(left) * b.sign(left);
        if left == side_is_left { sign * kernel.minimum_moment(a.degree, b.degree) } else { 0.0 }
    })
}

/// Σ over the sides of ∫ r u^power K.
pub fn bias_moments(columns: &[Column], kernel: DensityKernel, power: usize) -> Vec<f64> {
    let side = |column: &Column, left: bool| {
        let sign = if left && power % 2 == 1 { -column.sign(left) } else { column.sign(left) };
        if column.stands(left) { sign * kernel.moment(column.degree + power) } else { 0.0 }
    };
    columns.iter().map(|column| side(column, true) + side(column, false)).collect()
}

fn products(columns: &[Column], term: impl Fn(Column, Column, bool) -> f64) -> Vec<f64> {
    let mut matrix = Vec::with_capacity(columns.len() * columns.len());
    for a in columns {
        for b in columns {
            let sides = [true, false].into_iter().filter(|left| a.stands(*left) && b.stands(*left));
            matrix.push(sides.map(|left| term(*a, *b, left)).sum());
        }
    }
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_integrals() {
        assert!((DensityKernel::Triangular.moment(0) - 0.5).abs() < 1e-15);
        assert!((DensityKernel::Epanechnikov.moment(2) - 0.1).abs() < 1e-15);
        // ∬ min(u, v) over the unit square is 1/3, and the uniform kernel halves it twice.
        assert!((DensityKernel::Uniform.minimum_moment(0, 0) - 1.0 / 12.0).abs() < 1e-15);
        assert!((DensityKernel::Triangular.weight(-0.25) - 0.75).abs() < 1e-15);
    }

    #[test]
    fn shared_bends_leave_two_slopes() {
        let columns = columns(2, SideCurves::SameBends);
        assert_eq!(columns.len(), 4);
        assert_eq!(
            (place(&columns, true, 1), place(&columns, false, 1), place(&columns, true, 2)),
            (Some(1), Some(2), Some(3))
        );
        assert_eq!((columns[1].value(-0.5), columns[1].value(0.5)), (-0.5, 0.0));
    }
}
