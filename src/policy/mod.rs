//! What of a report counts: weights of rules, suppressions and the baseline, applied in one place.
//!
//! The rules say what they see, and the report holds all of it; here it is decided what of it is
//! open. Nothing is taken out but the findings of a rule that is off, and that stands in its place.

mod baseline;
mod suppress;
mod weights;

use jiff::civil::Date;

use crate::config::{Declared, RuleSetting, Suppression};
use crate::report::{build, v1};

pub use baseline::{Baseline, BaselineError};

/// What decides.
#[derive(Clone, Copy)]
pub struct Policy<'a> {
    /// Other weights of rules.
    pub rules: &'a [Declared<RuleSetting>],
    /// Accepted findings.
    pub suppressions: &'a [Declared<Suppression>],
    /// The report whose findings are known.
    pub baseline: Option<&'a Baseline>,
    /// The day in UTC by which suppressions are judged.
    pub today: Date,
}

/// Applies it to a report, and counts the report anew.
pub fn apply(report: &mut v1::Report, policy: &Policy<'_>) {
    for image in &mut report.images {
        weights::apply(&mut image.outcomes, policy.rules);
    }
    let problems = suppress::apply(&mut report.images, policy.suppressions, policy.today);
    report.configuration.problems.extend(problems);
    if let Some(baseline) = policy.baseline {
        let (shown, problems) = baseline.apply(&mut report.images);
        report.configuration.baseline = Some(shown);
        report.configuration.problems.extend(problems);
    }
    for image in &mut report.images {
        build::recount(image);
    }
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
