//! Tests of `network_configuration`.

use super::*;
use crate::finding::Status::{self, *};
use crate::guest::testing::Tree;
use crate::rules::linux::sys_testing::{debian, release};
use crate::rules::linux::testing::*;

const IFCFG: &str = "/etc/sysconfig/network-scripts/ifcfg-eth0";

fn el9() -> Tree {
    release("rocky", "9.4")
        .file(
            "/etc/os-release",
            "ID=rocky\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"9.4\"\n",
        )
        .file("/etc/sysconfig/network", "NETWORKING=yes\n")
        .file(IFCFG, "DEVICE=eth0\nONBOOT=yes\nBOOTPROTO=dhcp\n")
}

#[test]
fn dhcp_alone_passes_and_fixed_addresses_alone_fail() {
    let interfaces = "/etc/network/interfaces";
    let fixed = debian().file(interfaces, "iface eth0 inet static\n address 10.0.0.4\n");
    let cases = [
        (debian(), Pass),
        (debian().file(interfaces, "iface eth0 inet dhcp\n"), Pass),
        (fixed.clone(), Fail),
        (fixed.append(interfaces, "iface eth1 inet dhcp\n"), Warn),
        (
            debian().file(
                interfaces,
                "iface eth0 inet dhcp\n hwaddress ether 00:0d:3a:1:2:3\n",
            ),
            Warn,
        ),
        (
            debian().file(
                interfaces,
                "iface eth0 inet dhcp\n dns-nameservers 1.1.1.1\n",
            ),
            Warn,
        ),
        (
            debian().file("/etc/resolv.conf", "nameserver 10.0.0.1\n"),
            Warn,
        ),
        (debian().file("/etc/resolv.conf", "# empty\n"), Pass),
        (
            debian().link(
                "/etc/resolv.conf",
                "../run/systemd/resolve/stub-resolv.conf",
            ),
            Pass,
        ),
        (debian().append("/etc/hosts", "10.1.1.1 build\n"), Warn),
        (
            debian().file("/etc/environment", "http_proxy=http://u:Pl4nted@p\n"),
            Warn,
        ),
        (debian().unreadable("/etc/hosts"), Undetermined),
        (
            debian().file("/etc/netplan/a.yaml", "network: *x\n"),
            Undetermined,
        ),
    ];
    for (number, (tree, status)) in cases.iter().enumerate() {
        let outcome = of(&LNX045, tree);
        assert_eq!(outcome.status(), *status, "case {number}: {outcome:?}");
        assert_evidence(&outcome);
        assert!(!format!("{outcome:?}").contains("Pl4nted"));
    }
    assert_eq!(of(&LNX045, &debian()), Outcome::pass());
    assert_applies_to_linux_only(&LNX045);
}

#[test]
fn literal_text_of_the_suite_fails_in_the_strictest_profile_only() {
    let azure = release("azurelinux", "3.0");
    let fedora = release("fedora", "41");
    let cases = [
        (el9(), [Pass; 3], 0),
        (el9().without(IFCFG), [Pass; 3], 1),
        (
            el9().replace(IFCFG, "BOOTPROTO=dhcp", "BOOTPROTO=\"dhcp\""),
            [Warn, Warn, Fail],
            1,
        ),
        (
            el9().file("/etc/sysconfig/network", "# none\n"),
            [Warn, Warn, Fail],
            1,
        ),
        (
            el9().without("/etc/sysconfig/network"),
            [Warn, Warn, Fail],
            1,
        ),
        (azure.clone(), [Warn, Warn, Fail], 1),
        (azure.file("/etc/systemd/networkd.conf", ""), [Pass; 3], 0),
        (fedora.clone(), [Pass; 3], 1),
        (
            fedora.file(
                "/etc/NetworkManager/system-connections/eth0.nmconnection",
                "",
            ),
            [Pass; 3],
            0,
        ),
    ];
    for (number, (tree, expected, count)) in cases.iter().enumerate() {
        let outcomes = in_profiles(&LNX045, tree);
        outcomes.iter().for_each(assert_evidence);
        let found: [Status; 3] = outcomes.each_ref().map(Outcome::status);
        assert_eq!(found, *expected, "case {number}: {outcomes:?}");
        assert_eq!(outcomes[0].findings().len(), *count, "case {number}");
    }
}
