//! LNX057: the resource disk.

use super::{Subject, at, guest, known, provisioning};
use crate::finding::{Finding, Outcome};
use crate::rules::declare_rule;
use crate::rules::partition::decided_unless;

declare_rule! {
    /// One program alone manages the resource disk, and nothing lasting is kept on it.
    ///
    /// ## Why
    /// The resource disk is empty after a move of the machine. Where the agent and cloud-init both
    /// want to format and mount it, the order in which they come decides.
    ///
    /// ## Evidence
    /// `ResourceDisk.Format` of `/etc/waagent.conf` while cloud-init runs its module `mounts`;
    /// lines of fstab for `/dev/sdb1`, `/dev/disk/cloud/azure_resource-part1` or below the mount
    /// point.
    ///
    /// ## What Azure says
    /// Microsoft's test suite looks on the running machine for `DATALOSS_WARNING_README.txt` with
    /// `WARNING: THIS IS A TEMPORARY DISK`.
    ///
    /// ## Fix
    /// `sed -i -E 's/^\s*ResourceDisk\.Format\s*=.*/ResourceDisk.Format=n/' /etc/waagent.conf`
    ///
    /// ## Limits
    /// What the product keeps where shows only while it runs. Sizes of machines without a resource
    /// disk leave the mount point on the OS disk.
    pub static LNX057 = {
        id: "LNX057",
        name: "resource-disk",
        level: Advice,
        sources: [LISA, QUES, RHEL],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let conf = match known(&guest.agent.conf) {
        Ok(conf) => conf,
        Err(outcome) => return outcome,
    };
    let mut open = None;
    let mut findings = Vec::new();
    // Without a line the agent leaves the disk alone.
    let format = conf
        .as_ref()
        .filter(|conf| conf.is_on("ResourceDisk.Format", false))
        .and_then(|conf| conf.get("ResourceDisk.Format"));
    if let Some(line) = format {
        let mounts = provisioning::cloud_init(guest).and_then(|works| {
            let facts = guest.cloud_init.as_ref().map_err(Clone::clone)?;
            Ok(works.is_ok() && facts.runs_module("mounts"))
        });
        match mounts {
            Ok(true) => findings.push(
                Finding::advice("the agent and cloud-init both want to manage the resource disk")
                    .found("ResourceDisk.Format=y, and cloud-init with its module mounts")
                    .required("ResourceDisk.Format=n where cloud-init mounts it")
                    .at(at(&line.spot))
                    .fix(
                        r"sed -i -E 's/^\s*ResourceDisk\.Format\s*=.*/ResourceDisk.Format=n/' /etc/waagent.conf",
                    ),
            ),
            Ok(false) => {}
            Err(unknown) => open = Some(unknown.reason),
        }
    }
    let point = conf
        .as_ref()
        .and_then(|conf| conf.get("ResourceDisk.MountPoint"))
        .map_or("/mnt/resource", |point| point.value.as_str());
    match &guest.fstab {
        Ok(Some(fstab)) => {
            let on_it = fstab.entries.iter().filter(|entry| {
                entry.device == "/dev/sdb1"
                    || entry.device.starts_with("/dev/disk/cloud/azure_resource")
                    || entry
                        .mount_point
                        .strip_prefix(point)
                        .is_some_and(|rest| rest.starts_with('/'))
            });
            findings.extend(on_it.take(super::MAX_LISTED).map(|entry| {
                Finding::advice(format!(
                    "fstab mounts {} at {}: the resource disk loses all when the machine moves",
                    entry.device, entry.mount_point
                ))
                .found(entry.device.clone())
                .required("nothing lasting on the resource disk")
                .at(at(&entry.spot))
                .fix(format!(
                    "take line {} out of /etc/fstab",
                    entry.spot.line.unwrap_or(1)
                ))
            }));
        }
        Ok(None) => {}
        Err(unknown) => open = Some(unknown.reason.clone()),
    }
    decided_unless(open, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status::*;
    use crate::rules::Profile;
    use crate::rules::linux::sys_testing::{adjusted, debian};
    use crate::rules::linux::testing::*;

    #[test]
    fn two_managers_and_lasting_mounts_are_advised() {
        let both = debian().replace(
            "/etc/waagent.conf",
            "ResourceDisk.Format=n",
            "ResourceDisk.Format=y",
        );
        let cases = [
            (debian(), Pass, 0),
            (both.clone(), Pass, 1),
            (
                both.clone().file("/etc/cloud/cloud-init.disabled", ""),
                Pass,
                0,
            ),
            (
                both.clone()
                    .replace("/etc/cloud/cloud.cfg", " - mounts\n", ""),
                Pass,
                0,
            ),
            (
                debian().file("/etc/fstab", "/dev/sdb1 /data ext4 defaults 0 2\n"),
                Pass,
                1,
            ),
            (
                debian().file("/etc/fstab", "/dev/sdc1 /mnt/resource/data ext4 nofail\n"),
                Pass,
                1,
            ),
            (debian().unreadable("/etc/fstab"), Undetermined, 0),
            (both.unreadable("/etc/cloud/cloud.cfg"), Undetermined, 0),
        ];
        for (number, (tree, status, count)) in cases.iter().enumerate() {
            let outcome = judge(&LNX057, &adjusted(tree, |_| {}), Profile::default());
            assert_eq!(outcome.status(), *status, "case {number}: {outcome:?}");
            assert_eq!(outcome.findings().len(), *count, "case {number}");
        }
        assert_applies_to_linux_only(&LNX057);
    }
}
