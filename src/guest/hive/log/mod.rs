//! Recovery of a dirty hive from its transaction logs: which of them apply, and in which order.

mod dirty_vector;
mod entries;
mod marvin;
#[cfg(test)]
mod tests;

pub(super) use marvin::marvin32;

use super::base_block::{self, BaseBlock, LENGTH, NEW_LOG, PRIMARY};
use super::{HiveError, State};
use crate::bytes::Fields;

/// What a hive may grow by beyond its own size and that of its logs: what it grows by has to come
/// from somewhere, and a log that says otherwise shall not take the memory.
const SLACK: usize = 1 << 20;

/// A log that is whole: its base block is sound and its last write came to its end.
struct Log<'a> {
    bytes: &'a [u8],
    base: BaseBlock,
}

impl<'a> Log<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, String> {
        if bytes.is_empty() {
            return Err("is empty".into());
        }
        let base = BaseBlock::read(bytes).map_err(|error| error.to_string())?;
        if !base.sound {
            return Err("has a wrong checksum in its base block".into());
        }
        if base.primary_sequence != base.secondary_sequence {
            return Err("was not written to its end".into());
        }
        if !matches!(base.file_type, 1 | 2 | NEW_LOG) {
            return Err(format!("has file type {}", base.file_type));
        }
        let log = Self { bytes, base };
        log.primary().check().map_err(|error| error.to_string())?;
        Ok(log)
    }

    /// The sequence number of its first entry.
    fn sequence(&self) -> u32 {
        self.base.primary_sequence
    }

    /// The copy of the hive's base block that it holds.
    fn primary(&self) -> BaseBlock {
        BaseBlock {
            file_type: PRIMARY,
            ..self.base.clone()
        }
    }

    /// Where what follows its base block starts: at its second sector.
    fn body(&self, signature: &[u8; 4]) -> usize {
        let sector = usize::try_from(self.base.clustering)
            .unwrap_or(0)
            .saturating_mul(512);
        let there = |at: usize| {
            self.bytes
                .get(at..)
                .is_some_and(|b| b.starts_with(signature))
        };
        if sector > 512 && there(sector) {
            sector
        } else {
            512
        }
    }
}

