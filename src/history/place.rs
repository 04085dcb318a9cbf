//! Where the history is kept when the user names no place.

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The name of the file.
pub const FILE_NAME: &str = "history.jsonl";
const FOLDER: &str = "vhd-preflight";

/// Whose convention holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// The XDG Base Directory Specification: Linux and the BSDs.
    Xdg,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
}

impl Platform {
    /// The one that this program was built for.
    pub const fn current() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "macos") {
            Self::MacOs
        } else {
            Self::Xdg
        }
    }
}

/// No place follows from the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no place for the history: {variable} is not set to an absolute path; name a file")]
pub struct NoPlace {
    /// The environment variable that is missing.
    pub variable: &'static str,
}

/// The file of the history by the convention of `platform`, given what the environment holds for a
/// name.
///
/// # Errors
/// [`NoPlace`] if the variable that the convention rests on is missing, empty or a relative path.
pub fn default_place(
    platform: Platform,
    environment: impl Fn(&str) -> Option<OsString>,
) -> Result<PathBuf, NoPlace> {
    let folder = |variable: &'static str| {
        environment(variable)
            .map(PathBuf::from)
            .filter(|path| is_absolute(platform, path))
            .ok_or(NoPlace { variable })
    };
    let data = match platform {
        // The specification has relative paths ignored.
        Platform::Xdg => {
            folder("XDG_DATA_HOME").or_else(|_| Ok(folder("HOME")?.join(".local").join("share")))?
        }
        Platform::MacOs => folder("HOME")?.join("Library").join("Application Support"),
        Platform::Windows => folder("APPDATA")?,
    };
    Ok(data.join(FOLDER).join(FILE_NAME))
}

/// Whether a path is absolute by the rules of `platform`, which need not be the one we run on.
fn is_absolute(platform: Platform, path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    match platform {
        Platform::Xdg | Platform::MacOs => bytes.starts_with(b"/"),
        Platform::Windows => match bytes {
            [drive, b':', b'\\' | b'/', ..] => drive.is_ascii_alphabetic(),
            _ => bytes.starts_with(b"\\\\"),
        },
    }
}
