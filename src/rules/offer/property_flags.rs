//! OFFER002: the properties that the offer claims.

use crate::finding::{Finding, Outcome};
use crate::guest::LinuxGuest;
use crate::guest::linux::firewall::Through;
use crate::guest::linux::kernel::Driver;
use crate::guest::linux::packages::Package;
use crate::inspect::Generation;
use crate::known::Known;
use crate::rules::linux::host_firewall::is_on;
use crate::rules::linux::units::{below, start};
use crate::rules::linux::{agent_version, at, guest, provisioning};
use crate::rules::partition::decided_unless;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// The properties that the offer claims agree with the image.
    ///
    /// ## Why
    /// Partner Center asks of each plan what its image supports. A property that is ticked and is
    /// not so turns what was meant that way into a failure; one that is so and is not ticked keeps
    /// customers from it.
    ///
    /// ## Evidence
    /// VM extensions: the agent is newer than 2.2.41, runs extensions, and starts. cloud-init: it is
    /// installed, enabled, and takes Azure as its source. NVMe and accelerated networking: the
    /// kernel's drivers. Remote desktop or SSH: the SSH server starts, and no firewall holds port
    /// 22 shut.
    ///
    /// ## What Azure says
    /// The FAQ: an image on which extensions do not install has to be published as hardened.
    ///
    /// ## Fix
    /// Tick in the plan's technical configuration what is said here, or mend the image.
    ///
    /// ## Limits
    /// What the offer says is not in the image, so that only what would be wrong by default is a
    /// warning. Hibernation, backup, network virtual appliance and a template of one's own depend
    /// on the product.
    pub static OFFER002 = {
        id: "OFFER002",
        name: "property-flags",
        level: Warning,
        sources: [TECH, FAQ, BASE],
    };
}

/// Why the image does not support a property; none where it does.
type Answer = Known<Option<String>>;

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let mut open = None;
    let mut findings = Vec::new();
    let generation = subject.inspection.generation;
    for (property, by_default, answer, fix) in [
        (
            "Supports VM extensions",
            true,
            extensions(guest),
            "clear \"Supports VM extensions\" in the plan's technical configuration, or install a current agent",
        ),
        ("Supports cloud-init", false, cloud_init(guest), ""),
        ("Supports NVMe", false, nvme(guest, generation), ""),
        (
            "Supports accelerated networking",
            false,
            accelerated_networking(guest),
            "",
        ),
        (
            "a login by SSH (\"Remote desktop/SSH not supported\" stays clear)",
            true,
            ssh(guest),
            "tick \"Remote desktop/SSH not supported\" in the plan's technical configuration, or enable SSH",
        ),
    ] {
        match answer {
            Ok(None) => findings.push(Finding::note(format!(
                "the image fits the property {property}"
            ))),
            Ok(Some(why)) if by_default => findings.push(
                Finding::warning(format!(
                    "the image does not fit the property {property}: {why}"
                ))
                .found(why)
                .required("properties of the plan that agree with the image")
                .fix(fix),
            ),
            Ok(Some(why)) => findings.push(Finding::note(format!(
                "the image does not fit the property {property}, so do not claim it: {why}"
            ))),
            Err(unknown) => {
                open.get_or_insert_with(|| format!("{property}: {}", unknown.reason));
            }
        }
    }
    // An image that wants cloud-init and cannot run it fits neither answer.
    if let Ok(Err(trouble)) = provisioning::cloud_init(guest)
        && let Ok(facts) = &guest.cloud_init
        && facts.program.is_some()
        && facts.disabled_by.is_none()
        && let Ok(true) = provisioning::cloud_init_enabled(guest)
    {
        let finding = Finding::warning(format!(
            "cloud-init is enabled and does not work: {}",
            trouble.what
        ))
        .found(trouble.what.clone())
        .required("cloud-init that works, or none")
        .fix(trouble.fix);
        findings.push(match &trouble.spot {
            Some(spot) => finding.at(at(spot)),
            None => finding,
        });
    }
    decided_unless(open, findings)
}

fn known<T>(fact: &Known<T>) -> Known<&T> {
    fact.as_ref().map_err(Clone::clone)
}

fn extensions(guest: &LinuxGuest) -> Answer {
    if known(&guest.agent.program)?.is_none() {
        return Ok(Some("no agent is installed".to_owned()));
    }
    if let Some(conf) = known(&guest.agent.conf)?
        && !conf.is_on("Extensions.Enabled", true)
    {
        return Ok(Some(
            "Extensions.Enabled is off in /etc/waagent.conf".to_owned(),
        ));
    }
    let services = known(&guest.services)?;
    if !start(services, &["walinuxagent.service", "waagent.service"]).is_yes() {
        return Ok(Some("the agent does not start".to_owned()));
    }
    let version = match known(&guest.agent.version)? {
        Some(version) => Some(version.value.as_str()),
        None => agent_version::package(guest).map(Package::upstream_version),
    };
    let Some(version) = version else {
        return Err(crate::known::Undetermined::new(
            "neither a file nor a package tells the agent's version",
        ));
    };
    Ok((below(version, "2.2.41") == Some(true))
        .then(|| format!("the agent {version} is lower than 2.2.41")))
}

