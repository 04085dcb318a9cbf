//! WIN010: when the services start that a machine on Azure needs.

use super::{Judgement, at, guest};
use crate::finding::{Finding, Outcome};
use crate::guest::windows::services::{Services, Start};
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// The services that Microsoft's guide names start as it says; the DHCP client is not disabled.
    ///
    /// ## Why
    /// Without the DHCP client a machine on Azure gets no address, and nobody reaches it. The
    /// others are the firewall, name resolution, tunnels and remote administration.
    ///
    /// ## Evidence
    /// `Start` below `SYSTEM\…\Services`: 2 (Automatic) for BFE, Dhcp, Dnscache, IKEEXT, iphlpsvc,
    /// nsi, mpssvc and RemoteRegistry; 3 (Manual) for Netlogon, Netman and TermService. Only `Dhcp`
    /// disabled, or missing, is an error.
    ///
    /// ## Fix
    /// `Get-Service -Name BFE, Dhcp, Dnscache, IKEEXT, iphlpsvc, nsi, mpssvc, RemoteRegistry | Where-Object StartType -ne Automatic | Set-Service -StartupType Automatic; Get-Service -Name Netlogon, Netman, TermService | Where-Object StartType -ne Manual | Set-Service -StartupType Manual`
    ///
    /// ## Limits
    /// The guide's list differs from Windows' own defaults: IKEEXT is Manual on Windows Server
    /// 2016. So it is advice, and a service that starts at least on demand is only noted. A
    /// disabled TermService is WIN007's, the time service WIN011's.
    pub static WIN010 = {
        id: "WIN010",
        name: "service-start-types",
        level: Error,
        sources: [WINP, DHCPOFF, SVC16],
    };
}

const WANTED: [(&str, Start); 11] = [
    ("BFE", Start::Automatic),
    ("Dhcp", Start::Automatic),
    ("Dnscache", Start::Automatic),
    ("IKEEXT", Start::Automatic),
    ("iphlpsvc", Start::Automatic),
    ("nsi", Start::Automatic),
    ("mpssvc", Start::Automatic),
    ("RemoteRegistry", Start::Automatic),
    ("Netlogon", Start::Manual),
    ("Netman", Start::Manual),
    ("TermService", Start::Manual),
];

pub(super) fn number(start: Start) -> u32 {
    match start {
        Start::Boot => 0,
        Start::System => 1,
        Start::Automatic => 2,
        Start::Manual => 3,
        Start::Disabled => 4,
        Start::Other(number) => number,
    }
}

/// `Start = 4 (Disabled)`.
pub(super) fn shown(start: Start) -> String {
    format!("Start = {} ({})", number(start), start.name())
}

/// What is left to do where the key of a service is gone: no command writes one anew.
pub(super) fn look_for(name: &str) -> String {
    format!("Get-Service -Name {name} # gone: only a new installation of Windows brings it back")
}

