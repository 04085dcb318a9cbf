//! Runs a rule on volumes that a test wrote.

use crate::filesystem::{State, Superblock};
use crate::finding::{Finding, Outcome};
use crate::inspect::testing::inspection_of;
use crate::inspect::{
    DiskRole, Generation, Inspection, Known, OsFamily, Undetermined, VolumeFacts,
};
use crate::partition::PartitionKind;
use crate::rules::{Profile, Rule, Subject};
use crate::volume::{Content, FileSystemKind, Segment, Volume, VolumeName};

/// MBR types.
pub(crate) const LINUX: PartitionKind = PartitionKind::Mbr(0x83);
pub(crate) const SWAP: PartitionKind = PartitionKind::Mbr(0x82);
pub(crate) const LVM: PartitionKind = PartitionKind::Mbr(0x8e);

pub(crate) fn ext4() -> Content {
    Content::FileSystem(FileSystemKind::Ext4)
}

fn volume(name: VolumeName, content: Content) -> VolumeFacts {
    let superblock = match content {
        Content::FileSystem(kind) => Some(Ok(Superblock {
            kind,
            label: None,
            uuid: None,
            state: State::Clean,
            size: 1 << 20,
            unsupported: Vec::new(),
        })),
        _ => None,
    };
    VolumeFacts {
        volume: Volume {
            name,
            partition: None,
            partition_uuid: None,
            partition_label: None,
            kind: None,
            length: 1 << 20,
            segments: vec![Segment {
                range: 0..1 << 20,
                disk_offset: 1 << 20,
            }],
            content: Ok(content),
        },
        superblock,
        boot_sector: None,
        mounted_at: Vec::new(),
        free: None,
    }
}

/// A partition of this type; it holds a clean ext4 unless the type is another's.
pub(crate) fn partition(number: u32, kind: PartitionKind) -> VolumeFacts {
    let content = if kind == LINUX {
        ext4()
    } else {
        Content::Blank
    };
    let mut facts = volume(VolumeName::Partition(number), content);
    facts.volume.partition = Some(number);
    facts.volume.kind = Some(kind);
    facts
}

pub(crate) fn logical(group: &str, name: &str, content: Content) -> VolumeFacts {
    let name = VolumeName::Logical {
        group: group.to_owned(),
        volume: name.to_owned(),
    };
    volume(name, content)
}

/// The volume with another content.
pub(crate) fn with(facts: VolumeFacts, content: Content) -> VolumeFacts {
    let mut new = volume(facts.volume.name.clone(), content);
    new.volume.partition = facts.volume.partition;
    new.volume.kind = facts.volume.kind;
    new.mounted_at = facts.mounted_at;
    new
}

/// The volume with its file system in this state.
pub(crate) fn in_state(mut facts: VolumeFacts, state: State) -> VolumeFacts {
    if let Some(Ok(superblock)) = &mut facts.superblock {
        superblock.state = state;
    }
    facts
}

/// The volume mounted somewhere.
pub(crate) fn mounted(mut facts: VolumeFacts, point: &str) -> VolumeFacts {
    facts.mounted_at.push(point.to_owned());
    facts
}

/// An inspection with these volumes, and nothing else known.
pub(crate) fn inspection(
    volumes: Known<Vec<VolumeFacts>>,
    role: DiskRole,
    os: Option<OsFamily>,
) -> Inspection {
    let unread = Err(Undetermined::new("the table was not read"));
    let mut inspection = inspection_of(unread, role, os, Generation::Any);
    inspection.volumes = volumes;
    inspection
}

pub(crate) fn judge(rule: &Rule, inspection: &Inspection, profile: Profile) -> Outcome {
    (rule.check)(&Subject {
        inspection,
        profile,
        siblings: &[],
    })
}

/// On the OS disk of a Linux system.
pub(crate) fn on(rule: &Rule, volumes: &[VolumeFacts], profile: Profile) -> Outcome {
    let inspection = inspection(Ok(volumes.to_vec()), DiskRole::Os, Some(OsFamily::Linux));
    judge(rule, &inspection, profile)
}

/// As [`on`] in the default profile.
pub(crate) fn on_linux(rule: &Rule, volumes: &[VolumeFacts]) -> Outcome {
    on(rule, volumes, Profile::default())
}

/// On a data disk.
pub(crate) fn on_data_disk(rule: &Rule, volumes: &[VolumeFacts]) -> Outcome {
    let inspection = inspection(Ok(volumes.to_vec()), DiskRole::Data, None);
    judge(rule, &inspection, Profile::default())
}

/// The rule does not apply to data disks and Windows, and is undetermined where nothing is read.
pub(crate) fn assert_linux_os_disks_only(rule: &Rule) {
    let windows = inspection(Ok(Vec::new()), DiskRole::Os, Some(OsFamily::Windows));
    let windows = judge(rule, &windows, Profile::default());
    assert!(matches!(windows, Outcome::NotApplicable(_)), "{windows:?}");
    let data = on_data_disk(rule, &[]);
    assert!(matches!(data, Outcome::NotApplicable(_)), "{data:?}");
    let unread = Err(Undetermined::new("a parent is missing"));
    let unread = inspection(unread, DiskRole::Os, Some(OsFamily::Linux));
    let unread = judge(rule, &unread, Profile::default());
    assert!(matches!(unread, Outcome::Undetermined(..)), "{unread:?}");
}

/// Every finding says what was found and required, where, and what mends it.
pub(crate) fn assert_evidence(outcome: &Outcome) {
    assert!(!outcome.findings().is_empty(), "{outcome:?}");
    for finding in outcome.findings() {
        let Finding {
            found,
            required,
            place,
            fix,
            ..
        } = finding;
        assert!(
            found.is_some() && required.is_some() && place.is_some() && fix.is_some(),
            "{finding:?}"
        );
    }
}
