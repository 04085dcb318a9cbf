//! WIN004: what Sysprep complained of, and what it does not support.

use super::{at, guest, known, set};
use crate::finding::{Finding, Outcome};
use crate::guest::WindowsGuest;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// Sysprep ended without errors, and no role was left that it does not support.
    ///
    /// ## Why
    /// What Sysprep could not generalise breaks on the machines that are made of the image: a role
    /// keeps the name of the first machine, a package ends the first setup.
    ///
    /// ## Evidence
    /// `C:\Windows\System32\Sysprep\Panther\setuperr.log` is empty or missing. No service, by its
    /// `Start`, of a role for which Microsoft's table says that Sysprep does not support it: AD CS
    /// (`CertSvc`), AD DS (`NTDS`), AD FS (`adfssrv`), AD LDS (`ADAM_...`), the DHCP server
    /// (`DHCPServer`), the fax server (`Fax`). Folders of VM extensions in `C:\Packages\Plugins`,
    /// which are to be removed before Sysprep runs, are advice.
    ///
    /// ## Fix
    /// Mend what the log names, `Uninstall-WindowsFeature` the role, and run Sysprep again.
    ///
    /// ## Limits
    /// Microsoft's table ends with Windows Server 2012; newer ones are judged by it. AD RMS, which
    /// it has too, cannot be told by a service. Errors of earlier runs stay in the log.
    pub static WIN004 = {
        id: "WIN004",
        name: "sysprep-errors",
        level: Warning,
        sources: [WINP, SYSPREPROLES],
    };
}

/// Services of roles that Sysprep does not support, with the role and its name for PowerShell.
const ROLES: [(&str, &str, &str); 6] = [
    (
        "CertSvc",
        "Active Directory Certificate Services",
        "AD-Certificate",
    ),
    (
        "NTDS",
        "Active Directory Domain Services",
        "AD-Domain-Services",
    ),
    (
        "adfssrv",
        "Active Directory Federation Services",
        "ADFS-Federation",
    ),
    (
        "ADAM_",
        "Active Directory Lightweight Directory Services",
        "ADLDS",
    ),
    ("DHCPServer", "the DHCP server", "DHCP"),
    ("Fax", "the fax server", "Fax"),
];

fn check(subject: &Subject<'_>) -> Outcome {
    judge(subject).unwrap_or_else(|outcome| outcome)
}

fn judge(subject: &Subject<'_>) -> Result<Outcome, Outcome> {
    let guest = guest(subject)?;
    let mut findings = roles(guest)?;
    let facts = &guest.sysprep;
    if let Some(log) = known(&facts.errors)?
        && let Some(first) = log.first.first()
    {
        let shown: String = first.value.chars().take(200).collect();
        findings.push(
            Finding::warning("Sysprep has logged errors")
                .found(match log.lines {
                    1 => shown,
                    lines => format!("{lines} lines, of which the first is: {shown}"),
                })
                .required("an empty log")
                .at(at(&first.spot))
                .fix("Get-Content 'C:\\Windows\\System32\\Sysprep\\Panther\\setuperr.log'; mend what it names, delete the log, run Sysprep again"),
        );
    }
    findings.extend(known(&facts.extensions)?.iter().map(|extension| {
        let shown: String = extension.value.chars().take(120).collect();
        Finding::advice(format!("the VM extension {shown} is left"))
            .found(shown)
            .required("no extensions when Sysprep runs")
            .at(at(&extension.spot))
            .fix("remove the extension in the portal or with Remove-AzVMExtension before you run Sysprep")
    }));
    Ok(Outcome::Decided(findings))
}

