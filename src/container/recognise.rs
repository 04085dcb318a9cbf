//! What is not a VHD, recognised by its first bytes, with the command that makes a VHD of it.

use crate::bytes::is_zero;
use crate::source::{ExtentKind, ReadAt, ReadError};

/// A format that people hand in instead of a VHD.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForeignFormat {
    /// Hyper-V's newer disk format.
    Vhdx,
    /// QEMU's disk format, any version.
    Qcow,
    /// A VMware disk: sparse extent, or the text that describes one.
    Vmdk,
    /// A VirtualBox disk.
    Vdi,
    /// The bytes of a disk without a container; the partition table tells.
    Raw,
    /// A CD or DVD image.
    Iso,
    /// An Expert Witness (EnCase) image.
    Ewf,
    /// Compressed by gzip.
    Gzip,
    /// Compressed by xz.
    Xz,
    /// Compressed by zstd.
    Zstd,
    /// Compressed by bzip2.
    Bzip2,
    /// A zip archive.
    Zip,
    /// A tar archive.
    Tar,
    /// A 7-Zip archive.
    SevenZip,
    /// A web page, as a failed download leaves it.
    Html,
    /// XML, as a storage service answers with when it refuses a download.
    Xml,
    /// Nothing but zeros.
    AllZero,
    /// None of these.
    Unknown,
}

impl ForeignFormat {
    /// Name, with its article.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vhdx => "a VHDX",
            Self::Qcow => "a qcow2 image",
            Self::Vmdk => "a VMDK",
            Self::Vdi => "a VDI",
            Self::Raw => "a raw disk",
            Self::Iso => "an ISO 9660 image",
            Self::Ewf => "an E01 (Expert Witness) image",
            Self::Gzip => "a gzip file",
            Self::Xz => "an xz file",
            Self::Zstd => "a zstd file",
            Self::Bzip2 => "a bzip2 file",
            Self::Zip => "a zip archive",
            Self::Tar => "a tar archive",
            Self::SevenZip => "a 7-Zip archive",
            Self::Html => "a web page",
            Self::Xml => "an XML document",
            Self::AllZero => "a file of zeros",
            Self::Unknown => "of no known format",
        }
    }

    /// What makes a VHD of it.
    pub fn conversion(self) -> &'static str {
        match self {
            Self::Vhdx => {
                "Convert-VHD -Path disk.vhdx -DestinationPath disk.vhd -VHDType Fixed, or \
                 qemu-img convert -f vhdx -O vpc -o subformat=fixed,force_size disk.vhdx disk.vhd"
            }
            Self::Qcow => {
                "qemu-img convert -f qcow2 -O vpc -o subformat=fixed,force_size disk.qcow2 disk.vhd"
            }
            Self::Vmdk => {
                "qemu-img convert -f vmdk -O vpc -o subformat=fixed,force_size disk.vmdk disk.vhd"
            }
            Self::Vdi => {
                "qemu-img convert -f vdi -O vpc -o subformat=fixed,force_size disk.vdi disk.vhd"
            }
            Self::Raw => {
                "qemu-img convert -f raw -O vpc -o subformat=fixed,force_size disk.raw disk.vhd"
            }
            Self::Iso => {
                "an installation medium is no disk image: install it on a virtual disk first, \
                 then convert that disk"
            }
            Self::Ewf => {
                "ewfexport -f raw -t disk disk.E01, then \
                 qemu-img convert -f raw -O vpc -o subformat=fixed,force_size disk.raw disk.vhd"
            }
            Self::Gzip => "gzip -dk disk.vhd.gz, then check disk.vhd",
            Self::Xz => "xz -dk disk.vhd.xz, then check disk.vhd",
            Self::Zstd => "zstd -d disk.vhd.zst, then check disk.vhd",
            Self::Bzip2 => "bzip2 -dk disk.vhd.bz2, then check disk.vhd",
            Self::Zip => "unzip disk.zip, then check the VHD that was in it",
            Self::Tar => "tar -xf disk.tar, then check the VHD that was in it",
            Self::SevenZip => "7z x disk.7z, then check the VHD that was in it",
            Self::Html | Self::Xml => {
                "the download failed and left the server's answer: read it, and download again"
            }
            Self::AllZero => "the copy or download left no data: make or fetch the image again",
            Self::Unknown => {
                "if it is a raw disk: \
                 qemu-img convert -f raw -O vpc -o subformat=fixed,force_size disk.raw disk.vhd"
            }
        }
    }

    /// Whether its bytes are those of a disk, so that the later checks can run on them.
    pub fn is_raw(self) -> bool {
        matches!(self, Self::Raw | Self::AllZero)
    }
}

