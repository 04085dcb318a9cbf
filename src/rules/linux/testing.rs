//! Runs a rule on a Linux guest that a test wrote as a small tree.

use crate::finding::{Level, Outcome};
use crate::guest::testing::Tree;
use crate::guest::{Guest, LinuxGuest};
use crate::inspect::testing::inspection_of;
use crate::inspect::{DiskRole, Generation, Inspection, OsFamily, Property, Said, Undetermined};
use crate::rules::{Profile, Rule, Subject};

/// The facts of a guest whose root is `tree`, gathered as from a disk.
pub(crate) fn facts(tree: &Tree) -> LinuxGuest {
    crate::guest::testing::facts(&|| tree.clone().root())
}

/// An inspection of which the guest is known, and nothing else.
pub(crate) fn inspection(tree: &Tree) -> Inspection {
    let mut inspection = inspection_of(
        Err(Undetermined::new("the table was not read")),
        DiskRole::Os,
        Some(OsFamily::Linux),
        Generation::Any,
    );
    inspection.guest = Ok(Some(Guest::Linux(Box::new(facts(tree)))));
    inspection
}

/// Makes the offer claim a property.
pub(crate) fn claim(inspection: &mut Inspection, property: Property) {
    let said = Said {
        value: true,
        from: "vhd-preflight.toml:3".to_owned(),
    };
    inspection.offer.claims.push((property, said));
}

/// What a rule says of an inspection in a profile.
pub(crate) fn judge(rule: &Rule, inspection: &Inspection, profile: Profile) -> Outcome {
    (rule.check)(&Subject {
        inspection,
        profile,
        siblings: &[],
    })
}

/// What a rule says of a guest, in the default profile.
pub(crate) fn of(rule: &Rule, tree: &Tree) -> Outcome {
    judge(rule, &inspection(tree), Profile::default())
}

/// As [`of`] in every profile, in the order of [`Profile::ALL`].
pub(crate) fn in_profiles(rule: &Rule, tree: &Tree) -> [Outcome; 3] {
    let inspection = inspection(tree);
    Profile::ALL.map(|profile| judge(rule, &inspection, profile))
}

/// What a rule says of a disk of Windows, of a data disk, and of a guest that cannot be read: the
/// first two must not apply, the last must be undetermined.
pub(crate) fn assert_applies_to_linux_only(rule: &Rule) {
    let of = |role, os, guest| {
        let mut inspection = inspection_of(
            Err(Undetermined::new("the table was not read")),
            role,
            Some(os),
            Generation::Any,
        );
        inspection.guest = guest;
        judge(rule, &inspection, Profile::default())
    };
    let windows = of(DiskRole::Os, OsFamily::Windows, Ok(None));
    assert!(matches!(windows, Outcome::NotApplicable(_)), "{windows:?}");
    let data = of(DiskRole::Data, OsFamily::Linux, Ok(None));
    assert!(matches!(data, Outcome::NotApplicable(_)), "{data:?}");
    let unknown = Undetermined::new("partition 1 is encrypted by LUKS");
    let unread = of(DiskRole::Os, OsFamily::Linux, Err(unknown));
    assert!(matches!(unread, Outcome::Undetermined(..)), "{unread:?}");
}

/// The gravest level of an outcome's findings.
pub(crate) fn worst(outcome: &Outcome) -> Option<Level> {
    outcome.findings().iter().map(|finding| finding.level).max()
}

/// Every finding of level error or warning says what was found, what is required, where, and what
/// mends it.
pub(crate) fn assert_evidence(outcome: &Outcome) {
    for finding in outcome.findings() {
        if finding.level >= Level::Warning {
            assert!(finding.found.is_some(), "{finding:?}");
            assert!(finding.required.is_some(), "{finding:?}");
            assert!(finding.fix.is_some(), "{finding:?}");
        }
    }
}
