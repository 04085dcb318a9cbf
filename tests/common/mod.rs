//! What the integration tests share: the committed images, decompressed, and their judgement.
#![allow(dead_code, unreachable_pub, missing_docs)]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use vhd_preflight::finding::{Level, Outcome, Status};
use vhd_preflight::inspect::{Inspection, Options, inspect_source};
use vhd_preflight::rules::{Profile, registry};
use vhd_preflight::source::{Extent, ExtentKind, MemorySource, ReadAt, ReadError};

/// The folder of the committed images.
pub fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

/// A committed image such as `containers/fixed-good.vhd`, decompressed (once a test program).
pub fn image(name: &str) -> Vec<u8> {
    static CACHE: Mutex<BTreeMap<String, Arc<Vec<u8>>>> = Mutex::new(BTreeMap::new());
    let mut cache = CACHE.lock().unwrap();
    let bytes = cache
        .entry(name.to_owned())
        .or_insert_with(|| Arc::new(decompress(name)));
    bytes.to_vec()
}

fn decompress(name: &str) -> Vec<u8> {
    // The disk that the README's first command reads lies there as it is.
    if let Ok(bytes) = std::fs::read(testdata().join(name)) {
        return bytes;
    }
    let path = testdata().join(format!("{name}.zst"));
    let file = std::fs::File::open(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut bytes = Vec::new();
    ruzstd::decoding::StreamingDecoder::new(file)
        .unwrap()
        .read_to_end(&mut bytes)
        .unwrap();
    if let Some(at) = packed_upcase(name) {
        unpack_upcase(&mut bytes[at..]);
    }
    bytes
}

/// Where an image has NTFS's table `$UpCase`, of which the committed one holds how far each unit is
/// from itself; its facts say it.
fn packed_upcase(name: &str) -> Option<usize> {
    if name == "filesystems/ntfs.img" {
        let facts = std::fs::read_to_string(testdata().join("filesystems/ntfs.facts")).unwrap();
        let at = facts.lines().find_map(|line| line.strip_prefix("UPCASE="));
        return Some(at.unwrap().parse().unwrap());
    }
    let disk = name.strip_prefix("windows/")?.strip_suffix(".vhd")?;
    usize::try_from(windows_facts(disk)["upcase"].as_u64()?).ok()
}

/// Puts the table `$UpCase` back, to which `bytes` begin with the differences.
fn unpack_upcase(bytes: &mut [u8]) {
    let table = &mut bytes[..128 << 10];
    for (number, unit) in (0_u16..=u16::MAX).zip(table.as_chunks_mut::<2>().0) {
        *unit = u16::from_le_bytes(*unit).wrapping_add(number).to_le_bytes();
    }
}

/// What independent tools said of one of the committed Windows disks: `server-2022`.
pub fn windows_facts(disk: &str) -> serde_json::Value {
    let path = testdata().join(format!("windows/{disk}.facts.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// What independent tools said of the images of a folder of `testdata`, by file name.
pub fn facts(folder: &str) -> BTreeMap<String, serde_json::Value> {
    let text = std::fs::read_to_string(testdata().join(folder).join("facts.json")).unwrap();
    let facts: serde_json::Value = serde_json::from_str(&text).unwrap();
    let files = facts["files"].as_object().unwrap().clone();
    files.into_iter().collect()
}

/// The rules' outcomes for one image.
pub struct Judged {
    pub inspection: Inspection,
    pub outcomes: Vec<(&'static str, Outcome)>,
}

impl Judged {
    pub fn outcome(&self, rule: &str) -> &Outcome {
        &self
            .outcomes
            .iter()
            .find(|(id, _)| *id == rule)
            .unwrap_or_else(|| panic!("no rule {rule}"))
            .1
    }

    pub fn status(&self, rule: &str) -> Status {
        self.outcome(rule).status()
    }

    /// The gravest finding of a rule.
    pub fn level(&self, rule: &str) -> Option<Level> {
        let findings = self.outcome(rule).findings();
        findings.iter().map(|finding| finding.level).max()
    }

    /// The rules that say anything of this level.
    pub fn rules_at(&self, level: Level) -> Vec<&'static str> {
        self.outcomes
            .iter()
            .filter(|(_, outcome)| outcome.findings().iter().any(|f| f.level == level))
            .map(|(id, _)| *id)
            .collect()
    }

    /// All messages, for a failing test's output.
    pub fn messages(&self) -> Vec<String> {
        self.outcomes
            .iter()
            .flat_map(|(id, outcome)| {
                outcome
                    .findings()
                    .iter()
                    .map(move |f| format!("{id} {}: {}", f.level.word(), f.message))
            })
            .collect()
    }
}

pub fn judge(bytes: Vec<u8>) -> Judged {
    judge_with("image.vhd", bytes, &Options::default(), Profile::default())
}

pub fn judge_with(name: &str, bytes: Vec<u8>, options: &Options<'_>, profile: Profile) -> Judged {
    let source: Arc<dyn ReadAt> = Arc::new(MemorySource::new(bytes));
    judge_source(name, &source, options, profile)
}

pub fn judge_source(
    name: &str,
    source: &Arc<dyn ReadAt>,
    options: &Options<'_>,
    profile: Profile,
) -> Judged {
    let inspection = inspect_source(name, source, options).unwrap();
    let outcomes = registry::judge(&inspection, profile, &[])
        .into_iter()
        .map(|(rule, outcome)| (rule.id, outcome))
        .collect();
    Judged {
        inspection,
        outcomes,
    }
}

/// Overwrites bytes.
pub fn put(bytes: &mut [u8], at: usize, new: &[u8]) {
    bytes[at..at + new.len()].copy_from_slice(new);
}

/// Offset of the footer at the end.
pub fn end(bytes: &[u8]) -> usize {
    bytes.len() - 512
}

/// Makes the checksum of the structure at `at` right again.
pub fn mend_checksum(bytes: &mut [u8], at: usize, len: usize, field: usize) {
    put(bytes, at + field, &[0; 4]);
    let sum = bytes[at..at + len]
        .iter()
        .fold(0_u32, |sum, byte| sum.wrapping_add(u32::from(*byte)));
    put(bytes, at + field, &(!sum).to_be_bytes());
}

/// Changes the footer at the end and makes its checksum right again.
pub fn edit_end(bytes: &mut [u8], at: usize, new: &[u8]) {
    let footer = end(bytes);
    put(bytes, footer + at, new);
    mend_checksum(bytes, footer, 512, 64);
}

/// Changes the footer copy at the front and makes its checksum right again.
pub fn edit_front(bytes: &mut [u8], at: usize, new: &[u8]) {
    put(bytes, at, new);
    mend_checksum(bytes, 0, 512, 64);
}

/// Changes both footers.
pub fn edit_both(bytes: &mut [u8], at: usize, new: &[u8]) {
    edit_front(bytes, at, new);
    edit_end(bytes, at, new);
}

/// Changes the dynamic header at byte 512 and makes its checksum right again.
pub fn edit_header(bytes: &mut [u8], at: usize, new: &[u8]) {
    put(bytes, 512 + at, new);
    mend_checksum(bytes, 512, 1024, 36);
}

/// A disk of any size whose bytes are zeros but for a few segments; holes are known as holes.
pub struct Sparse {
    pub len: u64,
    pub segments: Vec<(u64, Vec<u8>)>,
}

impl ReadAt for Sparse {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        let end = offset + buf.len() as u64;
        if end > self.len {
            return Err(ReadError::OutOfBounds {
                offset,
                len: buf.len() as u64,
                size: self.len,
            });
        }
        buf.fill(0);
        for (start, bytes) in &self.segments {
            let (from, to) = (offset.max(*start), end.min(start + bytes.len() as u64));
            if from < to {
                let source = &bytes[(from - start) as usize..(to - start) as usize];
                buf[(from - offset) as usize..(to - offset) as usize].copy_from_slice(source);
            }
        }
        Ok(())
    }

    fn extent_at(&self, offset: u64) -> Result<Extent, ReadError> {
        let within = |(start, bytes): &&(u64, Vec<u8>)| {
            (*start..start + bytes.len() as u64).contains(&offset)
        };
        let (end, kind) = match self.segments.iter().find(within) {
            Some((start, bytes)) => (start + bytes.len() as u64, ExtentKind::Data),
            None => {
                let next = self.segments.iter().map(|(start, _)| *start);
                let next = next.filter(|start| *start > offset).min();
                (next.unwrap_or(self.len), ExtentKind::Hole)
            }
        };
        Ok(Extent {
            start: offset,
            end,
            kind,
        })
    }
}

/// A fixed VHD of any size: `head` at its front, zeros, and the footer of a sound one.
pub fn fixed_vhd(size: u64, head: &[u8]) -> Arc<dyn ReadAt> {
    let sound = image("containers/fixed-good.vhd");
    let mut footer = sound[end(&sound)..].to_vec();
    edit_end(&mut footer, 40, &size.to_be_bytes());
    edit_end(&mut footer, 48, &size.to_be_bytes());
    Arc::new(Sparse {
        len: size + 512,
        segments: vec![(0, head.to_vec()), (size, footer)],
    })
}

/// The first MiB of a disk with one Linux partition in an MBR that starts at LBA 2048 and takes
/// the rest of `size` (as far as an MBR reaches), marked active.
pub fn linux_mbr(size: u64) -> Vec<u8> {
    let mut head = vec![0; 512];
    let sectors = u32::try_from(size / 512 - 2048).unwrap_or(u32::MAX);
    put(&mut head, 0, &[0xEB, 0x63, 0x90]);
    put(&mut head, 446, &[0x80, 0, 0, 0, 0x83, 0, 0, 0]);
    put(&mut head, 454, &2048_u32.to_le_bytes());
    put(&mut head, 458, &sectors.to_le_bytes());
    put(&mut head, 510, &[0x55, 0xAA]);
    head
}

/// Another source with a few bytes changed: what a mutation test makes thousands of.
pub struct Patched {
    pub base: Arc<dyn ReadAt>,
    pub patches: Vec<(u64, u8)>,
}

impl ReadAt for Patched {
    fn len(&self) -> u64 {
        self.base.len()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        self.base.read_at(offset, buf)?;
        for (at, byte) in &self.patches {
            if let Some(target) = at
                .checked_sub(offset)
                .and_then(|at| buf.get_mut(at as usize))
            {
                *target = *byte;
            }
        }
        Ok(())
    }

    fn extent_at(&self, offset: u64) -> Result<Extent, ReadError> {
        self.base.extent_at(offset)
    }
}
