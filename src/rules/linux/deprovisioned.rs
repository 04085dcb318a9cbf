//! LNX041: whether the image was deprovisioned.

use super::{MAX_LISTED, Subject, at, guest};
use crate::finding::{Finding, Outcome};
use crate::guest::Spot;
use crate::known::Known;
use crate::rules::declare_rule;
use crate::rules::partition::decided_unless;

declare_rule! {
    /// The image is deprovisioned: it holds nothing of the machine that it was made on.
    ///
    /// ## Why
    /// An image that still holds the state of a machine is not generalised: the agent takes a new
    /// machine for the old one and does not set it up, and what was the publisher's goes to every
    /// customer.
    ///
    /// ## Evidence
    /// What `waagent -deprovision` removes and is still there. Strong signs are
    /// `/var/lib/waagent/ovf-env.xml`, `/var/lib/waagent/provisioned`, and the goal state or the
    /// certificates of a machine beside them: two of these three fail. One of them, or the agent's
    /// logs, DHCP leases, root's history and other files of the agent, are warned about.
    ///
    /// ## What Azure says
    /// `VM not generalized`, `Provisioning timeout or not properly generalized`.
    ///
    /// ## Fix
    /// As the last thing before the machine is switched off:
    /// `cloud-init clean --logs --seed; waagent -force -deprovision+user; export HISTSIZE=0`.
    ///
    /// ## Limits
    /// Host keys, the machine's id, cloud-init's state and the network have rules of their own
    /// (LNX042 to LNX045), so have users (LNX037). An image that never was a machine on Azure shows
    /// none of the strong signs.
    pub static LNX041 = {
        id: "LNX041",
        name: "deprovisioned",
        level: Error,
        sources: [WAA, FAQ, BASE, UBU, RHEL, ADR804],
    };
}

const FIX: &str = "cloud-init clean --logs --seed; rm -rf /var/lib/cloud /var/lib/waagent /var/log/azure; \
     rm -f /var/log/waagent.log; waagent -force -deprovision+user; export HISTSIZE=0";

/// Which of the strong signs a file of the agent is.
fn strong(name: &str) -> Option<usize> {
    let machine = name.ends_with(".prv")
        || name.ends_with(".crt")
        || name.starts_with("Transport")
        || name.starts_with("Certificates.")
        || name.starts_with("GoalState")
        || name.starts_with("ExtensionsConfig")
        || matches!(name, "HostingEnvironmentConfig.xml" | "SharedConfig.xml");
    match name {
        "ovf-env.xml" => Some(0),
        "provisioned" => Some(1),
        _ if machine => Some(2),
        _ => None,
    }
}

