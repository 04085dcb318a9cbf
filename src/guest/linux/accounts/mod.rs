//! The guest's users: passwd, shadow, homes, and what lies in them. Never a hash, key or line of a
//! history: only that there is one, of what kind and size, and where.

pub mod homes;
pub mod keys;
mod login_defs;
mod password;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use crate::filesystem::FileType;
use crate::guest::{Root, Spot};
use crate::known::{Known, Undetermined};

pub use password::Password;
use password::classify;

/// Lines of passwd or shadow that are read.
const MAX_LINES: usize = 50_000;

/// passwd and its shadow; beside those of `/etc` those that a read-only `/usr` brings along.
const FILES: [(&str, &str); 3] = [
    ("/etc/passwd", "/etc/shadow"),
    ("/usr/lib/passwd", "/usr/lib/shadow"),
    (
        "/usr/share/baselayout/passwd",
        "/usr/share/baselayout/shadow",
    ),
];

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name (hostile text).
    pub name: String,
    /// Its number, where that is one.
    pub uid: Option<u32>,
    /// Its home, as passwd says (hostile text).
    pub home: String,
    /// Its shell.
    pub shell: String,
    /// What its password is.
    pub password: Password,
    /// Whether the password is locked by a mark before a hash that is still there.
    pub locked_hash: bool,
    /// Whether `nologin` stands anywhere in its line, which is what Microsoft's test suite asks.
    pub says_nologin: bool,
    /// Its line in passwd.
    pub spot: Spot,
    /// The line that says what its password is.
    pub password_spot: Spot,
}

impl Account {
    /// Whether its shell lets somebody in: it is none of those that end at once.
    pub fn has_login_shell(&self) -> bool {
        let name = self.shell.rsplit('/').next().unwrap_or_default();
        // No shell at all stands for /bin/sh.
        !["nologin", "false", "true", "sync", "shutdown", "halt"].contains(&name)
    }

    /// Whether its shell ends in `sh`, which is how Microsoft's test suite knows a shell.
    pub fn shell_ends_in_sh(&self) -> bool {
        self.shell.trim_end().ends_with("sh")
    }

    /// Whether it is numbered as a person: from `min` on, and below `nobody`'s 65534.
    pub fn is_person(&self, min: u32) -> bool {
        self.uid.is_some_and(|uid| uid >= min && uid < 65_534)
    }
}

/// A line of shadow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShadowLine {
    /// Whose (hostile text).
    pub name: String,
    /// What the password is.
    pub password: Password,
    /// Whether it is locked by a mark before a hash that is still there.
    pub locked_hash: bool,
    /// The line.
    pub spot: Spot,
}

/// The guest's users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accounts {
    /// In the order of passwd.
    pub list: Vec<Account>,
    /// The lowest number of a person (`UID_MIN` of login.defs).
    pub uid_min: u32,
    /// The highest.
    pub uid_max: u32,
    /// Whether login.defs could be read; where it could not the two numbers are the usual ones.
    pub login_defs: Known<()>,
    /// Every line of shadow, those too that no account answers to.
    pub shadow_lines: Vec<ShadowLine>,
    /// Where shadow is; none where there is no such file.
    pub shadow: Known<Option<Spot>>,
    /// Lines of passwd that take users from a directory service (`+`).
    pub directory_lines: Vec<Spot>,
    /// Lines of passwd that are no account's: too few fields, or no number.
    pub broken_lines: Vec<Spot>,
    /// Folders under `/home` that are no account's home.
    pub orphan_homes: Known<Vec<Spot>>,
}

impl Default for Accounts {
    /// No users, and the usual numbers.
    fn default() -> Self {
        Self {
            list: Vec::new(),
            uid_min: login_defs::UID_MIN,
            uid_max: login_defs::UID_MAX,
            login_defs: Ok(()),
            shadow_lines: Vec::new(),
            shadow: Ok(None),
            directory_lines: Vec::new(),
            broken_lines: Vec::new(),
            orphan_homes: Ok(Vec::new()),
        }
    }
}

impl Accounts {
    /// The account of that name.
    pub fn find(&self, name: &str) -> Option<&Account> {
        self.list.iter().find(|account| account.name == name)
    }

    /// Why the password of some account is not known, where it is not.
    pub fn unread_passwords(&self) -> Option<&Undetermined> {
        self.shadow.as_ref().err()
    }
}

fn too_many(file: &crate::guest::TextFile) -> Known<()> {
    if file.lines().nth(MAX_LINES).is_some() {
        return Err(Undetermined::new(format!(
            "{}: it has more than {MAX_LINES} lines",
            file.spot
        )));
    }
    Ok(())
}

