//! The configuration that a kernel was built by: `CONFIG_…=y`.

use std::collections::BTreeMap;

use crate::guest::{Located, Root, Spot};
use crate::known::Known;

/// Options that are kept: those that rules ask for, with the module that each makes.
const OPTIONS: [(&str, &[&str]); 22] = [
    ("CONFIG_HYPERV", &["hv_vmbus"]),
    ("CONFIG_HYPERV_VMBUS", &["hv_vmbus"]),
    ("CONFIG_HYPERV_STORAGE", &["hv_storvsc"]),
    ("CONFIG_HYPERV_NET", &["hv_netvsc"]),
    ("CONFIG_HYPERV_UTILS", &["hv_utils"]),
    ("CONFIG_HYPERV_BALLOON", &["hv_balloon"]),
    ("CONFIG_HYPERV_KEYBOARD", &["hyperv_keyboard"]),
    ("CONFIG_HID_HYPERV_MOUSE", &["hid_hyperv"]),
    ("CONFIG_FB_HYPERV", &["hyperv_fb"]),
    ("CONFIG_DRM_HYPERV", &["hyperv_drm"]),
    ("CONFIG_PCI_HYPERV", &["pci_hyperv"]),
    ("CONFIG_UDF_FS", &["udf"]),
    ("CONFIG_VFAT_FS", &["vfat"]),
    ("CONFIG_WATCHDOG", &[]),
    ("CONFIG_CIFS", &["cifs"]),
    ("CONFIG_BLK_DEV_NVME", &["nvme"]),
    ("CONFIG_NVME_CORE", &["nvme_core"]),
    ("CONFIG_MLX4_EN", &["mlx4_en"]),
    ("CONFIG_MLX5_CORE", &["mlx5_core"]),
    ("CONFIG_MICROSOFT_MANA", &["mana"]),
    ("CONFIG_BLK_DEV_SR", &["sr_mod"]),
    ("CONFIG_SERIAL_8250_CONSOLE", &[]),
];

/// How an option is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Setting {
    /// `y`
    BuiltIn,
    /// `m`
    Module,
    /// Not set.
    Off,
}

/// The options of a kernel that are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Those that are set, by name, each with its line.
    pub options: BTreeMap<&'static str, Located<Setting>>,
    /// The file.
    pub spot: Spot,
}

impl Config {
    /// How an option is set; only those that are kept can be asked for.
    pub fn get(&self, name: &str) -> Setting {
        self.options
            .get(name)
            .map_or(Setting::Off, |setting| setting.value)
    }
}

/// The option that makes a module.
pub(super) fn option_of(module: &str) -> Option<&'static str> {
    OPTIONS
        .iter()
        .find(|(_, modules)| modules.contains(&module))
        .map(|(option, _)| *option)
}

/// Reads the configuration of a release; none where no file tells. `image` is the kernel's path.
pub(super) fn read(root: &Root, release: &str, image: &str) -> Known<Option<Config>> {
    let mut paths = vec![
        format!("/boot/config-{release}"),
        format!("/usr/lib/modules/{release}/config"),
        format!("/lib/modules/{release}/config"),
        format!("/usr/boot/config-{release}"),
        format!("/usr/boot/config"),
    ];
    if let Some((folder, _)) = image.rsplit_once('/') {
        paths.push(format!("{folder}/config-{release}"));
    }
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let Some(file) = root.first_text(&paths)? else {
        return Ok(None);
    };
    let mut options = BTreeMap::new();
    for (number, line) in file.lines() {
        let Some((name, value)) = line.split_once('=') else {
            continue;
        };
        let Some((name, _)) = OPTIONS.iter().find(|(option, _)| *option == name) else {
            continue;
        };
        let setting = match value.trim() {
            "y" => Setting::BuiltIn,
            "m" => Setting::Module,
            _ => continue,
        };
        options.insert(*name, Located::new(setting, file.at(number)));
    }
    Ok(Some(Config {
        options,
        spot: file.spot,
    }))
}
