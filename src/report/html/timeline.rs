//! The way to the live offer drawn to scale: one axis for all steps, which are never added up.

use serde::Serialize;

use super::disk::percent;
use super::v1::{Basis, Calibration, Estimate, Figure, StagingStep, StagingTime};
use crate::report::human::{staging, time};
use crate::report::words::basis;

const HOUR: f64 = 3600.0;
const DAY: f64 = 24.0 * HOUR;

/// The steps of staging, and their axis.
#[derive(Serialize)]
pub(super) struct Timeline<'a> {
    ticks: Vec<Tick>,
    steps: Vec<Step<'a>>,
}

#[derive(Serialize)]
struct Tick {
    x: String,
    text: String,
    /// How SVG puts the text to the tick: `start`, `middle` or `end`.
    anchor: &'static str,
}

#[derive(Serialize)]
struct Step<'a> {
    name: &'static str,
    time: String,
    /// Whether it is a state that is reached.
    state: bool,
    range: Option<Bar>,
    usual: Option<Bar>,
    /// Whether the usual figure is an assumption.
    assumed: bool,
    /// Where the publisher's own observations lie.
    own: Option<Bar>,
    own_text: Option<String>,
    figures: Vec<Grounds<'a>>,
    floor_seconds: Option<f64>,
    happens: &'static str,
    basis: &'static str,
    basis_text: String,
    does: &'a [&'static str],
}

/// A piece of the axis.
#[derive(Serialize)]
struct Bar {
    x: String,
    width: String,
    end: String,
}

/// A figure and what it rests on.
#[derive(Serialize)]
struct Grounds<'a> {
    label: &'static str,
    seconds: f64,
    basis: &'static str,
    basis_text: String,
    source: &'a str,
}

pub(super) fn key(basis: Basis) -> &'static str {
    match basis {
        Basis::Documented => "documented",
        Basis::Assumed => "assumed",
        Basis::Calibrated => "calibrated",
    }
}

pub(super) fn timeline(estimate: &Estimate) -> Timeline<'_> {
    let figures = estimate
        .staging
        .iter()
        .flat_map(|step| [&step.low, &step.typical_from, &step.typical_to, &step.high])
        .flatten()
        .map(|figure| figure.seconds);
    let own = estimate
        .calibrations
        .iter()
        .map(|one| one.greatest_hours * HOUR);
    let longest = figures.chain(own).fold(HOUR, f64::max);
    let (unit, step) = scale(longest);
    let end = (longest / step).ceil() * step;
    Timeline {
        ticks: ticks(end, unit, step),
        steps: estimate
            .staging
            .iter()
            .map(|one| {
                let own = estimate.calibrations.iter().find(|c| c.phase == one.step);
                row(one, own, end)
            })
            .collect(),
    }
}

/// The unit and the distance of the ticks: at most some eight of them.
fn scale(longest: f64) -> (&'static str, f64) {
    let steps = [
        ("h", HOUR / 4.0),
        ("h", HOUR),
        ("h", 6.0 * HOUR),
        ("d", DAY),
        ("d", 2.0 * DAY),
        ("d", 7.0 * DAY),
        ("d", 30.0 * DAY),
    ];
    let fits = steps.into_iter().find(|(_, step)| longest / step <= 8.0);
    fits.unwrap_or(("d", longest / 8.0))
}

fn ticks(end: f64, unit: &str, step: f64) -> Vec<Tick> {
    let divisor = if unit == "d" { DAY } else { HOUR };
    let count = (end / step).round();
    (0..=8_u8)
        .map(f64::from)
        .take_while(|at| *at <= count)
        .map(|at| Tick {
            x: percent(at / count),
            text: match at {
                at if at > 0.0 => {
                    format!("{} {unit}", (at * step / divisor * 100.0).round() / 100.0)
                }
                _ => "0".to_owned(),
            },
            anchor: match at {
                at if at <= 0.0 => "start",
                at if at >= count => "end",
                _ => "middle",
            },
        })
        .collect()
}

fn row<'a>(step: &'a StagingStep, own: Option<&Calibration>, end: f64) -> Step<'a> {
    let bar = |from: f64, to: f64| Bar {
        x: percent(from / end),
        width: percent((to - from) / end),
        end: percent(to / end),
    };
    let least = step.low.as_ref().or(step.typical_from.as_ref());
    let most = step.high.as_ref().or(step.typical_to.as_ref());
    let both = |from: Option<&Figure>, to: Option<&Figure>| Some(bar(from?.seconds, to?.seconds));
    let typical = (step.typical_from.as_ref(), step.typical_to.as_ref());
    let figures = [
        ("least", &step.low),
        ("usually from", &step.typical_from),
        ("usually to", &step.typical_to),
        ("most", &step.high),
    ];
    let one_usual = typical.0.map(|f| f.seconds) == typical.1.map(|f| f.seconds);
    Step {
        name: step.name,
        time: staging::time(step),
        state: step.time == StagingTime::State,
        range: both(least, most),
        usual: both(typical.0, typical.1),
        assumed: typical
            .0
            .is_some_and(|f| f.provenance.basis == Basis::Assumed),
        own: own.map(|own| bar(own.least_hours * HOUR, own.greatest_hours * HOUR)),
        own_text: own.map(time::observed),
        figures: figures
            .into_iter()
            .filter(|(label, _)| !(one_usual && *label == "usually to"))
            .filter_map(|(label, figure)| Some((label, figure.as_ref()?)))
            .map(|(label, figure)| Grounds {
                label: match label {
                    "usually from" if one_usual => "usually",
                    label => label,
                },
                seconds: figure.seconds,
                basis: key(figure.provenance.basis),
                basis_text: basis(&figure.provenance),
                source: figure.provenance.source,
            })
            .collect(),
        floor_seconds: step.floor_seconds,
        happens: step.what_happens,
        basis: key(step.provenance.basis),
        basis_text: basis(&step.provenance),
        does: &step.publisher_does,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_at_a_tick_and_has_few_of_them() {
        for hours in [0.1, 1.0, 5.0, 30.0, 168.0, 384.0, 2_000.0, 90_000.0] {
            let longest = hours * HOUR;
            let (unit, step) = scale(longest);
            let end = (longest / step).ceil() * step;
            let ticks = ticks(end, unit, step);
            assert!(end >= longest && (2..=9).contains(&ticks.len()), "{hours}");
            assert_eq!(ticks.last().map(|tick| tick.anchor), Some("end"));
            assert_eq!(ticks.last().map(|tick| &*tick.x), Some("100%"));
        }
    }
}