fn roles(guest: &WindowsGuest) -> Result<Vec<Finding>, Outcome> {
    // Desktop editions bring the fax service with them, and have no roles.
    if known(&guest.release.is_client())?.unwrap_or(false) {
        return Ok(Vec::new());
    }
    let services = &known(&guest.services)?.list;
    let mut findings = Vec::new();
    for (name, role, feature) in ROLES {
        let service = services
            .iter()
            .find(|service| match name.strip_suffix('_') {
                Some(_) => starts_with(&service.name, name),
                None => service.name.eq_ignore_ascii_case(name),
            });
        // Without Start it is the settings of a service that is not there.
        if let Some(service) = service
            && set(&service.start)?.is_some()
        {
            let shown: String = service.name.chars().take(80).collect();
            findings.push(
                Finding::warning(format!("Sysprep does not support {role}"))
                    .found(format!("the service {shown}"))
                    .required("no such role when Sysprep runs")
                    .at(at(&service.spot))
                    .fix(format!("Uninstall-WindowsFeature -Name {feature} -Restart")),
            );
        }
    }
    Ok(findings)
}

/// Whether a name begins so, without regard to case.
fn starts_with(name: &str, begin: &str) -> bool {
    name.get(..begin.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(begin))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::windows::registry::HiveName::{Software, System};
    use crate::rules::windows::testing::*;

    const LOG: &str = "/Windows/System32/Sysprep/Panther/setuperr.log";
    const SERVICES: &str = r"CurrentControlSet\Services";

    #[test]
    fn errors_in_the_log_are_shown_with_their_first_line() {
        assert_eq!(of(&WIN004, &Machine::new()), Outcome::pass());
        let blank = Machine::new().files(|tree| tree.file(LOG, "\r\n \r\n"));
        assert_eq!(of(&WIN004, &blank), Outcome::pass());
        let text = "2026-01-01 10:00:00, Error SYSPRP Package x was installed\r\nsecond\r\n";
        let outcome = of(&WIN004, &Machine::new().files(|tree| tree.file(LOG, text)));
        assert_eq!(outcome.status(), Status::Warn);
        assert_evidence(&outcome);
        let found = outcome.findings()[0].found.as_deref().unwrap();
        assert!(
            found.starts_with("2 lines") && found.ends_with("was installed"),
            "{found}"
        );
    }

    #[test]
    fn roles_that_sysprep_does_not_support_are_named() {
        for name in [
            "CertSvc",
            "NTDS",
            "adfssrv",
            "adam_one",
            "DHCPServer",
            "Fax",
        ] {
            let machine = Machine::new().dword(System, &format!("{SERVICES}\\{name}"), "Start", 2);
            let outcome = of(&WIN004, &machine);
            assert_eq!(outcome.status(), Status::Warn, "{name}");
            assert_eq!(outcome.findings().len(), 1, "{name}");
            assert_evidence(&outcome);
        }
        let release = r"Microsoft\Windows NT\CurrentVersion";
        let client = Machine::new()
            .string(Software, release, "InstallationType", "Client")
            .dword(System, &format!("{SERVICES}\\Fax"), "Start", 3);
        assert_eq!(of(&WIN004, &client), Outcome::pass());
        let settings = Machine::new().key(System, &format!(r"{SERVICES}\NTDS\Parameters"));
        assert_eq!(of(&WIN004, &settings), Outcome::pass());
        // The client of DHCP is everywhere.
        let other = Machine::new().dword(System, &format!("{SERVICES}\\Dhcp"), "Start", 2);
        assert_eq!(of(&WIN004, &other), Outcome::pass());
    }

    #[test]
    fn extensions_are_advice_and_what_cannot_be_read_leaves_it_open() {
        let machine = Machine::new().files(|tree| tree.dir("/Packages/Plugins/Some.Extension"));
        let outcome = of(&WIN004, &machine);
        assert_eq!(outcome.findings()[0].level, Level::Advice);
        let unread = Machine::new().files(|tree| tree.unreadable(LOG));
        assert_eq!(of(&WIN004, &unread).status(), Status::Undetermined);
        assert_needs(&WIN004, System);
        assert_applies_to_windows_only(&WIN004);
    }
}
