//! Putting a manifest in its place whole, or not at all.

use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use super::Manifest;
use crate::replace::replace_file;

/// Writes `manifest` to a file that gets the name `path` when it is whole.
///
/// # Errors
/// The system's; what was at `path` is then still there.
pub fn save(manifest: &Manifest, path: &Path) -> io::Result<()> {
    replace_file(path, |file| {
        let mut out = BufWriter::new(file);
        manifest.write_to(&mut out)?;
        out.flush()
    })
}
