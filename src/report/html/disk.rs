//! The disk drawn to scale: where the partitions lie, what is in them, and the same in numbers.

use serde::Serialize;

use super::v1::{Content, DeltaBytes, Facts, Image, Map, Partition, Region, Volume};
use crate::text::{grouped, size};

/// Partitions that are drawn and listed; a table may have thousands.
const MOST: usize = 128;
/// Volumes on one partition that are named beside it.
const HELD: usize = 4;
/// Lanes for partitions that lie in or over each other.
const LANES: usize = 4;

/// The drawing and its table.
#[derive(Serialize)]
pub(super) struct Disk {
    id: String,
    bytes: u64,
    boxes: Vec<Part>,
    lanes: usize,
    gaps: Vec<Piece>,
    /// The content in the order of the disk; empty without a map.
    runs: Vec<Piece>,
    cell_bytes: u64,
    ticks: Vec<Tick>,
    legend: Vec<Legend>,
    rows: Vec<Row>,
    /// Partitions beyond what is drawn.
    left_out: usize,
    compared: bool,
    measured: bool,
    block_size: u64,
}

/// A range of an axis, in percent of it.
#[derive(Serialize)]
struct Piece {
    x: String,
    width: String,
    kind: &'static str,
}

#[derive(Serialize)]
struct Part {
    number: u32,
    lane: usize,
    x: String,
    width: String,
    /// Whether there is room for more than the number.
    roomy: bool,
    /// Whether there is room for the number.
    readable: bool,
    label: String,
}

#[derive(Serialize)]
struct Tick {
    x: String,
    anchor: &'static str,
    text: String,
}

#[derive(Serialize)]
struct Legend {
    kind: &'static str,
    word: &'static str,
    share: Option<String>,
}

/// A part of the disk in numbers.
#[derive(Serialize)]
struct Row {
    name: String,
    /// File systems, mount points and labels.
    holds: Vec<String>,
    range: Option<String>,
    bytes: u64,
    pieces: Vec<Piece>,
    /// Against the previous version, as wide as the part.
    change: Vec<Piece>,
    data: Option<u64>,
    duplicate: Option<u64>,
    zero: Option<u64>,
    missing: u64,
    /// Bytes in free space that are not zero; null when nobody looked.
    stale: Option<u64>,
    delta: Option<String>,
}

