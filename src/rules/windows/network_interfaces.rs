//! WIN014: how the network adapters get their addresses.

use super::{Judgement, at, guest, powershell_quoted};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::windows::network::{Adapter, Interface, Network};
use crate::rules::linux::guest_text::short;
use crate::rules::partition::listed;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// Every network adapter gets its address by DHCP.
    ///
    /// ## Why
    /// Azure assigns the addresses. A machine that wakes up with the address of the network that
    /// the image was made in cannot be reached.
    ///
    /// ## Evidence
    /// Below `Tcpip\Parameters\Interfaces`: an `IPAddress` other than 0.0.0.0 with `EnableDHCP` 0
    /// (absent is DHCP), and a `NameServer`, which goes before what DHCP says. Such settings of an
    /// interface that has no network connection any more, or one of software, are only noted, as
    /// are further adapters: Azure's machines have others. What is off of IPv6
    /// (`DisabledComponents`) is noted.
    ///
    /// ## Fix
    /// `netsh.exe interface ip set address name="Ethernet" source=dhcp`;
    /// `netsh.exe interface ip set dnsservers name="Ethernet" source=dhcp`
    ///
    /// ## Limits
    /// Whether the product needs IPv6 or a second adapter is not in the image. Whether an adapter
    /// is still there cannot be seen offline. Static addresses of IPv6 are not read.
    pub static WIN014 = {
        id: "WIN014",
        name: "network-by-dhcp",
        level: Error,
        sources: [FAQ, WINP, QUES, STATICIP, NAMESERVER],
    };
}

/// The adapter of an interface, by its GUID.
fn adapter_of<'a>(adapters: &'a [Adapter], interface: &Interface) -> Option<&'a Adapter> {
    adapters
        .iter()
        .find(|adapter| adapter.guid.eq_ignore_ascii_case(&interface.guid))
}

/// A finding on an interface: grave only where it has a connection, by an adapter that is no
/// software's: a virtual switch keeps the address that it was given.
fn about(
    adapter: Option<&Adapter>,
    interface: &Interface,
    level: Level,
    (what, command): (&str, &str),
) -> Finding {
    let is_software = adapter.and_then(Adapter::bus).is_some_and(is_virtual);
    let level = if is_software { Level::Note } else { level };
    let name = adapter.map(|adapter| match adapter.name.get() {
        Ok(Some(name)) => name.clone(),
        _ => interface.guid.clone(),
    });
    match name {
        Some(name) => Finding::new(
            level,
            format!("the network connection {} has {what}", short(&name)),
        )
        .fix(format!(
            "netsh.exe interface ip set {command} name={} source=dhcp",
            // PowerShell hands a double quote on as it is, and netsh would end the name there.
            powershell_quoted(&name.replace('"', ""))
        )),
        None => Finding::note(format!(
            "an interface without a network connection, {}, has {what}",
            short(&interface.guid)
        ))
        .fix(format!(
            "Remove-Item -LiteralPath {}",
            powershell_quoted(&format!(
                r"HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces\{}",
                interface.guid
            ))
        )),
    }
}

fn interfaces(judgement: &mut Judgement, network: &Network, adapters: &[Adapter]) {
    let list = network.interfaces.as_ref().map_err(Clone::clone);
    let Some(list) = judgement.known(list) else {
        return;
    };
    if let Some(reason) = list.open() {
        judgement.leave_open(reason);
    }
    let mut addresses = Vec::new();
    let mut servers = Vec::new();
    for interface in &list.entries {
        let adapter = adapter_of(adapters, interface);
        let found = judgement.known(interface.static_addresses());
        if let Some(found) = found.filter(|found| !found.is_empty()) {
            let what = ("a static address", "address");
            addresses.push(
                about(adapter, interface, Level::Error, what)
                    .found(short(&found.join(", ")))
                    .required("EnableDHCP = 1")
                    .at(at(&interface.addresses.spot)),
            );
        }
        if let Some(Some(found)) = judgement.set(&interface.name_servers)
            && !found.trim().is_empty()
        {
            let what = ("static DNS servers", "dnsservers");
            servers.push(
                about(adapter, interface, Level::Warning, what)
                    .found(short(found))
                    .required("no NameServer")
                    .at(at(&interface.name_servers.spot)),
            );
        }
    }
    for (mut findings, what) in [
        (addresses, "interfaces with static addresses"),
        (servers, "interfaces with static DNS servers"),
    ] {
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        judgement.find(listed(Level::Note, findings.into_iter(), what));
    }
}

