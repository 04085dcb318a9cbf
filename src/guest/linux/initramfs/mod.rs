//! The initial RAM disks of the default entry: which modules are in them.
//!
//! The archives are unpacked as a stream and nothing of them is kept but names and two small files,
//! so that the cost is that of the decompression alone.

mod compression;
mod cpio;
mod input;
mod legacy_lz4;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io::{BufReader, Read};

use super::boot::{Boot, BootEntry, CommandLine, initrd_section};
use super::kernel::module_name;
use crate::guest::{Root, Spot};
use crate::known::{Known, Undetermined};

pub use compression::Compression;
use cpio::{Collector, Verdict};
use input::{Input, Skip};

/// Bytes that are unpacked of all archives together.
const MAX_OUTPUT: u64 = 1 << 30;
/// Bytes of a RAM disk's file.
const MAX_FILE: u64 = 1 << 30;
/// Archives, one behind the other, in one file.
const MAX_ARCHIVES: usize = 64;

/// The modules after which nobody looks further: once all of them are accounted for, the rest of
/// an archive tells nothing that is asked for.
const ENOUGH: [&str; 6] = [
    "hv_vmbus",
    "hv_storvsc",
    "hv_netvsc",
    "hyperv_keyboard",
    "nvme",
    "nvme_core",
];

/// What is in the initial RAM disks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Initramfs {
    /// The files, in order.
    pub files: Vec<Spot>,
    /// How each archive in them is compressed, in order.
    pub archives: Vec<Compression>,
    /// The names of the modules in them, with `_`.
    pub modules: BTreeSet<String>,
    /// The modules that are built into the kernel, by the list in the archive.
    pub built_in: BTreeSet<String>,
    /// The releases for which there are modules.
    pub releases: BTreeSet<String>,
    /// Arguments that dracut put into `etc/cmdline.d`, by the file that they came from.
    pub arguments: Vec<CommandLine>,
    /// Whether they were read to their end; otherwise everything that is asked for was seen before.
    pub whole: bool,
}

impl Initramfs {
    /// Whether a module is in it, by its name.
    pub fn has(&self, name: &str) -> bool {
        self.modules.contains(&module_name(name))
    }
}

/// Reads the initial RAM disks of the default entry; none where it has none.
///
/// # Errors
/// [`Undetermined`] where the entry is not known, or a file cannot be read to its end.
pub fn gather(root: &Root, boot: &Boot) -> Known<Option<Initramfs>> {
    let Some(entry) = boot.default_entry.as_ref().map_err(Clone::clone)? else {
        return Ok(None);
    };
    if entry.initrds.is_empty() {
        return Ok(None);
    }
    of_entry(root, entry).map(Some)
}

/// As [`gather`], for one entry that has RAM disks.
fn of_entry(root: &Root, entry: &BootEntry) -> Known<Initramfs> {
    let mut collector = Collector::new(MAX_OUTPUT);
    let mut files = Vec::new();
    let mut archives = Vec::new();
    let mut whole = true;
    for path in &entry.initrds {
        let Some(metadata) = root.metadata(path)? else {
            return Err(Undetermined::new(format!(
                "{}: the entry {:?} names this initial RAM disk, and there is no such file",
                root.spot(path),
                entry.title
            )));
        };
        let spot = root.real_spot(path);
        let range = match initrd_section(root, path)? {
            Some(range) => range,
            None => 0..metadata.size,
        };
        if range.end.saturating_sub(range.start) > MAX_FILE {
            return Err(Undetermined::new(format!(
                "{spot}: the initial RAM disk has more than {MAX_FILE} bytes"
            )));
        }
        files.push(spot.clone());
        let mut input = Input::new(root, path, range);
        let told = unpack(&mut input, &mut collector, &mut archives);
        // What the guest's file system could not read is told in its own words.
        if let Some(unknown) = input.error() {
            return Err(unknown);
        }
        match told {
            Ok(Verdict::Enough) => {
                whole = false;
                break;
            }
            Ok(Verdict::More) => {}
            Err(message) => return Err(Undetermined::new(format!("{spot}: {message}"))),
        }
    }
    let arguments = collector
        .arguments
        .iter()
        .filter_map(|(name, text)| {
            let spot = files.last()?.clone();
            let place = Spot {
                path: format!("{}!/{name}", spot.path),
                ..spot
            };
            Some(CommandLine::new(text, place))
        })
        .collect();
    Ok(Initramfs {
        files,
        archives,
        modules: collector.modules,
        built_in: collector.built_in,
        releases: collector.releases,
        arguments,
        whole,
    })
}

/// Unpacks the archives of one file, one behind the other, as the kernel does.
fn unpack(
    input: &mut Input<'_>,
    collector: &mut Collector,
    archives: &mut Vec<Compression>,
) -> Result<Verdict, String> {
    while archives.len() < MAX_ARCHIVES {
        input.skip_zeros().map_err(|error| error.to_string())?;
        let offset = input.position();
        let head = input.peek().map_err(|error| error.to_string())?;
        if head.is_empty() {
            return Ok(Verdict::More);
        }
        let Some(kind) = Compression::of(head) else {
            let shown = head.get(..head.len().min(6)).unwrap_or_default();
            return Err(format!(
                "what begins at byte {offset} is no archive that is known here (bytes {shown:02x?})"
            ));
        };
        archives.push(kind);
        let failed =
            |message: String| format!("the {} archive at byte {offset}: {message}", kind.name());
        let verdict = if kind == Compression::None {
            cpio::read(input, collector).map_err(failed)?
        } else {
            let decoder =
                compression::decoder(kind, &mut *input).map_err(|e| failed(e.to_string()))?;
            let mut reader = BufReader::with_capacity(128 << 10, decoder);
            let verdict = all_archives(&mut reader, collector).map_err(failed)?;
            if verdict == Verdict::More {
                // The decoder has to see the end of its stream: what follows begins there.
                std::io::copy(&mut reader.by_ref().take(1 << 20), &mut std::io::sink())
                    .map_err(|error| failed(error.to_string()))?;
            }
            verdict
        };
        if verdict == Verdict::Enough {
            return Ok(verdict);
        }
    }
    Err(format!(
        "more than {MAX_ARCHIVES} archives one behind the other"
    ))
}

/// The archives in one compressed stream: usually one, and then zeros.
fn all_archives(reader: &mut impl Skip, collector: &mut Collector) -> Result<Verdict, String> {
    loop {
        if cpio::skip_zeros(reader).map_err(|error| error.to_string())? == 0 {
            return Ok(Verdict::More);
        }
        if cpio::read(reader, collector)? == Verdict::Enough {
            return Ok(Verdict::Enough);
        }
    }
}
