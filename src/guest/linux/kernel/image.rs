//! The image of a kernel: what it says of itself.

use std::io::Read;

use crate::bytes::{FieldError, Fields};
use crate::guest::pe::{Machine, Pe};
use crate::guest::{Root, Spot};
use crate::known::Known;

/// Bytes that are read of the front: the boot sector's pointer reaches 66 KiB far.
const HEAD: u64 = 68 << 10;
/// Bytes of the version's text.
const MAX_VERSION: usize = 256;

/// The image of a kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The file, links followed.
    pub spot: Spot,
    /// Size in bytes.
    pub size: u64,
    /// The release that the image itself tells.
    pub release: Option<String>,
    /// The processor that it is for, where its headers say so.
    pub machine: Option<Machine>,
    /// Whether it carries a signature for Secure Boot; none where it is no PE file.
    pub signed: Option<bool>,
}

/// Reads the image `path`; none where there is no such file.
pub(super) fn read(root: &Root, path: &str) -> Known<Option<Image>> {
    let (Some(metadata), Some(head)) = (root.metadata(path)?, root.bytes_at(path, 0, HEAD)?) else {
        return Ok(None);
    };
    let mut image = Image {
        spot: root.real_spot(path),
        size: metadata.size,
        release: None,
        machine: None,
        signed: None,
    };
    let pe = Pe::parse(&head, metadata.size).ok().flatten();
    if let Some(pe) = &pe {
        image.machine = Some(pe.machine);
        image.signed = Some(pe.signed);
        // A unified image holds the kernel as a section, and its release as text.
        if let Some(section) = pe.section(".linux") {
            let inner = root.bytes_at(path, section.offset, HEAD.min(section.size))?;
            image.release = match crate::guest::pe::section_text(root, path, pe, ".uname", 256)? {
                Some(release) if !release.is_empty() => Some(release),
                _ => inner.and_then(|inner| release(&inner).ok().flatten()),
            };
            return Ok(Some(image));
        }
    }
    image.release = release(&head).ok().flatten();
    if image.machine.is_none() {
        image.machine = machine(&head);
    }
    Ok(Some(image))
}

/// The release in an x86 kernel: the boot sector points at the version's text.
fn release(head: &[u8]) -> Result<Option<String>, FieldError> {
    let fields = Fields::new("boot sector", 0, head);
    if fields.bytes("header", 0x202, 4)? != b"HdrS" {
        return Ok(None);
    }
    let pointer = usize::from(fields.u16_le("kernel_version", 0x20e)?);
    if pointer == 0 {
        return Ok(None);
    }
    let at = pointer.saturating_add(0x200);
    let text = head.get(at..).unwrap_or_default();
    let text = text.get(..text.len().min(MAX_VERSION)).unwrap_or_default();
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    let text = String::from_utf8_lossy(text);
    Ok(text
        .split_whitespace()
        .next()
        .filter(|release| is_release(release))
        .map(str::to_owned))
}

/// Whether it looks like what `uname -r` says.
fn is_release(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.contains('.')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-+~".contains(c))
}

/// The processor of an image that is no PE file: an old x86 kernel, or Arm's, perhaps compressed.
fn machine(head: &[u8]) -> Option<Machine> {
    const ARM: &[u8] = b"ARM\x64";
    if head.get(0x38..0x3c) == Some(ARM) {
        return Some(Machine::Arm64);
    }
    if head.get(0x202..0x206) == Some(b"HdrS") {
        // The flags of 64-bit entry points; kernels before 3.8 do not have them, and a 32-bit
        // kernel cannot be told from those.
        let flags = head.get(0x236).copied().unwrap_or(0);
        return (flags & 1 == 1).then_some(Machine::X64);
    }
    if head.starts_with(&[0x1f, 0x8b]) {
        let mut inner = [0; 0x40];
        flate2::read::GzDecoder::new(head)
            .read_exact(&mut inner)
            .ok()?;
        return (inner.get(0x38..0x3c) == Some(ARM)).then_some(Machine::Arm64);
    }
    None
}

/// The release in a name as `vmlinuz-6.1.0-18-cloud-amd64`.
pub(super) fn release_of_name(path: &str) -> Option<String> {
    let name = path.rsplit('/').next()?;
    let mut parts: Vec<&str> = path.split('/').collect();
    let (stem, release) = name.split_once('-').unwrap_or((name, ""));
    let known = [
        "vmlinuz", "vmlinux", "bzImage", "Image", "kernel", "linux", "zImage",
    ];
    if known.contains(&stem) && is_release(release) {
        return Some(release.to_owned());
    }
    // `/<machine id>/<release>/linux`, as the specification lays files out, and
    // `/usr/lib/modules/<release>/vmlinuz`.
    parts.pop();
    parts
        .pop()
        .filter(|part| is_release(part))
        .map(str::to_owned)
}

/// The release of the only kernel that has modules.
pub(super) fn only_release(root: &Root) -> Known<Option<String>> {
    let folders = root.entries("/lib/modules")?;
    let mut releases = folders.iter().filter(|entry| is_release(&entry.name));
    Ok(match (releases.next(), releases.next()) {
        (Some(only), None) => Some(only.name.clone()),
        _ => None,
    })
}
