//! Imports: histories, and the shapes of a status.

use serde_json::json;

use super::super::testing::record;
use super::*;
use crate::estimate::PhaseKind;

fn about() -> About {
    let record = record(1.0);
    About {
        change: record.change,
        virtual_bytes: record.virtual_bytes,
        payload_bytes: record.payload_bytes,
        regions: record.regions,
        source: "status".to_owned(),
    }
}

fn imported(status: &Value) -> Import {
    let text = serde_json::to_vec_pretty(status).unwrap();
    import(&text, Some(&about())).unwrap()
}

fn refused(status: &Value) -> String {
    let text = serde_json::to_vec_pretty(status).unwrap();
    import(&text, Some(&about())).unwrap_err().to_string()
}

fn hours(import: &Import) -> Vec<(PhaseKind, f64)> {
    let rows = import.records.iter();
    rows.map(|record| (record.phase, record.hours)).collect()
}

/// A step that says when it was completed, as the portal's interface does.
fn done(name: &str, timestamp: &str) -> Value {
    json!({
        "estimatedTimeFrame": "~2-3 days",
        "id": "some-id",
        "stepName": name,
        "description": "words",
        "status": "complete",
        "messages": [
            { "messageHtml": "Step completed.", "level": "information", "timestamp": timestamp }
        ],
        "progressPercentage": 100
    })
}

fn all_done() -> Vec<Value> {
    vec![
        done("Validate Pre-Requisites", "2018-03-16T17:50:45.7215661Z"),
        done("Certification", "2018-03-18T17:50:45.7215661Z"),
        done("Provisioning", "2018-03-20T05:50:45Z"),
        done(
            "Packaging and Lead Generation Registration",
            "2018-03-20T06:20:45Z",
        ),
        done("Publisher signoff", "2018-03-21T06:20:45Z"),
        done("Live", "2018-03-24T06:20:45+00:00"),
    ]
}

#[test]
fn a_history_is_taken_as_it_is() {
    let text = record(1.0).to_line().unwrap() + &record(2.0).to_line().unwrap();
    for (text, count) in [(&*text, 2), (text.lines().next().unwrap(), 1), ("", 0)] {
        let found = import(text.as_bytes(), None).unwrap();
        assert_eq!(found.format, ImportFormat::History);
        assert_eq!(found.records.len(), count);
    }
    let error = import(b"{\"date\":1}\nx\n", None).unwrap_err().to_string();
    assert!(error.contains("line 2"), "{error}");
}

#[test]
fn a_status_gives_the_time_from_one_completion_to_the_next() {
    let found = imported(&json!({ "status": "succeeded", "messages": [], "steps": all_done() }));
    assert_eq!(found.format, ImportFormat::Status);
    assert_eq!(
        hours(&found),
        [
            (PhaseKind::Certification, 48.0),
            (PhaseKind::PreviewReplication, 35.9998),
            (PhaseKind::Packaging, 0.5),
            (PhaseKind::SignOff, 24.0),
            (PhaseKind::LiveReplication, 72.0),
        ]
    );
    assert_eq!(found.records[0].date.to_string(), "2018-03-18");
    assert_eq!(found.records[0].source, "status");
    assert_eq!(
        found.left_out,
        [LeftOutStep {
            step: "automated-validation",
            reason: "nothing says when it began"
        }]
    );
}

#[test]
fn a_list_of_one_operation_with_its_beginning_is_a_status_too() {
    let operation =
        json!({ "createdDateTime": "2018-03-16T17:35:45.7215661Z", "steps": all_done() });
    let found = imported(&json!([operation]));
    assert_eq!(hours(&found)[0], (PhaseKind::Validation, 0.25));
    assert!(found.left_out.is_empty());
    assert!(refused(&json!([operation, operation])).contains("2 operations"));
    assert!(refused(&json!([])).contains("0 operations"));
}

#[test]
fn steps_that_name_their_beginning_and_end_are_taken_by_those() {
    for (start, end) in [("start", "end"), ("startTime", "endTime")] {
        let found = imported(&json!({ "steps": [
            { "name": "preview creation", start: "2026-05-01T00:00:00Z", end: "2026-05-02T12:00:00Z" },
            { "name": "sign-off", start: null, end: "2026-05-03T12:00:00Z" },
            { "name": "replication-live", start: "2026-05-04T00:00:00Z", end: "2026-05-05T02:00:00+02:00" },
        ]}));
        let expected = [
            (PhaseKind::PreviewReplication, 36.0),
            (PhaseKind::SignOff, 24.0),
            (PhaseKind::LiveReplication, 24.0),
        ];
        assert_eq!(hours(&found), expected);
    }
}

#[test]
fn a_second_provisioning_is_the_one_for_the_live_offer() {
    let mut steps = all_done();
    steps.insert(5, done("Provisioning", "2018-03-22T06:20:45Z"));
    let phases: Vec<PhaseKind> = hours(&imported(&json!({ "steps": steps })))
        .iter()
        .map(|row| row.0)
        .collect();
    assert_eq!(
        phases[3..],
        [
            PhaseKind::SignOff,
            PhaseKind::LiveReplication,
            PhaseKind::FinalPublish
        ]
    );
}

