//! Threshold profiles: dated sets of limits. Sources disagree, so every report names the set that
//! it judged by.

/// A dated set of limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// The published certification FAQ and the self-test tools of its time.
    Faq202109,
    /// Microsoft's open test suite as of August 2026, with the policies in force then.
    #[default]
    Lisa202608,
    /// For every subject the strictest value that any source states.
    Strict,
}

impl Profile {
    /// All profiles, in the order of their dates.
    pub const ALL: [Self; 3] = [Self::Faq202109, Self::Lisa202608, Self::Strict];

    /// The name by which users choose it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Faq202109 => "faq-2021-09",
            Self::Lisa202608 => "lisa-2026-08",
            Self::Strict => "strict",
        }
    }

    /// The month of its sources, as `2026-08`; none of [`Strict`](Self::Strict), which is dated by
    /// the rules themselves.
    pub fn date(self) -> Option<&'static str> {
        match self {
            Self::Faq202109 => Some("2021-09"),
            Self::Lisa202608 => Some("2026-08"),
            Self::Strict => None,
        }
    }

    /// The size in GiB below which a Linux OS disk fails, if the profile has such a limit.
    pub fn linux_os_disk_floor_gib(self) -> Option<u64> {
        match self {
            Self::Faq202109 => Some(1),
            // The test suite does not look at the size; the policies recommend 30 GB, which is
            // a warning in every profile.
            Self::Lisa202608 | Self::Strict => None,
        }
    }
}
