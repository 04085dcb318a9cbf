//! Tables: what is suppressed, known, gone, weighed otherwise, and what then counts.

use jiff::civil::{Date, date};

use super::testing::*;
use super::*;
use crate::report::v1::FindingLevel::{Advice, Error, Note, Warning};
use crate::report::v1::{FindingState, Image, OutcomeWord, Report, Verdict};

const TODAY: Date = date(2026, 11, 21);
const F1: &str = "11111111111111111111111111111111";
const F2: &str = "22222222222222222222222222222222";
const F3: &str = "33333333333333333333333333333333";

/// An error at `/etc/a`, one in the registry, and a warning of another rule.
fn subject() -> Image {
    image(
        "out/web-1.vhd",
        vec![
            outcome(
                "LNX001",
                Error,
                OutcomeWord::Fail,
                None,
                &[(Error, "/etc/a", F1), (Error, "/Windows/hive", F2)],
            ),
            outcome(
                "LNX002",
                Warning,
                OutcomeWord::Warn,
                None,
                &[(Warning, "/etc/b", F3)],
            ),
        ],
    )
}

fn judged(images: Vec<Image>, text: &str, baseline: Option<&Baseline>) -> Report {
    let config = config(text);
    let mut report = report(images);
    let policy = Policy {
        rules: &config.rules,
        suppressions: &config.suppressions,
        baseline,
        today: TODAY,
    };
    apply(&mut report, &policy);
    report
}

fn suppressed(images: Vec<Image>, all: &[&str]) -> (Report, Vec<String>) {
    let suppressions = suppressions(all);
    let mut report = report(images);
    let policy = Policy {
        rules: &[],
        suppressions: &suppressions,
        baseline: None,
        today: TODAY,
    };
    apply(&mut report, &policy);
    let problems = &report.configuration.problems;
    let said = problems
        .iter()
        .map(|problem| {
            format!(
                "{} {}: {}",
                problem.from,
                problem.level.word(),
                problem.message
            )
        })
        .collect();
    (report, said)
}

#[test]
fn a_suppression_fits_what_it_names_and_no_more() {
    let expires = "expires = 2027-01-01";
    // The lines of it, and how many of the two errors are suppressed.
    for (lines, count) in [
        ("", 2),
        ("path = '/etc/*'", 1),
        ("path = '/var/**'", 0),
        ("registry = 'system\\select!*'", 1),
        ("path = '/etc/*'\nregistry = '**'", 0),
        ("fingerprint = '22222222222222222222222222222222'", 1),
        ("fingerprint = '33333333333333333333333333333333'", 0),
        ("image = 'web-*.vhd'", 2),
        ("image = 'out/web-*.vhd'\npath = '/etc/a'", 1),
    ] {
        let (report, problems) = suppressed(vec![subject()], &[&format!("{lines}\n{expires}")]);
        let image = &report.images[0];
        assert_eq!(image.summary.suppressed, count, "{lines}");
        assert_eq!(image.summary.errors, 2 - count, "{lines}");
        // What fits nothing is told; the finding of the other rule is never touched.
        assert_eq!(problems.is_empty(), count > 0, "{lines}: {problems:?}");
        assert_eq!(image.summary.warnings, 1, "{lines}");
        let verdict = if count == 2 {
            Verdict::Pass
        } else {
            Verdict::Fail
        };
        assert_eq!(image.verdict, Some(verdict), "{lines}");
        let found = &image.outcomes[0];
        let word = if count == 2 {
            OutcomeWord::Pass
        } else {
            OutcomeWord::Fail
        };
        assert_eq!((found.outcome, found.findings.len()), (word, 2), "{lines}");
        for finding in &found.findings {
            let is_suppressed = finding.state == FindingState::Suppressed;
            assert_eq!(finding.suppression.is_some(), is_suppressed);
        }
    }
}

