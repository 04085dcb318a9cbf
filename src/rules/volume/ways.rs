//! Which firmware finds something to start on the disk.

use super::super::partition::table;
use super::windows_ways;
use crate::finding::Outcome;
use crate::guest::esp::{Esp, Program};
use crate::guest::{Guest, LinuxGuest, WindowsGuest};
use crate::inspect::{DiskRole, OsFamily};
use crate::partition::{PartitionTable, Scheme};
use crate::rules::Subject;

/// Whether a firmware finds something: what, or why not.
pub(super) type Way = Result<String, String>;

/// The disk of which the ways are asked; for data disks the outcome to answer with.
pub(super) fn disk<'a>(subject: &Subject<'a>) -> Result<&'a PartitionTable, Outcome> {
    let inspection = subject.inspection;
    if inspection.role.value == DiskRole::Data {
        return Err(Outcome::not_applicable(format!(
            "only for OS disks, and this is taken as a data disk: {}",
            inspection.role.reason
        )));
    }
    table(subject)
}

/// The guest whose loaders are looked at; where there is none the outcome to answer with.
pub(super) fn guest<'a>(subject: &Subject<'a>) -> Result<&'a Guest, Outcome> {
    match &subject.inspection.guest {
        Ok(Some(guest)) => Ok(guest),
        Ok(None) => Err(Outcome::undetermined(
            "no operating system whose loaders are read here was found",
        )),
        Err(unknown) => Err(Outcome::undetermined(unknown.reason.clone())),
    }
}

/// The Linux guest, if it is one.
pub(super) fn linux<'a>(subject: &Subject<'a>) -> Option<&'a LinuxGuest> {
    guest(subject).ok()?.linux()
}

/// The Windows guest, if it is one.
pub(super) fn windows<'a>(subject: &Subject<'a>) -> Option<&'a WindowsGuest> {
    guest(subject).ok()?.windows()
}

/// Whether the disk is Windows': by the guest that was found, or else by what it is taken for.
pub(super) fn is_windows(subject: &Subject<'_>) -> bool {
    match &subject.inspection.guest {
        Ok(Some(guest)) => guest.windows().is_some(),
        _ => {
            let os = subject.inspection.os.as_ref();
            os.is_some_and(|os| os.value == OsFamily::Windows)
        }
    }
}

/// The EFI system partitions of the guest; where they are not known the outcome to answer with.
pub(super) fn esps<'a>(subject: &Subject<'a>) -> Result<&'a [Esp], Outcome> {
    let esps = match guest(subject)? {
        Guest::Linux(linux) => &linux.esps,
        Guest::Windows(windows) => &windows.esps,
    };
    esps.as_deref()
        .map_err(|unknown| Outcome::undetermined(unknown.reason.clone()))
}

/// The fallback loaders that are PE files for the processor that their names promise.
pub(super) fn sound(esps: &[Esp]) -> impl Iterator<Item = &Program> {
    esps.iter()
        .flat_map(|esp| &esp.fallbacks)
        .filter(|program| {
            program
                .file
                .pe()
                .is_some_and(|pe| Some(pe.machine) == program.promised)
        })
}

/// The way of UEFI: generation 2.
pub(super) fn uefi(subject: &Subject<'_>, table: &PartitionTable) -> Result<Way, Outcome> {
    let esp = table.partitions.iter().find(|part| part.kind.is_esp());
    // Without an EFI system partition it needs no guest to say so.
    if esp.is_none() && guest(subject).is_err() {
        return Ok(Err("there is no EFI system partition".to_owned()));
    }
    let esps = esps(subject)?;
    if let Some(program) = sound(esps).next() {
        let start = program.file.spot.path.clone();
        return match windows(subject) {
            Some(windows) => windows_ways::uefi(windows, table, start),
            None => Ok(Ok(start)),
        };
    }
    match (esp, esps.is_empty()) {
        (None, true) => Ok(Err("there is no EFI system partition".to_owned())),
        (Some(esp), true) => Err(Outcome::undetermined(format!(
            "partition {} is an EFI system partition, and its files were not read",
            esp.number
        ))),
        _ if esps.iter().any(|esp| !esp.fallbacks.is_empty()) => Ok(Err(
            "the loader in EFI/BOOT is no program for its processor".to_owned(),
        )),
        _ if esps.iter().any(|esp| !esp.programs.is_empty()) => Ok(Err(
            "the EFI system partition has loaders, but none in EFI/BOOT that a new machine starts"
                .to_owned(),
        )),
        _ => Ok(Err("the EFI system partition holds no loader".to_owned())),
    }
}

