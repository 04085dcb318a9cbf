//! WIN027: the drivers by which Windows runs on Hyper-V.

#[cfg(test)]
mod tests;

use super::{at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::pe::Machine as Processor;
use crate::guest::windows::release::Version;
use crate::guest::windows::storage::Driver;
use crate::inspect::Generation;
use crate::rules::partition::decided_unless;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// The drivers of Hyper-V are there and start with the machine.
    ///
    /// ## Why
    /// In Azure the disk and the network come through the bus of Hyper-V. Without `vmbus` and
    /// `storvsc` at boot Windows does not find its own disk and stops; without `netvsc` nobody
    /// reaches it, and it is never provisioned. Images that were made under another hypervisor
    /// have these drivers, but set to start on demand.
    ///
    /// ## Evidence
    /// `Start` and `StartOverride` of the services `vmbus`, `storvsc`, `netvsc`, `storflt`,
    /// `hyperkbd`, for generation 1 of `intelide` and `atapi` too, and the files that their
    /// `ImagePath` names, by the processor in their headers.
    ///
    /// ## What Azure says
    /// `INACCESSIBLE_BOOT_DEVICE` (0x7B) at boot; site recovery:
    /// `services\storvsc start = 3 expected value = 0`.
    ///
    /// ## Fix
    /// `reg add "HKLM\SYSTEM\CurrentControlSet\Services\storvsc" /v Start /t REG_DWORD /d 0 /f`,
    /// and delete values of `StartOverride` other than 0; Microsoft's
    /// `Script-no-hydration.ps1 -set` does it for all.
    ///
    /// ## Limits
    /// Windows itself may set the drivers of IDE to start on demand, which is a warning at most.
    /// Whether a driver's version suits its Windows is not looked at.
    pub static WIN027 = {
        id: "WIN027",
        name: "windows-hyper-v-drivers",
        level: Error,
        sources: [WINP, RSL, ASR, MIG],
    };
}

/// What a driver is judged by.
struct Wanted {
    name: &'static str,
    /// How much it weighs that there is no such key.
    missing: Level,
    /// How much it weighs that it cannot start.
    disabled: Level,
    /// How much it weighs that it starts later than the boot loader, if it may not.
    late: Option<Level>,
}

const WANTED: [Wanted; 5] = [
    Wanted {
        name: "vmbus",
        missing: Level::Error,
        disabled: Level::Error,
        late: Some(Level::Error),
    },
    Wanted {
        name: "storvsc",
        missing: Level::Error,
        disabled: Level::Error,
        late: Some(Level::Error),
    },
    Wanted {
        name: "netvsc",
        missing: Level::Warning,
        disabled: Level::Error,
        late: None,
    },
    Wanted {
        name: "storflt",
        missing: Level::Advice,
        disabled: Level::Warning,
        late: None,
    },
    Wanted {
        name: "hyperkbd",
        missing: Level::Advice,
        disabled: Level::Warning,
        late: None,
    },
];

/// The number in `Start` and `StartOverride` of what never starts.
const DISABLED: u32 = 4;

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let mut open = None;
    let mut findings = Vec::new();
    let machine = guest.bcd.processor();
    for wanted in &WANTED {
        let Some(driver) = guest.storage.driver(wanted.name) else {
            continue;
        };
        match one(driver, wanted, machine) {
            Ok(found) => findings.extend(found),
            Err(outcome) => open = open.or_else(|| outcome.reason().map(str::to_owned)),
        }
    }
    if subject.inspection.generation != Generation::Two {
        let level = match subject.inspection.generation {
            Generation::One => Level::Warning,
            _ => Level::Note,
        };
        for name in ["intelide", "atapi"] {
            match guest.storage.driver(name).map(|driver| ide(driver, level)) {
                Some(Ok(found)) => findings.extend(found),
                Some(Err(outcome)) => open = open.or_else(|| outcome.reason().map(str::to_owned)),
                None => {}
            }
        }
    }
    if let Ok(Some(Version::Server2008R2 | Version::Server2012)) = guest.release.version() {
        findings.push(
            Finding::note("this Windows needs the current Hyper-V integration components, which it did not come with")
                .at(at(&guest.release.build.spot)),
        );
    }
    decided_unless(open, findings)
}

