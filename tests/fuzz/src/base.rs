//! Committed images, and sources that are one of them but for some bytes.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use vhd_preflight::source::{Extent, ExtentKind, ReadAt, ReadError};

use crate::Input;

const SECTOR: u64 = 512;

/// The folder of the committed images.
pub fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata")
}

/// The content of a committed file that zstd compressed.
pub fn unpacked(name: &str) -> Vec<u8> {
    let path = testdata().join(format!("{name}.zst"));
    let file = std::fs::File::open(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut bytes = Vec::new();
    let mut decoder = ruzstd::decoding::StreamingDecoder::new(file).expect("a zstd file");
    decoder.read_to_end(&mut bytes).expect("a whole zstd file");
    if name == "filesystems/ntfs.img" {
        unpack_upcase(&mut bytes);
    }
    bytes
}

/// Puts back the table `$UpCase`, of which `ntfs.py pack` leaves how far each unit is from itself.
fn unpack_upcase(bytes: &mut [u8]) {
    let facts = std::fs::read_to_string(testdata().join("filesystems/ntfs.facts"));
    let facts = facts.expect("the facts of the image");
    let at = facts.lines().find_map(|line| line.strip_prefix("UPCASE="));
    let at: usize = at.expect("its table").parse().expect("a place");
    for (number, unit) in (0_u16..=u16::MAX).zip(bytes[at..].as_chunks_mut::<2>().0) {
        *unit = u16::from_le_bytes(*unit).wrapping_add(number).to_le_bytes();
    }
}

/// Bytes that are zeros but for the sectors that are kept.
#[derive(Clone, Default)]
pub struct Sectors {
    pub len: u64,
    sectors: Arc<BTreeMap<u64, Arc<[u8]>>>,
    changed: BTreeMap<u64, Vec<u8>>,
    /// The sectors that are not empty.
    written: Arc<[u64]>,
}

impl Sectors {
    /// These bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self::at(bytes.len() as u64, [(0, bytes)])
    }

    /// Pieces at their places.
    fn at<'a>(len: u64, pieces: impl IntoIterator<Item = (u64, &'a [u8])>) -> Self {
        let mut sectors = BTreeMap::new();
        for (start, bytes) in pieces {
            for (number, sector) in (start / SECTOR..).zip(bytes.chunks(SECTOR as usize)) {
                if sector.iter().any(|byte| *byte != 0) {
                    let mut whole = vec![0; SECTOR as usize];
                    whole[..sector.len()].copy_from_slice(sector);
                    sectors.insert(number, Arc::from(whole));
                }
            }
        }
        Self {
            len,
            written: sectors.keys().copied().collect(),
            sectors: Arc::new(sectors),
            changed: BTreeMap::new(),
        }
    }

    /// A committed image: `NAME.img` or `NAME.vhd` as it is, `NAME.blocks` by its blocks.
    pub fn image(name: &str) -> Self {
        const BLOCK: usize = 4096;
        let bytes = unpacked(name);
        if !name.ends_with(".blocks") {
            return Self::of(&bytes);
        }
        let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes"));
        let count = number(16) as usize;
        let data = 24 + count * 8;
        let block = |n| &bytes[data + n * BLOCK..][..BLOCK];
        let place = |n| number(24 + n * 8) * BLOCK as u64;
        Self::at(number(8), (0..count).map(|n| (place(n), block(n))))
    }

    /// Bytes of it.
    pub fn get(&self, offset: u64, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        // What lies outside is left as zeros.
        let _ = self.read_at(offset, &mut bytes);
        bytes
    }

    /// Changes bytes.
    pub fn put(&mut self, offset: u64, new: &[u8]) {
        for (at, byte) in (offset..self.len).zip(new) {
            let number = at / SECTOR;
            let old = || match self.sectors.get(&number) {
                Some(sector) => sector.to_vec(),
                None => vec![0; SECTOR as usize],
            };
            self.changed.entry(number).or_insert_with(old)[(at % SECTOR) as usize] = *byte;
        }
    }

    /// Makes the changes that the input says, in sectors that are not empty; gives their places.
    pub fn change(&mut self, input: &mut Input<'_>) -> Vec<u64> {
        let mut places = Vec::new();
        let written = Arc::clone(&self.written);
        while let (Some(number), Some(place)) = (input.word(), input.word()) {
            if written.is_empty() || places.len() > 64 {
                break;
            }
            // The four bits above the place in the sector say how many bytes there are.
            let at = written[number % written.len()] * SECTOR + (place % 512) as u64;
            let new = input.bytes(1 + (place >> 9) % 16);
            self.put(at, new);
            places.push(at);
        }
        places
    }
}

impl ReadAt for Sectors {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        let len = buf.len() as u64;
        if offset.checked_add(len).is_none_or(|end| end > self.len) {
            let size = self.len;
            return Err(ReadError::OutOfBounds { offset, len, size });
        }
        let mut done = 0;
        while done < buf.len() {
            let at = offset + done as u64;
            let within = (at % SECTOR) as usize;
            let take = (SECTOR as usize - within).min(buf.len() - done);
            let number = at / SECTOR;
            let changed = self.changed.get(&number).map(|sector| &sector[..]);
            let sector = changed.or_else(|| self.sectors.get(&number).map(|sector| &sector[..]));
            match sector {
                Some(sector) => {
                    buf[done..done + take].copy_from_slice(&sector[within..within + take]);
                }
                None => buf[done..done + take].fill(0),
            }
            done += take;
        }
        Ok(())
    }

    fn extent_at(&self, offset: u64) -> Result<Extent, ReadError> {
        let (start, end) = (offset, self.len);
        if start >= end {
            let (len, size) = (1, self.len);
            return Err(ReadError::OutOfBounds { offset, len, size });
        }
        let kind = ExtentKind::Data;
        Ok(Extent { start, end, kind })
    }
}

/// The image of that number in the list; read once. The input chooses, and past the list's end
/// it is the image itself.
pub fn choose(list: &[&str], input: &mut Input<'_>) -> Option<Sectors> {
    static READ: Mutex<BTreeMap<String, Sectors>> = Mutex::new(BTreeMap::new());
    let number = usize::from(input.byte()?);
    let Some(name) = list.get(number % (list.len() + 1)) else {
        return Some(Sectors::of(input.bytes(usize::MAX)));
    };
    let mut read = READ.lock().expect("no panic while it was held");
    let image = read
        .entry((*name).to_owned())
        .or_insert_with(|| Sectors::image(name));
    Some(image.clone())
}
