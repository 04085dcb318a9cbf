//! How long it takes from a finished image to a live offer, as far as anybody outside can know.
//!
//! Three groups of numbers that are of different kinds and are therefore never added up: the upload
//! is arithmetic on bytes and rates; the fixed phases are durations that Microsoft has published at
//! some time, or our assumptions where it has not; replication is a published range with no known
//! relation to size, and beside it the time that the bytes alone would take. Each figure carries a
//! [`Provenance`]. The publisher's own [observations](Observation) and a [simulation](Waiting) of the
//! waiting stand beside those groups and replace none of them. All functions are pure: from [`Inputs`] to [`Estimate`].

mod calibration;
mod inputs;
mod kind;
mod notes;
mod payload;
mod phases;
mod provenance;
mod replication;
mod simulation;
mod staging;
mod upload;
mod uploaders;

#[cfg(test)]
mod tests;

pub use calibration::{
    Calibration, Fit, FitOutcome, LEAST_CALIBRATED, LEAST_FITTED, LEAST_SPREAD, MOST_FITTED,
    Observation, calibrate,
};
pub use inputs::{
    Change, DEFAULT_BLOB_RATE, DEFAULT_REGION_RATE, DEFAULT_REGIONS, DEFAULT_REQUEST_RATE,
    DEFAULT_RETRY_PERCENT, Inputs, Uploader,
};
pub use kind::PhaseKind;
pub use payload::{Moved, Payload};
pub use phases::{Fixed, LeftOut, Phase, Round};
pub use provenance::{Basis, Figure, Note, Provenance};
pub use replication::{Floor, Replication, ReplicationRow, Stage};
pub use simulation::{Clip, DRAWS, MOST_ROUNDS, PhaseSpread, Quantiles, SEED, Waiting, waiting};
pub use staging::{StagingStep, StepKind, StepRange, StepTime, staging};
pub use upload::{Limit, Upload, UploadTime};
pub use uploaders::{Refusal, UploaderRow, uploads};

/// What can be said of the time, group by group. There is no total, and none may be made: the
/// groups differ in kind, and the greatest values of all of them never meet. [`Estimate::waiting`]
/// gives quantiles of a model for the waiting alone, which are no total either.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Bytes to Azure; `None` when nothing has to be uploaded.
    pub upload: Option<Upload>,
    /// The same for several programs side by side; empty when nothing has to be uploaded.
    pub uploads: Vec<UploaderRow>,
    /// Phases that take as long for a small image as for a large one.
    pub fixed: Fixed,
    /// Copying to all regions, for the preview and again for the live offer.
    pub replication: Replication,
    /// The longest that Microsoft ever stated for the whole of publishing a virtual machine offer.
    /// Not a sum of the rows above.
    pub ceiling: Figure,
    /// The steps of publishing in their order, with what the publisher has to do in each.
    pub staging: Vec<StagingStep>,
    /// What the publisher's own observations say of each phase that they speak of.
    pub calibrations: Vec<Calibration>,
    /// A model of the waiting for one, two and three rounds of certification (for one when nothing
    /// is certified). To be shown beside what is documented, never in its place.
    pub waiting: Vec<Waiting>,
    /// What a reader must know to read the numbers right.
    pub notes: Vec<Note>,
}

/// The time model, applied.
pub fn estimate(inputs: &Inputs) -> Estimate {
    let upload = upload::of(inputs);
    let fixed = phases::of(inputs.change);
    let replication = replication::of(inputs);
    Estimate {
        notes: notes::of(inputs, upload.as_ref(), &replication),
        upload,
        uploads: uploads(inputs),
        waiting: simulation::by_rounds(inputs, fixed.rounds.len()),
        staging: staging(inputs),
        calibrations: calibrate(inputs),
        fixed,
        replication,
        ceiling: phases::ceiling(),
    }
}
