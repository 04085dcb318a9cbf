//! How an archive of an initial RAM disk is compressed, and its decoder.

use std::io::{BufRead, Error, Read};

use super::legacy_lz4::LegacyLz4;

/// Bytes that a decoder may take for its window: what the kernel's own tools make needs far less.
const MAX_WINDOW: u64 = 256 << 20;

/// How an archive is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip.
    Gzip,
    /// xz.
    Xz,
    /// zstd.
    Zstd,
    /// LZ4 in its legacy frame.
    Lz4,
    /// LZMA, the format before xz.
    Lzma,
    /// bzip2.
    Bzip2,
}

impl Compression {
    /// By the bytes that it begins with.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let magics: [(&[u8], Self); 10] = [
            (b"070701", Self::None),
            (b"070702", Self::None),
            (&[0x1f, 0x8b], Self::Gzip),
            (&[0x1f, 0x9e], Self::Gzip),
            (&[0xfd, b'7', b'z', b'X', b'Z', 0], Self::Xz),
            (&[0x28, 0xb5, 0x2f, 0xfd], Self::Zstd),
            (&[0x02, 0x21, 0x4c, 0x18], Self::Lz4),
            (&[0x5d, 0, 0], Self::Lzma),
            (b"BZh", Self::Bzip2),
            (b"070707", Self::None),
        ];
        magics
            .into_iter()
            .find(|(magic, _)| head.starts_with(magic))
            .map(|(_, kind)| kind)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "cpio",
            Self::Gzip => "gzip",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
            Self::Lz4 => "LZ4",
            Self::Lzma => "LZMA",
            Self::Bzip2 => "bzip2",
        }
    }
}

/// The decoder of one archive; it takes from `input` no more than the archive.
pub(super) fn decoder<'a, R: BufRead + 'a>(
    kind: Compression,
    input: R,
) -> Result<Box<dyn Read + 'a>, Error> {
    let kib = u32::try_from(MAX_WINDOW >> 10).unwrap_or(u32::MAX);
    Ok(match kind {
        Compression::None => Box::new(input),
        Compression::Gzip => Box::new(flate2::bufread::GzDecoder::new(input)),
        Compression::Bzip2 => Box::new(bzip2::bufread::BzDecoder::new(input)),
        Compression::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(input, false, kib)),
        Compression::Lzma => Box::new(lzma_rust2::LzmaReader::new_mem_limit(input, kib, None)?),
        Compression::Lz4 => Box::new(LegacyLz4::new(input)),
        Compression::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(input)?.single_frame();
            decoder.window_log_max(MAX_WINDOW.ilog2())?;
            Box::new(decoder)
        }
    })
}