#[test]
fn the_last_day_still_counts_and_the_day_after_is_an_error() {
    for (day, counts) in [
        ("2026-11-20", true),
        ("2026-11-21", false),
        ("2026-11-22", false),
    ] {
        let (report, problems) = suppressed(vec![subject()], &[&format!("expires = {day}")]);
        let summary = report.images[0].summary;
        assert_eq!(
            (summary.errors, summary.suppressed),
            if counts { (2, 0) } else { (0, 2) }
        );
        match counts {
            true => assert_eq!(
                problems,
                [
                    "c.toml:1 error: the suppression of LNX001 expired on 2026-11-20: what it accepted counts again"
                ]
            ),
            false => assert!(problems.is_empty(), "{problems:?}"),
        }
    }
    let (_, problems) = suppressed(vec![subject()], &["path = '/x'\nexpires = 2000-01-01"]);
    assert_eq!(
        problems,
        ["c.toml:1 error: the suppression of LNX001 expired on 2000-01-01, and fits no finding"]
    );
    // One that is still good accepts what an expired one does not.
    let (report, problems) = suppressed(
        vec![subject()],
        &["expires = 2026-11-20", "expires = 2026-12-01"],
    );
    assert_eq!(
        (report.images[0].summary.suppressed, problems.len()),
        (2, 1)
    );
}

#[test]
fn what_fits_nothing_warns_only_where_everything_was_seen() {
    let passed = || {
        image(
            "a.vhd",
            vec![outcome("LNX001", Error, OutcomeWord::Pass, None, &[])],
        )
    };
    let open = || {
        let why = Some("not read");
        image(
            "b.vhd",
            vec![outcome(
                "LNX001",
                Error,
                OutcomeWord::Undetermined,
                why,
                &[],
            )],
        )
    };
    let idle = || {
        let why = Some("no Linux");
        image(
            "c.vhd",
            vec![outcome(
                "LNX001",
                Error,
                OutcomeWord::NotApplicable,
                why,
                &[],
            )],
        )
    };
    let failed = || Image {
        verdict: None,
        ..image("d.vhd", Vec::new())
    };
    for (images, lines, warns) in [
        (vec![passed()], "", true),
        (vec![idle()], "", true),
        (vec![open()], "", false),
        (vec![failed()], "", false),
        (vec![passed(), open()], "", false),
        (vec![passed(), open()], "image = 'a.vhd'", true),
        (vec![passed(), subject()], "", false),
        // It is for an image of another call, also when it has expired.
        (vec![passed()], "image = 'web.vhd'", false),
    ] {
        let (_, problems) = suppressed(images, &[&format!("{lines}\nexpires = 2027-01-01")]);
        assert_eq!(problems.len(), usize::from(warns), "{lines}: {problems:?}");
        assert!(problems.iter().all(|problem| {
            problem == "c.toml:1 warning: the suppression of LNX001 fits no finding"
        }));
    }
    let (_, problems) = suppressed(vec![passed()], &["image = 'w.vhd'\nexpires = 2000-01-01"]);
    assert!(problems.is_empty(), "{problems:?}");
}

