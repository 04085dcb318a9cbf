//! One hive with the file that it lies in and the logs beside it.

use super::RegistryKey;
use crate::guest::hive::{Hive, HiveError, State};
use crate::guest::{Root, Spot};
use crate::known::{Known, Undetermined};

/// Bytes of a hive that are read; that of `SOFTWARE` of a real server has some 100 MiB.
const MAX_HIVE: u64 = 512 << 20;

/// A hive file.
#[derive(Debug)]
pub struct HiveFile {
    /// The file.
    pub spot: Spot,
    /// The first word of its keys' places: `SYSTEM`, `BCD`.
    pub name: String,
    hive: Known<Hive>,
}

impl HiveFile {
    /// Reads the hive `path` and its logs (`.LOG1`, `.LOG2`, `.LOG`), whose open changes are made in
    /// memory. A hive that is not there is not known: Windows does not start without it.
    pub fn load(root: &Root, path: &str, name: &str) -> Self {
        let spot = root.real_spot(path);
        let read = || -> Known<Hive> {
            let unknown = |why: String| Undetermined::new(format!("{spot}: {why}"));
            let primary = root
                .bytes(path, MAX_HIVE)?
                .ok_or_else(|| unknown("there is no such hive".to_owned()))?;
            let mut logs = Vec::new();
            for suffix in [".LOG1", ".LOG2", ".LOG"] {
                let log = root.bytes(&format!("{path}{suffix}"), MAX_HIVE)?;
                logs.extend(log.filter(|log| !log.is_empty()));
            }
            let hive = Hive::open(primary, &logs).map_err(|error| unknown(error.to_string()))?;
            match hive.state() {
                // What its log would change is anywhere in it.
                State::Dirty(why) => Err(unknown(format!(
                    "it was not written out, and its logs do not help: {why}"
                ))),
                State::Clean | State::Replayed { .. } => Ok(hive),
            }
        };
        let hive = read();
        Self {
            hive,
            name: name.to_owned(),
            spot,
        }
    }

    /// Whether changes were made to it from its logs; none where it could not be read.
    ///
    /// # Errors
    /// [`Undetermined`] where it could not be read.
    pub fn state(&self) -> Known<&State> {
        Ok(self.opened()?.state())
    }

    fn opened(&self) -> Known<&Hive> {
        self.hive.as_ref().map_err(Clone::clone)
    }

    /// The place of a key or of its value, whether or not there is one.
    pub fn spot_of(&self, path: &str, value: Option<&str>) -> Spot {
        let key = match path {
            "" => self.name.clone(),
            path => format!("{}\\{path}", self.name),
        };
        self.spot.key(match value {
            Some("") => format!("{key}!(Default)"),
            Some(value) => format!("{key}!{value}"),
            None => key,
        })
    }

    /// The key at `path`; none where there is none.
    ///
    /// # Errors
    /// [`Undetermined`] where the hive, or the way to the key, could not be read.
    pub fn key(&self, path: &str) -> Known<Option<RegistryKey<'_>>> {
        let found = self.opened()?.key(path);
        let found = found.map_err(|error| self.unknown(path, None, &error))?;
        Ok(found.map(|key| RegistryKey::new(self, key, path.to_owned())))
    }

    pub(super) fn unknown(
        &self,
        path: &str,
        value: Option<&str>,
        error: &HiveError,
    ) -> Undetermined {
        Undetermined::new(format!("{}: {error}", self.spot_of(path, value)))
    }
}
