//! Internet Information Services (IIS): as whom its application pools run, and where its sites lie.

use super::registry::Registry;
use super::xml::{self, Step};
use crate::guest::{Located, Root, Spot};
use crate::known::{Known, Undetermined};

/// The configuration of the server.
const FILE: &str = "/Windows/System32/inetsrv/config/applicationHost.config";
/// Where it is said whether another file, maybe of another machine, counts in its place.
const REDIRECTION: &str = "/Windows/System32/inetsrv/config/redirection.config";
/// Bytes of it that are read.
const MAX_BYTES: u64 = 16 << 20;
/// Identities and paths that are kept.
const MAX_PARTS: usize = 5000;
/// Characters of a name or path that are kept.
const MAX_TEXT: usize = 1024;

/// Who something of IIS runs as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// What runs so: the name of a pool, or the path of a virtual directory (hostile text).
    pub name: String,
    /// Whether it is a pool, and not a default or a virtual directory.
    pub is_pool: bool,
    /// `userName` (hostile text).
    pub user: String,
    /// Whether a password is stored beside it; of the password itself nothing is kept.
    pub has_password: bool,
    /// Where.
    pub spot: Spot,
}

/// What the configuration of IIS says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Configuration {
    /// Names of the application pools (hostile text).
    pub pools: Vec<Located<String>>,
    /// Pools, virtual directories and their defaults that run as a user of their own.
    pub identities: Vec<Identity>,
    /// Folders of virtual directories, as stored (hostile text).
    pub folders: Vec<Located<String>>,
}

/// Internet Information Services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Iis {
    /// Its configuration; none where IIS is not installed.
    pub configuration: Known<Option<Configuration>>,
}

/// Reads it.
pub(super) fn gather(root: &Root, _registry: &Registry) -> Iis {
    let read = || -> Known<Option<Configuration>> {
        let Some(bytes) = root.bytes(FILE, MAX_BYTES)? else {
            return Ok(None);
        };
        if let Some(spot) = redirected(root)? {
            let why = format!("{spot}: the configuration of IIS is shared, and lies elsewhere");
            return Err(Undetermined::new(why));
        }
        let spot = root.real_spot(FILE);
        let unknown = |why: String| Undetermined::new(format!("{spot}: {why}"));
        let text = xml::decode(&bytes).map_err(unknown)?;
        read(&text, &spot).map(Some).map_err(unknown)
    };
    Iis {
        configuration: read(),
    }
}

/// Where it is said that another file counts.
fn redirected(root: &Root) -> Known<Option<Spot>> {
    let Some(bytes) = root.bytes(REDIRECTION, MAX_BYTES)? else {
        return Ok(None);
    };
    let spot = root.real_spot(REDIRECTION);
    let unknown = |why: String| Undetermined::new(format!("{spot}: {why}"));
    let text = xml::decode(&bytes).map_err(unknown)?;
    let mut found = None;
    xml::walk(&text, |path, line, step| {
        if let Step::Start(attributes) = step
            && path == "configuration/configurationRedirection"
            && attributes
                .get("enabled")
                .is_some_and(|enabled| enabled.eq_ignore_ascii_case("true"))
        {
            found = Some(spot.at(line));
        }
    })
    .map_err(unknown)?;
    Ok(found)
}

