//! What sector 0 is: a master boot record, or one of the things that stand in its place.

use super::mbr::{self, MbrEntry};
use crate::bytes::{FieldError, Fields, is_zero};

/// What the first 512 bytes of a disk are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectorZero {
    /// The disk is shorter than a sector.
    Missing,
    /// Only zeros.
    Zero,
    /// A master boot record: the signature 55 AA at byte 510.
    Mbr,
    /// The boot sector of a file system, which ends with 55 AA too: the disk has no partition
    /// table, the file system begins at its first byte. The file system's name.
    BootSector(&'static str),
    /// A VHD footer (`conectix`): the copy that belongs in front of a dynamic disk's data was
    /// written over the first sector of this one.
    VhdFooter,
    /// Something else.
    Other,
}

/// Says what `sector` (512 bytes) is; `disk_sectors` are the 512-byte sectors of the disk.
pub(super) fn classify(sector: &Fields<'_>, disk_sectors: u64) -> Result<SectorZero, FieldError> {
    let bytes = sector.bytes("sector", 0, 512)?;
    if is_zero(bytes) {
        return Ok(SectorZero::Zero);
    }
    if bytes.starts_with(b"conectix") {
        return Ok(SectorZero::VhdFooter);
    }
    if sector.array::<2>("signature", mbr::SIGNATURE_AT)? != mbr::SIGNATURE {
        return Ok(SectorZero::Other);
    }
    let entries = mbr::entries(sector, 0)?;
    Ok(match file_system(sector)? {
        Some(name) if !plausible(&entries, disk_sectors) => SectorZero::BootSector(name),
        _ => SectorZero::Mbr,
    })
}

/// Whether the four entries read like a partition table rather than like the code or text that a
/// boot sector has at their place. GRUB's boot sector keeps a jump and a BPB area in a true MBR,
/// so the entries have the last word.
fn plausible(entries: &[MbrEntry], disk_sectors: u64) -> bool {
    let sound = |entry: &MbrEntry| {
        matches!(entry.status, 0x00 | 0x80)
            && (!entry.is_used() || (entry.first_lba >= 1 && entry.first_lba < disk_sectors))
    };
    entries.iter().all(sound) && entries.iter().any(MbrEntry::is_used)
}

/// The file system whose boot sector this is: a jump, then an OEM name that only NTFS and exFAT
/// write, or a plausible BIOS parameter block of FAT (Microsoft's FAT specification, section 3).
fn file_system(sector: &Fields<'_>) -> Result<Option<&'static str>, FieldError> {
    let jump = sector.array::<3>("jump", 0)?;
    if !matches!(jump, [0xeb, _, 0x90] | [0xe9, _, _]) {
        return Ok(None);
    }
    match &sector.array::<8>("OEM name", 3)? {
        b"NTFS    " => return Ok(Some("NTFS")),
        b"EXFAT   " => return Ok(Some("exFAT")),
        b"-FVE-FS-" => return Ok(Some("BitLocker")),
        _ => {}
    }
    let bytes_per_sector = sector.u16_le("BPB_BytsPerSec", 11)?;
    let sectors_per_cluster = sector.u8("BPB_SecPerClus", 13)?;
    let reserved = sector.u16_le("BPB_RsvdSecCnt", 14)?;
    let fats = sector.u8("BPB_NumFATs", 16)?;
    let media = sector.u8("BPB_Media", 21)?;
    let fat = matches!(bytes_per_sector, 512 | 1024 | 2048 | 4096)
        && sectors_per_cluster.is_power_of_two()
        && reserved > 0
        && matches!(fats, 1 | 2)
        && (media == 0xf0 || media >= 0xf8);
    Ok(fat.then_some("FAT"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classify_bytes(bytes: &[u8; 512]) -> SectorZero {
        classify(&Fields::new("sector 0", 0, bytes), 100_000).unwrap()
    }

    fn fat_boot_sector() -> [u8; 512] {
        let mut bytes = [0; 512];
        bytes[..11].copy_from_slice(b"\xeb\x3c\x90mkfs.fat");
        bytes[11..17].copy_from_slice(&[0x00, 0x02, 4, 4, 0, 2]);
        bytes[21] = 0xf8;
        bytes[440..500].fill(b'x');
        bytes[510..].copy_from_slice(&[0x55, 0xaa]);
        bytes
    }

    #[test]
    fn a_boot_sector_of_a_file_system_is_no_master_boot_record() {
        assert_eq!(
            classify_bytes(&fat_boot_sector()),
            SectorZero::BootSector("FAT")
        );
        let mut ntfs = [0; 512];
        ntfs[..11].copy_from_slice(b"\xeb\x52\x90NTFS    ");
        ntfs[510..].copy_from_slice(&[0x55, 0xaa]);
        assert_eq!(classify_bytes(&ntfs), SectorZero::BootSector("NTFS"));
    }

    #[test]
    fn a_master_boot_record_with_a_bpb_area_stays_one() {
        let mut bytes = fat_boot_sector();
        bytes[440..510].fill(0);
        bytes[446] = 0x80;
        bytes[450] = 0x83;
        bytes[454..462].copy_from_slice(&[0, 8, 0, 0, 0, 0x10, 0, 0]);
        assert_eq!(classify_bytes(&bytes), SectorZero::Mbr);
        bytes[466] = 0x83;
        bytes[474] = 1;
        assert_eq!(
            classify_bytes(&bytes),
            SectorZero::BootSector("FAT"),
            "an entry that starts at sector 0 is no plausible entry"
        );
    }

    #[test]
    fn zeros_footers_and_the_rest_are_told_apart() {
        let mut bytes = [0; 512];
        assert_eq!(classify_bytes(&bytes), SectorZero::Zero);
        bytes[..8].copy_from_slice(b"conectix");
        assert_eq!(classify_bytes(&bytes), SectorZero::VhdFooter);
        bytes[..4].copy_from_slice(b"XFSB");
        assert_eq!(classify_bytes(&bytes), SectorZero::Other);
    }
}
