//! The properties that a Windows image fits.

use super::{
    ACCELERATED_NETWORKING, Answer, CLEAR_EXTENSIONS, CLEAR_NVME, EXTENSIONS, Fit, NVME, known,
    said,
};
use crate::finding::{Finding, Level, Outcome, Status};
use crate::guest::WindowsGuest;
use crate::guest::windows::firewall::Profile;
use crate::guest::windows::services::Start;
use crate::inspect::Property;
use crate::known::Undetermined;
use crate::rules::Subject;
use crate::rules::partition::decided_unless;
use crate::rules::windows::agent::{MINIMUM, SERVICES};
use crate::rules::windows::nvme_timeout::WIN033;
use crate::rules::windows::remote_desktop::judged;

/// The port of Remote Desktop, and the service behind it.
const RDP: (u16, &str) = (3389, "termservice");

pub(super) fn check(subject: &Subject<'_>, guest: &WindowsGuest) -> Outcome {
    // Where no agent is installed, whether the machine gets one is up to the deployment.
    let is_installed = known(&guest.services)
        .is_ok_and(|services| SERVICES.iter().any(|name| services.get(name).is_some()));
    let offer = &subject.inspection.offer;
    let (open, mut findings) = super::answered(vec![
        Fit {
            name: EXTENSIONS,
            said: said(offer, Property::Extensions),
            is_default: is_installed,
            answer: extensions(guest),
            fix: CLEAR_EXTENSIONS,
        },
        Fit {
            name: NVME,
            said: said(offer, Property::Nvme),
            is_default: false,
            answer: nvme(subject),
            fix: CLEAR_NVME,
        },
        Fit {
            said: said(offer, Property::RemoteAccessDisabled),
            name: "a login by Remote Desktop (\"Remote desktop/SSH not supported\" stays clear)",
            is_default: true,
            answer: remote_desktop(subject, guest),
            fix: "tick \"Remote desktop/SSH not supported\" in the plan's technical configuration, or turn Remote Desktop on",
        },
    ]);
    findings.push(Finding::note(format!(
        "whether the image fits the property {ACCELERATED_NETWORKING} is not seen in its files: \
         Windows installs the driver when it meets the adapter"
    )));
    decided_unless(open, findings)
}

fn extensions(guest: &WindowsGuest) -> Answer {
    let services = known(&guest.services)?;
    if SERVICES.iter().all(|name| services.get(name).is_none()) {
        return Ok(Some("no agent is installed".to_owned()));
    }
    for name in SERVICES {
        if services.starts(name)? != Some(Start::Automatic) {
            return Ok(Some(format!(
                "the agent's service {name} does not start by itself"
            )));
        }
    }
    let version = guest.agent.version()?;
    let version = version
        .ok_or_else(|| Undetermined::new("no program or folder of the agent tells its version"))?;
    Ok((version.value < MINIMUM)
        .then(|| format!("the agent {} is lower than {MINIMUM}", version.value)))
}

/// As WIN033 has it.
fn nvme(subject: &Subject<'_>) -> Answer {
    match (WIN033.check)(subject) {
        Outcome::Decided(findings) => Ok(findings.into_iter().next().map(|found| found.message)),
        Outcome::NotApplicable(reason) => Ok(Some(reason)),
        Outcome::Undetermined(reason, _) => Err(Undetermined::new(reason)),
    }
}

fn remote_desktop(subject: &Subject<'_>, guest: &WindowsGuest) -> Answer {
    let outcome = judged(subject);
    match outcome.status() {
        Status::Fail => {
            let worst = outcome.findings().iter().find(|f| f.level == Level::Error);
            return Ok(worst.map(|finding| finding.message.clone()));
        }
        Status::Undetermined | Status::NotApplicable => {
            let why = outcome.reason().unwrap_or("WIN007 could not be decided");
            return Err(Undetermined::new(why));
        }
        Status::Warn | Status::Pass => {}
    }
    // A machine in Azure takes a network that it meets for a public one.
    let (port, service) = RDP;
    let through = guest.firewall.through(Profile::Public, port, service)?;
    Ok((!through.is_open()).then(|| format!("the firewall does not let port {port} in")))
}

#[cfg(test)]
mod tests {
    use super::super::OFFER002;
    use super::*;
    use crate::guest::pe::testing::{X64, versioned};
    use crate::guest::windows::registry::HiveName::{Software, System};
    use crate::rules::windows::testing::*;

    fn warnings(machine: &Machine) -> Vec<String> {
        let outcome = of(&OFFER002, machine);
        assert_evidence(&outcome);
        let all = levels(&outcome).into_iter();
        let of = all.filter(|(level, _)| *level == Level::Warning);
        of.map(|(_, message)| message).collect()
    }

    #[test]
    fn a_good_image_is_told_what_it_may_claim() {
        let outcome = of(&OFFER002, &Machine::new());
        assert_eq!(outcome.status(), Status::Pass, "{outcome:?}");
        let fits = |outcome: &Outcome| {
            let all = outcome.findings().iter();
            all.filter(|f| f.message.starts_with("the image fits"))
                .count()
        };
        assert_eq!((outcome.findings().len(), fits(&outcome)), (4, 3));
        let manual =
            Machine::new().dword(System, r"CurrentControlSet\Services\stornvme", "Start", 3);
        assert_eq!(fits(&of(&OFFER002, &manual)), 2);
        assert_eq!(worst(&of(&OFFER002, &manual)), Some(Level::Note));
    }

    #[test]
    fn what_is_claimed_by_default_and_is_not_so_warns() {
        let services = r"CurrentControlSet\Services";
        let program =
            "/WindowsAzure/GuestAgent_2.7.41491.1172_2025-01-01/WindowsAzureGuestAgent.exe";
        let terminal = r"CurrentControlSet\Control\Terminal Server";
        for (machine, word) in [
            (
                Machine::new().dword(System, &format!(r"{services}\RdAgent"), "Start", 4),
                "RdAgent",
            ),
            (
                Machine::new().files(|tree| tree.bytes(program, &versioned(X64, [2, 6, 0, 0]))),
                "2.6.0.0",
            ),
            (
                Machine::new().dword(System, terminal, "fDenyTSConnections", 1),
                "Remote Desktop is off",
            ),
        ] {
            let found = warnings(&machine);
            assert_eq!(found.len(), 1, "{word}: {found:?}");
            assert!(found[0].contains(word), "{found:?}");
        }
        let without = SERVICES.iter().fold(Machine::new(), |machine, name| {
            machine.without_key(System, &format!(r"{services}\{name}"))
        });
        assert!(warnings(&without).is_empty());
    }

    #[test]
    fn what_is_not_known_is_undetermined() {
        assert_needs(&OFFER002, System);
        assert_needs(&OFFER002, Software);
    }
}
