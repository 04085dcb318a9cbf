//! What the sound machine has of: Remote Desktop, firewall, services, network, time.

use super::{Data, HiveName, Machine};

const TERMINAL_SERVER: &str = r"CurrentControlSet\Control\Terminal Server";
const RDP_TCP: &str = r"CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp";
const TERMINAL_POLICY: &str = r"Policies\Microsoft\Windows NT\Terminal Services";
const FIREWALL: &str = r"CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy";
const TCPIP: &str = r"CurrentControlSet\Services\Tcpip\Parameters";
const CONTROL: &str = r"CurrentControlSet\Control";
const NETWORK: &str = r"CurrentControlSet\Control\Network\{4d36e972-e325-11ce-bfc1-08002be10318}";
/// The interface of its one adapter.
const GUID: &str = "{3E1F7A52-9C4B-4D08-8F6A-5B2D1C0E9A77}";
const INTERNET: &str = r"Microsoft\Windows\CurrentVersion\Internet Settings";

/// Names, start types and types of services; 1 is a driver of the kernel.
const SERVICES: [(&str, u32, u32); 15] = [
    ("BFE", 2, 0x20),
    ("cdrom", 1, 1),
    ("Dhcp", 2, 0x20),
    ("Dnscache", 2, 0x20),
    ("IKEEXT", 2, 0x20),
    ("iphlpsvc", 2, 0x20),
    ("mpssvc", 2, 0x20),
    ("Netlogon", 3, 0x20),
    ("Netman", 3, 0x20),
    ("nsi", 2, 0x20),
    ("RemoteRegistry", 2, 0x20),
    ("TermService", 3, 0x20),
    ("W32Time", 2, 0x20),
    ("WinRM", 2, 0x20),
    ("partmgr", 0, 1),
];

/// Rules as Windows Server has them, and those that the guide adds for Azure's platform.
const RULES: [(&str, &str); 7] = [
    (
        "RemoteDesktop-UserMode-In-TCP",
        r"v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|App=%SystemRoot%\system32\svchost.exe|Svc=termservice|Name=@FirewallAPI.dll,-28775|Desc=@FirewallAPI.dll,-28756|EmbedCtxt=@FirewallAPI.dll,-28752|",
    ),
    (
        "RemoteDesktop-UserMode-In-UDP",
        r"v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=3389|App=%SystemRoot%\system32\svchost.exe|Svc=termservice|Name=@FirewallAPI.dll,-28776|Desc=@FirewallAPI.dll,-28777|EmbedCtxt=@FirewallAPI.dll,-28752|",
    ),
    (
        "FPS-ICMP4-ERQ-In",
        "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=1|ICMP4=8:*|Name=@FirewallAPI.dll,-28543|Desc=@FirewallAPI.dll,-28547|EmbedCtxt=@FirewallAPI.dll,-28502|",
    ),
    (
        "WINRM-HTTP-In-TCP",
        "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Profile=Domain|Profile=Private|LPort=5985|App=System|Name=@FirewallAPI.dll,-30253|Desc=@FirewallAPI.dll,-30256|EmbedCtxt=@FirewallAPI.dll,-30267|",
    ),
    (
        "CoreNet-DHCP-In",
        r"v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=68|RPort=67|App=%SystemRoot%\system32\svchost.exe|Svc=dhcp|Name=@FirewallAPI.dll,-25301|EmbedCtxt=@FirewallAPI.dll,-25000|",
    ),
    (
        "{A55E7001-0001-4000-8000-000000000001}",
        "v2.31|Action=Allow|Active=TRUE|Dir=In|RA4=168.63.129.16|Name=AzurePlatform|Edge=TRUE|",
    ),
    (
        "{A55E7001-0001-4000-8000-000000000002}",
        "v2.31|Action=Allow|Active=TRUE|Dir=Out|RA4=168.63.129.16|Name=AzurePlatform|",
    ),
];

pub(super) fn add(machine: Machine) -> Machine {
    [remote_desktop, services, firewall, settings, network]
        .into_iter()
        .fold(machine, |machine, add| add(machine))
}

fn remote_desktop(machine: Machine) -> Machine {
    let system = HiveName::System;
    let mut machine = machine.dword(system, TERMINAL_SERVER, "fDenyTSConnections", 0);
    for (name, number) in [
        ("PortNumber", 3389),
        ("LanAdapter", 0),
        ("UserAuthentication", 1),
        ("SecurityLayer", 2),
        ("KeepAliveTimeout", 1),
        ("fEnableWinStation", 1),
        ("fInheritReconnectSame", 1),
        ("fReconnectSame", 0),
        ("MaxInstanceCount", u32::MAX),
    ] {
        machine = machine.dword(system, RDP_TCP, name, number);
    }
    for (name, number) in [
        ("KeepAliveEnable", 1),
        ("KeepAliveInterval", 1),
        ("fDisableAutoReconnect", 0),
    ] {
        machine = machine.dword(HiveName::Software, TERMINAL_POLICY, name, number);
    }
    machine
}

