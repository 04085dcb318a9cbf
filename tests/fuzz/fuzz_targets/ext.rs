//! ext2, ext3 and ext4, with the journal's replay.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vhd_preflight::volume::FileSystemKind::{Ext2, Ext3, Ext4};
use vhd_preflight_fuzz::walk::file_system;

const IMAGES: [&str; 12] = [
    "filesystems/ext4-1k-plain.img",
    "filesystems/ext2.img",
    "filesystems/ext3.img",
    "filesystems/ext3-dirty.img",
    "filesystems/ext4-dirty-v1.img",
    "filesystems/ext4-dirty-v2.img",
    "filesystems/ext4-dirty.img",
    "filesystems/ext4-meta-bg.img",
    "filesystems/ext4-bigalloc.img",
    "filesystems/ext4-inline.img",
    "filesystems/ext4-wrapped.img",
    "filesystems/ext4.img",
];

fuzz_target!(|data: &[u8]| file_system(data, &IMAGES, &[Ext4, Ext3, Ext2], |_, _| {}));
