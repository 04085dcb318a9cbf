//! Disks for tests: sparse, written sector by sector, by hand.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use uuid::{Uuid, uuid};

use super::PartitionTable;
use crate::source::{Extent, ExtentKind, ReadAt, ReadError};

pub(crate) const MIB: u64 = 1 << 20;
pub(crate) const LINUX: Uuid = uuid!("0fc63daf-8483-4772-8e79-3d69d8477de4");
pub(crate) const ESP: Uuid = uuid!("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");
pub(crate) const DISK_GUID: Uuid = uuid!("00112233-4455-6677-8899-aabbccddeeff");

/// A disk of any size that holds only the sectors that were written.
#[derive(Debug, Clone, Default)]
pub(crate) struct TestDisk {
    len: u64,
    sectors: BTreeMap<u64, [u8; 512]>,
    failing: Vec<(Range<u64>, ReadError)>,
}

impl TestDisk {
    pub(crate) fn new(len: u64) -> Self {
        Self {
            len,
            ..Self::default()
        }
    }

    pub(crate) fn write(&mut self, offset: u64, bytes: &[u8]) -> &mut Self {
        for (at, byte) in (offset..).zip(bytes) {
            self.sectors.entry(at / 512).or_insert([0; 512])[(at % 512) as usize] = *byte;
        }
        self
    }

    pub(crate) fn flip(&mut self, offset: u64, mask: u8) -> &mut Self {
        self.sectors.entry(offset / 512).or_insert([0; 512])[(offset % 512) as usize] ^= mask;
        self
    }

    pub(crate) fn resize(&mut self, len: u64) -> &mut Self {
        self.len = len;
        self
    }

    /// The numbers of the sectors that were written.
    pub(crate) fn written(&self) -> Vec<u64> {
        self.sectors.keys().copied().collect()
    }

    /// Reads that touch `range` fail, as where a parent disk is missing.
    pub(crate) fn unavailable(&mut self, range: Range<u64>) -> &mut Self {
        let reason = Arc::from("the parent disk is missing");
        self.failing
            .push((range, ReadError::Unavailable { reason }));
        self
    }

    /// Reads that touch `range` find that the file changes under them.
    pub(crate) fn changing(&mut self, range: Range<u64>) -> &mut Self {
        let detail = "it shrank".to_owned();
        self.failing.push((range, ReadError::Changed { detail }));
        self
    }

    /// Writes sector 0: a signature, and an entry for each `(status, type, first LBA, sectors)`.
    pub(crate) fn mbr(&mut self, entries: &[(u8, u8, u32, u32)]) -> &mut Self {
        self.boot_record(0, entries)
    }

    /// Writes an MBR or EBR at `lba`.
    pub(crate) fn boot_record(&mut self, lba: u64, entries: &[(u8, u8, u32, u32)]) -> &mut Self {
        let mut bytes = [0; 66];
        for (slot, (status, type_code, first, sectors)) in entries.iter().enumerate() {
            let entry = &mut bytes[slot * 16..][..16];
            entry[0] = *status;
            entry[4] = *type_code;
            entry[8..12].copy_from_slice(&first.to_le_bytes());
            entry[12..16].copy_from_slice(&sectors.to_le_bytes());
        }
        bytes[64..].copy_from_slice(&[0x55, 0xaa]);
        self.write(lba * 512 + 446, &bytes)
    }

    /// Writes a protective MBR and both copies of `gpt`.
    pub(crate) fn gpt(&mut self, gpt: &TestGpt) -> &mut Self {
        let sectors = self.len / u64::from(gpt.sector_size);
        let last = sectors - 1;
        self.mbr(&[(0, 0xee, 1, u32::try_from(last).unwrap_or(u32::MAX))]);
        self.gpt_copy(gpt, 1, last, 2);
        let backup = last - gpt.array_sectors();
        self.gpt_copy(gpt, last, 1, backup)
    }

