//! Berkeley DB's hash format, in which rpm kept its headers for twenty years: pages of keys and
//! values, and chains of pages for long values.

use super::error::RpmError;
use super::pages::Pages;
use super::{Files, Sink};
use crate::bytes::Fields;

const HASH_MAGIC: u32 = 0x0006_1561;
const PAGE_HEADER: usize = 26;

/// Types of pages.
const HASH_UNSORTED: u8 = 2;
const OVERFLOW: u8 = 7;
const HASH_META: u8 = 8;
const HASH: u8 = 13;

/// Types of items on a page.
const KEY_DATA: u8 = 1;
const OFF_PAGE: u8 = 3;

struct Database<'a> {
    bytes: &'a [u8],
    /// Whether numbers have their most significant byte first.
    big_endian: bool,
    page_size: usize,
}

pub(super) fn read(files: &Files, sink: Sink<'_>) -> Result<(), RpmError> {
    let meta = Fields::new("Berkeley DB meta page", 0, &files.main);
    let big_endian = match (meta.u32_le("magic", 12)?, meta.u32_be("magic", 12)?) {
        (HASH_MAGIC, _) => false,
        (_, HASH_MAGIC) => true,
        _ => {
            return Err(RpmError::corrupt("no signature of a Berkeley DB hash"));
        }
    };
    let mut database = Database {
        bytes: &files.main,
        big_endian,
        page_size: 0,
    };
    let page_size = database.u32(&meta, "page size", 20)?;
    if !(512..=65536).contains(&page_size) || !page_size.is_power_of_two() {
        return Err(RpmError::corrupt(format!("pages of {page_size} bytes")));
    }
    database.page_size = usize::try_from(page_size).unwrap_or(0);
    if meta.u8("encryption", 24)? != 0 {
        return Err(RpmError::Unsupported("it is encrypted".to_owned()));
    }
    if meta.u8("type", 25)? != HASH_META {
        return Err(RpmError::corrupt("its first page is of another type"));
    }
    let last = database.u32(&meta, "last page", 32)?;
    let there = u32::try_from(
        files
            .main
            .len()
            .checked_div(database.page_size)
            .unwrap_or(0),
    )
    .map_err(|_| RpmError::Limit("pages"))?;
    if last >= there {
        return Err(RpmError::corrupt(format!(
            "its last page is {last}, but there are {there}"
        )));
    }
    let mut pages = Pages::new(last)?;
    pages.take(0)?;
    for number in 1..=last {
        let page = database.page(number)?;
        if matches!(page.u8("type", 25)?, HASH | HASH_UNSORTED) {
            pages.take(number)?;
            database.hash_page(&page, &mut pages, sink)?;
        }
    }
    Ok(())
}

impl<'a> Database<'a> {
    fn u32(&self, of: &Fields<'_>, field: &'static str, at: usize) -> Result<u32, RpmError> {
        Ok(if self.big_endian {
            of.u32_be(field, at)?
        } else {
            of.u32_le(field, at)?
        })
    }

    fn u16(&self, of: &Fields<'_>, field: &'static str, at: usize) -> Result<usize, RpmError> {
        Ok(usize::from(if self.big_endian {
            of.u16_be(field, at)?
        } else {
            of.u16_le(field, at)?
        }))
    }

    fn page(&self, number: u32) -> Result<Fields<'a>, RpmError> {
        let at = usize::try_from(number)
            .unwrap_or(usize::MAX)
            .saturating_mul(self.page_size);
        let bytes = Fields::new("Berkeley DB", 0, self.bytes).bytes("page", at, self.page_size)?;
        let base = u64::try_from(at).unwrap_or(u64::MAX);
        Ok(Fields::new("Berkeley DB page", base, bytes))
    }

    /// The values of a page; keys and values stand in turn.
    fn hash_page(
        &self,
        page: &Fields<'_>,
        pages: &mut Pages,
        sink: Sink<'_>,
    ) -> Result<(), RpmError> {
        let entries = self.u16(page, "entries", 20)?;
        let place = |item: usize| {
            let at = item.saturating_mul(2).saturating_add(PAGE_HEADER);
            self.u16(page, "item", at)
        };
        // Items fill the page from its end.
        let mut end = self.page_size;
        for item in 0..entries {
            let start = place(item)?;
            let length = end
                .checked_sub(start)
                .ok_or_else(|| RpmError::corrupt("items of a page overlap"))?;
            end = start;
            let bytes = page.bytes("item", start, length)?;
            if item % 2 == 1 {
                let key = place(item.saturating_sub(1))?;
                self.value(bytes, page.bytes("key", key, 5)?, pages, sink)?;
            }
        }
        Ok(())
    }

    fn value(
        &self,
        item: &[u8],
        key: &[u8],
        pages: &mut Pages,
        sink: Sink<'_>,
    ) -> Result<(), RpmError> {
        // Under the key 0 stands the highest number that a package was given.
        if key == [KEY_DATA, 0, 0, 0, 0] {
            return Ok(());
        }
        let fields = Fields::new("Berkeley DB item", 0, item);
        match fields.u8("type", 0)? {
            KEY_DATA => sink(item.get(1..).unwrap_or_default()),
            OFF_PAGE => {
                let first = self.u32(&fields, "page", 4)?;
                let length = self.u32(&fields, "length", 8)?;
                sink(&self.chain(first, length, pages)?)
            }
            other => Err(RpmError::corrupt(format!("a value of type {other}"))),
        }
    }

    /// A value that lies on pages of its own.
    fn chain(&self, first: u32, length: u32, pages: &mut Pages) -> Result<Vec<u8>, RpmError> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > self.bytes.len() {
            return Err(RpmError::corrupt("a value is longer than the file"));
        }
        let mut value = Vec::with_capacity(length);
        let mut number = first;
        while number != 0 && value.len() < length {
            pages.take(number)?;
            let page = self.page(number)?;
            if page.u8("type", 25)? != OVERFLOW {
                return Err(RpmError::corrupt(format!(
                    "page {number} should go on with a value, and is of another type"
                )));
            }
            let here = self.u16(&page, "length", 22)?;
            value.extend_from_slice(page.bytes("part of a value", PAGE_HEADER, here)?);
            number = self.u32(&page, "next page", 16)?;
        }
        if value.len() != length {
            return Err(RpmError::corrupt(format!(
                "a value of {length} bytes has {}",
                value.len()
            )));
        }
        Ok(value)
    }
}
