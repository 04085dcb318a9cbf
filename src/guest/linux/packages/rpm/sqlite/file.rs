//! The pages of an SQLite file: those of the log where it has newer ones.

use std::collections::HashMap;

use super::super::error::RpmError;
use super::wal;
use crate::bytes::Fields;

pub(super) struct File<'a> {
    main: &'a [u8],
    /// Newer pages, by number.
    newer: HashMap<u32, &'a [u8]>,
    pub(super) page_size: usize,
    /// Bytes of a page that hold content; the rest is kept for extensions.
    pub(super) usable: usize,
    /// Pages of the database.
    pub(super) count: u32,
}

impl<'a> File<'a> {
    pub(super) fn new(main: &'a [u8], log: &'a [u8]) -> Result<Self, RpmError> {
        let log = wal::read(log)?;
        let page_1 = log.newer.get(&1).copied().unwrap_or(main);
        if page_1.is_empty() {
            return Err(RpmError::corrupt("the file is empty"));
        }
        let header = Fields::new("SQLite header", 0, page_1);
        if header.bytes("signature", 0, 16)? != b"SQLite format 3\0" {
            return Err(RpmError::corrupt("no signature of SQLite"));
        }
        let page_size = match header.u16_be("page size", 16)? {
            1 => 65536,
            size => usize::from(size),
        };
        if !(512..=65536).contains(&page_size) || !page_size.is_power_of_two() {
            return Err(RpmError::corrupt(format!("pages of {page_size} bytes")));
        }
        if !log.newer.is_empty() && log.page_size != page_size {
            return Err(RpmError::corrupt("its log has pages of another size"));
        }
        let version = header.u8("read version", 19)?;
        if version > 2 {
            return Err(RpmError::Unsupported(format!(
                "SQLite read version {version}"
            )));
        }
        let encoding = header.u32_be("text encoding", 56)?;
        if encoding > 1 {
            return Err(RpmError::Unsupported(format!(
                "SQLite text encoding {encoding}"
            )));
        }
        let usable = page_size.saturating_sub(usize::from(header.u8("reserved", 20)?));
        if usable < 480 {
            return Err(RpmError::corrupt("its pages have no room"));
        }
        let there = main.len().checked_div(page_size).unwrap_or(0);
        let there = u32::try_from(there).map_err(|_| RpmError::Limit("pages"))?;
        Ok(Self {
            main,
            count: log.pages.unwrap_or(there).max(1),
            newer: log.newer,
            page_size,
            usable,
        })
    }

    /// A page by its number, counted from 1.
    pub(super) fn page(&self, number: u32) -> Result<&'a [u8], RpmError> {
        let outside = || RpmError::corrupt(format!("there is no page {number}"));
        if number == 0 || number > self.count {
            return Err(outside());
        }
        if let Some(page) = self.newer.get(&number) {
            return Ok(page);
        }
        let index = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
        let at = index.saturating_mul(self.page_size);
        self.main
            .get(at..at.saturating_add(self.page_size))
            .ok_or_else(outside)
    }
}
