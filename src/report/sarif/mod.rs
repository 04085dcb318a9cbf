//! The report as SARIF 2.1.0, within the limits of GitHub's code
//! scanning.
//!
//! GitHub shows every result as an alert, whatever its `kind`, and does not look at `suppressions`
//! (microsoft/PSRule#955, github/codeql-action#1230). So a choice is given: [`Selection::Problems`]
//! holds what shall be an alert, [`Selection::All`] an outcome of every rule. What is left out is
//! counted in a notification: nothing is cut in silence.

mod limit;
mod log;
mod message;
mod notes;
mod places;
mod results;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::json;

use super::artifact::{self, Artifact};
use super::undetermined;
use super::v1::{self, FindingState};
use log::{
    ArtifactLocation, ArtifactObject, Driver, Invocation, Kind, Log, Properties, Run, Text, Tool,
};
use results::{ACCEPTED, Frame, Ranked};

/// The schema's address, as the standard has it.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

/// Which results are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Selection {
    /// Findings that count and ask for something, and rules that could not be decided: one result for
    /// all that are open for the same reason.
    #[default]
    Problems,
    /// An outcome of every rule, and all findings: also notes, and those that are accepted.
    All,
}

/// Writes the report; `texts` are those of the rules.
///
/// # Errors
/// What the writer says.
pub fn write(
    out: &mut dyn Write,
    report: &v1::Report,
    texts: &v1::Explanation,
    selection: Selection,
) -> io::Result<()> {
    let artifacts = artifact::artifacts(report);
    let results = all_results(report, texts, &artifacts, selection);
    let (kept, left_out) = match selection {
        Selection::All => (results, Vec::new()),
        Selection::Problems => results.into_iter().partition(is_problem),
    };
    let mut log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: driver(report, texts)?,
            },
            invocations: [Invocation {
                execution_successful: report.images.iter().all(|image| image.errors.is_empty()),
                tool_execution_notifications: notes::all(report, &artifacts, &left_out),
                tool_configuration_notifications: notes::configuration(report),
            }],
            original_uri_base_ids: BTreeMap::from([(places::BASE, base())]),
            artifacts: artifact_objects(report, &artifacts),
            results: Vec::new(),
            column_kind: "unicodeCodePoints",
            properties: run_properties(report, selection),
        }],
    };
    limit::fill(&mut log, kept)?;
    super::json::write(out, &log)
}

/// The folder that relative paths are relative to: its own place is that of one machine.
fn base() -> ArtifactLocation {
    let text = "The folder in which vhd-preflight ran.".to_owned();
    ArtifactLocation {
        description: Some(Text { text }),
        ..ArtifactLocation::default()
    }
}

fn all_results(
    report: &v1::Report,
    texts: &v1::Explanation,
    artifacts: &[Artifact],
    selection: Selection,
) -> Vec<Ranked> {
    let numbers: BTreeMap<_, _> = texts.rules.iter().map(|rule| rule.id).zip(0..).collect();
    let any = |state| findings(report).any(|finding| finding.state == state);
    let suppressions = selection == Selection::All && any(FindingState::Suppressed);
    let baseline = any(FindingState::Known);
    let mut results = Vec::new();
    for (index, (image, artifact)) in report.images.iter().zip(artifacts).enumerate() {
        let location = places::artifact_location(artifact, index);
        let open = match selection {
            Selection::Problems => undetermined::groups(image),
            Selection::All => undetermined::each(image),
        };
        let frame = Frame {
            rules: &numbers,
            open: &open,
            suppressions,
            baseline,
        };
        for outcome in &image.outcomes {
            results.extend(results::outcome(&frame, &location, outcome));
        }
    }
    results
}

fn findings(report: &v1::Report) -> impl Iterator<Item = &v1::Finding> {
    let outcomes = report.images.iter().flat_map(|image| &image.outcomes);
    outcomes.flat_map(|outcome| &outcome.findings)
}

/// Whether code scanning shall show it as an alert.
fn is_problem(ranked: &Ranked) -> bool {
    matches!(ranked.result.kind, Kind::Fail | Kind::Open) && ranked.rank != ACCEPTED
}

fn driver(report: &v1::Report, texts: &v1::Explanation) -> io::Result<Driver> {
    let rules = texts.rules.iter().map(rules::descriptor);
    Ok(Driver {
        name: report.tool.name,
        version: report.tool.version,
        semantic_version: report.tool.version,
        information_uri: Some(env!("CARGO_PKG_REPOSITORY")).filter(|uri| !uri.is_empty()),
        short_description: Text {
            text: env!("CARGO_PKG_DESCRIPTION").to_owned(),
        },
        rules: rules.collect::<io::Result<_>>()?,
        notifications: notes::descriptors(),
    })
}

fn artifact_objects(report: &v1::Report, artifacts: &[Artifact]) -> Vec<ArtifactObject> {
    let images = report.images.iter().zip(artifacts).enumerate();
    images
        .map(|(index, (image, artifact))| {
            let mut properties = Properties::new();
            properties.insert("vhdPreflight/path", json!(image.path));
            properties.insert("vhdPreflight/verdict", json!(image.verdict));
            properties.insert("vhdPreflight/summary", json!(image.summary));
            let container = image.facts.as_ref().map(|facts| &facts.container);
            ArtifactObject {
                location: ArtifactLocation {
                    index: None,
                    ..places::artifact_location(artifact, index)
                },
                roles: ["analysisTarget"],
                length: container.map(|container| container.file_length),
                hashes: hashes(image),
                properties,
            }
        })
        .collect()
}

/// Checksums of the file, by the names of the standard's registry of hash functions.
fn hashes(image: &v1::Image) -> BTreeMap<&'static str, String> {
    let digests = image.content.as_ref().and_then(|c| c.digests.as_ref());
    digests
        .into_iter()
        .flat_map(|digests| &digests.file)
        .map(|checksum| match checksum.kind {
            "sha256" => ("sha-256", checksum.hex.clone()),
            other => (other, checksum.hex.clone()),
        })
        .collect()
}

fn run_properties(report: &v1::Report, selection: Selection) -> Properties {
    let results = match selection {
        Selection::Problems => "problems",
        Selection::All => "all",
    };
    let mut properties = Properties::new();
    properties.insert("vhdPreflight/profile", json!(report.profile));
    properties.insert("vhdPreflight/results", json!(results));
    properties
}
