//! btrfs with its subvolumes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vhd_preflight::volume::FileSystemKind::Btrfs;
use vhd_preflight_fuzz::{sums, walk::file_system};

const IMAGES: [&str; 5] = [
    "filesystems/btrfs-fedora.blocks",
    "filesystems/btrfs-opensuse.blocks",
    "filesystems/btrfs-dirty.blocks",
    "filesystems/btrfs-xxhash.blocks",
    "volumes/btrfs.img",
];

fuzz_target!(|data: &[u8]| file_system(data, &IMAGES, &[Btrfs], sums::btrfs));
