//! LNX033: accounts that ask for no password.

use super::guest_text::{quoted, short};
use super::{Subject, at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::linux::accounts::Password;
use crate::rules::declare_rule;
use crate::rules::partition::{decided_unless, listed};

declare_rule! {
    /// No account has an empty password field, and sshd does not accept empty passwords.
    ///
    /// ## Why
    /// An empty field lets anybody in at the console, and over the network where sshd allows it.
    ///
    /// ## Evidence
    /// The second fields of `/etc/passwd` and of the line in `/etc/shadow` that it points to; the
    /// value of `PermitEmptyPasswords` that sshd takes.
    ///
    /// ## Fix
    /// `usermod -p '*' NAME`; `PermitEmptyPasswords no`
    ///
    /// ## Limits
    /// Microsoft's test suite lets an empty field pass; the policies forbid credentials that are
    /// known beforehand, and this rule goes with them in every profile.
    pub static LNX033 = {
        id: "LNX033",
        name: "empty-passwords",
        level: Error,
        sources: [POL, SEC, VALID],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let accounts = match known(&guest.accounts) {
        Ok(accounts) => accounts,
        Err(outcome) => return outcome,
    };
    let mut open = accounts.unread_passwords().map(|open| open.reason.clone());
    let empty = accounts
        .list
        .iter()
        .filter(|account| account.password == Password::Empty)
        .map(|account| {
            Finding::error(format!(
                "{} has an empty password field, so that no password is asked for; LISA \
                 (Microsoft's test suite) overlooks it, the policies do not allow it",
                short(&account.name)
            ))
            .found("an empty field")
            .required("a locked field, such as *")
            .at(at(&account.password_spot))
            .about(&account.name)
            .fix(format!("usermod -p '*' {}", quoted(&account.name)))
        });
    let mut findings = listed(Level::Error, empty, "accounts with an empty field");
    match guest.ssh.effective("PermitEmptyPasswords") {
        Ok(Some(value)) if value.value.eq_ignore_ascii_case("yes") => findings.push(
            Finding::error("sshd accepts empty passwords")
                .found("PermitEmptyPasswords yes")
                .required("PermitEmptyPasswords no")
                .at(at(&value.spot))
                .fix(format!(
                    "sed -i -E 's/^[[:blank:]]*PermitEmptyPasswords[[:blank:]=]/#&/I' {}",
                    quoted(&value.spot.path)
                )),
        ),
        Ok(_) => {}
        Err(unknown) => open = open.or(Some(unknown.reason)),
    }
    decided_unless(open, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    fn tree() -> Tree {
        Tree::new()
            .file(
                "/etc/passwd",
                "root:x:0:0::/root:/bin/bash\nweb:x:33:33::/w:/sbin/nologin\n",
            )
            .file("/etc/shadow", "root:*:1::::::\nweb:!:1::::::\n")
            .file("/etc/ssh/sshd_config", "#PermitEmptyPasswords no\n")
    }

    #[test]
    fn an_empty_field_in_either_file_fails() {
        assert_eq!(of(&LNX033, &tree()), Outcome::pass());
        for (tree, path) in [
            (
                tree().replace("/etc/shadow", "web:!", "web:"),
                "/etc/shadow",
            ),
            (
                tree().replace("/etc/passwd", "web:x", "web:"),
                "/etc/passwd",
            ),
        ] {
            for outcome in in_profiles(&LNX033, &tree) {
                assert_eq!(outcome.status(), Status::Fail);
                assert_evidence(&outcome);
                let place = outcome.findings()[0].place.clone().unwrap();
                assert_eq!((place.path.as_deref(), place.line), (Some(path), Some(2)));
            }
        }
    }

    #[test]
    fn sshd_may_not_accept_them() {
        let yes = tree().file("/etc/ssh/sshd_config", "PermitEmptyPasswords yes\n");
        let outcome = of(&LNX033, &yes);
        assert_eq!(outcome.status(), Status::Fail);
        assert_evidence(&outcome);
        let block = tree().file(
            "/etc/ssh/sshd_config",
            "Match User x\nPermitEmptyPasswords yes\n",
        );
        assert_eq!(of(&LNX033, &block), Outcome::pass());
    }

    #[test]
    fn what_cannot_be_read_leaves_it_open() {
        for path in ["/etc/shadow", "/etc/passwd", "/etc/ssh/sshd_config"] {
            let outcome = of(&LNX033, &tree().unreadable(path));
            assert_eq!(outcome.status(), Status::Undetermined, "{path}");
        }
        assert_applies_to_linux_only(&LNX033);
    }
}
