//! One image.

use super::escape::{code, fenced, text};
use super::short;
use crate::report::v1::{self, Finding, FindingLevel, OutcomeWord, RuleOutcome};
use crate::report::{fixes, words};

/// Everything of an image.
pub(super) fn whole(image: &v1::Image) -> String {
    let mut out = brief(image);
    if let Some(facts) = &image.facts {
        let what = words::what(facts);
        let judged = words::judged_as(&facts.disk);
        out.push_str(&format!(
            "Seen: {}; judged {}.\n\n",
            text(&what),
            text(&judged)
        ));
    }
    missing(&mut out, image);
    mend(
        &mut out,
        image,
        FindingLevel::Error,
        "What to fix, in this order",
    );
    mend(&mut out, image, FindingLevel::Warning, "Warnings");
    findings(&mut out, image);
    short::content_and_time(&mut out, image);
    undetermined(&mut out, image);
    evidence(&mut out, image);
    decided(&mut out, image);
    not_checked(&mut out, image);
    out
}

/// The verdict, and what it means.
pub(super) fn brief(image: &v1::Image) -> String {
    let verdict = words::verdict(image.verdict);
    let mut out = format!("## {verdict}: {}\n\n", code(&image.path));
    if image.verdict.is_some() {
        let counts = words::counts(&image.summary);
        out.push_str(&format!("{}: {counts}.\n\n", words::meaning(image)));
    } else {
        out.push_str(&format!("{}.\n\n", words::meaning(image)));
    }
    for error in &image.errors {
        out.push_str(&format!("- Error: {}\n", text(&error.message)));
    }
    if !image.errors.is_empty() {
        out.push('\n');
    }
    out
}

fn missing(out: &mut String, image: &v1::Image) {
    if image.verdict != Some(v1::Verdict::Incomplete) {
        return;
    }
    for (reason, rules) in words::missing(image) {
        out.push_str(&format!(
            "- Missing: {} (leaves open {})\n",
            text(reason),
            rules.join(", ")
        ));
    }
    out.push_str("\nSupply what is missing, and check again.\n\n");
}

/// What mends the findings of a level: by where one has to work, with commands to copy.
fn mend(out: &mut String, image: &v1::Image, level: FindingLevel, heading: &str) {
    let findings = words::open_findings(image, level);
    if findings.is_empty() {
        return;
    }
    out.push_str(&format!("### {heading}\n\n"));
    let mut remedy = None;
    let mut said: Vec<(&str, usize)> = Vec::new();
    for (at, (outcome, finding)) in findings.into_iter().enumerate() {
        let number = at.saturating_add(1);
        if remedy != Some(outcome.remedy) {
            remedy = Some(outcome.remedy);
            out.push_str(&format!(
                "#### {}\n\n",
                capital(words::work(outcome.remedy))
            ));
        }
        let (rule, name) = (outcome.rule, text(outcome.name));
        out.push_str(&format!(
            "**{number}. {rule} {name}**: {}.",
            text(&finding.message)
        ));
        if let Some(found) = &finding.found {
            out.push_str(&format!(" Found: {}.", text(found)));
        }
        if let Some(required) = &finding.required {
            out.push_str(&format!(" Required: {}.", text(required)));
        }
        out.push_str("\n\n");
        let Some(fix) = finding.fix.as_deref() else {
            continue;
        };
        match said.iter().find(|(known, _)| *known == fix) {
            Some((_, first)) => out.push_str(&format!("Mended as {first} is.\n\n")),
            None => {
                said.push((fix, number));
                out.push_str(&mended_by(finding, fix));
            }
        }
    }
}

fn mended_by(finding: &Finding, fix: &str) -> String {
    if fixes::of(finding).language().is_some() {
        format!("{}\n", fenced(&fixes::command_lines(fix)))
    } else {
        format!("To mend it: {}.\n\n", text(fix))
    }
}

/// All findings in a table, those that do not count among them.
fn findings(out: &mut String, image: &v1::Image) {
    let mut rows: Vec<_> = words::findings(image).collect();
    if rows.is_empty() {
        return;
    }
    rows.sort_by_key(|(_, finding)| (!words::is_open(finding), finding.level));
    out.push_str("### Findings\n\n| Rule | Level | Finding | Where |\n|---|---|---|---|\n");
    for (outcome, finding) in rows {
        let state = words::accepted(finding).map(|why| format!(" ({})", text(&why)));
        let place = finding.place.as_ref().map(words::place);
        out.push_str(&format!(
            "| {} {} | {}{} | {} | {} |\n",
            outcome.rule,
            text(outcome.name),
            finding.level.word(),
            state.unwrap_or_default(),
            text(&finding.message),
            text(&place.unwrap_or_default())
        ));
    }
    out.push('\n');
}

