//! LNX045: the network's configuration.

mod literal;
#[cfg(test)]
mod tests;

use super::{Subject, at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::linux::distribution::Family;
use crate::guest::{LinuxGuest, Spot};
use crate::rules::declare_rule;
use crate::rules::partition::{decided_unless, listed};

declare_rule! {
    /// The network asks DHCP for its address and is bound to no machine and no place.
    ///
    /// ## Why
    /// Azure gives addresses by DHCP and each machine another network card. A fixed address cuts
    /// the machine off; a configuration that is bound to one card's address fits no other machine;
    /// name servers and proxies of the place where the image was built are not reachable.
    ///
    /// ## Evidence
    /// Interfaces of ifcfg, netplan, NetworkManager, systemd-networkd and
    /// `/etc/network/interfaces`: only fixed addresses anywhere is a failure. Fixed addresses
    /// beside DHCP, addresses of cards, name servers, `/etc/resolv.conf` as a file, lines of
    /// `/etc/hosts`, and proxies are warned about. For Red Hat's family and Azure Linux also the
    /// literal text that Microsoft's test suite looks for.
    ///
    /// ## What Azure says
    /// `networking=yes should be present in /etc/sysconfig/network`,
    /// `DEVICE=eth0 should be present in /etc/sysconfig/network-scripts/ifcfg-eth0 file`,
    /// `The network file should be present at /etc/sysconfig/network`.
    ///
    /// ## Fix
    /// Configure eth0 by DHCP and remove the rest; each finding has its command.
    ///
    /// ## Limits
    /// The checks of literal text are those of Microsoft's test suite; whether certification runs
    /// them is not known, so they fail in the profile `strict` only. cloud-init may write the file
    /// of eth0 at the first boot only, so that its absence is a note. Scripts that set addresses
    /// are not read.
    /// ## Profiles
    /// - `faq-2021-09`: text that only Microsoft's test suite asks for is a warning.
    /// - `lisa-2026-08`: as `faq-2021-09`.
    /// - `strict`: that text is an error.
    pub static LNX045 = {
        id: "LNX045",
        name: "network-configuration",
        level: Error,
        sources: [SEC, LISA, RHEL, ORA, QUES],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let network = &guest.network;
    let mut open = network.unread.first().map(|unknown| unknown.reason.clone());
    let mut findings = interfaces(guest);
    findings.extend(around(guest, &mut open));
    match known(&guest.distribution) {
        Ok(Some(distribution)) => {
            literal::check(
                distribution,
                network,
                subject.profile,
                &mut findings,
                &mut open,
            );
        }
        Ok(None) => {}
        Err(outcome) => open = outcome.reason().map(str::to_owned),
    }
    decided_unless(open, findings)
}

fn interfaces(guest: &LinuxGuest) -> Vec<Finding> {
    let all = &guest.network.interfaces;
    let has_dhcp = all.iter().any(|one| one.dhcp.is_some());
    let mut findings = Vec::new();
    let mut push = |level, message: String, found: &str, required: &str, spot: &Spot| {
        findings.push(
            Finding::new(level, message)
                .found(found)
                .required(required)
                .at(at(spot))
                .fix(format!(
                    "take line {} out of {}",
                    spot.line.unwrap_or(1),
                    spot.path
                )),
        );
    };
    for one in all {
        if let Some(spot) = one.addresses.first() {
            let count = one.addresses.len();
            if has_dhcp {
                push(
                    Level::Warning,
                    format!("{} has {count} fixed addresses beside DHCP", one.name),
                    "a fixed address",
                    "addresses by DHCP",
                    spot,
                );
            } else {
                push(
                    Level::Error,
                    format!(
                        "{} has a fixed address, and no interface asks DHCP",
                        one.name
                    ),
                    "fixed addresses only",
                    "an address by DHCP",
                    spot,
                );
            }
        }
        for spot in &one.hardware {
            push(
                Level::Warning,
                format!("{} is bound to the address of one network card", one.name),
                "the address of a card",
                "no address of a card",
                spot,
            );
        }
        if let Some(spot) = one.name_servers.first() {
            push(
                Level::Warning,
                format!("{} names its own name servers", one.name),
                "name servers",
                "name servers by DHCP",
                spot,
            );
        }
    }
    listed(
        Level::Warning,
        findings.into_iter(),
        "findings on interfaces",
    )
}

fn around(guest: &LinuxGuest, open: &mut Option<String>) -> Vec<Finding> {
    let network = &guest.network;
    let mut findings = Vec::new();
    // deprovisioning leaves it alone on Ubuntu since 18.04, where it is the resolver's link.
    let is_ubuntu = guest
        .distribution
        .as_ref()
        .is_ok_and(|d| d.as_ref().is_some_and(|d| d.family() == Family::Ubuntu));
    match &network.resolv_conf {
        Ok(Some(conf)) => {
            let by_system = conf.link.as_ref().is_some_and(|target| {
                target.contains("run/") || target.contains("/systemd/resolv.conf")
            });
            if !by_system && !conf.name_servers.is_empty() {
                let kept = if is_ubuntu {
                    "; deprovisioning leaves it on Ubuntu"
                } else {
                    ""
                };
                findings.push(
                    Finding::warning(format!(
                        "/etc/resolv.conf names {} name servers of the place where the image was made{kept}",
                        conf.name_servers.len()
                    ))
                    .found("a file with name servers")
                    .required("no such file, or the link of the system's resolver")
                    .at(at(conf.name_servers.first().unwrap_or(&conf.spot)))
                    .fix("rm -f /etc/resolv.conf"),
                );
            }
        }
        Ok(None) => {}
        Err(unknown) => *open = Some(unknown.reason.clone()),
    }
    match &network.hosts {
        Ok(lines) => findings.extend(listed(
            Level::Warning,
            lines.iter().map(|line| {
                Finding::warning(format!("/etc/hosts names {}", line.value))
                    .found(line.value.clone())
                    .required("names of the loopback only")
                    .at(at(&line.spot))
                    .fix(format!(
                        "take line {} out of /etc/hosts",
                        line.spot.line.unwrap_or(1)
                    ))
            }),
            "lines of /etc/hosts",
        )),
        Err(unknown) => *open = Some(unknown.reason.clone()),
    }
    match &network.proxies {
        Ok(lines) => findings.extend(listed(
            Level::Warning,
            lines.iter().map(|line| {
                Finding::warning(format!("{} sets a proxy: {}", line.spot.path, line.value))
                    .found(line.value.clone())
                    .required("no proxy")
                    .at(at(&line.spot))
                    .fix(format!(
                        "take line {} out of {}",
                        line.spot.line.unwrap_or(1),
                        line.spot.path
                    ))
            }),
            "proxies",
        )),
        Err(unknown) => *open = Some(unknown.reason.clone()),
    }
    findings
}
