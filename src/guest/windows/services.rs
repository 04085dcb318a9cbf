//! Services and drivers: what starts, when, and as whom.

use super::registry::{HiveName, Registry};
use super::setting::Setting;
use crate::guest::Spot;
use crate::known::{Known, Undetermined};

/// The key of all services of the current control set.
pub(super) const KEY: &str = r"CurrentControlSet\Services";
/// Services that are kept; a real server has some 700.
const MAX_SERVICES: usize = 20_000;
/// Bytes of a text of a service that are kept; Windows takes no longer path for a program.
const MAX_TEXT: usize = 32_767;
/// Bytes of all texts of services that are kept. Keys of a hostile hive may share their values, so
/// that together they hold far more than the hive itself.
const MAX_TEXTS: usize = 64 << 20;

/// When a service or driver starts: the number in `Start`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Start {
    /// 0: loaded by the boot loader.
    Boot,
    /// 1: when the kernel initialises.
    System,
    /// 2: with the system.
    Automatic,
    /// 3: on demand.
    Manual,
    /// 4: never.
    Disabled,
    /// Another number, which Windows does not define.
    Other(u32),
}

impl Start {
    /// What the number says.
    pub fn of(number: u32) -> Self {
        match number {
            0 => Self::Boot,
            1 => Self::System,
            2 => Self::Automatic,
            3 => Self::Manual,
            4 => Self::Disabled,
            other => Self::Other(other),
        }
    }

    /// Its name as the service manager has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Boot => "Boot",
            Self::System => "System",
            Self::Automatic => "Automatic",
            Self::Manual => "Manual",
            Self::Disabled => "Disabled",
            Self::Other(_) => "undefined",
        }
    }
}

/// A service or driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The name of its key: `TermService` (hostile text).
    pub name: String,
    /// Its key.
    pub spot: Spot,
    /// `Start`.
    pub start: Setting<u32>,
    /// `Type`: 1 and 2 are drivers, 0x10 and 0x20 services.
    pub kind: Setting<u32>,
    /// `ImagePath`: what is run (hostile text).
    pub image: Setting<String>,
    /// `ObjectName`: the account that it runs as (hostile text).
    pub account: Setting<String>,
    /// `Group`: when a driver is loaded, in which group of its kind (hostile text).
    pub group: Setting<String>,
    /// `DisplayName` (hostile text; often a reference to a resource).
    pub display_name: Setting<String>,
}

impl Service {
    /// When it starts; none where the key says nothing.
    ///
    /// # Errors
    /// [`Undetermined`](crate::known::Undetermined) where it could not be read.
    pub fn starts(&self) -> Known<Option<Start>> {
        Ok(self.start.get()?.copied().map(Start::of))
    }

    /// Whether it is a driver; none where the key does not say what it is.
    ///
    /// # Errors
    /// As [`starts`](Self::starts).
    pub fn is_driver(&self) -> Known<Option<bool>> {
        Ok(self.kind.get()?.map(|kind| kind & 0xf != 0))
    }
}

/// All services and drivers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Services {
    /// In the order of the registry.
    pub list: Vec<Service>,
    /// The key that holds them.
    pub spot: Spot,
    /// Whether there are more than were kept.
    pub is_cut: bool,
}

impl Services {
    /// The service of that name, whatever its case; none where there is no such key.
    pub fn get(&self, name: &str) -> Option<&Service> {
        self.list
            .iter()
            .find(|service| service.name.eq_ignore_ascii_case(name))
    }

    /// When the service of that name starts; none where there is no such service, or it does not
    /// say.
    ///
    /// # Errors
    /// As [`Service::starts`].
    pub fn starts(&self, name: &str) -> Known<Option<Start>> {
        self.get(name).map_or(Ok(None), Service::starts)
    }

    /// The place of the service of that name, whether or not there is one.
    pub fn spot_of(&self, name: &str) -> Spot {
        match self.get(name) {
            Some(service) => service.spot.clone(),
            None => {
                let key = self.spot.registry.as_deref().unwrap_or_default();
                self.spot.key(format!("{key}\\{name}"))
            }
        }
    }
}

/// Reads the services of the current control set.
///
/// # Errors
/// [`Undetermined`](crate::known::Undetermined) where they could not be read.
pub(super) fn gather(registry: &Registry) -> Known<Services> {
    let keys = registry.subkeys(HiveName::System, KEY)?;
    let is_cut = keys.len() > MAX_SERVICES;
    let mut room = MAX_TEXTS;
    let list = keys
        .iter()
        .take(MAX_SERVICES)
        .map(|key| {
            let mut text = |name: &str| bounded(key.string(name), &mut room);
            Service {
                name: key.name().to_owned(),
                spot: key.spot(),
                start: key.dword("Start"),
                kind: key.dword("Type"),
                image: text("ImagePath"),
                account: text("ObjectName"),
                group: text("Group"),
                display_name: text("DisplayName"),
            }
        })
        .collect();
    Ok(Services {
        list,
        spot: registry.spot(HiveName::System, KEY, None),
        is_cut,
    })
}

