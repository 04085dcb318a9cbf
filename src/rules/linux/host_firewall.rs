//! LNX051: host firewalls.

use super::units::{Start, start};
use super::{Subject, at, guest, known};
use crate::finding::{Finding, Outcome};
use crate::guest::Spot;
use crate::guest::linux::firewall::{Firewall, Through};
use crate::guest::linux::services::Services;
use crate::rules::declare_rule;
use crate::rules::partition::decided_unless;

declare_rule! {
    /// No host firewall is on, unless the product is one or needs it, and SSH gets through.
    ///
    /// ## Why
    /// Azure filters outside of the machine, and certification has to reach port 22. A firewall in
    /// the guest is a second place where that can go wrong.
    ///
    /// ## Evidence
    /// ufw, firewalld, nftables, rules of iptables and SuSEfirewall2: whether their unit starts
    /// (ufw has a switch of its own beside it), and whether their rules let port 22 through as far
    /// as they say so plainly. One that turns nothing away is a note.
    ///
    /// ## What Azure says
    /// The security recommendations want it off unless the product needs it.
    ///
    /// ## Fix
    /// `systemctl disable firewalld` or `ufw disable`; or else let SSH through:
    /// `firewall-offline-cmd --add-service=ssh`, `ufw allow 22/tcp`.
    ///
    /// ## Limits
    /// Rules that programs set up when they start are not seen; included files of nftables and rich
    /// rules of firewalld are not followed.
    pub static LNX051 = {
        id: "LNX051",
        name: "host-firewall",
        level: Warning,
        sources: [SEC, ADR804, QUES],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let (firewalls, services) = match (known(&guest.firewalls), known(&guest.services)) {
        (Ok(firewalls), Ok(services)) => (firewalls, services),
        (Err(outcome), _) | (_, Err(outcome)) => return outcome,
    };
    let mut open = None;
    let mut findings = Vec::new();
    for firewall in firewalls {
        let Some(spot) = is_on(firewall, services) else {
            continue;
        };
        let name = firewall.kind.name();
        let warning = |message: String, found: &str| {
            Finding::warning(message)
                .found(found.to_owned())
                .required("no firewall in the guest, or one that lets port 22 through and that the product needs")
                .fix(format!(
                    "systemctl disable {}{}",
                    firewall.kind.units()[0],
                    if name == "ufw" { " && ufw disable" } else { "" }
                ))
        };
        match &firewall.ssh {
            Ok(Through::Yes(rule)) => findings.push(
                warning(
                    format!("{name} is on; it lets SSH through"),
                    "on, port 22 open",
                )
                .at(at(rule)),
            ),
            Ok(Through::No) => findings.push(
                warning(
                    format!("{name} is on, and nothing in its rules lets SSH through"),
                    "on, port 22 not let through",
                )
                .at(at(&firewall.spot)),
            ),
            Ok(Through::FiltersNothing) => findings.push(
                Finding::note(format!("{name} is on, and its rules turn nothing away"))
                    .at(at(&spot)),
            ),
            Err(unknown) => {
                open = Some(unknown.reason.clone());
                findings.push(
                    warning(format!("{name} is on; its rules could not be read"), "on")
                        .at(at(&spot)),
                );
            }
        }
    }
    decided_unless(open, findings)
}

/// What says that a firewall is on.
pub(crate) fn is_on(firewall: &Firewall, services: &Services) -> Option<Spot> {
    if firewall.switch.as_ref().is_some_and(|switch| !switch.value) {
        return None;
    }
    match start(services, firewall.kind.units()) {
        Start::Yes(spot) | Start::AtFirstBoot(spot) => Some(spot),
        Start::No(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status::*;
    use crate::rules::linux::sys_testing::{debian, enabled};
    use crate::rules::linux::testing::*;

    #[test]
    fn a_firewall_warns_only_where_it_is_on_and_filters() {
        let ufw = |on: &str| {
            enabled(debian(), "ufw.service").file("/etc/ufw/ufw.conf", &format!("ENABLED={on}\n"))
        };
        let nft = debian().file(
            "/etc/nftables.conf",
            "table inet filter {\n policy drop;\n}\n",
        );
        let cases = [
            (debian(), Pass, 0),
            (ufw("no"), Pass, 0),
            (ufw("yes"), Warn, 1),
            (
                ufw("yes").file(
                    "/etc/ufw/user.rules",
                    "### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in\n",
                ),
                Warn,
                1,
            ),
            (
                ufw("yes").unreadable("/etc/ufw/user.rules"),
                Undetermined,
                1,
            ),
            (nft.clone(), Pass, 0),
            (enabled(nft, "nftables.service"), Warn, 1),
            (
                enabled(debian(), "nftables.service").file("/etc/nftables.conf", "flush ruleset\n"),
                Pass,
                1,
            ),
        ];
        for (number, (tree, status, count)) in cases.iter().enumerate() {
            let outcome = of(&LNX051, tree);
            assert_eq!(outcome.status(), *status, "case {number}: {outcome:?}");
            assert_eq!(outcome.findings().len(), *count, "case {number}");
            assert_evidence(&outcome);
        }
        assert_applies_to_linux_only(&LNX051);
    }
}
