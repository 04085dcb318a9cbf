//! Volumes and the guest in version 1 of the documents.

use schemars::JsonSchema;
use serde::Serialize;

/// What may carry a file system: a partition, a logical volume, or a disk without a table.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Volume {
    /// Its name: `partition 1`, `logical volume group/name` or `the whole disk`.
    pub name: String,
    /// The partition that it is, or lies on.
    pub partition: Option<u32>,
    /// Size in bytes.
    pub size: u64,
    /// What its signature says that it holds: the name of a file system as `blkid` has it, or
    /// `swap`, `luks`, `bitlocker`, `md-raid`, `lvm`, `blank` or `unknown`; null when it is not
    /// known.
    pub content: Option<&'static str>,
    /// Why that is not known, or why its file system cannot be read.
    pub problem: Option<String>,
    /// The file system's label, or the swap space's.
    pub label: Option<String>,
    /// The file system's UUID, or the swap space's, as `blkid` prints it.
    pub uuid: Option<String>,
    /// What fstab calls PARTUUID.
    pub partition_uuid: Option<String>,
    /// Whether the file system was put away properly: `clean`, `dirty` or `errors`; null without
    /// a file system.
    pub state: Option<&'static str>,
    /// What says so.
    pub state_evidence: Option<String>,
    /// Features that keep some of it from being read.
    pub unsupported: Vec<String>,
    /// Where the guest mounts it.
    pub mounted_at: Vec<String>,
    /// Bytes that the file system marks as free; null when nobody asked or it is not known.
    pub free: Option<u64>,
    /// Bytes among those in units of 4 KiB that are not zero: what was deleted and is moved all the
    /// same; null when nobody looked.
    pub free_not_zero: Option<u64>,
}

/// The operating system that was found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Guest {
    /// `linux` or `windows`.
    pub family: &'static str,
    /// What its files say: one value a row, by subject.
    pub facts: Vec<GuestFact>,
    /// What is installed, by name.
    pub packages: Vec<Package>,
    /// Facts that are not known, and why.
    pub unknown: Vec<UnknownGuestFact>,
}

/// One thing that the guest's files say.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GuestFact {
    /// What it is about. Of Linux: `distribution`, `boot`, `kernel`, `initramfs`, `accounts`, `ssh`,
    /// `agent`, `cloud-init`, `services`, `fstab`, `swap` and others. Of Windows: `release`, `hives`,
    /// `accounts`, `logon`, `agent`, `roles`, `domain`, `drive letters`, `scheduled tasks`, `iis`,
    /// `profiles`, `leftovers` and others.
    pub subject: &'static str,
    /// What is said: `release`, `arguments`, `ClientAliveInterval (effective)`, `AutoAdminLogon`.
    pub name: String,
    /// The value.
    pub value: String,
    /// Where it was read; null where it follows from something's absence.
    pub place: Option<GuestPlace>,
}

/// A file of the guest, or a line of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GuestPlace {
    /// The volume with its file system and mount point: `partition 1 (ext4 /)`.
    pub volume: String,
    /// Absolute path in the guest.
    pub path: String,
    /// Line, counted from 1.
    pub line: Option<u32>,
    /// Where the file is a registry hive: the key, and after `!` the value, such as
    /// `SYSTEM\Select!Current`.
    pub registry: Option<String>,
}

/// An installed package.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version as its manager prints it.
    pub version: String,
    /// Its architecture as its manager names it.
    pub architecture: String,
}

/// A fact of the guest that is not known.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UnknownGuestFact {
    /// What it is about.
    pub subject: &'static str,
    /// Why it is not known.
    pub reason: String,
}
