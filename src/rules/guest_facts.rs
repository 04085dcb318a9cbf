//! What the rules on guests of every family share: facts that may be unknown, and their places.

use crate::finding::{Outcome, Place};
use crate::guest::Spot;
use crate::known::Known;

/// Findings of one kind that a rule lists; a hostile guest has thousands.
pub(crate) const MAX_LISTED: usize = 16;

/// A fact; where it is not known the outcome to answer with.
pub(crate) fn known<T>(fact: &Known<T>) -> Result<&T, Outcome> {
    fact.as_ref()
        .map_err(|unknown| Outcome::undetermined(unknown.reason.clone()))
}

/// The place of a finding in the guest.
pub(crate) fn at(spot: &Spot) -> Place {
    let mut place = Place::guest(&*spot.volume, spot.path.clone(), spot.line);
    place.registry.clone_from(&spot.registry);
    match spot.partition {
        Some(number) => place.partition(number),
        None => place,
    }
}
