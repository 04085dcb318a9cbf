//! A map of the disk in one screen. Its characters are told apart without colour.

use std::io;

use super::paper::Paper;
use super::v1;
use crate::text::size;

/// Lines of the map, and of the partitions under it.
const ROWS: usize = 8;
const PARTITION_LINES: usize = 4;
/// Columns of the offset before a line.
const LABEL: usize = 12;
/// Indentation, and a column left empty at the end.
const MARGIN: usize = 3;

/// Columns of the map on a page of that width.
fn columns(width: usize) -> usize {
    // Multiples of 8, so that a column is a round part of most disks.
    (width.saturating_sub(LABEL + MARGIN) / 8 * 8).clamp(16, 80)
}

/// The most cells that fill one screen of that width.
pub fn cells(width: usize) -> usize {
    columns(width) * ROWS
}

/// Draws the map, what its characters mean, and where the partitions lie.
pub(super) fn map(
    paper: &mut Paper<'_>,
    map: &v1::Map,
    disk_bytes: u64,
    partitions: &[v1::Partition],
) -> io::Result<()> {
    if map.cells.is_empty() {
        return Ok(());
    }
    paper.blank()?;
    paper.text(
        2,
        &format!("Map of the disk, {} a character:", size(map.cell_bytes)),
    )?;
    let columns = columns(paper.width());
    for line in lines(map, columns) {
        paper.drawn(2, &pad(&line.label), &line.drawing)?;
    }
    paper.columns(2 + LABEL, &legend(map))?;
    // All of the disk in one line, as wide as the map is.
    let columns = columns.min(map.cells.chars().count());
    let mut label = "partitions";
    for line in scale(disk_bytes, partitions, columns) {
        paper.drawn(2, &pad(label), &line)?;
        label = "";
    }
    Ok(())
}

fn pad(label: &str) -> String {
    format!("{label:<LABEL$}")
}

/// A line of the map, with the offset that it begins at.
struct Line {
    label: String,
    drawing: String,
}

fn lines(map: &v1::Map, columns: usize) -> Vec<Line> {
    let cells: Vec<char> = map.cells.chars().map(character).collect();
    let row_bytes = map.cell_bytes.saturating_mul(columns as u64);
    (0_u64..)
        .zip(cells.chunks(columns))
        .map(|(at, row)| Line {
            label: match at {
                0 => "0".to_owned(),
                at => size(at.saturating_mul(row_bytes)),
            },
            drawing: row.iter().collect(),
        })
        .collect()
}

/// What a cell of that letter is drawn as.
fn character(letter: char) -> char {
    match letter {
        'z' => '.',
        'p' => '+',
        'd' => '#',
        'r' => '=',
        'c' => '*',
        _ => '?',
    }
}

/// What the characters mean: of the rarer ones those that are there.
fn legend(map: &v1::Map) -> Vec<String> {
    let all = [
        ('z', "zero"),
        ('p', "some data"),
        ('d', "data"),
        ('r', "repeated"),
        ('c', "changed"),
        ('u', "not at hand"),
    ];
    let shown = all
        .iter()
        .filter(|(letter, _)| "zpd".contains(*letter) || map.cells.contains(*letter));
    shown
        .map(|(letter, words)| format!("{} {words}", character(*letter)))
        .collect()
}

/// Where the partitions lie, the whole disk in one line: each by its number and as many dashes as
/// it is long. One whose number has no room beside the others stands on the next line.
fn scale(disk_bytes: u64, partitions: &[v1::Partition], columns: usize) -> Vec<String> {
    let column = |offset: u64| {
        let scaled = u128::from(offset) * columns as u128 / u128::from(disk_bytes.max(1));
        usize::try_from(scaled).map_or(columns, |at| at.min(columns))
    };
    let mut sorted: Vec<_> = partitions.iter().filter(|part| part.size > 0).collect();
    sorted.sort_by_key(|part| part.offset);
    let mut lines: Vec<String> = Vec::new();
    let mut left_out = 0;
    for part in sorted {
        let start = column(part.offset);
        let end = column(part.offset.saturating_add(part.size));
        if part.offset >= disk_bytes {
            left_out += 1;
            continue;
        }
        let drawn = format!(
            "{:-<width$}",
            part.number,
            width = end.saturating_sub(start)
        );
        // A number right behind another one would read as one number.
        let has_room = |line: &String| line.len() < start + usize::from(line.ends_with('-'));
        match lines.iter().position(has_room) {
            Some(at) => {
                if let Some(line) = lines.get_mut(at) {
                    *line = format!("{line:<start$}{drawn}");
                }
            }
            None if lines.len() < PARTITION_LINES => lines.push(format!("{:start$}{drawn}", "")),
            None => left_out += 1,
        }
    }
    if left_out > 0 {
        lines.push(format!("and {left_out} more that have no room here"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    fn partition(number: u32, offset: u64, size: u64) -> v1::Partition {
        v1::Partition {
            number,
            kind: String::new(),
            kind_name: None,
            name: String::new(),
            guid: None,
            first_lba: offset / 512,
            last_lba: (offset + size) / 512,
            offset,
            size,
            active: false,
            attributes: 0,
            logical: false,
            entry_offset: 0,
        }
    }

    fn drawn(width: usize, picture: &v1::Map, disk: u64, partitions: &[v1::Partition]) -> String {
        let mut out = Vec::new();
        map(&mut Paper::new(&mut out, width), picture, disk, partitions).unwrap();
        let text = anstream::adapter::strip_bytes(&out).into_vec();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn a_map_fills_one_screen_of_any_width() {
        for width in 40..=100 {
            let picture = v1::Map {
                cell_bytes: 64 << 20,
                compared: true,
                cells: "zpdrcu".chars().cycle().take(cells(width)).collect(),
            };
            let partitions = [partition(1, GIB, 100 * GIB)];
            let text = drawn(width, &picture, 200 * GIB, &partitions);
            assert!(
                text.lines().all(|line| line.chars().count() <= width),
                "{text}"
            );
            assert!(text.lines().count() <= 20, "{text}");
        }
    }

    #[test]
    fn the_map_says_what_its_characters_mean_and_where_the_partitions_are() {
        let picture = v1::Map {
            cell_bytes: GIB,
            compared: false,
            cells: format!("{}d{}p", "z".repeat(16), "r".repeat(14)),
        };
        let partitions = [
            partition(1, 4 * GIB, 28 * GIB),
            partition(14, GIB / 2, GIB / 4),
            partition(15, GIB, 3 * GIB),
        ];
        assert_eq!(
            drawn(40, &picture, 32 * GIB, &partitions),
            "
  Map of the disk, 1 GiB a character:
  0           ................#=======
  24 GiB      =======+
              . zero       + some data
              # data       = repeated
  partitions  14 1--------------------
              15-
"
        );
    }

    #[test]
    fn partitions_without_room_go_to_the_next_line_and_then_are_counted() {
        let tiny: Vec<_> = (1..=6)
            .map(|n| partition(n, u64::from(n) << 20, 1 << 20))
            .collect();
        let text = scale(64 * GIB, &tiny, 64);
        assert_eq!(
            text,
            ["1", "2", "3", "4", "and 2 more that have no room here"]
        );
        let lines = scale(
            GIB,
            &[partition(1, 0, GIB / 2), partition(2, GIB / 2, GIB / 2)],
            8,
        );
        assert_eq!(lines, ["1---2---"]);
        assert_eq!(scale(0, &[partition(1, 0, 1)], 8).len(), 1);
    }
}
