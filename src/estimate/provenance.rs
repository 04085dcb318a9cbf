//! Where a number comes from, and of when it is.

/// What a number rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// A public text says so.
    Documented,
    /// A choice of this program or of its user.
    Assumed,
    /// The publisher's own observations.
    Calibrated {
        /// How many of them.
        records: u32,
    },
}

impl Basis {
    /// The word that reports use.
    pub fn word(self) -> String {
        match self {
            Self::Documented => "documented".to_owned(),
            Self::Assumed => "assumed".to_owned(),
            Self::Calibrated { records } => format!("calibrated({records})"),
        }
    }
}

/// What a number rests on, with its date and its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provenance {
    /// What the number rests on.
    pub basis: Basis,
    /// Date of the source, as exactly as it is known (`2018-08-17`, `2018`), or the revision of a
    /// page that bears no date; empty for an assumption.
    pub date: &'static str,
    /// The source, or the reason of an assumption.
    pub source: &'static str,
}

impl Provenance {
    /// A public text of that date.
    pub const fn documented(date: &'static str, source: &'static str) -> Self {
        Self {
            basis: Basis::Documented,
            date,
            source,
        }
    }

    /// An assumption, with its reason.
    pub const fn assumed(source: &'static str) -> Self {
        Self {
            basis: Basis::Assumed,
            date: "",
            source,
        }
    }
}

/// A duration in hours, and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// Hours.
    pub hours: f64,
    /// What the number rests on.
    pub provenance: Provenance,
}

impl Figure {
    pub(super) const fn documented(hours: f64, date: &'static str, source: &'static str) -> Self {
        Self {
            hours,
            provenance: Provenance::documented(date, source),
        }
    }

    pub(super) const fn assumed(hours: f64, source: &'static str) -> Self {
        Self {
            hours,
            provenance: Provenance::assumed(source),
        }
    }
}

/// A sentence that belongs to the numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The sentence.
    pub text: String,
    /// What it rests on.
    pub provenance: Provenance,
}
