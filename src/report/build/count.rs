//! What counts: outcome, verdict and summary, from open findings alone. Nobody else counts.

use super::v1::{FindingLevel, FindingState, Image, OutcomeWord, RuleOutcome, Summary, Verdict};

/// Counts an image's outcomes anew, after some of them or the states of their findings changed.
pub fn recount(image: &mut Image) {
    if image.verdict.is_none() {
        return;
    }
    for outcome in &mut image.outcomes {
        outcome.outcome = word(outcome);
    }
    image.verdict = Some(verdict(&image.outcomes));
    image.summary = summary(&image.outcomes);
}

/// The one word for an outcome. An error that was found counts as a failure even where the rest of
/// the rule could not be decided.
fn word(outcome: &RuleOutcome) -> OutcomeWord {
    let open = outcome
        .findings
        .iter()
        .filter(|finding| finding.state == FindingState::Open);
    // The gravest level is the least.
    match (outcome.outcome, open.map(|finding| finding.level).min()) {
        (OutcomeWord::NotApplicable, _) => OutcomeWord::NotApplicable,
        (_, Some(FindingLevel::Error)) => OutcomeWord::Fail,
        // A rule that was decided has no reason.
        _ if outcome.reason.is_some() => OutcomeWord::Undetermined,
        (_, Some(FindingLevel::Warning)) => OutcomeWord::Warn,
        _ => OutcomeWord::Pass,
    }
}

/// Fail if any rule fails; else incomplete if a blocking rule is undetermined; else pass.
fn verdict(outcomes: &[RuleOutcome]) -> Verdict {
    let any = |wanted: &dyn Fn(&RuleOutcome) -> bool| outcomes.iter().any(wanted);
    if any(&|outcome| outcome.outcome == OutcomeWord::Fail) {
        Verdict::Fail
    } else if any(&|outcome| outcome.blocking && outcome.outcome == OutcomeWord::Undetermined) {
        Verdict::Incomplete
    } else {
        Verdict::Pass
    }
}

fn summary(outcomes: &[RuleOutcome]) -> Summary {
    let mut summary = Summary::default();
    for outcome in outcomes {
        for finding in &outcome.findings {
            match (finding.state, finding.level) {
                (FindingState::Suppressed, _) => summary.suppressed += 1,
                (FindingState::Known, _) => summary.known += 1,
                (FindingState::Open, FindingLevel::Error) => summary.errors += 1,
                (FindingState::Open, FindingLevel::Warning) => summary.warnings += 1,
                (FindingState::Open, FindingLevel::Advice) => summary.advice += 1,
                (FindingState::Open, FindingLevel::Note) => summary.notes += 1,
            }
        }
        if outcome.outcome == OutcomeWord::Undetermined {
            summary.undetermined += 1;
        }
    }
    summary
}

#[cfg(test)]
mod tests {
    use super::super::outcome::outcome;
    use super::*;
    use crate::finding::{Finding, Level, Outcome};
    use crate::inspect::Offer;
    use crate::rules::Rule;

    static BLOCKING: Rule = rule(Level::Error);
    static ADVISORY: Rule = rule(Level::Warning);

    const fn rule(level: Level) -> Rule {
        Rule {
            id: "VHD999",
            name: "test",
            level,
            claimed: None,
            doc: " Title.\n",
            sources: &[],
            check: |_| Outcome::pass(),
        }
    }

    #[test]
    fn only_a_blocking_open_question_makes_the_verdict_incomplete() {
        let of = |all: Vec<(&'static Rule, Outcome)>| {
            let made = all
                .iter()
                .map(|(rule, found)| outcome(rule, found, &Offer::default(), None));
            verdict(&made.collect::<Vec<_>>())
        };
        let fail = || Outcome::Decided(vec![Finding::error("e")]);
        let open = || Outcome::undetermined("why");
        let pass = || (&BLOCKING, Outcome::pass());
        assert_eq!(of(vec![pass()]), Verdict::Pass);
        assert_eq!(of(vec![pass(), (&ADVISORY, open())]), Verdict::Pass);
        assert_eq!(of(vec![pass(), (&BLOCKING, open())]), Verdict::Incomplete);
        let both = vec![(&BLOCKING, open()), (&ADVISORY, fail())];
        assert_eq!(of(both), Verdict::Fail);
    }

    #[test]
    fn what_is_not_open_does_not_count_and_leaves_the_question_open() {
        let findings = vec![
            Finding::error("e"),
            Finding::warning("w"),
            Finding::note("n"),
        ];
        let undecided = Outcome::Undetermined("why".into(), findings.clone());
        for (found, words) in [
            (
                Outcome::Decided(findings),
                [OutcomeWord::Fail, OutcomeWord::Warn, OutcomeWord::Pass],
            ),
            (
                undecided,
                [
                    OutcomeWord::Fail,
                    OutcomeWord::Undetermined,
                    OutcomeWord::Undetermined,
                ],
            ),
        ] {
            let mut made = outcome(&BLOCKING, &found, &Offer::default(), None);
            for (at, expected) in words.into_iter().enumerate() {
                made.outcome = word(&made);
                assert_eq!(made.outcome, expected);
                let counted = summary(std::slice::from_ref(&made));
                assert_eq!(counted.suppressed, u64::try_from(at).unwrap());
                made.findings[at].state = FindingState::Suppressed;
            }
        }
    }
}
