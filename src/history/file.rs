//! A history as a file.

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::HistoryError;
use super::lock::Lock;
use super::record::Record;
use super::rows::{self, MOST_FILE_BYTES};
use crate::replace::replace_file;

/// How long a writer waits for another one.
pub const LOCK_PATIENCE: Duration = Duration::from_secs(2);

/// A history file, which need not exist yet.
#[derive(Debug, Clone)]
pub struct History {
    path: PathBuf,
    patience: Duration,
}

/// What became of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Added {
    /// How many were written.
    pub added: usize,
    /// How many stood in the history already and were left out.
    pub already_there: usize,
}

impl History {
    /// The history at `path`.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            patience: LOCK_PATIENCE,
        }
    }

    /// The same, waiting so long for another writer; by default [`LOCK_PATIENCE`].
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All records, in the order of the file; none if there is no file yet. Nothing is written.
    ///
    /// # Errors
    /// [`HistoryError`] if the file cannot be read, is too large, or has a row that is no record.
    pub fn records(&self) -> Result<Vec<Record>, HistoryError> {
        self.read(&self.path).map(|(_, records)| records)
    }

    /// Appends all `records`. The folder is made if need be.
    ///
    /// # Errors
    /// [`HistoryError`] if a record cannot be kept, the file has a row that is no record, another
    /// process is writing, or the system refuses. The file is then as it was: all records are
    /// added, or none.
    pub fn add(&self, records: &[Record]) -> Result<Added, HistoryError> {
        self.append(records, false)
    }

    /// Appends those of `records` that do not stand in the history yet, so that importing one file
    /// twice changes nothing.
    ///
    /// # Errors
    /// As for [`add`](Self::add).
    pub fn import(&self, records: &[Record]) -> Result<Added, HistoryError> {
        self.append(records, true)
    }

    fn append(&self, records: &[Record], skip_known: bool) -> Result<Added, HistoryError> {
        let mut lines = Vec::with_capacity(records.len());
        for (index, record) in records.iter().enumerate() {
            let line = record
                .to_line()
                .map_err(|bad| HistoryError::BadRecord { index, bad })?;
            lines.push(line);
        }
        let target = self.target()?;
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(HistoryError::io("make the folder", folder))?;
        }
        let _lock = Lock::take(&target, self.patience)?;
        let (mut bytes, old) = self.read(&target)?;
        let mut known = HashSet::new();
        if skip_known {
            known.extend(old.iter().filter_map(|record| record.to_line().ok()));
        }
        if bytes.last().is_some_and(|byte| *byte != b'\n') {
            bytes.push(b'\n');
        }
        let mut added = 0;
        for line in lines {
            if skip_known && known.contains(&line) {
                continue;
            }
            bytes.extend_from_slice(line.as_bytes());
            known.insert(line);
            added += 1;
        }
        if bytes.len() as u64 > MOST_FILE_BYTES {
            return Err(self.too_large());
        }
        if added > 0 {
            replace_file(&target, |file| file.write_all(&bytes))
                .map_err(HistoryError::io("replace", &target))?;
        }
        Ok(Added {
            added,
            already_there: records.len() - added,
        })
    }

    /// The file itself where the path is a symbolic link: the link must survive the renaming.
    fn target(&self) -> Result<PathBuf, HistoryError> {
        let target = match fs::symlink_metadata(&self.path) {
            Ok(metadata) if metadata.is_symlink() => fs::canonicalize(&self.path)
                .map_err(HistoryError::io("follow the link", &self.path))?,
            _ => self.path.clone(),
        };
        let is_other = fs::metadata(&target).is_ok_and(|metadata| !metadata.is_file());
        if is_other || target.file_name().is_none() {
            return Err(HistoryError::NotAFile { path: target });
        }
        Ok(target)
    }

    fn read(&self, path: &Path) -> Result<(Vec<u8>, Vec<Record>), HistoryError> {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => {
                return Err(HistoryError::NotAFile {
                    path: self.path.clone(),
                });
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok((Vec::new(), Vec::new()));
            }
            Err(error) => return Err(HistoryError::io("read", &self.path)(error)),
        }
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(MOST_FILE_BYTES + 1).read_to_end(&mut bytes))
            .map_err(HistoryError::io("read", &self.path))?;
        if bytes.len() as u64 > MOST_FILE_BYTES {
            return Err(self.too_large());
        }
        let records = rows::parse(&bytes).map_err(|bad| HistoryError::BadRows {
            path: self.path.clone(),
            bad,
        })?;
        Ok((bytes, records))
    }

    fn too_large(&self) -> HistoryError {
        HistoryError::TooLarge {
            path: self.path.clone(),
            most_bytes: MOST_FILE_BYTES,
        }
    }
}
