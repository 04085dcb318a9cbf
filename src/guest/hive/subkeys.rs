//! Subkey lists: index leaf (li), fast leaf (lf), hash leaf (lh), and the index root (ri) of them.

use super::cell::Cell;
use super::{Hive, HiveError, MAX_SUBKEYS};

/// Cells that a list names, in stored order, as far as it could be read.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) cells: Vec<u32>,
    /// Why there may be more.
    pub(super) fault: Option<HiveError>,
}

/// The key nodes that the subkey list at `at` names; `expected` is how many its key counts.
pub(super) fn list(hive: &Hive, at: u32, expected: u32) -> Listing {
    let mut listing = Listing::default();
    if expected == 0 {
        return listing;
    }
    listing.fault = read(hive, at, expected, &mut listing.cells).err();
    listing
}

fn read(hive: &Hive, at: u32, expected: u32, out: &mut Vec<u32>) -> Result<(), HiveError> {
    let cell = hive.cell("subkeys list", at)?;
    if &cell.fields("subkeys list").array::<2>("signature", 0)? == b"ri" {
        for leaf_at in elements("index root", &cell, 4)? {
            // An index root in an index root is refused here by its signature: the depth is two.
            leaf(&hive.cell("subkeys list", leaf_at)?, out)?;
        }
    } else {
        leaf(&cell, out)?;
    }
    let found = out.len();
    if u32::try_from(found) != Ok(expected) {
        let what = format!("{expected} of the key node");
        return Err(HiveError::corrupt(
            "subkeys list",
            "number of elements",
            cell.offset,
            found,
            what,
        ));
    }
    // A key that is listed twice would let a walk through a hostile hive take for ever.
    let mut sorted = out.clone();
    sorted.sort_unstable();
    match sorted.windows(2).find(|pair| pair.first() == pair.last()) {
        Some(pair) => Err(HiveError::corrupt(
            "subkeys list",
            "key node offset",
            cell.offset,
            format!("{} twice", pair.first().copied().unwrap_or_default()),
            "each key once",
        )),
        None => Ok(()),
    }
}

/// Appends the key nodes of one leaf.
fn leaf(cell: &Cell<'_>, out: &mut Vec<u32>) -> Result<(), HiveError> {
    let signature: [u8; 2] = cell.fields("subkeys list").array("signature", 0)?;
    let found = match &signature {
        b"li" => elements("index leaf", cell, 4)?,
        b"lf" => elements("fast leaf", cell, 8)?,
        b"lh" => elements("hash leaf", cell, 8)?,
        _ => {
            return Err(HiveError::corrupt(
                "subkeys list",
                "signature",
                cell.offset,
                format!("\"{}\"", signature.escape_ascii()),
                "\"li\", \"lf\" or \"lh\"",
            ));
        }
    };
    if out.len().saturating_add(found.len()) > MAX_SUBKEYS {
        let most = u64::try_from(MAX_SUBKEYS).unwrap_or(u64::MAX);
        let field = "number of elements";
        let offset = cell.offset;
        return Err(HiveError::limit(
            "subkeys list",
            field,
            offset,
            "more",
            most,
        ));
    }
    out.extend(found);
    Ok(())
}

/// The offset at the front of each element of `width` bytes.
fn elements(structure: &'static str, cell: &Cell<'_>, width: usize) -> Result<Vec<u32>, HiveError> {
    let fields = cell.fields(structure);
    let count = usize::from(fields.u16_le("number of elements", 2)?);
    let bytes = fields.bytes("list elements", 4, count.saturating_mul(width))?;
    let offset = |element: &[u8]| element.first_chunk().map(|four| u32::from_le_bytes(*four));
    Ok(bytes.chunks_exact(width).filter_map(offset).collect())
}
