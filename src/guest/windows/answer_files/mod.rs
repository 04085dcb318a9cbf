//! Answer files of Setup that are left: `unattend.xml`, `autounattend.xml`.
//!
//! Setup keeps a copy of the file that it was given in `Panther`, deletes the passwords in it after
//! the pass that needed them, and marks the passes that are done. It looks for a file to use in the
//! folders that are listed here. No password is kept, only that there is one.

mod content;

pub use content::{Content, Pass, Secret};

use super::registry::{HiveName, Registry};
use super::setting::{Setting, more_than};
use super::xml;
use crate::guest::{Root, Spot};
use crate::known::{Known, Undetermined};

/// The folder with Setup's own copy.
const PANTHER: &str = "/Windows/Panther";
/// Folders in which Setup looks for an answer file, and that in which it keeps its copy.
const FOLDERS: [&str; 6] = [
    "/",
    "/Windows",
    PANTHER,
    "/Windows/Panther/Unattend",
    "/Windows/System32/Sysprep",
    "/Windows/System32/Sysprep/Panther",
];
/// Bytes of an answer file that are read.
const MAX_FILE: u64 = 4 << 20;
/// Answer files that are kept.
const MAX_FILES: usize = 32;

/// An answer file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerFile {
    /// The file.
    pub spot: Spot,
    /// Whether it is Setup's own copy, by its folder.
    pub is_copy: bool,
    /// What it holds; or why that is not known.
    pub content: Known<Content>,
}

/// Answer files of Setup that are left: `unattend.xml`, `autounattend.xml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerFiles {
    /// Those that are there.
    pub files: Known<Vec<AnswerFile>>,
    /// `SYSTEM\Setup!UnattendFile`: the one that Setup is told to use (hostile text).
    pub named: Setting<String>,
}

/// Reads it.
pub(super) fn gather(root: &Root, registry: &Registry) -> AnswerFiles {
    let named = registry.string(HiveName::System, "Setup", "UnattendFile");
    AnswerFiles {
        files: files(root, &named),
        named,
    }
}

fn files(root: &Root, named: &Setting<String>) -> Known<Vec<AnswerFile>> {
    let mut files: Vec<AnswerFile> = Vec::new();
    let mut add = |path: &str, is_copy: bool, is_certain: bool| {
        let spot = root.real_spot(path);
        let is_known = |file: &AnswerFile| file.spot.path.eq_ignore_ascii_case(&spot.path);
        if files.len() > MAX_FILES || files.iter().any(is_known) {
            return;
        }
        let content = match read(root, path, &spot) {
            Ok(None) if !is_certain => return,
            // One more stands for all that there may be.
            _ if files.len() == MAX_FILES => Err(more_than(&spot, MAX_FILES, "answer files")),
            Ok(None) => Err(Undetermined::new(format!(
                "{spot}: it has no element unattend"
            ))),
            Ok(Some(content)) => Ok(content),
            Err(unknown) => Err(unknown),
        };
        files.push(AnswerFile {
            spot,
            is_copy,
            content,
        });
    };
    for folder in FOLDERS {
        for entry in root.entries(folder)? {
            let name = entry.name.to_ascii_lowercase();
            let begins = |names: &[&str]| names.iter().any(|begin| name.starts_with(begin));
            let is_certain = begins(&["unattend", "autounattend"]);
            // What people call them too; other files have such names as well.
            if name.ends_with(".xml") && (is_certain || begins(&["sysprep"])) {
                add(&entry.path, folder == PANTHER, is_certain);
            }
        }
    }
    // What the registry names may have another name and be elsewhere.
    if let Ok(Some(path)) = &named.value
        && let Some(path) = on_this_drive(path)
        && root.exists(&path)?
    {
        add(&path, false, true);
    }
    Ok(files)
}

/// `C:\a\b` as a path of the tree; none where it is on another drive.
fn on_this_drive(path: &str) -> Option<String> {
    let (drive, rest) = path.split_once(':')?;
    (drive.eq_ignore_ascii_case("c") && rest.starts_with('\\')).then(|| rest.replace('\\', "/"))
}

fn read(root: &Root, path: &str, spot: &Spot) -> Known<Option<Content>> {
    let Some(bytes) = root.bytes(path, MAX_FILE)? else {
        return Ok(None);
    };
    let text = xml::decode(&bytes);
    let text = text.map_err(|why| Undetermined::new(format!("{spot}: {why}")))?;
    Ok(Content::parse(&text, spot))
}

#[cfg(test)]
mod tests;
