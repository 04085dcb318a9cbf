//! LNX015: Hyper-V's drivers in the initial RAM disk.

use super::{at, guest, kernel, known};
use crate::finding::{Finding, Outcome};
use crate::guest::LinuxGuest;
use crate::guest::linux::distribution::Family;
use crate::guest::linux::kernel::Driver;
use crate::rules::{Subject, declare_rule};

/// The drivers, and whether the machine fails without.
const DRIVERS: [(&str, bool); 4] = [
    ("hv_vmbus", true),
    ("hv_storvsc", true),
    ("hv_netvsc", false),
    ("hyperv_keyboard", false),
];

declare_rule! {
    /// The initial RAM disk has the drivers for Azure's disks.
    ///
    /// ## Why
    /// The root disk is found by the RAM disk's drivers. An image that was built on another
    /// hypervisor has that one's drivers in it, and ends in Azure with the root device missing.
    ///
    /// ## Evidence
    /// The module files in the RAM disks of the default boot entry, all archives in them unpacked;
    /// drivers that are built into the kernel are not asked for.
    ///
    /// ## What Azure says
    /// `Required Hyper-V modules are missing from initrd.`
    ///
    /// ## Fix
    /// dracut: `add_drivers+=" hv_vmbus hv_netvsc hv_storvsc "` in `/etc/dracut.conf.d/azure.conf`,
    /// then `dracut -f`. initramfs-tools: the names in `/etc/initramfs-tools/modules`, then
    /// `update-initramfs -u -k all`.
    ///
    /// ## Limits
    /// An entry that starts without a RAM disk is not judged.
    pub static LNX015 = {
        id: "LNX015",
        name: "initramfs-drivers",
        level: Error,
        sources: [LISA, GEN, SUSE],
    };
}

/// The command that puts modules into the RAM disk.
pub(crate) fn fix(guest: &LinuxGuest, modules: &str) -> String {
    let family = match &guest.distribution {
        Ok(Some(distribution)) => distribution.family(),
        _ => Family::Other,
    };
    match family {
        Family::Debian | Family::Ubuntu => format!(
            "printf '%s\\n' {modules} >> /etc/initramfs-tools/modules && update-initramfs -u -k all"
        ),
        _ => format!(
            "echo 'add_drivers+=\" {modules} \"' > /etc/dracut.conf.d/azure.conf && dracut -f \
             --regenerate-all"
        ),
    }
}

