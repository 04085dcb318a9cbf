//! Documents against the standard's schema, its prose where the schema is silent, and GitHub's limits.

use std::io::Read as _;

use serde_json::Value;

use super::{Selection, limit, log, message, notes, results, write};
use crate::report::build;
use crate::report::testing::{self, every_kind};
use crate::report::v1::{self, FindingLevel, OutcomeWord};
use crate::rules::registry::RULES;

/// The schema of the standard.
fn schema() -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/schemas/sarif-schema-2.1.0.json.zst");
    let mut text = String::new();
    ruzstd::decoding::StreamingDecoder::new(std::fs::File::open(path).unwrap())
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    // Its pattern of languages holds a bracket too many, which not every reader of patterns takes.
    let text = text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    serde_json::from_str(&text).unwrap()
}

fn written(report: &v1::Report, selection: Selection) -> Value {
    let mut out = Vec::new();
    write(&mut out, report, &build::explanation(RULES), selection).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(!text.contains("##") && !text.contains('\u{202e}') && !text.contains('\u{1b}'));
    let document: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema())
        .unwrap();
    let errors: Vec<_> = validator
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    document
}

fn sample(selection: Selection) -> Value {
    written(
        &testing::report(vec![every_kind("out/disk.vhd")]),
        selection,
    )
}

fn results(document: &Value) -> &[Value] {
    document["runs"][0]["results"].as_array().unwrap()
}

fn result<'a>(document: &'a Value, rule: &str) -> &'a Value {
    let found = results(document).iter().find(|r| r["ruleId"] == rule);
    found.unwrap_or_else(|| panic!("no result of {rule}"))
}

fn location<'a>(document: &'a Value, rule: &str) -> &'a Value {
    &result(document, rule)["locations"][0]
}

fn notifications<'a>(document: &'a Value, id: &str) -> Vec<&'a str> {
    let all = document["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array();
    all.unwrap()
        .iter()
        .filter(|n| n["descriptor"]["id"] == id)
        .map(|n| n["message"]["text"].as_str().unwrap())
        .collect()
}

#[test]
fn the_schema_is_not_toothless() {
    let mut document = sample(Selection::All);
    document["runs"][0]["results"][0]["kind"] = "failed".into();
    assert!(!jsonschema::is_valid(&schema(), &document));
}

#[test]
fn every_outcome_has_a_kind_and_only_failures_have_a_level() {
    let document = sample(Selection::All);
    for (rule, kind, level) in [
        ("VHD001", "pass", "none"),
        ("VHD004", "fail", "error"),
        ("VHD009", "fail", "error"),
        ("PART003", "informational", "none"),
        ("PART007", "open", "none"),
        ("LNX050", "fail", "warning"),
        ("LNX058", "fail", "note"),
        ("WIN020", "open", "none"),
        ("DATA005", "notApplicable", "none"),
    ] {
        let result = result(&document, rule);
        assert_eq!(
            (&result["kind"], &result["level"]),
            (&kind.into(), &level.into()),
            "{rule}"
        );
        let number = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(
            document["runs"][0]["tool"]["driver"]["rules"][number]["id"],
            rule
        );
    }
    // A rule that passed with a note says both.
    let of = |rule| {
        results(&document)
            .iter()
            .filter(|r| r["ruleId"] == rule)
            .count()
    };
    assert_eq!((of("PART003"), of("VHD009")), (2, 1));
    assert_eq!(notifications(&document, "left-out").len(), 0);
    assert_eq!(notifications(&document, "not-checked").len(), 1);
}

#[test]
fn code_scanning_gets_problems_only_and_is_told_of_the_rest() {
    let document = sample(Selection::Problems);
    let rules: Vec<_> = results(&document)
        .iter()
        .map(|r| r["ruleId"].as_str().unwrap())
        .collect();
    assert_eq!(
        rules,
        ["VHD004", "VHD014", "PART007", "LNX050", "LNX058", "WIN020"]
    );
    let left_out = notifications(&document, "left-out");
    assert!(
        left_out[0].contains("1 accepted, 1 not applicable, 1 notes, 2 passed"),
        "{left_out:?}"
    );
    let suppressed = notifications(&document, "suppressed");
    assert_eq!(
        suppressed,
        ["VHD009: accepted (accepted until 2027-01-31: agreed)"]
    );
    for result in results(&document) {
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "out/disk.vhd");
        assert!(result["suppressions"].is_null());
    }
}

