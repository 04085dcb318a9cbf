//! How long the waiting may last: a model, to be printed beside what is documented, never in its
//! place.
//!
//! What is simulated is everything that the publisher waits for after the upload: the fixed phases
//! and both replications. The upload is left out because it is arithmetic, the sign-off because it
//! is the publisher's own. The result is three quantiles; no single figure is made of them.
//!
//! Each phase is drawn from its own [spread](PhaseSpread), independently of the others: that is an
//! assumption too. [`DRAWS`] times all phases are drawn and added up, the sum is clipped to
//! [`Clip`], and the 10th, 50th and 90th percentile of the sums are given. A further round of
//! certification draws the fixed phases once more, as the table of rounds counts them. All rounds
//! share their first draws, so that more rounds never come out shorter.
//!
//! The numbers are the same in every run and on every machine: the generator has a fixed seed, and
//! nothing but additions, multiplications and comparisons is done with its numbers.

mod random;
mod spread;

#[cfg(test)]
mod tests;

use std::num::NonZeroU32;

pub use spread::PhaseSpread;

use super::calibration::sorted;
use super::inputs::Inputs;
use super::kind::PhaseKind;
use super::phases::{self, LeftOut};
use super::provenance::Provenance;
use super::replication;
use random::Random;
use spread::Spread;

/// How often everything is drawn: an odd number and one more than a multiple of ten, so that each
/// percentile is one of the sums.
pub const DRAWS: u32 = 10_001;
/// The seed of the generator.
pub const SEED: u64 = 0x5648_4450_5245_464C;
/// Rounds of certification that are simulated at most.
pub const MOST_ROUNDS: u32 = 20;

/// What the simulation gives for a number of rounds of certification.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// How often the fixed phases are gone through until the image passes.
    pub rounds: u32,
    /// The fixed phases together.
    pub fixed: Quantiles,
    /// Both replications together; `None` when nothing is known of one of them.
    pub replication: Option<Quantiles>,
    /// All the waiting together, clipped; `None` when something of it is unknown.
    pub whole: Option<Quantiles>,
    /// The bounds that the whole is clipped to; `None` when there is no whole.
    pub clip: Option<Clip>,
    /// What each phase was drawn from, in the order in which they happen.
    pub spreads: Vec<PhaseSpread>,
    /// Phases that take time and could not be simulated, with the reason.
    pub unknown: Vec<LeftOut>,
    /// How often everything was drawn.
    pub draws: u32,
    /// The seed of the generator.
    pub seed: u64,
    /// What these numbers rest on: a model with assumptions, whatever its phases rest on.
    pub provenance: Provenance,
}

/// Percentiles of simulated durations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantiles {
    /// Hours that one in ten stays below.
    pub p10_hours: f64,
    /// Hours that every second one stays below.
    pub p50_hours: f64,
    /// Hours that nine in ten stay below.
    pub p90_hours: f64,
}

/// The bounds of a simulated sum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clip {
    /// Hours: the time that the bytes alone would take in both replications, or less if the
    /// publisher has seen less.
    pub least_hours: f64,
    /// Hours: the longest that was ever documented for everything, more if the publisher has seen
    /// more, and for each further round the greatest values of the fixed phases.
    pub most_hours: f64,
}

/// Simulates the waiting over `rounds` rounds of certification, [`MOST_ROUNDS`] at most.
pub fn waiting(inputs: &Inputs, rounds: NonZeroU32) -> Waiting {
    let rounds = rounds.get().min(MOST_ROUNDS);
    let model = Model::of(inputs);
    let mut sums = Sums::default();
    // The same numbers for the first pass however many rounds follow, and for each of those.
    let mut first = Random::new(SEED, 0);
    let mut further: Vec<Random> = (1..rounds)
        .map(|round| Random::new(SEED, round.into()))
        .collect();
    let clip = model.clip(1);
    for _ in 0..DRAWS {
        let replication = draw(&model.replication, &mut first);
        let once = draw(&model.fixed, &mut first);
        let again: f64 = further
            .iter_mut()
            .map(|random| draw(&model.fixed, random))
            .sum();
        sums.fixed.push(once + again);
        sums.replication.push(replication);
        sums.whole
            .push((once + replication).clamp(clip.least_hours, clip.most_hours) + again);
    }
    let known = model.unknown.is_empty();
    Waiting {
        rounds,
        fixed: quantiles(sums.fixed),
        replication: known.then(|| quantiles(sums.replication)),
        whole: known.then(|| quantiles(sums.whole)),
        clip: known.then(|| model.clip(rounds)),
        spreads: model.spreads(),
        unknown: model.unknown,
        draws: DRAWS,
        seed: SEED,
        provenance: Provenance::assumed(
            "model: simulation with a fixed seed; the shape of each phase's spread and their independence are assumed",
        ),
    }
}

