//! vhd-preflight: what Azure and the Azure Marketplace will say of a virtual hard disk, found out
//! from the file alone.
//!
//! The layers, from the bottom up. Each knows the ones below it and none above; a test holds that.
//!
//! | module | what lives there |
//! |---|---|
//! | [`bytes`] | checked, named reads of binary fields |
//! | [`pattern`] | shell patterns against names |
//! | [`known`] | a fact, or why it is not known |
//! | [`replace`] | putting a file in its place whole, or not at all |
//! | [`source`] | positional, read-only bytes: files, memory maps, windows; the only `unsafe` code |
//! | [`container`] | the VHD structures, and what is not a VHD by its name |
//! | [`partition`] | MBR with logical partitions, GPT with its backup |
//! | [`volume`] | partitions and logical volumes, and what is on them by signature |
//! | [`filesystem`] | ext2/3/4, XFS, btrfs, FAT and NTFS behind one small trait |
//! | [`guest`] | the guest's files as one tree, and the facts of its operating system |
//! | [`advisories`] | security advisories that the user has at hand, against a guest's packages |
//! | [`scan`] | one parallel pass over the content: zeros, hashes, duplicates, digest |
//! | [`manifest`] | a disk's content as one digest a block, to compare the next version with |
//! | [`estimate`] | what has to move, and how long that takes |
//! | [`history`] | the publisher's own observed durations, in a small plain file |
//! | [`inspect`] | drives the layers, gathers the facts of one image into an `Inspection` |
//! | [`finding`] | outcome, finding, level, place |
//! | [`rules`] | opinions about facts: one requirement a rule, one rule a file |
//! | [`diagnose`] | literal failure messages and codes: what they mean, and the rules behind them |
//! | [`report`] | the model that renderers see; JSON and the report for people |
//! | [`config`] | the project's own file: what the offer claims, which findings are accepted |
//! | [`policy`] | what of a report counts: levels, suppressions, baselines |
//! | [`identity`] | what tells an image from others, in reports and attestations |
//! | [`text`] | sizes and times in words; text from images made safe to print |
//! | [`cli`] | the command line: one file a subcommand |
//!
//! ```
//! use std::path::Path;
//! use vhd_preflight::inspect::{Options, inspect_file};
//! use vhd_preflight::rules::{Profile, registry};
//!
//! let image = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/debian-12-small.vhd");
//! let inspection = inspect_file(&image, &Options::default())?;
//! for (rule, outcome) in registry::judge(&inspection, Profile::default(), &[]) {
//!     for finding in outcome.findings() {
//!         println!("{} {}: {}", rule.id, finding.level.word(), finding.message);
//!     }
//! }
//! # Ok::<(), vhd_preflight::inspect::InspectError>(())
//! ```

pub mod advisories;
pub mod bytes;
pub mod cli;
pub mod config;
pub mod container;
pub mod diagnose;
pub mod estimate;
pub mod filesystem;
pub mod finding;
pub mod guest;
pub mod history;
pub mod identity;
pub mod inspect;
pub mod known;
pub mod manifest;
pub mod partition;
pub mod pattern;
pub mod policy;
pub mod replace;
pub mod report;
pub mod rules;
pub mod scan;
pub mod source;
pub mod text;
pub mod volume;
