//! What a guest's facts take: [`inspect_file`] without the content pass.
//!
//! ```text
//! GUEST_BENCH_IMAGE=image.vhd cargo bench --bench guest
//! ```
//!
//! times it on the small images of a Debian and of a Windows that the tests use, and on the image
//! that the variable names (from the page cache: the first round reads it). The whole program, with
//! the processor's time and the most memory that it takes:
//!
//! ```text
//! /usr/bin/time -f '%e s, %U s user, %S s system, %M KiB' vhd-preflight check --no-scan image.vhd
//! ```
//!
//! The bounds for an image of 30 GiB with a usual Linux on it: 300 ms, and 64 MiB of memory. For a
//! Windows whose hives SOFTWARE and SYSTEM have 100 and 24 MiB, which are held in memory: 1 s, and
//! 300 MiB.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::path::{Path, PathBuf};

use criterion::{Criterion, criterion_group, criterion_main};
use vhd_preflight::inspect::{Options, inspect_file};

fn inspect(criterion: &mut Criterion) {
    let small = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/debian-12-small.vhd");
    // The committed one is compressed.
    let folder = tempfile::tempdir().unwrap();
    let windows = folder.path().join("server-2022.vhd");
    std::fs::write(&windows, common::image("windows/server-2022.vhd")).unwrap();
    let named = std::env::var_os("GUEST_BENCH_IMAGE").map(PathBuf::from);
    let mut group = criterion.benchmark_group("without the scan");
    group.sample_size(10);
    let options = Options {
        scan: false,
        ..Options::default()
    };
    for path in [small, windows].into_iter().chain(named) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        group.bench_function(name, |bencher| {
            bencher.iter(|| inspect_file(&path, &options).unwrap());
        });
    }
    group.finish();
}

criterion_group!(guest, inspect);
criterion_main!(guest);
