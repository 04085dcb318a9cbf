//! The picture of the disk: one letter a cell.

use super::v1;
use crate::scan::{Cell, DiskMap};

pub(super) fn map(map: &DiskMap) -> v1::Map {
    v1::Map {
        cell_bytes: map.layout.span(),
        compared: map.compared,
        cells: map.cells.iter().map(letter).collect(),
    }
}

/// The letter of a cell. What is rare and matters goes before what is common: a cell of a large
/// disk holds some of everything.
fn letter(cell: &Cell) -> char {
    let tally = &cell.tally;
    if tally.unavailable_bytes > 0 {
        'u'
    } else if cell.changed_bytes > 0 {
        'c'
    } else if tally.non_zero_512 == 0 {
        'z'
    } else if tally.duplicate_block_bytes.saturating_mul(2) >= tally.block_bytes {
        'r'
    } else if tally.non_zero_512.saturating_mul(2) < cell.bytes {
        'p'
    } else {
        'd'
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::{Cells, Tally};

    /// A map of cells of 128 KiB: bytes that are not zero, are duplicate, are missing, are changed.
    fn drawn(cells: &[[u64; 4]]) -> v1::Map {
        let bytes = 128 << 10;
        let layout = Cells::new(bytes * cells.len() as u64, cells.len());
        let cell = |[non_zero, duplicate, missing, changed]: &[u64; 4]| Cell {
            bytes,
            tally: Tally {
                non_zero_512: *non_zero,
                block_bytes: non_zero.next_multiple_of(64 << 10),
                duplicate_block_bytes: *duplicate,
                unavailable_bytes: *missing,
                ..Tally::default()
            },
            changed_bytes: *changed,
        };
        map(&DiskMap {
            layout,
            cells: cells.iter().map(cell).collect(),
            compared: cells.iter().any(|cell| cell[3] > 0),
        })
    }

    #[test]
    fn a_cell_is_drawn_by_what_is_most_worth_knowing() {
        const K64: u64 = 64 << 10;
        let map = drawn(&[
            [0, 0, 0, 0],
            [512, 0, 0, 0],
            [K64, 0, 0, 0],
            [2 * K64, K64 - 1, 0, 0],
            [2 * K64, K64, 0, 0],
            [512, K64, 0, 512],
            // Zeros that were data before are changed, too.
            [0, 0, 0, 512],
            [2 * K64, K64, 1, 512],
        ]);
        assert_eq!(map.cells, "zpddrccu");
        assert_eq!(map.cell_bytes, 2 * K64);
        assert!(map.compared && !drawn(&[[0; 4]]).compared);
    }
}
