//! Runs a rule on a Windows guest that a test wrote as a small tree with real hives.

pub(crate) mod boot;
pub(crate) mod people;
mod platform;
mod remote;

use crate::finding::{Level, Outcome};
use crate::guest::hive::Data;
use crate::guest::hive::testing::HiveWriter;
use crate::guest::testing::Tree;
use crate::guest::windows::registry::HiveName;
use crate::guest::{Guest, Root, WindowsGuest};
use crate::inspect::testing::inspection_of;
use crate::inspect::{DiskRole, Generation, Inspection, OsFamily, Undetermined};
use crate::rules::{Profile, Rule};

pub(crate) use crate::rules::linux::testing::{assert_evidence, judge, worst};

/// A generalised Windows Server 2022 as it should be; tests change one thing of it. Paths of
/// `SYSTEM` may begin with `CurrentControlSet`, which is `ControlSet001`.
#[derive(Clone)]
pub(crate) struct Machine {
    tree: Tree,
    hives: Vec<(HiveName, HiveWriter)>,
    esp: Option<Tree>,
}

impl Machine {
    /// The sound machine.
    pub(crate) fn new() -> Self {
        let bare = Self {
            tree: Tree::ntfs(),
            hives: HiveName::ALL.map(|name| (name, HiveWriter::new())).to_vec(),
            esp: None,
        };
        let selected = bare.dword(HiveName::System, "Select", "Current", 1);
        [platform::add, remote::add, boot::add, people::add]
            .into_iter()
            .fold(selected, |machine, add| add(machine))
    }

    fn hive(
        mut self,
        name: HiveName,
        change: impl FnOnce(HiveWriter, &dyn Fn(&str) -> String) -> HiveWriter,
    ) -> Self {
        let resolve = |path: &str| path.replacen("CurrentControlSet", "ControlSet001", 1);
        for (hive, writer) in &mut self.hives {
            if *hive == name {
                *writer = change(writer.clone(), &resolve);
                return self;
            }
        }
        panic!("{name:?} was taken away");
    }

    /// A value; the keys on the way are made.
    #[must_use]
    pub(crate) fn set(self, hive: HiveName, path: &str, name: &str, data: Data) -> Self {
        self.hive(hive, |writer, at| writer.set(&at(path), name, data))
    }

    /// A `REG_DWORD`.
    #[must_use]
    pub(crate) fn dword(self, hive: HiveName, path: &str, name: &str, number: u32) -> Self {
        self.set(hive, path, name, Data::Dword(number))
    }

    /// A `REG_SZ`.
    #[must_use]
    pub(crate) fn string(self, hive: HiveName, path: &str, name: &str, text: &str) -> Self {
        self.set(hive, path, name, Data::Sz(text.to_owned()))
    }

    /// An empty key.
    #[must_use]
    pub(crate) fn key(self, hive: HiveName, path: &str) -> Self {
        self.hive(hive, |writer, at| writer.key(&at(path)))
    }

    /// Takes a value away; there must be one.
    #[must_use]
    pub(crate) fn unset(self, hive: HiveName, path: &str, name: &str) -> Self {
        self.hive(hive, |writer, at| writer.unset(&at(path), name))
    }

    /// Takes a key away with all below; there must be one.
    #[must_use]
    pub(crate) fn without_key(self, hive: HiveName, path: &str) -> Self {
        self.hive(hive, |writer, at| writer.remove(&at(path)))
    }

    /// Takes a whole hive away.
    #[must_use]
    pub(crate) fn without_hive(mut self, hive: HiveName) -> Self {
        self.hives.retain(|(name, _)| *name != hive);
        self
    }

    /// Changes the files of drive C:.
    #[must_use]
    pub(crate) fn files(mut self, change: impl FnOnce(Tree) -> Tree) -> Self {
        self.tree = change(self.tree);
        self
    }

    /// Gives it an EFI system partition with these files.
    #[must_use]
    pub(crate) fn esp(mut self, esp: Tree) -> Self {
        self.esp = Some(esp);
        self
    }

    /// Its tree, with the hives where they belong.
    pub(crate) fn root(&self) -> Root {
        let mut tree = self.tree.clone();
        for (name, writer) in &self.hives {
            let path = format!("/Windows/System32/config/{}", name.name());
            tree = tree.bytes(&path, &writer.build());
        }
        let esp = self.esp.clone();
        let others = esp.map(|esp| (crate::guest::ESP_POINT, 1, esp));
        tree.windows_root_with(others.into_iter().collect())
    }

    /// The facts of it.
    pub(crate) fn facts(&self) -> WindowsGuest {
        WindowsGuest::gather(&self.root(), &[])
    }

    /// An inspection of which the guest is known, and nothing else.
    pub(crate) fn inspection(&self) -> Inspection {
        let mut inspection = inspection_of(
            Err(Undetermined::new("the table was not read")),
            DiskRole::Os,
            Some(OsFamily::Windows),
            Generation::Any,
        );
        inspection.guest = Ok(Some(Guest::Windows(Box::new(self.facts()))));
        inspection
    }
}

/// What a rule says of a machine, in the default profile.
pub(crate) fn of(rule: &Rule, machine: &Machine) -> Outcome {
    judge(rule, &machine.inspection(), Profile::default())
}

/// What a rule says of a Linux disk, of a data disk, and of a guest that cannot be read: the first
/// two must not apply, the last must be undetermined.
pub(crate) fn assert_applies_to_windows_only(rule: &Rule) {
    let of = |role, os, guest| {
        let unread = Err(Undetermined::new("the table was not read"));
        let mut inspection = inspection_of(unread, role, Some(os), Generation::Any);
        inspection.guest = guest;
        judge(rule, &inspection, Profile::default())
    };
    let linux = of(DiskRole::Os, OsFamily::Linux, Ok(None));
    assert!(matches!(linux, Outcome::NotApplicable(_)), "{linux:?}");
    let data = of(DiskRole::Data, OsFamily::Windows, Ok(None));
    assert!(matches!(data, Outcome::NotApplicable(_)), "{data:?}");
    let unknown = Undetermined::new("partition 1 is encrypted by BitLocker");
    let unread = of(DiskRole::Os, OsFamily::Windows, Err(unknown));
    assert!(matches!(unread, Outcome::Undetermined(..)), "{unread:?}");
}

/// A rule is undetermined where a hive that it needs is missing.
pub(crate) fn assert_needs(rule: &Rule, hive: HiveName) {
    let outcome = of(rule, &Machine::new().without_hive(hive));
    assert!(matches!(outcome, Outcome::Undetermined(..)), "{outcome:?}");
}

/// The findings' gravest level, by the words of the messages for a failing test to show.
pub(crate) fn levels(outcome: &Outcome) -> Vec<(Level, String)> {
    let findings = outcome.findings().iter();
    findings.map(|f| (f.level, f.message.clone())).collect()
}
