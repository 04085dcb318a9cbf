//! LNX039: whose password sudo asks for.

use super::{Subject, at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::rules::partition::{decided_unless, listed};
use crate::rules::{Profile, declare_rule};

declare_rule! {
    /// sudo does not ask for the target user's password.
    ///
    /// ## Why
    /// With `targetpw` sudo asks for root's password, and root has none on Azure: nobody can become
    /// root. The rule `ALL ALL=(ALL) ALL` that goes with it lets everybody become root once
    /// `targetpw` is gone.
    ///
    /// ## Evidence
    /// `Defaults targetpw` and `ALL ALL=(ALL) ALL` in `/etc/sudoers` or `/usr/etc/sudoers` and in
    /// what they include; files with a dot or a `~` at the end in their names are left out, as by
    /// sudo.
    ///
    /// ## What Azure says
    /// `Defaults targetpw should not be enabled in /etc/sudoers`
    ///
    /// ## Fix
    /// `sed -i -E 's/^Defaults[[:blank:]]+targetpw/#&/; s/^ALL[[:blank:]]+ALL=/#&/' /etc/sudoers`
    ///
    /// ## Limits
    /// Microsoft's test suite reads `/etc/sudoers` only, and only lines that begin with
    /// `Defaults targetpw`; whether certification runs that test is not confirmed, so it fails in
    /// the profile `strict` alone.
    /// ## Profiles
    /// - `faq-2021-09`: a warning.
    /// - `lisa-2026-08`: a warning.
    /// - `strict`: an error where Microsoft's test suite reads it, else a warning.
    pub static LNX039 = {
        id: "LNX039",
        name: "sudo-targetpw",
        level: Warning,
        sources: [LISA, SUSE],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let sudoers = match known(&guest.sudoers) {
        Ok(Some(sudoers)) => sudoers,
        Ok(None) => return Outcome::not_applicable("there is no /etc/sudoers"),
        Err(outcome) => return outcome,
    };
    let target = sudoers
        .settings("targetpw")
        .filter(|setting| setting.on)
        .map(|setting| {
            let seen = setting.first && setting.spot.path == "/etc/sudoers";
            let level = match subject.profile {
                Profile::Strict if seen => Level::Error,
                _ => Level::Warning,
            };
            let whom = match &setting.scope {
                Some(scope) => format!(" of {scope}"),
                None => String::new(),
            };
            let reader = if seen {
                ", which LISA (Microsoft's test suite) fails"
            } else {
                "; LISA (Microsoft's test suite) does not read it there"
            };
            Finding::new(
                level,
                format!("sudo asks{whom} for the password of the target user{reader}"),
            )
            .found("Defaults targetpw")
            .required("no Defaults targetpw")
            .at(at(&setting.spot))
            .about(setting.scope.clone().unwrap_or_default())
            .fix(format!(
                "sed -i -E 's/^([[:blank:]]*Defaults.*targetpw)/#\\1/' {}",
                super::guest_text::quoted(&setting.spot.path)
            ))
        });
    let mut findings = listed(Level::Warning, target, "settings of targetpw");
    let everybody = sudoers.all_for_all.iter().map(|rule| {
        Finding::warning("sudo lets every user run everything")
            .found(super::guest_text::short(&rule.value))
            .required("no such rule")
            .at(at(&rule.spot))
            .about("everything by everybody")
            .fix(format!(
                "sed -i -E 's/^[[:blank:]]*ALL[[:blank:]]+ALL[[:blank:]]*=/#&/' {}",
                super::guest_text::quoted(&rule.spot.path)
            ))
    });
    findings.extend(listed(Level::Warning, everybody, "such rules"));
    let open = sudoers.open.first().map(|open| open.reason.clone());
    decided_unless(open, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    fn statuses(tree: &Tree) -> [Status; 3] {
        let outcomes = in_profiles(&LNX039, tree);
        outcomes.iter().for_each(assert_evidence);
        outcomes.map(|outcome| outcome.status())
    }

    #[test]
    fn it_fails_in_the_strict_profile_where_the_test_suite_reads_it() {
        use Status::{Fail, Pass, Warn};
        let main = |text: &str| Tree::new().file("/etc/sudoers", text);
        let included = "@includedir /etc/sudoers.d\n";
        for (tree, expected) in [
            (
                main("Defaults env_reset\n%sudo ALL=(ALL:ALL) ALL\n"),
                [Pass, Pass, Pass],
            ),
            (
                main("#Defaults targetpw\nDefaults !targetpw\n"),
                [Pass, Pass, Pass],
            ),
            (
                main("Defaults targetpw # as SUSE ships it\n"),
                [Warn, Warn, Fail],
            ),
            (main(" Defaults targetpw\n"), [Warn, Warn, Warn]),
            (main("ALL ALL=(ALL) ALL\n"), [Warn, Warn, Warn]),
            (
                main(included).file("/etc/sudoers.d/own", "Defaults targetpw\n"),
                [Warn, Warn, Warn],
            ),
            (
                main(included).file("/etc/sudoers.d/own.rpmsave", "Defaults targetpw\n"),
                [Pass, Pass, Pass],
            ),
            (
                Tree::new().file("/usr/etc/sudoers", "Defaults targetpw\n"),
                [Warn, Warn, Warn],
            ),
        ] {
            assert_eq!(statuses(&tree), expected);
        }
    }

    #[test]
    fn no_sudo_does_not_apply_and_an_unread_file_is_open() {
        assert!(matches!(
            of(&LNX039, &Tree::new()),
            Outcome::NotApplicable(_)
        ));
        let unread = Tree::new().unreadable("/etc/sudoers");
        assert_eq!(of(&LNX039, &unread).status(), Status::Undetermined);
        let drop_in = Tree::new()
            .file("/etc/sudoers", "@includedir /etc/sudoers.d\n")
            .unreadable("/etc/sudoers.d/own");
        assert_eq!(of(&LNX039, &drop_in).status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX039);
    }
}
