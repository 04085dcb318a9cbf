//! Dirty hives with their logs, made by `testdata/make-hives.py`.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use super::super::testing::seal;
use super::super::tests::{assert_facts, packed};
use super::super::{Hive, State};
use super::marvin32;

fn put(bytes: &mut [u8], at: usize, number: u32) {
    bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
}

/// Corrects the hashes of the log entry at `at`.
fn rehash(log: &mut [u8], at: usize) {
    let size = u32::from_le_bytes(log[at + 4..at + 8].try_into().unwrap()) as usize;
    let body = marvin32(&log[at + 40..at + size]).to_le_bytes();
    log[at + 24..at + 32].copy_from_slice(&body);
    let header = marvin32(&log[at..at + 32]).to_le_bytes();
    log[at + 32..at + 40].copy_from_slice(&header);
}

/// Where the second entry of a log is.
fn second(log: &[u8]) -> usize {
    512 + u32::from_le_bytes(log[516..520].try_into().unwrap()) as usize
}

fn opened(logs: &[&Vec<u8>]) -> Hive {
    let logs: Vec<Vec<u8>> = logs.iter().map(|log| (*log).clone()).collect();
    Hive::open(packed!("dirty"), &logs).unwrap()
}

#[track_caller]
fn assert_dirty(hive: &Hive, reasons: &[&str]) {
    let State::Dirty(said) = hive.state() else {
        panic!("{:?}", hive.state());
    };
    for reason in reasons {
        assert!(said.contains(reason), "{said}");
    }
    // What was there before the writes, untouched.
    assert_facts(hive, &packed!("edited.facts"));
}

#[test]
fn entries_of_both_logs_are_applied_in_their_order() {
    let (one, two) = (packed!("dirty.LOG1"), packed!("dirty.LOG2"));
    for logs in [vec![&one, &two], vec![&two, &Vec::new(), &one]] {
        let hive = opened(&logs);
        assert_eq!(hive.state(), &State::Replayed { entries: 3 });
        assert_facts(&hive, &packed!("dirty.facts"));
    }
    let hive = opened(&[&one]);
    assert_eq!(hive.state(), &State::Replayed { entries: 2 });
    assert_facts(&hive, &packed!("dirty-second.facts"));
}

#[test]
fn replay_stops_before_an_entry_that_is_wrong() {
    let two = packed!("dirty.LOG2");
    let at = second(&packed!("dirty.LOG1"));
    type Spoil = fn(&mut Vec<u8>, usize);
    let spoils: [Spoil; 9] = [
        |log, at| log[at + 100] ^= 1,
        |log, at| log[at + 12] ^= 1,
        // The hash of the header, and a field that nothing else covers.
        |log, at| log[at + 32] ^= 1,
        |log, at| log[at + 8] ^= 1,
        |log, at| log[at] ^= 1,
        |log, at| log.truncate(at + 600),
        // Right hashes, but not the next number; a page beyond the hive; a size that is none.
        |log, at| {
            put(log, at + 12, 8);
            rehash(log, at);
        },
        |log, at| {
            put(log, at + 40, 0x7FFF_F000);
            rehash(log, at);
        },
        |log, at| {
            put(log, at + 16, 4097);
            rehash(log, at);
        },
    ];
    for spoil in spoils {
        let mut one = packed!("dirty.LOG1");
        spoil(&mut one, at);
        // The other log starts with the entry after the one that is missing.
        let hive = opened(&[&one, &two]);
        assert_eq!(hive.state(), &State::Replayed { entries: 1 });
        assert_facts(&hive, &packed!("dirty-first.facts"));
    }
}

#[test]
fn a_hive_stays_dirty_without_a_log_that_fits() {
    assert_dirty(&opened(&[]), &["differ (6 and 5)", "no transaction log"]);
    assert_dirty(&opened(&[&Vec::new()]), &["log 1 is empty"]);

    let mut log = packed!("dirty.LOG1");
    log[600] ^= 1;
    let two = packed!("dirty.LOG2");
    assert_dirty(
        &opened(&[&log, &two]),
        &["first log entry has a wrong hash"],
    );

    let mut log = packed!("dirty.LOG1");
    log[200] ^= 1;
    assert_dirty(&opened(&[&log]), &["log 1 has a wrong checksum"]);

    let mut log = packed!("dirty.LOG1");
    put(&mut log, 8, 4);
    seal(&mut log);
    assert_dirty(&opened(&[&log]), &["log 1 was not written to its end"]);

    let mut log = packed!("dirty.LOG1");
    put(&mut log, 4, 4);
    put(&mut log, 8, 4);
    seal(&mut log);
    assert_dirty(&opened(&[&log]), &["older than the hive"]);
}

