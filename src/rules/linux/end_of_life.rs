//! LNX028: releases that get no security updates any more.

mod table;

use std::cmp::Ordering;

use super::{at, guest, known};
use crate::finding::{Finding, Outcome};
use crate::guest::version::Dotted;
use crate::rules::{Subject, declare_rule};
use table::{RELEASES, Release};

declare_rule! {
    /// The release still gets security updates.
    ///
    /// ## Why
    /// A release without updates gathers flaws that nobody mends; scans of submissions find them,
    /// and the scans go on after publication.
    ///
    /// ## Evidence
    /// `ID` and `VERSION_ID` of `/etc/os-release`, or the older files in its place, against a table
    /// of days of November 2026, compared with the day of the check.
    ///
    /// ## Fix
    /// Build the offer on a newer release; where the publisher has a contract for longer updates,
    /// say so to the certification team.
    ///
    /// ## Limits
    /// Whether an image is covered by a contract (Ubuntu Pro, LTSS, extended support) cannot be
    /// seen. The `ID` of CentOS Linux 8 and CentOS Stream 8 is the same; the later day is taken.
    /// Releases that the table does not have pass with a note.
    pub static LNX028 = {
        id: "LNX028",
        name: "end-of-life",
        level: Warning,
        sources: [GEN, ORA, RHEL],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let distribution = match guest(subject).and_then(|guest| known(&guest.distribution)) {
        Ok(Some(distribution)) => distribution,
        Ok(None) => {
            return Outcome::undetermined("no file says which distribution it is (LNX002)");
        }
        Err(outcome) => return outcome,
    };
    let name: String = distribution.name.chars().take(100).collect();
    let Some(version) = distribution.version_id.as_deref().and_then(Dotted::known) else {
        return Outcome::not_applicable(format!("{name} names no release"));
    };
    let id = match distribution.id.as_str() {
        "sles_sap" | "sle_hpc" | "sled" => "sles",
        id => id,
    };
    let finding = |message: String, more: &str| {
        let more = if more.is_empty() {
            String::new()
        } else {
            format!(" ({more})")
        };
        Outcome::Decided(vec![
            Finding::warning(format!("{name} {message}{more}"))
                .found(format!("{id} {version}"))
                .required("a release that gets security updates")
                .at(at(&distribution.spot))
                .fix("build the offer on a newer release of the distribution"),
        ])
    };
    match release(id, &version) {
        Found::Release((_, _, day, more)) => {
            // Both are written year first, so that their texts have the order of the days.
            let today = subject.inspection.looked_at.to_string();
            match today.get(..10).unwrap_or_default().cmp(*day) {
                Ordering::Greater => finding(format!("gets no security updates since {day}"), more),
                _ => Outcome::pass(),
            }
        }
        Found::Older((_, oldest, day, _)) => finding(
            format!(
                "gets no security updates: it is older than {oldest}, which has them until {day}"
            ),
            "",
        ),
        Found::Unknown => Outcome::Decided(vec![Finding::note(format!(
            "how long {name} gets security updates is not known to this version"
        ))]),
    }
}

enum Found {
    Release(&'static Release),
    /// Older than the oldest that the table has.
    Older(&'static Release),
    Unknown,
}

/// The entry whose version is the longest beginning of this one.
fn release(id: &str, version: &Dotted) -> Found {
    let own = || RELEASES.iter().filter(|(of, ..)| *of == id);
    let numbers = |release: &Release| Dotted::of(release.1).numbers().to_vec();
    let found = own()
        .filter(|release| version.begins(&numbers(release)))
        .max_by_key(|release| numbers(release).len());
    // A service pack of its own that the table does not have is not the release without one.
    let packs = own().any(|release| {
        numbers(release).len() > 1 && numbers(release).first() == version.numbers().first()
    });
    let has_pack = version.numbers().get(1).is_some_and(|pack| *pack > 0);
    if let Some(found) = found
        && !(packs && has_pack && numbers(found).len() == 1)
    {
        return Found::Release(found);
    }
    match own().min_by(|a, b| Dotted::of(a.1).cmp(&Dotted::of(b.1))) {
        Some(oldest) if version.is_before(&numbers(oldest)) => Found::Older(oldest),
        _ => Found::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::Profile;
    use crate::rules::linux::testing::*;

    fn on(day: &str, id: &str, version: &str) -> Outcome {
        let text = format!("ID={id}\nVERSION_ID=\"{version}\"\nPRETTY_NAME=\"The Release\"\n");
        let mut inspection = inspection(&Tree::new().file("/etc/os-release", &text));
        inspection.looked_at = format!("{day}T12:00:00Z").parse().unwrap();
        judge(&LNX028, &inspection, Profile::default())
    }

    #[test]
    fn the_day_of_the_check_decides() {
        use Status::{Pass, Warn};
        for (day, id, version, status) in [
            ("2026-11-21", "debian", "12", Pass),
            ("2028-06-30", "debian", "12", Pass),
            ("2028-07-01", "debian", "12", Warn),
            ("2026-11-21", "debian", "10", Warn),
            ("2026-11-21", "debian", "4", Warn),
            ("2026-11-21", "ubuntu", "22.04", Pass),
            ("2026-11-21", "ubuntu", "18.04", Warn),
            ("2026-11-21", "centos", "7", Warn),
            ("2026-11-21", "rhel", "9.4", Pass),
            ("2026-11-21", "rhel", "6.10", Warn),
            ("2026-11-21", "ol", "6.10", Warn),
            ("2026-11-21", "sles", "15.7", Pass),
            ("2026-11-21", "sles_sap", "15.5", Warn),
            ("2026-11-21", "sles", "15", Warn),
            ("2026-11-21", "sles", "12.5", Warn),
            ("2026-11-21", "alpine", "3.22.1", Pass),
            ("2026-11-21", "alpine", "3.19.1", Warn),
        ] {
            let outcome = on(day, id, version);
            assert_eq!(
                outcome.status(),
                status,
                "{day} {id} {version}: {outcome:?}"
            );
            assert_evidence(&outcome);
        }
        assert_eq!(on("2026-11-21", "debian", "12"), Outcome::pass());
        let ubuntu = on("2026-11-21", "ubuntu", "18.04");
        let message = &ubuntu.findings()[0].message;
        assert!(
            message.contains("since 2023-05-31") && message.contains("Ubuntu Pro"),
            "{message}"
        );
    }

    #[test]
    fn what_the_table_does_not_have_is_said_and_not_judged() {
        for (id, version) in [("debian", "99"), ("sles", "15.9"), ("nixos", "24.11")] {
            let outcome = on("2026-11-21", id, version);
            assert_eq!(outcome.status(), Status::Pass);
            assert!(
                outcome.findings()[0].message.contains("not known"),
                "{outcome:?}"
            );
        }
        let rolling = of(&LNX028, &Tree::new().file("/etc/os-release", "ID=arch\n"));
        assert_eq!(rolling.status(), Status::NotApplicable);
        assert_eq!(of(&LNX028, &Tree::new()).status(), Status::Undetermined);
        let unread = of(&LNX028, &Tree::new().unreadable("/etc/os-release"));
        assert_eq!(unread.status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX028);
    }

    #[test]
    fn every_day_of_the_table_is_a_day() {
        for (id, version, day, _) in RELEASES {
            assert!(day.parse::<jiff::civil::Date>().is_ok(), "{id} {version}");
        }
    }
}
