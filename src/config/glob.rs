//! Patterns of paths: `*` and `?` stay within one folder, `**` does not.

use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

/// Longest pattern in bytes: what is longer is no pattern that somebody wrote.
pub(super) const MAX_PATTERN: usize = 1024;

/// A pattern.
#[derive(Debug, Clone)]
pub struct Glob {
    text: String,
    matcher: GlobMatcher,
    /// Of a pattern of images: the folder that it counts from.
    folder: PathBuf,
}

impl Glob {
    /// A pattern of guests' files, with slashes.
    ///
    /// # Errors
    /// Why it is no pattern.
    pub fn path(text: &str) -> Result<Self, String> {
        Self::new(text, text, false)
    }

    /// A pattern of images: of file names where it has no slash, else of paths from `folder`.
    ///
    /// # Errors
    /// Why it is no pattern.
    pub fn image(text: &str, folder: &Path) -> Result<Self, String> {
        let plain = text.strip_prefix("./").unwrap_or(text);
        Ok(Self {
            text: text.to_owned(),
            folder: whole(folder),
            ..Self::new(plain, plain, false)?
        })
    }

    /// A pattern of keys and values of the registry, which has backslashes and no case.
    ///
    /// # Errors
    /// Why it is no pattern.
    pub fn registry(text: &str) -> Result<Self, String> {
        Self::new(text, &text.replace('\\', "/"), true)
    }

    fn new(text: &str, pattern: &str, no_case: bool) -> Result<Self, String> {
        if pattern.is_empty() || pattern.len() > MAX_PATTERN {
            return Err(format!("a pattern has 1 to {MAX_PATTERN} bytes"));
        }
        let built = GlobBuilder::new(pattern)
            .literal_separator(true)
            .backslash_escape(false)
            .case_insensitive(no_case)
            .build()
            .map_err(|error| error.kind().to_string())?;
        Ok(Self {
            text: text.to_owned(),
            matcher: built.compile_matcher(),
            folder: PathBuf::new(),
        })
    }

    /// The pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a path, a key or a value fits.
    pub fn fits(&self, name: &str) -> bool {
        self.matcher.is_match(name.replace('\\', "/"))
    }

    /// Whether an image fits, however it is named: by its file name where the pattern has no slash,
    /// else by its path, seen from the folder that the pattern counts from or as a whole.
    pub fn fits_image(&self, name: &str) -> bool {
        if !self.text.contains('/') {
            let name = name.replace('\\', "/");
            return self.fits(name.rsplit('/').next().unwrap_or(&name));
        }
        let path = whole(Path::new(name));
        let inner = path.strip_prefix(&self.folder).ok();
        let fits = |path: &Path| self.fits(&path.to_string_lossy());
        inner.is_some_and(fits) || fits(&path)
    }
}

/// A path as seen from the root, without `.` and `..`: as it is written, whatever links there are.
fn whole(path: &Path) -> PathBuf {
    let here = Path::new(".");
    let path = if path.as_os_str().is_empty() {
        here
    } else {
        path
    };
    // Where the working directory is not known, the path stays what it is.
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut whole = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                whole.pop();
            }
            Component::CurDir => {}
            other => whole.push(other),
        }
    }
    whole
}
