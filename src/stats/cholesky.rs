//! Solving with a symmetric positive definite matrix.

/// The lower triangle L of A = L Lᵀ.
#[derive(Clone, Debug)]
pub struct Cholesky {
    size: usize,
    lower: Vec<f64>,
}

impl Cholesky {
    /// Factors a matrix.
    ///
    /// **Input**: n × n values, row-major, of which the lower triangle is read.
    ///
    /// **Errors**: the first column that depends on those before it (its pivot is below 1e-12 of its diagonal):
    /// the matrix is not positive definite.
    ///
    /// **Reference**: Golub & Van Loan (2013), Matrix Computations, 4th edition, algorithm 4.2.2.
    ///
    /// **Example**:
    /// ```
    /// use kaojian::stats::cholesky::Cholesky;
    /// let factor = Cholesky::new(&[4.0, 2.0, 2.0, 10.0], 2).unwrap();
    /// assert_eq!(factor.solve(&[2.0, 10.0]), [0.0, 1.0]);
    /// assert_eq!(Cholesky::new(&[1.0, 1.0, 1.0, 1.0], 2).unwrap_err(), 1);
    /// ```
    pub fn new(matrix: &[f64], size: usize) -> Result<Self, usize> {
        let mut lower = vec![0.0; size * size];
        for i in 0..size {
            for j in 0..=i {
                let (row_i, row_j) = (&lower[i * size..i * size + j], &lower[j * size..j * size + j]);
                let product: f64 = row_i.iter().zip(row_j).map(|(a, b)| a * b).sum();
                let rest = matrix[i * size + j] - product;
                if i == j {
                    if rest.is_nan() || rest <= 1e-12 * matrix[i * size + i].abs() {
                        return Err(i);
                    }
                    lower[i * size + i] = rest.sqrt();
                } else {
                    lower[i * size + j] = rest / lower[j * size + j];
                }
            }
        }
        Ok(Self { size, lower })
    }

    /// x with A x = `right`.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        let n = self.size;
        let mut x = right.to_vec();
        for i in 0..n {
            let sum: f64 = (0..i).map(|j| self.lower[i * n + j] * x[j]).sum();
            x[i] = (x[i] - sum) / self.lower[i * n + i];
        }
        for i in (0..n).rev() {
            let sum: f64 = (i + 1..n).map(|j| self.lower[j * n + i] * x[j]).sum();
            x[i] = (x[i] - sum) / self.lower[i * n + i];
        }
        x
    }

    /// A⁻¹, row-major.
    pub fn inverse(&self) -> Vec<f64> {
        let n = self.size;
        let mut inverse = vec![0.0; n * n];
        let mut unit = vec![0.0; n];
        for column in 0..n {
            unit[column] = 1.0;
            for (row, value) in self.solve(&unit).into_iter().enumerate() {
                inverse[row * n + column] = value;
            }
            unit[column] = 0.0;
        }
        inverse
    }
}
