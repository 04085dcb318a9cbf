//! What tells one image from all others, as reports and attestations hold it, and whether two such
//! statements are about one image.
//!
//! What is read here may come from anywhere: it is parsed with limits, and believed in nothing.
#![warn(clippy::arithmetic_side_effects, clippy::as_conversions)]

mod base64;
mod compare;
mod read;

#[cfg(test)]
mod tests;

pub use compare::{Answer, Basis, Check, Comparison, compare};
pub use read::{Claims, Form, NoClaims, of_report_image, read};

/// A part of an image that a digest is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The whole file, container included.
    File,
    /// The disk without its container.
    Disk,
    /// One of the two: the document does not say which.
    Either,
}

/// The digest of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// Of what.
    pub part: Part,
    /// By which function, in lower case: `sha256`.
    pub kind: String,
    /// Lower-case hexadecimal.
    pub hex: String,
}

/// What tells an image from others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// Its name, which proves nothing (hostile text).
    pub name: Option<String>,
    /// What the document says of it: `pass`, `FAILED` (hostile text).
    pub verdict: Option<String>,
    /// Digests of all of its bytes.
    pub digests: Vec<Digest>,
    /// The digest of the content, `vhd-preflight/content/v1`; only where it is that of the whole
    /// disk.
    pub content: Option<String>,
    /// Length of the file in bytes.
    pub file_length: Option<u64>,
    /// Size of the disk in bytes.
    pub disk_size: Option<u64>,
    /// The bytes of the footer's unique id in hexadecimal.
    pub unique_id: Option<String>,
    /// The bytes of the footer's checksum in hexadecimal.
    pub footer_checksum: Option<String>,
}
