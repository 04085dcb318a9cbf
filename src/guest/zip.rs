//! The list of files in a zip archive (jars and wars are zips), and the content of small ones.

use std::io::Read;

use crate::bytes::Fields;

/// Bytes from the end within which the end record lies: itself and the longest comment.
pub(crate) const TAIL: usize = 22 + 65535;
const END: [u8; 4] = *b"PK\x05\x06";
const ENTRY: [u8; 4] = *b"PK\x01\x02";
const LOCAL: [u8; 4] = *b"PK\x03\x04";

/// A file in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ZipEntry {
    /// Its path in the archive (hostile text).
    pub(crate) name: String,
    method: u16,
    packed: u64,
    /// Place of its own header, from the archive's start.
    offset: u64,
}

/// Where the list of files lies in an archive: offset and length in bytes. `tail` is the end of the
/// archive, at most [`TAIL`] bytes of it.
pub(crate) fn directory(tail: &[u8]) -> Option<(u64, u64)> {
    let at = tail.windows(4).rposition(|window| window == END)?;
    let fields = Fields::new("zip end record", 0, tail.get(at..)?);
    let length = fields.u32_le("directory size", 12).ok()?;
    let offset = fields.u32_le("directory offset", 16).ok()?;
    // Larger archives have their numbers elsewhere.
    (length != u32::MAX && offset != u32::MAX).then(|| (offset.into(), length.into()))
}

/// The files of a list; it ends at the first entry that is none.
pub(crate) fn entries(mut directory: &[u8]) -> Vec<ZipEntry> {
    let mut entries = Vec::new();
    while let Some((entry, rest)) = entry(directory) {
        entries.push(entry);
        directory = rest;
    }
    entries
}

fn entry(directory: &[u8]) -> Option<(ZipEntry, &[u8])> {
    let fields = Fields::new("zip entry", 0, directory);
    if fields.bytes("signature", 0, 4).ok()? != ENTRY {
        return None;
    }
    let number = |field, at| fields.u16_le(field, at).ok().map(usize::from);
    let name = number("name length", 28)?;
    let extra = number("extra length", 30)?;
    let comment = number("comment length", 32)?;
    let end = name
        .checked_add(extra)?
        .checked_add(comment)?
        .checked_add(46)?;
    Some((
        ZipEntry {
            name: String::from_utf8_lossy(fields.bytes("name", 46, name).ok()?).into_owned(),
            method: fields.u16_le("method", 10).ok()?,
            packed: fields.u32_le("packed size", 20).ok()?.into(),
            offset: fields.u32_le("offset", 42).ok()?.into(),
        },
        directory.get(end..)?,
    ))
}

/// The content of a file of an archive that is at hand whole; none where it has more than `limit`
/// bytes, or is packed in another way than plainly or by deflate.
pub(crate) fn content(archive: &[u8], entry: &ZipEntry, limit: u64) -> Option<Vec<u8>> {
    let at = usize::try_from(entry.offset).ok()?;
    let fields = Fields::new("zip file header", 0, archive.get(at..)?);
    if fields.bytes("signature", 0, 4).ok()? != LOCAL {
        return None;
    }
    let name = usize::from(fields.u16_le("name length", 26).ok()?);
    let extra = usize::from(fields.u16_le("extra length", 28).ok()?);
    let start = name.checked_add(extra)?.checked_add(30)?;
    let packed = usize::try_from(entry.packed).ok()?;
    let bytes = fields.bytes("content", start, packed).ok()?;
    let mut content = Vec::new();
    let most = limit.saturating_add(1);
    match entry.method {
        0 => bytes.take(most).read_to_end(&mut content).ok()?,
        8 => flate2::read::DeflateDecoder::new(bytes)
            .take(most)
            .read_to_end(&mut content)
            .ok()?,
        _ => return None,
    };
    let fits = u64::try_from(content.len()).is_ok_and(|length| length <= limit);
    fits.then_some(content)
}

#[cfg(test)]
#[allow(clippy::as_conversions)]
pub(crate) mod testing {
    use std::io::Write;

    /// An archive of these files, packed by deflate, as zip writes it.
    pub(crate) fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut list = Vec::new();
        for (name, content) in files {
            let mut packer =
                flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
            packer.write_all(content).unwrap();
            let packed = packer.finish().unwrap();
            let offset = bytes.len() as u32;
            let mut common = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            common.extend((packed.len() as u32).to_le_bytes());
            common.extend((content.len() as u32).to_le_bytes());
            common.extend((name.len() as u16).to_le_bytes());
            common.extend([0, 0]);
            bytes.extend(super::LOCAL);
            bytes.extend(&common);
            bytes.extend(name.as_bytes());
            bytes.extend(&packed);
            list.extend(super::ENTRY);
            list.extend([20, 0]);
            list.extend(&common);
            list.extend([0; 10]);
            list.extend(offset.to_le_bytes());
            list.extend(name.as_bytes());
        }
        let offset = bytes.len() as u32;
        bytes.extend(&list);
        bytes.extend(super::END);
        bytes.extend([0; 4]);
        bytes.extend((files.len() as u16).to_le_bytes());
        bytes.extend((files.len() as u16).to_le_bytes());
        bytes.extend((list.len() as u32).to_le_bytes());
        bytes.extend(offset.to_le_bytes());
        bytes.extend([0, 0]);
        bytes
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, clippy::as_conversions)]
mod tests {
    use super::*;

    fn list(archive: &[u8]) -> Vec<ZipEntry> {
        let tail = &archive[archive.len().saturating_sub(TAIL)..];
        let Some((offset, length)) = directory(tail) else {
            return Vec::new();
        };
        let from = (offset as usize).min(archive.len());
        let to = (from + length as usize).min(archive.len());
        entries(&archive[from..to])
    }

    #[test]
    fn names_and_contents_come_back() {
        let long = vec![b'x'; 10_000];
        let archive = testing::archive(&[("a.json", b"{}"), ("folder/b.json", &long)]);
        let files = list(&archive);
        assert_eq!(files[0].name, "a.json");
        assert_eq!(files[1].name, "folder/b.json");
        assert_eq!(content(&archive, &files[0], 100).unwrap(), b"{}");
        assert_eq!(content(&archive, &files[1], 10_000).unwrap(), long);
        assert_eq!(content(&archive, &files[1], 9_999), None);
    }

    #[test]
    fn broken_archives_neither_panic_nor_hang() {
        let archive = testing::archive(&[("a.json", b"{\"a\": 1}"), ("b", b"bbbb")]);
        for at in 0..archive.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut broken = archive.clone();
                broken[at] = value;
                for entry in list(&broken) {
                    let _ = content(&broken, &entry, 100);
                }
            }
            let _ = list(&archive[..at]);
        }
    }
}
