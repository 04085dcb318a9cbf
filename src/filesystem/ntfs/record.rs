//! Records of the master file table: their fixups, and the attributes in them.

use crate::bytes::Fields;

use super::super::FsError;
use super::boot::STRIDE;
use super::runs::{Run, decode};
use super::{bad, corrupt};

/// Types of attributes.
pub(super) const STANDARD_INFORMATION: u32 = 0x10;
pub(super) const ATTRIBUTE_LIST: u32 = 0x20;
pub(super) const VOLUME_NAME: u32 = 0x60;
pub(super) const VOLUME_INFORMATION: u32 = 0x70;
pub(super) const DATA: u32 = 0x80;
pub(super) const INDEX_ROOT: u32 = 0x90;
pub(super) const INDEX_ALLOCATION: u32 = 0xa0;
pub(super) const REPARSE_POINT: u32 = 0xc0;
const END: u32 = 0xffff_ffff;

const IN_USE: u16 = 1;
const IS_DIRECTORY: u16 = 2;

/// A reference to a file record: its number, and how often that was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) number: u64,
    /// Not checked where it is 0.
    pub(super) sequence: u16,
}

impl Reference {
    pub(super) fn new(raw: u64) -> Self {
        Self {
            number: raw & 0xffff_ffff_ffff,
            sequence: u16::try_from(raw >> 48).unwrap_or(0),
        }
    }
}

/// One attribute, or a part of one that is spread over several records.
#[derive(Debug, Clone)]
pub(super) struct Attribute {
    pub(super) kind: u32,
    pub(super) name: Vec<u16>,
    pub(super) flags: u16,
    pub(super) instance: u16,
    pub(super) value: Value,
}

#[derive(Debug, Clone)]
pub(super) enum Value {
    Resident(Vec<u8>),
    Part(Part),
}

/// What a non-resident attribute says; the sizes hold for the first part only.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) lowest: u64,
    /// Logarithm of the clusters of a compression unit.
    pub(super) unit: u8,
    pub(super) size: u64,
    pub(super) initialized: u64,
    pub(super) runs: Vec<Run>,
}

/// A file record.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) sequence: u16,
    pub(super) directory: bool,
    /// The record that this one adds to; none for a file's own.
    pub(super) base: Option<Reference>,
    pub(super) attributes: Vec<Attribute>,
}

/// Puts back what a record keeps apart of the end of each 512 bytes, after checking that all of it
/// was written at once.
pub(super) fn fix_up(
    structure: &'static str,
    magic: &[u8; 4],
    bytes: &mut [u8],
) -> Result<(), FsError> {
    let fields = Fields::new(structure, 0, bytes);
    let found: [u8; 4] = fields.array("signature", 0).map_err(bad)?;
    if &found != magic {
        let found = found.escape_ascii();
        return Err(corrupt(format!("the {structure} begins with \"{found}\"")));
    }
    let at = usize::from(fields.u16_le("UpdateSequenceOffset", 4).map_err(bad)?);
    let count = usize::from(fields.u16_le("UpdateSequenceSize", 6).map_err(bad)?);
    if count.saturating_sub(1).saturating_mul(STRIDE) != bytes.len() {
        return Err(corrupt(format!("the {structure} has {count} fixups")));
    }
    let array = fields.bytes("update sequence", at, count.saturating_mul(2));
    let array = array.map_err(bad)?.to_vec();
    let (check, kept) = array.split_at(2);
    for (piece, kept) in bytes.chunks_exact_mut(STRIDE).zip(kept.chunks_exact(2)) {
        let Some(end) = piece.last_chunk_mut::<2>() else {
            break;
        };
        if end != check {
            return Err(corrupt(format!("the {structure} was written in part")));
        }
        end.copy_from_slice(kept);
    }
    Ok(())
}

