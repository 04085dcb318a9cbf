//! The three readings of the configuration, and the answers of a real sshd.

use super::*;
use crate::guest::testing::Tree;

const MAIN_FILE: &str = "/etc/ssh/sshd_config";
const DROP_IN: &str = "/etc/ssh/sshd_config.d/50-cloudimg-settings.conf";
const KEYWORD: &str = "ClientAliveInterval";
const UBUNTU: &str = "ID=ubuntu\nVERSION_ID=\"22.04\"\n";

fn of(tree: Tree) -> Ssh {
    gather(&tree.root())
}

fn main_file(text: &str) -> Ssh {
    of(Tree::new().file(MAIN_FILE, text))
}

fn value(known: Known<Option<Located<String>>>) -> Option<String> {
    known.unwrap().map(|located| located.value)
}

/// What sshd prints for a keyword that nothing sets.
fn default_of(keyword: &str) -> &'static str {
    match keyword {
        "clientaliveinterval" => "0",
        "permitrootlogin" => "without-password",
        "passwordauthentication" | "pubkeyauthentication" => "yes",
        "permitemptypasswords" => "no",
        "authorizedkeysfile" => ".ssh/authorized_keys .ssh/authorized_keys2",
        other => panic!("{other}"),
    }
}

fn printed(ssh: &Ssh, keyword: &str) -> String {
    match value(ssh.effective(keyword)) {
        None => default_of(keyword).to_owned(),
        Some(text) if keyword == "clientaliveinterval" => seconds(&text).unwrap().to_string(),
        Some(text) => text,
    }
}

#[test]
fn the_effective_values_are_those_of_the_real_sshd() {
    let answers: serde_json::Value =
        serde_json::from_str(include_str!("../../../../testdata/ssh/answers.json")).unwrap();
    let answers = answers["answers"].as_array().unwrap();
    assert!(answers.len() >= 100);
    let mut values = 0;
    for answer in answers {
        let name = answer["name"].as_str().unwrap();
        let mut tree = Tree::new();
        for (path, text) in answer["files"].as_object().unwrap() {
            tree = tree.file(&format!("/etc/ssh/{path}"), text.as_str().unwrap());
        }
        let ssh = of(tree);
        if let Some(reason) = answer["refused"].as_str() {
            // Which keywords and values there are differs from version to version, and is not
            // looked at.
            let other = reason.contains("Bad configuration option")
                || reason.contains("unsupported option");
            assert_eq!(ssh.refusals().is_empty(), other, "{name}: {reason}");
            assert!(
                ssh.refusals()
                    .iter()
                    .all(|refusal| refusal.test_only
                        == reason.contains("connection test specification")),
                "{name}"
            );
            continue;
        }
        assert!(ssh.refusals().is_empty(), "{name}: {:?}", ssh.refusals());
        for (keyword, real) in answer["values"].as_object().unwrap() {
            assert_eq!(
                printed(&ssh, keyword),
                real.as_str().unwrap(),
                "{name}: {keyword}"
            );
            values += 1;
        }
    }
    assert!(values > 400, "{values}");
}

#[test]
fn three_readers_see_three_values() {
    let tree = Tree::new()
        .file("/etc/os-release", UBUNTU)
        .file(
            MAIN_FILE,
            "Include /etc/ssh/sshd_config.d/*.conf\nClientAliveInterval 60\n\
             ClientAliveInterval 180 # seconds\n clientaliveinterval 3\nMatch User joe\n\
             ClientAliveInterval\t90\n",
        )
        .file(
            "/etc/ssh/sshd_config.d/10-own.conf",
            "ClientAliveInterval 30\n",
        )
        .file(DROP_IN, "ClientAliveInterval 120\n");
    let ssh = of(tree.clone());
    let effective = ssh.effective(KEYWORD).unwrap().unwrap();
    assert_eq!(effective.value, "30");
    assert_eq!(effective.spot.path, "/etc/ssh/sshd_config.d/10-own.conf");
    let literal: Vec<_> = ssh.literal(KEYWORD).unwrap();
    let literal: Vec<_> = literal
        .iter()
        .map(|one| (one.value.as_str(), one.spot.line))
        .collect();
    assert_eq!(
        literal,
        [("60", Some(2)), ("180", Some(3)), ("90", Some(6))]
    );
    assert_eq!(value(ssh.fallback(KEYWORD)).as_deref(), Some("120"));
    let debian = of(tree.file("/etc/os-release", "ID=debian\n"));
    assert_eq!(value(debian.fallback(KEYWORD)).as_deref(), Some("90"));
}