#[test]
fn weights_move_the_gravest_findings_and_no_lighter_ones() {
    let findings = [(Error, "/a", F1), (Note, "/b", F2)];
    let subject = || {
        image(
            "a",
            vec![outcome("LNX001", Error, OutcomeWord::Fail, None, &findings)],
        )
    };
    for (word, levels, verdict, blocking) in [
        ("error", vec![Error, Note], Verdict::Fail, true),
        ("warning", vec![Warning, Note], Verdict::Pass, false),
        ("advice", vec![Advice, Note], Verdict::Pass, false),
        ("note", vec![Note, Note], Verdict::Pass, false),
        ("off", vec![], Verdict::Pass, false),
    ] {
        let report = judged(
            vec![subject()],
            &format!("[rules]\nLNX001 = '{word}'"),
            None,
        );
        let image = &report.images[0];
        let found = &image.outcomes[0];
        let now: Vec<_> = found.findings.iter().map(|finding| finding.level).collect();
        assert_eq!((now, image.verdict), (levels, Some(verdict)), "{word}");
        assert_eq!(found.blocking, blocking, "{word}");
        let weight = found.weight.as_ref().unwrap();
        assert_eq!((weight.weight, weight.from.as_str()), (word, "c.toml:2"));
        if word == "off" {
            let why = found.reason.as_deref();
            assert_eq!(why, Some("disabled by the configuration: c.toml:2"));
            assert_eq!(found.outcome, OutcomeWord::NotApplicable);
        }
    }
    // Raised: the rule's own gravest level is a warning, and a note beside it stays one.
    let findings = [(Warning, "/a", F1), (Note, "/b", F2)];
    let lighter = image(
        "a",
        vec![outcome(
            "LNX001",
            Warning,
            OutcomeWord::Warn,
            None,
            &findings,
        )],
    );
    let report = judged(vec![lighter], "[rules]\none = 'error'", None);
    let summary = report.images[0].summary;
    assert_eq!((summary.errors, summary.warnings, summary.notes), (1, 0, 1));
    // A profile made a warning of it, and the file says that it fails.
    let findings = [(Warning, "/a", F1), (Note, "/b", F2)];
    let milder = outcome("LNX001", Error, OutcomeWord::Warn, None, &findings);
    let report = judged(
        vec![image("a", vec![milder])],
        "[rules]\none = 'error'",
        None,
    );
    let summary = report.images[0].summary;
    assert_eq!((summary.errors, summary.warnings, summary.notes), (1, 0, 1));
    // An open question blocks where the rule does now, and only there.
    for (word, verdict) in [("error", Verdict::Incomplete), ("warning", Verdict::Pass)] {
        let why = Some("not read");
        let open = outcome("LNX001", Error, OutcomeWord::Undetermined, why, &[]);
        let text = format!("[rules]\nLNX001 = '{word}'");
        let report = judged(vec![image("a", vec![open])], &text, None);
        assert_eq!(report.images[0].verdict, Some(verdict), "{word}");
    }
}

/// Level, state and fingerprint of a finding.
type Said<'a> = (&'a str, &'a str, &'a str);

