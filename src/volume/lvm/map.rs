//! From the segments of a logical volume to its bytes.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::group::{Group, Logical, Physical, Stretch};
use crate::known::Undetermined;
use crate::source::{ReadAt, ReadError};
use crate::volume::mapped::{Mapped, Piece, Place};
use crate::volume::{OpenVolume, Segment, Volume, VolumeName, content};

/// Places on the disk that are kept of one volume: 8 GiB in stripes of 64 KiB.
pub(super) const MAX_SEGMENTS: usize = 1 << 17;
/// The least stripe of LVM2.
const MIN_STRIPE: u64 = 4096;

/// The volume and the bytes of a physical volume, by its UUID.
type Member<'a> = (&'a Volume, &'a Arc<dyn ReadAt>);

/// A piece of a logical volume, as far as its physical volumes are there.
struct Laid {
    piece: Piece,
    /// For each place, where on the disk the physical volume begins, and the partition that it is.
    bases: Vec<(u64, Option<u32>)>,
}

/// Says that a physical volume is not there.
pub(super) fn missing(key: &str, physical: &Physical) -> String {
    let seen = match physical.device.as_str() {
        "" => String::new(),
        device => format!(", last seen as {device}"),
    };
    let key: String = key.chars().take(32).collect();
    format!(
        "the physical volume {key} (UUID {}{seen}) is not on this disk",
        physical.uuid
    )
}

/// Opens a logical volume of `group`, whose physical volumes `member` gives by their UUID.
///
/// # Errors
/// [`ReadError::Changed`] only.
pub(super) fn open<'a>(
    group: &Group,
    logical: &Logical,
    member: impl Fn(&str) -> Option<Member<'a>>,
) -> Result<OpenVolume, ReadError> {
    let length = logical.extents.checked_mul(group.extent);
    let mut laid = Vec::new();
    let mut wrong = match (&logical.stretches, length) {
        (Err(reason), _) => Some(reason.clone()),
        (_, None) => Some("its size does not fit into 64 bits".to_owned()),
        _ => None,
    };
    if let (Ok(stretches), None) = (&logical.stretches, &wrong) {
        for stretch in stretches {
            match lay(group, stretch, &member) {
                Ok(piece) => laid.push(piece),
                Err(reason) => {
                    wrong.get_or_insert(reason);
                }
            }
        }
    }
    let partitions: BTreeSet<Option<u32>> = laid
        .iter()
        .flat_map(|laid| laid.bases.iter().map(|(_, partition)| *partition))
        .collect();
    let partition = match (partitions.len(), partitions.first(), &wrong) {
        (1, Some(partition), None) => *partition,
        _ => None,
    };
    let segments = places(&laid);
    let source: Result<Arc<dyn ReadAt>, String> = match wrong {
        Some(reason) => Err(reason),
        None => {
            let pieces = laid.into_iter().map(|laid| laid.piece).collect();
            Ok(Arc::new(Mapped::new(pieces)))
        }
    };
    let content = match &source {
        Ok(source) => content::recognise(&**source)?,
        Err(reason) => Err(Undetermined::new(reason.clone())),
    };
    let facts = Volume {
        name: VolumeName::Logical {
            group: group.name.clone(),
            volume: logical.name.clone(),
        },
        partition,
        partition_uuid: None,
        partition_label: None,
        kind: None,
        length: length.unwrap_or(0),
        segments,
        content,
    };
    Ok(OpenVolume { facts, source })
}

/// Finds the places of one segment.
fn lay<'a>(
    group: &Group,
    stretch: &Stretch,
    member: &impl Fn(&str) -> Option<Member<'a>>,
) -> Result<Laid, String> {
    let width = u64::try_from(stretch.stripes.len()).unwrap_or(u64::MAX);
    let each = stretch.count.checked_div(width).unwrap_or(0);
    let even = group.extent.checked_rem(stretch.stripe) == Some(0);
    if width > 1 && (stretch.stripe < MIN_STRIPE || !even) {
        return Err(format!(
            "a segment of it has stripes of {} bytes in extents of {} bytes",
            stretch.stripe, group.extent
        ));
    }
    let too_large = || "a segment of it does not fit into 64 bits".to_owned();
    let bytes = |extents: u64| extents.checked_mul(group.extent).ok_or_else(too_large);
    let need = bytes(each)?;
    let (mut places, mut bases) = (Vec::new(), Vec::new());
    for (key, first) in &stretch.stripes {
        let Some(physical) = group.physical.get(key) else {
            return Err(
                "a segment of it lies on another logical volume, which is not read here".to_owned(),
            );
        };
        let (volume, source) = member(&physical.uuid).ok_or_else(|| missing(key, physical))?;
        let offset = physical
            .start
            .checked_add(bytes(*first)?)
            .ok_or_else(too_large)?;
        let within = first
            .checked_add(each)
            .is_some_and(|end| end <= physical.extents);
        let end = offset.checked_add(need).ok_or_else(too_large)?;
        if !within || end > source.len() {
            return Err(format!(
                "a segment of it lies on bytes {offset} to {end} of {}, which has {} bytes and {} \
                 extents",
                volume.name,
                source.len(),
                physical.extents
            ));
        }
        let base = volume.segments.first().map_or(0, |own| own.disk_offset);
        bases.push((base, volume.partition));
        places.push(Place {
            source: Arc::clone(source),
            offset,
        });
    }
    Ok(Laid {
        piece: Piece {
            start: bytes(stretch.start)?,
            length: bytes(stretch.count)?,
            stripe: stretch.stripe,
            places,
        },
        bases,
    })
}

/// Where the bytes lie on the disk; one more than are kept where they are too many.
fn places(laid: &[Laid]) -> Vec<Segment> {
    let mut out: Vec<Segment> = Vec::new();
    for Laid { piece, bases } in laid {
        for (start, turn, offset, length) in piece.runs() {
            if out.len() > MAX_SEGMENTS {
                return out;
            }
            let base = bases.get(turn).map_or(0, |(base, _)| *base);
            let disk_offset = base.saturating_add(offset);
            let end = start.saturating_add(length);
            if let Some(last) = out.last_mut()
                && last.range.end == start
                && last
                    .disk_offset
                    .saturating_add(last.range.end.saturating_sub(last.range.start))
                    == disk_offset
            {
                last.range.end = end;
                continue;
            }
            out.push(Segment {
                range: start..end,
                disk_offset,
            });
        }
    }
    out
}
