//! Findings: errors and warnings with all that mends them, advice and notes in one line each.

use std::io;

use super::Detail;
use super::paper::{BOLD, DIM, Paper, RED, YELLOW};
use super::v1::{self, FindingLevel, Place, PlaceSpace, Remedy, RuleOutcome};
use crate::text::{exact, grouped};

const COLUMN: usize = 10;

pub(super) fn findings(paper: &mut Paper<'_>, image: &v1::Image, detail: Detail) -> io::Result<()> {
    grave(paper, image, FindingLevel::Error, "Errors", detail)?;
    grave(paper, image, FindingLevel::Warning, "Warnings", detail)?;
    light(paper, image)
}

fn grave(
    paper: &mut Paper<'_>,
    image: &v1::Image,
    level: FindingLevel,
    heading: &str,
    detail: Detail,
) -> io::Result<()> {
    let has_level = |outcome: &&RuleOutcome| outcome.findings.iter().any(|f| f.level == level);
    // In the order of the work: what is mended in one place stands together.
    let mut outcomes: Vec<_> = image.outcomes.iter().filter(has_level).collect();
    outcomes.sort_by_key(|outcome| turn(outcome.remedy));
    let mut place = None;
    for outcome in outcomes {
        if place != Some(outcome.remedy) {
            paper.heading(&format!("{heading}: {}", work(outcome.remedy)))?;
            place = Some(outcome.remedy);
        } else {
            paper.blank()?;
        }
        let style = if level == FindingLevel::Error {
            RED
        } else {
            YELLOW
        };
        paper.labelled(
            0,
            outcome.rule,
            8,
            style,
            &format!("{}: {}", outcome.name, outcome.title),
        )?;
        let mut findings = outcome
            .findings
            .iter()
            .filter(|f| f.level == level)
            .peekable();
        let mut last = None;
        while let Some(finding) = findings.next() {
            evidence(
                paper,
                finding,
                findings.peek().map(|next| next.fix.as_ref()),
            )?;
            last = Some(finding);
        }
        // Where the rule stands among the errors already, its reasons do, too.
        let said = level != FindingLevel::Error
            && outcome
                .findings
                .iter()
                .any(|f| f.level == FindingLevel::Error);
        if let Some(why) = outcome.why.as_ref().filter(|_| !said) {
            paper.labelled(4, "why", COLUMN, DIM, why)?;
        }
        if let Some(last) = last.filter(|_| !said) {
            references(paper, &last.references, detail)?;
        }
    }
    Ok(())
}

/// When in the work it comes: what changes the guest changes the disk, and that the file.
fn turn(remedy: Remedy) -> u8 {
    match remedy {
        Remedy::Guest => 0,
        Remedy::Disk => 1,
        Remedy::Image => 2,
        Remedy::Offer => 3,
    }
}

/// What the publisher does to mend what stands under one heading.
fn work(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::Guest => "mend in the guest, then take the image anew",
        Remedy::Disk => "mend the disk's layout",
        Remedy::Image => "mend the image file",
        Remedy::Offer => "change in Partner Center",
    }
}

/// One finding. `next_fix` is the fix of the finding that follows: where it is the same, it is
/// only said once.
fn evidence(
    paper: &mut Paper<'_>,
    finding: &v1::Finding,
    next_fix: Option<Option<&String>>,
) -> io::Result<()> {
    paper.labelled(2, "-", 2, BOLD, &finding.message)?;
    if let Some(found) = &finding.found {
        paper.labelled(4, "found", COLUMN, DIM, found)?;
    }
    if let Some(required) = &finding.required {
        paper.labelled(4, "required", COLUMN, DIM, required)?;
    }
    if let Some(place) = &finding.place {
        paper.labelled(4, "where", COLUMN, DIM, &where_(place))?;
    }
    if let Some(fix) = &finding.fix
        && next_fix != Some(Some(fix))
    {
        paper.command(4, "mend", COLUMN, BOLD, fix)?;
    }
    Ok(())
}

fn references(
    paper: &mut Paper<'_>,
    references: &[v1::Reference],
    detail: Detail,
) -> io::Result<()> {
    if detail == Detail::Verbose {
        for (at, source) in references.iter().enumerate() {
            let label = if at == 0 { "source" } else { "" };
            let text = format!("{} ({})", source.title, source.date);
            paper.labelled(4, label, COLUMN, DIM, &text)?;
            paper.address(4 + COLUMN, source.url)?;
        }
    } else if let Some(source) = references.first() {
        let more = match references.len() {
            1 => String::new(),
            count => format!(", and {} more", count - 1),
        };
        let text = format!("{} ({}){more}", source.title, source.date);
        paper.labelled(4, "source", COLUMN, DIM, &text)?;
    }
    Ok(())
}

/// `footer, current size: byte 25,165,872 of the image, 8 bytes`, or in the guest
/// `partition 1 (ext4 /): /etc/fstab:3`.
fn where_(place: &Place) -> String {
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

fn light(paper: &mut Paper<'_>, image: &v1::Image) -> io::Result<()> {
    let mut first = true;
    for level in [FindingLevel::Advice, FindingLevel::Note] {
        for outcome in &image.outcomes {
            for finding in outcome
                .findings
                .iter()
                .filter(|finding| finding.level == level)
            {
                if first {
                    paper.heading("Advice and notes")?;
                    first = false;
                }
                let label = format!("{} {}", outcome.rule, level.word());
                let mut text = finding.message.clone();
                if let Some(found) = &finding.found {
                    text = format!("{text}; found {found}");
                }
                paper.labelled(2, &label, 15, DIM, &text)?;
                if let Some(fix) = &finding.fix {
                    paper.command(2, "", 15, DIM, fix)?;
                }
            }
        }
    }
    Ok(())
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
            where_(&place),
            "footer, current size: byte 25,165,872 of the image, 8 bytes"
        );
        place.structure = None;
        place.field = None;
        place.length = None;
        place.space = PlaceSpace::Disk;
        assert_eq!(where_(&place), "byte 25,165,872 of the disk");
        place.offset = None;
        place.partition = Some(2);
        assert_eq!(where_(&place), "partition 2");
        place.volume = Some("partition 1 (ext4 /)".into());
        place.path = Some("/etc/ssh/sshd_config".into());
        place.line = Some(57);
        assert_eq!(
            where_(&place),
            "partition 1 (ext4 /): /etc/ssh/sshd_config:57"
        );
        place.registry = Some(r"SYSTEM\Select!Current".into());
        assert_eq!(
            where_(&place),
            r"partition 1 (ext4 /): SYSTEM\Select!Current"
        );
    }
}
