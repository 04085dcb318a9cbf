//! The commands of a report as a script to be read, and then perhaps to be run: the guest's part and
//! the host's part apart, each command under what it mends.
//!
//! The program never runs it. Names and values of a guest are hostile: a command is only written as
//! one if [`super::fixes`] can show that it does what the rule meant; everything else is a comment.

mod collect;
mod powershell;
mod shell;

#[cfg(test)]
mod tests;

use std::io::{self, Write};

use super::fixes;
pub use super::fixes::Language;
use super::v1;
use crate::text::safe;

/// What has to be said before a script does anything.
const CONFIRM: &str = "VHD_PREFLIGHT_I_HAVE_READ_THIS";

/// Longest text in a comment, in characters.
const LONGEST_COMMENT: usize = 400;

/// Writes the commands that mend what `report` found.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn Write, report: &v1::Report, language: Language) -> io::Result<()> {
    let works: Vec<_> = report.images.iter().map(collect::work).collect();
    match language {
        Language::Shell => shell::script(out, report, &works),
        Language::PowerShell => powershell::script(out, report, &works),
    }
}

/// A text in a comment: one line, whatever it holds.
fn comment(text: &str) -> String {
    let text = safe(text);
    match text.char_indices().nth(LONGEST_COMMENT) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// The first line of every script; `profile` is its profile as that script's comments take it.
fn title(out: &mut dyn Write, tool: &v1::Tool, profile: &str) -> io::Result<()> {
    let (name, version) = (&tool.name, &tool.version);
    writeln!(
        out,
        "# What {name} {version} would have you do (profile {profile})."
    )
}
