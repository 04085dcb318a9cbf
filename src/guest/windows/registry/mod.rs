//! The registry of the guest: its hives as one tree, with three-valued answers.
//!
//! A path begins below the hive. `CurrentControlSet` of `SYSTEM` is the control set that `Select`
//! names, as for the running system. What a damaged hive hides is not known; what a sound one does
//! not hold is absent.

mod key;
mod load;

pub use key::RegistryKey;
pub use load::HiveFile;

use super::setting::{Setting, dword, string, strings};
use crate::guest::hive::Data;
use crate::guest::{Located, Root, Spot};
use crate::known::{Known, Undetermined};

/// The hives of a machine that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HiveName {
    /// `HKEY_LOCAL_MACHINE\SYSTEM`: services, drivers, control sets.
    System,
    /// `HKEY_LOCAL_MACHINE\SOFTWARE`.
    Software,
    /// `HKEY_LOCAL_MACHINE\SAM`: the local accounts.
    Sam,
    /// `HKEY_LOCAL_MACHINE\SECURITY`: the local security policy and its secrets.
    Security,
    /// `HKEY_USERS\.DEFAULT`: the settings of the system's own session.
    Default,
}

impl HiveName {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::System,
        Self::Software,
        Self::Sam,
        Self::Security,
        Self::Default,
    ];

    /// Its name, which is its file's name too.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "SYSTEM",
            Self::Software => "SOFTWARE",
            Self::Sam => "SAM",
            Self::Security => "SECURITY",
            Self::Default => "DEFAULT",
        }
    }
}

/// The hives of one machine.
#[derive(Debug)]
pub struct Registry {
    system: HiveFile,
    software: HiveFile,
    sam: HiveFile,
    security: HiveFile,
    default: HiveFile,
    control_set: Known<String>,
}

impl Registry {
    /// Reads the hives of the tree, with their logs.
    pub fn load(root: &Root) -> Self {
        let load = |hive: HiveName| {
            let path = format!("/Windows/System32/config/{}", hive.name());
            HiveFile::load(root, &path, hive.name())
        };
        let mut registry = Self {
            system: load(HiveName::System),
            software: load(HiveName::Software),
            sam: load(HiveName::Sam),
            security: load(HiveName::Security),
            default: load(HiveName::Default),
            control_set: Err(Undetermined::new("SYSTEM was not read")),
        };
        registry.control_set = registry.selected();
        registry
    }

    /// Which control set `Select` names as the current one.
    fn selected(&self) -> Known<String> {
        let select = self.setting(HiveName::System, "Select", "Current", dword);
        match select.value? {
            Some(number @ 1..=999) => Ok(format!("ControlSet{number:03}")),
            Some(number) => Err(Undetermined::new(format!(
                "{}: {number} is the number of no control set",
                select.spot
            ))),
            None => Err(Undetermined::new(format!(
                "{}: it is missing, so that the current control set is not known",
                select.spot
            ))),
        }
    }

    /// The file of a hive.
    pub fn hive(&self, name: HiveName) -> &HiveFile {
        match name {
            HiveName::System => &self.system,
            HiveName::Software => &self.software,
            HiveName::Sam => &self.sam,
            HiveName::Security => &self.security,
            HiveName::Default => &self.default,
        }
    }

    /// The control set that the guest starts with: `ControlSet001`.
    ///
    /// # Errors
    /// [`Undetermined`] where `SYSTEM` could not be read, or does not say.
    pub fn control_set(&self) -> Known<&str> {
        self.control_set
            .as_deref()
            .map_err(|unknown| unknown.clone())
    }

    /// The path with the control set in the place of `CurrentControlSet`.
    fn resolved(&self, hive: HiveName, path: &str) -> Known<String> {
        const CURRENT: &str = "CurrentControlSet";
        let rest = match path.get(..CURRENT.len()) {
            Some(first) if first.eq_ignore_ascii_case(CURRENT) => path.get(CURRENT.len()..),
            _ => None,
        };
        match rest {
            Some(rest)
                if hive == HiveName::System && (rest.is_empty() || rest.starts_with('\\')) =>
            {
                Ok(format!("{}{rest}", self.control_set()?))
            }
            _ => Ok(path.to_owned()),
        }
    }

    /// The key at `path` of a hive; none where there is none.
    ///
    /// # Errors
    /// [`Undetermined`] where the hive, or the way to the key, could not be read.
    pub fn key(&self, hive: HiveName, path: &str) -> Known<Option<RegistryKey<'_>>> {
        self.hive(hive).key(&self.resolved(hive, path)?)
    }

    /// The keys directly below `path`; none where there is no such key.
    ///
    /// # Errors
    /// As [`key`](Self::key).
    pub fn subkeys(&self, hive: HiveName, path: &str) -> Known<Vec<RegistryKey<'_>>> {
        match self.key(hive, path)? {
            Some(key) => key.subkeys(),
            None => Ok(Vec::new()),
        }
    }

    /// The data of a value; none where there is no such key or value.
    ///
    /// # Errors
    /// As [`key`](Self::key).
    pub fn value(&self, hive: HiveName, path: &str, name: &str) -> Known<Option<Located<Data>>> {
        match self.key(hive, path)? {
            Some(key) => key.value(name),
            None => Ok(None),
        }
    }

    /// The place of a value, whether or not there is one.
    pub fn spot(&self, hive: HiveName, path: &str, name: Option<&str>) -> Spot {
        let resolved = self.resolved(hive, path);
        // Where the control set is not known, the path as it was asked for says most.
        self.hive(hive)
            .spot_of(resolved.as_deref().unwrap_or(path), name)
    }

    /// A value that a rule or a reader may look for, read by `take`: [`dword`], [`string`] or
    /// [`strings`].
    pub fn setting<T>(
        &self,
        hive: HiveName,
        path: &str,
        name: &str,
        take: impl Fn(Data) -> Result<T, Data>,
    ) -> Setting<T> {
        let read = || -> Known<Option<T>> {
            match self.key(hive, path)? {
                Some(key) => key.take(name, &take),
                None => Ok(None),
            }
        };
        Setting {
            value: read(),
            spot: self.spot(hive, path, Some(name)),
        }
    }

    /// A `REG_DWORD`.
    pub fn dword(&self, hive: HiveName, path: &str, name: &str) -> Setting<u32> {
        self.setting(hive, path, name, dword)
    }

    /// A `REG_SZ` or `REG_EXPAND_SZ`, as stored (hostile text).
    pub fn string(&self, hive: HiveName, path: &str, name: &str) -> Setting<String> {
        self.setting(hive, path, name, string)
    }

    /// A `REG_MULTI_SZ`, or a single string (hostile text).
    pub fn strings(&self, hive: HiveName, path: &str, name: &str) -> Setting<Vec<String>> {
        self.setting(hive, path, name, strings)
    }
}

#[cfg(test)]
mod tests;
