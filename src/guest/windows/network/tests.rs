//! Tests of interfaces, routes and proxies on real hives.

use super::*;
use crate::guest::hive::Data;
use crate::guest::hive::testing::HiveWriter;
use crate::guest::testing::Tree;

fn network(change: impl FnOnce([HiveWriter; 3]) -> [HiveWriter; 3]) -> Network {
    let system = HiveWriter::new().set("Select", "Current", Data::Dword(1));
    let hives = change([system, HiveWriter::new(), HiveWriter::new()]);
    let root = ["SYSTEM", "SOFTWARE", "DEFAULT"]
        .iter()
        .zip(hives)
        .fold(Tree::ntfs(), |tree, (name, hive)| {
            tree.bytes(&format!("/Windows/System32/config/{name}"), &hive.build())
        })
        .windows_root_with(Vec::new());
    gather(&root, &Registry::load(&root))
}

const INTERFACES: &str = r"ControlSet001\Services\Tcpip\Parameters\Interfaces";
const CLASS: &str = r"ControlSet001\Control\Network\{4D36E972-E325-11CE-BFC1-08002BE10318}";

fn list(texts: &[&str]) -> Data {
    Data::MultiSz(texts.iter().map(|text| (*text).to_owned()).collect())
}

#[test]
fn an_address_is_static_only_where_dhcp_is_off() {
    let network = network(|[system, software, default]| {
        let one = format!("{INTERFACES}\\{{1}}");
        let two = format!("{INTERFACES}\\{{2}}");
        let three = format!("{INTERFACES}\\{{3}}");
        let system = system
            .set(&one, "EnableDHCP", Data::Dword(0))
            .set(&one, "IPAddress", list(&["0.0.0.0", "10.0.0.5", " "]))
            .set(&two, "EnableDHCP", Data::Dword(1))
            .set(&two, "IPAddress", list(&["10.0.0.6"]))
            .set(&three, "IPAddress", list(&["10.0.0.7"]));
        [system, software, default]
    });
    let interfaces = network.interfaces.unwrap();
    assert_eq!(interfaces.open(), None);
    let addresses: Vec<_> = interfaces
        .entries
        .iter()
        .map(|interface| interface.static_addresses().unwrap())
        .collect();
    assert_eq!(addresses, [vec!["10.0.0.5"], vec![], vec![]]);
    assert_eq!(
        interfaces.entries[0].addresses.spot.registry.as_deref(),
        Some(r"SYSTEM\ControlSet001\Services\Tcpip\Parameters\Interfaces\{1}!IPAddress")
    );
}

#[test]
fn adapters_are_the_keys_with_a_connection() {
    let network = network(|[system, software, default]| {
        let connection = format!("{CLASS}\\{{1}}\\Connection");
        let system = system
            .set(&connection, "Name", Data::Sz("Ethernet".to_owned()))
            .set(
                &connection,
                "PnPInstanceId",
                Data::Sz(r"VMBUS\{f8615163}\{1}".to_owned()),
            )
            .set(&format!("{CLASS}\\Descriptions"), "x", list(&["1"]));
        [system, software, default]
    });
    let adapters = network.adapters.unwrap().entries;
    assert_eq!(adapters.len(), 1);
    assert_eq!(
        (adapters[0].guid.as_str(), adapters[0].bus()),
        ("{1}", Some("VMBUS"))
    );
}

#[test]
fn a_route_is_the_name_of_a_value() {
    let network = network(|[system, software, default]| {
        let routes = r"ControlSet001\Services\Tcpip\Parameters\PersistentRoutes";
        let route = "10.0.0.0,255.0.0.0,192.168.1.1,1";
        let empty = Data::Sz(String::new());
        let system = system
            .set(routes, route, empty.clone())
            .set(routes, "", empty);
        [system, software, default]
    });
    let routes = network.routes.unwrap().entries;
    assert_eq!(routes.len(), 1);
    assert_eq!(
        routes[0].spot.registry.as_deref(),
        Some(
            r"SYSTEM\ControlSet001\Services\Tcpip\Parameters\PersistentRoutes!10.0.0.0,255.0.0.0,192.168.1.1,1"
        )
    );
}

fn win_http(bytes: &[u8]) -> Known<Option<Located<WinHttp>>> {
    let bytes = bytes.to_vec();
    network(|[system, software, default]| {
        let key = r"Microsoft\Windows\CurrentVersion\Internet Settings\Connections";
        let software = software.set(key, "WinHttpSettings", Data::Binary(bytes));
        [system, software, default]
    })
    .win_http
}

/// The value as `netsh winhttp set proxy` writes it.
const PROXY: &[u8] =
    b"\x18\0\0\0\0\0\0\0\x03\0\0\0\x0a\0\0\0proxy:8080\x17\0\0\0<local>;*.contoso.local";

#[test]
fn the_value_of_winhttp_as_microsoft_prints_it() {
    let direct = b"\x18\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0";
    let direct = win_http(direct).unwrap().unwrap().value;
    assert_eq!((direct.flags, direct.proxy), (1, None));
    let found = win_http(PROXY).unwrap().unwrap();
    assert_eq!(found.value.proxy.as_deref(), Some("proxy:8080"));
    assert_eq!(found.value.bypass, "<local>;*.contoso.local");
    assert_eq!(win_http(b""), Ok(None));
}

#[test]
fn every_value_that_is_cut_is_not_known_and_none_is_direct() {
    // After the proxy an older writer ends the value.
    let ends = [26];
    for length in 1..PROXY.len() {
        let read = win_http(&PROXY[..length]);
        assert_eq!(read.is_ok(), ends.contains(&length), "{length}: {read:?}");
    }
    let mut huge = PROXY.to_vec();
    huge[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
    let reason = win_http(&huge).unwrap_err().reason;
    assert!(reason.contains("Connections!WinHttpSettings"), "{reason}");
}

#[test]
fn names_and_passwords_of_a_proxy_are_not_kept() {
    for (stored, kept) in [
        ("proxy:8080", "proxy:8080"),
        ("http://joe:secret@proxy:8080/", "http://proxy:8080/"),
        ("joe:s@cret@proxy", "proxy"),
        ("http=joe:x@a:1;https=b:2", "a:1;https=b:2"),
    ] {
        let network = network(|[system, software, default]| {
            let key = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";
            let server = Data::Sz(stored.to_owned());
            [system, software, default.set(key, "ProxyServer", server)]
        });
        assert_eq!(network.system_proxy.server.value, Ok(Some(kept.to_owned())));
    }
}

#[test]
fn a_hive_that_is_missing_is_not_known() {
    let nothing = Tree::ntfs().windows_root_with(Vec::new());
    let network = gather(&nothing, &Registry::load(&nothing));
    assert!(network.interfaces.is_err() && network.adapters.is_err());
    assert!(network.routes.is_err() && network.win_http.is_err());
    assert!(network.system_proxy.enable.value.is_err());
}
