//! From volumes to the guest's tree: which volume is its root, and what is mounted where.

pub mod linux;
pub mod windows;

use std::sync::Arc;

use super::{Limits, Mount, Root};
use crate::filesystem::{self, FileSystem, FsError, Subvolume, Superblock};
use crate::known::Known;
use crate::volume::{Content, FileSystemKind, OpenVolume, VolumeName, names_partition};

/// Where the EFI system partition is found when the guest mounts it nowhere.
pub const ESP_POINT: &str = "/.esp";
/// Where the system partition of a Windows disk that BIOS starts is found: it has no drive letter.
pub const SYSTEM_POINT: &str = "/.system";
/// Such partitions that are mounted: the first at [`SYSTEM_POINT`], the others at that with a number.
const MAX_SYSTEMS: usize = 8;
/// The letter of the drive that Windows is installed on: Setup gives no other.
pub const DRIVE: char = 'C';

/// Whether a system partition of Windows is mounted at `point`.
pub(crate) fn is_system_point(point: &str) -> bool {
    let rest = point.strip_prefix(SYSTEM_POINT);
    rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A volume and what the file system on it says of itself, where it holds one.
pub struct Candidate {
    /// The volume.
    pub volume: OpenVolume,
    /// Its superblock.
    pub superblock: Option<Known<Superblock>>,
}

impl Candidate {
    fn kind(&self) -> Option<FileSystemKind> {
        match self.volume.facts.content {
            Ok(Content::FileSystem(kind)) => Some(kind),
            _ => None,
        }
    }

    fn known_superblock(&self) -> Option<&Superblock> {
        self.superblock.as_ref()?.as_ref().ok()
    }

    /// Whether a field of fstab names this volume.
    pub fn is_named_by(&self, device: &str) -> bool {
        let superblock = self.known_superblock();
        let facts = &self.volume.facts;
        let swap = match &facts.content {
            Ok(Content::Swap(area)) => Some(area),
            _ => None,
        };
        let uuid = || {
            let of_swap = swap.and_then(|area| area.uuid.as_deref());
            superblock
                .and_then(|superblock| superblock.uuid.as_deref())
                .or(of_swap)
        };
        let label = || {
            let of_swap = swap.and_then(|area| area.label.as_deref());
            superblock
                .and_then(|superblock| superblock.label.as_deref())
                .or(of_swap)
        };
        let same = |found: Option<&str>, wanted: &str| {
            found.is_some_and(|found| found.eq_ignore_ascii_case(wanted))
        };
        let by = |prefixes: [&str; 2]| prefixes.iter().find_map(|p| device.strip_prefix(p));
        if let Some(wanted) = by(["UUID=", "/dev/disk/by-uuid/"]) {
            same(uuid(), wanted)
        } else if let Some(wanted) = by(["LABEL=", "/dev/disk/by-label/"]) {
            label() == Some(wanted)
        } else if let Some(wanted) = by(["PARTUUID=", "/dev/disk/by-partuuid/"]) {
            same(facts.partition_uuid.as_deref(), wanted)
        } else if let Some(wanted) = by(["PARTLABEL=", "/dev/disk/by-partlabel/"]) {
            facts.partition_label.as_deref() == Some(wanted)
        } else if facts.device_names().iter().any(|name| name == device) {
            true
        } else {
            match facts.name {
                VolumeName::Partition(number) => names_partition(device) == Some(number),
                _ => false,
            }
        }
    }
}

/// One mount of the plan.
#[derive(Debug, Clone)]
struct Planned {
    point: String,
    /// Index of the candidate, or why nothing can be read there.
    volume: Result<usize, String>,
    subvolume: Option<Subvolume>,
}

/// Which volumes make the guest's tree. Threads open a tree each from the one plan.
#[derive(Debug, Clone)]
pub struct Plan {
    mounts: Vec<Planned>,
    /// Volumes that could be roots of further systems of the same family.
    pub other_roots: Vec<VolumeName>,
    is_windows: bool,
}

/// What the search for a root came to.
pub enum Search {
    /// There is one.
    Found(Plan),
    /// There is none, and every volume that could hold one was looked into.
    None,
    /// None was found, and some volumes could not be looked into: why.
    Unknown(String),
}

impl Plan {
    /// Opens the tree.
    pub fn open(&self, candidates: &[Candidate]) -> Root {
        let mounts = self
            .mounts
            .iter()
            .map(|planned| planned.open(candidates, self.is_windows))
            .collect();
        if self.is_windows {
            Root::windows(mounts, Limits::default())
        } else {
            Root::new(mounts, Limits::default())
        }
    }

    /// The candidate that is mounted at `point`, by its index.
    pub fn volume_at(&self, point: &str) -> Option<usize> {
        self.mounts
            .iter()
            .find(|planned| planned.point == point)
            .and_then(|planned| planned.volume.clone().ok())
    }

    /// Where each candidate is mounted, by its index and as the guest's users say it; without the
    /// hidden points.
    pub fn points(&self) -> impl Iterator<Item = (usize, String)> {
        self.mounts
            .iter()
            .filter(|planned| !planned.is_hidden())
            .filter_map(|planned| {
                Some((planned.volume.clone().ok()?, planned.shown(self.is_windows)))
            })
    }
}

impl Planned {
    fn new(point: impl Into<String>, volume: usize) -> Self {
        Self {
            point: point.into(),
            volume: Ok(volume),
            subvolume: None,
        }
    }

    fn is_hidden(&self) -> bool {
        self.point == ESP_POINT || is_system_point(&self.point)
    }

    /// The point as the guest's users say it.
    fn shown(&self, is_windows: bool) -> String {
        if self.is_hidden() {
            "not mounted".to_owned()
        } else if is_windows {
            format!("{DRIVE}:")
        } else {
            self.point.clone()
        }
    }

    fn open(&self, candidates: &[Candidate], is_windows: bool) -> Mount {
        let candidate = self
            .volume
            .clone()
            .and_then(|at| candidates.get(at).ok_or_else(|| "it is gone".to_owned()));
        match candidate {
            Ok(candidate) => self.open_one(candidate, is_windows),
            Err(reason) => Mount {
                point: self.point.clone(),
                volume: Arc::from(format!("the volume of {}", self.shown(is_windows))),
                partition: None,
                file_system: Err(reason),
            },
        }
    }

    fn open_one(&self, candidate: &Candidate, is_windows: bool) -> Mount {
        let facts = &candidate.volume.facts;
        let kind = candidate.kind().map_or("unknown", FileSystemKind::name);
        let shown = self.shown(is_windows);
        Mount {
            point: self.point.clone(),
            volume: Arc::from(format!("{} ({kind} {shown})", facts.name)),
            partition: facts.partition,
            file_system: open(candidate, self.subvolume.as_ref()),
        }
    }
}

/// Opens a candidate's file system; for btrfs the subvolume, or the default one.
fn open(
    candidate: &Candidate,
    subvolume: Option<&Subvolume>,
) -> Result<Box<dyn FileSystem>, String> {
    let kind = candidate
        .kind()
        .ok_or_else(|| format!("{} holds no file system", candidate.volume.facts.name))?;
    let source = candidate.volume.source.as_ref().map_err(Clone::clone)?;
    let opened: Result<_, FsError> =
        filesystem::open(source, kind).and_then(|fs| match subvolume {
            Some(which) => fs.subvolume(which),
            None => Ok(fs),
        });
    opened.map_err(|error| format!("its {kind} cannot be read: {error}"))
}
