//! Attestations, and whether a report is about an image.

use std::fs;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::images::{SIZE, bad, disk, footer, good};
use crate::run::{Folder, validated};

const FILE: &str = "disk.intoto.jsonl";

fn attested(folder: &Folder, images: &[&str]) -> Vec<Value> {
    let said = folder.run(&[&["check", "-q", "--attest", FILE], images].concat());
    assert!(said.code < 2, "{}", said.err);
    let text = fs::read_to_string(folder.path(FILE)).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

fn is_sha256(value: &Value) -> bool {
    let hex = value.as_str().unwrap();
    hex.len() == 64
        && hex
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// The rules of in-toto's ResourceDescriptor.
fn is_descriptor(value: &Value) {
    const FIELDS: [&str; 7] = [
        "annotations",
        "content",
        "digest",
        "downloadLocation",
        "mediaType",
        "name",
        "uri",
    ];
    assert!(
        keys(value).iter().all(|key| FIELDS.contains(key)),
        "{value}"
    );
    let object = value.as_object().unwrap();
    let named = ["uri", "digest", "content"]
        .iter()
        .any(|key| object.contains_key(*key));
    assert!(named, "{value}");
    assert!(object.values().all(|value| !value.is_null()), "{value}");
    if let Some(digest) = object.get("digest") {
        assert!(keys(digest) == ["sha256"] && is_sha256(&digest["sha256"]));
    }
    // Names that are hard to ask for in some databases.
    if let Some(annotations) = object.get("annotations") {
        assert!(
            keys(annotations)
                .iter()
                .all(|key| !key.contains(['.', '$']))
        );
    }
}

/// The published fields of Statement v1 and test-result v0.1, all of them and no others.
fn is_statement(statement: &Value) {
    assert_eq!(
        keys(statement),
        ["_type", "predicate", "predicateType", "subject"]
    );
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(
        statement["predicateType"],
        "https://in-toto.io/attestation/test-result/v0.1"
    );
    let subjects = statement["subject"].as_array().unwrap();
    assert!(!subjects.is_empty());
    for subject in subjects {
        is_descriptor(subject);
        assert!(subject["digest"]["sha256"].is_string());
    }
    let names: Vec<_> = subjects.iter().map(|subject| &subject["name"]).collect();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    let predicate = &statement["predicate"];
    assert_eq!(
        keys(predicate),
        [
            "configuration",
            "failedTests",
            "passedTests",
            "result",
            "warnedTests"
        ]
    );
    let result = predicate["result"].as_str().unwrap();
    assert!(["PASSED", "WARNED", "FAILED"].contains(&result));
    for descriptor in predicate["configuration"].as_array().unwrap() {
        is_descriptor(descriptor);
    }
    for list in ["passedTests", "warnedTests", "failedTests"] {
        assert!(
            predicate[list]
                .as_array()
                .unwrap()
                .iter()
                .all(Value::is_string)
        );
    }
}

fn setting<'a>(statement: &'a Value, name: &str) -> &'a Value {
    let settings = statement["predicate"]["configuration"].as_array().unwrap();
    settings
        .iter()
        .find(|setting| setting["name"] == name)
        .unwrap()
}

#[test]
fn a_statement_has_the_published_fields_and_every_rule_once() {
    let folder = Folder::with_images();
    let statements = attested(&folder, &["good.vhd", "bad.vhd"]);
    assert_eq!(statements.len(), 2);
    let rules = folder.run(&["rules", "--format", "json"]).out;
    let rules: Value = serde_json::from_str(&rules).unwrap();
    let rules = rules["rules"].as_array().unwrap().len();
    for (statement, result) in statements.iter().zip(["WARNED", "FAILED"]) {
        is_statement(statement);
        let predicate = &statement["predicate"];
        assert_eq!(predicate["result"], result);
        let coverage = &setting(statement, "coverage")["annotations"];
        let list = |value: &Value, key: &str| value[key].as_array().unwrap().len();
        let named = ["passedTests", "warnedTests", "failedTests"].map(|key| list(predicate, key));
        let open = ["undetermined", "notApplicable"].map(|key| list(coverage, key));
        let all: usize = named.iter().chain(&open).sum();
        assert_eq!(all, rules);
        assert!(list(coverage, "notChecked") > 0);
        assert_eq!(
            setting(statement, "rule-set")["annotations"]["rules"],
            rules
        );
        let profile = &setting(statement, "profile")["annotations"];
        assert_eq!(
            (&profile["name"], &profile["date"]),
            (&"lisa-2026-08".into(), &"2026-08".into())
        );
    }
    assert!(
        statements[1]["predicate"]["failedTests"]
            .as_array()
            .unwrap()
            .contains(&"VHD004".into())
    );
}

