//! Runs a rule on a table that a test wrote.

use crate::finding::Outcome;
use crate::inspect::testing::inspection_of;
use crate::inspect::{DiskRole, Generation, Inspection, Known, OsFamily, Undetermined};
use crate::partition::PartitionTable;
use crate::rules::{Profile, Rule, Subject};

fn run(rule: &Rule, inspection: &Inspection) -> Outcome {
    (rule.check)(&Subject {
        inspection,
        profile: Profile::default(),
        siblings: &[],
    })
}

/// On an OS disk of which nothing else is known.
pub(crate) fn on_os_disk(rule: &Rule, table: PartitionTable) -> Outcome {
    run(
        rule,
        &inspection_of(Ok(table), DiskRole::Os, None, Generation::Any),
    )
}

/// On a data disk.
pub(crate) fn on_data_disk(rule: &Rule, table: PartitionTable) -> Outcome {
    run(
        rule,
        &inspection_of(Ok(table), DiskRole::Data, None, Generation::Any),
    )
}

/// On an OS disk of which the family and the generation are declared.
pub(crate) fn on_declared(
    rule: &Rule,
    table: PartitionTable,
    os: Option<OsFamily>,
    generation: Generation,
) -> Outcome {
    run(
        rule,
        &inspection_of(Ok(table), DiskRole::Os, os, generation),
    )
}

/// On an OS disk that could not be read.
pub(crate) fn on_unreadable(rule: &Rule) -> Outcome {
    let unknown: Known<PartitionTable> = Err(Undetermined::new("the parent disk is missing"));
    run(
        rule,
        &inspection_of(unknown, DiskRole::Os, None, Generation::One),
    )
}

/// The messages of an outcome's findings.
pub(crate) fn messages(outcome: &Outcome) -> Vec<&str> {
    outcome
        .findings()
        .iter()
        .map(|finding| finding.message.as_str())
        .collect()
}

/// Every failing finding must say what was found, what is required, where, and what mends it.
pub(crate) fn assert_evidence(outcome: &Outcome) {
    assert!(!outcome.findings().is_empty());
    for finding in outcome.findings() {
        assert!(finding.found.is_some(), "{finding:?}");
        assert!(finding.required.is_some(), "{finding:?}");
        assert!(finding.place.is_some(), "{finding:?}");
        assert!(finding.fix.is_some(), "{finding:?}");
    }
}

#[test]
fn no_mutated_table_makes_a_rule_panic_or_ramble() {
    use super::*;
    use crate::rules::container::logical_sector_size::VHD018;
    let rules = [
        &VHD018,
        &partition_table::PART001,
        &first_mib_free::PART003,
        &partition_alignment::PART004,
        &gpt_backup_at_end::PART005,
        &table_geometry::PART014,
        &generation_1_limits::PART015,
        &disk_tag::PART016,
    ];
    for disk in crate::partition::hostile::mutated(500) {
        let table = disk.table();
        for rule in rules {
            let outcome = on_os_disk(rule, table.clone());
            assert!(outcome.findings().len() < 64, "{}", rule.id);
            assert!(
                on_data_disk(rule, table.clone()).findings().len() < 64,
                "{}",
                rule.id
            );
        }
    }
}

#[test]
fn every_rule_is_documented() {
    use super::*;
    let rules = [
        &partition_table::PART001,
        &first_mib_free::PART003,
        &partition_alignment::PART004,
        &gpt_backup_at_end::PART005,
        &table_geometry::PART014,
        &generation_1_limits::PART015,
        &disk_tag::PART016,
    ];
    for rule in rules {
        assert!(rule.title().ends_with('.'), "{}", rule.id);
        for heading in ["Why", "Evidence", "Fix"] {
            assert!(
                rule.section(heading).is_some_and(|text| !text.is_empty()),
                "{}",
                rule.id
            );
        }
    }
}
