//! What there is to do for an image, by where it is done, in the order in which it is.

use super::fixes::{self, Kind, Language};
use super::v1::{FindingLevel, FindingState, Image, Remedy};

/// What there is to do for one image.
pub(super) struct Work<'a> {
    /// The image as the user named it.
    pub(super) image: &'a str,
    /// Whether its guest is Windows.
    pub(super) windows: bool,
    /// In the guest, in the order of the work.
    pub(super) guest: Vec<Step<'a>>,
    /// On the machine that has the image.
    pub(super) host: Vec<Step<'a>>,
    /// In Partner Center.
    pub(super) offer: Vec<Step<'a>>,
}

/// One thing to do.
pub(super) struct Step<'a> {
    /// What mends it.
    pub(super) fix: &'a str,
    /// What it mends: id and name of the rule, level and message.
    pub(super) reasons: Vec<Reason<'a>>,
    /// Texts of the guest that the command may hold.
    pub(super) hostile: Vec<&'a str>,
    /// Whether it is only advice.
    pub(super) advice: bool,
}

impl Step<'_> {
    /// The level of the gravest finding that it mends.
    pub(super) fn worst(&self) -> FindingLevel {
        let levels = self.reasons.iter().map(|reason| reason.level);
        levels.min().unwrap_or(FindingLevel::Note)
    }

    /// Whether it may stand in a script of that language as a command.
    pub(super) fn runs(&self, language: Language) -> bool {
        fixes::with_guest_text(self.fix, &self.hostile) == Kind::Runs(language)
    }
}

/// What a step mends.
pub(super) struct Reason<'a> {
    pub(super) rule: &'a str,
    pub(super) name: &'a str,
    pub(super) level: FindingLevel,
    pub(super) message: &'a str,
}

/// What seals a guest comes last: what is done after it would leave traces again.
const SEALS: [&str; 3] = ["deprovision", "sysprep.exe", "cloud-init clean"];

pub(super) fn work(image: &Image) -> Work<'_> {
    let os = image
        .facts
        .as_ref()
        .and_then(|facts| facts.disk.os.as_ref());
    let mut work = Work {
        image: &image.path,
        windows: os.is_some_and(|os| os.value == "windows"),
        guest: Vec::new(),
        host: Vec::new(),
        offer: Vec::new(),
    };
    for wanted in [
        FindingLevel::Error,
        FindingLevel::Warning,
        FindingLevel::Advice,
    ] {
        for outcome in &image.outcomes {
            let steps = match outcome.remedy {
                Remedy::Guest => &mut work.guest,
                Remedy::Disk | Remedy::Image => &mut work.host,
                Remedy::Offer => &mut work.offer,
            };
            for finding in &outcome.findings {
                if finding.level != wanted || finding.state != FindingState::Open {
                    continue;
                }
                let Some(fix) = finding.fix.as_deref().filter(|fix| !fix.is_empty()) else {
                    continue;
                };
                let hostile = fixes::guest_texts(finding);
                let reason = Reason {
                    rule: outcome.rule,
                    name: outcome.name,
                    level: finding.level,
                    message: &finding.message,
                };
                match steps.iter_mut().find(|step| step.fix == fix) {
                    Some(step) => {
                        step.reasons.push(reason);
                        step.hostile.extend(hostile);
                    }
                    None => steps.push(Step {
                        fix,
                        reasons: vec![reason],
                        hostile: hostile.collect(),
                        advice: wanted == FindingLevel::Advice,
                    }),
                }
            }
        }
    }
    work.guest
        .sort_by_key(|step| SEALS.iter().any(|seal| step.fix.contains(seal)));
    work
}
