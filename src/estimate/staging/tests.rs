//! The steps: their order, their figures, and what the publisher does in them.

use super::super::tests::{close, inputs};
use super::super::{Basis, Observation};
use super::*;

fn words(steps: &[StagingStep]) -> Vec<&'static str> {
    steps.iter().map(|step| step.kind.word()).collect()
}

fn find(steps: &[StagingStep], word: &str) -> StagingStep {
    let found = steps.iter().find(|step| step.kind.word() == word);
    found.unwrap().clone()
}

#[test]
fn the_steps_stand_in_the_order_in_which_they_happen() {
    let order = [
        "automated-validation",
        "certification",
        "replication-preview",
        "packaging",
        "staged",
        "sign-off",
        "replication-live",
        "final-publish",
        "live",
    ];
    assert_eq!(words(&staging(&inputs(900))), order);
    let marketing = Inputs {
        change: Change::MarketingOnly,
        ..inputs(900)
    };
    assert_eq!(words(&staging(&marketing)), order);
}

#[test]
fn each_step_has_its_figures_or_says_why_not() {
    let steps = staging(&inputs(900));
    let StepTime::Range(range) = find(&steps, "certification").time else {
        panic!("no range")
    };
    assert_eq!(range.low.unwrap().hours, 24.0);
    assert_eq!(range.low.unwrap().provenance.basis, Basis::Assumed);
    assert_eq!(
        (range.typical_from.hours, range.typical_to.hours),
        (60.0, 60.0)
    );
    assert_eq!(range.high.unwrap().hours, 120.0);
    for word in ["replication-preview", "replication-live"] {
        let step = find(&steps, word);
        let StepTime::Range(range) = step.time else {
            panic!("no range")
        };
        assert_eq!(
            (range.typical_from.hours, range.typical_to.hours),
            (24.0, 48.0)
        );
        assert_eq!((range.low, range.high.unwrap().hours), (None, 168.0));
        close(step.floor_seconds.unwrap(), 15.0, 0.01);
        assert_eq!(step.provenance.date, "2016-08-01");
    }
    assert!(matches!(
        find(&steps, "sign-off").time,
        StepTime::NotCounted { reason } if reason.starts_with("not counted")
    ));
    assert_eq!(find(&steps, "staged").time, StepTime::State);
    assert_eq!(find(&steps, "live").time, StepTime::State);
}

#[test]
fn a_change_of_marketing_alone_skips_certification_and_has_no_figure_for_replication() {
    let steps = staging(&Inputs {
        change: Change::MarketingOnly,
        ..inputs(900)
    });
    assert!(matches!(
        find(&steps, "certification").time,
        StepTime::Skipped { reason } if reason.contains("2016-08-01")
    ));
    for word in ["replication-preview", "replication-live"] {
        let step = find(&steps, word);
        assert!(
            matches!(step.time, StepTime::NoFigure { statement } if statement.contains("faster"))
        );
        assert_eq!(step.floor_seconds, None);
    }
}

#[test]
fn the_publisher_is_told_what_to_do() {
    let steps = staging(&inputs(900));
    let told = |word: &str, what: &str| {
        let step = find(&steps, word);
        assert!(
            step.publisher_does.iter().any(|line| line.contains(what)),
            "{word}: {:?}",
            step.publisher_does
        );
    };
    told("certification", "failures");
    told("certification", "until the offer is staged");
    told("replication-preview", "until the offer is staged");
    told("staged", "texts");
    told("staged", "end to end");
    told("staged", "CSP");
    told("sign-off", "push to production");
    told("replication-live", "listed");
    assert!(steps.iter().all(|step| !step.what_happens.is_empty()));
}

#[test]
fn observations_stand_beside_the_published_range() {
    let steps = staging(&Inputs {
        observations: vec![Observation {
            change: Change::Image,
            phase: PhaseKind::SignOff,
            payload_bytes: 1,
            hours: 5.0,
        }],
        ..inputs(900)
    });
    let sign_off = find(&steps, "sign-off");
    assert_eq!(sign_off.observed.unwrap().observed_hours, [5.0]);
    assert!(matches!(sign_off.time, StepTime::NotCounted { .. }));
    assert_eq!(find(&steps, "certification").observed, None);
}
