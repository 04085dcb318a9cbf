//! WIN011: the clock, the power scheme, and the folders for temporary files.

use super::service_start::judge;
use super::{Judgement, at, guest, reg_delete, set_dword};
use crate::finding::{Finding, Outcome};
use crate::guest::windows::services::Start;
use crate::guest::windows::setting::Setting;
use crate::guest::windows::system_settings::SystemSettings;
use crate::rules::linux::guest_text::short;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// The hardware clock is in UTC; power scheme and temporary folders are as Microsoft's guide says.
    ///
    /// ## Why
    /// Azure's hosts keep UTC; a guest that takes its clock for local time is hours off until the
    /// time service corrects it, and so are its certificates and logs. A machine that sleeps is
    /// lost to its customer.
    ///
    /// ## Evidence
    /// `TimeZoneInformation!RealTimeIsUniversal` is 1 (absent is local time); the service `W32Time`
    /// starts automatically; the active power scheme is `High performance`, of group policy where
    /// it says; `TEMP` and `TMP` of the system's environment are `%SystemRoot%\TEMP`.
    ///
    /// ## Fix
    /// `Set-ItemProperty -Path 'HKLM:\SYSTEM\CurrentControlSet\Control\TimeZoneInformation' -Name RealTimeIsUniversal -Value 1 -Type DWord; Set-Service -Name W32Time -StartupType Automatic; powercfg.exe /setactive SCHEME_MIN`
    ///
    /// ## Limits
    /// Advice of the guide only; no known test reads these values. Where the active power scheme is
    /// stored, no text of Microsoft says: many public scripts agree on it, so what is found there
    /// is a note. Time zone and language are shown by `inspect`; no requirement on them is known.
    pub static WIN011 = {
        id: "WIN011",
        name: "time-and-environment",
        level: Advice,
        sources: [WINP],
    };
}

const TIME_ZONE: &str = r"SYSTEM\CurrentControlSet\Control\TimeZoneInformation";
const HIGH_PERFORMANCE: &str = "8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c";
const POWER_POLICY: &str = r"SOFTWARE\Policies\Microsoft\Power\PowerSettings";

/// The schemes of Windows other than High performance.
const SCHEMES: [(&str, &str); 3] = [
    ("381b4222-f694-41f0-9685-ff5bb260df2e", "Balanced"),
    ("a1841308-3541-4fab-bc81-f71556f20b4a", "Power saver"),
    (
        "e9a42b02-d5df-448d-aa00-03f14749eb61",
        "Ultimate performance",
    ),
];

fn power(judgement: &mut Judgement, settings: &SystemSettings) {
    let policy = judgement.set(&settings.policy_power_scheme);
    let local = judgement.set(&settings.power_scheme);
    let (Some(policy), Some(local)) = (policy, local) else {
        return;
    };
    let (scheme, setting, fix) = match policy {
        Some(scheme) => (
            Some(scheme),
            &settings.policy_power_scheme,
            reg_delete(POWER_POLICY, "ActivePowerScheme"),
        ),
        None => (
            local,
            &settings.power_scheme,
            "powercfg.exe /setactive SCHEME_MIN".to_owned(),
        ),
    };
    let guid = scheme.map(|scheme| scheme.trim_matches(['{', '}']).to_ascii_lowercase());
    if guid.as_deref() == Some(HIGH_PERFORMANCE) {
        return;
    }
    let known = SCHEMES
        .iter()
        .find(|(known, _)| Some(*known) == guid.as_deref());
    let found = match (known, scheme) {
        (Some((_, name)), _) => (*name).to_owned(),
        (None, Some(scheme)) => short(scheme),
        (None, None) => "no ActivePowerScheme".to_owned(),
    };
    judgement.find([Finding::note(
        "the power scheme is not High performance, which the guide wants",
    )
    .found(found)
    .required(format!("{HIGH_PERFORMANCE} (High performance)"))
    .at(at(&setting.spot))
    .fix(fix)]);
}

