//! LNX054: ready for sizes with NVMe disks.

use super::arguments::defaults;
use super::{at, guest, kernel};
use crate::finding::{Finding, Outcome};
use crate::guest::linux::kernel::Driver;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// What is there for machine sizes with NVMe disks is told.
    ///
    /// ## Why
    /// An offer may claim NVMe. Then the guest has to find its root disk by that driver, and to
    /// wait for it as long as Azure needs.
    ///
    /// ## Evidence
    /// `nvme` and `nvme_core` in the initial RAM disk or the kernel of the default boot entry, and
    /// `nvme_core.io_timeout=240` in its arguments.
    ///
    /// ## Fix
    /// dracut: `add_drivers+=" nvme nvme_core "`; then add `nvme_core.io_timeout=240` to the
    /// kernel's arguments.
    ///
    /// ## Limits
    /// Whether the offer claims NVMe does not stand in the image: this is a note only.
    pub static LNX054 = {
        id: "LNX054",
        name: "nvme-readiness",
        level: Note,
        sources: [NVME, UBU, RHEL, DEB, SUSE, ORA, TECH],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let kernel = match kernel(guest) {
        Ok(kernel) => kernel,
        Err(outcome) => return outcome,
    };
    let mut findings = Vec::new();
    let mut open = None;
    for name in ["nvme", "nvme_core"] {
        let driver = match kernel.driver(name) {
            Ok(driver) => driver,
            Err(unknown) => {
                open = open.or(Some(unknown.reason));
                continue;
            }
        };
        let (place, why) = match (&driver, &guest.initramfs) {
            (Driver::BuiltIn, _) | (Driver::Module(_), Ok(None)) => continue,
            (_, Ok(Some(initramfs))) if initramfs.has(name) => continue,
            (_, Err(unknown)) => {
                open = open.or_else(|| Some(unknown.reason.clone()));
                continue;
            }
            (_, Ok(Some(initramfs))) => (
                initramfs.files.last().unwrap_or(&kernel.spot),
                "the initial RAM disk",
            ),
            (_, Ok(None)) => (&kernel.spot, "the kernel"),
        };
        findings.push(
            Finding::note(format!("{why} has no {name}: the offer cannot claim NVMe"))
                .found(format!("no {name}"))
                .required(format!("{name}, if the offer claims NVMe"))
                .at(at(place))
                .fix(super::initramfs_drivers::fix(guest, "nvme nvme_core")),
        );
    }
    match defaults(guest) {
        Ok(defaults) => {
            for (way, entry) in &defaults.entries {
                if !entry.command_line.has("nvme_core.io_timeout=240") {
                    findings.push(
                        Finding::note(format!(
                            "{} has no nvme_core.io_timeout=240, which an offer that claims NVMe needs",
                            super::arguments::named(way, entry)
                        ))
                        .found(super::arguments::shown(entry))
                        .required("nvme_core.io_timeout=240, if the offer claims NVMe")
                        .at(at(&entry.command_line.spot))
                        .fix(super::arguments::add(guest, way, "nvme_core.io_timeout=240")),
                    );
                }
            }
        }
        Err(outcome) => open = open.or_else(|| outcome.reason().map(str::to_owned)),
    }
    crate::rules::partition::decided_unless(open, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    #[test]
    fn what_is_missing_is_only_noted() {
        let tree = |arguments: &str, modules: &str| {
            Tree::new()
                .file(
                    "/boot/grub/grub.cfg",
                    &format!("menuentry a {{ linux /boot/vmlinuz-6.1.0 {arguments}\n}}\n"),
                )
                .file("/lib/modules/6.1.0/modules.builtin", modules)
        };
        let both = "kernel/nvme.ko\nkernel/nvme-core.ko\n";
        assert_eq!(
            of(&LNX054, &tree("nvme_core.io_timeout=240", both)),
            Outcome::pass()
        );
        let outcome = of(&LNX054, &tree("ro", ""));
        assert_eq!(
            (outcome.findings().len(), worst(&outcome)),
            (3, Some(Level::Note))
        );
        assert_eq!(outcome.status(), Status::Pass);
        assert_eq!(of(&LNX054, &Tree::new()).status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX054);
    }
}
