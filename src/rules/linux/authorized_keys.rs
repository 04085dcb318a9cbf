//! LNX035: keys that open the machine.

use super::guest_text::{bytes, quoted, short};
use super::{Subject, at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::linux::accounts::keys::KeyFile;
use crate::rules::declare_rule;
use crate::rules::partition::{decided_unless, listed};

declare_rule! {
    /// No `authorized_keys` file holds anything.
    ///
    /// ## Why
    /// Whoever has the other half of such a key can log in to every customer's machine.
    ///
    /// ## Evidence
    /// `authorized_keys` and `authorized_keys2` in `.ssh` of every home, and the places that
    /// `AuthorizedKeysFile` names. Accounts in whose passwd line `nologin` stands are left out by
    /// Microsoft's test suite; for those, and for homes that are no account's, it is a warning. The
    /// one exception is the line that cloud-init writes for root, which only tells whoever comes to
    /// log in as somebody else.
    ///
    /// ## What Azure says
    /// `<path> is detected. It should be deleted.`
    ///
    /// ## Fix
    /// `find /root /home -name 'authorized_keys*' -delete`
    ///
    /// ## Limits
    /// Keys that a program gives sshd (`AuthorizedKeysCommand`) and certificates are not looked at.
    pub static LNX035 = {
        id: "LNX035",
        name: "authorized-keys",
        level: Error,
        sources: [LISA, SEC, BW],
    };
}

fn judge(file: &KeyFile) -> Option<Finding> {
    if file.blank {
        return None;
    }
    let keys = match file.keys {
        0 => "no key, but text that a test takes for one".to_owned(),
        1 => "1 key".to_owned(),
        keys => format!("{keys} keys"),
    };
    let path = &file.spot.path;
    let finding = if file.keys > 0 && file.stubs == file.keys {
        Finding::note(format!(
            "{path} only tells whoever logs in to take another user, which LISA (Microsoft's test suite) \
             lets pass; cloud-init writes it anew"
        ))
    } else {
        match &file.owner {
            Some(owner) if file.says_nologin => Finding::warning(format!(
                "{path} holds {keys}; {} cannot log in, so LISA (Microsoft's test suite) overlooks it",
                short(owner)
            )),
            Some(owner) => Finding::error(format!(
                "{path} holds {keys}, with which its owner logs in as {}",
                short(owner)
            )),
            None => Finding::warning(format!(
                "{path} holds {keys}; the home is no account's, until one of that name is made"
            )),
        }
    };
    Some(
        finding
            .found(format!("{keys}, {}", bytes(file.size)))
            .required("no such file")
            .at(at(&file.spot))
            .fix(format!("rm -f {}", quoted(path))),
    )
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let files = match known(&guest.authorized_keys) {
        Ok(files) => files,
        Err(outcome) => return outcome,
    };
    let mut findings: Vec<_> = files.list.iter().filter_map(judge).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let worst = findings.first().map_or(Level::Note, |one| one.level);
    let findings = listed(worst, findings.into_iter(), "files of keys");
    let open = files.open.first().map(|open| open.reason.clone());
    decided_unless(open, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    fn tree() -> Tree {
        Tree::new().file(
            "/etc/passwd",
            "root:x:0:0::/root:/bin/bash\nweb:x:33:33::/w:/usr/sbin/nologin\n\
             ftp:x:34:34::/ftp:/bin/false\n",
        )
    }

    #[test]
    fn whose_key_it_is_decides() {
        let key = "ssh-ed25519 PLANTED joe\n";
        let stub = "no-pty,command=\"echo 'Please login as the user \\\"azureuser\\\" rather than \
                    the user \\\"root\\\".';echo;sleep 10;exit 142\" ssh-rsa PLANTED\n";
        for (tree, status) in [
            (tree(), Status::Pass),
            (tree().file("/root/.ssh/authorized_keys", ""), Status::Pass),
            (
                tree().file("/root/.ssh/authorized_keys", "\n"),
                Status::Pass,
            ),
            (
                tree().file("/root/.ssh/authorized_keys", stub),
                Status::Pass,
            ),
            (tree().file("/root/.ssh/authorized_keys", key), Status::Fail),
            (
                tree().file("/root/.ssh/authorized_keys", "# none\n"),
                Status::Fail,
            ),
            (
                tree().file("/root/.ssh/authorized_keys", &format!("{stub}{key}")),
                Status::Fail,
            ),
            (
                tree().file("/root/.ssh/authorized_keys2", key),
                Status::Fail,
            ),
            (tree().file("/ftp/.ssh/authorized_keys", key), Status::Fail),
            (tree().file("/w/.ssh/authorized_keys", key), Status::Warn),
            (
                tree().file("/home/old/.ssh/authorized_keys", key),
                Status::Warn,
            ),
            (
                tree()
                    .file("/etc/ssh/sshd_config", "AuthorizedKeysFile /etc/keys/%u\n")
                    .file("/etc/keys/root", key),
                Status::Fail,
            ),
        ] {
            for outcome in in_profiles(&LNX035, &tree) {
                assert_eq!(outcome.status(), status, "{outcome:?}");
                assert_evidence(&outcome);
                assert!(!format!("{outcome:?}").contains("PLANTED"));
            }
        }
    }

    #[test]
    fn what_cannot_be_read_leaves_it_open() {
        for path in [
            "/etc/passwd",
            "/etc/ssh/sshd_config",
            "/root/.ssh/authorized_keys",
        ] {
            let outcome = of(&LNX035, &tree().unreadable(path));
            assert_eq!(outcome.status(), Status::Undetermined, "{path}");
        }
        assert_applies_to_linux_only(&LNX035);
    }
}
