//! The trees' nodes and where they lie: what names and free space are read from.
//!
//! Logical addresses are mapped to the device by chunks; the chunk tree that lists them lies in the
//! few that the superblock lists itself.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::superblock::{Layout, corrupt};
use crate::bytes::{FieldError, Fields};
use crate::filesystem::FsError;
use crate::filesystem::crc32c::crc32c;
use crate::source::{ReadAt, ReadError};

const HEADER: usize = 101;
const ITEM: usize = 25;
const POINTER: usize = 33;
const CHUNK_ITEM: u8 = 228;
const ROOT_ITEM: u8 = 132;
/// Levels above the leaves that a tree has at most.
const LEVELS: u8 = 7;
/// The profile bits of a block group's type, and the one of two copies on one device.
const PROFILES: u64 = 0x7F8;
const DUP: u64 = 1 << 5;

/// An item's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) object: u64,
    pub(super) kind: u8,
    pub(super) offset: u64,
}

/// A stretch of logical addresses and its copies on the device.
#[derive(Debug, Clone)]
pub(super) struct Chunk {
    pub(super) start: u64,
    pub(super) length: u64,
    /// Bytes of the device at which the copies begin.
    pub(super) copies: Vec<u64>,
}

/// A btrfs' trees.
pub(super) struct Trees {
    source: Arc<dyn ReadAt>,
    layout: Layout,
    /// The chunks in order.
    pub(super) chunks: Vec<Chunk>,
    /// Nodes that look-ups came by, checked.
    nodes: RefCell<HashMap<u64, Rc<Vec<u8>>>>,
}

/// Nodes that are kept: 16 MiB at the usual size.
const NODES: usize = 1024;

