//! DATA005: the format of a data disk.

use super::volumes;
use crate::container::vhd::Layout;
use crate::finding::{Finding, Outcome};
use crate::inspect::DiskRole;
use crate::rules::{Subject, declare_rule};
use crate::volume::Content;

declare_rule! {
    /// A data disk is a fixed VHD, and may be empty.
    ///
    /// ## Why
    /// The rules of the container hold for data disks as they do for OS disks: a page blob of a
    /// fixed VHD. What is on it is the publisher's business; a blank one is allowed, and costs
    /// next to nothing while it stays sparse.
    ///
    /// ## Evidence
    /// The layout of the container, and the signatures at the start of its volumes.
    ///
    /// ## Fix
    /// `qemu-img convert -O vpc -o subformat=fixed,force_size disk.img disk.vhd` makes a fixed VHD
    /// of any disk.
    pub static DATA005 = {
        id: "DATA005",
        name: "data-disk-format",
        level: Error,
        sources: [CRE17, FAQ],
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
    let Some(vhd) = inspection.container.vhd() else {
        return Outcome::Decided(vec![
            Finding::error("the data disk is no VHD")
                .found("another format (VHD002 names it)")
                .required("a fixed VHD")
                .fix("qemu-img convert -O vpc -o subformat=fixed,force_size <disk> fixed.vhd"),
        ]);
    };
    let mut findings = Vec::new();
    if vhd.layout != Layout::Fixed {
        findings.push(
            Finding::error("the data disk is laid out in blocks")
                .found(format!("{:?}", vhd.layout).to_lowercase())
                .required("a fixed VHD")
                .fix(crate::rules::fix::remake(vhd)),
        );
    }
    match volumes(subject) {
        Ok(volumes)
            if volumes
                .iter()
                .all(|facts| facts.volume.content == Ok(Content::Blank)) =>
        {
            findings.push(Finding::note("the data disk is blank, which is allowed"));
        }
        Ok(_) => {}
        // What it holds decides nothing here.
        Err(_) => {}
    }
    Outcome::Decided(findings)
}
