//! The `Packages` table of an SQLite file, with its write-ahead log applied.

mod btree;
mod file;
mod record;
mod wal;

use super::error::RpmError;
use super::{Files, Sink};
use file::File;
use record::Value;

/// The page at which the list of tables begins.
const SCHEMA: u32 = 1;
/// What a rollback journal begins with while it is in force.
const JOURNAL: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

pub(super) fn read(files: &Files, sink: Sink<'_>) -> Result<(), RpmError> {
    if files.journal == JOURNAL {
        return Err(RpmError::Unsupported(
            "a transaction was not finished (a rollback journal is in force)".to_owned(),
        ));
    }
    let file = File::new(&files.main, &files.log)?;
    let Some(root) = packages_root(&file)? else {
        return Err(RpmError::corrupt("it has no table Packages"));
    };
    btree::walk(&file, root, &mut |row| match record::values(row)?.get(1) {
        Some(Value::Bytes(header)) => sink(header),
        _ => Err(RpmError::corrupt("a row of Packages holds no header")),
    })
}

/// The page at which the table begins.
fn packages_root(file: &File<'_>) -> Result<Option<u32>, RpmError> {
    let mut root = None;
    btree::walk(file, SCHEMA, &mut |row| {
        // Type, name, table, page, text.
        let values = record::values(row)?;
        if values.first() == Some(&Value::Bytes(b"table"))
            && values.get(1) == Some(&Value::Bytes(b"Packages"))
            && let Some(Value::Number(page)) = values.get(3)
        {
            root = u32::try_from(*page).ok();
        }
        Ok(())
    })?;
    Ok(root)
}
