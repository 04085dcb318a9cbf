//! VHD015: what the upload consists of.

use super::{MIB, Subject};
use crate::finding::{Finding, Outcome, Place};
use crate::rules::declare_rule;

declare_rule! {
    /// The file is whole pages of 512 bytes, written 4 MiB at a time.
    ///
    /// ## Why
    /// A page blob consists of pages of 512 bytes; one request writes at most 4 MiB, and pages that
    /// were never written read as zeros and cost nothing. What an upload moves depends on the unit
    /// in which the uploader looks for zeros.
    ///
    /// ## Evidence
    /// The length of the file modulo 512, and the writes of 4 MiB that hold anything.
    ///
    /// ## What Azure says
    /// - Data Box: `ERROR_BLOB_OR_FILE_SIZE_ALIGNMENT`
    /// - `PageBlobInvalidSizeError`
    ///
    /// ## Fix
    /// `azcopy copy disk.vhd "<SAS URI>" --blob-type PageBlob`
    pub static VHD015 = {
        id: "VHD015",
        name: "page-blob-mechanics",
        level: Note,
        sources: [PBLOB, DBOX, UPL],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let inspection = subject.inspection;
    let length = inspection.length;
    let mut findings = Vec::new();
    if !length.is_multiple_of(512) {
        findings.push(
            Finding::note(
                "the file is not a whole number of 512-byte pages (see VHD001 and VHD005)",
            )
            .found(format!("{length} bytes, {} too many", length % 512))
            .required("a multiple of 512 bytes")
            .at(Place::image(length - length % 512, length % 512)),
        );
    }
    if let Ok(content) = &inspection.content {
        let all = content.disk_bytes.div_ceil(4 * MIB);
        findings.push(Finding::note(format!(
            "{} of {all} writes of 4 MiB hold data; the others need not be sent",
            content.chunks_4m
        )));
    }
    Outcome::Decided(findings)
}
