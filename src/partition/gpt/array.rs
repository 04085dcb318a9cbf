//! The entry array of a GPT (UEFI 2.10 table 5.6).

use uuid::Uuid;

use super::super::reader::Reader;
use super::super::{AnomalyKind, TableAnomaly};
use super::header::GptHeader;
use crate::bytes::{FieldError, Fields, utf16};
use crate::source::ReadError;

/// Bytes of an array that are read. The usual one takes 16 KiB; with the least entry size this
/// allows 8192 partitions.
const MAX_ARRAY: u64 = 1 << 20;

/// An entry array that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GptArray {
    /// Byte offset on the disk.
    pub offset: u64,
    /// Length in bytes: NumberOfPartitionEntries times SizeOfPartitionEntry.
    pub length: u64,
    /// CRC-32 of those bytes.
    pub crc_computed: u32,
    /// The used entries, in order.
    pub entries: Vec<GptEntry>,
}

/// A used entry: its type GUID is not zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GptEntry {
    /// Place in the array, counted from 0.
    pub index: u32,
    /// Byte offset of the entry on the disk.
    pub offset: u64,
    /// PartitionTypeGUID.
    pub type_guid: Uuid,
    /// UniquePartitionGUID.
    pub guid: Uuid,
    /// StartingLBA.
    pub first_lba: u64,
    /// EndingLBA (inclusive).
    pub last_lba: u64,
    /// Attributes; bit 2 is "legacy BIOS bootable".
    pub attributes: u64,
    /// PartitionName as it stands there, up to its first NUL: hostile text.
    pub name: String,
}

impl GptArray {
    /// Reads the array that `header` describes, or says why it cannot be read.
    ///
    /// # Errors
    /// [`ReadError::Changed`] only.
    pub(super) fn read(
        reader: &mut Reader<'_>,
        structure: &'static str,
        header: &GptHeader,
    ) -> Result<Result<Self, TableAnomaly>, ReadError> {
        let length = header.array_length();
        let start = header
            .entries_lba
            .checked_mul(u64::from(header.sector_size));
        let end = start.and_then(|start| start.checked_add(length));
        let (Some(offset), Some(end)) = (start, end) else {
            return Ok(Err(reader.note(
                AnomalyKind::Broken,
                structure,
                header.offset,
                format!(
                    "PartitionEntryLBA {} lies beyond the end of any disk",
                    header.entries_lba
                ),
            )));
        };
        let problem = if !header.entry_size_is_sound() {
            Some((
                AnomalyKind::Broken,
                format!("SizeOfPartitionEntry is {} bytes", header.entry_size),
            ))
        } else if end > reader.disk().len() {
            Some((
                AnomalyKind::Broken,
                format!(
                    "{} entries of {} bytes from LBA {} reach past the end of the disk",
                    header.entry_count, header.entry_size, header.entries_lba
                ),
            ))
        } else if length > MAX_ARRAY {
            Some((
                AnomalyKind::Limit,
                format!(
                    "{} entries of {} bytes are more than the {MAX_ARRAY} bytes that are read",
                    header.entry_count, header.entry_size
                ),
            ))
        } else {
            None
        };
        if let Some((kind, message)) = problem {
            return Ok(Err(reader.note(kind, structure, offset, message)));
        }
        let len = usize::try_from(length).unwrap_or(usize::MAX);
        let bytes = match reader.bytes(structure, offset, len)? {
            Ok(bytes) => bytes,
            Err(anomaly) => return Ok(Err(anomaly)),
        };
        let entries = match entries(structure, &bytes, offset, header.entry_size) {
            Ok(entries) => entries,
            Err(error) => {
                let message = error.to_string();
                return Ok(Err(reader.note(
                    AnomalyKind::Broken,
                    structure,
                    offset,
                    message,
                )));
            }
        };
        Ok(Ok(Self {
            offset,
            length,
            crc_computed: crc32fast::hash(&bytes),
            entries,
        }))
    }
}

fn entries(
    structure: &'static str,
    bytes: &[u8],
    base: u64,
    entry_size: u32,
) -> Result<Vec<GptEntry>, FieldError> {
    let size = usize::try_from(entry_size).unwrap_or(usize::MAX).max(1);
    let offsets = (0..u32::MAX).map(|index| {
        let by = u64::from(index).saturating_mul(u64::from(entry_size));
        (index, base.saturating_add(by))
    });
    let mut entries = Vec::new();
    for ((index, offset), bytes) in offsets.zip(bytes.chunks_exact(size)) {
        let fields = Fields::new(structure, offset, bytes);
        let type_guid = Uuid::from_bytes_le(fields.array("PartitionTypeGUID", 0)?);
        if type_guid.is_nil() {
            continue;
        }
        entries.push(GptEntry {
            index,
            offset,
            type_guid,
            guid: Uuid::from_bytes_le(fields.array("UniquePartitionGUID", 16)?),
            first_lba: fields.u64_le("StartingLBA", 32)?,
            last_lba: fields.u64_le("EndingLBA", 40)?,
            attributes: fields.u64_le("Attributes", 48)?,
            name: utf16(fields.bytes("PartitionName", 56, 72)?, false),
        });
    }
    Ok(entries)
}
