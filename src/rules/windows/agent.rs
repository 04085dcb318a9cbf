//! WIN026: the Azure VM Agent.

use super::{MAX_LISTED, at, guest, known};
use crate::finding::{Finding, Outcome};
use crate::guest::pe::FileVersion;
use crate::guest::windows::services::{Services, Start};
use crate::known::Known;
use crate::rules::linux::guest_text::short;
use crate::rules::partition::decided_unless;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// The Azure VM Agent is installed, current, and starts.
    ///
    /// ## Why
    /// Extensions, password resets and backups go through the agent. Microsoft supports no agent
    /// below 2.7.41491.1010.
    ///
    /// ## Evidence
    /// `Start` of the services `WindowsAzureGuestAgent` and `RdAgent` (2, automatic), and the
    /// version in the programs that their `ImagePath` names, such as
    /// `C:\WindowsAzure\Packages\WaAppAgent.exe`; where neither has one, the names of the folders
    /// `C:\WindowsAzure\GuestAgent_*`. Folders in `C:\Packages\Plugins` are extensions that were
    /// left.
    ///
    /// ## Fix
    /// `msiexec.exe /i WindowsAzureVmAgent.<version>.fre.msi /quiet`, the file that
    /// <https://go.microsoft.com/fwlink/?LinkID=394789> downloads
    ///
    /// ## Limits
    /// An image without the agent starts and is not refused: Microsoft enforces the minimum on
    /// publishers of Linux images only.
    pub static WIN026 = {
        id: "WIN026",
        name: "windows-agent",
        level: Warning,
        sources: [AGT, AGW, WINP],
    };
}

/// The lowest version that Microsoft supports.
pub(crate) const MINIMUM: FileVersion = FileVersion([2, 7, 41491, 1010]);
/// The services of the agent.
pub(crate) const SERVICES: [&str; 2] = ["WindowsAzureGuestAgent", "RdAgent"];
const INSTALL: &str = "Invoke-WebRequest -Uri 'https://go.microsoft.com/fwlink/?LinkID=394789' -OutFile WindowsAzureVmAgent.msi; Start-Process msiexec.exe -Wait -ArgumentList '/i WindowsAzureVmAgent.msi /quiet'";

fn check(subject: &Subject<'_>) -> Outcome {
    judge(subject).unwrap_or_else(|outcome| outcome)
}

fn judge(subject: &Subject<'_>) -> Result<Outcome, Outcome> {
    let guest = guest(subject)?;
    let services = known(&guest.services)?;
    let mut open = None;
    let mut findings = Vec::new();
    if SERVICES.iter().all(|name| services.get(name).is_none()) {
        findings.push(
            Finding::warning("the Azure VM Agent is not installed")
                .found("neither the service WindowsAzureGuestAgent nor RdAgent")
                .required(format!("version {MINIMUM} or later"))
                .at(at(&services.spot_of(SERVICES[0])))
                .fix(INSTALL),
        );
    } else {
        for name in SERVICES {
            match starts(services, name) {
                Ok(finding) => findings.extend(finding),
                Err(unknown) => {
                    open.get_or_insert(unknown.reason);
                }
            }
        }
        match guest.agent.version() {
            Ok(Some(version)) if version.value < MINIMUM => findings.push(
                Finding::warning(format!("the Azure VM Agent is {}", version.value))
                    .found(version.value.to_string())
                    .required(format!("{MINIMUM} or later"))
                    .at(at(&version.spot))
                    .fix(INSTALL),
            ),
            Ok(Some(_)) => {}
            Ok(None) => {
                let why = "no program or folder of the agent tells its version";
                open.get_or_insert_with(|| why.to_owned());
            }
            Err(unknown) => {
                open.get_or_insert(unknown.reason);
            }
        }
    }
    match &guest.agent.extensions {
        Ok(extensions) => findings.extend(extensions.iter().take(MAX_LISTED).map(|extension| {
            Finding::advice(format!(
                "the extension {} is left; Microsoft recommends to remove extensions before Sysprep",
                short(&extension.value)
            ))
            .at(at(&extension.spot))
        })),
        Err(unknown) => {
            open.get_or_insert_with(|| unknown.reason.clone());
        }
    }
    Ok(decided_unless(open, findings))
}

