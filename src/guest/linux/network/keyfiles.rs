//! Keyfiles: NetworkManager's connections and systemd-networkd's networks and links.

use super::{Found, InterfaceConfig, NetworkKind};
use crate::guest::linux::ini::{self, Setting};
use crate::guest::{Root, TextFile};
use crate::known::Known;

pub(super) fn gather(root: &Root, found: &mut Found) {
    each(
        root,
        found,
        "/etc/NetworkManager/system-connections",
        |name, file| {
            // Old versions wrote names without an end.
            (name.ends_with(".nmconnection") || !name.contains('.')).then(|| connection(file))
        },
    );
    each(root, found, "/etc/systemd/network", |name, file| {
        if name.ends_with(".network") {
            Some(network(file))
        } else {
            name.ends_with(".link").then(|| link(file)).flatten()
        }
    });
}

fn each(
    root: &Root,
    found: &mut Found,
    folder: &str,
    read: impl Fn(&str, &TextFile) -> Option<InterfaceConfig>,
) {
    let entries = match root.entries(folder) {
        Ok(entries) => entries,
        Err(unknown) => {
            found.unread.push(unknown);
            return;
        }
    };
    for entry in entries {
        let config = || -> Known<Vec<InterfaceConfig>> {
            let file = root.text(&entry.path)?;
            Ok(file
                .and_then(|file| read(&entry.name, &file))
                .into_iter()
                .collect())
        };
        found.take(config());
    }
}

fn value<'a>(settings: &'a [Setting], section: &str, key: &str) -> Option<&'a str> {
    ini::last(settings, section, key).map(|found| found.value.as_str())
}

fn connection(file: &TextFile) -> InterfaceConfig {
    let settings = ini::settings(file);
    let name = value(&settings, "connection", "interface-name")
        .or_else(|| value(&settings, "connection", "id"))
        .unwrap_or_default();
    let kind = NetworkKind::NetworkManager;
    let mut config = InterfaceConfig::new(kind, name, file.spot.clone());
    for setting in settings.iter().filter(|setting| !setting.value.is_empty()) {
        let spot = file.at(setting.line);
        let section = setting.section.to_ascii_lowercase();
        match (section.as_str(), setting.key.as_str()) {
            ("ipv4", "method") if setting.value == "auto" => config.dhcp = Some(spot),
            ("ipv4" | "ipv6", "dns") => config.name_servers.push(spot),
            ("ipv4" | "ipv6", key)
                if key
                    .strip_prefix("address")
                    .is_some_and(|rest| rest.parse::<u32>().is_ok() || rest == "es") =>
            {
                config.addresses.push(spot);
            }
            // `preserve` and `permanent` bind to no card.
            ("ethernet" | "802-3-ethernet", "mac-address" | "cloned-mac-address")
                if setting.value.contains(':') =>
            {
                config.hardware.push(spot);
            }
            _ => {}
        }
    }
    config
}

fn network(file: &TextFile) -> InterfaceConfig {
    let settings = ini::settings(file);
    let name = value(&settings, "Match", "Name").unwrap_or("*");
    let kind = NetworkKind::Networkd;
    let mut config = InterfaceConfig::new(kind, name, file.spot.clone());
    for setting in settings.iter().filter(|setting| !setting.value.is_empty()) {
        let spot = file.at(setting.line);
        match (setting.section.as_str(), setting.key.as_str()) {
            ("Network", "DHCP") => {
                let on = ["yes", "true", "on", "1", "ipv4", "both", "v4"]
                    .contains(&setting.value.to_ascii_lowercase().as_str());
                config.dhcp = on.then_some(spot);
            }
            ("Network" | "Address", "Address") => config.addresses.push(spot),
            ("Network", "DNS") => config.name_servers.push(spot),
            ("Match", "MACAddress" | "PermanentMACAddress") | ("Link", "MACAddress") => {
                config.hardware.push(spot);
            }
            _ => {}
        }
    }
    config
}

/// A link says something only where it binds a name to a card.
fn link(file: &TextFile) -> Option<InterfaceConfig> {
    let config = network(file);
    (!config.hardware.is_empty()).then_some(config)
}
