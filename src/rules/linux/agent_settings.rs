//! LNX006: the agent's other settings.

use super::{Subject, at, guest, known, provisioning};
use crate::finding::{Finding, Outcome};
use crate::guest::linux::agent::WaagentConf;
use crate::rules::declare_rule;
use crate::rules::partition::decided_unless;

declare_rule! {
    /// `/etc/waagent.conf` leaves the agent able to do its work.
    ///
    /// ## Why
    /// Certification installs extensions and deploys the image with its own user. An agent that
    /// may do neither makes both fail, whatever else is right.
    ///
    /// ## Evidence
    /// `Extensions.Enabled`, `Provisioning.Agent`, `OS.RootDeviceScsiTimeout` (300),
    /// `OS.EnableFirewall`, `Provisioning.DeleteRootPassword`; where the agent sets up the machine
    /// itself also `Provisioning.RegenerateSshHostKeyPair`.
    ///
    /// ## What Azure says
    /// The FAQ under `VM extension failure`: an image whose extensions do not install fails, or has
    /// to be published as hardened.
    ///
    /// ## Fix
    /// Put the line right in `/etc/waagent.conf`: each finding has its command.
    ///
    /// ## Limits
    /// What the offer claims is not in the image: extensions that are off are a warning here, and a
    /// failure where the offer says that it supports them.
    pub static LNX006 = {
        id: "LNX006",
        name: "agent-settings",
        level: Warning,
        sources: [WAA, GEN, UBU, TECH, FAQ],
    };
}

fn wrong(conf: &WaagentConf, key: &str, message: String, required: &str) -> Option<Finding> {
    let line = conf.get(key)?;
    Some(
        Finding::warning(message)
            .found(format!("{key}={}", line.value))
            .required(format!("{key}={required}"))
            .at(at(&line.spot))
            .about(key)
            .fix(format!(
                "sed -i -E 's/^\\s*{}\\s*=.*/{key}={required}/' /etc/waagent.conf",
                key.replace('.', "\\.")
            )),
    )
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let conf = match known(&guest.agent.conf) {
        Ok(Some(conf)) => conf,
        Ok(None) => return without_conf(guest),
        Err(outcome) => return outcome,
    };
    let mut findings = Vec::new();
    if !conf.is_on("Extensions.Enabled", true) {
        let message = "Extensions.Enabled is off: no extension installs, which fails where the offer claims support for them";
        findings.extend(wrong(conf, "Extensions.Enabled", message.to_owned(), "y"));
    }
    if let Some(mode) = conf.get("Provisioning.Agent")
        && !matches!(mode.value.as_str(), "auto" | "waagent" | "cloud-init")
    {
        let message = format!(
            "Provisioning.Agent is {:?}: the agent sets up nothing",
            mode.value
        );
        findings.extend(wrong(conf, "Provisioning.Agent", message, "auto"));
    }
    match conf.get("OS.RootDeviceScsiTimeout") {
        Some(line) if line.value != "300" => {
            let message = format!(
                "OS.RootDeviceScsiTimeout is {:?}, where Azure wants disks to be waited for 300 seconds",
                line.value
            );
            findings.extend(wrong(conf, "OS.RootDeviceScsiTimeout", message, "300"));
        }
        Some(_) => {}
        None => findings.push(
            Finding::advice("OS.RootDeviceScsiTimeout is not set, so the agent leaves the time-out of disks as it is")
                .found("no such line")
                .required("OS.RootDeviceScsiTimeout=300")
                .at(at(&conf.spot))
                .fix("echo OS.RootDeviceScsiTimeout=300 >> /etc/waagent.conf"),
        ),
    }
    if let Some(line) = conf.get("OS.EnableFirewall")
        && !conf.is_on("OS.EnableFirewall", true)
    {
        findings.push(
            Finding::note(
                "OS.EnableFirewall is off: every user of the machine can reach Azure's wire server",
            )
            .found(format!("OS.EnableFirewall={}", line.value))
            .at(at(&line.spot)),
        );
    }
    let mut open = None;
    for (key, what) in [
        (
            "Provisioning.DeleteRootPassword",
            "root's password stays as it is in the image",
        ),
        (
            "Provisioning.RegenerateSshHostKeyPair",
            "the agent makes no host keys",
        ),
    ] {
        if conf.is_on(key, true) {
            continue;
        }
        // Deprovisioning deletes the password, whoever sets the machine up afterwards.
        let counts = match key {
            "Provisioning.DeleteRootPassword" => Ok(true),
            _ => provisioning::by_agent(guest),
        };
        match counts {
            Ok(true) => findings.extend(wrong(conf, key, format!("{key} is off: {what}"), "y")),
            // cloud-init does its own.
            Ok(false) => {}
            Err(unknown) => open = Some(unknown.reason),
        }
    }
    decided_unless(open, findings)
}

