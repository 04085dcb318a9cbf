//! Where the history is, and reading it.

use std::path::{Path, PathBuf};

use crate::cli::output::Failure;
use crate::estimate::Observation;
use crate::history::{History, NoPlace, Platform, Record, default_place, observations};

/// A history that was read.
pub(in crate::cli) struct Place {
    pub(in crate::cli) path: PathBuf,
    pub(in crate::cli) records: Vec<Record>,
}

impl Place {
    /// The records as the time model takes them.
    pub(in crate::cli) fn observations(&self) -> Vec<Observation> {
        observations(&self.records)
    }
}

/// Reads the file that the user named, which has to be there: a name that is misspelt must not
/// pass for a publisher who has seen nothing yet.
pub(in crate::cli) fn named(path: &Path) -> Result<Place, Failure> {
    if matches!(path.try_exists(), Ok(false)) {
        return Err(Failure::new(format!(
            "{}: there is no such history; `vhd-preflight history add --history FILE` begins one",
            path.display()
        )));
    }
    read(path.to_owned())
}

/// Reads the file at the default place; none if there is no file or no such place.
pub(in crate::cli) fn at_default_place() -> Result<Option<Place>, Failure> {
    match own() {
        Ok(path) if !matches!(path.try_exists(), Ok(false)) => read(path).map(Some),
        Ok(_) | Err(_) => Ok(None),
    }
}

fn read(path: PathBuf) -> Result<Place, Failure> {
    let records = History::at(&path)
        .records()
        .map_err(|error| Failure::new(error.to_string()))?;
    Ok(Place { path, records })
}

/// The file to write to: the one that was named, or the default place.
pub(super) fn to_write(file: Option<&Path>) -> Result<PathBuf, Failure> {
    match file {
        Some(path) => Ok(path.to_owned()),
        None => own().map_err(|error| Failure::new(format!("{error} with --history"))),
    }
}

fn own() -> Result<PathBuf, NoPlace> {
    default_place(Platform::current(), |name| std::env::var_os(name))
}
