//! VHD002: a VHD and nothing else.

use super::Subject;
use crate::container::Container;
use crate::finding::{Finding, Outcome, Place};
use crate::rules::declare_rule;

declare_rule! {
    /// The file is a VHD, not another disk format, an archive or a failed download.
    ///
    /// ## Why
    /// Marketplace images are submitted as VHDs only. A VHDX is refused for both generations, and
    /// renaming a file does not convert it.
    ///
    /// ## Evidence
    /// Where no VHD footer is found: the signatures of VHDX, qcow2, VMDK, VDI, ISO 9660, E01, gzip,
    /// xz, zstd, bzip2, 7-Zip, zip, tar, a partition table at the front (a raw disk), the start of
    /// a web page or of XML, or nothing but zeros.
    ///
    /// ## What Azure says
    /// - Data Box: `ERROR_BLOB_OR_FILE_TYPE_UNSUPPORTED`
    /// - otherwise what VHD001 names
    ///
    /// ## Fix
    /// Convert it with the command that the finding gives; unpack an archive first.
    ///
    /// ## Limits
    /// A page of 2026 describes VHDX uploads for two disk types with sectors of 4096 bytes. The
    /// Marketplace still asks for VHD.
    pub static VHD002 = {
        id: "VHD002",
        name: "container-format",
        level: Error,
        sources: [GEN, RHEL, GEN2, UPL],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    match &subject.inspection.container {
        Container::Vhd(_) => Outcome::pass(),
        Container::Foreign(foreign) => Outcome::Decided(vec![
            Finding::error(format!("the file is {}, not a VHD", foreign.format.name()))
                .found(foreign.evidence)
                .required("a VHD")
                .at(Place::image(foreign.offset, 8).structure("signature"))
                .fix(foreign.format.conversion()),
        ]),
    }
}
