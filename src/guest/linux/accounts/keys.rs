//! The keys that open an account: `authorized_keys`, wherever sshd looks for them. Counted, never
//! kept.

use std::collections::HashSet;

use super::Accounts;
use crate::guest::linux::ssh::Ssh;
use crate::guest::{Root, Spot};
use crate::known::{Known, Undetermined};

/// Bytes of such a file that are read.
const MAX_BYTES: u64 = 1 << 20;

/// Where sshd looks unless it is told otherwise.
const DEFAULT: [&str; 2] = [".ssh/authorized_keys", ".ssh/authorized_keys2"];

/// A file of keys that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFile {
    /// The file.
    pub spot: Spot,
    /// Bytes.
    pub size: u64,
    /// Lines that hold a key.
    pub keys: usize,
    /// Of those, the lines that only tell whoever comes to log in as somebody else, as cloud-init
    /// writes them for root: the one exception that Microsoft's test suite makes.
    pub stubs: usize,
    /// Whether there is nothing in it but blanks.
    pub blank: bool,
    /// Whose; none in a home that is no account's.
    pub owner: Option<String>,
    /// Whether `nologin` stands in the account's line.
    pub says_nologin: bool,
}

/// The files of keys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyFiles {
    /// The files that are there, empty ones too.
    pub list: Vec<KeyFile>,
    /// What could not be looked at.
    pub open: Vec<Undetermined>,
}

/// Whether a line is cloud-init's stub.
fn is_stub(line: &str) -> bool {
    let plain = line.replace("\\\"", "\"");
    let Some(at) = plain.find("command=\"echo 'Please login as the user \"") else {
        return false;
    };
    let Some(rest) = plain.get(at..) else {
        return false;
    };
    rest.split_once("\" rather than the user \"root\".';echo;sleep ")
        .is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn read(root: &Root, path: &str) -> Known<Option<KeyFile>> {
    let Some(bytes) = root.bytes(path, MAX_BYTES)? else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&bytes);
    let lines = || {
        text.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
    };
    Ok(Some(KeyFile {
        spot: root.real_spot(path),
        size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        keys: lines().count(),
        stubs: lines().filter(|line| is_stub(line)).count(),
        blank: text.trim().is_empty(),
        owner: None,
        says_nologin: false,
    }))
}

/// A path of `AuthorizedKeysFile` for an account.
fn expanded(pattern: &str, home: &str, name: &str, uid: Option<u32>) -> String {
    let mut path = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            path.push(c);
            continue;
        }
        match chars.next() {
            Some('h') => path.push_str(home),
            Some('u') => path.push_str(name),
            Some('U') => path.push_str(&uid.map(|uid| uid.to_string()).unwrap_or_default()),
            other => path.extend(other),
        }
    }
    if path.starts_with('/') {
        path
    } else {
        format!("{}/{path}", home.trim_end_matches('/'))
    }
}

/// Looks for the files of every account, and of homes that are no account's.
pub(in crate::guest::linux) fn gather(
    root: &Root,
    accounts: &Known<Accounts>,
    ssh: &Ssh,
) -> Known<KeyFiles> {
    let accounts = accounts.as_ref().map_err(Clone::clone)?;
    let mut out = KeyFiles::default();
    let mut patterns: Vec<String> = DEFAULT.map(str::to_owned).to_vec();
    match ssh.effective_words("AuthorizedKeysFile") {
        Ok(Some(words)) => patterns.extend(words.value.into_iter().filter(|word| word != "none")),
        Ok(None) => {}
        Err(unknown) => out.open.push(unknown),
    }
    let mut seen = HashSet::new();
    let mut look = |path: String, owner: Option<&super::Account>, out: &mut KeyFiles| {
        if !seen.insert(path.clone()) {
            return;
        }
        match read(root, &path) {
            Ok(None) => {}
            Ok(Some(mut file)) => {
                file.owner = owner.map(|account| account.name.clone());
                file.says_nologin = owner.is_some_and(|account| account.says_nologin);
                out.list.push(file);
            }
            Err(unknown) => out.open.push(unknown),
        }
    };
    // Accounts may share a home: the one that may log in is told of it.
    let mut ordered: Vec<_> = accounts.list.iter().collect();
    ordered.sort_by_key(|account| account.says_nologin);
    for account in ordered {
        if !account.home.starts_with('/') {
            continue;
        }
        for pattern in &patterns {
            let path = expanded(pattern, &account.home, &account.name, account.uid);
            look(path, Some(account), &mut out);
        }
    }
    match &accounts.orphan_homes {
        Ok(orphans) => {
            for home in orphans {
                for pattern in DEFAULT {
                    look(format!("{}/{pattern}", home.path), None, &mut out);
                }
            }
        }
        Err(unknown) => out.open.push(unknown.clone()),
    }
    Ok(out)
}
