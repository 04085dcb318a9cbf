//! Texts that want to do harm, and texts that are long.

use std::time::{Duration, Instant};

use super::ids;
use crate::diagnose::diagnose;

/// Numbers that look random and are the same every time.
fn numbers(seed: u64) -> impl Iterator<Item = u64> {
    std::iter::successors(Some(seed | 1), |n| {
        let mut n = *n;
        n ^= n << 13;
        n ^= n >> 7;
        n ^= n << 17;
        Some(n)
    })
}

/// Far more than an optimised program takes, far less than a square of the length would.
const PATIENCE: Duration = Duration::from_secs(60);

/// Every message of the reference, again and again: what is found grows with the text, and the work
/// must not grow with its square.
#[test]
fn a_log_that_is_full_of_messages_ends_soon() {
    let all: Vec<_> = include_str!("literal.txt")
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(_, text)| format!("2026-11-20T11:39:01.123Z [ERROR] {text}\n"))
        .collect();
    let text = all.concat().repeat(50);
    let start = Instant::now();
    let found = diagnose(&text).matches;
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    assert!(found.len() > 100, "{}", found.len());
    assert!(found.iter().all(|found| found.times >= 50));
}

#[test]
fn ten_megabytes_of_random_words_end_soon() {
    let mut text = String::new();
    for n in numbers(42).take(600_000) {
        text.push_str(&format!("{n:x}{}", if n % 7 == 0 { "\n" } else { " " }));
    }
    assert!(text.len() > 10_000_000);
    text.push_str("\nThe blob is not a valid VHD.\n");
    let start = Instant::now();
    assert_eq!(ids(&text), ["MSG103"]);
    assert!(start.elapsed() < PATIENCE);
}

#[test]
fn words_of_messages_over_and_over_end_soon_too() {
    for text in [
        "Disk blobs can only be of type page blob. Blob ",
        "vhd ",
        "The specified cookie value in VHD footer indicates that disk with blob ",
        "should be present in\n",
        "InvalidVhd ",
        "200.3.3.1 ",
        "<{[\\\\\"%25%25%25&#&quot;\u{1b}[\u{1b}]",
        "aaaa",
        "1.1.",
        "\\\\",
    ] {
        let text = text.repeat(2_000_000 / text.len());
        let start = Instant::now();
        let found = diagnose(&text);
        assert!(found.matches.len() < 10);
        assert!(start.elapsed() < PATIENCE, "{:.20}", text);
    }
}

#[test]
fn a_message_is_found_wherever_the_blocks_of_a_long_text_end() {
    let message = "The VHD https://a.b/c.vhd has an unsupported virtual size of 5 bytes. The size must be a whole number (in MBs).";
    for words in [65_000, 65_515, 65_520, 65_530, 65_536, 130_000] {
        let text = format!(
            "{}\n{message}\n{}",
            "word ".repeat(words),
            "more ".repeat(70_000)
        );
        assert_eq!(ids(&text), ["MSG106"], "{words}");
    }
}

#[test]
fn deep_json_and_cut_text_do_no_harm() {
    for text in [
        "{\"Tests\":".repeat(300_000),
        "[".repeat(1_000_000),
        format!("{}\"Tests\"", "{\"a\":[".repeat(100)),
        "\u{fffd}\u{feff}\0\0".repeat(1000),
        "\u{1b}]".repeat(100_000),
        String::new(),
    ] {
        diagnose(&text);
    }
    let message = r#"{"code":"InvalidVhd","message":"Disk 'é' – of \u001b[0m type…"}"#;
    for end in (0..message.len()).filter(|end| message.is_char_boundary(*end)) {
        diagnose(&message[..end]);
    }
}
