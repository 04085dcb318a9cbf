//! VHD021: the dynamic header.

use super::{Subject, blocks, bytes_and_mib, footer_field, header_field};
use crate::container::vhd::{DynamicHeader, Vhd};
use crate::finding::{Finding, Outcome, Place};
use crate::rules::declare_rule;

declare_rule! {
    /// The dynamic disk header is where the footer says, is sound, and its table covers the disk.
    ///
    /// ## Why
    /// All data are found through this header. A reader that trusts a broken one loses data when it
    /// converts, mostly without a word.
    ///
    /// ## Evidence
    /// Cookie `cxsparse`, checksum, version 1.0, a block size that is a power of two of at least
    /// 512, a table that lies in the file on a sector's start and has an entry for every block of
    /// the current size (more are allowed).
    ///
    /// ## What Azure says
    /// Nothing: it refuses disks that are not fixed (VHD003).
    ///
    /// ## Fix
    /// Export the disk again from where it came.
    pub static VHD021 = {
        id: "VHD021",
        name: "dynamic-header",
        level: Error,
        sources: [VHDSPEC],
    };
}

const FIX: &str = "export the disk again from where it came; a conversion would lose data";

fn check(subject: &Subject<'_>) -> Outcome {
    let (vhd, header) = match blocks(subject) {
        Ok(parts) => parts,
        Err(outcome) => return outcome,
    };
    let mut findings = Vec::new();
    if let Some(problem) = &vhd.header_problem
        && let Some(found) = vhd.found()
    {
        findings.push(
            Finding::error(problem.clone())
                .required("`cxsparse` at the data offset")
                .at(footer_field(found, "data offset"))
                .fix(FIX),
        );
    }
    if let Some(header) = header {
        pointed_at(vhd, header, &mut findings);
        own_fields(header, &mut findings);
        table(vhd, header, &mut findings);
    }
    Outcome::Decided(findings)
}

fn pointed_at(vhd: &Vhd, header: &DynamicHeader, findings: &mut Vec<Finding>) {
    if let Some(found) = vhd.found()
        && found.footer.data_offset != header.offset
        && vhd.header_problem.is_none()
        // A footer of type fixed says that there is none, which VHD003 and VHD020 report.
        && found.footer.data_offset != u64::MAX
    {
        findings.push(
            Finding::error(format!(
                "the footer's data offset does not point at the dynamic header, which was found at byte {}",
                header.offset
            ))
            .found(found.footer.data_offset.to_string())
            .required(header.offset.to_string())
            .at(footer_field(found, "data offset"))
            .fix(FIX),
        );
    }
}

fn own_fields(header: &DynamicHeader, findings: &mut Vec<Finding>) {
    let mut error = |field: &str, message: &str, found: String, required: String| {
        findings.push(
            Finding::error(message)
                .found(found)
                .required(required)
                .at(header_field(header, field))
                .fix(FIX),
        );
    };
    if !header.has_cookie() {
        error(
            "cookie",
            "the dynamic header's cookie is wrong",
            header.cookie.escape_ascii().to_string(),
            "cxsparse".to_owned(),
        );
    }
    if !header.checksum_ok() {
        error(
            "checksum",
            "the dynamic header's checksum is wrong",
            format!("{:#010x}", header.checksum),
            format!("{:#010x}", header.computed_checksum),
        );
    }
    if header.header_version != 0x0001_0000 {
        error(
            "header version",
            "the dynamic header's version is not 1.0",
            format!("{:#010x}", header.header_version),
            "0x00010000".to_owned(),
        );
    }
    if header.block_size < 512 || !header.block_size.is_power_of_two() {
        error(
            "block size",
            "the block size is not a power of two of at least 512",
            header.block_size.to_string(),
            "2097152, or another power of two".to_owned(),
        );
    }
}

fn table(vhd: &Vhd, header: &DynamicHeader, findings: &mut Vec<Finding>) {
    let length = vhd.file_length;
    let end = u64::from(header.max_table_entries)
        .checked_mul(4)
        .and_then(|bytes| bytes.checked_add(header.table_offset));
    if !header.table_offset.is_multiple_of(512) || end.is_none_or(|end| end > length) {
        findings.push(
            Finding::error(if header.table_offset.is_multiple_of(512) {
                "the block allocation table reaches beyond the file"
            } else {
                "the block allocation table does not start on a sector"
            })
            .found(format!(
                "{} entries at byte {}, file of {length} bytes",
                header.max_table_entries, header.table_offset
            ))
            .required("a table within the file, on a sector's start")
            .at(header_field(header, "table offset"))
            .fix(FIX),
        );
    }
    let Some(footer) = vhd.footer() else { return };
    let needed = header.entries_needed(footer.current_size);
    if let Some(needed) = needed.filter(|needed| *needed > u64::from(header.max_table_entries)) {
        findings.push(
            Finding::error("the block allocation table has too few entries for the disk")
                .found(format!(
                    "{} entries of {} bytes for a disk of {}",
                    header.max_table_entries,
                    header.block_size,
                    bytes_and_mib(footer.current_size)
                ))
                .required(format!("at least {needed} entries"))
                .at(header_field(header, "max table entries"))
                .fix(FIX),
        );
    }
    if let Some(problem) = &vhd.bat_problem
        && findings.is_empty()
    {
        findings.push(
            Finding::error(problem.clone())
                .at(Place::image(header.table_offset, 0).structure("block allocation table"))
                .fix(FIX),
        );
    }
}
