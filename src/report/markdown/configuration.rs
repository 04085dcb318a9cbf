//! What is wrong with the configuration, which counts as an image's errors do, and what was declared.

use super::escape::text;
use super::image::folded;
use crate::report::v1::{Configuration, FindingLevel};
use crate::report::words;
use crate::text::counted;

/// Entries of a list that is for reference; the whole report has all.
const MOST: usize = 50;

/// What is wrong with the configuration, in about `most` bytes: before the images, as it may fail the
/// run alone.
pub(super) fn problems(configuration: &Configuration, most: usize) -> String {
    let problems = &configuration.problems;
    if problems.is_empty() {
        return String::new();
    }
    let broken = problems
        .iter()
        .any(|problem| problem.level == FindingLevel::Error);
    let mut out = String::from(match broken {
        true => "## FAIL: the configuration, whatever the images are\n\n",
        false => "## The configuration asks for a look\n\n",
    });
    let mut shown = 0;
    for problem in problems {
        let mut line = format!(
            "- {}: {}",
            problem.level.word(),
            text(&words::problem(problem))
        );
        if let Some(fix) = &problem.fix {
            line.push_str(&format!(". To mend it: {}", text(fix)));
        }
        if out.len().saturating_add(line.len()) > most {
            break;
        }
        out.push_str(&format!("{line}\n"));
        shown += 1;
    }
    more(&mut out, problems.len(), shown);
    out.push('\n');
    out
}

/// What was declared, and what of the baseline is gone.
pub(super) fn section(configuration: &Configuration) -> String {
    let mut out = String::new();
    let gone = configuration.baseline.iter().flat_map(|one| &one.gone);
    let gone: Vec<_> = gone.collect();
    if !gone.is_empty() {
        folded(&mut out, "Gone since the baseline", |out| {
            for one in gone.iter().take(MOST) {
                let (rule, level) = (text(&one.rule), one.level.word());
                let (image, said) = (text(&one.image), text(&one.message));
                out.push_str(&format!("- {rule} {level}, {image}: {said}\n"));
            }
            more(out, gone.len(), MOST);
            out.push('\n');
        });
    }
    if let Some(file) = &configuration.file {
        folded(&mut out, "Configuration", |out| {
            out.push_str(&format!("Read from {}.\n\n", text(file)));
            for one in configuration.settings.iter().take(MOST) {
                let (name, value) = (text(&one.name), text(&one.value));
                out.push_str(&format!("- {name}: {value} ({})\n", text(&one.from)));
            }
            more(out, configuration.settings.len(), MOST);
            out.push('\n');
        });
    }
    out
}

fn more(out: &mut String, all: usize, shown: usize) {
    let left = all.saturating_sub(shown);
    if left > 0 {
        let left = counted(u64::try_from(left).unwrap_or(u64::MAX), "more line");
        out.push_str(&format!("- and {left}\n"));
    }
}
