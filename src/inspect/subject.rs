//! What kind of disk it is judged as: said by the user, or guessed from what was found, and why.

use super::Known;
use crate::guest::Guest;
use crate::partition::{PartitionKind, PartitionTable, Scheme};

/// MBR type of NTFS, exFAT and HPFS.
const MBR_NTFS: u8 = 0x07;

/// What the disk is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskRole {
    /// The disk that the machine boots from.
    Os,
    /// A further disk of the offer.
    Data,
}

impl DiskRole {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Os => "os",
            Self::Data => "data",
        }
    }
}

/// The family of the guest operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OsFamily {
    /// Linux, and what Azure treats like it.
    Linux,
    /// Windows.
    Windows,
}

impl OsFamily {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Linux => "linux",
            Self::Windows => "windows",
        }
    }
}

/// The Hyper-V generation that the offer declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Generation {
    /// Not declared.
    #[default]
    Any,
    /// BIOS.
    One,
    /// UEFI.
    Two,
}

impl Generation {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::One => "1",
            Self::Two => "2",
        }
    }
}

/// A value with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess<T> {
    /// The value.
    pub value: T,
    /// Whether the user said so.
    pub declared: bool,
    /// What it was concluded from, or the option that said it.
    pub reason: String,
}

impl<T> Guess<T> {
    /// What the user said, and by what.
    pub fn said(value: T, by: impl Into<String>) -> Self {
        Self {
            value,
            declared: true,
            reason: by.into(),
        }
    }

    fn seen(value: T, reason: impl Into<String>) -> Self {
        Self {
            value,
            declared: false,
            reason: reason.into(),
        }
    }
}

impl From<DiskRole> for Guess<DiskRole> {
    fn from(role: DiskRole) -> Self {
        Self::said(role, format!("--disk {}", role.word()))
    }
}

impl From<OsFamily> for Guess<OsFamily> {
    fn from(os: OsFamily) -> Self {
        Self::said(os, format!("--os {}", os.word()))
    }
}

/// An OS disk, unless a sound table shows that nothing on the disk can start a machine. A disk
/// without a readable table counts as an OS disk: the stricter rules must not fall away because
/// something is broken.
pub(super) fn guess_role(
    partitions: &Known<PartitionTable>,
    guest: &Known<Option<Guest>>,
) -> Guess<DiskRole> {
    let table = match partitions {
        Ok(table) => table,
        Err(_) => {
            return Guess::seen(
                DiskRole::Os,
                "the partition table is not known, so the stricter rules apply",
            );
        }
    };
    if table.scheme == Scheme::None {
        return Guess::seen(
            DiskRole::Os,
            "there is no partition table, so the stricter rules apply",
        );
    }
    let parts = &table.partitions;
    if parts.is_empty() {
        return Guess::seen(
            DiskRole::Os,
            "the partition table is empty, so the stricter rules apply",
        );
    }
    if let Some(esp) = parts.iter().find(|part| part.kind.is_esp()) {
        return Guess::seen(
            DiskRole::Os,
            format!("partition {} is an EFI system partition", esp.number),
        );
    }
    if let Some(bios) = parts.iter().find(|part| part.kind.is_bios_boot()) {
        return Guess::seen(
            DiskRole::Os,
            format!("partition {} is a BIOS boot partition", bios.number),
        );
    }
    if let Some(active) = parts.iter().find(|part| part.active) {
        return Guess::seen(
            DiskRole::Os,
            format!("partition {} is marked active", active.number),
        );
    }
    match guest {
        Ok(Some(Guest::Linux(_))) => {
            return Guess::seen(DiskRole::Os, "it holds the root of a Linux system");
        }
        Ok(Some(Guest::Windows(_))) => return Guess::seen(DiskRole::Os, "it holds Windows"),
        Ok(None) | Err(_) => {}
    }
    // Windows writes its boot code into every master boot record, also of disks that only hold
    // data, but starts from none without an active partition.
    let only_windows = parts
        .iter()
        .all(|part| part.kind.is_windows() || part.kind.is_basic_data());
    if !only_windows && table.mbr.as_ref().is_some_and(|mbr| mbr.boot_code) {
        return Guess::seen(DiskRole::Os, "the master boot record holds boot code");
    }
    Guess::seen(
        DiskRole::Data,
        "nothing on it can start a machine (no EFI system partition, BIOS boot partition or active \
         partition, no boot code of another system than Windows); say --disk os if it has to boot",
    )
}

/// The family, by the guest that was found, or else where the kinds of the partitions tell.
pub(super) fn guess_os(
    partitions: &Known<PartitionTable>,
    guest: &Known<Option<Guest>>,
) -> Option<Guess<OsFamily>> {
    if let Ok(Some(Guest::Linux(linux))) = guest {
        let name = match &linux.distribution {
            Ok(Some(distribution)) => distribution.name.clone(),
            _ => "a Linux system".to_owned(),
        };
        return Some(Guess::seen(OsFamily::Linux, format!("{name} was found")));
    }
    if let Ok(Some(Guest::Windows(windows))) = guest {
        let name = windows.release.name();
        return Some(Guess::seen(OsFamily::Windows, format!("{name} was found")));
    }
    let parts = &partitions.as_ref().ok()?.partitions;
    let linux = parts.iter().find(|part| part.kind.is_linux());
    // Basic data is Windows' only where a machine starts from it.
    let windows = parts.iter().find(|part| {
        part.kind.is_windows() || (part.kind == PartitionKind::Mbr(MBR_NTFS) && part.active)
    });
    let (value, part) = match (linux, windows) {
        (Some(part), None) => (OsFamily::Linux, part),
        (None, Some(part)) => (OsFamily::Windows, part),
        _ => return None,
    };
    Some(Guess::seen(
        value,
        format!("partition {} is of type {}", part.number, part.kind),
    ))
}
