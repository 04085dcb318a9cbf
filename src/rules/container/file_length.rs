//! VHD005: file length against virtual size.

use super::{Subject, bytes_and_mib, footer_field, vhd};
use crate::finding::{Finding, Outcome};
use crate::rules::declare_rule;

declare_rule! {
    /// The file is exactly 512 bytes longer than the virtual size that its footer states.
    ///
    /// ## Why
    /// A fixed VHD is the disk and then the footer. A shorter file has lost data; a longer one was
    /// padded or holds something else, and Azure and Hyper-V do not agree on what the disk is.
    ///
    /// ## Evidence
    /// The length of the file, less 512, against the footer's current size. In PowerShell:
    /// `(Get-VHD disk.vhd).FileSize - (Get-VHD disk.vhd).Size`.
    ///
    /// ## What Azure says
    /// - the message on the cookie that VHD001 names
    /// - Partner Center: `Invalid virtual hard disk (VHD)`
    ///
    /// ## Fix
    /// Export or copy the disk again; give the uploader the length with the footer
    /// (`az disk create --upload-size-bytes`). A conversion does not mend it: `qemu-img` fills what
    /// is missing with zeros and says nothing.
    pub static VHD005 = {
        id: "VHD005",
        name: "file-length",
        level: Error,
        sources: [FAQ, WINP, UPL, XPLAT1600],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let (vhd, found) = match vhd(subject) {
        Ok(parts) => parts,
        Err(outcome) => return outcome,
    };
    if vhd.layout.has_blocks() {
        return Outcome::not_applicable(
            "a disk in blocks is as long as its blocks; the rule holds after conversion",
        );
    }
    let size = found.footer.current_size;
    let expected = size.checked_add(512);
    if expected == Some(vhd.file_length) {
        return Outcome::pass();
    }
    let message = match expected {
        _ if size == 0 => "the footer states a size of 0".to_owned(),
        Some(expected) if expected < vhd.file_length => format!(
            "the file is {} bytes longer than the footer's size and the footer itself",
            vhd.file_length - expected
        ),
        Some(expected) => format!(
            "the file lacks {} of the bytes that the footer states: it was cut, or the size is wrong",
            expected - vhd.file_length
        ),
        None => "the footer states a size that no file can have".to_owned(),
    };
    Outcome::Decided(vec![
        Finding::error(message)
            .found(format!(
                "file of {} bytes, current size {}",
                vhd.file_length,
                bytes_and_mib(size)
            ))
            .required("file length = current size + 512")
            .at(footer_field(found, "current size"))
            .fix("export or copy the disk again, and compare its checksum with the original's"),
    ])
}
