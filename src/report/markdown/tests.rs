//! The Markdown is read back by a parser of CommonMark with every extension that a service has.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::{within, write};
use crate::report::testing::{HOSTILE, full, image, many, outcome, quoted, report, warned};
use crate::report::v1::{ConfigurationProblem, FindingLevel, OutcomeWord, Report, Verdict};
use crate::text::{is_deceptive, safe};

fn written(report: &Report) -> String {
    let mut out = Vec::new();
    write(&mut out, report).unwrap();
    String::from_utf8(out).unwrap()
}

fn events(markdown: &str) -> Vec<Event<'_>> {
    Parser::new_ext(markdown, Options::all() - Options::ENABLE_SMART_PUNCTUATION).collect()
}

/// The structure alone: what text may not change. Code is text of another look; where it begins
/// and ends within a line is no structure.
fn shape(markdown: &str) -> Vec<String> {
    let mut shape: Vec<String> = Vec::new();
    for event in events(markdown) {
        let word = match event {
            Event::Text(_) | Event::Code(_) => "text".to_owned(),
            other => format!("{other:?}"),
        };
        if word != "text" || shape.last() != Some(&word) {
            shape.push(word);
        }
    }
    shape
}

/// What a reader sees, a line a block or cell.
fn seen(markdown: &str) -> String {
    let mut seen = String::new();
    for event in events(markdown) {
        match event {
            Event::Text(text) | Event::Code(text) => seen.push_str(&text),
            Event::End(
                TagEnd::Paragraph | TagEnd::TableCell | TagEnd::Heading(_) | TagEnd::Item,
            ) => {
                seen.push('\n');
            }
            _ => {}
        }
    }
    seen
}

/// Text outside of code, where a service looks for mentions and addresses; code is a gap.
fn outside_of_code(markdown: &str) -> String {
    let mut text = String::new();
    let mut block = false;
    for event in events(markdown) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => block = true,
            Event::End(TagEnd::CodeBlock) => block = false,
            Event::Text(more) if !block => text.push_str(&more),
            Event::Code(_) => text.push('\u{1}'),
            Event::End(_) => text.push('\n'),
            _ => {}
        }
    }
    text
}

#[test]
fn it_says_what_to_fix_first_and_what_is_open_last() {
    let text = written(&report(vec![crate::report::testing::full_image(
        "disk.vhd",
    )]));
    let headings: Vec<_> = text.lines().filter(|line| line.starts_with('#')).collect();
    let expected = [
        "## FAIL: `disk.vhd`",
        "### What to fix, in this order",
        "#### Mend the image file",
        "### Warnings",
        "#### Mend in the guest, then take the image anew",
        "### Findings",
        "### Undetermined",
    ];
    assert_eq!(headings, expected);
    assert!(text.contains("\n\n```\nsed -i 'disk.vhd'\n```\n"), "{text}");
    assert!(text.contains("\n\nMended as 1 is.\n"), "{text}");
    assert!(
        text.contains("error (suppressed until 2027-01-31: disk.vhd)"),
        "{text}"
    );
    assert!(
        text.contains("[The FAQ (of a kind)](<https://learn.microsoft.com/x(y)>) (2021-09-27)")
    );
    let folds: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("<summary>"))
        .collect();
    assert_eq!(
        folds,
        [
            "<summary>Why, and who says so</summary>",
            "<summary>Passed (1)</summary>",
            "<summary>Not applicable (1)</summary>",
            "<summary>Not checked, and no part of the verdict</summary>"
        ]
    );
}

#[test]
fn several_images_begin_with_a_table() {
    let text = written(&full("disk.vhd"));
    assert!(
        text.starts_with("## NO VERDICT: 3 images\n\n| Verdict |"),
        "{text}"
    );
    assert!(
        text.contains("\n| FAIL | disk.vhd | 2 | 1 | 2 |\n"),
        "{text}"
    );
    assert!(
        text.contains("\n| PASS | disk.vhd | 0 | 1 | 0 |\n"),
        "{text}"
    );
    let tables = shape(&text)
        .iter()
        .filter(|e| e.starts_with("Start(Table("))
        .count();
    assert_eq!(tables, 1 + 3 + 1, "{text}");
}

#[test]
fn an_incomplete_verdict_says_what_is_missing() {
    let open = outcome(
        "PART001",
        OutcomeWord::Undetermined,
        Some("no parent"),
        Vec::new(),
    );
    let text = written(&report(vec![image(
        "a.vhd",
        Some(Verdict::Incomplete),
        vec![open],
    )]));
    assert!(
        text.contains("- Missing: no parent (leaves open PART001)\n\nSupply"),
        "{text}"
    );
}

