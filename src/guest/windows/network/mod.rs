//! Network interfaces, routes and proxies.

mod interfaces;
mod proxy;

pub use interfaces::{Adapter, Interface};
pub use proxy::{SystemProxy, WinHttp};

use super::registry::{HiveName, Registry};
use super::setting::Setting;
use crate::guest::{Located, Root, Spot};
use crate::known::Known;

/// The parameters of TCP/IP version 4.
const TCPIP: &str = r"CurrentControlSet\Services\Tcpip\Parameters";
/// Those of version 6.
const TCPIP6: &str = r"CurrentControlSet\Services\Tcpip6\Parameters";
/// Entries that are kept of each list; a real machine has some dozen.
const MAX_ENTRIES: usize = 2_000;

/// A list with the key that holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T> {
    /// Its entries, in the order of the registry.
    pub entries: Vec<T>,
    /// Whether there are more than were kept.
    pub is_cut: bool,
    /// The key.
    pub spot: Spot,
}

impl<T> List<T> {
    /// Why not all of it is known.
    pub fn open(&self) -> Option<String> {
        self.is_cut
            .then(|| format!("{}: there are more than {MAX_ENTRIES} entries", self.spot))
    }
}

/// Network interfaces, routes and proxies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// What TCP/IP is told of each interface, whether or not its adapter is still there.
    pub interfaces: Known<List<Interface>>,
    /// The network adapters that are, or were, plugged in.
    pub adapters: Known<List<Adapter>>,
    /// Persistent routes that `route.exe` made, as stored: `destination,mask,gateway,metric`
    /// (hostile text). Those of other tools and of IPv6 lie elsewhere.
    pub routes: Known<List<Located<String>>>,
    /// `DisabledComponents` of IPv6: bits of what is off; 0xFF for all.
    pub ipv6_disabled: Setting<u32>,
    /// The machine's proxy for WinHTTP, where there is such a setting.
    pub win_http: Known<Option<Located<WinHttp>>>,
    /// The proxy of the system's own account (WinINet).
    pub system_proxy: SystemProxy,
}

/// Reads it.
pub(super) fn gather(_: &Root, registry: &Registry) -> Network {
    Network {
        interfaces: interfaces::interfaces(registry),
        adapters: interfaces::adapters(registry),
        routes: routes(registry),
        ipv6_disabled: registry.dword(HiveName::System, TCPIP6, "DisabledComponents"),
        win_http: proxy::win_http(registry),
        system_proxy: proxy::system(registry),
    }
}

fn routes(registry: &Registry) -> Known<List<Located<String>>> {
    let path = format!("{TCPIP}\\PersistentRoutes");
    let values = match registry.key(HiveName::System, &path)? {
        Some(key) => key.values()?,
        None => Vec::new(),
    };
    Ok(List {
        is_cut: values.len() > MAX_ENTRIES,
        spot: registry.spot(HiveName::System, &path, None),
        entries: values
            .into_iter()
            .filter(|(name, _)| !name.is_empty())
            .take(MAX_ENTRIES)
            .map(|(name, value)| Located::new(name, value.spot))
            .collect(),
    })
}

#[cfg(test)]
mod tests;
