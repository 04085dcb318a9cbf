//! Tests of WIN007.

use super::*;
use crate::finding::{Level, Status};
use crate::guest::hive::Data;
use crate::guest::windows::registry::HiveName::{Software, System};
use crate::rules::windows::testing::*;

const HERE: &str = r"CurrentControlSet\Control\Terminal Server";
const RDP_TCP: &str = r"CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp";
const POLICIES: &str = r"Policies\Microsoft\Windows NT\Terminal Services";
const SERVICE: &str = r"CurrentControlSet\Services\TermService";

#[test]
fn a_machine_that_can_be_reached_passes() {
    assert_eq!(of(&WIN007, &Machine::new()), Outcome::pass());
    let allowed = Machine::new().dword(Software, POLICIES, DENY, 0);
    assert_eq!(of(&WIN007, &allowed), Outcome::pass());
    let automatic = Machine::new().dword(System, SERVICE, "Start", 2);
    assert_eq!(of(&WIN007, &automatic), Outcome::pass());
}

#[test]
fn each_way_to_turn_it_off_fails_at_its_place() {
    let m = Machine::new;
    for (machine, place) in [
        (
            m().dword(System, HERE, DENY, 1),
            r"SYSTEM\ControlSet001\Control\Terminal Server!fDenyTSConnections",
        ),
        (
            m().unset(System, HERE, DENY),
            r"SYSTEM\ControlSet001\Control\Terminal Server!fDenyTSConnections",
        ),
        (
            m().dword(Software, POLICIES, DENY, 1),
            r"SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services!fDenyTSConnections",
        ),
        (
            m().dword(System, HERE, "TSEnabled", 0),
            r"SYSTEM\ControlSet001\Control\Terminal Server!TSEnabled",
        ),
        (
            m().dword(System, HERE, "TSServerDrainMode", 1),
            r"SYSTEM\ControlSet001\Control\Terminal Server!TSServerDrainMode",
        ),
        (
            m().dword(System, HERE, "TSUserEnabled", 1),
            r"SYSTEM\ControlSet001\Control\Terminal Server!TSUserEnabled",
        ),
        (
            m().dword(System, RDP_TCP, "fEnableWinStation", 0),
            r"SYSTEM\ControlSet001\Control\Terminal Server\WinStations\RDP-Tcp!fEnableWinStation",
        ),
        (
            m().dword(System, RDP_TCP, "fLogonDisabled", 1),
            r"SYSTEM\ControlSet001\Control\Terminal Server\WinStations\RDP-Tcp!fLogonDisabled",
        ),
        (
            m().dword(System, SERVICE, "Start", 4),
            r"SYSTEM\ControlSet001\Services\TermService!Start",
        ),
        (
            m().without_key(System, SERVICE),
            r"SYSTEM\ControlSet001\Services\TermService",
        ),
    ] {
        let outcome = of(&WIN007, &machine);
        assert_eq!(outcome.status(), Status::Fail, "{place}");
        assert_evidence(&outcome);
        let [finding] = outcome.findings() else {
            panic!("{outcome:?}");
        };
        let found = finding.place.as_ref().unwrap();
        assert_eq!(found.registry.as_deref(), Some(place));
    }
}

#[test]
fn a_policy_that_allows_what_the_machine_refuses_is_a_warning() {
    let machine = Machine::new()
        .dword(System, HERE, DENY, 1)
        .dword(Software, POLICIES, DENY, 0);
    let outcome = of(&WIN007, &machine);
    assert_eq!(worst(&outcome), Some(Level::Warning));
    assert_evidence(&outcome);
}

#[test]
fn what_cannot_be_read_is_open_and_hides_no_failure() {
    assert_needs(&WIN007, System);
    assert_needs(&WIN007, Software);
    let text = Machine::new().set(System, HERE, DENY, Data::Sz("0".to_owned()));
    assert_eq!(of(&WIN007, &text).status(), Status::Undetermined);
    let both = text.dword(System, SERVICE, "Start", 4);
    assert_eq!(of(&WIN007, &both).status(), Status::Fail);
    let unset = Machine::new().unset(System, SERVICE, "Start");
    assert_eq!(of(&WIN007, &unset).status(), Status::Undetermined);
    assert_applies_to_windows_only(&WIN007);
}