/// Where [`full`] has its text in the Markdown.
const PLACES: usize = 50;

#[test]
fn hostile_text_is_text() {
    let plain = shape(&written(&full("x")));
    let in_words = shape(&written(&full("x\u{200b}y")));
    let distinct = seen(&written(&full("unmistakable")));
    assert!(
        distinct.matches("unmistakable").count() >= PLACES,
        "{distinct}"
    );
    for text in HOSTILE {
        let out = written(&full(text));
        // A command with such a name is told in words.
        let strange = text.chars().any(is_deceptive);
        let wanted = if strange { &in_words } else { &plain };
        assert_eq!(&shape(&out), wanted, "{text:?}\n{out}");
        let wanted = safe(text);
        // Blanks at the end of a cell are not shown, and backticks may stand for code.
        let bare = |text: &str| text.trim().replace('`', "");
        let unquoted = seen(&out).replace("'\\''", "'");
        let count = bare(&unquoted).matches(&bare(&wanted)).count();
        assert!(count >= PLACES, "{text:?} {count}\n{out}");
        assert!(!out.chars().any(|c| c != '\n' && is_deceptive(c)), "{out}");
        for line in out.lines() {
            assert!(!line.contains("##vso[") && !line.contains("##["), "{line}");
            assert!(!line.trim_start().starts_with("::"), "{line}");
        }
        no_reference(&outside_of_code(&out));
    }
}

/// Nothing that GitHub, GitLab or Azure DevOps look for in text after it is rendered.
fn no_reference(text: &str) {
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        let next = rest.chars().nth(1).unwrap_or(' ');
        if matches!(c, '@' | '#' | '!' | '%' | '&' | '~' | '$') {
            assert!(!next.is_alphanumeric(), "{rest}");
        }
        assert!(!rest.starts_with("://"), "{rest}");
        assert!(!rest.to_ascii_lowercase().starts_with("www."), "{rest}");
        assert!(!rest.to_ascii_lowercase().starts_with("gh-1"), "{rest}");
        assert!(!rest.starts_with(":smile:"), "{rest}");
    }
}

#[test]
fn a_block_of_code_holds_the_whole_command() {
    for text in HOSTILE {
        let out = written(&report(vec![warned(text)]));
        let mut blocks = Vec::new();
        let mut events = events(&out).into_iter();
        while let Some(event) = events.next() {
            if let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = event {
                assert_eq!(&*info, "");
                let Some(Event::Text(text)) = events.next() else {
                    panic!("{out}")
                };
                blocks.push(text.into_string());
            }
        }
        // What cannot be shown as it is cannot be copied either: words, no command.
        let command = format!("sed -i {}\n", quoted(text));
        let command = Some(command).filter(|_| !text.chars().any(is_deceptive));
        let command = command.map(|command| safe(command.trim_end()) + "\n");
        assert_eq!(blocks, command.into_iter().collect::<Vec<_>>(), "{out}");
    }
}

#[test]
fn what_does_not_fit_is_left_out_and_said() {
    let images: Vec<_> = (0..20).map(|_| many(50, 50, 50)).collect();
    let all = report(images);
    let whole = written(&all);
    assert_eq!(within(&all, whole.len() + 500), whole);
    let mut last = 0;
    for most in [1_000, 5_000, 20_000, 100_000, 200_000] {
        let text = within(&all, most);
        assert!(
            text.len() <= most && text.len() >= last,
            "{most} {}",
            text.len()
        );
        last = text.len();
        assert!(text.ends_with("profile lisa-2026-08.\n"));
        assert!(shape(&text).iter().all(|event| !event.contains("Footnote")));
    }
    assert!(within(&all, 1_000).contains("more images: no room for it here"));
    assert_eq!(within(&all, 10), "");
}

#[test]
fn a_configuration_that_fails_the_run_is_said_first() {
    let mut all = report(vec![warned("a.vhd")]);
    all.configuration.file = Some("c.toml".to_owned());
    all.configuration.problems = vec![ConfigurationProblem {
        level: FindingLevel::Error,
        message: "the suppression of LNX001 expired on 2026-01-31".to_owned(),
        from: "c.toml:3".to_owned(),
        rule: Some("LNX001"),
        fix: Some("<b>renew it".to_owned()),
    }];
    let out = written(&all);
    assert!(out.starts_with("## FAIL: the configuration"), "{out}");
    assert!(out.contains("- error: the suppression of LNX001 expired on 2026-01-31 (c.toml:3)"));
    assert!(
        out.contains("&lt;b&gt;renew it") && out.contains("Read from c.toml."),
        "{out}"
    );
    all.configuration.problems.clear();
    assert!(written(&all).starts_with("## PASS"));
}
