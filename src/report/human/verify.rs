//! Whether a report is about an image.

use std::io::{self, Write};

use super::paper::{DIM, GREEN, Paper, RED, YELLOW};
use super::v1::{ComparedMark, VerifyAnswer, VerifyDocument, VerifyForm};
use crate::text::counted;

/// Width of the labels.
const COLUMN: usize = 10;

/// Writes a verification in lines of at most `width` columns.
///
/// # Errors
/// What the writer says.
pub fn verify(out: &mut dyn Write, document: &VerifyDocument, width: usize) -> io::Result<()> {
    let mut paper = Paper::new(out, width);
    let (word, style, meaning) = match document.answer {
        VerifyAnswer::Same => ("SAME", GREEN, "The report is about this very image"),
        VerifyAnswer::SameDisk => (
            "SAME DISK",
            YELLOW,
            "The report is about the same disk in another file: what it says of the guest and the \
             partitions holds, what it says of the file does not",
        ),
        VerifyAnswer::Undetermined => (
            "UNDETERMINED",
            YELLOW,
            "Nothing speaks against it, and nothing proves that the report is about this image",
        ),
        VerifyAnswer::Other => ("OTHER", RED, "The report is about another image"),
    };
    paper.line(&format!("{word}: "), style, &document.image)?;
    paper.text(0, &format!("{meaning}."))?;
    paper.labelled(2, "Rests on", COLUMN, DIM, document.basis)?;
    let report = &document.report;
    paper.labelled(2, "Report", COLUMN, DIM, &report.path)?;
    let mut said = vec![
        match report.form {
            VerifyForm::Report => "a JSON report",
            VerifyForm::Statement => "an in-toto statement without a signature",
            VerifyForm::Envelope => "an in-toto statement, whose signature was not looked at",
        }
        .to_owned(),
        counted(report.images, "image"),
    ];
    said.extend(report.tool.as_ref().map(|tool| format!("by {tool}")));
    let profile = report.profile.as_ref();
    said.extend(profile.map(|profile| format!("profile {profile}")));
    paper.labelled(2, "", COLUMN, DIM, &said.join(", "))?;
    let name = report.image.as_deref().unwrap_or("an image without a name");
    let verdict = report.verdict.as_deref().unwrap_or("no verdict");
    paper.labelled(2, "says", COLUMN, DIM, &format!("{name}: {verdict}"))?;
    for (at, mark) in document.compared.iter().enumerate() {
        let label = if at == 0 { "Compared" } else { "" };
        paper.labelled(2, label, COLUMN, DIM, &compared(mark))?;
    }
    Ok(())
}

fn compared(mark: &ComparedMark) -> String {
    let ComparedMark {
        mark: name, report, ..
    } = mark;
    match (&mark.image, mark.equal) {
        (_, Some(true)) => format!("{name}: same, {report}"),
        (Some(image), _) => format!("{name}: differs, {report} in the report, {image} here"),
        (None, _) => format!("{name}: {report} in the report, not known here"),
    }
}
