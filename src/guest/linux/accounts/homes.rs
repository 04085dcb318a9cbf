//! The homes of the guest, and the files in them whose names tell something.
//!
//! The homes of accounts with a shell are walked whole, as Microsoft's test suite does, within
//! limits; of the others only the top and the hidden folders on it are listed.

use std::collections::{HashSet, VecDeque};

use super::Accounts;
use crate::filesystem::FileType;
use crate::guest::linux::{histories, secrets, suspects};
use crate::guest::{DirEntry, Root};
use crate::known::{Known, Undetermined};

/// Entries that are looked at in all homes together.
const MAX_ENTRIES: usize = 200_000;
/// Folders within folders.
const MAX_DEPTH: u32 = 32;
/// Files that are kept.
const MAX_FILES: usize = 5_000;

/// Folders of the system that accounts without a shell have for a home.
const SYSTEM: [&str; 12] = [
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/nonexistent",
    "/proc",
    "/run",
    "/sbin",
    "/sys",
    "/usr",
    "/tmp",
];

/// A home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// Its path as passwd says (hostile text).
    pub path: String,
    /// Whose it is; none of an orphan's.
    pub owner: Option<String>,
    /// Whether it is walked whole.
    pub whole: bool,
}

/// A file in a home whose name tells something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeFile {
    /// Its name.
    pub name: String,
    /// The name of its folder.
    pub folder: String,
    /// Its path.
    pub path: String,
    /// Whether it is a link.
    pub is_link: bool,
    /// Whose home; none of an orphan's.
    pub owner: Option<String>,
}

/// The homes and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Homes {
    /// The homes that are there.
    pub list: Vec<Home>,
    /// The files whose names tell something.
    pub files: Vec<HomeFile>,
    /// What could not be looked at.
    pub open: Vec<Undetermined>,
}

fn is_system(path: &str) -> bool {
    SYSTEM.iter().any(|folder| {
        path.strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

fn list(accounts: &Accounts, open: &mut Vec<Undetermined>) -> Vec<Home> {
    let mut homes = vec![Home {
        path: "/root".to_owned(),
        owner: Some("root".to_owned()),
        whole: true,
    }];
    for account in &accounts.list {
        let whole = account.shell_ends_in_sh();
        let path = account.home.trim_end_matches('/');
        if path.is_empty() && !account.home.is_empty() {
            if whole {
                open.push(Undetermined::new(format!(
                    "{}: the home of {} is /, which is not searched whole",
                    account.spot, account.name
                )));
            }
            continue;
        }
        if !path.starts_with('/') || (!whole && is_system(path)) {
            continue;
        }
        match homes.iter_mut().find(|home| home.path == path) {
            Some(home) => home.whole |= whole,
            None => homes.push(Home {
                path: path.to_owned(),
                owner: Some(account.name.clone()),
                whole,
            }),
        }
    }
    match &accounts.orphan_homes {
        Ok(orphans) => homes.extend(orphans.iter().map(|spot| Home {
            path: spot.path.clone(),
            owner: None,
            whole: true,
        })),
        Err(unknown) => open.push(unknown.clone()),
    }
    homes
}

fn tells(name: &str, folder: &str) -> bool {
    histories::kind(name).is_some()
        || secrets::is_candidate(name, folder)
        || suspects::is_suspect(name)
}

struct Walk<'a> {
    root: &'a Root,
    seen: HashSet<String>,
    entries: usize,
    out: Homes,
}

impl Walk<'_> {
    fn home(&mut self, home: &Home) {
        let start = match self.root.real_path(&home.path) {
            Ok(Some(path)) => path,
            Ok(None) => return,
            Err(unknown) => {
                self.out.open.push(unknown);
                return;
            }
        };
        let mut queue = VecDeque::from([(start, 0_u32)]);
        while let Some((path, depth)) = queue.pop_front() {
            if !self.seen.insert(path.clone()) {
                continue;
            }
            let entries = match self.root.entries(&path) {
                Ok(entries) => entries,
                Err(unknown) => {
                    self.out.open.push(unknown);
                    continue;
                }
            };
            self.entries = self.entries.saturating_add(entries.len());
            if self.entries > MAX_ENTRIES || self.out.files.len() > MAX_FILES {
                self.out.open.push(Undetermined::new(format!(
                    "{}: the homes have more than {MAX_ENTRIES} files, and are not searched further",
                    self.root.spot(&path)
                )));
                return;
            }
            let folder = path.rsplit('/').next().unwrap_or_default();
            for entry in entries {
                if entry.file_type == FileType::Directory {
                    let deeper = home.whole || (depth == 0 && entry.name.starts_with('.'));
                    if deeper && depth >= MAX_DEPTH {
                        self.out.open.push(Undetermined::new(format!(
                            "{}: folders lie within folders there, more than {MAX_DEPTH} deep",
                            self.root.spot(&path)
                        )));
                    } else if deeper {
                        queue.push_back((entry.path, depth.saturating_add(1)));
                    }
                } else if tells(&entry.name, folder) {
                    self.keep(entry, folder, home);
                }
            }
        }
    }

    fn keep(&mut self, entry: DirEntry, folder: &str, home: &Home) {
        self.out.files.push(HomeFile {
            is_link: entry.file_type == FileType::Symlink,
            name: entry.name,
            folder: folder.to_owned(),
            path: entry.path,
            owner: home.owner.clone(),
        });
    }
}

/// Looks through the homes.
pub(in crate::guest::linux) fn gather(root: &Root, accounts: &Known<Accounts>) -> Known<Homes> {
    let accounts = accounts.as_ref().map_err(Clone::clone)?;
    let mut walk = Walk {
        root,
        seen: HashSet::new(),
        entries: 0,
        out: Homes::default(),
    };
    let homes = list(accounts, &mut walk.out.open);
    // Those that are walked whole come first: what lies in them is theirs.
    for whole in [true, false] {
        for home in homes.iter().filter(|home| home.whole == whole) {
            walk.home(home);
        }
    }
    walk.out.list = homes;
    Ok(walk.out)
}
