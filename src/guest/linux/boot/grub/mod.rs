//! GRUB 2: its configuration is run as GRUB runs it, and the entry that it would start is told.

mod bls;
mod devices;
mod exec;
mod lexer;
mod menu;
mod parser;
mod test_command;
#[cfg(test)]
mod tests;

use super::BootEntry;
use super::uki;
use crate::guest::{Root, Spot};
use crate::known::{Known, Undetermined};
use exec::Machine;
use menu::Started;

/// What a configuration leads to.
pub(super) struct Outcome {
    /// The default entry; none where the menu is empty.
    pub(super) entry: Known<Option<BootEntry>>,
    /// All entries that start a kernel.
    pub(super) entries: Vec<BootEntry>,
    /// The files that were read on the way.
    pub(super) files: Vec<Spot>,
}

/// Runs the configuration `path`; none where there is no such file.
pub(super) fn run(root: &Root, path: &str, platform: &str) -> Option<Outcome> {
    let spot = match root.text(path) {
        Ok(Some(file)) => file.spot,
        Ok(None) => return None,
        Err(unknown) => {
            return Some(Outcome {
                entry: Err(unknown),
                entries: Vec::new(),
                files: Vec::new(),
            });
        }
    };
    // GRUB's own prefix is that of the path as it was asked for, not of what a link leads to.
    let mut machine = Machine::new(root, platform, &root.spot(path));
    machine.spot = spot;
    let ran = machine.run_file(path);
    let menu = machine.menu.clone();
    let entries = match &ran {
        Ok(_) => machine.all_entries(&menu, 4),
        Err(_) => Vec::new(),
    };
    let entry = ran.and_then(|_| machine.start_default());
    let entry = entry.and_then(|started| started.map(|s| booted(root, s)).transpose());
    let mut files = machine.files;
    files.dedup();
    Some(Outcome {
        entry,
        entries,
        files,
    })
}

/// The entry of what was started; a unified kernel image brings its own arguments.
fn booted(root: &Root, started: Started) -> Known<BootEntry> {
    match started {
        Started::Linux(entry) => Ok(entry),
        Started::Chain(title, path, spot) => match uki::read(root, &path)? {
            Some(image) => Ok(BootEntry {
                title,
                ..image.entry
            }),
            None => Err(Undetermined::new(format!(
                "{spot}: the default entry starts {path}, which is no kernel and whose further way \
                 is not followed"
            ))),
        },
        Started::Nothing(title) => Err(Undetermined::new(format!(
            "the default entry {title:?} loads no kernel by a command that is known here"
        ))),
    }
}