/// A file that is not a VHD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// What it is.
    pub format: ForeignFormat,
    /// Byte offset of what it was recognised by.
    pub offset: u64,
    /// What it was recognised by.
    pub evidence: &'static str,
    /// Length of the file in bytes.
    pub file_length: u64,
    /// The last 512 bytes are zeros.
    pub end_is_zero: bool,
}

type Signature = (ForeignFormat, usize, &'static [u8], &'static str);

/// In the order in which they are tried: an ISO may start like a disk, and a compressed disk has
/// nothing of a disk.
const SIGNATURES: [Signature; 20] = {
    use ForeignFormat as F;
    [
        (F::Vhdx, 0, b"vhdxfile", "`vhdxfile`"),
        (F::Qcow, 0, b"QFI\xfb", "`QFI` FB"),
        (F::Vmdk, 0, b"KDMV", "`KDMV`"),
        (F::Vmdk, 0, b"COWD", "`COWD`"),
        (
            F::Vmdk,
            0,
            b"# Disk DescriptorFile",
            "`# Disk DescriptorFile`",
        ),
        (F::Vdi, 0x40, b"\x7f\x10\xda\xbe", "7F 10 DA BE"),
        (
            F::Ewf,
            0,
            b"EVF\x09\x0d\x0a\xff\x00",
            "`EVF` 09 0D 0A FF 00",
        ),
        (F::Ewf, 0, b"EVF2\x0d\x0a\x81\x00", "`EVF2` 0D 0A 81 00"),
        (F::Gzip, 0, b"\x1f\x8b", "1F 8B"),
        (F::Xz, 0, b"\xfd7zXZ\x00", "FD `7zXZ` 00"),
        (F::Zstd, 0, b"\x28\xb5\x2f\xfd", "28 B5 2F FD"),
        (F::Bzip2, 0, b"BZh", "`BZh`"),
        (F::SevenZip, 0, b"7z\xbc\xaf\x27\x1c", "`7z` BC AF 27 1C"),
        (F::Zip, 0, b"PK\x03\x04", "`PK` 03 04"),
        (F::Tar, 257, b"ustar", "`ustar`"),
        (F::Iso, 0x8001, b"CD001", "`CD001`"),
        (F::Iso, 0x8801, b"CD001", "`CD001`"),
        (F::Raw, 512, b"EFI PART", "`EFI PART`"),
        (F::Raw, 4096, b"EFI PART", "`EFI PART`"),
        (F::Raw, 510, b"\x55\xaa", "55 AA"),
    ]
};

/// Says what `image` is, given that it has no VHD footer.
///
/// # Errors
/// [`ReadError`] when its first bytes cannot be read.
pub(super) fn recognise(image: &dyn ReadAt) -> Result<Foreign, ReadError> {
    const HEAD: u64 = 64 * 1024;
    let file_length = image.len();
    let head = image.read_vec(0, usize::try_from(file_length.min(HEAD)).unwrap_or(0))?;
    let tail = file_length.saturating_sub(512);
    let end_is_zero = is_zero(&image.read_vec(
        tail,
        usize::try_from(file_length.saturating_sub(tail)).unwrap_or(0),
    )?);
    let found = |format, offset, evidence| Foreign {
        format,
        offset,
        evidence,
        file_length,
        end_is_zero,
    };
    for (format, at, magic, evidence) in SIGNATURES {
        let end = at.saturating_add(magic.len());
        if head.get(at..end) == Some(magic) {
            let offset = u64::try_from(at).unwrap_or(0);
            return Ok(found(format, offset, evidence));
        }
    }
    if let Some((format, evidence)) = markup(&head) {
        return Ok(found(format, 0, evidence));
    }
    if is_zero(&head) && is_all_zero(image)? {
        return Ok(found(ForeignFormat::AllZero, 0, "zeros from start to end"));
    }
    Ok(found(
        ForeignFormat::Unknown,
        0,
        "no signature that is known",
    ))
}

