//! What is asked for beside the content, against plain searches of the whole disk.

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use sha2::Digest as _;

use super::*;

fn regions() -> impl Strategy<Value = Vec<Region>> {
    let border = prop_oneof![
        0_u64..20_000_000,
        (0_u64..300).prop_map(|at| at << 16),
        (0_u64..40_000).prop_map(|at| at * 512),
    ];
    let range = (border.clone(), border).prop_map(|(a, b)| a.min(b)..a.max(b));
    let ranges = prop::collection::vec(range, 0..4);
    let region = ranges.prop_map(|ranges| Region {
        name: format!("{} ranges", ranges.len()),
        ranges,
    });
    prop::collection::vec(region, 0..5)
}

/// What lies in the bytes for which `within` says so, found by looking at each.
fn plain_tally(layout: &Layout, within: impl Fn(u64) -> bool) -> Tally {
    let count = |start: u64, end: u64| (start..end).filter(|at| within(*at)).count() as u64;
    let mut tally = Tally::default();
    for segment in &layout.segments {
        match segment.kind {
            ExtentKind::Data => tally.data_bytes += count(segment.start, segment.end),
            ExtentKind::Unavailable => tally.unavailable_bytes += count(segment.start, segment.end),
            ExtentKind::Hole => {}
        }
    }
    for (size, sum) in [
        (512, &mut tally.non_zero_512),
        (4096, &mut tally.non_zero_4k),
        (65_536, &mut tally.block_bytes),
    ] {
        for (unit, start) in layout.bytes.chunks(size).zip((0..).step_by(size)) {
            if unit.iter().any(|byte| *byte != 0) {
                *sum += count(start, start + unit.len() as u64);
            }
        }
    }
    let mut seen = HashSet::new();
    for (block, start) in layout.bytes.chunks(65_536).zip((0..).step_by(65_536)) {
        if block.iter().any(|byte| *byte != 0) && !seen.insert(block) {
            tally.duplicate_block_bytes += count(start, start + block.len() as u64);
        }
    }
    tally
}

/// The digests of `bytes`, each by one call.
fn plain_digests(bytes: &[u8]) -> Vec<Vec<u8>> {
    vec![
        md5::Md5::digest(bytes).as_slice().to_vec(),
        blake3::hash(bytes).as_bytes().to_vec(),
        sha2::Sha256::digest(bytes).as_slice().to_vec(),
    ]
}

const KINDS: [DigestKind; 3] = [DigestKind::Md5, DigestKind::Blake3, DigestKind::Sha256];

