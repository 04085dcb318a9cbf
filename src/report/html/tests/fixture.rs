//! A report with a given text in every field that an image, a path or a configuration can fill.

use crate::report::testing::quoted;
use crate::report::v1::*;

const URL: &str = "https://example.com/source";

fn provenance(basis: Basis) -> Provenance {
    Provenance {
        basis,
        records: (basis == Basis::Calibrated).then_some(4),
        date: Some("2018-08-17"),
        source: "a source",
    }
}

fn figure(hours: f64, basis: Basis) -> Figure {
    Figure {
        seconds: hours * 3600.0,
        provenance: provenance(basis),
    }
}

pub(super) fn finding(text: &str, level: FindingLevel) -> Finding {
    Finding {
        level,
        message: text.to_owned(),
        found: Some(text.to_owned()),
        required: Some(text.to_owned()),
        place: Some(Place {
            space: PlaceSpace::Guest,
            offset: Some(7),
            length: Some(1),
            structure: Some(text.to_owned()),
            field: Some(text.to_owned()),
            partition: Some(1),
            volume: Some(text.to_owned()),
            path: Some(text.to_owned()),
            line: Some(3),
            registry: None,
        }),
        fix: Some(format!("rm {0} && sed {0}", quoted(text))),
        references: vec![Reference {
            title: "A page",
            date: "2021-09-01",
            url: URL,
        }],
        fingerprint: text.to_owned(),
        state: FindingState::Open,
        suppression: None,
    }
}

pub(super) fn outcome(
    rule: &'static str,
    word: OutcomeWord,
    findings: Vec<Finding>,
) -> RuleOutcome {
    let reason = matches!(word, OutcomeWord::NotApplicable | OutcomeWord::Undetermined);
    RuleOutcome {
        rule,
        name: "a-name",
        title: "What it requires: `conectix`.".to_owned(),
        remedy: Remedy::Guest,
        blocking: true,
        level: FindingLevel::Error,
        weight: None,
        outcome: word,
        reason: reason.then(|| "no reason".to_owned()),
        why: (!findings.is_empty()).then(|| "Because of it.".to_owned()),
        findings,
    }
}

fn outcomes(text: &str) -> Vec<RuleOutcome> {
    use FindingLevel::{Advice, Error, Note, Warning};
    let mut excused = finding(text, Error);
    excused.state = FindingState::Suppressed;
    excused.suppression = Some(Suppression {
        reason: text.to_owned(),
        expires: text.to_owned(),
    });
    let mut known = finding(text, Warning);
    known.state = FindingState::Known;
    let mut of_disk = outcome("PART001", OutcomeWord::Warn, vec![finding(text, Warning)]);
    of_disk.remedy = Remedy::Disk;
    let mut open = outcome("LNX002", OutcomeWord::Undetermined, Vec::new());
    open.reason = Some(text.to_owned());
    open.title = text.to_owned();
    vec![
        outcome("VHD001", OutcomeWord::Pass, vec![excused, known]),
        of_disk,
        outcome(
            "LNX001",
            OutcomeWord::Fail,
            vec![finding(text, Error), finding(text, Warning)],
        ),
        open,
        outcome(
            "WIN001",
            OutcomeWord::Pass,
            vec![finding(text, Advice), finding(text, Note)],
        ),
        outcome("OFFER001", OutcomeWord::NotApplicable, Vec::new()),
    ]
}

fn field(text: &str) -> Field {
    Field {
        name: "Cookie",
        offset: 0,
        length: 8,
        raw: text.to_owned(),
        meaning: text.to_owned(),
    }
}

