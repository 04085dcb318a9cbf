//! Folders that fill while an image is built: how much is in them.

use crate::filesystem::FileType;
use crate::guest::{Root, Spot};
use crate::known::Known;

/// Entries that are counted.
const MAX_ENTRIES: u64 = 20_000;
/// Folders within folders.
const MAX_DEPTH: u32 = 6;

/// A folder by what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderLeft {
    /// The folder.
    pub spot: Spot,
    /// Files in it and below.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Whether there are more than were counted.
    pub is_cut: bool,
}

/// Counts what is in a folder; none where there is no such folder.
pub(super) fn sum(root: &Root, path: &str) -> Known<Option<FolderLeft>> {
    let Some(first) = root.list(path)? else {
        return Ok(None);
    };
    let mut left = FolderLeft {
        spot: root.spot(path),
        files: 0,
        bytes: 0,
        is_cut: false,
    };
    let mut seen = 0_u64;
    let mut folders = vec![(first, 0_u32)];
    while let Some((entries, depth)) = folders.pop() {
        for entry in entries {
            seen = seen.saturating_add(1);
            if seen > MAX_ENTRIES {
                left.is_cut = true;
                return Ok(Some(left));
            }
            match entry.file_type {
                FileType::Directory if depth < MAX_DEPTH => {
                    folders.push((root.entries(&entry.path)?, depth.saturating_add(1)));
                }
                FileType::Directory => left.is_cut = true,
                FileType::File => {
                    let size = root
                        .link_metadata(&entry.path)?
                        .map_or(0, |found| found.size);
                    left.files = left.files.saturating_add(1);
                    left.bytes = left.bytes.saturating_add(size);
                }
                _ => {}
            }
        }
    }
    Ok(Some(left))
}
