//! WIN013: proxies and routes that lead away from Azure's platform.

use std::net::Ipv4Addr;

use super::firewall::PLATFORM;
use super::{Judgement, at, guest};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::windows::network::Network;
use crate::rules::linux::guest_text::short;
use crate::rules::partition::listed;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// No proxy and no persistent route stands between the machine and Azure's platform.
    ///
    /// ## Why
    /// The agent talks to Azure at 168.63.129.16. A proxy or a route of the network that the image
    /// was made in does not exist at the customer's: the agent does not report, and provisioning or
    /// extensions time out.
    ///
    /// ## Evidence
    /// `WinHttpSettings` (absent, or without a proxy, is direct); the proxy of the system's own
    /// account (`HKEY_USERS\.DEFAULT`: `ProxyEnable`, `ProxyServer`, `AutoConfigURL`); the values
    /// below `Tcpip\Parameters\PersistentRoutes`. A proxy that is passed by for 168.63.129.16 is
    /// advice.
    ///
    /// ## Fix
    /// `netsh.exe winhttp reset proxy`; `route.exe print`, then `route.exe delete DESTINATION`. A
    /// proxy that the product needs: `netsh.exe winhttp set proxy PROXY "168.63.129.16"`.
    ///
    /// ## Limits
    /// Only routes of IPv4 that `route.exe -p` made are seen; where newer tools keep theirs is not
    /// documented. Which proxy a script (`AutoConfigURL`) chooses is not known offline.
    pub static WIN013 = {
        id: "WIN013",
        name: "proxies-and-routes",
        level: Warning,
        sources: [WINP, WINHTTP],
    };
}

/// Whether a list, set apart by semicolons or blanks, passes a proxy by for Azure's address.
fn bypasses(list: &str) -> bool {
    list.split([';', ' ', ',']).any(|entry| {
        let entry = entry.trim();
        entry == PLATFORM
            || entry
                .strip_suffix('*')
                .is_some_and(|start| start.starts_with("168.") && PLATFORM.starts_with(start))
    })
}

fn proxy(message: &str, proxy: &str, bypass: &str) -> Finding {
    let finding = if bypasses(bypass) {
        Finding::advice(format!(
            "{message}; it is passed by for Azure's platform, but a customer's network may not have it"
        ))
    } else {
        Finding::warning(format!("{message}, for Azure's platform ({PLATFORM}) too"))
    };
    finding
        .found(short(proxy))
        .required(format!("no proxy, or one that is passed by for {PLATFORM}"))
}

fn win_http(judgement: &mut Judgement, network: &Network) {
    let setting = network.win_http.as_ref().map_err(Clone::clone);
    let Some(Some(setting)) = judgement.known(setting) else {
        return;
    };
    if let Some(server) = &setting.value.proxy {
        judgement.find([proxy(
            "services connect through a proxy (WinHTTP)",
            server,
            &setting.value.bypass,
        )
        .at(at(&setting.spot))
        .fix("netsh.exe winhttp reset proxy")]);
    }
}

/// Without the drive that PowerShell would need: its `::` is a command to build services, so that
/// reports break it up, and who copies it from there would have another path.
const SETTINGS: &str = r"HKU\.DEFAULT\Software\Microsoft\Windows\CurrentVersion\Internet Settings";

fn system(judgement: &mut Judgement, network: &Network) {
    let settings = &network.system_proxy;
    let enable = judgement.set(&settings.enable).flatten();
    let server = judgement.set(&settings.server).flatten();
    let bypass = judgement.set(&settings.bypass).flatten();
    if let (Some(enable), Some(server)) = (enable, server)
        && *enable != 0
        && !server.is_empty()
    {
        judgement.find([proxy(
            "the system's own account connects through a proxy",
            server,
            bypass.map_or("", String::as_str),
        )
        .at(at(&settings.server.spot))
        .fix(format!(
            "reg add \"{SETTINGS}\" /v ProxyEnable /t REG_DWORD /d 0 /f"
        ))]);
    }
    if let Some(Some(script)) = judgement.set(&settings.script)
        && !script.is_empty()
    {
        judgement.find([Finding::warning(
            "a script chooses the proxy of the system's own account, for Azure's platform too",
        )
        .found(short(script))
        .required("no AutoConfigURL")
        .at(at(&settings.script.spot))
        .fix(format!("reg delete \"{SETTINGS}\" /v AutoConfigURL /f"))]);
    }
}

const ROUTES: &str = r"HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\PersistentRoutes";