fn container(text: &str) -> Container {
    let own = || text.to_owned();
    Container {
        kind: "vhd",
        recognised_by: Some("its cookie"),
        conversion: Some("qemu-img convert"),
        file_length: 1 << 20,
        file_allocated: Some(4096),
        layout: Some("differencing"),
        footers: vec![Footer {
            place: "end",
            offset: 512,
            used: true,
            sound: false,
            fields: vec![field(text)],
        }],
        end_is_zero: false,
        dynamic_header: Some(DynamicHeader {
            offset: 512,
            fields: vec![field(text)],
        }),
        dynamic_header_problem: Some(own()),
        block_allocation_table: Some(BlockAllocationTable {
            offset: 1536,
            max_entries: 2,
            needed: 2,
            read: 2,
            allocated: 1,
            first_byte: Some(0),
            end_byte: Some(1),
            bad_count: 1,
            bad: vec![BadBlock {
                block: 0,
                sector: 1,
                problem: own(),
            }],
        }),
        block_allocation_table_problem: Some(own()),
        bitmaps: Some(Bitmaps {
            blocks: 1,
            unmarked_sectors: 1,
        }),
        stated_sizes: vec![StatedSize {
            from: "the footer",
            bytes: 1,
            readers: "Azure",
        }],
        parent: Some(Parent {
            unique_id: own(),
            name: own(),
            locators: vec![Locator {
                entry: own(),
                path: Some(own()),
                problem: Some(own()),
            }],
            found: Some(own()),
            rejected: vec![RejectedParent {
                path: own(),
                reason: own(),
            }],
        }),
        chain: vec![ChainLink {
            path: own(),
            layout: "fixed",
            problem: Some(own()),
        }],
    }
}

fn table(text: &str) -> PartitionTable {
    let own = || text.to_owned();
    PartitionTable {
        scheme: "gpt",
        sector_size: 512,
        disk_guid: Some(own()),
        disk_signature: Some(own()),
        mbr: Some(MasterBootRecord {
            boot_code: true,
            protective: true,
            hybrid: true,
        }),
        gpt_headers: vec![GptHeader {
            copy: "primary",
            used: true,
            lba: 1,
            offset: 512,
            header_size: 92,
            header_crc: own(),
            my_lba: 1,
            alternate_lba: 9,
            first_usable_lba: 2,
            last_usable_lba: 8,
            disk_guid: own(),
            entries_lba: 2,
            entry_count: 128,
            entry_size: 128,
            entries_crc: own(),
            defects: vec![own()],
        }],
        gpt_differences: vec![own()],
        overlaps: vec![Overlap {
            first: 1,
            second: 2,
            first_lba: 1,
            last_lba: 2,
        }],
        gaps: vec![Gap {
            first_lba: 0,
            last_lba: 1,
            offset: 0,
            size: 1024,
        }],
        anomalies: vec![TableAnomaly {
            kind: "odd",
            offset: 0,
            structure: "MBR",
            message: own(),
        }],
    }
}

fn partition(text: &str, number: u32, offset: u64) -> Partition {
    Partition {
        number,
        kind: text.to_owned(),
        kind_name: None,
        name: text.to_owned(),
        guid: Some(text.to_owned()),
        first_lba: offset / 512,
        last_lba: offset / 512 + 1,
        offset,
        size: 1 << 19,
        active: true,
        attributes: 1,
        logical: true,
        entry_offset: 0,
    }
}

fn facts(text: &str) -> Facts {
    let own = || text.to_owned();
    let choice = || Choice {
        value: "os",
        declared: false,
        why: own(),
    };
    Facts {
        container: container(text),
        disk: Disk {
            size: Some(1 << 20),
            role: choice(),
            os: Some(choice()),
            generation: "any",
        },
        partition_table: Some(table(text)),
        partitions: vec![partition(text, 1, 1 << 19), partition(text, 2, 1 << 18)],
        volumes: vec![Volume {
            name: format!("logical volume {text}"),
            partition: Some(1),
            size: 1 << 19,
            content: Some("ext4"),
            problem: Some(own()),
            label: Some(own()),
            uuid: Some(own()),
            partition_uuid: Some(own()),
            state: Some("dirty"),
            state_evidence: Some(own()),
            unsupported: vec![own(), own()],
            mounted_at: vec![own(), own()],
            free: Some(1 << 18),
            free_not_zero: Some(1 << 12),
        }],
        guest: Some(Guest {
            family: "linux",
            facts: vec![GuestFact {
                subject: "fstab",
                name: own(),
                value: own(),
                place: Some(GuestPlace {
                    volume: own(),
                    path: own(),
                    line: Some(1),
                    registry: Some(own()),
                }),
            }],
            packages: vec![Package {
                name: own(),
                version: own(),
                architecture: own(),
            }],
            unknown: vec![UnknownGuestFact {
                subject: "kernel",
                reason: own(),
            }],
        }),
        unknown: vec![UnknownFact {
            fact: "content",
            reason: own(),
        }],
    }
}

