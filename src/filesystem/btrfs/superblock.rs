//! The primary superblock: what a btrfs is called, where its trees begin, what of it is not read.

use uuid::Uuid;

use crate::bytes::{FieldError, Fields};
use crate::filesystem::crc32c::crc32c;
use crate::filesystem::{FsError, State, Superblock};
use crate::source::ReadAt;
use crate::volume::FileSystemKind;

/// Byte of the volume at which the primary superblock stands, and its length.
pub(super) const OFFSET: u64 = 65536;
pub(super) const LENGTH: usize = 4096;

/// Incompatible features that are read: bits 0 to 11 and simple quotas.
const READ: u64 = 0x1_0FFF;
/// `BTRFS_SUPER_FLAG_ERROR`.
const ERROR: u64 = 1 << 2;
/// Flags of something that is not a whole file system: a seed, a metadata dump, a change of UUID
/// that was not done.
const PARTIAL: u64 = 0b1_1111 << 32;

/// The fields that are needed.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// What everyone may know.
    pub(super) facts: Superblock,
    /// What keeps all of it from being read.
    pub(super) refused: Option<String>,
    /// Logical address and level of the tree of tree roots.
    pub(super) root: (u64, u8),
    /// Logical address and level of the chunk tree.
    pub(super) chunk_root: (u64, u8),
    /// Bytes of a tree's node.
    pub(super) node_size: u32,
    /// Number of this device, and its size in bytes as the file system takes it.
    pub(super) device: (u64, u64),
    /// The chunks that hold the chunk tree.
    pub(super) system_chunks: Vec<u8>,
}

pub(super) fn corrupt(error: FieldError) -> FsError {
    FsError::Corrupt(error.to_string())
}

fn wrong(what: &str) -> FsError {
    FsError::Corrupt(format!("btrfs superblock: {what}"))
}

impl Layout {
    /// Reads and checks the primary superblock. Its copies are not looked at: one that an earlier
    /// file system left behind may look newer than it.
    pub(super) fn read(source: &dyn ReadAt) -> Result<Self, FsError> {
        let bytes = source.read_vec(OFFSET, LENGTH)?;
        let fields = Fields::new("btrfs superblock", OFFSET, &bytes);
        if fields.bytes("magic", 64, 8).map_err(corrupt)? != b"_BHRfS_M" {
            return Err(wrong("its signature is not _BHRfS_M"));
        }
        let checksum = fields.u16_le("csum_type", 196).map_err(corrupt)?;
        if checksum == 0 {
            let stored = fields.u32_le("csum", 0).map_err(corrupt)?;
            let computed = crc32c(bytes.get(32..).unwrap_or_default());
            if stored != computed {
                return Err(wrong(&format!(
                    "its checksum is {stored:#010x}, its bytes have {computed:#010x}"
                )));
            }
        }
        let layout = Self::parse(&fields, checksum).map_err(corrupt)?;
        let size = layout.node_size;
        if !size.is_power_of_two() || !(4096..=65536).contains(&size) {
            return Err(wrong(&format!("nodes of {size} bytes")));
        }
        Ok(layout)
    }

    fn parse(f: &Fields<'_>, checksum: u16) -> Result<Self, FieldError> {
        let refused = refused(f, checksum)?;
        let flags = f.u64_le("flags", 56)?;
        let log_tree = f.u64_le("log_root", 96)? != 0;
        let mut unsupported: Vec<String> = refused.clone().into_iter().collect();
        if log_tree {
            unsupported.push(
                "the log tree, so that files written just before the crash may be missing or old"
                    .to_owned(),
            );
        }
        let state = if flags & ERROR != 0 {
            State::Errors("its superblock is flagged with an error".to_owned())
        } else if log_tree {
            State::Dirty("its log tree holds changes that are not replayed here".to_owned())
        } else {
            State::Clean
        };
        let label = f.bytes("label", 299, 256)?;
        let label = label.split(|byte| *byte == 0).next().unwrap_or_default();
        let used = usize::try_from(f.u32_le("sys_chunk_array_size", 160)?).unwrap_or(usize::MAX);
        Ok(Self {
            facts: Superblock {
                kind: FileSystemKind::Btrfs,
                label: Some(String::from_utf8_lossy(label).into_owned()).filter(|l| !l.is_empty()),
                uuid: Some(Uuid::from_bytes(f.array("fsid", 32)?).to_string()),
                state,
                size: f.u64_le("total_bytes", 112)?,
                unsupported,
            },
            refused,
            root: (f.u64_le("root", 80)?, f.u8("root_level", 198)?),
            chunk_root: (f.u64_le("chunk_root", 88)?, f.u8("chunk_root_level", 199)?),
            node_size: f.u32_le("nodesize", 148)?,
            device: (
                f.u64_le("dev_item.devid", 201)?,
                f.u64_le("dev_item.total_bytes", 209)?,
            ),
            system_chunks: f.bytes("sys_chunk_array", 811, used)?.to_vec(),
        })
    }
}

/// The first thing that keeps a btrfs from being read at all.
fn refused(f: &Fields<'_>, checksum: u16) -> Result<Option<String>, FieldError> {
    let devices = f.u64_le("num_devices", 136)?;
    let incompat = f.u64_le("incompat_flags", 188)?;
    let beyond = incompat & !READ;
    let partial = f.u64_le("flags", 56)? & PARTIAL;
    Ok(Some(match checksum {
        1 => "xxhash checksums".to_owned(),
        2 => "sha256 checksums".to_owned(),
        3 => "blake2 checksums".to_owned(),
        4.. => format!("checksums of type {checksum}"),
        0 if devices > 1 => format!("{devices} devices"),
        0 if beyond != 0 => match beyond.trailing_zeros() {
            12 => "zoned".to_owned(),
            13 => "extent tree v2".to_owned(),
            14 => "raid stripe tree".to_owned(),
            17 => "remap tree".to_owned(),
            bit => format!("incompatible feature bit {bit}"),
        },
        0 if partial != 0 => format!("superblock flags {partial:#x}"),
        0 => return Ok(None),
    }))
}
