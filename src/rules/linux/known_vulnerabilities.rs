//! LNX024: flaws for which the distribution has repairs.

use super::{guest, known};
use crate::advisories::{Match, Matches, SEVERE};
use crate::finding::{Finding, Level, Outcome};
use crate::rules::partition::listed;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// No package has a grave flaw for which the distribution has a repair.
    ///
    /// ## Why
    /// The policies ask for all security updates. The vulnerability scan of a submission, which is
    /// repeated after publication, lists the distribution's notices with a CVSS score of 8.5 or
    /// more.
    ///
    /// ## Evidence
    /// The installed packages against the advisories that were given with `--advisories`: OSV
    /// records as osv.dev exports them, matched by the distribution's own order of versions.
    ///
    /// ## What Azure says
    /// Policy 200.5.8 with a list of notices, packages and the versions that mend them; in the
    /// self-test `Security threats`.
    ///
    /// ## Fix
    /// `apt-get update && apt-get dist-upgrade`, `dnf upgrade` or `zypper patch`, and then the new
    /// kernel's initramfs and the deprovisioning again.
    ///
    /// ## Limits
    /// Without advisories the rule does not apply: this program fetches nothing and brings none
    /// along. It says no more than the advisories do, at their date. A flaw without a repair is a
    /// warning. Repairs that need no newer package, such as live patches, are not seen.
    pub static LNX024 = {
        id: "LNX024",
        name: "known-vulnerabilities",
        level: Error,
        sources: [ADR804, SEC, SELF, OSV],
    };
}

const FIX: &str = "apt-get update && apt-get dist-upgrade || dnf upgrade || zypper patch";

fn check(subject: &Subject<'_>) -> Outcome {
    if let Err(outcome) = guest(subject) {
        return outcome;
    }
    let matches = match &subject.inspection.advisories {
        None => {
            return Outcome::not_applicable(
                "no vulnerability data was given (--advisories); nothing is said of known flaws",
            );
        }
        Some(matches) => match known(matches) {
            Ok(matches) => matches,
            Err(outcome) => return outcome,
        },
    };
    if matches.advisories_for_it == 0 {
        return Outcome::undetermined(match &matches.ecosystem {
            Some(name) => format!(
                "none of the {} advisories that were given is for {name}",
                matches.advisories_read
            ),
            None => "advisories of the OSV format have no name for this distribution".to_owned(),
        });
    }
    Outcome::Decided(findings(matches))
}

fn findings(matches: &Matches) -> Vec<Finding> {
    let date = matches.feed_date.as_deref().unwrap_or("an unknown day");
    let all = &matches.packages_affected;
    let severe = |found: &&Match| found.is_severe() && found.fixed.is_some();
    let mut findings = listed(
        Level::Error,
        all.iter().filter(severe).map(finding),
        "packages with a grave flaw that an update mends",
    );
    let open: Vec<_> = all
        .iter()
        .filter(|found| found.is_severe() && found.fixed.is_none())
        .collect();
    if !open.is_empty() {
        findings.push(counted(Level::Warning, &open, "advisories of CVSS 8.5 or more have no repair yet")
            .required("no grave flaw")
            .fix("look each of them up with the distribution: remove the package, or have an exception ready for the certification team"));
    }
    let unrated: Vec<_> = all
        .iter()
        .filter(|found| !found.is_rated() && found.fixed.is_some())
        .collect();
    if !unrated.is_empty() {
        findings.push(
            counted(
                Level::Warning,
                &unrated,
                "advisories that an update mends do not say how grave they are",
            )
            .required("no grave flaw")
            .fix(FIX),
        );
    }
    let lower = all
        .iter()
        .filter(|found| found.is_rated() && !found.is_severe())
        .count();
    findings.push(Finding::note(format!(
        "{} advisories for {}, the newest of {date}; {lower} below CVSS {SEVERE} apply to packages of this image",
        matches.advisories_for_it,
        matches.ecosystem.as_deref().unwrap_or("this distribution"),
    )));
    findings
}

/// What a flaw is known again by, whatever version of the package has it.
fn key(found: &Match) -> String {
    format!("{} {}", found.package, found.id)
}

fn names(found: &Match) -> String {
    let aliases: Vec<_> = found.aliases.iter().take(4).map(String::as_str).collect();
    let names = match aliases.is_empty() {
        true => found.id.clone(),
        false => format!("{} ({})", found.id, aliases.join(", ")),
    };
    names.chars().take(200).collect()
}

