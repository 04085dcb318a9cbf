//! FAT with 12, 16 and 32 bits, with long names. There are no links, owners or modes in it.

mod directory;
mod layout;
mod table;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use crate::source::ReadAt;

use super::{Entry, FileSystem, FileType, FsError, Metadata, State, Superblock};
use directory::{Item, Items, label, parse};
use layout::Width;
use table::Clusters;

/// The most that a directory takes by the specification: 65,536 entries of 32 bytes.
const LARGEST_DIRECTORY: u64 = 1 << 21;
/// The longest path that is looked up.
const LONGEST_PATH: usize = 4096;

/// Names of directories that are kept, all directories together.
const KEPT_NAMES: usize = 100_000;

struct Fat {
    superblock: Superblock,
    clusters: Clusters,
    /// What directories hold, by their first cluster; the root's is 0.
    directories: RefCell<HashMap<u32, Rc<Names>>>,
}

/// A directory's entries, and where they stand under their names without regard to case.
struct Names {
    items: Vec<Item>,
    places: HashMap<String, usize>,
}

impl Names {
    fn new(items: Vec<Item>) -> Self {
        let mut places = HashMap::new();
        for (place, item) in items.iter().enumerate() {
            for name in [&item.name, &item.short] {
                places.entry(folded(name)).or_insert(place);
            }
        }
        Self { items, places }
    }

    fn find(&self, name: &str) -> Option<&Item> {
        self.items.get(*self.places.get(&folded(name))?)
    }
}

/// Reads what the boot sector, the table's first entries and the root directory say.
pub(super) fn superblock(source: &Arc<dyn ReadAt>) -> Result<Superblock, FsError> {
    facts(&Clusters::new(source)?)
}

/// Opens it.
pub(super) fn open(source: &Arc<dyn ReadAt>) -> Result<Box<dyn FileSystem>, FsError> {
    let clusters = Clusters::new(source)?;
    Ok(Box::new(Fat {
        superblock: facts(&clusters)?,
        clusters,
        directories: RefCell::default(),
    }))
}

/// The bytes of the clusters that are free.
pub(super) fn free_space(
    source: &Arc<dyn ReadAt>,
    limit: usize,
) -> Result<Vec<Range<u64>>, FsError> {
    Clusters::new(source)?.free(limit)
}

fn facts(clusters: &Clusters) -> Result<Superblock, FsError> {
    let layout = &clusters.layout;
    let in_root = items(clusters, None)?.label;
    // What formatting programs write where there is no label.
    let in_boot = || {
        layout
            .label
            .as_ref()
            .and_then(label)
            .filter(|label| label != "NO NAME")
    };
    let uuid = layout
        .serial
        .map(|serial| format!("{:04X}-{:04X}", serial >> 16, serial & 0xffff));
    Ok(Superblock {
        kind: layout.kind(),
        label: in_root.or_else(in_boot),
        uuid,
        state: state(clusters)?,
        size: layout.size,
        unsupported: Vec::new(),
    })
}

fn state(clusters: &Clusters) -> Result<State, FsError> {
    // Bits that are set while all is well.
    let (clean, sound) = match clusters.layout.width {
        Width::Twelve => (0, 0),
        Width::Sixteen => (0x8000, 0x4000),
        Width::ThirtyTwo => (0x0800_0000, 0x0400_0000),
    };
    let entry = clusters.entry(1)?;
    let boot = clusters.layout.dirty;
    Ok(if entry & sound != sound {
        State::Errors(format!(
            "its table says that a disk error was met (FAT[1] is 0x{entry:x})"
        ))
    } else if entry & clean != clean {
        State::Dirty(format!("its table is marked dirty (FAT[1] is 0x{entry:x})"))
    } else if boot != 0 {
        State::Dirty(format!("its boot sector is marked dirty (0x{boot:02x})"))
    } else {
        State::Clean
    })
}

/// The entries of a directory; of the root where none is named.
fn items(clusters: &Clusters, directory: Option<&Item>) -> Result<Items, FsError> {
    let layout = &clusters.layout;
    let bytes = match directory.map(|item| item.cluster) {
        None if layout.width == Width::ThirtyTwo => {
            clusters.read_directory(layout.root_cluster, LARGEST_DIRECTORY)?
        }
        None => {
            let len = usize::try_from(layout.root_len).unwrap_or(0);
            clusters.read_vec(layout.root_at, len)?
        }
        Some(cluster) => clusters.read_directory(cluster, LARGEST_DIRECTORY)?,
    };
    parse(&bytes)
}

