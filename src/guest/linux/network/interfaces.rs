//! Debian's `/etc/network/interfaces`.

use super::{Found, InterfaceConfig, NetworkKind};
use crate::guest::Root;
use crate::known::Known;

/// Files that one configuration may take in.
const MAX_FILES: usize = 100;

pub(super) fn gather(root: &Root, found: &mut Found) {
    let mut waiting = vec!["/etc/network/interfaces".to_owned()];
    let mut seen: Vec<String> = Vec::new();
    while let Some(path) = waiting.pop() {
        if seen.len() >= MAX_FILES || seen.contains(&path) {
            continue;
        }
        found.take(file(root, &path, &mut waiting));
        seen.push(path);
    }
}

fn file(root: &Root, path: &str, waiting: &mut Vec<String>) -> Known<Vec<InterfaceConfig>> {
    let mut out: Vec<InterfaceConfig> = Vec::new();
    let Some(file) = root.text(path)? else {
        return Ok(out);
    };
    let mut inside = false;
    for (number, line) in file.settings() {
        let spot = file.at(number);
        let words: Vec<_> = line.split_whitespace().collect();
        match words.as_slice() {
            ["iface", name, rest @ ..] => {
                // The loopback's stanza says nothing of interest.
                inside = *name != "lo" && rest.first() != Some(&"can");
                if inside {
                    let kind = NetworkKind::Interfaces;
                    let mut config = InterfaceConfig::new(kind, name, spot.clone());
                    if rest == ["inet", "dhcp"] {
                        config.dhcp = Some(spot);
                    }
                    out.push(config);
                }
            }
            ["auto" | "mapping" | "no-auto-down" | "no-scripts", ..] => inside = false,
            [first, ..] if first.starts_with("allow-") => inside = false,
            ["source", pattern] => waiting.extend(root.glob(&absolute(pattern))?),
            ["source-directory", pattern] => {
                for folder in root.glob(&absolute(pattern))? {
                    waiting.extend(root.glob(&format!("{folder}/*"))?);
                }
            }
            [key, _, ..] if inside => {
                if let Some(config) = out.last_mut() {
                    match *key {
                        "address" => config.addresses.push(spot),
                        "hwaddress" => config.hardware.push(spot),
                        "dns-nameservers" | "dns-nameserver" => config.name_servers.push(spot),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    Ok(out)
}

fn absolute(pattern: &str) -> String {
    if pattern.starts_with('/') {
        pattern.to_owned()
    } else {
        format!("/etc/network/{pattern}")
    }
}
