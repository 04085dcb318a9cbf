//! A whole file: looked at, judged by every profile, reported.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use vhd_preflight::inspect::{Options, inspect_source};
use vhd_preflight::report::human::Detail;
use vhd_preflight::report::{build, human, json};
use vhd_preflight::rules::{Profile, not_checked, registry};
use vhd_preflight::source::ReadAt;
use vhd_preflight_fuzz::base::choose;
use vhd_preflight_fuzz::{Input, sums};

const IMAGES: [&str; 14] = [
    "containers/dynamic-good.vhd",
    "containers/dynamic-512k-blocks.vhd",
    "containers/dynamic-qem2.vhd",
    "containers/dynamic-truncated.vhd",
    "containers/dynamic-win8.vhd",
    "containers/diff-child.vhd",
    "containers/diff-parent.vhd",
    "containers/empty.vhd",
    "containers/fixed-good.vhd",
    "containers/fixed-trailing.vhd",
    "containers/gpt-good.vhd",
    "containers/mbr-logical.vhd",
    "containers/no-table.vhd",
    "volumes/lvm-two.img",
];
/// Files whose content is passed over, in bytes; of larger ones the structures only.
const SMALL: u64 = 1 << 20;

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let (Some(mended), Some(mut image)) = (input.byte(), choose(&IMAGES, &mut input)) else {
        return;
    };
    image.change(&mut input);
    if mended % 2 == 0 {
        sums::vhd(&mut image);
        sums::gpt(&mut image);
    }
    let options = Options {
        scan: image.len <= SMALL,
        ..Options::default()
    };
    let source: Arc<dyn ReadAt> = Arc::new(image);
    let Ok(inspection) = inspect_source("disk.vhd", &source, &options) else {
        return;
    };
    for profile in Profile::ALL {
        let outcomes = registry::judge(&inspection, profile, &[]);
        let judged = build::image(&build::Judged {
            inspection: &inspection,
            outcomes: &outcomes,
            not_checked: &not_checked::list(&inspection),
            inputs: None,
            previous: None,
        });
        let report = build::report(profile, vec![judged]);
        json::write(&mut std::io::sink(), &report).expect("a document");
        human::report(&mut std::io::sink(), &report, Detail::Verbose, 80).expect("a page");
    }
});
