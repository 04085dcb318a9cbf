//! Every rule on an image that passes, one that does not, and one to which it does not apply.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod common;

use std::sync::Arc;

use common::{edit_end, end, fixed_vhd, image, judge_source, linux_mbr};
use vhd_preflight::finding::{Level, Status};
use vhd_preflight::inspect::{DiskRole, Generation, Options, OsFamily};
use vhd_preflight::rules::{GIB, MIB, Profile, Sibling, registry};
use vhd_preflight::source::{MemorySource, ReadAt};

/// One judgement that a rule has to come to.
struct Case {
    rule: &'static str,
    /// What the status, or for a pass with something to say the level, has to be.
    expected: Expected,
    /// A part of the message or reason.
    says: &'static str,
    name: &'static str,
    source: Arc<dyn ReadAt>,
    options: Options<'static>,
    profile: Profile,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    Pass,
    Note,
    Advice,
    Warn,
    Fail,
    NotApplicable,
    Undetermined,
}

impl Case {
    fn new(
        rule: &'static str,
        expected: Expected,
        says: &'static str,
        source: Arc<dyn ReadAt>,
    ) -> Self {
        Self {
            rule,
            expected,
            says,
            name: "image.vhd",
            source,
            options: Options::default(),
            profile: Profile::default(),
        }
    }

    fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    fn os_disk(mut self) -> Self {
        self.options.role = Some(DiskRole::Os.into());
        self
    }

    fn data_disk(mut self) -> Self {
        self.options.role = Some(DiskRole::Data.into());
        self
    }

    fn family(mut self, os: OsFamily) -> Self {
        self.options.os = Some(os.into());
        self
    }

    fn generation(mut self, generation: Generation) -> Self {
        self.options.generation = generation;
        self
    }

    fn without_scan(mut self) -> Self {
        self.options.scan = false;
        self
    }

    fn check(&self) -> Result<(), String> {
        let judged = judge_source(self.name, &self.source, &self.options, self.profile);
        let outcome = judged.outcome(self.rule);
        let level = judged.level(self.rule);
        let got = match (outcome.status(), level) {
            (Status::Pass, Some(Level::Note)) => Expected::Note,
            (Status::Pass, Some(Level::Advice)) => Expected::Advice,
            (Status::Pass, _) => Expected::Pass,
            (Status::Warn, _) => Expected::Warn,
            (Status::Fail, _) => Expected::Fail,
            (Status::NotApplicable, _) => Expected::NotApplicable,
            (Status::Undetermined, _) => Expected::Undetermined,
        };
        let text: Vec<_> = outcome
            .reason()
            .into_iter()
            .chain(outcome.findings().iter().map(|f| f.message.as_str()))
            .collect();
        let said = self.says.is_empty() || text.iter().any(|line| line.contains(self.says));
        if got == self.expected && said {
            Ok(())
        } else {
            Err(format!(
                "{} on {}: expected {:?} saying {:?}, got {got:?}: {text:#?}",
                self.rule, self.name, self.expected, self.says
            ))
        }
    }
}

fn memory(bytes: Vec<u8>) -> Arc<dyn ReadAt> {
    Arc::new(MemorySource::new(bytes))
}

fn committed(name: &str) -> Arc<dyn ReadAt> {
    memory(image(name))
}

fn good() -> Arc<dyn ReadAt> {
    committed("containers/fixed-good.vhd")
}

fn dynamic() -> Arc<dyn ReadAt> {
    committed("containers/dynamic-good.vhd")
}

fn no_vhd() -> Arc<dyn ReadAt> {
    committed("foreign/disk.qcow2")
}

/// `fixed-good.vhd` with one field of its footer changed.
fn edited(at: usize, new: &[u8]) -> Arc<dyn ReadAt> {
    let mut bytes = image("containers/fixed-good.vhd");
    edit_end(&mut bytes, at, new);
    memory(bytes)
}

/// A sparse fixed VHD with one active Linux partition.
fn linux(size: u64) -> Arc<dyn ReadAt> {
    fixed_vhd(size, &linux_mbr(size))
}