/// A name without regard to case.
fn folded(name: &str) -> String {
    name.chars().flat_map(char::to_uppercase).collect()
}

/// What stands under a path.
enum Found {
    Root,
    Item(Item),
}

impl Fat {
    /// The entries of a directory, kept for the next look-up.
    fn items(&self, directory: Option<&Item>) -> Result<Rc<Names>, FsError> {
        let key = directory.map_or(0, |item| item.cluster);
        if directory.is_none() || key != 0 {
            let kept = self.directories.borrow().get(&key).cloned();
            if let Some(kept) = kept {
                return Ok(kept);
            }
        }
        let names = Rc::new(Names::new(items(&self.clusters, directory)?.items));
        let mut kept = self.directories.borrow_mut();
        let held: usize = kept
            .values()
            .map(|names| names.items.len().saturating_add(1))
            .sum();
        if held.saturating_add(names.items.len()) > KEPT_NAMES {
            kept.clear();
        }
        kept.insert(key, Rc::clone(&names));
        Ok(names)
    }

    fn find(&self, path: &[u8]) -> Result<Option<Found>, FsError> {
        if path.len() > LONGEST_PATH {
            return Err(FsError::Limit(format!(
                "a path of {} bytes, of which {LONGEST_PATH} are the most",
                path.len()
            )));
        }
        let mut found: Option<Item> = None;
        for name in path
            .split(|byte| *byte == b'/')
            .filter(|name| !name.is_empty())
        {
            let Ok(name) = std::str::from_utf8(name) else {
                return Ok(None);
            };
            if found
                .as_ref()
                .is_some_and(|item| item.metadata.file_type != FileType::Directory)
            {
                return Ok(None);
            }
            let names = self.items(found.as_ref())?;
            match names.find(name) {
                Some(item) => found = Some(item.clone()),
                None => return Ok(None),
            }
        }
        Ok(Some(found.map_or(Found::Root, Found::Item)))
    }

    fn existing(&self, path: &[u8]) -> Result<Found, FsError> {
        self.find(path)?
            .ok_or(FsError::Kind("nothing: no such path"))
    }
}

impl FileSystem for Fat {
    fn superblock(&self) -> &Superblock {
        &self.superblock
    }

    fn metadata(&self, path: &[u8]) -> Result<Option<Metadata>, FsError> {
        Ok(self.find(path)?.map(|found| match found {
            Found::Item(item) => item.metadata,
            Found::Root => Metadata {
                file_type: FileType::Directory,
                size: 0,
                mode: None,
                uid: None,
                gid: None,
                modified: None,
            },
        }))
    }

    fn read_link(&self, path: &[u8]) -> Result<Vec<u8>, FsError> {
        Err(FsError::Kind(match self.existing(path)? {
            Found::Item(item) if item.metadata.file_type == FileType::File => "a regular file",
            _ => "a directory",
        }))
    }

    fn read(&self, path: &[u8], offset: u64, length: usize) -> Result<Vec<u8>, FsError> {
        let item = match self.existing(path)? {
            Found::Item(item) if item.metadata.file_type == FileType::File => item,
            _ => return Err(FsError::Kind("a directory")),
        };
        let left = item.metadata.size.saturating_sub(offset);
        let length = u64::try_from(length).unwrap_or(u64::MAX).min(left);
        if length == 0 {
            return Ok(Vec::new());
        }
        self.clusters.read_chain(item.cluster, offset, length)
    }

    fn list(&self, path: &[u8], limit: usize) -> Result<Vec<Entry>, FsError> {
        let names = match self.existing(path)? {
            Found::Root => self.items(None)?,
            Found::Item(item) if item.metadata.file_type == FileType::Directory => {
                self.items(Some(&item))?
            }
            Found::Item(_) => return Err(FsError::Kind("a regular file")),
        };
        if names.items.len() > limit {
            return Err(FsError::Limit(format!(
                "a directory of more than {limit} names"
            )));
        }
        let entry = |item: &Item| Entry {
            name: item.name.clone().into_bytes(),
            file_type: item.metadata.file_type,
        };
        Ok(names.items.iter().map(entry).collect())
    }

    fn ignores_case(&self) -> bool {
        true
    }
}
