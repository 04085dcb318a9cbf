//! The text of a rule as a document: its doc comment, taken apart.

use super::outcome::{level, references, remedy};
use super::v1;
use crate::rules::{Family, Rule};

/// The section whose items are the thresholds of the profiles.
const PROFILES: &str = "Profiles";

/// The texts of `rules`, in this order.
pub fn explanation(rules: &[&Rule]) -> v1::Explanation {
    v1::Explanation {
        schema: v1::EXPLAIN,
        tool: v1::Tool::default(),
        rules: rules.iter().map(|rule| explained(rule)).collect(),
    }
}

fn explained(rule: &Rule) -> v1::ExplainedRule {
    let (profiles, sections): (Vec<_>, Vec<_>) = sections(rule.doc)
        .into_iter()
        .partition(|section| section.heading == PROFILES);
    v1::ExplainedRule {
        id: rule.id,
        name: rule.name,
        family: family(rule.id),
        title: rule.title().to_owned(),
        level: level(rule.level),
        blocking: rule.is_blocking(),
        level_when_claimed: rule.claimed.map(|(_, claimed)| level(claimed)),
        remedy: remedy(rule.id),
        sections,
        profiles: profiles
            .iter()
            .flat_map(|section| section.text.lines())
            .filter_map(threshold)
            .collect(),
        sources: references(rule),
    }
}

fn family(id: &str) -> v1::RuleFamily {
    let (prefix, title) = match Family::of(id) {
        Some(family) => (family.prefix, family.title),
        None => ("", ""),
    };
    v1::RuleFamily { prefix, title }
}

/// An item such as "- `strict`: an error."
fn threshold(item: &str) -> Option<v1::ProfileThreshold> {
    let (profile, text) = item.strip_prefix("- `")?.split_once("`: ")?;
    Some(v1::ProfileThreshold {
        profile: profile.to_owned(),
        text: text.to_owned(),
    })
}

/// The sections of a doc comment. Paragraphs and items of lists, which the comment breaks at the
/// width of the source, become one line each.
fn sections(doc: &str) -> Vec<v1::RuleSection> {
    let mut sections: Vec<v1::RuleSection> = Vec::new();
    let mut joins = false;
    let lines = doc
        .lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line));
    for line in lines {
        if let Some(heading) = line.strip_prefix("## ") {
            sections.push(v1::RuleSection {
                heading: heading.trim().to_owned(),
                text: String::new(),
            });
            joins = false;
            continue;
        }
        // What stands before the first heading is the title.
        let Some(section) = sections.last_mut() else {
            continue;
        };
        let line = line.trim();
        if line.is_empty() {
            if joins {
                section.text.push_str("\n\n");
            }
            joins = false;
            continue;
        }
        if joins {
            section
                .text
                .push(if line.starts_with("- ") { '\n' } else { ' ' });
        }
        section.text.push_str(line);
        joins = true;
    }
    for section in &mut sections {
        section.text.truncate(section.text.trim_end().len());
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::registry::{RULES, find};

    #[test]
    fn paragraphs_and_items_are_put_together() {
        let doc = " Title.\n ## Why\n One\n two.\n\n Three.\n ## What Azure says\n - `a`\n   b\n - c\n\n end\n\n";
        let sections = sections(doc);
        let texts: Vec<_> = sections
            .iter()
            .map(|one| (&*one.heading, &*one.text))
            .collect();
        assert_eq!(
            texts,
            [
                ("Why", "One two.\n\nThree."),
                ("What Azure says", "- `a` b\n- c\n\nend"),
            ]
        );
    }

    #[test]
    fn nothing_of_a_text_is_lost() {
        let words = |text: &str| {
            text.replace("## ", "")
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        for rule in RULES {
            let explained = explained(rule);
            let mut text = explained.title;
            for section in explained.sections {
                text.push_str(&format!(" {} {}", section.heading, section.text));
            }
            if !explained.profiles.is_empty() {
                text.push_str(" Profiles");
            }
            for one in explained.profiles {
                text.push_str(&format!(" - `{}`: {}", one.profile, one.text));
            }
            // Profiles stand last in every text.
            assert_eq!(words(&text), words(rule.doc), "{}", rule.id);
            assert!(!explained.family.title.is_empty(), "{}", rule.id);
        }
    }

    #[test]
    fn thresholds_are_told_by_profile() {
        let explanation = explanation(&[find("VHD010").unwrap(), find("VHD004").unwrap()]);
        let names: Vec<_> = explanation
            .rules
            .first()
            .unwrap()
            .profiles
            .iter()
            .map(|one| &*one.profile)
            .collect();
        assert_eq!(names, ["faq-2021-09", "lisa-2026-08", "strict"]);
        assert!(explanation.rules.last().unwrap().profiles.is_empty());
        assert!(threshold("a line that is no item").is_none());
    }
}
