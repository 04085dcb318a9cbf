//! WIN017: crash dumps and the serial console.

use super::{MAX_LISTED, at, guest, known, powershell_quoted, set};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::WindowsGuest;
use crate::guest::windows::crash::Crash;
use crate::guest::windows::services::Start;
use crate::rules::partition::{decided_unless, listed};
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// A crash leaves a dump, the serial console answers, and no dump travels with the image.
    ///
    /// ## Why
    /// Support finds out why a machine crashed from its dump, and reaches one that the network
    /// does not by its serial console. A dump in the image has the size of the memory that it was
    /// taken from, and holds what was in it: passwords, keys, data.
    ///
    /// ## Evidence
    /// `SYSTEM\CurrentControlSet\Control\CrashControl` (`CrashDumpEnabled`, `NMICrashDump`),
    /// `SOFTWARE\Microsoft\Windows\Windows Error Reporting\LocalDumps` (`DumpFolder`), the start of
    /// the service `sacsvr`, and the files `MEMORY.DMP` and `*.dmp` where these values say and
    /// where Windows writes them by default.
    ///
    /// ## Fix
    /// `Set-ItemProperty -Path 'HKLM:\SYSTEM\CurrentControlSet\Control\CrashControl' -Name CrashDumpEnabled -Type DWord -Force -Value 2`,
    /// and the commands of the findings.
    ///
    /// ## Limits
    /// Microsoft's guide sets a kernel dump (2); its other texts a complete one (1); new systems
    /// come with an automatic one (7). Only 0, no dump, is bad. Without `CrashDumpEnabled` Windows
    /// makes a dump of its default kind. That dumps should be deleted is general knowledge.
    pub static WIN017 = {
        id: "WIN017",
        name: "crash-dumps",
        level: Advice,
        sources: [WINP, DUMPS],
    };
}

const CONTROL: &str = r"HKLM:\SYSTEM\CurrentControlSet\Control\CrashControl";

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let crash = &guest.crash;
    let mut findings = Vec::new();
    let mut open = crash.unread.first().map(|unknown| unknown.reason.clone());
    for judged in [settings(crash), local_dumps(crash), console(guest)] {
        match judged {
            Ok(found) => findings.extend(found),
            Err(outcome) => open = open.or_else(|| outcome.reason().map(str::to_owned)),
        }
    }
    let dumps = crash.dumps.iter().map(|dump| {
        Finding::advice(format!(
            "{} is a crash dump of {} bytes: it travels with the image, with what was in memory",
            dump.spot.path, dump.value
        ))
        .found(format!("{} bytes", dump.value))
        .required("no crash dump")
        .at(at(&dump.spot))
        .fix(format!(
            "Remove-Item -LiteralPath {} -Force",
            powershell_quoted(&dump.spot.path)
        ))
    });
    findings.extend(listed(Level::Advice, dumps, "crash dumps"));
    if crash.is_cut && crash.dumps.len() <= MAX_LISTED {
        findings.push(Finding::advice("there are more crash dumps than were read"));
    }
    decided_unless(open, findings)
}

fn settings(crash: &Crash) -> Result<Vec<Finding>, Outcome> {
    let mut findings = Vec::new();
    if set(&crash.enabled)? == Some(&0) {
        findings.push(
            Finding::advice("a crash leaves no dump")
                .found("0")
                .required("2 (kernel), 1 (complete) or 7 (automatic)")
                .at(at(&crash.enabled.spot))
                .fix(format!(
                    "Set-ItemProperty -Path '{CONTROL}' -Name CrashDumpEnabled -Type DWord -Force -Value 2"
                )),
        );
    }
    let on_interrupt = set(&crash.on_interrupt)?;
    if on_interrupt != Some(&1) {
        // Whether newer systems do without the value is not documented where it could be read.
        let level = match on_interrupt {
            Some(_) => Level::Advice,
            None => Level::Note,
        };
        findings.push(
            Finding::new(
                level,
                "a non-maskable interrupt, as the serial console of Azure sends it, is not set to make a dump",
            )
            .found(on_interrupt.map_or("absent".to_owned(), u32::to_string))
            .required("1")
            .at(at(&crash.on_interrupt.spot))
            .fix(format!(
                "Set-ItemProperty -Path '{CONTROL}' -Name NMICrashDump -Type DWord -Force -Value 1"
            )),
        );
    }
    Ok(findings)
}

