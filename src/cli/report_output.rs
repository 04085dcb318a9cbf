//! The forms of a report, and where each goes: `--format sarif=out.sarif --format junit=out.xml`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum;

use super::artefacts::Artefact;
use super::job_summary::StepSummary;
use super::output::{self, Failure, Target};
use crate::config::Declared;
use crate::report::human::Detail;
use crate::report::{
    azure_pipelines, build, github, gitlab, html, human, json, junit, markdown, sarif, v1,
};
use crate::rules::registry::RULES;

/// Where the report goes, and in what forms.
#[derive(Clone, clap::Args)]
pub(super) struct ReportOutput {
    /// Form of the report: human, json, sarif, junit, github, gitlab, azure-pipelines, markdown or
    /// html; with =FILE into a file that appears when it is whole. May be given several times, but
    /// once for standard output (-), where the form for people goes if no other does. With github
    /// the Markdown form is appended to the file that GITHUB_STEP_SUMMARY names; with
    /// azure-pipelines the run shows the file of markdown=FILE.
    #[arg(long = "format", value_name = "FORMAT[=FILE]")]
    formats: Vec<Choice>,

    /// Results of the form sarif: what code scanning shall show as alerts (problems), or an outcome
    /// of every rule (all). GitHub shows every result as an alert, also those of kind pass and those
    /// that are suppressed; what is left out is counted in a notification.
    #[arg(long, value_enum, default_value_t, value_name = "WHICH")]
    sarif_results: SarifResults,

    /// Write to FILE instead of standard output; it appears when it is whole.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Where the forms were said, if not on the command line.
    #[arg(skip)]
    from: Option<String>,
}

/// What a form in SARIF holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum SarifResults {
    /// Findings that count and ask for something, and rules that could not be decided.
    #[default]
    Problems,
    /// An outcome of every rule, and all findings.
    All,
}

impl From<SarifResults> for sarif::Selection {
    fn from(results: SarifResults) -> Self {
        match results {
            SarifResults::Problems => Self::Problems,
            SarifResults::All => Self::All,
        }
    }
}

/// A form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// For people.
    Human,
    /// For programs; `vhd-preflight schema` prints its JSON Schema.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML: one test case a rule.
    Junit,
    /// Commands of GitHub Actions, which annotate the run.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// Commands of Azure Pipelines.
    AzurePipelines,
    /// Markdown, for a ticket, a pull request or a job's summary.
    Markdown,
    /// One page that needs nothing else.
    Html,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Choice {
    format: ReportFormat,
    path: Option<PathBuf>,
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, path) = match text.split_once('=') {
            Some((name, path)) => (name, Some(path)),
            None => (text, None),
        };
        let format = ReportFormat::from_str(name, false).map_err(|_| {
            let names: Vec<_> = ReportFormat::value_variants()
                .iter()
                .filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()))
                .collect();
            format!("{name} is none of {}", names.join(", "))
        })?;
        match path {
            Some("") => Err(format!("{name}= needs a file, or - for standard output")),
            None | Some("-") => Ok(Self { format, path: None }),
            Some(path) => Ok(Self {
                format,
                path: Some(PathBuf::from(path)),
            }),
        }
    }
}

/// One form and where it goes.
pub(super) struct Exporter<'a> {
    format: ReportFormat,
    target: Target<'a>,
    width: usize,
    beside: Beside<'a>,
    sarif: sarif::Selection,
}

/// What a build service is given beside its commands.
enum Beside<'a> {
    Nothing,
    /// The file that GitHub shows as the summary of the step.
    StepSummary(StepSummary),
    /// The Markdown form of this call, which Azure Pipelines is told to show.
    Markdown(&'a Path),
}

impl ReportOutput {
    /// With the forms of the configuration, which is the file `by`, where the call names none.
    ///
    /// # Errors
    /// A form that is none, or a file outside of the folder of the configuration: that came with a
    /// project of somebody, and must not write over what lies elsewhere.
    pub(super) fn or(
        &self,
        formats: Option<&Declared<Vec<String>>>,
        by: Option<&Path>,
    ) -> Result<Self, Failure> {
        let mut output = self.clone();
        if let (Some(formats), true) = (formats, self.formats.is_empty()) {
            let read = |text: &String| {
                Choice::from_str(text)
                    .map_err(|error| Failure::new(format!("{}: {error}", formats.from)))
            };
            output.formats = formats.value.iter().map(read).collect::<Result<_, _>>()?;
            output.from = Some(formats.from.clone());
            for path in output.formats.iter().filter_map(|one| one.path.as_ref()) {
                if by.is_some_and(|by| !is_beside(path, by)) {
                    return Err(Failure::new(format!(
                        "{}: {} lies outside of the folder of the configuration: name such a file \
                         with --format",
                        formats.from,
                        path.display()
                    )));
                }
            }
        }
        Ok(output)
    }