fn container_cases() -> Vec<Case> {
    use Expected::{Advice, Fail, NotApplicable, Note, Pass, Undetermined, Warn};
    vec![
        Case::new("VHD001", Pass, "", good()),
        Case::new("VHD001", Fail, "a qcow2 image", no_vhd()),
        Case::new(
            "VHD001",
            Fail,
            "511 bytes",
            committed("containers/fixed-511.vhd"),
        ),
        Case::new(
            "VHD001",
            Fail,
            "512 bytes before the end",
            committed("containers/fixed-trailing.vhd"),
        ),
        Case::new("VHD002", Pass, "", good()),
        Case::new("VHD002", Fail, "a raw disk", committed("foreign/mbr.raw")),
        Case::new(
            "VHD002",
            Fail,
            "a web page",
            committed("foreign/download.vhd"),
        ),
        Case::new("VHD003", Pass, "", good()),
        Case::new("VHD003", Fail, "the disk is dynamic", dynamic()),
        Case::new(
            "VHD003",
            Warn,
            "four bytes",
            committed("containers/fixed-data-offset-32.vhd"),
        ),
        Case::new("VHD003", NotApplicable, "VHD001", no_vhd()),
        Case::new("VHD004", Pass, "", good()),
        Case::new(
            "VHD004",
            Fail,
            "qemu-img rounded 24 MiB up",
            committed("containers/fixed-qemu-rounded.vhd"),
        ),
        Case::new("VHD004", NotApplicable, "", no_vhd()),
        Case::new("VHD005", Pass, "", good()),
        Case::new(
            "VHD005",
            Fail,
            "lacks 1048576",
            committed("containers/fixed-truncated.vhd"),
        ),
        Case::new("VHD005", NotApplicable, "in blocks", dynamic()),
        Case::new("VHD006", Pass, "", good()),
        Case::new("VHD006", Fail, "minimum of 20 MiB", linux(19 * MIB)),
        Case::new("VHD006", Pass, "", linux(20 * MIB)),
        Case::new("VHD006", NotApplicable, "", no_vhd()),
        Case::new("VHD007", Pass, "", good()),
        Case::new(
            "VHD007",
            Fail,
            "checksum",
            committed("containers/fixed-bad-checksum.vhd"),
        ),
        Case::new("VHD007", NotApplicable, "", no_vhd()),
        Case::new("VHD008", Pass, "", good()),
        Case::new(
            "VHD008",
            Fail,
            "saved state",
            committed("containers/fixed-saved-state.vhd"),
        ),
        Case::new(
            "VHD008",
            Note,
            "stale memory",
            committed("containers/fixed-stale-reserved.vhd"),
        ),
        Case::new("VHD008", Note, "no known writer", edited(28, b"zzzz")),
        Case::new("VHD008", Note, "not set", edited(24, &[0; 4])),
        Case::new(
            "VHD008",
            Warn,
            "not those that the format defines",
            edited(8, &[0, 0, 1, 0x10]),
        ),
        Case::new("VHD008", NotApplicable, "", no_vhd()),
        // Windows' geometry rounds down: it says nothing.
        Case::new("VHD009", Pass, "", good()),
        Case::new(
            "VHD009",
            Note,
            "maximum",
            committed("containers/fixed-qem2.vhd"),
        ),
        Case::new(
            "VHD009",
            Note,
            "is zero",
            committed("containers/fixed-zero-geometry.vhd"),
        ),
        Case::new(
            "VHD009",
            Warn,
            "smaller disk than Azure",
            edited(28, b"qemu"),
        ),
        Case::new("VHD009", Note, "QEMU 8", edited(28, b"vbox")),
        Case::new("VHD009", NotApplicable, "", no_vhd()),
        Case::new("VHD010", Pass, "", linux(30 * GIB)),
        Case::new("VHD010", Warn, "recommended 30 GiB", linux(29 * GIB)),
        Case::new("VHD010", Advice, "30 to 50", linux(100 * GIB)),
        Case::new("VHD010", Fail, "1023 GiB", linux(1024 * GIB)),
        Case::new("VHD010", Advice, "unit of the limit", linux(1023 * GIB)),
        Case::new("VHD010", Warn, "recommended", linux(GIB / 2)),
        Case::new("VHD010", Fail, "FAQ of 2021", linux(GIB / 2)).profile(Profile::Faq202109),
        Case::new("VHD010", Warn, "recommended", linux(GIB)).profile(Profile::Faq202109),
        Case::new("VHD010", Fail, "250 GiB", linux(251 * GIB)).family(OsFamily::Windows),
        Case::new("VHD010", Advice, "30 to 50", linux(250 * GIB)).family(OsFamily::Windows),
        Case::new("VHD010", Advice, "30 to 50", linux(126 * GIB)).family(OsFamily::Windows),
        Case::new("VHD010", Pass, "", linux(127 * GIB)).family(OsFamily::Windows),
        Case::new("VHD010", Pass, "", linux(128 * GIB)).family(OsFamily::Windows),
        Case::new("VHD010", Pass, "", linux(30 * GIB)).family(OsFamily::Windows),
        Case::new("VHD010", Warn, "recommended", linux(29 * GIB)).family(OsFamily::Windows),
        Case::new("VHD010", Warn, "recommended", linux(GIB / 2))
            .family(OsFamily::Windows)
            .profile(Profile::Faq202109),
        Case::new("VHD010", Undetermined, "--os", fixed_vhd(251 * GIB, &[])),
        Case::new("VHD010", NotApplicable, "VHD011", linux(30 * GIB)).data_disk(),
        Case::new("VHD011", Pass, "", linux(30 * GIB)).data_disk(),
        Case::new("VHD011", Warn, "smaller than 1 GiB", good()).data_disk(),
        Case::new("VHD011", Fail, "1023", linux(1024 * GIB)).data_disk(),
        Case::new("VHD011", NotApplicable, "VHD010", linux(30 * GIB)).os_disk(),
        Case::new("VHD011", Undetermined, "", no_vhd()).data_disk(),
        Case::new("VHD012", Pass, "", linux(30 * GIB)),
        Case::new("VHD012", Fail, "generation 1", linux(2049 * GIB)).generation(Generation::One),
        Case::new("VHD012", Warn, "only a generation 2", linux(2049 * GIB)),
        Case::new("VHD012", Pass, "", linux(2049 * GIB)).generation(Generation::Two),
        Case::new("VHD012", Fail, "no machine", linux(4097 * GIB)),
        Case::new("VHD012", Fail, "page blob", linux(8193 * GIB)).data_disk(),
        Case::new("VHD012", Undetermined, "", no_vhd()),
        Case::new("VHD013", Pass, "", linux(250 * GIB)),
        Case::new("VHD013", Warn, "200 GiB", linux(251 * GIB)),
        Case::new("VHD013", Undetermined, "--no-scan", linux(251 * GIB)).without_scan(),
        Case::new("VHD013", Warn, "more than 500", linux(501 * GIB)).without_scan(),
        Case::new("VHD013", NotApplicable, "OS disks", linux(501 * GIB)).data_disk(),
        Case::new("VHD014", Pass, "", good()),
        Case::new("VHD014", Pass, "", good()).named("some folder/image-1.0_x.vhd"),
        Case::new("VHD014", Fail, "white space", good()).named("my image.vhd"),
        Case::new("VHD014", Fail, "'%'", good()).named("a%20b.vhd"),
        Case::new("VHD014", Fail, "does not end", good()).named("image.img"),
        Case::new("VHD014", Warn, "lower case", good()).named("IMAGE.VHD"),
        Case::new("VHD014", NotApplicable, "no name", good()).named(".."),
        Case::new("VHD015", Note, "writes of 4 MiB", good()),
        Case::new(
            "VHD015",
            Note,
            "whole number",
            committed("containers/fixed-511.vhd"),
        ),
        Case::new("VHD015", Pass, "", good()).without_scan(),
        Case::new("VHD016", Pass, "", good()),
        Case::new("VHD016", Warn, "block blob", good()).named("image.img"),
        Case::new("VHD017", Pass, "", good()),
        Case::new(
            "VHD017",
            Fail,
            "512 bytes follow",
            committed("containers/fixed-trailing.vhd"),
        ),
        Case::new(
            "VHD008",
            Note,
            "original size differs",
            committed("containers/fixed-grown.vhd"),
        ),
        Case::new("VHD017", NotApplicable, "", no_vhd()),
        Case::new("VHD019", NotApplicable, "one image", good()),
        Case::new("VHD020", Pass, "", dynamic()),
        Case::new(
            "VHD020",
            Warn,
            "front",
            committed("containers/dynamic-bad-front.vhd"),
        ),
        Case::new("VHD020", NotApplicable, "no blocks", good()),
        Case::new("VHD021", Pass, "", dynamic()),
        Case::new(
            "VHD021",
            Pass,
            "",
            committed("containers/dynamic-long-bat.vhd"),
        ),
        Case::new("VHD021", NotApplicable, "no blocks", good()),
        Case::new("VHD022", Pass, "", dynamic()),
        Case::new("VHD022", Pass, "", committed("containers/dynamic-win8.vhd")),
        Case::new(
            "VHD022",
            Fail,
            "reach beyond",
            committed("containers/dynamic-truncated.vhd"),
        ),
        Case::new("VHD022", NotApplicable, "no blocks", good()),
        Case::new("VHD023", Pass, "", dynamic()),
        Case::new("VHD023", Undetermined, "--no-scan", dynamic()).without_scan(),
        Case::new(
            "VHD023",
            NotApplicable,
            "asks the parent",
            committed("containers/diff-child.vhd"),
        ),
        Case::new("VHD024", Pass, "", dynamic()),
        Case::new(
            "VHD024",
            Fail,
            "depends on a parent",
            committed("containers/diff-child.vhd"),
        ),
        Case::new("VHD024", NotApplicable, "no blocks", good()),
    ]
}