#[test]
fn what_is_not_finished_or_not_timed_is_left_out_with_the_reason() {
    let mut steps = all_done();
    steps[1]["status"] = json!("blocked");
    steps[4]["messages"] = json!([]);
    let found = imported(&json!({ "steps": steps }));
    assert_eq!(hours(&found), [(PhaseKind::Packaging, 0.5)]);
    let reasons: Vec<_> = found
        .left_out
        .iter()
        .map(|step| (step.step, step.reason))
        .collect();
    let began = "nothing says when it began";
    assert_eq!(
        reasons,
        [
            ("automated-validation", began),
            ("certification", "not finished"),
            ("replication-preview", began),
            ("sign-off", "it does not say when it ended"),
            ("replication-live", began),
        ]
    );
}

#[test]
fn a_first_step_with_two_messages_began_with_the_first() {
    let found = imported(
        &json!({ "steps": [{ "stepName": "Certification", "messages": [
            { "timestamp": "2026-05-03T00:00:00Z" },
            { "timestamp": "2026-05-01T00:00:00Z" },
        ]}]}),
    );
    assert_eq!(hours(&found), [(PhaseKind::Certification, 48.0)]);
}

#[test]
fn an_unknown_step_is_refused_with_the_known_ones() {
    let mut steps = all_done();
    steps[2]["stepName"] = json!("Test drive\u{1b}[2J");
    steps[3]["stepName"] = json!(7);
    let message = refused(&json!({ "steps": steps }));
    for part in [
        "steps[2].stepName: found \"Test drive\\u{1b}[2J\"",
        "steps[3].stepName: found 7",
        "Validate Pre-Requisites",
        "Final publish",
    ] {
        assert!(message.contains(part), "{part} is not in {message}");
    }
}

#[test]
fn times_that_are_none_and_ends_before_beginnings_are_refused() {
    let mut steps = all_done();
    steps[1]["messages"][0]["timestamp"] = json!("16 March 2018");
    let message = refused(&json!({ "steps": steps }));
    assert!(
        message.contains("steps[1].messages[0].timestamp"),
        "{message}"
    );
    // Without a zone nobody knows the hour.
    steps[1]["messages"][0]["timestamp"] = json!("2018-03-18T17:50:45");
    assert!(refused(&json!({ "steps": steps })).contains("a time with its zone"));
    steps[1]["messages"][0]["timestamp"] = json!("2018-03-10T17:50:45Z");
    assert!(refused(&json!({ "steps": steps })).contains("an end after the beginning"));
    steps[1]["messages"][0]["timestamp"] = json!("1990-03-10T17:50:45Z");
    steps.remove(0);
    assert!(refused(&json!({ "steps": steps })).contains("at most 8784"));
    for (key, value) in [
        ("messages", json!(1)),
        ("status", json!({})),
        ("end", json!(1)),
    ] {
        let mut steps = all_done();
        steps[0][key] = value;
        let message = refused(&json!({ "steps": steps }));
        assert!(message.contains(&format!("steps[0].{key}")), "{message}");
    }
    assert!(refused(&json!({ "steps": 1 })).contains("a list of steps"));
    assert!(refused(&json!({ "steps": vec![1; 1001] })).contains("1001 steps"));
    assert!(refused(&json!({ "steps": [[], 1, null] })).contains("steps[2].stepName"));
}

#[test]
fn what_was_published_has_to_be_said_and_to_make_sense() {
    let text = json!({ "steps": all_done() }).to_string();
    assert!(matches!(
        import(text.as_bytes(), None),
        Err(ImportError::AboutMissing)
    ));
    let nonsense = About {
        payload_bytes: u64::MAX,
        ..about()
    };
    let error = import(text.as_bytes(), Some(&nonsense))
        .unwrap_err()
        .to_string();
    assert!(error.contains("payload_bytes"), "{error}");
}

#[test]
fn a_configure_job_and_a_broken_status_are_told_apart() {
    let job = json!({ "jobId": "1", "jobStatus": "completed", "jobResult": "succeeded",
        "jobStart": "2026-05-01T00:00:00Z", "jobEnd": "2026-05-01T00:01:00Z" });
    assert!(refused(&job).contains("configure job"));
    let broken = "{\n  \"steps\": [],\n  liveLinks\": []\n}\n";
    let error = import(broken.as_bytes(), None).unwrap_err().to_string();
    assert!(error.contains("line 3, column 3"), "{error}");
    let large = vec![b' '; usize::try_from(MOST_FILE_BYTES).unwrap() + 1];
    assert!(matches!(
        import(&large, None),
        Err(ImportError::TooLarge { .. })
    ));
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_an_import_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        let _ = import(&bytes, Some(&about()));
    }

    #[test]
    fn no_damage_makes_an_import_panic(at in 0_usize..4000, byte in proptest::prelude::any::<u8>()) {
        let mut bytes = json!({ "steps": all_done() }).to_string().into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = import(&bytes, Some(&about()));
    }
}
