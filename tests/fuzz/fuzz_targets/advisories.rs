//! Advisories in the OSV format, as JSON or as a zip of it, against the packages of a guest.
#![no_main]

use std::io::{Seek as _, Write as _};
use std::sync::{LazyLock, Mutex};

use libfuzzer_sys::fuzz_target;
use vhd_preflight::advisories::{self, Feed};
use vhd_preflight::guest::LinuxGuest;
use vhd_preflight_fuzz::{Input, guest};

static GUEST: LazyLock<LinuxGuest> = LazyLock::new(|| guest::gather(&mut Input(&[])));
/// A feed is a file: one, written anew for each input.
static FILE: LazyLock<Mutex<tempfile::NamedTempFile>> =
    LazyLock::new(|| Mutex::new(tempfile::NamedTempFile::new().expect("a file")));

fn load(data: &[u8]) -> Option<Feed> {
    let mut file = FILE.lock().expect("no panic while it was held");
    let inner = file.as_file_mut();
    inner.set_len(0).expect("an empty file");
    inner.rewind().expect("its front");
    inner.write_all(data).expect("the input");
    advisories::load(file.path()).ok()
}

fuzz_target!(|data: &[u8]| {
    let Some(feed) = load(data) else {
        return;
    };
    if let (Ok(Some(distribution)), Ok(packages)) = (&GUEST.distribution, &GUEST.packages) {
        let matches = feed.matches(distribution, packages);
        let _ = format!("{matches:?}");
    }
});
