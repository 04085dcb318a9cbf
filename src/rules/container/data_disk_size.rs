//! VHD011: a data disk's size within the Marketplace's limits.

use super::{Subject, bytes_and_mib, fix};
use crate::finding::{Finding, Outcome, Place};
use crate::inspect::DiskRole;
use crate::rules::{GIB, declare_rule};

declare_rule! {
    /// A data disk is between 1 and 1023 GiB.
    ///
    /// ## Why
    /// The Marketplace approves no larger data disks, although Azure itself has them. Below 1 GB a
    /// data disk is smaller than the policies foresee.
    ///
    /// ## Evidence
    /// The virtual size, when the disk is judged as a data disk.
    ///
    /// ## What Azure says
    /// - FAQ, data disk size verification: requests above 1023 gigabytes are not approved
    ///
    /// ## Fix
    /// Split the data over several disks, or shrink the disk; a customer can grow it after
    /// deployment.
    pub static VHD011 = {
        id: "VHD011",
        name: "data-disk-size",
        level: Error,
        sources: [FAQ, POL, CRE17, WINP],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let inspection = subject.inspection;
    if inspection.role.value == DiskRole::Os {
        return Outcome::not_applicable("an OS disk has limits of its own (VHD010)");
    }
    let size = match &inspection.disk_size {
        Ok(size) => *size,
        Err(unknown) => return Outcome::undetermined(&*unknown.reason),
    };
    let finding = if size > 1023 * GIB {
        Finding::error("the data disk is larger than the Marketplace's 1023 GiB")
            .fix("split the data over several disks, or shrink the disk")
    } else if size < GIB {
        Finding::warning("the data disk is smaller than 1 GiB").fix(fix::grow(subject, GIB))
    } else {
        return Outcome::pass();
    };
    Outcome::Decided(vec![
        finding
            .found(bytes_and_mib(size))
            .required("1 to 1023 GiB")
            .at(Place::disk(0, size).structure("disk")),
    ])
}
