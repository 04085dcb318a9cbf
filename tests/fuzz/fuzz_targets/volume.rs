//! What carries a file system on a disk: signatures, and the logical volumes of LVM2.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use vhd_preflight::source::ReadAt;
use vhd_preflight::{partition, volume};
use vhd_preflight_fuzz::Input;
use vhd_preflight_fuzz::base::choose;

const IMAGES: [&str; 16] = [
    "volumes/lvm-kinds.img",
    "volumes/lvm-missing.img",
    "volumes/lvm-ring.img",
    "volumes/lvm-seqno.img",
    "volumes/lvm-two.img",
    "volumes/bitlocker.img",
    "volumes/erofs.img",
    "volumes/exfat.img",
    "volumes/ext4-over-fat.img",
    "volumes/luks2.img",
    "volumes/md-0.90.img",
    "volumes/md-1.2.img",
    "volumes/ntfs.img",
    "volumes/ufs2.img",
    "volumes/xfs.img",
    "volumes/zfs.img",
];

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let Some(mut disk) = choose(&IMAGES, &mut input) else {
        return;
    };
    disk.change(&mut input);
    let disk: Arc<dyn ReadAt> = Arc::new(disk);
    let Ok(table) = partition::read(&*disk) else {
        return;
    };
    let Ok(found) = volume::find(&disk, &table) else {
        return;
    };
    for volume in &found.volumes {
        let _ = format!("{:?}", volume.facts);
        let Ok(source) = &volume.source else {
            continue;
        };
        let len = source.len();
        for offset in [0, len / 2, len.saturating_sub(4096)] {
            let _ = source.read_vec(offset, 4096);
        }
        assert!(
            source
                .extents(0..len)
                .take(10_000)
                .all(|extent| extent.is_err() || extent.is_ok_and(|e| e.end <= len))
        );
    }
});
