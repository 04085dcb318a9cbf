//! Scheduled jobs that the distribution did not bring.
//!
//! Whose a job is, is told by its name: a list of the names that distributions ship. A package
//! database would also take a product's own packages for the distribution's.

use crate::filesystem::FileType;
use crate::guest::{Root, Spot};
use crate::known::{Known, Undetermined};

/// What starts a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// A line of `/etc/crontab`.
    Crontab,
    /// A file in `/etc/cron.d`.
    CronD,
    /// A file in `/etc/cron.daily` and its like.
    Periodic,
    /// A user's own table.
    UserTable,
    /// A job of `at`, which runs once.
    At,
    /// A timer of systemd in `/etc/systemd/system`.
    Timer,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// What starts it.
    pub kind: JobKind,
    /// The file, the user, or the timer (hostile text). Never the command.
    pub name: String,
    /// Where it stands.
    pub spot: Spot,
}

/// The jobs that the distribution did not bring.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schedules {
    /// In the order in which they were found.
    pub jobs: Vec<Job>,
    /// Places that could not be read: why.
    pub unread: Vec<Undetermined>,
}

/// Jobs that are kept.
const MAX_JOBS: usize = 500;

/// Names in `/etc/cron.d`, `/etc/cron.daily` and their like that distributions ship.
const KNOWN: &[&str] = &[
    "0anacron",
    "0hourly",
    "0yum-daily.cron",
    "0yum-hourly.cron",
    "anacron",
    "apport",
    "apt-compat",
    "apt-show-versions",
    "apt",
    "aptitude",
    "atop",
    "bsdmainutils",
    "btrfs-balance",
    "btrfs-defrag",
    "btrfs-scrub",
    "btrfs-trim",
    "cracklib-runtime",
    "dailyjobs",
    "debtags",
    "dpkg",
    "dracut",
    "e2scrub_all",
    "exim4-base",
    "fake-hwclock",
    "fstrim",
    "google-chrome",
    "hourly",
    "locate",
    "logrotate",
    "makewhatis.cron",
    "man-db",
    "man-db.cron",
    "mcelog.cron",
    "mdadm",
    "mdcheck",
    "mlocate",
    "mlocate.cron",
    "ntp",
    "ntpsec",
    "packagekit-background.cron",
    "passwd",
    "plocate",
    "popularity-contest",
    "prelink",
    "quota",
    "raid-check",
    "readahead-monthly.cron",
    "readahead.cron",
    "rhn-virtualization",
    "rhsmd",
    "rpm",
    "suse-clean_catman",
    "suse-do_mandb",
    "suse-logrotate",
    "suse-snapper",
    "suse.de-backup-rc.config",
    "suse.de-backup-rpmdb",
    "suse.de-check-battery",
    "suse.de-clean-tmp",
    "suse.de-cron-local",
    "suse.de-snapper",
    "sysstat",
    "timeshift-hourly",
    "tmpwatch",
    "tmpreaper",
    "ubuntu-advantage-tools",
    "ubuntu-fan",
    "unattended-upgrades",
    "update-notifier-common",
    "vnstat",
    "yum-autoupdate",
    "yum-updatesd",
];

/// Timers in `/etc/systemd/system` that installers of distributions write there as files.
const KNOWN_TIMERS: &[&str] = &["snapd.snap-repair.timer"];

/// Reads them.
pub(super) fn gather(root: &Root) -> Schedules {
    let mut out = Schedules::default();
    let mut take = |read: Known<Vec<Job>>| match read {
        Ok(jobs) => {
            let room = MAX_JOBS.saturating_sub(out.jobs.len());
            out.jobs.extend(jobs.into_iter().take(room));
        }
        Err(unknown) => out.unread.push(unknown),
    };
    take(crontab(root));
    take(folder(root, "/etc/cron.d", JobKind::CronD));
    for folder_name in ["hourly", "daily", "weekly", "monthly", "yearly"] {
        let path = format!("/etc/cron.{folder_name}");
        take(folder(root, &path, JobKind::Periodic));
    }
    for path in [
        "/var/spool/cron",
        "/var/spool/cron/crontabs",
        "/var/spool/cron/tabs",
    ] {
        take(folder(root, path, JobKind::UserTable));
    }
    for path in [
        "/var/spool/cron/atjobs",
        "/var/spool/at",
        "/var/spool/atjobs",
    ] {
        take(folder(root, path, JobKind::At));
    }
    take(timers(root));
    out
}

/// Debian's and Red Hat's own lines run the folders, and nothing else.
fn crontab(root: &Root) -> Known<Vec<Job>> {
    let Some(file) = root.text("/etc/crontab")? else {
        return Ok(Vec::new());
    };
    Ok(file
        .settings()
        .filter(|(_, line)| {
            let first = line.split_whitespace().next().unwrap_or_default();
            let is_variable = first.contains('=')
                || line.split_once('=').is_some_and(|(key, _)| {
                    key.trim()
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || c == '_')
                });
            !is_variable && !line.contains("run-parts") && !line.contains("run-crons")
        })
        .map(|(number, _)| Job {
            kind: JobKind::Crontab,
            name: format!("line {number}"),
            spot: file.at(number),
        })
        .collect())
}

