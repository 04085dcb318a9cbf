//! VHD004: a whole number of MiB.

use super::{MIB, Subject, bytes_and_mib, fix, footer_field, vhd};
use crate::container::vhd::Footer;
use crate::finding::{Finding, Outcome};
use crate::rules::declare_rule;

declare_rule! {
    /// The virtual size is a whole number of MiB.
    ///
    /// ## Why
    /// Azure refuses every other size, at upload or when the disk is made of the blob. It is the
    /// defect that publishers meet most, because `qemu-img` without `force_size` rounds the size
    /// up to a product of cylinders, heads and sectors, and no common tool reports it.
    ///
    /// ## Evidence
    /// The footer's current size, modulo 1,048,576 bytes.
    ///
    /// ## What Azure says
    /// - `The VHD <url> has an unsupported virtual size of <n> bytes. The size must be a whole number (in MBs).`
    /// - `The upload size in bytes <n> - 512 bytes for the VHD footer (<n-512> in this case) must be a multiple of MiB.`
    /// - the message on the cookie that VHD001 names
    ///
    /// ## Fix
    /// Round the raw disk up, never down, and convert it with `force_size`:
    /// `qemu-img resize -f raw disk.raw <whole MiB in bytes>`, then
    /// `qemu-img convert -f raw -O vpc -o subformat=fixed,force_size disk.raw disk.vhd`. On Windows
    /// `Resize-VHD -Path disk.vhd -SizeBytes <bytes>`. Do not cut or pad the VHD file itself. After
    /// growing a GPT disk, move its backup table to the end: `sgdisk -e disk.raw` (PART005).
    ///
    /// ## Limits
    /// The rounding script in Microsoft's pages adds a MiB also where none is missing.
    pub static VHD004 = {
        id: "VHD004",
        name: "size-whole-mib",
        level: Error,
        sources: [FAQ, GEN, WINP, KB405, DOC48403],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let (_, found) = match vhd(subject) {
        Ok(parts) => parts,
        Err(outcome) => return outcome,
    };
    let footer = &found.footer;
    let size = footer.current_size;
    if size % MIB == 0 {
        return Outcome::pass();
    }
    let cause = match rounded_from(footer) {
        Some(mib) => format!(
            ": qemu-img rounded {mib} MiB up to a CHS product, as `force_size` was not given"
        ),
        None => String::new(),
    };
    let finding = Finding::error(format!(
        "the virtual size is not a whole number of MiB{cause}"
    ))
    .found(bytes_and_mib(size))
    .at(footer_field(found, "current size"));
    Outcome::Decided(vec![match size.checked_next_multiple_of(MIB) {
        Some(next) => finding
            .required(format!("{}, or another whole number", bytes_and_mib(next)))
            .fix(fix::grow(subject, next)),
        None => finding
            .required("a whole number of MiB")
            .fix("the size is out of any bounds: export the disk again"),
    }])
}

/// The size in MiB that was asked for, where qemu-img rounded it up to a CHS product.
fn rounded_from(footer: &Footer) -> Option<u64> {
    let is_product = footer.geometry.bytes() == footer.current_size;
    (&footer.creator_application == b"qemu" && is_product).then_some(footer.current_size / MIB)
}
