//! The 1024-byte dynamic disk header (Virtual Hard Disk Image Format Specification, "Dynamic Disk
//! Header Format"); all numbers are big-endian.

use super::checksum::checksum;
use super::field::{Field, FieldSpec, ascii, decode, hex};
use super::footer::version;
use super::locator::ParentLocator;
use crate::bytes::{FieldError, Fields, utf16};

/// Size of the header in bytes.
pub const HEADER_SIZE: usize = 1024;
/// The first eight bytes of a header.
pub(super) const COOKIE: [u8; 8] = *b"cxsparse";

const CHECKSUM_AT: usize = 36;

/// A dynamic disk header as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DynamicHeader {
    /// Byte offset in the image.
    pub offset: u64,
    /// Must be `cxsparse`.
    pub cookie: [u8; 8],
    /// Offset of a next structure: all ones, as there is none.
    pub data_offset: u64,
    /// Byte offset of the block allocation table.
    pub table_offset: u64,
    /// Major and minor version in 16 bits each: 0x00010000.
    pub header_version: u32,
    /// Entries of the table.
    pub max_table_entries: u32,
    /// Bytes of data in a block, without its bitmap.
    pub block_size: u32,
    /// The checksum that the header states.
    pub checksum: u32,
    /// The checksum that its bytes give.
    pub computed_checksum: u32,
    /// Unique id of the parent, in a differencing disk.
    pub parent_unique_id: [u8; 16],
    /// Modification time of the parent, in seconds since 2000-01-01T00:00:00Z.
    pub parent_time_stamp: u32,
    /// Name of the parent, as its writer put it (hostile text).
    pub parent_name: String,
    /// The eight locator entries.
    pub locators: Vec<ParentLocator>,
    raw: Vec<u8>,
}

impl DynamicHeader {
    /// Reads a header from the bytes at `offset` of the image.
    ///
    /// # Errors
    /// [`FieldError`] when there are fewer than 1024.
    pub fn parse(offset: u64, bytes: &[u8]) -> Result<Self, FieldError> {
        let raw = bytes.get(..HEADER_SIZE).unwrap_or(bytes).to_vec();
        let fields = Fields::new("dynamic disk header", offset, &raw);
        fields.bytes("reserved", 768, 256)?;
        let mut locators = Vec::new();
        for index in 0..8_u8 {
            let at = usize::from(index).saturating_mul(24).saturating_add(576);
            locators.push(ParentLocator::parse(index, &fields, at, offset)?);
        }
        Ok(Self {
            offset,
            cookie: fields.array("cookie", 0)?,
            data_offset: fields.u64_be("data offset", 8)?,
            table_offset: fields.u64_be("table offset", 16)?,
            header_version: fields.u32_be("header version", 24)?,
            max_table_entries: fields.u32_be("max table entries", 28)?,
            block_size: fields.u32_be("block size", 32)?,
            checksum: fields.u32_be("checksum", CHECKSUM_AT)?,
            computed_checksum: checksum(&raw, CHECKSUM_AT),
            parent_unique_id: fields.array("parent unique id", 40)?,
            parent_time_stamp: fields.u32_be("parent time stamp", 56)?,
            parent_name: utf16(fields.bytes("parent unicode name", 64, 512)?, true),
            locators,
            raw,
        })
    }

    /// Whether the cookie is right.
    pub fn has_cookie(&self) -> bool {
        self.cookie == COOKIE
    }

    /// Whether the stated checksum is the right one.
    pub fn checksum_ok(&self) -> bool {
        self.checksum == self.computed_checksum
    }

    /// Bytes of a block's bitmap: one bit a sector, padded to whole sectors.
    pub fn bitmap_size(&self) -> u64 {
        u64::from(self.block_size)
            .div_ceil(512)
            .div_ceil(8)
            .next_multiple_of(512)
    }

    /// Table entries that a disk of `size` bytes needs; `None` for a block size of 0.
    pub fn entries_needed(&self, size: u64) -> Option<u64> {
        (self.block_size != 0).then(|| size.div_ceil(u64::from(self.block_size)))
    }

    /// All fields with offset, raw bytes and meaning.
    pub fn fields(&self) -> Vec<Field> {
        let mut fields = decode(&self.raw, self.offset, &FIELDS, |name| self.meaning(name));
        fields.extend(self.locators.iter().filter(|l| l.is_used()).map(|locator| {
            let at = usize::try_from(locator.offset.saturating_sub(self.offset)).unwrap_or(0);
            Field {
                name: "parent locator entry",
                offset: locator.offset,
                length: 24,
                raw: self
                    .raw
                    .get(at..at.saturating_add(24))
                    .map(hex)
                    .unwrap_or_default(),
                meaning: locator.to_string(),
            }
        }));
        fields
    }

    fn meaning(&self, name: &str) -> String {
        match name {
            "cookie" => ascii(&self.cookie),
            "data offset" if self.data_offset == u64::MAX => "none".to_owned(),
            "data offset" => format!("byte {}", self.data_offset),
            "table offset" => format!("byte {}", self.table_offset),
            "header version" => version(self.header_version),
            "max table entries" => format!("{} entries", self.max_table_entries),
            "block size" => format!("{} bytes", self.block_size),
            "checksum" if self.checksum_ok() => "right".to_owned(),
            "checksum" => format!("wrong: the bytes give {:#010x}", self.computed_checksum),
            "parent unique id" => uuid::Uuid::from_bytes(self.parent_unique_id).to_string(),
            "parent time stamp" => format!("{} s since 2000-01-01", self.parent_time_stamp),
            "parent unicode name" => format!("\"{}\"", self.parent_name),
            _ => String::new(),
        }
    }
}

const FIELDS: [FieldSpec; 10] = [
    ("cookie", 0, 8),
    ("data offset", 8, 8),
    ("table offset", 16, 8),
    ("header version", 24, 4),
    ("max table entries", 28, 4),
    ("block size", 32, 4),
    ("checksum", CHECKSUM_AT, 4),
    ("parent unique id", 40, 16),
    ("parent time stamp", 56, 4),
    ("parent unicode name", 64, 512),
];
