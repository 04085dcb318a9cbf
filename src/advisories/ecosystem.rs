//! What OSV calls a distribution.

use crate::guest::linux::distribution::Distribution;

/// The names that a distribution's advisories go by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ecosystem {
    /// The name as shown.
    pub(super) name: String,
    prefix: String,
    suffix: String,
    /// Whether advisories name source packages, and not those that are installed.
    pub(super) by_source: bool,
}

impl Ecosystem {
    /// Those of a distribution; none where OSV has none for it, or its version is not known.
    pub(super) fn of(distribution: &Distribution) -> Option<Self> {
        let version = distribution.version_id.as_deref();
        let major = || distribution.major().map(|major| major.to_string());
        let exact = |name: String, by_source| {
            Some(Self {
                prefix: name.clone(),
                name,
                suffix: String::new(),
                by_source,
            })
        };
        match distribution.id.as_str() {
            "debian" => exact(format!("Debian:{}", major()?), true),
            "ubuntu" => exact(format!("Ubuntu:{}", version?), true),
            "alpine" => {
                let [major, minor, ..] = *distribution.version() else {
                    return None;
                };
                exact(format!("Alpine:v{major}.{minor}"), true)
            }
            "rhel" => exact(format!("Red Hat:enterprise_linux:{}", major()?), false),
            "rocky" => exact(format!("Rocky Linux:{}", major()?), false),
            "almalinux" => exact(format!("AlmaLinux:{}", major()?), false),
            "azurelinux" | "mariner" => exact(format!("Azure Linux:{}", major()?), true),
            "opensuse-leap" => exact(format!("openSUSE:Leap {}", version?), true),
            "opensuse-tumbleweed" => exact("openSUSE:Tumbleweed".to_owned(), true),
            "sles" | "sles_sap" | "sled" => {
                // Its packages come from several products of the same service pack.
                let version = match *distribution.version() {
                    [major] if major < 16 => major.to_string(),
                    [major, pack, ..] if major < 16 => format!("{major} SP{pack}"),
                    _ => version?.to_owned(),
                };
                Some(Self {
                    name: format!("SUSE:Linux Enterprise Server {version}"),
                    prefix: "SUSE:Linux Enterprise ".to_owned(),
                    suffix: format!(" {version}"),
                    by_source: true,
                })
            }
            _ => None,
        }
    }

    /// Whether advisories under this name are the distribution's.
    pub(super) fn covers(&self, name: &str) -> bool {
        let Some(rest) = name.strip_prefix(self.prefix.as_str()) else {
            return false;
        };
        if !self.suffix.is_empty() {
            let name = name.trim_end_matches("-LTSS").trim_end_matches("-ESPOS");
            return name.ends_with(self.suffix.as_str());
        }
        // `:LTS` and repositories may follow; a longer number may not.
        rest.is_empty() || rest.starts_with(':')
    }
}

/// Whether advisories under this name are any distribution's that is known here; others are not
/// kept.
pub(super) fn is_known(name: &str) -> bool {
    [
        "Debian:",
        "Ubuntu:",
        "Alpine:",
        "Red Hat:",
        "Rocky Linux:",
        "AlmaLinux:",
        "Azure Linux:",
        "SUSE:",
        "openSUSE:",
    ]
    .iter()
    .any(|prefix| name.starts_with(prefix))
}