fn finding(found: &Match) -> Finding {
    let fixed = found.fixed.as_deref().unwrap_or_default();
    let weight = match found.cvss {
        Some(score) => format!("CVSS {score:.1}"),
        None => "critical".to_owned(),
    };
    Finding::error(format!(
        "{} {} has the flaw {}, {weight}",
        found.package,
        found.installed,
        names(found)
    ))
    .found(format!("{} {}", found.package, found.installed))
    .required(format!("{fixed} or newer"))
    .about(key(found))
    .fix(FIX)
}

fn counted(level: Level, list: &[&Match], what: &str) -> Finding {
    let some: Vec<_> = list
        .iter()
        .take(5)
        .map(|found| format!("{}: {}", found.package, found.id))
        .collect();
    let more = if list.len() > some.len() { ", …" } else { "" };
    // Another flaw on the list makes it another list.
    let all: Vec<_> = list.iter().map(|found| key(found)).collect();
    Finding::new(level, format!("{} {what}", list.len()))
        .about(format!("{what}: {}", all.join(" ")))
        .found(format!("{}{more}", some.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::inspect::Undetermined;
    use crate::known::Known;
    use crate::rules::Profile;
    use crate::rules::linux::testing::*;

    fn flaw(cvss: Option<f64>, rating: Option<&str>, fixed: Option<&str>) -> Match {
        Match {
            package: "openssl".to_owned(),
            installed: "3.0.11-1".to_owned(),
            fixed: fixed.map(str::to_owned),
            id: "DSA-1".to_owned(),
            aliases: vec!["CVE-2026-1".to_owned()],
            cvss,
            rating: rating.map(str::to_owned),
        }
    }

    fn with(advisories: Option<Known<Matches>>) -> Outcome {
        let mut inspection = inspection(&Tree::new());
        inspection.advisories = advisories;
        judge(&LNX024, &inspection, Profile::default())
    }

    fn matches(list: Vec<Match>) -> Option<Known<Matches>> {
        Some(Ok(Matches {
            feed_date: Some("2026-10-08".to_owned()),
            advisories_read: 10,
            ecosystem: Some("Debian:12".to_owned()),
            advisories_for_it: 9,
            packages_affected: list,
        }))
    }

    #[test]
    fn grave_flaws_with_a_repair_fail_and_others_do_not() {
        for (list, status) in [
            (vec![], Status::Pass),
            (vec![flaw(Some(8.4), None, Some("4"))], Status::Pass),
            (vec![flaw(Some(8.5), None, Some("4"))], Status::Fail),
            (vec![flaw(Some(9.8), None, None)], Status::Warn),
            (vec![flaw(None, Some("critical"), Some("4"))], Status::Fail),
            (vec![flaw(None, Some("high"), Some("4"))], Status::Pass),
            (vec![flaw(None, None, Some("4"))], Status::Warn),
        ] {
            let outcome = with(matches(list.clone()));
            assert_eq!(outcome.status(), status, "{list:?}");
            assert_evidence(&outcome);
            let note = outcome.findings().last().unwrap();
            assert!(
                note.message.contains("the newest of 2026-10-08"),
                "{note:?}"
            );
        }
        let outcome = with(matches(vec![flaw(Some(9.8), None, Some("3.0.17-1"))]));
        let finding = &outcome.findings()[0];
        assert_eq!(
            finding.message,
            "openssl 3.0.11-1 has the flaw DSA-1 (CVE-2026-1), CVSS 9.8"
        );
        assert_eq!(finding.required.as_deref(), Some("3.0.17-1 or newer"));
    }

    #[test]
    fn a_long_list_is_cut_and_counted() {
        let outcome = with(matches(vec![flaw(Some(9.0), None, Some("4")); 100]));
        assert_eq!(outcome.findings().len(), 18);
        assert!(outcome.findings()[16].message.starts_with("and 84 more"));
    }

    #[test]
    fn without_advisories_for_it_nothing_is_claimed() {
        assert_eq!(with(None).status(), Status::NotApplicable);
        let unknown = with(Some(Err(Undetermined::new("the packages are not known"))));
        assert_eq!(unknown.status(), Status::Undetermined);
        let mut none = Matches::default();
        assert_eq!(with(Some(Ok(none.clone()))).status(), Status::Undetermined);
        none.ecosystem = Some("Debian:12".to_owned());
        assert_eq!(with(Some(Ok(none))).status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX024);
    }
}
