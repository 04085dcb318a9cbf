//! The journal (JBD2): which blocks of the volume it replaces, as the kernel's recovery would.
//!
//! Three passes in one: a scan for the last whole transaction, with every checksum that there is;
//! the revocations, each of which cancels what earlier transactions wrote to a block; and the
//! replay, of which only the places are kept.

use std::collections::{BTreeMap, HashMap};

use crate::bytes::Fields;

use super::super::FsError;
use super::checksum::{crc32_be, crc32c};
use super::geometry::{bad, compat, corrupt};
use super::overlay::{MAGIC, Replacement};
use super::volume::{Blocks, Inode};

mod feature {
    pub(super) const COMPAT_CHECKSUM: u32 = 1;
    pub(super) const BIT64: u32 = 2;
    pub(super) const CSUM_V2: u32 = 8;
    pub(super) const CSUM_V3: u32 = 0x10;
    pub(super) const FAST_COMMIT: u32 = 0x20;
    /// revoke, 64bit, async_commit, csum_v2, csum_v3, fast_commit.
    pub(super) const KNOWN: u32 = 0x3f;
}

/// Kinds of a journal's blocks.
const DESCRIPTOR: u32 = 1;
const COMMIT: u32 = 2;
const REVOKE: u32 = 5;

/// A block of a transaction, and where its content stands in the journal.
struct Write {
    sequence: u32,
    block: u64,
    log: u32,
    escaped: bool,
}

struct Journal<'a> {
    volume: &'a Blocks,
    inode: Inode,
    block_size: usize,
    first: u32,
    last: u32,
    start: u32,
    sequence: u32,
    compat: u32,
    incompat: u32,
    seed: u32,
    /// The run of the journal's file that was looked up last.
    run: Option<(u64, u64, u64)>,
}

/// What a scan found.
#[derive(Default)]
struct Found {
    writes: Vec<Write>,
    /// For each block, the newest transaction that revokes it.
    revoked: HashMap<u64, u32>,
}

/// The blocks that the journal of `volume` replaces; none where it is empty.
pub(super) fn replay(volume: &Blocks) -> Result<BTreeMap<u64, Replacement>, FsError> {
    let Some(mut journal) = Journal::open(volume)? else {
        return Ok(BTreeMap::new());
    };
    let found = journal.scan()?;
    let mut blocks = BTreeMap::new();
    for write in &found.writes {
        let revoked = found.revoked.get(&write.block);
        if revoked.is_some_and(|revoked| !newer(write.sequence, *revoked)) {
            continue;
        }
        if write.block >= volume.geometry.blocks {
            return Err(corrupt(format!(
                "the journal writes block {}, of {} blocks",
                write.block, volume.geometry.blocks
            )));
        }
        let at = journal.place(write.log)?;
        let escaped = write.escaped;
        blocks.insert(write.block, Replacement { at, escaped });
    }
    Ok(blocks)
}

/// Whether transaction `a` is later than `b`: numbers wrap around.
fn newer(a: u32, b: u32) -> bool {
    let ahead = a.wrapping_sub(b);
    ahead != 0 && ahead < 1 << 31
}

