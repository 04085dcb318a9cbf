//! The form of the rules' texts.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};
use vhd_preflight::rules::registry::{RULES, find};
use vhd_preflight::rules::{Profile, Rule};

/// The headings of a text, in their order; those that every rule has.
const HEADINGS: [&str; 6] = [
    "Why",
    "Evidence",
    "What Azure says",
    "Fix",
    "Limits",
    "Profiles",
];
const ALWAYS: [&str; 3] = ["Why", "Evidence", "Fix"];
/// Columns of a line of a text, and of a title.
const WIDTH: usize = 100;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn lines(rule: &Rule) -> impl Iterator<Item = &'static str> {
    let lines = rule.doc.lines();
    lines.map(|line| line.strip_prefix(' ').unwrap_or(line))
}

/// The text outside of code, with a mark where code stands, and the pieces of code.
fn prose_and_code(text: &str) -> (String, Vec<String>) {
    let (mut prose, mut code) = (String::new(), Vec::new());
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Text(text) => prose.push_str(&text),
            Event::Code(text) => {
                prose.push('¤');
                code.push(text.into_string());
            }
            Event::SoftBreak => prose.push(' '),
            Event::End(_) => prose.push('\n'),
            _ => {}
        }
    }
    (prose, code)
}

/// Asserts that `wrong` finds nothing in any rule; what it finds is shown for all rules at once.
fn no_rule(wrong: impl Fn(&Rule) -> Vec<String>) {
    let found: Vec<_> = RULES
        .iter()
        .flat_map(|rule| {
            wrong(rule)
                .into_iter()
                .map(|what| format!("{}: {what}", rule.id))
        })
        .collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_title_is_one_sentence() {
    no_rule(|rule| {
        let title = rule.title();
        let (prose, _) = prose_and_code(title);
        let mut wrong = Vec::new();
        if !title.ends_with('.') || title.ends_with("..") {
            wrong.push(format!("does not end with a period: {title}"));
        }
        if prose.trim_end().trim_end_matches('.').contains(". ") {
            wrong.push(format!("more than one sentence: {title}"));
        }
        if title.len() > WIDTH {
            wrong.push(format!("too long: {title}"));
        }
        let words: Vec<_> = title.split(' ').collect();
        if words.len() < 3 {
            wrong.push(format!("says too little: {title}"));
        }
        // The title stands alone: a list shows it without the text.
        if lines(rule)
            .nth(1)
            .is_some_and(|next| !next.is_empty() && !next.starts_with("## "))
        {
            wrong.push("the title is not a line of its own".to_owned());
        }
        wrong
    });
    let titles: BTreeSet<_> = RULES.iter().map(|rule| rule.title()).collect();
    let shared: Vec<_> = RULES
        .iter()
        .filter(|rule| {
            RULES
                .iter()
                .filter(|one| one.title() == rule.title())
                .count()
                > 1
        })
        .map(|rule| rule.id)
        .collect();
    assert_eq!(titles.len(), RULES.len(), "{shared:?}");
}

#[test]
fn sections_are_there_in_their_order() {
    no_rule(|rule| {
        let found: Vec<_> = lines(rule)
            .filter_map(|line| line.strip_prefix('#'))
            .map(|rest| rest.trim_start_matches('#').trim())
            .collect();
        let places: Vec<_> = found
            .iter()
            .map(|heading| HEADINGS.iter().position(|known| known == heading))
            .collect();
        let mut wrong = Vec::new();
        if places.contains(&None) || !places.is_sorted_by(|a, b| a < b) {
            wrong.push(format!("headings {found:?}"));
        }
        for heading in ALWAYS {
            if !found.contains(&heading) {
                wrong.push(format!("no section {heading}"));
            }
        }
        for heading in &found {
            if rule.section(heading).unwrap().is_empty() {
                wrong.push(format!("section {heading} is empty"));
            }
        }
        wrong
    });
}

#[test]
fn lines_are_not_wider_than_a_page() {
    // A command or a message that does not fit on a line is not broken.
    no_rule(|rule| {
        lines(rule)
            .filter(|line| line.chars().count() > WIDTH)
            .filter(|line| {
                let (prose, code) = prose_and_code(line);
                let longest = code.iter().map(|one| one.chars().count()).max();
                longest.unwrap_or(0) < 60 && !prose.contains("://")
            })
            .map(str::to_owned)
            .collect()
    });
}

#[test]
fn what_is_meant_literally_stands_in_backticks() {
    no_rule(|rule| {
        let mut wrong = Vec::new();
        let text = lines(rule).collect::<Vec<_>>().join("\n");
        // Paragraph by paragraph, so that one that is open does not end in the next.
        for block in text.split("\n\n").flat_map(|part| part.split("\n## ")) {
            let (prose, code) = prose_and_code(block);
            if prose.contains('`') {
                wrong.push(format!("unbalanced backticks: {prose}"));
            }
            if prose.contains(['"', '“', '”']) {
                wrong.push(format!("quotes instead of backticks: {prose}"));
            }
            for one in code.iter().filter(|one| one.trim().is_empty()) {
                wrong.push(format!("nothing in backticks: {one:?}"));
            }
            for event in Parser::new(block) {
                match event {
                    Event::Html(text) | Event::InlineHtml(text) => {
                        wrong.push(format!("a name in angle brackets, outside of code: {text}"));
                    }
                    Event::Start(
                        tag @ (Tag::Emphasis | Tag::Strong | Tag::Image { .. } | Tag::CodeBlock(_)),
                    ) => wrong.push(format!("{tag:?}: {block}")),
                    Event::Start(Tag::Link { link_type, .. })
                        if link_type != LinkType::Autolink =>
                    {
                        wrong.push(format!("a link: {block}"));
                    }
                    _ => {}
                }
            }
        }
        wrong
    });
}

#[test]
fn texts_are_free_of_slips() {
    // What a text is written with, and what it must not name.
    const SLIPS: [&str; 12] = [
        "  ",
        " ,",
        " . ",
        " the the ",
        " a a ",
        " of of ",
        " to to ",
        " is is ",
        " and and ",
        "TODO",
        "/work/",
        "’",
    ];
    no_rule(|rule| {
        let mut wrong = Vec::new();
        let text = lines(rule).collect::<Vec<_>>().join("\n");
        let (prose, _) = prose_and_code(&text);
        for slip in SLIPS {
            if prose.contains(slip) {
                wrong.push(format!("{slip:?} in the text"));
            }
        }
        if lines(rule).any(|line| line.trim() == "-") {
            wrong.push("an empty item".to_owned());
        }
        // A rule that a text names exists, and is another one.
        for word in prose.split(|c: char| !c.is_ascii_alphanumeric()) {
            let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
            let is_id = word.len() == letters.len() + 3
                && ["VHD", "PART", "LNX", "WIN", "DATA", "OFFER"].contains(&letters);
            if is_id && (find(word).is_none() || word == rule.id) {
                wrong.push(format!("names {word}"));
            }
        }
        wrong
    });
}

#[test]
fn ids_are_in_order_and_names_are_unique() {
    let mut numbers: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    let mut families = Vec::new();
    for rule in RULES {
        let (letters, number) = rule.id.split_at(rule.id.len() - 3);
        numbers
            .entry(letters)
            .or_default()
            .push(number.parse().unwrap());
        if families.last() != Some(&letters) {
            families.push(letters);
        }
        let word = |part: &str| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        assert!(rule.name.split('-').all(word), "{}", rule.name);
        assert!(find(rule.name).is_some_and(|found| found.id == rule.id));
    }
    // Each family stands in one piece, its ids in ascending order.
    assert_eq!(families.len(), numbers.len(), "{families:?}");
    for (family, numbers) in numbers {
        assert!(numbers.is_sorted_by(|a, b| a < b), "{family}: {numbers:?}");
    }
    let names: BTreeSet<_> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(names.len(), RULES.len());
}

#[test]
fn every_source_is_used_and_every_address_is_one() {
    let text = std::fs::read_to_string(root().join("src/rules/source.rs")).unwrap();
    let addresses: BTreeSet<_> = text
        .split('"')
        .filter(|piece| piece.starts_with("https://"))
        .collect();
    assert!(addresses.len() > 50);
    let used: BTreeSet<_> = RULES
        .iter()
        .flat_map(|rule| rule.sources)
        .map(|source| source.url)
        .collect();
    let unused: Vec<_> = addresses.difference(&used).collect();
    assert!(unused.is_empty(), "{unused:?}");
    let titles = |url: &&str| {
        let all = RULES.iter().flat_map(|rule| rule.sources);
        let titles: BTreeSet<_> = all
            .filter(|one| one.url == *url)
            .map(|one| one.title)
            .collect();
        titles.len()
    };
    for url in &used {
        assert_eq!(titles(url), 1, "two sources share {url}");
    }
    no_rule(|rule| {
        let mut seen = BTreeSet::new();
        let mut wrong = Vec::new();
        for source in rule.sources {
            if !seen.insert(source.title) {
                wrong.push(format!("{} twice", source.title));
            }
            let date = source.date;
            let dated = date.starts_with("20") && date.len() >= 4;
            if !(dated || date == "undated") || source.url.contains([' ', '<', '>']) {
                wrong.push(format!("{source:?}"));
            }
        }
        wrong
    });
}

#[test]
fn rules_that_look_at_the_profile_say_what_each_makes_of_it() {
    fn walk(folder: &Path, out: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                out.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut files = Vec::new();
    walk(&root().join("src/rules"), &mut files);
    let mut looking = 0;
    for text in files
        .iter()
        .filter(|text| text.contains("\ndeclare_rule! {"))
    {
        for id in text.split("\n        id: \"").skip(1) {
            // What tests make has such a line, too.
            let Some(rule) = find(id.split('"').next().unwrap()) else {
                continue;
            };
            let looks = text.contains("subject.profile");
            looking += usize::from(looks);
            let section = rule.section("Profiles");
            assert_eq!(looks, section.is_some(), "{}", rule.id);
            let named: Vec<_> = section
                .iter()
                .flat_map(|text| text.lines())
                .filter_map(|line| line.strip_prefix("- `"))
                .filter_map(|line| line.split_once("`: "))
                .map(|(name, _)| name)
                .collect();
            let all: Vec<_> = Profile::ALL.iter().map(|profile| profile.name()).collect();
            assert!(!looks || named == all, "{}: {named:?}", rule.id);
        }
    }
    assert!(looking > 10, "{looking}");
}