fn folder(root: &Root, path: &str, kind: JobKind) -> Known<Vec<Job>> {
    let mut jobs = Vec::new();
    for entry in root.entries(path)? {
        let name = entry.name.as_str();
        let is_known = matches!(kind, JobKind::CronD | JobKind::Periodic) && KNOWN.contains(&name);
        // `.SEQ` numbers the jobs of `at`.
        if is_known || name.starts_with('.') || entry.file_type == FileType::Directory {
            continue;
        }
        // A table without a line that says something is what `crontab -e` leaves.
        if kind == JobKind::UserTable
            && root
                .text(&entry.path)?
                .is_some_and(|file| file.settings().next().is_none())
        {
            continue;
        }
        jobs.push(Job {
            kind,
            name: super::ini::short(name, 200),
            spot: root.spot(&entry.path),
        });
    }
    Ok(jobs)
}

/// Packages put their timers under `/usr/lib`; a file in `/etc` was put there by somebody else.
fn timers(root: &Root) -> Known<Vec<Job>> {
    Ok(root
        .entries("/etc/systemd/system")?
        .into_iter()
        .filter(|entry| entry.name.ends_with(".timer") && entry.file_type == FileType::File)
        .filter(|entry| !KNOWN_TIMERS.contains(&entry.name.as_str()))
        .map(|entry| Job {
            kind: JobKind::Timer,
            name: super::ini::short(&entry.name, 200),
            spot: root.spot(&entry.path),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::linux::hostile::mutated;
    use crate::guest::testing::Tree;

    /// Debian 12's.
    const CRONTAB: &str = "# /etc/crontab: system-wide crontab\nSHELL=/bin/sh\n\
        # You can also override PATH\n#PATH=/usr/sbin:/usr/bin\n\
        17 *\t* * *\troot    cd / && run-parts --report /etc/cron.hourly\n\
        25 6\t* * *\troot\ttest -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.daily; }\n#\n";

    fn names(tree: &Tree) -> Vec<String> {
        gather(&tree.clone().root())
            .jobs
            .into_iter()
            .map(|job| job.name)
            .collect()
    }

    #[test]
    fn what_distributions_ship_is_left_out() {
        let tree = Tree::new()
            .file("/etc/crontab", CRONTAB)
            .file("/etc/cron.d/e2scrub_all", "x")
            .file("/etc/cron.d/.placeholder", "x")
            .file("/etc/cron.daily/apt-compat", "x")
            .file("/etc/cron.hourly/0anacron", "x")
            .dir("/var/spool/cron/crontabs")
            .file("/var/spool/cron/crontabs/root", "# DO NOT EDIT THIS FILE\n")
            .file("/var/spool/cron/atjobs/.SEQ", "0")
            .link(
                "/etc/systemd/system/timers.target.wants/apt-daily.timer",
                "/lib/systemd/system/apt-daily.timer",
            )
            .link("/etc/systemd/system/dbus.timer", "/dev/null");
        assert!(names(&tree).is_empty(), "{:?}", names(&tree));
    }

    #[test]
    fn every_other_job_is_listed_without_its_command() {
        let tree = Tree::new()
            .file(
                "/etc/crontab",
                &format!("{CRONTAB}0 1 * * * root curl -H Pl4nted x\n"),
            )
            .file("/etc/cron.d/backup", "* * * * * root Pl4nted\n")
            .file("/etc/cron.weekly/report", "x")
            .file("/var/spool/cron/crontabs/deploy", "* * * * * x\n")
            .file("/var/spool/cron/atjobs/a0001", "x")
            .file("/etc/systemd/system/sync.timer", "[Timer]\n");
        let found = names(&tree);
        assert_eq!(
            found,
            [
                "line 8",
                "backup",
                "report",
                "deploy",
                "a0001",
                "sync.timer"
            ]
        );
        assert!(!format!("{:?}", gather(&tree.root())).contains("Pl4nted"));
    }

    #[test]
    fn a_place_that_cannot_be_read_is_said() {
        let tree = Tree::new().file("/etc/cron.d/x", "x");
        let found = gather(&tree.root_with_unreadable("/var", "it is encrypted"));
        assert_eq!(found.jobs.len(), 1);
        assert!(!found.unread.is_empty());
    }

    #[test]
    fn changed_files_never_break_the_reader() {
        mutated(CRONTAB, 2_000, |bytes| {
            gather(&Tree::new().bytes("/etc/crontab", bytes).root());
        });
    }
}
