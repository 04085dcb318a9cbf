//! Whether the entries of a store lead to partitions and programs that are there.

use super::super::at;
use super::Verdict;
use crate::finding::{Finding, Level};
use crate::guest::WindowsGuest;
use crate::guest::windows::bcd::{Content, Device, Object, PartitionId, Value, ids};
use crate::inspect::Inspection;
use crate::known::{Known, Undetermined};
use crate::partition::{AnomalyKind, PartitionTable, Scheme};
use crate::rules::Subject;

/// What an entry of the menu is asked.
struct Entry<'a> {
    object: &'a Object,
    /// As `bcdedit` names it.
    name: String,
    /// How much it weighs that it does not start.
    level: Level,
}

pub(super) fn judge(
    subject: &Subject<'_>,
    guest: &WindowsGuest,
    content: &Content,
    manager: &Object,
    verdict: &mut Verdict,
) {
    let inspection = subject.inspection;
    let boot_manager = Entry {
        object: manager,
        name: "{bootmgr}".to_owned(),
        level: Level::Error,
    };
    verdict.take(boot_manager.device(inspection, content, ids::DEVICE, "device", None));
    let menu = match content.menu() {
        Ok(menu) => menu,
        Err(unknown) => return verdict.take(Err::<Option<Finding>, _>(unknown)),
    };
    if menu.is_empty() {
        let finding = Finding::error("the boot manager has no entry to start")
            .found("neither default nor displayorder")
            .required("a loader of Windows")
            .at(at(&manager.spot_of(ids::DEFAULT)))
            .fix(r"bcdboot.exe C:\Windows");
        verdict.findings.push(finding);
    }
    for (index, id) in menu.iter().enumerate() {
        let is_default = index == 0;
        // What is not started by default may be a remnant.
        let level = if is_default {
            Level::Error
        } else {
            Level::Warning
        };
        let name = format!("{{{}}}", id.value);
        let Some(object) = content.object(id.value) else {
            let finding = Finding::new(
                level,
                format!("the entry {name} of the boot menu is not in the store"),
            )
            .found("no such object")
            .required("a loader of Windows")
            .at(at(&id.spot))
            .fix(match is_default {
                true => r"bcdboot.exe C:\Windows".to_owned(),
                false => format!("bcdedit.exe /displayorder \"{name}\" /remove"),
            });
            verdict.findings.push(finding);
            continue;
        };
        let entry = Entry {
            object,
            name: match is_default {
                true => "{default}".to_owned(),
                false => name,
            },
            level,
        };
        match object.is(ids::OS_LOADER_TYPE) {
            Ok(true) => entry.judge(inspection, guest, content, verdict),
            // Resume, memory test, firmware applications: nothing that starts Windows.
            Ok(false) if !is_default => {}
            Ok(false) => verdict.findings.push(entry.no_loader()),
            Err(unknown) => verdict.take(Err::<Option<Finding>, _>(unknown)),
        }
    }
}

