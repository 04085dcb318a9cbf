//! How long it takes from a finished image to a live offer, as far as anybody outside can know.
//!
//! Three groups of numbers that are of different kinds and are therefore never added up: the upload
//! is arithmetic on bytes and rates; the fixed phases are durations that Microsoft has published at
//! some time, or our assumptions where it has not; replication is a published range with no known
//! relation to size, and beside it the time that the bytes alone would take. Each figure carries a
//! [`Provenance`]. All functions are pure: from [`Inputs`] to [`Estimate`].

mod inputs;
mod notes;
mod payload;
mod phases;
mod provenance;
mod replication;
mod upload;

#[cfg(test)]
mod tests;

pub use inputs::{
    Change, DEFAULT_BLOB_RATE, DEFAULT_REGION_RATE, DEFAULT_REGIONS, DEFAULT_REQUEST_RATE,
    DEFAULT_RETRY_PERCENT, Inputs, Uploader,
};
pub use payload::{Moved, Payload};
pub use phases::{Fixed, LeftOut, Phase, Round};
pub use provenance::{Basis, Figure, Note, Provenance};
pub use replication::{Floor, Replication, ReplicationRow, Stage};
pub use upload::{Limit, Upload, UploadTime};

/// What can be said of the time, group by group. There is no total, and none may be made: the
/// groups differ in kind, and the greatest values of all of them never meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Bytes to Azure; `None` when nothing has to be uploaded.
    pub upload: Option<Upload>,
    /// Phases that take as long for a small image as for a large one.
    pub fixed: Fixed,
    /// Copying to all regions, for the preview and again for the live offer.
    pub replication: Replication,
    /// The longest that Microsoft ever stated for the whole of publishing a virtual machine offer.
    /// Not a sum of the rows above.
    pub ceiling: Figure,
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
        fixed,
        replication,
        ceiling: phases::ceiling(),
    }
}
