//! A report of before: what it found is known, and what it found and is gone is told.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use serde::Deserialize;

use crate::config::sha256;
use crate::report::v1::{
    self, ConfigurationProblem, FindingLevel, FindingState, GoneFinding, Image, OutcomeWord,
};

/// Largest baseline in bytes: the report on a hundred bad images has room in it.
const MAX_BYTES: u64 = 256 << 20;

/// Why a file is no baseline.
#[derive(Debug, thiserror::Error)]
#[error("{path}: cannot be used as the baseline: {reason}")]
pub struct BaselineError {
    path: String,
    reason: String,
}

/// A report of before.
#[derive(Debug)]
pub struct Baseline {
    path: String,
    sha256: String,
    images: Vec<OldImage>,
}

#[derive(Debug, Deserialize)]
struct Head {
    schema: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Document {
    images: Vec<OldImage>,
}

#[derive(Debug, Deserialize)]
struct OldImage {
    path: String,
    outcomes: Vec<OldOutcome>,
}

#[derive(Debug, Deserialize)]
struct OldOutcome {
    rule: String,
    findings: Vec<OldFinding>,
}

#[derive(Debug, Deserialize)]
struct OldFinding {
    level: OldLevel,
    message: String,
    fingerprint: String,
    state: OldState,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum OldLevel {
    Error,
    Warning,
    Advice,
    Note,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum OldState {
    Open,
    Suppressed,
    Known,
}

impl From<OldLevel> for FindingLevel {
    fn from(level: OldLevel) -> Self {
        match level {
            OldLevel::Error => Self::Error,
            OldLevel::Warning => Self::Warning,
            OldLevel::Advice => Self::Advice,
            OldLevel::Note => Self::Note,
        }
    }
}

impl Baseline {
    /// Reads a JSON report.
    ///
    /// # Errors
    /// Why it is none.
    pub fn load(path: &Path) -> Result<Self, BaselineError> {
        let name = path.to_string_lossy();
        let error = |reason: String| BaselineError {
            path: name.clone().into_owned(),
            reason,
        };
        let metadata = fs::metadata(path).map_err(|cause| error(cause.to_string()))?;
        // A FIFO would make us wait for somebody to write to it.
        if !metadata.is_file() {
            return Err(error("it is no regular file".to_owned()));
        }
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| {
                file.take(MAX_BYTES.saturating_add(1))
                    .read_to_end(&mut bytes)
            })
            .map_err(|cause| error(cause.to_string()))?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_BYTES {
            return Err(error(format!("it has more than {MAX_BYTES} bytes")));
        }
        Self::parse(&name, &bytes).map_err(error)
    }

    pub(super) fn parse(name: &str, bytes: &[u8]) -> Result<Self, String> {
        const MAKE: &str = "make one with `vhd-preflight check --format json`";
        let head: Head = serde_json::from_slice(bytes)
            .map_err(|error| format!("it is no JSON report ({error}); {MAKE}"))?;
        match head.schema.as_deref() {
            Some(v1::REPORT) => {}
            Some(other) => {
                let other: String = other.chars().take(60).collect();
                return Err(format!(
                    "it is of the schema {other:?}, and only {:?} is read; {MAKE}",
                    v1::REPORT
                ));
            }
            None => {
                return Err(format!("it has no field `schema`, as reports have; {MAKE}"));
            }
        }
        let document: Document = serde_json::from_slice(bytes).map_err(|error| {
            format!("it is not as reports of this version are ({error}); make it anew")
        })?;
        Ok(Self {
            path: name.to_owned(),
            sha256: sha256(bytes),
            images: document.images,
        })
    }

    /// Its path as it was named.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The SHA-256 of the report in lower-case hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Marks what is known, and says what is gone.
    pub(super) fn apply(&self, images: &mut [Image]) -> (v1::Baseline, Vec<ConfigurationProblem>) {
        let mut gone = Vec::new();
        let mut problems = Vec::new();
        let mut say = |level, message: String, fix: Option<&str>| {
            problems.push(ConfigurationProblem {
                level,
                message,
                from: self.path.clone(),
                rule: None,
                fix: fix.map(str::to_owned),
            });
        };
        let all = self.before(images);
        for (image, before) in images.iter_mut().zip(all) {
            if image.verdict.is_none() {
                continue;
            }
            let Some(before) = before else {
                say(
                    FindingLevel::Warning,
                    format!(
                        "the baseline knows no image {}: all of its findings count as new",
                        image.path
                    ),
                    Some(
                        "make the baseline with the same images, or name the image as it was \
                         named then",
                    ),
                );
                continue;
            };
            if file_name(&before.path) != file_name(&image.path) {
                let message = format!(
                    "the baseline is about {}, which is taken as the version before of {}",
                    before.path, image.path
                );
                say(FindingLevel::Note, message, None);
            }
            gone.extend(compare(image, before));
        }
        let shown = v1::Baseline {
            path: self.path.clone(),
            gone,
        };
        (shown, problems)
    }

    /// What each image was before: by its path, else by its file name where no other image has it,
    /// else the only one for the only one. A fingerprint names no image, so that what is known of
    /// one image would hide what is new in another: each is the past of one image only.
    fn before(&self, images: &[Image]) -> Vec<Option<&OldImage>> {
        let of_path = |path: &str| self.images.iter().find(|old| old.path == path);
        let is_named = |path: &str| images.iter().any(|image| image.path == path);
        let of_name = |path: &str| {
            let same = |other: &str| file_name(other) == file_name(path);
            let rest = |path: &str| of_path(path).is_none() && same(path);
            let twins = images.iter().filter(|image| rest(&image.path)).count();
            let old = self.images.iter();
            let mut old = old.filter(|old| same(&old.path) && !is_named(&old.path));
            match (old.next(), old.next()) {
                (Some(only), None) if twins == 1 => Some(only),
                _ => None,
            }
        };
        let the_only_one = match (images, self.images.as_slice()) {
            ([_], [only]) => Some(only),
            _ => None,
        };
        images
            .iter()
            .map(|image| {
                of_path(&image.path)
                    .or_else(|| of_name(&image.path))
                    .or(the_only_one)
            })
            .collect()
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Marks the findings of `image` that are in `before`; gives back those that are not there any
/// more. What was suppressed then is not known: the suppression, not the baseline, accepts it.
fn compare(image: &mut Image, before: &OldImage) -> Vec<GoneFinding> {
    let mut old = BTreeMap::new();
    for outcome in &before.outcomes {
        for finding in &outcome.findings {
            if finding.state != OldState::Suppressed {
                old.insert(finding.fingerprint.as_str(), (outcome, finding));
            }
        }
    }
    for outcome in &mut image.outcomes {
        for finding in &mut outcome.findings {
            let Some((_, known)) = old.remove(finding.fingerprint.as_str()) else {
                continue;
            };
            // The gravest level is the least: what became graver is new.
            if finding.state == FindingState::Open
                && finding.level >= FindingLevel::from(known.level)
            {
                finding.state = FindingState::Known;
            }
        }
    }
    let is_decided = |rule: &str| {
        image.outcomes.iter().any(|outcome| {
            let off = outcome
                .weight
                .as_ref()
                .is_some_and(|weight| weight.weight == "off");
            let open = outcome.reason.is_some() && outcome.outcome != OutcomeWord::NotApplicable;
            outcome.rule == rule && !off && !open
        })
    };
    let mut gone: Vec<_> = old
        .into_values()
        .filter(|(outcome, _)| is_decided(&outcome.rule))
        .map(|(outcome, finding)| GoneFinding {
            image: image.path.clone(),
            rule: outcome.rule.clone(),
            level: finding.level.into(),
            message: finding.message.clone(),
            fingerprint: finding.fingerprint.clone(),
        })
        .collect();
    gone.sort_by(|a, b| (a.level, &a.rule, &a.message).cmp(&(b.level, &b.rule, &b.message)));
    gone
}
