//! Outcomes, summary and verdict.

use super::fingerprint;
use super::v1;
use crate::finding::{Finding, Level, Outcome, Place, Space, Status};
use crate::inspect::Offer;
use crate::rules::Rule;
use crate::rules::not_checked::NotChecked;

pub(super) fn outcome(
    rule: &Rule,
    outcome: &Outcome,
    offer: &Offer,
    image: Option<&str>,
) -> v1::RuleOutcome {
    let rule_level = rule.level_for(offer);
    let mut findings: Vec<_> = outcome
        .findings()
        .iter()
        .map(|f| finding(rule, f, image))
        .collect();
    findings.sort_by_key(|finding| finding.level);
    fingerprint::sign(rule.id, &mut findings);
    let grave = findings
        .iter()
        .any(|finding| finding.level <= v1::FindingLevel::Warning);
    v1::RuleOutcome {
        rule: rule.id,
        name: rule.name,
        title: rule.title().to_owned(),
        remedy: remedy(rule.id),
        level: level(rule_level),
        weight: None,
        blocking: rule_level == Level::Error,
        outcome: match outcome.status() {
            Status::Pass => v1::OutcomeWord::Pass,
            Status::Warn => v1::OutcomeWord::Warn,
            Status::Fail => v1::OutcomeWord::Fail,
            Status::NotApplicable => v1::OutcomeWord::NotApplicable,
            Status::Undetermined => v1::OutcomeWord::Undetermined,
        },
        reason: outcome.reason().map(str::to_owned),
        why: grave.then(|| why(rule)).flatten(),
        findings,
    }
}

/// Where one mends it: the families of rules are the layers of an image.
pub(super) fn remedy(id: &str) -> v1::Remedy {
    match id {
        // They are about the list of disks, not about a disk.
        "DATA001" | "DATA002" | "DATA003" | "DATA004" => return v1::Remedy::Offer,
        _ => {}
    }
    match id.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "LNX" | "WIN" => v1::Remedy::Guest,
        "PART" => v1::Remedy::Disk,
        "OFFER" => v1::Remedy::Offer,
        _ => v1::Remedy::Image,
    }
}

/// The first paragraph of the rule's reasons, on one line.
pub(super) fn why(rule: &Rule) -> Option<String> {
    let text = rule.section("Why")?;
    let paragraph: Vec<_> = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    Some(paragraph.join(" "))
}

/// A fix with the image's own name instead of `disk.vhd`, so that it can be copied as it stands.
/// Only for a name that a shell takes as one plain word; any other is left to the reader.
fn named(fix: &str, image: Option<&str>) -> String {
    const STAND_IN: &str = "disk.vhd";
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    match image {
        Some(name) if name.chars().all(plain) && !name.starts_with('-') => {
            fix.replace(STAND_IN, name)
        }
        _ => fix.to_owned(),
    }
}

/// The report's word for a level.
pub(super) fn level(level: Level) -> v1::FindingLevel {
    match level {
        Level::Error => v1::FindingLevel::Error,
        Level::Warning => v1::FindingLevel::Warning,
        Level::Advice => v1::FindingLevel::Advice,
        Level::Note => v1::FindingLevel::Note,
    }
}

/// Where the rule's requirement is stated.
pub(super) fn references(rule: &Rule) -> Vec<v1::Reference> {
    rule.sources
        .iter()
        .map(|source| v1::Reference {
            title: source.title,
            date: source.date,
            url: source.url,
        })
        .collect()
}

fn finding(rule: &Rule, finding: &Finding, image: Option<&str>) -> v1::Finding {
    v1::Finding {
        level: level(finding.level),
        message: finding.message.clone(),
        found: finding.found.clone(),
        required: finding.required.clone(),
        place: finding.place.as_ref().map(place),
        fix: finding.fix.as_deref().map(|fix| named(fix, image)),
        references: references(rule),
        fingerprint: String::new(),
        state: v1::FindingState::Open,
        suppression: None,
    }
}

fn place(place: &Place) -> v1::Place {
    v1::Place {
        space: match place.space {
            Space::Image => v1::PlaceSpace::Image,
            Space::Disk => v1::PlaceSpace::Disk,
            Space::Guest => v1::PlaceSpace::Guest,
        },
        offset: place.offset,
        length: place.length,
        structure: place.structure.clone(),
        field: place.field.clone(),
        partition: place.partition,
        volume: place.volume.clone(),
        path: place.path.clone(),
        line: place.line,
        registry: place.registry.clone(),
    }
}

pub(super) fn not_checked(entry: &NotChecked) -> v1::NotChecked {
    v1::NotChecked {
        subject: entry.subject,
        needs: entry.needs.word(),
        reason: entry.reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static BLOCKING: Rule = rule(Level::Error);

    const fn rule(level: Level) -> Rule {
        Rule {
            id: "VHD999",
            name: "test",
            level,
            doc: " Title.\n\n ## Why\n One\n two.\n\n Three.\n",
            claimed: None,
            sources: &[],
            check: |_| Outcome::pass(),
        }
    }

    #[test]
    fn fixes_name_the_image_where_its_name_is_one_plain_word() {
        let fix = "head -c 512 disk.vhd > fixed.vhd";
        let named = |image| named(fix, image);
        assert_eq!(
            named(Some("out/a-1.vhd")),
            "head -c 512 out/a-1.vhd > fixed.vhd"
        );
        for other in [
            None,
            Some("my disk.vhd"),
            Some("a;reboot.vhd"),
            Some("-rf.vhd"),
            Some("$(x).vhd"),
        ] {
            assert_eq!(named(other), fix, "{other:?}");
        }
    }

    #[test]
    fn findings_come_gravest_first_and_only_grave_ones_are_explained() {
        let findings = vec![
            Finding::note("n"),
            Finding::error("e"),
            Finding::warning("w"),
        ];
        let made = outcome(
            &BLOCKING,
            &Outcome::Decided(findings),
            &Offer::default(),
            None,
        );
        let messages: Vec<_> = made.findings.iter().map(|f| f.message.as_str()).collect();
        assert_eq!(messages, ["e", "w", "n"]);
        assert_eq!(made.why.as_deref(), Some("One two."));
        let light = outcome(
            &BLOCKING,
            &Outcome::Decided(vec![Finding::note("n")]),
            &Offer::default(),
            None,
        );
        assert_eq!((light.why, light.title.as_str()), (None, "Title."));
    }
}
