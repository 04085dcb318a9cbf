//! The parent of a differencing disk: where it may be, and whether what is there is it.
//!
//! A path in an image is hostile. What it may do is make us open a regular file and look at its
//! footer; a file without the right unique id is left alone. Paths that name a server are never
//! opened, as that alone would talk to the server.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::header::DynamicHeader;
use super::locator::LocatedPath;
use crate::source::{ImageFile, IoChoice, ReadAt};

/// How long a chain may be. Hyper-V's own tools grow unusable long before.
pub(crate) const MOST_PARENTS: usize = 32;

/// Where to look for parents.
#[derive(Debug, Clone, Default)]
pub struct ParentSearch {
    /// Folder of the child: relative locators count from it.
    pub folder: Option<PathBuf>,
    /// Files that the user named; looked at first.
    pub named: Vec<PathBuf>,
    /// How they are read.
    pub io: IoChoice,
}

/// A file that was looked at, and why it is not the parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The path.
    pub path: String,
    /// Why not.
    pub reason: String,
}

/// What was found out about the parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParentFacts {
    /// Unique id that the child asks for.
    pub unique_id: [u8; 16],
    /// Name in the header (hostile text).
    pub name: String,
    /// Each used locator: its entry as text, and the path or why it cannot be read.
    pub locators: Vec<(super::locator::ParentLocator, Result<LocatedPath, String>)>,
    /// The file that is the parent.
    pub found: Option<String>,
    /// Files that are not.
    pub rejected: Vec<Rejected>,
}

/// Looks for the parent that `header` asks for. Answers with what was seen and, where it is at
/// hand, the open file and its path.
pub(super) fn find(
    image: &dyn ReadAt,
    header: &DynamicHeader,
    search: &ParentSearch,
) -> (ParentFacts, Option<(Arc<ImageFile>, PathBuf)>) {
    let locators: Vec<_> = header
        .locators
        .iter()
        .filter(|locator| locator.is_used())
        .map(|locator| (locator.clone(), locator.read(image)))
        .collect();
    let mut facts = ParentFacts {
        unique_id: header.parent_unique_id,
        name: header.parent_name.clone(),
        locators,
        found: None,
        rejected: Vec::new(),
    };
    let mut candidates = search.named.clone();
    if let Some(folder) = &search.folder {
        for (_, path) in &facts.locators {
            let paths = match path {
                Ok(LocatedPath::RelativeWindows(path)) => relative(folder, path),
                Ok(LocatedPath::AbsoluteWindows(path)) => absolute(folder, path),
                Ok(LocatedPath::FileUrl(url)) => url
                    .strip_prefix("file://")
                    .map(|path| absolute(folder, path.trim_start_matches("localhost")))
                    .unwrap_or_default(),
                _ => Vec::new(),
            };
            candidates.extend(paths);
        }
        candidates.extend(base_name(&facts.name).map(|name| folder.join(name)));
    }
    let mut seen: Vec<PathBuf> = Vec::new();
    for path in candidates {
        if seen.contains(&path) {
            continue;
        }
        seen.push(path.clone());
        match open(&path, search.io, header.parent_unique_id) {
            Ok(file) => {
                facts.found = Some(path.display().to_string());
                return (facts, Some((Arc::new(file), path)));
            }
            Err(reason) => facts.rejected.push(Rejected {
                path: path.display().to_string(),
                reason,
            }),
        }
    }
    (facts, None)
}

fn open(path: &Path, io: IoChoice, unique_id: [u8; 16]) -> Result<ImageFile, String> {
    let metadata = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        return Err("is not a regular file".to_owned());
    }
    let file = ImageFile::open(path, io).map_err(|error| error.to_string())?;
    let found = super::read_footer_for_id(&file)
        .ok_or_else(|| "has no VHD footer".to_owned())?
        .unique_id;
    if found != unique_id {
        return Err(format!(
            "its unique id is {}, the child asks for {}",
            uuid::Uuid::from_bytes(found),
            uuid::Uuid::from_bytes(unique_id)
        ));
    }
    Ok(file)
}

/// A path from a locator, relative to the folder of the child.
fn relative(folder: &Path, path: &str) -> Vec<PathBuf> {
    let path = path.replace('\\', "/");
    if path.is_empty() || path.starts_with('/') || path.contains('\0') {
        return Vec::new();
    }
    let mut out = folder.to_owned();
    out.extend(
        path.split('/')
            .filter(|part| !part.is_empty() && *part != "."),
    );
    vec![out]
}

/// An absolute path from a locator: as it stands where this system has such paths, and by its last
/// part in the folder of the child, where copies of a chain usually lie.
fn absolute(folder: &Path, path: &str) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = base_name(path)
        .map(|name| folder.join(name))
        .into_iter()
        .collect();
    let names_a_server = path.starts_with("\\\\") || path.starts_with("//");
    if !names_a_server && !path.contains('\0') && Path::new(path).is_absolute() {
        out.push(PathBuf::from(path));
    }
    out
}

fn base_name(path: &str) -> Option<&str> {
    path.rsplit(['\\', '/'])
        .next()
        .filter(|name| !name.is_empty() && *name != "." && *name != ".." && !name.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locator_paths_become_paths_of_this_system() {
        let folder = Path::new("disks");
        assert_eq!(relative(folder, ".\\win8.vhd"), [folder.join("win8.vhd")]);
        assert_eq!(
            relative(folder, "..\\base\\a.vhd"),
            [folder.join("..").join("base").join("a.vhd")]
        );
        assert!(relative(folder, "\\\\server\\share\\a.vhd").is_empty());
        assert_eq!(
            absolute(folder, "C:\\vm\\win8.vhd")[0],
            folder.join("win8.vhd")
        );
        // A server's path is only looked for by its last part, beside the child.
        assert_eq!(
            absolute(folder, "\\\\server\\share\\a.vhd"),
            [folder.join("a.vhd")]
        );
        assert_eq!(
            absolute(folder, "//server/share/a.vhd"),
            [folder.join("a.vhd")]
        );
        assert!(absolute(folder, "C:\\..").is_empty());
    }
}
