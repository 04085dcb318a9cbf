//! PART008: LVM and MD RAID.

use super::{linux_disk_volumes, place};
use crate::finding::{Finding, Level, Outcome};
use crate::rules::partition::{decided_unless, listed};
use crate::rules::{Subject, declare_rule};
use crate::volume::Content;

declare_rule! {
    /// The OS disk uses plain partitions, neither LVM nor MD RAID.
    ///
    /// ## Why
    /// A copy of the disk that is attached to its own twin for repair brings a volume group of
    /// the same name, and neither can then be activated. The general guide advises against it;
    /// the guide for Red Hat systems supports it.
    ///
    /// ## Evidence
    /// Partition types (MBR 8E and FD, their GPT counterparts), the label `LABELONE` in the first
    /// four sectors of a volume, and the superblocks of MD RAID.
    ///
    /// ## Fix
    /// Build the image on plain partitions, or rename the volume group to something that no other
    /// image uses: `vgrename <old> <new>`.
    pub static PART008 = {
        id: "PART008",
        name: "no-lvm",
        level: Advice,
        sources: [GEN, RHEL, SEC, QUES],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let volumes = match linux_disk_volumes(subject) {
        Ok(volumes) => volumes,
        Err(outcome) => return outcome,
    };
    let mut open = None;
    let mut findings = Vec::new();
    for facts in volumes {
        let volume = &facts.volume;
        let is = |role: fn(&crate::partition::PartitionKind) -> bool| {
            volume.kind.as_ref().is_some_and(role)
        };
        let what = match &volume.content {
            Ok(Content::LvmPhysicalVolume) => "a physical volume of LVM",
            Ok(Content::MdRaid) => "a member of an MD RAID",
            _ if is(crate::partition::PartitionKind::is_lvm) => "of the type of LVM",
            _ if is(crate::partition::PartitionKind::is_raid) => "of the type of MD RAID",
            Ok(_) => continue,
            Err(unknown) => {
                open = Some(unknown.reason.clone());
                continue;
            }
        };
        findings.push(
            Finding::advice(format!("{} is {what}", volume.name))
                .found(what)
                .required("plain partitions")
                .at(place(facts))
                .fix("build the image on plain partitions, or give the volume group a name of its own (vgrename)"),
        );
    }
    decided_unless(
        open,
        listed(
            Level::Advice,
            findings.into_iter(),
            "volumes of LVM or RAID",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::known::Undetermined;
    use crate::rules::volume::testing::*;

    #[test]
    fn lvm_and_raid_are_advised_against() {
        assert_eq!(on_linux(&PART008, &[partition(1, LINUX)]), Outcome::pass());
        for volume in [
            with(partition(1, LINUX), Content::LvmPhysicalVolume),
            with(partition(1, LINUX), Content::MdRaid),
            partition(1, LVM),
        ] {
            let outcome = on_linux(&PART008, &[volume]);
            assert_eq!(outcome.findings()[0].level, Level::Advice);
            assert_evidence(&outcome);
        }
        let mut unread = partition(1, LINUX);
        unread.volume.content = Err(Undetermined::new("unreadable"));
        let outcome = on_linux(&PART008, &[unread]);
        assert_eq!(outcome.status(), Status::Undetermined);
        assert_linux_os_disks_only(&PART008);
    }
}
