//! The report as GitLab's code quality report: findings, and what could not be decided.
//!
//! GitLab takes a list of violations, reads the fields below and no other, and shows the first only
//! of those that share a fingerprint (<https://docs.gitlab.com/ci/testing/code_quality/>).

use std::io::{self, Write};

use serde::Serialize;

use super::artifact::{artifacts, of_file};
use super::v1::{self, FindingLevel, FindingState};
use super::{undetermined, words};
use crate::text::safe;

/// Characters of a description, which GitLab shows in one row.
const MOST: usize = 2000;

#[derive(Serialize)]
struct Violation {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: Severity,
    location: Location,
}

/// GitLab's words, from the lightest.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Severity {
    Info,
    Minor,
    Major,
    Critical,
    Blocker,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// Writes the report.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn Write, report: &v1::Report) -> io::Result<()> {
    let artifacts = artifacts(report);
    let mut violations: Vec<_> = report.configuration.problems.iter().map(problem).collect();
    for (image, artifact) in report.images.iter().zip(&artifacts) {
        let path = safe(&artifact.path);
        // The fingerprint knows the rule and the place, not the image: of several images each has
        // its own; of one alone it outlives a new name such as `disk-1.1.vhd`.
        let of_image = (report.images.len() > 1).then_some(&*artifact.path);
        let mut add = |check: &str, own: &str, severity, description: &str| {
            violations.push(Violation {
                description: shortened(&safe(description)),
                check_name: check.to_owned(),
                fingerprint: fingerprint(own, of_image),
                severity,
                location: Location {
                    path: path.clone(),
                    // An image has no lines; GitLab wants one, counted from 1.
                    lines: Lines { begin: 1 },
                },
            });
        };
        for error in &image.errors {
            let own = format!("not-inspected {:?}", error.kind);
            add("not-inspected", &own, Severity::Blocker, &error.message);
        }
        for outcome in &image.outcomes {
            for finding in &outcome.findings {
                let text = description(outcome, finding);
                add(outcome.rule, &finding.fingerprint, severity(finding), &text);
            }
        }
        for group in undetermined::groups(image) {
            let rule = group.first;
            // What blocks a verdict of pass is no trifle: it may hide any failure.
            let severity = if rule.blocking {
                Severity::Major
            } else {
                Severity::Info
            };
            let text = format!("{}: {}", rule.name, group.text());
            let own = format!("undetermined {}", rule.rule);
            add(rule.rule, &own, severity, &text);
        }
    }
    super::json::write(out, &violations)
}

/// What is wrong with the configuration, at its line: a file that the project has.
fn problem(problem: &v1::ConfigurationProblem) -> Violation {
    let (file, line) = words::file_and_line(&problem.from);
    let fix = problem.fix.as_ref().map(|fix| format!("; mend: {fix}"));
    let text = format!("{}{}", problem.message, fix.unwrap_or_default());
    Violation {
        description: shortened(&safe(&text)),
        check_name: "configuration".to_owned(),
        fingerprint: fingerprint(&format!("configuration {}", problem.message), None),
        severity: weight(problem.level),
        location: Location {
            path: safe(&of_file(file).path),
            lines: Lines {
                begin: line.unwrap_or(1).max(1),
            },
        },
    }
}

fn severity(finding: &v1::Finding) -> Severity {
    if finding.state != FindingState::Open {
        return Severity::Info;
    }
    weight(finding.level)
}

fn weight(level: FindingLevel) -> Severity {
    match level {
        FindingLevel::Error => Severity::Critical,
        FindingLevel::Warning => Severity::Major,
        FindingLevel::Advice => Severity::Minor,
        FindingLevel::Note => Severity::Info,
    }
}

