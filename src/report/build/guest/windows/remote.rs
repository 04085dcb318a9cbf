//! Rows on Remote Desktop, firewall, services, network, time.

use super::super::Rows;
use crate::guest::WindowsGuest;
use crate::guest::windows::firewall::{Action, Profile};
use crate::guest::windows::services::Start;

/// Services whose start is shown: those that a remote machine hangs on.
const SERVICES: [&str; 15] = [
    "BFE",
    "cdrom",
    "Dhcp",
    "Dnscache",
    "IKEEXT",
    "iphlpsvc",
    "mpssvc",
    "Netlogon",
    "Netman",
    "nsi",
    "RemoteRegistry",
    "TermService",
    "W32Time",
    "WinRM",
    "WerSvc",
];

/// Active rules of the firewall that are shown; a server has some hundreds.
const MAX_RULES: usize = 200;

pub(super) fn rows(rows: &mut Rows, windows: &WindowsGuest) {
    remote_desktop(rows, windows);
    firewall(rows, windows);
    services(rows, windows);
    settings(rows, windows);
    network(rows, windows);
}

fn remote_desktop(rows: &mut Rows, windows: &WindowsGuest) {
    rows.about("remote desktop");
    let remote = &windows.remote_desktop;
    let (listener, policy) = (&remote.listener, &remote.policy);
    for (name, setting) in [
        ("fDenyTSConnections", &remote.deny),
        ("fDenyTSConnections (policy)", &remote.policy_deny),
        ("TSEnabled", &remote.enabled),
        ("TSServerDrainMode", &remote.drain_mode),
        ("TSUserEnabled", &remote.user_enabled),
        ("fEnableWinStation", &listener.enabled),
        ("fLogonDisabled", &listener.logon_disabled),
        ("PortNumber", &listener.port),
        ("LanAdapter", &listener.lan_adapter),
        ("UserAuthentication", &listener.user_authentication),
        ("SecurityLayer", &listener.security_layer),
        ("fAllowSecProtocolNegotiation", &listener.negotiation),
        ("KeepAliveTimeout", &listener.keep_alive_timeout),
        ("fInheritReconnectSame", &listener.inherit_reconnect),
        ("fReconnectSame", &listener.reconnect_same),
        ("MaxInstanceCount", &listener.max_instances),
        ("KeepAliveEnable (policy)", &policy.keep_alive),
        ("KeepAliveInterval (policy)", &policy.keep_alive_interval),
        ("fDisableAutoReconnect (policy)", &policy.disable_reconnect),
    ] {
        rows.setting(name, setting);
    }
    if let Some(Some(spot)) = rows.known(&listener.certificate) {
        rows.add("SSLCertificateSHA1Hash", "present", Some(spot));
    }
}

fn firewall(rows: &mut Rows, windows: &WindowsGuest) {
    rows.about("firewall");
    let firewall = &windows.firewall;
    for profile in Profile::ALL {
        for (name, setting) in [
            ("EnableFirewall", firewall.enable(profile)),
            ("DoNotAllowExceptions", firewall.block_all(profile)),
            ("DefaultInboundAction", firewall.default_inbound(profile)),
            ("AllowLocalPolicyMerge", firewall.merge(profile)),
        ] {
            rows.setting(format!("{name} ({})", profile.name()), setting);
        }
    }
    for store in [&firewall.rules, &firewall.policy_rules] {
        if let Some(rules) = rows.known(store) {
            rows.add("rules", rules.list.len().to_string(), Some(&rules.spot));
            let unread = rules.unread.len().min(MAX_RULES);
            rows.unknown_ones(&rules.unread[..unread]);
        }
    }
    let inbound = firewall.all_rules().filter(|rule| rule.is_inbound());
    for rule in inbound.take(MAX_RULES) {
        let action = match rule.action {
            Action::Allow => "allows what comes in",
            Action::Block => "blocks what comes in",
            Action::ByPass => "allows what comes in secured",
        };
        rows.add(&rule.id, action, Some(&rule.spot));
    }
}

fn services(rows: &mut Rows, windows: &WindowsGuest) {
    rows.about("services");
    let Some(services) = rows.known(&windows.services) else {
        return;
    };
    rows.add(
        "services and drivers",
        services.list.len().to_string(),
        Some(&services.spot),
    );
    for service in SERVICES.iter().filter_map(|name| services.get(name)) {
        if let Some(Some(start)) = rows.known(&service.starts()) {
            let value = match start {
                Start::Other(number) => number.to_string(),
                start => start.name().to_owned(),
            };
            rows.add(&service.name, value, Some(&service.start.spot));
        }
    }
}

fn settings(rows: &mut Rows, windows: &WindowsGuest) {
    rows.about("system settings");
    let settings = &windows.system_settings;
    rows.setting("RealTimeIsUniversal", &settings.clock_is_utc);
    for (name, setting) in [
        ("TimeZoneKeyName", &settings.time_zone),
        ("language", &settings.language),
        ("ActivePowerScheme", &settings.power_scheme),
        ("ActivePowerScheme (policy)", &settings.policy_power_scheme),
        ("TEMP", &settings.temp),
        ("TMP", &settings.tmp),
    ] {
        rows.setting(name, setting);
    }
    rows.setting("SanPolicy", &settings.san_policy);
    if let Some(Some(files)) = rows.known(&settings.paging_files.value) {
        let spot = &settings.paging_files.spot;
        rows.add("PagingFiles", files.join("; "), Some(spot));
    }
    rows.setting("Deny_All (policy)", &settings.removable.deny_all);
    rows.setting("Deny_Read (policy)", &settings.removable.deny_cd_read);
}

