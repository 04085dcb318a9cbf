//! One decoded field of a structure, for those who want to see the bytes.

/// Name, offset in the structure and length in bytes.
pub(super) type FieldSpec = (&'static str, usize, usize);

/// A field with its place, its bytes and what they mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The specification's name.
    pub name: &'static str,
    /// Byte offset in the image.
    pub offset: u64,
    /// Length in bytes.
    pub length: usize,
    /// The bytes in hexadecimal; long runs are cut short.
    pub raw: String,
    /// What they mean.
    pub meaning: String,
}

/// Decodes `raw`, which was read at `base`, by `specs`.
pub(super) fn decode(
    raw: &[u8],
    base: u64,
    specs: &[FieldSpec],
    meaning: impl Fn(&str) -> String,
) -> Vec<Field> {
    specs
        .iter()
        .filter_map(|&(name, at, length)| {
            let bytes = raw.get(at..at.checked_add(length)?)?;
            Some(Field {
                name,
                offset: base.saturating_add(u64::try_from(at).ok()?),
                length,
                raw: hex(bytes),
                meaning: meaning(name),
            })
        })
        .collect()
}

/// The bytes in hexadecimal, at most 16 of them.
pub(super) fn hex(bytes: &[u8]) -> String {
    const MOST: usize = 16;
    let mut text: String = bytes
        .iter()
        .take(MOST)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    if bytes.len() > MOST {
        text.push('…');
    }
    text
}

/// Bytes as quoted text, with what is not printable ASCII escaped.
pub(super) fn ascii(bytes: &[u8]) -> String {
    format!("\"{}\"", bytes.escape_ascii())
}
