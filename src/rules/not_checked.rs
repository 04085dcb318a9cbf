//! What this report does not say: what only Azure or a running machine can show, and what is not
//! read out of the image. It stands beside the outcomes and does not touch the verdict.

use crate::inspect::{DiskRole, Inspection};

/// What it would take to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Data that Azure or Partner Center holds.
    Azure,
    /// The image booted as a virtual machine.
    RunningMachine,
    /// The file systems of the image, which this version does not read.
    FileSystems,
    /// The content pass, which was left out.
    ContentPass,
}

impl Needs {
    /// The word for it in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Azure => "azure",
            Self::RunningMachine => "running-machine",
            Self::FileSystems => "file-systems",
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

/// What was not checked of `inspection`.
pub fn list(inspection: &Inspection) -> Vec<NotChecked> {
    let mut out = Vec::new();
    if inspection.partitions.is_ok() {
        out.push(entry(
            "file systems: clean, encrypted, boot loader, swap, unallocated data",
            Needs::FileSystems,
            "this version reads the container and the partition table, not what is in the partitions",
        ));
        if inspection.role.value == DiskRole::Os {
            out.push(entry(
                "guest operating system: kernel arguments, agent, SSH, accounts, history, packages",
                Needs::FileSystems,
                "this version does not read the guest; test it on a deployed machine before you submit",
            ));
        }
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
            "malware and known vulnerabilities",
            Needs::RunningMachine,
            "certification scans for them with feeds that are not in the image",
        ));
    }
    out
}
