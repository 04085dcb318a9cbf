//! The summary of a step that GitHub Actions shows: Markdown at the end of a file that it names.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::output::{Failure, Target};
use crate::report::{markdown, v1};

/// The variable that names the file.
const VARIABLE: &str = "GITHUB_STEP_SUMMARY";

/// The file, to which other programs of the step may have written before.
pub(super) struct StepSummary {
    path: PathBuf,
}

impl StepSummary {
    /// The file, if the environment names one.
    ///
    /// # Errors
    /// It is one of `inputs`.
    pub(super) fn asked_for(inputs: &[PathBuf]) -> Result<Option<Self>, Failure> {
        let Some(path) = std::env::var_os(VARIABLE).filter(|path| !path.is_empty()) else {
            return Ok(None);
        };
        let path = PathBuf::from(path);
        // A device, as /dev/null, is written to and not replaced.
        if fs::metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
            Target::new(Some(&path), inputs)?;
        }
        Ok(Some(Self { path }))
    }

    /// Appends the report, as far as there is room: of a summary that is too long GitHub shows
    /// nothing.
    pub(super) fn append(&self, report: &v1::Report) -> Result<(), Failure> {
        append(&self.path, report).map_err(|error| {
            let path = self.path.display();
            Failure::new(format!("{path}: cannot be written ({VARIABLE}): {error}"))
        })
    }
}

fn append(path: &Path, report: &v1::Report) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    let taken = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    // A blank line, so that what stands there already does not run into it.
    let separator = if taken > 0 { "\n\n" } else { "" };
    let room = markdown::STEP_SUMMARY.saturating_sub(taken.saturating_add(separator.len()));
    let text = markdown::within(report, room);
    if text.is_empty() {
        return Ok(());
    }
    file.write_all(format!("{separator}{text}").as_bytes())
}