fn partition_cases() -> Vec<Case> {
    use Expected::{Advice, Fail, NotApplicable, Note, Pass, Undetermined, Warn};
    vec![
        Case::new("VHD018", Pass, "", good()),
        Case::new("VHD018", Fail, "4096", committed("containers/gpt-4096.vhd")),
        Case::new("VHD018", Undetermined, "", no_vhd()),
        Case::new("PART001", Pass, "", committed("containers/gpt-good.vhd")).os_disk(),
        Case::new(
            "PART001",
            Fail,
            "",
            committed("containers/gpt-bad-header-crc.vhd"),
        )
        .os_disk(),
        Case::new("PART001", Fail, "", committed("containers/empty.vhd")).os_disk(),
        Case::new(
            "PART001",
            NotApplicable,
            "",
            committed("containers/gpt-good.vhd"),
        )
        .data_disk(),
        Case::new("PART001", Undetermined, "", no_vhd()),
        Case::new("PART003", Pass, "", committed("containers/gpt-good.vhd")).os_disk(),
        Case::new(
            "PART003",
            Fail,
            "",
            committed("containers/gpt-first-mib.vhd"),
        )
        .os_disk(),
        Case::new(
            "PART003",
            Fail,
            "",
            committed("containers/gpt-junk-first-mib.vhd"),
        )
        .os_disk(),
        Case::new(
            "PART003",
            NotApplicable,
            "",
            committed("containers/gpt-good.vhd"),
        )
        .data_disk(),
        Case::new("PART004", Pass, "", committed("containers/gpt-good.vhd")),
        Case::new(
            "PART004",
            Advice,
            "",
            committed("containers/gpt-unaligned.vhd"),
        ),
        Case::new(
            "PART004",
            Advice,
            "",
            committed("containers/mbr-sector-63.vhd"),
        ),
        Case::new(
            "PART004",
            NotApplicable,
            "",
            committed("containers/no-table.vhd"),
        ),
        Case::new("PART005", Pass, "", committed("containers/gpt-good.vhd")),
        Case::new(
            "PART005",
            Warn,
            "",
            committed("containers/gpt-backup-lost.vhd"),
        ),
        Case::new("PART005", NotApplicable, "", good()),
        Case::new("PART014", Pass, "", committed("containers/gpt-good.vhd")),
        Case::new("PART014", Fail, "", committed("containers/gpt-overlap.vhd")),
        Case::new(
            "PART014",
            Fail,
            "",
            committed("containers/mbr-past-end.vhd"),
        ),
        Case::new("PART014", Pass, "", committed("containers/mbr-logical.vhd")),
        Case::new(
            "PART014",
            NotApplicable,
            "",
            committed("containers/no-table.vhd"),
        ),
        Case::new(
            "PART015",
            NotApplicable,
            "",
            committed("containers/gpt-good.vhd"),
        )
        .generation(Generation::Two),
        Case::new("PART015", Fail, "", committed("containers/gpt-good.vhd"))
            .generation(Generation::One)
            .family(OsFamily::Windows)
            .os_disk(),
        Case::new("PART015", Pass, "", linux(30 * GIB)).generation(Generation::One),
        Case::new("PART016", Pass, "", committed("containers/gpt-good.vhd")).os_disk(),
        Case::new(
            "PART016",
            Note,
            "",
            committed("containers/gpt-guid-tag.vhd"),
        )
        .os_disk(),
        Case::new(
            "PART016",
            NotApplicable,
            "",
            committed("containers/gpt-good.vhd"),
        )
        .data_disk(),
    ]
}

