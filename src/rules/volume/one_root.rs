//! PART007: one root file system.

use super::{linux_disk_volumes, place};
use crate::finding::{Finding, Outcome};
use crate::rules::linux;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// One root file system holds the whole system.
    ///
    /// ## Why
    /// Microsoft recommends one root partition: Azure grows the last partition of a larger disk,
    /// and nothing else. Companions for the boot loader are normal; `/var`, `/home` or `/usr` of
    /// their own keep the size that they were made with. A second root makes it a guess which
    /// system starts.
    ///
    /// ## Evidence
    /// Volumes that look like the root of a Linux system, and the mount points of `/etc/fstab`
    /// that lie on other volumes of this disk.
    ///
    /// ## What Azure says
    /// - self-test, test 42, `Root Partition on OS Disk`: `Root Partition: 1`
    ///
    /// ## Fix
    /// Move the content into the root file system and take the line out of `/etc/fstab`, or build
    /// the image with one partition for all of it.
    pub static PART007 = {
        id: "PART007",
        name: "one-root",
        level: Warning,
        sources: [FAQ, SEC, POL, SELF],
    };
}

/// Mount points that people give volumes of their own.
const SYSTEM_POINTS: [&str; 6] = ["/usr", "/var", "/home", "/opt", "/srv", "/tmp"];

fn check(subject: &Subject<'_>) -> Outcome {
    let volumes = match linux_disk_volumes(subject) {
        Ok(volumes) => volumes,
        Err(outcome) => return outcome,
    };
    let guest = match linux::guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let mut findings: Vec<_> = guest
        .other_roots
        .iter()
        .map(|name| {
            let finding = Finding::warning(format!("{name} holds a second Linux system"))
                .found(format!("files of a root file system on {name}"))
                .required("one root file system")
                .fix("delete the volume that does not start");
            match volumes.iter().find(|facts| facts.volume.name == *name) {
                Some(facts) => finding.at(place(facts)),
                None => finding,
            }
        })
        .collect();
    let root = volumes
        .iter()
        .find(|facts| facts.mounted_at.iter().any(|point| point == "/"));
    for facts in volumes {
        // A subvolume of the root's own file system shares its space.
        if root.is_some_and(|root| root.volume.name == facts.volume.name) {
            continue;
        }
        for point in &facts.mounted_at {
            let is_below = |system: &&str| {
                point
                    .strip_prefix(*system)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            if SYSTEM_POINTS.iter().any(is_below) {
                findings.push(
                    Finding::note(format!(
                        "{point} is a volume of its own, {}",
                        facts.volume.name
                    ))
                    .found(facts.volume.name.to_string())
                    .at(place(facts)),
                );
            }
        }
    }
    Outcome::Decided(findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::Guest;
    use crate::guest::testing::Tree;
    use crate::inspect::{DiskRole, OsFamily, VolumeFacts};
    use crate::rules::Profile;
    use crate::rules::volume::testing::*;
    use crate::volume::VolumeName;

    fn judged(volumes: Vec<VolumeFacts>, others: Vec<VolumeName>) -> Outcome {
        let mut inspection = inspection(Ok(volumes), DiskRole::Os, Some(OsFamily::Linux));
        let mut guest = linux::testing::facts(&Tree::new().file("/etc/os-release", "ID=debian"));
        guest.other_roots = others;
        inspection.guest = Ok(Some(Guest::Linux(Box::new(guest))));
        judge(&PART007, &inspection, Profile::default())
    }

    #[test]
    fn companions_pass_and_volumes_of_their_own_are_noted() {
        let plain = vec![
            mounted(partition(1, LINUX), "/"),
            mounted(partition(2, LINUX), "/boot"),
        ];
        assert_eq!(judged(plain, Vec::new()), Outcome::pass());
        let split = vec![
            mounted(partition(1, LINUX), "/"),
            mounted(partition(2, LINUX), "/var/log"),
        ];
        let outcome = judged(split, Vec::new());
        assert_eq!(outcome.findings()[0].level, Level::Note);
        let mut subvolumes = mounted(partition(1, LINUX), "/");
        subvolumes.mounted_at.push("/home".to_owned());
        assert_eq!(judged(vec![subvolumes], Vec::new()), Outcome::pass());
    }

    #[test]
    fn a_second_system_is_warned_of() {
        let volumes = vec![mounted(partition(1, LINUX), "/"), partition(2, LINUX)];
        let outcome = judged(volumes, vec![VolumeName::Partition(2)]);
        assert_eq!(outcome.status(), Status::Warn);
        assert_evidence(&outcome);
        assert_linux_os_disks_only(&PART007);
    }
}
