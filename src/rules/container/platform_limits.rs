//! VHD012: what the platform itself can hold.

use super::{Subject, bytes_and_mib};
use crate::finding::{Finding, Outcome, Place};
use crate::inspect::{DiskRole, Generation};
use crate::rules::{GIB, declare_rule};

declare_rule! {
    /// The disk is within what Azure's blobs and disks can hold.
    ///
    /// ## Why
    /// A generation 1 machine starts from at most 2048 GiB, a generation 2 machine from at most
    /// 4 TiB; a data disk has at most 32,767 GiB, a page blob 8 TiB.
    ///
    /// ## Evidence
    /// The virtual size and the length of the file, by the declared generation and kind of disk.
    ///
    /// ## What Azure says
    /// - Data Box: `ERROR_BLOB_OR_FILE_SIZE_LIMIT`
    /// - `VHDSizeInvalid`
    ///
    /// ## Fix
    /// Shrink the disk, or split it.
    ///
    /// ## Limits
    /// Some pages of Azure still state 1023 GB for every Linux VHD; the Marketplace's own limits
    /// (VHD010, VHD011) are lower than these in every case.
    pub static VHD012 = {
        id: "VHD012",
        name: "platform-limits",
        level: Error,
        sources: [WINP, GEN2, PBLOB, UPL, ASE3029],
    };
}

const MOST_GENERATION_1: u64 = 2048 * GIB;
const MOST_GENERATION_2: u64 = 4096 * GIB;
const MOST_DATA: u64 = 32_767 * GIB;
const MOST_PAGE_BLOB: u64 = 8192 * GIB;

fn check(subject: &Subject<'_>) -> Outcome {
    let inspection = subject.inspection;
    let size = match &inspection.disk_size {
        Ok(size) => *size,
        Err(unknown) => return Outcome::undetermined(&*unknown.reason),
    };
    let mut findings = Vec::new();
    let mut beyond = |finding: Finding, limit: u64| {
        findings.push(
            finding
                .found(bytes_and_mib(size))
                .required(format!("at most {} GiB", limit / GIB))
                .at(Place::disk(0, size).structure("disk"))
                .fix("shrink the disk, or move data to further disks"),
        );
    };
    match (inspection.role.value, inspection.generation) {
        (DiskRole::Data, _) if size > MOST_DATA => {
            beyond(
                Finding::error("no Azure data disk is that large"),
                MOST_DATA,
            );
        }
        (DiskRole::Data, _) => {}
        (DiskRole::Os, Generation::One) if size > MOST_GENERATION_1 => beyond(
            Finding::error("a generation 1 machine cannot start from a disk of this size"),
            MOST_GENERATION_1,
        ),
        (DiskRole::Os, _) if size > MOST_GENERATION_2 => beyond(
            Finding::error("no machine starts from a disk of this size"),
            MOST_GENERATION_2,
        ),
        (DiskRole::Os, Generation::Any) if size > MOST_GENERATION_1 => beyond(
            Finding::warning("only a generation 2 machine can start from a disk of this size"),
            MOST_GENERATION_1,
        ),
        (DiskRole::Os, _) => {}
    }
    if size > MOST_PAGE_BLOB {
        beyond(
            Finding::error("no page blob holds a disk of this size"),
            MOST_PAGE_BLOB,
        );
    }
    Outcome::Decided(findings)
}
