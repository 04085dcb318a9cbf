//! Whether the volume was put away properly: the flags of `$Volume`, and the restart area of
//! `$LogFile`.

use super::super::{FsError, State};
use super::record::{DATA, Reference, VOLUME_INFORMATION};
use super::volume::{File, Volume};
use super::{bad, corrupt};
use crate::bytes::Fields;

const LOG_FILE: u64 = 2;
/// `VOLUME_IS_DIRTY`.
const DIRTY: u16 = 1;
/// Chkdsk had begun and not ended.
const CHKDSK_UNDERWAY: u16 = 0x4000;
/// Flag of the restart area.
const VOLUME_IS_CLEAN: u16 = 2;
const NO_CLIENT: u16 = 0xffff;
/// Largest page that the log is read by.
const LARGEST_PAGE: u32 = 64 << 10;

/// What the log says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Log {
    /// Nothing is outstanding.
    Clean,
    /// It has to be replayed: what says so.
    Open(String),
}

/// The state of the volume by its flags, then by its log.
pub(super) fn state(volume: &File, log: &Log) -> Result<State, FsError> {
    let information = volume.resident(VOLUME_INFORMATION);
    let information =
        information.ok_or_else(|| corrupt("the file $Volume has no $VOLUME_INFORMATION"))?;
    let fields = Fields::new("NTFS $VOLUME_INFORMATION", 0, information);
    let flags = fields.u16_le("VolumeFlags", 10).map_err(bad)?;
    Ok(if flags & (DIRTY | CHKDSK_UNDERWAY) != 0 {
        State::Dirty(format!(
            "its dirty flag is set (the flags of $VOLUME_INFORMATION are 0x{flags:04x})"
        ))
    } else if let Log::Open(evidence) = log {
        State::Dirty(evidence.clone())
    } else {
        State::Clean
    })
}

/// Reads the restart pages of `$LogFile`.
pub(super) fn log(volume: &Volume) -> Result<Log, FsError> {
    let file = volume.file(Reference {
        number: LOG_FILE,
        sequence: 0,
    })?;
    let stream = file.require(DATA)?;
    let first = volume.read(&stream, 0, 512)?;
    // What ntfs-3g and mkntfs leave: a log that Windows makes anew.
    if first.iter().all(|byte| *byte == 0xff) {
        return Ok(Log::Clean);
    }
    let page = match restart(&first) {
        Some((_, log)) => {
            let fields = Fields::new("NTFS $LogFile", 0, &first);
            let size = fields.u32_le("SystemPageSize", 0x10).unwrap_or(0);
            let second = volume.read(&stream, u64::from(size.clamp(512, LARGEST_PAGE)), 512)?;
            return Ok(newer(restart(&first), restart(&second)).unwrap_or(log));
        }
        // Where the first page is damaged, the second stands at the usual place.
        None => volume.read(&stream, 4096, 512)?,
    };
    let known = restart(&page).map(|(_, log)| log);
    Ok(known.unwrap_or_else(|| {
        Log::Open("its $LogFile has no restart page that can be read".to_owned())
    }))
}

/// What the page with the later sequence number says.
fn newer(first: Option<(u64, Log)>, second: Option<(u64, Log)>) -> Option<Log> {
    match (first, second) {
        (Some(a), Some(b)) => Some(if b.0 > a.0 { b.1 } else { a.1 }),
        (a, b) => a.or(b).map(|(_, log)| log),
    }
}

/// The sequence number of a restart page and what it says; none where it is none.
fn restart(page: &[u8]) -> Option<(u64, Log)> {
    let fields = Fields::new("NTFS $LogFile", 0, page);
    match &fields.array("signature", 0).ok()? {
        b"RSTR" => {}
        // Chkdsk leaves this where it dealt with the log.
        b"CHKD" => return Some((fields.u64_le("ChkDskLsn", 8).ok()?, Log::Clean)),
        _ => return None,
    }
    let area = usize::from(fields.u16_le("RestartOffset", 0x18).ok()?);
    // All of it stands before the fixup at the end of the first 512 bytes.
    let u16 = |name, at| fields.u16_le(name, area.saturating_add(at)).ok();
    let sequence = fields.u64_le("CurrentLsn", area).ok()?;
    let client = u16("ClientInUseList", 12)?;
    let flags = u16("Flags", 14)?;
    let log = if client == NO_CLIENT || flags & VOLUME_IS_CLEAN != 0 {
        Log::Clean
    } else {
        Log::Open(format!(
            "its $LogFile was not closed (the restart area has the flags 0x{flags:04x} and the \
             client 0x{client:04x} in use)"
        ))
    };
    Some((sequence, log))
}
