//! Symmetric positive definite matrices: the inverse by Cholesky.

/// The inverse of a symmetric positive definite matrix.
///
/// **Input**: row-major, `size` × `size`; the lower triangle is read.
///
/// **Formula**: A = L Lᵀ, A⁻¹ = L⁻ᵀ L⁻¹.
///
/// **Returns**: the inverse, row-major; `None` when the matrix is not positive definite or not of that size.
///
/// **Example**
/// ```
/// use kaojian::stats::cholesky::inverse;
/// assert_eq!(inverse(&[4.0, 0.0, 0.0, 0.25], 2), Some(vec![0.25, 0.0, 0.0, 4.0]));
/// assert_eq!(inverse(&[1.0, 2.0, 2.0, 1.0], 2), None);
/// ```
pub fn inverse(matrix: &[f64], size: usize) -> Option<Vec<f64>> {
    if matrix.len() != size * size {
        return None;
    }
    let mut lower = matrix.to_vec();
    for j in 0..size {
        for k in 0..j {
            let factor = lower[j * size + k];
            for i in j..size {
                lower[i * size + j] -= lower[i * size + k] * factor;
            }
        }
        let pivot = lower[j * size + j];
        if pivot.is_nan() || pivot <= 0.0 {
            return None;
        }
        let root = pivot.sqrt();
        for i in j..size {
            lower[i * size + j] /= root;
        }
    }
    // Columns of L⁻¹ by forward substitution.
    let mut inverse_lower = vec![0.0; size * size];
    for column in 0..size {
        for i in column..size {
            let mut value = if i == column { 1.0 } else { 0.0 };
            for k in column..i {
                value -= lower[i * size + k] * inverse_lower[k * size + column];
            }
            inverse_lower[i * size + column] = value / lower[i * size + i];
        }
    }
    let mut inverse = vec![0.0; size * size];
    for i in 0..size {
        for j in 0..=i {
            let sum: f64 = (i..size).map(|k| inverse_lower[k * size + i] * inverse_lower[k * size + j]).sum();
            inverse[i * size + j] = sum;
            inverse[j * size + i] = sum;
        }
    }
    Some(inverse)
}

#[cfg(test)]
mod tests {
    use super::inverse;

    #[test]
    fn the_inverse_undoes_the_matrix() {
        let matrix = [4.0, 1.0, 0.5, 1.0, 3.0, -0.2, 0.5, -0.2, 2.0];
        let inverted = inverse(&matrix, 3).unwrap();
        for i in 0..3 {
            for j in 0..3 {
                let product: f64 = (0..3).map(|k| matrix[i * 3 + k] * inverted[k * 3 + j]).sum();
                assert!((product - if i == j { 1.0 } else { 0.0 }).abs() < 1e-14);
            }
        }
        assert_eq!(inverse(&matrix, 2), None);
    }
}
