//! The superblock: where everything lies, which features there are, and what is not read here.

use crate::bytes::{FieldError, Fields};
use crate::source::ReadAt;
use crate::volume::FileSystemKind;

use super::super::{FsError, State, Superblock};
use super::checksum::crc32c;

/// Byte of the volume at which the superblock stands.
pub(super) const SUPERBLOCK_AT: u64 = 1024;
const SUPERBLOCK_LEN: usize = 1024;
/// More block groups than any disk of a cloud needs: 128 TiB of 4 KiB blocks.
const MOST_GROUPS: u64 = 1 << 20;

/// Incompatible features, by their bits.
pub(super) mod incompat {
    pub(crate) const FILETYPE: u32 = 0x2;
    pub(crate) const RECOVER: u32 = 0x4;
    pub(crate) const JOURNAL_DEV: u32 = 0x8;
    pub(crate) const META_BG: u32 = 0x10;
    pub(crate) const BIT64: u32 = 0x80;
    pub(crate) const CSUM_SEED: u32 = 0x2000;
    pub(crate) const INLINE_DATA: u32 = 0x8000;
    pub(crate) const ENCRYPT: u32 = 0x1_0000;
    pub(crate) const CASEFOLD: u32 = 0x2_0000;
    /// filetype, recover, meta_bg, extents, 64bit, mmp, flex_bg, ea_inode, metadata_csum_seed,
    /// large_dir, and what is refused inode by inode: inline_data, encrypt, casefold.
    pub(crate) const READ: u32 = 0x3_e7d6;
}

/// Compatible features.
pub(super) mod compat {
    pub(crate) const HAS_JOURNAL: u32 = 0x4;
    pub(crate) const SPARSE_SUPER2: u32 = 0x200;
}

/// Features that only matter to who writes, and to the free space.
pub(super) mod ro_compat {
    pub(crate) const SPARSE_SUPER: u32 = 0x1;
    pub(crate) const GDT_CSUM: u32 = 0x10;
    pub(crate) const BIGALLOC: u32 = 0x200;
    pub(crate) const METADATA_CSUM: u32 = 0x400;
}

/// Names of the incompatible features that are refused or make parts unreadable.
const NAMES: [(u32, &str); 6] = [
    (0x1, "compression"),
    (incompat::JOURNAL_DEV, "journal_dev"),
    (0x1000, "dirdata"),
    (incompat::INLINE_DATA, "inline_data"),
    (incompat::ENCRYPT, "encrypt"),
    (incompat::CASEFOLD, "casefold"),
];

/// The numbers of the superblock, checked.
#[derive(Debug, Clone)]
pub(super) struct Geometry {
    pub(super) block_size: u64,
    pub(super) blocks: u64,
    pub(super) first_data_block: u64,
    pub(super) blocks_per_group: u64,
    pub(super) clusters_per_group: u64,
    /// Blocks in a cluster; 1 without bigalloc.
    pub(super) cluster_blocks: u64,
    pub(super) groups: u64,
    pub(super) inodes: u32,
    pub(super) inodes_per_group: u32,
    pub(super) inode_size: usize,
    pub(super) descriptor_size: usize,
    pub(super) first_meta_bg: u64,
    pub(super) reserved_gdt_blocks: u64,
    pub(super) backup_groups: [u64; 2],
    pub(super) journal_inode: u32,
    /// Where the journal is another device: its number is not 0.
    pub(super) journal_device: u32,
    pub(super) compat: u32,
    pub(super) incompat: u32,
    pub(super) ro_compat: u32,
    pub(super) checksum_seed: u32,
    state: u16,
    uuid: [u8; 16],
    label: [u8; 16],
}

pub(super) fn bad(error: FieldError) -> FsError {
    FsError::Corrupt(error.to_string())
}

pub(super) fn corrupt(what: impl Into<String>) -> FsError {
    FsError::Corrupt(what.into())
}

