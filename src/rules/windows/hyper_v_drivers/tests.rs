//! Tests of WIN027.

use super::*;
use crate::finding::Status;
use crate::guest::pe::testing::{ARM64, pe};
use crate::guest::windows::registry::HiveName;
use crate::rules::Profile;
use crate::rules::windows::testing::boot::SERVICES;
use crate::rules::windows::testing::*;

fn starting(name: &str, start: u32) -> Machine {
    let key = format!(r"{SERVICES}\{name}");
    Machine::new().dword(HiveName::System, &key, "Start", start)
}

fn without(name: &str) -> Machine {
    Machine::new().without_key(HiveName::System, &format!(r"{SERVICES}\{name}"))
}

#[test]
fn a_machine_with_its_drivers_passes() {
    assert_eq!(of(&WIN027, &Machine::new()), Outcome::pass());
    assert_applies_to_windows_only(&WIN027);
    assert_needs(&WIN027, HiveName::System);
}

#[test]
fn drivers_that_do_not_start_weigh_by_what_fails_without_them() {
    for (machine, status) in [
        (starting("storvsc", 4), Status::Fail),
        (starting("storvsc", 3), Status::Fail),
        (starting("vmbus", 1), Status::Fail),
        (starting("netvsc", 4), Status::Fail),
        (starting("storflt", 4), Status::Warn),
        (starting("hyperkbd", 4), Status::Warn),
        (starting("storflt", 3), Status::Pass),
        (without("vmbus"), Status::Fail),
        (without("storvsc"), Status::Fail),
        (without("netvsc"), Status::Warn),
        (without("hyperkbd"), Status::Pass),
    ] {
        let outcome = of(&WIN027, &machine);
        assert_eq!(outcome.status(), status, "{outcome:?}");
        assert_evidence(&outcome);
    }
    let undone = Machine::new().unset(HiveName::System, &format!(r"{SERVICES}\vmbus"), "Start");
    assert_eq!(of(&WIN027, &undone).status(), Status::Fail);
}

#[test]
fn an_override_counts_more_than_start() {
    let with = |number| {
        let key = format!(r"{SERVICES}\storvsc\StartOverride");
        of(
            &WIN027,
            &Machine::new().dword(HiveName::System, &key, "0", number),
        )
    };
    assert_eq!(with(0), Outcome::pass());
    let outcome = with(3);
    assert_eq!(outcome.status(), Status::Fail);
    assert_evidence(&outcome);
}

#[test]
fn the_file_has_to_be_there_and_for_the_processor() {
    let path = "/Windows/System32/drivers/storvsc.sys";
    let none = Machine::new().files(|tree| tree.without(path));
    let wrong = Machine::new().files(|tree| tree.bytes(path, &pe(ARM64, &[], true)));
    let text = Machine::new().files(|tree| tree.file(path, "text"));
    for machine in [none, wrong, text] {
        let outcome = of(&WIN027, &machine);
        assert_eq!(outcome.status(), Status::Fail);
        assert_evidence(&outcome);
    }
    let unread = Machine::new().files(|tree| tree.unreadable(path));
    assert_eq!(of(&WIN027, &unread).status(), Status::Undetermined);
}

#[test]
fn ide_is_generation_1s() {
    for (generation, status, count) in [
        (Generation::One, Status::Warn, 1),
        (Generation::Any, Status::Pass, 1),
        (Generation::Two, Status::Pass, 0),
    ] {
        let mut inspection = starting("atapi", 3).inspection();
        inspection.generation = generation;
        let outcome = judge(&WIN027, &inspection, Profile::default());
        assert_eq!(
            (outcome.status(), outcome.findings().len()),
            (status, count)
        );
    }
}