#[test]
fn the_main_file_is_found_where_distributions_put_it() {
    let vendor = Tree::new()
        .file(
            "/usr/etc/ssh/sshd_config",
            "Include /etc/ssh/sshd_config.d/*.conf\nInclude /usr/etc/ssh/sshd_config.d/*.conf\n",
        )
        .file(
            "/usr/etc/ssh/sshd_config.d/40.conf",
            "ClientAliveInterval 180\n",
        );
    let ssh = of(vendor.clone());
    assert_eq!(
        ssh.main.as_ref().unwrap().as_ref().unwrap().path,
        "/usr/etc/ssh/sshd_config"
    );
    assert_eq!(value(ssh.effective(KEYWORD)).as_deref(), Some("180"));
    let own = of(vendor.file(MAIN_FILE, "Port 2222\n"));
    assert_eq!(value(own.effective(KEYWORD)), None);
    assert_eq!(value(own.effective("port")).as_deref(), Some("2222"));
    let local = of(Tree::new()
        .file("/usr/local/etc/ssh/sshd_config", "Include more.conf\n")
        .file("/usr/local/etc/ssh/more.conf", "Port 22\nPort 2222\n"));
    let ports: Vec<_> = local.every("Port").unwrap();
    assert_eq!(ports.len(), 2);
    let none = of(Tree::new());
    assert_eq!(
        (none.main.clone(), none.server.clone()),
        (Ok(None), Ok(None))
    );
    assert_eq!(value(none.effective(KEYWORD)), None);
}

#[test]
fn what_cannot_be_read_counts_only_where_it_comes_before_the_value() {
    let before = of(Tree::new()
        .file(
            MAIN_FILE,
            "Include sshd_config.d/*.conf\nClientAliveInterval 180\n",
        )
        .unreadable("/etc/ssh/sshd_config.d/a.conf"));
    assert!(
        before
            .effective(KEYWORD)
            .unwrap_err()
            .reason
            .contains("a.conf")
    );
    assert_eq!(before.literal(KEYWORD).unwrap().len(), 1);
    let after = of(Tree::new()
        .file(
            MAIN_FILE,
            "ClientAliveInterval 180\nInclude sshd_config.d/*.conf\n",
        )
        .unreadable("/etc/ssh/sshd_config.d/a.conf"));
    assert_eq!(value(after.effective(KEYWORD)).as_deref(), Some("180"));
    assert!(after.effective("Port").is_err());
    assert!(after.every("Port").is_err());
    let in_a_block = of(Tree::new()
        .file(MAIN_FILE, "Match User joe\nInclude a.conf\n")
        .unreadable("/etc/ssh/a.conf"));
    assert_eq!(value(in_a_block.effective(KEYWORD)), None);
    let main = of(Tree::new().unreadable(MAIN_FILE));
    assert!(main.effective(KEYWORD).is_err());
    assert!(main.literal(KEYWORD).is_err() && main.fallback(KEYWORD).is_err());
    let cloud = of(Tree::new()
        .file("/etc/os-release", UBUNTU)
        .file(MAIN_FILE, "ClientAliveInterval 180\n")
        .unreadable(DROP_IN));
    assert!(cloud.fallback(KEYWORD).is_err());
    assert_eq!(value(cloud.effective(KEYWORD)).as_deref(), Some("180"));
}

#[test]
fn programs_and_host_keys_are_places_only() {
    let ssh = of(Tree::new()
        .link("/usr/sbin/sshd", "/opt/ssh/sshd")
        .file("/opt/ssh/sshd", "ELF")
        .file(
            "/etc/ssh/ssh_host_rsa_key",
            "-----BEGIN OPENSSH PRIVATE KEY-----\nplanted",
        )
        .file("/etc/ssh/ssh_host_rsa_key.pub", "ssh-rsa planted"));
    let server = ssh.server.clone().unwrap().unwrap();
    assert_eq!(
        (server.value, server.spot.path.as_str()),
        (Server::OpenSsh, "/opt/ssh/sshd")
    );
    assert_eq!(ssh.host_keys.as_ref().unwrap().len(), 1);
    assert!(!format!("{ssh:?}").contains("planted"));
}

#[test]
fn mutated_and_endless_configurations_end() {
    let seed = "Include a.conf b*.conf\nMatch User \"joe\" Address 10.0.0.0/8\n\
                ClientAliveInterval = '3m' # x\nMatch all\nPort 22\n\\\"=\t\u{c}\n";
    let mut state = 0x1234_5678_9abc_def1_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % 0xffff_ffff).unwrap() % below
    };
    for _ in 0..1000 {
        let mut bytes = seed.as_bytes().to_vec();
        for _ in 0..1 + next(4) {
            let at = next(bytes.len());
            bytes[at] = match next(4) {
                0 => b"\"'=#\\ \t\n*[]/"[next(12)],
                1 => u8::try_from(next(256)).unwrap(),
                2 => bytes[next(bytes.len())],
                _ => b'9',
            };
        }
        let ssh = of(Tree::new()
            .bytes(MAIN_FILE, &bytes)
            .bytes("/etc/ssh/a.conf", &bytes)
            .file("/etc/ssh/b1.conf", "ClientAliveInterval 1w1w1w\n"));
        let _ = (
            ssh.effective(KEYWORD),
            ssh.fallback(KEYWORD),
            ssh.every("port"),
        );
    }
    // Each file names each other twice: sshd's limit on depth alone would allow 2^16 readings.
    let wide = "Include a.conf a.conf\n".repeat(20);
    let ssh = of(Tree::new()
        .file(MAIN_FILE, &wide)
        .file("/etc/ssh/a.conf", &wide));
    assert!(!ssh.refusals().is_empty());
    let many = main_file(&"Port 22\n".repeat(30_000));
    assert!(many.every("Port").is_err());
    assert_eq!(value(many.effective("Port")).as_deref(), Some("22"));
}
