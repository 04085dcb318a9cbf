//! What a guest's facts take: [`inspect_file`] without the content pass.
//!
//! ```text
//! GUEST_BENCH_IMAGE=image.vhd cargo bench --bench guest
//! ```
//!
//! times it on the small Debian image that the tests use, and on the image that the variable names
//! (from the page cache: the first round reads it). The whole program, with the processor's time
//! and the most memory that it takes:
//!
//! ```text
//! /usr/bin/time -f '%e s, %U s user, %S s system, %M KiB' vhd-preflight check --no-scan image.vhd
//! ```
//!
//! The bounds for an image of 30 GiB with a usual system on it: 300 ms, and 64 MiB of memory.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::{Path, PathBuf};

use criterion::{Criterion, criterion_group, criterion_main};
use vhd_preflight::inspect::{Options, inspect_file};

fn inspect(criterion: &mut Criterion) {
    let small = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/debian-12-small.vhd");
    let named = std::env::var_os("GUEST_BENCH_IMAGE").map(PathBuf::from);
    let mut group = criterion.benchmark_group("without the scan");
    group.sample_size(10);
    let options = Options {
        scan: false,
        ..Options::default()
    };
    for path in std::iter::once(small).chain(named) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        group.bench_function(name, |bencher| {
            bencher.iter(|| inspect_file(&path, &options).unwrap());
        });
    }
    group.finish();
}

criterion_group!(guest, inspect);
criterion_main!(guest);
