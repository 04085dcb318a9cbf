//! A key of a hive, with its place.

use super::HiveFile;
use crate::guest::hive::{Data, Key};
use crate::guest::windows::setting::{Setting, dword, string, strings};
use crate::guest::{Located, Spot};
use crate::known::{Known, Undetermined};

/// A key that is there.
#[derive(Debug, Clone)]
pub struct RegistryKey<'a> {
    file: &'a HiveFile,
    key: Key<'a>,
    path: String,
}

impl<'a> RegistryKey<'a> {
    pub(super) fn new(file: &'a HiveFile, key: Key<'a>, path: String) -> Self {
        Self { file, key, path }
    }

    /// Its name (hostile text).
    pub fn name(&self) -> &str {
        self.key.name()
    }

    /// When it was last written, in units of 100 ns since 1601 (`FILETIME`).
    pub fn last_written(&self) -> u64 {
        self.key.last_written()
    }

    /// Its place.
    pub fn spot(&self) -> Spot {
        self.file.spot_of(&self.path, None)
    }

    /// The place of a value of it, whether or not there is one.
    pub fn spot_of(&self, value: &str) -> Spot {
        self.file.spot_of(&self.path, Some(value))
    }

    fn below(&self, name: &str, key: Key<'a>) -> Self {
        let path = match self.path.as_str() {
            "" => name.to_owned(),
            path => format!("{path}\\{name}"),
        };
        Self::new(self.file, key, path)
    }

    /// The keys below it.
    ///
    /// # Errors
    /// [`Undetermined`] where they could not be read.
    pub fn subkeys(&self) -> Known<Vec<Self>> {
        let keys = self.key.subkeys();
        let keys = keys.map_err(|error| self.file.unknown(&self.path, None, &error))?;
        Ok(keys
            .into_iter()
            .map(|key| {
                let name = key.name().to_owned();
                self.below(&name, key)
            })
            .collect())
    }

    /// The key of that name, or path, below it; none where there is none.
    ///
    /// # Errors
    /// As [`subkeys`](Self::subkeys).
    pub fn subkey(&self, path: &str) -> Known<Option<Self>> {
        let mut at = self.clone();
        for name in path.split('\\') {
            let found = at.key.subkey(name);
            match found.map_err(|error| at.file.unknown(&at.path, None, &error))? {
                Some(key) => at = at.below(name, key),
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    /// Its values with their names (hostile text); the default value has none.
    ///
    /// # Errors
    /// As [`subkeys`](Self::subkeys).
    pub fn values(&self) -> Known<Vec<(String, Located<Data>)>> {
        let values = self.key.values();
        let values = values.map_err(|error| self.file.unknown(&self.path, None, &error))?;
        Ok(values
            .into_iter()
            .map(|value| {
                let spot = self.spot_of(&value.name);
                (value.name, Located::new(value.data, spot))
            })
            .collect())
    }

    /// The data of a value; none where there is none.
    ///
    /// # Errors
    /// As [`subkeys`](Self::subkeys).
    pub fn value(&self, name: &str) -> Known<Option<Located<Data>>> {
        let value = self.key.value(name);
        let value = value.map_err(|error| self.file.unknown(&self.path, Some(name), &error))?;
        Ok(value.map(|value| Located::new(value.data, self.spot_of(name))))
    }

    pub(super) fn take<T>(
        &self,
        name: &str,
        take: impl Fn(Data) -> Result<T, Data>,
    ) -> Known<Option<T>> {
        let Some(found) = self.value(name)? else {
            return Ok(None);
        };
        match take(found.value) {
            Ok(value) => Ok(Some(value)),
            Err(data) => Err(Undetermined::new(format!(
                "{}: its type is {}, which Windows does not expect there",
                found.spot,
                data.kind_name()
            ))),
        }
    }

    fn setting<T>(&self, name: &str, take: impl Fn(Data) -> Result<T, Data>) -> Setting<T> {
        Setting {
            value: self.take(name, take),
            spot: self.spot_of(name),
        }
    }

    /// A `REG_DWORD` of it.
    pub fn dword(&self, name: &str) -> Setting<u32> {
        self.setting(name, dword)
    }

    /// A `REG_SZ` or `REG_EXPAND_SZ` of it, as stored (hostile text).
    pub fn string(&self, name: &str) -> Setting<String> {
        self.setting(name, string)
    }

    /// A `REG_MULTI_SZ` of it, or a single string (hostile text).
    pub fn strings(&self, name: &str) -> Setting<Vec<String>> {
        self.setting(name, strings)
    }
}