/// A share of one as SVG has it.
pub(super) fn percent(share: f64) -> String {
    let text = format!("{:.3}", share.clamp(0.0, 1.0) * 100.0);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

fn share(part: u64, whole: u64) -> f64 {
    // A drawing is coarser than what such a number loses.
    part as f64 / whole.max(1) as f64
}

/// The drawing, where the size of the disk is known.
pub(super) fn disk(image: &Image, id: &str) -> Option<Disk> {
    let facts = image.facts.as_ref()?;
    let bytes = facts.disk.size.filter(|bytes| *bytes > 0)?;
    let content = image.content.as_ref();
    let map = content.and_then(|content| content.map.as_ref());
    let mut partitions: Vec<_> = facts.partitions.iter().collect();
    partitions.sort_by_key(|part| (part.offset, u64::MAX.saturating_sub(part.size)));
    let left_out = partitions.len().saturating_sub(MOST);
    partitions.truncate(MOST);
    let (boxes, lanes) = boxes(&partitions, facts, bytes);
    let gaps = facts.partition_table.iter().flat_map(|table| &table.gaps);
    let rows = rows(content, facts, &partitions, bytes);
    Some(Disk {
        id: format!("{id}-disk"),
        bytes,
        boxes,
        lanes,
        gaps: gaps
            .take(MOST)
            .map(|gap| piece(gap.offset, gap.size, bytes, "gap"))
            .collect(),
        runs: map.map(|map| runs(map, bytes)).unwrap_or_default(),
        cell_bytes: map.map_or(0, |map| map.cell_bytes),
        ticks: ticks(bytes),
        legend: legend(map, &rows),
        rows,
        left_out,
        compared: content.is_some_and(|content| content.delta.is_some()),
        measured: content.is_some(),
        block_size: content.map_or(0, |content| content.block_size),
    })
}

fn piece(offset: u64, length: u64, whole: u64, kind: &'static str) -> Piece {
    let end = offset.saturating_add(length).min(whole);
    Piece {
        x: percent(share(offset, whole)),
        width: percent(share(end.saturating_sub(offset), whole)),
        kind,
    }
}

/// Each partition in the first lane that is free where it begins: a logical one lies under the
/// extended one that holds it.
fn boxes(partitions: &[&Partition], facts: &Facts, bytes: u64) -> (Vec<Part>, usize) {
    let mut ends: Vec<u64> = Vec::new();
    let drawn = partitions
        .iter()
        .filter(|part| part.size > 0 && part.offset < bytes)
        .map(|part| {
            let end = part.offset.saturating_add(part.size);
            let free = ends.iter().position(|taken| *taken <= part.offset);
            let lane = match free {
                Some(lane) => lane,
                None if ends.len() < LANES => {
                    ends.push(0);
                    ends.len().saturating_sub(1)
                }
                None => LANES - 1,
            };
            if let Some(taken) = ends.get_mut(lane) {
                *taken = end.max(*taken);
            }
            let wide = share(part.size, bytes);
            let place = piece(part.offset, part.size, bytes, "part");
            Part {
                number: part.number,
                lane,
                x: place.x,
                width: place.width,
                roomy: wide > 0.2,
                readable: wide > 0.04,
                label: kind(part, facts),
            }
        })
        .collect();
    (drawn, ends.len().max(1))
}

/// What is on a partition, in a word.
fn kind(part: &Partition, facts: &Facts) -> String {
    let volume = facts.volumes.iter().find(|volume| {
        volume.partition == Some(part.number) && volume.content.is_some_and(|c| c != "unknown")
    });
    match volume.and_then(|volume| volume.content) {
        Some(content) => content.to_owned(),
        None => part.kind_name.unwrap_or("unknown type").to_owned(),
    }
}

fn cell_kind(letter: char) -> &'static str {
    match letter {
        'z' => "zero",
        'p' => "some",
        'd' => "data",
        'r' => "twin",
        'c' => "change",
        _ => "gone",
    }
}

/// Cells of one kind that lie side by side are one piece.
fn runs(map: &Map, bytes: u64) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut start = 0_u64;
    let mut at = 0_u64;
    let mut letters = map.cells.chars().peekable();
    while let Some(letter) = letters.next() {
        at = at.saturating_add(map.cell_bytes);
        if letters.peek().map(|next| cell_kind(*next)) != Some(cell_kind(letter)) {
            let length = at.saturating_sub(start);
            pieces.push(piece(start, length, bytes, cell_kind(letter)));
            start = at;
        }
    }
    pieces
}

fn ticks(bytes: u64) -> Vec<Tick> {
    (0..=4_u32)
        .map(|quarter| {
            let offset = u128::from(bytes) * u128::from(quarter) / 4;
            let offset = u64::try_from(offset).unwrap_or(bytes);
            Tick {
                x: percent(f64::from(quarter) / 4.0),
                anchor: match quarter {
                    0 => "start",
                    4 => "end",
                    _ => "middle",
                },
                text: if quarter == 0 {
                    "0".to_owned()
                } else {
                    size(offset)
                },
            }
        })
        .collect()
}

const KINDS: [(&str, &str); 7] = [
    ("data", "data"),
    ("some", "some data: less than half of it is not zero"),
    ("twin", "duplicate: repeats what lies before it"),
    ("change", "changed against the previous version"),
    ("stale", "left over in free space: moved for nothing"),
    ("zero", "zeros"),
    ("gone", "not at hand"),
];

