//! LNX003: the Azure Linux Agent, and how old it is.

use super::{at, guest};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::Spot;
use crate::guest::linux::LinuxGuest;
use crate::guest::linux::agent;
use crate::guest::linux::distribution::Family;
use crate::guest::linux::packages::Package;
use crate::guest::version::Dotted;
use crate::rules::{Profile, Subject, declare_rule};

/// Mandatory since May 2020 by the FAQ.
const FAQ_FLOOR: [u64; 3] = [2, 2, 41];
/// Mandatory since July 2022 by the support policy and the test suite.
const FLOOR: [u64; 4] = [2, 2, 53, 1];
/// One publisher's floor after unexplained rejections.
const PUBLISHER_FLOOR: [u64; 2] = [2, 13];

declare_rule! {
    /// The Azure Linux Agent is installed and new enough.
    ///
    /// ## Why
    /// The agent makes the machine known to Azure at its first start and runs extensions. The
    /// minimum rose over the years: 2.2.10 (2018), 2.2.41 (since May 2020, the FAQ), 2.2.53.1
    /// (since July 2022, Microsoft's support policy and its test suite).
    ///
    /// ## Evidence
    /// `AGENT_VERSION` of the agent's Python files, or else the package (`walinuxagent`, `waagent`,
    /// `WALinuxAgent`, `python3-azure-agent`), without epoch and revision. Agents that updated
    /// themselves under `/var/lib/waagent` prove nothing, because deprovisioning deletes them.
    ///
    /// ## What Azure says
    /// `The minimum Linux agent version is 2.2.41 or later. This requirement has been mandatory since May 1, 2020.`,
    /// `The waagent version <v> is lower than the required version 2.2.53.1 and auto update is not enabled.`,
    /// `waagent is not found in system path variable, /usr/bin and /usr/sbin.`,
    /// `Azure Linux Agent Version 2.2.41 and above should be installed.`; policy 200.3.3.4.
    ///
    /// ## Fix
    /// `apt-get install waagent` (Ubuntu: `walinuxagent`), `dnf install WALinuxAgent`,
    /// `zypper install python3-azure-agent`; or from source by
    /// `python3 setup.py install --register-service`.
    ///
    /// ## Limits
    /// The test suite takes an older agent where it may update itself. A publisher was refused with
    /// 2.11 for reasons that were not given, and uses 2.13 or newer; that is shown as a note.
    /// ## Profiles
    /// - `faq-2021-09`: below 2.2.41 is an error, below 2.2.53.1 a warning.
    /// - `lisa-2026-08`: below 2.2.53.1 is an error where `AutoUpdate.Enabled=n`, else a warning.
    /// - `strict`: below 2.2.53.1 is an error.
    pub static LNX003 = {
        id: "LNX003",
        name: "agent-version",
        level: Error,
        sources: [FAQ, SELF, LISA, AGT, ADR804, BW],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let facts = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let package = package(facts);
    // What its own files say is what runs; a package may lie under an installation from source.
    let (version, evidence, spot): (&str, String, Option<Spot>) =
        match (&facts.agent.version, package) {
            (Ok(Some(version)), _) => (
                &version.value,
                format!("AGENT_VERSION {}", version.value),
                Some(version.spot.clone()),
            ),
            (_, Some(package)) => (
                package.upstream_version(),
                format!("package {} {}", package.name, package.version),
                facts
                    .packages
                    .as_ref()
                    .ok()
                    .and_then(|p| p.spot(package))
                    .cloned(),
            ),
            _ => return without_version(facts),
        };
    let placed = |finding: Finding| match &spot {
        Some(spot) => finding.at(at(spot)),
        None => finding,
    };
    let Some(numbers) = Dotted::known(version) else {
        return Outcome::undetermined(format!(
            "the agent's version {:?} begins with no number",
            version.chars().take(100).collect::<String>()
        ));
    };
    let mut findings = vec![];
    let finding = |level, message: String, required: &str| {
        placed(Finding::new(level, message))
            .found(evidence.clone())
            .required(required)
            .fix(fix(facts))
    };
    if !numbers.is_before(&FLOOR) {
        if numbers.is_before(&PUBLISHER_FLOOR) {
            findings.push(finding(
                Level::Note,
                format!("the agent {numbers} is new enough for every documented minimum; a publisher was refused below 2.13 without a reason"),
                "2.2.53.1 or newer",
            ));
        }
        return Outcome::Decided(findings);
    }
    let below_faq = numbers.is_before(&FAQ_FLOOR);
    // The test suite looks at this key alone, and takes its absence for on.
    let updates = facts.agent.conf.as_ref().map(|conf| {
        conf.as_ref()
            .is_none_or(|conf| conf.is_on("AutoUpdate.Enabled", true))
    });
    let (level, why) = match (subject.profile, &updates) {
        (Profile::Strict, _) => (Level::Error, "older than 2.2.53.1"),
        (Profile::Faq202109, _) if below_faq => (
            Level::Error,
            "older than 2.2.41, which is mandatory since May 2020",
        ),
        (Profile::Faq202109, _) => (
            Level::Warning,
            "new enough for the FAQ of 2021, and older than 2.2.53.1, which LISA (Microsoft's test suite) and the support policy require since July 2022",
        ),
        (Profile::Lisa202608, Ok(false)) => (
            Level::Error,
            "older than 2.2.53.1, and AutoUpdate.Enabled=n keeps it from becoming newer",
        ),
        (Profile::Lisa202608, _) if below_faq => (
            Level::Warning,
            "older than 2.2.53.1, which LISA (Microsoft's test suite) takes only because it may update itself; the FAQ of 2021 refuses it (below 2.2.41)",
        ),
        (Profile::Lisa202608, _) => (
            Level::Warning,
            "older than 2.2.53.1, which LISA (Microsoft's test suite) takes only because it may update itself; the support policy requires it since July 2022",
        ),
    };
    findings.push(finding(
        level,
        format!("the agent {numbers} is {why}"),
        "2.2.53.1 or newer",
    ));
    match (subject.profile, updates) {
        (Profile::Lisa202608, Err(unknown)) => {
            Outcome::Undetermined(unknown.reason.clone(), findings)
        }
        _ => Outcome::Decided(findings),
    }
}

/// The agent's package.
pub(crate) fn package(facts: &LinuxGuest) -> Option<&Package> {
    agent::package(facts.packages.as_ref().ok()?)
}

fn without_version(facts: &LinuxGuest) -> Outcome {
    let program = match &facts.agent.program {
        Ok(program) => program,
        Err(unknown) => return Outcome::undetermined(unknown.reason.clone()),
    };
    if let Some(program) = program {
        let reason = match &facts.agent.version {
            Err(unknown) => unknown.reason.clone(),
            Ok(_) => format!(
                "{program}: there is the agent's program, but no version.py and no package tells its version"
            ),
        };
        return Outcome::undetermined(reason);
    }
    if let Err(unknown) = &facts.packages {
        return Outcome::undetermined(unknown.reason.clone());
    }
    Outcome::Decided(vec![
        Finding::error("the Azure Linux Agent is not installed")
            .found("no package of it, and neither /usr/sbin/waagent nor /usr/bin/waagent")
            .required("2.2.53.1 or newer")
            .fix(fix(facts)),
    ])
}

fn fix(facts: &LinuxGuest) -> &'static str {
    let distribution = facts.distribution.as_ref().ok().and_then(Option::as_ref);
    match distribution.map(|distribution| distribution.family()) {
        Some(Family::Debian) => "apt-get update && apt-get install waagent",
        Some(Family::Ubuntu) => "apt-get update && apt-get install walinuxagent",
        Some(Family::Fedora | Family::AzureLinux) => {
            "dnf install WALinuxAgent || yum install WALinuxAgent"
        }
        Some(Family::Suse) => {
            "zypper install python3-azure-agent || zypper install python-azure-agent"
        }
        _ => {
            "install it from https://github.com/Azure/WALinuxAgent: python3 setup.py install --register-service"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::linux::agent::WaagentConf;
    use crate::guest::testing::Tree;
    use crate::guest::{Guest, Located};
    use crate::inspect::Inspection;
    use crate::known::Undetermined;
    use crate::rules::linux::testing::*;

    fn with(tree: &Tree, change: impl FnOnce(&mut LinuxGuest)) -> Inspection {
        let mut inspection = inspection(tree);
        let mut facts = facts(tree);
        facts.agent.conf = Ok(None);
        facts.agent.program = Ok(None);
        facts.agent.version = Ok(None);
        change(&mut facts);
        inspection.guest = Ok(Some(Guest::Linux(Box::new(facts))));
        inspection
    }

    fn package(version: &str) -> Tree {
        Tree::new().file("/etc/os-release", "ID=ubuntu\n").file(
            "/var/lib/dpkg/status",
            &format!("Package: walinuxagent\nStatus: install ok installed\nVersion: {version}\nArchitecture: amd64\n"),
        )
    }

    fn auto_update_off(facts: &mut LinuxGuest) {
        let spot = Tree::new().root().spot("/etc/waagent.conf");
        facts.agent.conf = Ok(Some(WaagentConf {
            settings: vec![(
                "AutoUpdate.Enabled".to_owned(),
                Located::new("n".to_owned(), spot.clone()),
            )],
            spot,
        }));
    }

    fn statuses(inspection: &Inspection) -> [Status; 3] {
        Profile::ALL.map(|profile| {
            let outcome = judge(&LNX003, inspection, profile);
            assert_evidence(&outcome);
            outcome.status()
        })
    }

    #[test]
    fn each_profile_has_its_own_minimum() {
        use Status::{Fail, Pass, Warn};
        for (version, on, off) in [
            ("2.2.40-0ubuntu1", [Fail, Warn, Fail], [Fail, Fail, Fail]),
            ("2.2.41-0ubuntu1", [Warn, Warn, Fail], [Warn, Fail, Fail]),
            (
                "2.2.46-0ubuntu1~18.04.1",
                [Warn, Warn, Fail],
                [Warn, Fail, Fail],
            ),
            ("2.2.53.1-1", [Pass; 3], [Pass; 3]),
            ("1:2.11.1.4-0ubuntu0.22.04.1", [Pass; 3], [Pass; 3]),
        ] {
            let tree = package(version);
            assert_eq!(statuses(&with(&tree, |_| {})), on, "{version}");
            assert_eq!(statuses(&with(&tree, auto_update_off)), off, "{version}");
        }
    }

    #[test]
    fn between_the_minimum_and_213_there_is_a_note_and_above_silence() {
        let of = |version: &str| judge(&LNX003, &with(&package(version), |_| {}), Profile::Strict);
        assert_eq!(worst(&of("2.11.1.4-0ubuntu1")), Some(Level::Note));
        assert_eq!(of("2.15.0.1-0ubuntu1"), Outcome::pass());
    }

    #[test]
    fn what_the_files_say_counts_more_than_the_package() {
        let inspection = with(&package("2.2.30-1"), |facts| {
            let spot = Tree::new().root().spot("/usr/lib/python3/version.py");
            facts.agent.version = Ok(Some(Located::new("2.15.0.1".to_owned(), spot)));
        });
        assert_eq!(statuses(&inspection), [Status::Pass; 3]);
    }

    #[test]
    fn absence_fails_and_what_cannot_be_read_is_open() {
        assert_eq!(statuses(&with(&Tree::new(), |_| {})), [Status::Fail; 3]);
        let spot = Tree::new().root().spot("/usr/sbin/waagent");
        let unknown = || Undetermined::new("unreadable");
        for change in [
            |facts: &mut LinuxGuest, spot: &Spot, _| facts.agent.program = Ok(Some(spot.clone())),
            |facts: &mut LinuxGuest, _: &Spot, unknown| facts.agent.program = Err(unknown),
            |facts: &mut LinuxGuest, _: &Spot, unknown| facts.packages = Err(unknown),
        ] {
            let inspection = with(&Tree::new(), |facts| change(facts, &spot, unknown()));
            assert_eq!(statuses(&inspection), [Status::Undetermined; 3]);
        }
        // Whether it may update itself decides in one profile only.
        let inspection = with(&package("2.2.45-1"), |facts| {
            facts.agent.conf = Err(unknown())
        });
        assert_eq!(
            statuses(&inspection),
            [Status::Warn, Status::Undetermined, Status::Fail]
        );
        assert_applies_to_linux_only(&LNX003);
    }
}
