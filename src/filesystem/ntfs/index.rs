//! Directories: the tree of names `$I30`.

use std::collections::HashSet;

use super::super::{FileType, FsError};
use super::names::{UpCase, to_bytes};
use super::record::{INDEX_ALLOCATION, INDEX_ROOT, Reference, fix_up, units};
use super::stream::Stream;
use super::volume::{File, Volume};
use super::{bad, corrupt};
use crate::bytes::Fields;

const INDEX: &str = "$I30";
/// Names of one directory that are read.
const MOST_NAMES: usize = 1 << 20;
/// The largest index block that is read.
const LARGEST_BLOCK: usize = 64 << 10;

/// Flags of an index entry: blocks below it; the last of its node.
const NODE: u16 = 1;
const LAST: u16 = 2;
/// The namespace of names that are 8.3 aliases only.
const DOS: u8 = 2;
/// File attributes that the entry repeats.
const IS_REPARSE_POINT: u32 = 0x400;
const IS_DIRECTORY: u32 = 0x1000_0000;

/// A name in a directory.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) folded: Vec<u16>,
    pub(super) name: Vec<u16>,
    pub(super) file: Reference,
    /// An 8.3 alias, by which the file is found but not listed.
    pub(super) alias: bool,
    pub(super) directory: bool,
    /// What it is has to be asked of the file itself.
    pub(super) reparse: bool,
}

impl Item {
    /// Its type, where its file has no reparse point.
    pub(super) fn file_type(&self) -> FileType {
        if self.directory {
            FileType::Directory
        } else {
            FileType::File
        }
    }

    /// The name in UTF-8.
    pub(super) fn text(&self) -> Vec<u8> {
        to_bytes(&self.name)
    }
}

/// A directory's names, in the order of their folded names.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) items: Vec<Item>,
}

impl Names {
    /// The item of this name; of two that differ in case only, the one that is exactly so first.
    pub(super) fn find(&self, upcase: &UpCase, name: &[u16]) -> Option<&Item> {
        let folded = upcase.fold(name);
        let first = self.items.partition_point(|item| item.folded < folded);
        let same = self.items.get(first..)?;
        let end = same.partition_point(|item| item.folded == folded);
        let same = same.get(..end)?;
        let exact = same.iter().find(|item| item.name == name);
        exact.or_else(|| same.first())
    }
}

/// Reads all names of a directory.
pub(super) fn read(volume: &Volume, file: &File, upcase: &UpCase) -> Result<Names, FsError> {
    let root = file.stream(INDEX_ROOT, INDEX)?;
    let root = root.ok_or_else(|| corrupt("a directory without an index"))?;
    let root = volume.read_all(&root, 1 << 16)?;
    let fields = Fields::new("NTFS index root", 0, &root);
    let block = fields.u32_le("BytesPerIndexBuffer", 8).map_err(bad)?;
    let mut walk = Walk {
        volume,
        upcase,
        blocks: file.stream(INDEX_ALLOCATION, INDEX)?,
        block: usize::try_from(block).unwrap_or(usize::MAX),
        seen: HashSet::new(),
        pending: Vec::new(),
        names: Names::default(),
    };
    walk.node(&root, 16)?;
    while let Some(number) = walk.pending.pop() {
        walk.block(number)?;
    }
    let mut names = walk.names;
    names
        .items
        .sort_by(|a, b| (&a.folded, a.alias, &a.name).cmp(&(&b.folded, b.alias, &b.name)));
    Ok(names)
}

struct Walk<'a> {
    volume: &'a Volume,
    upcase: &'a UpCase,
    blocks: Option<Stream>,
    block: usize,
    seen: HashSet<u64>,
    pending: Vec<u64>,
    names: Names,
}

impl Walk<'_> {
    fn block(&mut self, vcn: u64) -> Result<(), FsError> {
        if !self.seen.insert(vcn) {
            return Err(corrupt(format!(
                "two nodes of an index lead to block {vcn}"
            )));
        }
        if !(512..=LARGEST_BLOCK).contains(&self.block) {
            return Err(corrupt(format!("index blocks of {} bytes", self.block)));
        }
        let blocks = self.blocks.as_ref();
        let blocks = blocks.ok_or_else(|| corrupt("an index without the blocks it names"))?;
        // Blocks smaller than a cluster are counted in sectors of 512 bytes.
        let cluster = self.volume.boot.cluster_size;
        let block = u64::try_from(self.block).unwrap_or(u64::MAX);
        let unit = if cluster <= block { cluster } else { 512 };
        let mut bytes = self
            .volume
            .read(blocks, vcn.saturating_mul(unit), self.block)?;
        if bytes.len() < self.block {
            return Err(corrupt(format!("an index has no block {vcn}")));
        }
        fix_up("NTFS index block", b"INDX", &mut bytes)?;
        self.node(&bytes, 0x18)
    }

    /// Reads the entries of the node whose header is at `header`.
    fn node(&mut self, bytes: &[u8], header: usize) -> Result<(), FsError> {
        let fields = Fields::new("NTFS index node", 0, bytes);
        let u32 = |name, at: usize| {
            let value = fields.u32_le(name, header.saturating_add(at));
            value.map(|value| usize::try_from(value).unwrap_or(usize::MAX))
        };
        let mut at = header.saturating_add(u32("FirstIndexEntry", 0).map_err(bad)?);
        let end = header.saturating_add(u32("FirstFreeByte", 4).map_err(bad)?);
        loop {
            let length = fields.u16_le("entry length", at.saturating_add(8));
            let length = usize::from(length.map_err(bad)?);
            let next = at.saturating_add(length);
            if length < 16 || next > end {
                return Err(corrupt(format!(
                    "an index entry of {length} bytes at {at} of {end}"
                )));
            }
            let entry = fields.bytes("entry", at, length).map_err(bad)?;
            let fields = Fields::new("NTFS index entry", 0, entry);
            let flags = fields.u16_le("flags", 12).map_err(bad)?;
            if flags & NODE != 0 {
                let below = fields.u64_le("child", length.saturating_sub(8));
                self.pending.push(below.map_err(bad)?);
            }
            if flags & LAST != 0 {
                return Ok(());
            }
            self.entry(&fields)?;
            at = next;
        }
    }

    fn entry(&mut self, fields: &Fields<'_>) -> Result<(), FsError> {
        let length = usize::from(fields.u8("FileNameLength", 0x50).map_err(bad)?);
        let name = fields.bytes("FileName", 0x52, length.saturating_mul(2));
        let name = units(name.map_err(bad)?);
        let attributes = fields.u32_le("FileAttributes", 0x48).map_err(bad)?;
        let file = Reference::new(fields.u64_le("FileReference", 0).map_err(bad)?);
        // The root holds itself under this name.
        if name == [u16::from(b'.')] && file.number == super::ROOT {
            return Ok(());
        }
        let text = to_bytes(&name);
        if text.is_empty()
            || text.iter().any(|byte| matches!(byte, 0 | b'/'))
            || text == b"."
            || text == b".."
        {
            let text = text.escape_ascii();
            return Err(corrupt(format!("a directory holds the name \"{text}\"")));
        }
        if self.names.items.len() >= MOST_NAMES {
            return Err(FsError::Limit(format!(
                "more than {MOST_NAMES} names in a directory"
            )));
        }
        self.names.items.push(Item {
            folded: self.upcase.fold(&name),
            name,
            file,
            alias: fields.u8("Flags", 0x51).map_err(bad)? == DOS,
            directory: attributes & IS_DIRECTORY != 0,
            reparse: attributes & IS_REPARSE_POINT != 0,
        });
        Ok(())
    }
}
