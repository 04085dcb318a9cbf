//! The report as one self-contained page: for a browser without a network, a printer, a mail.
//!
//! Rust decides what is said and how long it is (`view`), the templates where it stands, and
//! `escape` alone how a text becomes markup. Nothing from an image gets into script, style, the
//! name of an attribute or an address.

mod disk;
mod escape;
mod fixes;
mod outcomes;
mod page;
mod timeline;
mod view;

#[cfg(test)]
mod tests;

use std::io::{self, Write};

use super::v1;

/// Writes the report.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn Write, report: &v1::Report) -> io::Result<()> {
    page::write(out, report)
}
