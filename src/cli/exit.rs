//! Exit codes, which are an interface.

use std::process::ExitCode;

use clap::ValueEnum;

use crate::report::v1::{FindingLevel, Report, Verdict};

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// 0: nothing blocks.
    Clean,
    /// 1: something blocks.
    Blocking,
    /// 2: the tool could not do its work.
    NoWork,
}

impl Exit {
    /// The number.
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Blocking => 1,
            Self::NoWork => 2,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// What makes the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum FailOn {
    /// An error.
    #[default]
    Error,
    /// An error or a warning.
    Warning,
    /// Nothing: the report alone tells.
    Never,
}

/// The exit code of a report. What is wrong with the configuration counts as what is wrong with an
/// image.
///
/// An image that could not be inspected wins over everything, as the run is not whole. After it a
/// finding that blocks wins over an open question: the answer is no, whatever the rest would be.
pub(super) fn of(report: &Report, fail_on: FailOn) -> Exit {
    let images = &report.images;
    if images.iter().any(|image| image.verdict.is_none()) {
        return Exit::NoWork;
    }
    if fail_on == FailOn::Never {
        return Exit::Clean;
    }
    let problem = |level| {
        let problems = &report.configuration.problems;
        problems.iter().any(|problem| problem.level == level)
    };
    let failed = problem(FindingLevel::Error)
        || images
            .iter()
            .any(|image| image.verdict == Some(Verdict::Fail));
    let warned =
        problem(FindingLevel::Warning) || images.iter().any(|image| image.summary.warnings > 0);
    if failed || (fail_on == FailOn::Warning && warned) {
        return Exit::Blocking;
    }
    if images
        .iter()
        .any(|image| image.verdict == Some(Verdict::Incomplete))
    {
        return Exit::NoWork;
    }
    Exit::Clean
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::v1::{Configuration, Image, REPORT, Summary, Tool};

    fn exit(images: &[(Option<Verdict>, u64)], fail_on: FailOn) -> Exit {
        let images = images.iter().map(|(verdict, warnings)| Image {
            path: String::new(),
            verdict: *verdict,
            summary: Summary {
                warnings: *warnings,
                ..Summary::default()
            },
            outcomes: Vec::new(),
            not_checked: Vec::new(),
            facts: None,
            content: None,
            estimate: None,
            errors: Vec::new(),
        });
        let report = Report {
            schema: REPORT,
            tool: Tool::default(),
            profile: String::new(),
            configuration: Configuration::default(),
            images: images.collect(),
        };
        of(&report, fail_on)
    }

    #[test]
    fn a_tool_failure_wins_over_a_finding_and_a_finding_over_an_open_question() {
        let pass = (Some(Verdict::Pass), 0);
        let warned = (Some(Verdict::Pass), 1);
        let fail = (Some(Verdict::Fail), 0);
        let open = (Some(Verdict::Incomplete), 0);
        let none = (None, 0);
        assert_eq!(exit(&[pass, warned], FailOn::Error), Exit::Clean);
        assert_eq!(exit(&[pass, warned], FailOn::Warning), Exit::Blocking);
        assert_eq!(exit(&[pass, fail, open], FailOn::Error), Exit::Blocking);
        assert_eq!(exit(&[pass, open], FailOn::Error), Exit::NoWork);
        assert_eq!(exit(&[fail, none], FailOn::Error), Exit::NoWork);
        assert_eq!(exit(&[fail, open], FailOn::Never), Exit::Clean);
        assert_eq!(exit(&[none], FailOn::Never), Exit::NoWork);
    }
}