fn undetermined(out: &mut String, image: &v1::Image) {
    let idle = |outcome: &&RuleOutcome| outcome.outcome == OutcomeWord::NotApplicable;
    let open = image.outcomes.iter().filter(|outcome| !idle(outcome));
    let (blocking, other): (Vec<_>, Vec<_>) = open.partition(|outcome| outcome.blocking);
    let (blocking, other) = (by_reason(&blocking), by_reason(&other));
    if blocking.is_empty() && other.is_empty() {
        return;
    }
    out.push_str("### Undetermined\n\n| Rules | Blocking | Reason |\n|---|---|---|\n");
    for (rows, word) in [(blocking, "yes"), (other, "no")] {
        for (reason, rules) in rows {
            let rules = rules.join(", ");
            out.push_str(&format!("| {rules} | {word} | {} |\n", text(reason)));
        }
    }
    out.push('\n');
}

/// Each reason with the rules that share it; a rule without one is left out.
fn by_reason<'a>(outcomes: &[&'a RuleOutcome]) -> Vec<(&'a str, Vec<String>)> {
    let mut rows: Vec<(&str, Vec<String>)> = Vec::new();
    for outcome in outcomes {
        let Some(reason) = outcome.reason.as_deref() else {
            continue;
        };
        match rows.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, rules)) => rules.push(label(outcome)),
            None => rows.push((reason, vec![label(outcome)])),
        }
    }
    rows
}

fn label(outcome: &RuleOutcome) -> String {
    format!("{} {}", outcome.rule, text(outcome.name))
}

/// Why the rules are there, and who says so.
fn evidence(out: &mut String, image: &v1::Image) {
    let grave = |finding: &&Finding| finding.level <= FindingLevel::Warning;
    let rules: Vec<_> = image
        .outcomes
        .iter()
        .filter_map(|outcome| Some((outcome, outcome.findings.iter().find(grave)?)))
        .collect();
    if rules.is_empty() {
        return;
    }
    folded(out, "Why, and who says so", |out| {
        for (outcome, finding) in rules {
            let title = text(&outcome.title);
            out.push_str(&format!(
                "**{} {}**: {title}",
                outcome.rule,
                text(outcome.name)
            ));
            if let Some(why) = &outcome.why {
                out.push_str(&format!(" {}", text(why)));
            }
            out.push_str("\n\n");
            for source in &finding.references {
                let title = text(source.title);
                out.push_str(&format!(
                    "- [{title}](<{}>) ({})\n",
                    source.url, source.date
                ));
            }
            out.push('\n');
        }
    });
}

fn decided(out: &mut String, image: &v1::Image) {
    let of = |word| -> Vec<_> {
        let all = image.outcomes.iter();
        all.filter(|outcome| outcome.outcome == word).collect()
    };
    let passed = of(OutcomeWord::Pass).into_iter();
    let passed = passed.filter(|outcome| !words::is_accepted(outcome));
    let passed: Vec<_> = passed.map(label).collect();
    if !passed.is_empty() {
        folded(out, &format!("Passed ({})", passed.len()), |out| {
            out.push_str(&format!("{}\n\n", passed.join(", ")));
        });
    }
    let idle = of(OutcomeWord::NotApplicable);
    if !idle.is_empty() {
        folded(out, &format!("Not applicable ({})", idle.len()), |out| {
            out.push_str("| Rules | Reason |\n|---|---|\n");
            for (reason, rules) in by_reason(&idle) {
                out.push_str(&format!("| {} | {} |\n", rules.join(", "), text(reason)));
            }
            out.push('\n');
        });
    }
}

fn not_checked(out: &mut String, image: &v1::Image) {
    if image.not_checked.is_empty() {
        return;
    }
    folded(out, "Not checked, and no part of the verdict", |out| {
        for entry in &image.not_checked {
            let reason = capital(entry.reason);
            out.push_str(&format!("- {}. {}\n", text(entry.subject), text(&reason)));
        }
        out.push('\n');
    });
}

/// A part that is folded away; `summary` is our own words.
pub(super) fn folded(out: &mut String, summary: &str, write: impl FnOnce(&mut String)) {
    out.push_str(&format!("<details>\n<summary>{summary}</summary>\n\n"));
    write(out);
    out.push_str("</details>\n\n");
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