impl Geometry {
    /// Reads and checks the superblock.
    pub(super) fn read(source: &dyn ReadAt) -> Result<Self, FsError> {
        let bytes = source.read_vec(SUPERBLOCK_AT, SUPERBLOCK_LEN)?;
        let fields = Fields::new("ext superblock", SUPERBLOCK_AT, &bytes);
        let u16 = |name, at| fields.u16_le(name, at).map_err(bad);
        let u32 = |name, at| fields.u32_le(name, at).map_err(bad);
        let magic = u16("s_magic", 0x38)?;
        if magic != 0xef53 {
            return Err(corrupt(format!(
                "s_magic of the superblock is 0x{magic:04x}, not 0xef53"
            )));
        }
        let old = u32("s_rev_level", 0x4c)? == 0;
        let feature = |name, at| if old { Ok(0) } else { u32(name, at) };
        let compat = feature("s_feature_compat", 0x5c)?;
        let incompat = feature("s_feature_incompat", 0x60)?;
        let ro_compat = feature("s_feature_ro_compat", 0x64)?;

        if ro_compat & ro_compat::METADATA_CSUM != 0 {
            let said = u32("s_checksum", 0x3fc)?;
            let is = crc32c(!0, fields.bytes("superblock", 0, 0x3fc).map_err(bad)?);
            if said != is {
                return Err(corrupt(format!(
                    "the superblock's checksum is 0x{said:08x}, its bytes give 0x{is:08x}"
                )));
            }
        }

        let log_block_size = u32("s_log_block_size", 0x18)?;
        let block_size = match log_block_size {
            0..=6 => 1024_u64 << log_block_size,
            _ => {
                return Err(corrupt(format!(
                    "s_log_block_size of the superblock is {log_block_size}, the most is 6"
                )));
            }
        };
        let high = if incompat & incompat::BIT64 != 0 {
            u64::from(u32("s_blocks_count_hi", 0x150)?)
        } else {
            0
        };
        let blocks = high << 32 | u64::from(u32("s_blocks_count_lo", 0x4)?);
        let first_data_block = u64::from(u32("s_first_data_block", 0x14)?);
        let blocks_per_group = u64::from(u32("s_blocks_per_group", 0x20)?);
        let inodes_per_group = u32("s_inodes_per_group", 0x28)?;
        let (clusters_per_group, cluster_blocks) = if ro_compat & ro_compat::BIGALLOC != 0 {
            let log = u32("s_log_cluster_size", 0x1c)?
                .checked_sub(log_block_size)
                .filter(|log| *log <= 20)
                .ok_or_else(|| corrupt("the clusters' size of the superblock is impossible"))?;
            (u64::from(u32("s_clusters_per_group", 0x24)?), 1_u64 << log)
        } else {
            (blocks_per_group, 1)
        };
        let bits = block_size.saturating_mul(8);
        if blocks_per_group < 8
            || clusters_per_group > bits
            || clusters_per_group.saturating_mul(cluster_blocks) != blocks_per_group
            || u64::from(inodes_per_group) > bits
            || inodes_per_group == 0
            || first_data_block > 1
            || blocks <= first_data_block
            || blocks.checked_mul(block_size).is_none()
        {
            return Err(corrupt(format!(
                "the superblock's counts contradict each other: {blocks} blocks from \
                 {first_data_block}, {blocks_per_group} a group, {inodes_per_group} inodes a group"
            )));
        }
        let groups = blocks
            .saturating_sub(first_data_block)
            .div_ceil(blocks_per_group);
        if groups > MOST_GROUPS {
            return Err(FsError::Limit(format!(
                "{groups} block groups, of which at most {MOST_GROUPS} are looked at"
            )));
        }
        let inode_size = if old { 128 } else { u16("s_inode_size", 0x58)? };
        if inode_size < 128 || !inode_size.is_power_of_two() || u64::from(inode_size) > block_size {
            return Err(corrupt(format!(
                "s_inode_size of the superblock is {inode_size}"
            )));
        }
        let descriptor_size = if incompat & incompat::BIT64 != 0 {
            let size = u16("s_desc_size", 0xfe)?;
            if !(64..=1024).contains(&size) || !size.is_power_of_two() {
                return Err(corrupt(format!("s_desc_size of the superblock is {size}")));
            }
            size
        } else {
            32
        };
        let uuid = fields.array("s_uuid", 0x68).map_err(bad)?;
        let checksum_seed = if incompat & incompat::CSUM_SEED != 0 {
            u32("s_checksum_seed", 0x270)?
        } else {
            crc32c(!0, &uuid)
        };
        Ok(Self {
            block_size,
            blocks,
            first_data_block,
            blocks_per_group,
            clusters_per_group,
            cluster_blocks,
            groups,
            inodes: u32("s_inodes_count", 0)?,
            inodes_per_group,
            inode_size: inode_size.into(),
            descriptor_size: descriptor_size.into(),
            first_meta_bg: u32("s_first_meta_bg", 0x104)?.into(),
            reserved_gdt_blocks: u16("s_reserved_gdt_blocks", 0xce)?.into(),
            backup_groups: [
                u32("s_backup_bgs", 0x24c)?.into(),
                u32("s_backup_bgs", 0x250)?.into(),
            ],
            journal_inode: u32("s_journal_inum", 0xe0)?,
            journal_device: u32("s_journal_dev", 0xe4)?,
            compat,
            incompat,
            ro_compat,
            checksum_seed,
            state: u16("s_state", 0x3a)?,
            uuid,
            label: fields.array("s_volume_name", 0x78).map_err(bad)?,
        })
    }

