//! The phases of publishing by name: how records, rows and steps say which one they mean.

/// A phase of publishing that takes time which somebody can look at a clock for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PhaseKind {
    /// The portal checks the offer's settings.
    Validation,
    /// Microsoft checks the image.
    Certification,
    /// The image is copied to all regions for the preview.
    PreviewReplication,
    /// The offer is put together for customers.
    Packaging,
    /// The publisher looks at the preview and approves it.
    SignOff,
    /// The image is copied to all regions again, for everybody.
    LiveReplication,
    /// The offer is made visible.
    FinalPublish,
}

impl PhaseKind {
    /// All phases, in the order in which they happen.
    pub const ALL: [Self; 7] = [
        Self::Validation,
        Self::Certification,
        Self::PreviewReplication,
        Self::Packaging,
        Self::SignOff,
        Self::LiveReplication,
        Self::FinalPublish,
    ];

    /// The word that files and machine-readable reports use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Validation => "automated-validation",
            Self::Certification => "certification",
            Self::PreviewReplication => "replication-preview",
            Self::Packaging => "packaging",
            Self::SignOff => "sign-off",
            Self::LiveReplication => "replication-live",
            Self::FinalPublish => "final-publish",
        }
    }

    /// The name that people read.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Validation => "automated validation",
            Self::Certification => "certification",
            Self::PreviewReplication => "replication for the preview",
            Self::Packaging => "packaging",
            Self::SignOff => "publisher sign-off",
            Self::LiveReplication => "replication for the live offer",
            Self::FinalPublish => "final publish",
        }
    }

    /// The phase that [`word`](Self::word) calls so.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// All words, for a message that says what was expected.
    pub fn words() -> String {
        Self::ALL.map(Self::word).join(", ")
    }

    /// Whether it is one of the two replications.
    pub fn is_replication(self) -> bool {
        matches!(self, Self::PreviewReplication | Self::LiveReplication)
    }
}