#[test]
fn states_are_those_of_the_baseline_and_of_the_configuration() {
    let document = sample(Selection::All);
    let accepted = &result(&document, "VHD009")["suppressions"][0];
    assert_eq!(accepted["status"], "accepted");
    assert_eq!(accepted["justification"], "agreed (until 2027-01-31)");
    // All results of a run have the list, or none has.
    assert!(
        results(&document)
            .iter()
            .all(|r| r["suppressions"].is_array())
    );
    assert!(
        results(&document)
            .iter()
            .all(|r| r["baselineState"].is_string())
    );
    assert_eq!(result(&document, "PART007")["baselineState"], "new");
    assert_eq!(result(&document, "VHD014")["baselineState"], "unchanged");
    assert_eq!(result(&document, "VHD004")["baselineState"], "new");
    let mut image = every_kind("disk.vhd");
    image.outcomes.retain(|outcome| outcome.rule == "VHD004");
    let document = written(&testing::report(vec![image]), Selection::All);
    assert!(result(&document, "VHD004")["baselineState"].is_null());
    assert!(result(&document, "VHD004")["suppressions"].is_null());
}

#[test]
fn places_are_bytes_of_the_file_or_names_within() {
    let document = sample(Selection::All);
    let region = &location(&document, "VHD004")["physicalLocation"]["region"];
    assert_eq!(
        *region,
        serde_json::json!({ "byteOffset": 512, "byteLength": 8 })
    );
    let names = |rule: &str| -> Vec<(String, String)> {
        let names = location(&document, rule)["logicalLocations"]
            .as_array()
            .unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        names
            .iter()
            .map(|n| (text(&n["kind"]), text(&n["name"])))
            .collect()
    };
    let named = |kind: &str, name: &str| (kind.to_owned(), name.to_owned());
    assert_eq!(
        names("VHD004"),
        [named("structure", "footer"), named("field", "current size")]
    );
    assert_eq!(
        names("PART003"),
        [
            named("partition", "partition 2"),
            named("diskOffset", "1048576+512")
        ]
    );
    assert!(location(&document, "PART003")["physicalLocation"]["region"].is_null());
    assert_eq!(names("LNX058")[2], named("registryValue", "Current"));
    assert_eq!(names("LNX050")[1].0, "file");
}

#[test]
fn an_image_that_cannot_be_read_is_no_success() {
    let failed = testing::failed("/tmp/gone.vhd", "no such file");
    let document = written(&testing::report(vec![failed]), Selection::Problems);
    let run = &document["runs"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(notifications(&document, "not-inspected").len(), 1);
    // The folder of one machine is no part of the location, but it is told.
    let artifact = &run["artifacts"][0];
    assert_eq!(
        artifact["location"],
        serde_json::json!({ "uri": "gone.vhd" })
    );
    assert_eq!(artifact["properties"]["vhdPreflight/path"], "/tmp/gone.vhd");
    assert_eq!(
        sample(Selection::All)["runs"][0]["invocations"][0]["executionSuccessful"],
        true
    );
}

#[test]
fn hostile_names_do_nothing() {
    for selection in [Selection::Problems, Selection::All] {
        let image = every_kind(&testing::HOSTILE.concat());
        let document = written(&testing::report(vec![image]), selection);
        for result in results(&document) {
            let text = result["message"]["text"].as_str().unwrap();
            assert!(!text.contains("](") && !text.contains("::") && !text.contains("\u{1b}"));
            assert!(!text.contains("{0}") || text.contains("{{0}}"), "{text}");
            let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
            let uri = uri.as_str().unwrap();
            assert!(
                uri.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"%-_.~/".contains(&b))
            );
        }
    }
    assert_eq!(message::plain("a\u{202e}b"), "a\\u{{202e}}b");
}

