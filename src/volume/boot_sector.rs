//! The boot sector of an NTFS volume, as far as BIOS goes by it.

use crate::bytes::{FieldError, Fields};
use crate::source::{ReadAt, ReadError};

/// Bytes of the sector.
const SIZE: usize = 512;
/// Where its code begins, behind the parameters of the volume, and where the signature does.
const CODE: std::ops::Range<usize> = 0x54..0x1fe;
/// What Windows' code names: the file that it loads.
const BOOT_MANAGER: &[u8] = b"BOOTMGR";

/// What the boot sector of an NTFS volume says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BootSector {
    /// Whether it holds code that names `BOOTMGR`.
    pub loads_boot_manager: bool,
    /// `HiddenSectors`: the sectors before the volume. The code adds them to what it reads, so that
    /// they have to be the start of the partition.
    pub hidden_sectors: u32,
    /// Whether it ends with 55 AA.
    pub is_signed: bool,
}

impl BootSector {
    /// Reads the boot sector of a volume that was found to be NTFS.
    ///
    /// # Errors
    /// [`ReadError`] where it cannot be read.
    pub fn read(source: &dyn ReadAt) -> Result<Self, ReadError> {
        let mut sector = [0; SIZE];
        source.read_at(0, &mut sector)?;
        // The fields lie within the 512 bytes.
        Ok(Self::parse(&sector).unwrap_or(Self {
            loads_boot_manager: false,
            hidden_sectors: 0,
            is_signed: false,
        }))
    }

    fn parse(sector: &[u8]) -> Result<Self, FieldError> {
        let fields = Fields::new("NTFS boot sector", 0, sector);
        let code = fields.bytes("boot code", CODE.start, CODE.len())?;
        let names = code
            .windows(BOOT_MANAGER.len())
            .any(|window| window == BOOT_MANAGER);
        Ok(Self {
            loads_boot_manager: names,
            hidden_sectors: fields.u32_le("HiddenSectors", 0x1c)?,
            is_signed: fields.bytes("signature", CODE.end, 2)? == [0x55, 0xaa],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemorySource;

    #[test]
    fn code_parameters_and_signature_are_read() {
        let mut sector = vec![0; SIZE];
        let read = |sector: &[u8]| BootSector::read(&MemorySource::new(sector.to_vec()));
        let blank = read(&sector).unwrap();
        assert!(!blank.loads_boot_manager && !blank.is_signed);
        sector[0x1c..0x20].copy_from_slice(&2048_u32.to_le_bytes());
        sector[0x18c..0x193].copy_from_slice(b"BOOTMGR");
        sector[0x1fe..].copy_from_slice(&[0x55, 0xaa]);
        let sound = BootSector {
            loads_boot_manager: true,
            hidden_sectors: 2048,
            is_signed: true,
        };
        assert_eq!(read(&sector).unwrap(), sound);
        assert!(read(&sector[..100]).is_err());
    }
}
