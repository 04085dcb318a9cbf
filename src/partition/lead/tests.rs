//! What is seen, and what is passed over, in the first MiB.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use super::SectorRun;
use crate::partition::testing::{MIB, TestDisk, TestGpt};

fn gpt() -> TestDisk {
    let mut disk = TestDisk::new(64 * MIB);
    disk.gpt(&TestGpt::default());
    disk
}

#[test]
fn the_table_itself_is_passed_over_and_the_rest_is_listed_in_runs() {
    assert_eq!(gpt().table().lead.runs, []);
    let lead = gpt()
        .write(34 * 512 + 7, &[1])
        .write(35 * 512, &[1])
        .write(2047 * 512 + 511, &[1])
        .write(2048 * 512, &[1])
        .table()
        .lead;
    let run = |first, last| SectorRun { first, last };
    assert_eq!(lead.runs, [run(34, 35), run(2047, 2047)]);
    assert!(!lead.truncated && lead.tag.is_none() && lead.unread.is_none());
}

#[test]
fn sector_128_is_kept_and_seen_to_stand_alone_or_not() {
    let mut disk = gpt();
    disk.write(65536, &[7; 16]);
    let lead = disk.table().lead;
    assert_eq!(lead.tag.unwrap()[..17], [[7; 16].as_slice(), &[0]].concat());
    assert!(lead.tag_stands_alone());
    let lead = disk.write(65536 + 512, &[1]).table().lead;
    assert!(lead.tag.is_some() && !lead.tag_stands_alone());
}

#[test]
fn many_runs_are_cut_off() {
    let mut disk = TestDisk::new(64 * MIB);
    for sector in (1..2048).step_by(2) {
        disk.write(sector * 512, &[1]);
    }
    let lead = disk.table().lead;
    assert_eq!((lead.runs.len(), lead.truncated), (64, true));
}

#[test]
fn sectors_that_cannot_be_read_do_not_hide_the_others() {
    let mut disk = gpt();
    disk.write(1000 * 512, &[1])
        .write(100 * 512, &[1])
        .unavailable(90 * 512..91 * 512);
    let lead = disk.table().lead;
    let expected = SectorRun {
        first: 1000,
        last: 1000,
    };
    assert_eq!(lead.runs, [expected]);
    let reason = lead.unread.unwrap();
    assert!(
        reason.contains("64 to 127") && reason.contains("parent disk"),
        "{reason}"
    );
}