    /// Size in bytes of the file system.
    pub(super) fn size(&self) -> u64 {
        self.blocks.saturating_mul(self.block_size)
    }

    pub(super) fn has_incompat(&self, feature: u32) -> bool {
        self.incompat & feature != 0
    }

    pub(super) fn has_ro_compat(&self, feature: u32) -> bool {
        self.ro_compat & feature != 0
    }

    /// Whether structures carry a CRC-32C.
    pub(super) fn has_checksums(&self) -> bool {
        self.has_ro_compat(ro_compat::METADATA_CSUM)
    }

    /// Refuses what cannot be read at all: the whole is laid out in a way that is not known here.
    pub(super) fn check_readable(&self) -> Result<(), FsError> {
        let refused = self.incompat & !incompat::READ;
        if refused == 0 {
            return Ok(());
        }
        Err(FsError::Unsupported(format!(
            "an ext file system with {}",
            names(refused).join(", ")
        )))
    }

    /// What the superblock says, for the layers above.
    pub(super) fn facts(&self, kind: FileSystemKind) -> Superblock {
        let label: Vec<u8> = self
            .label
            .iter()
            .copied()
            .take_while(|byte| *byte != 0)
            .collect();
        let partly = incompat::INLINE_DATA | incompat::ENCRYPT | incompat::CASEFOLD;
        Superblock {
            kind,
            label: (!label.is_empty()).then(|| String::from_utf8_lossy(&label).into_owned()),
            uuid: (self.uuid != [0; 16])
                .then(|| uuid::Uuid::from_bytes(self.uuid).hyphenated().to_string()),
            state: self.state(),
            size: self.size(),
            unsupported: names(self.incompat & (!incompat::READ | partly)),
        }
    }

    fn state(&self) -> State {
        let recover = self.has_incompat(incompat::RECOVER);
        if self.state & 2 != 0 {
            let also = if recover {
                ", and its journal holds changes (needs_recovery)"
            } else {
                ""
            };
            State::Errors(format!(
                "its superblock says that errors were found (s_state {}){also}",
                self.state
            ))
        } else if recover {
            State::Dirty(
                "its journal holds changes that were not written back (needs_recovery)".to_owned(),
            )
        } else if self.state & 1 == 0 {
            State::Dirty(format!(
                "it was not unmounted cleanly (s_state {})",
                self.state
            ))
        } else {
            State::Clean
        }
    }

    /// Whether a group holds a copy of the superblock and of the descriptors.
    pub(super) fn has_super(&self, group: u64) -> bool {
        if self.compat & compat::SPARSE_SUPER2 != 0 {
            return group == 0 || self.backup_groups.contains(&group);
        }
        if group <= 1 || !self.has_ro_compat(ro_compat::SPARSE_SUPER) {
            return true;
        }
        [3_u64, 5, 7].into_iter().any(|base| {
            let mut power = base;
            while power < group {
                power = power.saturating_mul(base);
            }
            power == group
        })
    }

    /// First block of a group.
    pub(super) fn group_start(&self, group: u64) -> u64 {
        group
            .saturating_mul(self.blocks_per_group)
            .saturating_add(self.first_data_block)
    }
}

/// The names of features; unknown ones by their bits.
fn names(features: u32) -> Vec<String> {
    let known = NAMES.iter();
    let mut out: Vec<String> = known
        .clone()
        .filter(|(bit, _)| features & bit != 0)
        .map(|(_, name)| (*name).to_owned())
        .collect();
    let rest = known.fold(features, |rest, (bit, _)| rest & !bit);
    if rest != 0 {
        out.push(format!("unknown features 0x{rest:x}"));
    }
    out
}
