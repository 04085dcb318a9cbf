//! The content against the previous version's, and what follows of it.

use super::v1;
use crate::manifest::{Delta, Moved};

/// The staging guide that says what certification is skipped for.
const GUIDE: &str = "Microsoft, Test your VM offer for the Azure Marketplace in staging";

pub(super) fn delta(previous: &str, delta: &Delta) -> v1::Delta {
    v1::Delta {
        previous: previous.to_owned(),
        previous_bytes: delta.previous_disk_bytes,
        current_bytes: delta.current_disk_bytes,
        identical: delta.identical,
        total: bytes(&delta.total),
        regions: delta
            .regions
            .iter()
            .map(|region| v1::DeltaRegion {
                name: region.name.clone(),
                bytes: bytes(&region.bytes),
            })
            .collect(),
        notes: notes(delta.identical),
    }
}

fn bytes(moved: &Moved) -> v1::DeltaBytes {
    v1::DeltaBytes {
        unchanged_bytes: moved.unchanged_bytes,
        changed_bytes: moved.changed_bytes,
        added_bytes: moved.added_bytes,
        removed_bytes: moved.removed_bytes,
        moved_bytes: moved.moved_bytes,
        new_content_bytes: moved.new_content_bytes(),
    }
}

fn notes(identical: bool) -> Vec<v1::Note> {
    let certification = if identical {
        "with the same content on every disk, a submission that changes marketing text alone \
         skips certification; any byte that changes, here or on another disk of the offer, means a \
         full run"
    } else {
        "certification runs in full, however little has changed: it is skipped only for a \
         submission that changes marketing text alone"
    };
    let note = |text: &str, basis, date, source| v1::Note {
        text: text.to_owned(),
        provenance: v1::Provenance {
            basis,
            records: None,
            date,
            source,
        },
    };
    vec![
        note(
            certification,
            v1::Basis::Documented,
            Some("2016-08-01"),
            GUIDE,
        ),
        note(
            "nothing public says that replication is incremental or deduplicated: unchanged and \
             moved bytes are what could be saved, not what is saved, and no time is reckoned from \
             them",
            v1::Basis::Assumed,
            None,
            "absence of a public statement",
        ),
    ]
}
