//! LNX061: FreeBSD.

use crate::finding::{Finding, Outcome, Place};
use crate::inspect::DiskRole;
use crate::partition::PartitionKind;
use crate::rules::{Subject, declare_rule};
use crate::volume::{Content, FileSystemKind};

declare_rule! {
    /// A FreeBSD guest is set up for Azure.
    ///
    /// ## Why
    /// FreeBSD images are certified as Linux ones are, by the same tests with other files.
    ///
    /// ## Evidence
    /// The kinds of the partitions or a UFS show a FreeBSD disk, and a partition of kind
    /// `freebsd-swap` on it is a failure. Its file systems, UFS and ZFS, are not read, so the rest
    /// stays open: the serial console in `/boot/loader.conf` (`boot_serial`, `comconsole`), the
    /// agent and `waagent_enable`, passwords in `/etc/master.passwd`,
    /// `kern.cam.da.default_timeout=300`, and `ifconfig_hn0="SYNCDHCP"`.
    ///
    /// ## What Azure says
    /// As for Linux: `Swap partition/file .* is found on OS disk`,
    /// `waagent is not found in system path variable, /usr/bin and /usr/sbin.`
    ///
    /// ## Fix
    /// Look at those files on a machine that runs the image; `pkg install azure-agent`,
    /// `sysrc waagent_enable=YES`, `gpart delete -i <index> <disk>` for the swap partition.
    ///
    /// ## Limits
    /// A FreeBSD disk is known by its partitions and by UFS only.
    pub static LNX061 = {
        id: "LNX061",
        name: "freebsd",
        level: Error,
        sources: [LISA],
    };
}

/// The MBR type of FreeBSD's slices.
const MBR_FREEBSD: u8 = 0xa5;

fn is_freebsd(kind: &PartitionKind) -> bool {
    match kind {
        PartitionKind::Mbr(code) => *code == MBR_FREEBSD,
        PartitionKind::Gpt(_) => kind
            .name()
            .is_some_and(|name| name.to_ascii_lowercase().contains("freebsd")),
    }
}

fn check(subject: &Subject<'_>) -> Outcome {
    let inspection = subject.inspection;
    if inspection.role.value == DiskRole::Data {
        return Outcome::not_applicable(format!(
            "only for OS disks, and this is taken as a data disk: {}",
            inspection.role.reason
        ));
    }
    if let Ok(Some(guest)) = &inspection.guest
        && guest.linux().is_some()
    {
        return Outcome::not_applicable("only for FreeBSD, and the guest is Linux");
    }
    let table = match &inspection.partitions {
        Ok(table) => table,
        Err(unknown) => return Outcome::undetermined(unknown.reason.clone()),
    };
    let found: Vec<_> = table
        .partitions
        .iter()
        .filter(|partition| is_freebsd(&partition.kind))
        .collect();
    let has_ufs = inspection.volumes.as_ref().is_ok_and(|volumes| {
        volumes
            .iter()
            .any(|one| one.volume.content == Ok(Content::FileSystem(FileSystemKind::Ufs)))
    });
    if found.is_empty() && !has_ufs {
        return Outcome::not_applicable("only for FreeBSD, and no partition is one of FreeBSD's");
    }
    let findings = found
        .iter()
        .filter(|partition| partition.kind.is_swap())
        .take(super::MAX_LISTED)
        .map(|partition| {
            Finding::error(format!(
                "partition {} is swap space of FreeBSD on the OS disk",
                partition.number
            ))
            .found(partition.kind.to_string())
            .required("no swap partition on the OS disk")
            .at(Place::disk(partition.entry_offset, 128)
                .structure("partition entry")
                .partition(partition.number))
            .fix(format!(
                "swapoff -a; gpart delete -i {} da0",
                partition.number
            ))
        })
        .collect();
    Outcome::Undetermined(
        "the disk is FreeBSD's, whose UFS and ZFS are not read: /boot/loader.conf, /etc/rc.conf, \
         /etc/master.passwd and the agent were not looked at"
            .to_owned(),
        findings,
    )
}

#[cfg(test)]
mod tests {
    use uuid::{Uuid, uuid};

    use super::*;
    use crate::finding::Status;
    use crate::inspect::testing::inspection_of;
    use crate::inspect::{Generation, Inspection, OsFamily, Undetermined};
    use crate::partition::testing::{LINUX, TestDisk, TestGpt};
    use crate::rules::linux::sys_testing::{adjusted, debian};
    use crate::rules::linux::testing::judge;
    use crate::rules::{MIB, Profile};

    const UFS: Uuid = uuid!("516e7cb6-6ecf-11d6-8ff8-00022d09712b");
    const SWAP: Uuid = uuid!("516e7cb5-6ecf-11d6-8ff8-00022d09712b");

    fn disk(kinds: &[Uuid], role: DiskRole) -> Inspection {
        let entries: Vec<_> = (0_u64..)
            .zip(kinds)
            .map(|(i, kind)| (*kind, 2048 + i * 2048, 4095 + i * 2048, ""))
            .collect();
        let table = TestDisk::new(64 * MIB)
            .gpt(&TestGpt::with(&entries))
            .table();
        inspection_of(Ok(table), role, None, Generation::Any)
    }

    fn status(inspection: &Inspection) -> Status {
        judge(&LNX061, inspection, Profile::default()).status()
    }

    #[test]
    fn a_freebsd_disk_is_open_and_its_swap_fails() {
        assert_eq!(status(&disk(&[UFS], DiskRole::Os)), Status::Undetermined);
        assert_eq!(status(&disk(&[UFS, SWAP], DiskRole::Os)), Status::Fail);
        assert_eq!(status(&disk(&[LINUX], DiskRole::Os)), Status::NotApplicable);
        assert_eq!(status(&disk(&[UFS], DiskRole::Data)), Status::NotApplicable);
        assert_eq!(status(&adjusted(&debian(), |_| {})), Status::NotApplicable);
        let unread = inspection_of(
            Err(Undetermined::new("not read")),
            DiskRole::Os,
            Some(OsFamily::Linux),
            Generation::Any,
        );
        assert_eq!(status(&unread), Status::Undetermined);
        let outcome = judge(
            &LNX061,
            &disk(&[UFS, SWAP], DiskRole::Os),
            Profile::default(),
        );
        crate::rules::linux::testing::assert_evidence(&outcome);
    }

    #[test]
    fn a_slice_of_an_mbr_counts_too() {
        assert!(is_freebsd(&PartitionKind::Mbr(0xa5)) && !is_freebsd(&PartitionKind::Mbr(0x83)));
    }
}
