//! Remote Desktop: whether it is on, and its listener.

use super::registry::{HiveName, Registry};
use super::setting::Setting;
use crate::guest::hive::Data;
use crate::guest::{Root, Spot};
use crate::known::Known;

/// The key of Remote Desktop Services.
const KEY: &str = r"CurrentControlSet\Control\Terminal Server";
/// The listener for RDP over TCP.
const LISTENER: &str = r"CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp";
/// Group policy for both.
const POLICY: &str = r"Policies\Microsoft\Windows NT\Terminal Services";

/// Remote Desktop: whether it is on, and its listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteDesktop {
    /// `fDenyTSConnections`: 1 refuses all connections.
    pub deny: Setting<u32>,
    /// The same value of group policy, which goes before it.
    pub policy_deny: Setting<u32>,
    /// `TSEnabled`: 0 turns the terminal server off.
    pub enabled: Setting<u32>,
    /// `TSServerDrainMode`: other than 0 lets no new sessions in.
    pub drain_mode: Setting<u32>,
    /// `TSUserEnabled`: 1 lets no user log on.
    pub user_enabled: Setting<u32>,
    /// The listener.
    pub listener: Listener,
    /// What group policy says of connections.
    pub policy: ConnectionPolicy,
}

/// The key `WinStations\RDP-Tcp`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// `fEnableWinStation`: 0 turns the listener off.
    pub enabled: Setting<u32>,
    /// `fLogonDisabled`: 1 lets nobody log on.
    pub logon_disabled: Setting<u32>,
    /// `PortNumber`: the TCP and UDP port.
    pub port: Setting<u32>,
    /// `LanAdapter`: the only adapter that it listens on; 0 for all.
    pub lan_adapter: Setting<u32>,
    /// `UserAuthentication`: 1 asks for network level authentication.
    pub user_authentication: Setting<u32>,
    /// `SecurityLayer`: 0 is RDP's own encryption, 1 negotiates, 2 is TLS.
    pub security_layer: Setting<u32>,
    /// `fAllowSecProtocolNegotiation`: 0 forbids to negotiate the security layer.
    pub negotiation: Setting<u32>,
    /// `KeepAliveTimeout`.
    pub keep_alive_timeout: Setting<u32>,
    /// `fInheritReconnectSame`: whether the user's setting goes before `fReconnectSame`.
    pub inherit_reconnect: Setting<u32>,
    /// `fReconnectSame`: 1 lets a session be taken up from the same client only.
    pub reconnect_same: Setting<u32>,
    /// `MaxInstanceCount`: sessions at a time; 0xFFFFFFFF for any number.
    pub max_instances: Setting<u32>,
    /// `SSLCertificateSHA1Hash`, where a certificate is bound to the listener: its place.
    pub certificate: Known<Option<Spot>>,
}

/// Values of group policy under `Windows NT\Terminal Services`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionPolicy {
    /// `KeepAliveEnable`.
    pub keep_alive: Setting<u32>,
    /// `KeepAliveInterval`: minutes.
    pub keep_alive_interval: Setting<u32>,
    /// `fDisableAutoReconnect`: 1 forbids a client to connect again by itself.
    pub disable_reconnect: Setting<u32>,
}

/// Reads it.
pub(super) fn gather(_: &Root, registry: &Registry) -> RemoteDesktop {
    let main = |name: &str| registry.dword(HiveName::System, KEY, name);
    let listener = |name: &str| registry.dword(HiveName::System, LISTENER, name);
    let policy = |name: &str| registry.dword(HiveName::Software, POLICY, name);
    RemoteDesktop {
        deny: main("fDenyTSConnections"),
        policy_deny: policy("fDenyTSConnections"),
        enabled: main("TSEnabled"),
        drain_mode: main("TSServerDrainMode"),
        user_enabled: main("TSUserEnabled"),
        listener: Listener {
            enabled: listener("fEnableWinStation"),
            logon_disabled: listener("fLogonDisabled"),
            port: listener("PortNumber"),
            lan_adapter: listener("LanAdapter"),
            user_authentication: listener("UserAuthentication"),
            security_layer: listener("SecurityLayer"),
            negotiation: listener("fAllowSecProtocolNegotiation"),
            keep_alive_timeout: listener("KeepAliveTimeout"),
            inherit_reconnect: listener("fInheritReconnectSame"),
            reconnect_same: listener("fReconnectSame"),
            max_instances: listener("MaxInstanceCount"),
            certificate: certificate(registry),
        },
        policy: ConnectionPolicy {
            keep_alive: policy("KeepAliveEnable"),
            keep_alive_interval: policy("KeepAliveInterval"),
            disable_reconnect: policy("fDisableAutoReconnect"),
        },
    }
}

/// The place of the listener's certificate; a thumbprint of nothing but zeros is none.
fn certificate(registry: &Registry) -> Known<Option<Spot>> {
    let value = registry.value(HiveName::System, LISTENER, "SSLCertificateSHA1Hash")?;
    let is_set = |data: &Data| match data {
        Data::Binary(bytes) => bytes.iter().any(|byte| *byte != 0),
        _ => true,
    };
    Ok(value
        .filter(|value| is_set(&value.value))
        .map(|value| value.spot))
}