fn services(machine: Machine) -> Machine {
    SERVICES
        .into_iter()
        .fold(machine, |machine, (name, start, kind)| {
            let key = format!(r"CurrentControlSet\Services\{name}");
            machine.dword(HiveName::System, &key, "Start", start).dword(
                HiveName::System,
                &key,
                "Type",
                kind,
            )
        })
}

fn firewall(machine: Machine) -> Machine {
    let rules = format!("{FIREWALL}\\FirewallRules");
    let mut machine = machine;
    for profile in ["DomainProfile", "PublicProfile", "StandardProfile"] {
        let key = format!("{FIREWALL}\\{profile}");
        machine = machine.dword(HiveName::System, &key, "EnableFirewall", 1);
    }
    RULES.into_iter().fold(machine, |machine, (id, text)| {
        machine.string(HiveName::System, &rules, id, text)
    })
}

fn settings(machine: Machine) -> Machine {
    let system = HiveName::System;
    let environment = format!(r"{CONTROL}\Session Manager\Environment");
    let memory = format!(r"{CONTROL}\Session Manager\Memory Management");
    let temp = || Data::ExpandSz(r"%SystemRoot%\TEMP".to_owned());
    let files = Data::MultiSz(vec![r"?:\pagefile.sys".to_owned()]);
    let zone = format!(r"{CONTROL}\TimeZoneInformation");
    machine
        .dword(system, &zone, "RealTimeIsUniversal", 1)
        .string(system, &zone, "TimeZoneKeyName", "UTC")
        .string(
            system,
            &format!(r"{CONTROL}\Nls\Language"),
            "Default",
            "0409",
        )
        .string(
            system,
            &format!(r"{CONTROL}\Power\User\PowerSchemes"),
            "ActivePowerScheme",
            "8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c",
        )
        .set(system, &environment, "TEMP", temp())
        .set(system, &environment, "TMP", temp())
        .set(system, &memory, "PagingFiles", files)
        .dword(
            system,
            r"CurrentControlSet\Services\partmgr\Parameters",
            "SanPolicy",
            1,
        )
}

fn network(machine: Machine) -> Machine {
    let system = HiveName::System;
    let interface = format!(r"{TCPIP}\Interfaces\{GUID}");
    let connection = format!(r"{NETWORK}\{GUID}\Connection");
    let mut direct = vec![0; 20];
    direct[0] = 0x18;
    direct[8] = 1;
    machine
        .dword(system, &interface, "EnableDHCP", 1)
        .string(system, &interface, "NameServer", "")
        .string(system, &interface, "DhcpIPAddress", "10.0.0.4")
        .string(system, &connection, "Name", "Ethernet")
        .string(
            system,
            &connection,
            "PnPInstanceId",
            r"VMBUS\{F8615163-DF3E-46C5-913F-F2D2F965ED0E}\{1}",
        )
        .key(system, &format!(r"{NETWORK}\Descriptions"))
        .key(system, &format!(r"{TCPIP}\PersistentRoutes"))
        .set(
            HiveName::Software,
            &format!("{INTERNET}\\Connections"),
            "WinHttpSettings",
            Data::Binary(direct),
        )
        .dword(
            HiveName::Default,
            &format!("Software\\{INTERNET}"),
            "ProxyEnable",
            0,
        )
}

/// Rules of Windows that are asked of a machine whose `SYSTEM` or `SOFTWARE` was damaged: none may
/// panic, or take its time.
#[test]
fn no_damage_to_a_hive_is_more_than_a_rule_can_take() {
    use crate::guest::{Guest, WindowsGuest};
    use crate::rules::Profile;
    use crate::rules::registry::RULES;

    let machine = Machine::new();
    let mut inspection = machine.inspection();
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % u64::try_from(below).unwrap()).unwrap()
    };
    let hives: Vec<_> = machine
        .hives
        .iter()
        .filter(|(name, _)| matches!(name, HiveName::System | HiveName::Software))
        .map(|(name, writer)| (name.name(), writer.build()))
        .collect();
    for round in 0..300 {
        let (name, mut bytes) = hives[round % hives.len()].clone();
        for _ in 0..=next(8) {
            let at = 4096 + next(bytes.len() - 4096);
            bytes[at] = u8::try_from(next(256)).unwrap();
        }
        let path = format!("/Windows/System32/config/{name}");
        let mut tree = machine.tree.clone();
        for (other, sound) in &hives {
            tree = tree.bytes(&format!("/Windows/System32/config/{other}"), sound);
        }
        let root = tree.bytes(&path, &bytes).windows_root_with(Vec::new());
        let facts = WindowsGuest::gather(&root, &[]);
        inspection.guest = Ok(Some(Guest::Windows(Box::new(facts))));
        for rule in RULES.iter().filter(|rule| rule.id.starts_with("WIN")) {
            super::judge(rule, &inspection, Profile::default());
        }
    }
}
