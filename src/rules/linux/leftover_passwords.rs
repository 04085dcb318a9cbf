//! LNX032: passwords that travel with the image.

use super::guest_text::{quoted, short};
use super::{Subject, at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::Spot;
use crate::guest::linux::accounts::Password;
use crate::rules::declare_rule;
use crate::rules::partition::{decided_unless, listed};

declare_rule! {
    /// No account has a password.
    ///
    /// ## Why
    /// A password in the image is the same on every customer's machine, and whoever built the image
    /// knows it.
    ///
    /// ## Evidence
    /// The shape of the second field of every line of `/etc/shadow`, and of `/etc/passwd` where it
    /// does not point to shadow: a field with `*` or `!` in it, or `x`, is locked; a hash of any
    /// kind fails, that of root too. Of the hash itself nothing is kept.
    ///
    /// ## What Azure says
    /// `200.3.3.8`;
    /// `Password of user <u> is detected in /etc/shadow file. It should be deleted.`;
    /// `Default credentials`
    ///
    /// ## Fix
    /// `waagent -force -deprovision+user` for the account that was provisioned last,
    /// `userdel -r NAME` for other people, `usermod -p '*' NAME` for the rest.
    ///
    /// ## Limits
    /// Passwords in databases of applications are not looked at. An empty field is LNX033's.
    pub static LNX032 = {
        id: "LNX032",
        name: "leftover-passwords",
        level: Error,
        sources: [LISA, POL, SEC, QUES, ADR804],
    };
}

fn hash(name: &str, kind: &str, spot: &Spot, fix: String) -> Finding {
    Finding::error(format!(
        "{} has a password: {kind} stands in {}",
        short(name),
        spot.path
    ))
    .found(format!("a hash ({kind})"))
    .required("a locked field, such as *")
    .at(at(spot))
    .about(name)
    .fix(fix)
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
    let in_shadow = accounts.shadow_lines.iter().filter_map(|line| {
        let Password::Hash(kind) = line.password else {
            return None;
        };
        let name = quoted(&line.name);
        let fix = match accounts.find(&line.name) {
            Some(account) if account.is_person(accounts.uid_min) => format!("userdel -r {name}"),
            Some(_) => format!("usermod -p '*' {name}"),
            None => format!(
                "sed -i '{}d' {}",
                line.spot.line.unwrap_or(0),
                quoted(&line.spot.path)
            ),
        };
        Some(hash(&line.name, kind, &line.spot, fix))
    });
    let in_passwd = accounts.list.iter().filter_map(|account| {
        let Password::Hash(kind) = account.password else {
            return None;
        };
        let name = quoted(&account.name);
        (account.password_spot == account.spot).then(|| {
            let fix = format!("pwconv; usermod -p '*' {name}");
            hash(&account.name, kind, &account.spot, fix)
        })
    });
    let mut findings = listed(Level::Error, in_shadow.chain(in_passwd), "passwords");
    let locked = accounts
        .shadow_lines
        .iter()
        .filter(|line| line.locked_hash)
        .map(|line| {
            Finding::note(format!(
                "the password of {} is locked, but its hash is still in the image",
                short(&line.name)
            ))
            .found("a hash behind !")
            .required("* alone")
            .at(at(&line.spot))
            .about(&line.name)
            .fix(format!("usermod -p '*' {}", quoted(&line.name)))
        });
    findings.extend(listed(Level::Note, locked, "locked hashes"));
    decided_unless(
        accounts.unread_passwords().map(|open| open.reason.clone()),
        findings,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    fn tree(shadow: &str) -> Tree {
        Tree::new()
            .file(
                "/etc/passwd",
                "root:x:0:0:root:/root:/bin/bash\njoe:x:1000:1000::/home/joe:/bin/bash\n",
            )
            .file("/etc/shadow", shadow)
    }

    #[test]
    fn any_hash_fails_in_every_profile_and_is_not_shown() {
        for field in [
            "$6$PLANTED$PLANTED",
            "$y$j9T$PLANTED",
            "$1$PLANTED",
            "PLANTED./abcd",
            "PLANTED",
        ] {
            for account in ["root", "joe", "ghost"] {
                let tree = tree(&format!("{account}:{field}:19000:0:99999:7:::\n"));
                for outcome in in_profiles(&LNX032, &tree) {
                    assert_eq!(outcome.status(), Status::Fail, "{account}:{field}");
                    assert_evidence(&outcome);
                    assert!(!format!("{outcome:?}").contains("PLANTED"));
                }
            }
        }
        let own = tree("").file("/etc/passwd", "root:$1$PLANTED:0:0::/root:/bin/sh\n");
        assert_eq!(of(&LNX032, &own).status(), Status::Fail);
    }

    #[test]
    fn locked_fields_pass() {
        for field in ["*", "!", "!!", "!*", "*LOCK*", "x", ""] {
            let outcome = of(&LNX032, &tree(&format!("root:{field}:19000::::::\n")));
            assert_eq!(outcome, Outcome::pass(), "{field}");
        }
        let locked = of(&LNX032, &tree("root:!$6$PLANTED:19000::::::\n"));
        assert_eq!(
            (locked.status(), worst(&locked)),
            (Status::Pass, Some(Level::Note))
        );
        assert!(!format!("{locked:?}").contains("PLANTED"));
        assert_eq!(
            of(&LNX032, &tree("").without("/etc/shadow")),
            Outcome::pass()
        );
    }

    #[test]
    fn an_unread_shadow_is_undetermined() {
        let outcome = of(&LNX032, &tree("").unreadable("/etc/shadow"));
        assert_eq!(outcome.status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX032);
    }
}
