//! What a pass with options found.

use super::blocks::{self, BlockTable};
use super::content::Content;
use super::digests::Checksums;
use super::map::{Cells, DiskMap};
use super::options::{Options, Region};
use super::slice::Slice;
use super::tally::{Segments, Tally};

/// What one pass found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanned {
    /// The content as a whole.
    pub content: Content,
    /// What lies in the regions that were asked for, in their order.
    pub regions: Vec<RegionContent>,
    /// The picture, if it was asked for.
    pub map: Option<DiskMap>,
    /// The block table, if it was asked for.
    pub blocks: Option<BlockTable>,
    /// The digests that were asked for.
    pub checksums: Checksums,
}

/// What lies in a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionContent {
    /// The region's name.
    pub name: String,
    /// Bytes of the disk in it, each once.
    pub bytes: u64,
    /// What is in them. A unit that a border of the region cuts counts with what of it lies within.
    pub tally: Tally,
}

/// Puts together what a pass found.
pub(super) fn assemble(
    disk_bytes: u64,
    mut slice: Slice,
    segments: Option<&Segments>,
    cells: Option<Cells>,
    options: &Options<'_>,
    checksums: Checksums,
) -> Scanned {
    let mut tallies = std::mem::take(&mut slice.tallies).into_totals();
    let mut near = 0;
    let counted = blocks::count(&mut slice.blocks, disk_bytes, |block| {
        if let Some(segments) = segments {
            segments.spread(block.range(disk_bytes), &mut near, |segment, bytes| {
                if let Some(tally) = tallies.get_mut(segment) {
                    tally.duplicate_block_bytes += bytes;
                }
            });
        }
    });
    blocks::sort(&mut slice.blocks);
    if let Some(segments) = segments {
        for block in &slice.blocks {
            segments.spread(block.range(disk_bytes), &mut near, |segment, bytes| {
                if let Some(tally) = tallies.get_mut(segment) {
                    tally.block_bytes += bytes;
                }
            });
        }
    }
    let digest = blocks::digest(&slice.blocks, disk_bytes);
    let content = Content::new(disk_bytes, &slice, counted, digest);
    let region = |(segments, region): (&Segments, &Region)| {
        let mut content = RegionContent {
            name: region.name.clone(),
            bytes: 0,
            tally: Tally::default(),
        };
        for segment in segments.of_region(region) {
            let range = segments.range(segment);
            content.bytes += range.end - range.start;
            if let Some(tally) = tallies.get(segment) {
                content.tally += *tally;
            }
        }
        content
    };
    Scanned {
        regions: segments
            .into_iter()
            .flat_map(|segments| options.regions.iter().map(move |region| (segments, region)))
            .map(region)
            .collect(),
        map: segments
            .zip(cells)
            .map(|(segments, cells)| DiskMap::new(cells, segments, &tallies)),
        blocks: options
            .keep_blocks
            .then(|| BlockTable::new(disk_bytes, std::mem::take(&mut slice.blocks)))
            .flatten(),
        checksums,
        content,
    }
}
