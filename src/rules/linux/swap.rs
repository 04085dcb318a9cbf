//! LNX012: swap files, and swap that the first boot would make.

use super::guest_text::quoted;
use super::{at, guest};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::LinuxGuest;
use crate::rules::partition::decided_unless;
use crate::rules::{Profile, Subject, declare_rule};

declare_rule! {
    /// Nothing switches swap on that lies on the OS disk, at once or at the first boot.
    ///
    /// ## Why
    /// Certification starts the image and looks at the swap in use: a file on the OS disk fails
    /// as a partition does. That includes a file that cloud-init or the agent makes at the first
    /// boot, because the test looks after it.
    ///
    /// ## Evidence
    /// Lines of type swap in `/etc/fstab`, files with the signature of swap space where they
    /// usually stand, `*.swap` units of systemd, `swap:` in cloud-init's configuration, and
    /// `ResourceDisk.EnableSwap` in `/etc/waagent.conf`. zram is memory and does not count.
    ///
    /// ## What Azure says
    /// - Partner Center, clause 200.3.3.3: `No Swap Partition on OS Disk`
    /// - self-test, test 41: `Swap space configured on the OS disk.`
    /// - test suite:
    ///   `Swap partition/file '<x>' is found on OS disk partition or logical device '<y>'.`
    /// - test suite: `swap configuration from waagent.conf and distro should match`
    ///
    /// ## Fix
    /// `swapoff -a && sed -i -E '/^\s*[^#[:space:]]\S*\s+\S+\s+swap(\s|$)/d' /etc/fstab && rm -f /swapfile /swap.img`,
    /// and `ResourceDisk.EnableSwap=n` in `/etc/waagent.conf`; let cloud-init put swap on the
    /// resource disk.
    ///
    /// ## Limits
    /// The FAQ of 2021 speaks of partitions only, so files are a warning by its profile. Whether
    /// the machine gets a resource disk depends on the size that is chosen: on sizes without one,
    /// the agent's swap file lands on the OS disk.
    /// ## Profiles
    /// - `faq-2021-09`: files are a warning, partitions an error.
    /// - `lisa-2026-08`: both are errors.
    /// - `strict`: both are errors.
    pub static LNX012 = {
        id: "LNX012",
        name: "no-swap-file",
        level: Error,
        sources: [LISA, BW, GEN, RHEL, UBU, SUSE, FAQ],
    };
}

/// Takes the lines of type swap out of fstab: not comments, and not a line that only names swap.
pub(in crate::rules) const MEND_FSTAB: &str =
    r"swapoff -a && sed -i -E '/^\s*[^#[:space:]]\S*\s+\S+\s+swap(\s|$)/d' /etc/fstab";

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let level = match subject.profile {
        Profile::Faq202109 => Level::Warning,
        Profile::Lisa202608 | Profile::Strict => Level::Error,
    };
    let mut open = None;
    let mut findings = Vec::new();
    let mut add = |found: Result<Vec<Finding>, String>| match found {
        Ok(found) => findings.extend(found),
        Err(reason) => open = Some(reason),
    };
    add(by_fstab(guest, level));
    add(by_files_and_units(guest, level));
    add(by_cloud_init(guest, level));
    add(by_agent(guest));
    decided_unless(open, findings)
}

fn by_fstab(guest: &LinuxGuest, level: Level) -> Result<Vec<Finding>, String> {
    let fstab = guest.fstab.as_ref().map_err(|unknown| &unknown.reason)?;
    let entries = fstab.iter().flat_map(|fstab| &fstab.entries);
    let findings = entries
        .filter(|entry| entry.is_swap())
        .filter(|entry| !entry.device.starts_with("/dev/zram"))
        .map(|entry| {
            let is_file = entry.device.starts_with('/') && !entry.device.starts_with("/dev/");
            let (level, message) = match (&entry.volume, is_file) {
                (Some(volume), _) => (
                    Level::Error,
                    format!(
                        "fstab switches on the swap space on {volume}, which is on the OS disk"
                    ),
                ),
                (None, true) => (
                    level,
                    format!("fstab switches on the swap file {}", entry.device),
                ),
                // On another disk, such as the resource disk: not what the rule is about.
                (None, false) => (
                    Level::Warning,
                    format!(
                        "fstab switches on the swap space {}, which is not on this disk",
                        entry.device
                    ),
                ),
            };
            Finding::new(level, message)
                .found(format!("{} {}", entry.device, entry.kind))
                .required("no line of type swap")
                .at(at(&entry.spot))
                .fix(MEND_FSTAB)
        });
    Ok(findings.collect())
}

