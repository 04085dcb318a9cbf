//! Where the file is: in the working directory, or above it up to the repository's root.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::problem::Lines;
use super::{Config, ConfigError, Vocabulary};

/// The name that is looked for.
pub const FILE_NAME: &str = "vhd-preflight.toml";
/// Largest file in bytes. A thousand suppressions with long reasons have room in it.
const MAX_BYTES: u64 = 1 << 20;
/// Folders that are gone up at most.
const MAX_FOLDERS: usize = 64;
/// What marks the root of a repository.
const ROOTS: [&str; 4] = [".git", ".hg", ".jj", ".svn"];

/// A file that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its path.
    pub path: PathBuf,
    /// Its name as people would write it in the folder that the search began in.
    pub name: String,
}

impl Found {
    /// The file that a user named.
    pub fn named(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            name: path.to_string_lossy().into_owned(),
        }
    }
}

/// Looks for the file in `start` and the folders above it, up to the root of a repository, and never
/// in a folder above that anybody may write to: what lies outside of the project does not decide
/// over it.
pub fn find(start: &Path) -> Option<Found> {
    let mut up = String::new();
    for folder in start.ancestors().take(MAX_FOLDERS) {
        // Whoever uses the machine may put a file there that accepts everything.
        if folder != start && anybody_writes(folder) {
            return None;
        }
        let path = folder.join(FILE_NAME);
        // A folder, or a link that leads nowhere, of this name is for the user to hear of.
        if fs::symlink_metadata(&path).is_ok() {
            return Some(Found {
                path,
                name: format!("{up}{FILE_NAME}"),
            });
        }
        if ROOTS.iter().any(|root| folder.join(root).exists()) {
            return None;
        }
        up.push_str("../");
    }
    None
}

#[cfg(unix)]
fn anybody_writes(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    const BY_OTHERS: u32 = 0o002;
    fs::metadata(folder).is_ok_and(|folder| folder.mode() & BY_OTHERS != 0)
}

#[cfg(not(unix))]
fn anybody_writes(_: &Path) -> bool {
    false
}

/// Reads a file; paths in it count from its folder.
///
/// # Errors
/// Why it cannot be read, or all that is wrong with it.
pub fn load(found: &Found, vocabulary: &Vocabulary) -> Result<Config, ConfigError> {
    let text = text(&found.path).map_err(|reason| ConfigError {
        name: found.name.clone(),
        unread: Some(reason),
        problems: Vec::new(),
    })?;
    // From the name, so that paths in messages are as short as the user's own.
    let folder = Path::new(&found.name).parent().unwrap_or(Path::new(""));
    let config = Config::parse(&text, &found.name, folder, vocabulary)?;
    Ok(Config {
        sha256: Some(sha256(text.as_bytes())),
        ..config
    })
}

/// The SHA-256 of a file that decides over a verdict, in lower-case hexadecimal. It is taken of the
/// bytes that were read, as the file may be another one by the time that somebody asks.
pub fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn text(path: &Path) -> Result<String, String> {
    let unread =
        |error: &dyn std::fmt::Display| format!("the configuration cannot be read: {error}");
    let metadata = fs::metadata(path).map_err(|error| unread(&error))?;
    // A FIFO would make us wait for somebody to write to it.
    if !metadata.is_file() {
        return Err(unread(&"it is no regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| {
            file.take(MAX_BYTES.saturating_add(1))
                .read_to_end(&mut bytes)
        })
        .map_err(|error| unread(&error))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_BYTES {
        return Err(unread(&format!("it has more than {MAX_BYTES} bytes")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..good).unwrap_or_default();
        let before = String::from_utf8_lossy(before);
        let (line, column) = Lines::of(&before).place(good);
        unread(&format!(
            "line {line}, column {column} is not UTF-8; save the file as UTF-8"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_looked_for_upward_and_not_beyond_the_repository() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("project/images/azure");
        fs::create_dir_all(&deep).unwrap();
        fs::write(root.path().join(FILE_NAME), "").unwrap();
        let found = find(&deep).unwrap();
        assert_eq!(found.name, "../../../vhd-preflight.toml");
        assert_eq!(found.path, root.path().join(FILE_NAME));
        fs::create_dir(root.path().join("project/.git")).unwrap();
        assert_eq!(find(&deep), None);
        fs::write(root.path().join("project").join(FILE_NAME), "").unwrap();
        assert_eq!(find(&deep).unwrap().name, "../../vhd-preflight.toml");
        fs::write(deep.join(FILE_NAME), "").unwrap();
        assert_eq!(find(&deep).unwrap().name, "vhd-preflight.toml");
    }

    #[cfg(unix)]
    #[test]
    fn what_anybody_may_write_above_does_not_decide() {
        use std::os::unix::fs::PermissionsExt as _;
        let root = tempfile::tempdir().unwrap();
        let shared = root.path().join("tmp");
        let own = shared.join("own");
        fs::create_dir_all(&own).unwrap();
        fs::set_permissions(&shared, fs::Permissions::from_mode(0o1777)).unwrap();
        fs::write(shared.join(FILE_NAME), "").unwrap();
        fs::write(root.path().join(FILE_NAME), "").unwrap();
        assert_eq!(find(&own), None);
        // Who works there sees it.
        assert!(find(&shared).is_some());
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        let reason = |path: &Path| {
            let error = load(&Found::named(path), &Vocabulary::default()).unwrap_err();
            assert!(error.problems.is_empty());
            error.unread.unwrap()
        };
        assert!(reason(&path).contains("cannot be read"));
        assert!(reason(folder.path()).contains("no regular file"));
        fs::write(&path, "# a\n# \u{fc}\n#").unwrap();
        let mut bytes = fs::read(&path).unwrap();
        bytes.push(0xff);
        fs::write(&path, &bytes).unwrap();
        assert!(reason(&path).contains("line 3, column 2 is not UTF-8"));
        let size = usize::try_from(MAX_BYTES).unwrap();
        fs::write(&path, " ".repeat(size + 1)).unwrap();
        assert!(reason(&path).contains("more than 1048576 bytes"));
        fs::write(&path, " ".repeat(size)).unwrap();
        assert!(load(&Found::named(&path), &Vocabulary::default()).is_ok());
    }
}
