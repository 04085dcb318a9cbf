//! What was declared, from where, and what is wrong with it.

use std::io;

use super::Detail;
use super::paper::{BOLD, DIM, Paper, RED, YELLOW};
use super::v1::{Configuration, FindingLevel};
use crate::report::words;

/// Width of a setting's name.
const COLUMN: usize = 31;

/// What is wrong with the configuration stands before the images, as it counts like them. Whether
/// there was anything to say.
pub(super) fn problems(
    paper: &mut Paper<'_>,
    configuration: &Configuration,
    detail: Detail,
) -> io::Result<bool> {
    for problem in &configuration.problems {
        let style = match problem.level {
            FindingLevel::Error => RED,
            FindingLevel::Warning => YELLOW,
            FindingLevel::Advice | FindingLevel::Note => DIM,
        };
        let word = &format!("{}:", words::problem_word(problem));
        let text = words::problem(problem);
        match detail {
            Detail::Quiet if problem.level > FindingLevel::Warning => {}
            // One line each, as the verdicts are.
            Detail::Quiet => paper.line(&format!("{word} "), style, &text)?,
            _ => paper.labelled(0, word, word.len() + 1, style, &text)?,
        }
    }
    Ok(!configuration.problems.is_empty())
}

/// Every value that was declared, with its place, and what of the baseline is gone.
pub(super) fn section(paper: &mut Paper<'_>, configuration: &Configuration) -> io::Result<()> {
    if let Some(baseline) = &configuration.baseline
        && !baseline.gone.is_empty()
    {
        paper.heading(&format!(
            "Gone since the baseline ({})",
            baseline.gone.len()
        ))?;
        for gone in &baseline.gone {
            let label = format!("{} {}", gone.rule, gone.level.word());
            paper.labelled(2, &label, 17, DIM, &gone.message)?;
        }
    }
    // What an option says is seen on the command line.
    if configuration.file.is_none() && configuration.problems.is_empty() {
        return Ok(());
    }
    paper.heading("Configuration")?;
    for problem in &configuration.problems {
        paper.labelled(
            2,
            "-",
            2,
            BOLD,
            &format!("{}: {}", problem.from, problem.message),
        )?;
        if let Some(fix) = &problem.fix {
            paper.labelled(4, "mend", 10, BOLD, fix)?;
        }
    }
    if let Some(file) = &configuration.file {
        paper.labelled(2, "file", COLUMN, DIM, file)?;
    }
    for setting in &configuration.settings {
        let text = format!("{} ({})", setting.value, setting.from);
        paper.labelled(2, &setting.name, COLUMN, DIM, &text)?;
    }
    Ok(())
}