#[test]
fn a_statement_names_the_files_that_decided() {
    let folder = Folder::with_images();
    let said = folder.run(&["check", "--format", "json=old.json", "bad.vhd"]);
    assert_eq!(said.code, 1);
    let text = b"[rules]\nVHD003 = \"off\"\n";
    folder.write("own.toml", text);
    let images = ["--config", "own.toml", "--baseline", "old.json", "bad.vhd"];
    let statements = attested(&folder, &images);
    is_statement(&statements[0]);
    let old = fs::read(folder.path("old.json")).unwrap();
    for (name, kind, bytes) in [
        ("own.toml", "configuration", text.as_slice()),
        ("old.json", "baseline", &old),
    ] {
        let file = setting(&statements[0], name);
        assert_eq!(file["annotations"]["kind"], kind);
        let digest: String = Sha256::digest(bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(file["digest"]["sha256"], digest);
    }
    // The name is no path, and without files nothing is claimed of them.
    let statements = attested(&folder, &["--no-config", "bad.vhd"]);
    let text = statements[0].to_string();
    assert!(!text.contains("\"kind\":\"configuration\""), "{text}");
}

#[test]
fn a_statement_depends_on_the_image_alone() {
    let folder = Folder::with_images();
    let first = attested(&folder, &["good.vhd"]);
    fs::create_dir(folder.path("other")).unwrap();
    fs::copy(folder.path("good.vhd"), folder.path("other/good.vhd")).unwrap();
    let second = attested(&folder, &["--threads", "3", "other/good.vhd"]);
    assert_eq!(first, second);
    // A new footer around the same disk.
    let mut image = disk();
    image.extend(footer(SIZE as u64, |footer| footer[83] = 99));
    folder.write("good.vhd", &image);
    let remade = attested(&folder, &["good.vhd"]);
    let sums = |statement: &Value| [0, 1].map(|at| statement["subject"][at]["digest"].clone());
    assert_ne!(sums(&remade[0])[0], sums(&first[0])[0]);
    assert_eq!(sums(&remade[0])[1], sums(&first[0])[1]);
}

#[test]
fn an_open_question_is_no_pass_and_what_cannot_be_read_has_no_statement() {
    let folder = Folder::new();
    folder.write("cut.vhd", &good()[..SIZE / 2]);
    folder.write("good.vhd", &good());
    let said = folder.run(&["check", "-q", "--attest", FILE, "good.vhd", "none.vhd"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("none.vhd: no attestation"),
        "{}",
        said.err
    );
    assert_eq!(
        fs::read_to_string(folder.path(FILE))
            .unwrap()
            .lines()
            .count(),
        1
    );
    let statements = attested(&folder, &["cut.vhd"]);
    for statement in &statements {
        is_statement(statement);
        assert_eq!(statement["predicate"]["result"], "FAILED");
    }
    // The option asks for the pass.
    assert_eq!(
        folder
            .run(&["check", "--attest", "x", "--no-scan", "good.vhd"])
            .code,
        2
    );
    // And never overwrites an image.
    let said = folder.run(&["check", "--attest", "good.vhd", "good.vhd"]);
    assert!(
        said.err.contains("images are never written to"),
        "{}",
        said.err
    );
}

fn verify(folder: &Folder, report: &str, image: &str, more: &[&str]) -> (i32, Value) {
    let args = [
        &["verify", "--report", report, "--format", "json", image],
        more,
    ]
    .concat();
    let said = folder.run(&args);
    assert!(!said.out.is_empty(), "{}", said.err);
    (said.code, validated(&said.out))
}

#[test]
fn a_report_is_about_its_own_image_and_no_other() {
    let folder = Folder::with_images();
    attested(&folder, &["good.vhd"]);
    folder.run(&[
        "check",
        "--format",
        "json=plain.json",
        "-q",
        "good.vhd",
        "bad.vhd",
    ]);
    folder.run(&[
        "check",
        "--format",
        "json=weak.json",
        "-q",
        "--no-scan",
        "good.vhd",
    ]);
    folder.run(&[
        "check",
        "--format",
        "json=md5.json",
        "-q",
        "--digest",
        "md5",
        "good.vhd",
    ]);
    let mut remade = disk();
    remade.extend(footer(SIZE as u64, |footer| footer[83] = 99));
    folder.write("remade.vhd", &remade);
    let mut patched = good();
    patched[9 << 20] ^= 1;
    folder.write("patched.vhd", &patched);
    folder.write("copy.vhd", &good());
    for (report, image, code, answer) in [
        (FILE, "good.vhd", 0, "same"),
        (FILE, "copy.vhd", 0, "same"),
        (FILE, "remade.vhd", 1, "same-disk"),
        (FILE, "patched.vhd", 1, "other"),
        (FILE, "bad.vhd", 1, "other"),
        ("plain.json", "good.vhd", 0, "same"),
        ("plain.json", "bad.vhd", 0, "same"),
        ("plain.json", "remade.vhd", 1, "same-disk"),
        ("plain.json", "patched.vhd", 1, "other"),
        ("md5.json", "good.vhd", 0, "same"),
        // Lengths and ids are the same, and prove nothing.
        ("weak.json", "good.vhd", 2, "undetermined"),
        ("weak.json", "patched.vhd", 2, "undetermined"),
        ("weak.json", "bad.vhd", 1, "other"),
    ] {
        let (found, document) = verify(&folder, report, image, &[]);
        assert_eq!(
            (found, &document["answer"]),
            (code, &answer.into()),
            "{report} {image}"
        );
    }
    let (code, document) = verify(&folder, "plain.json", "bad.vhd", &[]);
    assert_eq!((code, &document["report"]["image"]), (0, &"bad.vhd".into()));
    assert_eq!(document["report"]["verdict"], "fail");
    assert_eq!(verify(&folder, FILE, "remade.vhd", &["--disk"]).0, 0);
    assert_eq!(verify(&folder, FILE, "patched.vhd", &["--disk"]).0, 1);
}

#[test]
fn verify_says_how_strong_its_answer_is_and_refuses_what_is_no_report() {
    let folder = Folder::with_images();
    attested(&folder, &["good.vhd"]);
    let said = folder.run(&["verify", "--report", FILE, "good.vhd"]);
    assert!(said.out.starts_with("SAME: good.vhd\n"), "{}", said.out);
    assert!(
        said.out
            .contains("a cryptographic digest of the whole file")
    );
    assert_eq!(crate::run::too_wide(&said.out), Vec::<&str>::new());
    folder.write("report.txt", b"PASS: good.vhd\n");
    for report in ["report.txt", "bad.vhd", "none.json", "."] {
        let said = folder.run(&["verify", "--report", report, "good.vhd"]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{report}");
        assert!(
            said.err.starts_with(&format!("error: {report}: ")),
            "{}",
            said.err
        );
        let is_image = report == "bad.vhd";
        assert_eq!(said.err.contains("it is no text"), is_image, "{}", said.err);
    }
    folder.write(
        "evil.json",
        br#"{"schema":"vhd-preflight/report/v1","images":[{"path":"\u001b[2J##vso[x]\n::error::","verdict":"\u202e"}]}"#,
    );
    let said = folder.run(&["verify", "--report", "evil.json", "good.vhd"]);
    assert_eq!(said.code, 2);
    assert!(!said.out.contains(['\u{1b}', '\u{202e}']) && !said.out.contains("##vso"));
    assert!(
        !said
            .out
            .lines()
            .any(|line| line.trim_start().starts_with("::"))
    );
}

#[test]
fn the_image_may_be_the_bad_one() {
    let folder = Folder::new();
    folder.write("bad.vhd", &bad());
    attested(&folder, &["bad.vhd"]);
    assert_eq!(verify(&folder, FILE, "bad.vhd", &[]).0, 0);
}