#[test]
fn a_log_cannot_make_a_hive_larger_than_itself() {
    let mut log = packed!("dirty.LOG1");
    put(&mut log, 512 + 16, 0x7FFF_F000);
    rehash(&mut log, 512);
    assert_dirty(&opened(&[&log]), &["makes the hive larger"]);
}

#[test]
fn sequence_numbers_wrap() {
    let (mut one, mut two) = (packed!("dirty.LOG1"), packed!("dirty.LOG2"));
    let at = second(&one);
    for (log, base, entries) in [
        (
            &mut one,
            u32::MAX - 1,
            vec![(512, u32::MAX - 1), (at, u32::MAX)],
        ),
        (&mut two, 0, vec![(512, 0)]),
    ] {
        put(log, 4, base);
        put(log, 8, base);
        seal(log);
        for (at, sequence) in entries {
            put(log, at + 12, sequence);
            rehash(log, at);
        }
    }
    let mut hive = packed!("dirty");
    put(&mut hive, 4, u32::MAX);
    put(&mut hive, 8, u32::MAX - 1);
    seal(&mut hive);
    let hive = Hive::open(hive, &[two, one]).unwrap();
    assert_eq!(hive.state(), &State::Replayed { entries: 3 });
    assert_facts(&hive, &packed!("dirty.facts"));
}

/// Windows then applies the latest log alone.
#[test]
fn a_torn_base_block_comes_from_the_latest_log() {
    let (one, two) = (packed!("dirty.LOG1"), packed!("dirty.LOG2"));
    let tears: [fn(&mut [u8]); 2] = [|hive| hive[300] ^= 1, |hive| hive[..512].fill(0)];
    for tear in tears {
        let mut hive = opened(&[&one]).bytes;
        tear(&mut hive);
        let hive = Hive::open(hive, &[one.clone(), two.clone()]).unwrap();
        assert_eq!(hive.state(), &State::Replayed { entries: 1 });
        assert_facts(&hive, &packed!("dirty.facts"));
    }
}

#[test]
fn a_torn_base_block_without_entries_is_said() {
    let mut hive = packed!("dirty");
    hive[..512].fill(0);
    assert!(Hive::open(hive.clone(), &[]).is_err());
    let log = packed!("dirty.LOG1")[..512].to_vec();
    let read = Hive::open(hive, &[log]).unwrap();
    assert_dirty(
        &read,
        &["not a registry hive", "base block comes from a log"],
    );

    let mut hive = packed!("dirty");
    hive[300] ^= 1;
    let read = Hive::open(hive, &[]).unwrap();
    assert_dirty(&read, &["base block has a wrong checksum"]);
}

#[test]
fn a_log_of_the_old_format_is_applied() {
    let log = packed!("dirty.LOG");
    let hive = opened(&[&Vec::new(), &log]);
    assert_eq!(hive.state(), &State::Replayed { entries: 1 });
    assert_facts(&hive, &packed!("dirty.facts"));

    // The first hive bin has a copy of the time stamp.
    let mut torn = packed!("dirty");
    torn[300] ^= 1;
    let hive = Hive::open(torn, &[log]).unwrap();
    assert_eq!(hive.state(), &State::Replayed { entries: 1 });
    assert_facts(&hive, &packed!("dirty.facts"));
}

#[test]
fn a_log_of_the_old_format_is_applied_whole_or_not() {
    type Spoil = fn(&mut Vec<u8>);
    let spoils: [(Spoil, &str); 5] = [
        (|log| log[12] ^= 1, "of another write"),
        (|log| log[512] ^= 1, "no dirty vector"),
        (
            |log| log.truncate(log.len() - 600),
            "ends in its dirty pages",
        ),
        (|log| log.truncate(520), "ends in its dirty vector"),
        (|log| log[516..1024].fill(0), "no dirty page"),
    ];
    for (spoil, reason) in spoils {
        let mut log = packed!("dirty.LOG");
        spoil(&mut log);
        seal(&mut log);
        assert_dirty(&opened(&[&log]), &[reason]);
    }
    // What replaces the front of a hive bin has to be one.
    let mut log = packed!("dirty.LOG");
    let bin = log.windows(4).position(|four| four == b"hbin").unwrap();
    log[bin + 5] ^= 0x10;
    assert_dirty(&opened(&[&log]), &["has no hive bin for offset"]);
}

#[test]
fn logs_of_a_clean_hive_are_left_alone() {
    let logs = [
        packed!("dirty.LOG1"),
        packed!("dirty.LOG2"),
        packed!("dirty.LOG"),
    ];
    let hive = Hive::open(packed!("edited"), &logs).unwrap();
    assert_eq!(hive.state(), &State::Clean);
    assert_facts(&hive, &packed!("edited.facts"));
}