#[test]
fn rules_are_told_within_what_github_shows() {
    let document = sample(Selection::Problems);
    let rules = document["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    assert!(rules.len() > 100);
    for rule in rules {
        let id = &rule["id"];
        let text = |value: &Value| value.as_str().unwrap().chars().count();
        for short in ["shortDescription", "fullDescription"] {
            let length = text(&rule[short]["text"]);
            assert!((1..=1024).contains(&length), "{id} {short}: {length}");
        }
        assert!(text(&rule["name"]) <= 255);
        assert!(text(&rule["help"]["text"]) > 100 && text(&rule["help"]["markdown"]) > 100);
        assert!(
            rule["help"]["markdown"]
                .as_str()
                .unwrap()
                .contains("\n## Why\n"),
            "{id}"
        );
        assert!(
            !rule["help"]["text"].as_str().unwrap().contains("## "),
            "{id}"
        );
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 10);
        assert!(
            rule["helpUri"].as_str().unwrap().starts_with("https://"),
            "{id}"
        );
        let level = rule["defaultConfiguration"]["level"].as_str().unwrap();
        assert!(["error", "warning", "note"].contains(&level));
    }
}

/// An image with so many errors after a warning.
fn crowd(errors: usize) -> v1::Report {
    let warning = testing::said("first", FindingLevel::Warning);
    let error = |at| testing::said(&format!("error {at}"), FindingLevel::Error);
    let errors = (0..errors).map(error).collect();
    let mut image = every_kind("disk.vhd");
    image.outcomes = vec![
        testing::outcome("VHD001", OutcomeWord::Warn, None, vec![warning]),
        testing::outcome("VHD004", OutcomeWord::Fail, None, errors),
    ];
    testing::report(vec![image])
}

#[test]
fn what_github_would_refuse_is_cut_and_said() {
    let document = written(&crowd(limit::RESULTS), Selection::Problems);
    assert_eq!(results(&document).len(), limit::RESULTS);
    // The warning goes, though it comes first.
    assert_eq!(results(&document)[0]["message"]["text"], "error 0.");
    let cut = notifications(&document, "cut");
    assert_eq!(cut.len(), 1);
    assert!(
        cut[0].starts_with("1 result left out") && cut[0].contains("1 failed"),
        "{cut:?}"
    );
    let document = written(&crowd(limit::RESULTS - 1), Selection::Problems);
    assert_eq!(results(&document)[0]["message"]["text"], "first.");
    assert!(notifications(&document, "cut").is_empty());
}

#[test]
fn a_file_that_is_too_large_is_cut_until_it_fits() {
    let report = crowd(64);
    let artifacts = crate::report::artifact::artifacts(&report);
    let ranked = super::all_results(&report, &no_texts(), &artifacts, Selection::Problems);
    let mut log = empty_log();
    limit::fill_up_to(&mut log, ranked, 1000, 1500).unwrap();
    let kept = log.runs[0].results.len();
    assert!((1..65).contains(&kept), "{kept}");
    let said = &log.runs[0].invocations[0].tool_execution_notifications;
    assert_eq!(said.len(), 1);
    let lost = format!("{} results left out", 65 - kept);
    assert!(
        said[0].message.text.starts_with(&lost),
        "{}",
        said[0].message.text
    );
    // The gravest stay, in the order of the report.
    assert_eq!(log.runs[0].results[0].message.text, "error 0.");
    assert!(
        log.runs[0]
            .results
            .iter()
            .all(|r| r.level == log::Level::Error)
    );
    // Where nothing fits, the document is still written.
    let ranked: Vec<results::Ranked> =
        super::all_results(&report, &no_texts(), &artifacts, Selection::All);
    let mut log = empty_log();
    limit::fill_up_to(&mut log, ranked, 1000, 1).unwrap();
    assert!(log.runs[0].results.is_empty());
}

fn no_texts() -> v1::Explanation {
    build::explanation(&[])
}

fn empty_log() -> log::Log {
    log::Log {
        schema: super::SCHEMA,
        version: "2.1.0",
        runs: [log::Run {
            tool: log::Tool {
                driver: super::driver(&crowd(0), &no_texts()).unwrap(),
            },
            invocations: [log::Invocation {
                execution_successful: true,
                tool_execution_notifications: notes::all(&testing::report(Vec::new()), &[], &[]),
                tool_configuration_notifications: Vec::new(),
            }],
            original_uri_base_ids: std::collections::BTreeMap::new(),
            artifacts: Vec::new(),
            results: Vec::new(),
            column_kind: "unicodeCodePoints",
            properties: log::Properties::new(),
        }],
    }
}
