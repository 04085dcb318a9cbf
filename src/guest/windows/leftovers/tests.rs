//! Tests of what is left behind.

use super::*;
use crate::rules::windows::testing::Machine;

const PEM: &str = "-----BEGIN RSA PRIVATE KEY-----\nPLANTED\n-----END RSA PRIVATE KEY-----\n";

#[test]
fn the_sound_machine_has_nothing_but_what_windows_brings() {
    let left = Machine::new().facts().leftovers;
    assert_eq!(left.hosts, Ok(Vec::new()));
    assert_eq!(left.profiles, Ok(Vec::new()));
    assert_eq!((left.histories, left.secrets), Default::default());
    assert_eq!(left.certificates, Ok(Vec::new()));
}

#[test]
fn keys_credentials_and_histories_are_found_by_place_and_kind() {
    let history = format!("/Users/joe/{HISTORIES}/ConsoleHost_history.txt");
    let left = Machine::new()
        .files(|tree| {
            tree.file(&history, "PLANTED")
                .file("/Users/joe/.ssh/id_ed25519", PEM)
                .file("/Users/joe/.ssh/id_ed25519.pub", "ssh-ed25519 AAAA")
                .file("/Users/joe/.ssh/known_hosts", "PLANTED")
                .file("/Users/joe/Desktop/deep/cert.pfx", "PLANTED")
                .file(
                    "/Users/joe/Documents/public.pem",
                    "-----BEGIN CERTIFICATE-----",
                )
                .file("/Users/joe/.azure/TokenCache.dat", "PLANTED")
                .file("/ProgramData/ssh/ssh_host_rsa_key", PEM)
                .file("/server.key", PEM)
                .file("/Windows/Temp/a/b.log", "12345")
                .file("/Windows/Panther/setupact.log", "123")
                .file(
                    "/Windows/System32/drivers/etc/hosts",
                    "\u{feff}# comment\n10.0.0.4 build # PLANTED\n",
                )
        })
        .facts()
        .leftovers;
    let kinds: Vec<_> = left
        .secrets
        .list
        .iter()
        .map(|s| (s.kind, &*s.spot.path))
        .collect();
    assert_eq!(
        kinds,
        [
            (
                SecretKind::Credentials("Azure PowerShell"),
                r"C:\Users\joe\.azure\TokenCache.dat"
            ),
            (SecretKind::PrivateKey, r"C:\Users\joe\.ssh\id_ed25519"),
            (SecretKind::KnownHosts, r"C:\Users\joe\.ssh\known_hosts"),
            (SecretKind::KeyStore, r"C:\Users\joe\Desktop\deep\cert.pfx"),
            (SecretKind::PrivateKey, r"C:\server.key"),
            (SecretKind::HostKey, r"C:\ProgramData\ssh\ssh_host_rsa_key"),
        ]
    );
    assert_eq!(left.histories.list.len(), 1);
    assert_eq!(left.histories.list[0].size, 7);
    let hosts = left.hosts.as_ref().unwrap();
    assert_eq!(
        (hosts[0].value.as_str(), hosts[0].spot.line),
        ("10.0.0.4 build", Some(2))
    );
    let temporary = left.temporary.as_ref().unwrap().as_ref().unwrap();
    assert_eq!((temporary.files, temporary.bytes), (1, 5));
    assert_eq!(left.panther.as_ref().unwrap().as_ref().unwrap().files, 1);
    assert!(!format!("{left:?}").contains("PLANTED"));
}

#[test]
fn profiles_are_told_apart_by_their_accounts() {
    let list = r"Microsoft\Windows NT\CurrentVersion\ProfileList";
    let mut machine = Machine::new();
    for (sid, folder) in [
        ("S-1-5-21-1-2-3-500", r"C:\Users\renamed"),
        ("S-1-5-82-1-2", r"C:\Users\DefaultAppPool"),
        ("S-1-5-21-1-2-3-1001", r"C:\Users\joe"),
    ] {
        let key = format!(r"{list}\{sid}");
        machine = machine.string(HiveName::Software, &key, "ProfileImagePath", folder);
    }
    let machine = machine.files(|tree| {
        tree.dir("/Users/renamed")
            .dir("/Users/DefaultAppPool")
            .dir("/Users/joe")
            .dir("/Users/Administrator")
            .file("/Users/desktop.ini", "")
    });
    let profiles = machine.facts().leftovers.profiles.unwrap();
    let found: Vec<_> = profiles
        .iter()
        .map(|p| (p.name.as_str(), p.is_administrator(), p.is_virtual()))
        .collect();
    assert_eq!(
        found,
        [
            ("Administrator", true, false),
            ("DefaultAppPool", false, true),
            ("joe", false, false),
            ("renamed", true, false),
        ]
    );
}

#[test]
fn what_cannot_be_read_is_said() {
    let left = Machine::new()
        .files(|tree| tree.unreadable("/Users/joe/.ssh/id_rsa"))
        .facts()
        .leftovers;
    assert!(!left.secrets.open.is_empty());
    let left = Machine::new()
        .files(|tree| tree.without("/Users").link("/Users", r"\??\D:\Users"))
        .facts()
        .leftovers;
    assert!(left.profiles.is_err());
    assert!(!left.histories.open.is_empty() && !left.secrets.open.is_empty());
}

#[test]
fn hosts_without_an_end_are_not_known() {
    let lines = |count: usize| {
        let text = "127.0.0.1 localhost\r\n".repeat(count);
        let machine = Machine::new().files(|tree| tree.bytes(super::HOSTS, text.as_bytes()));
        machine.facts().leftovers.hosts
    };
    assert_eq!(lines(super::MAX_LINES).unwrap().len(), super::MAX_LINES);
    assert!(lines(super::MAX_LINES + 1).is_err());
}
