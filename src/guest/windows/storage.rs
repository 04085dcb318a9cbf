//! The drivers that a machine in Azure starts by, and the parameters of those for storage.

use super::registry::{HiveName, Registry};
use super::services::KEY;
use super::setting::{Setting, dword, more_than};
use crate::guest::hive::Data;
use crate::guest::pe::{self, PeFile};
use crate::guest::{Located, Root, Spot};
use crate::known::{Known, Undetermined};

/// Values of one `StartOverride` that are kept.
const MAX_OVERRIDES: usize = 64;
/// The drivers that are looked at, by their services.
pub const DRIVERS: [&str; 8] = [
    "vmbus", "storvsc", "netvsc", "storflt", "hyperkbd", "intelide", "atapi", "stornvme",
];

/// A driver: what its key says, and its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Driver {
    /// The name of its service.
    pub name: &'static str,
    /// Its key, whether or not there is one.
    pub spot: Spot,
    /// Whether there is such a key.
    pub is_there: Known<bool>,
    /// `Start`: 0 boot, 1 system, 2 automatic, 3 on demand, 4 disabled.
    pub start: Setting<u32>,
    /// `StartOverride`: values that count in the place of `Start`, by hardware profile.
    pub overrides: Known<Vec<Located<u32>>>,
    /// Where its file is looked for.
    pub file_spot: Spot,
    /// Its file; none where there is no such file.
    pub file: Known<Option<PeFile>>,
}

/// Drivers and their parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storage {
    /// In the order of [`DRIVERS`].
    pub drivers: Vec<Driver>,
    /// `IoTimeoutValue` of `stornvme`, in seconds.
    pub nvme_timeout: Setting<u32>,
}

impl Storage {
    /// The driver of that service, one of [`DRIVERS`].
    pub fn driver(&self, name: &str) -> Option<&Driver> {
        self.drivers.iter().find(|driver| driver.name == name)
    }
}

/// Reads them.
pub(super) fn gather(root: &Root, registry: &Registry) -> Storage {
    Storage {
        drivers: DRIVERS
            .into_iter()
            .map(|name| driver(root, registry, name))
            .collect(),
        nvme_timeout: registry.dword(
            HiveName::System,
            &format!(r"{KEY}\stornvme\Parameters"),
            "IoTimeoutValue",
        ),
    }
}

fn driver(root: &Root, registry: &Registry, name: &'static str) -> Driver {
    let key = format!(r"{KEY}\{name}");
    let image = registry.string(HiveName::System, &key, "ImagePath");
    let path = match &image.value {
        Ok(Some(image)) => path_of(image),
        _ => format!("/Windows/System32/drivers/{name}.sys"),
    };
    Driver {
        name,
        spot: registry.spot(HiveName::System, &key, None),
        is_there: registry
            .key(HiveName::System, &key)
            .map(|found| found.is_some()),
        start: registry.dword(HiveName::System, &key, "Start"),
        overrides: overrides(registry, &key),
        file_spot: root.spot(&path),
        file: image.value.and_then(|_| pe::read(root, &path)),
    }
}

/// The file of a driver, as a path of the tree. The kernel takes a path without a root from the
/// folder of Windows.
fn path_of(image: &str) -> String {
    let path = image.trim().trim_matches('"').replace('\\', "/");
    let after = |prefix: &str| -> Option<&str> {
        let (first, rest) = (path.get(..prefix.len())?, path.get(prefix.len()..)?);
        first.eq_ignore_ascii_case(prefix).then_some(rest)
    };
    let rest = [
        "/SystemRoot/",
        "%SystemRoot%/",
        "/??/C:/Windows/",
        "C:/Windows/",
    ]
    .iter()
    .find_map(|prefix| after(prefix));
    match rest {
        Some(rest) => format!("/Windows/{rest}"),
        None => format!("/Windows/{}", path.trim_start_matches('/')),
    }
}

fn overrides(registry: &Registry, key: &str) -> Known<Vec<Located<u32>>> {
    let Some(key) = registry.key(HiveName::System, &format!(r"{key}\StartOverride"))? else {
        return Ok(Vec::new());
    };
    let values = key.values()?;
    if values.len() > MAX_OVERRIDES {
        return Err(more_than(&key.spot(), MAX_OVERRIDES, "overrides"));
    }
    let read = |(_, found): (String, Located<Data>)| match dword(found.value) {
        Ok(start) => Ok(Located::new(start, found.spot)),
        Err(data) => Err(Undetermined::new(format!(
            "{}: its type is {}, which Windows does not expect there",
            found.spot,
            data.kind_name()
        ))),
    };
    values.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_drivers_are_found_by_every_way_of_writing_them() {
        for image in [
            r"System32\drivers\storvsc.sys",
            r"\SystemRoot\System32\drivers\storvsc.sys",
            r"%SystemRoot%\System32\drivers\storvsc.sys",
            r"\??\C:\Windows\System32\drivers\storvsc.sys",
        ] {
            assert_eq!(path_of(image), "/Windows/System32/drivers/storvsc.sys");
        }
    }

    #[test]
    fn overrides_that_are_no_numbers_or_too_many_are_not_known() {
        use crate::guest::windows::registry::HiveName::System;
        use crate::rules::windows::testing::Machine;

        let key = r"CurrentControlSet\Services\storvsc\StartOverride";
        let overrides = |machine: Machine| {
            let storage = machine.facts().storage;
            storage.driver("storvsc").unwrap().overrides.clone()
        };
        let mut machine = Machine::new();
        for number in 0..MAX_OVERRIDES {
            machine = machine.dword(System, key, &number.to_string(), 0);
        }
        assert_eq!(overrides(machine.clone()).unwrap().len(), MAX_OVERRIDES);
        assert!(overrides(machine.dword(System, key, "more", 3)).is_err());
        assert!(overrides(Machine::new().string(System, key, "0", "3")).is_err());
    }
}
