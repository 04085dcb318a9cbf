//! Interfaces of TCP/IP, and the network adapters that they belong to.

use super::{List, MAX_ENTRIES, TCPIP};
use crate::guest::Spot;
use crate::guest::windows::registry::{HiveName, Registry, RegistryKey};
use crate::guest::windows::setting::Setting;
use crate::known::Known;

/// The network connections by the GUIDs of their interfaces; the class is that of network adapters.
const CONNECTIONS: &str =
    r"CurrentControlSet\Control\Network\{4d36e972-e325-11ce-bfc1-08002be10318}";

/// What TCP/IP is told of an interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// Its GUID with braces, the name of the key (hostile text).
    pub guid: String,
    /// The key.
    pub spot: Spot,
    /// `EnableDHCP`: 1 asks for an address.
    pub dhcp: Setting<u32>,
    /// `IPAddress`: static addresses (hostile text).
    pub addresses: Setting<Vec<String>>,
    /// `DefaultGateway`: static gateways (hostile text).
    pub gateways: Setting<Vec<String>>,
    /// `NameServer`: static DNS servers, set apart by blanks or commas (hostile text).
    pub name_servers: Setting<String>,
}

impl Interface {
    /// Its static addresses, where it does not ask for one: `0.0.0.0` stands for none.
    ///
    /// # Errors
    /// [`Undetermined`](crate::known::Undetermined) where it could not be read.
    pub fn static_addresses(&self) -> Known<Vec<&str>> {
        // An interface that does not say so is one of a tunnel or of the loop, and none of Azure's.
        if self.dhcp.get()? != Some(&0) {
            return Ok(Vec::new());
        }
        let addresses = self.addresses.get()?.into_iter().flatten();
        Ok(addresses
            .map(|address| address.trim())
            .filter(|address| !address.is_empty() && *address != "0.0.0.0")
            .collect())
    }
}

/// A network adapter that has, or had, a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adapter {
    /// The GUID of its interface, with braces (hostile text).
    pub guid: String,
    /// The key of its connection.
    pub spot: Spot,
    /// The name of its connection: `Ethernet` (hostile text).
    pub name: Setting<String>,
    /// `PnPInstanceId`: the device: `VMBUS\{…}\{…}` (hostile text).
    pub device: Setting<String>,
}

impl Adapter {
    /// The bus of its device: `VMBUS`, `PCI`; none where the key does not say.
    pub fn bus(&self) -> Option<&str> {
        let device = self.device.get().ok().flatten()?;
        device.split('\\').next().filter(|bus| !bus.is_empty())
    }
}

/// A list of what `read` makes of the keys below `path`.
fn list<T>(
    registry: &Registry,
    path: &str,
    read: impl Fn(&RegistryKey<'_>) -> Known<Option<T>>,
) -> Known<List<T>> {
    let keys = registry.subkeys(HiveName::System, path)?;
    let mut entries = Vec::new();
    for key in keys.iter().take(MAX_ENTRIES) {
        entries.extend(read(key)?);
    }
    Ok(List {
        entries,
        is_cut: keys.len() > MAX_ENTRIES,
        spot: registry.spot(HiveName::System, path, None),
    })
}

pub(super) fn interfaces(registry: &Registry) -> Known<List<Interface>> {
    list(registry, &format!("{TCPIP}\\Interfaces"), |key| {
        Ok(Some(Interface {
            guid: key.name().to_owned(),
            spot: key.spot(),
            dhcp: key.dword("EnableDHCP"),
            addresses: key.strings("IPAddress"),
            gateways: key.strings("DefaultGateway"),
            name_servers: key.string("NameServer"),
        }))
    })
}

pub(super) fn adapters(registry: &Registry) -> Known<List<Adapter>> {
    // The class has other subkeys too, which have no connection: `Descriptions`.
    list(registry, CONNECTIONS, |key| {
        let connection = key.subkey("Connection")?;
        Ok(connection.map(|connection| Adapter {
            guid: key.name().to_owned(),
            spot: connection.spot(),
            name: connection.string("Name"),
            device: connection.string("PnPInstanceId"),
        }))
    })
}
