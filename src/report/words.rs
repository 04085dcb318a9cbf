//! What several renderers say alike: verdicts, counts, places, the order of the work. The text is
//! as it was found: each renderer makes it harmless for its own form.

use super::v1::{
    self, Basis, ConfigurationProblem, Finding, FindingLevel, FindingState, OutcomeWord,
    PayloadBound, Place, PlaceSpace, Provenance, Remedy, RuleOutcome, Verdict,
};
use crate::rules::Family;
use crate::text::{counted, exact, grouped, size};

/// The word for a verdict.
pub(super) fn verdict(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Pass) => "PASS",
        Some(Verdict::Fail) => "FAIL",
        Some(Verdict::Incomplete) => "INCOMPLETE",
        None => "NO VERDICT",
    }
}

/// The word for something that is wrong with the configuration, which counts as what is wrong with an
/// image does.
pub(super) fn problem_word(problem: &ConfigurationProblem) -> &'static str {
    match problem.level {
        FindingLevel::Error => "FAIL",
        FindingLevel::Warning => "WARNING",
        FindingLevel::Advice | FindingLevel::Note => "NOTE",
    }
}

/// What is wrong with the configuration, and where.
pub(super) fn problem(problem: &ConfigurationProblem) -> String {
    format!("{} ({})", problem.message, problem.from)
}

/// What the verdict means, without a full stop.
pub(super) fn meaning(image: &v1::Image) -> &'static str {
    match image.verdict {
        None => "It could not be inspected",
        Some(Verdict::Fail) => "Azure or the Marketplace would refuse it as it is",
        Some(Verdict::Incomplete) => {
            "Nothing found speaks against it, but not all that counts could be decided"
        }
        Some(Verdict::Pass) if image.summary.warnings > 0 => {
            "Nothing blocks it, but read the warnings"
        }
        Some(Verdict::Pass) => "Nothing that was checked speaks against it",
    }
}

/// A place such as `vhd-preflight.toml:5` as a file and its line.
pub(super) fn file_and_line(from: &str) -> (&str, Option<u32>) {
    match from
        .rsplit_once(':')
        .map(|(file, line)| (file, line.parse()))
    {
        Some((file, Ok(line))) => (file, Some(line)),
        _ => (from, None),
    }
}

/// The layer that a rule speaks of, by its family.
pub(super) fn layer(rule: &str) -> &'static str {
    Family::of(rule).map_or("other", |family| family.layer)
}

/// Whether a finding counts.
pub(super) fn is_open(finding: &Finding) -> bool {
    finding.state == FindingState::Open
}

/// Whether a rule passes only because an error or a warning of it does not count: it stands among
/// what was accepted, and not among what passed.
pub(super) fn is_accepted(outcome: &RuleOutcome) -> bool {
    let mut findings = outcome.findings.iter();
    findings.any(|finding| finding.level <= FindingLevel::Warning && !is_open(finding))
}

/// Why a finding does not count: `suppressed until 2027-01-31: reason`; nothing for one that does.
pub(super) fn accepted(finding: &Finding) -> Option<String> {
    match (finding.state, &finding.suppression) {
        (FindingState::Open, _) => None,
        (FindingState::Known, _) => Some("known from the baseline".to_owned()),
        (FindingState::Suppressed, Some(by)) => {
            Some(format!("suppressed until {}: {}", by.expires, by.reason))
        }
        (FindingState::Suppressed, None) => Some("suppressed".to_owned()),
    }
}

/// All findings of an image, each with its rule.
pub(super) fn findings(image: &v1::Image) -> impl Iterator<Item = (&RuleOutcome, &Finding)> {
    image.outcomes.iter().flat_map(|outcome| {
        let findings = outcome.findings.iter();
        findings.map(move |finding| (outcome, finding))
    })
}

/// The findings of `level` that count, each with its rule, in the order of the work.
pub(super) fn open_findings(
    image: &v1::Image,
    level: FindingLevel,
) -> Vec<(&RuleOutcome, &Finding)> {
    let all = findings(image);
    let mut all: Vec<_> = all
        .filter(|(_, finding)| finding.level == level && is_open(finding))
        .collect();
    all.sort_by_key(|(outcome, _)| turn(outcome.remedy));
    all
}