/// Adapters that Azure's machine will not have: all of them, where there is more than one.
fn ghosts(adapters: &[Adapter]) -> Vec<Finding> {
    let plugged = adapters
        .iter()
        .filter(|adapter| matches!(adapter.bus(), Some(bus) if !is_virtual(bus)));
    if plugged.clone().count() < 2 {
        return Vec::new();
    }
    let findings = plugged.map(|adapter| {
        let name = adapter.name.get().ok().flatten();
        Finding::note(format!(
            "Windows knows more than one network adapter: {}; Azure gives the machine others",
            short(name.unwrap_or(&adapter.guid))
        ))
        .found(short(
            adapter
                .device
                .get()
                .ok()
                .flatten()
                .map_or("", |device| device),
        ))
        .at(at(&adapter.spot))
    });
    listed(Level::Note, findings, "network adapters")
}

/// Buses of adapters that are no hardware: tunnels, loops, teams.
fn is_virtual(bus: &str) -> bool {
    ["ROOT", "SWD", "SW"]
        .iter()
        .any(|other| other.eq_ignore_ascii_case(bus))
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let network = &guest.network;
    let mut judgement = Judgement::default();
    let adapters = network.adapters.as_ref().map_err(Clone::clone);
    // Without them it is not known which interfaces count.
    let Some(adapters) = judgement.known(adapters) else {
        return judgement.outcome();
    };
    if let Some(reason) = adapters.open() {
        judgement.leave_open(reason);
    }
    interfaces(&mut judgement, network, &adapters.entries);
    judgement.find(ghosts(&adapters.entries));
    let ipv6 = &network.ipv6_disabled;
    if let Some(Some(bits)) = judgement.set(ipv6)
        && *bits != 0
    {
        judgement.find([Finding::note("parts of IPv6 are turned off")
            .found(format!("DisabledComponents = {bits:#x}"))
            .at(at(&ipv6.spot))]);
    }
    judgement.outcome()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::hive::Data;
    use crate::guest::windows::registry::HiveName::System;
    use crate::rules::windows::testing::*;

    const INTERFACES: &str = r"CurrentControlSet\Services\Tcpip\Parameters\Interfaces";
    const NETWORK: &str =
        r"CurrentControlSet\Control\Network\{4d36e972-e325-11ce-bfc1-08002be10318}";
    const GUID: &str = "{3e1f7a52-9c4b-4d08-8f6a-5b2d1c0e9a77}";
    const STALE: &str = "{00000000-9c4b-4d08-8f6a-5b2d1c0e9a77}";

    fn with_address(machine: Machine, guid: &str, address: &str) -> Machine {
        let key = format!("{INTERFACES}\\{guid}");
        let addresses = Data::MultiSz(vec![address.to_owned()]);
        machine
            .dword(System, &key, "EnableDHCP", 0)
            .set(System, &key, "IPAddress", addresses)
    }

    #[test]
    fn a_static_address_fails_and_its_command_names_the_connection() {
        assert_eq!(of(&WIN014, &Machine::new()), Outcome::pass());
        let machine = with_address(Machine::new(), GUID, "192.168.1.10");
        let outcome = of(&WIN014, &machine);
        assert_eq!(outcome.status(), Status::Fail);
        assert_evidence(&outcome);
        let [finding] = outcome.findings() else {
            panic!("{outcome:?}");
        };
        assert_eq!(finding.found.as_deref(), Some("192.168.1.10"));
        assert_eq!(
            finding.fix.as_deref(),
            Some("netsh.exe interface ip set address name='Ethernet' source=dhcp")
        );
        let name = format!("{NETWORK}\\{GUID}\\Connection");
        let hostile = machine.string(System, &name, "Name", "x'; Remove-Item\" C:\\ #");
        let fix = of(&WIN014, &hostile).findings()[0].fix.clone().unwrap();
        assert!(
            fix.contains("name='x''; Remove-Item C:\\ #' source"),
            "{fix}"
        );
    }

    #[test]
    fn what_belongs_to_no_connection_is_a_note() {
        let stale = with_address(Machine::new(), STALE, "10.1.1.1");
        assert_eq!(worst(&of(&WIN014, &stale)), Some(Level::Note));
        let zero = with_address(Machine::new(), GUID, "0.0.0.0");
        assert_eq!(of(&WIN014, &zero), Outcome::pass());
        // A tunnel's interface says neither.
        let key = format!("{INTERFACES}\\{STALE}");
        let addresses = Data::MultiSz(vec!["10.1.1.1".to_owned()]);
        let tunnel = Machine::new().set(System, &key, "IPAddress", addresses);
        assert_eq!(of(&WIN014, &tunnel), Outcome::pass());
    }

    #[test]
    fn the_address_of_a_virtual_switch_is_a_note() {
        let connection = format!("{NETWORK}\\{STALE}\\Connection");
        let switch = with_address(Machine::new(), STALE, "172.16.0.1")
            .string(System, &connection, "Name", "vEthernet (NAT)")
            .string(System, &connection, "PnPInstanceId", r"ROOT\VMS_MP\0000");
        let outcome = of(&WIN014, &switch);
        assert_eq!(worst(&outcome), Some(Level::Note));
        assert!(outcome.findings()[0].message.contains("vEthernet (NAT)"));
    }

    #[test]
    fn static_dns_servers_are_a_warning() {
        let key = format!("{INTERFACES}\\{GUID}");
        let machine = Machine::new().string(System, &key, "NameServer", "10.0.0.4,10.0.0.5");
        let outcome = of(&WIN014, &machine);
        assert_eq!(worst(&outcome), Some(Level::Warning));
        assert_evidence(&outcome);
    }

    #[test]
    fn adapters_and_ipv6_are_noted() {
        let other = format!("{NETWORK}\\{STALE}\\Connection");
        let second = Machine::new()
            .string(System, &other, "Name", "Ethernet0")
            .string(
                System,
                &other,
                "PnPInstanceId",
                r"PCI\VEN_15AD&DEV_07B0\FF565400",
            );
        let outcome = of(&WIN014, &second);
        assert_eq!(worst(&outcome), Some(Level::Note));
        assert_eq!(outcome.findings().len(), 2);
        let loops = second.string(System, &other, "PnPInstanceId", r"SWD\IP_TUNNEL_VBUS\x");
        assert_eq!(of(&WIN014, &loops), Outcome::pass());
        let key = r"CurrentControlSet\Services\Tcpip6\Parameters";
        let without = Machine::new().dword(System, key, "DisabledComponents", 0xff);
        let outcome = of(&WIN014, &without);
        assert_eq!(
            outcome.findings()[0].found.as_deref(),
            Some("DisabledComponents = 0xff")
        );
    }

    #[test]
    fn what_cannot_be_read_is_open() {
        assert_needs(&WIN014, System);
        let key = format!("{INTERFACES}\\{GUID}");
        let text = Machine::new().set(System, &key, "EnableDHCP", Data::Sz("0".to_owned()));
        assert_eq!(of(&WIN014, &text).status(), Status::Undetermined);
        assert_applies_to_windows_only(&WIN014);
    }
}