fn network(rows: &mut Rows, windows: &WindowsGuest) {
    rows.about("network");
    let network = &windows.network;
    if let Some(adapters) = rows.known(&network.adapters) {
        for adapter in &adapters.entries {
            rows.setting(format!("adapter {}", adapter.guid), &adapter.name);
            rows.setting(format!("device of {}", adapter.guid), &adapter.device);
        }
    }
    if let Some(interfaces) = rows.known(&network.interfaces) {
        for interface in &interfaces.entries {
            let name = |value: &str| format!("{value} of {}", interface.guid);
            rows.setting(name("EnableDHCP"), &interface.dhcp);
            for (value, setting) in [
                ("IPAddress", &interface.addresses),
                ("DefaultGateway", &interface.gateways),
            ] {
                if let Some(Some(list)) = rows.known(&setting.value)
                    && !list.is_empty()
                {
                    rows.add(name(value), list.join(" "), Some(&setting.spot));
                }
            }
            rows.setting(name("NameServer"), &interface.name_servers);
        }
    }
    if let Some(routes) = rows.known(&network.routes) {
        for route in &routes.entries {
            rows.located("persistent route", route);
        }
    }
    rows.setting("DisabledComponents (IPv6)", &network.ipv6_disabled);
    if let Some(Some(found)) = rows.known(&network.win_http) {
        let proxy = found.value.proxy.as_deref().unwrap_or("direct");
        rows.add("WinHTTP proxy", proxy, Some(&found.spot));
        if !found.value.bypass.is_empty() {
            rows.add("WinHTTP bypass", &found.value.bypass, Some(&found.spot));
        }
    }
    let proxy = &network.system_proxy;
    rows.setting("ProxyEnable", &proxy.enable);
    rows.setting("ProxyServer", &proxy.server);
    rows.setting("ProxyOverride", &proxy.bypass);
    rows.setting("AutoConfigURL", &proxy.script);
    rows.about("remote management");
    let management = &windows.remote_management;
    if let Some(listeners) = rows.known(&management.listeners) {
        for listener in listeners {
            rows.located("WinRM listener", listener);
        }
    }
    rows.setting("AllowAutoConfig (policy)", &management.auto_config);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::windows::registry::HiveName;
    use crate::rules::windows::testing::Machine;

    fn shown(machine: &Machine) -> Rows {
        let mut shown = Rows::new();
        rows(&mut shown, &machine.facts());
        shown
    }

    #[test]
    fn every_fact_has_its_place_and_absent_ones_are_not_shown() {
        let shown = shown(&Machine::new());
        let unknown: Vec<_> = shown.unknown.iter().map(|row| &row.reason).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        let row = |subject: &str, name: &str| {
            let found = shown
                .facts
                .iter()
                .find(|row| (row.subject, row.name.as_str()) == (subject, name));
            let row = found.unwrap_or_else(|| panic!("no {subject}, {name}"));
            let place = row
                .place
                .as_ref()
                .and_then(|place| place.registry.as_deref());
            (row.value.as_str(), place.unwrap_or_default())
        };
        for (subject, name, expected) in [
            (
                "remote desktop",
                "fDenyTSConnections",
                (
                    "0",
                    r"SYSTEM\ControlSet001\Control\Terminal Server!fDenyTSConnections",
                ),
            ),
            (
                "services",
                "Dhcp",
                ("Automatic", r"SYSTEM\ControlSet001\Services\Dhcp!Start"),
            ),
            (
                "firewall",
                "EnableFirewall (Private)",
                (
                    "1",
                    r"SYSTEM\ControlSet001\Services\SharedAccess\Parameters\FirewallPolicy\StandardProfile!EnableFirewall",
                ),
            ),
            (
                "system settings",
                "PagingFiles",
                (
                    r"?:\pagefile.sys",
                    r"SYSTEM\ControlSet001\Control\Session Manager\Memory Management!PagingFiles",
                ),
            ),
            (
                "network",
                "WinHTTP proxy",
                (
                    "direct",
                    r"SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\Connections!WinHttpSettings",
                ),
            ),
        ] {
            assert_eq!(row(subject, name), expected, "{subject}, {name}");
        }
        assert!(shown.facts.iter().all(|row| row.place.is_some()));
        assert!(!shown.facts.iter().any(|row| row.name == "TSEnabled"));
    }

    #[test]
    fn what_is_not_known_is_said() {
        let shown = shown(&Machine::new().without_hive(HiveName::System));
        for subject in [
            "remote desktop",
            "firewall",
            "services",
            "system settings",
            "network",
        ] {
            let is_said = shown.unknown.iter().any(|row| row.subject == subject);
            assert!(is_said, "{subject}");
        }
    }
}
