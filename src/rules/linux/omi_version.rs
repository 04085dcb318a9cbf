//! LNX023: an old OMI can be taken over from outside.

use super::{at, guest, known};
use crate::finding::{Finding, Outcome};
use crate::guest::version::Dotted;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// OMI is absent, or not one of those that can be taken over.
    ///
    /// ## Why
    /// Before 1.6.8.1 the Open Management Infrastructure let anybody who reached its port run
    /// commands as root (CVE-2021-38647, with 38645, 38648 and 38649). Management agents bring it
    /// along.
    ///
    /// ## Evidence
    /// The package `omi`, and `/opt/omi/bin/omiserver`, which without a package has no version that
    /// could be told.
    ///
    /// ## What Azure says
    /// `Vulnerable OMI version detected. You have an OMI framework version less than 1.6.8.1...`,
    /// `OMI is installed but could not determine version...`
    ///
    /// ## Fix
    /// `apt-get remove omi` or `rpm -e omi`, with the agents that brought it (`scx`, `omsagent`);
    /// or install the newest release.
    pub static LNX023 = {
        id: "LNX023",
        name: "omi-version",
        level: Error,
        sources: [LISA, OMI],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let facts = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let program = match known(&facts.software.omi) {
        Ok(program) => program,
        Err(outcome) => return outcome,
    };
    let brought: Vec<_> = match &facts.packages {
        Ok(packages) => ["omsagent", "scx", "auoms"]
            .into_iter()
            .filter(|name| packages.find(name).is_some())
            .collect(),
        Err(_) => Vec::new(),
    };
    let by = match brought.is_empty() {
        true => String::new(),
        false => format!(" (these packages bring it along: {})", brought.join(", ")),
    };
    let Some(program) = program else {
        return Outcome::pass();
    };
    let message = match program.version.as_deref().and_then(Dotted::known) {
        Some(version) if !version.is_before(&[1, 6, 8, 1]) => return Outcome::pass(),
        Some(version) => format!("OMI {version} can be taken over from outside{by}"),
        None => format!(
            "OMI is installed, and its version cannot be told; before 1.6.8.1 it can be taken over from outside{by}"
        ),
    };
    Outcome::Decided(vec![
        Finding::error(message)
            .found(program.evidence.clone())
            .required("none, or 1.6.8.1 or newer")
            .at(at(&program.spot))
            .fix("apt-get remove omi || rpm -e omi; or install the newest release (https://aka.ms/omi-updation)"),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    fn package(name: &str, version: &str) -> Tree {
        let text = format!("Package: {name}\nVersion: {version}\n\n");
        Tree::new().file("/var/lib/dpkg/status", &text)
    }

    #[test]
    fn old_ones_and_those_without_a_version_fail() {
        for (tree, status) in [
            (Tree::new(), Status::Pass),
            (package("omi", "1.9.1-0"), Status::Pass),
            (package("omi", "1.6.8-1"), Status::Pass),
            (package("omi", "1.6.8-0"), Status::Fail),
            (package("omi", "1.6.4-0"), Status::Fail),
            (
                Tree::new().file("/opt/omi/bin/omiserver", "x"),
                Status::Fail,
            ),
            (
                Tree::new().unreadable("/var/lib/dpkg/status"),
                Status::Undetermined,
            ),
        ] {
            let outcome = of(&LNX023, &tree);
            assert_eq!(outcome.status(), status, "{outcome:?}");
            assert_evidence(&outcome);
        }
        let brought = package("scx", "1.6.8-1").file("/opt/omi/bin/omiserver", "x");
        assert!(of(&LNX023, &brought).findings()[0].message.contains("scx"));
        assert_applies_to_linux_only(&LNX023);
    }
}