fn content(text: &str) -> Content {
    let own = || text.to_owned();
    let region = |name: String| Region {
        name,
        bytes: 1 << 19,
        data_bytes: 1 << 18,
        non_zero_bytes: 1 << 17,
        block_bytes: 1 << 17,
        duplicate_bytes: 1 << 16,
        unavailable_bytes: 4096,
    };
    let bytes = DeltaBytes {
        unchanged_bytes: 1 << 16,
        changed_bytes: 1 << 15,
        added_bytes: 1 << 14,
        removed_bytes: 1 << 13,
        moved_bytes: 1 << 12,
        new_content_bytes: 1 << 11,
    };
    let checksum = || Checksum {
        kind: "md5",
        hex: own(),
        base64: Some(own()),
    };
    Content {
        virtual_bytes: 1 << 20,
        data_bytes: 1 << 19,
        hole_bytes: 1 << 19,
        unavailable_bytes: 4096,
        unavailable_reason: Some(own()),
        non_zero_bytes: NonZero {
            at_512: 1,
            at_4k: 2,
            at_2m: 3,
            at_4m: 4,
        },
        block_size: 65536,
        non_zero_blocks: 3,
        unique_bytes: 1 << 17,
        duplicate_bytes: 1 << 16,
        digest: own(),
        complete: false,
        regions: vec![
            region("partition 1".to_owned()),
            region("outside of any partition".to_owned()),
            region(own()),
        ],
        digests: Some(Digests {
            file: vec![checksum()],
            disk: vec![checksum()],
        }),
        delta: Some(Delta {
            previous: own(),
            previous_bytes: 1,
            current_bytes: 1,
            identical: false,
            total: bytes,
            regions: vec![DeltaRegion {
                name: "partition 1".to_owned(),
                bytes,
            }],
            notes: vec![Note {
                text: own(),
                provenance: provenance(Basis::Documented),
            }],
        }),
        map: Some(Map {
            cell_bytes: 1 << 17,
            compared: true,
            cells: "zpdrcuzz".to_owned(),
        }),
    }
}

fn step(step: &'static str, time: StagingTime) -> StagingStep {
    let range = time == StagingTime::Range;
    StagingStep {
        step,
        name: step,
        time,
        low: range.then(|| figure(1.0, Basis::Assumed)),
        typical_from: range.then(|| figure(24.0, Basis::Documented)),
        typical_to: range.then(|| figure(48.0, Basis::Documented)),
        high: range.then(|| figure(168.0, Basis::Documented)),
        reason: (!range).then_some("nobody says"),
        floor_seconds: range.then_some(1.0),
        what_happens: "something happens",
        publisher_does: vec!["look at it"],
        provenance: provenance(Basis::Documented),
    }
}

fn estimate(text: &str) -> Estimate {
    let time = || UploadTime {
        bits_per_second: 100_000_000,
        time: figure(1.0, Basis::Assumed),
        limited_by: "bandwidth",
    };
    let quantiles = Quantiles {
        p10_hours: 10.0,
        p50_hours: 50.0,
        p90_hours: 90.0,
    };
    Estimate {
        change: "image",
        upload: None,
        uploads: vec![UploaderRow {
            uploader: "azcopy",
            zero_unit_bytes: Some(4 << 20),
            request_bytes: 4 << 20,
            payload_bytes: 1 << 20,
            requests: 1,
            bound: PayloadBound::AtMost,
            floor: figure(0.1, Basis::Documented),
            times: vec![time(), time()],
            blob_bytes_per_second: 1,
            blob_requests_per_second: 1,
            blob_limits_provenance: provenance(Basis::Documented),
            refusal: Some(Refusal {
                most_bytes: 1,
                reason: "too large",
                provenance: provenance(Basis::Documented),
            }),
        }],
        fixed_phases: FixedPhases {
            phases: Vec::new(),
            left_out: Vec::new(),
            rounds: Vec::new(),
        },
        replication: Replication {
            rows: Vec::new(),
            floor: None,
        },
        ceiling: figure(384.0, Basis::Documented),
        staging: vec![
            step("certification", StagingTime::Range),
            step("sign-off", StagingTime::NotCounted),
            step("live", StagingTime::State),
        ],
        calibrations: vec![Calibration {
            phase: "certification",
            name: "certification",
            records: 4,
            basis: Some(Basis::Calibrated),
            observed_hours: vec![10.0, 20.0, 30.0, 40.0],
            least_hours: 10.0,
            greatest_hours: 40.0,
            median_hours: Some(25.0),
            expected_hours: Some(25.0),
            fit: None,
            no_fit_reason: Some("too few"),
        }],
        waiting: vec![Waiting {
            rounds: 1,
            fixed_phases: quantiles,
            replication: Some(quantiles),
            whole: Some(quantiles),
            clip: None,
            unknown: Vec::new(),
            draws: 10,
            seed: "0x1".to_owned(),
            provenance: provenance(Basis::Assumed),
        }],
        waiting_spreads: Vec::new(),
        notes: vec![Note {
            text: text.to_owned(),
            provenance: provenance(Basis::Assumed),
        }],
    }
}

