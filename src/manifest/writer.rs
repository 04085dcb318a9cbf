//! Writing the file.

use std::io::{self, Write};

use super::{MAGIC, MOST_TOOL_VERSION, Manifest, NEW, REPEATED, VERSION, ZERO};
use crate::scan::{BLOCK_SIZE, Block};

/// Writes `manifest` and its checksum.
pub(super) fn write(manifest: &Manifest, out: &mut dyn Write) -> io::Result<()> {
    let mut out = Hashed {
        out,
        hasher: blake3::Hasher::new(),
        staged: Vec::new(),
    };
    let table = &manifest.table;
    let firsts = firsts(table.blocks());
    let tool_version = manifest.tool_version.as_bytes();
    let tool_version = tool_version
        .get(..MOST_TOOL_VERSION)
        .unwrap_or(tool_version);
    out.put(&MAGIC)?;
    out.put(&VERSION.to_le_bytes())?;
    out.put(&[tool_version.len() as u8])?;
    out.put(tool_version)?;
    out.put(&table.disk_bytes().to_le_bytes())?;
    out.put(&BLOCK_SIZE.to_le_bytes())?;
    out.put(&manifest.digest)?;
    out.put(&(table.blocks().len() as u64).to_le_bytes())?;
    out.put(&distinct(&firsts).to_le_bytes())?;
    runs(table.blocks(), &firsts, table.disk_bytes(), &mut out)?;
    out.flush()?;
    let checksum = *out.hasher.finalize().as_bytes();
    out.out.write_all(&checksum)
}

fn runs(blocks: &[Block], firsts: &[u32], disk_bytes: u64, out: &mut Hashed<'_>) -> io::Result<()> {
    // The number of each block's content, where it is the first of it.
    let mut numbers = vec![0_u32; blocks.len()];
    let mut contents = 0_u32;
    let mut next_index = 0;
    let mut at = 0;
    while let Some(block) = blocks.get(at) {
        if block.index > next_index {
            out.run(ZERO, block.index - next_index)?;
        }
        let is_new = |at: usize| firsts.get(at).is_some_and(|first| *first as usize == at);
        let kind = is_new(at);
        let len = (at..blocks.len())
            .zip(blocks[at..].iter().zip(block.index..))
            .take_while(|(at, (block, index))| block.index == *index && is_new(*at) == kind)
            .count();
        out.run(if kind { NEW } else { REPEATED }, len as u64)?;
        for at in at..at + len {
            let first = firsts.get(at).map_or(0, |first| *first as usize);
            if kind {
                out.put(&blocks[at].hash)?;
                numbers[at] = contents;
                contents += 1;
            } else {
                out.varint(numbers[first].into())?;
            }
        }
        next_index = block.index + len as u64;
        at += len;
    }
    let rest = disk_bytes.div_ceil(BLOCK_SIZE) - next_index;
    if rest > 0 {
        out.run(ZERO, rest)?;
    }
    Ok(())
}

/// For each block the first one of the same content, as positions in `blocks`. A position takes 4
/// bytes: a table of more than 2^32 blocks (256 TiB) would not fit into memory.
pub(super) fn firsts(blocks: &[Block]) -> Vec<u32> {
    let mut order: Vec<u32> = (0_u32..).take(blocks.len()).collect();
    let hash = |at: &u32| blocks.get(*at as usize).map(|block| block.hash);
    order.sort_unstable_by(|a, b| hash(a).cmp(&hash(b)).then(a.cmp(b)));
    let mut firsts = vec![0; blocks.len()];
    for same in order.chunk_by(|a, b| hash(a) == hash(b)) {
        for at in same {
            firsts[*at as usize] = same[0];
        }
    }
    firsts
}

/// How many contents there are, from what [`firsts`] says.
pub(super) fn distinct(firsts: &[u32]) -> u64 {
    let blocks = (0_u32..).zip(firsts);
    blocks.filter(|(at, first)| at == *first).count() as u64
}

/// Hashes what is written, in pieces that are worth a call.
struct Hashed<'a> {
    out: &'a mut dyn Write,
    hasher: blake3::Hasher,
    staged: Vec<u8>,
}

impl Hashed<'_> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.staged.extend_from_slice(bytes);
        if self.staged.len() >= 64 << 10 {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.hasher.update(&self.staged);
        self.out.write_all(&self.staged)?;
        self.staged.clear();
        Ok(())
    }

    fn run(&mut self, kind: u8, len: u64) -> io::Result<()> {
        // A disk has at most 2^48 blocks.
        self.varint(len << 2 | u64::from(kind))
    }

    fn varint(&mut self, mut value: u64) -> io::Result<()> {
        while value >= 0x80 {
            self.put(&[value as u8 | 0x80])?;
            value >>= 7;
        }
        self.put(&[value as u8])
    }
}
