//! FAT12, FAT16 and FAT32.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vhd_preflight::volume::FileSystemKind::{Fat12, Fat16, Fat32};
use vhd_preflight_fuzz::walk::file_system;

const IMAGES: [&str; 3] = [
    "filesystems/fat12.img",
    "filesystems/fat16.img",
    "filesystems/fat32.img",
];

fuzz_target!(|data: &[u8]| file_system(data, &IMAGES, &[Fat32, Fat16, Fat12], |_, _| {}));