fn start_fix(name: &str, start: u32) -> String {
    format!(
        r#"reg add "HKLM\SYSTEM\CurrentControlSet\Services\{name}" /v Start /t REG_DWORD /d {start} /f"#
    )
}

fn one(
    driver: &Driver,
    wanted: &Wanted,
    machine: Option<Processor>,
) -> Result<Vec<Finding>, Outcome> {
    let name = driver.name;
    let default = if wanted.late.is_some() || name == "storflt" {
        0
    } else {
        3
    };
    if !*known(&driver.is_there)? {
        return Ok(vec![
            Finding::new(wanted.missing, format!("there is no driver {name}"))
                .found("no such key")
                .required(format!("{name}, as Windows brings it"))
                .at(at(&driver.spot))
                .fix("sfc.exe /scannow; on Windows before 2012 R2 install the Hyper-V integration components"),
        ]);
    }
    let mut findings = Vec::new();
    let start = known(&driver.start.value)?;
    let level = match (start, wanted.late) {
        (Some(0), _) => None,
        (Some(DISABLED) | None, _) => Some(wanted.disabled),
        (Some(_), late) => late,
    };
    if let Some(level) = level {
        let found = start.map_or("absent".to_owned(), |start| start.to_string());
        findings.push(
            Finding::new(
                level,
                format!("{name} does not start with the machine: Start is {found}"),
            )
            .found(found)
            .required(default.to_string())
            .at(at(&driver.start.spot))
            .fix(start_fix(name, default)),
        );
    }
    for found in known(&driver.overrides)? {
        let level = match (found.value, wanted.late) {
            (0, _) => None,
            (DISABLED, _) => Some(wanted.disabled),
            (_, late) => late,
        };
        if let Some(level) = level {
            findings.push(
                Finding::new(
                    level,
                    format!("StartOverride keeps {name} from starting with the machine"),
                )
                .found(found.value.to_string())
                .required("0, or no StartOverride")
                .at(at(&found.spot))
                .fix(format!(
                    r#"reg delete "HKLM\SYSTEM\CurrentControlSet\Services\{name}\StartOverride" /f"#
                )),
            );
            break;
        }
    }
    findings.extend(file(driver, wanted, machine)?);
    Ok(findings)
}

fn file(
    driver: &Driver,
    wanted: &Wanted,
    machine: Option<Processor>,
) -> Result<Option<Finding>, Outcome> {
    let found = match known(&driver.file)? {
        None => "no such file".to_owned(),
        Some(file) => match &file.headers {
            Err(why) => why.clone(),
            Ok(pe) if machine.is_some_and(|machine| pe.machine != machine) => {
                format!("a driver for {}", pe.machine.name())
            }
            Ok(_) => return Ok(None),
        },
    };
    Ok(Some(
        Finding::new(
            wanted.missing,
            format!(
                "the file of {} cannot be loaded: {}",
                driver.name, driver.file_spot.path
            ),
        )
        .found(found)
        .required(match machine {
            Some(machine) => format!("a driver for {}", machine.name()),
            None => "a driver".to_owned(),
        })
        .at(at(&driver.file_spot))
        .fix("sfc.exe /scannow"),
    ))
}

/// The drivers of IDE, by which a machine of generation 1 has its disk.
fn ide(driver: &Driver, level: Level) -> Result<Option<Finding>, Outcome> {
    if !*known(&driver.is_there)? {
        return Ok(None);
    }
    let start = known(&driver.start.value)?;
    Ok((*start != Some(0)).then(|| {
        let found = start.map_or("absent".to_owned(), |start| start.to_string());
        Finding::new(
            level,
            format!(
                "{} does not start with the machine, whose disk is on IDE in generation 1",
                driver.name
            ),
        )
        .found(found)
        .required("0")
        .at(at(&driver.start.spot))
        .fix(start_fix(driver.name, 0))
    }))
}
