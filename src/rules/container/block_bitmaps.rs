//! VHD023: bitmaps against data.

use super::{Subject, blocks};
use crate::container::vhd::Layout;
use crate::finding::{Finding, Outcome};
use crate::rules::declare_rule;

declare_rule! {
    /// A sector that a dynamic disk's bitmap calls unwritten holds zeros.
    ///
    /// ## Why
    /// Readers that honour the bitmap return zeros for such a sector, QEMU returns what is stored:
    /// the same file has two contents.
    ///
    /// ## Evidence
    /// The bitmap of every stored block (the most significant bit is the first sector), and the
    /// sectors whose bit is 0.
    ///
    /// ## What Azure says
    /// Nothing: it refuses disks that are not fixed (VHD003).
    ///
    /// ## Fix
    /// Export the disk again; where that cannot be had, convert it with the program that wrote it.
    pub static VHD023 = {
        id: "VHD023",
        name: "block-bitmaps",
        level: Warning,
        sources: [VHDSPEC],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let (vhd, _) = match blocks(subject) {
        Ok(parts) => parts,
        Err(outcome) => return outcome,
    };
    if vhd.layout == Layout::Differencing {
        return Outcome::not_applicable("in a differencing disk a clear bit asks the parent");
    }
    let facts = match &subject.inspection.bitmaps {
        Ok(facts) => facts,
        Err(unknown) => return Outcome::undetermined(&*unknown.reason),
    };
    if facts.unmarked_sectors == 0 {
        return Outcome::pass();
    }
    let blocks: Vec<_> = facts
        .examples
        .iter()
        .map(|(block, sectors)| format!("block {block}: {sectors}"))
        .collect();
    Outcome::Decided(vec![
        Finding::warning(format!(
            "{} sectors hold data although their bitmap calls them unwritten",
            facts.unmarked_sectors
        ))
        .found(blocks.join(", "))
        .required("zeros where the bitmap is 0")
        .fix("export the disk again, or convert it with the program that wrote it"),
    ])
}
