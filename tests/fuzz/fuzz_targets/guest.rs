//! The files of a Linux guest.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vhd_preflight_fuzz::{Input, guest};

fuzz_target!(|data: &[u8]| {
    let guest = guest::gather(&mut Input(data));
    let _ = format!("{guest:?}");
});
