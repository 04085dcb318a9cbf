//! An [`Inspection`] for the tests of rules that look at partitions.

use super::{DiskRole, Generation, Guess, Inspection, Known, OsFamily, Undetermined};
use crate::container::{Container, Foreign, ForeignFormat};
use crate::partition::PartitionTable;

/// An inspection of which only the given facts are known.
pub(crate) fn inspection_of(
    partitions: Known<PartitionTable>,
    role: DiskRole,
    os: Option<OsFamily>,
    generation: Generation,
) -> Inspection {
    fn declared<T>(value: T) -> Guess<T> {
        Guess {
            value,
            declared: true,
            reason: "said by the test".to_owned(),
        }
    }
    Inspection {
        looked_at: jiff::Timestamp::UNIX_EPOCH,
        name: "disk.vhd".to_owned(),
        length: 0,
        allocated: None,
        mapped: false,
        container: Container::Foreign(Foreign {
            format: ForeignFormat::Raw,
            offset: 0,
            evidence: "said by the test",
            file_length: 0,
            end_is_zero: false,
        }),
        volumes: Err(Undetermined::new("no volume was looked at")),
        groups: Vec::new(),
        guest: Ok(None),
        advisories: None,
        bitmaps: Err(Undetermined::new("the disk has no blocks")),
        disk_size: partitions
            .as_ref()
            .map(|table| table.disk_size)
            .map_err(Clone::clone),
        partitions,
        content: Err(Undetermined::new("not scanned")),
        outline: None,
        measured: super::Measured::default(),
        role: declared(role),
        os: os.map(declared),
        generation,
        offer: super::Offer::default(),
    }
}
