//! The document of `diagnose`: what is known of the messages, and what an image shows of them.

use super::v1;
use crate::diagnose::{Cause, Diagnosis, Match, Message, Near, Role, Test};
use crate::report::words::judges_declarations;

/// What remains of every message, where an image shows no cause.
const THIS_VERY_IMAGE: &str = "whether the message is about this very file and no earlier build of it, and what its first start changes";

/// The document on what a text says, and on what `image`, judged by `profile`, shows of it.
pub fn diagnosis(
    input: v1::DiagnosedText,
    diagnosis: &Diagnosis,
    image: Option<(&v1::Image, &str)>,
) -> v1::Diagnose {
    let judged = image.map(|(image, _)| image);
    v1::Diagnose {
        schema: v1::DIAGNOSE,
        tool: v1::Tool::default(),
        input: v1::DiagnosedText {
            self_tests: diagnosis.tests.map(count),
            ..input
        },
        messages: diagnosis
            .matches
            .iter()
            .map(|found| message(found, judged))
            .collect(),
        unknown_tests: diagnosis.unknown_tests.iter().map(test).collect(),
        nearest: diagnosis.nearest.iter().map(near).collect(),
        image: image.map(|(image, profile)| v1::DiagnosedImage {
            path: image.path.clone(),
            profile: profile.to_owned(),
            verdict: image.verdict,
            not_checked: image.not_checked.clone(),
        }),
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn message(found: &Match, image: Option<&v1::Image>) -> v1::DiagnosedMessage {
    let message = found.message;
    v1::DiagnosedMessage {
        id: message.id,
        aliases: message.aliases.to_vec(),
        title: message.title,
        role: match message.role {
            Role::Failure => v1::MessageRole::Failure,
            Role::FollowUp => v1::MessageRole::FollowUp,
            Role::Wrapper => v1::MessageRole::Wrapper,
        },
        place: found.first.as_ref().map(|place| v1::TextPlace {
            line: place.line,
            text: place.text.clone(),
        }),
        times: count(found.times),
        test: found.test.as_ref().map(test),
        meaning: message.means,
        rules: message.rules(),
        shown: image.map(|image| shows(message, image)),
        causes: message
            .causes
            .iter()
            .map(|cause| v1::MessageCause {
                cause: cause.what,
                rules: cause.rules.to_vec(),
                evidence: Some(cause.look).filter(|text| !text.is_empty()),
                fix: Some(cause.fix).filter(|text| !text.is_empty()),
                shown: image.map(|image| shown(cause, image)),
                found_by: image
                    .map(|image| found_by(cause, image))
                    .unwrap_or_default(),
            })
            .collect(),
        beyond: match (message.beyond, image) {
            ("", Some(_)) => Some(THIS_VERY_IMAGE),
            ("", None) => None,
            (beyond, _) => Some(beyond),
        },
        sources: message
            .sources
            .iter()
            .map(|source| v1::MessageSource {
                title: source.title(),
                date: source.date(),
                url: source.url(),
            })
            .collect(),
    }
}

fn test(test: &Test) -> v1::SelfTest {
    v1::SelfTest {
        id: test.id.clone(),
        name: test.name.clone(),
        result: test.result.clone(),
        actual: test.actual.clone(),
        required: test.required.clone(),
    }
}

fn near(near: &Near) -> v1::NearMessage {
    v1::NearMessage {
        id: near.message.id,
        title: near.message.title,
        wording: near.wording,
        likeness: (near.likeness * 100.0).round() / 100.0,
    }
}

fn outcomes<'a>(
    rules: &'a [&'static str],
    image: &'a v1::Image,
) -> impl Iterator<Item = &'a v1::RuleOutcome> {
    rules
        .iter()
        .filter_map(|id| image.outcomes.iter().find(|outcome| outcome.rule == *id))
}

/// What the rules behind a message found comes first, what they left open next.
fn shows(message: &Message, image: &v1::Image) -> v1::ImageShows {
    let states: Vec<_> = message
        .causes
        .iter()
        .map(|cause| shown(cause, image))
        .collect();
    let has = |state| states.contains(&state);
    let answer = if has(v1::CauseShown::Shown) {
        v1::CauseShown::Shown
    } else if has(v1::CauseShown::Open) {
        v1::CauseShown::Open
    } else if has(v1::CauseShown::NotShown) {
        v1::CauseShown::NotShown
    } else {
        v1::CauseShown::BeyondTheImage
    };
    let rules = message.rules();
    let mut found: Vec<_> = outcomes(&rules, image).cloned().collect();
    found.sort_by_key(|outcome| match outcome.outcome {
        v1::OutcomeWord::Fail => 0,
        v1::OutcomeWord::Warn => 1,
        v1::OutcomeWord::Undetermined => 2,
        v1::OutcomeWord::Pass => 3,
        v1::OutcomeWord::NotApplicable => 4,
    });
    v1::ImageShows {
        answer,
        outcomes: found,
    }
}

/// The rules of a cause that found something.
fn found_by(cause: &Cause, image: &v1::Image) -> Vec<&'static str> {
    outcomes(cause.rules, image)
        .filter(|outcome| [v1::OutcomeWord::Fail, v1::OutcomeWord::Warn].contains(&outcome.outcome))
        .map(|outcome| outcome.rule)
        .collect()
}

fn shown(cause: &Cause, image: &v1::Image) -> v1::CauseShown {
    let open_to_declaration = |outcome: &v1::RuleOutcome| {
        outcome.outcome == v1::OutcomeWord::NotApplicable && judges_declarations(outcome.rule)
    };
    if outcomes(cause.rules, image).all(open_to_declaration) {
        return v1::CauseShown::BeyondTheImage;
    }
    let is = |wanted: &[v1::OutcomeWord]| {
        outcomes(cause.rules, image).any(|outcome| wanted.contains(&outcome.outcome))
    };
    if !found_by(cause, image).is_empty() {
        v1::CauseShown::Shown
    } else if is(&[v1::OutcomeWord::Undetermined]) {
        v1::CauseShown::Open
    } else {
        v1::CauseShown::NotShown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::MOST_PLACES;

    #[test]
    fn the_document_knows_how_many_places_are_counted() {
        assert_eq!(v1::COUNTED_PLACES, count(MOST_PLACES));
    }
}
