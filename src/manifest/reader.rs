//! Reading the file, strictly.

use std::io::{ErrorKind, Read};
use std::sync::Arc;

use super::writer::{distinct, firsts};
use super::{
    MAGIC, MOST_BLOCKS, MOST_TOOL_VERSION, Manifest, ManifestError, NEW, REPEATED, VERSION, ZERO,
};
use crate::scan::{BLOCK_SIZE, Block, BlockTable};

/// Reads the whole of `from`.
pub(super) fn read(from: impl Read) -> Result<Manifest, ManifestError> {
    let mut from = Source::new(from);
    from.magic()?;
    let version = u16::from_le_bytes(from.array("the version")?);
    if version != VERSION {
        let known = VERSION;
        return Err(ManifestError::Version {
            found: version,
            known,
        });
    }
    let tool_version = from.tool_version()?;
    let disk_bytes = from.u64("the size of the disk")?;
    let block_size = from.u64("the size of a block")?;
    if block_size != BLOCK_SIZE {
        return Err(from.damaged("the size of a block", BLOCK_SIZE, block_size));
    }
    let digest: [u8; 32] = from.array("the digest of the content")?;
    let digest_at = from.last;
    let block_count = from.u64("the number of blocks")?;
    let most = disk_bytes.div_ceil(BLOCK_SIZE).min(MOST_BLOCKS);
    if block_count > most {
        let most = format!("at most {most}");
        return Err(from.damaged("the number of blocks", most, block_count));
    }
    let content_count = from.u64("the number of contents")?;
    if content_count > block_count || (content_count == 0 && block_count > 0) {
        let most = format!("at least 1 for each block, at most {block_count}");
        return Err(from.damaged("the number of contents", most, content_count));
    }
    let blocks = runs(&mut from, disk_bytes, block_count, content_count)?;
    from.checksum()?;
    let table = BlockTable::new(disk_bytes, blocks);
    // The runs cannot but rise within the disk.
    let table = table.ok_or_else(|| from.damaged("the order of the blocks", "rising", "not"))?;
    if table.digest() != digest {
        from.last = digest_at;
        let computed = format!("{} (computed from its blocks)", hex(&table.digest()));
        return Err(from.damaged("the digest of the content", computed, hex(&digest)));
    }
    Ok(Manifest {
        tool_version,
        digest,
        table,
    })
}

fn runs(
    from: &mut Source<impl Read>,
    disk_bytes: u64,
    block_count: u64,
    content_count: u64,
) -> Result<Vec<Block>, ManifestError> {
    let total = disk_bytes.div_ceil(BLOCK_SIZE);
    let mut blocks: Vec<Block> = Vec::new();
    // Positions in `blocks` of the first block of each content.
    let mut contents: Vec<u32> = Vec::new();
    let mut index = 0;
    let mut kind_before = None;
    while index < total {
        let run = from.varint("a run")?;
        let (kind, len) = ((run & 3) as u8, run >> 2);
        if kind > REPEATED || kind_before == Some(kind) {
            let found = format!("of kind {kind}");
            return Err(from.damaged(
                "a run",
                "one of kind 0, 1 or 2, not that of the one before",
                found,
            ));
        }
        kind_before = Some(kind);
        let most = match kind {
            ZERO => total - index,
            _ => (total - index).min(block_count - blocks.len() as u64),
        };
        if len == 0 || len > most {
            let most = format!("1 to {most} blocks");
            return Err(from.damaged("a run", most, format!("of {len}")));
        }
        if kind == ZERO {
            index += len;
            continue;
        }
        for _ in 0..len {
            let hash = if kind == NEW {
                let hash: [u8; 32] = from.array("the hash of a block")?;
                // At most 2^26 blocks were let through.
                contents.push(blocks.len() as u32);
                hash
            } else {
                let number = from.varint("the number of a content")?;
                let content = usize::try_from(number).ok().and_then(|n| contents.get(n));
                let Some(block) = content.and_then(|at| blocks.get(*at as usize)) else {
                    let below = format!("below {}", contents.len());
                    return Err(from.damaged("the number of a content", below, number));
                };
                block.hash
            };
            blocks.push(Block { index, hash });
            index += 1;
        }
    }
    if blocks.len() as u64 != block_count {
        return Err(from.damaged(
            "the number of blocks in the runs",
            block_count,
            blocks.len(),
        ));
    }
    // The blocks of kind 1 must be as many as announced, and all of them must differ.
    let listed = contents.len() as u64;
    let differ = distinct(&firsts(&blocks));
    if listed != content_count || differ != content_count {
        let found = format!("{listed}, of which {differ} differ");
        return Err(from.damaged("the number of contents in the runs", content_count, found));
    }
    Ok(blocks)
}

