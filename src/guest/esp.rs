//! The EFI system partition: what the firmware starts from a disk that it sees for the first time,
//! and the loaders beside it.

use super::pe::{self, Machine, Pe, PeFile};
use super::{DirEntry, Root, Spot};
use crate::known::{Known, Undetermined};

/// Where an EFI system partition is mounted; the last one is a hidden point of this program's own,
/// for one that the guest mounts nowhere.
const POINTS: [&str; 4] = ["/boot/efi", "/efi", "/boot", "/.esp"];

/// The loaders that a firmware starts when no boot entry is set, by processor.
const FALLBACKS: [(&str, Machine); 3] = [
    ("BOOTX64.EFI", Machine::X64),
    ("BOOTAA64.EFI", Machine::Arm64),
    ("BOOTIA32.EFI", Machine::X86),
];

/// Folders of vendors, and programs in one, that are looked at.
const MAX_FOLDERS: usize = 32;
/// Programs that are looked at.
const MAX_PROGRAMS: usize = 64;
/// Bytes of the section that says what a program is.
const MAX_SBAT: u64 = 4096;
/// Bytes of a program's resources that are searched for its name; Windows Boot Manager has pictures
/// and texts among them.
const MAX_RESOURCES: u64 = 2 << 20;
/// `OriginalFilename` in the version resource of Windows Boot Manager, whatever its file's name is.
const BOOT_MANAGER: &str = "bootmgr.exe";

/// What a program of the firmware is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LoaderKind {
    /// shim, which checks the next one by the distribution's key.
    Shim,
    /// GRUB 2.
    Grub,
    /// systemd-boot.
    SystemdBoot,
    /// A unified kernel image.
    UnifiedImage,
    /// Windows Boot Manager.
    WindowsBootManager,
    /// Another, or one that does not say.
    Other,
}

impl LoaderKind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shim => "shim",
            Self::Grub => "GRUB",
            Self::SystemdBoot => "systemd-boot",
            Self::UnifiedImage => "a unified kernel image",
            Self::WindowsBootManager => "Windows Boot Manager",
            Self::Other => "a loader",
        }
    }
}

/// A program of the firmware.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The file and its headers.
    pub file: PeFile,
    /// What it is.
    pub kind: LoaderKind,
    /// The processor that its name promises, where it is a fallback.
    pub promised: Option<Machine>,
}

/// An EFI system partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Esp {
    /// Where it is mounted.
    pub point: String,
    /// The partition, where it lies on one.
    pub partition: Option<u32>,
    /// The place of the loaders that need no boot entry: `EFI/BOOT`.
    pub fallback_spot: Spot,
    /// The loaders there, by their fixed names.
    pub fallbacks: Vec<Program>,
    /// The other programs: in `EFI/BOOT` and in the vendors' folders.
    pub programs: Vec<Program>,
    /// The vendors' folders: `debian`, `redhat` (hostile text).
    pub vendors: Vec<String>,
    /// The `grub.cfg` files, that beside the fallback first.
    pub grub_configs: Vec<Spot>,
}

impl Esp {
    /// The fallback loader of a processor.
    pub fn fallback(&self, machine: Machine) -> Option<&Program> {
        self.fallbacks
            .iter()
            .find(|program| program.promised == Some(machine))
    }
}

/// Reads the EFI system partitions that are mounted; empty where there is none.
///
/// # Errors
/// [`Undetermined`] where one cannot be read.
pub(in crate::guest) fn gather(root: &Root) -> Known<Vec<Esp>> {
    let mut esps = Vec::new();
    for point in POINTS {
        let Some(mount) = root.mounts().iter().find(|mount| mount.point == point) else {
            continue;
        };
        match &mount.file_system {
            Ok(fs) if !fs.superblock().kind.is_fat() => {}
            Ok(_) => esps.push(read(root, point)?),
            // `/boot` is some other file system's far more often.
            Err(_) if point == "/boot" => {}
            Err(reason) => {
                return Err(Undetermined::new(format!("{}: {reason}", root.spot(point))));
            }
        }
    }
    Ok(esps)
}