    /// Writes one copy: its header at `lba`, its array at `array`.
    pub(crate) fn gpt_copy(
        &mut self,
        gpt: &TestGpt,
        lba: u64,
        other: u64,
        array: u64,
    ) -> &mut Self {
        let size = u64::from(gpt.sector_size);
        let entries = gpt.array();
        self.write(array * size, &entries);
        let last = self.len / size - 1;
        let mut header = vec![0; gpt.header_size];
        let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
        put(0, b"EFI PART\0\0\x01\0");
        put(12, &(gpt.header_size as u32).to_le_bytes());
        put(24, &lba.to_le_bytes());
        put(32, &other.to_le_bytes());
        put(40, &(2 + gpt.array_sectors()).to_le_bytes());
        put(48, &(last - 1 - gpt.array_sectors()).to_le_bytes());
        put(56, &DISK_GUID.to_bytes_le());
        put(72, &array.to_le_bytes());
        put(80, &gpt.count.to_le_bytes());
        put(84, &gpt.entry_size.to_le_bytes());
        put(88, &crc32fast::hash(&entries).to_le_bytes());
        self.write(lba * size, &header);
        self.seal(lba * size)
    }

    /// Overwrites a field of the header at byte `offset` and puts its CRC right again.
    pub(crate) fn set_header(&mut self, offset: u64, field: u64, bytes: &[u8]) -> &mut Self {
        self.write(offset + field, bytes);
        self.seal(offset)
    }

    fn seal(&mut self, offset: u64) -> &mut Self {
        self.write(offset + 16, &[0; 4]);
        let mut sector = [0; 512];
        self.read_at(offset, &mut sector).unwrap();
        let size = u32::from_le_bytes(sector[12..16].try_into().unwrap()) as usize;
        let crc = crc32fast::hash(&sector[..size.min(512)]);
        self.write(offset + 16, &crc.to_le_bytes())
    }

    /// The table as the parsers read it.
    pub(crate) fn table(&self) -> PartitionTable {
        super::read(self).unwrap()
    }
}

impl ReadAt for TestDisk {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        let end = offset
            .checked_add(buf.len() as u64)
            .filter(|end| *end <= self.len);
        let Some(end) = end else {
            return Err(ReadError::OutOfBounds {
                offset,
                len: buf.len() as u64,
                size: self.len,
            });
        };
        for (range, error) in &self.failing {
            if range.start < end && offset < range.end {
                return Err(error.clone());
            }
        }
        buf.fill(0);
        for (sector, bytes) in self.sectors.range(offset / 512..end.div_ceil(512)) {
            let start = (sector * 512).max(offset);
            let stop = (sector * 512 + 512).min(end);
            let from = &bytes[(start % 512) as usize..][..(stop - start) as usize];
            buf[(start - offset) as usize..][..from.len()].copy_from_slice(from);
        }
        Ok(())
    }

    fn extent_at(&self, offset: u64) -> Result<Extent, ReadError> {
        Ok(Extent {
            start: offset,
            end: self.len,
            kind: ExtentKind::Data,
        })
    }
}

/// A GPT to write.
#[derive(Debug, Clone)]
pub(crate) struct TestGpt {
    pub(crate) sector_size: u32,
    pub(crate) header_size: usize,
    pub(crate) count: u32,
    pub(crate) entry_size: u32,
    /// Type, first LBA, last LBA, name.
    pub(crate) entries: Vec<(Uuid, u64, u64, &'static str)>,
}

impl Default for TestGpt {
    fn default() -> Self {
        Self {
            sector_size: 512,
            header_size: 92,
            count: 128,
            entry_size: 128,
            entries: vec![(ESP, 2048, 4095, "esp"), (LINUX, 4096, 8191, "root")],
        }
    }
}

impl TestGpt {
    pub(crate) fn with(entries: &[(Uuid, u64, u64, &'static str)]) -> Self {
        Self {
            entries: entries.to_vec(),
            ..Self::default()
        }
    }

    fn array_sectors(&self) -> u64 {
        (u64::from(self.count) * u64::from(self.entry_size)).div_ceil(u64::from(self.sector_size))
    }

    fn array(&self) -> Vec<u8> {
        let size = self.entry_size as usize;
        let mut bytes = vec![0; self.count as usize * size];
        for (slot, (type_guid, first, last, name)) in self.entries.iter().enumerate() {
            let entry = &mut bytes[slot * size..][..size];
            entry[..16].copy_from_slice(&type_guid.to_bytes_le());
            entry[16..32].copy_from_slice(&Uuid::from_u128(slot as u128 + 1).to_bytes_le());
            entry[32..40].copy_from_slice(&first.to_le_bytes());
            entry[40..48].copy_from_slice(&last.to_le_bytes());
            for (at, unit) in name.encode_utf16().enumerate() {
                entry[56 + at * 2..][..2].copy_from_slice(&unit.to_le_bytes());
            }
        }
        bytes
    }
}
