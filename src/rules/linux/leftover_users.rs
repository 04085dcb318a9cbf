//! LNX037: people whose accounts travel with the image.

use super::guest_text::{quoted, short};
use super::{Subject, at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::linux::accounts::{Account, Accounts, Password};
use crate::rules::declare_rule;
use crate::rules::partition::{decided_unless, listed};

declare_rule! {
    /// No account of a person is left.
    ///
    /// ## Why
    /// Azure makes the customer's user when it deploys the image. An account that was there before
    /// is the publisher's, and may stand in the way of a customer who chooses the same name.
    ///
    /// ## Evidence
    /// Accounts numbered from `UID_MIN` of login.defs (1000; 500 on older systems) up to 65533; a
    /// locked one without a shell may belong to the product and is only noted. Accounts other than
    /// root that have root's number 0. Folders under `/home` that are no account's.
    ///
    /// ## What Azure says
    /// `200.3.3.8`
    ///
    /// ## Fix
    /// `userdel -r NAME`. `waagent -force -deprovision+user` deletes only the account that was
    /// provisioned last, whose name stands in `/var/lib/waagent/ovf-env.xml`.
    ///
    /// ## Limits
    /// Microsoft's test suite looks at passwords (LNX032) and keys (LNX035) only; the clause of the
    /// 2026 reports is named after existing users. Whether the product needs an account is not in
    /// the image.
    pub static LNX037 = {
        id: "LNX037",
        name: "leftover-users",
        level: Warning,
        sources: [POL, ADR804, SEC, WAA, GEN],
    };
}

/// Names that Azure does not give to a customer's user.
const RESERVED: [&str; 4] = ["admin", "administrator", "guest", "test"];

fn person(account: &Account, accounts: &Accounts) -> Finding {
    let uid = account.uid.unwrap_or_default();
    let name = short(&account.name);
    let closed = account.password == Password::Locked || account.password == Password::Missing;
    let mut message = format!("{name} (UID {uid}) is an account of a person or of the product");
    let finding = if closed && !account.has_login_shell() {
        message.push_str(", locked and without a shell");
        Finding::note(message)
    } else {
        message.push_str(match account.password {
            Password::Hash(_) => ", with a password",
            Password::Empty => ", without a password",
            _ => ", with a shell",
        });
        if RESERVED.contains(&account.name.to_ascii_lowercase().as_str()) {
            message.push_str("; the name is reserved on Azure, and no product may depend on it");
        }
        Finding::warning(message)
    };
    finding
        .found(format!("UID {uid}, shell {}", short(&account.shell)))
        .required(format!(
            "no account from UID {} to 65533, or a locked one without a shell",
            accounts.uid_min
        ))
        .at(at(&account.spot))
        .about(&account.name)
        .fix(format!("userdel -r {}", quoted(&account.name)))
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
    let mut open = accounts
        .login_defs
        .as_ref()
        .err()
        .map(|open| open.reason.clone());
    let mut people: Vec<_> = accounts
        .list
        .iter()
        .filter(|account| account.is_person(accounts.uid_min))
        .map(|account| person(account, accounts))
        .collect();
    people.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let worst = people.first().map_or(Level::Note, |one| one.level);
    let mut findings = listed(worst, people.into_iter(), "accounts of people");
    let roots = accounts
        .list
        .iter()
        .filter(|account| account.uid == Some(0) && account.name != "root")
        .map(|account| {
            Finding::warning(format!(
                "{} has root's number 0: it is root by another name",
                short(&account.name)
            ))
            .found("UID 0")
            .required("root alone with UID 0")
            .at(at(&account.spot))
            .about(&account.name)
            .fix(format!("userdel -f {}", quoted(&account.name)))
        });
    findings.extend(listed(Level::Warning, roots, "accounts with root's number"));
    match &accounts.orphan_homes {
        Ok(homes) => {
            let homes = homes.iter().map(|home| {
                Finding::advice(format!(
                    "{} is no account's home: somebody who was deleted left it",
                    home.path
                ))
                .found("a folder without an account")
                .required("no such folder")
                .at(at(home))
                .fix(format!("rm -rf {}", quoted(&home.path)))
            });
            findings.extend(listed(Level::Advice, homes, "homes without an account"));
        }
        Err(unknown) => open = open.or(Some(unknown.reason.clone())),
    }
    let directory = accounts.directory_lines.iter().map(|spot| {
        Finding::note("passwd takes further users from a directory service")
            .found("a line that begins with + or -")
            .at(at(spot))
    });
    findings.extend(listed(Level::Note, directory, "such lines"));
    decided_unless(open, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    fn tree(line: &str, shadow: &str) -> Tree {
        Tree::new()
            .file(
                "/etc/passwd",
                &format!(
                    "root:x:0:0::/root:/bin/bash\nnobody:x:65534:65534::/:/usr/sbin/nologin\n{line}"
                ),
            )
            .file(
                "/etc/shadow",
                &format!("root:*:1::::::\nnobody:*:1::::::\n{shadow}"),
            )
    }

    #[test]
    fn people_are_warned_of_and_closed_accounts_noted() {
        for (line, shadow, status, level) in [
            ("", "", Status::Pass, None),
            (
                "web:x:999:33::/w:/bin/bash\n",
                "web:*:1:\n",
                Status::Pass,
                None,
            ),
            (
                "joe:x:1000:1::/home/joe:/bin/bash\n",
                "joe:*:1:\n",
                Status::Warn,
                Some(Level::Warning),
            ),
            (
                "joe:x:1000:1::/home/joe:/bin/false\n",
                "joe:$6$x:1:\n",
                Status::Warn,
                Some(Level::Warning),
            ),
            (
                "app:x:1000:1::/opt/app:/usr/sbin/nologin\n",
                "app:!:1:\n",
                Status::Pass,
                Some(Level::Note),
            ),
            (
                "toor:x:0:0::/root:/bin/sh\n",
                "toor:*:1:\n",
                Status::Warn,
                Some(Level::Warning),
            ),
        ] {
            for outcome in in_profiles(&LNX037, &tree(line, shadow)) {
                assert_eq!(
                    (outcome.status(), worst(&outcome)),
                    (status, level),
                    "{line}"
                );
                assert_evidence(&outcome);
            }
        }
        let admin = of(&LNX037, &tree("admin:x:1000:1::/h:/bin/sh\n", ""));
        assert!(admin.findings()[0].message.contains("reserved"));
        let old = tree("joe:x:500:1::/home/joe:/bin/sh\n", "joe:*:1:\n");
        assert_eq!(of(&LNX037, &old).status(), Status::Pass);
        let old = old.file("/etc/login.defs", "UID_MIN 500\n");
        assert_eq!(of(&LNX037, &old).status(), Status::Warn);
    }

    #[test]
    fn homes_without_an_account_are_advice() {
        let outcome = of(&LNX037, &tree("", "").dir("/home/ubuntu"));
        assert_eq!(
            (outcome.status(), worst(&outcome)),
            (Status::Pass, Some(Level::Advice))
        );
    }

    #[test]
    fn what_cannot_be_read_leaves_it_open() {
        for path in ["/etc/login.defs", "/etc/passwd"] {
            let outcome = of(&LNX037, &tree("", "").unreadable(path));
            assert_eq!(outcome.status(), Status::Undetermined, "{path}");
        }
        assert_applies_to_linux_only(&LNX037);
    }
}