fn by_files_and_units(guest: &LinuxGuest, level: Level) -> Result<Vec<Finding>, String> {
    let swap = guest.swap.as_ref().map_err(|unknown| &unknown.reason)?;
    let files = swap.files.iter().map(|file| {
        Finding::new(
            level,
            format!("{} is a swap file of {} bytes", file.spot.path, file.size),
        )
        .found("the signature of swap space")
        .required("no swap file on the OS disk")
        .at(at(&file.spot))
        .fix(format!("swapoff -a; rm -f {}", quoted(&file.spot.path)))
    });
    let units = swap
        .units
        .iter()
        .filter(|unit| !unit.what.starts_with("/dev/zram"))
        .filter_map(|unit| {
            let enabled = unit.enabled.as_ref()?;
            let name = unit.spot.path.rsplit('/').next().unwrap_or_default();
            let finding = Finding::new(
                level,
                format!("the unit {name} switches on the swap space {}", unit.what),
            )
            .found(format!("the link {}", enabled.path))
            .required("no enabled swap unit")
            .at(at(&unit.spot))
            .fix(format!("systemctl disable --now {}", quoted(name)));
            Some(finding)
        });
    Ok(files.chain(units).collect())
}

fn by_cloud_init(guest: &LinuxGuest, level: Level) -> Result<Vec<Finding>, String> {
    let facts = guest
        .cloud_init
        .as_ref()
        .map_err(|unknown| &unknown.reason)?;
    let findings = facts.swap_file.iter().map(|file| {
        // cloud-init mounts the resource disk there unless it is told otherwise.
        if file.value.starts_with("/mnt/") {
            return Finding::note(format!(
                "cloud-init makes the swap file {} at the first boot; that is the resource disk \
                 where the machine has one, else the OS disk",
                file.value
            ))
            .found(file.value.clone())
            .at(at(&file.spot));
        }
        Finding::new(
            level,
            format!(
                "cloud-init makes the swap file {} on the OS disk at the first boot",
                file.value
            ),
        )
        .found(format!("swap: filename: {}", file.value))
        .required("no swap file on the OS disk")
        .at(at(&file.spot))
        .fix(
            "printf 'swap:\\n  filename: /swap.img\\n  size: 0\\n  maxsize: 0\\n' \
             > /etc/cloud/cloud.cfg.d/99-no-swap.cfg",
        )
    });
    Ok(findings.collect())
}