/// The way of BIOS: generation 1.
pub(super) fn bios(subject: &Subject<'_>, table: &PartitionTable) -> Result<Way, Outcome> {
    if is_windows(subject) {
        windows_ways::bios(subject, table)
    } else {
        Ok(linux_bios(table))
    }
}

fn linux_bios(table: &PartitionTable) -> Way {
    let Some(mbr) = &table.mbr else {
        return Err("there is no master boot record".to_owned());
    };
    if !mbr.boot_code {
        return Err("the master boot record holds no boot code".to_owned());
    }
    if let Some(part) = table
        .partitions
        .iter()
        .find(|part| part.kind.is_bios_boot())
    {
        return Ok(format!("boot code and BIOS boot partition {}", part.number));
    }
    if let Some(part) = table.partitions.iter().find(|part| part.active) {
        return Ok(format!("boot code and active partition {}", part.number));
    }
    if table.scheme == Scheme::Mbr && !table.lead.runs.is_empty() {
        return Ok("boot code and what stands behind the master boot record".to_owned());
    }
    Err(
        "the master boot record holds boot code, but there is neither a BIOS boot partition nor \
         an active one, nor anything behind the record"
            .to_owned(),
    )
}

#[cfg(test)]
pub(super) mod testing {
    use crate::finding::Outcome;
    use crate::guest::pe::testing::{SHIM, X64, pe};
    use crate::guest::testing::{Tree, fat};
    use crate::guest::{Guest, LinuxGuest};
    use crate::inspect::testing::inspection_of;
    use crate::inspect::{DiskRole, Generation, Inspection, OsFamily, Undetermined, VolumeFacts};
    use crate::partition::testing::{ESP, LINUX, MIB, TestDisk, TestGpt};
    use crate::partition::{Partition, PartitionTable};
    use crate::rules::volume::testing::{partition, with};
    use crate::rules::windows::testing::Machine;
    use crate::rules::windows::testing::boot::TestStore;
    use crate::rules::{Profile, Rule, Subject};
    use crate::volume::{BootSector, Content, FileSystemKind};
    use uuid::{Uuid, uuid};

    const BASIC_DATA: Uuid = uuid!("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7");
    const BIOS_BOOT: Uuid = uuid!("21686148-6449-6e6f-744e-656564454649");

    /// A GPT with an ESP, with or without boot code and BIOS boot partition.
    pub(crate) fn table(esp: bool, bios: bool) -> PartitionTable {
        let mut entries = vec![(LINUX, 8192, 16383, "root")];
        if esp {
            entries.push((ESP, 4096, 8191, "esp"));
        }
        if bios {
            entries.push((BIOS_BOOT, 2048, 4095, "bios"));
        }
        let mut disk = TestDisk::new(64 * MIB);
        disk.gpt(&TestGpt::with(&entries));
        if bios {
            disk.write(0, &[0xeb, 0x63, 0x90]);
        }
        disk.table()
    }

    /// A guest whose ESP holds this as its fallback loader.
    pub(crate) fn guest(loader: Option<&[u8]>, config: &str) -> LinuxGuest {
        crate::guest::testing::facts(&|| {
            let mut esp = fat("1A2B-3C4D").file("/EFI/debian/grub.cfg", config);
            if let Some(loader) = loader {
                esp = esp.bytes("/EFI/BOOT/BOOTX64.EFI", loader);
            }
            Tree::new()
                .dir("/boot/efi")
                .file("/boot/grub/grub.cfg", "menuentry a { linux /boot/k ro\n}\n")
                .root_with(vec![("/boot/efi", 2, esp)])
        })
    }

