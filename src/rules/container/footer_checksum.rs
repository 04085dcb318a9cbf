//! VHD007: the footer's checksum.

use super::{Subject, fix, footer_field, vhd};
use crate::finding::{Finding, Outcome};
use crate::rules::declare_rule;

declare_rule! {
    /// The footer's checksum is the one's complement of the sum of its other bytes.
    ///
    /// ## Why
    /// A wrong checksum means that the footer was damaged or edited by hand. Microsoft's own open
    /// reader of fixed VHDs refuses such a file, and a damaged file is the second cause that the
    /// support article on refused VHDs names.
    ///
    /// ## Evidence
    /// The stated checksum against the one that the 512 bytes give.
    ///
    /// ## What Azure says
    /// - the message on the cookie that VHD001 names
    ///
    /// ## Fix
    /// Make the VHD anew from the raw disk. Do not only patch the checksum: find out what changed
    /// the footer.
    ///
    /// ## Limits
    /// Whether Azure itself compares the checksum is not documented. The sum does not see swapped
    /// bytes, so a right checksum proves little; the fields are judged one by one.
    pub static VHD007 = {
        id: "VHD007",
        name: "footer-checksum",
        level: Error,
        sources: [KB405, VHDSPEC, OPENVMM, LINUXKIT835],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let (vhd, used) = match vhd(subject) {
        Ok(parts) => parts,
        Err(outcome) => return outcome,
    };
    // The footer at the end is the one that counts, also where the disk had to be read by its
    // copy at the front.
    let found = vhd.end.as_ref().unwrap_or(used);
    if found.footer.checksum_ok() {
        return Outcome::pass();
    }
    Outcome::Decided(vec![
        Finding::error(format!(
            "the checksum of the footer {} is wrong",
            found.place.words()
        ))
        .found(format!("{:#010x}", found.footer.checksum))
        .required(format!("{:#010x}", found.footer.computed_checksum))
        .at(footer_field(found, "checksum"))
        .fix(fix::remake(vhd)),
    ])
}
