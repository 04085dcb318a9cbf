//! VHD006: the smallest disk.

use super::{MIB, Subject, bytes_and_mib, fix, footer_field, vhd};
use crate::finding::{Finding, Outcome};
use crate::rules::declare_rule;

declare_rule! {
    /// The virtual size is at least 20 MiB.
    ///
    /// ## Why
    /// Azure makes no disk of a smaller blob: the least that a direct upload takes is a file of
    /// 20,972,032 bytes, which is 20 MiB and the footer.
    ///
    /// ## Evidence
    /// The footer's current size.
    ///
    /// ## What Azure says
    /// No literal message is known.
    ///
    /// ## Fix
    /// `qemu-img resize -f raw disk.raw 1G`, then convert it again with `force_size`.
    pub static VHD006 = {
        id: "VHD006",
        name: "minimum-size",
        level: Error,
        sources: [FAQ, ASE3029],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let (_, found) = match vhd(subject) {
        Ok(parts) => parts,
        Err(outcome) => return outcome,
    };
    let size = found.footer.current_size;
    if size >= 20 * MIB {
        return Outcome::pass();
    }
    Outcome::Decided(vec![
        Finding::error("the disk is smaller than Azure's minimum of 20 MiB")
            .found(bytes_and_mib(size))
            .required("at least 20971520 bytes (20 MiB)")
            .at(footer_field(found, "current size"))
            .fix(fix::grow(subject, 1024 * MIB)),
    ])
}
