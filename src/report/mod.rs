//! What renderers see: the model of a report, and one renderer a file.
//!
//! [`build`] makes the documents of [`v1`] out of inspections and outcomes; [`json`] and [`human`]
//! see these documents and nothing else.

pub mod build;
pub mod human;
pub mod json;
pub mod v1;

#[cfg(test)]
mod tests;
