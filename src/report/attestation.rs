//! Unsigned in-toto statements: what was tested, by what, and what came of it.
//!
//! The form is the in-toto Statement v1 with the predicate test-result v0.1; whoever is to trust it
//! has to sign it. One statement is about one image, because a statement's results hold for all of
//! its subjects alike. Nothing in it depends on the time or the place of the run: the same program
//! says the same of the same image.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};

use super::json::write_line;
use super::v1::{self, FindingLevel, FindingState, OutcomeWord, Verdict};

/// What the field `_type` holds.
pub const STATEMENT: &str = "https://in-toto.io/Statement/v1";
/// What the field `predicateType` holds.
pub const TEST_RESULT: &str = "https://in-toto.io/attestation/test-result/v0.1";

/// What the images were tested by, beside what the report says.
pub struct Setup<'a> {
    /// The SHA-256 of the texts of the rules.
    pub rule_set: &'a str,
    /// How many rules there are.
    pub rules: usize,
    /// The month of the profile's sources, where it has one.
    pub profile_date: Option<&'a str>,
    /// The files that decided what counts.
    pub files: &'a [ReadFile<'a>],
}

/// A file that decided what counts.
pub struct ReadFile<'a> {
    /// `configuration` or `baseline`.
    pub kind: &'static str,
    /// Its path; the folders, which are those of one machine, are left out.
    pub path: &'a str,
    /// The SHA-256 of its bytes in lower-case hexadecimal.
    pub sha256: &'a str,
}

#[derive(Serialize)]
struct Statement {
    #[serde(rename = "_type")]
    kind: &'static str,
    subject: Vec<Descriptor>,
    #[serde(rename = "predicateType")]
    predicate_type: &'static str,
    predicate: TestResult,
}

/// in-toto's ResourceDescriptor, as far as it is used here.
#[derive(Serialize)]
struct Descriptor {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<Sha256>,
    annotations: Value,
}

#[derive(Serialize)]
struct Sha256 {
    sha256: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TestResult {
    result: &'static str,
    configuration: Vec<Descriptor>,
    passed_tests: Vec<&'static str>,
    warned_tests: Vec<&'static str>,
    failed_tests: Vec<&'static str>,
}

/// Writes a statement a line, of each image that has one. Of the others it returns the path and why
/// there is none.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn Write, report: &v1::Report, setup: &Setup<'_>) -> io::Result<()> {
    for image in &report.images {
        if missing(image).is_none() {
            write_line(out, &statement(report, image, setup))?;
        }
    }
    Ok(())
}

/// Why there is no statement of an image; none where there is one.
pub fn missing(image: &v1::Image) -> Option<&'static str> {
    if image.verdict.is_none() {
        return Some("it could not be inspected");
    }
    match sha256(image, |digests| &digests.file) {
        Some(_) => None,
        None => Some("its content could not be read in full, so that no digest names it"),
    }
}

fn sha256(image: &v1::Image, of: fn(&v1::Digests) -> &Vec<v1::Checksum>) -> Option<String> {
    let digests = image.content.as_ref()?.digests.as_ref()?;
    let found = of(digests).iter().find(|sum| sum.kind == "sha256")?;
    Some(found.hex.clone())
}

fn statement(report: &v1::Report, image: &v1::Image, setup: &Setup<'_>) -> Statement {
    Statement {
        kind: STATEMENT,
        subject: subjects(image),
        predicate_type: TEST_RESULT,
        predicate: TestResult {
            result: result(image),
            configuration: configuration(report, image, setup),
            passed_tests: named(image, OutcomeWord::Pass),
            warned_tests: named(image, OutcomeWord::Warn),
            failed_tests: named(image, OutcomeWord::Fail),
        },
    }
}

/// The file, and the disk in it, which stays the same when the container around it is made anew.
fn subjects(image: &v1::Image) -> Vec<Descriptor> {
    let name = last_name(&image.path);
    let facts = image.facts.as_ref();
    let length = facts.map(|facts| facts.container.file_length);
    let size = facts.and_then(|facts| facts.disk.size);
    let subject = |suffix: &str, sha256, part, bytes: Option<u64>| Descriptor {
        name: format!("{name}{suffix}"),
        uri: None,
        digest: Some(Sha256 { sha256 }),
        annotations: json!({ "part": part, "bytes": bytes }),
    };
    let file = sha256(image, |digests| &digests.file);
    let disk = sha256(image, |digests| &digests.disk);
    let file = file.map(|sha256| subject("", sha256, "file", length));
    let disk = disk.map(|sha256| subject("#disk", sha256, "disk", size));
    file.into_iter().chain(disk).collect()
}

/// What is the same wherever the file lies.
fn last_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next();
    name.unwrap_or_default().to_owned()
}

/// An open question that may block is no pass: who asks for `PASSED` or `WARNED` gets an image of
/// which everything that counts was decided.
fn result(image: &v1::Image) -> &'static str {
    match image.verdict {
        Some(Verdict::Pass) if named(image, OutcomeWord::Warn).is_empty() => "PASSED",
        Some(Verdict::Pass) => "WARNED",
        Some(Verdict::Fail | Verdict::Incomplete) | None => "FAILED",
    }
}

