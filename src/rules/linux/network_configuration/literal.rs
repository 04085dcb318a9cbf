//! The literal text that Microsoft's test suite looks for.

use super::at;
use crate::finding::{Finding, Level};
use crate::guest::Spot;
use crate::guest::linux::distribution::{Distribution, Family};
use crate::guest::linux::network::Network;
use crate::known::Known;
use crate::rules::Profile;

/// The version of Fedora from which the suite asks NetworkManager; others of the family stay below.
const FEDORA_WITH_PROFILES: u32 = 39;

pub(super) fn check(
    distribution: &Distribution,
    network: &Network,
    profile: Profile,
    findings: &mut Vec<Finding>,
    open: &mut Option<String>,
) {
    let read = match distribution.family() {
        Family::Fedora
            if distribution
                .major()
                .is_some_and(|v| v >= FEDORA_WITH_PROFILES) =>
        {
            profile_of_eth0(network)
        }
        Family::Fedora => red_hat(network, profile),
        Family::AzureLinux => azure_linux(distribution, network, profile),
        _ => return,
    };
    match read {
        Ok(found) => findings.extend(found),
        Err(unknown) => *open = Some(unknown.reason),
    }
}

/// Checks of the suite alone fail in the strictest profile only.
fn level(profile: Profile) -> Level {
    match profile {
        Profile::Strict => Level::Error,
        Profile::Faq202109 | Profile::Lisa202608 => Level::Warning,
    }
}

fn missing(profile: Profile, message: &str, required: &str, spot: Option<&Spot>) -> Finding {
    let finding = Finding::new(level(profile), message)
        .found("no such text")
        .required(required);
    match spot {
        Some(spot) => finding.at(at(spot)),
        None => finding,
    }
}

fn red_hat(network: &Network, profile: Profile) -> Known<Vec<Finding>> {
    const SYSCONFIG: &str = "echo NETWORKING=yes >> /etc/sysconfig/network";
    let mut findings = Vec::new();
    match network.sysconfig.as_ref().map_err(Clone::clone)? {
        None => findings.push(
            missing(
                profile,
                "there is no /etc/sysconfig/network, which LISA (Microsoft's test suite) wants to hold NETWORKING=yes",
                "NETWORKING=yes",
                None,
            )
            .fix(SYSCONFIG),
        ),
        Some(file) if !file.lacks.is_empty() => findings.push(
            missing(
                profile,
                "/etc/sysconfig/network does not hold NETWORKING=yes, which LISA (Microsoft's test suite) looks for",
                "NETWORKING=yes",
                Some(&file.spot),
            )
            .fix(SYSCONFIG),
        ),
        Some(_) => {}
    }
    match network.ifcfg_eth0.as_ref().map_err(Clone::clone)? {
        None => findings.push(Finding::note(
            "there is no /etc/sysconfig/network-scripts/ifcfg-eth0: LISA (Microsoft's test suite) looks for it, \
             and cloud-init may write it at the first boot",
        )),
        Some(file) => {
            for text in &file.lacks {
                findings.push(
                    missing(
                        profile,
                        &format!("ifcfg-eth0 does not hold {text} as it stands, without quotes"),
                        text,
                        Some(&file.spot),
                    )
                    .fix(format!(
                        "sed -i '/^{}=/d' {path} && echo {text} >> {path}",
                        text.split('=').next().unwrap_or_default(),
                        path = crate::rules::linux::guest_text::quoted(&file.spot.path)
                    )),
                );
            }
        }
    }
    Ok(findings)
}

fn profile_of_eth0(network: &Network) -> Known<Vec<Finding>> {
    Ok(match network.profile_eth0.as_ref().map_err(Clone::clone)? {
        Some(_) => Vec::new(),
        None => vec![Finding::note(
            "there is no profile of eth0 in /etc/NetworkManager/system-connections: Microsoft's \
             suite looks for it, and cloud-init may write it at the first boot",
        )],
    })
}

fn azure_linux(
    distribution: &Distribution,
    network: &Network,
    profile: Profile,
) -> Known<Vec<Finding>> {
    let (path, fact) = if distribution.major().is_some_and(|version| version >= 4) {
        (
            "/usr/lib/systemd/networkd.conf",
            &network.vendor_networkd_conf,
        )
    } else {
        ("/etc/systemd/networkd.conf", &network.networkd_conf)
    };
    Ok(match fact.as_ref().map_err(Clone::clone)? {
        Some(_) => Vec::new(),
        None => vec![
            missing(
                profile,
                &format!("there is no {path}, which LISA (Microsoft's test suite) looks for on Azure Linux"),
                path,
                None,
            )
            .found("no such file")
            .fix("tdnf reinstall -y systemd-networkd || tdnf reinstall -y systemd"),
        ],
    })
}
