//! The master file table: files by number, with the attributes that lie in other records.

use super::super::FsError;
use super::super::meter::Metered;
use super::boot::Boot;
use super::record::{ATTRIBUTE_LIST, Attribute, DATA, Record, Reference, Value, units};
use super::runs::MOST_RUNS;
use super::stream::Stream;
use super::{bad, corrupt};
use crate::bytes::Fields;

/// Bytes of an attribute list that are read; Windows allows 256 KiB.
const LARGEST_LIST: u64 = 1 << 20;

/// The volume, and where its file records are.
pub(super) struct Volume {
    pub(super) source: Metered,
    pub(super) boot: Boot,
    mft: Stream,
}

/// A file with all its attributes.
#[derive(Debug)]
pub(super) struct File {
    pub(super) number: u64,
    pub(super) directory: bool,
    attributes: Vec<Attribute>,
}

/// An entry of an attribute list.
struct Listed {
    kind: u32,
    name: Vec<u16>,
    record: Reference,
    instance: u16,
}

impl Volume {
    /// Reads the boot sector and the first record of the table, which describes the table itself.
    pub(super) fn open(source: Metered) -> Result<Self, FsError> {
        let boot = Boot::read(&source)?;
        let bytes = source.read_vec(boot.mft_at, boot.record_size)?;
        let record = Record::parse(bytes, boot.clusters)?;
        let own = record
            .attributes
            .iter()
            .filter(|attribute| is_data(attribute));
        let mut volume = Self {
            mft: Stream::new(own.collect())?,
            source,
            boot,
        };
        // The rest of a table in many pieces stands in records that its first pieces hold.
        let list = volume.list(&record)?.unwrap_or_default();
        for entry in list
            .iter()
            .filter(|entry| entry.kind == DATA && entry.name.is_empty())
        {
            if entry.record.number == 0 {
                continue;
            }
            let extension = volume.extension(entry.record, 0)?;
            match &find(&extension, entry)?.value {
                Value::Part(part) => volume.mft.append(part)?,
                Value::Resident(_) => return Err(corrupt("a resident master file table")),
            }
        }
        Ok(volume)
    }

    /// Bytes of the content of an attribute.
    pub(super) fn read(
        &self,
        stream: &Stream,
        offset: u64,
        length: usize,
    ) -> Result<Vec<u8>, FsError> {
        stream.read(&self.source, &self.boot, offset, length)
    }

    /// All of the content of an attribute, which may have so many bytes.
    pub(super) fn read_all(&self, stream: &Stream, most: u64) -> Result<Vec<u8>, FsError> {
        let size = stream.size;
        if size > most {
            return Err(FsError::Limit(format!(
                "an attribute of {size} bytes, of which {most} are the most"
            )));
        }
        self.read(stream, 0, usize::try_from(size).unwrap_or(usize::MAX))
    }

    fn record(&self, reference: Reference) -> Result<Record, FsError> {
        let number = reference.number;
        let size = u64::try_from(self.boot.record_size).unwrap_or(u64::MAX);
        let at = number.saturating_mul(size);
        let bytes = self.read(&self.mft, at, self.boot.record_size)?;
        if bytes.len() < self.boot.record_size {
            return Err(corrupt(format!("there is no file record {number}")));
        }
        let record = Record::parse(bytes, self.boot.clusters)?;
        if reference.sequence != 0 && reference.sequence != record.sequence {
            return Err(corrupt(format!(
                "the file record {number} is used for the {}th time, a name means the {}th",
                record.sequence, reference.sequence
            )));
        }
        Ok(record)
    }

    /// A record that adds to the file `base`.
    fn extension(&self, reference: Reference, base: u64) -> Result<Record, FsError> {
        let record = self.record(reference)?;
        if record.base.map(|base| base.number) != Some(base) {
            return Err(corrupt(format!(
                "the file record {} does not add to the file {base}",
                reference.number
            )));
        }
        Ok(record)
    }

