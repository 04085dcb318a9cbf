//! Other weights of rules.

use crate::config::{Declared, RuleSetting, Weight};
use crate::finding::Level;
use crate::report::v1::{FindingLevel, OutcomeWord, RuleOutcome, RuleWeight};

pub(super) fn apply(outcomes: &mut [RuleOutcome], settings: &[Declared<RuleSetting>]) {
    for outcome in outcomes {
        let setting = settings
            .iter()
            .find(|setting| setting.value.rule == outcome.rule);
        let Some(setting) = setting else {
            continue;
        };
        let weight = setting.value.weight;
        outcome.weight = Some(RuleWeight {
            weight: weight.word(),
            from: setting.from.clone(),
        });
        match weight {
            Weight::Off => {
                outcome.outcome = OutcomeWord::NotApplicable;
                outcome.reason = Some(format!("disabled by the configuration: {}", setting.from));
                outcome.why = None;
                outcome.findings.clear();
                outcome.blocking = false;
            }
            Weight::Level(level) => weigh(outcome, of(level)),
        }
    }
}

fn of(level: Level) -> FindingLevel {
    match level {
        Level::Error => FindingLevel::Error,
        Level::Warning => FindingLevel::Warning,
        Level::Advice => FindingLevel::Advice,
        Level::Note => FindingLevel::Note,
    }
}

/// The gravest findings get the new level, and so does every warning where that is graver: a profile
/// may make a warning of what a rule otherwise fails. None is graver than the level; advice and notes
/// beside an error stay what they are, as they are no lesser errors.
fn weigh(outcome: &mut RuleOutcome, new: FindingLevel) {
    let old = outcome.level;
    for finding in &mut outcome.findings {
        // The gravest level is the least.
        if finding.level <= old || finding.level < new || finding.level <= FindingLevel::Warning {
            finding.level = new;
        }
    }
    outcome.findings.sort_by_key(|finding| finding.level);
    outcome.level = new;
    outcome.blocking = new == FindingLevel::Error;
}
