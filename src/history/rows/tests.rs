//! The strict reader: what is a record, and what is refused with line, field and reason.

use proptest::prelude::*;

use super::super::testing::{line_with, record};
use super::*;

#[test]
fn what_is_written_is_read_again() {
    let mut text = String::from("\u{feff}");
    let mut expected = Vec::new();
    for change in Change::ALL {
        for phase in PhaseKind::ALL {
            let one = Record {
                change,
                phase,
                source: "portal, \"history\" page \u{2013} Zürich".to_owned(),
                ..record(0.1 + 0.2)
            };
            text += &one.to_line().unwrap();
            text += "\r\n";
            expected.push(one);
        }
    }
    // The last line may lack its end.
    let text = text.trim_end();
    assert_eq!(parse(text.as_bytes()).unwrap(), expected);
    assert_eq!(parse(b"").unwrap(), []);
}

/// The one bad row in a file whose second line is `line`.
fn refused(line: &str) -> BadRow {
    let text = format!("{}{line}\n", record(1.0).to_line().unwrap());
    let mut bad = parse(text.as_bytes()).unwrap_err();
    assert_eq!((bad.rows.len(), bad.total), (1, 1));
    let row = bad.rows.remove(0);
    assert_eq!(row.line, 2);
    row
}

#[test]
fn each_kind_of_bad_value_is_refused_with_its_field_and_what_was_expected() {
    let cases = [
        ("2026-05-12", "2026-13-12", "date", "a day such as"),
        ("2026-05-12", "20260512", "date", "a day such as"),
        ("2026-05-12", "2026-05-12T10:00", "date", "a day such as"),
        ("\"2026-05-12\"", "null", "date", "a day such as"),
        ("\"image\"", "\"Image\"", "change_kind", "marketing-only"),
        ("32212254720", "0", "virtual_bytes", "from 1 to"),
        ("32212254720", "-1", "virtual_bytes", "whole number"),
        ("32212254720", "1e10", "virtual_bytes", "whole number"),
        (
            "32212254720",
            "18446744073709551615",
            "virtual_bytes",
            "to 70368744177664",
        ),
        (
            "943718400",
            "32212255233",
            "payload_bytes",
            "at most 32212255232",
        ),
        ("943718400", "\"900 MiB\"", "payload_bytes", "whole number"),
        (
            "\"regions\":50",
            "\"regions\":0",
            "regions",
            "from 1 to 1000",
        ),
        (
            "\"regions\":50",
            "\"regions\":5000000000",
            "regions",
            "whole number",
        ),
        (
            "\"regions\":50",
            "\"regions\":[50]",
            "regions",
            "whole number",
        ),
        ("\"certification\"", "\"waiting\"", "phase", "final-publish"),
        ("61.5", "0", "hours", "above 0"),
        ("61.5", "-61.5", "hours", "above 0"),
        ("61.5", "8785", "hours", "at most 8784"),
        ("61.5", "1e300", "hours", "at most 8784"),
        ("61.5", "\"61.5\"", "hours", "a number"),
        ("history page", "", "source", "1 to 200 characters"),
        ("history page", "a\\u001b[2J", "source", "printed"),
        (
            "history page",
            "https://x/?sv=1&SIG=abc",
            "source",
            "no secret",
        ),
        (",\"regions\":50", "", "regions", "each of date"),
        ("\"regions\"", "\"region\"", "region", "each of date"),
        (
            "\"regions\":50",
            "\"hours\":1,\"regions\":50",
            "hours",
            "once",
        ),
    ];
    for (from, to, field, expected) in cases {
        let row = refused(line_with(from, to).trim_end());
        assert_eq!(row.field.as_deref(), Some(field), "{to}: {row}");
        assert!(row.expected.contains(expected), "{to}: {row}");
        let message = row.to_string();
        assert!(message.starts_with("line 2, field `"), "{message}");
        assert!(
            message.len() < 400 && !message.contains('\u{1b}'),
            "{message}"
        );
        assert!(!message.contains("abc"), "a secret is repeated: {message}");
    }
}

#[test]
fn what_is_no_json_object_is_refused_with_its_column() {
    let half = record(1.0).to_line().unwrap();
    let cases = [
        ("[1]", 0),
        ("7", 1),
        ("# a comment", 1),
        (&half[..40], 40),
        ("{} {}", 4),
        ("{\"hours\":NaN}", 10),
        ("{\"hours\":1e999}", 14),
    ];
    for (line, column) in cases {
        let row = refused(line);
        assert_eq!(row.field, None, "{line}: {row}");
        assert!(row.column.unwrap().abs_diff(column) <= 1, "{line}: {row}");
        assert!(!row.found.contains("line"), "{row}");
    }
    let deep = "[".repeat(60_000);
    assert!(
        refused(&format!("{{\"hours\":{deep}}}"))
            .found
            .contains("recursion")
    );
}

#[test]
fn a_byte_that_is_no_text_is_refused_with_its_column() {
    let bad = parse(b"\n{\"a\xff").unwrap_err();
    assert_eq!((bad.rows[0].line, bad.rows[0].column), (2, Some(4)));
}

#[test]
fn every_bad_row_is_named_and_millions_are_bounded() {
    let text = "x\n\n".repeat(1_000_000);
    let bad = parse(text.as_bytes()).unwrap_err();
    assert_eq!((bad.rows.len(), bad.total), (100, 1_000_000));
    assert_eq!(bad.rows[1].line, 3);
    let message = bad.to_string();
    assert!(message.ends_with("and 999990 more"), "{message}");
}

#[test]
fn a_line_without_an_end_in_sight_is_refused() {
    let row = refused(&format!(
        "{{\"source\":\"{}\"}}",
        "x".repeat(MOST_LINE_BYTES)
    ));
    assert!(row.expected.contains("65536"), "{row}");
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn a_damaged_record_is_refused_or_read(at in 0_usize..180, byte in any::<u8>()) {
        let mut line = record(61.5).to_line().unwrap().into_bytes();
        let at = at % line.len();
        line[at] = byte;
        if let Ok(records) = parse(&line) {
            prop_assert!(records.iter().all(|record| record.check().is_ok()));
        }
    }

    #[test]
    fn every_record_that_can_be_kept_comes_back(
        day in 1_i8..=28,
        year in 0_i16..=9999,
        virtual_bytes in 1..=super::super::MOST_VIRTUAL_BYTES,
        share in 0_u64..=100,
        regions in 1_u32..=1000,
        hours in 1e-9..8784.0_f64,
        source in "[^\\p{C}]{1,50}",
    ) {
        let one = Record {
            date: jiff::civil::date(year, 2, day),
            virtual_bytes,
            payload_bytes: virtual_bytes / 100 * share,
            regions,
            source,
            ..record(hours)
        };
        // A text may happen to look like a secret, and is then not kept.
        if let Ok(line) = one.to_line() {
            prop_assert_eq!(parse(line.as_bytes()).unwrap(), vec![one]);
        }
    }
}
