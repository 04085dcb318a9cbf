//! What a file is: a VHD of whatever kind and state, or something else by its name.
#![warn(clippy::arithmetic_side_effects, clippy::as_conversions)]

mod recognise;
pub mod vhd;

use std::sync::Arc;

pub use recognise::{Foreign, ForeignFormat};
use vhd::{BlockDisk, ParentSearch, Vhd};

use crate::source::{ImageFile, ReadAt, ReadError};

/// The virtual disk, or why there is none to be read.
pub type Disk = Result<Arc<dyn ReadAt>, String>;

/// What a file is.
#[derive(Debug, Clone)]
pub enum Container {
    /// A VHD: at least one footer was found, in whatever state.
    Vhd(Box<Vhd>),
    /// Something else.
    Foreign(Foreign),
}

impl Container {
    /// The VHD, if it is one.
    pub fn vhd(&self) -> Option<&Vhd> {
        match self {
            Self::Vhd(vhd) => Some(vhd),
            Self::Foreign(_) => None,
        }
    }
}

/// A file that was opened as a container.
pub struct Opened {
    /// The facts.
    pub container: Container,
    /// The disk.
    pub disk: Disk,
    /// The disk once more, where it is one in blocks, for those who ask for its bitmaps.
    pub blocks: Option<Arc<BlockDisk>>,
    /// Parents that were opened, to be asked afterwards whether they changed.
    pub parents: Vec<Arc<ImageFile>>,
}

/// Reads `image` as a container.
///
/// # Errors
/// [`ReadError`] when its ends cannot be read, or it changed while they were.
pub fn open(image: &Arc<dyn ReadAt>, search: &ParentSearch) -> Result<Opened, ReadError> {
    if let Some(opened) = vhd::open(image, search)? {
        return Ok(Opened {
            container: Container::Vhd(Box::new(opened.vhd)),
            disk: opened.disk,
            blocks: opened.blocks,
            parents: opened.parents,
        });
    }
    let foreign = recognise::recognise(&**image)?;
    let disk: Disk = if foreign.format.is_raw() {
        Ok(Arc::clone(image))
    } else {
        Err(format!(
            "the file is not a VHD but {}, which is not read as a disk",
            foreign.format.name()
        ))
    };
    Ok(Opened {
        container: Container::Foreign(foreign),
        disk,
        blocks: None,
        parents: Vec::new(),
    })
}
