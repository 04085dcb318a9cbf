//! One test case: a rule, or what else can fail.

use std::io;

use quick_xml::events::BytesText;

use super::super::v1::{Finding, FindingLevel, OutcomeWord, RuleOutcome};
use super::super::{build_log, words};
use super::Xml;
use crate::text::safe;

/// One test case.
pub(super) struct Case {
    pub(super) class: String,
    pub(super) name: String,
    pub(super) result: CaseResult,
    /// What stands beside the result: warnings, advice, notes, and findings that do not count.
    pub(super) output: Vec<String>,
}

pub(super) enum CaseResult {
    Passed,
    Failed { message: String, text: String },
    Error { kind: &'static str, message: String },
    Skipped { message: String },
}

/// A message, and how many there are like it.
pub(super) fn counted_from(first: &str, count: usize) -> String {
    match count {
        1 => safe(first),
        count => format!("{} (and {} more)", safe(first), count - 1),
    }
}

impl Case {
    pub(super) fn of(outcome: &RuleOutcome, prefix: &str) -> Self {
        let failed = |finding: &&Finding| is_failure(finding);
        Self {
            class: format!("{prefix}.{}", words::layer(outcome.rule)),
            name: format!("{} {}", outcome.rule, outcome.name),
            result: CaseResult::of(outcome),
            output: outcome
                .findings
                .iter()
                .filter(|finding| !failed(finding))
                .map(described)
                .collect(),
        }
    }

    pub(super) fn write(&self, xml: &mut Xml<'_>) -> io::Result<()> {
        let case = xml
            .create_element("testcase")
            .with_attributes([("classname", self.class.as_str()), ("name", &self.name)]);
        if self.output.is_empty() && matches!(self.result, CaseResult::Passed) {
            case.write_empty()?;
            return Ok(());
        }
        case.write_inner_content(|xml| {
            match &self.result {
                CaseResult::Passed => {}
                CaseResult::Failed { message, text } => {
                    xml.create_element("failure")
                        .with_attributes([("message", message.as_str()), ("type", "error")])
                        .write_text_content(BytesText::new(text))?;
                }
                CaseResult::Error { kind, message } => {
                    xml.create_element("error")
                        .with_attributes([("message", message.as_str()), ("type", kind)])
                        .write_empty()?;
                }
                CaseResult::Skipped { message } => {
                    xml.create_element("skipped")
                        .with_attribute(("message", message.as_str()))
                        .write_empty()?;
                }
            }
            if !self.output.is_empty() {
                let text = self.output.join("\n");
                xml.create_element("system-out")
                    .write_text_content(BytesText::new(&text))?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

impl CaseResult {
    fn of(outcome: &RuleOutcome) -> Self {
        let failures: Vec<_> = outcome.findings.iter().filter(|f| is_failure(f)).collect();
        let reason = outcome.reason.as_deref().map(safe);
        if let Some(first) = failures.first() {
            let mut text: Vec<_> = failures.iter().map(|finding| described(finding)).collect();
            text.extend(
                outcome
                    .why
                    .as_deref()
                    .map(|why| format!("Why: {}", safe(why))),
            );
            text.extend(reason.map(|reason| format!("Beside that, undetermined: {reason}")));
            return Self::Failed {
                message: counted_from(&first.message, failures.len()),
                text: text.join("\n"),
            };
        }
        // What is accepted hides no open question beside it.
        match (outcome.outcome, reason) {
            (OutcomeWord::NotApplicable, reason) => Self::Skipped {
                message: format!("not applicable: {}", reason.unwrap_or_default()),
            },
            (_, Some(reason)) if outcome.blocking => Self::Error {
                kind: "undetermined",
                message: format!("undetermined: {reason}"),
            },
            (_, Some(reason)) => Self::Skipped {
                message: format!("undetermined, and not blocking: {reason}"),
            },
            (_, None) => Self::accepted(outcome).unwrap_or(Self::Passed),
        }
    }

    /// Skipped, where nothing grave is left but what somebody accepted.
    fn accepted(outcome: &RuleOutcome) -> Option<Self> {
        let mut grave = outcome
            .findings
            .iter()
            .filter(|finding| finding.level <= FindingLevel::Warning)
            .peekable();
        let first = grave.peek().and_then(|finding| words::accepted(finding))?;
        grave
            .all(|finding| !words::is_open(finding))
            .then(|| Self::Skipped {
                message: safe(&first),
            })
    }
}

fn is_failure(finding: &Finding) -> bool {
    finding.level == FindingLevel::Error && words::is_open(finding)
}

/// A finding in a few lines.
fn described(finding: &Finding) -> String {
    let level = finding.level.word();
    let lines = build_log::described(finding).join("\n  ");
    match words::accepted(finding) {
        Some(why) => format!("{level} ({}): {lines}", safe(&why)),
        None => format!("{level}: {lines}"),
    }
}
