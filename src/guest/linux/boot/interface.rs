//! Whether the guest's network configuration counts on the kernel's own name `eth0`.

use crate::guest::{Root, Spot};
use crate::known::Known;

/// Files named after the interface.
const NAMED: [&str; 2] = [
    "/etc/sysconfig/network-scripts/ifcfg-eth0",
    "/etc/sysconfig/network/ifcfg-eth0",
];

/// Patterns of files in whose lines it is named.
const HOLDING: [&str; 4] = [
    "/etc/network/interfaces",
    "/etc/network/interfaces.d/*",
    "/etc/netplan/*.yaml",
    "/etc/systemd/network/*.network",
];

/// The links to `/dev/null` that switch the names by place off.
const MASKS: [&str; 3] = [
    "/etc/udev/rules.d/80-net-setup-link.rules",
    "/etc/udev/rules.d/80-net-name-slot.rules",
    "/etc/systemd/network/99-default.link",
];

/// Files that are read.
const MAX_FILES: usize = 64;

/// The place that names `eth0`, where the names by place are not switched off by a file; none
/// where no place does.
pub(super) fn expected(root: &Root) -> Known<Option<Spot>> {
    for mask in MASKS {
        if root.read_link(mask)?.as_deref() == Some("/dev/null") {
            return Ok(None);
        }
    }
    for path in NAMED {
        if root.exists(path)? {
            return Ok(Some(root.spot(path)));
        }
    }
    for pattern in HOLDING {
        for path in root.glob(pattern)?.into_iter().take(MAX_FILES) {
            let Some(file) = root.text(&path)? else {
                continue;
            };
            let named = file.settings().find(|(_, line)| {
                line.split(|c: char| !c.is_ascii_alphanumeric())
                    .any(|word| word == "eth0")
            });
            if let Some((number, _)) = named {
                return Ok(Some(file.at(number)));
            }
        }
    }
    Ok(None)
}
