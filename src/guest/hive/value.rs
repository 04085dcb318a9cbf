//! Values: the key value structure and where its data lies.

use std::borrow::Cow;

use super::cell::Budget;
use super::{Data, Hive, HiveError, text};

/// Data above this many bytes is cut into segments of this many (from version 1.4 on).
const SEGMENT: usize = 16_344;
/// Flag of a name that is Latin-1.
const COMPRESSED_NAME: u16 = 1;
/// In the data size: the data is in the field of its offset.
const RESIDENT: u32 = 1 << 31;

/// A value of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// Its name; "" is the default value. Hostile text.
    pub name: String,
    /// Its type and data.
    pub data: Data,
    /// Byte offset of its cell in the hive file.
    pub offset: u64,
}

/// A value whose data is not loaded yet.
pub(super) struct Stored {
    pub(super) name: String,
    offset: u64,
    size: u32,
    /// The field *Data offset*: where the data is, or the data.
    data: [u8; 4],
    kind: u32,
}

impl Stored {
    /// Reads the key value structure at `at`.
    pub(super) fn read(hive: &Hive, at: u32, budget: &mut Budget) -> Result<Self, HiveError> {
        let cell = hive.cell("key value", at)?;
        let fields = cell.fields("key value");
        let signature: [u8; 2] = fields.array("signature", 0)?;
        if &signature != b"vk" {
            let found = format!("\"{}\"", signature.escape_ascii());
            let offset = cell.offset;
            return Err(HiveError::corrupt(
                "key value",
                "signature",
                offset,
                found,
                "\"vk\"",
            ));
        }
        let name_length = usize::from(fields.u16_le("name length", 2)?);
        let name = fields.bytes("name", 20, name_length)?;
        budget.take("key value", cell.offset, name_length)?;
        let compressed = fields.u16_le("flags", 16)? & COMPRESSED_NAME != 0;
        Ok(Self {
            name: text::name(name, compressed),
            offset: cell.offset,
            size: fields.u32_le("data size", 4)?,
            data: fields.array("data offset", 8)?,
            kind: fields.u32_le("data type", 12)?,
        })
    }

    /// Reads its data.
    pub(super) fn load(self, hive: &Hive, budget: &mut Budget) -> Result<Value, HiveError> {
        let size = usize::try_from(self.size & !RESIDENT).unwrap_or(usize::MAX);
        let at = u32::from_le_bytes(self.data);
        let bytes = if self.size & RESIDENT != 0 {
            let Some(bytes) = self.data.get(..size) else {
                let (offset, expected) = (self.offset, "at most 4 bytes of resident data");
                return Err(HiveError::corrupt(
                    "key value",
                    "data size",
                    offset,
                    size,
                    expected,
                ));
            };
            Cow::Borrowed(bytes)
        } else if size == 0 {
            Cow::Borrowed(&[][..])
        } else {
            budget.take("key value", self.offset, size)?;
            hive.load(self.offset, size)?;
            stored_bytes(hive, at, size)?
        };
        Ok(Value {
            data: Data::decode(self.kind, &bytes),
            name: self.name,
            offset: self.offset,
        })
    }
}

/// The data of `size` bytes in the cell at `at`, or in the segments that the cell names.
fn stored_bytes(hive: &Hive, at: u32, size: usize) -> Result<Cow<'_, [u8]>, HiveError> {
    let cell = hive.cell("value data", at)?;
    // Writers other than Windows put large data into one cell whatever the version: a cell that
    // can hold all of it does.
    if size <= SEGMENT || hive.base.minor < 4 || cell.data.len() >= size {
        return Ok(Cow::Borrowed(cell.fields("value data").bytes(
            "value data",
            0,
            size,
        )?));
    }
    let fields = cell.fields("big data");
    let signature: [u8; 2] = fields.array("signature", 0)?;
    if &signature != b"db" {
        let found = format!("\"{}\"", signature.escape_ascii());
        let offset = cell.offset;
        return Err(HiveError::corrupt(
            "big data",
            "signature",
            offset,
            found,
            "\"db\"",
        ));
    }
    let count = usize::from(fields.u16_le("number of segments", 2)?);
    let expected = size.div_ceil(SEGMENT);
    if count != expected {
        let field = "number of segments";
        return Err(HiveError::corrupt(
            "big data",
            field,
            cell.offset,
            count,
            expected,
        ));
    }
    let list = hive.cell(
        "list of segments",
        fields.u32_le("list of segments offset", 4)?,
    )?;
    let list =
        list.fields("list of segments")
            .bytes("list elements", 0, count.saturating_mul(4))?;
    let mut out = Vec::new();
    for segment in offsets(list) {
        let length = SEGMENT.min(size.saturating_sub(out.len()));
        let cell = hive.cell("data segment", segment)?;
        out.extend_from_slice(cell.fields("data segment").bytes("data", 0, length)?);
    }
    Ok(Cow::Owned(out))
}

/// A list of offsets.
pub(super) fn offsets(bytes: &[u8]) -> Vec<u32> {
    let elements = bytes.as_chunks::<4>().0.iter();
    elements.map(|four| u32::from_le_bytes(*four)).collect()
}
