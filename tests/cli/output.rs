//! The whole output as snapshots. `INSTA_UPDATE=always cargo test --test cli` writes them anew.

use crate::run::{Folder, snapshot, too_wide};

#[test]
fn human_report_of_a_good_image() {
    let said = Folder::with_images().run(&["check", "good.vhd"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(said.out.starts_with("PASS: good.vhd\n"));
    snapshot("human-good", &said.out);
}

#[test]
fn human_report_of_a_bad_image() {
    let said = Folder::with_images().run(&["check", "bad.vhd"]);
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    assert!(said.out.starts_with("FAIL: bad.vhd\n"));
    snapshot("human-bad", &said.out);
}

#[test]
fn human_report_with_all_evidence() {
    let said = Folder::with_images().run(&["check", "-v", "--no-scan", "bad.vhd"]);
    snapshot("human-verbose", &said.out);
}

#[test]
fn human_report_of_several_images_begins_with_a_table() {
    let said =
        Folder::with_images().run(&["check", "--no-scan", "good.vhd", "bad.vhd", "none.vhd"]);
    assert_eq!(said.code, 2);
    let table = said.out.split("\n\n").next().unwrap();
    snapshot("human-table", table);
}

#[test]
fn quiet_is_one_line_an_image() {
    let said = Folder::with_images().run(&["check", "-q", "--no-scan", "good.vhd", "bad.vhd"]);
    assert_eq!(said.out.lines().count(), 2);
    assert!(said.out.starts_with("PASS: good.vhd") && said.out.contains("\nFAIL: bad.vhd"));
}

#[test]
fn json_report_of_both_images() {
    let (document, said) = Folder::with_images().json(&["check", "good.vhd", "bad.vhd"]);
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    assert_eq!(document["images"][0]["verdict"], "pass");
    assert_eq!(document["images"][1]["verdict"], "fail");
    snapshot("json", &said.out);
}

#[test]
fn inspection_in_both_forms() {
    let folder = Folder::with_images();
    let said = folder.run(&["inspect", "bad.vhd"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    snapshot("inspect", &said.out);
    let (document, said) = folder.json(&["inspect", "bad.vhd", "none.vhd"]);
    assert_eq!(said.code, 2);
    let facts = &document["images"][0]["facts"];
    assert_eq!(
        facts["container"]["footers"][0]["fields"][0]["raw"],
        "636f6e6563746978"
    );
    assert!(document["images"][1]["facts"].is_null());
    assert_eq!(document["images"][1]["errors"][0]["kind"], "open");
}

#[test]
fn explanation_of_a_rule() {
    let folder = Folder::new();
    let said = folder.run(&["explain", "size-whole-mib"]);
    assert_eq!(said.code, 0);
    snapshot("explain", &said.out);
    let said = folder.run(&["explain", "VDH004"]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(said.err.contains("did you mean VHD004?"), "{}", said.err);
}

#[test]
fn explanation_of_several_rules_in_every_form() {
    let folder = Folder::new();
    // By id and by name, in this order, each once.
    let rules = ["explain", "LNX031", "windows-64-bit", "lnx031"];
    let said = folder.run(&rules);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    snapshot("explain-several", &said.out);
    let said = folder.run(&[&rules[..], &["--format", "markdown"]].concat());
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    snapshot("explain-markdown", &said.out);
    let (document, said) = folder.json(&rules);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert_eq!(document["rules"][1]["id"], "WIN001");
    assert_eq!(document["rules"][1]["profiles"], serde_json::json!([]));
    snapshot("explain-json", &said.out);
}

#[test]
fn every_rule_is_explained_at_once() {
    let folder = Folder::new();
    let (document, _) = folder.json(&["explain", "--all"]);
    let listed = folder.run(&["rules", "--format", "json"]).out;
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let ids = |document: &serde_json::Value| {
        let rules = document["rules"].as_array().unwrap();
        rules
            .iter()
            .map(|rule| rule["id"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&document), ids(&listed));
    let said = folder.run(&["explain", "--all"]);
    assert_eq!(said.code, 0);
    assert_eq!(too_wide(&said.out), Vec::<&str>::new());
    // Either some or all; a name that is wrong writes nothing.
    for args in [
        &["explain"][..],
        &["explain", "--all", "VHD004"],
        &["explain", "VHD004", "VHD999", "--format", "json"],
        &["explain", "VHD004", "--format", "sarif"],
    ] {
        let said = folder.run(args);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}");
    }
}

#[test]
fn every_human_output_fits_on_a_page_of_80_columns() {
    let folder = Folder::with_images();
    for args in [
        &["check", "-v", "good.vhd", "bad.vhd"][..],
        &["check", "--change", "marketing-only", "good.vhd"],
        &[
            "check",
            "--upload-bandwidth",
            "100M",
            "--concurrent-regions",
            "7",
            "good.vhd",
        ],
        &["inspect", "good.vhd", "bad.vhd"],
        &["rules"],
    ] {
        let said = folder.run(args);
        assert!(said.out.len() > 200, "{args:?}");
        assert_eq!(too_wide(&said.out), Vec::<&str>::new(), "{args:?}");
    }
    let rules = folder.run(&["rules", "--format", "json"]).out;
    let rules: serde_json::Value = serde_json::from_str(&rules).unwrap();
    for rule in rules["rules"].as_array().unwrap() {
        let said = folder.run(&["explain", rule["id"].as_str().unwrap()]);
        assert_eq!(too_wide(&said.out), Vec::<&str>::new());
    }
}