/// The entry of a folder whose name is `name` but for its case, as FAT has it.
fn find(entries: &[DirEntry], name: &str) -> Option<String> {
    entries
        .iter()
        .find(|entry| entry.name.eq_ignore_ascii_case(name))
        .map(|entry| entry.path.clone())
}

fn read(root: &Root, point: &str) -> Known<Esp> {
    let mut esp = Esp {
        point: point.to_owned(),
        partition: root.mount_of(point).and_then(|mount| mount.partition),
        fallback_spot: root.spot(&format!("{}/EFI/BOOT", point.trim_end_matches('/'))),
        fallbacks: Vec::new(),
        programs: Vec::new(),
        vendors: Vec::new(),
        grub_configs: Vec::new(),
    };
    let Some(efi) = find(&root.entries(point)?, "EFI") else {
        return Ok(esp);
    };
    let folders = root.entries(&efi)?;
    if let Some(boot) = find(&folders, "BOOT") {
        esp.fallback_spot = root.spot(&boot);
        for entry in root.entries(&boot)? {
            let promised = FALLBACKS
                .iter()
                .find(|(name, _)| entry.name.eq_ignore_ascii_case(name))
                .map(|(_, machine)| *machine);
            take(root, &mut esp, &entry, promised)?;
        }
    }
    for folder in folders.into_iter().take(MAX_FOLDERS) {
        let is_ours = ["BOOT", "Linux", "tools"]
            .iter()
            .any(|name| folder.name.eq_ignore_ascii_case(name));
        let Some(entries) = root.list(&folder.path)?.filter(|_| !is_ours) else {
            continue;
        };
        for entry in &entries {
            take(root, &mut esp, entry, None)?;
        }
        esp.vendors.push(folder.name);
    }
    Ok(esp)
}

fn take(root: &Root, esp: &mut Esp, entry: &DirEntry, promised: Option<Machine>) -> Known<()> {
    let name = entry.name.to_ascii_lowercase();
    // Ubuntu's guide renames the configuration after the loader.
    if name == "grub.cfg" || name == "bootx64.cfg" {
        esp.grub_configs.push(root.spot(&entry.path));
    }
    let count = esp.fallbacks.len().saturating_add(esp.programs.len());
    if !name.ends_with(".efi") || count >= MAX_PROGRAMS {
        return Ok(());
    }
    let Some(file) = pe::read(root, &entry.path)? else {
        return Ok(());
    };
    let program = Program {
        kind: kind(root, &entry.path, &file)?,
        file,
        promised,
    };
    match promised {
        Some(_) => esp.fallbacks.push(program),
        None => esp.programs.push(program),
    }
    Ok(())
}

/// What a program says that it is.
fn kind(root: &Root, path: &str, file: &PeFile) -> Known<LoaderKind> {
    let Some(pe) = file.pe() else {
        return Ok(LoaderKind::Other);
    };
    if pe.section(".linux").is_some() {
        return Ok(LoaderKind::UnifiedImage);
    }
    if pe.section(".sdmagic").is_some() {
        return Ok(LoaderKind::SystemdBoot);
    }
    let sbat = pe::section_text(root, path, pe, ".sbat", MAX_SBAT)?;
    let says = |name: &str| {
        sbat.as_deref()
            .is_some_and(|text| text.lines().any(|line| line.starts_with(name)))
    };
    Ok(if says("shim,") {
        LoaderKind::Shim
    } else if says("grub,") || pe.section("mods").is_some() {
        LoaderKind::Grub
    } else if is_boot_manager(root, path, pe)? {
        LoaderKind::WindowsBootManager
    } else {
        LoaderKind::Other
    })
}

/// Whether the resources of a program name it as Windows Boot Manager.
fn is_boot_manager(root: &Root, path: &str, pe: &Pe) -> Known<bool> {
    let Some(section) = pe.section(".rsrc") else {
        return Ok(false);
    };
    let bytes = root.bytes_at(path, section.offset, section.size.min(MAX_RESOURCES))?;
    let name: Vec<u8> = BOOT_MANAGER
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    Ok(bytes
        .unwrap_or_default()
        .windows(name.len())
        .any(|window| window == name))
}

#[cfg(test)]
mod tests;
