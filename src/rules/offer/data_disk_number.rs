//! DATA003 and DATA004: the number of data disks from version to version, and no more than needed.

use super::{data_disks, number_of_disks};
use crate::finding::{Finding, Outcome};
use crate::inspect::DiskRole;
use crate::rules::{Subject, declare_rule};

mod versions {
    use super::*;

    declare_rule! {
        /// Every version of a plan has the same number of data disks.
        ///
        /// ## Why
        /// Whoever deployed the version before has machines with its disks; a template that fits
        /// one number does not fit another.
        ///
        /// ## Evidence
        /// The number of `[[data-disks]]` of the configuration, and `previous-data-disks` of its
        /// `[offer]`.
        ///
        /// ## Fix
        /// Keep the number, or make a new plan for another one.
        ///
        /// ## Limits
        /// The version before is not asked: its number is what the configuration says.
        pub static DATA003 = {
            id: "DATA003",
            name: "same-data-disks",
            level: Error,
            sources: [PLAN, CRE17, POL],
        };
    }

    fn check(subject: &Subject<'_>) -> Outcome {
        let inspection = subject.inspection;
        if inspection.role.value == DiskRole::Data {
            return data_disks(subject).err().unwrap_or_else(Outcome::pass);
        }
        let Some(previous) = &inspection.offer.previous_data_disks else {
            return Outcome::not_applicable(
                "the number of data disks of the version before is not declared ([offer] \
                 previous-data-disks in vhd-preflight.toml)",
            );
        };
        // None that are declared are none: the file speaks of them.
        let disks = inspection.offer.data_disks.as_ref();
        let now = disks.map_or(0, |disks| {
            u64::try_from(disks.value.len()).unwrap_or(u64::MAX)
        });
        let before = u64::from(previous.value);
        if now == before {
            return Outcome::pass();
        }
        Outcome::Decided(vec![
            Finding::error(format!(
                "this version has {}, and the version before {} ({})",
                number_of_disks(now),
                number_of_disks(before),
                previous.from
            ))
            .found(number_of_disks(now))
            .required(number_of_disks(before))
            .fix("keep the number of data disks, or publish this version as a new plan"),
        ])
    }
}

mod minimum {
    use super::*;

    declare_rule! {
        /// A plan has no more data disks than the product needs.
        ///
        /// ## Why
        /// Customers cannot take a disk of the image off when they deploy it, and pay for each.
        ///
        /// ## Evidence
        /// The number of `[[data-disks]]` of the configuration.
        ///
        /// ## Fix
        /// Leave out what the product can do without; empty disks can be attached at deployment.
        ///
        /// ## Limits
        /// How many the product needs is for you to judge: this is advice only.
        pub static DATA004 = {
            id: "DATA004",
            name: "fewest-data-disks",
            level: Advice,
            sources: [PLAN, TECH, CRE17],
        };
    }

    fn check(subject: &Subject<'_>) -> Outcome {
        let disks = match data_disks(subject) {
            Ok(disks) => disks,
            Err(outcome) => return outcome,
        };
        let count = u64::try_from(disks.value.len()).unwrap_or(u64::MAX);
        Outcome::Decided(vec![Finding::advice(format!(
            "{} declared: customers cannot leave one out, so ship as few as the product needs ({})",
            match count {
                1 => "1 data disk is".to_owned(),
                _ => format!("{count} data disks are"),
            },
            disks.from
        ))])
    }
}

pub use minimum::DATA004;
pub use versions::DATA003;
