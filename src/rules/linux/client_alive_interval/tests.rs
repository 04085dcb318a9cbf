//! Every profile, every reader.

use super::*;
use crate::finding::Status;
use crate::guest::linux::agent::WaagentConf;
use crate::guest::linux::cloud_init::CloudInitFacts;
use crate::guest::testing::Tree;
use crate::guest::{Guest, TextFile};
use crate::known::Undetermined;
use crate::rules::linux::testing::*;

const MAIN: &str = "/etc/ssh/sshd_config";
const DROP_IN: &str = "/etc/ssh/sshd_config.d/50-cloudimg-settings.conf";

fn main_file(text: &str) -> Tree {
    Tree::new().file("/usr/sbin/sshd", "ELF").file(MAIN, text)
}

fn statuses(tree: &Tree) -> [Status; 3] {
    let outcomes = in_profiles(&LNX029, tree);
    outcomes.iter().for_each(assert_evidence);
    outcomes.map(|outcome| outcome.status())
}

#[test]
fn a_hundred_and_eighty_in_the_main_file_passes_silently() {
    for text in [
        "ClientAliveInterval 180\n",
        "ClientAliveInterval\t180\t# seconds\nInclude sshd_config.d/*.conf\n",
        "ClientAliveInterval 180\nMatch User joe\nPermitRootLogin no\n",
    ] {
        for outcome in in_profiles(&LNX029, &main_file(text)) {
            assert_eq!(outcome, Outcome::pass(), "{text}");
        }
    }
}

#[test]
fn a_line_without_a_value_is_shown_as_one() {
    for outcome in in_profiles(&LNX029, &main_file("ClientAliveInterval # 180\n")) {
        let found: Vec<_> = outcome
            .findings()
            .iter()
            .map(|f| f.found.as_deref())
            .collect();
        assert_eq!(found.first(), Some(&Some("no value")), "{outcome:?}");
        assert!(!found.contains(&Some("")), "{outcome:?}");
    }
}

#[test]
fn each_profile_has_its_own_limits() {
    use Status::{Fail, Pass, Warn};
    for (text, expected) in [
        ("", [Fail, Fail, Fail]),
        (
            "Match User joe\nClientAliveInterval 180\n",
            [Fail, Fail, Fail],
        ),
        ("ClientAliveInterval 0\n", [Fail, Fail, Fail]),
        ("ClientAliveInterval 1\n", [Fail, Warn, Fail]),
        ("ClientAliveInterval 29\n", [Fail, Warn, Fail]),
        ("ClientAliveInterval 30\n", [Warn, Pass, Warn]),
        ("ClientAliveInterval 120\n", [Warn, Pass, Warn]),
        ("ClientAliveInterval 235\n", [Warn, Pass, Warn]),
        ("ClientAliveInterval 236\n", [Fail, Fail, Fail]),
        ("ClientAliveInterval 1h\n", [Fail, Fail, Fail]),
        ("ClientAliveInterval soon\n", [Fail, Fail, Fail]),
        // sshd takes 180 seconds, a search for numbers does not.
        ("ClientAliveInterval 3m\n", [Warn, Warn, Fail]),
        (" clientaliveinterval 180\n", [Warn, Warn, Warn]),
        (
            "ClientAliveInterval 180\nMatch User joe\nClientAliveInterval 0\n",
            [Warn, Warn, Fail],
        ),
    ] {
        assert_eq!(statuses(&main_file(text)), expected, "{text:?}");
    }
    let noted = of(&LNX029, &main_file("ClientAliveInterval 120\n"));
    assert_eq!(noted.findings().len(), 1);
    assert!(noted.findings()[0].message.contains("120 seconds"));
}

