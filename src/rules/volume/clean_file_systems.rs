//! PART011: file systems that are readable and were put away properly.

use super::{called, place, volumes};
use crate::filesystem::State;
use crate::finding::{Finding, Level, Outcome};
use crate::rules::partition::{decided_unless, listed};
use crate::rules::{Subject, declare_rule};
use crate::volume::{Content, FileSystemKind};

declare_rule! {
    /// File systems are readable and were unmounted cleanly.
    ///
    /// ## Why
    /// An image that was taken from a running machine, or after a crash, has to be repaired by
    /// every machine that starts from it; what was last written may be lost, and a check at boot
    /// can end at a prompt that nobody sees.
    ///
    /// ## Evidence
    /// ext: the flag needs_recovery and the state in the superblock. XFS: whether its log ends with
    /// an unmount record. btrfs: whether a log tree is left. FAT: the dirty bits of the boot sector
    /// and of FAT entry 1. NTFS: the dirty flag of `$Volume`, and whether `$LogFile` was closed.
    /// What the journal of a Linux file system still holds is replayed in memory, so that the other
    /// rules judge what the guest would see.
    ///
    /// ## Fix
    /// Shut the machine down properly before the image is taken, or mount and unmount the volume
    /// once; `e2fsck -f`, `xfs_repair`, `btrfs check`, `fsck.vfat -a`, `chkdsk /f` on what is
    /// marked as damaged.
    pub static PART011 = {
        id: "PART011",
        name: "file-systems-clean",
        level: Warning,
        sources: [WINP],
    };
}

/// What mends a file system of this kind on the volume of a raw copy.
fn repair(kind: FileSystemKind) -> &'static str {
    match kind {
        FileSystemKind::Ext2 | FileSystemKind::Ext3 | FileSystemKind::Ext4 => "e2fsck -f",
        FileSystemKind::Xfs => "mount and umount it once, or xfs_repair",
        FileSystemKind::Btrfs => "mount and umount it once, or btrfs check",
        FileSystemKind::Fat12 | FileSystemKind::Fat16 | FileSystemKind::Fat32 => "fsck.vfat -a",
        FileSystemKind::Ntfs => "chkdsk.exe C: /f, until it finds nothing",
        _ => "the file system's own check",
    }
}

fn check(subject: &Subject<'_>) -> Outcome {
    let volumes = match volumes(subject) {
        Ok(volumes) => volumes,
        Err(outcome) => return outcome,
    };
    if volumes.is_empty() {
        return Outcome::not_applicable("the disk has no volumes");
    }
    let mut open = None;
    let mut findings = Vec::new();
    for facts in volumes {
        let superblock = match (&facts.volume.content, &facts.superblock) {
            (Ok(Content::FileSystem(_)), Some(Ok(superblock))) => superblock,
            (Ok(Content::FileSystem(kind)), Some(Err(unknown))) => {
                open = Some(format!("{} ({kind}): {}", called(facts), unknown.reason));
                continue;
            }
            (Ok(_), _) => continue,
            (Err(unknown), _) => {
                open = Some(format!("{}: {}", called(facts), unknown.reason));
                continue;
            }
        };
        let (what, evidence) = match &superblock.state {
            State::Clean => continue,
            State::Dirty(evidence) => ("was not unmounted", evidence),
            State::Errors(evidence) => ("is marked as damaged", evidence),
        };
        let kind = superblock.kind;
        findings.push(
            Finding::warning(format!("the {kind} on {} {what}", called(facts)))
                .found(evidence.clone())
                .required("a clean file system")
                .at(place(facts))
                .fix(format!(
                    "shut the machine down properly and take the image again; or on the volume: {}",
                    repair(kind)
                )),
        );
    }
    decided_unless(
        open,
        listed(Level::Warning, findings.into_iter(), "file systems"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::known::Undetermined;
    use crate::rules::volume::testing::*;

    #[test]
    fn each_file_system_is_judged_by_its_own_state() {
        let clean = [partition(1, LINUX), partition(2, SWAP)];
        assert_eq!(on_linux(&PART011, &clean), Outcome::pass());
        assert_eq!(on_data_disk(&PART011, &clean), Outcome::pass());
        for state in [
            State::Dirty("needs_recovery is set".into()),
            State::Errors("s_state says errors".into()),
        ] {
            let outcome = on_linux(&PART011, &[in_state(partition(1, LINUX), state)]);
            assert_eq!(outcome.status(), Status::Warn);
            assert_evidence(&outcome);
        }
    }

    #[test]
    fn a_volume_of_windows_is_judged_by_ntfs_own_state() {
        let ntfs = || {
            let ntfs = Content::FileSystem(FileSystemKind::Ntfs);
            with(partition(1, LINUX), ntfs)
        };
        let of = |volume| {
            let os = Some(crate::inspect::OsFamily::Windows);
            let inspection = inspection(Ok(vec![volume]), crate::inspect::DiskRole::Os, os);
            judge(&PART011, &inspection, crate::rules::Profile::default())
        };
        assert_eq!(of(ntfs()), Outcome::pass());
        let dirty = of(in_state(ntfs(), State::Dirty("VOLUME_IS_DIRTY".into())));
        assert_eq!(dirty.status(), Status::Warn);
        assert_evidence(&dirty);
        let fix = dirty.findings()[0].fix.as_deref().unwrap();
        assert!(fix.contains("chkdsk"), "{fix}");
    }

    #[test]
    fn what_cannot_be_read_is_no_pass() {
        let mut unread = partition(1, LINUX);
        unread.superblock = Some(Err(Undetermined::new("no magic number")));
        let outcome = on_linux(&PART011, &[unread]);
        assert_eq!(outcome.status(), Status::Undetermined);
        let none = on_data_disk(&PART011, &[]);
        assert_eq!(none.status(), Status::NotApplicable);
    }
}
