//! PART006: swap space on the OS disk.

use super::{linux_disk_volumes, place};
use crate::finding::{Finding, Level, Outcome};
use crate::inspect::VolumeFacts;
use crate::rules::linux::swap::MEND_FSTAB;
use crate::rules::partition::{decided_unless, listed};
use crate::rules::{Profile, Subject, declare_rule};
use crate::volume::{Content, VolumeName};

declare_rule! {
    /// No swap partition lies on the OS disk.
    ///
    /// ## Why
    /// The OS disk is remote storage that is billed by its use: Microsoft wants swap on the
    /// machine's own resource disk, and certification rejects an image that brings it on the OS
    /// disk.
    ///
    /// ## Evidence
    /// The type of each partition (MBR 82, GPT 0657fd6d-a4ab-43c4-84e5-0933c84b4f4f, FreeBSD's
    /// 516e7cb5-6ecf-11d6-8ff8-00022d09712b), and the signature `SWAPSPACE2` or `SWAP-SPACE` on
    /// partitions and logical volumes, at the end of a page of 4 to 64 KiB.
    ///
    /// ## What Azure says
    /// - Partner Center, clause 200.3.3.3: `No Swap Partition on OS Disk`
    /// - self-test, test 41: `Swap space configured on the OS disk.`
    /// - test suite:
    ///   `Swap partition/file '<x>' is found on OS disk partition or logical device '<y>'.`
    ///
    /// ## Fix
    /// Take the line out of `/etc/fstab`, delete the partition (`sgdisk -d <number>` on a raw
    /// copy), and let cloud-init or the agent put swap on the resource disk.
    ///
    /// ## Limits
    /// The tests look at the swap space in use on a running machine; LNX012 is about files and
    /// what the first boot makes. The FAQ of 2021 names partitions only: by its profile a logical
    /// volume of swap is a warning.
    /// ## Profiles
    /// - `faq-2021-09`: a partition is an error, a logical volume a warning.
    /// - `lisa-2026-08`: both are errors.
    /// - `strict`: both are errors.
    pub static PART006 = {
        id: "PART006",
        name: "no-swap-partition",
        level: Error,
        sources: [FAQ, POL, LISA, SCY, BW, GEN, SEC],
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
        match finding(facts, subject.profile) {
            Ok(found) => findings.extend(found),
            Err(reason) => open = Some(reason),
        }
    }
    decided_unless(
        open,
        listed(Level::Error, findings.into_iter(), "areas of swap"),
    )
}

fn finding(facts: &VolumeFacts, profile: Profile) -> Result<Option<Finding>, String> {
    let volume = &facts.volume;
    let typed = volume.kind.filter(crate::partition::PartitionKind::is_swap);
    let found = match (&volume.content, typed) {
        (Ok(Content::Swap(area)), _) => format!(
            "the signature of a swap area at byte {} of {}",
            area.offset, volume.name
        ),
        (_, Some(kind)) => format!("the partition type {kind}"),
        (Err(unknown), None) => return Err(unknown.reason.clone()),
        (Ok(_), None) => return Ok(None),
    };
    let is_logical = matches!(volume.name, VolumeName::Logical { .. });
    let level = match profile {
        Profile::Faq202109 if is_logical => Level::Warning,
        _ => Level::Error,
    };
    let fix = match &volume.name {
        VolumeName::Logical { group, volume } => {
            format!("{MEND_FSTAB} && lvremove -y {group}/{volume}")
        }
        VolumeName::Partition(number) => {
            format!("in the guest: {MEND_FSTAB}; then on a raw copy: sgdisk -d {number} disk.raw")
        }
        VolumeName::WholeDisk => "make the disk anew without the swap area".to_owned(),
    };
    let finding = Finding::new(level, format!("{} is swap space", volume.name))
        .found(found)
        .required("no swap space on the OS disk")
        .at(place(facts))
        .fix(fix);
    Ok(Some(finding))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::known::Undetermined;
    use crate::rules::volume::testing::*;
    use crate::volume::SwapArea;

    fn swap() -> Content {
        Content::Swap(SwapArea {
            uuid: None,
            label: None,
            offset: 4086,
        })
    }

    #[test]
    fn swap_fails_by_its_type_and_by_its_signature() {
        let good = [partition(1, LINUX), logical("vg", "root", ext4())];
        assert_eq!(on_linux(&PART006, &good), Outcome::pass());
        for bad in [
            vec![partition(1, LINUX), partition(2, SWAP)],
            vec![with(partition(1, LINUX), swap())],
            vec![partition(1, LINUX), logical("vg", "swap", swap())],
        ] {
            let outcome = on_linux(&PART006, &bad);
            assert_eq!(outcome.status(), Status::Fail, "{outcome:?}");
            assert_evidence(&outcome);
        }
    }

    #[test]
    fn the_faq_of_2021_only_warns_of_a_logical_volume() {
        let volumes = [logical("vg", "swap", swap())];
        let status = |profile| on(&PART006, &volumes, profile).status();
        assert_eq!(status(Profile::Faq202109), Status::Warn);
        assert_eq!(status(Profile::Lisa202608), Status::Fail);
        let partition = [partition(2, SWAP)];
        assert_eq!(
            on(&PART006, &partition, Profile::Faq202109).status(),
            Status::Fail
        );
    }

    #[test]
    fn what_cannot_be_read_is_no_pass() {
        let mut unread = partition(1, LINUX);
        unread.volume.content = Err(Undetermined::new("unreadable"));
        let outcome = on_linux(&PART006, &[unread.clone()]);
        assert_eq!(outcome.status(), Status::Undetermined);
        let both = on_linux(&PART006, &[unread, partition(2, SWAP)]);
        assert_eq!(both.status(), Status::Fail);
        assert_linux_os_disks_only(&PART006);
    }
}
