//! The types of values and how their data is read.

use super::text;
use crate::bytes::utf16;

/// Type and data of a value. What does not fit its type is [`Data::Other`], never a guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// REG_NONE.
    None(Vec<u8>),
    /// REG_SZ, up to its first NUL. Hostile text, as all text here.
    Sz(String),
    /// REG_EXPAND_SZ: text with references to environment variables, as it is stored.
    ExpandSz(String),
    /// REG_BINARY.
    Binary(Vec<u8>),
    /// REG_DWORD.
    Dword(u32),
    /// REG_DWORD_BIG_ENDIAN.
    DwordBigEndian(u32),
    /// REG_LINK: the path of another key.
    Link(String),
    /// REG_MULTI_SZ. An empty text in the middle stays, for some values mean something by it
    /// (`PendingFileRenameOperations`: delete); the one that ends the list does not.
    MultiSz(Vec<String>),
    /// REG_RESOURCE_LIST.
    ResourceList(Vec<u8>),
    /// REG_FULL_RESOURCE_DESCRIPTOR.
    FullResourceDescriptor(Vec<u8>),
    /// REG_RESOURCE_REQUIREMENTS_LIST.
    ResourceRequirementsList(Vec<u8>),
    /// REG_QWORD.
    Qword(u64),
    /// A type that is not one of these, or a number of the wrong length.
    Other {
        /// The stored type.
        kind: u32,
        /// The stored data.
        bytes: Vec<u8>,
    },
}

impl Data {
    /// The data of a value of this type.
    pub(super) fn decode(kind: u32, bytes: &[u8]) -> Self {
        let number = || bytes.try_into().ok();
        match (kind, number()) {
            (0, _) => Self::None(bytes.to_vec()),
            (1, _) => Self::Sz(utf16(bytes, false)),
            (2, _) => Self::ExpandSz(utf16(bytes, false)),
            (3, _) => Self::Binary(bytes.to_vec()),
            (4, Some(four)) => Self::Dword(u32::from_le_bytes(four)),
            (5, Some(four)) => Self::DwordBigEndian(u32::from_be_bytes(four)),
            (6, _) => Self::Link(utf16(bytes, false)),
            (7, _) => Self::MultiSz(texts(bytes)),
            (8, _) => Self::ResourceList(bytes.to_vec()),
            (9, _) => Self::FullResourceDescriptor(bytes.to_vec()),
            (10, _) => Self::ResourceRequirementsList(bytes.to_vec()),
            (11, _) => match bytes.try_into() {
                Ok(eight) => Self::Qword(u64::from_le_bytes(eight)),
                Err(_) => Self::other(kind, bytes),
            },
            _ => Self::other(kind, bytes),
        }
    }

    fn other(kind: u32, bytes: &[u8]) -> Self {
        Self::Other {
            kind,
            bytes: bytes.to_vec(),
        }
    }

    /// The number of its type.
    pub fn kind(&self) -> u32 {
        match self {
            Self::None(_) => 0,
            Self::Sz(_) => 1,
            Self::ExpandSz(_) => 2,
            Self::Binary(_) => 3,
            Self::Dword(_) => 4,
            Self::DwordBigEndian(_) => 5,
            Self::Link(_) => 6,
            Self::MultiSz(_) => 7,
            Self::ResourceList(_) => 8,
            Self::FullResourceDescriptor(_) => 9,
            Self::ResourceRequirementsList(_) => 10,
            Self::Qword(_) => 11,
            Self::Other { kind, .. } => *kind,
        }
    }

    /// The name of its type, as `reg query` shows it: `REG_DWORD`.
    pub fn kind_name(&self) -> &'static str {
        match self.kind() {
            0 => "REG_NONE",
            1 => "REG_SZ",
            2 => "REG_EXPAND_SZ",
            3 => "REG_BINARY",
            4 => "REG_DWORD",
            5 => "REG_DWORD_BIG_ENDIAN",
            6 => "REG_LINK",
            7 => "REG_MULTI_SZ",
            8 => "REG_RESOURCE_LIST",
            9 => "REG_FULL_RESOURCE_DESCRIPTOR",
            10 => "REG_RESOURCE_REQUIREMENTS_LIST",
            11 => "REG_QWORD",
            _ => "unknown type",
        }
    }

    /// The text of a REG_SZ, REG_EXPAND_SZ or REG_LINK.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Sz(text) | Self::ExpandSz(text) | Self::Link(text) => Some(text),
            _ => None,
        }
    }

    /// The number of a REG_DWORD, REG_DWORD_BIG_ENDIAN or REG_QWORD.
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Dword(number) | Self::DwordBigEndian(number) => Some(u64::from(*number)),
            Self::Qword(number) => Some(*number),
            _ => None,
        }
    }
}

/// The texts of a REG_MULTI_SZ: each ends with a NUL, the list with one more.
fn texts(bytes: &[u8]) -> Vec<String> {
    let units: Vec<u16> = text::units(bytes).collect();
    let decode = |units: &[u16]| String::from_utf16_lossy(units);
    let mut texts: Vec<String> = units.split(|unit| *unit == 0).map(decode).collect();
    // What follows the last NUL, then the empty text that ends the list.
    for _ in 0..2 {
        texts.pop_if(|last| last.is_empty());
    }
    if texts.iter().all(String::is_empty) {
        texts.clear();
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16le(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn numbers_have_their_length() {
        assert_eq!(Data::decode(4, &[1, 0, 0, 0]), Data::Dword(1));
        assert_eq!(Data::decode(5, &[0, 0, 0, 1]).number(), Some(1));
        assert_eq!(
            Data::decode(11, &[2, 0, 0, 0, 0, 0, 0, 1]).number(),
            Some(1 << 56 | 2)
        );
        for (kind, length) in [(4, 0), (4, 3), (4, 8), (5, 2), (11, 4), (0x1_0000, 4)] {
            let bytes = vec![1; length];
            let data = Data::decode(kind, &bytes);
            assert_eq!(data.number(), None);
            assert_eq!(data, Data::Other { kind, bytes });
        }
    }

    #[test]
    fn text_ends_at_its_nul() {
        assert_eq!(Data::decode(1, &utf16le("a\0b\0")).text(), Some("a"));
        assert_eq!(Data::decode(2, &utf16le("%a%")).text(), Some("%a%"));
        assert_eq!(Data::decode(1, b"a\0b").text(), Some("a"));
        assert_eq!(Data::decode(1, &[0, 0xdc]).text(), Some("\u{fffd}"));
    }

    #[test]
    fn lists_of_texts_keep_empty_ones_in_the_middle() {
        let texts = |text: &str| texts(&utf16le(text));
        assert_eq!(texts("a\0bc\0\0"), ["a", "bc"]);
        assert_eq!(texts("a\0bc\0"), ["a", "bc"]);
        assert_eq!(texts("a\0bc"), ["a", "bc"]);
        assert_eq!(texts("old\0\0old\0new\0\0"), ["old", "", "old", "new"]);
        assert_eq!(texts("old\0\0\0"), ["old", ""]);
        for nothing in ["", "\0", "\0\0"] {
            assert!(texts(nothing).is_empty(), "{nothing:?}");
        }
    }
}
