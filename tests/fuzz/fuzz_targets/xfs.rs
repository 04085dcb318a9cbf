//! XFS, versions 4 and 5.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vhd_preflight::volume::FileSystemKind::Xfs;
use vhd_preflight_fuzz::{sums, walk::file_system};

const IMAGES: [&str; 4] = [
    "filesystems/xfs-v5.blocks",
    "filesystems/xfs-v5-1k.blocks",
    "filesystems/xfs-v5-dirty.blocks",
    "filesystems/xfs-v4.blocks",
];

fuzz_target!(|data: &[u8]| file_system(data, &IMAGES, &[Xfs], sums::xfs));
