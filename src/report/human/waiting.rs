//! What the model makes of the waiting: beside the documented figures, never in their place.

use std::io;

use super::estimate::{basis, calibrated, hours};
use super::paper::{DIM, Paper};
use super::v1::{Basis, Estimate, PhaseSpread, Quantiles, Waiting};
use crate::text::{counted, duration, grouped};

pub(super) fn waiting(paper: &mut Paper<'_>, estimate: &Estimate) -> io::Result<()> {
    paper.heading("Waiting, by a model: beside what is documented, not in its place")?;
    let Some(first) = estimate.waiting.first() else {
        return paper.text(2, "nothing is simulated");
    };
    let mut rows = vec![
        ["", "", "P10", "P50", "P90", ""]
            .map(str::to_owned)
            .to_vec(),
    ];
    for one in &estimate.waiting {
        let rounds = counted(u64::from(one.rounds), "round");
        rows.push(row(&rounds, "fixed phases", Some(&one.fixed_phases)));
        rows.push(row("", "both replications", one.replication.as_ref()));
        rows.push(row("", "all the waiting", one.whole.as_ref()));
    }
    paper.table(2, &[false, false, true, true, true], &rows)?;
    let text = "one in ten waits less than P10, every second one less than P50, nine in ten less \
                than P90";
    paper.labelled(2, "-", 2, DIM, text)?;
    for unknown in &first.unknown {
        let text = format!("{} is not simulated: {}", unknown.name, unknown.reason);
        paper.labelled(2, "-", 2, DIM, &text)?;
    }
    documented(paper, estimate)?;
    model(paper, first)?;
    spreads(paper, &estimate.waiting_spreads)
}

fn row(rounds: &str, what: &str, quantiles: Option<&Quantiles>) -> Vec<String> {
    let mut cells = vec![rounds.to_owned(), what.to_owned()];
    match quantiles {
        Some(of) => cells.extend([of.p10_hours, of.p50_hours, of.p90_hours].map(hours)),
        None => cells.extend(["unknown"; 3].map(str::to_owned)),
    }
    cells.push("model, assumed".to_owned());
    cells
}

/// The documented figures, so that no quantile is read without them.
fn documented(paper: &mut Paper<'_>, estimate: &Estimate) -> io::Result<()> {
    let text = match estimate.replication.rows.first() {
        Some(row) => format!(
            "documented: each replication {} ({}); everything together up to {} ({})",
            row.statement,
            basis(&row.provenance),
            duration(estimate.ceiling.seconds),
            basis(&estimate.ceiling.provenance)
        ),
        None => return Ok(()),
    };
    paper.labelled(2, "-", 2, DIM, &text)
}

fn model(paper: &mut Paper<'_>, waiting: &Waiting) -> io::Result<()> {
    let clip = waiting.clip.map_or_else(String::new, |clip| {
        format!(
            ", one round clipped to {} at least and {} at most",
            hours(clip.least_hours),
            hours(clip.most_hours)
        )
    });
    let text = format!(
        "{} ({}): {} draws, seed {}{clip}; without the upload and your sign-off",
        waiting.provenance.source,
        basis(&waiting.provenance),
        grouped(u64::from(waiting.draws)),
        waiting.seed
    );
    paper.labelled(2, "-", 2, DIM, &text)
}

/// What each phase was drawn from, and each assumption once.
fn spreads(paper: &mut Paper<'_>, spreads: &[PhaseSpread]) -> io::Result<()> {
    paper.text(2, "Drawn from")?;
    let mut rows = vec![
        ["", "P10", "P50", "P90", "most", ""]
            .map(str::to_owned)
            .to_vec(),
    ];
    for spread in spreads {
        let ground = match (spread.basis, spread.records) {
            (Basis::Calibrated, Some(records)) => basis(&calibrated(records)),
            _ => "assumed".to_owned(),
        };
        // The words are shorter than the names, and `history add` takes them.
        let mut cells = vec![spread.phase.to_owned()];
        let of = [
            spread.p10_hours,
            spread.p50_hours,
            spread.p90_hours,
            spread.most_hours,
        ];
        cells.extend(of.map(hours));
        cells.push(ground);
        rows.push(cells);
    }
    paper.table(4, &[false, true, true, true, true], &rows)?;
    let mut told: Vec<&str> = Vec::new();
    for spread in spreads {
        if !told.contains(&spread.assumption) {
            told.push(spread.assumption);
            let text = format!("{}: {}", spread.phase, spread.assumption);
            paper.labelled(4, "-", 2, DIM, &text)?;
        }
    }
    Ok(())
}