fn hex(bytes: &[u8; 32]) -> String {
    blake3::Hash::from_bytes(*bytes).to_hex().to_string()
}

/// The file, hashed as it is read, with the place.
struct Source<R> {
    from: R,
    buffer: Box<[u8]>,
    /// Which of `buffer` were read from the file and not yet asked for.
    unread: std::ops::Range<usize>,
    hasher: blake3::Hasher,
    /// Offset of the next byte.
    at: u64,
    /// Offset of the field read last.
    last: u64,
}

impl<R: Read> Source<R> {
    fn new(from: R) -> Self {
        Self {
            from,
            buffer: vec![0; 64 << 10].into(),
            unread: 0..0,
            hasher: blake3::Hasher::new(),
            at: 0,
            last: 0,
        }
    }

    /// Reads until `out` is full or the file ends; says how many bytes there were. They are not
    /// hashed.
    fn take(&mut self, out: &mut [u8]) -> Result<usize, ManifestError> {
        self.last = self.at;
        let mut filled = 0;
        while filled < out.len() {
            if self.unread.is_empty() {
                match self.from.read(&mut self.buffer) {
                    Ok(0) => break,
                    Ok(read) => self.unread = 0..read,
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    Err(error) => {
                        return Err(ManifestError::Io {
                            offset: self.at,
                            error: Arc::new(error),
                        });
                    }
                }
            }
            let len = self.unread.len().min(out.len() - filled);
            let start = self.unread.start;
            out[filled..filled + len].copy_from_slice(&self.buffer[start..start + len]);
            self.unread.start += len;
            filled += len;
            self.at += len as u64;
        }
        Ok(filled)
    }

    fn exactly(&mut self, field: &'static str, out: &mut [u8]) -> Result<(), ManifestError> {
        if self.take(out)? < out.len() {
            let offset = self.last;
            return Err(ManifestError::Truncated { field, offset });
        }
        Ok(())
    }

    fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], ManifestError> {
        let mut bytes = [0; N];
        self.exactly(field, &mut bytes)?;
        self.hasher.update(&bytes);
        Ok(bytes)
    }

    fn u64(&mut self, field: &'static str) -> Result<u64, ManifestError> {
        self.array(field).map(u64::from_le_bytes)
    }

    fn varint(&mut self, field: &'static str) -> Result<u64, ManifestError> {
        let start = self.at;
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let [byte] = self.array(field)?;
            self.last = start;
            let bits = u64::from(byte & 0x7f);
            if (bits << shift) >> shift != bits || (byte == 0 && shift > 0) {
                break;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(self.damaged(
            field,
            "a number of 64 bits in as few bytes as it needs",
            "none",
        ))
    }

    fn magic(&mut self) -> Result<(), ManifestError> {
        let mut found = [0; MAGIC.len()];
        let read = self.take(&mut found)?;
        if found != MAGIC {
            let hex = |bytes: &[u8]| {
                let bytes: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                bytes.join(" ")
            };
            return Err(ManifestError::Foreign {
                expected: hex(&MAGIC),
                found: hex(&found[..read]),
            });
        }
        self.hasher.update(&found);
        Ok(())
    }

    fn tool_version(&mut self) -> Result<String, ManifestError> {
        const FIELD: &str = "the version of the program";
        let [len] = self.array(FIELD)?;
        if usize::from(len) > MOST_TOOL_VERSION {
            return Err(self.damaged(FIELD, format!("at most {MOST_TOOL_VERSION} bytes"), len));
        }
        let mut bytes = vec![0; len.into()];
        self.exactly(FIELD, &mut bytes)?;
        self.hasher.update(&bytes);
        match String::from_utf8(bytes) {
            Ok(text) if !text.chars().any(char::is_control) => Ok(text),
            _ => Err(self.damaged(FIELD, "text without control characters", "not")),
        }
    }

    fn checksum(&mut self) -> Result<(), ManifestError> {
        const FIELD: &str = "the checksum";
        let computed = *self.hasher.finalize().as_bytes();
        let stored: [u8; 32] = self.array(FIELD)?;
        if stored != computed {
            let computed = format!("{} (computed)", hex(&computed));
            return Err(self.damaged(FIELD, computed, hex(&stored)));
        }
        if self.take(&mut [0])? > 0 {
            return Err(self.damaged("what follows the checksum", "nothing", "more bytes"));
        }
        Ok(())
    }

    /// The field read last is not as it must be.
    fn damaged(
        &self,
        field: &'static str,
        expected: impl ToString,
        found: impl ToString,
    ) -> ManifestError {
        ManifestError::Damaged {
            field,
            offset: self.last,
            expected: expected.to_string(),
            found: found.to_string(),
        }
    }
}
