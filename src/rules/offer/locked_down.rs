//! Rules on remote access, where the offer says that there is none.

use crate::finding::{Finding, Level, Outcome};
use crate::inspect::Property;
use crate::rules::Subject;

/// The outcome of a rule on remote access. Where the offer claims *Remote desktop/SSH not
/// supported*, what is found is as it is meant to be and only noted, and nothing has to be decided.
pub(in crate::rules) fn unless_locked_down(subject: &Subject<'_>, outcome: Outcome) -> Outcome {
    let offer = &subject.inspection.offer;
    let Some(from) = offer.claimed(Property::RemoteAccessDisabled) else {
        return outcome;
    };
    let lower = |finding: Finding| match finding.level {
        Level::Error | Level::Warning => Finding {
            level: Level::Note,
            message: format!(
                "{}; the offer says that remote access is not supported ({from})",
                finding.message
            ),
            ..finding
        },
        _ => finding,
    };
    match outcome {
        Outcome::Decided(findings) => Outcome::Decided(findings.into_iter().map(lower).collect()),
        Outcome::Undetermined(reason, findings) => Outcome::Decided(
            findings
                .into_iter()
                .map(lower)
                .chain([Finding::note(format!(
                    "it could not be decided, and does not have to be, as the offer says that \
                     remote access is not supported ({from}): {reason}"
                ))])
                .collect(),
        ),
        other @ Outcome::NotApplicable(_) => other,
    }
}
