//! Rules on the container: footer, size, type, and what surrounds them.

pub mod blob_type;
pub mod block_bitmaps;
pub mod block_table;
pub mod container_format;
pub mod data_disk_size;
pub mod disk_type;
pub mod distinct_disks;
pub mod dynamic_header;
pub mod file_length;
pub mod file_name;
pub mod footer_checksum;
pub mod footer_cookie;
pub mod footer_copies;
pub mod footer_fields;
pub mod geometry;
pub mod large_disk;
pub mod logical_sector_size;
pub mod minimum_size;
pub mod os_disk_size;
pub mod page_blob;
pub mod parent_chain;
pub mod platform_limits;
pub mod size_whole_mib;
pub mod trailing_bytes;

use super::{MIB, Subject, fix};
use crate::container::Container;
use crate::container::vhd::{DynamicHeader, FoundFooter, Vhd};
use crate::finding::{Outcome, Place};

/// The VHD and the footer that it is read by; for anything else the outcome to answer with.
fn vhd<'a>(subject: &Subject<'a>) -> Result<(&'a Vhd, &'a FoundFooter), Outcome> {
    let not_a_vhd = || Outcome::not_applicable("the file has no VHD footer (see VHD001)");
    match &subject.inspection.container {
        Container::Vhd(vhd) => Ok((vhd, vhd.found().ok_or_else(not_a_vhd)?)),
        Container::Foreign(_) => Err(not_a_vhd()),
    }
}

/// The VHD and its dynamic header; for a disk without blocks the outcome to answer with.
fn blocks<'a>(subject: &Subject<'a>) -> Result<(&'a Vhd, Option<&'a DynamicHeader>), Outcome> {
    let (vhd, _) = vhd(subject)?;
    if vhd.layout.has_blocks() || vhd.header_problem.is_some() {
        Ok((vhd, vhd.header.as_ref()))
    } else {
        Err(Outcome::not_applicable(
            "a fixed disk has no dynamic header and no blocks",
        ))
    }
}

/// The place of a footer's field.
fn footer_field(found: &FoundFooter, name: &str) -> Place {
    let fields = found.footer.fields(found.offset);
    match fields.iter().find(|field| field.name == name) {
        Some(field) => Place::image(field.offset, field.length as u64)
            .structure("footer")
            .field(name),
        None => Place::image(found.offset, 512).structure("footer"),
    }
}

/// The place of a dynamic header's field.
fn header_field(header: &DynamicHeader, name: &str) -> Place {
    let fields = header.fields();
    match fields.iter().find(|field| field.name == name) {
        Some(field) => Place::image(field.offset, field.length as u64)
            .structure("dynamic disk header")
            .field(name),
        None => Place::image(header.offset, 1024).structure("dynamic disk header"),
    }
}

/// A size in bytes and in MiB with its fraction.
fn bytes_and_mib(bytes: u64) -> String {
    let whole = bytes / MIB;
    let rest = bytes % MIB;
    if rest == 0 {
        return format!("{bytes} bytes ({whole} MiB)");
    }
    // Six digits of the fraction, in whole numbers.
    let fraction = rest * 1_000_000 / MIB;
    let digits = format!("{fraction:06}");
    format!(
        "{bytes} bytes ({whole}.{} MiB)",
        digits.trim_end_matches('0')
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_show_their_fraction() {
        assert_eq!(bytes_and_mib(20 * MIB), "20971520 bytes (20 MiB)");
        assert_eq!(bytes_and_mib(34_607_104), "34607104 bytes (33.003906 MiB)");
        assert_eq!(bytes_and_mib(MIB / 2), "524288 bytes (0.5 MiB)");
    }
}
