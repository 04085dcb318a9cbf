//! VHD019: every disk its own.

use super::{Subject, footer_field, vhd};
use crate::finding::{Finding, Outcome};
use crate::rules::declare_rule;

declare_rule! {
    /// Every disk of an offer has a unique id of its own.
    ///
    /// ## Why
    /// Each disk of an image, also a blank one, needs a VHD of its own. Two files with one unique
    /// id are copies of each other, or the second was made by copying the first.
    ///
    /// ## Evidence
    /// The unique ids in the footers of all images of one call.
    ///
    /// ## What Azure says
    /// No literal message is known.
    ///
    /// ## Fix
    /// Make each disk by a conversion of its own; a copy keeps the id.
    pub static VHD019 = {
        id: "VHD019",
        name: "distinct-disks",
        level: Warning,
        sources: [PLAN, CRE17],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let (_, found) = match vhd(subject) {
        Ok(parts) => parts,
        Err(outcome) => return outcome,
    };
    if subject.siblings.is_empty() {
        return Outcome::not_applicable(
            "one image was given; give all disks of an offer to compare them",
        );
    }
    let id = found.footer.unique_id;
    let findings = subject
        .siblings
        .iter()
        .filter(|sibling| sibling.unique_id == Some(id) && !found.footer.has_null_id())
        .map(|sibling| {
            Finding::warning(format!("{} has the same unique id", sibling.name))
                .found(uuid::Uuid::from_bytes(id).to_string())
                .about(&sibling.name)
                .required("a UUID of its own for every disk")
                .at(footer_field(found, "unique id"))
                .fix("convert each disk from its raw source, instead of copying the VHD")
        })
        .collect();
    Outcome::Decided(findings)
}
