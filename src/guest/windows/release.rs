//! Which Windows it is: product, edition, build.

use super::registry::{HiveName, Registry};
use super::setting::Setting;
use crate::known::Known;

/// The key that names the release.
const KEY: &str = r"Microsoft\Windows NT\CurrentVersion";

/// What `SOFTWARE\Microsoft\Windows NT\CurrentVersion` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// `ProductName`: `Windows Server 2022 Datacenter` (hostile text).
    pub product: Setting<String>,
    /// `EditionID`: `ServerDatacenter`.
    pub edition: Setting<String>,
    /// `InstallationType`: `Server`, `Server Core` or `Client`.
    pub installation: Setting<String>,
    /// `CurrentBuildNumber`: `20348`.
    pub build: Setting<String>,
    /// `UBR`: the revision of the build, which every cumulative update raises.
    pub revision: Setting<u32>,
    /// `DisplayVersion`: `21H2`; `ReleaseId` before it.
    pub display_version: Setting<String>,
}

impl Release {
    /// Its name for people (hostile text).
    pub fn name(&self) -> String {
        match &self.product.value {
            Ok(Some(product)) => product.clone(),
            _ => "Windows".to_owned(),
        }
    }

    /// The number of the build; none where there is none.
    ///
    /// # Errors
    /// [`Undetermined`](crate::known::Undetermined) where it could not be read.
    pub fn build_number(&self) -> Known<Option<u32>> {
        Ok(self.build.get()?.and_then(|build| build.parse().ok()))
    }

    /// The version by its build; none where the build is unknown to this program.
    ///
    /// # Errors
    /// As [`build_number`](Self::build_number).
    pub fn version(&self) -> Known<Option<Version>> {
        Ok(self.build_number()?.and_then(Version::of))
    }

    /// Whether it is an edition for desktops; none where it does not say.
    ///
    /// # Errors
    /// As [`build_number`](Self::build_number).
    pub fn is_client(&self) -> Known<Option<bool>> {
        let installation = self.installation.get()?;
        Ok(installation.map(|kind| kind.eq_ignore_ascii_case("Client")))
    }
}

/// A version of Windows by the build that it was released with. A server and a desktop edition of
/// the same build share their kernel and drivers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// Windows Server 2008 R2 and Windows 7: 7600, 7601.
    Server2008R2,
    /// Windows Server 2012 and Windows 8: 9200.
    Server2012,
    /// Windows Server 2012 R2 and Windows 8.1: 9600.
    Server2012R2,
    /// Windows Server 2016 and Windows 10 1607: 14393.
    Server2016,
    /// Windows Server 2019 and Windows 10 1809: 17763.
    Server2019,
    /// Windows Server 2022: 20348.
    Server2022,
    /// Windows Server, version 23H2: 25398.
    Server23H2,
    /// Windows Server 2025 and Windows 11 24H2: 26100.
    Server2025,
}

impl Version {
    /// The version of a build.
    pub fn of(build: u32) -> Option<Self> {
        Some(match build {
            7600 | 7601 => Self::Server2008R2,
            9200 => Self::Server2012,
            9600 => Self::Server2012R2,
            14393 => Self::Server2016,
            17763 => Self::Server2019,
            20348 => Self::Server2022,
            25398 => Self::Server23H2,
            26100 => Self::Server2025,
            _ => return None,
        })
    }
}

/// Reads the release.
pub(super) fn gather(registry: &Registry) -> Release {
    let string = |name: &str| registry.string(HiveName::Software, KEY, name);
    let mut build = string("CurrentBuildNumber");
    if matches!(build.value, Ok(None)) {
        build = string("CurrentBuild");
    }
    let mut display_version = string("DisplayVersion");
    if matches!(display_version.value, Ok(None)) {
        display_version = string("ReleaseId");
    }
    Release {
        product: string("ProductName"),
        edition: string("EditionID"),
        installation: string("InstallationType"),
        build,
        revision: registry.dword(HiveName::Software, KEY, "UBR"),
        display_version,
    }
}