fn folder(judgement: &mut Judgement, name: &str, setting: &Setting<String>) {
    let Some(found) = judgement.set(setting) else {
        return;
    };
    let found = found.map(|found| found.trim_end_matches('\\'));
    let wanted = [r"%SystemRoot%\TEMP", r"%windir%\TEMP", r"C:\Windows\TEMP"];
    if found.is_some_and(|found| wanted.iter().any(|path| path.eq_ignore_ascii_case(found))) {
        return;
    }
    judgement.find([Finding::advice(format!(
        "{name} of the system is not the folder that every machine has"
    ))
    .found(found.map_or_else(|| format!("no {name}"), short))
    .required(r"%SystemRoot%\TEMP")
    .at(at(&setting.spot))
    .fix(format!(
        r"Set-ItemProperty -Path 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager\Environment' -Name {name} -Value '%SystemRoot%\TEMP' -Type ExpandString"
    ))]);
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let settings = &guest.system_settings;
    let mut judgement = Judgement::default();
    let found = match judgement.set(&settings.clock_is_utc) {
        None | Some(Some(1)) => None,
        Some(Some(number)) => Some(format!("RealTimeIsUniversal = {number}")),
        Some(None) => Some("no RealTimeIsUniversal".to_owned()),
    };
    judgement.find(found.map(|found| {
        Finding::advice("Windows takes the machine's clock for local time, and Azure keeps UTC")
            .found(found)
            .required("RealTimeIsUniversal = 1")
            .at(at(&settings.clock_is_utc.spot))
            .fix(set_dword(TIME_ZONE, "RealTimeIsUniversal", 1))
    }));
    if let Some(services) = judgement.known(guest.services.as_ref().map_err(Clone::clone)) {
        judge(&mut judgement, services, "W32Time", Start::Automatic);
    }
    power(&mut judgement, settings);
    folder(&mut judgement, "TEMP", &settings.temp);
    folder(&mut judgement, "TMP", &settings.tmp);
    judgement.outcome()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Level;
    use crate::guest::windows::registry::HiveName::{Software, System};
    use crate::rules::windows::testing::*;

    const ZONE: &str = r"CurrentControlSet\Control\TimeZoneInformation";
    const POWER: &str = r"CurrentControlSet\Control\Power\User\PowerSchemes";
    const ENVIRONMENT: &str = r"CurrentControlSet\Control\Session Manager\Environment";
    const BALANCED: &str = "381B4222-F694-41F0-9685-FF5BB260DF2E";

    #[test]
    fn each_difference_is_told_once() {
        assert_eq!(of(&WIN011, &Machine::new()), Outcome::pass());
        let m = Machine::new;
        for (machine, level, found) in [
            (
                m().unset(System, ZONE, "RealTimeIsUniversal"),
                Level::Advice,
                "no RealTimeIsUniversal",
            ),
            (
                m().dword(System, ZONE, "RealTimeIsUniversal", 0),
                Level::Advice,
                "RealTimeIsUniversal = 0",
            ),
            (
                m().dword(System, r"CurrentControlSet\Services\W32Time", "Start", 4),
                Level::Advice,
                "Start = 4 (Disabled)",
            ),
            (
                m().string(System, POWER, "ActivePowerScheme", BALANCED),
                Level::Note,
                "Balanced",
            ),
            (
                m().string(
                    Software,
                    r"Policies\Microsoft\Power\PowerSettings",
                    "ActivePowerScheme",
                    BALANCED,
                ),
                Level::Note,
                "Balanced",
            ),
            (
                m().string(System, ENVIRONMENT, "TEMP", r"E:\Temp"),
                Level::Advice,
                r"E:\Temp",
            ),
            (
                m().unset(System, ENVIRONMENT, "TMP"),
                Level::Advice,
                "no TMP",
            ),
        ] {
            let outcome = of(&WIN011, &machine);
            let [finding] = outcome.findings() else {
                panic!("{outcome:?}");
            };
            assert_eq!(finding.level, level);
            assert_eq!(finding.found.as_deref(), Some(found));
            assert!(finding.fix.is_some() && finding.place.is_some());
        }
    }

    #[test]
    fn it_needs_both_hives() {
        assert_needs(&WIN011, System);
        assert_needs(&WIN011, Software);
        assert_applies_to_windows_only(&WIN011);
    }
}
