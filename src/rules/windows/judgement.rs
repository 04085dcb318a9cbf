//! What a rule comes to on its way through many facts, of which some may not be known.

use crate::finding::{Finding, Outcome};
use crate::guest::windows::setting::Setting;
use crate::known::Known;
use crate::rules::partition::decided_unless;

/// Findings so far, and why something could not be looked at.
#[derive(Debug, Default)]
pub(crate) struct Judgement {
    findings: Vec<Finding>,
    open: Option<String>,
}

impl Judgement {
    /// The fact; none where it is not known, which is kept.
    pub(crate) fn known<T>(&mut self, fact: Known<T>) -> Option<T> {
        match fact {
            Ok(fact) => Some(fact),
            Err(unknown) => {
                self.leave_open(unknown.reason);
                None
            }
        }
    }

    /// What a setting holds, if anything; none where it is not known, which is kept.
    pub(crate) fn set<'a, T>(&mut self, setting: &'a Setting<T>) -> Option<Option<&'a T>> {
        self.known(setting.get())
    }

    /// Keeps why something could not be looked at; the first reason is told.
    pub(crate) fn leave_open(&mut self, reason: String) {
        self.open.get_or_insert(reason);
    }

    /// Adds findings.
    pub(crate) fn find(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.findings.extend(findings);
    }

    /// What the rule says.
    pub(crate) fn outcome(self) -> Outcome {
        decided_unless(self.open, self.findings)
    }
}
