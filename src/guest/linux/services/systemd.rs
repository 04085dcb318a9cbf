//! systemd's units by the names in its folders.

use std::collections::{BTreeMap, BTreeSet};

use super::{Services, UnitState, template_of};
use crate::filesystem::FileType;
use crate::guest::{DirEntry, Located, Root};
use crate::known::Known;

/// Where units lie, the stronger first. What is under `/run` is gone when the machine is off.
const FOLDERS: [&str; 4] = [
    "/etc/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
];

const KINDS: [&str; 11] = [
    ".service",
    ".socket",
    ".timer",
    ".target",
    ".mount",
    ".automount",
    ".swap",
    ".path",
    ".slice",
    ".device",
    ".scope",
];

pub(super) fn gather(root: &Root, services: &mut Services) -> Known<()> {
    let mut seen = BTreeSet::new();
    let mut folders = Vec::new();
    for folder in FOLDERS {
        // `/lib` is `/usr/lib` on most systems of today.
        let Some(real) = root.real_path(folder)? else {
            continue;
        };
        if seen.insert(real) {
            folders.push((folder, root.entries(folder)?));
        }
    }
    let mut found: BTreeMap<String, UnitState> = BTreeMap::new();
    for (folder, entries) in &folders {
        for entry in entries.iter().filter(|entry| is_unit(&entry.name)) {
            if !found.contains_key(&entry.name) {
                found.insert(entry.name.clone(), unit(root, services, folder, entry)?);
            }
        }
    }
    for (_, entries) in &folders {
        for entry in entries.iter().filter(|entry| pulls(entry)) {
            for link in root.entries(&entry.path)? {
                // A unit of a name that has no file cannot start; of an instance its template is
                // the file. What the link points to does not count, its name does.
                if is_unit(&link.name) && file_of(&found, services, &link.name) {
                    services.enter(&link.name, UnitState::Enabled(root.spot(&link.path)));
                }
            }
        }
    }
    for (name, state) in found {
        // A script of the same name is not run where there is a unit.
        if let Some(script) = name.strip_suffix(".service") {
            services.units.remove(script);
        }
        if state != UnitState::Absent {
            services.enter(&name, state);
        }
    }
    let enabled: Vec<_> = services
        .enabled()
        .map(|(name, _)| name.to_owned())
        .collect();
    for name in enabled {
        // A masked template or alias masks what is enabled under another name.
        if let state @ UnitState::Masked(_) = mask_of(services, &name) {
            services.enter(&name, state);
        }
    }
    Ok(())
}

/// What a name in a folder of units is.
fn unit(root: &Root, services: &mut Services, folder: &str, entry: &DirEntry) -> Known<UnitState> {
    let spot = root.spot(&entry.path);
    match entry.file_type {
        FileType::Symlink => {
            let target = root.read_link(&entry.path)?.unwrap_or_default();
            if target.ends_with("/dev/null") {
                return Ok(UnitState::Masked(spot));
            }
            let name = target.rsplit('/').next().unwrap_or_default();
            if entry.name == "default.target" {
                services
                    .default_target
                    .get_or_insert(Located::new(name.to_owned(), spot.clone()));
            }
            if name != entry.name && is_unit(name) {
                services
                    .aliases
                    .entry(entry.name.clone())
                    .or_insert_with(|| name.to_owned());
                return Ok(UnitState::Absent);
            }
            Ok(UnitState::Disabled(spot))
        }
        // An empty file masks as well; only people make those, and not in the vendor's folders.
        FileType::File if folder.starts_with("/etc") || folder.starts_with("/usr/local") => {
            let empty = root
                .metadata(&entry.path)?
                .is_some_and(|file| file.size == 0);
            Ok(if empty {
                UnitState::Masked(spot)
            } else {
                UnitState::Disabled(spot)
            })
        }
        _ => Ok(UnitState::Disabled(spot)),
    }
}

fn is_unit(name: &str) -> bool {
    KINDS.iter().any(|kind| name.ends_with(kind)) && !name.starts_with('.')
}

/// Whether a folder of links makes units start.
fn pulls(entry: &DirEntry) -> bool {
    entry.file_type != FileType::File
        && [".wants", ".requires", ".upholds"]
            .iter()
            .any(|end| entry.name.ends_with(end))
}

fn template(name: &str) -> Option<String> {
    template_of(name).map(|(template, _)| template)
}

/// Whether there is a file for the unit of this name.
fn file_of(found: &BTreeMap<String, UnitState>, services: &Services, name: &str) -> bool {
    let real = services.real_name(name);
    [
        Some(name.to_owned()),
        Some(real.clone()),
        template(name),
        template(&real),
    ]
    .into_iter()
    .flatten()
    .any(|name| {
        found
            .get(&name)
            .is_some_and(|state| *state != UnitState::Absent)
    })
}

fn mask_of(services: &Services, name: &str) -> UnitState {
    let real = services.real_name(name);
    [Some(real.clone()), template(name), template(&real)]
        .into_iter()
        .flatten()
        .filter_map(|name| services.units.get(&name))
        .find(|state| matches!(state, UnitState::Masked(_)))
        .cloned()
        .unwrap_or(UnitState::Absent)
}