impl<'a> Journal<'a> {
    /// Reads the journal's superblock; none where nothing has to be replayed.
    fn open(volume: &'a Blocks) -> Result<Option<Self>, FsError> {
        let g = &volume.geometry;
        if g.compat & compat::HAS_JOURNAL == 0 {
            return Err(corrupt("needs_recovery is set, but there is no journal"));
        }
        if g.journal_inode == 0 {
            return Err(FsError::Unsupported(format!(
                "a journal on another device (s_journal_dev 0x{:x}) with changes outstanding",
                g.journal_device
            )));
        }
        let inode = volume.inode(g.journal_inode)?;
        let head = volume.read(&inode, 0, 1024)?;
        let fields = Fields::new("journal superblock", 0, &head);
        let u32 = |name, at| fields.u32_be(name, at).map_err(bad);
        let kind = u32("h_blocktype", 4)?;
        if fields.bytes("h_magic", 0, 4).map_err(bad)? != MAGIC || !(3..=4).contains(&kind) {
            return Err(corrupt("the journal does not begin with a superblock"));
        }
        let start = u32("s_start", 28)?;
        if start == 0 {
            return Ok(None);
        }
        let (compat, incompat) = if kind == 3 {
            (0, 0)
        } else {
            (u32("s_feature_compat", 36)?, u32("s_feature_incompat", 40)?)
        };
        if incompat & !feature::KNOWN != 0 {
            return Err(FsError::Unsupported(format!(
                "a journal with unknown features 0x{:x}",
                incompat & !feature::KNOWN
            )));
        }
        let block_size = u32("s_blocksize", 12)?;
        if u64::from(block_size) != g.block_size {
            return Err(corrupt(format!(
                "the journal has blocks of {block_size} bytes, the file system of {}",
                g.block_size
            )));
        }
        let v2 = incompat & feature::CSUM_V2 != 0;
        let v3 = incompat & feature::CSUM_V3 != 0;
        if v2 && v3 || (v2 || v3) && compat & feature::COMPAT_CHECKSUM != 0 {
            return Err(corrupt("the journal has two kinds of checksums at once"));
        }
        if v2 || v3 {
            let said = u32("s_checksum", 0xfc)?;
            if crc_without(!0, &head, 0xfc) != said {
                return Err(corrupt("the checksum of the journal's superblock is wrong"));
            }
        }
        let length = u32("s_maxlen", 16)?;
        let blocks = inode.metadata.size.checked_div(g.block_size).unwrap_or(0);
        let mut last = length;
        if incompat & feature::FAST_COMMIT != 0 {
            let fast = match u32("s_num_fc_blks", 0x54)? {
                0 => 256,
                fast => fast,
            };
            last = last.saturating_sub(fast);
        }
        let first = u32("s_first", 20)?;
        if u64::from(length) > blocks
            || first == 0
            || first >= last
            || start < first
            || start >= last
        {
            return Err(corrupt(format!(
                "the journal's blocks contradict each other: {length} of {blocks}, from {first} \
                 to {last}, beginning at {start}"
            )));
        }
        let uuid = fields.bytes("s_uuid", 48, 16).map_err(bad)?;
        Ok(Some(Self {
            volume,
            inode,
            block_size: usize::try_from(block_size).unwrap_or(0),
            first,
            last,
            start,
            sequence: u32("s_sequence", 24)?,
            compat,
            incompat,
            seed: crc32c(!0, uuid),
            run: None,
        }))
    }

    /// Byte of the volume at which a block of the journal stands.
    fn place(&mut self, log: u32) -> Result<u64, FsError> {
        let log = u64::from(log);
        let known = self
            .run
            .filter(|(from, _, count)| log.checked_sub(*from).is_some_and(|skip| skip < *count));
        let (from, block, _) = match known {
            Some(run) => run,
            None => {
                let run = self.volume.map(&self.inode, log)?;
                let block = run
                    .block
                    .ok_or_else(|| corrupt(format!("block {log} of the journal lies in a hole")))?;
                let run = (log, block, run.count);
                self.run = Some(run);
                run
            }
        };
        let block = block.saturating_add(log.saturating_sub(from));
        Ok(block.saturating_mul(self.volume.geometry.block_size))
    }

    fn block(&mut self, log: u32) -> Result<Vec<u8>, FsError> {
        let at = self.place(log)?;
        Ok(self.volume.source.read_vec(at, self.block_size)?)
    }

    fn after(&self, log: u32) -> u32 {
        let next = log.saturating_add(1);
        if next >= self.last { self.first } else { next }
    }

    fn has_checksums(&self) -> bool {
        self.incompat & (feature::CSUM_V2 | feature::CSUM_V3) != 0
    }