fn values(digests: &[Digest]) -> Vec<Vec<u8>> {
    digests.iter().map(|digest| digest.value.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn regions_and_cells_hold_what_a_plain_search_finds_in_them(
        segments in segments(),
        regions in regions(),
        map_cells in 1_usize..40,
    ) {
        let layout = Layout::new(segments);
        let options = Options {
            threads: NonZeroUsize::new(2),
            regions: &regions,
            map_cells,
            ..Options::default()
        };
        let found = scan_with(&layout, &options, &NoProgress).unwrap();
        prop_assert_eq!(&found.content, &plain(&layout));
        for (region, found) in regions.iter().zip(&found.regions) {
            let within = |at| region.ranges.iter().any(|range| range.contains(&at));
            prop_assert_eq!(&found.name, &region.name);
            prop_assert_eq!(found.bytes, (0..layout.len()).filter(|at| within(*at)).count() as u64);
            prop_assert_eq!(found.tally, plain_tally(&layout, within));
        }
        let map = found.map.unwrap();
        prop_assert!(map.cells.len() <= map_cells);
        let mut at = 0;
        for cell in &map.cells {
            let range = at..at + cell.bytes;
            prop_assert_eq!(cell.tally, plain_tally(&layout, |at| range.contains(&at)));
            at = range.end;
        }
        prop_assert_eq!(at, layout.len());
    }

    #[test]
    fn digests_are_those_of_the_bytes_in_their_order(
        segments in segments(),
        behind in 0_usize..3000,
        threads in 1_usize..5,
    ) {
        let layout = Layout::new(segments);
        let mut file = layout.bytes.clone();
        file.extend((0..behind).map(|at| at as u8));
        let expected = (plain_digests(&layout.bytes), plain_digests(&file));
        let file = MemorySource::new(file);
        for whole in [WholeFile::BeginsWithDisk(&file), WholeFile::Apart(&file)] {
            let options = Options {
                threads: NonZeroUsize::new(threads),
                digests: &KINDS,
                file: whole,
                ..Options::default()
            };
            let found = scan_with(&layout, &options, &NoProgress).unwrap();
            prop_assert_eq!(&found.content, &plain(&layout));
            let apart = matches!(whole, WholeFile::Apart(_));
            if found.content.is_complete() {
                prop_assert_eq!(values(&found.checksums.disk), expected.0.clone());
            } else {
                prop_assert!(found.checksums.disk.is_empty());
            }
            if found.content.is_complete() || apart {
                prop_assert_eq!(values(&found.checksums.file), expected.1.clone());
            }
        }
    }
}

#[test]
fn a_disk_of_more_units_than_buffers_is_hashed_in_order() {
    let mut layout = Vec::new();
    for seed in 0..14 {
        layout.push(((4 << 20) + 1000, ExtentKind::Data, Fill::Mixed(seed)));
        layout.push((700_001, ExtentKind::Hole, Fill::Byte(0)));
    }
    let layout = Layout::new(layout);
    let expected = plain_digests(&layout.bytes);
    for threads in [1, 3, 20] {
        let options = Options {
            threads: NonZeroUsize::new(threads),
            digests: &KINDS,
            ..Options::default()
        };
        let found = scan_with(&layout, &options, &NoProgress).unwrap();
        assert_eq!(values(&found.checksums.disk), expected);
        assert!(found.checksums.file.is_empty());
    }
}

/// A disk of 4 TiB without a byte stored.
struct Empty;

impl ReadAt for Empty {
    fn len(&self) -> u64 {
        4 << 40
    }

    fn read_at(&self, _offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        buf.fill(0);
        Ok(())
    }

    fn extent_at(&self, offset: u64) -> Result<Extent, ReadError> {
        Ok(Extent {
            start: offset,
            end: self.len(),
            kind: ExtentKind::Hole,
        })
    }
}

/// Scans until `cancel` is set 50 ms later, and says how long the pass took to end then.
fn cancelled_after(disk: &dyn ReadAt, options: &Options<'_>, cancel: &Cancel) -> Duration {
    std::thread::scope(|scope| {
        let pass = scope.spawn(|| scan_with(disk, options, &NoProgress));
        std::thread::sleep(Duration::from_millis(50));
        let start = Instant::now();
        cancel.cancel();
        let error = pass.join().unwrap().unwrap_err();
        assert!(error.is_cancelled(), "{error}");
        start.elapsed()
    })
}

#[test]
fn a_pass_that_is_cancelled_ends_at_once_whatever_it_was_doing() {
    let ones = Breaking {
        len: 4 << 40,
        breaks_at: u64::MAX,
        error: ReadError::Changed {
            detail: String::new(),
        },
        read: AtomicU64::new(0),
    };
    for (disk, digests, file) in [
        (&ones as &dyn ReadAt, &[][..], WholeFile::Unwanted),
        // Reading, with threads that wait for a buffer.
        (&ones, &KINDS, WholeFile::Unwanted),
        // Hashing zeros, of which there would be a quarter of an hour.
        (&Empty, &KINDS, WholeFile::Unwanted),
        // What follows the disk, and a second pass.
        (
            &MemorySource::new(vec![1; 5]),
            &KINDS,
            WholeFile::BeginsWithDisk(&Empty),
        ),
        (
            &MemorySource::new(vec![1; 5]),
            &KINDS,
            WholeFile::Apart(&ones),
        ),
    ] {
        let cancel = Cancel::new();
        let options = Options {
            threads: NonZeroUsize::new(2),
            digests,
            file,
            cancel: Some(&cancel),
            ..Options::default()
        };
        let took = cancelled_after(disk, &options, &cancel);
        assert!(took < Duration::from_secs(1), "{took:?}");
    }
}

#[test]
fn an_error_ends_the_hash_functions_too() {
    let disk = Breaking {
        len: 4 << 40,
        breaks_at: 33 << 20,
        error: ReadError::Changed {
            detail: String::new(),
        },
        read: AtomicU64::new(0),
    };
    for threads in [1, 4] {
        let options = Options {
            threads: NonZeroUsize::new(threads),
            digests: &KINDS,
            ..Options::default()
        };
        let error = scan_with(&disk, &options, &NoProgress).unwrap_err();
        assert!(error.is_changed());
    }
    // A trouble in the file's second pass is told by the file's offset.
    let small = MemorySource::new(vec![1; 5]);
    let options = Options {
        digests: &KINDS,
        file: WholeFile::Apart(&disk),
        ..Options::default()
    };
    let error = scan_with(&small, &options, &NoProgress).unwrap_err();
    assert!(matches!(error, ScanError::File { offset, .. } if offset == 33 << 20));
}

#[test]
fn the_block_table_gives_the_digest_of_the_content() {
    let layout = Layout::new([
        (5 << 20, ExtentKind::Data, Fill::Mixed(1)),
        (5 << 20, ExtentKind::Hole, Fill::Byte(0)),
        (100_001, ExtentKind::Data, Fill::Rare(90_000)),
    ]);
    let options = Options {
        keep_blocks: true,
        ..Options::default()
    };
    let found = scan_with(&layout, &options, &NoProgress).unwrap();
    let table = found.blocks.unwrap();
    assert_eq!(table.digest(), found.content.digest);
    assert_eq!(table.blocks().len() as u64, found.content.non_zero_blocks);
    assert_eq!(table.disk_bytes(), layout.len());
}

#[test]
fn a_table_out_of_order_or_beyond_the_disk_is_none() {
    let block = |index| Block {
        index,
        hash: [1; 32],
    };
    assert!(BlockTable::new(131_073, vec![block(0), block(2)]).is_some());
    assert!(BlockTable::new(131_072, vec![block(0), block(2)]).is_none());
    assert!(BlockTable::new(1 << 30, vec![block(2), block(1)]).is_none());
    assert!(BlockTable::new(1 << 30, vec![block(2), block(2)]).is_none());
}

#[test]
fn progress_with_digests_adds_up_to_what_is_hashed() {
    #[derive(Default)]
    struct Meter(AtomicU64, AtomicU64);
    impl Progress for Meter {
        fn start(&self, total: u64) {
            self.0.store(total, Ordering::Relaxed);
        }
        fn advance(&self, bytes: u64) {
            self.1.fetch_add(bytes, Ordering::Relaxed);
        }
        fn finish(&self) {}
    }
    let layout = Layout::new([
        (5 << 20, ExtentKind::Data, Fill::Byte(1)),
        (9 << 20, ExtentKind::Hole, Fill::Byte(0)),
        (100, ExtentKind::Data, Fill::Byte(1)),
    ]);
    let file = MemorySource::new(vec![1; 20 << 20]);
    for (file, total) in [
        (WholeFile::Unwanted, layout.len()),
        (WholeFile::BeginsWithDisk(&file), 20 << 20),
        (WholeFile::Apart(&file), layout.len() + (20 << 20)),
    ] {
        let meter = Meter::default();
        let options = Options {
            digests: &KINDS,
            file,
            ..Options::default()
        };
        scan_with(&layout, &options, &meter).unwrap();
        assert_eq!(meter.0.into_inner(), total);
        assert_eq!(meter.1.into_inner(), total);
    }
}
