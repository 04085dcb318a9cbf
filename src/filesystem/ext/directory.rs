//! Directories: every block is walked in order. The index of a large directory is not needed for
//! that: its blocks look like blocks of one unused entry.

use crate::bytes::Fields;

use super::super::{FileType, FsError};
use super::checksum::crc32c;
use super::geometry::{bad, corrupt, incompat};
use super::volume::{Blocks, Inode, flag};

/// Directories larger than this are not walked: millions of names.
const LARGEST: u64 = 64 << 20;

/// A name, the inode that it stands for, and the type where the directory keeps it.
pub(super) struct Named {
    pub(super) name: Vec<u8>,
    pub(super) inode: u32,
    pub(super) file_type: Option<FileType>,
}

impl Blocks {
    /// Walks a directory without `.` and `..`. `visit` says whether to go on.
    pub(super) fn walk(
        &self,
        directory: &Inode,
        visit: &mut dyn FnMut(Named) -> bool,
    ) -> Result<(), FsError> {
        if directory.flags & flag::ENCRYPT != 0 {
            return Err(FsError::Unsupported(
                "an encrypted directory (encrypt)".to_owned(),
            ));
        }
        if directory.flags & flag::INLINE_DATA != 0 {
            return Err(FsError::Unsupported(
                "a directory whose content is in its inode (inline_data)".to_owned(),
            ));
        }
        let size = directory.metadata.size;
        if size > LARGEST {
            return Err(FsError::Limit(format!(
                "a directory of {size} bytes, of which at most {LARGEST} are read"
            )));
        }
        let blocks = size.div_ceil(self.geometry.block_size);
        let mut at = 0;
        while at < blocks {
            let run = self.map(directory, at)?;
            let count = run.count.min(blocks.saturating_sub(at)).max(1);
            if let Some(first) = run.block {
                for index in 0..count {
                    let bytes = self.block(first.saturating_add(index))?;
                    self.check_directory_block(directory, at, index, &bytes)?;
                    if !self.walk_block(directory, &bytes, visit)? {
                        return Ok(());
                    }
                }
            }
            at = at.saturating_add(count);
        }
        Ok(())
    }

    fn walk_block(
        &self,
        directory: &Inode,
        bytes: &[u8],
        visit: &mut dyn FnMut(Named) -> bool,
    ) -> Result<bool, FsError> {
        let mut at = 0_usize;
        while at < bytes.len() {
            let rest = bytes.get(at..).unwrap_or_default();
            let fields = Fields::new("ext directory entry", u64::try_from(at).unwrap_or(0), rest);
            let inode = fields.u32_le("inode", 0).map_err(bad)?;
            let length = fields.bytes("rec_len", 4, 2).map_err(bad)?;
            let length = rec_len(length, bytes.len());
            if length < 8 || !length.is_multiple_of(4) || length > rest.len() {
                return Err(corrupt(format!(
                    "an entry of directory inode {} is {length} bytes long, where {} are left",
                    directory.number,
                    rest.len()
                )));
            }
            if inode != 0 {
                let name_len = usize::from(fields.u8("name_len", 6).map_err(bad)?);
                if name_len == 0 || name_len.saturating_add(8) > length {
                    return Err(corrupt(format!(
                        "an entry of directory inode {} has a name of {name_len} bytes in {length}",
                        directory.number
                    )));
                }
                let name = fields.bytes("name", 8, name_len).map_err(bad)?;
                // Without the feature, the byte belongs to the name's length.
                let kept = self.geometry.has_incompat(incompat::FILETYPE);
                let file_type = match fields.u8("file_type", 7).map_err(bad)? {
                    _ if !kept => None,
                    1 => Some(FileType::File),
                    2 => Some(FileType::Directory),
                    3..=6 => Some(FileType::Special),
                    7 => Some(FileType::Symlink),
                    _ => None,
                };
                if name != b"." && name != b".." {
                    if name.contains(&b'/') || name.contains(&0) {
                        return Err(corrupt(format!(
                            "directory inode {} holds a name with a slash or a NUL",
                            directory.number
                        )));
                    }
                    let name = name.to_vec();
                    if !visit(Named {
                        name,
                        inode,
                        file_type,
                    }) {
                        return Ok(false);
                    }
                }
            }
            at = at.saturating_add(length);
        }
        Ok(true)
    }

    /// Checks a block's checksum where it carries one.
    fn check_directory_block(
        &self,
        directory: &Inode,
        run: u64,
        index: u64,
        bytes: &[u8],
    ) -> Result<(), FsError> {
        if !self.geometry.has_checksums() {
            return Ok(());
        }
        // Blocks of the index carry another kind, behind what may be left of this kind: the first
        // one, and those that look like one unused entry which takes all of the block.
        let unused = bytes.starts_with(&[0; 4])
            && bytes
                .get(4..6)
                .is_some_and(|length| rec_len(length, bytes.len()) == bytes.len());
        if directory.flags & flag::INDEX != 0 && (run == 0 && index == 0 || unused) {
            return Ok(());
        }
        let Some((body, tail)) = bytes.split_last_chunk::<12>() else {
            return Ok(());
        };
        let [head @ .., c0, c1, c2, c3] = *tail;
        if head != [0, 0, 0, 0, 12, 0, 0, 0xde] {
            return Ok(());
        }
        let said = u32::from_le_bytes([c0, c1, c2, c3]);
        let is = crc32c(directory.seed, body);
        if said == is {
            return Ok(());
        }
        Err(corrupt(format!(
            "the checksum of a block of directory inode {} is 0x{said:08x}, its bytes give \
             0x{is:08x}",
            directory.number
        )))
    }
}

/// The length of an entry; 64 KiB do not fit into its field.
fn rec_len(field: &[u8], block: usize) -> usize {
    match field {
        [0, 0] | [0xff, 0xff] if block == 65536 => block,
        [low, high] => usize::from(u16::from_le_bytes([*low, *high])),
        _ => 0,
    }
}