    /// Goes through the log from its start to the end of the last whole transaction.
    fn scan(&mut self) -> Result<Found, FsError> {
        let mut found = Found::default();
        // Of the transaction that is being read; taken over once it is committed.
        let mut open = Found::default();
        let (mut at, mut sequence) = (self.start, self.sequence);
        let mut left = self.last.saturating_sub(self.first);
        let mut crc = !0;
        // Why the open transaction can hold only if it is a left-over of an earlier round.
        let mut doubt: Option<&str> = None;
        let mut last_time = 0;
        while left > 0 {
            let bytes = self.block(at)?;
            let here = at;
            at = self.after(at);
            left = left.saturating_sub(1);
            let fields = Fields::new("journal block", here.into(), &bytes);
            let u32 = |name, at| fields.u32_be(name, at).map_err(bad);
            if !bytes.starts_with(&MAGIC) || u32("h_sequence", 8)? != sequence {
                break;
            }
            match u32("h_blocktype", 4)? {
                DESCRIPTOR => {
                    if self.has_checksums() && !self.tail_is_right(&bytes) {
                        doubt = Some("a descriptor block");
                    }
                    crc = crc32_be(crc, &bytes);
                    for mut write in self.tags(&bytes, sequence)? {
                        if left == 0 {
                            break;
                        }
                        write.write.log = at;
                        let wrong = self.check_data(&write, sequence, &mut crc)?;
                        if wrong {
                            doubt = Some("a block");
                        }
                        open.writes.push(write.write);
                        at = self.after(at);
                        left = left.saturating_sub(1);
                    }
                }
                REVOKE => {
                    if self.has_checksums() && !self.tail_is_right(&bytes) {
                        doubt = Some("a revocation block");
                    }
                    self.revocations(&bytes, sequence, &mut open.revoked)?;
                }
                COMMIT => {
                    let time = fields.u64_be("h_commit_sec", 48).map_err(bad)?;
                    // A block of an earlier round of the log that looks right: older than the last.
                    let stale = time < last_time;
                    if let Some(what) = doubt.filter(|_| !stale) {
                        return Err(corrupt(format!(
                            "the checksum of {what} of the journal's transaction {sequence} is wrong"
                        )));
                    }
                    if doubt.is_some() || !self.commit_is_right(&bytes, crc)? {
                        break;
                    }
                    found.writes.append(&mut open.writes);
                    for (block, by) in open.revoked.drain() {
                        found.revoked.insert(block, by);
                    }
                    last_time = time;
                    crc = !0;
                    sequence = sequence.wrapping_add(1);
                }
                _ => break,
            }
        }
        self.refuse_fast_commits(sequence)?;
        Ok(found)
    }

    /// The journal's fast commits, of which only an empty area is understood: one for the
    /// transaction that would come next holds changes.
    fn refuse_fast_commits(&mut self, next: u32) -> Result<(), FsError> {
        if self.incompat & feature::FAST_COMMIT == 0 {
            return Ok(());
        }
        let bytes = self.block(self.last)?;
        let fields = Fields::new("fast commit", self.last.into(), &bytes);
        let tag = fields.u16_le("fc_tag", 0).map_err(bad)?;
        let transaction = fields.u32_le("fc_tid", 8).map_err(bad)?;
        if tag == 9 && transaction == next {
            return Err(FsError::Unsupported(
                "a journal with fast commits outstanding (fast_commit)".to_owned(),
            ));
        }
        Ok(())
    }

    fn tags(&self, bytes: &[u8], sequence: u32) -> Result<Vec<Tag>, FsError> {
        let v3 = self.incompat & feature::CSUM_V3 != 0;
        let v2 = self.incompat & feature::CSUM_V2 != 0;
        let long = self.incompat & feature::BIT64 != 0;
        let size = match (v3, v2, long) {
            (true, _, _) => 16,
            (false, true, true) => 14,
            (false, true, false) => 10,
            (false, false, true) => 12,
            (false, false, false) => 8,
        };
        let tail = if v2 || v3 { 4 } else { 0 };
        let end = bytes.len().saturating_sub(tail);
        let fields = Fields::new("journal descriptor block", 0, bytes);
        let mut at = 12_usize;
        let mut out = Vec::new();
        while at.saturating_add(size) <= end {
            let field = |skip: usize| at.saturating_add(skip);
            let low = fields.u32_be("t_blocknr", field(0)).map_err(bad)?;
            let flags = fields.u16_be("t_flags", field(6)).map_err(bad)?;
            let high = if long {
                fields.u32_be("t_blocknr_high", field(8)).map_err(bad)?
            } else {
                0
            };
            let checksum = if v3 {
                Some((
                    fields.u32_be("t_checksum", field(12)).map_err(bad)?,
                    u32::MAX,
                ))
            } else if v2 {
                let short = fields.u16_be("t_checksum", field(4)).map_err(bad)?;
                Some((u32::from(short), 0xffff))
            } else {
                None
            };
            out.push(Tag {
                write: Write {
                    sequence,
                    block: u64::from(high) << 32 | u64::from(low),
                    log: 0,
                    escaped: flags & 1 != 0,
                },
                checksum,
            });
            at = at.saturating_add(size);
            if flags & 2 == 0 {
                at = at.saturating_add(16);
            }
            if flags & 8 != 0 {
                break;
            }
        }
        Ok(out)
    }

