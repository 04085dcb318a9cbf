//! rpm's database: where it is, which of its three formats, and the headers in it.

mod bdb;
mod error;
mod header;
mod ndb;
mod pages;
mod sqlite;
#[cfg(test)]
mod tests;

use error::RpmError;

use super::{MAX_PACKAGES, Package, PackageFormat, Packages};
use crate::guest::Root;
use crate::known::{Known, Undetermined};

/// Bytes of a database; those of machines with ten thousand packages have some hundred million.
const MAX_DATABASE: u64 = 512 << 20;

/// Where distributions keep it; the older place is often a link to the newer one, and systems that
/// are deployed as a whole tree keep it in the third.
const FOLDERS: [&str; 3] = ["/usr/lib/sysimage/rpm", "/var/lib/rpm", "/usr/share/rpm"];

/// The bytes of a database's files.
#[derive(Default)]
struct Files {
    main: Vec<u8>,
    /// SQLite's write-ahead log.
    log: Vec<u8>,
    /// The beginning of SQLite's rollback journal.
    journal: Vec<u8>,
}

/// What is done with each header that a reader finds.
type Sink<'a> = &'a mut dyn FnMut(&[u8]) -> Result<(), RpmError>;
type Read = fn(&Files, Sink<'_>) -> Result<(), RpmError>;

/// The formats by the names of their files. The newer one is the more likely to be in use where an
/// older one was left behind.
const FORMATS: [(&str, Read); 3] = [
    ("rpmdb.sqlite", sqlite::read),
    ("Packages.db", ndb::read),
    ("Packages", bdb::read),
];

pub(super) fn read(root: &Root, packages: &mut Packages) -> Known<()> {
    for folder in FOLDERS {
        for (name, read) in FORMATS {
            let path = format!("{folder}/{name}");
            let Some(main) = root.bytes(&path, MAX_DATABASE)? else {
                continue;
            };
            let beside = |suffix: &str| format!("{path}{suffix}");
            let mut files = Files {
                main,
                ..Files::default()
            };
            if name == "rpmdb.sqlite" {
                files.log = root
                    .bytes(&beside("-wal"), MAX_DATABASE)?
                    .unwrap_or_default();
                files.journal = root
                    .bytes_at(&beside("-journal"), 0, 8)?
                    .unwrap_or_default();
            }
            let spot = root.real_spot(&path);
            let list = collect(&files, read)
                .map_err(|error| Undetermined::new(format!("{spot}: {error}")))?;
            return packages.add(PackageFormat::Rpm, spot, list);
        }
    }
    Ok(())
}

/// The packages of all headers.
fn collect(files: &Files, read: Read) -> Result<Vec<Package>, RpmError> {
    let mut list = Vec::new();
    read(files, &mut |header| {
        if list.len() >= MAX_PACKAGES {
            return Err(RpmError::Limit("packages"));
        }
        list.push(header::package(header)?);
        Ok(())
    })?;
    Ok(list)
}