/// What is wrong with the start of one of the services.
fn starts(services: &Services, name: &str) -> Known<Option<Finding>> {
    let found = match (services.get(name), services.starts(name)?) {
        (Some(_), Some(Start::Automatic)) => return Ok(None),
        (Some(_), Some(start)) => format!("start type {}", start.name()),
        (Some(_), None) => "no start type".to_owned(),
        (None, _) => "no such service".to_owned(),
    };
    let fix = match services.get(name) {
        Some(_) => format!("Set-Service -Name {name} -StartupType Automatic"),
        None => INSTALL.to_owned(),
    };
    Ok(Some(
        Finding::warning(format!(
            "the agent's service {name} does not start by itself"
        ))
        .found(found)
        .required("start type Automatic")
        .at(at(&services.spot_of(name)))
        .fix(fix),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::pe::testing::{X64, versioned};
    use crate::guest::windows::registry::HiveName::System;
    use crate::rules::windows::testing::*;

    const KEY: &str = r"CurrentControlSet\Services";
    const PROGRAM: &str =
        "/WindowsAzure/GuestAgent_2.7.41491.1172_2025-01-01/WindowsAzureGuestAgent.exe";

    fn without_services(machine: Machine) -> Machine {
        SERVICES.iter().fold(machine, |machine, name| {
            machine.without_key(System, &format!(r"{KEY}\{name}"))
        })
    }

    #[test]
    fn a_current_agent_that_starts_passes() {
        assert_eq!(of(&WIN026, &Machine::new()), Outcome::pass());
        let minimum = Machine::new().files(|t| t.bytes(PROGRAM, &versioned(X64, MINIMUM.0)));
        assert_eq!(of(&WIN026, &minimum), Outcome::pass());
    }

    #[test]
    fn an_absent_old_or_stopped_agent_warns() {
        let old = versioned(X64, [2, 7, 41491, 1009]);
        let start = |name: &str, number| {
            Machine::new().dword(System, &format!(r"{KEY}\{name}"), "Start", number)
        };
        for (machine, word) in [
            (without_services(Machine::new()), "not installed"),
            (
                Machine::new().files(|t| t.bytes(PROGRAM, &old)),
                "is 2.7.41491.1009",
            ),
            (start("RdAgent", 4), "RdAgent does not start"),
            (
                start("WindowsAzureGuestAgent", 3),
                "WindowsAzureGuestAgent does not start",
            ),
            (
                Machine::new().without_key(System, &format!(r"{KEY}\RdAgent")),
                "RdAgent does not start",
            ),
        ] {
            let outcome = of(&WIN026, &machine);
            assert_eq!(outcome.status(), Status::Warn, "{word}");
            assert_evidence(&outcome);
            let message = &outcome.findings()[0].message;
            assert!(message.contains(word), "{message}");
            assert!(outcome.findings()[0].place.is_some());
        }
    }

    #[test]
    fn extensions_that_are_left_are_told() {
        let folder = "/Packages/Plugins/Microsoft.Compute.CustomScriptExtension";
        let outcome = of(&WIN026, &Machine::new().files(|tree| tree.dir(folder)));
        assert_eq!(worst(&outcome), Some(Level::Advice));
    }

    #[test]
    fn what_cannot_be_read_is_undetermined() {
        let gone = Machine::new().files(|tree| tree.without("/WindowsAzure"));
        assert_eq!(of(&WIN026, &gone).status(), Status::Undetermined);
        let unread = Machine::new().files(|tree| tree.unreadable(PROGRAM));
        assert_eq!(of(&WIN026, &unread).status(), Status::Undetermined);
        assert_needs(&WIN026, System);
        assert_applies_to_windows_only(&WIN026);
    }
}