/// One row: what is the matter, what was found, where.
fn description(outcome: &v1::RuleOutcome, finding: &v1::Finding) -> String {
    let mut text = match (finding.state, &finding.suppression) {
        (FindingState::Suppressed, Some(by)) => {
            format!("[accepted until {}: {}] ", by.expires, by.reason)
        }
        (FindingState::Suppressed, None) => "[accepted] ".to_owned(),
        (FindingState::Known, _) => "[known from the baseline] ".to_owned(),
        (FindingState::Open, _) => String::new(),
    };
    text.push_str(&format!("{}: {}", outcome.name, finding.message));
    for (label, value) in [
        ("found", &finding.found),
        ("required", &finding.required),
        ("where", &finding.place.as_ref().map(words::place)),
    ] {
        if let Some(value) = value.as_ref().filter(|value| !value.is_empty()) {
            text.push_str(&format!("; {label} {value}"));
        }
    }
    text
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{} … (cut)", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// 32 hexadecimal digits.
fn fingerprint(own: &str, image: Option<&str>) -> String {
    let is_ours = own.len() == 32 && own.bytes().all(|b| b.is_ascii_hexdigit());
    if is_ours && image.is_none() {
        return own.to_owned();
    }
    let hash = blake3::hash(format!("{own}\0{}", image.unwrap_or_default()).as_bytes());
    hash.to_hex().chars().take(32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;
    use crate::report::v1::OutcomeWord;

    fn written(report: &v1::Report) -> Vec<serde_json::Value> {
        let mut out = Vec::new();
        write(&mut out, report).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(!text.contains("##") && !text.contains('\u{202e}') && !text.contains('\u{1b}'));
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn each_state_and_level_has_its_severity() {
        let violations = written(&testing::report(vec![testing::every_kind("disk.vhd")]));
        let row = |check: &str, severity: &str| {
            let same =
                |v: &&serde_json::Value| v["check_name"] == check && v["severity"] == severity;
            violations
                .iter()
                .find(same)
                .cloned()
                .unwrap_or_else(|| panic!("{check} {severity}"))
        };
        row("VHD004", "critical");
        row("LNX050", "major");
        row("LNX058", "minor");
        row("PART003", "info");
        let text = |row: serde_json::Value| row["description"].as_str().unwrap().to_owned();
        assert!(text(row("VHD009", "info")).starts_with("[accepted until 2027-01-31: agreed] "));
        assert!(text(row("VHD014", "info")).starts_with("[known from the baseline] "));
        assert!(text(row("PART007", "major")).contains("could not be decided"));
        assert!(text(row("WIN020", "info")).contains("could not be decided"));
        // Nothing of rules that passed or do not apply.
        assert!(!violations.iter().any(|v| v["check_name"] == "VHD001"));
    }

    #[test]
    fn an_image_that_cannot_be_read_is_no_empty_report() {
        let violations = written(&testing::report(vec![testing::failed(
            "gone.vhd",
            "no such file",
        )]));
        assert_eq!(violations.len(), 1);
        assert_eq!(violations[0]["severity"], "blocker");
        assert_eq!(violations[0]["location"]["path"], "gone.vhd");
    }

    #[test]
    fn fingerprints_are_those_of_the_findings_and_apart_for_several_images() {
        let one = written(&testing::report(vec![testing::every_kind("disk-1.0.vhd")]));
        let renamed = written(&testing::report(vec![testing::every_kind("disk-1.1.vhd")]));
        let fingerprints = |rows: &[serde_json::Value]| -> Vec<String> {
            rows.iter()
                .map(|row| row["fingerprint"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(fingerprints(&one), fingerprints(&renamed));
        let both = written(&testing::report(vec![
            testing::every_kind("a.vhd"),
            testing::every_kind("b.vhd"),
        ]));
        let mut all = fingerprints(&both);
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), both.len());
        assert!(all.iter().all(|f| f.len() == 32));
    }

    #[test]
    fn hostile_names_do_nothing() {
        let violations = written(&testing::report(vec![testing::every_kind(
            &testing::HOSTILE.concat(),
        )]));
        for row in &violations {
            for text in [&row["description"], &row["location"]["path"]] {
                let text = text.as_str().unwrap();
                assert!(!text.contains("::") && !text.contains("##") && !text.contains('\n'));
                assert!(!text.chars().any(crate::text::is_deceptive), "{text}");
            }
        }
        let long = testing::said("x".repeat(100_000).as_str(), FindingLevel::Error);
        let mut image = testing::every_kind("a.vhd");
        image.outcomes = vec![testing::outcome(
            "VHD004",
            OutcomeWord::Fail,
            None,
            vec![long],
        )];
        let violations = written(&testing::report(vec![image]));
        assert!(
            violations[0]["description"]
                .as_str()
                .unwrap()
                .chars()
                .count()
                < 2100
        );
    }
}
