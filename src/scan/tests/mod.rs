//! The pass against a slow, plain implementation on random sparse disks.

mod options;

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;

use super::*;
use crate::source::{Extent, ExtentKind, MemorySource, ReadError, check_bounds};

/// A disk of segments. It refuses to read anything but data, so that a pass that touches a hole
/// fails.
struct Layout {
    bytes: Vec<u8>,
    segments: Vec<Extent>,
}

impl Layout {
    fn new(segments: impl IntoIterator<Item = (usize, ExtentKind, Fill)>) -> Self {
        let mut layout = Self {
            bytes: Vec::new(),
            segments: Vec::new(),
        };
        for (len, kind, fill) in segments {
            let start = layout.bytes.len() as u64;
            for at in 0..len {
                layout.bytes.push(match (kind, fill) {
                    (ExtentKind::Data, Fill::Byte(byte)) => byte,
                    (ExtentKind::Data, Fill::Rare(every)) => u8::from(at % every == every - 1),
                    (ExtentKind::Data, Fill::Mixed(seed)) => {
                        ((at as u64 ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8
                    }
                    _ => 0,
                });
            }
            layout.segments.push(Extent {
                start,
                end: layout.bytes.len() as u64,
                kind,
            });
        }
        layout
    }

    fn sum(&self, kind: ExtentKind) -> u64 {
        let of_kind = self.segments.iter().filter(|segment| segment.kind == kind);
        of_kind.map(Extent::len).sum()
    }
}

impl ReadAt for Layout {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        check_bounds(offset, buf.len(), self.len())?;
        let end = offset + buf.len() as u64;
        for segment in &self.segments {
            if segment.start < end && segment.end > offset && segment.kind != ExtentKind::Data {
                return Err(ReadError::Unavailable {
                    reason: "the parent is not at hand".into(),
                });
            }
        }
        buf.copy_from_slice(&self.bytes[offset as usize..end as usize]);
        Ok(())
    }

    fn extent_at(&self, offset: u64) -> Result<Extent, ReadError> {
        check_bounds(offset, 1, self.len())?;
        let segment = self.segments.iter().find(|segment| offset < segment.end);
        Ok(Extent {
            start: offset,
            ..*segment.unwrap()
        })
    }
}

/// What a segment of data holds.
#[derive(Debug, Clone, Copy)]
enum Fill {
    Byte(u8),
    /// Zeros, with a one in every so many bytes.
    Rare(usize),
    Mixed(u64),
}

/// Bytes in the units of `unit` bytes that are not zero, and their number.
fn non_zero(bytes: &[u8], unit: usize) -> (u64, u64) {
    let units = bytes.chunks(unit);
    let hits = units.filter(|unit| unit.iter().any(|byte| *byte != 0));
    hits.fold((0, 0), |(bytes, n), unit| {
        (bytes + unit.len() as u64, n + 1)
    })
}

/// The digest, from the documentation alone.
fn plain_digest(bytes: &[u8]) -> [u8; 32] {
    let mut input = b"vhd-preflight/content/v1".to_vec();
    input.extend((bytes.len() as u64).to_le_bytes());
    input.extend(65_536_u64.to_le_bytes());
    for (index, block) in (0_u64..).zip(bytes.chunks(65_536)) {
        if block.iter().any(|byte| *byte != 0) {
            input.extend(index.to_le_bytes());
            input.extend(blake3::hash(block).as_bytes());
        }
    }
    *blake3::hash(&input).as_bytes()
}

fn plain(layout: &Layout) -> Content {
    let bytes = &layout.bytes;
    let (non_zero_block_bytes, non_zero_blocks) = non_zero(bytes, 65_536);
    let unavailable_bytes = layout.sum(ExtentKind::Unavailable);
    let unique: HashSet<&[u8]> = bytes.chunks(65_536).collect();
    let unique_block_bytes = unique
        .iter()
        .filter(|block| block.iter().any(|byte| *byte != 0))
        .map(|block| block.len() as u64)
        .sum();
    Content {
        disk_bytes: bytes.len() as u64,
        data_bytes: layout.sum(ExtentKind::Data),
        hole_bytes: layout.sum(ExtentKind::Hole),
        unavailable_bytes,
        unavailable_reason: (unavailable_bytes > 0).then(|| "the parent is not at hand".into()),
        non_zero: NonZero {
            at_512: non_zero(bytes, 512).0,
            at_4k: non_zero(bytes, 4096).0,
            at_2m: non_zero(bytes, 2 << 20).0,
            at_4m: non_zero(bytes, 4 << 20).0,
        },
        chunks_2m: non_zero(bytes, 2 << 20).1,
        chunks_4m: non_zero(bytes, 4 << 20).1,
        block_size: 65_536,
        non_zero_blocks,
        non_zero_block_bytes,
        unique_block_bytes,
        duplicate_block_bytes: non_zero_block_bytes - unique_block_bytes,
        digest: plain_digest(bytes),
    }
}

fn threads<T: Send>(count: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build();
    pool.unwrap().install(work)
}

fn segments() -> impl Strategy<Value = Vec<(usize, ExtentKind, Fill)>> {
    let len = prop_oneof![
        1_usize..2000,
        (1_usize..40).prop_map(|n| n * 512),
        (1_usize..20).prop_map(|n| n << 16),
        60_000_usize..300_000,
        1_usize << 20..3 << 20,
    ];
    let kind = prop_oneof![
        4 => Just(ExtentKind::Data),
        3 => Just(ExtentKind::Hole),
        1 => Just(ExtentKind::Unavailable),
    ];
    let fill = prop_oneof![
        Just(Fill::Byte(0)),
        any::<u8>().prop_map(Fill::Byte),
        (1_usize..200_000).prop_map(Fill::Rare),
        any::<u64>().prop_map(Fill::Mixed),
    ];
    prop::collection::vec((len, kind, fill), 0..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_pass_finds_what_a_plain_search_finds(segments in segments()) {
        let layout = Layout::new(segments);
        let found = threads(2, || scan(&layout, &NoProgress)).unwrap();
        prop_assert_eq!(&found, &plain(&layout));
        // However the bytes are stored, and however many threads look at them.
        let stored = MemorySource::new(layout.bytes.clone());
        let stored = threads(1, || scan(&stored, &NoProgress)).unwrap();
        prop_assert_eq!(stored.digest, found.digest);
        prop_assert_eq!(stored.non_zero, found.non_zero);
        prop_assert_eq!(stored.data_bytes, layout.len());
        let many = threads(5, || scan(&layout, &NoProgress)).unwrap();
        prop_assert_eq!(many, found);
    }

    #[test]
    fn the_outline_bounds_what_the_pass_finds(segments in segments()) {
        let mut layout = Layout::new(segments);
        let outline = Outline::of(&layout).unwrap();
        // With every stored byte set, the bound is reached.
        for segment in &layout.segments {
            let byte = u8::from(segment.kind == ExtentKind::Data);
            layout.bytes[segment.start as usize..segment.end as usize].fill(byte);
        }
        let found = scan(&layout, &NoProgress).unwrap();
        prop_assert_eq!(outline.data_bytes, found.data_bytes);
        prop_assert_eq!(outline.data_at_2m, found.non_zero.at_2m);
        prop_assert_eq!(outline.data_at_4m, found.non_zero.at_4m);
        prop_assert_eq!(outline.chunks_2m, found.chunks_2m);
        prop_assert_eq!(outline.chunks_4m, found.chunks_4m);
    }

    #[test]
    fn slices_read_apart_add_up_to_the_whole(segments in segments(), cut in 0_u64..8) {
        let layout = Layout::new(segments);
        let cut = (cut * plan::UNIT_BYTES).min(layout.len());
        let mut whole = Slice::default();
        for range in [cut..layout.len(), 0..cut] {
            let mut plan = plan::Plan::new(&layout, range);
            let mut unit = plan::Unit::default();
            let mut reader = unit::UnitReader::new(&layout, None, None);
            let mut found = Slice::default();
            while plan.next_into(&mut unit).unwrap() {
                unit.walk(&layout).unwrap();
                reader.read(&unit, None, &mut found).unwrap();
            }
            whole.absorb(&mut found);
        }
        let options = Options::default();
        let checksums = Checksums::default();
        let whole = scanned::assemble(layout.len(), whole, None, None, &options, checksums);
        prop_assert_eq!(whole.content, plain(&layout));
    }
}

/// A large disk of ones that takes no memory, counts what is read of it, and breaks at one place.
struct Breaking {
    len: u64,
    breaks_at: u64,
    error: ReadError,
    read: AtomicU64,
}

impl ReadAt for Breaking {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        if (offset..offset + buf.len() as u64).contains(&self.breaks_at) {
            return Err(self.error.clone());
        }
        self.read.fetch_add(buf.len() as u64, Ordering::Relaxed);
        buf.fill(1);
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

#[test]
fn an_error_ends_the_pass_at_once() {
    let io = ReadError::Io {
        offset: 0,
        error: std::sync::Arc::new(std::io::Error::other("medium error")),
    };
    let changed = ReadError::Changed {
        detail: "it was cut shorter".to_owned(),
    };
    for (error, is_changed) in [(io, false), (changed, true)] {
        let disk = Breaking {
            len: 4 << 40,
            breaks_at: (9 << 20) + 5,
            error,
            read: AtomicU64::new(0),
        };
        let error = threads(2, || scan(&disk, &NoProgress)).unwrap_err();
        assert!(matches!(error, ScanError::Disk { offset, .. } if offset == 9 << 20));
        assert_eq!(error.is_changed(), is_changed);
        let read = disk.read.load(Ordering::Relaxed);
        assert!(read < 256 << 20, "{read} bytes read of 4 TiB");
    }
}

/// A disk that cannot tell its extents from some offset on.
struct Untold(u64);

impl ReadAt for Untold {
    fn len(&self) -> u64 {
        1 << 30
    }

    fn read_at(&self, _offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        buf.fill(1);
        Ok(())
    }

    fn extent_at(&self, offset: u64) -> Result<Extent, ReadError> {
        if offset >= self.0 {
            return check_bounds(offset, 1, 0).map(|()| unreachable!());
        }
        Ok(Extent {
            start: offset,
            end: self.0,
            kind: ExtentKind::Data,
        })
    }
}

#[test]
fn a_disk_that_cannot_tell_its_extents_fails_instead_of_counting_a_part() {
    let error = scan(&Untold(10 << 20), &NoProgress).unwrap_err();
    let error = error.read_error();
    assert!(matches!(error, Some(ReadError::OutOfBounds { .. })));
}

#[test]
fn what_is_not_at_hand_is_counted_with_its_reason_and_never_read() {
    let layout = Layout::new([
        (70_000, ExtentKind::Data, Fill::Byte(1)),
        (1 << 20, ExtentKind::Unavailable, Fill::Byte(1)),
        (300, ExtentKind::Data, Fill::Byte(2)),
        (5 << 20, ExtentKind::Hole, Fill::Byte(0)),
    ]);
    let found = scan(&layout, &NoProgress).unwrap();
    assert_eq!(found.unavailable_bytes, 1 << 20);
    assert_eq!(
        found.unavailable_reason.as_deref(),
        Some("the parent is not at hand")
    );
    assert_eq!((found.data_bytes, found.hole_bytes), (70_300, 5 << 20));
    assert!(!found.is_complete());
}

#[test]
fn repeated_blocks_are_counted_once() {
    let layout = Layout::new([
        (3 << 16, ExtentKind::Data, Fill::Byte(7)),
        (1 << 16, ExtentKind::Data, Fill::Byte(8)),
        (1 << 16, ExtentKind::Data, Fill::Byte(0)),
        // Shorter than a block: not the same content as a whole block of sevens.
        (1000, ExtentKind::Data, Fill::Byte(7)),
    ]);
    let found = scan(&layout, &NoProgress).unwrap();
    assert_eq!(found.non_zero_blocks, 5);
    assert_eq!(found.non_zero_block_bytes, (4 << 16) + 1000);
    assert_eq!(found.unique_block_bytes, (2 << 16) + 1000);
    assert_eq!(found.duplicate_block_bytes, 2 << 16);
    assert!(found.is_complete());
    assert_eq!(found.digest_hex().len(), 64);
}

#[test]
fn progress_adds_up_to_what_was_announced() {
    #[derive(Default)]
    struct Meter {
        total: AtomicU64,
        read: AtomicU64,
        finished: AtomicU64,
    }
    impl Progress for Meter {
        fn start(&self, total: u64) {
            self.total.store(total, Ordering::Relaxed);
        }
        fn advance(&self, bytes: u64) {
            self.read.fetch_add(bytes, Ordering::Relaxed);
        }
        fn finish(&self) {
            self.finished.fetch_add(1, Ordering::Relaxed);
        }
    }
    let meter = Meter::default();
    let layout = Layout::new([
        (9 << 20, ExtentKind::Data, Fill::Byte(1)),
        (9 << 20, ExtentKind::Hole, Fill::Byte(0)),
        (100, ExtentKind::Data, Fill::Byte(1)),
    ]);
    scan(&layout, &meter).unwrap();
    assert_eq!(meter.total.into_inner(), (9 << 20) + 100);
    assert_eq!(meter.read.into_inner(), (9 << 20) + 100);
    assert_eq!(meter.finished.into_inner(), 1);
}

#[test]
fn an_empty_disk_has_no_content() {
    let found = scan(&MemorySource::new(Vec::new()), &NoProgress).unwrap();
    assert_eq!(found, plain(&Layout::new([])));
}