fn by_agent(guest: &LinuxGuest) -> Result<Vec<Finding>, String> {
    let conf = guest
        .agent
        .conf
        .as_ref()
        .map_err(|unknown| &unknown.reason)?;
    let Some(conf) = conf else {
        return Ok(Vec::new());
    };
    let line = conf.get("ResourceDisk.EnableSwap");
    let Some(line) = line.filter(|_| conf.is_on("ResourceDisk.EnableSwap", false)) else {
        return Ok(Vec::new());
    };
    let finding = Finding::warning(
        "the agent makes a swap file on the resource disk; on sizes without one it lands on the \
         OS disk, and the test looks after the first boot",
    )
    .found(format!("ResourceDisk.EnableSwap={}", line.value))
    .required("ResourceDisk.EnableSwap=n, and swap by cloud-init on the resource disk")
    .at(at(&line.spot))
    .fix(r"sed -i -E 's/^\s*ResourceDisk\.EnableSwap\s*=.*/ResourceDisk.EnableSwap=n/' /etc/waagent.conf");
    Ok(vec![finding])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::guest::{Guest, Located};
    use crate::known::Undetermined;
    use crate::rules::linux::testing::*;
    use crate::volume::VolumeName;

    fn plain() -> Tree {
        Tree::new()
            .file("/etc/os-release", "ID=debian\n")
            .file("/etc/fstab", "UUID=a / ext4 defaults 0 1\n")
    }

    /// The facts of a tree, with those that other gatherers answer for set to "nothing".
    fn judged(tree: &Tree, change: impl FnOnce(&mut LinuxGuest), profile: Profile) -> Outcome {
        let mut inspection = inspection(tree);
        let mut guest = facts(tree);
        guest.cloud_init = Ok(crate::guest::linux::cloud_init::CloudInitFacts::default());
        guest.agent.conf = Ok(None);
        change(&mut guest);
        inspection.guest = Ok(Some(Guest::Linux(Box::new(guest))));
        judge(&LNX012, &inspection, profile)
    }

    fn status(tree: &Tree, profile: Profile) -> Status {
        let outcome = judged(tree, |_| {}, profile);
        assert_evidence(&outcome);
        outcome.status()
    }

    #[test]
    fn a_guest_without_swap_passes() {
        assert_eq!(judged(&plain(), |_| {}, Profile::Strict), Outcome::pass());
        let zram = plain().append("/etc/fstab", "/dev/zram0 none swap sw 0 0\n");
        assert_eq!(judged(&zram, |_| {}, Profile::Strict), Outcome::pass());
    }

    #[test]
    fn swap_files_fail_but_by_the_faq_of_2021() {
        let mut bytes = vec![0; 8192];
        bytes[4086..4096].copy_from_slice(b"SWAPSPACE2");
        let unit = "/etc/systemd/system/swapfile.swap";
        for tree in [
            plain().append("/etc/fstab", "/swapfile none swap sw 0 0\n"),
            plain().bytes("/swap.img", &bytes),
            plain()
                .file(unit, "[Swap]\nWhat=/swapfile\n")
                .link("/etc/systemd/system/swap.target.wants/swapfile.swap", unit),
        ] {
            assert_eq!(status(&tree, Profile::Lisa202608), Status::Fail);
            assert_eq!(status(&tree, Profile::Strict), Status::Fail);
            assert_eq!(status(&tree, Profile::Faq202109), Status::Warn);
        }
    }

    #[test]
    fn a_swap_partition_of_this_disk_fails_by_every_profile() {
        let tree = plain().append("/etc/fstab", "UUID=b none swap sw 0 0\n");
        let on_disk = |guest: &mut LinuxGuest| {
            if let Ok(Some(fstab)) = &mut guest.fstab {
                fstab.entries[1].volume = Some(VolumeName::Partition(2));
            }
        };
        for profile in Profile::ALL {
            let outcome = judged(&tree, on_disk, profile);
            assert_eq!(outcome.status(), Status::Fail);
        }
        assert_eq!(status(&tree, Profile::Strict), Status::Warn);
    }

    #[test]
    fn what_the_first_boot_makes_is_foreseen() {
        let spot = || Tree::new().root().spot("/etc/cloud/cloud.cfg");
        let made_at = |path: &str| {
            let file = Located::new(path.to_owned(), spot());
            judged(
                &plain(),
                |guest| {
                    if let Ok(facts) = &mut guest.cloud_init {
                        facts.swap_file = Some(file);
                    }
                },
                Profile::default(),
            )
        };
        assert_eq!(made_at("/swap.img").status(), Status::Fail);
        assert_eq!(worst(&made_at("/mnt/swap.img")), Some(Level::Note));
        let by_agent = judged(
            &plain(),
            |guest| {
                guest.agent.conf = Ok(Some(crate::guest::linux::agent::WaagentConf {
                    settings: vec![(
                        "ResourceDisk.EnableSwap".to_owned(),
                        Located::new("y".to_owned(), spot()),
                    )],
                    spot: spot(),
                }));
            },
            Profile::default(),
        );
        assert_eq!(by_agent.status(), Status::Warn);
    }

    #[test]
    fn what_cannot_be_read_is_no_pass() {
        let unread = |guest: &mut LinuxGuest| {
            guest.fstab = Err(Undetermined::new("unreadable"));
        };
        let outcome = judged(&plain(), unread, Profile::default());
        assert_eq!(outcome.status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX012);
    }
}
