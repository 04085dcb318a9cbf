//! How long it takes: tables that are never added up, each line with what it rests on.

use std::io;

use super::paper::{DIM, Paper};
use super::v1::{
    Basis, Calibration, Estimate, Figure, FixedPhases, Provenance, Replication, Upload,
};
use crate::report::words;
pub(super) use crate::report::words::{bandwidth, basis};
use crate::text::{counted, duration, size};

pub(super) fn estimate(paper: &mut Paper<'_>, estimate: &Estimate) -> io::Result<()> {
    paper.heading("Time: figures of different kinds, which are not added up")?;
    match &estimate.upload {
        Some(part) => upload(paper, part)?,
        None => paper.text(2, "Upload: nothing has to be uploaded")?,
    }
    paper.text(2, "Fixed phases, whatever the size")?;
    fixed(paper, &estimate.fixed_phases, &estimate.calibrations)?;
    paper.text(2, "Replication to the regions, twice")?;
    replication(paper, &estimate.replication, &estimate.calibrations)?;
    ceiling(paper, estimate)?;
    notes(paper, estimate)?;
    paper.text(
        2,
        "`vhd-preflight estimate` compares uploaders, walks through staging and models the waiting.",
    )
}

pub(super) fn ceiling(paper: &mut Paper<'_>, estimate: &Estimate) -> io::Result<()> {
    let ceiling = &estimate.ceiling;
    let text = format!(
        "The longest ever stated for everything together: {} ({}).",
        duration(ceiling.seconds),
        basis(&ceiling.provenance)
    );
    paper.text(2, &text)
}

pub(super) fn notes(paper: &mut Paper<'_>, estimate: &Estimate) -> io::Result<()> {
    for note in &estimate.notes {
        let text = match note.provenance.basis {
            Basis::Assumed => note.text.clone(),
            _ => format!("{} ({})", note.text, basis(&note.provenance)),
        };
        paper.labelled(2, "-", 2, DIM, &text)?;
    }
    Ok(())
}

/// A duration that is counted in hours.
pub(super) fn hours(hours: f64) -> String {
    duration(hours * 3600.0)
}

/// What figures drawn from so many observations rest on.
pub(super) fn calibrated(records: u32) -> Provenance {
    Provenance {
        basis: Basis::Calibrated,
        records: Some(records),
        date: None,
        source: "",
    }
}

/// A row for what the publisher has observed of a phase, in three cells.
fn yours(
    calibrations: &[Calibration],
    is_it: impl Fn(&Calibration) -> bool,
) -> Option<[String; 3]> {
    let one = calibrations.iter().find(|one| is_it(one))?;
    let middle = one.expected_hours.map(hours).unwrap_or_default();
    Some(["yours".to_owned(), middle, super::time::observed(one)])
}

fn row(name: &str, what: &str, figure: &Figure) -> Vec<String> {
    vec![
        name.to_owned(),
        what.to_owned(),
        duration(figure.seconds),
        basis(&figure.provenance),
    ]
}

fn upload(paper: &mut Paper<'_>, upload: &Upload) -> io::Result<()> {
    let bound = words::bound(upload.bound);
    let text = format!(
        "Upload: {bound}{} in {} by {}",
        size(upload.bytes),
        counted(upload.requests, "request"),
        upload.uploader
    );
    paper.text(2, &text)?;
    let mut rows: Vec<_> = upload
        .times
        .iter()
        .map(|time| {
            let mut cells = row(
                &format!("at {}", bandwidth(time.bits_per_second)),
                &format!("limited by {}", time.limited_by),
                &time.time,
            );
            cells.swap(1, 2);
            cells
        })
        .collect();
    let mut floor = row("never below", "limit of one page blob", &upload.floor);
    floor.swap(1, 2);
    rows.push(floor);
    paper.table(4, &[false, true], &rows)
}

pub(super) fn fixed(
    paper: &mut Paper<'_>,
    fixed: &FixedPhases,
    calibrations: &[Calibration],
) -> io::Result<()> {
    let mut rows = Vec::new();
    for phase in &fixed.phases {
        rows.push(row(phase.name, "least", &phase.low));
        rows.push(row("", "usual", &phase.typical));
        rows.extend(phase.high.as_ref().map(|high| row("", "most", high)));
        if let Some(cells) = yours(calibrations, |one| one.name == phase.name) {
            let mut line = vec![String::new()];
            line.extend(cells);
            rows.push(line);
        }
    }
    for left_out in &fixed.left_out {
        let none = String::new;
        rows.push(vec![
            left_out.name.to_owned(),
            none(),
            none(),
            left_out.reason.to_owned(),
        ]);
    }
    paper.table(4, &[false, false, true], &rows)?;
    if !fixed.rounds.is_empty() {
        let rounds: Vec<_> = fixed
            .rounds
            .iter()
            .map(|round| {
                format!(
                    "{} {}",
                    counted(u64::from(round.rounds), "round"),
                    duration(round.seconds)
                )
            })
            .collect();
        let text = format!(
            "until it passes certification, as a rule: {}",
            rounds.join(", ")
        );
        paper.text(4, &text)?;
    }
    Ok(())
}

pub(super) fn replication(
    paper: &mut Paper<'_>,
    replication: &Replication,
    calibrations: &[Calibration],
) -> io::Result<()> {
    let mut rows: Vec<_> = replication
        .rows
        .iter()
        .map(|row| {
            vec![
                row.stage.to_owned(),
                row.statement.to_owned(),
                basis(&row.provenance),
            ]
        })
        .collect();
    if let Some(floor) = &replication.floor {
        let at_once = if floor.concurrent_regions == floor.regions {
            "all at once".to_owned()
        } else {
            format!("{} at once", floor.concurrent_regions)
        };
        let text = format!(
            "{} to {}, {at_once}",
            duration(floor.seconds),
            counted(u64::from(floor.regions), "region")
        );
        rows.push(vec![
            "bytes alone".to_owned(),
            text,
            basis(&floor.rate_provenance),
        ]);
    }
    paper.table(4, &[], &rows)?;
    for row in &replication.rows {
        let phase = format!("replication-{}", row.stage);
        if let Some(one) = calibrations.iter().find(|one| one.phase == phase) {
            let text = format!("{}, yours: {}", row.stage, super::time::observed(one));
            paper.text(4, &text)?;
        }
    }
    Ok(())
}
