//! LNX038: fstab and `root=` name what is really on the disk.

use super::{at, guest};
use crate::finding::{Finding, Outcome};
use crate::guest::LinuxGuest;
use crate::guest::linux::fstab::{Fstab, FstabEntry};
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// fstab and the kernel's root argument name volumes that exist, by what travels with the disk.
    ///
    /// ## Why
    /// A root file system that is named by a UUID of another disk, or by a device of the build
    /// host, is not found at boot, and the machine never answers. Names as `/dev/sda1` depend on
    /// the order in which a machine finds its disks, which Azure does not promise. An entry for a
    /// disk that is not there ends the boot in an emergency shell, unless it says `nofail`.
    ///
    /// ## Evidence
    /// Each entry of `/etc/fstab` and `root=` of the default boot entry, against the UUIDs, labels
    /// and names of the volumes that are on the disk.
    ///
    /// ## What Azure says
    /// - test suite: `One of '<dev> /' or 'UUID=... /' ... should be present in fstab`
    /// - serial log: `/dev/mapper/rhel-root does not exist`
    ///
    /// ## Fix
    /// `blkid` shows the UUIDs; put them into `/etc/fstab` and make the boot loader's
    /// configuration anew (`update-grub`, or `grub2-mkconfig -o /boot/grub2/grub.cfg`); then
    /// `findmnt --verify --verbose`.
    pub static LNX038 = {
        id: "LNX038",
        name: "fstab-names",
        level: Error,
        sources: [UBU, RHEL, SUSE, ORA, DEB, LISA],
    };
}

/// Where the resource disk is usually mounted; what is there is gone with the machine.
const RESOURCE_POINTS: [&str; 2] = ["/mnt", "/mnt/resource"];

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let mut findings = Vec::new();
    let mut open = None;
    match &guest.fstab {
        Ok(Some(fstab)) => by_fstab(guest, fstab, &mut findings),
        Ok(None) => findings.push(no_entry_for_root(guest, "there is no /etc/fstab")),
        Err(unknown) => open = Some(unknown.reason.clone()),
    }
    match &guest.root_argument {
        Ok(Some(argument)) => {
            let value = &argument.value;
            if value.volume.is_none() && names_a_volume(&value.device) {
                findings.push(
                    Finding::error(format!(
                        "root={} of the default boot entry names nothing on this disk",
                        value.device
                    ))
                    .found(format!("root={}", value.device))
                    .required(real_root(guest))
                    .at(at(&argument.spot))
                    .about("root=")
                    .fix("update-grub (grub2-mkconfig -o /boot/grub2/grub.cfg) after mending /etc/fstab; with BLS: grubby --update-kernel=ALL --args=root=UUID=<uuid>"),
                );
            }
        }
        Ok(None) => {}
        Err(unknown) => open = open.or_else(|| Some(unknown.reason.clone())),
    }
    match open {
        Some(reason) => Outcome::Undetermined(reason, findings),
        None => Outcome::Decided(findings),
    }
}

fn by_fstab(guest: &LinuxGuest, fstab: &Fstab, findings: &mut Vec<Finding>) {
    match fstab.mounted_at("/") {
        None => findings.push(no_entry_for_root(guest, "fstab has no entry for /")),
        Some(entry) if entry.volume.is_none() && names_a_volume(&entry.device) => findings.push(
            Finding::error(format!(
                "fstab mounts {} at /, which is not on this disk",
                entry.device
            ))
            .found(entry.device.clone())
            .required(real_root(guest))
            .at(at(&entry.spot))
            .about("/")
            .fix("blkid shows the UUID of the root file system; put UUID=<uuid> in its place"),
        ),
        Some(entry) if entry.volume.is_some() && entry.volume != guest.root => findings.push(
            Finding::error(format!(
                "fstab mounts {} at /, which is not the volume that holds the system",
                entry.device
            ))
            .found(entry.device.clone())
            .required(real_root(guest))
            .at(at(&entry.spot))
            .about("/")
            .fix("blkid shows the UUID of the root file system; put UUID=<uuid> in its place"),
        ),
        Some(_) => {}
    }
    for entry in &fstab.entries {
        findings.extend(device_name(entry));
        findings.extend(waits(entry));
    }
    for spot in &fstab.broken {
        findings.push(Finding::note("a line of fstab has too few fields").at(at(spot)));
    }
}

/// Device names that depend on the order of disks.
fn device_name(entry: &FstabEntry) -> Option<Finding> {
    let by_order = ["sd", "hd", "vd", "xvd", "nvme"].iter().any(|disk| {
        entry
            .device
            .strip_prefix("/dev/")
            .is_some_and(|name| name.starts_with(disk))
    });
    if !by_order || entry.has_option("noauto") {
        return None;
    }
    let resource = RESOURCE_POINTS.contains(&entry.mount_point.as_str());
    let finding = Finding::warning(format!(
        "fstab names {} by the order of disks{}",
        entry.device,
        if resource {
            ", and what is at its mount point is gone with the machine where that is the resource disk"
        } else {
            ""
        }
    ))
    .found(entry.device.clone())
    .required("UUID=, LABEL= or PARTUUID=")
    .at(at(&entry.spot))
    .about(format!("{} by order", entry.mount_point))
    .fix("blkid shows the UUID; put UUID=<uuid> in the place of the device");
    Some(finding)
}