fn local_dumps(crash: &Crash) -> Result<Vec<Finding>, Outcome> {
    const KEY: &str = r"HKLM:\SOFTWARE\Microsoft\Windows\Windows Error Reporting\LocalDumps";
    Ok(match set(&crash.local_folder)? {
        Some(_) => Vec::new(),
        None => vec![
            Finding::advice("dumps of programs that crash are not collected")
                .found("absent")
                .required(r"C:\CrashDumps")
                .at(at(&crash.local_folder.spot))
                .fix(format!(
                    r"New-Item -Path '{KEY}' -Force | Out-Null; Set-ItemProperty -Path '{KEY}' -Name DumpFolder -Type ExpandString -Force -Value 'C:\CrashDumps'; Set-ItemProperty -Path '{KEY}' -Name DumpCount -Type DWord -Force -Value 10; Set-ItemProperty -Path '{KEY}' -Name DumpType -Type DWord -Force -Value 2"
                )),
        ],
    })
}

/// The Special Administration Console, to which the serial console of Azure speaks.
fn console(guest: &WindowsGuest) -> Result<Vec<Finding>, Outcome> {
    let services = known(&guest.services)?;
    if services.get("sacsvr").is_none() {
        return Ok(vec![Finding::note(
            "the Special Administration Console is not installed: the serial console has no command line",
        )
        .found("no service sacsvr")
        .at(at(&services.spot_of("sacsvr")))
        .fix("Add-WindowsCapability -Online -Name 'Windows.Desktop.EMS-SAC.Tools~~~~0.0.1.0'")]);
    }
    let starts = services
        .starts("sacsvr")
        .map_err(|unknown| Outcome::undetermined(unknown.reason))?;
    Ok(match starts {
        Some(Start::Automatic) => Vec::new(),
        other => vec![
            Finding::advice(
                "the helper of the Special Administration Console does not start by itself",
            )
            .found(other.map_or("absent", Start::name))
            .required("Automatic")
            .at(at(&services.spot_of("sacsvr")))
            .fix("Set-Service -Name sacsvr -StartupType Automatic"),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::windows::registry::HiveName;
    use crate::rules::windows::testing::*;

    const CRASH: &str = r"CurrentControlSet\Control\CrashControl";
    const LOCAL: &str = r"Microsoft\Windows\Windows Error Reporting\LocalDumps";

    fn judged(machine: &Machine) -> (Option<Level>, usize) {
        let outcome = of(&WIN017, machine);
        assert_eq!(outcome.status(), Status::Pass, "{outcome:?}");
        (worst(&outcome), outcome.findings().len())
    }

    #[test]
    fn a_machine_as_the_guide_sets_it_up_passes() {
        assert_eq!(of(&WIN017, &Machine::new()), Outcome::pass());
        for kind in [1, 7] {
            let machine = Machine::new().dword(HiveName::System, CRASH, "CrashDumpEnabled", kind);
            assert_eq!(of(&WIN017, &machine), Outcome::pass());
        }
        assert_applies_to_windows_only(&WIN017);
        assert_needs(&WIN017, HiveName::System);
        assert_needs(&WIN017, HiveName::Software);
    }

    #[test]
    fn what_is_not_set_is_advice() {
        let system = HiveName::System;
        let services = r"CurrentControlSet\Services\sacsvr";
        let sound = Machine::new;
        for machine in [
            sound().dword(system, CRASH, "CrashDumpEnabled", 0),
            sound().dword(system, CRASH, "NMICrashDump", 0),
            sound().without_key(HiveName::Software, LOCAL),
            sound().dword(system, services, "Start", 3),
        ] {
            assert_eq!(judged(&machine), (Some(Level::Advice), 1));
        }
        for machine in [
            sound().unset(system, CRASH, "NMICrashDump"),
            sound().without_key(system, services),
        ] {
            assert_eq!(judged(&machine), (Some(Level::Note), 1));
        }
    }

    #[test]
    fn dumps_are_found_where_windows_writes_them_and_where_it_is_told_to() {
        let with = |path: &str| Machine::new().files(|tree| tree.file(path, "PAGEDU64"));
        for path in [
            "/Windows/MEMORY.DMP",
            "/Windows/Minidump/112126-1.dmp",
            "/Windows/LiveKernelReports/a.dmp",
            "/CrashDumps/w3wp.exe.4711.dmp",
        ] {
            assert_eq!(judged(&with(path)), (Some(Level::Advice), 1), "{path}");
        }
        let outcome = of(&WIN017, &with("/CrashDumps/it's.dmp"));
        let finding = &outcome.findings()[0];
        assert_eq!(finding.found.as_deref(), Some("8 bytes"));
        assert_eq!(
            finding.fix.as_deref(),
            Some(r"Remove-Item -LiteralPath 'C:\CrashDumps\it''s.dmp' -Force")
        );
        let elsewhere = r"\??\D:\Minidump";
        let unread = Machine::new().files(|tree| tree.link("/Windows/Minidump", elsewhere));
        assert_eq!(of(&WIN017, &unread).status(), Status::Undetermined);
    }
}