/// The open questions for whose sake a verdict is incomplete: each reason with the rules that it
/// leaves open.
pub(super) fn missing(image: &v1::Image) -> Vec<(&str, Vec<&'static str>)> {
    let mut seen: Vec<(&str, Vec<&'static str>)> = Vec::new();
    let open = image
        .outcomes
        .iter()
        .filter(|outcome| outcome.blocking && outcome.outcome == OutcomeWord::Undetermined);
    for outcome in open {
        let reason = outcome.reason.as_deref().unwrap_or_default();
        match seen.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, rules)) => rules.push(outcome.rule),
            None => seen.push((reason, vec![outcome.rule])),
        }
    }
    seen
}

/// `documented 2018-08-17`, `assumed`, `calibrated(12)`.
pub(super) fn basis(provenance: &Provenance) -> String {
    let word = match (provenance.basis, provenance.records) {
        (Basis::Documented, _) => "documented".to_owned(),
        (Basis::Assumed, _) => "assumed".to_owned(),
        (Basis::Calibrated, Some(records)) => format!("calibrated({records})"),
        (Basis::Calibrated, None) => "calibrated".to_owned(),
    };
    match provenance.date {
        Some(date) => format!("{word} {date}"),
        None => word,
    }
}

/// `100 Mbit/s`.
pub(super) fn bandwidth(bits: u64) -> String {
    for (unit, name) in [
        (1_000_000_000, "Gbit/s"),
        (1_000_000, "Mbit/s"),
        (1_000, "kbit/s"),
    ] {
        if bits >= unit && bits.is_multiple_of(unit) {
            return format!("{} {name}", grouped(bits / unit));
        }
    }
    format!("{} bit/s", grouped(bits))
}

/// How a payload bounds what is really sent: a word to stand before it.
pub(super) fn bound(bound: PayloadBound) -> &'static str {
    match bound {
        PayloadBound::Exact => "",
        PayloadBound::AtMost => "at most ",
        PayloadBound::AtLeast => "at least ",
        PayloadBound::Unknown => "more or less than ",
    }
}

/// The verdict that counts where there are several images.
pub(super) fn worst(images: &[v1::Image]) -> Option<Verdict> {
    let rank = |verdict: &Option<Verdict>| match verdict {
        None => 3,
        Some(Verdict::Fail) => 2,
        Some(Verdict::Incomplete) => 1,
        Some(Verdict::Pass) => 0,
    };
    let all = images.iter().map(|image| image.verdict);
    all.max_by_key(rank).unwrap_or(Some(Verdict::Pass))
}

/// The counts that are not zero: `2 errors, 1 warning`.
pub(super) fn counts(summary: &v1::Summary) -> String {
    let parts: Vec<_> = [
        (summary.errors, "error"),
        (summary.warnings, "warning"),
        (summary.undetermined, "undetermined rule"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, noun)| counted(count, noun))
    .collect();
    let mut text = if parts.is_empty() {
        "no errors, no warnings".to_owned()
    } else {
        parts.join(", ")
    };
    for (count, word) in [(summary.suppressed, "suppressed"), (summary.known, "known")] {
        if count > 0 {
            text.push_str(&format!(", {} {word}", grouped(count)));
        }
    }
    text
}

/// `fixed VHD, disk of 24 MiB, 2 partitions (GPT)`.
pub(super) fn what(facts: &v1::Facts) -> String {
    let container = &facts.container;
    let mut parts = vec![match container.layout {
        Some(layout) => format!("{layout} VHD"),
        None => format!("no VHD ({})", container.kind),
    }];
    if let Some(bytes) = facts.disk.size {
        parts.push(format!("disk of {}", size(bytes)));
    }
    match &facts.partition_table {
        Some(table) if table.scheme != "none" => {
            let count = u64::try_from(facts.partitions.len()).unwrap_or(u64::MAX);
            let scheme = table.scheme.to_uppercase();
            parts.push(format!("{} ({scheme})", counted(count, "partition")));
        }
        Some(_) => parts.push("no partition table".to_owned()),
        None => {}
    }
    parts.join(", ")
}

