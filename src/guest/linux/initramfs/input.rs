//! The bytes of a file of the guest as a stream, read in large pieces.

use std::io::{BufRead, BufReader, Error, Read};
use std::ops::Range;

use crate::guest::Root;
use crate::known::Undetermined;

/// Bytes that are read at a time.
const PIECE: u64 = 1 << 20;

/// A stream of which parts can be passed over.
pub(super) trait Skip: BufRead {
    /// Passes over `count` bytes; fewer where the stream ends.
    fn skip(&mut self, mut count: u64) -> Result<(), Error> {
        while count > 0 {
            let length = self.fill_buf()?.len();
            if length == 0 {
                return Ok(());
            }
            let step = length.min(usize::try_from(count).unwrap_or(usize::MAX));
            self.consume(step);
            count = count.saturating_sub(u64::try_from(step).unwrap_or(u64::MAX));
        }
        Ok(())
    }
}

impl<R: Read> Skip for BufReader<R> {}
impl Skip for &[u8] {}

/// A range of a file of the guest.
pub(super) struct Input<'a> {
    root: &'a Root,
    path: &'a str,
    /// Where the next piece begins.
    next: u64,
    end: u64,
    piece: Vec<u8>,
    at: usize,
    error: Option<Undetermined>,
}

impl<'a> Input<'a> {
    pub(super) fn new(root: &'a Root, path: &'a str, range: Range<u64>) -> Self {
        Self {
            root,
            path,
            next: range.start,
            end: range.end,
            piece: Vec::new(),
            at: 0,
            error: None,
        }
    }

    /// Why the guest's file system could not read it, where it could not.
    pub(super) fn error(self) -> Option<Undetermined> {
        self.error
    }

    fn left(&self) -> &[u8] {
        self.piece.get(self.at..).unwrap_or_default()
    }

    /// The offset in the file of the byte that comes next.
    pub(super) fn position(&self) -> u64 {
        self.next
            .saturating_sub(u64::try_from(self.left().len()).unwrap_or(0))
    }

    /// The bytes that come next, at least six where there are so many.
    pub(super) fn peek(&mut self) -> Result<&[u8], Error> {
        if self.left().len() < 6 && self.next < self.end {
            let at = self.position();
            self.next = at;
            self.piece.clear();
            self.at = 0;
        }
        self.fill_buf()
    }

    /// Passes over zeros.
    pub(super) fn skip_zeros(&mut self) -> Result<(), Error> {
        loop {
            let buf = self.fill_buf()?;
            let zeros = buf.iter().take_while(|byte| **byte == 0).count();
            let all = zeros == buf.len();
            let empty = buf.is_empty();
            self.consume(zeros);
            if empty || !all {
                return Ok(());
            }
        }
    }
}

impl Read for Input<'_> {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, Error> {
        let mut piece = self.fill_buf()?;
        let length = piece.read(buf)?;
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Input<'_> {
    fn fill_buf(&mut self) -> Result<&[u8], Error> {
        if self.at >= self.piece.len() && self.next < self.end {
            let length = PIECE.min(self.end.saturating_sub(self.next));
            match self.root.bytes_at(self.path, self.next, length) {
                Ok(piece) => self.piece = piece.unwrap_or_default(),
                Err(unknown) => {
                    let error = Error::other(unknown.reason.clone());
                    self.error = Some(unknown);
                    return Err(error);
                }
            }
            self.at = 0;
            let read = u64::try_from(self.piece.len()).unwrap_or(0);
            self.next = self.next.saturating_add(read);
            if read == 0 {
                // Shorter than its inode says.
                self.end = self.next;
            }
        }
        Ok(self.left())
    }

    fn consume(&mut self, amount: usize) {
        self.at = self.at.saturating_add(amount).min(self.piece.len());
    }
}

impl Skip for Input<'_> {
    fn skip(&mut self, count: u64) -> Result<(), Error> {
        let here = u64::try_from(self.left().len()).unwrap_or(0);
        match count.checked_sub(here) {
            // Past the piece at hand nothing has to be read.
            Some(beyond) => {
                self.next = self.next.saturating_add(beyond).min(self.end);
                self.piece.clear();
                self.at = 0;
            }
            None => self.consume(usize::try_from(count).unwrap_or(usize::MAX)),
        }
        Ok(())
    }
}

impl Skip for &mut Input<'_> {
    fn skip(&mut self, count: u64) -> Result<(), Error> {
        (**self).skip(count)
    }
}
