//! Checked, named reads of binary fields.
//!
//! Every on-disk structure is read through [`Fields`], so that a field that lies outside of the
//! bytes at hand is an error which names the structure, the field and its offset in the image.
//! This is the only place that uses `byteorder`.
#![warn(clippy::arithmetic_side_effects, clippy::as_conversions)]

use byteorder::{BigEndian, ByteOrder, LittleEndian};

/// A field lies outside of the bytes that were read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{structure}: field {field} needs {needed} bytes at offset {offset}, but only {available} are there"
)]
pub struct FieldError {
    /// Name of the structure, as its specification calls it.
    pub structure: &'static str,
    /// Name of the field, as its specification calls it.
    pub field: &'static str,
    /// Offset of the field in bytes from the start of the source that the structure was read from.
    pub offset: u64,
    /// Bytes that the field takes.
    pub needed: usize,
    /// Bytes that are left at that offset.
    pub available: usize,
}

/// The bytes of one structure, with its name and the place where it was read.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a> {
    structure: &'static str,
    base: u64,
    bytes: &'a [u8],
}

impl<'a> Fields<'a> {
    /// Wraps `bytes`, which were read at byte offset `base` of their source.
    pub fn new(structure: &'static str, base: u64, bytes: &'a [u8]) -> Self {
        Self {
            structure,
            base,
            bytes,
        }
    }

    /// The `len` bytes at `at` (both relative to the start of the structure).
    ///
    /// # Errors
    /// [`FieldError`] when the structure is shorter than that; so for all readers below.
    pub fn bytes(
        &self,
        field: &'static str,
        at: usize,
        len: usize,
    ) -> Result<&'a [u8], FieldError> {
        at.checked_add(len)
            .and_then(|end| self.bytes.get(at..end))
            .ok_or_else(|| FieldError {
                structure: self.structure,
                field,
                offset: self
                    .base
                    .saturating_add(u64::try_from(at).unwrap_or(u64::MAX)),
                needed: len,
                available: self.bytes.len().saturating_sub(at),
            })
    }

    /// A fixed-size run of bytes, such as a signature or a GUID.
    pub fn array<const N: usize>(
        &self,
        field: &'static str,
        at: usize,
    ) -> Result<[u8; N], FieldError> {
        let mut out = [0; N];
        out.copy_from_slice(self.bytes(field, at, N)?);
        Ok(out)
    }

    /// One byte.
    pub fn u8(&self, field: &'static str, at: usize) -> Result<u8, FieldError> {
        self.array::<1>(field, at).map(|[byte]| byte)
    }

    /// A big-endian 16-bit number.
    pub fn u16_be(&self, field: &'static str, at: usize) -> Result<u16, FieldError> {
        self.bytes(field, at, 2).map(BigEndian::read_u16)
    }

    /// A big-endian 32-bit number.
    pub fn u32_be(&self, field: &'static str, at: usize) -> Result<u32, FieldError> {
        self.bytes(field, at, 4).map(BigEndian::read_u32)
    }

    /// A big-endian 64-bit number.
    pub fn u64_be(&self, field: &'static str, at: usize) -> Result<u64, FieldError> {
        self.bytes(field, at, 8).map(BigEndian::read_u64)
    }

    /// A little-endian 16-bit number.
    pub fn u16_le(&self, field: &'static str, at: usize) -> Result<u16, FieldError> {
        self.bytes(field, at, 2).map(LittleEndian::read_u16)
    }

    /// A little-endian 32-bit number.
    pub fn u32_le(&self, field: &'static str, at: usize) -> Result<u32, FieldError> {
        self.bytes(field, at, 4).map(LittleEndian::read_u32)
    }

    /// A little-endian 64-bit number.
    pub fn u64_le(&self, field: &'static str, at: usize) -> Result<u64, FieldError> {
        self.bytes(field, at, 8).map(LittleEndian::read_u64)
    }
}

/// Decodes a table of big-endian 32-bit numbers into `out`; `bytes` beyond the last whole number
/// are left out.
pub fn u32_be_table(bytes: &[u8], out: &mut Vec<u32>) {
    out.extend(bytes.chunks_exact(4).map(BigEndian::read_u32));
}

/// Decodes UTF-16 text in the given byte order up to its first NUL; unpaired surrogates become
/// U+FFFD.
pub fn utf16(bytes: &[u8], big_endian: bool) -> String {
    let read = if big_endian {
        BigEndian::read_u16
    } else {
        LittleEndian::read_u16
    };
    let units = bytes
        .chunks_exact(2)
        .map(read)
        .take_while(|unit| *unit != 0);
    char::decode_utf16(units)
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// Whether every byte is zero. An OR-fold over whole pieces, which the compiler turns into vector
/// instructions: at memory speed, where `iter().all(…)` stops at every byte.
pub fn is_zero(bytes: &[u8]) -> bool {
    let mut pieces = bytes.chunks_exact(64);
    pieces.all(|piece| piece.iter().fold(0, |acc, byte| acc | byte) == 0)
        && bytes
            .chunks_exact(64)
            .remainder()
            .iter()
            .fold(0, |acc, byte| acc | byte)
            == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_past_the_end_names_structure_field_and_place() {
        let fields = Fields::new("footer", 1000, &[1, 2, 3, 4]);
        assert_eq!(fields.u32_be("features", 0), Ok(0x0102_0304));
        assert_eq!(fields.u16_le("features", 2), Ok(0x0403));
        let error = fields.u64_be("current size", 2).unwrap_err();
        assert_eq!((error.offset, error.available), (1002, 2));
        assert!(error.to_string().contains("footer: field current size"));
        assert!(fields.bytes("x", usize::MAX, 2).is_err());
    }

    #[test]
    fn zero_test_sees_a_single_bit_anywhere() {
        for len in [0, 1, 63, 64, 65, 512, 1000] {
            let mut bytes = vec![0; len];
            assert!(is_zero(&bytes));
            for at in 0..len {
                bytes[at] = 1;
                assert!(!is_zero(&bytes), "length {len}, byte {at}");
                bytes[at] = 0;
            }
        }
    }

    #[test]
    fn utf16_stops_at_nul_and_survives_lone_surrogates() {
        assert_eq!(
            utf16(&[0x00, 0x61, 0xd8, 0x00, 0x00, 0x00, 0x00, 0x62], true),
            "a\u{fffd}"
        );
        assert_eq!(utf16(&[0x61, 0x00, 0x62], false), "a");
    }
}