/// `as a Linux OS disk of generation 2 (and why)`.
pub(super) fn judged_as(disk: &v1::Disk) -> String {
    let role = if disk.role.value == "os" {
        "OS disk"
    } else {
        "data disk"
    };
    let os = disk.os.as_ref().map_or("", |os| match os.value {
        "windows" => "Windows ",
        _ => "Linux ",
    });
    let generation = match disk.generation {
        "any" => String::new(),
        generation => format!(" of generation {generation}"),
    };
    format!("as a {os}{role}{generation} ({})", disk.role.why).replace("a OS", "an OS")
}

/// `footer, current size: byte 25,165,872 of the image, 8 bytes`, or in the guest
/// `partition 1 (ext4 /): /etc/fstab:3`.
pub(super) fn place(place: &Place) -> String {
    if let (Some(volume), Some(key)) = (&place.volume, &place.registry) {
        return format!("{volume}: {key}");
    }
    if let (Some(volume), Some(path)) = (&place.volume, &place.path) {
        let line = place.line.map(|line| format!(":{line}"));
        return format!("{volume}: {path}{}", line.unwrap_or_default());
    }
    let mut named: Vec<String> = Vec::new();
    named.extend(place.partition.map(|number| format!("partition {number}")));
    named.extend(place.structure.clone());
    named.extend(place.field.clone());
    let space = match place.space {
        PlaceSpace::Image => "image",
        PlaceSpace::Disk => "disk",
        PlaceSpace::Guest => "file",
    };
    let bytes = place.offset.map(|offset| {
        let length = place.length.map(|length| format!(", {}", exact(length)));
        format!(
            "byte {} of the {space}{}",
            grouped(offset),
            length.unwrap_or_default()
        )
    });
    match (named.is_empty(), bytes) {
        (true, Some(bytes)) => bytes,
        (false, Some(bytes)) => format!("{}: {bytes}", named.join(", ")),
        (_, None) => named.join(", "),
    }
}

/// When in the work it comes: what changes the guest changes the disk, and that the file.
pub(super) fn turn(remedy: Remedy) -> u8 {
    match remedy {
        Remedy::Guest => 0,
        Remedy::Disk => 1,
        Remedy::Image => 2,
        Remedy::Offer => 3,
    }
}

/// What the publisher does to mend what stands under one heading.
pub(super) fn work(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::Guest => "mend in the guest, then take the image anew",
        Remedy::Disk => "mend the disk's layout",
        Remedy::Image => "mend the image file",
        Remedy::Offer => "change in Partner Center",
    }
}

/// Whether a rule judges what the configuration declares of the offer: where nothing is declared it
/// does not apply, and nothing is known of what it asks.
pub(crate) fn judges_declarations(rule: &str) -> bool {
    ["DATA001", "DATA002", "DATA003", "DATA004"].contains(&rule) || rule.starts_with("OFFER")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_name_structure_field_and_bytes() {
        let mut place = Place {
            space: PlaceSpace::Image,
            offset: Some(25_165_872),
            length: Some(8),
            structure: Some("footer".into()),
            field: Some("current size".into()),
            partition: None,
            volume: None,
            path: None,
            line: None,
            registry: None,
        };
        assert_eq!(
            super::place(&place),
            "footer, current size: byte 25,165,872 of the image, 8 bytes"
        );
        place.structure = None;
        place.field = None;
        place.length = None;
        place.space = PlaceSpace::Disk;
        assert_eq!(super::place(&place), "byte 25,165,872 of the disk");
        place.offset = None;
        place.partition = Some(2);
        assert_eq!(super::place(&place), "partition 2");
        place.volume = Some("partition 1 (ext4 /)".into());
        place.path = Some("/etc/ssh/sshd_config".into());
        place.line = Some(57);
        assert_eq!(
            super::place(&place),
            "partition 1 (ext4 /): /etc/ssh/sshd_config:57"
        );
        place.registry = Some(r"SYSTEM\Select!Current".into());
        assert_eq!(
            super::place(&place),
            r"partition 1 (ext4 /): SYSTEM\Select!Current"
        );
    }
}