/// The simulation for each number of rounds that the table of rounds has: one to three, or one
/// when nothing is certified.
pub(super) fn by_rounds(inputs: &Inputs, rounds: usize) -> Vec<Waiting> {
    (1..=MOST_ROUNDS)
        .take(rounds.max(1))
        .filter_map(NonZeroU32::new)
        .map(|rounds| waiting(inputs, rounds))
        .collect()
}

#[derive(Default)]
struct Sums {
    fixed: Vec<f64>,
    replication: Vec<f64>,
    whole: Vec<f64>,
}

/// What is drawn from.
struct Model {
    fixed: Vec<Spread>,
    replication: Vec<Spread>,
    unknown: Vec<LeftOut>,
    ceiling_hours: f64,
}

impl Model {
    fn of(inputs: &Inputs) -> Self {
        let fixed = phases::of(inputs.change)
            .phases
            .iter()
            .map(|phase| Spread::fixed(phase).calibrated(inputs))
            .collect();
        let copies = replication::of(inputs);
        let floor_hours = copies.floor.map_or(0.0, |floor| floor.seconds / 3600.0);
        let (mut replication, mut unknown) = (Vec::new(), Vec::new());
        for row in &copies.rows {
            match Spread::replication(row, floor_hours, inputs) {
                Some(spread) => replication.push(spread),
                None => unknown.push(LeftOut {
                    name: row.stage.kind().name(),
                    reason: "no figure is published, and there are fewer than 3 observations",
                }),
            }
        }
        Self {
            fixed,
            replication,
            unknown,
            ceiling_hours: phases::ceiling().hours,
        }
    }

    fn clip(&self, rounds: u32) -> Clip {
        let all = || self.fixed.iter().chain(&self.replication);
        let least_hours: f64 = all().map(Spread::bound_below).sum();
        let once = self.ceiling_hours + all().map(Spread::excess).sum::<f64>();
        let again: f64 = self.fixed.iter().map(|spread| spread.at(1.0)).sum();
        Clip {
            least_hours,
            // Physics comes before what was documented.
            most_hours: once.max(least_hours) + f64::from(rounds.saturating_sub(1)) * again,
        }
    }

    fn spreads(&self) -> Vec<PhaseSpread> {
        let mut spreads: Vec<PhaseSpread> = self
            .fixed
            .iter()
            .chain(&self.replication)
            .map(Spread::shown)
            .collect();
        spreads.sort_by_key(|spread| spread.phase);
        spreads
    }
}

fn draw(spreads: &[Spread], random: &mut Random) -> f64 {
    spreads
        .iter()
        .map(|spread| spread.at(random.next_unit()))
        .sum()
}

fn quantiles(sums: Vec<f64>) -> Quantiles {
    let ascending = sorted(sums);
    let last = ascending.len().saturating_sub(1);
    let at = |percent: usize| ascending.get(last / 100 * percent).copied().unwrap_or(0.0);
    Quantiles {
        p10_hours: at(10),
        p50_hours: at(50),
        p90_hours: at(90),
    }
}

impl PhaseKind {
    /// What a phase's spread assumes beyond its figures.
    fn assumption(self) -> &'static str {
        match self {
            Self::PreviewReplication | Self::LiveReplication => {
                "eight in ten take 24 to 48 hours, half of them up to the middle of that; the slowest tenth takes up to the documented week"
            }
            Self::FinalPublish => {
                "low, typical and high are taken for the 10th, 50th and 90th percentile; high, of which nothing is published, lies as many times above typical as typical above low"
            }
            _ => "low, typical and high are taken for the 10th, 50th and 90th percentile",
        }
    }
}
