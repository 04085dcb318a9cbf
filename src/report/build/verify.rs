//! Whether a report is about an image.

use super::{Judged, v1};
use crate::identity::{self, Answer, Claims, Comparison, Form, Identity};
use crate::inspect::Inspection;

/// What a verification was made of.
pub struct Verified<'a> {
    /// The image as the user named it.
    pub image: &'a str,
    /// The report as the user named it.
    pub report: &'a str,
    /// What the report says.
    pub claims: &'a Claims,
    /// The image of the report that comes nearest.
    pub nearest: &'a Identity,
    /// How it compares.
    pub comparison: &'a Comparison,
}

/// What tells an image from others, as a report on it would hold it.
pub fn identity(inspection: &Inspection) -> Identity {
    let image = super::image(&Judged {
        inspection,
        outcomes: &[],
        not_checked: &[],
        inputs: None,
        previous: None,
    });
    // A report that cannot be written holds nothing to compare.
    let value = serde_json::to_value(&image).unwrap_or_default();
    identity::of_report_image(&value)
}

/// The document of a verification.
pub fn verify(verified: &Verified<'_>) -> v1::VerifyDocument {
    let claims = verified.claims;
    let comparison = verified.comparison;
    v1::VerifyDocument {
        schema: v1::VERIFY,
        tool: v1::Tool::default(),
        image: verified.image.to_owned(),
        report: v1::VerifyReport {
            path: verified.report.to_owned(),
            form: match claims.form {
                Form::Report => v1::VerifyForm::Report,
                Form::Statement => v1::VerifyForm::Statement,
                Form::Envelope => v1::VerifyForm::Envelope,
            },
            tool: claims.tool.clone(),
            profile: claims.profile.clone(),
            images: u64::try_from(claims.images.len()).unwrap_or(u64::MAX),
            image: verified.nearest.name.clone(),
            verdict: verified.nearest.verdict.clone(),
        },
        answer: match comparison.answer {
            Answer::Same => v1::VerifyAnswer::Same,
            Answer::SameDisk => v1::VerifyAnswer::SameDisk,
            Answer::Open => v1::VerifyAnswer::Undetermined,
            Answer::Other => v1::VerifyAnswer::Other,
        },
        basis: comparison.basis.statement(),
        compared: comparison
            .checks
            .iter()
            .map(|check| v1::ComparedMark {
                mark: check.what.clone(),
                report: check.claimed.clone(),
                image: check.found.clone(),
                equal: check.equal(),
            })
            .collect(),
    }
}
