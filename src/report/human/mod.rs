//! The report for people: verdict first, then what has to be done, then everything else.
//!
//! Colour marks what the words say already; whoever writes to no terminal strips it.

mod configuration;
mod content;
mod delta;
pub(crate) mod diagnose;
pub(super) mod estimate;
mod explain;
mod facts;
pub(super) mod findings;
pub(super) mod head;
mod history;
mod map;
mod outcomes;
pub(crate) mod paper;
pub(super) mod staging;
pub(super) mod time;
mod uploads;
mod verify;
mod volumes;
mod waiting;

use std::io::{self, Write};

use super::v1;
pub use diagnose::diagnosis;
pub use explain::explain;
pub use history::history;
pub use map::cells as map_cells;
use paper::Paper;
pub use time::estimates;
pub use verify::verify;

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// One line an image.
    Quiet,
    /// The report.
    #[default]
    Usual,
    /// The report and all evidence.
    Verbose,
}

/// Width of a page that is not a terminal's.
pub const WIDTH: usize = 80;

/// Writes `report` in lines of at most `width` columns: of several images first a table. Images that
/// could not be inspected are named there, and left to the messages on standard error.
///
/// # Errors
/// What the writer says.
pub fn report(
    out: &mut dyn Write,
    report: &v1::Report,
    detail: Detail,
    width: usize,
) -> io::Result<()> {
    let mut paper = Paper::new(out, width);
    let several = report.images.len() > 1;
    let mut first = !configuration::problems(&mut paper, &report.configuration, detail)?;
    if several && detail != Detail::Quiet {
        head::table(&mut paper, &report.images)?;
        first = false;
    }
    for image in report.images.iter().filter(|image| image.verdict.is_some()) {
        if detail == Detail::Quiet {
            head::verdict_line(&mut paper, image)?;
            continue;
        }
        if !first {
            paper.blank()?;
        }
        first = false;
        one_image(&mut paper, report, image, detail)?;
    }
    if detail != Detail::Quiet {
        configuration::section(&mut paper, &report.configuration)?;
    }
    Ok(())
}

fn one_image(
    paper: &mut Paper<'_>,
    report: &v1::Report,
    image: &v1::Image,
    detail: Detail,
) -> io::Result<()> {
    head::head(paper, image, &report.profile)?;
    findings::findings(paper, image, detail)?;
    outcomes::outcomes(paper, image)?;
    if let Some(content) = &image.content {
        content::content(paper, content, image.facts.as_ref())?;
    }
    delta::section(paper, image)?;
    if let Some(estimate) = &image.estimate {
        estimate::estimate(paper, estimate)?;
    }
    if let (Detail::Verbose, Some(facts)) = (detail, &image.facts) {
        facts::facts(paper, facts)?;
    }
    Ok(())
}

/// Writes an inspection: facts, no opinions.
///
/// # Errors
/// What the writer says.
pub fn inspect(out: &mut dyn Write, inspect: &v1::Inspect, width: usize) -> io::Result<()> {
    let mut paper = Paper::new(out, width);
    let images = inspect
        .images
        .iter()
        .filter_map(|image| Some((image, image.facts.as_ref()?)));
    for (at, (image, facts)) in images.enumerate() {
        if at > 0 {
            paper.blank()?;
        }
        paper.line("", paper::BOLD, &image.path)?;
        facts::facts(&mut paper, facts)?;
    }
    Ok(())
}

/// Writes rows of cells as a table, the last column wrapped.
///
/// # Errors
/// What the writer says.
pub fn table(out: &mut dyn Write, rows: &[Vec<String>], width: usize) -> io::Result<()> {
    Paper::new(out, width).table(0, &[], rows)
}
