//! VHD014: the name of file and blob.

use std::path::Path;

use super::Subject;
use crate::finding::{Finding, Outcome};
use crate::rules::declare_rule;

declare_rule! {
    /// The name ends with `.vhd` and has no special characters or white space.
    ///
    /// ## Why
    /// The blob usually gets the name of the file. Certification cannot download a blob whose name
    /// has white space, percent signs or quotes, and azcopy makes a page blob only of a name that
    /// ends with `.vhd`.
    ///
    /// ## Evidence
    /// The name of the file, without its folders: letters, digits, `-`, `_` and `.` are safe.
    ///
    /// ## What Azure says
    /// - `Invalid VHD name`
    /// - `Failure: Copying Images. Not able to download blob using provided SAS Uri.`
    ///
    /// ## Fix
    /// Rename the file before it is uploaded, or give the blob another name.
    pub static VHD014 = {
        id: "VHD014",
        name: "file-name",
        level: Error,
        sources: [FAQ, SASF, DBOX],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let path = Path::new(&subject.inspection.name);
    let Some(name) = path.file_name().map(|name| name.to_string_lossy()) else {
        return Outcome::not_applicable("the image has no name");
    };
    let mut findings = Vec::new();
    let mut add = |finding: Finding, required: &str| {
        findings.push(
            finding
                .found(format!("{name:?}"))
                .required(required)
                .fix(format!("rename it, for instance to {}", safe_name(&name))),
        );
    };
    if !name.ends_with(".vhd") {
        let message = "the name does not end with .vhd";
        if name.to_ascii_lowercase().ends_with(".vhd") {
            add(
                Finding::warning("the name ends with .vhd in other letters than lower case"),
                "a name that ends with .vhd",
            );
        } else {
            add(Finding::error(message), "a name that ends with .vhd");
        }
    }
    let bad: Vec<char> = name.chars().filter(|c| !is_safe(*c)).collect();
    if let Some(first) = bad.first() {
        let what = match first {
            c if c.is_whitespace() => "white space".to_owned(),
            c => format!("{c:?}"),
        };
        add(
            Finding::error(format!(
                "the name has {} character{} that a blob's URL does not carry safely, the first is {what}",
                bad.len(),
                if bad.len() == 1 { "" } else { "s" }
            )),
            "letters, digits, -, _ and .",
        );
    }
    if name.chars().count() > 1024 {
        add(
            Finding::error("the name is longer than a blob's may be"),
            "at most 1024 characters",
        );
    }
    Outcome::Decided(findings)
}

fn is_safe(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// A name that is safe and still tells what it was.
fn safe_name(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let stem = lower.strip_suffix(".vhd").unwrap_or(&lower);
    let stem: String = stem
        .chars()
        .map(|c| if is_safe(c) { c } else { '-' })
        .take(200)
        .collect();
    format!("{}.vhd", stem.trim_matches('-'))
}
