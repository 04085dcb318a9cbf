//! LNX058: servers that have no place in a network of Azure.

use super::units::{Start, start};
use super::{Subject, at, guest, known};
use crate::finding::{Finding, Outcome};
use crate::rules::declare_rule;

declare_rule! {
    /// The image starts no DHCP server.
    ///
    /// ## Why
    /// Azure answers DHCP itself and carries neither broadcast nor multicast; the toolkit has
    /// publishers confirm that the product needs none of it.
    ///
    /// ## Evidence
    /// Whether one of the units of ISC dhcpd, Kea, dnsmasq, udhcpd or radvd starts.
    ///
    /// ## What Azure says
    /// The toolkit's questionnaire asks; nothing literal is known.
    ///
    /// ## Fix
    /// `systemctl disable` with the unit's name.
    ///
    /// ## Limits
    /// dnsmasq may only resolve names. Dependence on IPv6, multicast or several network cards
    /// shows only while the product runs.
    pub static LNX058 = {
        id: "LNX058",
        name: "network-services",
        level: Warning,
        sources: [QUES],
    };
}

const SERVERS: [&str; 11] = [
    "dhcpd.service",
    "dhcpd6.service",
    "isc-dhcp-server.service",
    "isc-dhcp-server6.service",
    "kea-dhcp4.service",
    "kea-dhcp4-server.service",
    "kea-dhcp6-server.service",
    "kea.service",
    "dnsmasq.service",
    "udhcpd.service",
    "radvd.service",
];

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let services = match known(&guest.services) {
        Ok(services) => services,
        Err(outcome) => return outcome,
    };
    let findings = SERVERS
        .iter()
        .filter_map(|unit| match start(services, &[unit]) {
            Start::Yes(spot) | Start::AtFirstBoot(spot) => Some((unit, spot)),
            Start::No(_) => None,
        })
        .map(|(unit, spot)| {
            Finding::warning(format!(
                "{unit} starts with the machine: Azure answers DHCP itself"
            ))
            .found(format!("{unit} enabled"))
            .required("no DHCP server")
            .at(at(&spot))
            .about(*unit)
            .fix(format!("systemctl disable {unit}"))
        })
        .collect();
    Outcome::Decided(findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status::*;
    use crate::rules::linux::sys_testing::{debian, enabled};
    use crate::rules::linux::testing::*;

    #[test]
    fn servers_that_start_are_warned_about() {
        let disabled = debian().file("/usr/lib/systemd/system/dnsmasq.service", "x");
        let cases = [
            (debian(), Pass),
            (disabled, Pass),
            (enabled(debian(), "isc-dhcp-server.service"), Warn),
            (debian().unreadable("/etc/machine-id"), Undetermined),
        ];
        for (number, (tree, status)) in cases.iter().enumerate() {
            let outcome = of(&LNX058, tree);
            assert_eq!(outcome.status(), *status, "case {number}: {outcome:?}");
            assert_evidence(&outcome);
        }
        assert_applies_to_linux_only(&LNX058);
    }
}
