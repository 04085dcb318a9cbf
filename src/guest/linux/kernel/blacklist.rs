//! What keeps modules from being loaded: modprobe's files, and the kernel's arguments.

use std::collections::BTreeMap;

use super::super::boot::CommandLine;
use super::module_name;
use crate::guest::{Root, Spot};
use crate::known::Known;

/// Files of a folder that are read.
const MAX_FILES: usize = 256;
/// Modules that are kept.
const MAX_BANS: usize = 10_000;

/// How a module is kept away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BanKind {
    /// `blacklist`: it is not loaded by itself, but can be by name.
    Blacklist,
    /// `install … /bin/false` or `/bin/true`: modprobe does nothing in its place.
    Install,
    /// An argument of the kernel.
    Argument,
}

impl BanKind {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Blacklist => "blacklist",
            Self::Install => "install",
            Self::Argument => "kernel argument",
        }
    }
}

/// What keeps a module from being loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ban {
    /// How.
    pub kind: BanKind,
    /// The line that says so.
    pub spot: Spot,
}

/// Commands that do nothing, whatever they are given.
const NOTHING: [&str; 6] = ["true", "false", "nologin", ":", "echo", "exit"];

/// The arguments that name modules, at commas.
const ARGUMENTS: [&str; 4] = [
    "modprobe.blacklist",
    "module_blacklist",
    "rd.driver.blacklist",
    "rdblacklist",
];

/// Reads what keeps modules away, by the modules' names.
pub(super) fn read(root: &Root, arguments: &CommandLine) -> Known<BTreeMap<String, Ban>> {
    let mut bans = BTreeMap::new();
    for path in files(root)? {
        let Some(file) = root.text(&path)? else {
            continue;
        };
        let mut pending: Option<(u32, String)> = None;
        for (number, line) in file.lines() {
            let (start, mut text) = pending.take().unwrap_or((number, String::new()));
            if let Some(continued) = line.strip_suffix('\\') {
                text.push_str(continued);
                if text.len() < 64 << 10 {
                    pending = Some((start, text));
                }
                continue;
            }
            text.push_str(line);
            let mut words = text.split_whitespace();
            let kind = match (words.next(), words.next(), words.next()) {
                (Some("blacklist"), Some(name), _) => Some((name, BanKind::Blacklist)),
                (Some("install"), Some(name), Some(command)) => {
                    let command = command.rsplit('/').next().unwrap_or(command);
                    NOTHING
                        .contains(&command.trim_end_matches(';'))
                        .then_some((name, BanKind::Install))
                }
                _ => None,
            };
            if let Some((name, kind)) = kind
                && bans.len() < MAX_BANS
            {
                let ban = Ban {
                    kind,
                    spot: file.at(start),
                };
                let entry = bans.entry(module_name(name)).or_insert_with(|| ban.clone());
                // The command weighs more than the list.
                if kind == BanKind::Install && entry.kind == BanKind::Blacklist {
                    *entry = ban;
                }
            }
        }
    }
    for key in ARGUMENTS {
        for name in arguments.values(key).flat_map(|names| names.split(',')) {
            bans.entry(module_name(name)).or_insert_with(|| Ban {
                kind: BanKind::Argument,
                spot: arguments.spot.clone(),
            });
        }
    }
    Ok(bans)
}

/// modprobe's files: of one name in two folders, the first folder's counts.
fn files(root: &Root) -> Known<Vec<String>> {
    let mut by_name = BTreeMap::new();
    for folder in [
        "/etc/modprobe.d",
        "/usr/local/lib/modprobe.d",
        "/usr/lib/modprobe.d",
        "/lib/modprobe.d",
    ] {
        for entry in root.entries(folder)?.into_iter().take(MAX_FILES) {
            if entry.name.ends_with(".conf") {
                by_name.entry(entry.name).or_insert(entry.path);
            }
        }
    }
    let mut files: Vec<String> = by_name.into_values().collect();
    // Older systems have one file.
    files.push("/etc/modprobe.conf".to_owned());
    Ok(files)
}
