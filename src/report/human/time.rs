//! The page of `estimate`: the time side alone, and all of it.

use std::io::{self, Write};

use super::estimate::{basis, ceiling, fixed, hours, notes, replication};
use super::paper::{self, DIM, Paper};
use super::v1::{Calibration, Estimate, EstimateDocument, HistoryRead};
use super::{delta, staging, uploads, waiting};
use crate::text::{counted, size};

/// Writes an estimate in lines of at most `width` columns. Images that could not be inspected are
/// left to the messages on standard error.
///
/// # Errors
/// What the writer says.
pub fn estimates(out: &mut dyn Write, document: &EstimateDocument, width: usize) -> io::Result<()> {
    let mut paper = Paper::new(out, width);
    let images = document
        .images
        .iter()
        .filter_map(|image| Some((image, image.estimate.as_ref()?)));
    for (at, (image, estimate)) in images.enumerate() {
        if at > 0 {
            paper.blank()?;
        }
        paper.line("", paper::BOLD, &image.path)?;
        let disk = image
            .virtual_bytes
            .map_or_else(String::new, |bytes| format!("a disk of {}; ", size(bytes)));
        let text = format!(
            "{disk}change: {}. Figures of different kinds, which are not added up.",
            estimate.change
        );
        paper.text(0, &text)?;
        one(&mut paper, estimate, document.history.as_ref())?;
        if let Some(delta) = &image.delta {
            paper.heading("Against the previous version")?;
            delta::compared(&mut paper, delta)?;
        }
    }
    Ok(())
}

fn one(
    paper: &mut Paper<'_>,
    estimate: &Estimate,
    history: Option<&HistoryRead>,
) -> io::Result<()> {
    uploads::uploads(paper, &estimate.uploads)?;
    paper.heading("Phases that take as long for every image")?;
    // Observations stand in a part of their own here, and in the steps.
    fixed(paper, &estimate.fixed_phases, &[])?;
    paper.heading("Replication to the regions, twice")?;
    replication(paper, &estimate.replication, &[])?;
    ceiling(paper, estimate)?;
    staging::staging(paper, estimate)?;
    waiting::waiting(paper, estimate)?;
    observations(paper, &estimate.calibrations, history)?;
    paper.heading("What has to be known to read the figures right")?;
    notes(paper, estimate)
}

fn observations(
    paper: &mut Paper<'_>,
    calibrations: &[Calibration],
    history: Option<&HistoryRead>,
) -> io::Result<()> {
    paper.heading("Your own observations")?;
    let Some(history) = history else {
        return paper.text(
            2,
            "none yet: `vhd-preflight history add` records how long a phase took; from three \
             observations of a phase on its rows are calibrated",
        );
    };
    let text = format!("{}: {}", history.path, counted(history.records, "record"));
    paper.text(2, &text)?;
    if calibrations.is_empty() {
        return paper.text(2, "none of them is of this kind of change");
    }
    let rows: Vec<_> = calibrations
        .iter()
        .map(|one| vec![one.name.to_owned(), observed(one)])
        .collect();
    paper.table(4, &[], &rows)?;
    for one in calibrations {
        line(paper, one)?;
    }
    Ok(())
}

/// What was observed of a phase: `calibrated(3): median 62 h, from 55 h to 70 h`.
pub(in crate::report) fn observed(one: &Calibration) -> String {
    let Some(median) = one.median_hours else {
        let all: Vec<_> = one.observed_hours.iter().map(|one| hours(*one)).collect();
        return format!(
            "{}: {}; too few to draw anything from",
            counted(u64::from(one.records), "observation"),
            all.join(", ")
        );
    };
    let by_line = one.fit.as_ref().filter(|fit| fit.used);
    let by_line = by_line.map_or_else(String::new, |fit| {
        format!("; by size {} for this image", hours(fit.expected_hours))
    });
    format!(
        "{}: median {}, from {} to {}{by_line}",
        basis(&super::estimate::calibrated(one.records)),
        hours(median),
        hours(one.least_hours),
        hours(one.greatest_hours)
    )
}

/// The line by payload, if one was tried.
fn line(paper: &mut Paper<'_>, one: &Calibration) -> io::Result<()> {
    let Some(fit) = &one.fit else {
        return Ok(());
    };
    let misses = format!(
        "it misses observations that it was drawn without by {}, the median by {}",
        hours(fit.left_out_error_hours),
        hours(fit.median_left_out_error_hours)
    );
    let correlation = fit
        .correlation
        .map_or_else(String::new, |r| format!(", R {r:.2}"));
    let outcome = if fit.used {
        format!("used: {} for this image", hours(fit.expected_hours))
    } else if fit.extrapolates {
        "not used: this image's payload lies outside of those observed, the median is kept"
            .to_owned()
    } else {
        "not used: the median is kept".to_owned()
    };
    let text = format!(
        "{}: a line by payload through {}, {} and {} for each GiB{correlation}; {misses}; {outcome}",
        one.name,
        counted(u64::from(fit.records), "observation"),
        hours(fit.base_hours),
        hours(fit.hours_per_gib)
    );
    paper.labelled(4, "-", 2, DIM, &text)
}
