//! VHD003: the disk type.

use super::{Subject, fix, footer_field, vhd};
use crate::container::vhd::{DiskType, NO_OFFSET};
use crate::finding::{Finding, Outcome};
use crate::rules::declare_rule;

declare_rule! {
    /// The disk type is fixed.
    ///
    /// ## Why
    /// Azure takes fixed disks only: the blob's bytes are the disk's bytes. A dynamic or
    /// differencing file is refused, or would be taken for a disk of garbage.
    ///
    /// ## Evidence
    /// The footer's fields disk type (2 is fixed) and data offset (all ones in a fixed disk), and
    /// whether a dynamic header stands where a dynamic disk has one.
    ///
    /// ## What Azure says
    /// - Data Box: `ERROR_BLOB_OR_FILE_TYPE_UNSUPPORTED`
    ///
    /// ## Fix
    /// `Convert-VHD -Path disk.vhd -DestinationPath fixed.vhd -VHDType Fixed` on Windows, or
    /// `qemu-img convert -f vpc -O raw disk.vhd disk.raw` and
    /// `qemu-img convert -f raw -O vpc -o subformat=fixed,force_size disk.raw fixed.vhd`. Look at
    /// VHD020 to VHD024 first: converting a damaged file loses data without a word.
    pub static VHD003 = {
        id: "VHD003",
        name: "disk-type",
        level: Error,
        sources: [FAQ, GEN, WINP, DBOX],
    };
}

/// What some writers put for "none": the specification prints only these four bytes.
const SHORT_NO_OFFSET: u64 = 0xFFFF_FFFF;

fn check(subject: &Subject<'_>) -> Outcome {
    let (vhd, found) = match vhd(subject) {
        Ok(parts) => parts,
        Err(outcome) => return outcome,
    };
    let footer = &found.footer;
    let mut findings = Vec::new();
    if footer.disk_type != DiskType::Fixed {
        let message = match (footer.disk_type, vhd.layout.has_blocks()) {
            (DiskType::Dynamic, true) => "the disk is dynamic".to_owned(),
            (DiskType::Differencing, true) => {
                "the disk is differencing: it holds only what differs from its parent".to_owned()
            }
            (kind, false) => format!(
                "the footer says {}, but the file is laid out as a fixed disk",
                kind.name()
            ),
            (kind, true) => format!("the disk type {} is not defined", kind.code()),
        };
        findings.push(
            Finding::error(message)
                .found(footer.disk_type.to_string())
                .required(DiskType::Fixed.to_string())
                .at(footer_field(found, "disk type"))
                .fix(if footer.disk_type == DiskType::Differencing {
                    "merge the chain first (Merge-VHD), then Convert-VHD -VHDType Fixed".to_owned()
                } else {
                    fix::remake(vhd)
                }),
        );
    } else if let Some(header) = vhd.header.as_ref().filter(|_| vhd.layout.has_blocks()) {
        findings.push(
            Finding::error("the footer says fixed, but the file is laid out as a dynamic disk")
                .found(format!("a dynamic disk header at byte {}", header.offset))
                .required("the disk's own bytes from byte 0 on")
                .at(footer_field(found, "disk type"))
                .fix("restore the disk type 3 in both footer copies, then convert it to a fixed disk"),
        );
    }
    let is_fixed = footer.disk_type == DiskType::Fixed;
    if is_fixed && footer.data_offset == SHORT_NO_OFFSET {
        findings.push(
            Finding::warning("the data offset has only four bytes of ones; some readers refuse it")
                .found(format!("{:#018x}", footer.data_offset))
                .required("0xffffffffffffffff")
                .at(footer_field(found, "data offset"))
                .fix(fix::remake(vhd)),
        );
    } else if is_fixed && footer.data_offset != NO_OFFSET {
        findings.push(
            Finding::error(
                "the data offset points at a dynamic header, although the type is fixed",
            )
            .found(format!("{:#018x}", footer.data_offset))
            .required("0xffffffffffffffff")
            .at(footer_field(found, "data offset"))
            .fix(fix::remake(vhd)),
        );
    }
    Outcome::Decided(findings)
}
