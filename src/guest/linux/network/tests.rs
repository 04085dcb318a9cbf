//! Tests of `network`.

use super::*;
use crate::guest::linux::hostile::mutated;
use crate::guest::testing::Tree;

const IFCFG: &str = "DEVICE=eth0\nONBOOT=yes\nBOOTPROTO=dhcp\nTYPE=Ethernet\nUSERCTL=no\n\
    PEERDNS=yes\nIPV6INIT=no\nHWADDR=00:0D:3A:11:22:33\nIPADDR=10.0.0.4\nDNS1=8.8.8.8\n";
const NETPLAN: &str = "# This file is generated from information provided by the datasource.\n\
    network:\n    ethernets:\n        eth0:\n            dhcp4: true\n            \
    match:\n                driver: hv_netvsc\n                macaddress: 00:0d:3a:11:22:33\n            \
    set-name: eth0\n            nameservers:\n                addresses: [10.0.0.1, 10.0.0.2]\n            \
    addresses:\n            - 10.0.0.4/24\n    version: 2\n";
const PROFILE: &str = "[connection]\nid=cloud-init eth0\ntype=ethernet\ninterface-name=eth0\n\n\
    [ethernet]\nmac-address=00:0D:3A:11:22:33\n\n[ipv4]\nmethod=manual\naddress1=10.0.0.4/24\n\
    dns=10.0.0.1;\n\n[wifi-security]\npsk=Pl4nted\n";
const NETWORK: &str = "[Match]\nName=e*\nMACAddress=00:0d:3a:11:22:33\n\n[Network]\nDHCP=ipv4\n\
    DNS=10.0.0.1\n\n[Address]\nAddress=10.0.0.4/24\n";
const INTERFACES: &str = "# interfaces(5)\nsource /etc/network/interfaces.d/*\nauto lo\n\
    iface lo inet loopback\n\nallow-hotplug eth0\niface eth0 inet static\n    address 10.0.0.4\n    \
    hwaddress ether 00:0d:3a:11:22:33\n    dns-nameservers 10.0.0.1\n";

fn lines(spots: &[Spot]) -> Vec<u32> {
    spots.iter().filter_map(|spot| spot.line).collect()
}

fn only(tree: &Tree) -> InterfaceConfig {
    let mut network = gather(&tree.clone().root());
    assert_eq!(
        (network.interfaces.len(), network.unread.len()),
        (1, 0),
        "{network:?}"
    );
    network.interfaces.remove(0)
}

#[test]
fn every_kind_of_configuration_tells_of_addresses_cards_and_servers() {
    type Case = (&'static str, &'static str, Option<u32>, u32, u32, usize);
    let cases: [Case; 5] = [
        (
            "/etc/sysconfig/network-scripts/ifcfg-eth0",
            IFCFG,
            Some(3),
            9,
            8,
            1,
        ),
        (
            "/etc/netplan/50-cloud-init.yaml",
            NETPLAN,
            Some(5),
            13,
            8,
            2,
        ),
        (
            "/etc/NetworkManager/system-connections/a.nmconnection",
            PROFILE,
            None,
            11,
            7,
            1,
        ),
        (
            "/etc/systemd/network/10.network",
            NETWORK,
            Some(6),
            10,
            3,
            1,
        ),
        ("/etc/network/interfaces", INTERFACES, None, 8, 9, 1),
    ];
    for (path, text, dhcp, address, card, servers) in cases {
        let config = only(&Tree::new().file(path, text));
        assert_eq!(
            config.dhcp.as_ref().and_then(|spot| spot.line),
            dhcp,
            "{path}"
        );
        assert_eq!(lines(&config.addresses), [address], "{path}");
        assert_eq!(lines(&config.hardware), [card], "{path}");
        assert_eq!(config.name_servers.len(), servers, "{path}");
        assert!(!format!("{config:?}").contains("Pl4nted"));
    }
}

#[test]
fn names_and_files_that_do_not_count_are_left_out() {
    let tree = Tree::new()
        .file(
            "/etc/sysconfig/network-scripts/ifcfg-lo",
            "DEVICE=lo\nIPADDR=127.0.0.1\n",
        )
        .file("/etc/sysconfig/network-scripts/ifcfg-eth0.bak", IFCFG)
        .file("/etc/sysconfig/network-scripts/ifup", "#!/bin/bash\n")
        .file(
            "/etc/sysconfig/network/ifcfg-eth0",
            "BOOTPROTO='dhcp'\nSTARTMODE='auto'\n",
        )
        .file(
            "/etc/sysconfig/network/ifcfg-eth0.template",
            "IPADDR=1.2.3.4\n",
        )
        .file(
            "/etc/systemd/network/99-default.link",
            "[Link]\nNamePolicy=kernel\n",
        )
        .file(
            "/etc/network/interfaces",
            "auto lo\niface lo inet loopback\n address 1.2.3.4\n",
        );
    let config = only(&tree);
    assert_eq!(
        (config.kind, config.name.as_str()),
        (NetworkKind::Wicked, "eth0")
    );
    assert!(config.dhcp.is_some());
}