fn read(text: &str, spot: &Spot) -> Result<Configuration, String> {
    let mut found = Configuration::default();
    let mut pool = String::new();
    let mut is_cut = false;
    xml::walk(text, |path, line, step| {
        let Step::Start(attributes) = step else {
            return;
        };
        let get = |name: &str| -> String {
            let value = attributes.get(name).unwrap_or_default();
            value.chars().take(MAX_TEXT).collect()
        };
        let mut identity = |name: String, is_pool: bool| {
            let user = get("userName");
            if !user.is_empty() {
                found.identities.push(Identity {
                    name,
                    is_pool,
                    user,
                    has_password: attributes.get("password").is_some_and(|p| !p.is_empty()),
                    spot: spot.at(line),
                });
            }
        };
        let Some(section) = path.strip_prefix("configuration/system.applicationHost/") else {
            return;
        };
        match section {
            "applicationPools/add" => {
                pool = get("name");
                found.pools.push(Located::new(pool.clone(), spot.at(line)));
            }
            "applicationPools/applicationPoolDefaults" => {
                "the default of all pools".clone_into(&mut pool);
            }
            // Without SpecificUser the name is kept, but not used.
            "applicationPools/add/processModel"
            | "applicationPools/applicationPoolDefaults/processModel"
                if get("identityType") == "SpecificUser" =>
            {
                identity(pool.clone(), section.starts_with("applicationPools/add"));
            }
            "sites/site/application/virtualDirectory"
            | "sites/site/virtualDirectoryDefaults"
            | "sites/virtualDirectoryDefaults" => {
                identity(format!("the virtual directory {}", get("path")), false);
                let folder = get("physicalPath");
                if !folder.is_empty() {
                    found.folders.push(Located::new(folder, spot.at(line)));
                }
            }
            _ => {}
        }
        for length in [
            found.pools.len(),
            found.identities.len(),
            found.folders.len(),
        ] {
            is_cut |= length > MAX_PARTS;
        }
        found.pools.truncate(MAX_PARTS);
        found.identities.truncate(MAX_PARTS);
        found.folders.truncate(MAX_PARTS);
    })?;
    match is_cut {
        true => Err(format!("it has more than {MAX_PARTS} pools or folders")),
        false => Ok(found),
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! Where the configuration lies, and one for tests.

    pub(crate) const FILE: &str = super::FILE;

    /// One site in this folder, whose pool runs as this user.
    pub(crate) fn configuration(user: &str, folder: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<configuration>\n<system.applicationHost>\n<applicationPools>\n<add name=\"DefaultAppPool\" />\n<add name=\"Shop\">\n<processModel identityType=\"SpecificUser\" userName=\"{user}\" password=\"PLANTED\" />\n</add>\n<add name=\"Off\"><processModel identityType=\"ApplicationPoolIdentity\" userName=\"nobody\" /></add>\n</applicationPools>\n<sites><site name=\"Shop\" id=\"1\"><application path=\"/\">\n<virtualDirectory path=\"/\" physicalPath=\"{folder}\" />\n</application></site></sites>\n</system.applicationHost>\n</configuration>\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::testing::configuration;
    use super::*;
    use crate::rules::windows::testing::Machine;

    fn of(text: &str) -> Known<Option<Configuration>> {
        let machine = Machine::new().files(|tree| tree.file(FILE, text));
        machine.facts().iis.configuration
    }

    #[test]
    fn users_and_folders_are_read_and_passwords_forgotten() {
        let found = of(&configuration(r".\Administrator", r"D:\shop"))
            .unwrap()
            .unwrap();
        assert_eq!(found.pools.len(), 3);
        assert_eq!(found.identities.len(), 1);
        let identity = &found.identities[0];
        assert_eq!(
            (identity.name.as_str(), identity.user.as_str()),
            ("Shop", r".\Administrator")
        );
        assert!(identity.has_password && identity.is_pool);
        assert_eq!(identity.spot.line, Some(7));
        assert_eq!(found.folders[0].value, r"D:\shop");
        assert!(!format!("{found:?}").contains("PLANTED"));
        assert_eq!(Machine::new().facts().iis.configuration, Ok(None));
    }

    #[test]
    fn a_shared_configuration_is_not_known() {
        let with = |redirection: &str| {
            let text = format!("<configuration>{redirection}</configuration>");
            let machine = Machine::new().files(|tree| {
                tree.file(FILE, &configuration("", r"C:\site"))
                    .file(REDIRECTION, &text)
            });
            machine.facts().iis.configuration
        };
        assert!(with("<configurationRedirection />").is_ok());
        let on = with(r#"<configurationRedirection enabled="true" path="\\a\b" />"#);
        assert!(on.unwrap_err().reason.contains("shared"));
    }

    #[test]
    fn damage_ends_soon() {
        let sound = configuration(r".\Administrator", r"D:\shop").into_bytes();
        let spot = Machine::new().root().spot(FILE);
        for at in 0..sound.len() {
            for value in [0x00, b'<', b'>', b'"', b'&', 0xff] {
                let mut bytes = sound.clone();
                bytes[at] = value;
                if let Ok(text) = xml::decode(&bytes) {
                    let _ = read(&text, &spot);
                }
            }
        }
    }

    #[test]
    fn a_broken_file_is_not_known() {
        assert!(of("<configuration>").is_err());
        let pools = "<add name='x'/>".repeat(MAX_PARTS + 1);
        let many = format!(
            "<configuration><system.applicationHost><applicationPools>{pools}</applicationPools></system.applicationHost></configuration>"
        );
        assert!(of(&many).is_err());
    }
}
