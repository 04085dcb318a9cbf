//! WIN030: what expects a drive beside C:.

use super::{at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::windows::drive_letters::Device;
use crate::guest::windows::paths::on_other_drives;
use crate::guest::{Spot, WindowsGuest};
use crate::rules::linux::guest_text::short;
use crate::rules::partition::{decided_unless, listed};
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// Nothing expects a drive that may not be there.
    ///
    /// ## Why
    /// Azure gives D: to its temporary disk, which is empty after every move of the machine, and
    /// which some sizes do not have. Data disks come without letters that could be relied on.
    ///
    /// ## Evidence
    /// Paths on drives other than C: in `ImagePath` of services and drivers, in commands, arguments
    /// and folders of scheduled tasks that Windows did not bring, and in virtual directories of
    /// IIS. Letters of partitions in `SYSTEM\MountedDevices` are noted.
    ///
    /// ## Fix
    /// Install the product on C:, or have it find its disk by something else than the letter.
    ///
    /// ## Limits
    /// Settings of applications are not looked at; the page file is WIN018's. Sysprep empties
    /// `MountedDevices`, so that nothing follows from an empty one.
    pub static WIN030 = {
        id: "WIN030",
        name: "drive-letters",
        level: Warning,
        sources: [BASE, CRE17, QUES, WINP],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    judge(subject).unwrap_or_else(|outcome| outcome)
}

fn judge(subject: &Subject<'_>) -> Result<Outcome, Outcome> {
    let guest = guest(subject)?;
    let mut open = None;
    let uses = uses(guest, &mut open)?;
    let mut findings = listed(Level::Warning, uses.into_iter(), "paths on other drives");
    match &guest.drive_letters.list {
        Ok(list) => {
            let of_partitions = list
                .iter()
                .filter(|drive| drive.letter != 'C' && drive.device == Device::Partition);
            let notes = of_partitions.map(|drive| {
                Finding::note(format!(
                    "{}: was the letter of a partition here; on Azure it may be another's",
                    drive.letter
                ))
                .at(at(&drive.spot))
            });
            findings.extend(listed(Level::Note, notes, "letters"));
        }
        Err(unknown) => {
            open.get_or_insert_with(|| unknown.reason.clone());
        }
    }
    Ok(decided_unless(open, findings))
}

fn finding(what: &str, path: &str, spot: &Spot) -> Finding {
    let drive = path.chars().next().unwrap_or('D').to_ascii_uppercase();
    let why = match drive {
        'D' => "the temporary disk on Azure, which loses its content, or is not there",
        _ => "not there for certain on Azure",
    };
    Finding::warning(format!("{what} uses drive {drive}:, which is {why}"))
        .found(short(path))
        .required("paths on C:, or a disk that is found without its letter")
        .at(at(spot))
        .fix("install the product on C:, or have it find its disk by label or LUN when it starts")
}

/// What uses other drives; what could not be looked at goes to `open`.
fn uses(guest: &WindowsGuest, open: &mut Option<String>) -> Result<Vec<Finding>, Outcome> {
    let services = known(&guest.services)?;
    let mut uses = Vec::new();
    if services.is_cut {
        *open = Some(format!("{}: it has too many services", services.spot));
    }
    let mut missed = |reason: &str| {
        open.get_or_insert_with(|| reason.to_owned());
    };
    for service in &services.list {
        match service.image.get() {
            Ok(Some(image)) => {
                if let Some(path) = on_other_drives(image).first() {
                    let what = format!("the service {}", short(&service.name));
                    uses.push(finding(&what, path, &service.image.spot));
                }
            }
            Ok(None) => {}
            Err(unknown) => missed(&unknown.reason),
        }
    }
    match &guest.tasks.list {
        Ok(tasks) => {
            if guest.tasks.is_cut {
                missed("there are too many scheduled tasks");
            }
            for task in tasks {
                match &task.definition {
                    Ok(definition) => {
                        if let Some(path) = definition.other_drives.first() {
                            let what = format!("the task {}", short(&task.name));
                            uses.push(finding(&what, path, &task.spot));
                        }
                    }
                    Err(unknown) => missed(&unknown.reason),
                }
            }
        }
        Err(unknown) => missed(&unknown.reason),
    }
    match &guest.iis.configuration {
        Ok(configuration) => {
            for folder in configuration.iter().flat_map(|found| &found.folders) {
                if let Some(path) = on_other_drives(&folder.value).first() {
                    uses.push(finding("a virtual directory of IIS", path, &folder.spot));
                }
            }
        }
        Err(unknown) => missed(&unknown.reason),
    }
    Ok(uses)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::hive::Data;
    use crate::guest::windows::iis::testing::{FILE, configuration};
    use crate::guest::windows::registry::HiveName::System;
    use crate::guest::windows::tasks::testing::task;
    use crate::rules::windows::testing::people::with_service;
    use crate::rules::windows::testing::*;

    const TASK: &str = "/Windows/System32/Tasks/Contoso";

    #[test]
    fn a_machine_on_c_passes() {
        assert_eq!(of(&WIN030, &Machine::new()), Outcome::pass());
    }

    #[test]
    fn services_tasks_and_sites_on_other_drives_warn() {
        let service = with_service(Machine::new(), "shop", 2, 16, r#""D:\My Shop\shop.exe" -x"#);
        let task = task("S-1-5-18", r"C:\a.exe", "");
        let task = Machine::new().files(|tree| tree.bytes(TASK, &task));
        let site = configuration("", r"F:\site");
        let site = Machine::new().files(|tree| tree.file(FILE, &site));
        for (machine, found, drive) in [
            (service, r"D:\My Shop\shop.exe", "drive D:"),
            (task, r"E:\logs\a.txt", "drive E:"),
            (site, r"F:\site", "drive F:"),
        ] {
            let outcome = of(&WIN030, &machine);
            assert_eq!(outcome.status(), Status::Warn, "{found}");
            assert_evidence(&outcome);
            assert_eq!(outcome.findings()[0].found.as_deref(), Some(found));
            assert!(outcome.findings()[0].message.contains(drive));
            assert!(!format!("{outcome:?}").contains("PLANTED"));
        }
    }

    #[test]
    fn letters_of_partitions_are_noted_and_those_of_drives_are_not() {
        let value = |letter: &str| format!(r"\DosDevices\{letter}:");
        let dvd = r"\??\SCSI#CdRom".encode_utf16().flat_map(u16::to_le_bytes);
        let machine = Machine::new()
            .set(
                System,
                "MountedDevices",
                &value("C"),
                Data::Binary(vec![1; 12]),
            )
            .set(
                System,
                "MountedDevices",
                &value("D"),
                Data::Binary(dvd.collect()),
            );
        assert_eq!(of(&WIN030, &machine), Outcome::pass());
        let machine = machine.set(
            System,
            "MountedDevices",
            &value("E"),
            Data::Binary(vec![1; 12]),
        );
        let outcome = of(&WIN030, &machine);
        assert_eq!(worst(&outcome), Some(Level::Note));
    }

    #[test]
    fn what_cannot_be_read_is_undetermined() {
        for path in [FILE, TASK] {
            let outcome = of(&WIN030, &Machine::new().files(|tree| tree.unreadable(path)));
            assert_eq!(outcome.status(), Status::Undetermined, "{path}");
        }
        assert_needs(&WIN030, System);
        assert_applies_to_windows_only(&WIN030);
    }
}
