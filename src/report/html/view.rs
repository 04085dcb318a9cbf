//! What the page shows: the report in words, in the order in which it is read.

use serde::Serialize;

use super::disk::{self, Disk};
use super::fixes::{self, Group, Light};
use super::outcomes::{self, Choice, Open, Row};
use super::timeline::{self, Timeline};
use super::v1::{self, FindingLevel, Verdict};
use crate::report::words;

/// Bounds of the page; whatever is cut says so, and the JSON report has all of it.
#[derive(Serialize)]
pub(super) struct Limits {
    /// Rows of one list.
    pub(super) list: usize,
    /// Findings of one list.
    pub(super) findings: usize,
    /// Whether the facts of each image are shown.
    facts: bool,
}

/// Rows of all lists of one kind, shared by the images of a page.
const ROWS: usize = 3_000;
/// Findings of one list, of which each is many lines long.
const FINDINGS: usize = 100;
/// The same, shared by the images of a page.
const FINDINGS_OF_ALL: usize = 600;
/// Images whose facts a page holds.
const IMAGES_WITH_FACTS: usize = 25;

impl Limits {
    fn of(images: usize) -> Self {
        Self {
            findings: FINDINGS_OF_ALL
                .checked_div(images)
                .unwrap_or(FINDINGS)
                .clamp(5, FINDINGS),
            list: ROWS.checked_div(images).unwrap_or(ROWS).clamp(20, 1_000),
            facts: images <= IMAGES_WITH_FACTS,
        }
    }
}

#[derive(Serialize)]
pub(super) struct Page<'a> {
    tool: &'a v1::Tool,
    profile: &'a str,
    title: String,
    /// The worst verdict, and how many images have none.
    standing: String,
    configuration: &'a v1::Configuration,
    /// Whether the configuration itself has an error, which counts as one of an image does.
    broken: bool,
    images: Vec<Image<'a>>,
    pub(super) limits: Limits,
}

/// A verdict in a word, for the style, and by a symbol.
#[derive(Serialize, Clone, Copy)]
struct Said {
    key: &'static str,
    word: &'static str,
    symbol: &'static str,
}

/// One image.
#[derive(Serialize)]
struct Image<'a> {
    /// What its fragment ids begin with.
    id: String,
    path: &'a str,
    verdict: Said,
    /// What the verdict means; for an image without one, that it has none.
    meaning: &'static str,
    counts: String,
    /// What was looked at, and what it was judged as.
    seen: Option<String>,
    open: Vec<Open<'a>>,
    groups: Vec<Group<'a>>,
    light: Vec<Light<'a>>,
    excused: Vec<Light<'a>>,
    disk: Option<Disk>,
    timeline: Option<Timeline<'a>>,
    rows: Vec<Row<'a>>,
    statuses: Vec<Choice>,
    layers: Vec<Choice>,
    summary: &'a v1::Summary,
    not_checked: &'a [v1::NotChecked],
    facts: Option<&'a v1::Facts>,
    content: Option<&'a v1::Content>,
    estimate: Option<&'a v1::Estimate>,
    errors: &'a [v1::ToolError],
}

pub(super) fn page(report: &v1::Report) -> Page<'_> {
    let limits = Limits::of(report.images.len());
    let images: Vec<_> = (1_usize..)
        .zip(&report.images)
        .map(|(number, one)| image(report, one, format!("i{number}"), &limits))
        .collect();
    let rank = |verdict: &Verdict| match verdict {
        Verdict::Fail => 2,
        Verdict::Incomplete => 1,
        Verdict::Pass => 0,
    };
    let verdicts = report.images.iter().filter_map(|image| image.verdict);
    let worst = verdict(verdicts.max_by_key(rank)).word;
    let failed = report.images.iter().filter(|one| one.verdict.is_none());
    let standing = match failed.count() {
        0 => format!("the worst verdict is {worst}"),
        count if count == report.images.len() => "none could be inspected".to_owned(),
        count => format!("the worst verdict is {worst}, and {count} could not be inspected"),
    };
    let title = match report.images.as_slice() {
        [one] => format!("{worst}: {}", one.path),
        all => format!("{worst}: {} images", all.len()),
    };
    let problems = &report.configuration.problems;
    let broken = problems.iter().any(|one| one.level == FindingLevel::Error);
    let title = if broken {
        format!("FAIL by the configuration. {title}")
    } else {
        title
    };
    Page {
        configuration: &report.configuration,
        broken,
        tool: &report.tool,
        profile: &report.profile,
        title,
        standing,
        images,
        limits,
    }
}

fn image<'a>(report: &v1::Report, image: &'a v1::Image, id: String, limits: &Limits) -> Image<'a> {
    let seen = image.facts.as_ref().map(|facts| {
        let (what, judged) = (words::what(facts), words::judged_as(&facts.disk));
        format!("{what}; judged {judged}, profile {}", report.profile)
    });
    Image {
        path: &image.path,
        verdict: verdict(image.verdict),
        meaning: match image.verdict {
            None => "It could not be inspected, so that nothing is said of it",
            Some(_) => words::meaning(image),
        },
        counts: words::counts(&image.summary),
        seen,
        open: outcomes::open(image, &id),
        groups: fixes::groups(image, &id),
        light: fixes::light(image, &id, fixes::is_light),
        excused: fixes::light(image, &id, fixes::is_excused),
        disk: disk::disk(image, &id),
        timeline: image.estimate.as_ref().map(timeline::timeline),
        rows: outcomes::rows(image, &id, limits.findings),
        statuses: outcomes::statuses(image),
        layers: outcomes::layers(image),
        summary: &image.summary,
        not_checked: &image.not_checked,
        facts: image.facts.as_ref().filter(|_| limits.facts),
        content: image.content.as_ref(),
        estimate: image.estimate.as_ref(),
        errors: &image.errors,
        id,
    }
}

fn verdict(verdict: Option<Verdict>) -> Said {
    let (key, word, symbol) = match verdict {
        Some(Verdict::Pass) => ("pass", "PASS", "✓"),
        Some(Verdict::Fail) => ("fail", "FAIL", "✕"),
        Some(Verdict::Incomplete) => ("incomplete", "INCOMPLETE", "?"),
        None => ("none", "NO VERDICT", "✕"),
    };
    Said { key, word, symbol }
}
