//! The texts of rules as Markdown: some of them, or all of them as the rule reference.

use std::io::{self, Write};

use super::v1;

/// Writes the rules of `explanation`, one after the other.
///
/// # Errors
/// What the writer says.
pub fn rules(out: &mut dyn Write, explanation: &v1::Explanation) -> io::Result<()> {
    for (at, rule) in explanation.rules.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        one(out, rule, "#")?;
    }
    Ok(())
}

/// The text of one rule, for a form of a report that carries it.
pub(super) fn rule(rule: &v1::ExplainedRule) -> io::Result<String> {
    let mut text = Vec::new();
    one(&mut text, rule, "#")?;
    String::from_utf8(text).map_err(io::Error::other)
}

/// Writes the reference: what levels and profiles mean, a table for each family, and every rule
/// under a heading that is its id, so that `#vhd004` leads to it.
///
/// # Errors
/// What the writer says.
pub fn page(out: &mut dyn Write, explanation: &v1::Explanation) -> io::Result<()> {
    let rules = &explanation.rules;
    let mut families: Vec<&v1::RuleFamily> = rules.iter().map(|rule| &rule.family).collect();
    families.dedup();
    let members = |family: &v1::RuleFamily| {
        let family = family.clone();
        rules.iter().filter(move |rule| rule.family == family)
    };
    writeln!(out, "{HEAD}")?;
    for family in &families {
        let title = heading(family);
        writeln!(out, "- [{title}](#{})", anchor(&title))?;
    }
    for family in &families {
        writeln!(out, "\n## {}\n", heading(family))?;
        writeln!(out, "| rule | name | level | requirement |")?;
        writeln!(out, "|---|---|---|---|")?;
        for rule in members(family) {
            writeln!(
                out,
                "| [{}](#{}) | `{}` | {} | {} |",
                rule.id,
                anchor(rule.id),
                rule.name,
                level(rule),
                rule.title.replace('|', "\\|"),
            )?;
        }
        for rule in members(family) {
            writeln!(out)?;
            one(out, rule, "###")?;
        }
    }
    Ok(())
}

const HEAD: &str = "\
<!-- Made by `vhd-preflight explain --all --format markdown`. To make it anew:
     UPDATE_RULES=1 cargo test --test rule_reference -->

# The rules of vhd-preflight

Every rule says of an image that it passes, that it fails, that it does not apply, or that it could
not be determined, and why. The level of a rule is that of its gravest finding:

- **error**: Azure refuses the file, certification rejects it, or data are lost. A rule of this
  level may block: a verdict of PASS needs it decided.
- **warning**: Microsoft's texts recommend otherwise, or sources or readers of the file disagree.
- **advice**: guidance on preparing an image, with no known certification test.
- **note**: a fact for the reader; nothing has to be done.

Where the dated sets of thresholds that `--profile` chooses differ, the rule says so under
*Profiles*. Literal messages, file names and commands stand `like this`; where a command names
`disk.vhd` or `disk.raw`, put your own file, and your own value for `<words>` and `NAMES`.

Names that the rules use:

- *the FAQ*: Microsoft's page on troubleshooting virtual machine certification.
- *the policies*: the certification policies of the commercial marketplace, section 200; numbers
  such as `200.3.3.1` are their clauses.
- *the self-test*: the service by which a publisher tests a running machine; it numbers its tests.
- *Microsoft's test suite*: LISA, which is open; which of its tests certification runs is not
  published.
- *the guide*: the page on preparing a disk of that operating system for Azure.
- *the toolkit*: the older certification tool, with its questionnaire.
- *the content pass*: the reading of all of the disk's data, which `--no-scan` leaves out.

## Families
";

fn heading(family: &v1::RuleFamily) -> String {
    format!("{}: {}", family.prefix, family.title)
}

/// The anchor that renderers of Markdown give a heading.
fn anchor(heading: &str) -> String {
    heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect::<String>()
        .to_lowercase()
}

