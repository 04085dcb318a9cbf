//! LNX054: ready for sizes with NVMe disks.

use super::arguments::defaults;
use super::{at, guest, kernel};
use crate::finding::{Finding, Outcome};
use crate::guest::linux::kernel::Driver;
use crate::inspect::{Generation, Property};
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// An image whose offer claims NVMe is ready for it.
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
    /// dracut: `add_drivers+=" nvme nvme_core "` in `/etc/dracut.conf.d/azure.conf`, then
    /// `dracut -f`. Add `nvme_core.io_timeout=240` to the kernel's arguments, as LNX007 says.
    ///
    /// ## Limits
    /// Whether the offer claims NVMe does not stand in the image: where `[claims] nvme` of the
    /// configuration does not say so, these are notes only.
    pub static LNX054 = {
        id: "LNX054",
        name: "nvme-readiness",
        level: Note,
        claimed: (Nvme, Error),
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
    let level = LNX054.level_for(&subject.inspection.offer);
    let mut findings = Vec::new();
    let mut open = None;
    let offer = &subject.inspection.offer;
    if let (Some(from), Generation::One) =
        (offer.claimed(Property::Nvme), subject.inspection.generation)
    {
        findings.push(
            Finding::new(
                level,
                format!("NVMe is claimed ({from}), and generation 1 is declared, which has none"),
            )
            .found("generation 1")
            .required("generation 2, if the offer claims NVMe")
            .fix("publish the image as generation 2, or clear \"Supports NVMe\" in the plan's technical configuration"),
        );
    }
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
            Finding::new(
                level,
                format!("{why} has no {name}: the offer cannot claim NVMe"),
            )
            .found(format!("no {name}"))
            .required(format!("{name}, if the offer claims NVMe"))
            .at(at(place))
            .about(name)
            .fix(super::initramfs_drivers::fix(guest, "nvme nvme_core")),
        );
    }
    match defaults(guest) {
        Ok(defaults) => {
            for (way, entry) in &defaults.entries {
                if !entry.command_line.has("nvme_core.io_timeout=240") {
                    findings.push(
                        Finding::new(level, format!(
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
    use crate::rules::Profile;
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
        let mut claimed = inspection(&tree("ro", ""));
        claim(&mut claimed, Property::Nvme);
        let outcome = judge(&LNX054, &claimed, Profile::default());
        assert_eq!(
            (outcome.findings().len(), outcome.status()),
            (3, Status::Fail)
        );
        assert_evidence(&outcome);
        claimed.generation = Generation::One;
        let outcome = judge(&LNX054, &claimed, Profile::default());
        assert_eq!(outcome.findings().len(), 4);
        assert_evidence(&outcome);
        assert_eq!(LNX054.level_for(&claimed.offer), Level::Error);
        assert_eq!(of(&LNX054, &Tree::new()).status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX054);
    }
}
