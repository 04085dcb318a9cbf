//! The content pass against what bounds it: the bare read, and the read with the zero test. Beside
//! it what can be asked for more (regions and a picture, digests in the order of the bytes), a disk
//! of very many small extents, and manifests.
//!
//! `cargo bench --bench scan` makes an image of 256 MiB in the temporary directory, every block of
//! it stored, about 40 % of it zeros, and reads it from the page cache with one thread and with
//! two. `SCAN_BENCH_MIB=2048` makes it larger: past the last-level cache of the machine the figures
//! are those of a real image. Compare ratios within one run; times drift on a shared machine.
//!
//! The whole program is compared with the usual ones on one warm image (`cat` it once before):
//!
//! ```text
//! hyperfine --warmup 1 \
//!     'vhd-preflight check full.vhd --format json --output /dev/null' \
//!     'b3sum --num-threads 2 full.vhd' \
//!     'cat full.vhd >/dev/null' \
//!     'qemu-img convert -f vpc -O null-co full.vhd null-co://' \
//!     'bmaptool create -o /dev/null full.vhd'
//! /usr/bin/time -f '%e s, %M KiB' vhd-preflight check full.vhd
//! ```
//!
//! The bounds that the pass is to keep: at most 0.65 of b3sum's time on a fully stored image, at
//! least half of the rate of the bare read, and memory that does not grow with the image.
#![allow(clippy::unwrap_used, missing_docs)]

use std::hint::black_box;
use std::io::{BufWriter, Seek as _, SeekFrom, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use vhd_preflight::bytes::is_zero;
use vhd_preflight::manifest::{Manifest, compare};
use vhd_preflight::scan::{DigestKind, NoProgress, Options, Region, scan, scan_with};
use vhd_preflight::source::{ExtentKind, ImageFile, IoChoice, ReadAt};

/// What one read asks for, as in the pass.
const PIECE: usize = 256 << 10;
/// What a thread takes at a time, as in the pass.
const UNIT: u64 = 4 << 20;

/// Writes an image without holes: runs of 64 KiB blocks, two in five of them zeros, and some of
/// the others repeated.
fn image(mib: u64) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut out = BufWriter::new(file.as_file());
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut block = vec![0_u8; 64 << 10];
    let mut left = mib * 16;
    while left > 0 {
        let run = (random() % 16 + 1).min(left);
        left -= run;
        let zero = random() % 5 < 2;
        for _ in 0..run {
            if zero {
                block.fill(0);
            } else if block[..8] == [0; 8] || random() % 10 != 0 {
                for word in block.chunks_exact_mut(8) {
                    word.copy_from_slice(&random().to_le_bytes());
                }
            }
            out.write_all(&block).unwrap();
        }
    }
    out.flush().unwrap();
    drop(out);
    file
}

/// Reads the data extents of `disk` with every thread of the pool and hands each piece to `look`.
fn read_all(disk: &dyn ReadAt, look: impl Fn(&[u8]) -> usize + Sync) -> usize {
    let next = AtomicU64::new(0);
    let extents: Vec<_> = disk.extents(0..disk.len()).map(Result::unwrap).collect();
    let total = AtomicU64::new(0);
    rayon::broadcast(|_| {
        let mut buf = vec![0; PIECE];
        loop {
            let unit = next.fetch_add(UNIT, Ordering::Relaxed);
            if unit >= disk.len() {
                return;
            }
            for extent in &extents {
                let (mut at, end) = (extent.start.max(unit), extent.end.min(unit + UNIT));
                while extent.kind == ExtentKind::Data && at < end {
                    let len = (PIECE as u64).min(end - at) as usize;
                    disk.read_at(at, &mut buf[..len]).unwrap();
                    total.fetch_add(look(&buf[..len]) as u64, Ordering::Relaxed);
                    at += len as u64;
                }
            }
        }
    });
    total.into_inner() as usize
}

fn sectors_not_zero(bytes: &[u8]) -> usize {
    bytes.chunks(512).filter(|sector| !is_zero(sector)).count()
}

