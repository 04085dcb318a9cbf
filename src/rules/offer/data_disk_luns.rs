//! DATA001 and DATA002: how many data disks a plan has, and at which LUNs.

use super::data_disks;
use crate::finding::{Finding, Outcome};
use crate::rules::{Subject, declare_rule};

/// Data disks that an image version may have.
const MOST: usize = 16;

mod count {
    use super::*;

    declare_rule! {
        /// A plan has at most 16 data disks.
        ///
        /// ## Why
        /// An image version takes no more, whatever the machine size would.
        ///
        /// ## Evidence
        /// The `[[data-disks]]` of the configuration: the list does not stand in any image.
        ///
        /// ## Fix
        /// Put the content of several disks onto one, or let the product attach further disks when
        /// it is installed.
        pub static DATA001 = {
            id: "DATA001",
            name: "data-disk-count",
            level: Error,
            sources: [PLAN, TECH],
        };
    }

    fn check(subject: &Subject<'_>) -> Outcome {
        let disks = match data_disks(subject) {
            Ok(disks) => disks,
            Err(outcome) => return outcome,
        };
        let count = disks.value.len();
        if count <= MOST {
            return Outcome::pass();
        }
        Outcome::Decided(vec![
            Finding::error(format!(
                "{count} data disks are declared, and an image version takes {MOST} ({})",
                disks.from
            ))
            .found(format!("{count} data disks"))
            .required(format!("at most {MOST}"))
            .fix("put the content of several data disks onto one"),
        ])
    }
}

mod numbers {
    use super::*;

    declare_rule! {
        /// The LUNs of the data disks count from 0 without gaps.
        ///
        /// ## Why
        /// The submission maps each data disk to a logical unit number. A gap or a number that is
        /// given twice is a mapping that is refused. Disks that are listed in another order than that
        /// of their LUNs are a warning.
        ///
        /// ## Evidence
        /// The `lun` of each of the `[[data-disks]]` of the configuration: the list does not stand
        /// in any image.
        ///
        /// ## What Azure says
        /// `DataDisk mapped incorrectly`; `DataDisk- InvalidUrl:`; `DataDisk- NotFound:`
        ///
        /// ## Fix
        /// Number the data disks 0, 1, 2 and so on, in the plan and in the configuration.
        ///
        /// ## Limits
        /// What is entered in Partner Center is not seen.
        pub static DATA002 = {
            id: "DATA002",
            name: "data-disk-luns",
            level: Error,
            sources: [FAQ],
        };
    }

    fn check(subject: &Subject<'_>) -> Outcome {
        let disks = match data_disks(subject) {
            Ok(disks) => disks,
            Err(outcome) => return outcome,
        };
        let list = |luns: &mut dyn Iterator<Item = u32>| {
            luns.map(|lun| lun.to_string())
                .collect::<Vec<_>>()
                .join(", ")
        };
        let mut found = disks.value.clone();
        found.sort_unstable();
        let wanted = 0..u32::try_from(found.len()).unwrap_or(u32::MAX);
        if disks.value.iter().copied().eq(wanted.clone()) {
            return Outcome::pass();
        }
        if found.iter().copied().eq(wanted.clone()) {
            // The file's order need not be that of the submission.
            return Outcome::Decided(vec![
                Finding::warning(format!(
                    "the data disks are not listed in the order of their LUNs ({}): Partner Center \
                     wants them in order",
                    disks.from
                ))
                .found(format!("LUNs {}", list(&mut disks.value.iter().copied())))
                .required(format!("LUNs {}", list(&mut wanted.clone())))
                .fix("list the data disks by LUN, in Partner Center and in [[data-disks]]"),
            ]);
        }
        let twice = found.windows(2).find(|pair| pair.first() == pair.last());
        let what = match (twice, wanted.clone().find(|lun| !found.contains(lun))) {
            (Some([lun, ..]), _) => format!("LUN {lun} is given to two data disks"),
            (_, Some(lun)) => format!("no data disk has LUN {lun}"),
            _ => "the LUNs do not count from 0".to_owned(),
        };
        Outcome::Decided(vec![
            Finding::error(format!("{what} ({})", disks.from))
                .found(format!("LUNs {}", list(&mut found.iter().copied())))
                .required(format!("LUNs {}", list(&mut wanted.clone())))
                .fix("number the data disks 0, 1, 2 and so on, in Partner Center and in [[data-disks]]"),
        ])
    }
}

pub use count::DATA001;
pub use numbers::DATA002;
