//! Where output goes, what it may hold, and what the program leaves alone.

use std::fs;

use crate::images;
use crate::run::{Folder, validated};

#[test]
fn a_report_never_overwrites_an_image() {
    let folder = Folder::with_images();
    let before = fs::read(folder.path("good.vhd")).unwrap();
    fs::hard_link(folder.path("good.vhd"), folder.path("link.vhd")).unwrap();
    for target in ["good.vhd", "./good.vhd", "link.vhd"] {
        for command in ["check", "inspect"] {
            let said = folder.run(&[command, "bad.vhd", "good.vhd", "--output", target]);
            assert_eq!((said.code, said.out.as_str()), (2, ""));
            assert!(
                said.err.contains("images are never written to"),
                "{}",
                said.err
            );
        }
    }
    let said = folder.run(&["check", "bad.vhd", "--parent", "good.vhd", "-o", "good.vhd"]);
    assert_eq!(said.code, 2);
    assert_eq!(fs::read(folder.path("good.vhd")).unwrap(), before);
}

#[test]
fn a_report_goes_to_a_file_and_nothing_to_standard_output() {
    let folder = Folder::with_images();
    let args = [
        "check",
        "--no-scan",
        "--format",
        "json",
        "--output",
        "report.json",
        "bad.vhd",
    ];
    for _ in 0..2 {
        let said = folder.run(&args);
        assert_eq!(
            (said.code, said.out.as_str(), said.err.as_str()),
            (1, "", "")
        );
        validated(&fs::read_to_string(folder.path("report.json")).unwrap());
    }
    let names = fs::read_dir(folder.path("")).unwrap().count();
    assert_eq!(names, 3, "no temporary file is left");
    let said = folder.run(&["check", "--no-scan", "-o", "no/such/folder", "bad.vhd"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("cannot be written"), "{}", said.err);
}

#[test]
fn two_forms_never_go_to_one_file_whatever_it_is_called() {
    let folder = Folder::with_images();
    fs::create_dir(folder.path("out")).unwrap();
    let mut names = vec!["./a", "out/../a"];
    if cfg!(unix) {
        #[cfg(unix)]
        std::os::unix::fs::symlink(".", folder.path("here")).unwrap();
        names.push("here/a");
    }
    for name in names {
        let other = format!("--format=sarif={name}");
        let said = folder.run(&["check", "--no-scan", "--format=json=a", &other, "good.vhd"]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{name}");
        assert!(
            said.err.contains("two forms of the report go to"),
            "{}",
            said.err
        );
        let script = format!("--fix-script={name}");
        let said = folder.run(&["check", "--no-scan", "--format=json=a", &script, "good.vhd"]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{name}");
        assert!(!folder.path("a").exists());
    }
}

#[test]
fn a_file_without_a_folder_is_told_before_any_work() {
    let folder = Folder::with_images();
    for (name, reason) in [
        ("no/such/out.sarif", "there is no folder no/such"),
        ("good.vhd/out.sarif", "good.vhd is no folder"),
    ] {
        let format = format!("--format=sarif={name}");
        let said = folder.run(&["check", "--format=json=report.json", &format, "good.vhd"]);
        assert_eq!((said.code, said.out.as_str()), (2, ""));
        assert!(said.err.contains(reason), "{}", said.err);
        assert!(!folder.path("report.json").exists());
    }
}

#[test]
fn what_cannot_be_written_keeps_nothing_else_from_being_written() {
    let folder = Folder::with_images();
    // The name fits; that of the temporary file beside it does not.
    let long = "x".repeat(250);
    let format = format!("--format=markdown={long}");
    let said = folder.run(&[
        "check",
        "--no-scan",
        &format,
        "--format=azure-pipelines",
        "--format=junit=out.xml",
        "--fix-script=fix.sh",
        "bad.vhd",
    ]);
    assert_eq!(said.code, 2);
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    assert!(said.err.contains("cannot be written"), "{}", said.err);
    assert!(said.out.contains("FAIL: bad.vhd"), "{}", said.out);
    // The agent would look for it in vain.
    assert!(!said.out.contains("uploadsummary"), "{}", said.out);
    for name in ["out.xml", "fix.sh"] {
        assert!(fs::metadata(folder.path(name)).unwrap().len() > 0);
    }
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 4);
}

#[test]
fn colour_is_left_out_unless_it_is_asked_for_and_carries_no_meaning() {
    let folder = Folder::with_images();
    let plain = folder.run(&["check", "--no-scan", "bad.vhd"]).out;
    let colour = folder
        .run(&["check", "--no-scan", "--color", "always", "bad.vhd"])
        .out;
    let never = folder
        .run(&["check", "--no-scan", "--color", "never", "bad.vhd"])
        .out;
    assert!(!plain.contains('\u{1b}'));
    assert!(colour.contains("\u{1b}[1m\u{1b}[31mFAIL: "));
    assert_eq!(plain, never);
    assert_eq!(plain, anstream::adapter::strip_str(&colour).to_string());
}

#[cfg(unix)]
#[test]
fn hostile_names_do_nothing_to_a_terminal_or_a_log() {
    let folder = Folder::new();
    let name = "\u{1b}]0;owned\u{7}\u{202e}##vso[task.complete]\n::error::x.vhd";
    folder.write(name, &images::good());
    for args in [
        &["check", name][..],
        &["check", "-v", "-q", name],
        &["check", "-v", "--no-scan", name],
        &["inspect", name],
        &["check", "--format", "json", name],
        &["check", "--no-scan", "--fix-script", name],
        &["check", "--no-scan", "--exception-request", name],
        &["check", "--attest", "-", name],
        &["verify", "--report", name, name],
        &["estimate", name],
        &["estimate", "--format", "json", name],
        &["estimate", "--history", name, name],
        &["history", "list", "--history", name],
        &["check", &format!("{name}-missing")],
    ] {
        let said = folder.run(args);
        for text in [&said.out, &said.err] {
            assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text}");
            assert!(!text.contains("##vso"), "{text}");
            assert!(
                !text.lines().any(|line| line.trim_start().starts_with("::")),
                "{text}"
            );
        }
    }
    let (document, _) = folder.json(&["check", "--no-scan", name]);
    assert_eq!(document["images"][0]["path"], name);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = Folder::with_images();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = std::process::Command::new(assert_cmd::cargo::cargo_bin("vhd-preflight"))
        .args(["check", "--no-scan", "--format", "json"])
        .arg(folder.path("bad.vhd"))
        .stdout(writer)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap()
        .wait_with_output()
        .unwrap();
    assert_eq!(status.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&status.stderr), "");
}

