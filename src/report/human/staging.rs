//! The way to the live offer: each step with its time, what happens, and what the publisher does.

use std::io;

use super::estimate::basis;
use super::paper::{BOLD, DIM, Paper};
use super::time::observed;
use super::v1::{Estimate, Figure, StagingStep, StagingTime};
use crate::text::duration;

/// Width of the labels.
const COLUMN: usize = 10;

pub(super) fn staging(paper: &mut Paper<'_>, estimate: &Estimate) -> io::Result<()> {
    paper.heading("Staging, step by step, with what you have to do")?;
    for (at, step) in estimate.staging.iter().enumerate() {
        let number = format!("{}.", at + 1);
        let title = format!("{}: {}", step.name, time(step));
        paper.labelled(2, &number, 3, BOLD, &title)?;
        if let Some(grounds) = grounds(step) {
            paper.labelled(5, "rests on", COLUMN, DIM, &grounds)?;
        }
        if let Some(seconds) = step.floor_seconds {
            let text = format!("its bytes alone would take {}", duration(seconds));
            paper.labelled(5, "floor", COLUMN, DIM, &text)?;
        }
        let calibration = estimate
            .calibrations
            .iter()
            .find(|calibration| calibration.phase == step.step);
        if let Some(calibration) = calibration {
            paper.labelled(5, "yours", COLUMN, DIM, &observed(calibration))?;
        }
        let happens = format!("{} ({})", step.what_happens, basis(&step.provenance));
        paper.labelled(5, "happens", COLUMN, DIM, &happens)?;
        let mut label = "you do";
        for line in &step.publisher_does {
            paper.labelled(5, label, COLUMN, DIM, line)?;
            label = "";
        }
    }
    Ok(())
}

pub(in crate::report) fn time(step: &StagingStep) -> String {
    match step.time {
        StagingTime::Range => range(step),
        StagingTime::Skipped | StagingTime::NoFigure | StagingTime::NotCounted => {
            step.reason.unwrap_or_default().to_owned()
        }
        StagingTime::State => "reached, takes no time".to_owned(),
    }
}

/// `24 h to 5 days, usually 2.5 days`; what is not known is left out.
fn range(step: &StagingStep) -> String {
    let shown = |figure: &Option<Figure>| figure.as_ref().map(|figure| duration(figure.seconds));
    let from = shown(&step.typical_from).unwrap_or_default();
    let to = shown(&step.typical_to).unwrap_or_default();
    let usual = if from == to {
        format!("usually {from}")
    } else {
        format!("usually {from} to {to}")
    };
    match (shown(&step.low), shown(&step.high)) {
        (Some(low), Some(high)) => format!("{low} to {high}, {usual}"),
        (Some(low), None) => format!("from {low}, {usual}"),
        (None, Some(high)) => format!("{usual}, up to {high}"),
        (None, None) => usual,
    }
}

/// What the figures of a range rest on, each ground once.
fn grounds(step: &StagingStep) -> Option<String> {
    let figures = [
        ("least", &step.low),
        ("usual", &step.typical_from),
        ("most", &step.high),
    ];
    let grounds: Vec<_> = figures
        .into_iter()
        .filter_map(|(name, figure)| Some((name, basis(&figure.as_ref()?.provenance))))
        .collect();
    let (_, first) = grounds.first()?;
    if grounds.iter().all(|(_, ground)| ground == first) {
        return Some(first.clone());
    }
    let all: Vec<_> = grounds
        .iter()
        .map(|(name, ground)| format!("{name}: {ground}"))
        .collect();
    Some(all.join("; "))
}
