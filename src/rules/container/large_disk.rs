//! VHD013: large disks need an exception.

use super::{Subject, bytes_and_mib};
use crate::finding::{Finding, Outcome, Place};
use crate::inspect::DiskRole;
use crate::rules::{GIB, declare_rule};

declare_rule! {
    /// An OS disk above 250 GiB is large because it is full; one above 500 GiB has an exception.
    ///
    /// ## Why
    /// The larger the disk, the longer setup and replication take. Support asks for a reason before
    /// it approves a disk above 500 GiB, or one between 250 and 500 GiB of which more than 200 GiB
    /// are empty.
    ///
    /// ## Evidence
    /// The virtual size, and the bytes that are not zero (in units of 4 KiB) by the content pass.
    ///
    /// ## What Azure says
    /// - FAQ: support may ask for a justification of the exception
    ///
    /// ## Fix
    /// Shrink the disk to what it holds and let customers grow it; or ask for the exception before
    /// you submit.
    ///
    /// ## Limits
    /// The FAQ prints the limits in TiB. As no Azure disk is that large, they are read as GiB.
    pub static VHD013 = {
        id: "VHD013",
        name: "large-disk",
        level: Warning,
        sources: [FAQ],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let inspection = subject.inspection;
    if inspection.role.value == DiskRole::Data {
        return Outcome::not_applicable("the exception is for OS disks");
    }
    let size = match &inspection.disk_size {
        Ok(size) => *size,
        Err(unknown) => return Outcome::undetermined(&*unknown.reason),
    };
    if size <= 250 * GIB {
        return Outcome::pass();
    }
    let warning = |message: &str, found: String| {
        Outcome::Decided(vec![
            Finding::warning(message)
                .found(found)
                .required("at most 250 GiB, or 500 GiB with at most 200 GiB empty")
                .at(Place::disk(0, size).structure("disk"))
                .fix("shrink the disk, or ask Partner Center support for an exception first"),
        ])
    };
    if size > 500 * GIB {
        return warning(
            "an OS disk of more than 500 GiB needs an exception",
            bytes_and_mib(size),
        );
    }
    let used = match &inspection.content {
        Ok(content) => content.non_zero.at_4k,
        Err(unknown) => {
            return Outcome::undetermined(format!(
                "how much of it is empty is not known: {}",
                unknown.reason
            ));
        }
    };
    if size - used.min(size) > 200 * GIB {
        return warning(
            "more than 200 GiB of the OS disk are empty: it needs an exception",
            format!(
                "{}, of which {} hold data",
                bytes_and_mib(size),
                bytes_and_mib(used)
            ),
        );
    }
    Outcome::pass()
}
