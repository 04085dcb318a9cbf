//! LNX052: scheduled jobs.

use super::{Subject, at, guest};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::linux::schedules::JobKind;
use crate::rules::declare_rule;
use crate::rules::partition::{decided_unless, listed};

declare_rule! {
    /// Scheduled jobs that are not the operating system's are known to the publisher.
    ///
    /// ## Why
    /// The policies want jobs of others identified. A job that was left from building the image
    /// runs on every customer's machine.
    ///
    /// ## Evidence
    /// Lines of `/etc/crontab`, files in `/etc/cron.d` and `/etc/cron.*`, and timers that are files
    /// in `/etc/systemd/system`, where their name is none that distributions ship: notes. Tables of
    /// users and jobs of `at`, which people make by hand: warnings.
    ///
    /// ## What Azure says
    /// Nothing literal; clause 200.5 as publishers read it.
    ///
    /// ## Fix
    /// `crontab -r -u <user>`, `atrm <job>`, or `systemctl disable --now <timer>`; name those that
    /// belong to the product in the notes for certification.
    ///
    /// ## Limits
    /// Whose a job is, is told by its name from a list; jobs of a product's own package are listed
    /// too, and timers of packages under `/usr/lib` are not.
    pub static LNX052 = {
        id: "LNX052",
        name: "scheduled-tasks",
        level: Warning,
        sources: [ADR804, BASE, CRE17],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let schedules = &guest.schedules;
    let mut findings = Vec::new();
    for by_hand in [true, false] {
        let level = if by_hand { Level::Warning } else { Level::Note };
        let of = schedules
            .jobs
            .iter()
            .filter(|job| matches!(job.kind, JobKind::UserTable | JobKind::At) == by_hand);
        let found = of.map(|job| {
            let (what, fix) = match job.kind {
                JobKind::UserTable => (
                    "the cron table of a user",
                    format!("crontab -r -u '{}'", job.name),
                ),
                JobKind::At => ("a job of at", format!("rm -f '{}'", job.spot.path)),
                JobKind::Crontab => ("a job in /etc/crontab", "edit /etc/crontab".to_owned()),
                JobKind::CronD | JobKind::Periodic => {
                    ("a job of cron", format!("rm -f '{}'", job.spot.path))
                }
                JobKind::Timer => (
                    "a timer of systemd",
                    format!("systemctl disable '{}'", job.name),
                ),
            };
            Finding::new(
                level,
                format!("{} is {what} that the distribution did not bring", job.name),
            )
            .found(job.name.clone())
            .required("jobs of the distribution and of the product only")
            .at(at(&job.spot))
            .fix(fix)
        });
        findings.extend(listed(level, found, "jobs"));
    }
    let open = schedules
        .unread
        .first()
        .map(|unknown| unknown.reason.clone());
    decided_unless(open, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status::*;
    use crate::rules::linux::sys_testing::debian;
    use crate::rules::linux::testing::*;

    #[test]
    fn jobs_made_by_hand_warn_and_others_are_noted() {
        let cases = [
            (debian(), Pass, 0),
            (debian().file("/etc/cron.d/e2scrub_all", "x"), Pass, 0),
            (
                debian().file("/etc/cron.d/product", "* * * * * root Pl4nted\n"),
                Pass,
                1,
            ),
            (
                debian().file("/etc/systemd/system/sync.timer", "[Timer]\n"),
                Pass,
                1,
            ),
            (
                debian().file("/var/spool/cron/crontabs/root", "* * * * * Pl4nted\n"),
                Warn,
                1,
            ),
            (debian().file("/var/spool/cron/atjobs/a1", "x"), Warn, 1),
            (debian().unreadable("/etc/crontab"), Undetermined, 0),
        ];
        for (number, (tree, status, count)) in cases.iter().enumerate() {
            let outcome = of(&LNX052, tree);
            assert_eq!(outcome.status(), *status, "case {number}: {outcome:?}");
            assert_eq!(outcome.findings().len(), *count, "case {number}");
            assert_evidence(&outcome);
            assert!(!format!("{outcome:?}").contains("Pl4nted"));
        }
        assert_applies_to_linux_only(&LNX052);
    }
}
