//! netplan's YAML.

use super::{Found, InterfaceConfig, NetworkKind};
use crate::guest::linux::yaml::{self, Node};
use crate::guest::{Root, TextFile};
use crate::known::{Known, Undetermined};

pub(super) fn gather(root: &Root, found: &mut Found) {
    for pattern in ["/etc/netplan/*.yaml", "/usr/lib/netplan/*.yaml"] {
        let paths = match root.glob(pattern) {
            Ok(paths) => paths,
            Err(unknown) => {
                found.unread.push(unknown);
                continue;
            }
        };
        for path in paths {
            found.take(file(root, &path));
        }
    }
}

fn file(root: &Root, path: &str) -> Known<Vec<InterfaceConfig>> {
    let Some(file) = root.text(path)? else {
        return Ok(Vec::new());
    };
    let unread = |reason: &String| {
        Undetermined::new(format!(
            "{}: this YAML is not read here: {reason}",
            file.spot
        ))
    };
    let tops = yaml::parse(&file.text).map_err(|reason| unread(&reason))?;
    let mut out = Vec::new();
    for top in tops.iter().filter(|top| top.key == "network") {
        let network = top.value.as_ref().map_err(unread)?;
        for (kind, interfaces) in network.map() {
            if kind != "renderer" && kind != "version" {
                for (id, interface) in interfaces.map() {
                    out.push(read(&file, id, interface));
                }
            }
        }
    }
    Ok(out)
}

fn read(file: &TextFile, id: &str, node: &Node) -> InterfaceConfig {
    let mut config = InterfaceConfig::new(NetworkKind::Netplan, id, file.at(node.line));
    let dhcp = node.get("dhcp4").filter(|on| on.switch() == Some(true));
    config.dhcp = dhcp.map(|on| file.at(on.line));
    if let Some(addresses) = node.get("addresses") {
        config
            .addresses
            .extend(addresses.list().iter().map(|one| file.at(one.line)));
    }
    for key in [
        node.get("macaddress"),
        node.get("match").and_then(|m| m.get("macaddress")),
    ] {
        config.hardware.extend(key.map(|mac| file.at(mac.line)));
    }
    if let Some(servers) = node.get("nameservers").and_then(|dns| dns.get("addresses")) {
        config
            .name_servers
            .extend(servers.list().iter().map(|one| file.at(one.line)));
    }
    config
}
