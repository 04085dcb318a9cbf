//! What a file holds where it is stored as it is; what is compressed is left to the crate.

use super::names::{Names, Place};
use super::superblock::corrupt;
use super::tree::Key;
use crate::bytes::{FieldError, Fields};
use crate::filesystem::FsError;

const EXTENT_DATA: u8 = 108;
/// Bytes of an extent's item before the content that is inline.
const INLINE: usize = 21;

impl Names {
    /// Fills `bytes` with what the file holds from `offset` on; what no extent covers is zeros.
    /// False where an extent is stored in a way that is not read here: then `bytes` mean nothing.
    pub(super) fn content(
        &self,
        of: Place,
        offset: u64,
        bytes: &mut [u8],
    ) -> Result<bool, FsError> {
        bytes.fill(0);
        let sought = Key {
            object: of.inode,
            kind: EXTENT_DATA,
            offset,
        };
        let begin = self.trees.at_or_before(of.tree, sought)?;
        let begin = begin.map(|(key, _)| key);
        let begin = begin.filter(|key| (key.object, key.kind) == (of.inode, EXTENT_DATA));
        let end = offset.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        let mut plain = true;
        let mut covered = 0;
        self.trees
            .from(of.tree, begin.unwrap_or(sought), &mut |key, item| {
                if (key.object, key.kind) != (of.inode, EXTENT_DATA) || key.offset >= end {
                    return Ok(false);
                }
                let Some(extent) = Extent::read(&item).map_err(corrupt)? else {
                    plain = false;
                    return Ok(false);
                };
                let stop = key.offset.checked_add(extent.length);
                let stop = stop.filter(|_| key.offset >= covered).ok_or_else(|| {
                    FsError::Corrupt(format!("btrfs: the extents of inode {} overlap", of.inode))
                })?;
                covered = stop;
                // The part of it that is asked for: in the file, in the buffer, and in the extent.
                let (from, to) = (key.offset.max(offset), stop.min(end));
                let place =
                    |at: u64| usize::try_from(at.saturating_sub(offset)).unwrap_or(usize::MAX);
                let part = bytes.get_mut(place(from)..place(to)).unwrap_or_default();
                let within = from.saturating_sub(key.offset);
                match extent.stored {
                    _ if part.is_empty() => {}
                    Stored::Zeros => {}
                    Stored::At(address) => {
                        let address = address.checked_add(within).ok_or_else(|| {
                            FsError::Corrupt("btrfs: an extent without an end".to_owned())
                        })?;
                        self.trees.content(address, part)?;
                    }
                    Stored::Inline(inline) => {
                        let within = usize::try_from(within).unwrap_or(usize::MAX);
                        let inline = inline.get(within..).unwrap_or_default();
                        let length = inline.len().min(part.len());
                        if let (Some(part), Some(inline)) =
                            (part.get_mut(..length), inline.get(..length))
                        {
                            part.copy_from_slice(inline);
                        }
                    }
                }
                Ok(true)
            })?;
        Ok(plain)
    }
}

/// How an extent is stored.
enum Stored<'a> {
    Zeros,
    /// Its logical address.
    At(u64),
    Inline(&'a [u8]),
}

/// An extent of a file.
struct Extent<'a> {
    /// Bytes of the file that it covers.
    length: u64,
    stored: Stored<'a>,
}

impl<'a> Extent<'a> {
    /// None where it is compressed, encrypted, or of a type that is not known.
    fn read(item: &Fields<'a>) -> Result<Option<Self>, FieldError> {
        if item.bytes("encoding", 16, 4)? != [0; 4] {
            return Ok(None);
        }
        let kind = item.u8("type", 20)?;
        if kind == 0 {
            let length = item.u64_le("ram_bytes", 8)?;
            let inline = usize::try_from(length).unwrap_or(usize::MAX);
            let stored = Stored::Inline(item.bytes("inline", INLINE, inline)?);
            return Ok(Some(Self { length, stored }));
        }
        let address = item.u64_le("disk_bytenr", 21)?;
        let within = item.u64_le("offset", 37)?;
        let length = item.u64_le("num_bytes", 45)?;
        let stored = match (kind, address) {
            (1, 0) | (2, _) => Stored::Zeros,
            // An address that cannot be is in no chunk.
            (1, _) => Stored::At(address.saturating_add(within)),
            _ => return Ok(None),
        };
        Ok(Some(Self { length, stored }))
    }
}
