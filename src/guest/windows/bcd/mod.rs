//! The boot configuration data (BCD): stores, and what they start.
//!
//! A store is a registry hive of its own, which the boot manager reads from the volume that it was
//! started from.

pub mod device;
pub mod ids;
pub mod object;
#[cfg(test)]
mod tests;

use uuid::Uuid;

use super::registry::HiveFile;
use super::setting::{Setting, more_than};
use crate::guest::mounts::is_system_point;
use crate::guest::pe::Machine;
use crate::guest::{ESP_POINT, Located, Root, Spot, pe};
use crate::known::{Known, Undetermined};

pub use device::{Device, PartitionId};
pub use object::{Element, Object, Value};

/// Objects of one store that are read; a real store has some twenty.
const MAX_OBJECTS: usize = 512;
/// Steps on the way of inheritance.
const MAX_INHERITED: usize = 32;

/// Which firmware starts the boot manager that reads a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Firmware {
    /// BIOS: generation 1.
    Bios,
    /// UEFI: generation 2.
    Uefi,
}

impl Firmware {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bios => "BIOS",
            Self::Uefi => "UEFI",
        }
    }
}

/// The store of a volume that is mounted at `point`, and who reads it; none where nobody would.
fn place(point: &str) -> Option<(&'static str, Firmware)> {
    match point {
        ESP_POINT => Some(("/EFI/Microsoft/Boot/BCD", Firmware::Uefi)),
        "/" => Some(("/Boot/BCD", Firmware::Bios)),
        system if is_system_point(system) => Some(("/Boot/BCD", Firmware::Bios)),
        _ => None,
    }
}

/// The boot configuration data of a disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootConfiguration {
    /// The stores that are there, and those of which that is not known.
    pub stores: Vec<Store>,
}

impl BootConfiguration {
    /// The processor of the loader that a store starts by default: that of Windows. None where
    /// there is no such loader, or it is not known.
    pub fn processor(&self) -> Option<Machine> {
        self.stores.iter().find_map(|store| {
            let loader = store.content.as_ref().ok()?.default().ok()??;
            Some(loader.program.as_ref().ok()?.as_ref()?.pe()?.machine)
        })
    }
}

/// A store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// Who reads it.
    pub firmware: Firmware,
    /// The partition that it lies on.
    pub partition: Option<u32>,
    /// Its file.
    pub spot: Spot,
    /// What it holds, or why it could not be read; or why it is not known whether there is one.
    pub content: Known<Content>,
}

/// What a store holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// `System` of the root's `Description`: 1 in the store that the machine starts by.
    pub is_system: Setting<u32>,
    /// Its objects.
    pub objects: Vec<Object>,
}

impl Content {
    /// The object of this GUID.
    pub fn object(&self, id: Uuid) -> Option<&Object> {
        self.objects.iter().find(|object| object.id == id)
    }

    /// The Windows Boot Manager.
    pub fn boot_manager(&self) -> Option<&Object> {
        self.object(ids::BOOT_MANAGER)
    }

    /// The entries of the menu, that which is started by default first; the GUIDs with the places
    /// that name them. Whether there are such objects is another question.
    ///
    /// # Errors
    /// [`Undetermined`] where the boot manager's elements could not be read.
    pub fn menu(&self) -> Known<Vec<Located<Uuid>>> {
        let Some(manager) = self.boot_manager() else {
            return Ok(Vec::new());
        };
        let mut menu = Vec::new();
        if let Some(default) = manager.object(ids::DEFAULT)? {
            menu.push(Located::new(default, manager.spot_of(ids::DEFAULT)));
        }
        for id in manager.objects(ids::DISPLAY_ORDER)? {
            if !menu.iter().any(|entry| entry.value == *id) {
                menu.push(Located::new(*id, manager.spot_of(ids::DISPLAY_ORDER)));
            }
        }
        Ok(menu)
    }

    /// The object that is started when nobody chooses; none where the menu is empty, or names one
    /// that is not there.
    ///
    /// # Errors
    /// As [`menu`](Self::menu).
    pub fn default(&self) -> Known<Option<&Object>> {
        let menu = self.menu()?;
        Ok(menu.first().and_then(|entry| self.object(entry.value)))
    }

    /// What an object's element holds, by itself or by those that it inherits from.
    ///
    /// # Errors
    /// [`Undetermined`] where one on the way could not be read.
    pub fn effective<'a>(
        &'a self,
        object: &'a Object,
        id: u32,
    ) -> Known<Option<Located<&'a Value>>> {
        let mut waiting = vec![object];
        let mut seen: Vec<Uuid> = Vec::new();
        while let Some(object) = waiting.pop() {
            if seen.contains(&object.id) {
                continue;
            }
            if seen.len() >= MAX_INHERITED {
                return Err(more_than(
                    &object.spot,
                    MAX_INHERITED,
                    "objects to inherit from",
                ));
            }
            if let Some(found) = object.value(id)? {
                return Ok(Some(found));
            }
            seen.push(object.id);
            let parents = object.objects(ids::INHERIT)?.iter().rev();
            waiting.extend(parents.filter_map(|parent| self.object(*parent)));
        }
        Ok(None)
    }
}

/// Reads the stores.
pub(super) fn gather(root: &Root) -> BootConfiguration {
    BootConfiguration {
        stores: stores(root),
    }
}

fn stores(root: &Root) -> Vec<Store> {
    let mut stores = Vec::new();
    for mount in root.mounts() {
        let Some((below, firmware)) = place(&mount.point) else {
            continue;
        };
        let path = format!("{}{below}", mount.point.trim_end_matches('/'));
        let (spot, content) = match root.exists(&path) {
            Ok(false) => continue,
            Ok(true) => {
                let file = HiveFile::load(root, &path, "BCD");
                (file.spot.clone(), content(root, &file))
            }
            // One volume that cannot be read says nothing of the others.
            Err(unknown) => (root.spot(&path), Err(unknown)),
        };
        stores.push(Store {
            firmware,
            partition: mount.partition,
            spot,
            content,
        });
    }
    stores
}

fn content(root: &Root, file: &HiveFile) -> Known<Content> {
    let is_system = match file.key("Description")? {
        Some(description) => description.dword("System"),
        None => Setting {
            value: Ok(None),
            spot: file.spot_of("Description", Some("System")),
        },
    };
    let keys = match file.key("Objects")? {
        Some(objects) => objects.subkeys()?,
        None => Vec::new(),
    };
    if keys.len() > MAX_OBJECTS {
        return Err(Undetermined::new(format!(
            "{}: it has {} objects, more than the {MAX_OBJECTS} that are read",
            file.spot_of("Objects", None),
            keys.len()
        )));
    }
    let mut objects = Vec::new();
    for key in keys {
        // A key that is no GUID is no object to the boot manager.
        let Ok(id) = Uuid::parse_str(key.name()) else {
            continue;
        };
        let mut object = Object::read(id, &key);
        if object.is(ids::OS_LOADER_TYPE) == Ok(true)
            && let Some(path) = object.string(ids::PATH).ok().flatten()
        {
            let path = path.replace('\\', "/");
            object.program = pe::read(root, &format!("/{}", path.trim_start_matches('/')));
        }
        objects.push(object);
    }
    Ok(Content { is_system, objects })
}
