//! The guest's files as one tree, and the facts of its operating system.
#![warn(clippy::arithmetic_side_effects, clippy::as_conversions)]

pub mod esp;
pub mod hive;
pub mod linux;
pub mod mounts;
mod path;
pub mod pe;
mod root;
mod spot;
#[cfg(test)]
pub(crate) mod testing;
mod text_file;
pub mod version;
pub mod windows;
pub(crate) mod zip;

pub use linux::LinuxGuest;
pub use mounts::{Candidate, ESP_POINT, Plan, Search};
pub(crate) use root::glob_matches;
pub use root::{DirEntry, Limits, Mount, Root};
pub use spot::{Located, Spot};
pub use text_file::TextFile;
pub use windows::WindowsGuest;

/// The operating system that a disk holds.
#[derive(Debug)]
pub enum Guest {
    /// A Linux distribution.
    Linux(Box<LinuxGuest>),
    /// Windows.
    Windows(Box<WindowsGuest>),
}

impl Guest {
    /// The Linux guest, if it is one.
    pub fn linux(&self) -> Option<&LinuxGuest> {
        match self {
            Self::Linux(guest) => Some(guest),
            Self::Windows(_) => None,
        }
    }

    /// The Windows guest, if it is one.
    pub fn windows(&self) -> Option<&WindowsGuest> {
        match self {
            Self::Windows(guest) => Some(guest),
            Self::Linux(_) => None,
        }
    }
}
