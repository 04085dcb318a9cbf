//! The GUID partition table: two headers, two entry arrays, and which of them can be believed.

mod array;
mod differences;
mod header;

pub use array::{GptArray, GptEntry};
pub use header::GptHeader;

use super::reader::Reader;
use super::{AnomalyKind, TableAnomaly};
use crate::source::ReadError;

/// Sector sizes that a GPT is looked for with. VHDs count in 512; a table that was made for 4096
/// stands at byte 4096.
const SECTOR_SIZES: [u32; 2] = [512, 4096];

/// One of the two copies of a GPT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GptSide {
    /// The one at LBA 1.
    Primary,
    /// The one that belongs at the last LBA.
    Backup,
}

/// A header with the array that it describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GptCopy {
    /// The header.
    pub header: GptHeader,
    /// The array, or why it could not be read.
    pub array: Result<GptArray, TableAnomaly>,
}

impl GptCopy {
    /// Why systems refuse this copy; empty for a sound one.
    pub fn defects(&self) -> Vec<String> {
        let mut defects = self.header.defects();
        match &self.array {
            Ok(array) if array.crc_computed != self.header.entries_crc_stored => {
                defects.push(format!(
                    "PartitionEntryArrayCRC32 is 0x{:08x}, the array's {} bytes give 0x{:08x}",
                    self.header.entries_crc_stored, array.length, array.crc_computed
                ));
            }
            Ok(_) => {}
            Err(anomaly) => {
                defects.push(format!(
                    "the entry array could not be read: {}",
                    anomaly.message
                ));
            }
        }
        defects
    }

    /// Whether header and array are sound, both CRCs included.
    pub fn is_sound(&self) -> bool {
        self.defects().is_empty()
    }

    /// Whether it could not be judged because its array cannot be read or is beyond our limit,
    /// while nothing says that it is broken.
    pub fn is_undecided(&self) -> bool {
        let unknown = |a: &TableAnomaly| matches!(a.kind, AnomalyKind::Unread | AnomalyKind::Limit);
        self.header.defects().is_empty() && self.array.as_ref().is_err_and(unknown)
    }
}

/// A GUID partition table, of which at least one header was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gpt {
    /// The copy at LBA 1.
    pub primary: Option<GptCopy>,
    /// The copy at the last LBA, or else where the primary header says that it is: its header's
    /// `lba` tells.
    pub backup: Option<GptCopy>,
    /// Whose entries count; none where neither array can be read.
    pub used: Option<GptSide>,
    /// Where the two copies say different things; a bounded list.
    pub differences: Vec<String>,
}

impl Gpt {
    fn new(primary: Option<GptCopy>, backup: Option<GptCopy>) -> Self {
        let readable = |copy: &&GptCopy| copy.array.is_ok();
        let sound = |copy: &&GptCopy| copy.is_sound();
        let (first, second) = (primary.as_ref(), backup.as_ref());
        // UEFI 2.10 section 5.3.2: the backup counts where the primary is invalid. Where both
        // are, what can be read is shown rather than nothing.
        let used = if first.is_some_and(|copy| sound(&copy)) {
            Some(GptSide::Primary)
        } else if second.is_some_and(|copy| sound(&copy)) {
            Some(GptSide::Backup)
        } else if first.is_some_and(|copy| readable(&copy)) {
            Some(GptSide::Primary)
        } else {
            second.filter(readable).map(|_| GptSide::Backup)
        };
        let differences = match (first, second) {
            (Some(first), Some(second)) => differences::between(first, second),
            _ => Vec::new(),
        };
        Self {
            primary,
            backup,
            used,
            differences,
        }
    }

    /// The copy whose entries count.
    pub fn used_copy(&self) -> Option<&GptCopy> {
        match self.used? {
            GptSide::Primary => self.primary.as_ref(),
            GptSide::Backup => self.backup.as_ref(),
        }
    }

    /// The entries that count.
    pub fn entries(&self) -> &[GptEntry] {
        match self.used_copy().map(|copy| &copy.array) {
            Some(Ok(array)) => &array.entries,
            _ => &[],
        }
    }
}