impl Entry<'_> {
    fn no_loader(&self) -> Finding {
        let kind = self.object.kind.value.as_ref().ok().copied().flatten();
        Finding::new(
            self.level,
            "what is started by default is no loader of Windows",
        )
        .found(kind.map_or("no type".to_owned(), |kind| format!("type 0x{kind:08x}")))
        .required(format!("type 0x{:08x}", ids::OS_LOADER_TYPE))
        .at(at(&self.object.kind.spot))
        .fix(r"bcdboot.exe C:\Windows")
    }

    fn judge(
        &self,
        inspection: &Inspection,
        guest: &WindowsGuest,
        content: &Content,
        verdict: &mut Verdict,
    ) {
        let windows = guest.boot_files.windows_partition;
        // A second Windows may have an entry of its own.
        let expected = windows.filter(|_| guest.other_roots.is_empty());
        let device = self.device(inspection, content, ids::DEVICE, "device", expected);
        let os_device = self.device(inspection, content, ids::OS_DEVICE, "osdevice", expected);
        let leads_here = matches!((&device, &os_device), (Ok(None), Ok(None)));
        verdict.take(device);
        verdict.take(os_device);
        // Elsewhere the path is that of a volume which is not read.
        if leads_here && guest.other_roots.is_empty() {
            verdict.take(self.program());
        }
    }

    fn program(&self) -> Known<Option<Finding>> {
        let program = self.object.program.as_ref().map_err(Clone::clone)?;
        let path = self.object.string(ids::PATH)?;
        let found = match (path, program) {
            (None, _) => "no path".to_owned(),
            (Some(path), None) => format!("{path}, which is not there"),
            (Some(path), Some(file)) => match &file.headers {
                Ok(_) => return Ok(None),
                Err(why) => format!("{path}: {why}"),
            },
        };
        Ok(Some(
            Finding::new(self.level, format!("{} starts no program", self.name))
                .found(found)
                .required(
                    r"\Windows\system32\winload.efi (generation 2) or winload.exe (generation 1)",
                )
                .at(at(&self.object.spot_of(ids::PATH)))
                .fix(r"sfc.exe /scannow; bcdboot.exe C:\Windows"),
        ))
    }

    /// What is wrong with a device, if anything; `expected` is the partition that it has to be.
    fn device(
        &self,
        inspection: &Inspection,
        content: &Content,
        id: u32,
        called: &str,
        expected: Option<u32>,
    ) -> Known<Option<Finding>> {
        let finding = |level: Level, why: String, found: String| {
            let object = &self.name;
            let target = match object.as_str() {
                "{bootmgr}" => "S: (the letter of the system partition)",
                _ => "C:",
            };
            Finding::new(level, format!("{object} {called}: {why}"))
                .found(found)
                .required("a partition of this disk, boot, or locate")
                .fix(format!(
                    "bcdedit.exe /set \"{object}\" {called} partition={target}"
                ))
        };
        let Some(found) = content.effective(self.object, id)? else {
            let is_manager = self.name == "{bootmgr}";
            return Ok((!is_manager).then(|| {
                finding(self.level, "it is missing".to_owned(), "absent".to_owned())
                    .at(at(&self.object.spot_of(id)))
            }));
        };
        let device = match found.value {
            Value::Device(device) => device,
            _ => return Ok(None),
        };
        let place = at(&found.spot);
        let partition = match device {
            Device::Boot | Device::Locate => return Ok(None),
            Device::Partition(partition) => partition,
            Device::Elsewhere(_) | Device::Other(_) => {
                let note = format!("{} {called}: {device}, which is not judged", self.name);
                return Ok(Some(Finding::note(note).at(place)));
            }
        };
        let table = inspection.partitions.as_ref().map_err(Clone::clone)?;
        match (locate(table, partition)?, expected) {
            (None, _) => {
                let why = "the partition that it names is not on the disk".to_owned();
                Ok(Some(
                    finding(self.level, why, partition.to_string()).at(place),
                ))
            }
            (Some(number), Some(expected)) if number != expected => {
                let why =
                    format!("it is partition {number}, and Windows is on partition {expected}");
                Ok(Some(
                    finding(self.level, why, format!("partition {number}")).at(place),
                ))
            }
            (Some(_), _) => Ok(None),
        }
    }
}

/// The number of the partition that a device names; none where it is not on the disk.
///
/// # Errors
/// [`Undetermined`] where part of the table could not be read.
fn locate(table: &PartitionTable, wanted: &PartitionId) -> Known<Option<u32>> {
    let found = match wanted {
        PartitionId::Gpt { partition, .. } => table
            .partitions
            .iter()
            .find(|found| found.guid.as_ref() == Some(partition)),
        PartitionId::Mbr { signature, offset } => {
            let is_disk = table.scheme == Scheme::Mbr
                && table
                    .mbr
                    .as_ref()
                    .is_some_and(|mbr| mbr.disk_signature == *signature);
            table
                .partitions
                .iter()
                .find(|found| is_disk && table.byte_of(found.first_lba) == *offset)
        }
        PartitionId::Other(style) => {
            return Err(Undetermined::new(format!(
                "a device of the boot configuration names its partition in style {style}, which is not known"
            )));
        }
    };
    let hidden = |kind| matches!(kind, AnomalyKind::Unread | AnomalyKind::Limit);
    match (found, table.anomalies.iter().find(|one| hidden(one.kind))) {
        (Some(found), _) => Ok(Some(found.number)),
        (None, None) => Ok(None),
        (None, Some(anomaly)) => Err(Undetermined::new(format!(
            "{}: {}",
            anomaly.structure, anomaly.message
        ))),
    }
}
