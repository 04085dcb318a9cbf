//! VHD024: the parent of a differencing disk.

use super::{Subject, blocks, header_field};
use crate::container::vhd::{Layout, LocatedPath, ParentFacts, Vhd};
use crate::finding::{Finding, Level, Outcome, Place};
use crate::rules::declare_rule;

declare_rule! {
    /// The disk does not depend on a parent, and no parent locator is broken.
    ///
    /// ## Why
    /// A differencing disk holds only what differs from its parent; nobody else has the parent.
    /// `qemu-img` reads one as if it had none: what the parent holds becomes zeros, with exit 0. A
    /// broken locator crashes azure-vhd-utils even where the disk does not need it.
    ///
    /// ## Evidence
    /// The parent's name, unique id and all locators, checked against the file before they are
    /// used; and the parent itself where it lies beside the image or is named with `--parent`.
    ///
    /// ## What Azure says
    /// - Data Box: `ERROR_BLOB_OR_FILE_TYPE_UNSUPPORTED`
    ///
    /// ## Fix
    /// `Merge-VHD -Path child.vhd -DestinationPath parent.vhd`, then
    /// `Convert-VHD -Path parent.vhd -DestinationPath fixed.vhd -VHDType Fixed`.
    pub static VHD024 = {
        id: "VHD024",
        name: "parent-chain",
        level: Error,
        sources: [VHDSPEC, DBOX],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let (vhd, header) = match blocks(subject) {
        Ok(parts) => parts,
        Err(outcome) => return outcome,
    };
    let mut findings = Vec::new();
    if vhd.layout == Layout::Differencing {
        let mut error =
            Finding::error("the disk depends on a parent disk, which cannot be submitted with it")
                .required("a disk that is whole by itself")
                .fix(
                    "Merge-VHD -Path child.vhd -DestinationPath parent.vhd, then \
                 Convert-VHD -VHDType Fixed",
                );
        if let Some(header) = header {
            error = error
                .found(format!(
                    "parent {} ({:?})",
                    uuid::Uuid::from_bytes(header.parent_unique_id),
                    header.parent_name
                ))
                .at(header_field(header, "parent unique id"));
        }
        findings.push(error);
    }
    if let Some(parent) = &vhd.parent {
        locators(parent, &mut findings);
        if vhd.layout == Layout::Differencing {
            at_hand(vhd, parent, &mut findings);
        }
    }
    Outcome::Decided(findings)
}

fn locators(parent: &ParentFacts, findings: &mut Vec<Finding>) {
    for (locator, path) in &parent.locators {
        let place = Place::image(locator.offset, 24)
            .structure("dynamic disk header")
            .field(format!("parent locator entry {}", locator.index));
        match path {
            Err(problem) => findings.push(
                Finding::warning(format!("a parent locator cannot be used: {problem}"))
                    .found(locator.to_string())
                    .required("a path within the file")
                    .at(place)
                    .fix("export the disk again, as a fixed one"),
            ),
            Ok(path) => {
                let (LocatedPath::RelativeWindows(text)
                | LocatedPath::AbsoluteWindows(text)
                | LocatedPath::FileUrl(text)) = path
                else {
                    continue;
                };
                findings.push(
                    Finding::note(format!("a parent locator names {text:?}"))
                        .found(locator.to_string())
                        .at(place),
                );
            }
        }
    }
}

fn at_hand(vhd: &Vhd, parent: &ParentFacts, findings: &mut Vec<Finding>) {
    match &parent.found {
        Some(path) => findings.push(Finding::note(format!("the parent is at hand: {path}"))),
        None => {
            let tried: Vec<_> = parent
                .rejected
                .iter()
                .map(|rejected| format!("{}: {}", rejected.path, rejected.reason))
                .collect();
            let tried = if tried.is_empty() {
                "no file".to_owned()
            } else {
                tried.join("; ")
            };
            findings.push(
                Finding::new(
                    Level::Warning,
                    "the parent is not at hand: what it holds cannot be judged",
                )
                .found(format!("looked at {tried}"))
                .required(format!(
                    "a VHD with unique id {}",
                    uuid::Uuid::from_bytes(parent.unique_id)
                ))
                .fix("name it: --parent FILE"),
            );
        }
    }
    for link in vhd
        .chain
        .iter()
        .filter_map(|link| link.problem.as_ref().map(|p| (link, p)))
    {
        findings.push(Finding::warning(format!("{}: {}", link.0.path, link.1)));
    }
}
