//! Windows Remote Management (WinRM): what it listens on.

use super::registry::{HiveName, Registry};
use super::setting::Setting;
use crate::guest::{Located, Root};
use crate::known::Known;

/// The listeners that were made by `winrm` or `Enable-PSRemoting`.
const LISTENERS: &str = r"Microsoft\Windows\CurrentVersion\WSMAN\Listener";
/// Group policy for the service.
const POLICY: &str = r"Policies\Microsoft\Windows\WinRM\Service";
/// Listeners that are kept; a machine has one or two.
const MAX_LISTENERS: usize = 100;

/// Windows Remote Management (WinRM).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteManagement {
    /// Its listeners by the names of their keys, address and transport: `*+HTTPS` (hostile text).
    pub listeners: Known<Vec<Located<String>>>,
    /// Group policy `AllowAutoConfig`: 1 has the service listen for HTTP by itself.
    pub auto_config: Setting<u32>,
}

impl RemoteManagement {
    /// The first listener for HTTPS.
    ///
    /// # Errors
    /// [`Undetermined`](crate::known::Undetermined) where the listeners could not be read.
    pub fn https(&self) -> Known<Option<&Located<String>>> {
        let listeners = self.listeners.as_ref().map_err(Clone::clone)?;
        let is_https = |listener: &&Located<String>| {
            let transport = listener.value.rsplit('+').next().unwrap_or_default();
            transport.eq_ignore_ascii_case("HTTPS")
        };
        Ok(listeners.iter().find(is_https))
    }
}

/// Reads it.
pub(super) fn gather(_: &Root, registry: &Registry) -> RemoteManagement {
    let listeners = registry.subkeys(HiveName::Software, LISTENERS).map(|keys| {
        keys.iter()
            .take(MAX_LISTENERS)
            .map(|key| Located::new(key.name().to_owned(), key.spot()))
            .collect()
    });
    RemoteManagement {
        listeners,
        auto_config: registry.dword(HiveName::Software, POLICY, "AllowAutoConfig"),
    }
}
