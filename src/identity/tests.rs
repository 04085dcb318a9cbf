//! Tests of reading and comparing, by tables.

use serde_json::{Value, json};

use super::*;

const SHA: &str = "aa11";

fn image() -> Value {
    json!({
        "path": "out/disk.vhd",
        "verdict": "pass",
        "facts": {
            "container": {
                "file_length": 1536,
                "footers": [
                    { "used": false, "fields": [{ "name": "unique id", "raw": "00" }] },
                    { "used": true, "fields": [
                        { "name": "unique id", "raw": "0102" },
                        { "name": "checksum", "raw": "fffffb00" },
                    ] },
                ],
            },
            "disk": { "size": 1024 },
        },
        "content": {
            "digest": "cc33",
            "complete": true,
            "digests": {
                "file": [{ "kind": "sha256", "hex": SHA }],
                "disk": [{ "kind": "sha256", "hex": "bb22" }],
            },
        },
    })
}

fn changed(pointer: &str, value: Value) -> Identity {
    let mut image = image();
    *image.pointer_mut(pointer).unwrap() = value;
    of_report_image(&image)
}

fn verdict(claimed: &Identity) -> (Answer, Basis) {
    let comparison = compare(claimed, &of_report_image(&image()));
    (comparison.answer, comparison.basis)
}

#[test]
fn a_report_holds_what_tells_its_images_from_others() {
    let document = json!({
        "schema": "vhd-preflight/report/v1",
        "tool": { "name": "vhd-preflight", "version": "1.2.3" },
        "profile": "strict",
        "images": [image()],
    });
    let claims = read(&document.to_string()).unwrap();
    assert_eq!(claims.form, Form::Report);
    assert_eq!(claims.tool.as_deref(), Some("vhd-preflight 1.2.3"));
    let found = &claims.images[0];
    assert_eq!(found.unique_id.as_deref(), Some("0102"));
    assert_eq!(found.footer_checksum.as_deref(), Some("fffffb00"));
    assert_eq!(
        (found.file_length, found.disk_size),
        (Some(1536), Some(1024))
    );
    assert_eq!(found.digests.len(), 2);
}

#[test]
fn one_difference_makes_another_image_and_marks_alone_prove_nothing() {
    let same = (Answer::Same, Basis::File);
    assert_eq!(verdict(&of_report_image(&image())), same);
    let none = || json!([]);
    let file = "/content/digests/file";
    let disk = "/content/digests/disk";
    for (pointer, value, answer) in [
        ("/path", json!("other.vhd"), same),
        (
            disk,
            json!([{ "kind": "sha256", "hex": "00" }]),
            (Answer::Other, Basis::Disk),
        ),
        ("/content/digest", json!("00"), (Answer::Other, Basis::Disk)),
        ("/facts/disk/size", json!(1), (Answer::Other, Basis::Marks)),
        (
            file,
            json!([{ "kind": "sha256", "hex": "00" }]),
            (Answer::SameDisk, Basis::Disk),
        ),
        (
            "/facts/container/file_length",
            json!(1),
            (Answer::SameDisk, Basis::Disk),
        ),
        (file, none(), (Answer::Same, Basis::Disk)),
        // By a digest that the image here does not have.
        (
            file,
            json!([{ "kind": "md5", "hex": "00" }]),
            (Answer::Open, Basis::Disk),
        ),
        (file, json!([{ "kind": "sha256", "hex": "AA11" }]), same),
        ("/content", Value::Null, (Answer::Open, Basis::Marks)),
    ] {
        assert_eq!(
            verdict(&changed(pointer, value.clone())),
            answer,
            "{pointer} {value}"
        );
    }
    assert_eq!(
        verdict(&Identity::default()),
        (Answer::Open, Basis::Nothing)
    );
    // A part of the disk was not at hand: its digest is not that of the disk.
    let mut part = image();
    part["content"]["complete"] = json!(false);
    part["content"]["digests"] = Value::Null;
    assert_eq!(
        verdict(&of_report_image(&part)),
        (Answer::Open, Basis::Marks)
    );
}

fn statement() -> Value {
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            { "name": "disk.vhd", "digest": { "sha256": SHA }, "annotations": { "part": "file", "bytes": 1536 } },
            { "name": "disk.vhd#disk", "digest": { "sha256": "bb22" }, "annotations": { "part": "disk", "bytes": 1024 } },
        ],
        "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
        "predicate": { "result": "WARNED", "configuration": [] },
    })
}

#[test]
fn statements_are_read_one_a_line_and_in_their_envelopes() {
    let lines = format!("{}\n{}\n", statement(), statement());
    let claims = read(&lines).unwrap();
    assert_eq!((claims.form, claims.images.len()), (Form::Statement, 2));
    assert_eq!(verdict(&claims.images[0]), (Answer::Same, Basis::File));
    assert_eq!(claims.images[0].verdict.as_deref(), Some("WARNED"));
    // `{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"bb22"}}]}`
    let payload = "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJzdWJqZWN0IjpbeyJkaWdlc3QiOnsic2hhMjU2IjoiYmIyMiJ9fV19";
    let envelope = json!({ "payloadType": "application/vnd.in-toto+json", "payload": payload });
    let claims = read(&envelope.to_string()).unwrap();
    assert_eq!(claims.form, Form::Envelope);
    // Another program's subject may be the file or the disk.
    assert_eq!(verdict(&claims.images[0]), (Answer::SameDisk, Basis::Disk));
}

#[test]
fn what_is_no_report_is_refused_with_the_reason() {
    for (text, part) in [
        ("", "speaks of no image"),
        ("conectix", "is no JSON"),
        ("{}", "does not say what it is"),
        (r#"{"schema":"x/y"}"#, "calls itself \"x/y\""),
        (r#"{"payload":"!!!"}"#, "without a statement"),
        (
            r#"{"schema":"vhd-preflight/report/v1","images":7}"#,
            "speaks of no image",
        ),
        (
            r#"{"schema":"vhd-preflight/report/v1","images":[]}"#,
            "speaks of no image",
        ),
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
    let deep = "[".repeat(100_000);
    assert!(read(&deep).is_err());
}
