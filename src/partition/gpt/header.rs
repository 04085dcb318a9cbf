//! A GPT header: the fields of UEFI 2.10 table 5.5, as they were read.

use uuid::Uuid;

use super::super::AnomalyKind;
use super::super::reader::Reader;
use crate::bytes::{FieldError, Fields};
use crate::source::ReadError;

/// The signature.
pub(super) const SIGNATURE: [u8; 8] = *b"EFI PART";
/// Bytes of the header's defined fields, and so the least header size.
const MIN_SIZE: u32 = 92;
/// Where the header's own CRC stands.
const CRC_AT: usize = 16;
/// Revision 1.0, the only one there is.
const REVISION: u32 = 0x0001_0000;

/// A header that carries the signature `EFI PART`, sound or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GptHeader {
    /// Sector where it was found.
    pub lba: u64,
    /// Byte offset on the disk where it was found.
    pub offset: u64,
    /// Bytes per sector that it was found with: 512 or 4096.
    pub sector_size: u32,
    /// Revision; 0x00010000 is 1.0.
    pub revision: u32,
    /// HeaderSize in bytes.
    pub header_size: u32,
    /// HeaderCRC32 as it stands there.
    pub crc_stored: u32,
    /// The CRC-32 of the first HeaderSize bytes with the field itself taken as zero; none where
    /// HeaderSize is not between 92 and the sector size.
    pub crc_computed: Option<u32>,
    /// The reserved field after the CRC, which must be zero.
    pub reserved: u32,
    /// MyLBA: where the header says that it is.
    pub my_lba: u64,
    /// AlternateLBA: where it says that the other header is.
    pub alternate_lba: u64,
    /// FirstUsableLBA.
    pub first_usable_lba: u64,
    /// LastUsableLBA (inclusive).
    pub last_usable_lba: u64,
    /// DiskGUID.
    pub disk_guid: Uuid,
    /// PartitionEntryLBA: first sector of the entry array.
    pub entries_lba: u64,
    /// NumberOfPartitionEntries.
    pub entry_count: u32,
    /// SizeOfPartitionEntry in bytes.
    pub entry_size: u32,
    /// PartitionEntryArrayCRC32 as it stands there.
    pub entries_crc_stored: u32,
}

impl GptHeader {
    /// Reads the header at `lba`; none where the sector carries no signature, lies outside of
    /// the disk or cannot be read (of which the reader keeps the last).
    ///
    /// # Errors
    /// [`ReadError::Changed`] only.
    pub(super) fn read(
        reader: &mut Reader<'_>,
        structure: &'static str,
        lba: u64,
        sector_size: u32,
    ) -> Result<Option<Self>, ReadError> {
        let size = u64::from(sector_size);
        let Some(offset) = lba.checked_mul(size) else {
            return Ok(None);
        };
        if offset
            .checked_add(size)
            .is_none_or(|end| end > reader.disk().len())
        {
            return Ok(None);
        }
        let len = usize::try_from(sector_size).unwrap_or(usize::MAX);
        let Ok(sector) = reader.bytes(structure, offset, len)? else {
            return Ok(None);
        };
        match Self::parse(
            &Fields::new(structure, offset, &sector),
            lba,
            offset,
            sector_size,
        ) {
            Ok(header) => Ok(header),
            Err(error) => {
                reader.note(AnomalyKind::Broken, structure, offset, error.to_string());
                Ok(None)
            }
        }
    }

    fn parse(
        fields: &Fields<'_>,
        lba: u64,
        offset: u64,
        sector_size: u32,
    ) -> Result<Option<Self>, FieldError> {
        if fields.array::<8>("Signature", 0)? != SIGNATURE {
            return Ok(None);
        }
        let header_size = fields.u32_le("HeaderSize", 12)?;
        let crc_computed = match usize::try_from(header_size) {
            Ok(size) if (MIN_SIZE..=sector_size).contains(&header_size) => {
                Some(crc(fields.bytes("header", 0, size)?))
            }
            _ => None,
        };
        Ok(Some(Self {
            lba,
            offset,
            sector_size,
            revision: fields.u32_le("Revision", 8)?,
            header_size,
            crc_stored: fields.u32_le("HeaderCRC32", CRC_AT)?,
            crc_computed,
            reserved: fields.u32_le("Reserved", 20)?,
            my_lba: fields.u64_le("MyLBA", 24)?,
            alternate_lba: fields.u64_le("AlternateLBA", 32)?,
            first_usable_lba: fields.u64_le("FirstUsableLBA", 40)?,
            last_usable_lba: fields.u64_le("LastUsableLBA", 48)?,
            disk_guid: Uuid::from_bytes_le(fields.array("DiskGUID", 56)?),
            entries_lba: fields.u64_le("PartitionEntryLBA", 72)?,
            entry_count: fields.u32_le("NumberOfPartitionEntries", 80)?,
            entry_size: fields.u32_le("SizeOfPartitionEntry", 84)?,
            entries_crc_stored: fields.u32_le("PartitionEntryArrayCRC32", 88)?,
        }))
    }

    /// Whether SizeOfPartitionEntry is 128 times a power of two.
    pub fn entry_size_is_sound(&self) -> bool {
        self.entry_size >= 128 && self.entry_size.is_power_of_two()
    }

    /// Bytes of the entry array as the header states it; up to 2^64 - 2^33 + 1, unchecked.
    pub fn array_length(&self) -> u64 {
        u64::from(self.entry_count).saturating_mul(u64::from(self.entry_size))
    }

    /// Why systems refuse this header: what contradicts the specification within it. Empty for a
    /// sound one. The entry array is not looked at.
    pub fn defects(&self) -> Vec<String> {
        let mut defects = Vec::new();
        match self.crc_computed {
            None => defects.push(format!(
                "HeaderSize is {}, not between {MIN_SIZE} and the sector size {}",
                self.header_size, self.sector_size
            )),
            Some(computed) if computed != self.crc_stored => defects.push(format!(
                "HeaderCRC32 is 0x{:08x}, the header's bytes give 0x{computed:08x}",
                self.crc_stored
            )),
            Some(_) => {}
        }
        if self.my_lba != self.lba {
            defects.push(format!(
                "MyLBA is {}, the header is at LBA {}",
                self.my_lba, self.lba
            ));
        }
        if self.revision != REVISION {
            defects.push(format!(
                "Revision is 0x{:08x}, not 0x{REVISION:08x}",
                self.revision
            ));
        }
        if self.first_usable_lba > self.last_usable_lba {
            defects.push(format!(
                "FirstUsableLBA {} is above LastUsableLBA {}",
                self.first_usable_lba, self.last_usable_lba
            ));
        }
        if !self.entry_size_is_sound() {
            defects.push(format!(
                "SizeOfPartitionEntry is {}, not 128 times a power of two",
                self.entry_size
            ));
        }
        defects
    }
}

/// CRC-32 of a header, its own CRC field taken as zero.
fn crc(header: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    let (before, rest) = header.split_at_checked(CRC_AT).unwrap_or((header, &[]));
    hasher.update(before);
    hasher.update(&[0; 4]);
    hasher.update(rest.get(4..).unwrap_or_default());
    hasher.finalize()
}
