//! Texts in which failure messages are looked for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vhd_preflight::diagnose::diagnose;

fuzz_target!(|data: &[u8]| {
    let found = diagnose(&String::from_utf8_lossy(data));
    let _ = format!("{found:?}");
});
