//! The report as JUnit XML: one suite an image, one test case a rule.
//!
//! A case fails exactly where the rule fails, so that a test report and the exit code agree: a
//! warning passes and stands in the case's output, an open question is skipped, or an error where
//! the verdict waits for it. The XML is written with the crate that reads Windows' XML already.

mod case;

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, Event};

use super::v1::{self, FindingLevel};
use super::{build_log, words};
use crate::text::safe;
use case::{Case, CaseResult, counted_from};

type Xml<'a> = Writer<&'a mut dyn Write>;

/// Writes the report.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn Write, report: &v1::Report) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let several = report.images.len() > 1;
    let suites: Vec<_> = report
        .images
        .iter()
        .map(|image| Suite::of(image, several))
        .collect();
    let mut total = Counts::default();
    let suites: Vec<_> = configuration(report).into_iter().chain(suites).collect();
    for suite in &suites {
        total.add(suite.counts());
    }
    let names = [("name", report.tool.name.to_owned())];
    xml.create_element("testsuites")
        .with_attributes(attributes(&names))
        .with_attributes(attributes(&total.attributes()))
        .write_inner_content(|xml| {
            for suite in &suites {
                suite.write(xml, report)?;
            }
            Ok(())
        })?;
    writeln!(xml.into_inner())
}

fn attributes<'a>(
    pairs: &'a [(&'static str, String)],
) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
    pairs.iter().map(|(name, value)| (*name, value.as_str()))
}

/// One image, or the configuration.
struct Suite<'a> {
    image: Option<&'a v1::Image>,
    cases: Vec<Case>,
}

#[derive(Default, Clone, Copy)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.tests += other.tests;
        self.failures += other.failures;
        self.errors += other.errors;
        self.skipped += other.skipped;
    }

    fn attributes(self) -> [(&'static str, String); 4] {
        [
            ("tests", self.tests.to_string()),
            ("failures", self.failures.to_string()),
            ("errors", self.errors.to_string()),
            ("skipped", self.skipped.to_string()),
        ]
    }
}

impl<'a> Suite<'a> {
    fn of(image: &'a v1::Image, several: bool) -> Self {
        // Services know a case by its class and name, whatever suite it is in, and show one only of
        // those that share both: of several images each has classes of its own.
        let prefix = match several {
            true => format!("vhd-preflight.{}", safe(&image.path)),
            false => "vhd-preflight".to_owned(),
        };
        // JUnit knows no error of a suite: that the image could not be read is a case of its own.
        let errors = image.errors.iter().map(|error| Case {
            class: format!("{prefix}.inspection"),
            name: "the image can be inspected".to_owned(),
            result: CaseResult::Error {
                kind: error_kind(error.kind),
                message: safe(&error.message),
            },
            output: Vec::new(),
        });
        let outcomes = image.outcomes.iter();
        let cases = errors
            .chain(outcomes.map(|outcome| Case::of(outcome, &prefix)))
            .collect();
        Self {
            image: Some(image),
            cases,
        }
    }

    fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for case in &self.cases {
            counts.tests += 1;
            match case.result {
                CaseResult::Passed => {}
                CaseResult::Failed { .. } => counts.failures += 1,
                CaseResult::Error { .. } => counts.errors += 1,
                CaseResult::Skipped { .. } => counts.skipped += 1,
            }
        }
        counts
    }

    fn write(&self, xml: &mut Xml<'_>, report: &v1::Report) -> io::Result<()> {
        let name = self.image.map_or("configuration", |image| &image.path);
        let name = [("name", safe(name))];
        xml.create_element("testsuite")
            .with_attributes(attributes(&name))
            .with_attributes(attributes(&self.counts().attributes()))
            .write_inner_content(|xml| {
                if let Some(image) = self.image {
                    properties(image, xml, report)?;
                }
                self.cases.iter().try_for_each(|case| case.write(xml))
            })?;
        Ok(())
    }
}

fn properties(image: &v1::Image, xml: &mut Xml<'_>, report: &v1::Report) -> io::Result<()> {
    let properties = [
        ("verdict", words::verdict(image.verdict).to_owned()),
        ("profile", safe(&report.profile)),
        (
            "tool",
            format!("{} {}", report.tool.name, report.tool.version),
        ),
    ];
    xml.create_element("properties")
        .write_inner_content(|xml| {
            for (name, value) in &properties {
                xml.create_element("property")
                    .with_attributes([("name", *name), ("value", value.as_str())])
                    .write_empty()?;
            }
            Ok(())
        })?;
    Ok(())
}

/// Where a configuration was read or something is wrong with it: a case that fails where the exit
/// code counts what is wrong.
fn configuration(report: &v1::Report) -> Option<Suite<'static>> {
    let configuration = &report.configuration;
    let problems = &configuration.problems;
    if configuration.file.is_none() && problems.is_empty() {
        return None;
    }
    let is_error = |one: &&v1::ConfigurationProblem| one.level == FindingLevel::Error;
    let lines = |one: &v1::ConfigurationProblem| {
        let lines = build_log::problem(one).join("\n  ");
        format!("{}: {lines}", one.level.word())
    };
    let errors: Vec<_> = problems.iter().filter(is_error).collect();
    let result = match errors.first() {
        Some(first) => CaseResult::Failed {
            message: counted_from(&first.message, errors.len()),
            text: errors
                .iter()
                .map(|one| lines(one))
                .collect::<Vec<_>>()
                .join("\n"),
        },
        None => CaseResult::Passed,
    };
    let others = problems.iter().filter(|one| !is_error(one));
    Some(Suite {
        image: None,
        cases: vec![Case {
            class: "vhd-preflight.configuration".to_owned(),
            name: "the configuration holds".to_owned(),
            result,
            output: others.map(lines).collect(),
        }],
    })
}

fn error_kind(kind: v1::ToolErrorKind) -> &'static str {
    match kind {
        v1::ToolErrorKind::Open => "open",
        v1::ToolErrorKind::Changed => "changed",
        v1::ToolErrorKind::Read => "read",
        v1::ToolErrorKind::Interrupted => "interrupted",
    }
}

#[cfg(test)]
mod tests;
