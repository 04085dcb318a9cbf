//! The documents of `estimate` and `history list`.

use std::path::Path;

use super::{delta, estimate, tool_error, v1};
use crate::estimate::{self as model, Inputs};
use crate::history::Record;
use crate::inspect::{InspectError, Inspection};

/// The document of `estimate`; `history` is the file of observations with its number of records.
pub fn estimates(
    history: Option<(&Path, usize)>,
    images: Vec<v1::EstimatedImage>,
) -> v1::EstimateDocument {
    v1::EstimateDocument {
        schema: v1::ESTIMATE,
        tool: v1::Tool::default(),
        history: history.map(|(path, records)| v1::HistoryRead {
            path: path.to_string_lossy().into_owned(),
            records: records as u64,
        }),
        images,
    }
}

/// The part of it on an image that was inspected; without `inputs` it is not known what has to move.
pub fn image_estimate(
    inspection: &Inspection,
    inputs: Option<&Inputs>,
    previous: Option<&Path>,
) -> v1::EstimatedImage {
    let unknown = || {
        let size = inspection.disk_size.as_ref().err();
        let why = size.or(inspection.content.as_ref().err());
        why.map_or_else(
            || "it is not known what has to move".to_owned(),
            |why| why.reason.clone(),
        )
    };
    v1::EstimatedImage {
        path: inspection.name.clone(),
        virtual_bytes: inspection.disk_size.as_ref().ok().copied(),
        estimate: inputs.map(|inputs| estimate::estimate(inputs, &model::estimate(inputs))),
        delta: previous
            .zip(inspection.measured.delta.as_ref())
            .map(|(path, found)| delta::delta(&path.to_string_lossy(), found)),
        no_estimate_reason: inputs.is_none().then(unknown),
        errors: Vec::new(),
    }
}

/// The part of it on an image that could not be inspected.
pub fn failed_estimate(path: &str, error: &InspectError) -> v1::EstimatedImage {
    v1::EstimatedImage {
        path: path.to_owned(),
        virtual_bytes: None,
        estimate: None,
        delta: None,
        no_estimate_reason: None,
        errors: vec![tool_error(error)],
    }
}

/// The document of `history list`.
pub fn history(path: &Path, records: &[Record]) -> v1::HistoryDocument {
    v1::HistoryDocument {
        schema: v1::HISTORY,
        tool: v1::Tool::default(),
        path: path.to_string_lossy().into_owned(),
        records: records.iter().map(record).collect(),
    }
}

fn record(record: &Record) -> v1::HistoryRecord {
    v1::HistoryRecord {
        date: record.date.to_string(),
        change: record.change.word(),
        virtual_bytes: record.virtual_bytes,
        payload_bytes: record.payload_bytes,
        regions: record.regions,
        phase: record.phase.word(),
        name: record.phase.name(),
        hours: record.hours,
        source: record.source.clone(),
    }
}
