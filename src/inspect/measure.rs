//! The content pass over the disk of one image, with whatever is measured beside the content.

use std::num::NonZeroUsize;

use super::volumes::free_regions;
use super::{Known, Measured, Undetermined, VolumeFacts};
use crate::container::{Container, vhd::Layout};
use crate::manifest::{self, Manifest};
use crate::partition::PartitionTable;
use crate::scan::{self, Cancel, DigestCost, DigestKind, Progress, Region, ScanError, WholeFile};
use crate::source::{ReadAt, ReadError};

/// What is asked of the content pass. The default asks for nothing but the content.
#[derive(Clone, Copy, Default)]
pub struct Measure<'a> {
    /// Threads; without a number as many as the machine has.
    pub threads: Option<NonZeroUsize>,
    /// Digests of the file and of the disk that other programs compute too.
    pub digests: &'a [DigestKind],
    /// Told what each digest costs, before the pass begins.
    pub announce: Option<&'a dyn Fn(&DigestCost)>,
    /// Ends the pass early.
    pub cancel: Option<&'a Cancel>,
    /// The most cells of a picture of the disk; 0 for none.
    pub map_cells: usize,
    /// Whether a manifest is wanted.
    pub manifest: bool,
    /// The content of the version that went before.
    pub previous: Option<&'a Manifest>,
}

/// Why an image cannot be looked at any further.
pub(super) enum Stop {
    /// Its bytes could not be read, or changed.
    Read(ReadError),
    /// The user wants no more of it.
    Interrupted,
}

impl From<ReadError> for Stop {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

/// What a pass is made over.
pub(super) struct Pass<'a> {
    pub(super) disk: &'a dyn ReadAt,
    pub(super) image: &'a dyn ReadAt,
    pub(super) container: &'a Container,
    pub(super) partitions: Option<&'a PartitionTable>,
    pub(super) volumes: &'a [VolumeFacts],
    pub(super) measure: &'a Measure<'a>,
    pub(super) progress: &'a dyn Progress,
}

/// Makes the pass.
///
/// A file that changed and an interruption end everything; any other trouble makes the content
/// unknown.
pub(super) fn content(pass: &Pass<'_>) -> Result<(Known<scan::Content>, Measured), Stop> {
    let measure = pass.measure;
    let regions = pass.partitions.map(regions).unwrap_or_default();
    let mut counted = regions.clone();
    counted.extend(free_regions(pass.volumes));
    let options = scan::Options {
        threads: measure.threads,
        digests: measure.digests,
        file: whole_file(pass),
        cancel: measure.cancel,
        regions: &counted,
        map_cells: measure.map_cells,
        keep_blocks: measure.manifest || measure.previous.is_some(),
    };
    if let Some(announce) = measure.announce {
        for cost in scan::digest_costs(options.digests, pass.disk, options.file) {
            announce(&cost);
        }
    }
    let scanned = match scan::scan_with(pass.disk, &options, pass.progress) {
        Ok(scanned) => scanned,
        Err(ScanError::Cancelled) => return Err(Stop::Interrupted),
        Err(error) => {
            return match error.read_error() {
                Some(changed @ ReadError::Changed { .. }) => Err(Stop::Read(changed.clone())),
                _ => Ok((
                    Err(Undetermined::new(error.to_string())),
                    Measured::default(),
                )),
            };
        }
    };
    let mut by_partition = scanned.regions;
    let free = by_partition.split_off(regions.len().min(by_partition.len()));
    let mut measured = Measured {
        regions: by_partition,
        free,
        map: scanned.map,
        checksums: scanned.checksums,
        manifest: scanned
            .blocks
            .and_then(|blocks| Manifest::from_blocks(&scanned.content, blocks)),
        delta: None,
    };
    if let (Some(previous), Some(current)) = (measure.previous, &measured.manifest) {
        measured.delta = Some(manifest::compare(previous, current, &regions));
        if let Some(map) = &mut measured.map {
            manifest::mark_changes(map, previous, current);
        }
    }
    Ok((Ok(scanned.content), measured))
}

/// How the file and the disk go together, where digests of the file are wanted.
fn whole_file<'a>(pass: &Pass<'a>) -> WholeFile<'a> {
    if pass.measure.digests.is_empty() {
        return WholeFile::Unwanted;
    }
    let in_blocks = pass
        .container
        .vhd()
        .is_some_and(|vhd| vhd.layout != Layout::Fixed);
    if in_blocks {
        WholeFile::Apart(pass.image)
    } else {
        WholeFile::BeginsWithDisk(pass.image)
    }
}

/// The parts of a disk that its bytes are counted by: each partition (a logical one for itself, not
/// within its extended one), and what lies outside of all of them.
pub fn regions(table: &PartitionTable) -> Vec<Region> {
    let sector = u64::from(table.sector_size);
    let bytes = |first: u64, last: u64| {
        first.saturating_mul(sector)..last.saturating_add(1).saturating_mul(sector)
    };
    let mut held: Vec<_> = table
        .partitions
        .iter()
        .filter(|part| !part.kind.is_extended() && part.first_lba <= part.last_lba)
        .map(|part| (part, bytes(part.first_lba, part.last_lba)))
        .collect();
    let mut regions: Vec<_> = held
        .iter()
        .map(|(part, range)| Region::new(format!("partition {}", part.number), range.clone()))
        .collect();
    if regions.is_empty() {
        return regions;
    }
    held.sort_by_key(|(_, range)| range.start);
    let mut outside = Vec::new();
    let mut next = 0;
    for (_, range) in &held {
        if range.start > next {
            outside.push(next..range.start);
        }
        next = next.max(range.end);
    }
    if next < table.disk_size {
        outside.push(next..table.disk_size);
    }
    regions.push(Region {
        name: "outside of any partition".to_owned(),
        ranges: outside,
    });
    regions
}
