//! What the building of the image left behind: histories, temporary files, logs, keys. Of each the
//! place and the size; never what stands in it, beside the lines of the hosts file.

mod folders;
mod profiles;
mod secrets;

pub use folders::FolderLeft;
pub use profiles::Profile;
pub use secrets::{Secret, SecretKind};

use super::registry::{HiveName, Registry};
use super::setting::more_than;
use crate::guest::{Located, Root, Spot};
use crate::known::{Known, Undetermined};

/// Names of other machines.
const HOSTS: &str = "/Windows/System32/drivers/etc/hosts";
/// Lines of it that are kept.
const MAX_LINES: usize = 1000;
/// Characters of a line that are kept.
const MAX_LINE: usize = 256;
/// Where PowerShell keeps what was typed, below a profile.
const HISTORIES: &str = "AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine";
/// Files of histories that are kept.
const MAX_FILES: usize = 1000;
/// The certificates of the machine itself.
const CERTIFICATES: &str = r"Microsoft\SystemCertificates\MY\Certificates";

/// A file that is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLeft {
    /// The file.
    pub spot: Spot,
    /// Bytes.
    pub size: u64,
}

/// Files that are left, and what could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T> {
    /// In the order in which they were found.
    pub list: Vec<T>,
    /// What could not be looked at.
    pub open: Vec<Undetermined>,
    /// Folders of which only the first entries were looked at.
    pub cut: Vec<Spot>,
}

impl<T> Default for Found<T> {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            open: Vec::new(),
            cut: Vec::new(),
        }
    }
}

impl<T> Found<T> {
    /// The value of a fact; a reason why there is none is kept.
    fn take<V>(&mut self, fact: Known<V>) -> Option<V> {
        match fact {
            Ok(value) => Some(value),
            Err(unknown) => {
                if self.open.len() < MAX_FILES {
                    self.open.push(unknown);
                }
                None
            }
        }
    }
}

/// What is left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftovers {
    /// Lines of the hosts file that are no comment (hostile text).
    pub hosts: Known<Vec<Located<String>>>,
    /// Folders of `C:\Users` beside those that Windows brings.
    pub profiles: Known<Vec<Profile>>,
    /// What PowerShell remembers of what was typed.
    pub histories: Found<FileLeft>,
    /// Private keys and credentials in files.
    pub secrets: Found<Secret>,
    /// Certificates in the personal store of the machine: their keys.
    pub certificates: Known<Vec<Spot>>,
    /// `C:\Windows\Temp`.
    pub temporary: Known<Option<FolderLeft>>,
    /// `C:\Windows\Panther`: logs of Setup.
    pub panther: Known<Option<FolderLeft>>,
    /// `C:\Windows\System32\winevt\Logs`: event logs.
    pub event_logs: Known<Option<FolderLeft>>,
}

/// Looks for it.
pub(super) fn gather(root: &Root, registry: &Registry) -> Leftovers {
    let profiles = profiles::gather(root, registry);
    let folders = profiles::folders(&profiles);
    Leftovers {
        hosts: hosts(root),
        histories: histories(root, &folders),
        secrets: secrets::gather(root, &folders),
        certificates: certificates(registry),
        temporary: folders::sum(root, "/Windows/Temp"),
        panther: folders::sum(root, "/Windows/Panther"),
        event_logs: folders::sum(root, "/Windows/System32/winevt/Logs"),
        profiles,
    }
}

fn hosts(root: &Root) -> Known<Vec<Located<String>>> {
    let Some(file) = root.text(HOSTS)? else {
        return Ok(Vec::new());
    };
    let mut lines = file.lines().filter_map(|(number, line)| {
        // Editors put a mark of its encoding before the first line.
        let line = line.trim_start_matches('\u{feff}');
        let line = line.split('#').next().unwrap_or_default().trim();
        let text = line.chars().take(MAX_LINE).collect();
        (!line.is_empty()).then(|| Located::new(text, file.at(number)))
    });
    let kept = lines.by_ref().take(MAX_LINES).collect();
    match lines.next() {
        Some(_) => Err(more_than(&file.spot, MAX_LINES, "lines")),
        None => Ok(kept),
    }
}

fn histories(root: &Root, profiles: &Known<Vec<String>>) -> Found<FileLeft> {
    let mut found = Found::default();
    let own = [
        "/Windows/System32/config/systemprofile",
        "/Windows/ServiceProfiles/LocalService",
        "/Windows/ServiceProfiles/NetworkService",
    ];
    let people = found.take(profiles.clone()).unwrap_or_default();
    for profile in own.map(str::to_owned).into_iter().chain(people) {
        let folder = root.entries(&format!("{profile}/{HISTORIES}"));
        for entry in found.take(folder).unwrap_or_default() {
            let is_history = entry.name.to_ascii_lowercase().ends_with("_history.txt");
            if !is_history || found.list.len() >= MAX_FILES {
                continue;
            }
            if let Some(Some(metadata)) = found.take(root.metadata(&entry.path)) {
                found.list.push(FileLeft {
                    spot: root.spot(&entry.path),
                    size: metadata.size,
                });
            }
        }
    }
    found
}

fn certificates(registry: &Registry) -> Known<Vec<Spot>> {
    let keys = registry.subkeys(HiveName::Software, CERTIFICATES)?;
    Ok(keys.iter().take(MAX_FILES).map(|key| key.spot()).collect())
}

#[cfg(test)]
mod tests;
