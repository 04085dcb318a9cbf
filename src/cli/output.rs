//! Writing: to standard output or to a file that appears when it is whole; errors to standard
//! error.

use std::fs::{self, Metadata};
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use super::interrupt;
use crate::replace::replace_file;
use crate::report::human::WIDTH;
use crate::text::safe;

/// Why the program could not do its work, in one sentence.
pub(super) struct Failure {
    pub(super) message: String,
}

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

/// Says what went wrong. Where standard error is closed there is nobody left to tell.
pub(super) fn error(message: &str) {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    let _ = writeln!(
        anstream::stderr(),
        "{style}error{style:#}: {}",
        safe(message)
    );
}

/// Says what is good to know, beside the output.
pub(super) fn note(message: &str) {
    let _ = writeln!(anstream::stderr(), "note: {}", safe(message));
}

/// Width of lines for people: the terminal's, within reason, or that of a page.
pub(super) fn width() -> usize {
    const NARROWEST: usize = 40;
    const WIDEST: usize = 100;
    if io::stdout().is_terminal() {
        textwrap::termwidth().clamp(NARROWEST, WIDEST)
    } else {
        WIDTH
    }
}

/// Writes to standard output through `write`; colour is left out where it is not wanted. A reader
/// that has gone away, as `head` does, is no error.
pub(super) fn to_stdout(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut out = BufWriter::new(anstream::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // What is left in the buffer would be tried again when it is dropped.
            let _ = out.into_parts();
            Ok(())
        }
        Err(error) => Err(Failure::new(format!(
            "cannot write to standard output: {error}"
        ))),
        Ok(()) => Ok(()),
    }
}

/// Where a file is or will be, by whatever name and links it is given.
pub(super) fn place(path: &Path) -> PathBuf {
    path.canonicalize()
        .or_else(|_| {
            let folder = folder_of(path).canonicalize()?;
            Ok::<_, io::Error>(folder.join(path.file_name().unwrap_or_default()))
        })
        .unwrap_or_else(|_| path.to_owned())
}

/// Whether two outputs go to one place; `None` is standard output.
pub(super) fn is_one_place(one: Option<&Path>, other: Option<&Path>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => place(one) == place(other),
        _ => false,
    }
}

/// A file to be written, which must not be one of those that are read.
pub(super) struct Target<'a> {
    path: Option<&'a Path>,
}

impl<'a> Target<'a> {
    /// Standard output for `None`; for a file, checked against `inputs` before any work is done.
    pub(super) fn new(path: Option<&'a Path>, inputs: &[PathBuf]) -> Result<Self, Failure> {
        let target = Self { path };
        target.refuse(inputs.iter().map(PathBuf::as_path))?;
        Ok(target)
    }

    /// Whether it goes to standard output.
    pub(super) fn is_stdout(&self) -> bool {
        self.path.is_none()
    }

    /// Refuses to go on when the file is one of `inputs`, by whatever name.
    pub(super) fn refuse<'b>(&self, inputs: impl Iterator<Item = &'b Path>) -> Result<(), Failure> {
        self.refuse_as("an image", "images are never written to", inputs)
    }

    /// Refuses to go on when the file is `what`, which is read in this call.
    pub(super) fn refuse_read(&self, what: &str, path: &Path) -> Result<(), Failure> {
        let why = "a report never replaces it";
        self.refuse_as(what, why, std::iter::once(path))
    }

    /// Refuses to go on when the file is the history, which a report would wipe out.
    pub(super) fn refuse_history(&self, history: &Path) -> Result<(), Failure> {
        self.refuse_read("the history", history)
    }

    fn refuse_as<'b>(
        &self,
        what: &str,
        why: &str,
        inputs: impl Iterator<Item = &'b Path>,
    ) -> Result<(), Failure> {
        let Some(path) = self.path else {
            return Ok(());
        };
        let Ok(metadata) = fs::metadata(path) else {
            return has_folder(path);
        };
        if !metadata.is_file() {
            return Err(Failure::new(format!(
                "{}: is no regular file, and only such a one is replaced",
                path.display()
            )));
        }
        for input in inputs {
            if is_same(path, &metadata, input) {
                return Err(Failure::new(format!(
                    "{}: is {what} of this call ({}), and {why}",
                    path.display(),
                    input.display()
                )));
            }
        }
        Ok(())
    }

    /// Writes through `write`: with its own colour choice to standard output, without colour to a
    /// temporary name beside the file, which gets its name when it is whole.
    pub(super) fn write(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        match self.path {
            None => to_stdout(write),
            Some(path) => whole_file(path, || to_file(path, write)),
        }
    }
}

/// Puts a file in its place through `write`; a run that was interrupted before leaves it alone, one
/// that is interrupted meanwhile ends when it is there.
pub(super) fn whole_file(
    path: &Path,
    write: impl FnOnce() -> io::Result<()>,
) -> Result<(), Failure> {
    let mut written = interrupt::writing();
    interrupt::check()?;
    write()
        .map_err(|error| Failure::new(format!("{}: cannot be written: {error}", path.display())))?;
    *written = true;
    Ok(())
}

/// An error where a file has no folder to lie in, which is better said before hours of work.
fn has_folder(path: &Path) -> Result<(), Failure> {
    let folder = folder_of(path);
    if fs::metadata(folder).is_ok_and(|metadata| !metadata.is_dir()) {
        return Err(Failure::new(format!(
            "{}: cannot be written: {} is no folder",
            path.display(),
            folder.display()
        )));
    }
    if folder.exists() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{}: cannot be written: there is no folder {}, make it first",
        path.display(),
        folder.display()
    )))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(unix)]
fn is_same(_: &Path, metadata: &Metadata, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(other)
        .is_ok_and(|other| (other.dev(), other.ino()) == (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn is_same(path: &Path, _: &Metadata, other: &Path) -> bool {
    matches!((path.canonicalize(), other.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// Whatever colour a renderer puts into its text has no place in a file.
fn to_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut buffer = Vec::new();
    write(&mut buffer)?;
    replace_file(path, |file| {
        anstream::StripStream::new(file).write_all(&buffer)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        let failed = to_file(&path, |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("full"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        to_file(&path, |out| out.write_all(b"\x1b[31mwhole\x1b[0m")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_image_is_no_target_by_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let image = folder.path().join("disk.vhd");
        fs::write(&image, b"x").unwrap();
        let other = folder.path().join("other.vhd");
        fs::hard_link(&image, &other).unwrap();
        let inputs = [image.clone()];
        for path in [&image, &other] {
            let refused = Target::new(Some(path), &inputs).err().unwrap().message;
            assert!(refused.contains("never written to"), "{refused}");
        }
        assert!(Target::new(Some(folder.path()), &inputs).is_err());
        assert!(Target::new(Some(&folder.path().join("new")), &inputs).is_ok());
    }
}
