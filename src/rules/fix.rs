//! Commands that mend an image. `disk.vhd` stands for the image; reports put its name there.
//!
//! A VHD is never changed in place: tools that write partition tables or sizes would take the
//! footer for the disk's last sector. So each goes through a raw copy, or makes a new file.

use super::Subject;
use crate::container::vhd::Vhd;
use crate::partition::Scheme;

/// Makes a fixed VHD of exactly the raw disk's size.
pub(crate) const FROM_RAW: &str =
    "qemu-img convert -f raw -O vpc -o subformat=fixed,force_size disk.raw fixed.vhd";

/// How qemu-img reads a sound VHD as Azure does: by the current size, where it would go by the
/// geometry of some writers.
const BY_FOOTER: &str = "driver=vpc,force_size_calc=current_size,file.filename=disk.vhd";

/// How qemu-img is to read the disk. A fixed disk is read as the bytes before the footer, so that
/// a broken footer is in nobody's way.
fn source(vhd: &Vhd) -> String {
    if vhd.layout.has_blocks() {
        BY_FOOTER.to_owned()
    } else {
        let size = vhd.data_bytes();
        format!(
            "driver=raw,size={},file.filename=disk.vhd",
            size - size % 512
        )
    }
}

/// Makes a sound fixed VHD of the same disk.
pub(crate) fn remake(vhd: &Vhd) -> String {
    format!(
        "qemu-img convert --image-opts {} -O vpc -o subformat=fixed,force_size fixed.vhd",
        source(vhd)
    )
}

fn through_raw(source: &str, command: &str) -> String {
    format!("qemu-img convert --image-opts {source} -O raw disk.raw && {command} && {FROM_RAW}")
}

/// Runs a command on a raw copy, and makes a fixed VHD of that.
pub(crate) fn on_a_raw_copy(command: &str) -> String {
    through_raw(BY_FOOTER, command)
}

/// Makes a copy that ends at `end`, right after the footer that was found there. Holes stay holes.
pub(crate) fn cut_after(end: u64) -> String {
    format!("cp --sparse=always disk.vhd fixed.vhd && truncate -s {end} fixed.vhd")
}

/// Grows the disk to `size` bytes. The backup of a GPT has to move with the end of the disk.
pub(crate) fn grow(subject: &Subject<'_>, size: u64) -> String {
    let table = subject.inspection.partitions.as_ref();
    let gpt = table.is_ok_and(|table| table.scheme == Scheme::Gpt);
    let resize = format!("qemu-img resize -f raw disk.raw {size}");
    let command = if gpt {
        format!("{resize} && sgdisk -e disk.raw")
    } else {
        resize
    };
    match subject.inspection.container.vhd() {
        Some(vhd) => through_raw(&source(vhd), &command),
        // Whatever else it is, what is read as a disk is raw already.
        None => format!("{command} && {FROM_RAW}"),
    }
}
