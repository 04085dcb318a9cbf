//! Makes the documents of version 1 out of what was found.

mod container;
mod content;
mod count;
mod delta;
mod diagnose;
mod estimate;
mod explain;
mod fingerprint;
mod guest;
mod history;
mod map;
mod outcome;
mod partition;
mod time;
mod verify;
mod volume;

use std::path::Path;

use super::v1;
use crate::estimate::{self as model, Inputs};
use crate::finding::Outcome;
use crate::inspect::{InspectError, Inspection};
use crate::rules::not_checked::NotChecked;
use crate::rules::{Profile, Rule};
pub use count::recount;
pub use diagnose::diagnosis;
pub use explain::explanation;
pub use history::{estimates, failed_estimate, history, image_estimate};
pub use verify::{Verified, identity, verify};

/// An image that was inspected and judged.
pub struct Judged<'a> {
    /// Its facts.
    pub inspection: &'a Inspection,
    /// What every rule says.
    pub outcomes: &'a [(&'static Rule, Outcome)],
    /// What was not checked.
    pub not_checked: &'a [NotChecked],
    /// What the time model is told, where it is known what has to move.
    pub inputs: Option<&'a Inputs>,
    /// What the user named as the version before.
    pub previous: Option<&'a Path>,
}

/// A report, with nothing declared.
pub fn report(profile: Profile, images: Vec<v1::Image>) -> v1::Report {
    v1::Report {
        schema: v1::REPORT,
        tool: v1::Tool::default(),
        profile: profile.name().to_owned(),
        configuration: v1::Configuration::default(),
        images,
    }
}

/// The part of a report on an image that was judged.
pub fn image(judged: &Judged<'_>) -> v1::Image {
    let inspection = judged.inspection;
    let previous = judged.previous.map(Path::to_string_lossy);
    let mut facts = facts(inspection);
    if previous.is_some() && inspection.measured.delta.is_none() {
        facts.unknown.push(not_compared(inspection));
    }
    // For anything else the fixes speak of the VHD that is to be made of it.
    let vhd_name = inspection.container.vhd().map(|_| &*inspection.name);
    let mut image = v1::Image {
        path: inspection.name.clone(),
        verdict: Some(v1::Verdict::Incomplete),
        summary: v1::Summary::default(),
        outcomes: judged
            .outcomes
            .iter()
            .map(|(rule, outcome)| outcome::outcome(rule, outcome, &inspection.offer, vhd_name))
            .collect(),
        not_checked: judged
            .not_checked
            .iter()
            .map(outcome::not_checked)
            .collect(),
        facts: Some(facts),
        content: inspection
            .content
            .as_ref()
            .ok()
            .map(|found| content::content(found, &inspection.measured, previous.as_deref())),
        estimate: judged
            .inputs
            .map(|inputs| estimate::estimate(inputs, &model::estimate(inputs))),
        errors: Vec::new(),
    };
    recount(&mut image);
    image
}

/// Why there is nothing to say of the previous version.
fn not_compared(inspection: &Inspection) -> v1::UnknownFact {
    let reason = match &inspection.content {
        Err(unknown) => unknown.reason.clone(),
        Ok(content) => content.unavailable_reason.as_deref().map_or_else(
            || "a part of the disk is not at hand".to_owned(),
            |reason| format!("a part of the disk is not at hand: {reason}"),
        ),
    };
    v1::UnknownFact {
        fact: "content.delta",
        reason,
    }
}

/// The part of a report on an image that could not be inspected: without a verdict.
pub fn failed_image(path: &str, error: &InspectError) -> v1::Image {
    v1::Image {
        path: path.to_owned(),
        verdict: None,
        summary: v1::Summary::default(),
        outcomes: Vec::new(),
        not_checked: Vec::new(),
        facts: None,
        content: None,
        estimate: None,
        errors: vec![tool_error(error)],
    }
}

/// The document of `inspect`; each image by the name that the user gave it.
pub fn inspect(images: &[(String, Result<Inspection, InspectError>)]) -> v1::Inspect {
    let images = images.iter().map(|(path, result)| v1::InspectedImage {
        path: path.clone(),
        facts: result.as_ref().ok().map(structures),
        errors: result.as_ref().err().map(tool_error).into_iter().collect(),
    });
    v1::Inspect {
        schema: v1::INSPECT,
        tool: v1::Tool::default(),
        images: images.collect(),
    }
}

/// The facts without a word on the content, which `inspect` never reads.
fn structures(inspection: &Inspection) -> v1::Facts {
    let mut facts = facts(inspection);
    facts
        .unknown
        .retain(|unknown| !["content", "container.bitmaps"].contains(&unknown.fact));
    facts
}

/// The facts of an inspection.
pub fn facts(inspection: &Inspection) -> v1::Facts {
    let table = inspection.partitions.as_ref();
    let unknown = [
        ("disk.size", inspection.disk_size.as_ref().err()),
        ("partition_table", table.err()),
        ("volumes", inspection.volumes.as_ref().err()),
        ("guest", inspection.guest.as_ref().err()),
        ("container.bitmaps", inspection.bitmaps.as_ref().err()),
        ("content", inspection.content.as_ref().err()),
    ];
    v1::Facts {
        container: container::container(inspection),
        disk: v1::Disk {
            size: inspection.disk_size.as_ref().ok().copied(),
            role: choice(&inspection.role, |role| role.word()),
            os: inspection.os.as_ref().map(|os| choice(os, |os| os.word())),
            generation: inspection.generation.word(),
        },
        partition_table: table.ok().map(partition::table),
        partitions: table.map(partition::partitions).unwrap_or_default(),
        volumes: inspection
            .volumes
            .as_deref()
            .unwrap_or_default()
            .iter()
            .map(|facts| volume::volume(facts, &inspection.measured.free))
            .collect(),
        guest: inspection
            .guest
            .as_ref()
            .ok()
            .and_then(Option::as_ref)
            .map(guest::guest),
        unknown: unknown
            .into_iter()
            .filter_map(|(fact, why)| {
                why.map(|why| v1::UnknownFact {
                    fact,
                    reason: why.reason.clone(),
                })
            })
            .collect(),
    }
}

fn choice<T: Copy>(
    guess: &crate::inspect::Guess<T>,
    word: impl Fn(T) -> &'static str,
) -> v1::Choice {
    v1::Choice {
        value: word(guess.value),
        declared: guess.declared,
        why: guess.reason.clone(),
    }
}

fn tool_error(error: &InspectError) -> v1::ToolError {
    v1::ToolError {
        kind: match error {
            InspectError::Open(_) => v1::ToolErrorKind::Open,
            InspectError::Changed { .. } => v1::ToolErrorKind::Changed,
            InspectError::Read { .. } => v1::ToolErrorKind::Read,
            InspectError::Interrupted { .. } => v1::ToolErrorKind::Interrupted,
        },
        message: error.to_string(),
    }
}
