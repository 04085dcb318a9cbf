//! The base block: the first 4096 bytes of a hive, and of each of its logs the first sector.

use super::HiveError;
use super::error::mismatch;
use crate::bytes::Fields;

/// Bytes of the base block in a hive; the hive bins data starts behind it.
pub(super) const LENGTH: usize = 4096;
/// Bytes of it that hold something, and that a log has a copy of.
pub(super) const USED: usize = 512;
/// The unit that hive bins, and with it the hive bins data, grow by.
pub(super) const BIN_UNIT: u32 = 4096;

/// The field *File type* of a hive.
pub(super) const PRIMARY: u32 = 0;
/// The field *File type* of a log in the format with log entries.
pub(super) const NEW_LOG: u32 = 6;

/// The fields of a base block that matter to a reader.
#[derive(Debug, Clone)]
pub(super) struct BaseBlock {
    pub(super) primary_sequence: u32,
    pub(super) secondary_sequence: u32,
    /// FILETIME of the last write.
    pub(super) last_written: u64,
    pub(super) major: u32,
    pub(super) minor: u32,
    pub(super) file_type: u32,
    pub(super) file_format: u32,
    /// Offset of the root's cell in the hive bins data.
    pub(super) root_cell: u32,
    /// Bytes of the hive bins data.
    pub(super) bins_size: u32,
    /// Sector size of the disk in units of 512 bytes.
    pub(super) clustering: u32,
    /// Whether the stored checksum is that of the bytes.
    pub(super) sound: bool,
}

impl BaseBlock {
    /// Reads the base block at the front of `bytes`, whatever its checksum says.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, HiveError> {
        let fields = Fields::new("base block", 0, bytes);
        let signature = bytes.get(..4).unwrap_or(bytes);
        if signature != b"regf" {
            return Err(HiveError::NotAHive(mismatch(
                "base block",
                "signature",
                0,
                format!("\"{}\"", signature.escape_ascii()),
                "\"regf\"",
            )));
        }
        fields.bytes("whole base block", 0, USED)?;
        Ok(Self {
            primary_sequence: fields.u32_le("primary sequence number", 4)?,
            secondary_sequence: fields.u32_le("secondary sequence number", 8)?,
            last_written: fields.u64_le("last written timestamp", 12)?,
            major: fields.u32_le("major version", 20)?,
            minor: fields.u32_le("minor version", 24)?,
            file_type: fields.u32_le("file type", 28)?,
            file_format: fields.u32_le("file format", 32)?,
            root_cell: fields.u32_le("root cell offset", 36)?,
            bins_size: fields.u32_le("hive bins data size", 40)?,
            clustering: fields.u32_le("clustering factor", 44)?,
            sound: fields.u32_le("checksum", 508)? == checksum(bytes),
        })
    }

    /// Whether the last write came to its end.
    pub(super) fn clean(&self) -> bool {
        self.sound && self.primary_sequence == self.secondary_sequence
    }

    /// # Errors
    /// Where this is not the base block of a hive that this reader knows.
    pub(super) fn check(&self) -> Result<(), HiveError> {
        let refuse = |field, offset, found: u32, expected: &str| {
            let what = mismatch("base block", field, offset, found, expected);
            Err(HiveError::Unsupported(what))
        };
        if self.major != 1 {
            return refuse("major version", 20, self.major, "1");
        }
        if !(3..=6).contains(&self.minor) {
            return refuse("minor version", 24, self.minor, "3 to 6");
        }
        if self.file_type != PRIMARY {
            return refuse("file type", 28, self.file_type, "0 (a primary file)");
        }
        if self.file_format != 1 {
            return refuse("file format", 32, self.file_format, "1");
        }
        if !is_bins_size(self.bins_size) {
            return Err(HiveError::corrupt(
                "base block",
                "hive bins data size",
                40,
                self.bins_size,
                "a multiple of 4096, but not 0",
            ));
        }
        Ok(())
    }
}

/// Whether this can be the size of hive bins data.
pub(super) fn is_bins_size(size: u32) -> bool {
    size != 0 && size.is_multiple_of(BIN_UNIT)
}

/// The XOR of the first 508 bytes as numbers of 32 bits; never 0 nor all ones, which Windows
/// replaces by their neighbours.
pub(super) fn checksum(bytes: &[u8]) -> u32 {
    let words = bytes.get(..508).unwrap_or(bytes).as_chunks::<4>().0;
    let sum = words
        .iter()
        .fold(0, |sum, word| sum ^ u32::from_le_bytes(*word));
    match sum {
        0 => 1,
        u32::MAX => u32::MAX ^ 1,
        sum => sum,
    }
}