#[test]
fn help_completions_manual_and_schema_come_from_one_source() {
    let folder = Folder::new();
    let help = folder.run(&["check", "--help"]).out;
    assert!(help.contains("Exit codes:") && help.contains("Time estimate:"));
    let bash = folder.run(&["completions", "bash"]).out;
    assert!(bash.contains("--upload-bandwidth"));
    assert!(folder.run(&["man"]).out.contains(".TH vhd-preflight"));
    assert!(folder.run(&["man", "check"]).out.contains("fail\\-on"));
    let schema = folder.run(&["schema"]).out;
    assert_eq!(
        schema,
        include_str!("../../src/report/report-v1.schema.json")
    );
    let schema = folder.run(&["schema", "inspect"]).out;
    assert_eq!(
        schema,
        include_str!("../../src/report/inspect-v1.schema.json")
    );
    let schema = folder.run(&["schema", "estimate"]).out;
    assert_eq!(
        schema,
        include_str!("../../src/report/estimate-v1.schema.json")
    );
    let schema = folder.run(&["schema", "history"]).out;
    assert_eq!(
        schema,
        include_str!("../../src/report/history-v1.schema.json")
    );
    let schema = folder.run(&["schema", "explain"]).out;
    assert_eq!(
        schema,
        include_str!("../../src/report/explain-v1.schema.json")
    );
    let schema = folder.run(&["schema", "config"]).out;
    assert_eq!(
        schema,
        include_str!("../../src/config/config-v1.schema.json")
    );
    let schema = folder.run(&["schema", "verify"]).out;
    assert_eq!(
        schema,
        include_str!("../../src/report/verify-v1.schema.json")
    );
    for help in ["estimate", "history", "verify"] {
        let help = folder.run(&[help, "--help"]).out;
        assert!(help.contains("Exit codes:") && help.contains("Examples:"));
    }
}

#[test]
fn without_the_content_pass_the_report_says_so() {
    let folder = Folder::with_images();
    let (document, _) = folder.json(&["check", "--no-scan", "good.vhd"]);
    let image = &document["images"][0];
    assert!(image["content"].is_null());
    let not_checked = image["not_checked"].as_array().unwrap();
    assert!(
        not_checked
            .iter()
            .any(|entry| entry["needs"] == "content-pass")
    );
}

#[test]
fn without_the_content_pass_the_payload_is_bounded_by_what_is_stored() {
    let folder = Folder::with_images();
    let estimate = |args: &[&str]| {
        let (mut document, _) = folder.json(&[&["check", "--no-scan", "good.vhd"], args].concat());
        document["images"][0]["estimate"].take()
    };
    // What is stored may be zeros: a bound, and called one.
    let stored = estimate(&[]);
    assert_eq!(stored["upload"]["bound"], "at-most");
    let marketing = estimate(&["--change", "marketing-only"]);
    assert!(marketing["upload"].is_null() && marketing["replication"]["floor"].is_null());
    let whole = estimate(&["--uploader", "whole-file", "--upload-bandwidth", "1G"]);
    assert_eq!(whole["upload"]["bytes"], images::SIZE);
    assert_eq!(whole["upload"]["bound"], "exact");
    assert_eq!(
        whole["upload"]["times"][0]["bits_per_second"],
        1_000_000_000
    );
}

#[test]
fn every_figure_of_the_estimate_says_what_it_rests_on() {
    fn walk(value: &serde_json::Value, seen: &mut usize) {
        match value {
            serde_json::Value::Object(fields) => {
                // Rounds are multiples of the phases, which have their own grounds.
                if fields.contains_key("seconds") && !fields.contains_key("rounds") {
                    let grounds = fields
                        .keys()
                        .filter(|key| key.contains("provenance"))
                        .count();
                    assert!(grounds > 0, "{value}");
                    *seen += 1;
                }
                fields.values().for_each(|value| walk(value, seen));
            }
            serde_json::Value::Array(values) => values.iter().for_each(|value| walk(value, seen)),
            _ => {}
        }
    }
    let (document, _) = Folder::with_images().json(&["check", "good.vhd"]);
    let estimate = &document["images"][0]["estimate"];
    let mut seen = 0;
    walk(estimate, &mut seen);
    assert!(seen > 15, "{seen} figures");
    assert!(estimate.get("total").is_none());
}