#[test]
fn a_drop_in_is_not_enough() {
    use Status::{Fail, Warn};
    let only = main_file("Include /etc/ssh/sshd_config.d/*.conf\n").file(
        "/etc/ssh/sshd_config.d/99-azure.conf",
        "ClientAliveInterval 180\n",
    );
    assert_eq!(statuses(&only), [Warn, Warn, Fail]);
    let found = of(&LNX029, &only);
    assert_eq!(found.findings().len(), 1);
    let place = found.findings()[0].place.as_ref().unwrap();
    assert_eq!(place.path.as_deref(), Some(MAIN));
    // Ubuntu's cloud image, and the remedy of appending to the main file only.
    let ubuntu = main_file("Include /etc/ssh/sshd_config.d/*.conf\nClientAliveInterval 180\n")
        .file("/etc/os-release", "ID=ubuntu\nVERSION_ID=\"22.04\"\n")
        .file(DROP_IN, "ClientAliveInterval 120\n");
    assert_eq!(statuses(&ubuntu), [Warn, Status::Pass, Warn]);
    let after = ubuntu.file(DROP_IN, "ClientAliveInterval 0\n").file(
        MAIN,
        "ClientAliveInterval 180\nInclude /etc/ssh/sshd_config.d/*.conf\n",
    );
    assert_eq!(statuses(&after), [Warn, Warn, Fail]);
    let fallback = of(&LNX029, &after);
    assert!(
        fallback.findings()[0]
            .message
            .contains("where sshd -T fails")
    );
}

#[test]
fn the_agent_writes_it_where_it_provisions() {
    let tree = main_file("Port 22\n");
    let with = |agent: &str, interval: Option<&str>, cloud_init: bool| {
        let mut inspection = inspection(&tree);
        let Ok(Some(Guest::Linux(guest))) = &mut inspection.guest else {
            panic!()
        };
        let spot = guest.ssh.main.clone().unwrap().unwrap();
        let setting =
            |key: &str, value: &str| (key.to_owned(), Located::new(value.to_owned(), spot.clone()));
        let mut settings = vec![setting("Provisioning.Agent", agent)];
        settings.extend(interval.map(|value| setting("OS.SshClientAliveInterval", value)));
        let mut conf = WaagentConf::parse(&TextFile {
            spot: spot.clone(),
            text: String::new(),
        });
        conf.settings = settings;
        guest.agent.conf = Ok(Some(conf));
        guest.agent.program = Ok(Some(spot.clone()));
        guest.cloud_init = Ok(CloudInitFacts {
            installed: cloud_init.then(|| spot.clone()),
            ..CloudInitFacts::default()
        });
        judge(&LNX029, &inspection, Profile::Strict)
    };
    let noted = with("waagent", None, true);
    assert_eq!(
        (noted.status(), worst(&noted)),
        (Status::Pass, Some(Level::Note))
    );
    assert_eq!(with("auto", Some("180"), false).status(), Status::Pass);
    assert_eq!(with("auto", None, true).status(), Status::Fail);
    assert_eq!(with("cloud-init", None, false).status(), Status::Fail);
    assert_eq!(with("waagent", Some("0"), false).status(), Status::Fail);
}

#[test]
fn what_is_not_there_or_not_readable_says_so() {
    assert!(matches!(
        of(&LNX029, &Tree::new()),
        Outcome::NotApplicable(_)
    ));
    let dropbear = of(&LNX029, &Tree::new().file("/usr/sbin/dropbear", "ELF"));
    assert_eq!(dropbear.status(), Status::Fail);
    let unconfigured = of(&LNX029, &Tree::new().file("/usr/sbin/sshd", "ELF"));
    assert_eq!(unconfigured.status(), Status::Fail);
    let unread = of(&LNX029, &Tree::new().unreadable(MAIN));
    assert_eq!(unread.status(), Status::Undetermined);
    let before =
        main_file("Include a.conf\nClientAliveInterval 180\n").unreadable("/etc/ssh/a.conf");
    assert_eq!(of(&LNX029, &before).status(), Status::Undetermined);
    let after =
        main_file("ClientAliveInterval 180\nInclude a.conf\n").unreadable("/etc/ssh/a.conf");
    assert_eq!(of(&LNX029, &after), Outcome::pass());
    let mut inspection = inspection(&main_file("ClientAliveInterval 180\n"));
    if let Ok(Some(Guest::Linux(guest))) = &mut inspection.guest {
        guest.ssh.main = Err(Undetermined::new("not read"));
    }
    let outcome = judge(&LNX029, &inspection, Profile::default());
    assert_eq!(outcome.status(), Status::Undetermined);
    assert_applies_to_linux_only(&LNX029);
}
