//! VHD017: nothing before the disk, nothing after the footer.

use super::{Subject, fix, vhd};
use crate::container::vhd::FooterPlace;
use crate::finding::{Finding, Outcome, Place};
use crate::rules::declare_rule;

declare_rule! {
    /// A fixed VHD starts with the disk's sector 0 and ends with its footer.
    ///
    /// ## Why
    /// Bytes after the footer hide it (the file was made longer after conversion, or a tool
    /// appended something). A footer copy at the front of a fixed disk has overwritten its boot
    /// sector, or belongs to a dynamic disk that was cut.
    ///
    /// ## Evidence
    /// Where the cookie `conectix` stands: in the last 512 bytes and, in a fixed disk, nowhere
    /// else at either end.
    ///
    /// ## What Azure says
    /// - the message on the cookie that VHD001 names
    ///
    /// ## Fix
    /// Cut a copy of the file after its footer (`truncate -s <bytes> copy.vhd`), or convert it
    /// again: resize the raw disk, never the VHD.
    pub static VHD017 = {
        id: "VHD017",
        name: "trailing-bytes",
        level: Error,
        sources: [FAQ, VHDSPEC],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let (vhd, _) = match vhd(subject) {
        Ok(parts) => parts,
        Err(outcome) => return outcome,
    };
    let mut findings = Vec::new();
    if let Some(found) = &vhd.displaced
        && found.place == FooterPlace::Displaced
    {
        let after = vhd
            .file_length
            .saturating_sub(found.offset)
            .saturating_sub(512);
        findings.push(
            Finding::error(format!(
                "{after} bytes follow the footer: the file was made longer after conversion"
            ))
            .found(format!(
                "footer at byte {}, file of {} bytes",
                found.offset, vhd.file_length
            ))
            .required("the footer in the last 512 bytes")
            .at(Place::image(found.offset.saturating_add(512), after).structure("after the footer"))
            .fix(fix::cut_after(found.offset.saturating_add(512))),
        );
    }
    if !vhd.layout.has_blocks() && vhd.front.is_some() {
        findings.push(
            Finding::error("a footer copy stands in the disk's first sector, over its boot code and partition table")
                .found("`conectix` at byte 0")
                .required("the disk's own sector 0")
                .at(Place::image(0, 512).structure("footer copy"))
                .fix(
                    "make the VHD anew from the source disk: sector 0 is lost; on GPT, sgdisk -e \
                     can rebuild the table from its backup",
                ),
        );
    }
    Outcome::Decided(findings)
}
