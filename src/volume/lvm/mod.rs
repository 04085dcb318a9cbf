//! LVM2: the groups and logical volumes on the physical volumes of one disk.
//!
//! Read are linear and striped volumes, over as many physical volumes as there are. Whatever else a
//! group has (RAID, mirrors, thin pools, caches, snapshots) is listed and named as not read.

mod area;
mod group;
mod header;
pub(super) mod label;
mod map;
mod text;

use std::collections::BTreeMap;

use super::{Content, OpenVolume, VolumeName};
use crate::source::{ReadAt, ReadError};
use area::AreaError;
use group::Group;
use header::Header;

/// What is wrong with one disk's LVM2 is kept up to this many messages a group or volume.
const MAX_PROBLEMS: usize = 64;

/// A volume group of LVM2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeGroup {
    /// Its name.
    pub name: String,
    /// Its UUID as LVM2 prints it (hostile text).
    pub uuid: String,
    /// The physical volumes that it consists of.
    pub physical_volumes: Vec<PhysicalVolume>,
    /// What is wrong with it: what could not be read of its metadata, what is missing.
    pub problems: Vec<String>,
}

/// A physical volume of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhysicalVolume {
    /// Its UUID as LVM2 prints it (hostile text).
    pub uuid: String,
    /// The volume of this disk that it is; none where it is missing.
    pub volume: Option<VolumeName>,
}

/// A physical volume whose metadata could not be read, and that no group is known to own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostPhysicalVolume {
    /// The volume of this disk that it is.
    pub volume: VolumeName,
    /// Why it is not known what lies on it.
    pub reason: String,
}

/// What LVM2 makes of the volumes of a disk.
#[derive(Default)]
pub(super) struct Found {
    pub(super) groups: Vec<VolumeGroup>,
    pub(super) logical: Vec<OpenVolume>,
    pub(super) lost: Vec<LostPhysicalVolume>,
}

/// A physical volume that was found.
struct Member<'a> {
    volume: &'a OpenVolume,
    source: &'a std::sync::Arc<dyn ReadAt>,
    problems: Vec<String>,
    /// Whether a group names it as its own.
    owned: bool,
}

/// The newest metadata of each group, by the group's UUID and name.
type Groups = BTreeMap<(String, String), Group>;

/// Finds the groups on those of `volumes` that are physical volumes.
///
/// # Errors
/// [`ReadError::Changed`] only.
pub(super) fn find(volumes: &[OpenVolume]) -> Result<Found, ReadError> {
    let mut found = Found::default();
    let mut groups = Groups::new();
    let mut seen = Vec::new();
    let mut members: BTreeMap<String, Member<'_>> = BTreeMap::new();
    for volume in volumes {
        let (Ok(Content::LvmPhysicalVolume), Ok(source)) = (&volume.facts.content, &volume.source)
        else {
            continue;
        };
        let header = match header::read(&**source)? {
            Ok(header) => header,
            Err(reason) => {
                found.lost.push(LostPhysicalVolume {
                    volume: volume.facts.name.clone(),
                    reason,
                });
                continue;
            }
        };
        let problems = read_areas(&**source, &header, &mut seen, &mut groups)?;
        if let Some(other) = members.get_mut(&header.uuid) {
            let message = format!(
                "{} and {} have the same LVM2 UUID {}: the first is used",
                other.volume.facts.name, volume.facts.name, header.uuid
            );
            other.problems.push(message);
            continue;
        }
        members.insert(
            header.uuid,
            Member {
                volume,
                source,
                problems,
                owned: false,
            },
        );
    }
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for group in groups.values() {
        let count = names.entry(group.name.clone()).or_default();
        *count = count.saturating_add(1);
    }
    for mut group in groups.into_values() {
        if names.get(&group.name).is_some_and(|count| *count > 1) {
            let message = "another volume group of this disk has the same name";
            group.problems.push(message.to_owned());
        }
        gather(group, &mut members, &mut found)?;
    }
    // What no group owns is no trouble where its metadata was read: it is a spare one.
    for member in members.into_values() {
        if !member.owned && !member.problems.is_empty() {
            found.lost.push(LostPhysicalVolume {
                volume: member.volume.facts.name.clone(),
                reason: member.problems.join("; "),
            });
        }
    }
    Ok(found)
}

/// Reads the metadata areas of one physical volume into `groups`, and returns what is wrong with
/// them. A text that was `seen` before, by its checksum and size, is not read again.
fn read_areas(
    volume: &dyn ReadAt,
    header: &Header,
    seen: &mut Vec<(u32, u64)>,
    groups: &mut Groups,
) -> Result<Vec<String>, ReadError> {
    let mut problems = Vec::new();
    for place in &header.areas {
        let text = match area::header(volume, *place) {
            Ok(Some(text)) if !seen.contains(&(text.checksum, text.size)) => text,
            Ok(_) => continue,
            Err(AreaError::Changed(error)) => return Err(error),
            Err(AreaError::Wrong(reason)) => {
                problems.push(reason);
                continue;
            }
        };
        let group = match area::text(volume, *place, text) {
            Ok(bytes) => group::parse(&bytes),
            Err(AreaError::Changed(error)) => return Err(error),
            Err(AreaError::Wrong(reason)) => Err(reason),
        };
        match group {
            Ok(group) => {
                seen.push((text.checksum, text.size));
                let key = (group.uuid.clone(), group.name.clone());
                let newer = |known: &Group| known.seqno < group.seqno;
                if groups.get(&key).is_none_or(newer) {
                    groups.insert(key, group);
                }
            }
            Err(reason) => problems.push(reason),
        }
    }
    Ok(problems)
}

/// Puts one group together from its members.
fn gather(
    group: Group,
    members: &mut BTreeMap<String, Member<'_>>,
    found: &mut Found,
) -> Result<(), ReadError> {
    let mut problems = group.problems.clone();
    let mut physical_volumes = Vec::new();
    for (key, physical) in &group.physical {
        let member = members.get_mut(&physical.uuid);
        physical_volumes.push(PhysicalVolume {
            uuid: physical.uuid.clone(),
            volume: member
                .as_ref()
                .map(|member| member.volume.facts.name.clone()),
        });
        match member {
            None => problems.push(map::missing(key, physical)),
            Some(member) => {
                member.owned = true;
                let name = &member.volume.facts.name;
                problems.extend(member.problems.iter().map(|text| format!("{name}: {text}")));
            }
        }
    }
    for logical in &group.logical {
        let mut volume = map::open(&group, logical, |uuid| {
            let member = members.get(uuid)?;
            Some((&member.volume.facts, member.source))
        })?;
        if volume.facts.segments.len() > map::MAX_SEGMENTS {
            problems.push(format!(
                "{} lies in more than {} pieces: where they lie on the disk is not kept",
                volume.facts.name,
                map::MAX_SEGMENTS
            ));
            volume.facts.segments = Vec::new();
        }
        found.logical.push(volume);
    }
    problems.truncate(MAX_PROBLEMS);
    found.groups.push(VolumeGroup {
        name: group.name,
        uuid: group.uuid,
        physical_volumes,
        problems,
    });
    Ok(())
}

#[cfg(test)]
mod tests;