/// The text, unless it is longer than any real one, or there is no room left for it.
fn bounded(mut setting: Setting<String>, room: &mut usize) -> Setting<String> {
    let Ok(Some(text)) = &setting.value else {
        return setting;
    };
    match room.checked_sub(text.len()) {
        Some(rest) if text.len() <= MAX_TEXT => *room = rest,
        _ => {
            let why = format!(
                "{}: its {} bytes are more than are read of such a text",
                setting.spot,
                text.len()
            );
            setting.value = Err(Undetermined::new(why));
        }
    }
    setting
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::hive::Data;
    use crate::guest::hive::testing::HiveWriter;
    use crate::guest::testing::Tree;

    fn services(writer: &HiveWriter) -> Known<Services> {
        let tree = Tree::ntfs().bytes("/Windows/System32/config/SYSTEM", &writer.build());
        gather(&Registry::load(&tree.windows_root_with(Vec::new())))
    }

    fn selected() -> HiveWriter {
        HiveWriter::new().set("Select", "Current", Data::Dword(1))
    }

    fn text(text: &str) -> Data {
        Data::Sz(text.to_owned())
    }

    #[test]
    fn a_service_has_its_start_type_image_and_account() {
        const TERM: &str = r"ControlSet001\Services\TermService";
        let writer = selected()
            .set(TERM, "Start", Data::Dword(3))
            .set(TERM, "Type", Data::Dword(0x20))
            .set(
                TERM,
                "ImagePath",
                Data::ExpandSz("%SystemRoot%\\svchost.exe".to_owned()),
            )
            .set(TERM, "ObjectName", text(r"NT Authority\NetworkService"))
            .set(r"ControlSet001\Services\partmgr", "Start", Data::Dword(0))
            .set(r"ControlSet001\Services\partmgr", "Type", Data::Dword(1))
            // Another control set is not the one that is started.
            .set(r"ControlSet002\Services\Old", "Start", Data::Dword(2));
        let services = services(&writer).unwrap();
        assert_eq!((services.list.len(), services.is_cut), (2, false));
        let service = services.get("termservice").unwrap();
        assert_eq!(service.name, "TermService");
        assert_eq!(service.starts(), Ok(Some(Start::Manual)));
        assert_eq!(service.is_driver(), Ok(Some(false)));
        assert_eq!(
            service.account.get().unwrap().unwrap(),
            r"NT Authority\NetworkService"
        );
        assert_eq!(
            service.start.spot.registry.as_deref(),
            Some(r"SYSTEM\ControlSet001\Services\TermService!Start")
        );
        assert_eq!(services.starts("PARTMGR"), Ok(Some(Start::Boot)));
        assert_eq!(services.get("partmgr").unwrap().is_driver(), Ok(Some(true)));
        assert_eq!(services.starts("Old"), Ok(None));
        assert_eq!(
            services.spot_of("Old").registry.as_deref(),
            Some(r"SYSTEM\ControlSet001\Services\Old")
        );
    }

    #[test]
    fn numbers_that_windows_does_not_define_stay_what_they_are() {
        let names = [0, 1, 2, 3, 4, 9].map(|number| Start::of(number).name());
        assert_eq!(
            names,
            [
                "Boot",
                "System",
                "Automatic",
                "Manual",
                "Disabled",
                "undefined"
            ]
        );
        assert_eq!(Start::of(9), Start::Other(9));
    }

    #[test]
    fn a_value_of_another_type_leaves_one_thing_open_and_not_the_rest() {
        const DHCP: &str = r"ControlSet001\Services\Dhcp";
        let writer = selected()
            .set(DHCP, "Start", text("2"))
            .set(DHCP, "Type", Data::Dword(0x20));
        let services = services(&writer).unwrap();
        let reason = services.starts("Dhcp").unwrap_err().reason;
        assert!(
            reason.contains(r"Services\Dhcp!Start: its type is REG_SZ"),
            "{reason}"
        );
        assert_eq!(services.get("Dhcp").unwrap().is_driver(), Ok(Some(false)));
    }

    #[test]
    fn texts_are_bounded_and_a_hive_that_cannot_be_read_is_open() {
        const LONG: &str = r"ControlSet001\Services\Long";
        let writer = selected()
            .set(LONG, "ImagePath", text(&"x".repeat(MAX_TEXT + 1)))
            .set(LONG, "ObjectName", text(&"x".repeat(MAX_TEXT)));
        let services = services(&writer).unwrap();
        let long = services.get("Long").unwrap();
        assert!(long.image.value.is_err() && long.account.value.is_ok());
        let setting = || long.account.clone();
        assert!(bounded(setting(), &mut (MAX_TEXT - 1)).value.is_err());
        let mut room = MAX_TEXT;
        assert!(bounded(setting(), &mut room).value.is_ok() && room == 0);

        let nothing = Tree::ntfs().windows_root_with(Vec::new());
        assert!(gather(&Registry::load(&nothing)).is_err());
        let unselected = super::tests::services(&HiveWriter::new());
        assert!(unselected.unwrap_err().reason.contains("Select!Current"));
    }
}
