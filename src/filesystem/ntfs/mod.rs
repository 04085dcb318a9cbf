//! NTFS 3.x: names without regard to case, sparse and compressed files, links; its log is looked
//! at, not replayed.
//!
//! Read here and by no crate: the one that reads NTFS in Rust (`ntfs` 0.4) gives a sparse file whose
//! content goes on in other file records as empty, finds no record of the part of a master file
//! table that another record describes, and tells neither the initialized size nor the compression
//! unit of an attribute.

mod boot;
mod free;
mod index;
mod lznt1;
mod names;
mod reader;
mod record;
mod reparse;
mod runs;
mod state;
mod stream;
#[cfg(test)]
mod tests;
mod volume;

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use self::names::UpCase;
use self::reader::Reader;
use self::record::{DATA, Reference, VOLUME_NAME, units};
use self::volume::Volume;
use super::meter::{Meter, Metered, OPEN};
use super::{FileSystem, FsError, Superblock};
use crate::bytes::FieldError;
use crate::source::ReadAt;
use crate::volume::FileSystemKind;

/// The file records that are always where they are.
const VOLUME: u64 = 3;
const ROOT: u64 = 5;
const UPCASE: u64 = 10;
/// The first record that is not kept for the file system's own files.
const HIDDEN: u64 = 24;

/// Bytes of the table of upper case: two for each of 65,536 code units.
const UPCASE_SIZE: u64 = 128 << 10;

fn bad(error: FieldError) -> FsError {
    FsError::Corrupt(error.to_string())
}

fn corrupt(what: impl Into<String>) -> FsError {
    FsError::Corrupt(what.into())
}

/// Reads the boot sector, `$Volume` and the restart pages of the log.
pub(super) fn superblock(source: &Arc<dyn ReadAt>) -> Result<Superblock, FsError> {
    let meter = Meter::new(source);
    meter.run(OPEN, || facts(&Volume::open(Metered(Rc::clone(&meter)))?))?
}

/// Opens it.
pub(super) fn open(source: &Arc<dyn ReadAt>) -> Result<Box<dyn FileSystem>, FsError> {
    let meter = Meter::new(source);
    let (volume, facts, upcase) = meter.run(OPEN, || {
        let volume = Volume::open(Metered(Rc::clone(&meter)))?;
        let facts = facts(&volume)?;
        let table = system_file(&volume, UPCASE)?.require(DATA)?;
        let table = volume.read_all(&table, UPCASE_SIZE)?;
        Ok::<_, FsError>((volume, facts, UpCase::new(units(&table))?))
    })??;
    Ok(Box::new(Reader {
        facts,
        meter,
        volume,
        upcase,
        directories: RefCell::default(),
        last: RefCell::default(),
    }))
}

/// The bytes of the clusters that are free.
pub(super) fn free_space(
    source: &Arc<dyn ReadAt>,
    limit: usize,
) -> Result<Vec<Range<u64>>, FsError> {
    let meter = Meter::new(source);
    meter.run(OPEN, || {
        free::free(&Volume::open(Metered(Rc::clone(&meter)))?, limit)
    })?
}

fn system_file(volume: &Volume, number: u64) -> Result<volume::File, FsError> {
    volume.file(Reference {
        number,
        sequence: 0,
    })
}

fn facts(volume: &Volume) -> Result<Superblock, FsError> {
    let file = system_file(volume, VOLUME)?;
    let label = file.resident(VOLUME_NAME).map(units).unwrap_or_default();
    let label = String::from_utf16_lossy(&label);
    let label = label.trim_end_matches('\0');
    let log = state::log(volume)?;
    let state = state::state(&file, &log)?;
    let mut unsupported = Vec::new();
    if let state::Log::Open(_) = log {
        unsupported.push("an open $LogFile".to_owned());
    }
    Ok(Superblock {
        kind: FileSystemKind::Ntfs,
        label: (!label.is_empty()).then(|| label.to_owned()),
        uuid: Some(format!("{:016X}", volume.boot.serial)),
        state,
        size: volume.boot.size,
        unsupported,
    })
}
