//! Which rules the certification team may grant an exception from.
//!
//! Microsoft's certification FAQ (2021-09) knows exceptions for single tests, for machines that are
//! locked down, and for templates of the publisher's own. It promises none. What stands here is what
//! a source names; an error that is not here has to be mended.

/// The kinds of exceptions that the request has to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// For one or more tests.
    Test,
    /// For a machine that nobody can log in to.
    LockedDown,
}

impl Kind {
    /// The words that a request uses.
    pub fn words(self) -> &'static str {
        match self {
            Self::Test => "tests",
            Self::LockedDown => "locked down VM",
        }
    }

    /// What has to be attached to the request; without it, the FAQ says, it is denied.
    pub fn attachment(self) -> &'static str {
        match self {
            Self::Test => "evidence for the reason",
            Self::LockedDown => "the report of the certification test tool, run on the machine",
        }
    }
}

/// An exception that a rule may be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exception {
    /// The rule's id.
    pub rule: &'static str,
    /// Of which kind it is.
    pub kind: Kind,
    /// On what ground it may be granted.
    pub ground: &'static str,
    /// What the message of a finding has to hold; empty where every finding of the rule will do.
    about: &'static str,
}

impl Exception {
    /// Whether it is for a finding with this message.
    pub fn is_for(&self, message: &str) -> bool {
        message.contains(self.about)
    }
}

const fn exception(rule: &'static str, kind: Kind, ground: &'static str) -> Exception {
    Exception {
        rule,
        kind,
        ground,
        about: "",
    }
}

/// All of them, by the ids of their rules.
pub const EXCEPTIONS: [Exception; 7] = [
    Exception {
        rule: "VHD010",
        kind: Kind::Test,
        ground: "the size of the OS disk is more than certification takes by itself",
        // One that is too small is only to be made larger.
        about: "larger than the Marketplace's",
    },
    exception(
        "VHD013",
        Kind::Test,
        "the OS disk is larger than 500 GiB, or larger than 250 GiB and mostly empty",
    ),
    exception(
        "LNX024",
        Kind::Test,
        "the publisher answers for known vulnerabilities that cannot be mended yet",
    ),
    exception(
        "LNX030",
        Kind::LockedDown,
        "nobody logs in to the machine, so that certification cannot either",
    ),
    exception(
        "WIN006",
        Kind::Test,
        "Microsoft's support has agreed to the licensed product in the image",
    ),
    exception(
        "WIN007",
        Kind::LockedDown,
        "nobody logs in to the machine, so that certification cannot either",
    ),
    exception(
        "WIN008",
        Kind::LockedDown,
        "nobody logs in to the machine, so that certification cannot either",
    ),
];

/// The exception that a rule may be granted, where there is one.
pub fn of(rule: &str) -> Option<&'static Exception> {
    EXCEPTIONS.iter().find(|exception| exception.rule == rule)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::registry;

    #[test]
    fn every_exception_is_of_a_rule() {
        for exception in &EXCEPTIONS {
            assert!(
                registry::find(exception.rule).is_some(),
                "{}",
                exception.rule
            );
        }
        assert!(EXCEPTIONS.is_sorted_by_key(|exception| {
            registry::RULES
                .iter()
                .position(|rule| rule.id == exception.rule)
        }));
        assert_eq!(of("VHD013").map(|found| found.kind), Some(Kind::Test));
        assert_eq!(of("VHD001"), None);
    }
}
