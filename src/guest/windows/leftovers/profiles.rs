//! Profiles of users: the folders of `C:\Users` and the accounts that they belong to.

use crate::filesystem::FileType;
use crate::guest::windows::registry::{HiveName, Registry};
use crate::guest::{Root, Spot};
use crate::known::{Known, Undetermined};

/// The folder of profiles.
const USERS: &str = "/Users";
/// Folders that Windows brings: two of them are junctions.
const BROUGHT: [&str; 4] = ["Default", "Default User", "Public", "All Users"];
/// The key that tells whose profile a folder is.
const LIST: &str = r"Microsoft\Windows NT\CurrentVersion\ProfileList";
/// Profiles that are kept.
const MAX_PROFILES: usize = 500;

/// A profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The name of its folder (hostile text).
    pub name: String,
    /// Its folder.
    pub spot: Spot,
    /// The security identifier of its account; none where the registry does not know the folder
    /// (hostile text).
    pub sid: Known<Option<String>>,
}

impl Profile {
    /// Whether it is that of a service or of an application pool, which no person logs on with.
    pub fn is_virtual(&self) -> bool {
        let sid = self.sid.as_ref().ok().and_then(Option::as_deref);
        // NT SERVICE, IIS APPPOOL, and the service accounts of Windows itself.
        sid.is_some_and(|sid| {
            ["S-1-5-80-", "S-1-5-82-"]
                .iter()
                .any(|of| sid.starts_with(of))
                || ["S-1-5-18", "S-1-5-19", "S-1-5-20"].contains(&sid)
        })
    }

    /// Whether it is that of the built-in administrator.
    pub fn is_administrator(&self) -> bool {
        match &self.sid {
            Ok(Some(sid)) => sid.starts_with("S-1-5-21-") && sid.ends_with("-500"),
            _ => self.name.eq_ignore_ascii_case("Administrator"),
        }
    }
}

pub(super) fn gather(root: &Root, registry: &Registry) -> Known<Vec<Profile>> {
    let owners = owners(registry);
    let owner = |name: &str| -> Known<Option<String>> {
        let owners = owners.as_ref().map_err(Clone::clone)?;
        let found = owners
            .iter()
            .find(|(folder, _)| folder.eq_ignore_ascii_case(name));
        Ok(found.map(|(_, sid)| sid.clone()))
    };
    let folders: Vec<_> = root
        .entries(USERS)?
        .into_iter()
        .filter(|entry| entry.file_type == FileType::Directory)
        .filter(|entry| {
            !BROUGHT
                .iter()
                .any(|name| entry.name.eq_ignore_ascii_case(name))
        })
        .collect();
    if folders.len() > MAX_PROFILES {
        return Err(Undetermined::new(format!(
            "{}: it has more than {MAX_PROFILES} profiles",
            root.spot(USERS)
        )));
    }
    Ok(folders
        .into_iter()
        .map(|entry| Profile {
            sid: owner(&entry.name),
            spot: root.spot(&entry.path),
            name: entry.name,
        })
        .collect())
}

/// The folders of the profiles, as paths of the tree.
pub(super) fn folders(profiles: &Known<Vec<Profile>>) -> Known<Vec<String>> {
    let profiles = profiles.as_ref().map_err(Clone::clone)?;
    let people = profiles.iter().map(|p| p.name.as_str());
    let all = people.chain(["Default", "Public"]);
    Ok(all.map(|name| format!("{USERS}/{name}")).collect())
}

/// The last name of each profile's folder with the account that it belongs to.
fn owners(registry: &Registry) -> Known<Vec<(String, String)>> {
    let mut owners = Vec::new();
    for key in registry.subkeys(HiveName::Software, LIST)? {
        // A key without a path is left over, and names no folder.
        if let Some(path) = key.string("ProfileImagePath").value? {
            let name = path.rsplit('\\').next().unwrap_or_default();
            owners.push((name.to_owned(), key.name().to_owned()));
        }
    }
    Ok(owners)
}
