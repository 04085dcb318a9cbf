//! LNX040: what publishers ask of sshd.

use super::guest_text::short;
use super::{Subject, at, guest, known};
use crate::finding::{Finding, Outcome};
use crate::rules::declare_rule;
use crate::rules::partition::decided_unless;

declare_rule! {
    /// sshd lets root in by key at most, and nobody by password.
    ///
    /// ## Why
    /// Machines that can be reached from everywhere are tried with passwords all the time.
    ///
    /// ## Evidence
    /// `PermitRootLogin` (`prohibit-password` where nothing sets it) and `PasswordAuthentication`
    /// (`yes` where nothing sets it), as sshd takes them.
    ///
    /// ## Fix
    /// `PermitRootLogin prohibit-password` and `PasswordAuthentication no`, before any `Include`
    /// and `Match`.
    ///
    /// ## Limits
    /// Publishers assert it; no text of Microsoft's that was read asks for it, and certification
    /// itself may log in with a password. The provisioning agent sets `PasswordAuthentication` as
    /// the customer chooses.
    pub static LNX040 = {
        id: "LNX040",
        name: "ssh-hardening",
        level: Advice,
        sources: [ADR804, VALID],
    };
}

/// Keyword, values that are good, the default where it is good.
const WANTED: [(&str, &[&str], bool); 2] = [
    (
        "PermitRootLogin",
        &[
            "no",
            "prohibit-password",
            "without-password",
            "forced-commands-only",
        ],
        true,
    ),
    ("PasswordAuthentication", &["no"], false),
];

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let main = match known(&guest.ssh.main) {
        Ok(Some(main)) => main,
        Ok(None) => return Outcome::not_applicable("there is no sshd_config"),
        Err(outcome) => return outcome,
    };
    let mut findings = Vec::new();
    let mut open = None;
    for (keyword, good, default_is_good) in WANTED {
        let wanted = good.first().copied().unwrap_or_default();
        let (found, spot) = match guest.ssh.effective(keyword) {
            Err(unknown) => {
                open = open.or(Some(unknown.reason));
                continue;
            }
            Ok(None) if default_is_good => continue,
            Ok(None) => ("not set".to_owned(), main.clone()),
            Ok(Some(value)) if good.contains(&value.value.to_ascii_lowercase().as_str()) => {
                continue;
            }
            Ok(Some(value)) => (short(&value.value), value.spot),
        };
        findings.push(
            Finding::advice(format!(
                "{keyword} is {found}; publishers harden it, no known test asks for it"
            ))
            .found(found)
            .required(good.join(", "))
            .at(at(&spot))
            .fix(format!(
                "sed -i '1i {keyword} {wanted}' {}",
                super::guest_text::quoted(&main.path)
            )),
        );
    }
    decided_unless(open, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    fn tree(text: &str) -> Tree {
        Tree::new().file("/etc/ssh/sshd_config", text)
    }

    #[test]
    fn it_is_advice_and_never_more() {
        let hard = tree("PermitRootLogin no\nPasswordAuthentication no\n");
        assert_eq!(of(&LNX040, &hard), Outcome::pass());
        for (text, count) in [
            ("", 1),
            ("PermitRootLogin yes\nPasswordAuthentication yes\n", 2),
            (
                "PermitRootLogin Without-Password\nPasswordAuthentication no\n",
                0,
            ),
            ("Match User joe\nPermitRootLogin yes\n", 1),
        ] {
            for outcome in in_profiles(&LNX040, &tree(text)) {
                assert_eq!(outcome.status(), Status::Pass, "{text}");
                assert_eq!(outcome.findings().len(), count, "{text}");
                assert!(outcome.findings().iter().all(|one| one.fix.is_some()));
            }
        }
    }

    #[test]
    fn no_configuration_does_not_apply_and_an_unread_one_is_open() {
        assert!(matches!(
            of(&LNX040, &Tree::new()),
            Outcome::NotApplicable(_)
        ));
        let unread = Tree::new().unreadable("/etc/ssh/sshd_config");
        assert_eq!(of(&LNX040, &unread).status(), Status::Undetermined);
        let include = tree("Include a.conf\nPermitRootLogin no\n").unreadable("/etc/ssh/a.conf");
        assert_eq!(of(&LNX040, &include).status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX040);
    }
}
