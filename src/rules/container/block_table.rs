//! VHD022: the entries of the block allocation table.

use super::{Subject, blocks};
use crate::finding::{Finding, Outcome, Place};
use crate::rules::declare_rule;

declare_rule! {
    /// Every stored block lies in the file, after its structures, and apart from every other block.
    ///
    /// ## Why
    /// A block that is cut off, lies over a header or shares its place with another one is lost
    /// data. Readers check little of this: most convert such a file and exit with 0.
    ///
    /// ## Evidence
    /// Every entry of the table with its bitmap and data: against the headers, the table, the
    /// locators' paths, the footer, and, sorted, against its neighbours. Gaps between blocks or
    /// before the footer, other orders and spare entries are sound and are not reported.
    ///
    /// ## What Azure says
    /// Nothing: it refuses disks that are not fixed (VHD003).
    ///
    /// ## Fix
    /// Export or copy the disk again, and compare checksums.
    pub static VHD022 = {
        id: "VHD022",
        name: "block-table",
        level: Error,
        sources: [VHDSPEC],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let (vhd, _) = match blocks(subject) {
        Ok(parts) => parts,
        Err(outcome) => return outcome,
    };
    let Some(bat) = &vhd.bat else {
        let problem = vhd.bat_problem.as_ref().or(vhd.header_problem.as_ref());
        return Outcome::undetermined(
            problem
                .cloned()
                .unwrap_or_else(|| "the block allocation table could not be read".to_owned()),
        );
    };
    let mut findings: Vec<_> = bat
        .bad
        .iter()
        .map(|bad| {
            Finding::error(format!(
                "block {} is out of place: {}",
                bad.block, bad.problem
            ))
            .found(format!("sector {}", bad.sector))
            .required("a place of its own between the structures and the footer")
            .at(
                Place::image(bat.offset.saturating_add(bad.block.saturating_mul(4)), 4)
                    .structure("block allocation table")
                    .field(format!("entry {}", bad.block)),
            )
            .fix("export or copy the disk again; a conversion would lose these blocks")
        })
        .collect();
    let shown = findings.len() as u64;
    if bat.bad_count > shown {
        findings.push(Finding::error(format!(
            "{} more blocks are out of place",
            bat.bad_count - shown
        )));
    }
    Outcome::Decided(findings)
}
