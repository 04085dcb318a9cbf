//! Tests of WIN020.

use super::*;
use crate::finding::Status;
use crate::guest::windows::accounts::testing::Stored;
use crate::guest::windows::iis::testing::{FILE, configuration};
use crate::guest::windows::registry::HiveName::{Sam, System};
use crate::guest::windows::tasks::testing::task;
use crate::rules::windows::testing::people::{with_account, with_service};
use crate::rules::windows::testing::*;

fn service(account: &str) -> Machine {
    let key = r"CurrentControlSet\Services\O'Hara";
    with_service(Machine::new(), "O'Hara", 2, 16, r"C:\o.exe").string(
        System,
        key,
        "ObjectName",
        account,
    )
}

#[test]
fn services_of_the_system_pass_and_those_of_the_administrator_fail() {
    assert_eq!(of(&WIN020, &Machine::new()), Outcome::pass());
    for account in [
        "LocalSystem",
        r"NT AUTHORITY\NetworkService",
        r"nt service\shop",
        r".\LocalSystem",
    ] {
        assert_eq!(of(&WIN020, &service(account)), Outcome::pass(), "{account}");
    }
    for account in [
        r".\Administrator",
        "administrator",
        r"BUILD-01\ADMINISTRATOR",
        "administrator@contoso.com",
    ] {
        let outcome = of(&WIN020, &service(account));
        assert_eq!(outcome.status(), Status::Fail, "{account}");
        assert_evidence(&outcome);
        let finding = &outcome.findings()[0];
        assert_eq!(
            finding.fix.as_deref(),
            Some(r"sc.exe config 'O''Hara' obj= 'NT SERVICE\O''Hara'")
        );
        let place = finding.place.as_ref().unwrap();
        assert_eq!(
            place.registry.as_deref(),
            Some(r"SYSTEM\ControlSet001\Services\O'Hara!ObjectName")
        );
    }
    assert_eq!(of(&WIN020, &service(r".\root")).status(), Status::Warn);
    assert_eq!(worst(&of(&WIN020, &service(r".\shop"))), Some(Level::Note));
}

#[test]
fn a_renamed_administrator_is_known_by_its_rid() {
    let machine = with_account(service(r".\Boss"), 500, 0x210, "boss", Stored::Aes);
    assert_eq!(of(&WIN020, &machine).status(), Status::Fail);
    let unknown = service(r".\Boss").without_hive(Sam);
    assert_eq!(of(&WIN020, &unknown).status(), Status::Undetermined);
    let unknown = Machine::new().without_hive(Sam);
    assert_eq!(of(&WIN020, &unknown), Outcome::pass());
}

#[test]
fn tasks_and_pools_are_looked_at() {
    let tasks = "/Windows/System32/Tasks";
    for (user, status) in [
        ("S-1-5-21-1-2-3-500", Status::Warn),
        (r"BUILD\Administrator", Status::Warn),
        ("S-1-5-18", Status::Pass),
        ("SYSTEM", Status::Pass),
    ] {
        let path = format!("{tasks}/Contoso/Nightly");
        let machine = Machine::new().files(|tree| tree.bytes(&path, &task(user, "a.exe", "")));
        let outcome = of(&WIN020, &machine);
        assert_eq!(outcome.status(), status, "{user}");
        assert_evidence(&outcome);
    }
    let own = format!("{tasks}/Optimize Start Menu Cache Files-S-1-5-21-1-2-3-500");
    let admin = task("S-1-5-21-1-2-3-500", "", "");
    let machine = Machine::new().files(|tree| tree.bytes(&own, &admin));
    assert_eq!(of(&WIN020, &machine), Outcome::pass());
    let pool = configuration(r".\Administrator", r"C:\inetpub\wwwroot");
    let machine = Machine::new().files(|tree| tree.file(FILE, &pool));
    let outcome = of(&WIN020, &machine);
    assert_eq!(outcome.status(), Status::Fail);
    assert_evidence(&outcome);
    assert!(!format!("{outcome:?}").contains("PLANTED"));
}

#[test]
fn what_cannot_be_read_is_undetermined() {
    for path in [FILE, "/Windows/System32/Tasks/Contoso"] {
        let outcome = of(&WIN020, &Machine::new().files(|tree| tree.unreadable(path)));
        assert_eq!(outcome.status(), Status::Undetermined, "{path}");
    }
    assert_needs(&WIN020, System);
    assert_applies_to_windows_only(&WIN020);
}

#[test]
fn names_that_are_none_to_a_command_stay_out_of_it() {
    let fix = |machine: &Machine| {
        let outcome = of(&WIN020, machine);
        outcome.findings()[0].fix.clone().unwrap()
    };
    let key = "CurrentControlSet\\Services\\a\" *";
    let service = with_service(Machine::new(), "a\" *", 2, 16, "a.exe").string(
        System,
        key,
        "ObjectName",
        "Administrator",
    );
    assert_eq!(fix(&service), LIST_SERVICES);
    let pool = configuration("Administrator", "C:\\a").replace("Shop", "-x");
    let pool = Machine::new().files(|tree| tree.file(FILE, &pool));
    assert_eq!(fix(&pool), LIST_POOLS);
    let folder = configuration("", "C:\\a\" userName=\"Administrator");
    let folder = Machine::new().files(|tree| tree.file(FILE, &folder));
    assert_eq!(fix(&folder), OPEN_CONFIGURATION);
}
