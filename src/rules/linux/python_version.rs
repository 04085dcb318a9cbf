//! LNX021: how old Python is.

use super::{at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::version::Dotted;
use crate::rules::{Profile, Subject, declare_rule};

declare_rule! {
    /// Python is there for the agent, and new enough.
    ///
    /// ## Why
    /// The agent and most extensions are written in Python. The FAQ recommends 2.6 or newer;
    /// Microsoft's test suite asks for 3.9, and says that 3.10 is next.
    ///
    /// ## Evidence
    /// The name that `python3`, `python` or `/usr/libexec/platform-python` leads to
    /// (`python3.11`), or else the package's version.
    ///
    /// ## What Azure says
    /// `Python version 2.6+ is highly recommended.`,
    /// `The Python version <v> is lower than the required version 3.9. Please update Python to a version >= 3.9.`,
    /// `Failed to retrieve Python version. Ensure Python is installed on the system.`
    ///
    /// ## Fix
    /// `apt-get install python3`, `dnf install python3` or `zypper install python3`.
    ///
    /// ## Limits
    /// Since June 2026 the test suite gives this test a low priority, so that it is probably no
    /// part of certification at present.
    /// ## Profiles
    /// - `faq-2021-09`: 2.6 or newer is recommended; below 3.9 is a warning.
    /// - `lisa-2026-08`: below 3.9 is a warning, as the test has a low priority.
    /// - `strict`: below 3.9 is an error.
    pub static LNX021 = {
        id: "LNX021",
        name: "python-version",
        level: Error,
        sources: [FAQ, SEC, TECH, LISA],
    };
}

const FIX: &str = "apt-get install python3 || dnf install python3 || zypper install python3; where the release has none from 3.9 on, build on a newer release";

fn check(subject: &Subject<'_>) -> Outcome {
    let facts = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let program = match known(&facts.software.python) {
        Ok(program) => program,
        Err(outcome) => return outcome,
    };
    let required = match subject.profile {
        Profile::Faq202109 => {
            "2.6 or newer; 3.9 or newer for LISA of 2026 (Microsoft's test suite)"
        }
        Profile::Lisa202608 | Profile::Strict => "3.9 or newer",
    };
    let Some(program) = program else {
        return Outcome::Decided(vec![
            Finding::error("there is no Python, which the Azure Linux Agent needs")
                .found("no python3, python or platform-python")
                .required(required)
                .fix(FIX),
        ]);
    };
    let Some(version) = program.version.as_deref().and_then(Dotted::known) else {
        return Outcome::undetermined(format!("{}: {}", program.spot, program.evidence));
    };
    let finding = |level, message: String| {
        Outcome::Decided(vec![
            Finding::new(level, message)
                .found(program.evidence.clone())
                .required(required)
                .at(at(&program.spot))
                .fix(FIX),
        ])
    };
    if version.is_before(&[3, 9]) {
        let (level, who) = match subject.profile {
            Profile::Faq202109 if version.is_before(&[2, 6]) => (
                Level::Warning,
                "older than 2.6, which the FAQ of 2021 recommends, and than 3.9 of LISA (Microsoft's test suite)",
            ),
            Profile::Faq202109 => (
                Level::Warning,
                "new enough for the FAQ of 2021 (2.6), and older than 3.9, which LISA of 2026 (Microsoft's test suite) requires",
            ),
            Profile::Lisa202608 => (
                Level::Warning,
                "older than 3.9, which LISA (Microsoft's test suite) requires in a test of low priority",
            ),
            Profile::Strict => (Level::Error, "older than 3.9"),
        };
        return finding(level, format!("Python {version} is {who}"));
    }
    if version.is_before(&[3, 10]) {
        return finding(
            Level::Note,
            format!(
                "Python {version} passes, but its support ended in October 2025 and LISA (Microsoft's test suite) says that 3.10 is its next minimum"
            ),
        );
    }
    Outcome::pass()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    fn tree(name: &str) -> Tree {
        Tree::new()
            .link("/usr/bin/python3", name)
            .file(&format!("/usr/bin/{name}"), "program")
    }

    #[test]
    fn each_profile_has_its_own_minimum() {
        use Status::{Fail, Pass, Undetermined, Warn};
        for (tree, statuses) in [
            (tree("python3.12"), [Pass; 3]),
            (tree("python3.9"), [Pass; 3]),
            (tree("python3.6"), [Warn, Warn, Fail]),
            (tree("python2.7"), [Warn, Warn, Fail]),
            (tree("python2.5"), [Warn, Warn, Fail]),
            (Tree::new(), [Fail; 3]),
            (tree("other"), [Undetermined; 3]),
        ] {
            let outcomes = in_profiles(&LNX021, &tree);
            outcomes.iter().for_each(assert_evidence);
            assert_eq!(outcomes.map(|outcome| outcome.status()), statuses);
        }
        assert_eq!(worst(&of(&LNX021, &tree("python3.9"))), Some(Level::Note));
        assert_eq!(of(&LNX021, &tree("python3.12")), Outcome::pass());
        assert_applies_to_linux_only(&LNX021);
    }
}