/// Entries for what is not on this disk, without which the boot waits or ends.
fn waits(entry: &FstabEntry) -> Option<Finding> {
    let waits = entry.volume.is_none()
        && entry.mount_point.starts_with('/')
        && entry.mount_point != "/"
        && names_a_volume(&entry.device)
        && !entry.is_swap()
        && !["nofail", "noauto", "bind", "rbind"]
            .iter()
            .any(|option| entry.has_option(option));
    let finding = || {
        Finding::warning(format!(
            "the boot waits for {}, which is not on this disk, to mount it at {}",
            entry.device, entry.mount_point
        ))
        .found(format!("{} without nofail", entry.device))
        .required("nofail for what is not on the OS disk")
        .at(at(&entry.spot))
        .about(format!("{} waits", entry.mount_point))
        .fix("add nofail to the fourth field of the line")
    };
    waits.then(finding)
}

fn no_entry_for_root(guest: &LinuxGuest, message: &str) -> Finding {
    let finding = Finding::warning(format!(
        "{message}; LISA (Microsoft's test suite) looks there for the root file system"
    ))
    .found("no line that mounts /")
    .required(real_root(guest))
    .fix("add a line to /etc/fstab: UUID=<uuid> / <type> defaults 0 1");
    match &guest.fstab {
        Ok(Some(fstab)) => finding.at(at(&fstab.spot)),
        _ => finding,
    }
}

fn real_root(guest: &LinuxGuest) -> String {
    match &guest.root {
        Some(name) => format!("the root file system, which is {name}"),
        None => "the root file system".to_owned(),
    }
}

/// Whether a device field names a volume, and not memory, another machine or a boot helper.
fn names_a_volume(device: &str) -> bool {
    ["UUID=", "LABEL=", "PARTUUID=", "PARTLABEL=", "/dev/"]
        .iter()
        .any(|prefix| device.starts_with(prefix))
        && !device.starts_with("/dev/disk/cloud/")
        && !device.starts_with("/dev/zram")
        && !device.starts_with("/dev/ram")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::linux::fstab::RootArgument;
    use crate::guest::testing::Tree;
    use crate::guest::{Guest, Located};
    use crate::known::Undetermined;
    use crate::rules::Profile;
    use crate::rules::linux::testing::*;
    use crate::volume::VolumeName;

    const ROOT: VolumeName = VolumeName::Partition(1);

    /// Judges a guest whose fstab has these lines; `UUID=root` is the root's, `UUID=boot` another's.
    fn judged(fstab: &str, argument: Option<&str>) -> Outcome {
        let tree = Tree::new()
            .file("/etc/os-release", "ID=debian\n")
            .file("/etc/fstab", fstab);
        let mut guest = facts(&tree);
        let volume_of = |device: &str| match device {
            "UUID=root" | "/dev/sda1" => Some(ROOT),
            "UUID=boot" => Some(VolumeName::Partition(2)),
            _ => None,
        };
        guest.root = Some(ROOT);
        if let Ok(Some(fstab)) = &mut guest.fstab {
            for entry in &mut fstab.entries {
                entry.volume = volume_of(&entry.device);
            }
        }
        guest.root_argument = Ok(argument.map(|device| {
            let volume = volume_of(device);
            let device = device.to_owned();
            Located::new(
                RootArgument { device, volume },
                tree.clone().root().spot("/boot/grub/grub.cfg"),
            )
        }));
        let mut inspection = inspection(&tree);
        inspection.guest = Ok(Some(Guest::Linux(Box::new(guest))));
        let outcome = judge(&LNX038, &inspection, Profile::default());
        assert_evidence(&outcome);
        outcome
    }

    #[test]
    fn names_that_travel_with_the_disk_pass() {
        let fstab = "UUID=root / ext4 defaults 0 1\nUUID=boot /boot ext4 defaults 0 2\n\
            tmpfs /tmp tmpfs defaults 0 0\n\
            /dev/disk/cloud/azure_resource-part1 /mnt auto defaults,nofail 0 2\n";
        assert_eq!(judged(fstab, Some("UUID=root")), Outcome::pass());
        assert_eq!(judged(fstab, None), Outcome::pass());
    }

    #[test]
    fn a_root_that_is_not_there_fails() {
        let good = "UUID=root / ext4 defaults 0 1\n";
        for (fstab, argument) in [
            ("UUID=other / ext4 defaults 0 1\n", "UUID=root"),
            ("UUID=boot / ext4 defaults 0 1\n", "UUID=root"),
            (good, "UUID=other"),
            (good, "/dev/mapper/loop0p1"),
        ] {
            let outcome = judged(fstab, Some(argument));
            assert_eq!(outcome.status(), Status::Fail, "{fstab} {argument}");
            assert!(outcome.findings()[0].place.is_some());
        }
    }

    #[test]
    fn device_names_waiting_and_missing_entries_are_warned_of() {
        for (fstab, says) in [
            ("/dev/sda1 / ext4 defaults 0 1\n", "order of disks"),
            (
                "UUID=root / ext4 defaults 0 1\nUUID=data /data xfs defaults 0 0\n",
                "the boot waits",
            ),
            ("UUID=boot /boot ext4 defaults 0 1\n", "no entry for /"),
        ] {
            let outcome = judged(fstab, Some("UUID=root"));
            assert_eq!(outcome.status(), Status::Warn, "{fstab}");
            let message = &outcome.findings()[0].message;
            assert!(message.contains(says), "{message}");
        }
        let nofail = "UUID=root / ext4 defaults 0 1\nUUID=data /data xfs nofail 0 0\n";
        assert_eq!(judged(nofail, None), Outcome::pass());
    }

    #[test]
    fn what_cannot_be_read_is_no_pass() {
        let tree = Tree::new().file("/etc/os-release", "ID=debian\n");
        let mut guest = facts(&tree);
        guest.fstab = Err(Undetermined::new("unreadable"));
        let mut inspection = inspection(&tree);
        inspection.guest = Ok(Some(Guest::Linux(Box::new(guest))));
        let outcome = judge(&LNX038, &inspection, Profile::default());
        assert_eq!(outcome.status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX038);
    }
}
