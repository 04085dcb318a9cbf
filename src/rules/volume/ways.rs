//! Which firmware finds something to start on the disk.

use super::super::partition::table;
use crate::finding::Outcome;
use crate::guest::linux::esp::Program;
use crate::guest::{Guest, LinuxGuest};
use crate::inspect::{DiskRole, OsFamily};
use crate::partition::{PartitionTable, Scheme};
use crate::rules::Subject;

/// Whether a firmware finds something: what, or why not.
pub(super) type Way = Result<String, String>;

/// The disk of which the ways are asked; for data disks and Windows the outcome to answer with.
pub(super) fn disk<'a>(subject: &Subject<'a>) -> Result<&'a PartitionTable, Outcome> {
    let inspection = subject.inspection;
    if inspection.role.value == DiskRole::Data {
        return Err(Outcome::not_applicable(format!(
            "only for OS disks, and this is taken as a data disk: {}",
            inspection.role.reason
        )));
    }
    if inspection
        .os
        .as_ref()
        .is_some_and(|os| os.value == OsFamily::Windows)
    {
        return Err(Outcome::undetermined(
            "the boot path of Windows is not read yet",
        ));
    }
    table(subject)
}

/// The Linux guest; where there is none the outcome to answer with.
pub(super) fn linux<'a>(subject: &Subject<'a>) -> Result<&'a LinuxGuest, Outcome> {
    match &subject.inspection.guest {
        Ok(Some(Guest::Linux(guest))) => Ok(guest),
        Ok(None) => Err(Outcome::undetermined(
            "no operating system whose loaders are read here was found",
        )),
        Err(unknown) => Err(Outcome::undetermined(unknown.reason.clone())),
    }
}

/// The fallback loaders that are PE files for the processor that their names promise.
pub(super) fn sound(guest: &LinuxGuest) -> impl Iterator<Item = &Program> {
    guest
        .esps
        .iter()
        .flatten()
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
    let guest = match (linux(subject), esp) {
        (Ok(guest), _) => guest,
        // Without an EFI system partition it needs no guest to say so.
        (Err(_), None) => return Ok(Err("there is no EFI system partition".to_owned())),
        (Err(outcome), Some(_)) => return Err(outcome),
    };
    let esps = guest
        .esps
        .as_ref()
        .map_err(|unknown| Outcome::undetermined(unknown.reason.clone()))?;
    if let Some(program) = sound(guest).next() {
        return Ok(Ok(program.file.spot.path.clone()));
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
pub(super) fn bios(table: &PartitionTable) -> Way {
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
    use crate::inspect::{DiskRole, Generation, Inspection, OsFamily, Undetermined};
    use crate::partition::PartitionTable;
    use crate::partition::testing::{ESP, LINUX, MIB, TestDisk, TestGpt};
    use crate::rules::{Profile, Rule, Subject};
    use uuid::{Uuid, uuid};

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

    pub(crate) fn judge(rule: &Rule, inspection: &Inspection) -> Outcome {
        (rule.check)(&Subject {
            inspection,
            profile: Profile::default(),
            siblings: &[],
        })
    }

    /// Data disks are left out, Windows and unread disks are open.
    pub(crate) fn assert_scope(rule: &Rule) {
        use crate::finding::Status;
        let of = |table, role, os| {
            judge(rule, &inspection_of(table, role, os, Generation::Any)).status()
        };
        let sound = || Ok(table(true, true));
        assert_eq!(of(sound(), DiskRole::Data, None), Status::NotApplicable);
        let windows = of(sound(), DiskRole::Os, Some(OsFamily::Windows));
        assert_eq!(windows, Status::Undetermined);
        let unread = Err(Undetermined::new("the parent disk is missing"));
        assert_eq!(of(unread, DiskRole::Os, None), Status::Undetermined);
    }
}
