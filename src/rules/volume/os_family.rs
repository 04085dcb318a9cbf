//! PART013: the operating system that was found, and the one that was declared.

use super::{called, os_disk_volumes, place};
use crate::finding::{Finding, Level, Outcome, Place};
use crate::guest::{Guest, LinuxGuest, WindowsGuest};
use crate::inspect::{OsFamily, VolumeFacts};
use crate::rules::linux::at;
use crate::rules::partition::listed;
use crate::rules::{Subject, declare_rule};
use crate::volume::{Content, FileSystemKind};

declare_rule! {
    /// The disk holds an operating system, of the family that the offer declares.
    ///
    /// ## Why
    /// Each family goes through its own tests, and Partner Center refuses an image that is mapped
    /// to the other one. A disk on which no operating system can be found cannot be certified,
    /// and nothing that the other rules would look at is there.
    ///
    /// ## Evidence
    /// The root of a Linux system among the volumes (its os-release, fstab, passwd), the `SYSTEM`
    /// hive of a Windows, file systems of the other family beside it, and what was declared with
    /// `--os`.
    ///
    /// ## What Azure says
    /// - FAQ: `Incorrect OS mapping`
    ///
    /// ## Fix
    /// Choose the operating system in Partner Center that the disk really holds, and say it here
    /// with `--os linux` or `--os windows`. Delete what belongs to another system.
    ///
    /// ## Limits
    /// Where a disk holds both, the family that is declared is looked at, and Linux where none is.
    pub static PART013 = {
        id: "PART013",
        name: "os-family",
        level: Error,
        sources: [FAQ, TECH],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let volumes = match os_disk_volumes(subject) {
        Ok(volumes) => volumes,
        Err(outcome) => return outcome,
    };
    let inspection = subject.inspection;
    let declared = inspection
        .os
        .as_ref()
        .filter(|os| os.declared)
        .map(|os| os.value);
    match &inspection.guest {
        Err(unknown) => Outcome::undetermined(unknown.reason.clone()),
        Ok(Some(Guest::Linux(linux))) => on_linux_disk(linux, declared, volumes),
        Ok(Some(Guest::Windows(windows))) => on_windows_disk(windows, declared, volumes),
        Ok(None) => without_guest(volumes),
    }
}

fn on_linux_disk(
    linux: &LinuxGuest,
    declared: Option<OsFamily>,
    volumes: &[VolumeFacts],
) -> Outcome {
    let distribution = linux.distribution.as_ref().ok().and_then(Option::as_ref);
    let name = distribution.map_or("a Linux system", |found| found.name.as_str());
    if declared == Some(OsFamily::Windows) {
        let finding = Finding::error(format!("the disk is declared as Windows and holds {name}"))
            .found(name)
            .required("the family that is declared")
            .fix("declare the image as Linux in Partner Center, and here with --os linux");
        let place = distribution.map_or_else(|| Place::disk(0, 0), |found| at(&found.spot));
        return Outcome::Decided(vec![finding.at(place)]);
    }
    let windows = volumes
        .iter()
        .find(|facts| facts.volume.content == Ok(Content::FileSystem(FileSystemKind::Ntfs)));
    let findings = windows.map(|facts| {
        Finding::warning(format!(
            "{} is NTFS beside {name}: an image holds one system only",
            called(facts)
        ))
        .found("NTFS")
        .required("nothing of another system on the OS disk")
        .at(place(facts))
        .fix("delete the partition where it holds Windows; ship data on a data disk")
    });
    Outcome::Decided(findings.into_iter().collect())
}

fn on_windows_disk(
    windows: &WindowsGuest,
    declared: Option<OsFamily>,
    volumes: &[VolumeFacts],
) -> Outcome {
    let name = windows.release.name();
    if declared == Some(OsFamily::Linux) {
        let finding = Finding::error(format!("the disk is declared as Linux and holds {name}"))
            .found(name)
            .required("the family that is declared")
            .at(at(&windows.release.product.spot))
            .fix("declare the image as Windows in Partner Center, and here with --os windows");
        return Outcome::Decided(vec![finding]);
    }
    let mut findings: Vec<_> = volumes
        .iter()
        .filter_map(|facts| beside_windows(facts, &name))
        .collect();
    for other in &windows.other_roots {
        let finding = Finding::warning(format!(
            "{other} holds a second Windows: it is a guess which one starts"
        ))
        .found(format!("a SYSTEM hive on {other}"))
        .required("one Windows")
        .fix("delete the partition of the one that is not meant (Remove-Partition)");
        let volume = volumes.iter().find(|facts| facts.volume.name == *other);
        findings.push(match volume {
            Some(facts) => finding.at(place(facts)),
            None => finding,
        });
    }
    Outcome::Decided(listed(Level::Error, findings.into_iter(), "volumes"))
}

/// What belongs to Linux on a disk of Windows. The FAQ wants the OS disk to hold Windows only.
fn beside_windows(facts: &VolumeFacts, name: &str) -> Option<Finding> {
    use FileSystemKind::{Btrfs, Ext2, Ext3, Ext4, Xfs};
    let what = match &facts.volume.content {
        Ok(Content::FileSystem(kind @ (Ext2 | Ext3 | Ext4 | Xfs | Btrfs))) => kind.to_string(),
        Ok(Content::LvmPhysicalVolume) => "a physical volume of LVM".to_owned(),
        Ok(Content::MdRaid) => "a member of an MD RAID".to_owned(),
        Ok(Content::Luks { .. }) => "encrypted by LUKS".to_owned(),
        Ok(Content::Swap(_)) => "swap space of Linux".to_owned(),
        _ => return None,
    };
    Some(
        Finding::error(format!(
            "{} is {what} beside {name}: the OS disk of a Windows offer holds Windows only",
            called(facts)
        ))
        .found(what)
        .required("nothing of another system on the OS disk")
        .at(place(facts))
        .fix("delete the partition (Remove-Partition); ship data on a data disk"),
    )
}

/// No root was found; what is there instead is the reason that is given.
fn without_guest(volumes: &[VolumeFacts]) -> Outcome {
    let holds = |facts: &VolumeFacts| match &facts.volume.content {
        Ok(Content::FileSystem(kind)) => format!("{} holds {kind}", facts.volume.name),
        Ok(Content::Blank) => format!("{} is blank", facts.volume.name),
        Ok(Content::Swap(_)) => format!("{} is swap space", facts.volume.name),
        Ok(Content::LvmPhysicalVolume) => format!("{} belongs to LVM", facts.volume.name),
        Ok(Content::BitLocker) => format!("{} is encrypted by BitLocker", facts.volume.name),
        Ok(other) => format!("{} is {other:?}", facts.volume.name),
        Err(unknown) => format!("{}: {}", facts.volume.name, unknown.reason),
    };
    let list: Vec<_> = volumes.iter().take(8).map(holds).collect();
    let list = match list.is_empty() {
        true => "there are no volumes".to_owned(),
        false => list.join(", "),
    };
    Outcome::undetermined(format!(
        "no operating system was found: {list}; say --disk data if this is a data disk"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::inspect::DiskRole;
    use crate::rules::Profile;
    use crate::rules::linux::testing::{facts, judge};
    use crate::rules::volume::testing::{
        LINUX, assert_evidence, inspection, mounted, on_data_disk, partition, with,
    };
    use crate::rules::windows::testing::Machine;
    use crate::volume::VolumeName;

    fn judged(os: OsFamily, volumes: Vec<VolumeFacts>, guest: bool) -> Outcome {
        let mut inspection = inspection(Ok(volumes), DiskRole::Os, Some(os));
        if guest {
            let tree = Tree::new().file("/etc/os-release", "ID=debian\nPRETTY_NAME=Debian\n");
            inspection.guest = Ok(Some(Guest::Linux(Box::new(facts(&tree)))));
        }
        judge(&PART013, &inspection, Profile::default())
    }

    #[test]
    fn the_declared_family_has_to_be_the_found_one() {
        let root = || vec![mounted(partition(1, LINUX), "/")];
        assert_eq!(judged(OsFamily::Linux, root(), true), Outcome::pass());
        let outcome = judged(OsFamily::Windows, root(), true);
        assert_eq!(outcome.status(), Status::Fail);
        assert_evidence(&outcome);
    }

    #[test]
    fn another_systems_volume_is_warned_of() {
        let ntfs = with(
            partition(2, LINUX),
            Content::FileSystem(FileSystemKind::Ntfs),
        );
        let volumes = vec![mounted(partition(1, LINUX), "/"), ntfs];
        let outcome = judged(OsFamily::Linux, volumes, true);
        assert_eq!(outcome.status(), Status::Warn);
        assert_evidence(&outcome);
    }

    #[test]
    fn a_disk_of_windows_holds_one_windows_and_nothing_else() {
        let judged = |volumes, others: Vec<VolumeName>, os| {
            let mut inspection = Machine::new().inspection();
            inspection.volumes = Ok(volumes);
            inspection.os.as_mut().unwrap().value = os;
            if let Ok(Some(Guest::Windows(windows))) = &mut inspection.guest {
                windows.other_roots = others;
            }
            judge(&PART013, &inspection, Profile::default())
        };
        let ntfs = |number| {
            let ntfs = Content::FileSystem(FileSystemKind::Ntfs);
            with(partition(number, LINUX), ntfs)
        };
        let sound = || vec![ntfs(1), mounted(ntfs(2), "C:")];
        let of = |volumes| judged(volumes, Vec::new(), OsFamily::Windows);
        assert_eq!(of(sound()), Outcome::pass());
        for content in [
            Content::FileSystem(FileSystemKind::Xfs),
            Content::LvmPhysicalVolume,
            Content::Luks { version: 2 },
        ] {
            let mut volumes = sound();
            volumes.push(with(partition(3, LINUX), content));
            let outcome = of(volumes);
            assert_eq!(outcome.status(), Status::Fail);
            assert_evidence(&outcome);
        }
        let second = vec![VolumeName::Partition(1)];
        let outcome = judged(sound(), second, OsFamily::Windows);
        assert_eq!(outcome.status(), Status::Warn);
        assert_evidence(&outcome);
        let declared = judged(sound(), Vec::new(), OsFamily::Linux);
        assert_eq!(declared.status(), Status::Fail);
        assert_evidence(&declared);
    }

    #[test]
    fn a_disk_without_a_system_is_never_a_pass() {
        let blank = with(partition(1, LINUX), Content::Blank);
        let outcome = judged(OsFamily::Linux, vec![blank], false);
        assert_eq!(outcome.status(), Status::Undetermined);
        assert!(outcome.reason().unwrap().contains("partition 1 is blank"));
        let data = on_data_disk(&PART013, &[]);
        assert_eq!(data.status(), Status::NotApplicable);
    }
}