/// Recovers the hive in `bytes`, whose base block is `read`, and which is dirty.
pub(super) fn recover(
    bytes: &mut Vec<u8>,
    read: Result<BaseBlock, HiveError>,
    logs: &[Vec<u8>],
) -> Result<(BaseBlock, State), HiveError> {
    let sound = read.as_ref().ok().filter(|base| base.sound).cloned();
    let mut why = vec![match (&read, &sound) {
        (_, Some(base)) => format!(
            "its sequence numbers differ ({} and {})",
            base.primary_sequence, base.secondary_sequence
        ),
        (Ok(_), None) => "its base block has a wrong checksum".to_owned(),
        (Err(error), None) => error.to_string(),
    }];
    let most = logs
        .iter()
        .fold(bytes.len(), |sum, log| sum.saturating_add(log.len()))
        .saturating_add(SLACK);
    let mut whole = Vec::new();
    for (number, log) in (1_u32..).zip(logs) {
        match Log::read(log) {
            Ok(log) => whole.push(log),
            Err(reason) => why.push(format!("log {number} {reason}")),
        }
    }
    if logs.is_empty() {
        why.push("there is no transaction log".to_owned());
    }
    let (new, old): (Vec<_>, Vec<_>) = whole
        .iter()
        .partition(|log: &&Log<'_>| log.base.file_type == NEW_LOG);
    let applied = if new.is_empty() {
        from_old(bytes, sound.as_ref(), &old, most, &mut why)
    } else {
        from_new(bytes, sound.as_ref(), &new, most, &mut why)
    };
    if let Some(recovered) = applied {
        return Ok(recovered);
    }
    // Nothing to replay; what is there may still be read, if something says where the root is.
    let backup = new.first().or(old.first()).map(|log| log.primary());
    let mut base = match (sound, read, backup) {
        (Some(base), ..) => base,
        (None, _, Some(backup)) => {
            why.push("its base block comes from a log".to_owned());
            backup
        }
        (None, Ok(torn), None) => BaseBlock {
            bins_size: bins_in(bytes),
            ..torn
        },
        (None, Err(error), None) => return Err(error),
    };
    base.bins_size = base.bins_size.min(bins_in(bytes)).max(base_block::BIN_UNIT);
    Ok((base, State::Dirty(why.join("; "))))
}

/// Applies logs with log entries. A sound hive takes all of them from its own sequence number on,
/// as long as no number is missing; a torn one takes its base block and the entries of the latest.
fn from_new(
    bytes: &mut Vec<u8>,
    sound: Option<&BaseBlock>,
    logs: &[&Log<'_>],
    most: usize,
    why: &mut Vec<String>,
) -> Option<(BaseBlock, State)> {
    let order = |log: &Log<'_>, from: u32| log.sequence().wrapping_sub(from);
    let mut eligible: Vec<&Log<'_>> = Vec::new();
    if let Some(base) = sound {
        let from = base.secondary_sequence;
        // Numbers wrap: in the lower half of what is ahead is later, in the upper half earlier.
        eligible.extend(logs.iter().filter(|log| order(log, from) < 1 << 31));
        eligible.sort_by_key(|log| order(log, from));
        if eligible.is_empty() {
            why.push("the logs are older than the hive".to_owned());
        }
    } else {
        let later = |a, b| {
            let after = order(b, Log::sequence(a)) < 1 << 31;
            if after { b } else { a }
        };
        eligible.extend(logs.iter().copied().reduce(later));
    }
    let mut last: Option<(u32, BaseBlock)> = None;
    let mut count = 0_usize;
    for log in eligible {
        let next = log.sequence();
        if last
            .as_ref()
            .is_some_and(|(last, _)| last.wrapping_add(1) != next)
        {
            break;
        }
        let mut at = log.body(entries::SIGNATURE);
        let mut sequence = next;
        let stopped = loop {
            let entry = match entries::read(log.bytes, at, sequence) {
                Ok(entry) => entry,
                Err(reason) => break reason,
            };
            if let Err(reason) = apply(bytes, &entry.pages, entry.bins_size, most) {
                break reason;
            }
            let base = BaseBlock {
                bins_size: entry.bins_size,
                ..log.primary()
            };
            last = Some((sequence, base));
            count = count.saturating_add(1);
            sequence = sequence.wrapping_add(1);
            at = at.saturating_add(entry.size);
        };
        if last.is_none() {
            // What comes later does not fit without what should have come first.
            why.push(format!("the first log entry {stopped}"));
            break;
        }
    }
    last.map(|(_, base)| (base, State::Replayed { entries: count }))
}

/// Applies the one log of dirty pages that belongs to the last write of the hive.
fn from_old(
    bytes: &mut Vec<u8>,
    sound: Option<&BaseBlock>,
    logs: &[&Log<'_>],
    most: usize,
    why: &mut Vec<String>,
) -> Option<(BaseBlock, State)> {
    let written = match sound {
        Some(base) => Some(base.last_written),
        // The first hive bin has a copy.
        None => Fields::new("hive bin", 0, bytes)
            .u64_le("timestamp", LENGTH.saturating_add(20))
            .ok(),
    };
    for log in logs {
        if Some(log.base.last_written) != written {
            why.push("a log is of another write than the hive".to_owned());
            continue;
        }
        let done = dirty_vector::pages(log.bytes, log.body(dirty_vector::SIGNATURE), &log.base)
            .and_then(|pages| {
                dirty_vector::check(bytes, &pages)?;
                apply(bytes, &pages, log.base.bins_size, most)
            });
        match done {
            Ok(()) => return Some((log.primary(), State::Replayed { entries: 1 })),
            Err(reason) => why.push(format!("a log {reason}")),
        }
    }
    None
}

/// Writes dirty pages, given with their offsets in the hive bins data, which has `bins_size` bytes
/// after that.
fn apply(
    bytes: &mut Vec<u8>,
    pages: &[(usize, &[u8])],
    bins_size: u32,
    most: usize,
) -> Result<(), String> {
    let size = usize::try_from(bins_size)
        .unwrap_or(usize::MAX)
        .saturating_add(LENGTH);
    if size > most {
        return Err(format!(
            "makes the hive larger ({size} bytes) than its logs can fill"
        ));
    }
    let place = |offset: usize, page: &[u8]| {
        let start = offset.saturating_add(LENGTH);
        start..start.saturating_add(page.len())
    };
    if pages
        .iter()
        .any(|(offset, page)| place(*offset, page).end > size)
    {
        return Err("has a page outside of the hive".into());
    }
    if bytes.len() < size {
        bytes.resize(size, 0);
    }
    for (offset, page) in pages {
        if let Some(there) = bytes.get_mut(place(*offset, page)) {
            there.copy_from_slice(page);
        }
    }
    Ok(())
}

/// How much hive bins data the file has room for.
fn bins_in(bytes: &[u8]) -> u32 {
    let room = u32::try_from(bytes.len().saturating_sub(LENGTH)).unwrap_or(u32::MAX);
    room & !(base_block::BIN_UNIT.saturating_sub(1))
}
