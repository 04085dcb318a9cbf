//! LNX034: who sets up the machine.

use super::provisioning::{Trouble, cloud_init, cloud_init_enabled, mode};
use super::{Subject, at, guest};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::LinuxGuest;
use crate::guest::linux::network::NetworkKind;
use crate::known::Known;
use crate::rules::declare_rule;
use crate::rules::partition::listed;

declare_rule! {
    /// The agent or cloud-init can set up a new machine.
    ///
    /// ## Why
    /// Somebody in the guest has to make the user, take the SSH key and tell Azure that the machine
    /// is ready. Where nobody does, the deployment ends after its time with an error, though the
    /// guest runs.
    ///
    /// ## Evidence
    /// `Provisioning.Agent` of `/etc/waagent.conf`, read as the agent does; cloud-init's program,
    /// services, `/etc/cloud/cloud-init.disabled`, ds-identify's policy, `datasource_list`, and the
    /// argument `cloud-init=disabled` of the default boot entry. Files that installers leave in
    /// `/etc/cloud` and `/etc/netplan` are warned about.
    ///
    /// ## What Azure says
    /// `OSProvisioningTimedOut: OS Provisioning for VM '<n>' did not finish in the allotted time`,
    /// `Provisioning timeout or not properly generalized`,
    /// `cloud-init does not appear to be running`.
    ///
    /// ## Fix
    /// `echo 'datasource_list: [ Azure ]' > /etc/cloud/cloud.cfg.d/91-azure_datasource.cfg`, and
    /// enable cloud-init's services; or `Provisioning.Agent=waagent` in `/etc/waagent.conf`.
    ///
    /// ## Limits
    /// Whether the one that is chosen succeeds shows only on a running machine.
    pub static LNX034 = {
        id: "LNX034",
        name: "provisioning-agent",
        level: Error,
        sources: [UBU, RHEL, SUSE, GEN, LISA, DEPLOY],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let mut findings = leftovers(guest);
    let open = match nobody(guest) {
        Ok(found) => {
            if let Some(finding) = found {
                findings.insert(0, finding);
            }
            None
        }
        Err(unknown) => Some(unknown.reason),
    };
    match open {
        Some(reason) => Outcome::Undetermined(reason, findings),
        None => Outcome::Decided(findings),
    }
}

/// The finding that nobody sets up the machine.
fn nobody(guest: &LinuxGuest) -> Known<Option<Finding>> {
    let has_agent = guest
        .agent
        .program
        .as_ref()
        .map_err(Clone::clone)?
        .is_some();
    let mode = if has_agent { mode(guest)? } else { None };
    let Some((mode, spot)) = mode else {
        let why = "there is no agent with a configuration";
        return Ok(cloud_init(guest)?
            .err()
            .map(|trouble| finding(why, &trouble)));
    };
    let why = match mode.as_str() {
        "waagent" => return Ok(None),
        "auto" if !cloud_init_enabled(guest)? => return Ok(None),
        // The agent asks only whether cloud-init's service is enabled, and then waits for it.
        "auto" => "the agent leaves it to cloud-init, whose service is enabled".to_owned(),
        other => format!("Provisioning.Agent is {other:?}"),
    };
    Ok(cloud_init(guest)?.err().map(|trouble| {
        let finding = finding(&why, &trouble);
        match (&trouble.spot, &spot) {
            (None, Some(spot)) => finding.at(at(spot)),
            _ => finding,
        }
    }))
}

fn finding(why: &str, trouble: &Trouble) -> Finding {
    let finding = Finding::error(format!(
        "nobody sets up a new machine: {why}, and {}",
        trouble.what
    ))
    .found(trouble.what.clone())
    .required("the agent or cloud-init, installed, enabled and with the data source Azure")
    .fix(trouble.fix);
    match &trouble.spot {
        Some(spot) => finding.at(at(spot)),
        None => finding,
    }
}

/// What installers left behind.
fn leftovers(guest: &LinuxGuest) -> Vec<Finding> {
    let cloud = guest.cloud_init.as_ref().ok().into_iter();
    let netplan = guest
        .network
        .interfaces
        .iter()
        .filter(|one| one.kind == NetworkKind::Netplan && one.spot.path.starts_with("/etc/"))
        .map(|one| &one.spot);
    let mut paths: Vec<String> = Vec::new();
    let mut findings = Vec::new();
    for spot in cloud.flat_map(|facts| &facts.leftovers).chain(netplan) {
        if paths.contains(&spot.path) {
            continue;
        }
        paths.push(spot.path.clone());
        findings.push(
            Finding::warning(format!(
                "{} is left from an installation, and keeps cloud-init from its own configuration",
                spot.path
            ))
            .found(spot.path.clone())
            .required("no such file in an image")
            .at(at(spot))
            .fix(format!("rm -f '{}'", spot.path.replace('\'', "'\\''"))),
        );
    }
    listed(Level::Warning, findings.into_iter(), "files of installers")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::Profile;
    use crate::rules::linux::sys_testing::{WANTS, adjusted, debian, entry};
    use crate::rules::linux::testing::*;

    fn outcome(tree: &Tree) -> Outcome {
        judge(&LNX034, &adjusted(tree, |_| {}), Profile::default())
    }

    #[test]
    fn somebody_must_set_up_the_machine() {
        let agent = |mode: &str| debian().replace("/etc/waagent.conf", "Agent=cloud-init", mode);
        let off = "/etc/cloud/cloud-init.disabled";
        let local = format!("{WANTS}/cloud-init-local.service");
        let no_azure = debian().file(
            "/etc/cloud/cloud.cfg.d/99.cfg",
            "datasource_list: [ NoCloud ]\n",
        );
        let cases = [
            (debian(), Status::Pass),
            (debian().file(off, ""), Status::Fail),
            (agent("Agent=waagent").file(off, ""), Status::Pass),
            (agent("Agent=auto").file(off, ""), Status::Fail),
            (
                agent("Agent=auto").file(off, "").without(&local),
                Status::Pass,
            ),
            (agent("Agent=disabled"), Status::Pass),
            (
                agent("Agent=disabled").without("/usr/bin/cloud-init"),
                Status::Fail,
            ),
            (no_azure, Status::Fail),
            (
                debian().without("/etc/cloud/cloud.cfg.d/90_dpkg.cfg"),
                Status::Pass,
            ),
            (
                debian().without(&format!("{WANTS}/cloud-final.service")),
                Status::Fail,
            ),
            (debian().without("/usr/sbin/waagent"), Status::Pass),
            (
                debian().without("/usr/sbin/waagent").file(off, ""),
                Status::Fail,
            ),
            (
                debian().file("/etc/cloud/ds-identify.cfg", "policy: disabled\n"),
                Status::Fail,
            ),
            (
                debian().file("/etc/cloud/cloud.cfg.d/99-installer.cfg", "x: 1\n"),
                Status::Warn,
            ),
            (
                debian().file(
                    "/etc/netplan/01-netcfg.yaml",
                    "network:\n  ethernets:\n    eth0: {dhcp4: yes}\n    eth1: {}\n",
                ),
                Status::Warn,
            ),
            (
                debian().file("/etc/cloud/cloud.cfg.d/9.cfg", "datasource_list: *x\n"),
                Status::Undetermined,
            ),
            (
                debian().unreadable("/etc/waagent.conf"),
                Status::Undetermined,
            ),
        ];
        for (number, (tree, status)) in cases.iter().enumerate() {
            let outcome = outcome(tree);
            assert_eq!(outcome.status(), *status, "case {number}: {outcome:?}");
            assert_evidence(&outcome);
        }
        assert_eq!(outcome(&debian()), Outcome::pass());
        assert_applies_to_linux_only(&LNX034);
    }

    #[test]
    fn the_kernel_s_argument_switches_cloud_init_off() {
        let with = |arguments: &str| {
            let inspection = adjusted(&debian(), |guest| {
                guest.boot.default_entry = Ok(Some(entry(arguments)));
            });
            judge(&LNX034, &inspection, Profile::default())
        };
        assert_eq!(with("quiet").status(), Status::Pass);
        let off = with("quiet cloud-init=disabled");
        assert_eq!(off.status(), Status::Fail);
        assert_eq!(off.findings()[0].place.as_ref().unwrap().line, Some(9));
        let unknown = adjusted(&debian(), |guest| {
            guest.boot.default_entry = Err(crate::known::Undetermined::new("not read"));
        });
        let outcome = judge(&LNX034, &unknown, Profile::default());
        assert_eq!(outcome.status(), Status::Undetermined);
    }

    #[test]
    fn the_keys_of_old_agents_count() {
        let old = debian()
            .file(
                "/etc/waagent.conf",
                "Provisioning.Enabled=n\nProvisioning.UseCloudInit=y\n",
            )
            .file("/etc/cloud/cloud-init.disabled", "");
        assert_eq!(outcome(&old).status(), Status::Fail);
    }
}