/// What the rule comes to when findings that do not count are left out. A rule that had errors or
/// warnings, all of them accepted, did not pass: it stands among the warned ones.
fn word(outcome: &v1::RuleOutcome) -> OutcomeWord {
    let grave = || {
        let findings = outcome.findings.iter();
        findings.filter(|finding| finding.level <= FindingLevel::Warning)
    };
    let open = grave().filter(|finding| finding.state == FindingState::Open);
    match (outcome.outcome, open.map(|finding| finding.level).min()) {
        (OutcomeWord::NotApplicable | OutcomeWord::Undetermined, _) => outcome.outcome,
        (_, Some(FindingLevel::Error)) => OutcomeWord::Fail,
        (_, Some(_)) => OutcomeWord::Warn,
        (_, None) if grave().next().is_some() => OutcomeWord::Warn,
        (_, None) => OutcomeWord::Pass,
    }
}

fn named(image: &v1::Image, wanted: OutcomeWord) -> Vec<&'static str> {
    let outcomes = image.outcomes.iter();
    outcomes
        .filter(|outcome| word(outcome) == wanted)
        .map(|outcome| outcome.rule)
        .collect()
}

fn configuration(report: &v1::Report, image: &v1::Image, setup: &Setup<'_>) -> Vec<Descriptor> {
    let descriptor = |name: &str, uri: String, annotations| Descriptor {
        name: name.to_owned(),
        uri: Some(uri),
        digest: None,
        annotations,
    };
    let tool = &report.tool;
    let mut list = vec![
        descriptor(
            "tool",
            format!("pkg:generic/{}@{}", tool.name, tool.version),
            json!({ "name": tool.name, "version": tool.version }),
        ),
        Descriptor {
            name: "rule-set".to_owned(),
            uri: None,
            digest: Some(Sha256 {
                sha256: setup.rule_set.to_owned(),
            }),
            annotations: json!({ "rules": setup.rules }),
        },
        descriptor(
            "profile",
            format!("urn:{}:profile:{}", tool.name, report.profile),
            json!({ "name": report.profile, "date": setup.profile_date }),
        ),
        descriptor(
            "judged-as",
            format!("urn:{}:judged-as", tool.name),
            judged_as(image),
        ),
        descriptor(
            "coverage",
            format!("urn:{}:coverage", tool.name),
            coverage(image),
        ),
    ];
    list.extend(setup.files.iter().map(|file| Descriptor {
        name: last_name(file.path),
        uri: None,
        digest: Some(Sha256 {
            sha256: file.sha256.to_owned(),
        }),
        annotations: json!({ "kind": file.kind }),
    }));
    list
}

fn judged_as(image: &v1::Image) -> Value {
    let Some(disk) = image.facts.as_ref().map(|facts| &facts.disk) else {
        return Value::Null;
    };
    json!({
        "disk": disk.role.value,
        "diskDeclared": disk.role.declared,
        "os": disk.os.as_ref().map(|os| os.value),
        "osDeclared": disk.os.as_ref().is_some_and(|os| os.declared),
        "generation": disk.generation,
    })
}

/// What a reader has to know of the rules that are in none of the three lists, of what was not
/// looked at at all, and of findings that were accepted.
fn coverage(image: &v1::Image) -> Value {
    let with_reason = |wanted: OutcomeWord| -> Vec<Value> {
        let outcomes = image.outcomes.iter();
        outcomes
            .filter(|outcome| outcome.outcome == wanted)
            .map(|outcome| json!({ "rule": outcome.rule, "reason": outcome.reason }))
            .collect()
    };
    let not_checked: Vec<_> = image
        .not_checked
        .iter()
        .map(|entry| {
            json!({
                "subject": entry.subject,
                "needs": entry.needs,
                "reason": entry.reason,
            })
        })
        .collect();
    let accepted: Vec<_> = image
        .outcomes
        .iter()
        .flat_map(|outcome| {
            let findings = outcome.findings.iter();
            let accepted = findings.filter(|finding| finding.state != FindingState::Open);
            accepted.map(|finding| {
                json!({
                    "rule": outcome.rule,
                    "fingerprint": finding.fingerprint,
                    "state": finding.state,
                    "reason": finding.suppression.as_ref().map(|s| &s.reason),
                    "expires": finding.suppression.as_ref().map(|s| &s.expires),
                })
            })
        })
        .collect();
    let unknown: Vec<_> = image
        .facts
        .iter()
        .flat_map(|facts| &facts.unknown)
        .map(|unknown| json!({ "fact": unknown.fact, "reason": unknown.reason }))
        .collect();
    json!({
        "verdict": image.verdict,
        "undetermined": with_reason(OutcomeWord::Undetermined),
        "notApplicable": with_reason(OutcomeWord::NotApplicable),
        "notChecked": not_checked,
        "accepted": accepted,
        "unknownFacts": unknown,
        "dataBytesRead": image.content.as_ref().map(|content| content.data_bytes),
        "unavailableBytes": image.content.as_ref().map(|content| content.unavailable_bytes),
    })
}
