//! The Azure VM Agent for Windows: what its services run, which versions lie there, and the
//! extensions that were left.

use super::paths;
use super::registry::{HiveName, Registry};
use super::services;
use crate::filesystem::FileType;
use crate::guest::pe::{FileVersion, VersionedFile, versioned};
use crate::guest::{Located, Root};
use crate::known::Known;

/// Where the installer puts the agent's first program.
const INSTALLED: &str = "/WindowsAzure/Packages/WaAppAgent.exe";
/// Where the agent puts a folder for each version of itself.
const FOLDER: &str = "/WindowsAzure";
/// Where the agent puts extensions: a folder each, in it one for each version.
const PLUGINS: &str = "/Packages/Plugins";
/// Folders of agents and of extensions that are kept.
const MAX_FOLDERS: usize = 200;

/// The Azure VM Agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// What the service `WindowsAzureGuestAgent` runs; none where there is no such service or file.
    pub guest_agent: Known<Option<VersionedFile>>,
    /// What the service `RdAgent` runs, usually `\WindowsAzure\Packages\WaAppAgent.exe`; that file
    /// where the service does not say.
    pub host_agent: Known<Option<VersionedFile>>,
    /// Versions that have a folder `\WindowsAzure\GuestAgent_*`, by the folder's name.
    pub folders: Known<Vec<Located<FileVersion>>>,
    /// Extensions that have a folder below `\Packages\Plugins`, by its name (hostile text).
    pub extensions: Known<Vec<Located<String>>>,
}

impl Agent {
    /// The version that runs: what its services run, else the newest folder's.
    ///
    /// # Errors
    /// [`Undetermined`](crate::known::Undetermined) where a file could not be read.
    pub fn version(&self) -> Known<Option<Located<FileVersion>>> {
        for file in [&self.guest_agent, &self.host_agent] {
            let file = file.as_ref().map_err(Clone::clone)?;
            if let Some(file) = file
                && let Ok(version) = file.version
            {
                return Ok(Some(Located::new(version, file.file.spot.clone())));
            }
        }
        let folders = self.folders.as_ref().map_err(Clone::clone)?;
        Ok(folders.iter().max_by_key(|folder| folder.value).cloned())
    }
}

/// Reads it.
pub(super) fn gather(root: &Root, registry: &Registry) -> Agent {
    let run_by = |service: &str| -> Known<Option<String>> {
        let key = format!(r"{}\{service}", services::KEY);
        let image = registry.string(HiveName::System, &key, "ImagePath").value?;
        Ok(image.as_deref().and_then(paths::program))
    };
    Agent {
        guest_agent: run_by("WindowsAzureGuestAgent")
            .and_then(|path| path.map_or(Ok(None), |path| versioned(root, &path))),
        host_agent: run_by("RdAgent")
            .and_then(|path| versioned(root, path.as_deref().unwrap_or(INSTALLED))),
        folders: folders(root),
        extensions: extensions(root),
    }
}

fn folders(root: &Root) -> Known<Vec<Located<FileVersion>>> {
    let found = root.entries(FOLDER)?.into_iter().filter_map(|entry| {
        let (kind, version) = entry.name.split_once('_')?;
        let is_agent = kind.eq_ignore_ascii_case("GuestAgent");
        let version = is_agent.then(|| of_name(version)).flatten()?;
        Some(Located::new(version, root.spot(&entry.path)))
    });
    Ok(found.take(MAX_FOLDERS).collect())
}

/// The version in the name of a folder: `2.7.41491.1172`, maybe with `_` and a date behind it.
fn of_name(name: &str) -> Option<FileVersion> {
    let name = name.split('_').next()?;
    let mut numbers = name.split('.').map(|part| part.parse().ok());
    let version = [
        numbers.next()??,
        numbers.next()??,
        numbers.next()??,
        numbers.next()??,
    ];
    numbers.next().is_none().then_some(FileVersion(version))
}

fn extensions(root: &Root) -> Known<Vec<Located<String>>> {
    let entries = root.entries(PLUGINS)?.into_iter();
    let folders = entries.filter(|entry| entry.file_type == FileType::Directory);
    Ok(folders
        .take(MAX_FOLDERS)
        .map(|entry| Located::new(entry.name, root.spot(&entry.path)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::pe::testing::{X64, versioned as file};
    use crate::rules::windows::testing::Machine;

    const FILE: &str =
        "/WindowsAzure/GuestAgent_2.7.41491.1172_2025-01-01/WindowsAzureGuestAgent.exe";

    #[test]
    fn the_version_is_that_of_what_the_service_runs() {
        let machine = Machine::new();
        let found = machine.facts().agent.version().unwrap().unwrap();
        assert_eq!(found.value, FileVersion([2, 7, 41491, 1172]));
        assert_eq!(
            found.spot.path,
            FILE.replace('/', "\\").replacen('\\', r"C:\", 1)
        );
        let older = machine
            .clone()
            .files(|tree| tree.bytes(FILE, &file(X64, [2, 7, 1, 2])));
        let version = older.facts().agent.version().unwrap().unwrap().value;
        assert_eq!(version, FileVersion([2, 7, 1, 2]));
        let key = r"CurrentControlSet\Services\WindowsAzureGuestAgent";
        let without = machine
            .without_key(HiveName::System, key)
            .files(|tree| {
                tree.without("/WindowsAzure/Packages/WaAppAgent.exe")
                    .dir("/WindowsAzure/GuestAgent_2.7.41491.900")
                    .dir("/WindowsAzure/GuestAgent_x")
                    .dir("/WindowsAzure/Logs")
                    .dir("/Packages/Plugins/Microsoft.Compute.BGInfo")
                    .file("/Packages/Plugins/a.txt", "")
            })
            .facts()
            .agent;
        assert_eq!(without.guest_agent, Ok(None));
        assert_eq!(without.host_agent, Ok(None));
        assert_eq!(without.folders.as_ref().unwrap().len(), 2);
        let newest = without.version().unwrap().unwrap();
        assert_eq!(newest.value, FileVersion([2, 7, 41491, 1172]));
        let extensions = without.extensions.unwrap();
        assert_eq!(extensions.len(), 1);
        assert_eq!(extensions[0].value, "Microsoft.Compute.BGInfo");
    }

    #[test]
    fn the_name_of_a_folder_tells_its_version_or_nothing() {
        assert_eq!(of_name("1.2.3.4"), Some(FileVersion([1, 2, 3, 4])));
        for name in ["1.2.3", "1.2.3.4.5", "1.2.3.99999", "a.b.c.d", ""] {
            assert_eq!(of_name(name), None, "{name}");
        }
    }
}