fn data_disk_cases() -> Vec<Case> {
    use Expected::{Fail, NotApplicable, Note, Pass};
    vec![
        Case::new("DATA005", Pass, "", committed("debian-12-small.vhd")).data_disk(),
        Case::new("DATA005", Note, "blank", linux(2 * GIB)).data_disk(),
        Case::new("DATA005", Fail, "in blocks", dynamic()).data_disk(),
        Case::new("DATA005", Fail, "no VHD", no_vhd()).data_disk(),
        Case::new("DATA005", NotApplicable, "", good()).os_disk(),
    ]
}

fn all_cases() -> Vec<Case> {
    let mut cases = container_cases();
    cases.extend(partition_cases());
    cases.extend(data_disk_cases());
    cases
}

#[test]
fn every_rule_judges_as_it_has_to() {
    let wrong: Vec<_> = all_cases()
        .iter()
        .filter_map(|case| case.check().err())
        .collect();
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_rule_was_seen_to_pass_to_object_and_not_to_apply() {
    // They are asked of every file.
    const ALWAYS_APPLY: [&str; 6] = ["VHD001", "VHD002", "VHD012", "VHD015", "VHD016", "VHD018"];
    // Tested below or in another file, as they need more than one image or a table of defects.
    const OBJECT_ELSEWHERE: [&str; 3] = ["VHD019", "VHD021", "VHD023"];
    let cases = all_cases();
    // Rules on what is inside of the partitions are asked of trees and volumes that a test writes,
    // beside each rule; below of a real disk.
    let inside = |id: &str| {
        !id.starts_with("VHD") && !id.starts_with("DATA005") && !cases.iter().any(|c| c.rule == id)
    };
    for rule in registry::RULES.iter().filter(|rule| !inside(rule.id)) {
        let seen = |wanted: &[Expected]| {
            cases
                .iter()
                .any(|case| case.rule == rule.id && wanted.contains(&case.expected))
        };
        use Expected::{Advice, Fail, NotApplicable, Note, Pass, Warn};
        assert!(
            rule.id == "VHD019" || seen(&[Pass]),
            "{} never passes",
            rule.id
        );
        assert!(
            OBJECT_ELSEWHERE.contains(&rule.id) || seen(&[Fail, Warn, Advice, Note]),
            "{} never objects",
            rule.id
        );
        assert!(
            ALWAYS_APPLY.contains(&rule.id) || seen(&[NotApplicable]),
            "{} always applies",
            rule.id
        );
    }
}

#[test]
fn two_images_of_one_call_must_not_share_their_unique_id() {
    let bytes = image("containers/fixed-good.vhd");
    let at = end(&bytes) + 68;
    let id: [u8; 16] = bytes[at..at + 16].try_into().unwrap();
    let judged = judge_source(
        "a.vhd",
        &memory(bytes),
        &Options::default(),
        Profile::default(),
    );
    let outcome = |unique_id| {
        let sibling = Sibling {
            name: "b.vhd".to_owned(),
            unique_id: Some(unique_id),
        };
        let outcomes = registry::judge(&judged.inspection, Profile::default(), &[sibling]);
        let (_, outcome) = outcomes
            .iter()
            .find(|(rule, _)| rule.id == "VHD019")
            .unwrap();
        outcome.status()
    };
    assert_eq!(outcome(id), Status::Warn);
    assert_eq!(outcome([1; 16]), Status::Pass);
}

#[test]
fn a_real_debian_disk_leaves_no_rule_of_the_guest_open() {
    let debian = committed("debian-12-small.vhd");
    for profile in Profile::ALL {
        let judged = judge_source("debian.vhd", &debian, &Options::default(), profile);
        // The container's own rules have more to say of so small a disk.
        for rule in registry::RULES
            .iter()
            .filter(|rule| !rule.id.starts_with("VHD"))
        {
            let outcome = judged.outcome(rule.id);
            let status = outcome.status();
            assert_ne!(status, Status::Undetermined, "{}: {outcome:?}", rule.id);
            assert_ne!(status, Status::Fail, "{}: {outcome:?}", rule.id);
        }
        let guest = judged.inspection.guest.as_ref().unwrap().as_ref().unwrap();
        let linux = guest.linux().unwrap();
        let distribution = linux.distribution.as_ref().unwrap().as_ref().unwrap();
        assert_eq!(
            (&*distribution.id, distribution.major()),
            ("debian", Some(12))
        );
        assert!(linux.packages.as_ref().unwrap().find("waagent").is_some());
    }
}
