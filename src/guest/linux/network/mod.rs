//! The network: how each interface gets its address, and what binds the guest to one machine or
//! one place.

mod around;
mod ifcfg;
mod interfaces;
mod keyfiles;
mod netplan;
#[cfg(test)]
mod tests;

use crate::guest::{Located, Root, Spot};
use crate::known::{Known, Undetermined};

pub use around::{LiteralFile, ResolvConf};

/// Whose configuration it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NetworkKind {
    /// Red Hat's `ifcfg` files.
    Ifcfg,
    /// SUSE's `ifcfg` files.
    Wicked,
    /// netplan.
    Netplan,
    /// NetworkManager's keyfiles.
    NetworkManager,
    /// systemd-networkd.
    Networkd,
    /// Debian's `/etc/network/interfaces`.
    Interfaces,
}

/// What one file says of one interface, or of several by a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterfaceConfig {
    /// Whose configuration it is.
    pub kind: NetworkKind,
    /// The interface, its pattern, or the name of the connection (hostile text).
    pub name: String,
    /// Where it begins.
    pub spot: Spot,
    /// The line by which it asks DHCP for an IPv4 address.
    pub dhcp: Option<Spot>,
    /// Lines of fixed addresses.
    pub addresses: Vec<Spot>,
    /// Lines that bind it to a network card by its address.
    pub hardware: Vec<Spot>,
    /// Lines of its own name servers.
    pub name_servers: Vec<Spot>,
}

impl InterfaceConfig {
    fn new(kind: NetworkKind, name: &str, spot: Spot) -> Self {
        Self {
            kind,
            name: super::ini::short(name, 200),
            spot,
            dhcp: None,
            addresses: Vec::new(),
            hardware: Vec::new(),
            name_servers: Vec::new(),
        }
    }
}

/// The network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// What is configured, but the loopback interface.
    pub interfaces: Vec<InterfaceConfig>,
    /// Files of interfaces that could not be read: why.
    pub unread: Vec<Undetermined>,
    /// `/etc/resolv.conf`.
    pub resolv_conf: Known<Option<ResolvConf>>,
    /// Lines of `/etc/hosts` beyond the loopback's.
    pub hosts: Known<Vec<Located<String>>>,
    /// Settings of proxies: the name of each, never its value.
    pub proxies: Known<Vec<Located<String>>>,
    /// udev's rules that give network cards lasting names.
    pub persistent_names: Known<Vec<Spot>>,
    /// `/etc/sysconfig/network`.
    pub sysconfig: Known<Option<LiteralFile>>,
    /// `/etc/sysconfig/network-scripts/ifcfg-eth0`.
    pub ifcfg_eth0: Known<Option<LiteralFile>>,
    /// NetworkManager's profile of eth0, by the names that Microsoft's test suite knows.
    pub profile_eth0: Known<Option<Spot>>,
    /// `/etc/systemd/networkd.conf`.
    pub networkd_conf: Known<Option<Spot>>,
    /// `/usr/lib/systemd/networkd.conf`.
    pub vendor_networkd_conf: Known<Option<Spot>>,
    /// SUSE's `/etc/sysconfig/network/dhcp`.
    pub suse_dhcp: Known<Option<LiteralFile>>,
    /// `/etc/dhcpcd.conf`.
    pub dhcpcd_conf: Known<Option<LiteralFile>>,
    /// `/etc/dhcp/dhclient.conf`.
    pub dhclient_conf: Known<Option<LiteralFile>>,
}

/// Interfaces that are kept.
const MAX_INTERFACES: usize = 500;

/// What the readers of interfaces fill.
#[derive(Default)]
struct Found {
    interfaces: Vec<InterfaceConfig>,
    unread: Vec<Undetermined>,
}

impl Found {
    /// Takes what was read, or why it was not.
    fn take(&mut self, read: Known<Vec<InterfaceConfig>>) {
        match read {
            Ok(found) => {
                let room = MAX_INTERFACES.saturating_sub(self.interfaces.len());
                self.interfaces.extend(found.into_iter().take(room));
            }
            Err(unknown) => self.unread.push(unknown),
        }
    }
}

/// Reads it.
pub(super) fn gather(root: &Root) -> Network {
    let mut found = Found::default();
    ifcfg::gather(root, &mut found);
    netplan::gather(root, &mut found);
    keyfiles::gather(root, &mut found);
    interfaces::gather(root, &mut found);
    let present = |path: &str| Ok(root.exists(path)?.then(|| root.spot(path)));
    let literal = |path: &str, texts: &[&'static str]| around::literal(root, path, texts);
    Network {
        interfaces: found.interfaces,
        unread: found.unread,
        resolv_conf: around::resolv_conf(root),
        hosts: around::hosts(root),
        proxies: around::proxies(root),
        persistent_names: around::persistent_names(root),
        sysconfig: around::sysconfig(root),
        ifcfg_eth0: literal(
            "/etc/sysconfig/network-scripts/ifcfg-eth0",
            &["DEVICE=eth0", "BOOTPROTO=dhcp", "ONBOOT=yes"],
        ),
        profile_eth0: around::profile_eth0(root),
        networkd_conf: present("/etc/systemd/networkd.conf"),
        vendor_networkd_conf: present("/usr/lib/systemd/networkd.conf"),
        suse_dhcp: literal(
            "/etc/sysconfig/network/dhcp",
            &["DHCLIENT_SET_HOSTNAME=\"no\""],
        ),
        dhcpcd_conf: literal("/etc/dhcpcd.conf", &["option host_name"]),
        dhclient_conf: literal("/etc/dhcp/dhclient.conf", &["host-name"]),
    }
}
