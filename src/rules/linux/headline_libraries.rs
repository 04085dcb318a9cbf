//! LNX025: log4j of the kind that became known to everybody.

use super::{at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::version::Dotted;
use crate::rules::partition::{decided_unless, listed};
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// No log4j is there that runs what a log line tells it to.
    ///
    /// ## Why
    /// A log4j-core 2 that is older than 2.17.1 (with Java 7 than 2.12.4, with Java 6 than 2.3.2)
    /// has CVE-2021-44228 or one of those that followed. Scans of submissions look for grave flaws,
    /// and this is the one that everybody looks for.
    ///
    /// ## Evidence
    /// Files named `log4j-core-2….jar` under `/opt`, `/srv`, `/usr/share`, `/usr/local`, `/usr/lib`
    /// and `/var/lib`, and such names in the lists of the jars, wars and ears there.
    ///
    /// ## Fix
    /// Put log4j-core 2.17.1 or newer in its place, or update the application that brings it.
    ///
    /// ## Limits
    /// No text of Microsoft's that was read names log4j. A jar under another name, and one in an
    /// archive in an archive, are not found; a jar from which the class was taken out is reported.
    pub static LNX025 = {
        id: "LNX025",
        name: "headline-libraries",
        level: Warning,
        sources: [ADR804],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let jars = match guest(subject).and_then(|guest| known(&guest.software.log4j)) {
        Ok(jars) => jars,
        Err(outcome) => return outcome,
    };
    let findings = jars.list.iter().filter(|jar| is_old(&jar.value.version)).map(|jar| {
        let version: String = jar.value.version.chars().take(50).collect();
        let inside = match &jar.value.inside {
            Some(path) => format!(
                " ({} in it)",
                path.chars().take(100).collect::<String>()
            ),
            None => String::new(),
        };
        Finding::warning(format!(
            "log4j-core {version} has the flaws that became known in December 2021{inside}"
        ))
        .found(version)
        .required("2.17.1 or newer (2.12.4 for Java 7, 2.3.2 for Java 6)")
        .at(at(&jar.spot))
        .fix("put log4j-core 2.17.1 or newer in its place, or update the application that brings it")
    });
    let findings = listed(Level::Warning, findings, "old jars of log4j-core");
    let cut = jars
        .cut
        .as_ref()
        .map(|limit| format!("the search for log4j ended early: the folders hold {limit}"));
    decided_unless(cut, findings)
}

fn is_old(version: &str) -> bool {
    let version = Dotted::of(version);
    if !version.begins(&[2]) || !version.is_before(&[2, 17, 1]) {
        return false;
    }
    let repaired_7 = version.begins(&[2, 12]) && !version.is_before(&[2, 12, 4]);
    let repaired_6 = version.begins(&[2, 3]) && !version.is_before(&[2, 3, 2]);
    !repaired_7 && !repaired_6
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    #[test]
    fn old_jars_are_warned_about_and_repaired_ones_are_not() {
        for (version, old) in [
            ("2.0-beta9", true),
            ("2.14.1", true),
            ("2.17.0", true),
            ("2.12.3", true),
            ("2.3.1", true),
            ("2.12.4", false),
            ("2.3.2", false),
            ("2.17.1", false),
            ("2.24.0", false),
            ("3.0.0", false),
        ] {
            let tree = Tree::new().file(&format!("/opt/a/lib/log4j-core-{version}.jar"), "x");
            let outcome = of(&LNX025, &tree);
            assert_evidence(&outcome);
            let expected = if old { Status::Warn } else { Status::Pass };
            assert_eq!(outcome.status(), expected, "{version}");
        }
        assert_eq!(of(&LNX025, &Tree::new()), Outcome::pass());
        assert_applies_to_linux_only(&LNX025);
    }
}
