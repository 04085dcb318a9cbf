//! Security advisories in the OSV format that the user has at hand, and which of them a guest's
//! packages fall under. Nothing is fetched.
#![warn(clippy::arithmetic_side_effects, clippy::as_conversions)]

mod ecosystem;
mod load;
mod matching;
mod osv;
mod severity;
#[cfg(test)]
mod tests;

pub use load::{FeedError, load};

use osv::Advisory;

/// The CVSS score from which on certification's reports list an advisory.
pub const SEVERE: f64 = 8.5;

/// The advisories of a feed.
#[derive(Debug, Clone, Default)]
pub struct Feed {
    advisories: Vec<Advisory>,
    /// The newest `modified` date of its advisories: `2026-10-08`.
    date: Option<String>,
    /// Advisories that were read, withdrawn ones too.
    read: usize,
}

/// An advisory that a package falls under.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// The installed package.
    pub package: String,
    /// Its installed version.
    pub installed: String,
    /// The first version without the flaw; none where no such version is out.
    pub fixed: Option<String>,
    /// The advisory: `USN-6663-1`, `RHSA-2025:9978`, `DEBIAN-CVE-2024-1234`.
    pub id: String,
    /// The CVEs and other names that it goes by.
    pub aliases: Vec<String>,
    /// The highest CVSS base score that it states.
    pub cvss: Option<f64>,
    /// Its weight in words, where it states that: `high`, lower case.
    pub rating: Option<String>,
}

impl Match {
    /// Whether it weighs as much as what certification's reports list: a score of [`SEVERE`] or
    /// more; where there is no score, a rating of critical, which begins at 9.0.
    pub fn is_severe(&self) -> bool {
        match self.cvss {
            Some(score) => score >= SEVERE,
            None => self.rating.as_deref() == Some("critical"),
        }
    }

    /// Whether it says how much it weighs.
    pub fn is_rated(&self) -> bool {
        self.cvss.is_some() || self.rating.is_some()
    }
}

/// The advisories that a guest's packages fall under.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matches {
    /// The newest date in the feed: `2026-10-08`.
    pub feed_date: Option<String>,
    /// Advisories in the feed.
    pub advisories_read: usize,
    /// What the feed calls this distribution: `Debian:12`; none where such feeds have no name for
    /// it.
    pub ecosystem: Option<String>,
    /// Advisories in the feed for this distribution.
    pub advisories_for_it: usize,
    /// Each advisory with each source package that falls under it, the gravest first.
    pub packages_affected: Vec<Match>,
}