fn shadow(root: &Root, path: &str) -> Known<Option<(Spot, Vec<ShadowLine>)>> {
    let Some(file) = root.text(path)? else {
        return Ok(None);
    };
    too_many(&file)?;
    let lines = file
        .settings()
        .map(|(number, line)| {
            let mut fields = line.split(':');
            let name = fields.next().unwrap_or_default().to_owned();
            // A line without a second field is read as one with an empty one.
            let (password, locked_hash) = classify(fields.next().unwrap_or_default());
            ShadowLine {
                name,
                password,
                locked_hash,
                spot: file.at(number),
            }
        })
        .collect();
    Ok(Some((file.spot.clone(), lines)))
}

/// Reads one passwd with its shadow; false where there is no such passwd.
fn add(root: &Root, passwd: &str, shadow_path: &str, out: &mut Accounts) -> Known<bool> {
    let Some(file) = root.text(passwd)? else {
        return Ok(false);
    };
    too_many(&file)?;
    let shadow = shadow(root, shadow_path);
    let by_name: HashMap<&str, &ShadowLine> = match &shadow {
        // The first line of a name is the one that counts.
        Ok(Some((_, lines))) => lines
            .iter()
            .rev()
            .map(|line| (line.name.as_str(), line))
            .collect(),
        _ => HashMap::new(),
    };
    for (number, line) in file.settings() {
        let spot = file.at(number);
        if line.starts_with(['+', '-']) {
            out.directory_lines.push(spot);
            continue;
        }
        let fields: Vec<_> = line.split(':').collect();
        let field = |at: usize| fields.get(at).copied().unwrap_or_default();
        let name = field(0);
        let uid = field(2).trim().parse().ok();
        // The C library passes over such a line too.
        if fields.len() < 4 || uid.is_none() {
            out.broken_lines.push(spot);
            continue;
        }
        let (password, locked_hash, password_spot) = if field(1) != "x" {
            let (password, locked_hash) = classify(field(1));
            (password, locked_hash, spot.clone())
        } else if let Some(line) = by_name.get(name) {
            (line.password, line.locked_hash, line.spot.clone())
        } else if shadow.is_err() {
            (Password::Unread, false, spot.clone())
        } else {
            (Password::Missing, false, spot.clone())
        };
        out.list.push(Account {
            name: name.to_owned(),
            uid,
            home: field(5).to_owned(),
            shell: field(6).to_owned(),
            password,
            locked_hash,
            says_nologin: line.contains("nologin"),
            spot,
            password_spot,
        });
    }
    match shadow {
        Ok(Some((spot, lines))) => {
            out.shadow_lines.extend(lines);
            if matches!(out.shadow, Ok(None)) {
                out.shadow = Ok(Some(spot));
            }
        }
        Ok(None) => {}
        Err(unknown) => out.shadow = Err(unknown),
    }
    Ok(true)
}

fn orphan_homes(root: &Root, accounts: &[Account]) -> Known<Vec<Spot>> {
    let taken: HashSet<&str> = accounts
        .iter()
        .map(|account| account.home.trim_end_matches('/'))
        .collect();
    let mut orphans = Vec::new();
    for entry in root.entries("/home")? {
        let below = format!("{}/", entry.path);
        let is_folder = match entry.file_type {
            FileType::Directory => true,
            FileType::Symlink => root
                .metadata(&entry.path)?
                .is_some_and(|found| found.file_type == FileType::Directory),
            _ => false,
        };
        if is_folder
            && entry.name != "lost+found"
            && !taken
                .iter()
                .any(|home| *home == entry.path || home.starts_with(&below))
        {
            orphans.push(root.spot(&entry.path));
        }
    }
    Ok(orphans)
}

/// Reads the users.
pub(super) fn gather(root: &Root) -> Known<Accounts> {
    let mut accounts = Accounts::default();
    let mut found = false;
    for (passwd, shadow) in FILES {
        found |= add(root, passwd, shadow, &mut accounts)?;
    }
    if !found {
        return Err(Undetermined::new(format!(
            "{}: there is no such file, so the users are not known",
            root.spot("/etc/passwd")
        )));
    }
    match login_defs::read(root) {
        Ok((min, max)) => (accounts.uid_min, accounts.uid_max) = (min, max),
        Err(unknown) => accounts.login_defs = Err(unknown),
    }
    accounts.orphan_homes = orphan_homes(root, &accounts.list);
    Ok(accounts)
}
