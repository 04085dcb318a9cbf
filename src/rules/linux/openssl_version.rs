//! LNX020: how old OpenSSL is.

use super::{at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::version::Dotted;
use crate::rules::{Profile, Subject, declare_rule};

declare_rule! {
    /// OpenSSL is a release that still gets repairs.
    ///
    /// ## Why
    /// Old releases of OpenSSL have known holes. The requirement rose from 0.9.8 (the FAQ and the
    /// self-test) over 1.0 (the security recommendations) to 3.0.0 (Microsoft's test suite, which
    /// takes 1.1.1 and 1.0.2 too).
    ///
    /// ## Evidence
    /// The command `openssl` that a shell would start: its package's version, or the version in its
    /// bytes or those of `libcrypto`. Letters do not count: 1.1.1w is 1.1.1.
    ///
    /// ## What Azure says
    /// `The OpenSSL version <v> is lower than the required version 3.0.0. It is not in the extended support versions [...]. Please update OpenSSL to a version >= 3.0.0.`,
    /// `Failed to retrieve OpenSSL version. Ensure OpenSSL is installed on the system.`,
    /// `OpenSSL Version should be >=0.9.8.`
    ///
    /// ## Fix
    /// `apt-get install openssl`, `dnf install openssl` or `zypper install openssl`; where the
    /// release has none that is new enough, build on a newer release of the distribution.
    ///
    /// ## Limits
    /// The tests start the command; a library without the command fails them too. Repairs that a
    /// distribution brought into an older version are not counted.
    /// ## Profiles
    /// - `faq-2021-09`: below 0.9.8 is an error; other releases that the test suite refuses are a
    ///   warning.
    /// - `lisa-2026-08`: 3.0.0 or newer, 1.1.1 or 1.0.2; another release is an error.
    /// - `strict`: as `lisa-2026-08`.
    pub static LNX020 = {
        id: "LNX020",
        name: "openssl-version",
        level: Error,
        sources: [FAQ, SELF, SEC, LISA],
    };
}

const FIX: &str = "apt-get install openssl || dnf install openssl || zypper install openssl; where the release has none from 3.0.0 on, build on a newer release";
const REQUIRED: &str = "3.0.0 or newer, or 1.1.1, or 1.0.2";

fn check(subject: &Subject<'_>) -> Outcome {
    let program = match guest(subject).and_then(|guest| known(&guest.software.openssl)) {
        Ok(program) => program,
        Err(outcome) => return outcome,
    };
    let (level, other) = match subject.profile {
        Profile::Faq202109 => (
            Level::Warning,
            " (the FAQ of 2021 takes it from 0.9.8 on; LISA of 2026 (Microsoft's test suite) refuses it)",
        ),
        Profile::Lisa202608 => (Level::Error, " (the FAQ of 2021 took it from 0.9.8 on)"),
        Profile::Strict => (Level::Error, ""),
    };
    let Some(program) = program else {
        let other = match subject.profile {
            Profile::Faq202109 => ", which LISA of 2026 (Microsoft's test suite) fails",
            _ => "",
        };
        return Outcome::Decided(vec![
            Finding::new(
                level,
                format!("there is no command openssl on the path{other}"),
            )
            .found("no openssl in /usr/local/sbin, /usr/local/bin, /usr/sbin, /usr/bin or /bin")
            .required(REQUIRED)
            .fix(FIX),
        ]);
    };
    let Some(version) = program.version.as_deref().and_then(Dotted::known) else {
        return Outcome::undetermined(format!("{}: {}", program.spot, program.evidence));
    };
    if !version.is_before(&[3]) || version.begins(&[1, 1, 1]) || version.begins(&[1, 0, 2]) {
        return Outcome::pass();
    }
    let (level, other) = match version.is_before(&[0, 9, 8]) {
        true => (Level::Error, ", older than every documented minimum"),
        false => (level, other),
    };
    Outcome::Decided(vec![
        Finding::new(
            level,
            format!("OpenSSL {version} is older than 3.0.0, and neither 1.1.1 nor 1.0.2{other}"),
        )
        .found(program.evidence.clone())
        .required(REQUIRED)
        .at(at(&program.spot))
        .fix(FIX),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    fn tree(version: &str) -> Tree {
        Tree::new().file(
            "/usr/bin/openssl",
            &format!("\u{7f}ELF\0OpenSSL {version} 1 Jan 2020\0"),
        )
    }

    #[test]
    fn each_profile_has_its_own_minimum() {
        use Status::{Fail, Pass, Undetermined, Warn};
        for (tree, statuses) in [
            (tree("3.0.17"), [Pass; 3]),
            (tree("3.5.1"), [Pass; 3]),
            (tree("1.1.1w"), [Pass; 3]),
            (tree("1.0.2k-fips"), [Pass; 3]),
            (tree("1.1.0l"), [Warn, Fail, Fail]),
            (tree("1.0.1e"), [Warn, Fail, Fail]),
            (tree("0.9.8zh"), [Warn, Fail, Fail]),
            (tree("0.9.7m"), [Fail; 3]),
            (Tree::new(), [Warn, Fail, Fail]),
            (tree("unknown"), [Undetermined; 3]),
            (
                Tree::new().unreadable("/usr/bin/openssl"),
                [Undetermined; 3],
            ),
        ] {
            let outcomes = in_profiles(&LNX020, &tree);
            outcomes.iter().for_each(assert_evidence);
            assert_eq!(outcomes.map(|outcome| outcome.status()), statuses);
        }
        assert_applies_to_linux_only(&LNX020);
    }
}
