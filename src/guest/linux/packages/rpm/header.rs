//! A package's header as databases store it: an index of tags, then their data.

use super::error::RpmError;
use super::{Package, PackageFormat};
use crate::bytes::Fields;

const NAME: u32 = 1000;
const VERSION: u32 = 1001;
const RELEASE: u32 = 1002;
const EPOCH: u32 = 1003;
const ARCH: u32 = 1022;
const SOURCERPM: u32 = 1044;

const INT32: u32 = 4;
const STRING: u32 = 6;
/// Also a string: the first one is that of the C locale.
const I18NSTRING: u32 = 9;

/// Bytes of one value that is read here.
const MAX_TEXT: usize = 4096;
/// Bytes of an entry of the index.
const ENTRY: usize = 16;

/// The package that a header describes.
pub(super) fn package(header: &[u8]) -> Result<Package, RpmError> {
    let fields = Fields::new("rpm header", 0, header);
    let entries = to_usize(fields.u32_be("index length", 0)?);
    let data_length = to_usize(fields.u32_be("data length", 4)?);
    let index_length = entries.saturating_mul(ENTRY);
    let index = fields.bytes("index", 8, index_length)?;
    let data = fields.bytes("data", index_length.saturating_add(8), data_length)?;

    let (mut name, mut version, mut release) = (None, None, None);
    let (mut epoch, mut arch, mut source) = (None, None, None);
    for entry in index.chunks_exact(ENTRY) {
        let entry = Fields::new("rpm index entry", 0, entry);
        let kind = entry.u32_be("type", 4)?;
        let offset = to_usize(entry.u32_be("offset", 8)?);
        let text = || match kind {
            STRING | I18NSTRING => string(data, offset).map(Some),
            _ => Err(RpmError::corrupt(format!("a text has type {kind}"))),
        };
        match entry.u32_be("tag", 0)? {
            NAME => name = text()?,
            VERSION => version = text()?,
            RELEASE => release = text()?,
            ARCH => arch = text()?,
            SOURCERPM => source = text()?,
            EPOCH if kind == INT32 => {
                epoch = Some(Fields::new("rpm header data", 0, data).u32_be("epoch", offset)?);
            }
            _ => {}
        }
    }
    let missing = |tag: &str| RpmError::corrupt(format!("a header has no {tag}"));
    let name = name.ok_or_else(|| missing("name"))?;
    let version = version.ok_or_else(|| missing("version"))?;
    let release = release.ok_or_else(|| missing("release"))?;
    let full = |version: &str, release: &str| match epoch {
        // rpm prints an epoch of 0 too where a package sets it.
        Some(epoch) => format!("{epoch}:{version}-{release}"),
        None => format!("{version}-{release}"),
    };
    let own = full(&version, &release);
    let parts = source.as_deref().and_then(source_parts);
    Ok(Package {
        name,
        source: parts.map(|(name, ..)| name.to_owned()),
        source_version: parts
            .map(|(_, version, release)| full(version, release))
            .filter(|version| *version != own),
        version: own,
        architecture: arch.unwrap_or_default(),
        format: PackageFormat::Rpm,
    })
}

/// Name, version and release of `openssl-3.0.7-27.el9.src.rpm`.
fn source_parts(file: &str) -> Option<(&str, &str, &str)> {
    let stem = file
        .strip_suffix(".src.rpm")
        .or_else(|| file.strip_suffix(".nosrc.rpm"))?;
    let (rest, release) = stem.rsplit_once('-')?;
    let (name, version) = rest.rsplit_once('-')?;
    Some((name, version, release))
}

fn string(data: &[u8], offset: usize) -> Result<String, RpmError> {
    let bytes = data.get(offset..).unwrap_or_default();
    let end = bytes
        .iter()
        .take(MAX_TEXT)
        .position(|byte| *byte == 0)
        .ok_or_else(|| RpmError::corrupt(format!("the text at {offset} of a header has no end")))?;
    let text = bytes.get(..end).unwrap_or_default();
    Ok(String::from_utf8_lossy(text).into_owned())
}

fn to_usize(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
