//! The names under which a Linux guest may call a volume.

use super::{Volume, VolumeName};

/// What the kernel calls the only disk of a machine: SCSI (Azure, Hyper-V), virtio, Xen, IDE, NVMe.
const DISKS: [&str; 5] = [
    "/dev/sda",
    "/dev/vda",
    "/dev/xvda",
    "/dev/hda",
    "/dev/nvme0n1p",
];

impl Volume {
    /// The device names by which the guest's fstab or `root=` may call it: for a logical volume
    /// `/dev/mapper/group-volume` and `/dev/group/volume`; for a partition those that it has on the
    /// first disk of a machine, by the usual drivers; none for a disk without a table.
    pub fn device_names(&self) -> Vec<String> {
        match &self.name {
            VolumeName::Partition(number) => {
                DISKS.iter().map(|disk| format!("{disk}{number}")).collect()
            }
            VolumeName::Logical { group, volume } => vec![
                // A hyphen within a name is doubled, so that the one between them can be told.
                format!(
                    "/dev/mapper/{}-{}",
                    group.replace('-', "--"),
                    volume.replace('-', "--")
                ),
                format!("/dev/{group}/{volume}"),
            ],
            VolumeName::WholeDisk => Vec::new(),
        }
    }
}

/// The number of the partition that a Linux device name means (`sda1`, `/dev/vda2`, `xvda1`, `hda1`,
/// `nvme0n1p3`, `mmcblk0p1`, `nbd0p1`), of whichever disk; none for a whole disk and for what is no
/// partition (`/dev/dm-0`, `/dev/md0`, `/dev/sr0`, `/dev/mapper/…`).
pub fn names_partition(device: &str) -> Option<u32> {
    let name = device.strip_prefix("/dev/").unwrap_or(device);
    let digits = name.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (stem, number) = name.split_at_checked(name.len().checked_sub(digits)?)?;
    // As the kernel writes numbers: without leading zeros.
    if number.starts_with('0') || !is_disk(stem) {
        return None;
    }
    number.parse().ok()
}

/// Whether a partition's number may follow `stem`.
fn is_disk(stem: &str) -> bool {
    let lettered = ["sd", "vd", "xvd", "hd", "ubd"].into_iter().any(|prefix| {
        stem.strip_prefix(prefix).is_some_and(|letters| {
            !letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_lowercase())
        })
    });
    // A disk whose own name ends in a digit has a `p` before the partition's number.
    let numbered = |unit: &str| !unit.is_empty() && unit.bytes().all(|byte| byte.is_ascii_digit());
    let disk = stem.strip_suffix('p');
    lettered
        || disk.is_some_and(|disk| {
            let nvme = disk
                .strip_prefix("nvme")
                .and_then(|rest| rest.split_once('n'))
                .is_some_and(|(controller, space)| numbered(controller) && numbered(space));
            nvme || ["mmcblk", "nbd", "loop", "pmem"]
                .into_iter()
                .any(|prefix| disk.strip_prefix(prefix).is_some_and(numbered))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::known::Undetermined;

    fn named(name: VolumeName) -> Vec<String> {
        let volume = Volume {
            name,
            partition: None,
            partition_uuid: None,
            partition_label: None,
            kind: None,
            length: 0,
            segments: Vec::new(),
            content: Err(Undetermined::new("not asked")),
        };
        volume.device_names()
    }

    #[test]
    fn hyphens_of_a_logical_volume_are_doubled_in_the_mapper_only() {
        let names = named(VolumeName::Logical {
            group: "my-vg".to_owned(),
            volume: "root--a".to_owned(),
        });
        assert_eq!(
            names,
            ["/dev/mapper/my--vg-root----a", "/dev/my-vg/root--a"]
        );
    }

    #[test]
    fn a_partitions_names_name_its_number() {
        for number in [1, 2, 15, 128] {
            let names = named(VolumeName::Partition(number));
            assert_eq!(names.len(), 5);
            for name in names {
                assert_eq!(names_partition(&name), Some(number), "{name}");
            }
        }
        assert!(named(VolumeName::WholeDisk).is_empty());
    }

    #[test]
    fn only_partitions_have_a_number() {
        for (device, number) in [
            ("sda1", Some(1)),
            ("/dev/sdaa12", Some(12)),
            ("nvme1n2p3", Some(3)),
            ("mmcblk0p2", Some(2)),
            ("loop0p1", Some(1)),
            ("sda", None),
            ("/dev/sda0", None),
            ("sda01", None),
            ("sd1", None),
            ("nvme0n1", None),
            ("nvme0p1", None),
            ("sdap1", Some(1)),
            ("sda99999999999", None),
            ("/dev/mapper/vg-lv1", None),
            ("/dev/vg/sda1", None),
            ("dm-0", None),
            ("md0", None),
            ("md127", None),
            ("sr0", None),
            ("loop0", None),
            ("ttyS1", None),
            ("UUID=1", None),
            ("", None),
            ("1", None),
            ("é1", None),
        ] {
            assert_eq!(names_partition(device), number, "{device}");
        }
    }
}
