//! Makes checksums right again after a change: what lies behind a check would else never be seen.

use crate::base::Sectors;

/// The footers and the dynamic header of a VHD.
pub fn vhd(image: &mut Sectors) {
    let end = image.len.saturating_sub(512);
    for (at, len, field) in [(0, 512, 64), (512, 1024, 36), (end, 512, 64)] {
        let mut bytes = image.get(at, len);
        if bytes.starts_with(b"conectix") || bytes.starts_with(b"cxsparse") {
            bytes[field..field + 4].fill(0);
            let sum = bytes.iter().fold(0_u32, |sum, byte| sum + u32::from(*byte));
            image.put(at + field as u64, &(!sum).to_be_bytes());
        }
    }
}

/// The headers of a GPT and their arrays.
pub fn gpt(image: &mut Sectors) {
    let last = (image.len / 512).saturating_sub(1);
    // At the end of the disk, and of the disk in a fixed VHD.
    for lba in [1, last, last.saturating_sub(1)] {
        let at = lba * 512;
        let mut head = image.get(at, 512);
        if !head.starts_with(b"EFI PART") {
            continue;
        }
        let word = |head: &[u8], at: usize| {
            head[at..at + 4]
                .iter()
                .rev()
                .fold(0_usize, |n, byte| n << 8 | usize::from(*byte))
        };
        let array = word(&head, 72) as u64 * 512;
        let length = word(&head, 80).saturating_mul(word(&head, 84));
        if length <= 1 << 20 {
            let sum = crc32fast::hash(&image.get(array, length));
            head[88..92].copy_from_slice(&sum.to_le_bytes());
        }
        head[16..20].fill(0);
        let length = word(&head, 12).min(512);
        let sum = crc32fast::hash(&head[..length]);
        head[16..20].copy_from_slice(&sum.to_le_bytes());
        image.put(at, &head);
    }
}

/// The structure of an XFS that has byte `at`.
pub fn xfs(image: &mut Sectors, at: u64) {
    let sector = at / 512 * 512;
    let block = at / 4096 * 4096;
    let (sector_head, block_head) = (image.get(sector, 4), image.get(block, 4));
    match (&sector_head[..], &block_head[..]) {
        (b"XFSB", _) => crc32c(image, sector, 512, 224, 0),
        (b"XAGF", _) => crc32c(image, sector, 512, 216, 0),
        ([b'I', b'N', ..], _) => crc32c(image, sector, 512, 100, 0),
        (_, b"AB3B") => crc32c(image, block, 4096, 52, 0),
        _ => {}
    }
}

/// The structure of a btrfs that has byte `at`.
pub fn btrfs(image: &mut Sectors, at: u64) {
    const SUPERBLOCK: u64 = 65536;
    let node = at / 16384 * 16384;
    if (SUPERBLOCK..SUPERBLOCK + 4096).contains(&at) {
        crc32c(image, SUPERBLOCK, 4096, 0, 32);
    } else if image.get(node + 32, 16) == image.get(SUPERBLOCK + 32, 16) {
        crc32c(image, node, 16384, 0, 32);
    }
}

/// Puts the sum of the bytes from `from` on at `field` of a structure, itself counted as zeros.
fn crc32c(image: &mut Sectors, at: u64, len: usize, field: usize, from: usize) {
    let mut bytes = image.get(at, len);
    bytes[field..field + 4].fill(0);
    let sum = !bytes[from..].iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0x82F6_3B78 & (crc & 1).wrapping_neg())
        })
    });
    image.put(at + field as u64, &sum.to_le_bytes());
}

/// The base block of a registry hive or of one of its logs, and the log entries.
pub fn hive(bytes: &mut [u8]) {
    let word = |bytes: &[u8], at: usize| {
        let four = bytes.get(at..at + 4).and_then(<[u8]>::first_chunk);
        four.map_or(0, |four| u32::from_le_bytes(*four))
    };
    if bytes.len() < 512 {
        return;
    }
    let sum = (0..508).step_by(4).fold(0, |sum, at| sum ^ word(bytes, at));
    let sum = match sum {
        0 => 1,
        u32::MAX => u32::MAX - 1,
        sum => sum,
    };
    bytes[508..512].copy_from_slice(&sum.to_le_bytes());
    let mut at = 512;
    while bytes
        .get(at..)
        .is_some_and(|rest| rest.starts_with(b"HvLE"))
    {
        let size = (word(bytes, at + 4) as usize).max(512);
        let Some(entry) = bytes.get_mut(at..at + size) else {
            return;
        };
        let body = marvin32(&entry[40..]).to_le_bytes();
        entry[24..32].copy_from_slice(&body);
        let header = marvin32(&entry[..32]).to_le_bytes();
        entry[32..40].copy_from_slice(&header);
        at += size;
    }
}

/// The hash of log entries, with the registry's seed.
fn marvin32(data: &[u8]) -> u64 {
    let (mut low, mut high) = (0x7A4E_55C5_u32, 0x82EF_4D88_u32);
    let mut padded = [data, &[0x80]].concat();
    padded.resize(padded.len().next_multiple_of(4) + 4, 0);
    for word in padded.as_chunks::<4>().0 {
        low = low.wrapping_add(u32::from_le_bytes(*word));
        high ^= low;
        low = low.rotate_left(20).wrapping_add(high);
        high = high.rotate_left(9) ^ low;
        low = low.rotate_left(27).wrapping_add(high);
        high = high.rotate_left(19);
    }
    u64::from(high) << 32 | u64::from(low)
}
