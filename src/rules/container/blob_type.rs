//! VHD016: the type of the blob, as far as the file foretells it.

use super::Subject;
use crate::finding::{Finding, Outcome};
use crate::rules::declare_rule;

declare_rule! {
    /// The file's name makes uploaders choose a page blob.
    ///
    /// ## Why
    /// Azure makes disks of page blobs only, and a blob's type cannot be changed. azcopy chooses a
    /// page blob for names that end with `.vhd` or `.vhdx`, and a block blob for all others.
    ///
    /// ## Evidence
    /// The extension of the file. The type of the blob itself is known only in Azure
    /// (`x-ms-blob-type`), so it stands under what was not checked.
    ///
    /// ## What Azure says
    /// - `Invalid blob type`:
    ///   `VM provisioning failed because the used blob is a block type instead of a page type.`
    /// - `IncorrectDiskBlobType`, `IncorrectImageBlobType`:
    ///   `Disk blobs can only be of type page blob. Blob {0} for disk '{1}' is of type block blob.`
    ///
    /// ## Fix
    /// Delete the blob and upload it again: `azcopy copy disk.vhd "<SAS URI>" --blob-type PageBlob`
    pub static VHD016 = {
        id: "VHD016",
        name: "blob-type",
        level: Warning,
        sources: [FAQ, SUPERR],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let name = subject.inspection.name.to_ascii_lowercase();
    if name.ends_with(".vhd") || name.ends_with(".vhdx") {
        return Outcome::pass();
    }
    Outcome::Decided(vec![
        Finding::warning("azcopy makes a block blob of a file with this extension")
            .required("a name that ends with .vhd, or --blob-type PageBlob")
            .fix("azcopy copy disk.vhd \"<SAS URI>\" --blob-type PageBlob"),
    ])
}
