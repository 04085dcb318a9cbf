//! LNX016: the file systems and drivers by which the provisioning DVD is read.

use super::{at, guest, kernel};
use crate::finding::{Finding, Outcome};
use crate::guest::linux::kernel::Driver;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// The guest can read the provisioning DVD and its own EFI system partition.
    ///
    /// ## Why
    /// Azure hands name, user and key over on a DVD with a UDF file system. Hardening guides switch
    /// udf and vfat off; the machine then waits for its provisioning until it is given up.
    ///
    /// ## Evidence
    /// udf and vfat built in or as a module; no `blacklist` line, no `install … /bin/true` or
    /// `/bin/false`, and no argument of the kernel that keeps them, sr_mod, cdrom or ata_piix away.
    ///
    /// ## What Azure says
    /// A provisioning timeout; in the guest's logs `/dev/sr0 was not mountable`,
    /// `No Azure metadata found`, `Failed to mount dvd device`.
    ///
    /// ## Fix
    /// Remove the line and build the initramfs anew: `dracut -f`, or `update-initramfs -u -k all`.
    ///
    /// ## Limits
    /// cloud-init from 21.2 on can do without udf where the machine has an SSH key and no custom
    /// data.
    pub static LNX016 = {
        id: "LNX016",
        name: "dvd-modules",
        level: Error,
        sources: [GEN, RHEL, SUSE, ORA, WAA2025],
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
    for (name, must_be_there) in [
        ("udf", true),
        ("vfat", true),
        ("sr_mod", false),
        ("cdrom", false),
        ("ata_piix", false),
    ] {
        let driver = match kernel.driver(name) {
            Ok(driver) => driver,
            Err(unknown) => {
                open = open.or(Some(unknown.reason));
                continue;
            }
        };
        if driver == Driver::BuiltIn {
            continue;
        }
        if driver == Driver::Absent && must_be_there {
            let spot = match &kernel.modules {
                Ok(Some(modules)) => &modules.spot,
                _ => &kernel.spot,
            };
            findings.push(
                Finding::error(format!("kernel {} has no {name}", kernel.release))
                    .found("neither built in nor a module")
                    .required(format!("{name}, built in or as a module"))
                    .at(at(spot))
                    .about(name)
                    .fix("install the distribution's own kernel with all of its modules"),
            );
        }
        match kernel.ban(name) {
            Err(unknown) => open = open.or(Some(unknown.reason)),
            Ok(None) => {}
            Ok(Some(ban)) => findings.push(
                Finding::error(format!("{name} is kept away by a {} line", ban.kind.name()))
                    .found(format!("{} {name}", ban.kind.name()))
                    .required(format!("no line that keeps {name} away"))
                    .at(at(&ban.spot))
                    .about(name)
                    .fix(format!(
                        "sed -i -E '/^(install|blacklist)[[:space:]]+{name}([[:space:]]|$)/d' {} && \
                         {}",
                        super::guest_text::quoted(&ban.spot.path),
                        super::initramfs_drivers::rebuild(guest)
                    )),
            ),
        }
    }
    crate::rules::partition::decided_unless(open, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    fn tree() -> Tree {
        let folder = "/lib/modules/6.1.0-1-amd64";
        Tree::new()
            .file(
                "/boot/grub/grub.cfg",
                "menuentry a { linux /boot/vmlinuz-6.1.0-1-amd64 ro\n}\n",
            )
            .file(
                &format!("{folder}/modules.builtin"),
                "kernel/fs/fat/vfat.ko\n",
            )
            .file(
                &format!("{folder}/modules.dep"),
                "kernel/fs/udf/udf.ko: kernel/lib/crc-itu-t.ko\n",
            )
            .file(&format!("{folder}/kernel/fs/udf/udf.ko"), "x")
    }

    #[test]
    fn a_usual_kernel_passes() {
        assert_eq!(of(&LNX016, &tree()), Outcome::pass());
        // A ban of what is built in has no effect.
        let built_in = tree().file("/etc/modprobe.d/a.conf", "install vfat /bin/true\n");
        assert_eq!(of(&LNX016, &built_in), Outcome::pass());
    }

    #[test]
    fn hardening_lines_and_missing_modules_fail() {
        for line in [
            "install udf /bin/true\n",
            "install udf /bin/false\n",
            "blacklist udf\n",
            "blacklist sr_mod\n",
        ] {
            let outcome = of(&LNX016, &tree().file("/etc/modprobe.d/CIS.conf", line));
            assert_eq!(outcome.status(), Status::Fail, "{line}");
            assert_evidence(&outcome);
        }
        let none = tree().file("/lib/modules/6.1.0-1-amd64/modules.dep", "");
        assert!(
            of(&LNX016, &none).findings()[0]
                .message
                .ends_with("has no udf")
        );
        let unread = tree().unreadable("/etc/modprobe.d/a.conf");
        assert_eq!(of(&LNX016, &unread).status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX016);
    }
}
