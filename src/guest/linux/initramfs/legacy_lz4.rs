//! LZ4 in its legacy frame, as the kernel and `lz4 -l` write it: blocks of 8 MiB, each with its
//! length, up to the end or to another frame.

use std::io::{BufRead, Error, ErrorKind, Read};

use crate::bytes::Fields;

const MAGIC: u32 = 0x184c_2102;
/// Bytes that a block unpacks to at most.
const BLOCK: usize = 8 << 20;
/// Bytes of a compressed block: LZ4 makes what cannot be compressed a little longer.
const MAX_BLOCK: usize = BLOCK + (BLOCK / 255) + 16;

/// The decoder.
pub(super) struct LegacyLz4<R> {
    input: R,
    compressed: Vec<u8>,
    block: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: BufRead> LegacyLz4<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            compressed: Vec::new(),
            block: Vec::new(),
            at: 0,
            ended: false,
        }
    }

    /// The next four bytes as a number; none where the input ends, or where what follows is
    /// zeros, which pad one archive to the next.
    fn word(&mut self) -> Result<Option<u32>, Error> {
        if self.input.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let mut bytes = [0; 4];
        self.input.read_exact(&mut bytes)?;
        let word = Fields::new("LZ4 block", 0, &bytes)
            .u32_le("length", 0)
            .map_err(Error::other)?;
        Ok((word != 0).then_some(word))
    }

    fn next_block(&mut self) -> Result<(), Error> {
        let word = loop {
            match self.word()? {
                // The mark of a frame may stand again before any block.
                Some(MAGIC) => {}
                other => break other,
            }
        };
        let Some(word) = word else {
            self.ended = true;
            return Ok(());
        };
        let length = usize::try_from(word).unwrap_or(usize::MAX);
        if length > MAX_BLOCK {
            let message = format!("an LZ4 block of {length} bytes is longer than any");
            return Err(Error::new(ErrorKind::InvalidData, message));
        }
        self.compressed.resize(length, 0);
        self.input.read_exact(&mut self.compressed)?;
        self.block.resize(BLOCK, 0);
        let unpacked = lz4_flex::block::decompress_into(&self.compressed, &mut self.block)
            .map_err(|error| Error::new(ErrorKind::InvalidData, error.to_string()))?;
        self.block.truncate(unpacked);
        self.at = 0;
        Ok(())
    }
}

impl<R: BufRead> Read for LegacyLz4<R> {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, Error> {
        while self.at >= self.block.len() && !self.ended {
            self.next_block()?;
        }
        if self.ended {
            return Ok(0);
        }
        let rest = self.block.get(self.at..).unwrap_or_default();
        let length = rest.len().min(buf.len());
        if let (Some(to), Some(from)) = (buf.get_mut(..length), rest.get(..length)) {
            to.copy_from_slice(from);
        }
        self.at = self.at.saturating_add(length);
        Ok(length)
    }
}
