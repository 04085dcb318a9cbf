//! Order statistics.

/// The numbers in ascending order.
pub(in super::super) fn sorted(mut numbers: Vec<f64>) -> Vec<f64> {
    numbers.sort_unstable_by(f64::total_cmp);
    numbers
}

/// The median of numbers in ascending order; 0 of none.
pub(super) fn median(ascending: &[f64]) -> f64 {
    let middle = ascending.len() / 2;
    let upper = ascending.get(middle).copied().unwrap_or(0.0);
    if ascending.len() % 2 == 1 {
        return upper;
    }
    let lower = middle
        .checked_sub(1)
        .and_then(|below| ascending.get(below))
        .copied()
        .unwrap_or(0.0);
    // Not the half of the sum, which could overflow.
    lower + (upper - lower) / 2.0
}
