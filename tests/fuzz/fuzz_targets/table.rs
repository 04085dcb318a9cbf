//! The partition table.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vhd_preflight::partition;
use vhd_preflight_fuzz::base::choose;
use vhd_preflight_fuzz::{Input, sums};

const IMAGES: [&str; 7] = [
    "containers/gpt-good.vhd",
    "containers/gpt-4096.vhd",
    "containers/gpt-hybrid-mbr.vhd",
    "containers/gpt-backup-lost.vhd",
    "containers/mbr-logical.vhd",
    "containers/mbr-ebr-loop.vhd",
    "containers/fixed-good.vhd",
];

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let (Some(mended), Some(mut disk)) = (input.byte(), choose(&IMAGES, &mut input)) else {
        return;
    };
    disk.change(&mut input);
    if mended % 2 == 0 {
        sums::gpt(&mut disk);
    }
    if let Ok(table) = partition::read(&disk) {
        for part in &table.partitions {
            assert!(table.partition(part.number).is_some());
            let _ = (
                part.sectors(),
                table.byte_of(part.last_lba),
                part.kind.to_string(),
            );
        }
        let _ = (table.last_lba(), format!("{table:?}"));
    }
});
