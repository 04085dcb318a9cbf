//! Looks into the volumes of a disk: their file systems, the guest on them, and what is free.

use std::ops::Range;
use std::sync::Arc;

use super::{Known, OsFamily, Undetermined, VolumeFacts};
use crate::filesystem;
use crate::guest::linux::Surroundings;
use crate::guest::{Candidate, Guest, LinuxGuest, Plan, Search, WindowsGuest, mounts};
use crate::partition::PartitionTable;
use crate::scan::Region;
use crate::source::{ReadAt, ReadError};
use crate::volume::{self, BootSector, Content, FileSystemKind, OpenVolume, Segment, VolumeGroup};

/// Ranges of free space of one file system that are followed; a real one of 30 GiB has thousands.
const MAX_FREE_RANGES: usize = 200_000;

/// What is on the volumes.
pub(super) struct Looked {
    pub(super) volumes: Vec<VolumeFacts>,
    pub(super) groups: Vec<VolumeGroup>,
    pub(super) guest: Known<Option<Guest>>,
}

/// Looks into the volumes; `free` says whether the free space of the file systems is wanted, and
/// `wanted` which system is meant where the disk holds two.
pub(super) fn look(
    disk: &Arc<dyn ReadAt>,
    table: &PartitionTable,
    free: bool,
    wanted: Option<OsFamily>,
) -> Result<Looked, ReadError> {
    let found = volume::find(disk, table)?;
    let lost: Vec<_> = found
        .lost
        .iter()
        .map(|lost| format!("{}: {}", lost.volume, lost.reason))
        .collect();
    let candidates: Vec<_> = found.volumes.into_iter().map(candidate).collect();
    let (plan, guest) = match choose(&candidates, wanted) {
        Ok(Some((plan, OsFamily::Linux))) => {
            let root = plan.volume_at("/").and_then(|at| candidates.get(at));
            let around = Surroundings {
                root: root.map(|candidate| &candidate.volume.facts.name),
                other_roots: &plan.other_roots,
                volume_of: &|device| {
                    let named = candidates.iter().find(|one| one.is_named_by(device))?;
                    Some(named.volume.facts.name.clone())
                },
            };
            let linux = LinuxGuest::gather(&|| plan.open(&candidates), around);
            (Some(plan), Ok(Some(Guest::Linux(Box::new(linux)))))
        }
        Ok(Some((plan, OsFamily::Windows))) => {
            let windows = WindowsGuest::gather(&plan.open(&candidates), &plan.other_roots);
            (Some(plan), Ok(Some(Guest::Windows(Box::new(windows)))))
        }
        Ok(None) if lost.is_empty() => (None, Ok(None)),
        Ok(None) => (None, Err(not_found(&lost))),
        Err(mut reasons) => {
            reasons.extend(lost);
            (None, Err(not_found(&reasons)))
        }
    };
    let volumes = candidates
        .into_iter()
        .enumerate()
        .map(|(at, candidate)| VolumeFacts {
            mounted_at: plan
                .iter()
                .flat_map(|plan| plan.points())
                .filter(|(volume, _)| *volume == at)
                .map(|(_, point)| point)
                .collect(),
            free: free.then(|| free_ranges(&candidate.volume)).flatten(),
            boot_sector: boot_sector(&candidate.volume),
            superblock: candidate.superblock,
            volume: candidate.volume.facts,
        })
        .collect();
    Ok(Looked {
        volumes,
        groups: found.groups,
        guest,
    })
}

/// The tree of the guest and its family; none where no volume holds one.
///
/// # Errors
/// Why it is not known whether there is one.
fn choose(
    candidates: &[Candidate],
    wanted: Option<OsFamily>,
) -> Result<Option<(Plan, OsFamily)>, Vec<String>> {
    let linux = mounts::linux::search(candidates);
    let windows = mounts::windows::search(candidates);
    match (linux, windows) {
        (Search::Found(_), Search::Found(plan)) if wanted == Some(OsFamily::Windows) => {
            Ok(Some((plan, OsFamily::Windows)))
        }
        (Search::Found(plan), _) => Ok(Some((plan, OsFamily::Linux))),
        (_, Search::Found(plan)) => Ok(Some((plan, OsFamily::Windows))),
        (Search::None, Search::None) => Ok(None),
        (linux, windows) => Err([linux, windows]
            .into_iter()
            .filter_map(|search| match search {
                Search::Unknown(reason) => Some(reason),
                _ => None,
            })
            .collect()),
    }
}