fn level(rule: &v1::ExplainedRule) -> &'static str {
    rule.level.word()
}

fn one(out: &mut dyn Write, rule: &v1::ExplainedRule, marks: &str) -> io::Result<()> {
    let blocking = if rule.blocking { ", may block" } else { "" };
    let place = match rule.remedy {
        v1::Remedy::Image => "mended on the image file",
        v1::Remedy::Disk => "mended on the disk",
        v1::Remedy::Guest => "mended in the guest",
        v1::Remedy::Offer => "mended in the offer",
    };
    writeln!(out, "{marks} {}\n\n**{}**\n", rule.id, rule.title)?;
    writeln!(out, "`{}` · {}{blocking} · {place}", rule.name, level(rule))?;
    for section in &rule.sections {
        writeln!(out, "\n{marks}# {}\n", section.heading)?;
        let fix = section.heading == "Fix";
        let language = match rule.family.prefix {
            "WIN" if fix => "powershell",
            _ if fix => "sh",
            _ => "text",
        };
        for line in section.text.lines() {
            block(out, line, language)?;
        }
    }
    if !rule.profiles.is_empty() {
        writeln!(out, "\n{marks}# Profiles\n")?;
        for one in &rule.profiles {
            writeln!(out, "- `{}`: {}", one.profile, one.text)?;
        }
    }
    writeln!(out, "\n{marks}# Sources\n")?;
    for source in &rule.sources {
        let title = source.title.replace('[', "\\[").replace(']', "\\]");
        writeln!(out, "- [{title}](<{}>) ({})", source.url, source.date)?;
    }
    Ok(())
}

/// Writes a paragraph or an item. Commands and messages at its end, with nothing or a colon before
/// them, get a fence of their own, from which they can be copied.
fn block(out: &mut dyn Write, line: &str, language: &str) -> io::Result<()> {
    let Some((lead, literals)) = fenced(line) else {
        return writeln!(out, "{line}");
    };
    if !lead.is_empty() {
        writeln!(out, "{lead}\n")?;
    }
    writeln!(out, "```{language}")?;
    for literal in literals {
        writeln!(out, "{literal}")?;
    }
    writeln!(out, "```")
}

/// What stands before the literals that a line ends with, and these; none where they are part of a
/// sentence or of a list, or are mere words.
fn fenced(line: &str) -> Option<(&str, Vec<&str>)> {
    if line.starts_with("- ") || line.contains("``") {
        return None;
    }
    let mut rest = line.strip_suffix('.').unwrap_or(line);
    let mut literals = Vec::new();
    let lead = loop {
        let (before, literal) = rest.strip_suffix('`')?.rsplit_once('`')?;
        literals.push(literal);
        let before = before.trim_end();
        if before.is_empty() || before.ends_with(':') {
            break before;
        }
        rest = before.strip_suffix([';', ','])?;
    };
    literals.reverse();
    literals
        .iter()
        .any(|literal| literal.contains(' '))
        .then_some((lead, literals))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_at_the_end_are_fenced() {
        assert_eq!(fenced("`a b`"), Some(("", vec!["a b"])));
        assert_eq!(fenced("Then: `a b`."), Some(("Then:", vec!["a b"])));
        assert_eq!(
            fenced("`a b`, `c`; `d`."),
            Some(("", vec!["a b", "c", "d"]))
        );
        for text in [
            "`word`",
            "a `b c`",
            "`a b`, then `c d`",
            "- `a b`",
            "`a b`; policy 1.",
            "text",
            "",
        ] {
            assert_eq!(fenced(text), None, "{text}");
        }
    }

    #[test]
    fn anchors_are_those_of_the_headings() {
        assert_eq!(anchor("VHD004"), "vhd004");
        assert_eq!(
            anchor("PART: Partitions, volumes and what boots from them"),
            "part-partitions-volumes-and-what-boots-from-them"
        );
    }
}
