//! The report as Markdown, for a ticket, a pull request or a job's summary.
//!
//! The order is that of the other reports: the verdict, what to fix, what was found, what it takes,
//! and what is open. Text of an image goes through [`escape`]: it shows, and does nothing.

mod configuration;
mod escape;
mod image;
mod short;

use std::io::{self, Write};

use super::{v1, words};
use crate::text::counted;
use escape::text;

/// Bytes that GitHub takes as the summary of a step; of a longer one it shows nothing.
pub const STEP_SUMMARY: usize = 1024 * 1024;

/// Writes the report.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn Write, report: &v1::Report) -> io::Result<()> {
    out.write_all(within(report, usize::MAX).as_bytes())
}

/// The report in at most `most` bytes: an image for which there is no room is shown in brief, then
/// not at all, and the text says so. Empty where not even that fits.
pub fn within(report: &v1::Report, most: usize) -> String {
    const LAST_LINES: usize = 400;
    let room = most.saturating_sub(LAST_LINES);
    let mut out = configuration::problems(&report.configuration, room / 4);
    if report.images.len() > 1 {
        out.push_str(&table(report, room / 4));
    }
    let mut left_out: u64 = 0;
    for image in &report.images {
        let left = room.saturating_sub(out.len());
        let shown = [image::whole(image), image::brief(image)]
            .into_iter()
            .find(|shown| shown.len() <= left);
        match shown {
            Some(shown) => out.push_str(&shown),
            None => left_out += 1,
        }
    }
    if left_out > 0 {
        let images = counted(left_out, "more image");
        out.push_str(&format!(
            "\n{images}: no room for it here, see the whole report.\n"
        ));
    }
    let section = configuration::section(&report.configuration);
    if section.len() <= room.saturating_sub(out.len()) {
        out.push_str(&section);
    }
    out.push_str(&format!(
        "\n---\n\nBy {} {}, profile {}.\n",
        text(report.tool.name),
        text(report.tool.version),
        text(&report.profile)
    ));
    if out.len() > most { String::new() } else { out }
}

/// The table of several images, in about `most` bytes.
fn table(report: &v1::Report, most: usize) -> String {
    let images = counted(
        u64::try_from(report.images.len()).unwrap_or(u64::MAX),
        "image",
    );
    let worst = words::verdict(words::worst(&report.images));
    let mut out = format!("## {worst}: {images}\n\n");
    out.push_str("| Verdict | Image | Errors | Warnings | Undetermined |\n");
    out.push_str("|---|---|--:|--:|--:|\n");
    let mut left_out: u64 = 0;
    for image in &report.images {
        let row = format!(
            "| {} | {} | {} | {} | {} |\n",
            words::verdict(image.verdict),
            text(&image.path),
            image.summary.errors,
            image.summary.warnings,
            image.summary.undetermined
        );
        if left_out == 0 && out.len().saturating_add(row.len()) <= most {
            out.push_str(&row);
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        out.push_str(&format!("\nand {}\n", counted(left_out, "more image")));
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests;
