//! Server roles and features that are installed, as Server Manager last saw them.

use super::registry::{HiveName, Registry};
use super::setting::Setting;
use crate::guest::Root;
use crate::known::{Known, Undetermined};

/// Server Manager's cache: a key for each role and feature, named as `Get-WindowsFeature` does.
const KEY: &str = r"Microsoft\ServerManager\ServicingStorage\ServerComponentCache";
/// Features that are kept; a server has some 300.
const MAX_FEATURES: usize = 5000;

/// A role or feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// Its name: `Failover-Clustering` (hostile text).
    pub name: String,
    /// `InstallState`: 1 is installed.
    pub state: Setting<u32>,
}

/// The roles and features.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles {
    /// As Server Manager's cache has them; none where Server Manager never looked.
    pub features: Known<Vec<Feature>>,
}

impl Roles {
    /// The feature of that name where the cache says that it is installed.
    ///
    /// # Errors
    /// [`Undetermined`] where it could not be read.
    pub fn installed(&self, name: &str) -> Known<Option<&Feature>> {
        let features = self.features.as_ref().map_err(Clone::clone)?;
        let named = |feature: &&Feature| feature.name.eq_ignore_ascii_case(name);
        match features.iter().find(named) {
            Some(feature) if feature.state.get()? == Some(&1) => Ok(Some(feature)),
            _ => Ok(None),
        }
    }
}

/// Reads it.
pub(super) fn gather(_root: &Root, registry: &Registry) -> Roles {
    let read = || -> Known<Vec<Feature>> {
        let keys = registry.subkeys(HiveName::Software, KEY)?;
        if keys.len() > MAX_FEATURES {
            let spot = registry.spot(HiveName::Software, KEY, None);
            let why = format!("{spot}: it has more than {MAX_FEATURES} features");
            return Err(Undetermined::new(why));
        }
        Ok(keys
            .iter()
            .map(|key| Feature {
                name: key.name().to_owned(),
                state: key.dword("InstallState"),
            })
            .collect())
    };
    Roles { features: read() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::windows::testing::Machine;

    #[test]
    fn what_the_cache_says_is_installed_is() {
        let key = |name: &str| format!(r"{KEY}\{name}");
        let facts = Machine::new()
            .dword(HiveName::Software, &key("ADRMS"), "InstallState", 1)
            .dword(HiveName::Software, &key("NLB"), "InstallState", 0)
            .string(HiveName::Software, &key("WINS"), "InstallState", "1")
            .facts();
        let roles = &facts.roles;
        assert_eq!(roles.installed("adrms").unwrap().unwrap().name, "ADRMS");
        assert_eq!(roles.installed("NLB"), Ok(None));
        assert_eq!(roles.installed("DHCP"), Ok(None));
        assert!(roles.installed("WINS").is_err());
    }
}
