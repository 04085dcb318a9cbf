//! Reports for the tests of renderers: one with everything, and with any text wherever an image, its
//! guest, a file name or a configuration puts one.

mod every;

use super::v1::*;
pub(super) use every::every_kind;

/// Names that files, labels and registry values of an image could have, each to break out of some
/// form of a report.
pub(super) const HOSTILE: [&str; 31] = [
    "##vso[task.setvariable variable=PATH;issecret=false]/evil",
    "##[error]evil",
    "##teamcity[evil]",
    "::error::evil",
    "\n::warning title=evil::evil",
    "\r\n##vso[task.complete result=Succeeded;]",
    "x]y;code=evil;type=error]evil",
    "%0A::error::evil%0D%25%3A%2C%AZP25%3B%5D",
    "a,title=evil::evil",
    "]]>",
    "--><!-- <![CDATA[ ]]> &lt; &#0; &evil;",
    "\" onmouseover='evil' x=\"",
    "<script>alert(1)</script><img src=x onerror=evil>",
    "</details></summary></code></pre><h1>evil</h1>",
    "`evil` ``evil`` ```\n# evil\n```",
    "````sh\nevil\n````",
    "[evil](https://evil.example) ![evil](//evil.example/x.png) <https://evil.example>",
    "https://evil.example/x?y=z#a www.evil.example evil@evil.example mailto:evil@evil.example",
    "[evil]: https://evil.example \"evil\"",
    "@evil @evil/team #1 GH-1 gh-12 evil/evil#1 !1 %1 &1 $1 ~evil @<00000000-0000-0000-0000-000000000000>",
    "$x^2$ $`x`$ $$x$$ :smile: [^1] [ ] [x] - [ ] ~~evil~~ **evil** __evil__ _evil_ *evil*",
    "| evil | evil |\n|---|---|\n| evil \\| evil \\\\| evil |",
    "a\\|b `a\\|b` `a|b` \\",
    "# evil\n\n> evil\n\n- evil\n1. evil\n\n    evil\n\n---\n===",
    "{#evil .evil} {{evil}} {% evil %} ${{ github.token }} $(evil) `evil`",
    "\u{1b}[31mevil\u{1b}]0;evil\u{7}\u{9b}31m",
    "evil\u{202e}dhv.exe\u{200b}\u{feff}\u{2028}evil",
    "\0\u{1}\u{8}\u{b}\u{c}\u{fffe}\u{ffff}",
    "  evil  ",
    "'; evil $(evil) `evil` \"; evil & evil | evil > evil",
    "{0} {1} [evil](1)",
];

/// A text of the guest as rules quote it in commands.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A finding that says so much, and no more.
pub(super) fn said(message: &str, level: FindingLevel) -> Finding {
    Finding {
        found: None,
        required: None,
        place: None,
        fix: None,
        ..finding(level, message)
    }
}

fn finding(level: FindingLevel, text: &str) -> Finding {
    Finding {
        level,
        message: text.to_owned(),
        found: Some(text.to_owned()),
        required: Some(text.to_owned()),
        place: Some(Place {
            space: PlaceSpace::Guest,
            offset: None,
            length: None,
            structure: None,
            field: None,
            partition: None,
            volume: Some(text.to_owned()),
            path: Some(text.to_owned()),
            line: Some(3),
            registry: None,
        }),
        fix: Some(format!("sed -i {}", quoted(text))),
        references: vec![Reference {
            title: "The FAQ (of a kind)",
            date: "2021-09-27",
            url: "https://learn.microsoft.com/x(y)",
        }],
        fingerprint: String::new(),
        state: FindingState::Open,
        suppression: None,
    }
}

fn suppressed(level: FindingLevel, text: &str) -> Finding {
    Finding {
        state: FindingState::Suppressed,
        suppression: Some(Suppression {
            reason: text.to_owned(),
            expires: "2027-01-31".to_owned(),
        }),
        ..finding(level, text)
    }
}

/// What a rule says; `id` decides the remedy.
pub(super) fn outcome(
    id: &'static str,
    word: OutcomeWord,
    reason: Option<&str>,
    mut findings: Vec<Finding>,
) -> RuleOutcome {
    for (at, finding) in findings.iter_mut().enumerate() {
        let hash = blake3::hash(format!("{id} {at}").as_bytes());
        finding.fingerprint = hash.to_hex().chars().take(32).collect();
    }
    RuleOutcome {
        rule: id,
        name: "some-rule",
        title: "The `thing` is as it should be.".to_owned(),
        remedy: match id.get(..3) {
            Some("LNX" | "WIN") => Remedy::Guest,
            Some("PAR") => Remedy::Disk,
            Some("OFF") => Remedy::Offer,
            _ => Remedy::Image,
        },
        blocking: true,
        level: FindingLevel::Error,
        weight: None,
        outcome: word,
        reason: reason.map(str::to_owned),
        why: None,
        findings,
    }
}