fn routes(judgement: &mut Judgement, network: &Network) {
    let routes = network.routes.as_ref().map_err(Clone::clone);
    let Some(routes) = judgement.known(routes) else {
        return;
    };
    if let Some(reason) = routes.open() {
        judgement.leave_open(reason);
    }
    let findings = routes.entries.iter().map(|route| {
        let mut parts = route.value.split(',').map(str::trim);
        let destination = parts.next().unwrap_or_default();
        let what = match (destination, parts.next()) {
            ("0.0.0.0", Some("0.0.0.0")) => "the persistent default route".to_owned(),
            (destination, _) => format!("the persistent route to {}", short(destination)),
        };
        Finding::warning(format!(
            "{what} leads through the network that the image was made in"
        ))
        .found(short(&route.value))
        .required("no persistent routes")
        .at(at(&route.spot))
        .fix(match destination.parse::<Ipv4Addr>() {
            Ok(destination) => format!("route.exe delete {destination}"),
            Err(_) => format!("Remove-Item -Path '{ROUTES}'"),
        })
    });
    judgement.find(listed(Level::Warning, findings, "persistent routes"));
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let mut judgement = Judgement::default();
    win_http(&mut judgement, &guest.network);
    system(&mut judgement, &guest.network);
    routes(&mut judgement, &guest.network);
    judgement.outcome()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::hive::Data;
    use crate::guest::windows::registry::HiveName::{Default, Software, System};
    use crate::rules::windows::testing::*;

    const CONNECTIONS: &str = r"Microsoft\Windows\CurrentVersion\Internet Settings\Connections";
    const ACCOUNT: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";
    const KEY: &str = r"CurrentControlSet\Services\Tcpip\Parameters\PersistentRoutes";

    fn win_http(flags: u32, proxy: &str, bypass: &str) -> Machine {
        let length = |text: &str| u32::try_from(text.len()).unwrap().to_le_bytes();
        let mut bytes = [0x18_u32, 0, flags].map(u32::to_le_bytes).concat();
        for text in [proxy, bypass] {
            bytes.extend(length(text));
            bytes.extend(text.as_bytes());
        }
        Machine::new().set(
            Software,
            CONNECTIONS,
            "WinHttpSettings",
            Data::Binary(bytes),
        )
    }

    #[test]
    fn a_direct_connection_passes() {
        assert_eq!(of(&WIN013, &Machine::new()), Outcome::pass());
        assert_eq!(of(&WIN013, &win_http(1, "", "")), Outcome::pass());
        let absent = Machine::new().unset(Software, CONNECTIONS, "WinHttpSettings");
        assert_eq!(of(&WIN013, &absent), Outcome::pass());
        let off = Machine::new()
            .dword(Default, ACCOUNT, "ProxyEnable", 0)
            .string(Default, ACCOUNT, "ProxyServer", "proxy:8080");
        assert_eq!(of(&WIN013, &off), Outcome::pass());
    }

    #[test]
    fn a_proxy_is_a_warning_unless_azure_is_reached_without_it() {
        let account = Machine::new()
            .dword(Default, ACCOUNT, "ProxyEnable", 1)
            .string(Default, ACCOUNT, "ProxyServer", "proxy:8080");
        for (machine, level) in [
            (win_http(3, "proxy:8080", "<local>"), Level::Warning),
            (
                win_http(3, "proxy:8080", "<local>;168.63.129.16"),
                Level::Advice,
            ),
            (win_http(3, "proxy:8080", "168.63.*"), Level::Advice),
            (win_http(3, "proxy:8080", "168.63.129.160"), Level::Warning),
            (account.clone(), Level::Warning),
            (
                account.string(Default, ACCOUNT, "ProxyOverride", "168.63.129.16;<local>"),
                Level::Advice,
            ),
            (
                Machine::new().string(Default, ACCOUNT, "AutoConfigURL", "http://wpad/x.pac"),
                Level::Warning,
            ),
        ] {
            let outcome = of(&WIN013, &machine);
            assert_eq!(worst(&outcome), Some(level), "{outcome:?}");
            assert_eq!(outcome.findings().len(), 1);
            assert_evidence(&outcome);
        }
    }

    #[test]
    fn a_proxys_password_is_told_nowhere() {
        let outcome = of(&WIN013, &win_http(3, "http://joe:hunter2@proxy:8080", ""));
        assert_eq!(
            outcome.findings()[0].found.as_deref(),
            Some("http://proxy:8080")
        );
        assert!(!format!("{outcome:?}").contains("hunter2"));
    }

    #[test]
    fn persistent_routes_are_warnings_of_which_not_all_are_listed() {
        let route = "0.0.0.0,0.0.0.0,10.0.0.1,1";
        let outcome = of(&WIN013, &Machine::new().string(System, KEY, route, ""));
        assert_eq!(
            levels(&outcome)[0].1,
            "the persistent default route leads through the network that the image was made in"
        );
        assert_eq!(
            outcome.findings()[0].fix.as_deref(),
            Some("route.exe delete 0.0.0.0")
        );
        let hostile = Machine::new().string(System, KEY, "x\" & calc,1", "");
        let fix = of(&WIN013, &hostile).findings()[0].fix.clone().unwrap();
        assert_eq!(fix, format!("Remove-Item -Path '{ROUTES}'"));
        let many = (0..40).fold(Machine::new(), |machine, n| {
            let route = format!("10.{n}.0.0,255.255.0.0,10.0.0.1,1");
            machine.string(System, KEY, &route, "")
        });
        assert_eq!(of(&WIN013, &many).findings().len(), 17);
    }

    #[test]
    fn what_cannot_be_read_is_open() {
        for hive in [System, Software, Default] {
            assert_needs(&WIN013, hive);
        }
        let torn = Data::Binary(vec![0x18, 0, 0, 0, 0]);
        let torn = Machine::new().set(Software, CONNECTIONS, "WinHttpSettings", torn);
        assert_eq!(of(&WIN013, &torn).status(), Status::Undetermined);
        assert_applies_to_windows_only(&WIN013);
    }
}
