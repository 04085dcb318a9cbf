//! A Linux root among the volumes, and what its fstab mounts where.

use std::sync::Arc;

use super::{Candidate, ESP_POINT, Plan, Planned, Search, open};
use crate::filesystem::Subvolume;
use crate::guest::linux::fstab::{self, Fstab, FstabEntry};
use crate::guest::{Limits, Mount, Root};
use crate::known::Known;
use crate::volume::{Content, FileSystemKind};

/// Looks for a Linux root among the candidates, and plans what its fstab mounts.
pub fn search(candidates: &[Candidate]) -> Search {
    let mut found: Option<(u32, Planned)> = None;
    let mut others = Vec::new();
    let mut unread = Vec::new();
    for (at, candidate) in candidates.iter().enumerate() {
        match looks_like_root(at, candidate) {
            Ok(Some((score, planned))) => match &found {
                Some((best, _)) if *best >= score => {
                    others.push(candidate.volume.facts.name.clone());
                }
                _ => {
                    if let Some((
                        _,
                        Planned {
                            volume: Ok(old), ..
                        },
                    )) = found.replace((score, planned))
                        && let Some(old) = candidates.get(old)
                    {
                        others.push(old.volume.facts.name.clone());
                    }
                }
            },
            Ok(None) => {}
            Err(reason) => unread.push(reason),
        }
    }
    if found.is_none() {
        found = separate_usr(candidates).map(|root| (0, root));
    }
    let Some((_, root)) = found else {
        return match unread.is_empty() {
            true => Search::None,
            false => Search::Unknown(unread.join("; ")),
        };
    };
    Search::Found(Plan {
        mounts: mounts(root, candidates),
        other_roots: others,
        is_windows: false,
    })
}

/// How sure it is that a tree is the root of a Linux system.
fn score(root: &Root) -> Known<u32> {
    let mut score = 0_u32;
    for (path, weight) in [
        ("/etc/os-release", 4),
        ("/usr/lib/os-release", 4),
        ("/etc/redhat-release", 2),
        ("/etc/debian_version", 2),
        ("/etc/SuSE-release", 2),
        ("/etc/fstab", 2),
        ("/etc/passwd", 2),
        ("/sbin/init", 1),
        ("/usr/lib/systemd/systemd", 1),
    ] {
        // A link counts as it stands: what it leads to may be on another volume.
        if root.link_metadata(path)?.is_some() {
            score = score.saturating_add(weight);
        }
    }
    Ok(score)
}

/// The plan of a root on this candidate, where it looks like one; why, where it cannot be told.
fn looks_like_root(at: usize, candidate: &Candidate) -> Result<Option<(u32, Planned)>, String> {
    let name = &candidate.volume.facts.name;
    let kind = match &candidate.volume.facts.content {
        Ok(Content::FileSystem(kind)) => *kind,
        Ok(Content::Luks { version }) => {
            return Err(format!("{name} is encrypted by LUKS {version}"));
        }
        Ok(Content::MdRaid) => return Err(format!("{name} is a member of an MD RAID")),
        Ok(_) => return Ok(None),
        Err(unknown) => return Err(format!("{name}: {}", unknown.reason)),
    };
    // These hold no Linux root; what they hold is told by others.
    if kind.is_fat() || matches!(kind, FileSystemKind::Ntfs | FileSystemKind::ExFat) {
        return Ok(None);
    }
    let mut layouts = vec![None];
    if kind == FileSystemKind::Btrfs {
        layouts.extend(
            ["@", "root", "@rootfs", "@/.snapshots/1/snapshot"]
                .map(|path| Some(Subvolume::Path(path.to_owned()))),
        );
    }
    let mut best = None;
    for subvolume in layouts {
        let planned = Planned {
            subvolume,
            ..Planned::new("/", at)
        };
        let mount = Mount {
            point: "/".to_owned(),
            volume: Arc::from(name.to_string()),
            partition: candidate.volume.facts.partition,
            file_system: match open(candidate, planned.subvolume.as_ref()) {
                Ok(fs) => Ok(fs),
                // Most of the usual names are not there.
                Err(_) if planned.subvolume.is_some() => continue,
                Err(reason) => return Err(format!("{name}: {reason}")),
            },
        };
        let root = Root::new(vec![mount], Limits::default());
        let score = score(&root).map_err(|unknown| unknown.reason)?;
        if score >= 4 && best.as_ref().is_none_or(|(found, _)| *found < score) {
            best = Some((score, planned));
        }
    }
    Ok(best)
}

