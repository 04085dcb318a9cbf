//! What the interfaces and the portal call the phases.

use std::collections::BTreeSet;

use crate::estimate::PhaseKind;

/// Names by phase, as they are shown. The interface of 2017 and 2018 has one step "Live" for what
/// happens after the sign-off, as today's portal has one phase "Publish": nearly all of either is
/// the second replication.
const NAMES: [(&str, PhaseKind); 13] = [
    ("Validate Pre-Requisites", PhaseKind::Validation),
    ("Automated validation", PhaseKind::Validation),
    ("Certification", PhaseKind::Certification),
    ("Provisioning", PhaseKind::PreviewReplication),
    ("Preview creation", PhaseKind::PreviewReplication),
    (
        "Packaging and Lead Generation Registration",
        PhaseKind::Packaging,
    ),
    ("Packaging", PhaseKind::Packaging),
    ("Publisher signoff", PhaseKind::SignOff),
    ("Sign-off", PhaseKind::SignOff),
    ("Go live", PhaseKind::LiveReplication),
    ("Publish", PhaseKind::LiveReplication),
    ("Live", PhaseKind::LiveReplication),
    ("Final publish", PhaseKind::FinalPublish),
];

/// The phase that a step of that name is, after those phases.
pub(super) fn phase_of(name: &str, earlier: &BTreeSet<PhaseKind>) -> Option<PhaseKind> {
    let wanted = letters(name);
    let phase = NAMES
        .iter()
        .find(|(known, _)| letters(known) == wanted)
        .map(|(_, phase)| *phase)
        .or_else(|| {
            PhaseKind::ALL
                .into_iter()
                .find(|phase| letters(phase.word()) == wanted)
        })?;
    Some(match phase {
        // The table of 2018 names provisioning again after the sign-off, and then a step to go live.
        PhaseKind::PreviewReplication if earlier.contains(&PhaseKind::SignOff) => {
            PhaseKind::LiveReplication
        }
        PhaseKind::LiveReplication if earlier.contains(&PhaseKind::LiveReplication) => {
            PhaseKind::FinalPublish
        }
        _ => phase,
    })
}

/// All names, for a message.
pub(super) fn known() -> String {
    let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

/// A name without case, spaces and hyphens, which differ from page to page.
fn letters(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}