    /// What has to be written, files before standard output: what is said there may name them.
    /// Files are checked against `inputs` before any work is done.
    /// Where `beside` is written to standard output, the form for people is not.
    ///
    /// # Errors
    /// Two forms for one place, or a file that is read.
    pub(super) fn exporters(
        &self,
        inputs: &[PathBuf],
        beside: &[Artefact<'_>],
    ) -> Result<Vec<Exporter<'_>>, Failure> {
        let stdout_taken = beside.iter().any(Artefact::on_stdout);
        let mut exporters = Vec::new();
        let mut taken: Vec<Option<&Path>> = Vec::new();
        let asked = self.formats.iter();
        let markdown = self.markdown_file();
        let is_github = |choice: &Choice| choice.format == ReportFormat::Github;
        let mut summary = match self.formats.iter().any(is_github) {
            true => StepSummary::asked_for(inputs)?,
            false => None,
        };
        let on_stdout = self.formats.iter().any(|choice| choice.path.is_none());
        let wanted = !on_stdout && (!stdout_taken || self.output.is_some());
        let rest = wanted.then_some(ReportFormat::Human);
        let all = asked
            .map(|choice| (choice.format, choice.path.as_deref()))
            .chain(rest.map(|format| (format, None)));
        for (format, path) in all {
            let path = path.or(self.output.as_deref());
            if taken.iter().any(|taken| output::is_one_place(*taken, path)) {
                let place =
                    path.map_or("standard output".into(), |path| path.display().to_string());
                return Err(Failure::new(match &self.from {
                    None => format!(
                        "two forms of the report go to {place}: give each a file of its own, as in \
                         --format sarif=report.sarif"
                    ),
                    Some(from) => format!(
                        "{from}: two forms of the report go to {place}: give each a file of its \
                         own, as in \"sarif=report.sarif\""
                    ),
                }));
            }
            for artefact in beside {
                artefact.refuse_place(path)?;
            }
            taken.push(path);
            exporters.push(Exporter {
                format,
                target: Target::new(path, inputs)?,
                width: match path {
                    Some(_) => human::WIDTH,
                    None => super::output::width(),
                },
                beside: match (format, markdown) {
                    (ReportFormat::Github, _) => {
                        summary.take().map_or(Beside::Nothing, Beside::StepSummary)
                    }
                    (ReportFormat::AzurePipelines, Some(path)) => Beside::Markdown(path),
                    _ => Beside::Nothing,
                },
                sarif: self.sarif_results.into(),
            });
        }
        exporters.sort_by_key(|exporter| exporter.target.is_stdout());
        Ok(exporters)
    }

    /// The file that the Markdown form goes to.
    fn markdown_file(&self) -> Option<&Path> {
        let is_markdown = |choice: &&Choice| choice.format == ReportFormat::Markdown;
        let markdown = self.formats.iter().find(is_markdown)?;
        markdown.path.as_deref().or(self.output.as_deref())
    }

    /// Whether a page is among the forms, which draws the disk.
    pub(super) fn has_page(&self) -> bool {
        let mut formats = self.formats.iter();
        formats.any(|choice| choice.format == ReportFormat::Html)
    }

    /// Width in characters of the form for people, where it goes to standard output.
    pub(super) fn human_on_stdout(&self) -> Option<usize> {
        let on_stdout = self.formats.iter().find(|choice| choice.path.is_none());
        let human = on_stdout.is_none_or(|choice| choice.format == ReportFormat::Human);
        (human && self.output.is_none()).then(super::output::width)
    }
}

/// Whether a file lies in the folder of another or below it, wherever links lead.
fn is_beside(path: &Path, other: &Path) -> bool {
    let other = output::place(other);
    let home = other.parent();
    home.is_some_and(|home| output::place(path).starts_with(home))
}

impl Exporter<'_> {
    /// Where it goes.
    pub(super) fn target(&self) -> &Target<'_> {
        &self.target
    }

    /// Writes the report.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(super) fn write(&self, report: &v1::Report, detail: Detail) -> Result<(), Failure> {
        self.target.write(|out| {
            self.render(out, report, detail)?;
            match self.beside {
                // Not where it could not be written: the agent would fail for the want of it.
                Beside::Markdown(path) if path.is_file() => {
                    let path = std::path::absolute(path)?;
                    azure_pipelines::upload_summary(out, &path.to_string_lossy())
                }
                _ => Ok(()),
            }
        })?;
        match &self.beside {
            Beside::StepSummary(summary) => summary.append(report),
            _ => Ok(()),
        }
    }

    fn render(&self, out: &mut dyn Write, report: &v1::Report, detail: Detail) -> io::Result<()> {
        match self.format {
            ReportFormat::Human => human::report(out, report, detail, self.width),
            ReportFormat::Json => json::write(out, report),
            ReportFormat::Sarif => {
                sarif::write(out, report, &build::explanation(RULES), self.sarif)
            }
            ReportFormat::Junit => junit::write(out, report),
            ReportFormat::Github => github::write(out, report),
            ReportFormat::Gitlab => gitlab::write(out, report),
            ReportFormat::AzurePipelines => azure_pipelines::write(out, report),
            ReportFormat::Markdown => markdown::write(out, report),
            ReportFormat::Html => html::write(out, report),
        }
    }
}