/// A baseline with images of these findings of LNX001.
fn baseline(images: &[(&str, &[Said<'_>])]) -> Baseline {
    let images: Vec<_> = images
        .iter()
        .map(|(path, findings)| {
            let findings: Vec<_> = findings
                .iter()
                .map(|(level, state, fingerprint)| {
                    serde_json::json!({
                        "level": level, "state": state, "fingerprint": fingerprint,
                        "message": "before", "place": null
                    })
                })
                .collect();
            serde_json::json!({
                "path": path, "outcomes": [{ "rule": "LNX001", "findings": findings }]
            })
        })
        .collect();
    let document = serde_json::json!({ "schema": "vhd-preflight/report/v1", "images": images });
    Baseline::parse("old.json", document.to_string().as_bytes()).unwrap()
}

#[test]
fn what_the_baseline_has_is_known_and_what_became_graver_is_new() {
    for (before, known, gone) in [
        (&[("error", "open", F1), ("error", "open", F2)][..], 2, 0),
        (&[("error", "open", F1)], 1, 0),
        (&[("error", "known", F1)], 1, 0),
        (&[("warning", "open", F1)], 0, 0),
        // The suppression accepted it, not the baseline.
        (&[("error", "suppressed", F1)], 0, 0),
        (
            &[("error", "open", "44444444444444444444444444444444")],
            0,
            1,
        ),
        (
            &[("error", "suppressed", "44444444444444444444444444444444")],
            0,
            0,
        ),
        (&[], 0, 0),
    ] {
        let old = baseline(&[("out/web-1.vhd", before)]);
        let report = judged(vec![subject()], "", Some(&old));
        let summary = report.images[0].summary;
        assert_eq!(
            (summary.known, summary.errors),
            (known, 2 - known),
            "{before:?}"
        );
        let verdict = if known == 2 {
            Verdict::Pass
        } else {
            Verdict::Fail
        };
        assert_eq!(report.images[0].verdict, Some(verdict), "{before:?}");
        let shown = report.configuration.baseline.unwrap();
        assert_eq!(
            (shown.path.as_str(), shown.gone.len()),
            ("old.json", gone),
            "{before:?}"
        );
    }
}

#[test]
fn nothing_is_gone_that_was_not_decided() {
    let old = baseline(&[("a.vhd", &[("error", "open", F1)])]);
    let with = |word, reason| {
        let now = image("a.vhd", vec![outcome("LNX001", Error, word, reason, &[])]);
        let report = judged(vec![now], "", Some(&old));
        report.configuration.baseline.unwrap().gone.len()
    };
    assert_eq!(with(OutcomeWord::Pass, None), 1);
    assert_eq!(with(OutcomeWord::NotApplicable, Some("no Linux")), 1);
    assert_eq!(with(OutcomeWord::Undetermined, Some("not read")), 0);
    let now = image(
        "a.vhd",
        vec![outcome("LNX001", Error, OutcomeWord::Pass, None, &[])],
    );
    let off = judged(vec![now], "[rules]\nLNX001 = 'off'", Some(&old));
    assert_eq!(off.configuration.baseline.unwrap().gone, []);
}

#[test]
fn one_image_does_not_hide_what_is_new_in_another() {
    let both = [("error", "open", F1), ("error", "open", F2)];
    let at = |path: &str| Image {
        path: path.to_owned(),
        ..subject()
    };
    // Paths of before, paths of now, and of each of these whether its findings are known.
    for (before, now, known) in [
        (&["a.vhd"][..], &["b.vhd"][..], &[true][..]),
        (&["old/a.vhd"], &["new/a.vhd", "new/b.vhd"], &[true, false]),
        (&["a.vhd", "b.vhd"], &["c.vhd"], &[false]),
        (&["x/a.vhd", "y/a.vhd"], &["z/a.vhd"], &[false]),
        (&["x/a.vhd", "y/a.vhd"], &["y/a.vhd"], &[true]),
        // Each is the past of one image only.
        (&["a.vhd"], &["d/a.vhd", "a.vhd"], &[false, true]),
        (&["x/a.vhd"], &["y/a.vhd", "z/a.vhd"], &[false, false]),
    ] {
        let images: Vec<_> = before.iter().map(|path| (*path, &both[..])).collect();
        let old = baseline(&images);
        let report = judged(now.iter().map(|path| at(path)).collect(), "", Some(&old));
        let found: Vec<_> = report
            .images
            .iter()
            .map(|image| image.summary.known == 2)
            .collect();
        assert_eq!(found, known, "{before:?} {now:?}");
        let new = known.iter().filter(|known| !**known).count();
        let problems = &report.configuration.problems;
        let warnings = problems.iter().filter(|one| one.level == Warning).count();
        assert_eq!(warnings, new, "{before:?} {now:?}");
        // Another name is told, and does not count.
        let notes = problems.iter().filter(|one| one.level == Note).count();
        assert_eq!(notes, usize::from(now == ["b.vhd"]), "{before:?} {now:?}");
    }
}

#[test]
fn another_document_is_no_baseline() {
    for (text, expected) in [
        ("", "no JSON report"),
        ("[1]", "no JSON report"),
        ("{}", "no field `schema`"),
        (
            r#"{"schema": "vhd-preflight/inspect/v1"}"#,
            "\"vhd-preflight/inspect/v1\"",
        ),
        (
            r#"{"schema": "vhd-preflight/report/v2", "images": []}"#,
            "only \"vhd-preflight/report/v1\" is read",
        ),
        (
            r#"{"schema": "vhd-preflight/report/v1"}"#,
            "missing field `images`",
        ),
        (
            r#"{"schema": "vhd-preflight/report/v1", "images": [{"path": "a", "outcomes": [{"rule": "LNX001", "findings": [{"level": "error", "message": "m"}]}]}]}"#,
            "missing field `fingerprint`",
        ),
    ] {
        let error = Baseline::parse("old.json", text.as_bytes()).unwrap_err();
        assert!(error.contains(expected), "{text}: {error}");
    }
    let folder = tempfile::tempdir().unwrap();
    let error = Baseline::load(folder.path()).unwrap_err().to_string();
    assert!(error.contains("no regular file"), "{error}");
}
