//! LNX042: host keys of SSH.

use super::{Subject, at, guest, known, provisioning};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::LinuxGuest;
use crate::known::Known;
use crate::rules::declare_rule;
use crate::rules::partition::{decided_unless, listed};

declare_rule! {
    /// The image holds no host keys of SSH, and something makes them anew.
    ///
    /// ## Why
    /// Host keys in an image are those of every customer's machine: whoever has the image can stand
    /// in for all of them. Without keys and without anything that makes them SSH does not start.
    ///
    /// ## Evidence
    /// Files `/etc/ssh/ssh_host_*`: each is a failure. Without any: the agent with
    /// `Provisioning.RegenerateSshHostKeyPair`, cloud-init's module `ssh`, or a program of the
    /// distribution makes them at the first boot; where none of the three is there, a warning.
    ///
    /// ## What Azure says
    /// Nothing literal is known; `waagent -deprovision` warns
    /// `WARNING! All SSH host key pairs will be deleted.`
    ///
    /// ## Fix
    /// `rm -f /etc/ssh/ssh_host_*`, or `waagent -force -deprovision+user`, which does it too.
    ///
    /// ## Limits
    /// That keys have to be absent is how deprovisioning and publishers read the policies. First
    /// boot replaces keys that are there where cloud-init has `ssh_deletekeys` on, or the agent
    /// makes new ones; customers' machines then have their own, and the image still holds these.
    pub static LNX042 = {
        id: "LNX042",
        name: "ssh-host-keys",
        level: Error,
        sources: [WAA, VALID, SEC, ADR804],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let keys = match known(&guest.generalisation.host_keys) {
        Ok(keys) => keys,
        Err(outcome) => return outcome,
    };
    let maker = maker(guest);
    if !keys.is_empty() {
        let replaced = match &maker {
            Ok(Some(maker)) if maker.replaces => {
                format!("; {} replaces it at the first boot", maker.name)
            }
            _ => String::new(),
        };
        let findings = keys.iter().map(|spot| {
            Finding::error(format!(
                "{} is a host key of SSH in the image{replaced}",
                spot.path
            ))
            .found(spot.path.clone())
            .required("no /etc/ssh/ssh_host_*")
            .at(at(spot))
            .fix("rm -f /etc/ssh/ssh_host_*")
        });
        return Outcome::Decided(listed(Level::Error, findings, "host keys"));
    }
    match maker {
        Ok(Some(_)) => Outcome::pass(),
        Ok(None) => Outcome::Decided(vec![
            Finding::warning("there are no host keys of SSH, and nothing is known to make them at the first boot")
                .found("neither the agent, cloud-init's module ssh nor a program of the distribution")
                .required("Provisioning.RegenerateSshHostKeyPair=y, cloud-init's module ssh, or sshd-keygen")
                .fix("echo Provisioning.RegenerateSshHostKeyPair=y >> /etc/waagent.conf"),
        ]),
        Err(unknown) => decided_unless(Some(unknown.reason), Vec::new()),
    }
}

/// What makes keys at the first boot.
struct Maker {
    name: &'static str,
    replaces: bool,
}

fn maker(guest: &LinuxGuest) -> Known<Option<Maker>> {
    // One that is known to be there settles it, whatever of the others is not known.
    let distribution = guest.generalisation.key_maker.as_ref();
    if let Ok(Some(_)) = distribution {
        return Ok(Some(Maker {
            name: "a program of the distribution",
            replaces: false,
        }));
    }
    let cloud = by_cloud_init(guest);
    if let Ok(Some(maker)) = cloud {
        return Ok(Some(maker));
    }
    let agent = by_agent(guest);
    if let Ok(Some(maker)) = agent {
        return Ok(Some(maker));
    }
    distribution.map_err(Clone::clone)?;
    cloud?;
    agent
}

fn by_cloud_init(guest: &LinuxGuest) -> Known<Option<Maker>> {
    if provisioning::cloud_init(guest)?.is_err() {
        return Ok(None);
    }
    let facts = guest.cloud_init.as_ref().map_err(Clone::clone)?;
    Ok(facts.runs_module("ssh").then(|| Maker {
        name: "cloud-init",
        replaces: facts.deletes_host_keys.as_ref().is_none_or(|on| on.value),
    }))
}

fn by_agent(guest: &LinuxGuest) -> Known<Option<Maker>> {
    if guest
        .agent
        .program
        .as_ref()
        .map_err(Clone::clone)?
        .is_none()
        || !provisioning::by_agent(guest)?
    {
        return Ok(None);
    }
    let conf = guest.agent.conf.as_ref().map_err(Clone::clone)?;
    let on = conf
        .as_ref()
        .is_some_and(|conf| conf.is_on("Provisioning.RegenerateSshHostKeyPair", true));
    Ok(on.then_some(Maker {
        name: "the agent",
        replaces: true,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::Profile;
    use crate::rules::linux::sys_testing::{adjusted, debian};
    use crate::rules::linux::testing::*;

    fn outcome(tree: &Tree) -> Outcome {
        judge(&LNX042, &adjusted(tree, |_| {}), Profile::default())
    }

    #[test]
    fn keys_fail_and_their_absence_needs_somebody_who_makes_them() {
        let without_ssh = debian().replace("/etc/cloud/cloud.cfg", " - ssh\n", "");
        let waagent =
            without_ssh
                .clone()
                .replace("/etc/waagent.conf", "Agent=cloud-init", "Agent=waagent");
        let cases = [
            (debian(), Status::Pass),
            (
                debian().file("/etc/ssh/ssh_host_rsa_key", "x"),
                Status::Fail,
            ),
            (without_ssh.clone(), Status::Warn),
            (waagent.clone(), Status::Pass),
            (
                waagent.replace("/etc/waagent.conf", "KeyPair=y", "KeyPair=n"),
                Status::Warn,
            ),
            (
                without_ssh
                    .clone()
                    .file("/usr/lib/systemd/system/sshd-keygen@.service", "x"),
                Status::Pass,
            ),
            (
                without_ssh.unreadable("/etc/waagent.conf"),
                Status::Undetermined,
            ),
            (debian().unreadable("/etc/waagent.conf"), Status::Pass),
        ];
        for (number, (tree, status)) in cases.iter().enumerate() {
            let outcome = outcome(tree);
            assert_eq!(outcome.status(), *status, "case {number}: {outcome:?}");
            assert_evidence(&outcome);
        }
        assert_applies_to_linux_only(&LNX042);
    }

    #[test]
    fn the_finding_says_where_first_boot_replaces_the_key() {
        let keyed = debian().file("/etc/ssh/ssh_host_rsa_key", "x");
        let message = |tree: &Tree| outcome(tree).findings()[0].message.clone();
        assert!(message(&keyed).ends_with("cloud-init replaces it at the first boot"));
        let kept = keyed.append("/etc/cloud/cloud.cfg", "ssh_deletekeys: false\n");
        assert!(message(&kept).ends_with("in the image"));
    }
}
