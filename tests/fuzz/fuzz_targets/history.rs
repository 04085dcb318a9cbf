//! The publisher's history, and the files that it takes records from.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vhd_preflight::estimate::Change;
use vhd_preflight::history::{About, import, observations, parse};

fuzz_target!(|data: &[u8]| {
    match parse(data) {
        Ok(records) => {
            let _ = observations(&records);
        }
        Err(bad) => {
            let _ = bad.to_string();
        }
    }
    let about = About {
        change: Change::Image,
        virtual_bytes: 30 << 30,
        payload_bytes: 1 << 30,
        regions: 50,
        source: "the status".to_owned(),
    };
    for about in [None, Some(&about)] {
        match import(data, about) {
            Ok(found) => {
                let _ = observations(&found.records);
            }
            Err(error) => {
                let _ = error.to_string();
            }
        }
    }
});
