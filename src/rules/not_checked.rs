//! What this report does not say: what only Azure or a running machine can show, and what is not
//! read out of the image. It stands beside the outcomes and does not touch the verdict.

use crate::inspect::{DiskRole, Inspection, OsFamily};

/// What it would take to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Data that Azure or Partner Center holds.
    Azure,
    /// The image booted as a virtual machine.
    RunningMachine,
    /// Disks of installed systems to prove the rules on.
    InstalledSystem,
    /// Data on vulnerabilities, which are not in the image.
    VulnerabilityData,
    /// The content pass, which was left out.
    ContentPass,
}

impl Needs {
    /// The word for it in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Azure => "azure",
            Self::RunningMachine => "running-machine",
            Self::InstalledSystem => "installed-system",
            Self::VulnerabilityData => "vulnerability-data",
            Self::ContentPass => "content-pass",
        }
    }
}

/// One subject that was not checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotChecked {
    /// What.
    pub subject: &'static str,
    /// What it would take.
    pub needs: Needs,
    /// Why, and what to do about it.
    pub reason: &'static str,
}

const fn entry(subject: &'static str, needs: Needs, reason: &'static str) -> NotChecked {
    NotChecked {
        subject,
        needs,
        reason,
    }
}

/// What is open of every OS disk of Windows.
const WINDOWS: [NotChecked; 5] = [
    entry(
        "the rules on Windows themselves",
        Needs::InstalledSystem,
        "they were proved on synthetic disks, made by script after Microsoft's texts, not on a disk that Windows was installed on; deploy the image once before you rely on them",
    ),
    entry(
        "Windows: component store and system files, WMI repository, .NET",
        Needs::RunningMachine,
        "run sfc.exe /scannow, DISM.exe /Online /Cleanup-Image /ScanHealth and winmgmt.exe /verifyrepository before Sysprep",
    ),
    entry(
        "Windows: activation",
        Needs::RunningMachine,
        "it is renewed by Azure's own service when the machine runs",
    ),
    entry(
        "Windows: members of SQL Server's role sysadmin",
        Needs::RunningMachine,
        "they stand in a database of the server, not in files that are read",
    ),
    entry(
        "Windows: whether the product depends on an account, on IPv6 or on a drive letter",
        Needs::RunningMachine,
        "only the product knows; start it on a machine that was deployed from the image",
    ),
];

/// What was not checked of `inspection`.
pub fn list(inspection: &Inspection) -> Vec<NotChecked> {
    let mut out = Vec::new();
    let windows = inspection
        .os
        .as_ref()
        .is_some_and(|os| os.value == OsFamily::Windows);
    if windows && inspection.role.value == DiskRole::Os {
        out.extend(WINDOWS);
    }
    if inspection.content.is_err() {
        out.push(entry(
            "content: bytes to upload, duplicates, digest",
            Needs::ContentPass,
            "the content was not read; check without --no-scan to have it measured",
        ));
    }
    out.push(entry(
        "blob: its type, lease and copy state; the SAS URI that Partner Center gets",
        Needs::Azure,
        "only the storage account knows; upload with azcopy --blob-type PageBlob",
    ));
    out.push(entry(
        "offer: plan, image type, property flags, disks of the previous version",
        Needs::Azure,
        "Partner Center compares them with the image",
    ));
    if inspection.role.value == DiskRole::Os {
        out.push(entry(
            "boot, provisioning, network, extensions, update and reboot",
            Needs::RunningMachine,
            "certification deploys the image; deploy it yourself once to see what it will see",
        ));
        out.push(entry(
            "network: synthetic and accelerated adapters, names resolved, repositories reached",
            Needs::RunningMachine,
            "certification reloads the adapter's driver, resolves names and updates packages",
        ));
        out.push(entry(
            "boot log, the state of services and of cloud-init after the boot, open ports",
            Needs::RunningMachine,
            "only a booted machine has them",
        ));
        out.push(entry(
            "malware",
            Needs::RunningMachine,
            if windows {
                "certification scans every file with signatures that are not in the image"
            } else {
                "certification scans every file with signatures that are not in the image; known false alarms are LNX026's"
            },
        ));
        // Advisories are matched with packages, which Windows has none of: theirs is no answer.
        if windows {
            out.push(entry(
                "known vulnerabilities of Windows and of the programs on it",
                Needs::RunningMachine,
                "certification looks for missing updates; WIN022 shows the build to compare",
            ));
        } else if inspection.advisories.is_none() {
            out.push(entry(
                "known vulnerabilities of the installed packages",
                Needs::VulnerabilityData,
                "give the advisories of your distribution with --advisories (OSV JSON, as osv.dev exports them)",
            ));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::testing::inspection_of;
    use crate::inspect::{Generation, Undetermined};

    #[test]
    fn a_disk_of_windows_says_on_what_its_rules_were_proved() {
        let says = |role, os| {
            let unread = Err(Undetermined::new("the table was not read"));
            let inspection = inspection_of(unread, role, os, Generation::Any);
            let list = list(&inspection);
            list.iter()
                .any(|entry| entry.needs == Needs::InstalledSystem)
        };
        assert!(says(DiskRole::Os, Some(OsFamily::Windows)));
        assert!(!says(DiskRole::Data, Some(OsFamily::Windows)));
        assert!(!says(DiskRole::Os, Some(OsFamily::Linux)));
        assert!(!says(DiskRole::Os, None));
    }

    #[test]
    fn advisories_are_only_asked_for_where_they_could_be_matched() {
        let asks = |os| {
            let unread = Err(Undetermined::new("the table was not read"));
            let list = list(&inspection_of(unread, DiskRole::Os, os, Generation::Any));
            list.iter()
                .any(|entry| entry.needs == Needs::VulnerabilityData)
        };
        assert!(asks(Some(OsFamily::Linux)));
        assert!(asks(None));
        assert!(!asks(Some(OsFamily::Windows)));
    }
}
