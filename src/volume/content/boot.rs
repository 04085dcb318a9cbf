//! Signatures in a boot sector: BitLocker, NTFS, exFAT, FAT.

use super::looked::{Looked, Verdict};
use super::{Content, FileSystemKind};
use crate::bytes::{FieldError, Fields};
use crate::source::ReadError;

/// GUID that marks a removable disk encrypted by BitLocker, whose boot sector looks like FAT32's:
/// 4967d63b-2e29-4ad8-8399-f6a339e3d001.
const BITLOCKER_TO_GO: [u8; 16] = [
    0x3b, 0xd6, 0x67, 0x49, 0x29, 0x2e, 0xd8, 0x4a, 0x83, 0x99, 0xf6, 0xa3, 0x39, 0xe3, 0xd0, 0x01,
];

/// BitLocker of a fixed or a removable disk.
pub(super) fn bitlocker(looked: &mut Looked<'_>) -> Result<Option<Verdict>, ReadError> {
    let to_go = looked.has(3, b"MSWIN4.1") && looked.has(424, &BITLOCKER_TO_GO);
    let is = looked.has(3, b"-FVE-FS-") || to_go;
    Ok(is.then_some(Verdict::Sure(Content::BitLocker)))
}

/// NTFS and exFAT, which name themselves in the place of the OEM name.
pub(super) fn ntfs_or_exfat(looked: &mut Looked<'_>) -> Result<Option<Verdict>, ReadError> {
    let boot = looked.front("boot sector", 0);
    Ok(if looked.has(3, b"NTFS    ") {
        Some(match boot.u16_le("bytes per sector", 11) {
            Ok(size) if size.is_power_of_two() && (256..=4096).contains(&size) => {
                Verdict::Sure(Content::FileSystem(FileSystemKind::Ntfs))
            }
            Ok(size) => Verdict::Doubtful(format!(
                "an NTFS boot sector that says its sectors have {size} bytes"
            )),
            Err(error) => Verdict::Doubtful(error.to_string()),
        })
    } else if looked.has(3, b"EXFAT   ") {
        let zero = boot.bytes("MustBeZero", 11, 53);
        Some(match zero {
            Ok(zero) if crate::bytes::is_zero(zero) => {
                Verdict::Sure(Content::FileSystem(FileSystemKind::ExFat))
            }
            Ok(_) => Verdict::Doubtful(
                "an exFAT boot sector in which the bytes 11 to 63 are not zero".to_owned(),
            ),
            Err(error) => Verdict::Doubtful(error.to_string()),
        })
    } else {
        None
    })
}

/// FAT, by a parameter block that makes sense; its width by the number of clusters alone, as
/// Microsoft's specification of FAT says, whatever text stands in the boot sector.
pub(super) fn fat(looked: &mut Looked<'_>) -> Result<Option<Verdict>, ReadError> {
    if !looked.has(510, &[0x55, 0xAA]) || !(looked.has(0, &[0xEB]) || looked.has(0, &[0xE9])) {
        return Ok(None);
    }
    let kind = fat_width(&looked.front("FAT boot sector", 0));
    Ok(kind
        .ok()
        .flatten()
        .map(|kind| Verdict::Sure(Content::FileSystem(kind))))
}

/// The width of the FAT that a parameter block describes; none where it describes none.
fn fat_width(boot: &Fields<'_>) -> Result<Option<FileSystemKind>, FieldError> {
    let bytes_per_sector = boot.u16_le("BPB_BytsPerSec", 11)?;
    let sectors_per_cluster = boot.u8("BPB_SecPerClus", 13)?;
    let reserved = boot.u16_le("BPB_RsvdSecCnt", 14)?;
    let fats = boot.u8("BPB_NumFATs", 16)?;
    let root_entries = boot.u16_le("BPB_RootEntCnt", 17)?;
    let media = boot.u8("BPB_Media", 21)?;
    let fat_sectors = match boot.u16_le("BPB_FATSz16", 22)? {
        0 => boot.u32_le("BPB_FATSz32", 36)?,
        sectors => u32::from(sectors),
    };
    let total = match boot.u16_le("BPB_TotSec16", 19)? {
        0 => boot.u32_le("BPB_TotSec32", 32)?,
        sectors => u32::from(sectors),
    };
    let sound = bytes_per_sector.is_power_of_two()
        && (512..=4096).contains(&bytes_per_sector)
        && sectors_per_cluster.is_power_of_two()
        && reserved != 0
        && (1..=2).contains(&fats)
        && media >= 0xF0
        && fat_sectors != 0;
    if !sound {
        return Ok(None);
    }
    let root_bytes = u64::from(root_entries).saturating_mul(32);
    let before_data = u64::from(fats)
        .saturating_mul(u64::from(fat_sectors))
        .saturating_add(u64::from(reserved))
        .saturating_add(root_bytes.div_ceil(u64::from(bytes_per_sector)));
    let data = u64::from(total).checked_sub(before_data);
    let clusters = data.and_then(|data| data.checked_div(u64::from(sectors_per_cluster)));
    Ok(clusters.map(|clusters| match clusters {
        ..4085 => FileSystemKind::Fat12,
        4085..65525 => FileSystemKind::Fat16,
        _ => FileSystemKind::Fat32,
    }))
}
