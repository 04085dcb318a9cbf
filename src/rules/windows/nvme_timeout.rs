//! WIN033: ready for sizes with NVMe disks.

use super::{at, guest, known};
use crate::finding::{Finding, Outcome};
use crate::guest::WindowsGuest;
use crate::guest::windows::release::Version;
use crate::inspect::Generation;
use crate::rules::partition::decided_unless;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// A Windows image whose offer claims NVMe is ready for it.
    ///
    /// ## Why
    /// An offer may claim NVMe. Then Windows has to find its disk by that driver, and to wait for
    /// it as long as Azure needs: 240 seconds, where older images wait 30.
    ///
    /// ## Evidence
    /// `Start`, `StartOverride` and the file of the driver `stornvme`, `IoTimeoutValue` in its
    /// `Parameters`, and the version of Windows: Server 2019 and later, Windows 10 and 11.
    ///
    /// ## Fix
    /// `reg add "HKLM\SYSTEM\CurrentControlSet\Services\stornvme\Parameters" /v IoTimeoutValue /t REG_DWORD /d 240 /f`
    ///
    /// ## Limits
    /// Whether the offer claims NVMe does not stand in the image: where `[claims] nvme` of the
    /// configuration does not say so, these are notes only. Only images of generation 2 can claim it.
    pub static WIN033 = {
        id: "WIN033",
        name: "windows-nvme-readiness",
        level: Note,
        claimed: (Nvme, Warning),
        sources: [NVME, RSL],
    };
}

/// Seconds that Azure wants.
const TIMEOUT: u32 = 240;
const CLAIM: &str = "if the offer claims NVMe";

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    if subject.inspection.generation == Generation::One {
        return Outcome::not_applicable("generation 1 is declared, which has no NVMe");
    }
    let level = WIN033.level_for(&subject.inspection.offer);
    let mut open = None;
    let mut findings = Vec::new();
    for judged in [timeout(guest), driver(guest), version(guest)] {
        match judged {
            Ok(found) => findings.extend(found.map(|found| Finding { level, ..found })),
            Err(outcome) => open = open.or_else(|| outcome.reason().map(str::to_owned)),
        }
    }
    decided_unless(open, findings)
}

fn timeout(guest: &WindowsGuest) -> Result<Option<Finding>, Outcome> {
    let setting = &guest.storage.nvme_timeout;
    let found = known(&setting.value)?;
    Ok((*found != Some(TIMEOUT)).then(|| {
        let found = found.map_or("absent".to_owned(), |seconds| format!("{seconds} seconds"));
        Finding::note(format!(
            "NVMe disks are waited for not {TIMEOUT} seconds, but by IoTimeoutValue: {found}"
        ))
        .found(found)
        .required(format!("{TIMEOUT} seconds, {CLAIM}"))
        .at(at(&setting.spot))
        .fix(format!(
            r#"reg add "HKLM\SYSTEM\CurrentControlSet\Services\stornvme\Parameters" /v IoTimeoutValue /t REG_DWORD /d {TIMEOUT} /f"#
        ))
    }))
}