/// A report on an image of which everything is known, and on one that could not be inspected.
pub(super) fn report(text: &str) -> Report {
    let full = Image {
        path: text.to_owned(),
        verdict: Some(Verdict::Fail),
        summary: Summary {
            errors: 1,
            warnings: 2,
            advice: 1,
            notes: 1,
            undetermined: 1,
            suppressed: 1,
            known: 0,
        },
        outcomes: outcomes(text),
        not_checked: vec![NotChecked {
            subject: "the blob",
            needs: "azure",
            reason: "only the account knows",
        }],
        facts: Some(facts(text)),
        content: Some(content(text)),
        estimate: Some(estimate(text)),
        errors: Vec::new(),
    };
    let mut failed = bare(text);
    failed.verdict = None;
    failed.outcomes.clear();
    failed.errors = vec![ToolError {
        kind: ToolErrorKind::Open,
        message: text.to_owned(),
    }];
    wrap(text, vec![full, failed])
}

/// An image of which next to nothing is known.
pub(super) fn bare(text: &str) -> Image {
    Image {
        path: text.to_owned(),
        verdict: Some(Verdict::Pass),
        summary: Summary::default(),
        outcomes: vec![outcome("VHD001", OutcomeWord::Pass, Vec::new())],
        not_checked: Vec::new(),
        facts: None,
        content: None,
        estimate: None,
        errors: Vec::new(),
    }
}

/// A configuration with an error, a warning and a baseline.
fn configuration(text: &str) -> Configuration {
    let problem = |level| ConfigurationProblem {
        level,
        message: text.to_owned(),
        from: text.to_owned(),
        rule: Some("LNX001"),
        fix: Some(text.to_owned()),
    };
    Configuration {
        file: Some(text.to_owned()),
        settings: vec![Setting {
            name: text.to_owned(),
            value: text.to_owned(),
            from: text.to_owned(),
        }],
        problems: vec![problem(FindingLevel::Error), problem(FindingLevel::Warning)],
        baseline: Some(Baseline {
            path: text.to_owned(),
            gone: vec![GoneFinding {
                image: text.to_owned(),
                rule: text.to_owned(),
                level: FindingLevel::Error,
                message: text.to_owned(),
                fingerprint: text.to_owned(),
            }],
        }),
    }
}

pub(super) fn wrap(text: &str, images: Vec<Image>) -> Report {
    Report {
        schema: REPORT,
        tool: Tool::default(),
        profile: text.to_owned(),
        configuration: configuration(text),
        images,
    }
}

/// Facts with as many rows as a hostile image may bring.
pub(super) fn swollen(rows: usize) -> Image {
    let text = "x".repeat(400);
    let mut image = report(&text).images.swap_remove(0);
    for outcome in &mut image.outcomes {
        if let Some(one) = outcome.findings.first().cloned() {
            outcome.findings = vec![one; rows];
        }
    }
    if let Some(facts) = &mut image.facts {
        facts.partitions = (1..=u32::try_from(rows).unwrap())
            .map(|number| partition(&text, number, 0))
            .collect();
        let volume = facts.volumes.swap_remove(0);
        facts.volumes = vec![volume; rows];
        if let Some(guest) = &mut facts.guest {
            guest.facts = vec![guest.facts.swap_remove(0); rows];
            guest.packages = vec![guest.packages.swap_remove(0); rows];
            guest.unknown = vec![guest.unknown.swap_remove(0); rows];
        }
    }
    if let Some(content) = &mut image.content {
        let region = content.regions.swap_remove(0);
        content.regions = vec![region; rows];
        if let Some(map) = &mut content.map {
            map.cells = "zd".repeat(256);
        }
    }
    image
}
