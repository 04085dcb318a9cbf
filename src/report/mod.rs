//! What renderers see: the model of a report, and one renderer a file.
//!
//! [`build`] makes the documents of [`v1`] out of inspections and outcomes; the renderers see these
//! documents and nothing else; the texts of the rules are one of them, the [`v1::Explanation`].

mod artifact;
pub mod attestation;
pub mod azure_pipelines;
pub mod build;
mod build_log;
pub mod diagnosis;
pub mod exception_request;
pub mod fix_script;
mod fixes;
pub mod github;
pub mod gitlab;
pub mod html;
pub mod human;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod reference;
pub mod sarif;
mod undetermined;
pub mod v1;
mod words;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
