//! LNX036: root's password.

use super::{Subject, at, guest, known};
use crate::finding::{Finding, Outcome};
use crate::guest::linux::accounts::Password;
use crate::rules::declare_rule;

declare_rule! {
    /// The account `root` is locked.
    ///
    /// ## Why
    /// Azure makes a user for the customer; a root that has a password of the publisher's is a way
    /// in that the customer does not know of.
    ///
    /// ## Evidence
    /// The shape of root's field in `/etc/shadow`, or in `/etc/passwd` where it does not point to
    /// shadow: `*`, `!`, `!!`, `!*` and the agent's `*LOCK*` are locked.
    ///
    /// ## What Azure says
    /// `Password of user root is detected in /etc/shadow file. It should be deleted.`
    ///
    /// ## Fix
    /// `usermod -p '*' root`, or `waagent -force -deprovision`, which writes `*LOCK*`.
    ///
    /// ## Limits
    /// Other accounts are LNX032's, other accounts with root's number LNX037's.
    pub static LNX036 = {
        id: "LNX036",
        name: "root-locked",
        level: Error,
        sources: [WAA, LISA, BW, POL],
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
    let Some(root) = accounts.find("root") else {
        return Outcome::Decided(vec![
            Finding::note("passwd has no account named root").found("no line for root"),
        ]);
    };
    let (message, found) = match root.password {
        Password::Locked => return Outcome::pass(),
        Password::Missing => {
            return Outcome::Decided(vec![
                Finding::note("shadow has no line for root, so no password opens the account")
                    .found("no line for root")
                    .at(at(&root.spot)),
            ]);
        }
        Password::Unread => {
            let reason = accounts.unread_passwords().map(|open| open.reason.clone());
            return Outcome::undetermined(reason.unwrap_or_default());
        }
        Password::Hash(kind) => (
            "root has a password of its own".to_owned(),
            format!("a hash ({kind})"),
        ),
        Password::Empty => (
            "root has an empty password field, so that no password is asked for".to_owned(),
            "an empty field".to_owned(),
        ),
    };
    Outcome::Decided(vec![
        Finding::error(message)
            .found(found)
            .required("a locked field: *, !, !! or *LOCK*")
            .at(at(&root.password_spot))
            .fix("usermod -p '*' root"),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    fn tree(field: &str) -> Tree {
        Tree::new()
            .file("/etc/passwd", "root:x:0:0::/root:/bin/bash\n")
            .file("/etc/shadow", &format!("root:{field}:14600::::::\n"))
    }

    #[test]
    fn root_is_locked_or_it_fails() {
        for (field, status) in [
            ("*LOCK*", Status::Pass),
            ("*", Status::Pass),
            ("!", Status::Pass),
            ("!!", Status::Pass),
            ("!*", Status::Pass),
            ("!$6$PLANTED", Status::Pass),
            ("$6$PLANTED", Status::Fail),
            ("", Status::Fail),
        ] {
            for outcome in in_profiles(&LNX036, &tree(field)) {
                assert_eq!(outcome.status(), status, "{field}");
                assert_evidence(&outcome);
                assert!(!format!("{outcome:?}").contains("PLANTED"));
            }
        }
        let own = tree("*").file("/etc/passwd", "root:abJnggxhB/yWI:0:0::/root:/bin/sh\n");
        assert_eq!(of(&LNX036, &own).status(), Status::Fail);
    }

    #[test]
    fn no_line_is_no_password_and_no_file_is_no_answer() {
        assert_eq!(
            of(&LNX036, &tree("*").without("/etc/shadow")).status(),
            Status::Pass
        );
        let none = tree("*").file("/etc/passwd", "toor:x:0:0::/root:/bin/sh\n");
        assert_eq!(of(&LNX036, &none).status(), Status::Pass);
        for path in ["/etc/shadow", "/etc/passwd"] {
            let outcome = of(&LNX036, &tree("*").unreadable(path));
            assert_eq!(outcome.status(), Status::Undetermined, "{path}");
        }
        assert_applies_to_linux_only(&LNX036);
    }
}
