//! Walks over folders: sorted, bounded in depth and number, and never out by a link.

use std::fs::{self, FileType};
use std::path::{Component, Path, PathBuf};

use super::{MOST_ENTRIES, MOST_LEVELS};
use crate::cli::output::Failure;
use crate::pattern::{is_pattern, matches};

/// What is in a folder.
#[derive(Default)]
pub(super) struct Found {
    /// Files called `*.vhd`, in the order of their names.
    pub(super) images: Vec<PathBuf>,
    /// Other files.
    pub(super) others: Vec<PathBuf>,
    /// Links to a place outside of the folder, to another folder, or to nothing.
    pub(super) links: Vec<PathBuf>,
    /// Folders beyond the deepest level.
    pub(super) deep: Vec<PathBuf>,
}

/// Counts what was looked at in one call.
#[derive(Default)]
pub(super) struct Walk {
    entries: usize,
}

impl Walk {
    /// Every image in `folder` and below it.
    pub(super) fn images_in(&mut self, folder: &Path) -> Result<Found, Failure> {
        let root = folder
            .canonicalize()
            .map_err(|error| unreadable(folder, &error))?;
        let mut found = Found::default();
        self.descend(folder, &root, 0, &mut found)?;
        Ok(found)
    }

    fn descend(
        &mut self,
        folder: &Path,
        root: &Path,
        level: usize,
        found: &mut Found,
    ) -> Result<(), Failure> {
        for (path, kind) in self.entries(folder)? {
            if kind.is_dir() {
                if level >= MOST_LEVELS {
                    found.deep.push(path);
                } else {
                    self.descend(&path, root, level + 1, found)?;
                }
            } else if kind.is_symlink() && !leads_to_a_file_in(&path, root) {
                if is_image(&path) || path.is_dir() {
                    found.links.push(path);
                }
            } else if is_image(&path) {
                found.images.push(path);
            } else {
                found.others.push(path);
            }
        }
        Ok(())
    }

    /// What `pattern` names: `*`, `?` and `[…]` within a name, `**` for any number of folders.
    pub(super) fn expand(&mut self, pattern: &Path) -> Result<Vec<PathBuf>, Failure> {
        let mut start = PathBuf::new();
        let mut names = Vec::new();
        for component in pattern.components() {
            match component {
                Component::Normal(name)
                    if !names.is_empty() || is_pattern(&name.to_string_lossy()) =>
                {
                    names.push(name.to_string_lossy().into_owned());
                }
                other if names.is_empty() => start.push(other),
                // `..` behind a pattern: as a name that nothing fits.
                other => names.push(other.as_os_str().to_string_lossy().into_owned()),
            }
        }
        let mut found = Vec::new();
        self.fit(&start, &names, 0, &mut found)?;
        found.sort();
        found.dedup();
        Ok(found)
    }

    fn fit(
        &mut self,
        folder: &Path,
        names: &[String],
        level: usize,
        found: &mut Vec<PathBuf>,
    ) -> Result<(), Failure> {
        let Some((name, rest)) = names.split_first() else {
            return Ok(());
        };
        if level > MOST_LEVELS {
            return Err(Failure::new(format!(
                "{}: the pattern leads more than {MOST_LEVELS} folders deep",
                folder.display()
            )));
        }
        if name == "**" {
            // No folder at all, and each one below.
            self.fit(folder, rest, level, found)?;
            for (path, kind) in self.entries(folder)? {
                if kind.is_dir() && !is_hidden(&path) {
                    self.fit(&path, names, level + 1, found)?;
                } else if rest.is_empty() && !is_hidden(&path) {
                    found.push(path);
                }
            }
            return Ok(());
        }
        if !is_pattern(name) {
            let path = folder.join(name);
            if rest.is_empty() {
                found.extend(path.symlink_metadata().is_ok().then_some(path));
            } else if path.is_dir() {
                self.fit(&path, rest, level + 1, found)?;
            }
            return Ok(());
        }
        for (path, _) in self.entries(folder)? {
            let Some(own) = path.file_name().map(|own| own.to_string_lossy()) else {
                continue;
            };
            // As in a shell, a hidden file has to be asked for by its dot.
            if (own.starts_with('.') && !name.starts_with('.')) || !matches(name, &own) {
                continue;
            }
            if rest.is_empty() {
                found.push(path);
            } else if path.is_dir() {
                self.fit(&path, rest, level + 1, found)?;
            }
        }
        Ok(())
    }

    /// What is in a folder, by name. A folder that is only part of a pattern may be missing.
    fn entries(&mut self, folder: &Path) -> Result<Vec<(PathBuf, FileType)>, Failure> {
        let here = Path::new(".");
        let shown = if folder.as_os_str().is_empty() {
            here
        } else {
            folder
        };
        let mut entries = Vec::new();
        let listed = match fs::read_dir(shown) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(entries),
            listed => listed.map_err(|error| unreadable(shown, &error))?,
        };
        for entry in listed {
            let entry = entry.map_err(|error| unreadable(shown, &error))?;
            let kind = entry
                .file_type()
                .map_err(|error| unreadable(&entry.path(), &error))?;
            self.entries += 1;
            if self.entries > MOST_ENTRIES {
                return Err(Failure::new(format!(
                    "{}: more than {MOST_ENTRIES} files and folders; name fewer",
                    shown.display()
                )));
            }
            entries.push((folder.join(entry.file_name()), kind));
        }
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(entries)
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{}: cannot be read: {error}", path.display()))
}

fn is_image(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("vhd"))
}

fn is_hidden(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

fn leads_to_a_file_in(link: &Path, root: &Path) -> bool {
    link.canonicalize()
        .is_ok_and(|target| target.starts_with(root) && target.is_file())
}