fn cloud_init(guest: &LinuxGuest) -> Answer {
    Ok(provisioning::cloud_init(guest)?
        .err()
        .map(|trouble| trouble.what))
}

fn has_driver(guest: &LinuxGuest, names: &[&str]) -> Known<Option<bool>> {
    let Some(kernel) = known(&guest.kernel)? else {
        return Ok(None);
    };
    for name in names {
        if kernel.driver(name)? != Driver::Absent {
            return Ok(Some(true));
        }
    }
    Ok(Some(false))
}

fn nvme(guest: &LinuxGuest, generation: Generation) -> Answer {
    if generation == Generation::One {
        return Ok(Some("NVMe needs generation 2".to_owned()));
    }
    Ok(match has_driver(guest, &["nvme"])? {
        Some(true) => None,
        Some(false) => Some("the kernel has no driver nvme".to_owned()),
        None => Some("the boot loader names no kernel".to_owned()),
    })
}

fn accelerated_networking(guest: &LinuxGuest) -> Answer {
    Ok(
        match has_driver(guest, &["mlx5_core", "mlx4_en", "mana"])? {
            Some(true) => None,
            Some(false) => Some("the kernel has none of mlx5_core, mlx4_en and mana".to_owned()),
            None => Some("the boot loader names no kernel".to_owned()),
        },
    )
}

fn ssh(guest: &LinuxGuest) -> Answer {
    const UNITS: [&str; 4] = ["ssh.service", "sshd.service", "ssh.socket", "sshd.socket"];
    let services = known(&guest.services)?;
    if !start(services, &UNITS).is_yes() {
        return Ok(Some("no SSH server starts".to_owned()));
    }
    for firewall in known(&guest.firewalls)? {
        if is_on(firewall, services).is_some() && known(&firewall.ssh)? == &Through::No {
            return Ok(Some(format!(
                "{} is on, and nothing in its rules lets port 22 through",
                firewall.kind.name()
            )));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::testing::Tree;
    use crate::known::Undetermined;
    use crate::rules::Profile;
    use crate::rules::linux::sys_testing::{WANTS, adjusted, debian, enabled};
    use crate::rules::linux::testing::*;

    fn outcome(tree: &Tree) -> Outcome {
        let inspection = adjusted(tree, |guest| guest.kernel = Ok(None));
        judge(&OFFER002, &inspection, Profile::default())
    }

    fn warnings(tree: &Tree) -> Vec<String> {
        let outcome = outcome(tree);
        assert_evidence(&outcome);
        let all = outcome.findings().iter();
        let of = all.filter(|finding| finding.level == Level::Warning);
        of.map(|finding| finding.message.clone()).collect()
    }

    #[test]
    fn a_good_image_is_told_what_it_may_claim() {
        let good = outcome(&debian());
        assert_eq!((good.status(), good.findings().len()), (Status::Pass, 5));
        assert_eq!(worst(&good), Some(Level::Note));
        let unknown = adjusted(&debian(), |guest| {
            guest.kernel = Err(Undetermined::new("not read"))
        });
        let outcome = judge(&OFFER002, &unknown, Profile::default());
        assert_eq!(outcome.status(), Status::Undetermined);
        assert_eq!(outcome.findings().len(), 3);
        assert_applies_to_linux_only(&OFFER002);
    }

    #[test]
    fn what_is_claimed_by_default_and_is_not_so_warns() {
        let ssh = format!("{WANTS}/ssh.service");
        let closed = enabled(debian(), "ufw.service").file("/etc/ufw/ufw.conf", "ENABLED=yes\n");
        let version = "/usr/lib/python3/dist-packages/azurelinuxagent/common/version.py";
        for (tree, word) in [
            (debian().without("/usr/sbin/waagent"), "no agent"),
            (
                debian().replace(
                    "/etc/waagent.conf",
                    "Extensions.Enabled=y",
                    "Extensions.Enabled=n",
                ),
                "Extensions.Enabled",
            ),
            (
                debian().file(version, "AGENT_VERSION = '2.2.40'\n"),
                "2.2.40",
            ),
            (debian().without(&ssh), "no SSH server"),
            (closed, "ufw is on"),
            (
                debian().file(
                    "/etc/cloud/cloud.cfg.d/99.cfg",
                    "datasource_list: [ Ec2 ]\n",
                ),
                "does not work",
            ),
        ] {
            let found = warnings(&tree);
            assert_eq!(found.len(), 1, "{word}: {found:?}");
            assert!(found[0].contains(word), "{found:?}");
        }
    }
}