    /// Takes a block's content into the first kind of checksum, or compares the second and third.
    fn check_data(&mut self, tag: &Tag, sequence: u32, crc: &mut u32) -> Result<bool, FsError> {
        let whole = self.compat & feature::COMPAT_CHECKSUM != 0;
        if !whole && tag.checksum.is_none() {
            return Ok(false);
        }
        let bytes = self.block(tag.write.log)?;
        if whole {
            *crc = crc32_be(*crc, &bytes);
        }
        Ok(tag.checksum.is_some_and(|(said, mask)| {
            let seed = crc32c(self.seed, &sequence.to_be_bytes());
            crc32c(seed, &bytes) & mask != said
        }))
    }

    fn revocations(
        &self,
        bytes: &[u8],
        sequence: u32,
        out: &mut HashMap<u64, u32>,
    ) -> Result<(), FsError> {
        let fields = Fields::new("journal revocation block", 0, bytes);
        let tail = if self.has_checksums() { 4 } else { 0 };
        let end = usize::try_from(fields.u32_be("r_count", 12).map_err(bad)?).unwrap_or(usize::MAX);
        if end > bytes.len().saturating_sub(tail) {
            return Err(corrupt(format!(
                "a revocation block of the journal says that it uses {end} bytes"
            )));
        }
        let long = self.incompat & feature::BIT64 != 0;
        let size = if long { 8 } else { 4 };
        let mut at = 16_usize;
        while at.saturating_add(size) <= end {
            let block = if long {
                fields.u64_be("block", at).map_err(bad)?
            } else {
                fields.u32_be("block", at).map_err(bad)?.into()
            };
            out.insert(block, sequence);
            at = at.saturating_add(size);
        }
        Ok(())
    }

    /// Whether the checksum at the end of a descriptor or revocation block is right.
    fn tail_is_right(&self, bytes: &[u8]) -> bool {
        let at = bytes.len().saturating_sub(4);
        let said = Fields::new("journal block", 0, bytes).u32_be("t_checksum", at);
        said.is_ok_and(|said| crc_without(self.seed, bytes, at) == said)
    }

    fn commit_is_right(&self, bytes: &[u8], crc: u32) -> Result<bool, FsError> {
        let fields = Fields::new("journal commit block", 0, bytes);
        let said = fields.u32_be("h_chksum", 16).map_err(bad)?;
        if self.has_checksums() {
            return Ok(crc_without(self.seed, bytes, 16) == said);
        }
        if self.compat & feature::COMPAT_CHECKSUM != 0 {
            let kind = fields.array::<2>("h_chksum_type", 12).map_err(bad)?;
            return Ok(kind == [1, 4] && said == crc || kind == [0, 0] && said == 0);
        }
        Ok(true)
    }
}

/// A tag of a descriptor block, with its checksum and how much of it is kept.
struct Tag {
    write: Write,
    checksum: Option<(u32, u32)>,
}

/// CRC-32C of `bytes` with the four at `at` taken as zeros.
fn crc_without(crc: u32, bytes: &[u8], at: usize) -> u32 {
    let head = bytes.get(..at).unwrap_or_default();
    let tail = bytes.get(at.saturating_add(4)..).unwrap_or_default();
    crc32c(crc32c(crc32c(crc, head), &[0; 4]), tail)
}
