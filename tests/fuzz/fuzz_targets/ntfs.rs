//! NTFS.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vhd_preflight::volume::FileSystemKind::Ntfs;
use vhd_preflight_fuzz::walk::file_system;

fuzz_target!(|data: &[u8]| file_system(data, &["filesystems/ntfs.img"], &[Ntfs], |_, _| {}));
