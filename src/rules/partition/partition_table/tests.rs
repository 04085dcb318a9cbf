//! Tables that can be believed, and all the ways in which they cannot.

use super::*;
use crate::finding::{Level, Status};
use crate::partition::testing::{MIB, TestDisk, TestGpt};
use crate::rules::partition::testing::*;

const SIZE: u64 = 64 * MIB;
const LAST: u64 = SIZE / 512 - 1;

fn gpt() -> TestDisk {
    let mut disk = TestDisk::new(SIZE);
    disk.gpt(&TestGpt::default());
    disk
}

fn judged(disk: &TestDisk, status: Status, text: &str) -> Outcome {
    let outcome = on_os_disk(&PART001, disk.table());
    assert_eq!(outcome.status(), status, "{:?}", messages(&outcome));
    assert_evidence(&outcome);
    assert!(
        messages(&outcome).iter().any(|m| m.contains(text)),
        "{:?}",
        messages(&outcome)
    );
    outcome
}

#[test]
fn sound_tables_pass() {
    assert_eq!(on_os_disk(&PART001, gpt().table()), Outcome::pass());
    let mut mbr = TestDisk::new(SIZE);
    let outcome = on_os_disk(&PART001, mbr.mbr(&[(0x80, 0x83, 2048, 9)]).table());
    assert_eq!(outcome, Outcome::pass());
}

#[test]
fn a_broken_primary_fails_and_the_command_rebuilds_it() {
    for at in [512 + 16, 512 + 56, 1024 + 40] {
        let outcome = judged(gpt().flip(at, 1), Status::Fail, "its backup is sound");
        assert!(
            outcome.findings()[0]
                .fix
                .as_ref()
                .unwrap()
                .contains("sgdisk -e disk.raw")
        );
    }
    judged(
        gpt().write(512, &[0; 512]),
        Status::Fail,
        "its backup is sound",
    );
}

#[test]
fn a_table_with_no_sound_copy_fails() {
    judged(
        gpt().flip(512 + 56, 1).flip(LAST * 512 + 56, 1),
        Status::Fail,
        "no sound backup",
    );
    judged(
        gpt().flip(512 + 56, 1).resize(SIZE - MIB),
        Status::Fail,
        "no sound backup",
    );
}

#[test]
fn a_broken_backup_is_not_for_this_rule() {
    let outcome = on_os_disk(&PART001, gpt().flip(LAST * 512 + 56, 1).table());
    assert_eq!(outcome, Outcome::pass());
}

#[test]
fn a_gpt_that_nothing_announces_is_warned_of() {
    judged(gpt().write(0, &[0; 512]), Status::Warn, "no protective MBR");
    judged(
        gpt().write(446, &[0; 64]),
        Status::Warn,
        "no protective MBR",
    );
    judged(
        gpt().mbr(&[(0x80, 0x83, 2048, 9)]),
        Status::Warn,
        "does not announce",
    );
}

#[test]
fn a_hybrid_mbr_is_a_note() {
    let table = gpt()
        .mbr(&[(0, 0xee, 1, 2047), (0x80, 0x83, 2048, 9)])
        .table();
    let outcome = on_os_disk(&PART001, table);
    assert_eq!(
        (outcome.status(), outcome.findings()[0].level),
        (Status::Pass, Level::Note)
    );
}

#[test]
fn a_footer_over_the_mbr_fails_with_its_explanation() {
    for mut disk in [gpt(), TestDisk::new(SIZE)] {
        let outcome = judged(
            disk.write(0, b"conectix"),
            Status::Fail,
            "holds a VHD footer",
        );
        assert_eq!(messages(&outcome).len(), 1);
    }
}

#[test]
fn a_disk_without_a_table_fails_and_says_what_stands_there() {
    let outcome = judged(
        &TestDisk::new(SIZE),
        Status::Fail,
        "first MiB of the disk is zero",
    );
    assert!(
        outcome.findings()[0]
            .fix
            .as_ref()
            .unwrap()
            .contains("--disk data")
    );
    let mut disk = TestDisk::new(SIZE);
    judged(disk.write(5000, &[1]), Status::Fail, "sector 0 is zero");
    judged(disk.write(0, b"XFSB"), Status::Fail, "lacks the signature");
    disk.write(0, b"\xeb\x52\x90NTFS    ")
        .write(510, &[0x55, 0xaa]);
    judged(&disk, Status::Fail, "boot sector of a file system (NTFS)");
    judged(&TestDisk::new(100), Status::Fail, "no room");
}

#[test]
fn an_mbr_that_promises_a_gpt_or_is_empty_or_malformed_fails() {
    let mut disk = TestDisk::new(SIZE);
    let outcome = judged(
        disk.mbr(&[(0, 0xee, 1, 9)]),
        Status::Fail,
        "says that there is a GPT",
    );
    assert_eq!(messages(&outcome).len(), 1);
    judged(disk.mbr(&[]), Status::Fail, "has no partitions");
    judged(
        disk.mbr(&[(0x7f, 0x83, 2048, 9)]),
        Status::Fail,
        "status of MBR entry 1 is 0x7f",
    );
    judged(
        disk.gpt(&TestGpt::with(&[])),
        Status::Fail,
        "has no partitions",
    );
}

#[test]
fn data_disks_are_not_judged() {
    let outcome = on_data_disk(&PART001, TestDisk::new(SIZE).table());
    assert_eq!(outcome.status(), Status::NotApplicable);
    assert!(outcome.reason().unwrap().contains("said by the test"));
}

#[test]
fn what_cannot_be_read_is_undetermined() {
    assert_eq!(on_unreadable(&PART001).status(), Status::Undetermined);
    let table = gpt().unavailable(2048..2049).table();
    assert_eq!(on_os_disk(&PART001, table).status(), Status::Undetermined);
    let mut promised = TestDisk::new(SIZE);
    promised.mbr(&[(0, 0xee, 1, 9)]).unavailable(SIZE - 1..SIZE);
    assert_eq!(
        on_os_disk(&PART001, promised.table()).status(),
        Status::Undetermined
    );
}
