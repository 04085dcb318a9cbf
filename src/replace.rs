//! Putting a file in its place whole, or not at all: whoever looks sees the old one or the new one,
//! never a part, and a process that dies on the way leaves the old one as it was.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Writes a new file beside `path` through `write`, makes sure that it is on the disk, and gives it
/// the name `path` then, in place of whatever had it. A symbolic link keeps pointing at the file,
/// and a file that was there keeps its permissions.
///
/// # Errors
/// The system's, or those of `write`. The new file is then removed, and what was at `path` is still
/// there.
pub fn replace_file(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    // Through a symbolic link the file is replaced, not the link.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let temporary = Temporary(beside(&path, &format!(".{}.tmp", std::process::id()))?);
    // Never through a link that somebody laid there.
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&temporary.0)?;
    if let Ok(metadata) = fs::metadata(&path) {
        file.set_permissions(metadata.permissions())?;
    }
    write(&mut file)?;
    file.flush()?;
    file.sync_all()?;
    drop(file);
    fs::rename(&temporary.0, &path)?;
    // Nothing is left to be removed.
    std::mem::forget(temporary);
    sync_folder(&path);
    Ok(())
}

/// The name of `path` with `ending` after it, in the same folder.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] for a path that does not end with the name of a file.
pub fn beside(path: &Path, ending: &str) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            "the path does not end with the name of a file",
        )
    })?;
    let mut name = OsString::from(name);
    name.push(ending);
    Ok(path.with_file_name(name))
}

/// Removes a file that did not become whole.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // There is nobody left to tell: the first error is on its way.
        let _ = fs::remove_file(&self.0);
    }
}

/// Makes the new name last. The content is safe already, and the file is whole with either name: a
/// folder that cannot be synced is no reason to report a failure.
fn sync_folder(path: &Path) {
    if cfg!(unix)
        && let Some(folder) = path.parent()
        && let Ok(folder) = File::open(match folder.as_os_str().len() {
            0 => Path::new("."),
            _ => folder,
        })
    {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap();
        names
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn a_file_is_replaced_whole_or_stays_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        replace_file(&path, |file| file.write_all(b"old")).unwrap();
        let failed = replace_file(&path, |file| {
            file.write_all(b"ne")?;
            Err(io::Error::other("full"))
        });
        assert_eq!(failed.unwrap_err().to_string(), "full");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        replace_file(&path, |file| file.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["file"]);
        assert!(replace_file(Path::new(".."), |_| Ok(())).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_are_kept() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&path, b"old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::symlink("file", &link).unwrap();
        replace_file(&link, |file| file.write_all(b"new")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
