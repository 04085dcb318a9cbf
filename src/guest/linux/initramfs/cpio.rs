//! A cpio archive in the "newc" format: names are looked at, bodies are passed over.

use std::collections::BTreeSet;
use std::io::{Error, Read};

use super::super::kernel::built_in;
use super::input::Skip;
use super::{ENOUGH, module_name};

/// Bytes of a header.
const HEADER: u64 = 110;
/// Bytes of a name, its NUL included.
const MAX_NAME: u64 = 4097;
/// Entries of all archives together.
const MAX_ENTRIES: u64 = 400_000;
/// Modules, and releases, that are kept.
const MAX_KEPT: usize = 50_000;
/// Bytes of a list of modules that is read.
const MAX_LIST: u64 = 8 << 20;
/// Bytes of a file of arguments that is read, and such files.
const MAX_ARGUMENTS: u64 = 4096;
const MAX_ARGUMENT_FILES: usize = 32;

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// There may be more that matters.
    More,
    /// Everything that is asked for was seen.
    Enough,
}

/// What is kept of the archives.
pub(super) struct Collector {
    pub(super) modules: BTreeSet<String>,
    pub(super) built_in: BTreeSet<String>,
    pub(super) releases: BTreeSet<String>,
    pub(super) arguments: Vec<(String, String)>,
    /// Bytes that may still be unpacked.
    budget: u64,
    entries: u64,
}

impl Collector {
    pub(super) fn new(budget: u64) -> Self {
        Self {
            modules: BTreeSet::new(),
            built_in: BTreeSet::new(),
            releases: BTreeSet::new(),
            arguments: Vec::new(),
            budget,
            entries: 0,
        }
    }

    fn spend(&mut self, bytes: u64) -> Result<(), String> {
        match self.budget.checked_sub(bytes) {
            Some(left) => {
                self.budget = left;
                Ok(())
            }
            None => Err("it unpacks to more than is looked at".to_owned()),
        }
    }

    fn keep_module(&mut self, path: &str) {
        if self.modules.len() < MAX_KEPT {
            self.modules.insert(module_name(path));
        }
    }

    fn has_enough(&self) -> bool {
        ENOUGH
            .iter()
            .all(|name| self.modules.contains(*name) || self.built_in.contains(*name))
    }
}

/// A number of eight hexadecimal digits in the header.
fn number(header: &[u8], field: usize) -> Option<u64> {
    let at = field.checked_mul(8)?.checked_add(6)?;
    let digits = header.get(at..at.checked_add(8)?)?;
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// What brings `length` to a multiple of four.
fn padding(length: u64) -> u64 {
    length.wrapping_neg() & 3
}

fn told(error: &Error) -> String {
    format!("it ends too soon or is damaged: {error}")
}

/// Passes over zeros; how many bytes are at hand behind them, 0 at the end.
pub(super) fn skip_zeros(reader: &mut impl Skip) -> Result<usize, Error> {
    loop {
        let buf = reader.fill_buf()?;
        let length = buf.len();
        let zeros = buf.iter().take_while(|byte| **byte == 0).count();
        reader.consume(zeros);
        if length == 0 || zeros < length {
            return Ok(length.saturating_sub(zeros));
        }
    }
}

/// Reads one archive up to its trailer.
pub(super) fn read(reader: &mut impl Skip, collector: &mut Collector) -> Result<Verdict, String> {
    loop {
        let mut header = [0; 110];
        reader.read_exact(&mut header).map_err(|e| told(&e))?;
        let is_newc = header.starts_with(b"070701") || header.starts_with(b"070702");
        let (Some(size), Some(name_size), true) =
            (number(&header, 6), number(&header, 11), is_newc)
        else {
            return Err(
                "a header in it is no header of a cpio archive in the newc format".to_owned(),
            );
        };
        if name_size == 0 || name_size > MAX_NAME {
            return Err(format!("a name in it has {name_size} bytes"));
        }
        collector.entries = collector.entries.saturating_add(1);
        if collector.entries > MAX_ENTRIES {
            return Err(format!("it has more than {MAX_ENTRIES} entries"));
        }
        let mut name = vec![0; usize::try_from(name_size).unwrap_or(0)];
        reader.read_exact(&mut name).map_err(|e| told(&e))?;
        let head = name_size.saturating_add(HEADER);
        reader.skip(padding(head)).map_err(|e| told(&e))?;
        collector.spend(head.saturating_add(size))?;
        while name.last() == Some(&0) {
            name.pop();
        }
        let name = String::from_utf8_lossy(&name);
        if name == "TRAILER!!!" {
            return Ok(Verdict::More);
        }
        let name = name.trim_start_matches("./").trim_start_matches('/');
        let taken = look(reader, collector, name, size)?;
        // Archives are made in the order of the names, so that this list stands behind the modules.
        if name.ends_with("/modules.dep") && collector.has_enough() {
            return Ok(Verdict::Enough);
        }
        let rest = size.saturating_sub(taken).saturating_add(padding(size));
        reader.skip(rest).map_err(|e| told(&e))?;
    }
}

/// Keeps what matters of an entry; how many bytes of its body were taken.
fn look(
    reader: &mut impl Skip,
    collector: &mut Collector,
    name: &str,
    size: u64,
) -> Result<u64, String> {
    let in_modules = name
        .strip_prefix("usr/")
        .unwrap_or(name)
        .strip_prefix("lib/modules/");
    if let Some((release, rest)) = in_modules.and_then(|inner| inner.split_once('/')) {
        let is_module = [".ko", ".ko.gz", ".ko.xz", ".ko.zst"]
            .iter()
            .any(|ending| rest.ends_with(ending));
        if is_module {
            collector.keep_module(rest);
            if collector.releases.len() < 64 {
                collector.releases.insert(release.to_owned());
            }
        }
        // Only files count: a list of modules may name what was left out.
        if rest == "modules.builtin" && size <= MAX_LIST {
            let text = text(reader, size)?;
            collector.built_in.extend(built_in(&text));
            return Ok(size);
        }
    }
    if name.starts_with("etc/cmdline.d/")
        && name.ends_with(".conf")
        && size <= MAX_ARGUMENTS
        && collector.arguments.len() < MAX_ARGUMENT_FILES
    {
        let text = text(reader, size)?;
        collector.arguments.push((name.to_owned(), text));
        return Ok(size);
    }
    Ok(0)
}

fn text(reader: &mut impl Read, size: u64) -> Result<String, String> {
    let mut bytes = vec![0; usize::try_from(size).unwrap_or(0)];
    reader.read_exact(&mut bytes).map_err(|e| told(&e))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