fn driver(guest: &WindowsGuest) -> Result<Option<Finding>, Outcome> {
    let Some(driver) = guest.storage.driver("stornvme") else {
        return Ok(None);
    };
    let start = known(&driver.start.value)?;
    let file = known(&driver.file)?;
    let late = known(&driver.overrides)?.iter().find(|one| one.value != 0);
    let (found, spot) = match (start, late, file) {
        (Some(0), None, Some(_)) => return Ok(None),
        (Some(0), Some(late), _) => (format!("StartOverride {}", late.value), &late.spot),
        (Some(0), None, None) => ("no file".to_owned(), &driver.file_spot),
        (Some(start), _, _) => (format!("Start {start}"), &driver.start.spot),
        (None, _, _) => ("no driver".to_owned(), &driver.spot),
    };
    Ok(Some(
        Finding::note("stornvme does not start with the machine: the offer cannot claim NVMe")
            .found(found)
            .required(format!("stornvme with Start 0 and its file, {CLAIM}"))
            .at(at(spot))
            .fix(r#"reg add "HKLM\SYSTEM\CurrentControlSet\Services\stornvme" /v Start /t REG_DWORD /d 0 /f"#),
    ))
}

fn version(guest: &WindowsGuest) -> Result<Option<Finding>, Outcome> {
    let release = &guest.release;
    let build = release
        .build_number()
        .map_err(|unknown| Outcome::undetermined(unknown.reason))?;
    let client = release
        .is_client()
        .map_err(|unknown| Outcome::undetermined(unknown.reason))?;
    // Windows 10 of any build, and servers from 2019 on, whose builds stand above 17763.
    let first = match client {
        Some(true) => 10_240,
        _ => 17_763,
    };
    let is_listed = build.is_some_and(|build| build >= first)
        && build.and_then(Version::of) != Some(Version::Server23H2);
    Ok((!is_listed).then(|| {
        let name = release.name();
        Finding::note(format!(
            "{name} is not among the systems that Microsoft lists for NVMe: the offer cannot claim it"
        ))
        .found(name)
        .required(format!("Windows Server 2019, 2022, 2025, Windows 10 or 11, {CLAIM}"))
        .at(at(&release.build.spot))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::windows::registry::HiveName;
    use crate::inspect::Property;
    use crate::rules::Profile;
    use crate::rules::linux::testing::claim;
    use crate::rules::windows::testing::boot::SERVICES;
    use crate::rules::windows::testing::*;

    const RELEASE: &str = r"Microsoft\Windows NT\CurrentVersion";

    fn machine() -> Machine {
        Machine::new().string(HiveName::Software, RELEASE, "CurrentBuildNumber", "20348")
    }

    #[test]
    fn what_is_missing_is_only_noted() {
        assert_eq!(of(&WIN033, &machine()), Outcome::pass());
        let key = format!(r"{SERVICES}\stornvme");
        let parameters = format!(r"{key}\Parameters");
        let system = HiveName::System;
        let file = "/Windows/System32/drivers/stornvme.sys";
        for machine in [
            machine().dword(system, &parameters, "IoTimeoutValue", 30),
            machine().unset(system, &parameters, "IoTimeoutValue"),
            machine().dword(system, &key, "Start", 3),
            machine().dword(system, &format!(r"{key}\StartOverride"), "0", 3),
            machine().files(|tree| tree.without(file)),
            machine().string(HiveName::Software, RELEASE, "CurrentBuildNumber", "14393"),
            machine().unset(HiveName::Software, RELEASE, "CurrentBuildNumber"),
        ] {
            let outcome = of(&WIN033, &machine);
            assert_eq!(
                (outcome.status(), worst(&outcome), outcome.findings().len()),
                (Status::Pass, Some(Level::Note), 1),
                "{outcome:?}"
            );
        }
    }

    #[test]
    fn what_is_missing_is_warned_of_where_it_is_claimed() {
        let key = format!(r"{SERVICES}\stornvme\Parameters");
        let machine = machine().dword(HiveName::System, &key, "IoTimeoutValue", 30);
        let mut inspection = machine.inspection();
        claim(&mut inspection, Property::Nvme);
        let outcome = judge(&WIN033, &inspection, Profile::default());
        assert_eq!(
            (outcome.status(), outcome.findings().len()),
            (Status::Warn, 1)
        );
        assert_evidence(&outcome);
    }

    #[test]
    fn it_is_generation_2s() {
        let mut inspection = machine().inspection();
        inspection.generation = Generation::One;
        let outcome = judge(&WIN033, &inspection, Profile::default());
        assert_eq!(outcome.status(), Status::NotApplicable);
        assert_applies_to_windows_only(&WIN033);
        assert_needs(&WIN033, HiveName::System);
        assert_needs(&WIN033, HiveName::Software);
    }
}
