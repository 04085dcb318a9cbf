//! A text file of the guest with its place.

use super::Spot;

/// A text file; bytes that are no UTF-8 stand as U+FFFD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFile {
    /// Which file.
    pub spot: Spot,
    /// Its content (hostile text).
    pub text: String,
}

impl TextFile {
    /// The lines without their ends, each with its number, counted from 1.
    pub fn lines(&self) -> impl Iterator<Item = (u32, &str)> {
        (1_u32..).zip(self.text.lines())
    }

    /// The lines that say something: without the comments that begin with `#` and without blank
    /// ones, trimmed.
    pub fn settings(&self) -> impl Iterator<Item = (u32, &str)> {
        self.lines()
            .map(|(number, line)| (number, line.trim()))
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
    }

    /// The place of a line.
    pub fn at(&self, line: u32) -> Spot {
        self.spot.at(line)
    }
}
