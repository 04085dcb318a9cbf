//! From the names on the command line to the images that they stand for: files, folders, patterns.
//!
//! The order is that of the command line; within a folder or a pattern it is that of the names. An
//! image that is named twice counts once, where it is named first.

mod walk;

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::output::{self, Failure};
use crate::pattern::is_pattern;
use crate::text::counted;
use walk::{Found, Walk};

/// Levels of folders below one that is named.
const MOST_LEVELS: usize = 16;
/// Images of one call.
const MOST_IMAGES: usize = 10_000;
/// Entries of folders that are looked at in one call.
const MOST_ENTRIES: usize = 1_000_000;
/// Names in a note.
const MOST_NAMED: usize = 5;

/// What a call is about.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// The images, each once.
    pub(super) images: Vec<PathBuf>,
    /// What the user should know of what was left out.
    pub(super) notes: Vec<String>,
}

/// Looks for the images that `named` stands for, and says on standard error what was left out.
///
/// # Errors
/// A folder or a pattern without an image, a folder that cannot be read, or too many of anything:
/// a call that looks at nothing must not end as if all were well.
pub(super) fn images(named: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let selection = select(named)?;
    for text in &selection.notes {
        output::note(text);
    }
    Ok(selection.images)
}

fn select(named: &[PathBuf]) -> Result<Selection, Failure> {
    let mut gathered = Gathered::default();
    for path in named {
        let text = path.to_string_lossy();
        // A file may be called `disk[1].vhd`; who names it means it.
        let exists = path.symlink_metadata().is_ok();
        if path.is_dir() {
            gathered.folder(path)?;
        } else if !exists && is_pattern(&text) {
            gathered.pattern(path)?;
        } else {
            gathered.image(path.clone())?;
        }
    }
    Ok(gathered.selection)
}

#[derive(Default)]
struct Gathered {
    selection: Selection,
    known: HashSet<PathBuf>,
    walk: Walk,
}

impl Gathered {
    /// Adds an image, unless it is there by this or another name. Two hard links are two names of
    /// the publisher's own making and stay two images.
    fn image(&mut self, path: PathBuf) -> Result<(), Failure> {
        let place = path.canonicalize().unwrap_or_else(|_| path.clone());
        if self.known.insert(place) {
            if self.selection.images.len() >= MOST_IMAGES {
                return Err(Failure::new(format!(
                    "more than {}: check them in several calls",
                    counted(MOST_IMAGES as u64, "image")
                )));
            }
            self.selection.images.push(path);
        }
        Ok(())
    }

    /// Every `*.vhd` in a folder and below it.
    fn folder(&mut self, folder: &Path) -> Result<(), Failure> {
        let found = self.walk.images_in(folder)?;
        let shown = folder.display();
        if found.images.is_empty() {
            let links = match found.links.is_empty() {
                true => String::new(),
                false => format!(
                    " (links out of it are not followed: {})",
                    listed(&found.links, folder)
                ),
            };
            return Err(Failure::new(format!(
                "{shown}: holds no file whose name ends in .vhd{links}; name a file itself if it is \
                 an image by another name"
            )));
        }
        self.take(folder, found)
    }

    /// Adds what was found in a folder, and says what was left out.
    fn take(&mut self, folder: &Path, found: Found) -> Result<(), Failure> {
        for image in found.images {
            self.image(image)?;
        }
        for (left_out, why) in [
            (
                found.others,
                "not called *.vhd and left out; name them to have them looked at",
            ),
            (
                found.links,
                "links that lead out of the folder, to a folder or nowhere, left out; name them to \
                 have them looked at",
            ),
            (found.deep, "folders too deep in it, not looked into"),
        ] {
            if !left_out.is_empty() {
                let names = listed(&left_out, folder);
                let note = format!("{}: {names}: {why}", folder.display());
                self.selection.notes.push(note);
            }
        }
        Ok(())
    }

    /// What a pattern stands for, as a shell that expands it would hand it over.
    fn pattern(&mut self, pattern: &Path) -> Result<(), Failure> {
        let found = self.walk.expand(pattern)?;
        if found.is_empty() {
            return Err(Failure::new(format!(
                "{}: nothing fits this pattern",
                pattern.display()
            )));
        }
        for path in found {
            if path.is_dir() {
                // A shell hands folders over, too. One without images is not what was meant.
                let inner = self.walk.images_in(&path)?;
                self.take(&path, inner)?;
            } else {
                self.image(path)?;
            }
        }
        if self.selection.images.is_empty() {
            return Err(Failure::new(format!(
                "{}: what fits this pattern holds no image",
                pattern.display()
            )));
        }
        Ok(())
    }
}

/// The first names, relative to the folder, and how many more there are.
fn listed(paths: &[PathBuf], folder: &Path) -> String {
    let names: Vec<_> = paths
        .iter()
        .take(MOST_NAMED)
        .map(|path| {
            let inner = path.strip_prefix(folder).unwrap_or(path);
            inner.display().to_string()
        })
        .collect();
    let more = paths.len().saturating_sub(names.len());
    match more {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}