/// An image of which nothing is known yet but its name.
pub(super) fn image(path: &str, verdict: Option<Verdict>, outcomes: Vec<RuleOutcome>) -> Image {
    let count = |level| {
        let all = outcomes.iter().flat_map(|outcome| &outcome.findings);
        let open = all.filter(|f| f.level == level && f.state == FindingState::Open);
        u64::try_from(open.count()).unwrap()
    };
    let open = |outcome: &&RuleOutcome| outcome.outcome == OutcomeWord::Undetermined;
    Image {
        path: path.to_owned(),
        verdict,
        summary: Summary {
            errors: count(FindingLevel::Error),
            warnings: count(FindingLevel::Warning),
            advice: count(FindingLevel::Advice),
            notes: count(FindingLevel::Note),
            undetermined: u64::try_from(outcomes.iter().filter(open).count()).unwrap(),
            ..Summary::default()
        },
        outcomes,
        not_checked: vec![NotChecked {
            subject: "what only Azure knows",
            needs: "azure",
            reason: "it takes a running machine",
        }],
        facts: None,
        content: None,
        estimate: None,
        errors: Vec::new(),
    }
}

/// A report of `images`.
pub(super) fn report(images: Vec<Image>) -> Report {
    Report {
        schema: REPORT,
        tool: Tool {
            name: "vhd-preflight",
            version: "0.0.0",
        },
        profile: "lisa-2026-08".to_owned(),
        configuration: Configuration::default(),
        images,
    }
}

/// An image that fails, with an outcome of each kind and `text` in every place.
pub(super) fn full_image(text: &str) -> Image {
    use FindingLevel::{Advice, Error, Note, Warning};
    let mut not_blocking = outcome("LNX003", OutcomeWord::Undetermined, Some(text), Vec::new());
    not_blocking.blocking = false;
    let mut failed = outcome(
        "VHD001",
        OutcomeWord::Fail,
        Some(text),
        vec![
            finding(Error, text),
            finding(Error, text),
            finding(Note, text),
        ],
    );
    failed.why = Some(text.to_owned());
    let warned = vec![
        finding(Warning, text),
        finding(Advice, text),
        finding(Note, text),
    ];
    let outcomes = vec![
        failed,
        outcome("LNX001", OutcomeWord::Warn, None, warned),
        outcome("LNX002", OutcomeWord::Undetermined, Some(text), Vec::new()),
        not_blocking,
        outcome(
            "PART001",
            OutcomeWord::NotApplicable,
            Some(text),
            Vec::new(),
        ),
        outcome(
            "PART002",
            OutcomeWord::Pass,
            None,
            vec![suppressed(Error, text)],
        ),
        outcome("OFFER001", OutcomeWord::Pass, None, Vec::new()),
    ];
    let mut image = image(text, Some(Verdict::Fail), outcomes);
    image.facts = Some(facts(text));
    image
}

fn facts(text: &str) -> Facts {
    Facts {
        container: Container {
            kind: "vhd",
            recognised_by: None,
            conversion: None,
            file_length: 25_166_336,
            file_allocated: None,
            layout: Some("fixed"),
            footers: Vec::new(),
            end_is_zero: false,
            dynamic_header: None,
            dynamic_header_problem: None,
            block_allocation_table: None,
            block_allocation_table_problem: None,
            bitmaps: None,
            stated_sizes: Vec::new(),
            parent: None,
            chain: Vec::new(),
        },
        disk: Disk {
            size: Some(24 << 20),
            role: Choice {
                value: "os",
                declared: false,
                why: text.to_owned(),
            },
            os: None,
            generation: "any",
        },
        partition_table: None,
        partitions: Vec::new(),
        volumes: Vec::new(),
        guest: None,
        unknown: Vec::new(),
    }
}

/// [`full_image`], one that could not be inspected, and one that passes with a warning.
pub(super) fn full(text: &str) -> Report {
    report(vec![full_image(text), failed(text, text), warned(text)])
}

/// An image that could not be inspected.
pub(super) fn failed(path: &str, message: &str) -> Image {
    let mut image = image(path, None, Vec::new());
    image.not_checked.clear();
    image.errors.push(ToolError {
        kind: ToolErrorKind::Open,
        message: message.to_owned(),
    });
    image
}

/// An image that passes with a warning.
pub(super) fn warned(text: &str) -> Image {
    let findings = vec![finding(FindingLevel::Warning, text)];
    let outcomes = vec![outcome("LNX001", OutcomeWord::Warn, None, findings)];
    image(text, Some(Verdict::Pass), outcomes)
}

/// An image with that many errors, warnings and pieces of advice.
pub(super) fn many(errors: usize, warnings: usize, advice: usize) -> Image {
    let make = |level, count| (0..count).map(move |at| finding(level, &format!("number {at}")));
    let findings = make(FindingLevel::Error, errors)
        .chain(make(FindingLevel::Warning, warnings))
        .chain(make(FindingLevel::Advice, advice))
        .collect();
    let outcomes = vec![outcome("LNX001", OutcomeWord::Fail, None, findings)];
    image("many.vhd", Some(Verdict::Fail), outcomes)
}