    /// A configuration that leads on, and a loader that is sound.
    pub(crate) const LEADS: &str = "set prefix=(hd0,gpt1)/boot/grub\nconfigfile $prefix/grub.cfg\n";
    pub(crate) fn loader() -> Vec<u8> {
        pe(X64, &[SHIM], true)
    }

    pub(crate) fn inspection(
        table: PartitionTable,
        guest: Option<LinuxGuest>,
        generation: Generation,
    ) -> Inspection {
        let os = Some(OsFamily::Linux);
        let mut inspection = inspection_of(Ok(table), DiskRole::Os, os, generation);
        inspection.guest = Ok(guest.map(|guest| Guest::Linux(Box::new(guest))));
        inspection
    }

    /// A disk of Windows: partition 1 is the EFI system partition, partition 2 is drive C:.
    pub(crate) fn gpt_of_windows() -> PartitionTable {
        let entries = [
            (ESP, 2048, 4095, "esp"),
            (BASIC_DATA, 4096, 8191, "windows"),
        ];
        let mut disk = TestDisk::new(64 * MIB);
        disk.gpt(&TestGpt::with(&entries)).table()
    }

    /// A disk of Windows that BIOS starts, with these marks of partitions 1 and 2.
    pub(crate) fn mbr_of_windows(active: [bool; 2]) -> PartitionTable {
        let [first, second] = active.map(|active| if active { 0x80 } else { 0 });
        let mut disk = TestDisk::new(64 * MIB);
        disk.mbr(&[(first, 7, 2048, 2048), (second, 7, 4096, 4096)])
            .write(0, &[0x33, 0xc0, 0x8e]);
        disk.table()
    }

    /// The sound machine of Windows started by BIOS: boot manager and store are on drive C:.
    pub(crate) fn bios_machine() -> Machine {
        let store = TestStore::bios().build();
        Machine::new().files(|tree| tree.file("/bootmgr", "code").bytes("/Boot/BCD", &store))
    }

    /// An inspection of a machine of Windows with this table.
    pub(crate) fn windows_disk(
        machine: &Machine,
        table: PartitionTable,
        generation: Generation,
    ) -> Inspection {
        let mut inspection = machine.inspection();
        inspection.volumes = Ok(ntfs(&table));
        inspection.partitions = Ok(table);
        inspection.generation = generation;
        inspection
    }

    /// The partitions of a table as volumes of NTFS with sound boot sectors.
    fn ntfs(table: &PartitionTable) -> Vec<VolumeFacts> {
        let facts = |part: &Partition| {
            let content = Content::FileSystem(FileSystemKind::Ntfs);
            let mut facts = with(partition(part.number, part.kind), content);
            facts.boot_sector = Some(Ok(BootSector {
                loads_boot_manager: true,
                hidden_sectors: u32::try_from(part.first_lba).unwrap(),
                is_signed: true,
            }));
            facts
        };
        table.partitions.iter().map(facts).collect()
    }

    pub(crate) fn judge(rule: &Rule, inspection: &Inspection) -> Outcome {
        (rule.check)(&Subject {
            inspection,
            profile: Profile::default(),
            siblings: &[],
        })
    }

    /// Data disks are left out; a disk of Windows on which none was found, and one that could not be
    /// read, never pass.
    pub(crate) fn assert_scope(rule: &Rule) {
        use crate::finding::Status;
        let of = |table, role, os| {
            judge(rule, &inspection_of(table, role, os, Generation::Any)).status()
        };
        let sound = || Ok(table(true, true));
        assert_eq!(of(sound(), DiskRole::Data, None), Status::NotApplicable);
        let windows = of(sound(), DiskRole::Os, Some(OsFamily::Windows));
        assert!(matches!(
            windows,
            Status::Undetermined | Status::NotApplicable
        ));
        let unread = Err(Undetermined::new("the parent disk is missing"));
        assert_eq!(of(unread, DiskRole::Os, None), Status::Undetermined);
    }
}