fn markup(head: &[u8]) -> Option<(ForeignFormat, &'static str)> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let text = text.trim_ascii_start();
    let starts = |word: &[u8]| {
        text.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    if starts(b"<!doctype html") {
        Some((ForeignFormat::Html, "`<!doctype html`"))
    } else if starts(b"<html") {
        Some((ForeignFormat::Html, "`<html`"))
    } else if starts(b"<?xml") {
        Some((ForeignFormat::Xml, "`<?xml`"))
    } else {
        None
    }
}

/// Whether there is nothing but zeros. Holes count without being read; a file with more than 256
/// MiB of stored zeros is not read to its end, and then not called one of zeros.
fn is_all_zero(image: &dyn ReadAt) -> Result<bool, ReadError> {
    const MOST: u64 = 256 << 20;
    const MOST_EXTENTS: usize = 65_536;
    const PIECE: usize = 256 * 1024;
    let mut left = MOST;
    let mut buffer = vec![0; PIECE];
    for (count, extent) in image.extents(0..image.len()).enumerate() {
        let extent = extent?;
        if count >= MOST_EXTENTS || extent.kind == ExtentKind::Unavailable {
            return Ok(false);
        }
        if extent.kind == ExtentKind::Hole {
            continue;
        }
        let mut at = extent.start;
        while at < extent.end {
            let len = extent.end.saturating_sub(at).min(256 * 1024);
            left = match left.checked_sub(len) {
                Some(left) => left,
                None => return Ok(false),
            };
            let Some(piece) = buffer.get_mut(..usize::try_from(len).unwrap_or(PIECE)) else {
                return Ok(false);
            };
            image.read_bulk_at(at, piece)?;
            if !is_zero(piece) {
                return Ok(false);
            }
            at = at.saturating_add(len);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemorySource;

    fn format_of(bytes: Vec<u8>) -> ForeignFormat {
        recognise(&MemorySource::new(bytes)).unwrap().format
    }

    #[test]
    fn every_signature_is_recognised_at_its_place_and_nowhere_else() {
        for (format, at, magic, _) in SIGNATURES {
            let mut bytes = vec![0; 70_000];
            bytes[at..at + magic.len()].copy_from_slice(magic);
            assert_eq!(format_of(bytes), format);
            let mut moved = vec![0; 70_000];
            moved[at + 3..at + 3 + magic.len()].copy_from_slice(magic);
            assert_eq!(format_of(moved), ForeignFormat::Unknown);
        }
    }

    #[test]
    fn a_failed_download_is_named_and_zeros_are_zeros_only_to_the_end() {
        assert_eq!(
            format_of(b"\n <!DOCTYPE HTML><p>404".to_vec()),
            ForeignFormat::Html
        );
        assert_eq!(
            format_of(b"\xef\xbb\xbf<?xml version=\"1.0\"?><Error/>".to_vec()),
            ForeignFormat::Xml
        );
        let mut zeros = vec![0; 3 << 20];
        assert_eq!(format_of(zeros.clone()), ForeignFormat::AllZero);
        *zeros.last_mut().unwrap() = 1;
        assert_eq!(format_of(zeros), ForeignFormat::Unknown);
        assert_eq!(format_of(vec![7]), ForeignFormat::Unknown);
    }
}
