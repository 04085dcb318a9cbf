//! Tests of WIN031.

use super::*;
use crate::finding::Status;
use crate::guest::testing::Tree;
use crate::guest::windows::registry::HiveName::Software;
use crate::rules::windows::testing::*;

const HOSTS: &str = "/Windows/System32/drivers/etc/hosts";
const HISTORY: &str = "/Windows/System32/config/systemprofile/AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/ConsoleHost_history.txt";
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nPLANTED\n";

fn with(change: impl FnOnce(Tree) -> Tree) -> Machine {
    Machine::new().files(change)
}

#[test]
fn a_clean_machine_passes() {
    assert_eq!(of(&WIN031, &Machine::new()), Outcome::pass());
    let own = with(|tree| tree.append(HOSTS, "127.0.0.1 localhost\n::1 LOCALHOST\n"));
    assert_eq!(of(&WIN031, &own), Outcome::pass());
    let empty = with(|tree| tree.file(HISTORY, ""));
    assert_eq!(of(&WIN031, &empty), Outcome::pass());
}

#[test]
fn each_thing_that_is_left_warns() {
    for (machine, word) in [
        (
            with(|tree| tree.append(HOSTS, "10.0.0.4 build\n")),
            "hosts file",
        ),
        (
            with(|tree| tree.append(HOSTS, "127.0.0.1 contoso.com\n")),
            "hosts file",
        ),
        (with(|tree| tree.file(HISTORY, "PLANTED")), "PowerShell"),
        (
            with(|tree| tree.file("/build/o'hara.key", KEY)),
            "private key",
        ),
        (
            with(|tree| tree.file("/ProgramData/ssh/ssh_host_rsa_key", KEY)),
            "OpenSSH",
        ),
        (with(|tree| tree.file("/cert.pfx", "PLANTED")), "PKCS #12"),
        (with(|tree| tree.dir("/Users/joe")), "profile joe"),
    ] {
        let outcome = of(&WIN031, &machine);
        assert_eq!(outcome.status(), Status::Warn, "{word}: {outcome:?}");
        assert_evidence(&outcome);
        assert_eq!(outcome.findings().len(), 1);
        assert!(outcome.findings()[0].message.contains(word));
        assert!(outcome.findings()[0].place.is_some());
        assert!(!format!("{outcome:?}").contains("PLANTED"));
    }
    let key = with(|tree| tree.file("/build/o'hara.key", KEY));
    assert_eq!(
        of(&WIN031, &key).findings()[0].fix.as_deref(),
        Some(r"Remove-Item -LiteralPath 'C:\build\o''hara.key' -Force")
    );
}

#[test]
fn what_is_usual_is_noted_or_advised() {
    let store = r"Microsoft\SystemCertificates\MY\Certificates\0123";
    for (machine, level) in [
        (with(|tree| tree.dir("/Users/Administrator")), Level::Note),
        (
            with(|tree| tree.file("/Windows/Temp/a.log", "x")),
            Level::Note,
        ),
        (
            with(|tree| tree.file("/Windows/System32/winevt/Logs/a.evtx", "x")),
            Level::Note,
        ),
        (
            with(|tree| tree.file("/Windows/Panther/setupact.log", "x")),
            Level::Advice,
        ),
        (Machine::new().key(Software, store), Level::Advice),
    ] {
        assert_eq!(worst(&of(&WIN031, &machine)), Some(level));
    }
}

#[test]
fn what_cannot_be_read_is_undetermined() {
    for path in [HOSTS, "/Users/Public/Documents/id_rsa"] {
        let outcome = of(&WIN031, &with(|tree| tree.unreadable(path)));
        assert_eq!(outcome.status(), Status::Undetermined, "{path}");
    }
    assert_needs(&WIN031, Software);
    assert_applies_to_windows_only(&WIN031);
}