/// A root that is empty in the image, with all of the system on a `/usr` of its own: Flatcar's
/// layout, whose volumes are labelled so.
fn separate_usr(candidates: &[Candidate]) -> Option<Planned> {
    let labelled = |wanted: &str| {
        candidates.iter().position(|candidate| {
            candidate
                .known_superblock()
                .and_then(|superblock| superblock.label.as_deref())
                == Some(wanted)
        })
    };
    candidates.iter().any(is_usr).then_some(())?;
    labelled("ROOT").map(|root| Planned::new("/", root))
}

/// Whether a volume is a `/usr` by its partition's type or name.
fn is_usr(candidate: &Candidate) -> bool {
    let facts = &candidate.volume.facts;
    facts.kind.is_some_and(|kind| kind.is_linux_usr())
        || facts.partition_label.as_deref() == Some("USR-A")
}

/// What is mounted, from the root's own fstab and then from what systemd finds by itself.
fn mounts(root: Planned, candidates: &[Candidate]) -> Vec<Planned> {
    let tree = Root::new(vec![root.open(candidates, false)], Limits::default());
    let fstab = fstab::gather(&tree).ok().flatten();
    let mut planned = vec![root];
    if let Some(fstab) = &fstab {
        by_fstab(fstab, candidates, &mut planned);
    }
    let taken = |planned: &[Planned], at: usize| planned.iter().any(|p| p.volume == Ok(at));
    for (at, candidate) in candidates.iter().enumerate() {
        let facts = &candidate.volume.facts;
        if taken(&planned, at) {
            continue;
        }
        let has = |point: &str| planned.iter().any(|p| p.point == point);
        if facts.kind.is_some_and(|kind| kind.is_extended_boot()) && !has("/boot") {
            planned.push(Planned::new("/boot", at));
        } else if is_usr(candidate) && !has("/usr") && is_empty(&tree, "/usr") {
            planned.push(Planned::new("/usr", at));
        } else if facts.kind.is_some_and(|kind| kind.is_esp()) && !has(ESP_POINT) {
            planned.push(Planned::new(ESP_POINT, at));
        }
    }
    planned
}

fn is_empty(tree: &Root, path: &str) -> bool {
    tree.entries(path).is_ok_and(|entries| entries.is_empty())
}

fn by_fstab(fstab: &Fstab, candidates: &[Candidate], planned: &mut Vec<Planned>) {
    for entry in &fstab.entries {
        if !entry.mount_point.starts_with('/') || !is_on_a_device(entry) {
            continue;
        }
        let at = candidates
            .iter()
            .position(|candidate| candidate.is_named_by(&entry.device));
        let subvolume = subvolume(entry);
        if entry.mount_point == "/" {
            // The root was found by what it holds; fstab may know better which subvolume it is.
            if let (Some(at), Some(_), Some(root)) = (at, &subvolume, planned.first_mut())
                && root.volume == Ok(at)
                && candidates
                    .get(at)
                    .is_some_and(|candidate| open(candidate, subvolume.as_ref()).is_ok())
            {
                root.subvolume = subvolume;
            }
            continue;
        }
        let volume = match at {
            Some(at) => Ok(at),
            // Without the device the guest boots on, and what is under the point is what counts.
            None if entry.has_option("nofail") || entry.has_option("noauto") => continue,
            None => Err(format!(
                "fstab mounts {} there, which is not on this disk",
                entry.device
            )),
        };
        planned.retain(|earlier| earlier.point != entry.mount_point);
        planned.push(Planned {
            point: entry.mount_point.clone(),
            volume,
            subvolume,
        });
    }
}

/// Whether an entry mounts what is on a disk, and not memory, a folder, or another machine's.
fn is_on_a_device(entry: &FstabEntry) -> bool {
    let device = entry.device.starts_with("/dev/") || entry.device.contains('=');
    device && !entry.is_swap() && !entry.has_option("bind") && !entry.has_option("rbind")
}

fn subvolume(entry: &FstabEntry) -> Option<Subvolume> {
    if let Some(path) = entry.option("subvol") {
        let path = path.trim_matches('/');
        return (!path.is_empty()).then(|| Subvolume::Path(path.to_owned()));
    }
    let id = entry.option("subvolid")?.parse().ok()?;
    Some(Subvolume::Id(id))
}
