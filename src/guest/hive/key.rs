//! Keys: the key node and what it points to.

use super::cell::{Budget, NIL, file_offset};
use super::subkeys::{self, Listing};
use super::value::{self, Value};
use super::{Hive, HiveError, MAX_KEY_NAME, MAX_VALUES, error::mismatch, text};
use crate::bytes::utf16;

/// Flag KEY_SYM_LINK.
const SYMBOLIC_LINK: u16 = 0x10;
/// Flag KEY_COMP_NAME: the name is Latin-1.
const COMPRESSED_NAME: u16 = 0x20;
/// Flag KEY_PREDEF_HANDLE.
const PREDEFINED_HANDLE: u16 = 0x40;

/// A key of a hive.
#[derive(Debug, Clone)]
pub struct Key<'a> {
    hive: &'a Hive,
    /// Offset of its cell in the hive bins data.
    at: u32,
    name: String,
    node: Node,
}

/// The fields of the key node that matter here.
#[derive(Debug, Clone, Copy)]
struct Node {
    flags: u16,
    last_written: u64,
    subkey_count: u32,
    subkey_list: u32,
    value_count: u32,
    value_list: u32,
    class: u32,
    class_length: u16,
}

impl<'a> Key<'a> {
    /// Reads the key node at `at`. `parent` is the key that lists it; none for the root.
    pub(super) fn read(
        hive: &'a Hive,
        at: u32,
        parent: Option<u32>,
        budget: &mut Budget,
    ) -> Result<Self, HiveError> {
        let cell = hive.cell("key node", at)?;
        let fields = cell.fields("key node");
        let wrong = |field, found: &dyn ToString, expected: &dyn ToString| {
            let (found, expected) = (found.to_string(), expected.to_string());
            Err(HiveError::corrupt(
                "key node",
                field,
                cell.offset,
                found,
                expected,
            ))
        };
        let signature: [u8; 2] = fields.array("signature", 0)?;
        if &signature != b"nk" {
            let found = format!("\"{}\"", signature.escape_ascii());
            return wrong("signature", &found, &"\"nk\"");
        }
        if let Some(parent) = parent {
            // One parent for each key, and none for the root: no walk goes around in circles.
            let found = fields.u32_le("parent", 16)?;
            if found != parent {
                return wrong(
                    "parent",
                    &found,
                    &format!("{parent}, the key that lists it"),
                );
            }
            if at == hive.base.root_cell {
                return wrong("key node offset", &at, &"any key but the root");
            }
        }
        let flags = fields.u16_le("flags", 2)?;
        let name_length = usize::from(fields.u16_le("key name length", 72)?);
        if name_length > MAX_KEY_NAME {
            let most = format!("at most {MAX_KEY_NAME}");
            return wrong("key name length", &name_length, &most);
        }
        let name = fields.bytes("key name string", 76, name_length)?;
        budget.take("key node", cell.offset, name_length)?;
        Ok(Self {
            hive,
            at,
            name: text::name(name, flags & COMPRESSED_NAME != 0),
            node: Node {
                flags,
                last_written: fields.u64_le("last written timestamp", 4)?,
                subkey_count: fields.u32_le("number of subkeys", 20)?,
                subkey_list: fields.u32_le("subkeys list offset", 28)?,
                value_count: fields.u32_le("number of key values", 36)?,
                value_list: fields.u32_le("key values list offset", 40)?,
                class: fields.u32_le("class name offset", 48)?,
                class_length: fields.u16_le("class name length", 74)?,
            },
        })
    }

    /// Its name, as it is stored. Hostile text.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When it was last written: a FILETIME, in units of 100 ns since 1601 (UTC).
    pub fn last_written(&self) -> u64 {
        self.node.last_written
    }

    /// Byte offset of its cell in the hive file.
    pub fn offset(&self) -> u64 {
        file_offset(self.at)
    }

    /// Whether it is a symbolic link (flag KEY_SYM_LINK): what it holds is the value
    /// `SymbolicLinkValue` with the path of another key, which is not followed here.
    pub fn is_symbolic_link(&self) -> bool {
        self.node.flags & SYMBOLIC_LINK != 0
    }

