//! A line by payload, after Theil and Sen: the median of the slopes between all pairs, which a few
//! odd observations do not bend. Neither the slope nor the intercept may be negative: more bytes do
//! not take less time, and none do not take less than none.

use super::order::{median, sorted};
use super::{FitOutcome, Observation};

/// Observations from which on a line is tried.
pub const LEAST_FITTED: usize = 8;
/// The greatest payload over the least from which on a line is tried.
pub const LEAST_SPREAD: f64 = 4.0;
/// Observations that are fitted at most, the newest: the work grows with their cube.
pub const MOST_FITTED: usize = 100;

const GIB: f64 = (1_u64 << 30) as f64;

/// A line by payload, and how well it does.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// How many observations it is drawn through: the newest, at most [`MOST_FITTED`].
    pub records: u32,
    /// Hours for no payload at all.
    pub base_hours: f64,
    /// Hours for each GiB of payload.
    pub hours_per_gib: f64,
    /// Correlation (Pearson's R) of payload and hours, from -1 to 1; `None` when all took the same
    /// time.
    pub correlation: Option<f64>,
    /// By how many hours the line misses an observation that it was drawn without, on average.
    pub left_out_error_hours: f64,
    /// By how many hours the median of the others misses it, on average.
    pub median_left_out_error_hours: f64,
    /// The least payload among the observations, in bytes.
    pub least_payload_bytes: u64,
    /// The greatest payload among the observations, in bytes.
    pub greatest_payload_bytes: u64,
    /// The payload of the image at hand, in bytes.
    pub payload_bytes: u64,
    /// Hours that the line gives for it.
    pub expected_hours: f64,
    /// By how many hours each observation lies above the line (below it if negative), ascending.
    pub residual_hours: Vec<f64>,
}

impl Fit {
    /// Whether the image's payload lies outside of those observed, where a line is worth less.
    pub fn extrapolates(&self) -> bool {
        !(self.least_payload_bytes..=self.greatest_payload_bytes).contains(&self.payload_bytes)
    }
}

/// Tries a line through `observations`, oldest first, for a payload of `payload_bytes`.
pub(super) fn try_on(observations: &[Observation], payload_bytes: u64) -> FitOutcome {
    if observations.len() < LEAST_FITTED {
        return FitOutcome::NotTried {
            reason: "fewer than 8 observations",
        };
    }
    let newest = &observations[observations.len().saturating_sub(MOST_FITTED)..];
    let payloads = || newest.iter().map(|one| one.payload_bytes);
    let (Some(least), Some(greatest)) = (payloads().min(), payloads().max()) else {
        return FitOutcome::NotTried {
            reason: "no observations",
        };
    };
    if greatest as f64 / (least.max(1) as f64) < LEAST_SPREAD {
        return FitOutcome::NotTried {
            reason: "the payloads observed lie less than fourfold apart",
        };
    }
    let points: Vec<Point> = newest.iter().map(Point::from).collect();
    let line = Line::through(&points);
    let fit = Fit {
        records: u32::try_from(points.len()).unwrap_or(u32::MAX),
        base_hours: line.base_hours,
        hours_per_gib: line.hours_per_gib,
        correlation: correlation(&points),
        left_out_error_hours: left_out_error(&points, |others, gib| Line::through(others).at(gib)),
        median_left_out_error_hours: left_out_error(&points, |others, _| {
            median(&sorted(others.iter().map(|point| point.hours).collect()))
        }),
        least_payload_bytes: least,
        greatest_payload_bytes: greatest,
        payload_bytes,
        expected_hours: line.at(payload_bytes as f64 / GIB),
        residual_hours: sorted(
            points
                .iter()
                .map(|point| point.hours - line.at(point.gib))
                .collect(),
        ),
    };
    // Outside of what was observed a line says anything: four MiB after observations of gigabytes
    // would certify in minutes.
    if fit.left_out_error_hours < fit.median_left_out_error_hours && !fit.extrapolates() {
        FitOutcome::Used(fit)
    } else {
        FitOutcome::Lost(fit)
    }
}

#[derive(Clone, Copy)]
struct Point {
    gib: f64,
    hours: f64,
}

impl From<&Observation> for Point {
    fn from(observation: &Observation) -> Self {
        Self {
            gib: observation.payload_bytes as f64 / GIB,
            hours: observation.hours,
        }
    }
}

struct Line {
    base_hours: f64,
    hours_per_gib: f64,
}

impl Line {
    fn through(points: &[Point]) -> Self {
        let mut slopes = Vec::new();
        for (index, one) in points.iter().enumerate() {
            for other in &points[index + 1..] {
                let gib = other.gib - one.gib;
                if gib != 0.0 {
                    slopes.push((other.hours - one.hours) / gib);
                }
            }
        }
        // All of one size have no slope: 0 of none.
        let hours_per_gib = median(&sorted(slopes)).max(0.0);
        let rests = points
            .iter()
            .map(|point| point.hours - hours_per_gib * point.gib)
            .collect();
        Self {
            base_hours: median(&sorted(rests)).max(0.0),
            hours_per_gib,
        }
    }

    fn at(&self, gib: f64) -> f64 {
        self.base_hours + self.hours_per_gib * gib
    }
}

/// How far `foretell` is off on average, asked for each point with all others at hand.
fn left_out_error(points: &[Point], foretell: impl Fn(&[Point], f64) -> f64) -> f64 {
    let mut sum = 0.0;
    let mut others = Vec::with_capacity(points.len());
    for (index, left_out) in points.iter().enumerate() {
        others.clear();
        others.extend_from_slice(&points[..index]);
        others.extend_from_slice(&points[index + 1..]);
        sum += (left_out.hours - foretell(&others, left_out.gib)).abs();
    }
    sum / (points.len().max(1) as f64)
}

fn correlation(points: &[Point]) -> Option<f64> {
    let count = points.len() as f64;
    let mean_gib = points.iter().map(|point| point.gib).sum::<f64>() / count;
    let mean_hours = points.iter().map(|point| point.hours).sum::<f64>() / count;
    let (mut both, mut gib, mut hours) = (0.0, 0.0, 0.0);
    for point in points {
        let (x, y) = (point.gib - mean_gib, point.hours - mean_hours);
        both += x * y;
        gib += x * x;
        hours += y * y;
    }
    // The square root is exact to the last bit on every platform, unlike other functions.
    let scale = gib.sqrt() * hours.sqrt();
    (scale > 0.0 && scale.is_finite()).then(|| (both / scale).clamp(-1.0, 1.0))
}
