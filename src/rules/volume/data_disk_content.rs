//! DATA006: no operating system on a data disk.

use super::place;
use crate::finding::{Finding, Outcome};
use crate::guest::Guest;
use crate::inspect::DiskRole;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// A data disk holds no operating system.
    ///
    /// ## Why
    /// A second system on a data disk is a mistake in the mapping of disks, and volumes of the
    /// same name or UUID on two disks make it a guess which one is mounted. Of the machines that
    /// Microsoft publishes as failed, some waited for a data disk that was not there and never
    /// answered.
    ///
    /// ## Evidence
    /// The root of a Linux system, or a Windows, among the volumes of the disk. Entries of an OS
    /// disk's fstab that wait for a further disk are LNX038's.
    ///
    /// ## Fix
    /// Submit the disk as the OS disk, or take the system off it.
    pub static DATA006 = {
        id: "DATA006",
        name: "no-os-on-data-disk",
        level: Warning,
        sources: [LISA, BASE],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let inspection = subject.inspection;
    if inspection.role.value == DiskRole::Os {
        return Outcome::not_applicable(format!(
            "only for data disks, and this is taken as an OS disk: {}",
            inspection.role.reason
        ));
    }
    match &inspection.guest {
        Err(unknown) => Outcome::undetermined(unknown.reason.clone()),
        Ok(None) => Outcome::pass(),
        Ok(Some(guest)) => {
            let name = match guest {
                Guest::Linux(linux) => match &linux.distribution {
                    Ok(Some(distribution)) => distribution.name.clone(),
                    _ => "a Linux system".to_owned(),
                },
                Guest::Windows(windows) => windows.release.name(),
            };
            let finding = Finding::warning(format!("the data disk holds {name}"))
                .found(name)
                .required("a data disk without an operating system")
                .fix("submit it as the OS disk (--disk os), or take the system off it");
            let root = inspection.volumes.as_ref().ok().and_then(|volumes| {
                volumes.iter().find(|facts| {
                    facts
                        .mounted_at
                        .iter()
                        .any(|point| point == "/" || point == "C:")
                })
            });
            Outcome::Decided(vec![match root {
                Some(root) => finding.at(place(root)),
                None => finding,
            }])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::inspect::OsFamily;
    use crate::known::Undetermined;
    use crate::rules::Profile;
    use crate::rules::linux::testing::facts;
    use crate::rules::volume::testing::*;

    #[test]
    fn a_system_on_a_data_disk_is_warned_of() {
        assert_eq!(
            on_data_disk(&DATA006, &[partition(1, LINUX)]),
            Outcome::pass()
        );
        let volumes = vec![mounted(partition(1, LINUX), "/")];
        let mut data = inspection(Ok(volumes), DiskRole::Data, None);
        let tree = Tree::new().file("/etc/os-release", "ID=debian\n");
        data.guest = Ok(Some(Guest::Linux(Box::new(facts(&tree)))));
        let outcome = judge(&DATA006, &data, Profile::default());
        assert_eq!(outcome.status(), Status::Warn);
        assert_evidence(&outcome);
        data.guest = Err(Undetermined::new("partition 1 is encrypted"));
        let outcome = judge(&DATA006, &data, Profile::default());
        assert_eq!(outcome.status(), Status::Undetermined);
        let os = inspection(Ok(Vec::new()), DiskRole::Os, Some(OsFamily::Linux));
        let outcome = judge(&DATA006, &os, Profile::default());
        assert_eq!(outcome.status(), Status::NotApplicable);
    }
}
