//! Manifests.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vhd_preflight::manifest::{Manifest, compare};

fuzz_target!(|data: &[u8]| {
    let _ = Manifest::recognise(data);
    // The file ends with the digest of what goes before: few inputs would come past it.
    let sum = *blake3::hash(data).as_bytes();
    for bytes in [data, &[data, &sum].concat()] {
        let Ok(manifest) = Manifest::read_from(bytes) else {
            continue;
        };
        let mut written = Vec::new();
        manifest.write_to(&mut written).expect("a vector takes all");
        let again = Manifest::read_from(&written[..]).expect("what was written is read");
        assert_eq!(again.digest(), manifest.digest());
        let _ = compare(&manifest, &again, &[]);
    }
});