/// As [`Visit`]; it says whether to go on.
type More<'v> = &'v mut dyn FnMut(Key, Fields<'_>) -> Result<bool, FsError>;
type Visit<'v> = &'v mut dyn FnMut(Key, Fields<'_>) -> Result<(), FsError>;

fn damaged(what: impl Into<String>) -> FsError {
    FsError::Corrupt(format!("btrfs: {}", what.into()))
}

fn key(f: &Fields<'_>, at: usize) -> Result<Key, FieldError> {
    Ok(Key {
        object: f.u64_le("key.objectid", at)?,
        kind: f.u8("key.type", at.saturating_add(8))?,
        offset: f.u64_le("key.offset", at.saturating_add(9))?,
    })
}

impl Trees {
    /// Reads the chunks of a file system on one device.
    pub(super) fn read(source: &Arc<dyn ReadAt>, layout: &Layout) -> Result<Self, FsError> {
        let mut trees = Self {
            source: Arc::clone(source),
            layout: layout.clone(),
            chunks: Vec::new(),
            nodes: RefCell::default(),
        };
        let array = Fields::new("sys_chunk_array", 0, &layout.system_chunks);
        let mut at = 0_usize;
        while at < layout.system_chunks.len() {
            let key = key(&array, at).map_err(corrupt)?;
            let item = at.saturating_add(17);
            let copies = array.u16_le("num_stripes", item.saturating_add(44));
            let length = 48_usize.saturating_add(usize::from(copies.map_err(corrupt)?) * 32);
            let bytes = array.bytes("chunk", item, length).map_err(corrupt)?;
            trees.add(key, &Fields::new("chunk", 0, bytes))?;
            at = item.saturating_add(length);
        }
        let mut all = Vec::new();
        let (root, level) = layout.chunk_root;
        trees.walk(root, level, &mut |key, item| {
            if key.kind == CHUNK_ITEM {
                all.push(chunk(key, &item, layout.device.0)?);
            }
            Ok(())
        })?;
        trees.chunks = all;
        let mut end = 0;
        for chunk in &trees.chunks {
            if chunk.start < end || chunk.length == 0 {
                return Err(damaged("its chunks overlap"));
            }
            let next = chunk.start.checked_add(chunk.length);
            end = next.ok_or_else(|| damaged("a chunk without an end"))?;
        }
        Ok(trees)
    }

    fn add(&mut self, key: Key, item: &Fields<'_>) -> Result<(), FsError> {
        let chunk = chunk(key, item, self.layout.device.0)?;
        let at = self.chunks.partition_point(|c| c.start < chunk.start);
        self.chunks.insert(at, chunk);
        Ok(())
    }

    /// The root of the tree of this number, with its level; none where it is gone.
    pub(super) fn root(&self, number: u64) -> Result<Option<(u64, u8)>, FsError> {
        // A snapshot's item has the transaction that made it as its offset, others have 0.
        let sought = Key {
            object: number,
            kind: ROOT_ITEM,
            offset: u64::MAX,
        };
        let Some((key, item)) = self.at_or_before(self.layout.root, sought)? else {
            return Ok(None);
        };
        let item = Fields::new("root item", 0, &item);
        if key.object != number
            || key.kind != ROOT_ITEM
            || item.u32_le("refs", 216).map_err(corrupt)? == 0
        {
            return Ok(None);
        }
        let address = item.u64_le("bytenr", 176).map_err(corrupt)?;
        Ok(Some((address, item.u8("level", 238).map_err(corrupt)?)))
    }

    /// The root of the tree of tree roots.
    pub(super) fn roots(&self) -> (u64, u8) {
        self.layout.root
    }

    /// The item of exactly this key.
    pub(super) fn get(&self, tree: (u64, u8), sought: Key) -> Result<Option<Vec<u8>>, FsError> {
        let found = self.at_or_before(tree, sought)?;
        Ok(found
            .filter(|(key, _)| *key == sought)
            .map(|(_, item)| item))
    }

    /// The last item whose key is not behind `sought`.
    pub(super) fn at_or_before(
        &self,
        (mut address, level): (u64, u8),
        sought: Key,
    ) -> Result<Option<(Key, Vec<u8>)>, FsError> {
        if level > LEVELS {
            return Err(damaged(format!("a tree of {level} levels")));
        }
        for level in (0..=level).rev() {
            let node = self.kept(address, level)?;
            let fields = Fields::new("btrfs node", address, &node);
            let count = usize::try_from(fields.u32_le("nritems", 96).map_err(corrupt)?)
                .unwrap_or(usize::MAX);
            let width = if level == 0 { ITEM } else { POINTER };
            let place = |at: usize| HEADER.saturating_add(at.saturating_mul(width));
            let (mut low, mut high) = (0, count);
            while low < high {
                let middle = low.midpoint(high);
                if key(&fields, place(middle)).map_err(corrupt)? <= sought {
                    low = middle.saturating_add(1);
                } else {
                    high = middle;
                }
            }
            let Some(at) = low.checked_sub(1).map(place) else {
                return Ok(None);
            };
            if level == 0 {
                let (start, length) = extent(&fields, at)?;
                let item = fields.bytes("item", start, length).map_err(corrupt)?;
                return Ok(Some((key(&fields, at).map_err(corrupt)?, item.to_vec())));
            }
            let child = fields.u64_le("blockptr", at.saturating_add(17));
            address = child.map_err(corrupt)?;
        }
        Ok(None)
    }

    /// Shows the items from the key `from` on to `visit`, in order, until it says to end.
    pub(super) fn from(&self, tree: (u64, u8), from: Key, visit: More<'_>) -> Result<(), FsError> {
        let (root, level) = tree;
        if level > LEVELS {
            return Err(damaged(format!("a tree of {level} levels")));
        }
        // Keys only grow, and no node is empty, so no node is come to twice.
        let mut last = None;
        let mut pending = vec![tree];
        while let Some((address, level)) = pending.pop() {
            let node = self.kept(address, level)?;
            let fields = Fields::new("btrfs node", address, &node);
            let count = usize::try_from(fields.u32_le("nritems", 96).map_err(corrupt)?)
                .unwrap_or(usize::MAX);
            if count == 0 && address != root {
                return Err(damaged(format!("no items in a node at {address}")));
            }
            let width = if level == 0 { ITEM } else { POINTER };
            let place = |at: usize| HEADER.saturating_add(at.saturating_mul(width));
            let (mut low, mut high) = (0, count);
            while low < high {
                let middle = low.midpoint(high);
                if key(&fields, place(middle)).map_err(corrupt)? < from {
                    low = middle.saturating_add(1);
                } else {
                    high = middle;
                }
            }
            if level > 0 {
                // What begins before `from` may reach beyond it.
                for at in (low.saturating_sub(1)..count).rev() {
                    let child = fields.u64_le("blockptr", place(at).saturating_add(17));
                    pending.push((child.map_err(corrupt)?, level.saturating_sub(1)));
                }
                continue;
            }
            let Some(end) = count.checked_sub(1) else {
                return Ok(());
            };
            if last.is_some_and(|last| key(&fields, place(0)).is_ok_and(|first| first <= last)) {
                return Err(damaged(format!("the keys of a node at {address} fall")));
            }
            last = Some(key(&fields, place(end)).map_err(corrupt)?);
            for at in (low..count).map(place) {
                let (start, length) = extent(&fields, at)?;
                let item = fields.bytes("item", start, length).map_err(corrupt)?;
                let item = Fields::new("btrfs item", address, item);
                if !visit(key(&fields, at).map_err(corrupt)?, item)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Reads the bytes at a logical address.
    pub(super) fn content(&self, address: u64, bytes: &mut [u8]) -> Result<(), FsError> {
        let place = self.place(address, bytes.len())?;
        self.source
            .read_at(place, bytes)
            .map_err(|error| match error {
                ReadError::OutOfBounds { .. } => {
                    damaged(format!("it points outside of its volume: {error}"))
                }
                error => FsError::Read(error),
            })
    }

    /// A node for a look-up: checked once and kept.
    fn kept(&self, address: u64, level: u8) -> Result<Rc<Vec<u8>>, FsError> {
        if let Some(node) = self.nodes.borrow().get(&address)
            && node.get(100) == Some(&level)
        {
            return Ok(Rc::clone(node));
        }
        let node = Rc::new(self.node(address, level)?);
        in_order(&Fields::new("btrfs node", address, &node), level)?;
        let mut nodes = self.nodes.borrow_mut();
        if nodes.len() >= NODES {
            nodes.clear();
        }
        nodes.insert(address, Rc::clone(&node));
        Ok(node)
    }

    /// Shows the items of a tree to `visit`, in order.
    pub(super) fn walk(&self, root: u64, level: u8, visit: Visit<'_>) -> Result<(), FsError> {
        if level > LEVELS {
            return Err(damaged(format!("a tree of {level} levels")));
        }
        // Keys only grow, and no node is empty, so no node is come to twice.
        let mut last = None;
        let mut pending = vec![(root, level)];
        while let Some((address, level)) = pending.pop() {
            let node = self.node(address, level)?;
            let fields = Fields::new("btrfs node", address, &node);
            let count = usize::try_from(fields.u32_le("nritems", 96).map_err(corrupt)?)
                .unwrap_or(usize::MAX);
            let width = if level == 0 { ITEM } else { POINTER };
            let most = node.len().saturating_sub(HEADER).checked_div(width);
            if most.is_none_or(|most| count > most) || (count == 0 && address != root) {
                return Err(damaged(format!("{count} items in a node at {address}")));
            }
            let mut below = Vec::new();
            for at in 0..count {
                let at = HEADER.saturating_add(at.saturating_mul(width));
                let key = key(&fields, at).map_err(corrupt)?;
                if level > 0 {
                    let child = fields.u64_le("blockptr", at.saturating_add(17));
                    below.push((child.map_err(corrupt)?, level.saturating_sub(1)));
                    continue;
                }
                if last.is_some_and(|last| key <= last) {
                    return Err(damaged(format!("the keys of a node at {address} fall")));
                }
                last = Some(key);
                let (start, length) = extent(&fields, at)?;
                let item = fields.bytes("item", start, length);
                visit(
                    key,
                    Fields::new("btrfs item", address, item.map_err(corrupt)?),
                )?;
            }
            below.reverse();
            pending.extend(below);
        }
        Ok(())
    }

    /// The byte of the device at which `length` bytes of a logical address lie.
    fn place(&self, address: u64, length: usize) -> Result<u64, FsError> {
        let at = self.chunks.partition_point(|c| c.start <= address);
        let chunk = at.checked_sub(1).and_then(|at| self.chunks.get(at));
        let place = chunk.and_then(|chunk| {
            let within = address.checked_sub(chunk.start)?;
            let end = within.checked_add(u64::try_from(length).ok()?)?;
            let first = chunk.copies.first()?;
            first.checked_add(within).filter(|_| end <= chunk.length)
        });
        place.ok_or_else(|| damaged(format!("no chunk has address {address}")))
    }

    /// Reads the node at a logical address and checks that it is that one.
    fn node(&self, address: u64, level: u8) -> Result<Vec<u8>, FsError> {
        let length = usize::try_from(self.layout.node_size).unwrap_or(0);
        let place = self.place(address, length)?;
        let bytes = self.source.read_vec(place, length)?;
        let fields = Fields::new("btrfs node", place, &bytes);
        let stored = fields.u32_le("csum", 0).map_err(corrupt)?;
        if stored != crc32c(bytes.get(32..).unwrap_or_default())
            || fields.u64_le("bytenr", 48).map_err(corrupt)? != address
            || fields.u8("level", 100).map_err(corrupt)? != level
        {
            return Err(damaged(format!("the node at {address} is not sound")));
        }
        Ok(bytes)
    }
}

/// Checks that the keys of a node grow: a search among others would find nothing where there is
/// something.
fn in_order(node: &Fields<'_>, level: u8) -> Result<(), FsError> {
    let width = if level == 0 { ITEM } else { POINTER };
    let mut last = None;
    for at in 0..node.u32_le("nritems", 96).map_err(corrupt)? {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        let at = HEADER.saturating_add(at.saturating_mul(width));
        let key = Some(key(node, at).map_err(corrupt)?);
        if key <= last {
            return Err(damaged("the keys of a node fall"));
        }
        last = key;
    }
    Ok(())
}

/// Where in its leaf the item lies whose head is at `at`, and its length.
fn extent(leaf: &Fields<'_>, at: usize) -> Result<(usize, usize), FsError> {
    let start = leaf.u32_le("offset", at.saturating_add(17));
    let length = leaf.u32_le("size", at.saturating_add(21));
    let start = usize::try_from(start.map_err(corrupt)?).unwrap_or(usize::MAX);
    let length = usize::try_from(length.map_err(corrupt)?).unwrap_or(usize::MAX);
    Ok((HEADER.saturating_add(start), length))
}

fn chunk(key: Key, item: &Fields<'_>, device: u64) -> Result<Chunk, FsError> {
    let profile = item.u64_le("type", 24).map_err(corrupt)? & PROFILES;
    if profile != 0 && profile != DUP {
        return Err(FsError::Unsupported(format!(
            "btrfs with block group profile {profile:#x}"
        )));
    }
    let mut copies = Vec::new();
    for copy in 0..usize::from(item.u16_le("num_stripes", 44).map_err(corrupt)?) {
        let at = 48_usize.saturating_add(copy.saturating_mul(32));
        if item.u64_le("stripe.devid", at).map_err(corrupt)? != device {
            return Err(FsError::Unsupported("btrfs on another device".to_owned()));
        }
        let offset = item.u64_le("stripe.offset", at.saturating_add(8));
        copies.push(offset.map_err(corrupt)?);
    }
    Ok(Chunk {
        start: key.offset,
        length: item.u64_le("length", 0).map_err(corrupt)?,
        copies,
    })
}