/// What was seen, and what could not be looked at.
#[derive(Default)]
struct Signs {
    strong: [Vec<Spot>; 3],
    weak: Vec<(&'static str, Spot)>,
    open: Option<String>,
}

impl Signs {
    fn take<T>(&mut self, fact: &Known<T>, f: impl FnOnce(&mut Self, &T)) {
        match fact {
            Ok(value) => f(self, value),
            Err(unknown) => {
                self.open.get_or_insert_with(|| unknown.reason.clone());
            }
        }
    }
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let facts = &guest.generalisation;
    let mut signs = Signs::default();
    signs.take(&facts.agent_files, |signs, files| {
        for spot in files {
            let name = spot.path.rsplit('/').next().unwrap_or_default();
            match strong(name) {
                Some(which) => signs.strong[which].push(spot.clone()),
                None => signs.weak.push(("a file of the agent", spot.clone())),
            }
        }
    });
    let list = |what| {
        move |signs: &mut Signs, spots: &Vec<Spot>| {
            signs
                .weak
                .extend(spots.iter().map(|spot| (what, spot.clone())));
        }
    };
    signs.take(&facts.agent_logs, list("a log of the agent"));
    signs.take(&facts.leases, list("a lease of DHCP"));
    signs.take(&facts.root_history, |signs, history| {
        signs.weak.extend(
            history
                .iter()
                .map(|found| ("root's history", found.spot.clone())),
        );
    });
    signs.take(&facts.firewall_unit, |signs, unit| {
        signs.weak.extend(
            unit.iter()
                .map(|spot| ("the agent's unit for its firewall", spot.clone())),
        );
    });
    let found: Vec<_> = signs
        .strong
        .iter()
        .filter(|spots| !spots.is_empty())
        .collect();
    let what = [
        "the answer file of a deployment",
        "the mark that the machine was set up",
        "the goal state or certificates of a machine",
    ];
    let mut findings = Vec::new();
    for (spots, what) in signs.strong.iter().zip(what) {
        let Some(spot) = spots.first() else {
            continue;
        };
        let message = format!("{} is {what}, which deprovisioning removes", spot.path);
        let finding = if found.len() >= 2 {
            Finding::error(format!("{message}: the image is not generalised"))
        } else {
            Finding::warning(message)
        };
        findings.push(
            finding
                .found(spot.path.clone())
                .required("nothing in /var/lib/waagent")
                .at(at(spot))
                .fix(FIX),
        );
    }
    for (what, spot) in signs.weak.iter().take(MAX_LISTED) {
        findings.push(
            Finding::warning(format!(
                "{} is {what}, which deprovisioning removes",
                spot.path
            ))
            .found(spot.path.clone())
            .required("no such file")
            .at(at(spot))
            .fix(FIX),
        );
    }
    if let Some(rest) = signs.weak.len().checked_sub(MAX_LISTED).filter(|n| *n > 0) {
        findings.push(
            Finding::warning(format!("and {rest} more files that deprovisioning removes"))
                .found(format!("{rest} more files"))
                .required("no such files")
                .fix(FIX),
        );
    }
    decided_unless(signs.open, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::rules::linux::sys_testing::debian;
    use crate::rules::linux::testing::*;

    #[test]
    fn two_strong_signs_fail_and_any_sign_warns() {
        let at = |tree: crate::guest::testing::Tree, name: &str| {
            tree.file(&format!("/var/lib/waagent/{name}"), "Pl4nted")
        };
        let cases = [
            (debian(), Status::Pass),
            (at(debian(), "ovf-env.xml"), Status::Warn),
            (at(at(debian(), "ovf-env.xml"), "provisioned"), Status::Fail),
            (
                at(at(debian(), "GoalState.1.xml"), "TransportPrivate.pem"),
                Status::Warn,
            ),
            (
                at(at(debian(), "GoalState.1.xml"), "provisioned"),
                Status::Fail,
            ),
            (at(debian(), "error.json"), Status::Warn),
            (debian().file("/var/log/waagent.log", "x"), Status::Warn),
            (debian().file("/var/log/waagent.log", ""), Status::Pass),
            (
                debian().file("/var/lib/dhcp/dhclient.leases", "x"),
                Status::Warn,
            ),
            (
                debian().file("/root/.bash_history", "Pl4nted"),
                Status::Warn,
            ),
        ];
        for (number, (tree, status)) in cases.iter().enumerate() {
            let outcome = of(&LNX041, tree);
            assert_eq!(outcome.status(), *status, "case {number}: {outcome:?}");
            assert_evidence(&outcome);
            assert!(!format!("{outcome:?}").contains("Pl4nted"));
        }
        assert_eq!(of(&LNX041, &debian()), Outcome::pass());
        assert_applies_to_linux_only(&LNX041);
    }

    #[test]
    fn a_var_that_cannot_be_read_leaves_it_open() {
        let mut inspection = inspection(&debian());
        let guest = crate::guest::testing::facts(&|| {
            debian().root_with_unreadable("/var", "it is encrypted by LUKS")
        });
        inspection.guest = Ok(Some(crate::guest::Guest::Linux(Box::new(guest))));
        let outcome = judge(&LNX041, &inspection, crate::rules::Profile::default());
        assert_eq!(outcome.status(), Status::Undetermined);
        assert!(outcome.reason().unwrap().contains("encrypted"));
    }

    #[test]
    fn many_files_give_a_bounded_list() {
        let tree = (0..60).fold(debian(), |tree, i| {
            tree.file(&format!("/var/log/azure/{i}.log"), "x")
        });
        assert_eq!(of(&LNX041, &tree).findings().len(), MAX_LISTED + 1);
    }
}
