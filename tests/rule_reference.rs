//! The committed rule reference, and the forms that texts of rules are written in.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use vhd_preflight::rules::registry::RULES;

/// Set to 1 to write the reference anew.
const UPDATE: &str = "UPDATE_RULES";
const PAGE: &str = "src/rules/RULES.md";

fn explained(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_vhd-preflight"))
        .arg("explain")
        .args(args)
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_committed_reference_is_what_the_code_generates() {
    let page = explained(&["--all", "--format", "markdown"]);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    if std::env::var_os(UPDATE).is_some_and(|value| value == "1") {
        std::fs::write(&path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert!(
        committed == page,
        "{PAGE} is not current: run `{UPDATE}=1 cargo test --test rule_reference`"
    );
}

/// The anchors that headings get, as GitHub forms them: the second of a name gets `-1`.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut anchors = BTreeSet::new();
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(page, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let slug: String = heading
                    .take()
                    .unwrap()
                    .to_lowercase()
                    .chars()
                    .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                    .map(|c| if c == ' ' { '-' } else { c })
                    .collect();
                let count = seen.entry(slug.clone()).or_default();
                anchors.insert(match *count {
                    0 => slug,
                    n => format!("{slug}-{n}"),
                });
                *count += 1;
            }
            _ => {}
        }
    }
    anchors
}

#[test]
fn the_reference_is_sound_markdown_that_names_every_rule_once() {
    let page = explained(&["--all", "--format", "markdown"]);
    let anchors = anchors(&page);
    let (mut ids, mut rows, mut inside, mut outside) = (Vec::new(), 0, 0, BTreeSet::new());
    let mut level = None;
    for event in Parser::new_ext(&page, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { level: one, .. }) => level = Some(one),
            Event::End(TagEnd::Heading(_)) => level = None,
            Event::Text(text) if level == Some(HeadingLevel::H3) => ids.push(text.into_string()),
            Event::Start(Tag::TableRow) => rows += 1,
            Event::Start(Tag::Link { dest_url, .. }) => match dest_url.strip_prefix('#') {
                Some(anchor) => {
                    assert!(anchors.contains(anchor), "{anchor}");
                    inside += 1;
                }
                None => {
                    assert!(dest_url.starts_with("https://"), "{dest_url}");
                    outside.insert(dest_url.into_string());
                }
            },
            Event::InlineHtml(text) => panic!("{text}"),
            Event::Html(text) => assert!(text.starts_with("<!--") || text.contains("UPDATE_RULES")),
            _ => {}
        }
    }
    let expected: Vec<_> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(ids, expected);
    assert_eq!(rows, RULES.len());
    // The families, and a row for each rule.
    assert_eq!(inside, 6 + RULES.len());
    for source in RULES.iter().flat_map(|rule| rule.sources) {
        assert!(outside.contains(source.url), "{}", source.url);
    }
}

#[test]
fn every_form_says_the_same_of_a_rule() {
    let words = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<String>()
    };
    let all: serde_json::Value =
        serde_json::from_str(&explained(&["--all", "--format", "json"])).unwrap();
    let human = words(&explained(&["--all"]));
    // Without the fences, whose first lines name a language.
    let markdown: Vec<_> = explained(&["--all", "--format", "markdown"])
        .lines()
        .filter(|line| !line.starts_with("```"))
        .map(str::to_owned)
        .collect();
    let markdown = words(&markdown.join("\n"));
    let rules = all["rules"].as_array().unwrap();
    assert_eq!(rules.len(), RULES.len());
    for rule in rules {
        let sections = rule["sections"].as_array().unwrap();
        let mut texts: Vec<_> = sections.iter().map(|one| &one["text"]).collect();
        texts.extend(
            rule["profiles"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| &one["text"]),
        );
        texts.push(&rule["title"]);
        for text in texts {
            let text = words(text.as_str().unwrap());
            assert!(human.contains(&text), "{text}");
            assert!(markdown.contains(&text), "{text}");
        }
    }
}