/// The agent ends with an error where it finds no configuration.
fn without_conf(guest: &crate::guest::LinuxGuest) -> Outcome {
    match known(&guest.agent.program) {
        Ok(Some(program)) => Outcome::Decided(vec![
            Finding::warning(
                "the agent is installed without /etc/waagent.conf, and ends at once without one",
            )
            .found("no /etc/waagent.conf")
            .required("the agent's configuration")
            .at(at(program))
            .fix("install the agent's package again, with its configuration"),
        ]),
        Ok(None) => Outcome::not_applicable("no agent is installed (LNX003 says so)"),
        Err(outcome) => outcome,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::rules::linux::sys_testing::debian;
    use crate::rules::linux::testing::*;

    #[test]
    fn each_setting_is_judged_by_its_line() {
        let set = |from: &str, to: &str| debian().replace("/etc/waagent.conf", from, to);
        let waagent = set("Agent=cloud-init", "Agent=waagent");
        let cases = [
            (debian(), Status::Pass),
            (
                set("Extensions.Enabled=y", "Extensions.Enabled=n"),
                Status::Warn,
            ),
            (set("Agent=cloud-init", "Agent=disabled"), Status::Warn),
            (set("Timeout=300", "Timeout=30"), Status::Warn),
            (set("OS.RootDeviceScsiTimeout=300\n", ""), Status::Pass),
            (
                set("OS.EnableFirewall=y", "OS.EnableFirewall=n"),
                Status::Pass,
            ),
            (set("KeyPair=y", "KeyPair=n"), Status::Pass),
            (waagent.clone(), Status::Pass),
            (
                waagent.replace("/etc/waagent.conf", "KeyPair=y", "KeyPair=n"),
                Status::Warn,
            ),
            (debian().without("/etc/waagent.conf"), Status::Warn),
            (
                debian()
                    .without("/etc/waagent.conf")
                    .without("/usr/sbin/waagent"),
                Status::NotApplicable,
            ),
            (
                debian().unreadable("/etc/waagent.conf"),
                Status::Undetermined,
            ),
        ];
        for (number, (tree, status)) in cases.iter().enumerate() {
            let outcome = of(&LNX006, tree);
            assert_eq!(outcome.status(), *status, "case {number}: {outcome:?}");
            assert_evidence(&outcome);
        }
        assert_eq!(of(&LNX006, &debian()), Outcome::pass());
        assert_applies_to_linux_only(&LNX006);
    }

    #[test]
    fn the_command_names_the_key_and_the_file() {
        let tree = debian().replace(
            "/etc/waagent.conf",
            "Extensions.Enabled=y",
            "Extensions.Enabled=n",
        );
        let outcome = of(&LNX006, &tree);
        assert_eq!(
            outcome.findings()[0].fix.as_deref(),
            Some(
                r"sed -i -E 's/^\s*Extensions\.Enabled\s*=.*/Extensions.Enabled=y/' /etc/waagent.conf"
            )
        );
    }
}