/// What is drawn, and how many cells of the map are that.
fn legend(map: Option<&Map>, rows: &[Row]) -> Vec<Legend> {
    let cells = map.map_or("", |map| &map.cells);
    let all = cells.chars().count();
    let all = u64::try_from(all).unwrap_or(u64::MAX);
    KINDS
        .iter()
        .filter_map(|(kind, word)| {
            let count = cells.chars().filter(|c| cell_kind(*c) == *kind).count();
            let count = u64::try_from(count).unwrap_or(u64::MAX);
            let in_rows = rows
                .iter()
                .flat_map(|row| row.pieces.iter().chain(&row.change))
                .any(|piece| piece.kind == *kind);
            (count > 0 || in_rows).then(|| Legend {
                kind,
                word,
                share: (count > 0).then(|| format!("{} of {} cells", grouped(count), grouped(all))),
            })
        })
        .collect()
}

fn rows(
    content: Option<&Content>,
    facts: &Facts,
    partitions: &[&Partition],
    bytes: u64,
) -> Vec<Row> {
    let Some(content) = content else {
        let all = partitions.iter();
        return all.map(|part| unmeasured(part, facts)).collect();
    };
    if content.regions.is_empty() {
        return vec![row(&whole(content, bytes), content, facts, None)];
    }
    let number = |region: &Region| {
        let number = region.name.strip_prefix("partition ")?;
        number.parse::<u32>().ok()
    };
    content
        .regions
        .iter()
        .take(MOST.saturating_add(1))
        .map(|region| {
            let part = number(region)
                .and_then(|number| facts.partitions.iter().find(|part| part.number == number));
            row(region, content, facts, part)
        })
        .collect()
}

/// A disk without partitions as one region.
fn whole(content: &Content, bytes: u64) -> Region {
    Region {
        name: "the whole disk".to_owned(),
        bytes,
        data_bytes: content.data_bytes,
        non_zero_bytes: content.non_zero_bytes.at_512,
        block_bytes: content.unique_bytes.saturating_add(content.duplicate_bytes),
        duplicate_bytes: content.duplicate_bytes,
        unavailable_bytes: content.unavailable_bytes,
    }
}

fn on_it<'a>(facts: &'a Facts, part: Option<&Partition>) -> Vec<&'a Volume> {
    let wanted = part.map(|part| part.number);
    let all = facts.volumes.iter().take(1_000);
    all.filter(|volume| volume.partition == wanted).collect()
}

fn holds(volumes: &[&Volume], part: Option<&Partition>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for volume in volumes.iter().take(HELD) {
        let mut words = vec![volume.content.unwrap_or("not known").to_owned()];
        if !volume.mounted_at.is_empty() {
            words.push(format!("at {}", volume.mounted_at.join(", ")));
        }
        if let Some(label) = volume.label.as_ref().filter(|label| !label.is_empty()) {
            words.push(format!("labelled \"{label}\""));
        }
        let named = if volume.name.starts_with("logical") {
            format!("{}: ", volume.name)
        } else {
            String::new()
        };
        lines.push(format!("{named}{}", words.join(" ")));
    }
    if let Some(more) = volumes.len().checked_sub(HELD).filter(|more| *more > 0) {
        lines.push(format!("and {more} more"));
    }
    if let Some(part) = part {
        let mut words = part.kind_name.unwrap_or("unknown type").to_owned();
        if !part.name.is_empty() {
            words = format!("{words} \"{}\"", part.name);
        }
        lines.push(words);
    }
    lines
}

fn range(part: &Partition) -> String {
    format!("from byte {}", grouped(part.offset))
}

fn unmeasured(part: &Partition, facts: &Facts) -> Row {
    Row {
        name: format!("partition {}", part.number),
        holds: holds(&on_it(facts, Some(part)), Some(part)),
        range: Some(range(part)),
        bytes: part.size,
        pieces: Vec::new(),
        change: Vec::new(),
        data: None,
        duplicate: None,
        zero: None,
        missing: 0,
        stale: None,
        delta: None,
    }
}