/// The command that builds the RAM disks anew.
pub(crate) fn rebuild(guest: &LinuxGuest) -> &'static str {
    match &guest.distribution {
        Ok(Some(distribution))
            if matches!(distribution.family(), Family::Debian | Family::Ubuntu) =>
        {
            "update-initramfs -u -k all"
        }
        _ => "dracut -f --regenerate-all",
    }
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
    let initramfs = match known(&guest.initramfs) {
        Ok(Some(initramfs)) => initramfs,
        Ok(None) => {
            return Outcome::not_applicable(
                "the default boot entry starts without an initial RAM disk",
            );
        }
        Err(outcome) => return outcome,
    };
    let mut findings = Vec::new();
    let mut open = None;
    let spot = initramfs.files.last().unwrap_or(&kernel.spot);
    for (name, needed) in DRIVERS {
        if initramfs.has(name) || initramfs.built_in.contains(name) {
            continue;
        }
        match kernel.driver(name) {
            Ok(Driver::BuiltIn) => continue,
            Ok(_) => {}
            Err(unknown) => {
                open = open.or(Some(unknown.reason));
                continue;
            }
        }
        let message = format!("the initial RAM disk {} has no {name}", spot.path);
        let finding = if needed {
            Finding::error(message)
        } else {
            Finding::warning(message)
        };
        findings.push(
            finding
                .found(format!(
                    "{} modules, {name} not among them",
                    initramfs.modules.len()
                ))
                .required(format!(
                    "{name}, here or built into kernel {}",
                    kernel.release
                ))
                .at(at(spot))
                .about(name)
                .fix(fix(guest, "hv_vmbus hv_storvsc hv_netvsc hyperv-keyboard")),
        );
    }
    // Modules for another kernel are as good as none.
    if !initramfs.releases.is_empty() && !initramfs.releases.contains(&kernel.release) {
        let releases: Vec<_> = initramfs.releases.iter().map(String::as_str).collect();
        let releases: String = releases.join(", ").chars().take(200).collect();
        findings.push(
            Finding::error(format!(
                "the initial RAM disk {} has modules for {releases} only, and the default boot \
                 entry starts kernel {}",
                spot.path, kernel.release
            ))
            .found(releases)
            .required(kernel.release.clone())
            .at(at(spot))
            .about("modules of another kernel")
            .fix(fix(guest, "hv_vmbus hv_storvsc hv_netvsc hyperv-keyboard")),
        );
    }
    crate::rules::partition::decided_unless(open, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::testing::{Tree, unpacked};
    use crate::rules::linux::testing::*;

    const GRUB: &str =
        "menuentry a {\n linux /boot/vmlinuz-RELEASE ro\n initrd /boot/initrd.img\n}\n";

    fn tree(release: &str, modules: &str) -> Tree {
        let initrd = unpacked(include_bytes!("../../../testdata/boot/initrd.zstd.zst"));
        Tree::new()
            .file("/boot/grub/grub.cfg", &GRUB.replace("RELEASE", release))
            .file(&format!("/boot/vmlinuz-{release}"), "kernel")
            .bytes("/boot/initrd.img", &initrd)
            .file(&format!("/lib/modules/{release}/modules.dep"), modules)
    }

    const RELEASE: &str = "6.1.0-50-cloud-amd64";

    #[test]
    fn a_ram_disk_with_the_drivers_passes_and_none_is_not_judged() {
        assert_eq!(of(&LNX015, &tree(RELEASE, "")), Outcome::pass());
        let without =
            tree(RELEASE, "").replace("/boot/grub/grub.cfg", " initrd /boot/initrd.img\n", "");
        assert_eq!(of(&LNX015, &without).status(), Status::NotApplicable);
    }

    #[test]
    fn missing_drivers_fail_unless_they_are_built_in() {
        let early = unpacked(include_bytes!("../../../testdata/boot/initrd.none.zst"));
        // The early archive alone: no modules.
        let end = early.windows(10).position(|w| w == b"TRAILER!!!").unwrap() + 12;
        let bare = tree(RELEASE, "").bytes("/boot/initrd.img", &early[..end]);
        let outcome = of(&LNX015, &bare);
        let levels: Vec<_> = outcome
            .findings()
            .iter()
            .map(|finding| finding.level)
            .collect();
        assert_eq!(
            levels,
            [Level::Error, Level::Error, Level::Warning, Level::Warning]
        );
        assert_evidence(&outcome);
        let built_in = bare.file(
            &format!("/lib/modules/{RELEASE}/modules.builtin"),
            "kernel/hv_vmbus.ko\nkernel/hv_storvsc.ko\nkernel/hv_netvsc.ko\nkernel/hyperv-keyboard.ko\n",
        );
        assert_eq!(of(&LNX015, &built_in), Outcome::pass());
    }

    #[test]
    fn modules_of_another_kernel_fail_and_a_damaged_one_is_open() {
        let outcome = of(&LNX015, &tree("6.1.0-99-cloud-amd64", ""));
        assert_eq!(outcome.status(), Status::Fail);
        assert!(
            outcome.findings()[0]
                .message
                .contains("6.1.0-50-cloud-amd64 only")
        );
        let damaged = tree(RELEASE, "").file("/boot/initrd.img", "not an archive");
        assert_eq!(of(&LNX015, &damaged).status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX015);
    }
}
