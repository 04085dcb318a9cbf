//! LNX050: secrets and traces that were left behind.

use super::guest_text::{bytes, quoted};
use super::{Subject, at, guest};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::Spot;
use crate::guest::linux::histories::{History, HistoryKind};
use crate::guest::linux::secrets::{MAX_ENTRIES, Secret, SecretKind};
use crate::rules::declare_rule;
use crate::rules::partition::{decided_unless, listed};

declare_rule! {
    /// No private keys, credentials, registrations or traces of work are left.
    ///
    /// ## Why
    /// Every customer gets what is in the image. A key or a token in it is published.
    ///
    /// ## Evidence
    /// Files by name and, for keys, by their first bytes: `id_*`, `*.pem`, `*.key` with a private
    /// key in homes, `/etc/ssl/private`, `/etc/pki/tls/private`, `/etc/letsencrypt` and a few
    /// folders below `/opt`; `known_hosts`; credentials of clouds, registries, git and databases;
    /// the registration of a subscription; answers of installers with a password in them; histories
    /// of editors and databases. Only kind, place, size and mode are kept.
    ///
    /// ## Fix
    /// `rm -f` the file; `subscription-manager unregister`; `SUSEConnect --cleanup`
    ///
    /// ## Limits
    /// Secrets under other names, in databases or in other places are not found. Keys that lie
    /// among a program's tests are warned of, not failed. Host keys of SSH are LNX042's, histories
    /// of shells LNX031's.
    pub static LNX050 = {
        id: "LNX050",
        name: "sensitive-leftovers",
        level: Error,
        sources: [SEC, POL, ADR804, GEN, RHEL],
    };
}

/// Folders in which the keys of a program's tests lie.
const TESTS: [&str; 8] = [
    "test",
    "tests",
    "testdata",
    "testing",
    "fixtures",
    "site-packages",
    "dist-packages",
    "node_modules",
];

fn is_of_tests(path: &str) -> bool {
    path.split('/').any(|folder| TESTS.contains(&folder))
}

fn judge(secret: &Secret) -> Finding {
    let path = &secret.spot.path;
    let remove = format!("rm -f {}", quoted(path));
    let mode = match secret.mode {
        Some(mode) => format!("{}, mode {mode:04o}", bytes(secret.size)),
        None => bytes(secret.size),
    };
    let (finding, fix) = match secret.kind {
        SecretKind::PrivateKey { form, encrypted } => {
            let guarded = if encrypted {
                ", under a passphrase"
            } else {
                ""
            };
            let message = format!("a private key is left ({form}{guarded})");
            let finding = if is_of_tests(path) {
                Finding::warning(format!("{message}; by its folder it belongs to tests"))
            } else {
                Finding::error(message)
            };
            (finding, remove)
        }
        SecretKind::SnakeoilKey => (
            Finding::note(
                "the key that ssl-cert made when it was installed is the same on every machine of \
                 this image",
            ),
            "rm -f /etc/ssl/certs/ssl-cert-snakeoil.pem /etc/ssl/private/ssl-cert-snakeoil.key # then make-ssl-cert generate-default-snakeoil at the first boot".to_owned(),
        ),
        SecretKind::KnownHosts => (
            Finding::warning("the hosts that were logged in to from here are left"),
            remove,
        ),
        SecretKind::Credentials(whose) => (
            Finding::warning(format!("credentials are left ({whose})")),
            remove,
        ),
        SecretKind::Subscription(whose) => (
            Finding::warning(format!(
                "the registration of a subscription is left ({whose})"
            )),
            match whose {
                "Red Hat" => "subscription-manager unregister; subscription-manager clean".to_owned(),
                "SUSE" => "SUSEConnect --de-register; SUSEConnect --cleanup".to_owned(),
                _ => "pro detach --assume-yes".to_owned(),
            },
        ),
        SecretKind::InstallerAnswers => (
            Finding::warning("the answers to the installer are left, with a password in them"),
            remove,
        ),
    };
    finding
        .found(mode)
        .required("no such file")
        .at(at(&secret.spot))
        .fix(fix)
}

fn trace(history: &History) -> Option<Finding> {
    let HistoryKind::Tool(tool) = history.kind else {
        return None;
    };
    (history.size > 0).then(|| {
        Finding::warning(format!("{tool} remembers what was typed"))
            .found(bytes(history.size))
            .required("no such file")
            .at(at(&history.spot))
            .fix(format!("rm -f {}", quoted(&history.spot.path)))
    })
}

fn cut(spot: &Spot) -> Finding {
    Finding::note(format!(
        "{} has more files than are looked at: the first {MAX_ENTRIES} were",
        spot.path
    ))
    .at(at(spot))
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let mut open = guest.secrets.open.first().map(|open| open.reason.clone());
    let mut found: Vec<_> = guest.secrets.list.iter().map(judge).collect();
    match &guest.histories {
        Ok(histories) => {
            found.extend(histories.list.iter().filter_map(trace));
            open = open.or_else(|| histories.open.first().map(|open| open.reason.clone()));
        }
        Err(unknown) => open = open.or_else(|| Some(unknown.reason.clone())),
    }
    found.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let worst = found.first().map_or(Level::Note, |one| one.level);
    let mut findings = listed(worst, found.into_iter(), "such files");
    findings.extend(guest.secrets.cut.iter().map(cut));
    decided_unless(open, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nPLANTED\n-----END PRIVATE KEY-----\n";

    fn tree() -> Tree {
        Tree::new()
            .file("/etc/passwd", "root:x:0:0::/root:/bin/bash\n")
            .dir("/root")
    }

    #[test]
    fn keys_fail_and_the_rest_is_warned_of() {
        assert_eq!(of(&LNX050, &tree()), Outcome::pass());
        for (path, text, status) in [
            ("/root/.ssh/id_rsa", KEY, Status::Fail),
            ("/opt/app/server.pem", KEY, Status::Fail),
            ("/opt/app/tests/server.pem", KEY, Status::Warn),
            (
                "/opt/app/chain.pem",
                "-----BEGIN CERTIFICATE-----\n",
                Status::Pass,
            ),
            ("/etc/ssl/private/ssl-cert-snakeoil.key", KEY, Status::Pass),
            ("/etc/ssl/private/own.key", KEY, Status::Fail),
            ("/root/.ssh/known_hosts", "PLANTED", Status::Warn),
            ("/root/.aws/credentials", "PLANTED", Status::Warn),
            ("/root/.git-credentials", "PLANTED", Status::Warn),
            ("/root/.mysql_history", "PLANTED", Status::Warn),
            ("/root/.viminfo", "", Status::Pass),
            ("/root/.bash_history", "PLANTED", Status::Pass),
            ("/etc/pki/consumer/key.pem", KEY, Status::Warn),
            ("/root/anaconda-ks.cfg", "rootpw PLANTED\n", Status::Warn),
        ] {
            for outcome in in_profiles(&LNX050, &tree().file(path, text)) {
                assert_eq!(outcome.status(), status, "{path}");
                assert_evidence(&outcome);
                assert!(!format!("{outcome:?}").contains("PLANTED"));
            }
        }
    }

    #[test]
    fn what_cannot_be_read_leaves_it_open() {
        for path in ["/etc/passwd", "/root/.ssh/id_rsa"] {
            let outcome = of(&LNX050, &tree().unreadable(path));
            assert_eq!(outcome.status(), Status::Undetermined, "{path}");
        }
        assert_applies_to_linux_only(&LNX050);
    }
}
