//! The write-ahead log: pages that were written after those in the file. Frames count from the
//! beginning as long as their salts and running checksum are right, up to the last that ends a
//! transaction.

use std::collections::HashMap;

use super::super::error::RpmError;
use crate::bytes::Fields;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// The magic number of logs whose checksums take words with the least significant byte first; the
/// last bit says the other order.
const MAGIC: u32 = 0x377f_0682;

/// What a log changes.
#[derive(Default)]
pub(super) struct Log<'a> {
    /// The pages, by number.
    pub(super) newer: HashMap<u32, &'a [u8]>,
    /// Pages of the database after the last transaction; none where the log holds no transaction.
    pub(super) pages: Option<u32>,
    pub(super) page_size: usize,
}

pub(super) fn read(bytes: &[u8]) -> Result<Log<'_>, RpmError> {
    let mut log = Log::default();
    let Some(header) = bytes.get(..HEADER) else {
        return Ok(log);
    };
    let fields = Fields::new("SQLite log header", 0, header);
    let magic = fields.u32_be("magic", 0)?;
    let mut sum = Sum {
        big_endian: magic & 1 == 1,
        values: (0, 0),
    };
    sum.add(header.get(..24).unwrap_or_default());
    let stored = (
        fields.u32_be("checksum", 24)?,
        fields.u32_be("checksum", 28)?,
    );
    let page_size = usize::try_from(fields.u32_be("page size", 8)?).unwrap_or(0);
    let sane = (512..=65536).contains(&page_size) && page_size.is_power_of_two();
    // SQLite too takes a log with a wrong header for empty.
    if magic & !1 != MAGIC || sum.values != stored || !sane {
        return Ok(log);
    }
    log.page_size = page_size;
    let salts = fields.bytes("salts", 16, 8)?;
    let frames = bytes.get(HEADER..).unwrap_or_default();
    // Pages of a transaction whose end is still to come.
    let mut open = Vec::new();
    for frame in frames.chunks_exact(page_size.saturating_add(FRAME_HEADER)) {
        let (head, page) = frame.split_at(FRAME_HEADER);
        let fields = Fields::new("SQLite log frame", 0, head);
        sum.add(head.get(..8).unwrap_or_default());
        sum.add(page);
        let stored = (
            fields.u32_be("checksum", 16)?,
            fields.u32_be("checksum", 20)?,
        );
        if fields.bytes("salts", 8, 8)? != salts || sum.values != stored {
            break;
        }
        open.push((fields.u32_be("page", 0)?, page));
        let pages = fields.u32_be("pages after it", 4)?;
        if pages != 0 {
            log.newer.extend(open.drain(..));
            log.pages = Some(pages);
        }
    }
    // What a later transaction cut off is no part of the database.
    if let Some(pages) = log.pages {
        log.newer.retain(|number, _| *number <= pages);
    }
    Ok(log)
}

struct Sum {
    big_endian: bool,
    values: (u32, u32),
}

impl Sum {
    fn add(&mut self, bytes: &[u8]) {
        let (mut a, mut b) = self.values;
        for pair in bytes.chunks_exact(8) {
            let mut word = [[0; 4]; 2];
            let (low, high) = pair.split_at(4);
            word[0].copy_from_slice(low);
            word[1].copy_from_slice(high);
            let [x, y] = word.map(if self.big_endian {
                u32::from_be_bytes
            } else {
                u32::from_le_bytes
            });
            a = a.wrapping_add(x).wrapping_add(b);
            b = b.wrapping_add(y).wrapping_add(a);
        }
        self.values = (a, b);
    }
}
