//! The phases that do not depend on the image's size: validation, certification, packaging, going
//! live.

use super::inputs::Change;
use super::kind::PhaseKind;
use super::provenance::{Basis, Figure};

/// The phases of fixed length.
#[derive(Debug, Clone, PartialEq)]
pub struct Fixed {
    /// In the order in which they happen.
    pub phases: Vec<Phase>,
    /// Phases that do not happen, with the reason.
    pub dropped: Vec<LeftOut>,
    /// What takes time and is nobody's to estimate.
    pub not_counted: Vec<LeftOut>,
    /// Hours of the typical values of [`phases`](Self::phases), for one round.
    pub typical_hours: f64,
    /// What 1, 2 and 3 rounds of certification cost; empty when there is none.
    pub rounds: Vec<Round>,
}

/// A phase, with what is known of its length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Phase {
    /// Which one.
    pub kind: PhaseKind,
    /// Its name, as the portal has it.
    pub name: &'static str,
    /// Hours when it goes well.
    pub low: Figure,
    /// Hours as a rule.
    pub typical: Figure,
    /// Hours when it goes badly; `None` where there is no figure and no ground to assume one.
    pub high: Option<Figure>,
}

impl Phase {
    /// What the typical value rests on; the others have their own.
    pub fn basis(&self) -> Basis {
        self.typical.provenance.basis
    }
}

/// Something that is not among the phases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOut {
    /// Its name, as the portal has it.
    pub name: &'static str,
    /// Why it is left out.
    pub reason: &'static str,
}

/// What a number of rounds of certification costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Round {
    /// How often the image is certified until it passes.
    pub rounds: u32,
    /// Hours of all fixed phases, at their typical values, that many times. The publisher's own
    /// time to mend the image comes on top.
    pub typical_hours: f64,
}

const VALIDATION: Phase = Phase {
    kind: PhaseKind::Validation,
    name: PhaseKind::Validation.name(),
    low: Figure::assumed(
        0.1,
        "somewhat below the 10 minutes given for one of its steps in 2022",
    ),
    typical: Figure::documented(
        0.25,
        "2018-08-17",
        "Microsoft, Publish a virtual machine offer: at most 15 minutes for the prerequisites",
    ),
    high: Some(Figure::documented(
        0.5,
        "2022-02-16",
        "Microsoft, Review and publish an offer: below 10 and below 15 minutes for two of its steps, rounded up",
    )),
};

const CERTIFICATION: Phase = Phase {
    kind: PhaseKind::Certification,
    name: PhaseKind::Certification.name(),
    low: Figure::assumed(24.0, "a day; nothing lower than two days is documented"),
    typical: Figure::documented(
        60.0,
        "2018",
        "Microsoft, Retrieve offer status (Cloud Partner Portal API): about 2 to 3 days, of which the middle",
    ),
    high: Some(Figure::documented(
        120.0,
        "2017-03",
        "Microsoft, Retrieve operations (Cloud Partner Portal API): below 5 days",
    )),
};

const PACKAGING: Phase = Phase {
    kind: PhaseKind::Packaging,
    name: PhaseKind::Packaging.name(),
    low: Figure::assumed(0.2, "a part of the documented hour"),
    typical: Figure::assumed(0.5, "half of the documented hour"),
    high: Some(Figure::documented(
        1.0,
        "2018-08-17",
        "Microsoft, Publish a virtual machine offer: below an hour",
    )),
};

const FINAL_PUBLISH: Phase = Phase {
    kind: PhaseKind::FinalPublish,
    name: PhaseKind::FinalPublish.name(),
    low: Figure::documented(
        0.5,
        "2022-02-16",
        "Microsoft, Review and publish an offer: more than 30 minutes",
    ),
    typical: Figure::assumed(1.0, "only the lower bound of 30 minutes is documented"),
    high: None,
};

const SIGN_OFF: LeftOut = LeftOut {
    name: "publisher sign-off",
    reason: "not counted: the publisher's own time between preview and \"Go live\"",
};

const NO_CERTIFICATION: LeftOut = LeftOut {
    name: "certification",
    reason: "skipped when only marketing has changed (Microsoft's staging guide, 2016-08-01)",
};

/// The fixed phases for a change.
pub(super) fn of(change: Change) -> Fixed {
    let certified = change == Change::Image;
    let phases = if certified {
        vec![VALIDATION, CERTIFICATION, PACKAGING, FINAL_PUBLISH]
    } else {
        vec![VALIDATION, PACKAGING, FINAL_PUBLISH]
    };
    let typical_hours = phases.iter().map(|phase| phase.typical.hours).sum();
    let rounds = (1..=3)
        .filter(|_| certified)
        .map(|rounds| Round {
            rounds,
            typical_hours: f64::from(rounds) * typical_hours,
        })
        .collect();
    Fixed {
        phases,
        dropped: if certified {
            Vec::new()
        } else {
            vec![NO_CERTIFICATION]
        },
        not_counted: vec![SIGN_OFF],
        typical_hours,
        rounds,
    }
}

/// The longest that was ever stated for everything together: 16 days.
pub(super) const fn ceiling() -> Figure {
    Figure::documented(
        16.0 * 24.0,
        "2018-08-17",
        "Microsoft, Publish a virtual machine offer: up to 16 days for everything",
    )
}