    /// The attribute list of a record; none where it has none.
    fn list(&self, record: &Record) -> Result<Option<Vec<Listed>>, FsError> {
        let of_list = |attribute: &&Attribute| attribute.kind == ATTRIBUTE_LIST;
        let parts: Vec<_> = record.attributes.iter().filter(of_list).collect();
        if parts.is_empty() {
            return Ok(None);
        }
        let bytes = self.read_all(&Stream::new(parts)?, LARGEST_LIST)?;
        let mut entries = Vec::new();
        let mut at = 0_usize;
        // The list may end with fewer bytes than an entry has.
        while bytes.len().saturating_sub(at) >= 26 {
            let rest = bytes.get(at..).unwrap_or(&[]);
            let fields = Fields::new("NTFS attribute list", 0, rest);
            let length = usize::from(fields.u16_le("RecordLength", 4).map_err(bad)?);
            if length < 26 {
                return Err(corrupt(format!(
                    "an attribute list entry of {length} bytes"
                )));
            }
            let name_length = usize::from(fields.u8("NameLength", 6).map_err(bad)?);
            let name_at = usize::from(fields.u8("NameOffset", 7).map_err(bad)?);
            let name = fields.bytes("Name", name_at, name_length.saturating_mul(2));
            entries.push(Listed {
                kind: fields.u32_le("AttributeTypeCode", 0).map_err(bad)?,
                name: units(name.map_err(bad)?),
                record: Reference::new(fields.u64_le("SegmentReference", 16).map_err(bad)?),
                instance: fields.u16_le("Instance", 24).map_err(bad)?,
            });
            at = at.saturating_add(length);
        }
        Ok(Some(entries))
    }

    /// The file of this number.
    pub(super) fn file(&self, reference: Reference) -> Result<File, FsError> {
        let number = reference.number;
        let record = self.record(reference)?;
        if let Some(base) = record.base {
            return Err(corrupt(format!(
                "a name leads to the file record {number}, which adds to {}",
                base.number
            )));
        }
        let directory = record.directory;
        let attributes = match self.list(&record)? {
            None => record.attributes,
            Some(list) => self.gather(number, record, list)?,
        };
        Ok(File {
            number,
            directory,
            attributes,
        })
    }

    /// The attributes that a list names, each from its record.
    fn gather(
        &self,
        number: u64,
        own: Record,
        mut list: Vec<Listed>,
    ) -> Result<Vec<Attribute>, FsError> {
        // So that each record is read once, and only one is held at a time.
        let key = |entry: &Listed| (entry.record.number, entry.instance, entry.kind);
        list.sort_by_key(key);
        // What follows is bounded by what the records hold where each is there once.
        if !list.is_sorted_by(|a, b| key(a) != key(b)) {
            return Err(corrupt("an attribute list has an attribute twice"));
        }
        let mut attributes = Vec::new();
        let mut runs = 0_usize;
        let (mut at, mut record) = (number, own);
        let (own, rest): (Vec<_>, Vec<_>) = list
            .into_iter()
            .partition(|entry| entry.record.number == number);
        for entry in own.iter().chain(&rest) {
            if entry.record.number != at {
                record = self.extension(entry.record, number)?;
                at = entry.record.number;
            }
            let attribute = find(&record, entry)?;
            if let Value::Part(part) = &attribute.value {
                runs = runs.saturating_add(part.runs.len());
            }
            if runs > MOST_RUNS {
                return Err(FsError::Limit(format!("more than {MOST_RUNS} data runs")));
            }
            attributes.push(attribute.clone());
        }
        Ok(attributes)
    }
}

fn is_data(attribute: &Attribute) -> bool {
    attribute.kind == DATA && attribute.name.is_empty()
}

/// The attribute that a list means.
fn find<'a>(record: &'a Record, entry: &Listed) -> Result<&'a Attribute, FsError> {
    let is = |attribute: &&Attribute| {
        attribute.kind == entry.kind
            && attribute.instance == entry.instance
            && attribute.name == entry.name
    };
    record.attributes.iter().find(is).ok_or_else(|| {
        corrupt(format!(
            "an attribute list has an attribute of type 0x{:x} in the file record {}, which has \
             none such",
            entry.kind, entry.record.number
        ))
    })
}

impl File {
    /// The content of the attribute of this type and name; none where there is none.
    pub(super) fn stream(&self, kind: u32, name: &str) -> Result<Option<Stream>, FsError> {
        let name: Vec<u16> = name.encode_utf16().collect();
        let is = |attribute: &&Attribute| attribute.kind == kind && attribute.name == name;
        let parts: Vec<_> = self.attributes.iter().filter(is).collect();
        if parts.is_empty() {
            return Ok(None);
        }
        Stream::new(parts).map(Some)
    }

    /// The content of an attribute without a name that has to be there.
    pub(super) fn require(&self, kind: u32) -> Result<Stream, FsError> {
        self.stream(kind, "")?.ok_or_else(|| {
            let number = self.number;
            corrupt(format!("the file {number} has no attribute 0x{kind:x}"))
        })
    }

    /// The bytes of an attribute without a name that lies in the record, as some always do.
    pub(super) fn resident(&self, kind: u32) -> Option<&[u8]> {
        self.attributes
            .iter()
            .find_map(|attribute| match &attribute.value {
                Value::Resident(bytes) if attribute.kind == kind && attribute.name.is_empty() => {
                    Some(bytes.as_slice())
                }
                _ => None,
            })
    }
}