fn row(region: &Region, content: &Content, facts: &Facts, part: Option<&Partition>) -> Row {
    let outside = part.is_none() && !content.regions.is_empty();
    let volumes = if outside {
        Vec::new()
    } else {
        on_it(facts, part)
    };
    let stale: Vec<_> = volumes.iter().filter_map(|v| v.free_not_zero).collect();
    let stale = (!stale.is_empty()).then(|| stale.into_iter().fold(0, u64::saturating_add));
    let filled = region.block_bytes.min(region.bytes);
    let duplicate = region.duplicate_bytes.min(filled);
    let single = filled.saturating_sub(duplicate);
    let rest = region.bytes.saturating_sub(filled);
    let missing = region.unavailable_bytes.min(rest);
    let zero = rest.saturating_sub(missing);
    let left_over = stale.unwrap_or(0).min(single);
    let delta = content.delta.as_ref().and_then(|delta| {
        if content.regions.is_empty() {
            return Some(&delta.total);
        }
        let of = delta.regions.iter().find(|one| one.name == region.name);
        of.map(|one| &one.bytes)
    });
    Row {
        name: region.name.clone(),
        holds: holds(&volumes, part),
        range: part.map(range),
        bytes: region.bytes,
        pieces: pieces(
            region.bytes,
            &[
                ("data", single.saturating_sub(left_over)),
                ("twin", duplicate),
                ("stale", left_over),
                ("zero", zero),
                ("gone", missing),
            ],
        ),
        change: delta
            .map(|delta| change(delta, region.bytes))
            .unwrap_or_default(),
        data: Some(single),
        duplicate: Some(duplicate),
        zero: Some(zero),
        missing: region.unavailable_bytes,
        stale,
        delta: delta.map(changed),
    }
}

fn change(delta: &DeltaBytes, bytes: u64) -> Vec<Piece> {
    let other = delta.changed_bytes.saturating_add(delta.added_bytes);
    let rest = bytes
        .saturating_sub(other)
        .saturating_sub(delta.unchanged_bytes);
    pieces(
        bytes,
        &[
            ("data", delta.unchanged_bytes),
            ("change", other),
            ("zero", rest),
        ],
    )
}

fn changed(delta: &DeltaBytes) -> String {
    let parts: Vec<_> = [
        (delta.changed_bytes, "changed"),
        (delta.added_bytes, "added"),
        (delta.removed_bytes, "removed"),
    ]
    .into_iter()
    .filter(|(bytes, _)| *bytes > 0)
    .map(|(bytes, word)| format!("{} {word}", size(bytes)))
    .collect();
    if parts.is_empty() {
        return "nothing changed".to_owned();
    }
    parts.join(", ")
}

/// Lengths one behind the other.
fn pieces(whole: u64, lengths: &[(&'static str, u64)]) -> Vec<Piece> {
    let mut at = 0_u64;
    let mut out = Vec::new();
    for (kind, length) in lengths {
        if *length > 0 {
            out.push(piece(at, *length, whole, kind));
            at = at.saturating_add(*length);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_short_and_never_beyond_the_whole() {
        assert_eq!(percent(0.0), "0%");
        assert_eq!(percent(0.5), "50%");
        assert_eq!(percent(1.0), "100%");
        assert_eq!(percent(1.0 / 3.0), "33.333%");
        assert_eq!(percent(7.0), "100%");
    }

    #[test]
    fn equal_cells_are_one_piece_and_all_pieces_are_the_disk() {
        let map = Map {
            cell_bytes: 16,
            compared: false,
            cells: "zzddrz".to_owned(),
        };
        let runs = runs(&map, 90);
        let kinds: Vec<_> = runs.iter().map(|run| run.kind).collect();
        assert_eq!(kinds, ["zero", "data", "twin", "zero"]);
        assert_eq!(runs[1].x, percent(32.0 / 90.0));
        // The last cell ends with the disk.
        assert_eq!(runs[3].width, percent(10.0 / 90.0));
    }

    #[test]
    fn pieces_stand_one_behind_the_other() {
        let all = pieces(100, &[("data", 25), ("twin", 0), ("zero", 75)]);
        assert_eq!(all.len(), 2);
        assert_eq!((&*all[1].x, &*all[1].width), ("25%", "75%"));
    }
}