fn benches(criterion: &mut Criterion) {
    let mib = std::env::var("SCAN_BENCH_MIB").map_or(256, |mib| mib.parse().unwrap());
    let file = image(mib);
    let disk = ImageFile::open(file.path(), IoChoice::Auto).unwrap();
    let mut group = criterion.benchmark_group("scan");
    group.throughput(Throughput::Bytes(disk.len()));
    group.sample_size(10);
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        group.bench_function(BenchmarkId::new("bare read", threads), |bencher| {
            bencher.iter(|| pool.install(|| read_all(&disk, |bytes| black_box(bytes).len())));
        });
        group.bench_function(BenchmarkId::new("read and zero test", threads), |bencher| {
            bencher.iter(|| pool.install(|| read_all(&disk, sectors_not_zero)));
        });
        group.bench_function(BenchmarkId::new("pass", threads), |bencher| {
            bencher.iter(|| pool.install(|| scan(&disk, &NoProgress).unwrap()));
        });
    }
    group.finish();
}

/// What can be asked for beside the content, in the same pass.
fn options(criterion: &mut Criterion) {
    let mib = std::env::var("SCAN_BENCH_MIB").map_or(256, |mib| mib.parse().unwrap());
    let file = image(mib);
    let disk = ImageFile::open(file.path(), IoChoice::Auto).unwrap();
    let mut group = criterion.benchmark_group("options");
    group.throughput(Throughput::Bytes(disk.len()));
    group.sample_size(10);
    let part = disk.len() / 9 + 100;
    let regions: Vec<_> = (0..9)
        .map(|n| Region::new(n.to_string(), n * part..(n + 1) * part))
        .collect();
    let nothing = Options::default();
    let all = Options {
        regions: &regions,
        map_cells: 1024,
        keep_blocks: true,
        ..nothing
    };
    let mut run = |name: &str, options: &Options<'_>| {
        group.bench_function(name, |bencher| {
            bencher.iter(|| scan_with(&disk, options, &NoProgress).unwrap());
        });
    };
    run("none", &nothing);
    run("regions, map and block table", &all);
    for kind in DigestKind::ALL {
        let digests = &[kind];
        run(kind.name(), &Options { digests, ..nothing });
    }
    let digests = &DigestKind::ALL;
    run("every digest", &Options { digests, ..nothing });
    group.finish();
}

/// Pages of 4 KiB, each an extent of its own.
fn many_extents(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("20000 extents of 4 KiB");
    group.sample_size(10);
    for (name, distance) in [("one in 64 KiB", 64 << 10), ("eight in 64 KiB", 8 << 10)] {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut out = file.as_file();
        for n in 0..20_000_u64 {
            out.seek(SeekFrom::Start(n * distance)).unwrap();
            out.write_all(&[n as u8 | 1; 4096]).unwrap();
        }
        let disk = ImageFile::open(file.path(), IoChoice::Auto).unwrap();
        group.bench_function(name, |bencher| {
            bencher.iter(|| scan(&disk, &NoProgress).unwrap());
        });
    }
    group.finish();
}

/// Writing, reading and comparing what is kept of a disk.
fn manifests(criterion: &mut Criterion) {
    let of = |mib| {
        let file = image(mib);
        let disk = ImageFile::open(file.path(), IoChoice::Auto).unwrap();
        let options = Options {
            keep_blocks: true,
            ..Options::default()
        };
        let found = scan_with(&disk, &options, &NoProgress).unwrap();
        Manifest::from_blocks(&found.content, found.blocks.unwrap()).unwrap()
    };
    let (before, after) = (of(64), of(100));
    let mut bytes = Vec::new();
    after.write_to(&mut bytes).unwrap();
    let mut group = criterion.benchmark_group("manifest of 100 MiB");
    group.bench_function("write", |bencher| {
        bencher.iter(|| {
            let mut out = Vec::with_capacity(bytes.len());
            after.write_to(&mut out).unwrap();
            out
        });
    });
    group.bench_function("read", |bencher| {
        bencher.iter(|| Manifest::read_from(&*bytes).unwrap());
    });
    group.bench_function("compare", |bencher| {
        bencher.iter(|| compare(&before, &after, &[]));
    });
    group.finish();
}

criterion_group!(scanning, benches, options, many_extents, manifests);
criterion_main!(scanning);
