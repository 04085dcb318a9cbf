//! The volume of Windows among the volumes, and beside it what the firmware starts.

use super::{Candidate, ESP_POINT, MAX_SYSTEMS, Plan, Planned, SYSTEM_POINT, Search};
use crate::guest::{Limits, Root};
use crate::known::Known;
use crate::volume::{Content, FileSystemKind};

/// What makes a volume one of Windows. One is enough: a Windows of which a hive is missing is to be
/// judged as that, and not to be overlooked.
const SIGNS: [&str; 3] = [
    "/Windows/System32/config/SYSTEM",
    "/Windows/System32/config/SOFTWARE",
    "/Windows/System32/ntoskrnl.exe",
];
/// Files of which a volume has one where BIOS starts Windows from it.
const BOOT_FILES: [&str; 2] = ["/bootmgr", "/Boot/BCD"];

/// Looks for the volume of Windows among the candidates. Boot volumes of their own are mounted at
/// hidden points beside it, as is the EFI system partition.
pub fn search(candidates: &[Candidate]) -> Search {
    let mut roots = Vec::new();
    let mut unread = Vec::new();
    for (at, candidate) in candidates.iter().enumerate() {
        match has_windows(at, candidate) {
            Ok(true) => roots.push(at),
            Ok(false) => {}
            Err(reason) => unread.push(reason),
        }
    }
    let Some((first, others)) = roots.split_first() else {
        return match unread.is_empty() {
            true => Search::None,
            false => Search::Unknown(unread.join("; ")),
        };
    };
    Search::Found(Plan {
        mounts: mounts(*first, candidates),
        other_roots: others
            .iter()
            .filter_map(|at| Some(candidates.get(*at)?.volume.facts.name.clone()))
            .collect(),
        is_windows: true,
    })
}

/// Whether a volume holds Windows.
///
/// # Errors
/// Why that cannot be told.
fn has_windows(at: usize, candidate: &Candidate) -> Result<bool, String> {
    let name = &candidate.volume.facts.name;
    match &candidate.volume.facts.content {
        Ok(Content::FileSystem(FileSystemKind::Ntfs)) => {}
        Ok(Content::BitLocker) => return Err(format!("{name} is encrypted by BitLocker")),
        // ReFS and the rest hold no Windows that Azure starts.
        Ok(_) => return Ok(false),
        Err(unknown) => return Err(format!("{name}: {}", unknown.reason)),
    }
    let tree = tree(at, candidate);
    let has = |path: &&str| -> Known<bool> { Ok(tree.link_metadata(path)?.is_some()) };
    for sign in &SIGNS {
        if has(sign).map_err(|unknown| unknown.reason)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The tree of one volume.
fn tree(at: usize, candidate: &Candidate) -> Root {
    let mount = Planned::new("/", at).open_one(candidate, true);
    Root::windows(vec![mount], Limits::default())
}

fn mounts(root: usize, candidates: &[Candidate]) -> Vec<Planned> {
    let mut planned = vec![Planned::new("/", root)];
    let mut systems = 0_usize;
    for (at, candidate) in candidates.iter().enumerate() {
        let facts = &candidate.volume.facts;
        let has = |point: &str| planned.iter().any(|p| p.point == point);
        if at == root {
            continue;
        }
        if facts.kind.is_some_and(|kind| kind.is_esp()) && !has(ESP_POINT) {
            planned.push(Planned::new(ESP_POINT, at));
        } else if systems < MAX_SYSTEMS && starts_windows(at, candidate) {
            systems = systems.saturating_add(1);
            planned.push(match systems {
                1 => Planned::new(SYSTEM_POINT, at),
                // Which of them BIOS goes to, the partition table says.
                further => Planned::new(format!("{SYSTEM_POINT}{further}"), at),
            });
        }
    }
    planned
}

/// Whether BIOS starts Windows from a volume beside that of Windows.
fn starts_windows(at: usize, candidate: &Candidate) -> bool {
    let kind = match candidate.volume.facts.content {
        Ok(Content::FileSystem(kind)) => kind,
        _ => return false,
    };
    if kind != FileSystemKind::Ntfs && !kind.is_fat() {
        return false;
    }
    let tree = tree(at, candidate);
    // One that cannot be read is taken for it: what depends on its files is then not known.
    BOOT_FILES
        .iter()
        .any(|path| tree.exists(path).unwrap_or(true))
}
