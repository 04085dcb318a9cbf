//! Directory entries: short names, the long names before them, and the volume's label.

use crate::bytes::{Fields, utf16};

use super::super::{FileType, FsError, Metadata};
use super::layout::{bad, corrupt};

const VOLUME: u8 = 0x08;
const DIRECTORY: u8 = 0x10;
const LONG_NAME: u8 = 0x0f;

/// The upper half of code page 437, which Linux takes short names to be in.
const CODE_PAGE: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// A file or directory.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) short: String,
    pub(super) metadata: Metadata,
    pub(super) cluster: u32,
}

/// What a directory holds.
#[derive(Debug, Default)]
pub(super) struct Items {
    pub(super) items: Vec<Item>,
    pub(super) label: Option<String>,
}

/// Pieces of a long name, which stand in reverse before their short name.
#[derive(Default)]
struct LongName {
    pieces: Vec<[u8; 26]>,
    expected: u8,
    checksum: u8,
}

impl LongName {
    fn add(&mut self, order: u8, checksum: u8, piece: [u8; 26]) {
        let number = order & 0x3f;
        if order & 0x40 != 0 {
            self.pieces.clear();
            self.checksum = checksum;
        } else if number != self.expected || checksum != self.checksum || self.pieces.is_empty() {
            *self = Self::default();
            return;
        }
        // A name has at most 255 characters: 20 pieces.
        if number == 0 || number > 20 {
            *self = Self::default();
            return;
        }
        self.expected = number.saturating_sub(1);
        self.pieces.push(piece);
    }

    /// The name, where it is whole and belongs to this short name.
    fn take(&mut self, short: &[u8; 11]) -> Option<String> {
        let name = std::mem::take(self);
        let sum = short
            .iter()
            .fold(0_u8, |sum, byte| sum.rotate_right(1).wrapping_add(*byte));
        if name.pieces.is_empty() || name.expected != 0 || sum != name.checksum {
            return None;
        }
        let bytes: Vec<u8> = name.pieces.into_iter().rev().flatten().collect();
        Some(utf16(&bytes, false)).filter(|name| !name.is_empty())
    }
}

/// Reads the entries of a directory's bytes.
pub(super) fn parse(bytes: &[u8]) -> Result<Items, FsError> {
    let mut out = Items::default();
    let mut long = LongName::default();
    for raw in bytes.as_chunks::<32>().0 {
        let fields = Fields::new("FAT directory entry", 0, raw);
        let attributes = fields.u8("DIR_Attr", 11).map_err(bad)?;
        match raw.first() {
            None | Some(0) => break,
            Some(0xe5) => {
                long = LongName::default();
                continue;
            }
            Some(order) if attributes & 0x3f == LONG_NAME => {
                let mut piece = [0; 26];
                let parts = [(1, 10), (14, 12), (28, 4)];
                let mut units = Vec::with_capacity(piece.len());
                for (at, len) in parts {
                    units.extend(fields.bytes("LDIR_Name", at, len).map_err(bad)?);
                }
                piece.copy_from_slice(&units);
                let checksum = fields.u8("LDIR_Chksum", 13).map_err(bad)?;
                long.add(*order, checksum, piece);
                continue;
            }
            Some(_) => {}
        }
        let short: [u8; 11] = fields.array("DIR_Name", 0).map_err(bad)?;
        let whole = long.take(&short);
        if attributes & VOLUME != 0 {
            if out.label.is_none() {
                out.label = label(&short);
            }
            continue;
        }
        if short.starts_with(b". ") || short.starts_with(b".. ") {
            continue;
        }
        let flags = fields.u8("DIR_NTRes", 12).map_err(bad)?;
        let plain = short_name(&short, 0);
        let name = whole.unwrap_or_else(|| short_name(&short, flags));
        if name.is_empty() || name.contains(['/', '\0']) {
            return Err(corrupt(format!("a directory holds the name {name:?}")));
        }
        let high = fields.u16_le("DIR_FstClusHI", 20).map_err(bad)?;
        let low = fields.u16_le("DIR_FstClusLO", 26).map_err(bad)?;
        let directory = attributes & DIRECTORY != 0;
        out.items.push(Item {
            name,
            short: plain,
            metadata: Metadata {
                file_type: if directory {
                    FileType::Directory
                } else {
                    FileType::File
                },
                size: if directory {
                    0
                } else {
                    fields.u32_le("DIR_FileSize", 28).map_err(bad)?.into()
                },
                mode: None,
                uid: None,
                gid: None,
                modified: modified(
                    fields.u16_le("DIR_WrtDate", 24).map_err(bad)?,
                    fields.u16_le("DIR_WrtTime", 22).map_err(bad)?,
                ),
            },
            cluster: u32::from(high) << 16 | u32::from(low),
        });
    }
    Ok(out)
}

/// A padded label as text; none where it is blank.
pub(super) fn label(padded: &[u8; 11]) -> Option<String> {
    let text = oem(padded, false);
    let text = text.trim_end_matches([' ', '\0']);
    (!text.is_empty()).then(|| text.to_owned())
}

/// A short name with its dot; bits 8 and 16 of the flags say that its parts are in lower case.
fn short_name(name: &[u8; 11], flags: u8) -> String {
    let (base, extension) = name.split_at(8);
    let base = oem(base, flags & 8 != 0);
    let extension = oem(extension, flags & 16 != 0);
    let (base, extension) = (base.trim_end_matches(' '), extension.trim_end_matches(' '));
    if extension.is_empty() {
        base.to_owned()
    } else {
        format!("{base}.{extension}")
    }
}

fn oem(bytes: &[u8], lower: bool) -> String {
    let character = |(index, byte): (usize, &u8)| {
        // 0xE5 marks what was deleted, so a name that begins with it is written with 0x05.
        let byte = if index == 0 && *byte == 5 {
            0xe5
        } else {
            *byte
        };
        let character = match byte.checked_sub(128) {
            None => char::from(byte),
            Some(index) => CODE_PAGE
                .chars()
                .nth(index.into())
                .unwrap_or(char::REPLACEMENT_CHARACTER),
        };
        if lower {
            character.to_ascii_lowercase()
        } else {
            character
        }
    };
    bytes.iter().enumerate().map(character).collect()
}

/// Date and time of the last change, taken as UTC since the zone is not kept.
fn modified(date: u16, time: u16) -> Option<i64> {
    let part = |value: u16, shift: u16, mask: u16| i8::try_from(value >> shift & mask).ok();
    let year = i16::try_from(date >> 9).ok()?.checked_add(1980)?;
    let seconds = part(time, 0, 31)?.checked_mul(2)?;
    let (month, day) = (part(date, 5, 15)?, part(date, 0, 31)?);
    let (hour, minute) = (part(time, 11, 31)?, part(time, 5, 63)?);
    let civil = jiff::civil::DateTime::new(year, month, day, hour, minute, seconds, 0).ok()?;
    let zoned = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_second())
}
