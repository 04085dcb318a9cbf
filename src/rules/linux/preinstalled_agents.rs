//! LNX027: programs through which others reach in.

use super::{at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::rules::partition::{decided_unless, listed};
use crate::rules::{Subject, declare_rule};

/// Packages of virus scanners, of remote management and of access from outside, with what they are.
const PACKAGES: [(&str, &str); 35] = [
    ("mdatp", "Defender for Endpoint"),
    ("clamav-daemon", "the ClamAV virus scanner's service"),
    ("clamd", "the ClamAV virus scanner's service"),
    ("falcon-sensor", "the CrowdStrike sensor"),
    ("qualys-cloud-agent", "the Qualys agent"),
    ("sav", "Sophos Antivirus"),
    ("savinstpkg", "Sophos Antivirus"),
    ("esm", "ESET's scanner"),
    ("efs", "ESET's scanner"),
    ("esets", "ESET's scanner"),
    ("ds-agent", "the Trend Micro agent"),
    ("ds_agent", "the Trend Micro agent"),
    ("sentinelagent", "the SentinelOne agent"),
    ("cbagentd", "the Carbon Black agent"),
    ("cb-psc-sensor", "the Carbon Black sensor"),
    ("nessusagent", "the Nessus agent"),
    ("NessusAgent", "the Nessus agent"),
    ("ir_agent", "the Rapid7 agent"),
    ("cortex-agent", "the Cortex agent"),
    ("teamviewer", "TeamViewer"),
    ("teamviewer-host", "TeamViewer"),
    ("anydesk", "AnyDesk"),
    ("rustdesk", "RustDesk"),
    ("tailscale", "Tailscale"),
    ("zerotier-one", "ZeroTier"),
    ("puppet-agent", "the Puppet agent"),
    ("puppet", "the Puppet agent"),
    ("chef", "the Chef client"),
    ("salt-minion", "the Salt minion"),
    ("amazon-ssm-agent", "Amazon's management agent"),
    ("google-guest-agent", "Google's guest agent"),
    ("omsagent", "the Log Analytics agent"),
    ("azuremonitoragent", "the Azure Monitor agent"),
    ("xrdp", "a remote desktop server"),
    ("x11vnc", "a remote desktop server"),
];

declare_rule! {
    /// No virus scanner, management agent or way in from outside is installed beforehand.
    ///
    /// ## Why
    /// As a publisher reads policy 200.4, images bring no virus scanners, remote management tools
    /// or external access: they belong to whoever runs the machine. An agent that was bound to the
    /// publisher's account goes on reporting to it.
    ///
    /// ## Evidence
    /// The installed packages, against a list of such programs; and
    /// `/etc/opt/microsoft/mdatp/mdatp_onboard.json`, which binds Defender for Endpoint to an
    /// owner.
    ///
    /// ## Fix
    /// Remove the package before generalising: `apt-get purge NAME`, `dnf remove NAME`.
    ///
    /// ## Limits
    /// How strictly it is applied is not known; many offers bring such agents because they are the
    /// product. The list is not complete, and programs without a package are not seen.
    pub static LNX027 = {
        id: "LNX027",
        name: "preinstalled-agents",
        level: Warning,
        sources: [ADR804],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let facts = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let mut found = Vec::new();
    let mut open = None;
    match known(&facts.software.defender_onboarding) {
        Ok(Some(spot)) => found.push(
            Finding::warning("Defender for Endpoint is bound to an owner: every machine made from the image would report to it")
                .found("the onboarding file is there")
                .required("no onboarding file")
                .at(at(spot))
                .fix(format!("rm -f {}", super::guest_text::quoted(&spot.path))),
        ),
        Ok(None) => {}
        Err(outcome) => open = outcome.reason().map(str::to_owned),
    }
    match &facts.packages {
        Ok(packages) => found.extend(PACKAGES.iter().filter_map(|(name, what)| {
            let package = packages.find(name)?;
            let finding = Finding::warning(format!(
                "{what} is installed (package {name} {})",
                package.version.chars().take(60).collect::<String>()
            ))
            .found(format!("{name} {}", package.version))
            .required("not in the image, unless it is the product")
            .about(*name)
            .fix(format!(
                "apt-get purge {name} || dnf remove {name} || zypper remove {name}"
            ));
            Some(match packages.spot(package) {
                Some(spot) => finding.at(at(spot)),
                None => finding,
            })
        })),
        Err(unknown) => open = Some(unknown.reason.clone()),
    }
    decided_unless(
        open,
        listed(Level::Warning, found.into_iter(), "such packages"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    #[test]
    fn agents_are_warned_about_each() {
        let tree = Tree::new()
            .file(
                "/var/lib/dpkg/status",
                "Package: mdatp\nVersion: 101.1\n\nPackage: bash\nVersion: 5\n\nPackage: puppet-agent\nVersion: 8.1-1\n",
            )
            .file("/etc/opt/microsoft/mdatp/mdatp_onboard.json", "planted-secret");
        let outcome = of(&LNX027, &tree);
        assert_eq!(
            (outcome.status(), outcome.findings().len()),
            (Status::Warn, 3)
        );
        assert_evidence(&outcome);
        assert!(!format!("{outcome:?}").contains("planted-secret"));
        let clean = Tree::new().file("/var/lib/dpkg/status", "Package: bash\nVersion: 5\n");
        assert_eq!(of(&LNX027, &clean), Outcome::pass());
        let unread = Tree::new().unreadable("/var/lib/dpkg/status");
        assert_eq!(of(&LNX027, &unread).status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX027);
    }
}