/// Whether a service starts as wanted; a finding where not. Keeps what is not known.
pub(super) fn judge(judgement: &mut Judgement, services: &Services, name: &str, wanted: Start) {
    let is_dhcp = name == "Dhcp";
    let fix = format!("Set-Service -Name {name} -StartupType {}", wanted.name());
    let Some(service) = services.get(name) else {
        let spot = services.spot_of(name);
        if services.is_cut {
            judgement.leave_open(format!("{spot}: there are more services than are read"));
            return;
        }
        let finding = if is_dhcp {
            Finding::error("the DHCP client is missing: the machine gets no address")
        } else {
            Finding::advice(format!("the service {name} is missing"))
        };
        judgement.find([finding
            .found(format!("no {name}"))
            .required(shown(wanted))
            .at(at(&spot))
            .fix(look_for(name))]);
        return;
    };
    let found = match judgement.known(service.starts()) {
        None => return,
        Some(None) => {
            let spot = &service.start.spot;
            judgement.leave_open(format!("{spot}: it is missing"));
            return;
        }
        Some(Some(start)) if start == wanted => return,
        Some(Some(start)) => start,
    };
    let finding = match found {
        Start::Disabled if is_dhcp => {
            Finding::error("the DHCP client is disabled: the machine gets no address")
        }
        Start::Disabled => Finding::advice(format!("the service {name} is disabled")),
        Start::Automatic | Start::Manual if !is_dhcp => Finding::note(format!(
            "the service {name} starts otherwise than the guide says"
        )),
        _ => Finding::advice(format!(
            "the service {name} starts otherwise than the guide says"
        )),
    };
    judgement.find([finding
        .found(shown(found))
        .required(shown(wanted))
        .at(at(&service.start.spot))
        .fix(fix)]);
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let services = match super::known(&guest.services) {
        Ok(services) => services,
        Err(outcome) => return outcome,
    };
    let mut judgement = Judgement::default();
    for (name, wanted) in WANTED {
        let disabled = services.starts(name) == Ok(Some(Start::Disabled));
        // WIN007 fails it.
        if name == "TermService" && (disabled || services.get(name).is_none()) {
            continue;
        }
        judge(&mut judgement, services, name, wanted);
    }
    judgement.outcome()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::hive::Data;
    use crate::guest::windows::registry::HiveName::System;
    use crate::rules::windows::testing::*;

    fn service(name: &str) -> String {
        format!(r"CurrentControlSet\Services\{name}")
    }

    fn starting(name: &str, start: u32) -> Machine {
        Machine::new().dword(System, &service(name), "Start", start)
    }

    #[test]
    fn only_the_dhcp_client_fails() {
        assert_eq!(of(&WIN010, &Machine::new()), Outcome::pass());
        for machine in [
            starting("Dhcp", 4),
            Machine::new().without_key(System, &service("Dhcp")),
        ] {
            let outcome = of(&WIN010, &machine);
            assert_eq!(outcome.status(), Status::Fail);
            assert_eq!(outcome.findings().len(), 1);
            assert_evidence(&outcome);
        }
        for (machine, level) in [
            (starting("DHCP", 3), Level::Advice),
            (starting("BFE", 4), Level::Advice),
            (starting("IKEEXT", 3), Level::Note),
            (starting("Netman", 2), Level::Note),
            (starting("nsi", 7), Level::Advice),
            (
                Machine::new().without_key(System, &service("RemoteRegistry")),
                Level::Advice,
            ),
        ] {
            let outcome = of(&WIN010, &machine);
            assert_eq!(levels(&outcome).len(), 1, "{outcome:?}");
            assert_eq!(worst(&outcome), Some(level));
        }
    }

    #[test]
    fn the_place_and_the_command_name_the_service() {
        let outcome = of(&WIN010, &starting("Dnscache", 4));
        let finding = &outcome.findings()[0];
        assert_eq!(
            finding.place.as_ref().unwrap().registry.as_deref(),
            Some(r"SYSTEM\ControlSet001\Services\Dnscache!Start")
        );
        assert_eq!(
            finding.fix.as_deref(),
            Some("Set-Service -Name Dnscache -StartupType Automatic")
        );
    }

    #[test]
    fn remote_desktops_service_is_told_once() {
        assert_eq!(of(&WIN010, &starting("TermService", 4)), Outcome::pass());
        let automatic = of(&WIN010, &starting("TermService", 2));
        assert_eq!(worst(&automatic), Some(Level::Note));
    }

    #[test]
    fn what_cannot_be_read_is_open() {
        assert_needs(&WIN010, System);
        let text = Machine::new().set(System, &service("Dhcp"), "Start", Data::Sz("2".to_owned()));
        assert_eq!(of(&WIN010, &text).status(), Status::Undetermined);
        let unset = Machine::new().unset(System, &service("nsi"), "Start");
        assert_eq!(of(&WIN010, &unset).status(), Status::Undetermined);
        assert_applies_to_windows_only(&WIN010);
    }
}
