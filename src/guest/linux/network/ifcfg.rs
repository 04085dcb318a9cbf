//! `ifcfg` files, Red Hat's and SUSE's.

use super::{Found, InterfaceConfig, NetworkKind};
use crate::guest::linux::ini;
use crate::guest::{Root, TextFile};

const FOLDERS: [(&str, NetworkKind); 2] = [
    ("/etc/sysconfig/network-scripts", NetworkKind::Ifcfg),
    ("/etc/sysconfig/network", NetworkKind::Wicked),
];

/// Ends of names that both systems leave alone.
const BACKUPS: [&str; 8] = [
    "~",
    ".bak",
    ".old",
    ".orig",
    ".rpmnew",
    ".rpmsave",
    ".rpmorig",
    ".template",
];

pub(super) fn gather(root: &Root, found: &mut Found) {
    for (folder, kind) in FOLDERS {
        let entries = match root.entries(folder) {
            Ok(entries) => entries,
            Err(unknown) => {
                found.unread.push(unknown);
                continue;
            }
        };
        for entry in entries {
            let Some(name) = entry.name.strip_prefix("ifcfg-") else {
                continue;
            };
            if name == "lo" || BACKUPS.iter().any(|end| name.ends_with(end)) {
                continue;
            }
            found.take(
                root.text(&entry.path)
                    .map(|file| file.iter().map(|file| read(file, name, kind)).collect()),
            );
        }
    }
}

fn read(file: &TextFile, name: &str, kind: NetworkKind) -> InterfaceConfig {
    let settings = ini::settings(file);
    let name = ini::last(&settings, "", "DEVICE").map_or(name, |device| &device.value);
    let mut config = InterfaceConfig::new(kind, name, file.spot.clone());
    for setting in &settings {
        let spot = file.at(setting.line);
        let value = setting.value.as_str();
        let key = setting.key.to_ascii_uppercase();
        if value.is_empty() {
            continue;
        }
        if key == "BOOTPROTO" {
            let dhcp = value.to_ascii_lowercase().starts_with("dhcp");
            config.dhcp = dhcp.then_some(spot);
        } else if key.starts_with("IPADDR") || key == "IPV6ADDR" {
            config.addresses.push(spot);
        } else if matches!(key.as_str(), "HWADDR" | "MACADDR" | "LLADDR") {
            config.hardware.push(spot);
        } else if key
            .strip_prefix("DNS")
            .is_some_and(|rest| rest.parse::<u8>().is_ok())
        {
            config.name_servers.push(spot);
        }
    }
    config
}