#[test]
fn sources_are_followed_without_end_or_escape() {
    let tree = Tree::new()
        .file("/etc/network/interfaces", INTERFACES)
        .file(
            "/etc/network/interfaces.d/50",
            "iface eth1 inet dhcp\nsource ../interfaces\nsource interfaces.d/*\n",
        );
    let network = gather(&tree.root());
    let names: Vec<_> = network
        .interfaces
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert!(
        names.contains(&"eth0") && names.contains(&"eth1"),
        "{names:?}"
    );
}

#[test]
fn what_lies_around_is_found_with_its_lines_and_without_passwords() {
    let network = gather(
        &Tree::new()
            .file("/etc/resolv.conf", "# made\nnameserver 10.0.0.1\n")
            .file("/etc/hosts", "127.0.0.1 localhost\n127.0.1.1 deb\n::1 ip6\nff02::1 ip6-allnodes\n10.1.1.1 build.corp # x\n")
            .file("/etc/environment", "PATH=/bin\nhttp_proxy=\"http://u:Pl4nted@p:1\"\nno_proxy=a\n")
            .file("/etc/apt/apt.conf.d/01", "// Acquire::http::Proxy \"x\";\nAcquire::http::Proxy \"http://u:Pl4nted@p\";\n")
            .file("/etc/dnf/dnf.conf", "[main]\nproxy=http://u:Pl4nted@p\n")
            .file("/lib/udev/rules.d/75-persistent-net-generator.rules", "x")
            .link("/etc/udev/rules.d/75-persistent-net-generator.rules", "/dev/null")
            .file("/etc/sysconfig/network", "NETWORKING=yes\n")
            .file("/etc/sysconfig/network-scripts/ifcfg-eth0", "DEVICE=\"eth0\"\nBOOTPROTO=dhcp\n")
            .root(),
    );
    let resolv = network.resolv_conf.as_ref().unwrap().as_ref().unwrap();
    assert_eq!(
        (resolv.link.as_ref(), lines(&resolv.name_servers)),
        (None, vec![2])
    );
    let hosts = network.hosts.as_ref().unwrap();
    assert_eq!(
        (hosts.len(), hosts[0].value.as_str()),
        (1, "10.1.1.1 build.corp")
    );
    assert_eq!(network.proxies.as_ref().unwrap().len(), 3);
    let rules = network.persistent_names.as_ref().unwrap();
    assert_eq!(rules.len(), 1);
    assert!(rules[0].path.starts_with("/lib/"));
    assert_eq!(
        network
            .sysconfig
            .as_ref()
            .unwrap()
            .as_ref()
            .unwrap()
            .lacks
            .len(),
        0
    );
    let eth0 = network.ifcfg_eth0.as_ref().unwrap().as_ref().unwrap();
    assert_eq!(
        (&eth0.holds[..], &eth0.lacks[..]),
        (&["BOOTPROTO=dhcp"][..], &["DEVICE=eth0", "ONBOOT=yes"][..])
    );
    assert!(!format!("{network:?}").contains("Pl4nted"));
}

#[test]
fn a_link_to_the_resolver_is_kept_as_a_link() {
    let tree = Tree::new().link(
        "/etc/resolv.conf",
        "../run/systemd/resolve/stub-resolv.conf",
    );
    let resolv = gather(&tree.root()).resolv_conf.unwrap().unwrap();
    assert_eq!(
        resolv.link.as_deref(),
        Some("../run/systemd/resolve/stub-resolv.conf")
    );
    assert!(resolv.name_servers.is_empty());
}

#[test]
fn what_cannot_be_read_is_said() {
    let tree = Tree::new()
        .file("/etc/netplan/a.yaml", "network: *x\n")
        .unreadable("/etc/netplan/b.yaml")
        .unreadable("/etc/resolv.conf");
    let network = gather(&tree.root());
    assert_eq!(network.unread.len(), 2);
    assert!(network.resolv_conf.is_err() && network.hosts.is_ok());
}

#[test]
fn changed_files_never_break_the_readers() {
    for text in [IFCFG, NETPLAN, PROFILE, NETWORK, INTERFACES] {
        mutated(text, 200, |bytes| {
            let tree = Tree::new()
                .bytes("/etc/sysconfig/network-scripts/ifcfg-eth0", bytes)
                .bytes("/etc/netplan/a.yaml", bytes)
                .bytes("/etc/NetworkManager/system-connections/a", bytes)
                .bytes("/etc/systemd/network/a.network", bytes)
                .bytes("/etc/network/interfaces", bytes)
                .bytes("/etc/hosts", bytes)
                .bytes("/etc/environment", bytes);
            gather(&tree.root());
        });
    }
}
