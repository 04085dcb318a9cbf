//! LNX047: NetworkManager on old systems.

use super::{Subject, at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::linux::distribution::Family;
use crate::rules::{Profile, declare_rule};

declare_rule! {
    /// NetworkManager is not installed on Red Hat's family before version 7.
    ///
    /// ## Why
    /// On those releases it and the agent both want to manage the network, and get in each other's
    /// way.
    ///
    /// ## Evidence
    /// The package NetworkManager in the package database, where the version is lower than 7.
    ///
    /// ## What Azure says
    /// Microsoft's test suite: `NetworkManager should not be installed`
    ///
    /// ## Fix
    /// `rpm -e --nodeps NetworkManager`
    ///
    /// ## Limits
    /// Whether certification runs this check is not known: it fails in the profile `strict` only.
    /// ## Profiles
    /// - `faq-2021-09`: a warning.
    /// - `lisa-2026-08`: a warning.
    /// - `strict`: an error.
    pub static LNX047 = {
        id: "LNX047",
        name: "network-manager",
        level: Warning,
        sources: [LISA, ORA],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let distribution = match known(&guest.distribution) {
        Ok(Some(distribution)) => distribution,
        Ok(None) => return Outcome::not_applicable("no file says which distribution it is"),
        Err(outcome) => return outcome,
    };
    let old = distribution.major().is_some_and(|version| version < 7);
    if distribution.family() != Family::Fedora || !old {
        return Outcome::not_applicable("only for Red Hat's family before version 7");
    }
    let packages = match known(&guest.packages) {
        Ok(packages) => packages,
        Err(outcome) => return outcome,
    };
    let Some(package) = packages.find("NetworkManager") else {
        return Outcome::pass();
    };
    let level = match subject.profile {
        Profile::Strict => Level::Error,
        Profile::Faq202109 | Profile::Lisa202608 => Level::Warning,
    };
    let finding = Finding::new(
        level,
        format!(
            "NetworkManager {} is installed, and conflicts with the agent on this release",
            package.version
        ),
    )
    .found(format!("NetworkManager {}", package.version))
    .required("NetworkManager not installed")
    .fix("rpm -e --nodeps NetworkManager");
    Outcome::Decided(vec![match packages.spot(package) {
        Some(spot) => finding.at(at(spot)),
        None => finding,
    }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status::{self, *};
    use crate::known::Undetermined;
    use crate::rules::linux::sys_testing::{adjusted, packages, release};
    use crate::rules::linux::testing::*;

    #[test]
    fn it_is_judged_before_version_7_only() {
        let of = |id: &str, version: &str, list: &[(&str, &str)]| {
            let inspection = adjusted(&release(id, version), |guest| {
                guest.packages = Ok(packages(list));
            });
            Profile::ALL.map(|profile| judge(&LNX047, &inspection, profile))
        };
        let manager = [("NetworkManager", "0.8.1-113.el6")];
        let statuses = |outcomes: &[Outcome; 3]| -> [Status; 3] {
            outcomes.iter().for_each(assert_evidence);
            outcomes.each_ref().map(Outcome::status)
        };
        assert_eq!(
            statuses(&of("centos", "6.10", &manager)),
            [Warn, Warn, Fail]
        );
        assert_eq!(statuses(&of("centos", "6.10", &[])), [Pass; 3]);
        assert_eq!(statuses(&of("centos", "7", &manager)), [NotApplicable; 3]);
        assert_eq!(statuses(&of("debian", "6", &manager)), [NotApplicable; 3]);
        let unknown = adjusted(&release("centos", "6.10"), |guest| {
            guest.packages = Err(Undetermined::new("not read"));
        });
        let outcome = judge(&LNX047, &unknown, Profile::default());
        assert_eq!(outcome.status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX047);
    }
}
