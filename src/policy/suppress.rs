//! Accepted findings: which they are, which acceptance has expired, and which fits nothing.

use jiff::civil::Date;

use crate::config::{Declared, Suppression};
use crate::report::v1::{
    self, ConfigurationProblem, Finding, FindingLevel, FindingState, Image, OutcomeWord,
};

/// Marks the findings that are accepted, and says what is wrong with the suppressions.
pub(super) fn apply(
    images: &mut [Image],
    suppressions: &[Declared<Suppression>],
    today: Date,
) -> Vec<ConfigurationProblem> {
    let mut problems = Vec::new();
    for suppression in suppressions {
        let expired = suppression.value.expires < today;
        let used = go_through(images, &suppression.value, expired);
        let Some(message) = trouble(&suppression.value, expired, used) else {
            continue;
        };
        problems.push(ConfigurationProblem {
            level: match expired {
                true => FindingLevel::Error,
                false => FindingLevel::Warning,
            },
            message,
            from: suppression.from.clone(),
            rule: Some(suppression.value.rule),
            fix: Some(match (expired, used) {
                (true, Used::Fits) => {
                    "mend what it accepted, or decide anew and give it another `expires`".to_owned()
                }
                _ => format!("remove the [[suppress]] at {}", suppression.from),
            }),
        });
    }
    problems
}

/// What a suppression met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Used {
    /// At least one finding.
    Fits,
    /// None, and everything that it is for was decided.
    FitsNothing,
    /// None, but something that it is for could not be inspected or decided.
    Open,
    /// No image of this call is one that it is for.
    OtherImages,
}

fn go_through(images: &mut [Image], suppression: &Suppression, expired: bool) -> Used {
    let mut used = Used::OtherImages;
    for image in images {
        if suppression
            .image
            .as_ref()
            .is_some_and(|glob| !glob.fits_image(&image.path))
        {
            continue;
        }
        let found = match image.verdict {
            None => Used::Open,
            Some(_) => on_image(image, suppression, expired),
        };
        used = match (used, found) {
            (Used::Fits, _) | (_, Used::Fits) => Used::Fits,
            (Used::Open, _) | (_, Used::Open) => Used::Open,
            _ => Used::FitsNothing,
        };
    }
    used
}

fn on_image(image: &mut Image, suppression: &Suppression, expired: bool) -> Used {
    let mut used = Used::FitsNothing;
    let outcomes = image.outcomes.iter_mut();
    for outcome in outcomes.filter(|outcome| outcome.rule == suppression.rule) {
        // A reason beside findings is that of an open question, whatever the word for both.
        if outcome.reason.is_some() && outcome.outcome != OutcomeWord::NotApplicable {
            used = Used::Open;
        }
        for finding in &mut outcome.findings {
            if fits(finding, suppression) {
                used = Used::Fits;
                // The first suppression that fits says why.
                if !expired && finding.state == FindingState::Open {
                    finding.state = FindingState::Suppressed;
                    finding.suppression = Some(v1::Suppression {
                        reason: suppression.reason.clone(),
                        expires: suppression.expires.to_string(),
                    });
                }
            }
        }
    }
    used
}

/// Whether everything that the suppression names is so of the finding.
fn fits(finding: &Finding, suppression: &Suppression) -> bool {
    let place = finding.place.as_ref();
    let path = place.and_then(|place| place.path.as_deref());
    let registry = place.and_then(|place| place.registry.as_deref());
    let same = |wanted: &Option<String>| match wanted {
        Some(wanted) => *wanted == finding.fingerprint,
        None => true,
    };
    let fits = |glob: &Option<crate::config::Glob>, name: Option<&str>| match glob {
        Some(glob) => name.is_some_and(|name| glob.fits(name)),
        None => true,
    };
    same(&suppression.fingerprint)
        && fits(&suppression.path, path)
        && fits(&suppression.registry, registry)
}

/// What is wrong with it, if anything.
fn trouble(suppression: &Suppression, expired: bool, used: Used) -> Option<String> {
    let Suppression { rule, expires, .. } = suppression;
    match (expired, used) {
        (_, Used::OtherImages) => None,
        (true, Used::Fits) => Some(format!(
            "the suppression of {rule} expired on {expires}: what it accepted counts again"
        )),
        (true, _) => Some(format!(
            "the suppression of {rule} expired on {expires}, and fits no finding"
        )),
        (false, Used::FitsNothing) => Some(format!("the suppression of {rule} fits no finding")),
        (false, Used::Fits | Used::Open) => None,
    }
}
