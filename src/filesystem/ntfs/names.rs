//! Names: UTF-16 without more ado, in UTF-8 for the rest of the program, and folded by the volume's
//! own table.
//!
//! A surrogate without its other half, which NTFS allows, becomes three bytes as any other code
//! point of its size would (WTF-8): nothing is lost, and two names stay two.

use crate::filesystem::FsError;

/// A name in UTF-8.
pub(super) fn to_bytes(units: &[u16]) -> Vec<u8> {
    let mut out = Vec::with_capacity(units.len());
    for unit in char::decode_utf16(units.iter().copied()) {
        match unit {
            Ok(c) => out.extend(c.encode_utf8(&mut [0; 4]).bytes()),
            Err(error) => {
                let [high, low] = error.unpaired_surrogate().to_be_bytes();
                out.push(0xe0 | high >> 4);
                out.push(0x80 | (high & 0x0f) << 2 | low >> 6);
                out.push(0x80 | low & 0x3f);
            }
        }
    }
    out
}

/// The code units of a name in UTF-8; none where it is not UTF-8.
pub(super) fn to_units(mut bytes: &[u8]) -> Option<Vec<u16>> {
    let mut out = Vec::with_capacity(bytes.len());
    loop {
        let (text, rest) = match std::str::from_utf8(bytes) {
            Ok(text) => (text, &[][..]),
            Err(error) => {
                let (text, rest) = bytes.split_at_checked(error.valid_up_to())?;
                (std::str::from_utf8(text).ok()?, rest)
            }
        };
        out.extend(text.encode_utf16());
        bytes = match rest {
            [] => return Some(out),
            [0xed, middle @ 0xa0..=0xbf, last @ 0x80..=0xbf, rest @ ..] => {
                let unit = 0xd000 | u16::from(middle & 0x3f) << 6 | u16::from(last & 0x3f);
                out.push(unit);
                rest
            }
            _ => return None,
        };
    }
}

/// The table `$UpCase`: the upper case of each code unit.
pub(super) struct UpCase(Vec<u16>);

impl UpCase {
    /// A table as it stands on the volume. By a damaged one, names would be found that are not there
    /// and others not found that are: the letters of ASCII have to be right in it.
    ///
    /// # Errors
    /// [`FsError::Corrupt`].
    pub(super) fn new(table: Vec<u16>) -> Result<Self, FsError> {
        for unit in 0..128_u8 {
            let upper = u16::from(unit.to_ascii_uppercase());
            let found = table.get(usize::from(unit));
            if found != Some(&upper) {
                let found = found.map_or_else(|| "nothing".to_owned(), ToString::to_string);
                return Err(FsError::Corrupt(format!(
                    "$UpCase has {found} for the character {unit}, not {upper}"
                )));
            }
        }
        Ok(Self(table))
    }

    /// A name without regard to case.
    pub(super) fn fold(&self, units: &[u16]) -> Vec<u16> {
        let upper = |unit: &u16| *self.0.get(usize::from(*unit)).unwrap_or(unit);
        units.iter().map(upper).collect()
    }
}
