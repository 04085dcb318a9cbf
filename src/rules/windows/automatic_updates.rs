//! WIN023: automatic updates.

use super::{at, guest, known, set};
use crate::finding::{Finding, Outcome};
use crate::guest::windows::services::Start;
use crate::rules::{Subject, declare_rule};

const POLICY: &str = r"HKLM:\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU";

declare_rule! {
    /// Automatic updates are not turned off.
    ///
    /// ## Why
    /// The security recommendations for images ask for automatic updates. A customer's machine that
    /// never updates itself gathers holes.
    ///
    /// ## Evidence
    /// Policies in `SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU`: `NoAutoUpdate` 1 and
    /// `AUOptions` 1 turn updates off. Without that key they are on, as on every new server. The
    /// service `wuauserv` starts on demand; disabled or missing, nothing updates Windows. A server
    /// for updates of the publisher's own (`UseWUServer` 1) and updates that wait for a person
    /// (`AUOptions` 2) are advice.
    ///
    /// ## Fix
    /// `reg delete "HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU" /v NoAutoUpdate /f`;
    /// `Set-Service -Name wuauserv -StartupType Manual`
    ///
    /// ## Limits
    /// Whether updates succeed is not in the image. Azure's own patching, which a customer can turn
    /// on, is not part of an image either.
    pub static WIN023 = {
        id: "WIN023",
        name: "automatic-updates",
        level: Warning,
        sources: [SEC, WUSETTINGS],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    judge(subject).unwrap_or_else(|outcome| outcome)
}

fn judge(subject: &Subject<'_>) -> Result<Outcome, Outcome> {
    let guest = guest(subject)?;
    let updates = &guest.updates;
    let mut findings = Vec::new();
    let remove = |name: &str| format!("Remove-ItemProperty -Path '{POLICY}' -Name {name} -Force");
    if set(&updates.no_auto_update)? == Some(&1) {
        findings.push(
            Finding::warning("a policy turns automatic updates off")
                .found("NoAutoUpdate 1")
                .required("NoAutoUpdate 0, or no such policy")
                .at(at(&updates.no_auto_update.spot))
                .fix(remove("NoAutoUpdate")),
        );
    }
    let options = |finding: Finding, found: &str| {
        finding
            .found(found.to_owned())
            .required("AUOptions 4 or 3, or no such policy")
            .at(at(&updates.options.spot))
            .fix(remove("AUOptions"))
    };
    match set(&updates.options)? {
        Some(1) => {
            let finding = Finding::warning("a policy turns automatic updates off");
            findings.push(options(finding, "AUOptions 1"));
        }
        Some(2) => {
            let finding = Finding::advice("a policy has updates wait until a person fetches them");
            findings.push(options(finding, "AUOptions 2"));
        }
        _ => {}
    }
    if set(&updates.use_server)? == Some(&1) {
        findings.push(
            Finding::advice(
                "updates come from a server of the publisher's own, which customers may not reach",
            )
            .found(match set(&updates.server)? {
                Some(server) => server.chars().take(120).collect(),
                None => "UseWUServer 1".to_owned(),
            })
            .required("UseWUServer 0, or no such policy")
            .at(at(&updates.use_server.spot))
            .fix(remove("UseWUServer")),
        );
    }
    let services = known(&guest.services)?;
    let found = match services.get("wuauserv") {
        None => Some("no such service"),
        Some(service) => match known(&service.starts())? {
            Some(Start::Disabled) => Some("Disabled"),
            Some(_) => None,
            None => {
                return Ok(Outcome::Undetermined(
                    format!("{}: it does not say when it starts", service.spot),
                    findings,
                ));
            }
        },
    };
    findings.extend(found.map(|found| {
        Finding::warning("the service of Windows Update (wuauserv) cannot start")
            .found(found)
            .required("Manual")
            .at(at(&services.spot_of("wuauserv")))
            .fix("Set-Service -Name wuauserv -StartupType Manual")
    }));
    Ok(Outcome::Decided(findings))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::windows::registry::HiveName::{Software, System};
    use crate::rules::windows::testing::*;

    const AU: &str = r"Policies\Microsoft\Windows\WindowsUpdate\AU";
    const SERVICE: &str = r"CurrentControlSet\Services\wuauserv";

    #[test]
    fn policies_that_turn_updates_off_are_warned_of() {
        assert_eq!(of(&WIN023, &Machine::new()), Outcome::pass());
        for (name, number, level) in [
            ("NoAutoUpdate", 1, Some(Level::Warning)),
            ("NoAutoUpdate", 0, None),
            ("AUOptions", 1, Some(Level::Warning)),
            ("AUOptions", 2, Some(Level::Advice)),
            ("AUOptions", 4, None),
            ("UseWUServer", 1, Some(Level::Advice)),
        ] {
            let outcome = of(&WIN023, &Machine::new().dword(Software, AU, name, number));
            assert_eq!(worst(&outcome), level, "{name} {number}");
            assert_evidence(&outcome);
        }
    }

    #[test]
    fn a_service_that_cannot_start_is_warned_of() {
        for (machine, status) in [
            (
                Machine::new().dword(System, SERVICE, "Start", 4),
                Status::Warn,
            ),
            (
                Machine::new().dword(System, SERVICE, "Start", 2),
                Status::Pass,
            ),
            (Machine::new().without_key(System, SERVICE), Status::Warn),
            (
                Machine::new().unset(System, SERVICE, "Start"),
                Status::Undetermined,
            ),
        ] {
            let outcome = of(&WIN023, &machine);
            assert_eq!(outcome.status(), status, "{outcome:?}");
            assert_evidence(&outcome);
        }
        let text = Machine::new().string(Software, AU, "NoAutoUpdate", "1");
        assert_eq!(of(&WIN023, &text).status(), Status::Undetermined);
        assert_needs(&WIN023, Software);
        assert_needs(&WIN023, System);
        assert_applies_to_windows_only(&WIN023);
    }
}
