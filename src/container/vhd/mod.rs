//! The VHD container: footer, dynamic header, block allocation table, parent locators.
//!
//! Both ends of the file are read first. By the specification the footer at the end counts, and
//! the copy at the front stands in for it when it is damaged; QEMU looks at the front one first.
//! What is broken is kept as a fact, and whatever can still be read as a disk is.

mod bat;
mod bitmap;
mod checksum;
mod creator;
mod dynamic;
mod field;
mod footer;
mod geometry;
mod header;
mod locator;
mod open;
mod parent;
mod sizes;

pub use bat::{BadBlock, Bat, BatFacts};
pub use bitmap::{BitmapFacts, compare as compare_bitmaps};
pub use creator::{QemuSize, qemu_size, writer};
pub use dynamic::{Backing, BlockDisk};
pub use field::Field;
pub use footer::{COOKIE, DiskType, FOOTER_SIZE, Footer, NO_OFFSET, VHD_EPOCH};
pub use geometry::Geometry;
pub use header::{DynamicHeader, HEADER_SIZE};
pub use locator::{LocatedPath, ParentLocator};
pub(super) use open::open;
pub use parent::{ParentFacts, ParentSearch, Rejected};
pub use sizes::{StatedSize, stated_sizes};

use crate::source::ReadAt;

/// Which of the copies of a footer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FooterPlace {
    /// The last 512 bytes of the file: where it belongs.
    End,
    /// The first 512 bytes: the copy of a dynamic or differencing disk.
    Front,
    /// The last 511 bytes, as writers before Virtual PC 2004 left it, or a file cut by one byte.
    End511,
    /// Somewhere before the end.
    Displaced,
}

impl FooterPlace {
    /// Words for a report.
    pub fn words(self) -> &'static str {
        match self {
            Self::End => "at the end of the file",
            Self::Front => "at the front of the file",
            Self::End511 => "in the last 511 bytes of the file",
            Self::Displaced => "before the end of the file",
        }
    }
}

/// A footer that was found, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFooter {
    /// Which copy it is.
    pub place: FooterPlace,
    /// Byte offset in the file.
    pub offset: u64,
    /// The footer.
    pub footer: Footer,
}

/// How the file is laid out, whatever its disk type says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// The bytes of the disk, one after the other.
    Fixed,
    /// Blocks, a dynamic header before them.
    Dynamic,
    /// Blocks over a parent.
    Differencing,
}

impl Layout {
    /// Whether it has a dynamic header and a block allocation table.
    pub fn has_blocks(self) -> bool {
        self != Self::Fixed
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Dynamic => "dynamic",
            Self::Differencing => "differencing",
        }
    }
}

/// Everything that was read of a VHD.
#[derive(Debug, Clone)]
pub struct Vhd {
    /// Length of the file in bytes.
    pub file_length: u64,
    /// The footer in the last 512 bytes, if its cookie is there.
    pub end: Option<FoundFooter>,
    /// The footer in the first 512 bytes, if its cookie is there.
    pub front: Option<FoundFooter>,
    /// A footer in the last 511 bytes or before the end; looked for only when there is none at
    /// the end.
    pub displaced: Option<FoundFooter>,
    /// The last 512 bytes are zeros.
    pub end_is_zero: bool,
    /// The copy that the disk is read by.
    pub used: FooterPlace,
    /// How the file is laid out.
    pub layout: Layout,
    /// The dynamic header, where one could be read.
    pub header: Option<DynamicHeader>,
    /// Why there is no dynamic header although the type or the layout asks for one.
    pub header_problem: Option<String>,
    /// The block allocation table, where it could be read.
    pub bat: Option<BatFacts>,
    /// Why there is no block allocation table.
    pub bat_problem: Option<String>,
    /// The blocks, in this file or a parent, hold more bytes than the file has, as many entries
    /// name one place: reading them all could take for ever. Says so, with the numbers.
    pub excess: Option<String>,
    /// The parent of a differencing disk.
    pub parent: Option<ParentFacts>,
    /// The parent's own parents, nearest first: path and disk type of each link of the chain.
    pub chain: Vec<ChainLink>,
}

/// One parent in a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainLink {
    /// Path of the file.
    pub path: String,
    /// How it is laid out.
    pub layout: &'static str,
    /// What is the matter with it as a parent.
    pub problem: Option<String>,
}

impl Vhd {
    /// The footer that the disk is read by.
    pub fn found(&self) -> Option<&FoundFooter> {
        match self.used {
            FooterPlace::End => self.end.as_ref(),
            FooterPlace::Front => self.front.as_ref(),
            FooterPlace::End511 | FooterPlace::Displaced => self.displaced.as_ref(),
        }
    }

    /// The footer that the disk is read by.
    pub fn footer(&self) -> Option<&Footer> {
        self.found().map(|found| &found.footer)
    }

    /// Bytes of the file before the footer that ends the data; all of them without one.
    pub fn data_bytes(&self) -> u64 {
        self.end
            .as_ref()
            .or(self.displaced.as_ref())
            .map_or(self.file_length, |found| found.offset)
    }
}

/// The footer of a file that may be a parent: the one at its end, or the copy at its front.
fn read_footer_for_id(image: &dyn ReadAt) -> Option<Footer> {
    let end = image.len().checked_sub(512)?;
    [end, 0].into_iter().find_map(|offset| {
        let bytes = image.read_vec(offset, FOOTER_SIZE).ok()?;
        Footer::parse(offset, &bytes).ok().filter(Footer::is_sound)
    })
}
