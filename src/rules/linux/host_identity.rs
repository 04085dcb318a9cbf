//! LNX044: the machine's id, seed and name.

use super::{Subject, at, guest};
use crate::finding::{Finding, Outcome};
use crate::guest::linux::generalisation::MachineId;
use crate::rules::declare_rule;
use crate::rules::partition::decided_unless;

declare_rule! {
    /// The machine's id, random seed and host name are not those of one machine.
    ///
    /// ## Why
    /// Machines of one id get the same addresses from some DHCP servers and mix up their logs; a
    /// seed that everybody knows is worth nothing.
    ///
    /// ## Evidence
    /// `/etc/machine-id` holds an id; `/var/lib/dbus/machine-id` is a file with one;
    /// `/var/lib/systemd/random-seed` is there; `/etc/hostname` names more than `localhost` or the
    /// distribution. The id itself is not kept.
    ///
    /// ## What Azure says
    /// Nothing; publishers clear them, and the agent sets the name to `localhost.localdomain`.
    ///
    /// ## Fix
    /// `truncate -s 0 /etc/machine-id; rm -f /var/lib/dbus/machine-id /var/lib/systemd/random-seed; echo localhost.localdomain > /etc/hostname`
    ///
    /// ## Limits
    /// Provisioning sets the host name anew. A system without an id makes one at its first boot.
    pub static LNX044 = {
        id: "LNX044",
        name: "host-identity",
        level: Warning,
        sources: [BW, WAA],
    };
}

/// Host names that say nothing of a machine, beside the distribution's.
const GENERIC: [&str; 14] = [
    "localhost",
    "localhost.localdomain",
    "localhost.local",
    "localhost4",
    "localhost6",
    "linux",
    "azure",
    "azurelinux",
    "suse",
    "opensuse",
    "oracle",
    "redhat",
    "unassigned",
    "(none)",
];

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let facts = &guest.generalisation;
    let mut findings = Vec::new();
    let mut open = None;
    for (fact, what, fix) in [
        (
            &facts.machine_id,
            "/etc/machine-id",
            "truncate -s 0 /etc/machine-id",
        ),
        (
            &facts.dbus_machine_id,
            "/var/lib/dbus/machine-id",
            "rm -f /var/lib/dbus/machine-id && ln -s /etc/machine-id /var/lib/dbus/machine-id",
        ),
    ] {
        match fact {
            Ok(MachineId::Set(spot)) => findings.push(
                Finding::warning(format!(
                    "{what} holds an id, which every machine of the image would have"
                ))
                .found("an id")
                .required("an empty file, or the word uninitialized")
                .at(at(spot))
                .fix(fix),
            ),
            Ok(MachineId::Absent | MachineId::Unset(_)) => {}
            Err(unknown) => open = Some(unknown.reason.clone()),
        }
    }
    match &facts.random_seed {
        Ok(Some(spot)) => findings.push(
            Finding::warning(
                "/var/lib/systemd/random-seed is the same seed for every machine of the image",
            )
            .found("a seed")
            .required("no such file")
            .at(at(spot))
            .fix("rm -f /var/lib/systemd/random-seed"),
        ),
        Ok(None) => {}
        Err(unknown) => open = Some(unknown.reason.clone()),
    }
    match &facts.hostname {
        Ok(Some(name)) => {
            let lower = name.value.to_ascii_lowercase();
            let id = guest
                .distribution
                .as_ref()
                .ok()
                .and_then(Option::as_ref)
                .map(|distribution| distribution.id.as_str());
            if !GENERIC.contains(&lower.as_str()) && Some(lower.as_str()) != id {
                findings.push(
                    Finding::warning(format!(
                        "the host name {} is that of one machine",
                        name.value
                    ))
                    .found(name.value.clone())
                    .required("localhost.localdomain, or no name")
                    .at(at(&name.spot))
                    .fix("echo localhost.localdomain > /etc/hostname"),
                );
            }
        }
        Ok(None) => {}
        Err(unknown) => open = Some(unknown.reason.clone()),
    }
    decided_unless(open, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::rules::linux::sys_testing::debian;
    use crate::rules::linux::testing::*;

    #[test]
    fn each_mark_of_one_machine_warns() {
        let id = "0123456789abcdef0123456789abcdef\n";
        let cases = [
            (debian(), 0),
            (debian().without("/etc/machine-id"), 0),
            (debian().file("/etc/machine-id", "uninitialized\n"), 0),
            (debian().file("/etc/machine-id", id), 1),
            (
                debian()
                    .file("/etc/machine-id", id)
                    .link("/var/lib/dbus/machine-id", "/etc/machine-id"),
                1,
            ),
            (debian().file("/var/lib/dbus/machine-id", id), 1),
            (debian().file("/var/lib/systemd/random-seed", "x"), 1),
            (debian().file("/etc/hostname", "Debian\n"), 0),
            (debian().file("/etc/hostname", "packer-7\n"), 1),
        ];
        for (number, (tree, count)) in cases.iter().enumerate() {
            let outcome = of(&LNX044, tree);
            let status = if *count > 0 {
                Status::Warn
            } else {
                Status::Pass
            };
            assert_eq!(outcome.status(), status, "case {number}: {outcome:?}");
            assert_eq!(outcome.findings().len(), *count, "case {number}");
            assert_evidence(&outcome);
            assert!(!format!("{outcome:?}").contains("0123456789abcdef"));
        }
        let open = of(&LNX044, &debian().unreadable("/etc/hostname"));
        assert_eq!(open.status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX044);
    }
}
