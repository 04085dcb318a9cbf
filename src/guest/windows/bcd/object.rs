//! An object of the boot configuration: the boot manager, a loader, settings; and its elements.

use uuid::Uuid;

use super::device::Device;
use super::ids;
use crate::bytes::Fields;
use crate::guest::hive::Data;
use crate::guest::pe::PeFile;
use crate::guest::windows::registry::RegistryKey;
use crate::guest::windows::setting::Setting;
use crate::guest::{Located, Spot};
use crate::known::{Known, Undetermined};

/// Elements of one object that are kept; real ones have some twenty.
const MAX_ELEMENTS: usize = 256;
/// Numbers and objects of one list that are kept.
const MAX_LIST: usize = 256;

/// An object of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its GUID.
    pub id: Uuid,
    /// Its key.
    pub spot: Spot,
    /// `Type` of its description: [`ids::BOOT_MANAGER_TYPE`], [`ids::OS_LOADER_TYPE`] and others.
    pub kind: Setting<u32>,
    /// Its elements.
    pub elements: Known<Vec<Element>>,
    /// The program of an OS loader on drive `C:`, where the store names it by a path; none where
    /// there is no such file.
    pub program: Known<Option<PeFile>>,
}

/// An element of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// What it sets, as in Microsoft's `BcdLibraryElementTypes` and its like.
    pub id: u32,
    /// To what.
    pub value: Known<Value>,
    /// Its value in the registry.
    pub spot: Spot,
}

/// What an element holds, by the format that its id says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A device.
    Device(Device),
    /// Text (hostile).
    String(String),
    /// An object.
    Object(Uuid),
    /// Objects in their order.
    Objects(Vec<Uuid>),
    /// A number.
    Integer(u64),
    /// On or off.
    Boolean(bool),
    /// Anything else, which is not read.
    Other,
}

impl Object {
    /// Whether its description says that it is of this type.
    ///
    /// # Errors
    /// [`Undetermined`] where it could not be read.
    pub fn is(&self, kind: u32) -> Known<bool> {
        Ok(self.kind.get()? == Some(&kind))
    }

    /// The element of this id; none where it has none.
    ///
    /// # Errors
    /// [`Undetermined`] where its elements could not be read.
    pub fn element(&self, id: u32) -> Known<Option<&Element>> {
        let elements = self.elements.as_ref().map_err(Clone::clone)?;
        Ok(elements.iter().find(|element| element.id == id))
    }

    /// What the element of this id holds; none where it has none.
    ///
    /// # Errors
    /// [`Undetermined`] where it could not be read.
    pub fn value(&self, id: u32) -> Known<Option<Located<&Value>>> {
        let Some(element) = self.element(id)? else {
            return Ok(None);
        };
        let value = element.value.as_ref().map_err(Clone::clone)?;
        Ok(Some(Located::new(value, element.spot.clone())))
    }

    /// The place of an element, whether or not there is one.
    pub fn spot_of(&self, id: u32) -> Spot {
        let key = self.spot.registry.as_deref().unwrap_or_default();
        self.spot.key(format!("{key}\\Elements\\{id:08x}!Element"))
    }

    /// Its text; none where it has no such element, or another format.
    ///
    /// # Errors
    /// As [`value`](Self::value).
    pub fn string(&self, id: u32) -> Known<Option<&str>> {
        Ok(match self.value(id)?.map(|found| found.value) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        })
    }

    /// The object that an element names; none where it has no such element, or another format.
    ///
    /// # Errors
    /// As [`value`](Self::value).
    pub fn object(&self, id: u32) -> Known<Option<Uuid>> {
        Ok(match self.value(id)?.map(|found| found.value) {
            Some(Value::Object(object)) => Some(*object),
            _ => None,
        })
    }

    /// The objects that an element lists; empty where it has no such element, or another format.
    ///
    /// # Errors
    /// As [`value`](Self::value).
    pub fn objects(&self, id: u32) -> Known<&[Uuid]> {
        Ok(match self.value(id)?.map(|found| found.value) {
            Some(Value::Objects(objects)) => objects,
            _ => &[],
        })
    }

    pub(super) fn read(id: Uuid, key: &RegistryKey<'_>) -> Self {
        let description = key.subkey("Description");
        let kind = match description {
            Ok(Some(description)) => description.dword("Type"),
            Ok(None) => absent(key),
            Err(unknown) => Setting {
                value: Err(unknown),
                ..absent(key)
            },
        };
        Self {
            id,
            spot: key.spot(),
            kind,
            elements: elements(key),
            program: Ok(None),
        }
    }
}

fn absent(key: &RegistryKey<'_>) -> Setting<u32> {
    let spot = key.spot();
    let path = spot.registry.as_deref().unwrap_or_default();
    Setting {
        value: Ok(None),
        spot: spot.key(format!("{path}\\Description!Type")),
    }
}

fn elements(object: &RegistryKey<'_>) -> Known<Vec<Element>> {
    let Some(elements) = object.subkey("Elements")? else {
        return Ok(Vec::new());
    };
    let keys = elements.subkeys()?;
    if keys.len() > MAX_ELEMENTS {
        return Err(Undetermined::new(format!(
            "{}: it has {} elements, more than the {MAX_ELEMENTS} that are read",
            elements.spot(),
            keys.len()
        )));
    }
    let mut found = Vec::new();
    for key in keys {
        // The boot manager passes over keys that are no number, and so do we.
        let Ok(id) = u32::from_str_radix(key.name(), 16) else {
            continue;
        };
        found.push(Element {
            id,
            value: value(id, &key),
            spot: key.spot_of("Element"),
        });
    }
    Ok(found)
}

/// Reads the value of an element in the format that its id says.
fn value(id: u32, key: &RegistryKey<'_>) -> Known<Value> {
    let spot = key.spot_of("Element");
    let unknown = |why: String| Undetermined::new(format!("{spot}: {why}"));
    let data = key
        .value("Element")?
        .ok_or_else(|| unknown("it is missing".to_owned()))?
        .value;
    let guid =
        |text: &str| Uuid::parse_str(text).map_err(|_| unknown("it names no object".to_owned()));
    Ok(match (ids::format(id), data) {
        (1, Data::Binary(bytes)) => {
            let device = Device::parse(&bytes).map_err(|error| unknown(error.to_string()))?;
            Value::Device(device)
        }
        (2, Data::Sz(text)) => Value::String(text),
        (3, Data::Sz(text)) => Value::Object(guid(&text)?),
        (4, Data::MultiSz(list)) => {
            if list.len() > MAX_LIST {
                return Err(unknown(format!("it names more than {MAX_LIST} objects")));
            }
            let list = list.iter().map(|text| guid(text));
            Value::Objects(list.collect::<Known<_>>()?)
        }
        (5, Data::Binary(bytes)) => Value::Integer(integer(&bytes)),
        (6, Data::Binary(bytes)) => Value::Boolean(bytes.first().is_some_and(|byte| *byte != 0)),
        (1..=6, other) => {
            return Err(unknown(format!(
                "its type is {}, which its element never has",
                other.kind_name()
            )));
        }
        _ => Value::Other,
    })
}

/// A little-endian number of up to eight bytes; a shorter one is filled up with zeros.
fn integer(bytes: &[u8]) -> u64 {
    let mut filled = [0; 8];
    for (to, from) in filled.iter_mut().zip(bytes) {
        *to = *from;
    }
    Fields::new("BCD integer", 0, &filled)
        .u64_le("value", 0)
        .unwrap_or_default()
}
