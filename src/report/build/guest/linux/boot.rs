//! How the guest boots: loaders, kernel, initial RAM disk.

use super::super::Rows;
use crate::guest::LinuxGuest;
use crate::guest::linux::kernel::Driver;

pub(super) fn boot(rows: &mut Rows, linux: &LinuxGuest) {
    rows.about("boot");
    for way in &linux.boot.ways {
        let firmware = way
            .firmware
            .map_or("any firmware", |firmware| firmware.name());
        rows.add(
            "way",
            format!("{:?}, {firmware}", way.loader).to_lowercase(),
            Some(&way.start),
        );
    }
    if let Some(Some(entry)) = rows.known(&linux.boot.default_entry) {
        let spot = Some(&entry.command_line.spot);
        rows.add("default entry", &entry.title, spot);
        rows.add("arguments", &entry.command_line.text, spot);
        if let Some(kernel) = &entry.kernel {
            rows.add("kernel", kernel, spot);
        }
        for initrd in &entry.initrds {
            rows.add("initrd", initrd, spot);
        }
    }
    if let Some(Some(argument)) = rows.known(&linux.root_argument) {
        let value = match &argument.value.volume {
            Some(volume) => format!("{}, which is {volume}", argument.value.device),
            None => format!("{}, which is not on this disk", argument.value.device),
        };
        rows.add("root", value, Some(&argument.spot));
    }
}

/// Drivers that Azure's machines need, with what they are for.
const DRIVERS: [&str; 10] = [
    "hv_vmbus",
    "hv_storvsc",
    "hv_netvsc",
    "hv_utils",
    "hv_balloon",
    "udf",
    "vfat",
    "nvme",
    "mlx5_core",
    "mana",
];

pub(super) fn kernel(rows: &mut Rows, linux: &LinuxGuest) {
    rows.about("kernel");
    if let Some(Some(kernel)) = rows.known(&linux.kernel) {
        rows.add("release", &kernel.release, Some(&kernel.spot));
        for name in DRIVERS {
            if let Some(driver) = rows.known(&kernel.driver(name)).cloned() {
                let value = match driver {
                    Driver::BuiltIn => "built in".to_owned(),
                    Driver::Module(path) => format!("a module, {path}"),
                    Driver::Absent => "absent".to_owned(),
                };
                rows.add(name, value, None);
            }
        }
    }
    rows.about("initramfs");
    if let Some(Some(initramfs)) = rows.known(&linux.initramfs) {
        let archives: Vec<_> = initramfs.archives.iter().map(|one| one.name()).collect();
        rows.add("archives", archives.join(", "), initramfs.files.first());
        let modules: Vec<_> = initramfs.modules.iter().map(String::as_str).collect();
        rows.add("modules", modules.join(" "), initramfs.files.first());
    }
}

pub(super) fn esp(rows: &mut Rows, linux: &LinuxGuest) {
    rows.about("esp");
    for esp in rows.known(&linux.esps).into_iter().flatten() {
        for program in esp.fallbacks.iter().chain(&esp.programs) {
            rows.add("program", program.kind.name(), Some(&program.file.spot));
        }
    }
}
