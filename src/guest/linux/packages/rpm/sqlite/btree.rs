//! The rows of a table: a tree of pages, and chains of pages for long rows.

use super::super::error::RpmError;
use super::super::pages::Pages;
use super::file::File;
use super::record::varint;
use crate::bytes::Fields;

const INTERIOR: u8 = 0x05;
const LEAF: u8 = 0x0d;

/// Calls `row` with every row of the table whose tree begins at the page `root`, in their order.
pub(super) fn walk(
    file: &File<'_>,
    root: u32,
    row: &mut dyn FnMut(&[u8]) -> Result<(), RpmError>,
) -> Result<(), RpmError> {
    let mut pages = Pages::new(file.count)?;
    let mut todo = vec![root];
    while let Some(number) = todo.pop() {
        pages.take(number)?;
        let page = file.page(number)?;
        // The file's own header stands before that of page 1.
        let start = if number == 1 { 100 } else { 0 };
        let fields = Fields::new("SQLite page", 0, page);
        let at = |offset: usize| offset.saturating_add(start);
        let cells = usize::from(fields.u16_be("cells", at(3))?);
        let kind = fields.u8("type", start)?;
        let first = match kind {
            LEAF => at(8),
            INTERIOR => at(12),
            _ => {
                return Err(RpmError::corrupt(format!(
                    "page {number} has type {kind}, which no table has"
                )));
            }
        };
        let mut children = Vec::new();
        for cell in 0..cells {
            let pointer = first.saturating_add(cell.saturating_mul(2));
            let place = usize::from(fields.u16_be("cell", pointer)?);
            if kind == INTERIOR {
                children.push(fields.u32_be("child", place)?);
            } else {
                leaf_cell(file, page, place, &mut pages, row)?;
            }
        }
        if kind == INTERIOR {
            children.push(fields.u32_be("last child", at(8))?);
            todo.extend(children.into_iter().rev());
        }
    }
    Ok(())
}

fn leaf_cell(
    file: &File<'_>,
    page: &[u8],
    place: usize,
    pages: &mut Pages,
    row: &mut dyn FnMut(&[u8]) -> Result<(), RpmError>,
) -> Result<(), RpmError> {
    let cut = || RpmError::corrupt("a row does not lie in its page");
    let mut cell = page.get(place..file.usable).ok_or_else(cut)?;
    let length = varint(&mut cell).ok_or_else(cut)?;
    let _row_number = varint(&mut cell).ok_or_else(cut)?;
    let length = usize::try_from(length).map_err(|_| cut())?;
    let local = local_length(length, file.usable);
    let here = cell.get(..local).ok_or_else(cut)?;
    if local == length {
        return row(here);
    }
    let count = usize::try_from(file.count).unwrap_or(usize::MAX);
    if length > count.saturating_mul(file.page_size) {
        return Err(RpmError::corrupt("a row is longer than the file"));
    }
    let rest = cell.get(local..).unwrap_or_default();
    let mut next = Fields::new("SQLite cell", 0, rest).u32_be("overflow page", 0)?;
    let mut whole = Vec::with_capacity(length);
    whole.extend_from_slice(here);
    while whole.len() < length {
        pages.take(next)?;
        let fields = Fields::new("SQLite overflow page", 0, file.page(next)?);
        next = fields.u32_be("next page", 0)?;
        let wanted = length.saturating_sub(whole.len());
        let here = wanted.min(file.usable.saturating_sub(4));
        whole.extend_from_slice(fields.bytes("part of a row", 4, here)?);
    }
    row(&whole)
}

/// Bytes of a row that stand in its leaf; the others are on overflow pages.
fn local_length(length: usize, usable: usize) -> usize {
    let most = usable.saturating_sub(35);
    if length <= most {
        return length;
    }
    let least = (usable.saturating_sub(12).saturating_mul(32) / 255).saturating_sub(23);
    let room = usable.saturating_sub(4).max(1);
    let wanted = length
        .saturating_sub(least)
        .checked_rem(room)
        .unwrap_or(0)
        .saturating_add(least);
    if wanted <= most { wanted } else { least }
}
