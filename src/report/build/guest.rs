//! The guest's facts, one value a row.

mod linux;
mod windows;

use super::v1;
use crate::guest::windows::setting::Setting;
use crate::guest::{Guest, Located, Spot};
use crate::inspect::{Known, Undetermined};

pub(super) fn guest(guest: &Guest) -> v1::Guest {
    match guest {
        Guest::Linux(linux) => linux::guest(linux),
        Guest::Windows(found) => windows::guest(found),
    }
}

/// Gathers the rows of a guest.
struct Rows {
    facts: Vec<v1::GuestFact>,
    unknown: Vec<v1::UnknownGuestFact>,
    subject: &'static str,
}

impl Rows {
    fn new() -> Self {
        Self {
            facts: Vec::new(),
            unknown: Vec::new(),
            subject: "",
        }
    }

    /// What follows is about this.
    fn about(&mut self, subject: &'static str) {
        self.subject = subject;
    }

    fn add(&mut self, name: impl Into<String>, value: impl Into<String>, spot: Option<&Spot>) {
        self.facts.push(v1::GuestFact {
            subject: self.subject,
            name: name.into(),
            value: value.into(),
            place: spot.map(place),
        });
    }

    fn located(&mut self, name: impl Into<String>, found: &Located<String>) {
        self.add(name, found.value.clone(), Some(&found.spot));
    }

    /// A value of the registry, where there is one; numbers in decimal.
    fn setting<T: ToString>(&mut self, name: impl Into<String>, setting: &Setting<T>) {
        if let Some(Some(value)) = self.known(&setting.value) {
            let value = value.to_string();
            self.add(name, value, Some(&setting.spot));
        }
    }

    /// Parts of the subject that are not known.
    fn unknown_ones(&mut self, list: &[Undetermined]) {
        for unknown in list {
            self.not_known(unknown);
        }
    }

    /// Keeps a reason; one for a hive that is missing would come back with each of its values.
    fn not_known(&mut self, unknown: &Undetermined) {
        let known = |told: &v1::UnknownGuestFact| {
            told.subject == self.subject && told.reason == unknown.reason
        };
        if !self.unknown.iter().any(known) {
            self.unknown.push(v1::UnknownGuestFact {
                subject: self.subject,
                reason: unknown.reason.clone(),
            });
        }
    }

    /// The fact, if it is known; else its reason is kept.
    fn known<'a, T>(&mut self, fact: &'a Known<T>) -> Option<&'a T> {
        match fact {
            Ok(value) => Some(value),
            Err(unknown) => {
                self.not_known(unknown);
                None
            }
        }
    }
}

fn place(spot: &Spot) -> v1::GuestPlace {
    v1::GuestPlace {
        volume: spot.volume.to_string(),
        path: spot.path.clone(),
        line: spot.line,
        registry: spot.registry.clone(),
    }
}