impl Record {
    /// Parses the bytes of a record of a volume of so many clusters.
    pub(super) fn parse(mut bytes: Vec<u8>, clusters: u64) -> Result<Self, FsError> {
        fix_up("NTFS file record", b"FILE", &mut bytes)?;
        let fields = Fields::new("NTFS file record", 0, &bytes);
        let flags = fields.u16_le("Flags", 0x16).map_err(bad)?;
        if flags & IN_USE == 0 {
            return Err(corrupt("a name leads to a file record that is not in use"));
        }
        let used = fields.u32_le("FirstFreeByte", 0x18).map_err(bad)?;
        let used = usize::try_from(used).unwrap_or(usize::MAX).min(bytes.len());
        let base = Reference::new(fields.u64_le("BaseFileRecordSegment", 0x20).map_err(bad)?);
        let mut attributes = Vec::new();
        let mut at = usize::from(fields.u16_le("FirstAttributeOffset", 0x14).map_err(bad)?);
        loop {
            let kind = fields.u32_le("TypeCode", at).map_err(bad)?;
            if kind == END {
                break;
            }
            let length = fields.u32_le("RecordLength", at.saturating_add(4));
            let length = usize::try_from(length.map_err(bad)?).unwrap_or(usize::MAX);
            let end = at.saturating_add(length);
            if length < 0x18 || end > used {
                return Err(corrupt(format!(
                    "an attribute of type 0x{kind:x} has {length} bytes at {at} of {used}"
                )));
            }
            let bytes = fields.bytes("attribute", at, length).map_err(bad)?;
            attributes.push(attribute(kind, bytes, clusters)?);
            at = end;
        }
        Ok(Self {
            sequence: fields.u16_le("SequenceNumber", 0x10).map_err(bad)?,
            directory: flags & IS_DIRECTORY != 0,
            base: (base.number != 0 || base.sequence != 0).then_some(base),
            attributes,
        })
    }
}

/// UTF-16 code units.
pub(super) fn units(bytes: &[u8]) -> Vec<u16> {
    let (pairs, _) = bytes.as_chunks::<2>();
    pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect()
}

fn attribute(kind: u32, bytes: &[u8], clusters: u64) -> Result<Attribute, FsError> {
    let fields = Fields::new("NTFS attribute", 0, bytes);
    let u8 = |name, at| fields.u8(name, at).map_err(bad);
    let u16 = |name, at| fields.u16_le(name, at).map_err(bad);
    let u64 = |name, at| fields.u64_le(name, at).map_err(bad);
    let name_length = usize::from(u8("NameLength", 9)?).saturating_mul(2);
    let name_at = usize::from(u16("NameOffset", 10)?);
    let name = match name_length {
        0 => &[][..],
        length => fields.bytes("Name", name_at, length).map_err(bad)?,
    };
    let value = if u8("FormCode", 8)? == 0 {
        let length = fields.u32_le("ValueLength", 0x10).map_err(bad)?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let at = usize::from(u16("ValueOffset", 0x14)?);
        Value::Resident(fields.bytes("value", at, length).map_err(bad)?.to_vec())
    } else {
        let (lowest, highest) = (u64("LowestVcn", 0x10)?, u64("HighestVcn", 0x18)?);
        let at = usize::from(u16("MappingPairsOffset", 0x20)?);
        let pairs = bytes
            .get(at..)
            .filter(|_| at >= 0x40)
            .ok_or_else(|| corrupt(format!("the mapping pairs of an attribute at {at}")))?;
        let runs = decode(pairs, lowest, clusters)?;
        let end = runs.last().map_or(lowest, Run::end);
        if highest != 0 && highest.wrapping_add(1) != end {
            return Err(corrupt(format!(
                "data runs end at cluster {end} where the attribute has {highest} as its last"
            )));
        }
        Value::Part(Part {
            lowest,
            unit: u8("CompressionUnit", 0x22)?,
            size: u64("DataSize", 0x30)?,
            initialized: u64("InitializedSize", 0x38)?,
            runs,
        })
    };
    Ok(Attribute {
        kind,
        name: units(name),
        flags: u16("Flags", 12)?,
        instance: u16("Instance", 14)?,
        value,
    })
}
