//! What a reader must know to read the numbers right.

use super::inputs::{Change, Inputs, Uploader};
use super::provenance::{Note, Provenance};
use super::replication::Replication;
use super::upload::Upload;

/// Floors below this many seconds are minutes, beside documented days.
const SHORT: f64 = 3600.0;

/// The notes that belong to an estimate.
pub(super) fn of(inputs: &Inputs, upload: Option<&Upload>, replication: &Replication) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut note = |text: String, provenance| notes.push(Note { text, provenance });
    if inputs.change == Change::MarketingOnly {
        note(
            "nothing has to be uploaded when only marketing changes: the image stays the one that is published".to_owned(),
            Provenance::assumed("follows from the change that was named"),
        );
    }
    if let Some(upload) = upload {
        if inputs.uploader == Uploader::WholeFile {
            note(
                "every byte of the disk is sent, zeros too; the footer's 512 bytes come on top"
                    .to_owned(),
                Provenance::assumed("follows from the way of uploading that was named"),
            );
        } else if inputs.payload.scanned {
            note(
                "the payload is what the uploader sends: units with a byte that is not zero, in full; the footer's 512 bytes come on top".to_owned(),
                Provenance::assumed("counted in the image by the unit that the uploader's source code tests for zero"),
            );
        } else {
            note(
                "the content was not read: the payload is an upper bound, all units that hold stored bytes, zeros or not".to_owned(),
                Provenance::assumed("stored bytes that are zeros are left out by the uploader"),
            );
        }
        if !upload.is_exact && inputs.payload.unavailable_bytes > 0 {
            note(
                format!(
                    "{} bytes of the disk are not at hand and not counted: the payload may be larger",
                    inputs.payload.unavailable_bytes
                ),
                Provenance::assumed("what is missing cannot be estimated"),
            );
        }
    }
    note(
        "Microsoft has published no newer figure than 2018 for the certification or replication of a virtual machine image".to_owned(),
        Provenance::assumed("a search of the public documentation; its page of 2022 gives times for other steps only"),
    );
    note(
        "nothing public says that replication is incremental or deduplicated: repeated or unchanged bytes are not taken off any time".to_owned(),
        Provenance::assumed("absence of a public statement"),
    );
    note(
        "replication happens twice, before the preview and after \"Go live\"; an offer that is listed need not be replicated yet".to_owned(),
        Provenance::documented("2016-08-01", "Microsoft's guides to staging and to production"),
    );
    if let Some(floor) = replication.floor.filter(|floor| floor.seconds < SHORT) {
        note(
            format!(
                "size is not what limits this image: copying its bytes to every region would take {}; what takes longer is queueing",
                short_time(floor.seconds)
            ),
            Provenance::assumed("inference from the floor and the documented range"),
        );
    }
    if inputs.change == Change::Image {
        note(
            "rounds cost more than bytes: one publisher needed 8 changes in 44 days to get an image certified".to_owned(),
            Provenance::documented("2026-06-03", "commits of bitwarden/self-host from April to June 2026"),
        );
    }
    notes
}

/// Seconds or minutes, rounded for a sentence.
fn short_time(seconds: f64) -> String {
    if seconds < 1.0 {
        "less than a second".to_owned()
    } else if seconds < 120.0 {
        format!("{seconds:.0} seconds")
    } else {
        format!("{:.1} minutes", seconds / 60.0)
    }
}