    /// Its class name, if it has one.
    ///
    /// # Errors
    /// Where the class name cannot be read.
    pub fn class(&self) -> Result<Option<String>, HiveError> {
        if self.node.class == NIL || self.node.class_length == 0 {
            return Ok(None);
        }
        let cell = self.hive.cell("class name", self.node.class)?;
        let length = usize::from(self.node.class_length);
        let bytes = cell.fields("class name").bytes("class name", 0, length)?;
        Ok(Some(utf16(bytes, false)))
    }

    /// Its subkeys, in stored order. A walk over all keys ends: a key is listed by one parent, once.
    ///
    /// # Errors
    /// Where one of them cannot be read, or there are too many.
    pub fn subkeys(&self) -> Result<Vec<Key<'a>>, HiveError> {
        let listing = self.subkey_list();
        if let Some(fault) = listing.fault {
            return Err(fault);
        }
        let mut budget = self.hive.budget();
        let read = |at| Key::read(self.hive, at, Some(self.at), &mut budget);
        listing.cells.into_iter().map(read).collect()
    }

    /// The subkey of this name, without regard to case.
    ///
    /// # Errors
    /// Where there is none among those that can be read, but one or more cannot be read.
    pub fn subkey(&self, name: &str) -> Result<Option<Key<'a>>, HiveError> {
        let Listing { cells, mut fault } = self.subkey_list();
        for at in cells {
            match Key::read(self.hive, at, Some(self.at), &mut self.hive.budget()) {
                Ok(key) if text::same(&key.name, name) => return Ok(Some(key)),
                Ok(_) => {}
                Err(error) => fault = fault.or(Some(error)),
            }
        }
        fault.map_or(Ok(None), Err)
    }

    /// Its values, in stored order.
    ///
    /// # Errors
    /// Where one of them cannot be read, or there are too many.
    pub fn values(&self) -> Result<Vec<Value>, HiveError> {
        let mut budget = self.hive.budget();
        let read = |at| {
            let stored = value::Stored::read(self.hive, at, &mut budget)?;
            stored.load(self.hive, &mut budget)
        };
        self.value_list()?.into_iter().map(read).collect()
    }

    /// The value of this name, without regard to case; "" is the default value.
    ///
    /// # Errors
    /// Where it cannot be read; where there is none among those that can be read, but one or more
    /// cannot be read.
    pub fn value(&self, name: &str) -> Result<Option<Value>, HiveError> {
        let mut fault = None;
        for at in self.value_list()? {
            match value::Stored::read(self.hive, at, &mut self.hive.budget()) {
                Ok(stored) if text::same(&stored.name, name) => {
                    return stored.load(self.hive, &mut self.hive.budget()).map(Some);
                }
                Ok(_) => {}
                Err(error) => fault = fault.or(Some(error)),
            }
        }
        fault.map_or(Ok(None), Err)
    }

    fn subkey_list(&self) -> Listing {
        subkeys::list(self.hive, self.node.subkey_list, self.node.subkey_count)
    }

    /// The cells of its values.
    fn value_list(&self) -> Result<Vec<u32>, HiveError> {
        if self.node.flags & PREDEFINED_HANDLE != 0 {
            return Err(HiveError::Unsupported(mismatch(
                "key node",
                "flags",
                self.offset(),
                "KEY_PREDEF_HANDLE",
                "values (such a key stands for another one)",
            )));
        }
        if self.node.value_count == 0 {
            return Ok(Vec::new());
        }
        let cell = self.hive.cell("key values list", self.node.value_list)?;
        let count = usize::try_from(self.node.value_count).unwrap_or(usize::MAX);
        if count > MAX_VALUES {
            let most = u64::try_from(MAX_VALUES).unwrap_or(u64::MAX);
            let field = "number of key values";
            return Err(HiveError::limit(
                "key node",
                field,
                self.offset(),
                count,
                most,
            ));
        }
        let bytes =
            cell.fields("key values list")
                .bytes("list elements", 0, count.saturating_mul(4))?;
        Ok(value::offsets(bytes))
    }
}