/// Why it is not known which operating system the disk holds.
fn not_found(reasons: &[String]) -> Undetermined {
    Undetermined::new(format!(
        "no operating system was found on what could be read, and {}",
        reasons.join("; ")
    ))
}

fn candidate(volume: OpenVolume) -> Candidate {
    let superblock = match (&volume.facts.content, &volume.source) {
        (Ok(Content::FileSystem(kind)), Ok(source)) => Some(
            filesystem::superblock(source, *kind)
                .map_err(|error| Undetermined::new(error.to_string())),
        ),
        _ => None,
    };
    Candidate { volume, superblock }
}

/// The boot sector of a volume that is NTFS.
fn boot_sector(volume: &OpenVolume) -> Option<Known<BootSector>> {
    let Ok(Content::FileSystem(FileSystemKind::Ntfs)) = &volume.facts.content else {
        return None;
    };
    let unknown = |why: &dyn std::fmt::Display| {
        Undetermined::new(format!("{}: its boot sector: {why}", volume.facts.name))
    };
    Some(match &volume.source {
        Ok(source) => BootSector::read(&**source).map_err(|error| unknown(&error)),
        Err(why) => Err(unknown(why)),
    })
}

/// The free space of the volume's file system, as ranges of the disk.
fn free_ranges(volume: &OpenVolume) -> Option<Known<Vec<Range<u64>>>> {
    let (Ok(Content::FileSystem(kind)), Ok(source)) = (&volume.facts.content, &volume.source)
    else {
        return None;
    };
    Some(
        filesystem::free_space(source, *kind, MAX_FREE_RANGES)
            .map(|ranges| on_the_disk(&ranges, &volume.facts.segments))
            .map_err(|error| Undetermined::new(error.to_string())),
    )
}

/// Ranges of a volume as ranges of the disk; both lists are in order of the volume's bytes.
fn on_the_disk(ranges: &[Range<u64>], segments: &[Segment]) -> Vec<Range<u64>> {
    let mut mapped = Vec::with_capacity(ranges.len());
    let mut first = 0;
    for range in ranges {
        while segments
            .get(first)
            .is_some_and(|segment| segment.range.end <= range.start)
        {
            first += 1;
        }
        for segment in segments.iter().skip(first) {
            if segment.range.start >= range.end {
                break;
            }
            let start = range.start.max(segment.range.start);
            let end = range.end.min(segment.range.end);
            let shift =
                |byte: u64| (byte - segment.range.start).saturating_add(segment.disk_offset);
            mapped.push(shift(start)..shift(end));
        }
    }
    mapped.sort_by_key(|range| range.start);
    mapped
}

/// The free space of each file system, as regions of the content pass.
pub(super) fn free_regions(volumes: &[VolumeFacts]) -> Vec<Region> {
    volumes
        .iter()
        .filter_map(|facts| {
            let ranges = facts.free.as_ref()?.as_ref().ok()?;
            (!ranges.is_empty()).then(|| Region {
                name: facts.volume.name.to_string(),
                ranges: ranges.clone(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::single_range_in_vec_init)]

    use super::*;

    #[test]
    fn free_space_is_followed_through_the_segments_of_a_volume() {
        let segments = [
            Segment {
                range: 0..100,
                disk_offset: 1000,
            },
            Segment {
                range: 100..200,
                disk_offset: 500,
            },
            Segment {
                range: 200..300,
                disk_offset: 2000,
            },
        ];
        assert_eq!(
            on_the_disk(&[10..20, 90..110, 150..260], &segments),
            [500..510, 550..600, 1010..1020, 1090..1100, 2000..2060]
        );
        assert!(on_the_disk(&[300..400], &segments).is_empty());
    }
}
