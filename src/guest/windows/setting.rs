//! A registry value that is looked for: what it holds, that it is absent, or why it is not known.

use crate::guest::hive::Data;
use crate::guest::{Located, Spot};
use crate::known::{Known, Undetermined};

/// A value of the registry with the place where it is, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    /// What it holds; none where there is no such key or value.
    pub value: Known<Option<T>>,
    /// Its place: `SYSTEM\ControlSet001\Control\Terminal Server!fDenyTSConnections`.
    pub spot: Spot,
}

impl<T> Setting<T> {
    /// What it holds, if anything.
    ///
    /// # Errors
    /// [`Undetermined`](crate::known::Undetermined) where it could not be read.
    pub fn get(&self) -> Known<Option<&T>> {
        match &self.value {
            Ok(value) => Ok(value.as_ref()),
            Err(unknown) => Err(unknown.clone()),
        }
    }

    /// What it holds with its place, if anything.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn located(&self) -> Known<Option<Located<T>>>
    where
        T: Clone,
    {
        let value = self.get()?.cloned();
        Ok(value.map(|value| Located::new(value, self.spot.clone())))
    }
}

/// A list that goes on behind what is kept of it: what it would show there is not known.
pub(super) fn more_than(spot: &Spot, most: usize, what: &str) -> Undetermined {
    Undetermined::new(format!("{spot}: there are more than {most} {what}"))
}

/// The number of a `REG_DWORD`; other data are given back.
///
/// # Errors
/// The data, where they are of another type.
pub fn dword(data: Data) -> Result<u32, Data> {
    match data {
        Data::Dword(number) | Data::DwordBigEndian(number) => Ok(number),
        other => Err(other),
    }
}

/// The text of a `REG_SZ` or `REG_EXPAND_SZ`.
///
/// # Errors
/// The data, where they are of another type.
pub fn string(data: Data) -> Result<String, Data> {
    match data {
        Data::Sz(text) | Data::ExpandSz(text) => Ok(text),
        other => Err(other),
    }
}

/// The strings of a `REG_MULTI_SZ`; a single string counts as one.
///
/// # Errors
/// The data, where they are of another type.
pub fn strings(data: Data) -> Result<Vec<String>, Data> {
    match data {
        Data::MultiSz(list) => Ok(list),
        Data::Sz(text) | Data::ExpandSz(text) => Ok(vec![text]),
        other => Err(other),
    }
}
