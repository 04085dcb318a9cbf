//! Reading a feed: a JSON file with one record or a list of them, a folder of such files, or a zip
//! of them, as osv.dev exports its ecosystems.

use std::io;
use std::path::{Path, PathBuf};

use super::Feed;
use super::osv::Record;
use crate::guest::zip;

/// Bytes of one JSON file.
const MAX_FILE: u64 = 256 << 20;
/// Bytes of a zip.
const MAX_ZIP: u64 = 2 << 30;
/// Files of a folder or a zip.
const MAX_FILES: usize = 1_000_000;
/// Bytes of all JSON together.
const MAX_TOTAL: u64 = 16 << 30;

/// Why a feed cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// A file or folder cannot be read.
    #[error("the advisories {} cannot be read: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file does not hold OSV records.
    #[error("{name} holds no advisories in the OSV format: {reason}")]
    Format {
        /// The file, in a zip too.
        name: String,
        /// Why.
        reason: String,
    },
    /// There is more of it than is read.
    #[error("the advisories {} have more than {limit}", path.display())]
    Limit {
        /// The file or folder.
        path: PathBuf,
        /// The limit in words.
        limit: &'static str,
    },
    /// There is nothing in it.
    #[error("the advisories {} hold no records: give a JSON file in the OSV format, a folder of them, or a zip of them", path.display())]
    Empty {
        /// The file or folder.
        path: PathBuf,
    },
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(Box<Record>),
    Many(Vec<Record>),
}

/// Reads a feed: a file `*.json` or `*.zip`, or a folder of such JSON files.
///
/// # Errors
/// [`FeedError`] where anything of it cannot be read: a feed that is read in part would let flaws
/// pass in silence.
pub fn load(path: &Path) -> Result<Feed, FeedError> {
    let mut feed = Feed::default();
    let mut total = 0_u64;
    if is_folder(path)? {
        let failed = |source| FeedError::Io {
            path: path.to_owned(),
            source,
        };
        for (index, entry) in std::fs::read_dir(path).map_err(failed)?.enumerate() {
            let file = entry.map_err(failed)?.path();
            if index >= MAX_FILES {
                return Err(limit(path, "1,000,000 files"));
            }
            if file.extension().is_some_and(|ext| ext == "json") {
                let bytes = read(&file, MAX_FILE, "256 MiB in one file")?;
                feed.take_in(&file.display().to_string(), &bytes, &mut total)
                    .ok_or_else(|| limit(path, "16 GiB"))??;
            }
        }
    } else {
        let bytes = read(path, MAX_ZIP, "2 GiB")?;
        let name = path.display().to_string();
        if bytes.starts_with(b"PK") {
            feed.take_in_zip(path, &bytes, &mut total)?;
        } else {
            feed.take_in(&name, &bytes, &mut total)
                .ok_or_else(|| limit(path, "16 GiB"))??;
        }
    }
    if feed.read == 0 {
        return Err(FeedError::Empty {
            path: path.to_owned(),
        });
    }
    Ok(feed)
}

fn limit(path: &Path, limit: &'static str) -> FeedError {
    FeedError::Limit {
        path: path.to_owned(),
        limit,
    }
}

fn is_folder(path: &Path) -> Result<bool, FeedError> {
    let found = std::fs::metadata(path).map_err(|source| FeedError::Io {
        path: path.to_owned(),
        source,
    })?;
    Ok(found.is_dir())
}

fn read(path: &Path, most: u64, words: &'static str) -> Result<Vec<u8>, FeedError> {
    let failed = |source| FeedError::Io {
        path: path.to_owned(),
        source,
    };
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > most {
        return Err(limit(path, words));
    }
    std::fs::read(path).map_err(failed)
}

impl Feed {
    /// Takes the records of a JSON text in; none where that is more than is read.
    fn take_in(
        &mut self,
        name: &str,
        bytes: &[u8],
        total: &mut u64,
    ) -> Option<Result<(), FeedError>> {
        *total = total.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if *total > MAX_TOTAL {
            return None;
        }
        let records = match serde_json::from_slice(bytes) {
            Ok(OneOrMany::One(record)) => vec![*record],
            Ok(OneOrMany::Many(records)) => records,
            Err(error) => {
                return Some(Err(FeedError::Format {
                    name: name.to_owned(),
                    reason: error.to_string(),
                }));
            }
        };
        for record in records {
            self.read = self.read.saturating_add(1);
            if let Some(date) = record.date()
                && self.date.as_deref().is_none_or(|newest| date > newest)
            {
                self.date = Some(date.to_owned());
            }
            self.advisories.extend(record.kept());
        }
        Some(Ok(()))
    }

    fn take_in_zip(&mut self, path: &Path, bytes: &[u8], total: &mut u64) -> Result<(), FeedError> {
        let broken = |name: String, reason: &str| FeedError::Format {
            name,
            reason: reason.to_owned(),
        };
        let tail = bytes.get(bytes.len().saturating_sub(zip::TAIL)..);
        let list = zip::directory(tail.unwrap_or_default()).and_then(|(offset, length)| {
            let from = usize::try_from(offset).ok()?;
            let to = from.checked_add(usize::try_from(length).ok()?)?;
            bytes.get(from..to)
        });
        let Some(list) = list else {
            return Err(broken(
                path.display().to_string(),
                "the zip has no list of its files (one of more than 4 GiB or 65,535 files has to be unpacked into a folder)",
            ));
        };
        let files = zip::entries(list);
        if files.len() > MAX_FILES {
            return Err(limit(path, "1,000,000 files"));
        }
        for file in files.iter().filter(|file| file.name.ends_with(".json")) {
            let name = || format!("{} in {}", file.name, path.display());
            let text = zip::content(bytes, file, MAX_FILE)
                .ok_or_else(|| broken(name(), "it cannot be unpacked"))?;
            self.take_in(&name(), &text, total)
                .ok_or_else(|| limit(path, "16 GiB"))??;
        }
        Ok(())
    }
}