/// Looks for a GPT; also returns the bytes per sector in which it counts.
///
/// # Errors
/// [`ReadError::Changed`] only.
pub(super) fn find(reader: &mut Reader<'_>) -> Result<Option<(Gpt, u32)>, ReadError> {
    for size in SECTOR_SIZES {
        if let Some(primary) = copy(reader, GptSide::Primary, 1, size)? {
            let backup = backup(reader, Some(&primary.header), size)?;
            return Ok(Some((finish(reader, Some(primary), backup), size)));
        }
    }
    for size in SECTOR_SIZES {
        // Only a sound header stands for 4096: content can begin with these letters, too.
        if let Some(backup) = backup(reader, None, size)?
            && (size == 512 || backup.header.defects().is_empty())
        {
            return Ok(Some((finish(reader, None, Some(backup)), size)));
        }
    }
    Ok(None)
}

/// The backup at the last LBA; else, or if that one is broken and the other is not, the one where
/// the primary header points.
fn backup(
    reader: &mut Reader<'_>,
    primary: Option<&GptHeader>,
    size: u32,
) -> Result<Option<GptCopy>, ReadError> {
    let sectors = reader
        .disk()
        .len()
        .checked_div(u64::from(size))
        .unwrap_or(0);
    let last = sectors.saturating_sub(1);
    let at_end = if last > 1 {
        copy(reader, GptSide::Backup, last, size)?
    } else {
        None
    };
    let elsewhere = primary
        .map(|header| header.alternate_lba)
        .filter(|lba| *lba != last && *lba > 1 && !at_end.as_ref().is_some_and(GptCopy::is_sound));
    let Some(lba) = elsewhere else {
        return Ok(at_end);
    };
    let other = copy(reader, GptSide::Backup, lba, size)?;
    Ok(match (at_end, other) {
        (Some(at_end), Some(other)) if !other.is_sound() => Some(at_end),
        (at_end, other) => other.or(at_end),
    })
}

fn copy(
    reader: &mut Reader<'_>,
    side: GptSide,
    lba: u64,
    size: u32,
) -> Result<Option<GptCopy>, ReadError> {
    let Some(header) = GptHeader::read(reader, side.header_name(), lba, size)? else {
        return Ok(None);
    };
    let array = GptArray::read(reader, side.array_name(), &header)?;
    Ok(Some(GptCopy { header, array }))
}

/// Keeps what is broken in the copies as anomalies, and says whose partitions are shown.
fn finish(reader: &mut Reader<'_>, primary: Option<GptCopy>, backup: Option<GptCopy>) -> Gpt {
    let sides = [(GptSide::Primary, &primary), (GptSide::Backup, &backup)];
    for (side, copy) in sides {
        if let Some(copy) = copy {
            let offset = copy.header.offset;
            let mut defects = copy.header.defects();
            if copy.array.is_ok() {
                defects = copy.defects();
            }
            for defect in defects {
                reader.note(AnomalyKind::Broken, side.header_name(), offset, defect);
            }
        }
    }
    let gpt = Gpt::new(primary, backup);
    if gpt.used == Some(GptSide::Backup) {
        let offset = gpt.backup.as_ref().map_or(0, |copy| copy.header.offset);
        reader.note(
            AnomalyKind::Odd,
            GptSide::Backup.header_name(),
            offset,
            "the primary GPT cannot be used: the partitions shown are those of the backup",
        );
    }
    gpt
}

impl GptSide {
    /// What the header of this copy is called in places and anomalies.
    pub fn header_name(self) -> &'static str {
        match self {
            Self::Primary => "GPT header",
            Self::Backup => "GPT backup header",
        }
    }

    /// What the entry array of this copy is called in places and anomalies.
    pub fn array_name(self) -> &'static str {
        match self {
            Self::Primary => "GPT entry array",
            Self::Backup => "GPT backup entry array",
        }
    }
}

#[cfg(test)]
mod tests;
