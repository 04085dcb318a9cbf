//! What `check` writes beside the report: an attestation, a script of fixes, a request for an
//! exception.

use std::path::{Path, PathBuf};

use super::output::{self, Failure, Target};
use crate::report::attestation::ReadFile;
use crate::report::fix_script::Language;
use crate::report::{attestation, exception_request, fix_script, v1};
use crate::rules::{Profile, rule_set};
use crate::scan::DigestKind;

/// What is written beside the report.
#[derive(clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Beside the report")]
pub(super) struct Args {
    /// Write an unsigned in-toto statement of each image, one a line: the SHA-256 of the file and
    /// of the disk in it, the program, the rules, the profile, which rules passed, warned and
    /// failed, and what was not decided or not checked. Sign it with what you sign with; `verify`
    /// tells whether it is about an image. Needs the SHA-256, which goes through every byte.
    #[arg(long, value_name = "FILE", conflicts_with = "no_scan")]
    attest: Option<PathBuf>,

    /// Collect the commands that mend what was found as a commented script, the guest's part and
    /// the host's apart; a name that ends in .ps1 makes it PowerShell, for Windows guests. It is
    /// never run by this program, and does nothing before it was read. Without =FILE it takes the
    /// place of the report on standard output.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    fix_script: Option<PathBuf>,

    /// Draft a request to Partner Center support for an exception, in the form that the
    /// certification FAQ asks for, for the findings that an exception is known for; what only you
    /// know is marked. Without =FILE it takes the place of the report on standard output.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    exception_request: Option<PathBuf>,
}

#[derive(Clone, Copy)]
enum Kind {
    Attestation,
    Script(Language),
    Request,
}

/// One of them, and where it goes.
pub(super) struct Artefact<'a> {
    kind: Kind,
    option: &'static str,
    path: Option<&'a Path>,
    target: Target<'a>,
}

impl Args {
    /// What is asked for; files are checked against `inputs` before any work is done.
    ///
    /// # Errors
    /// A file that is read, or two things for one place.
    pub(super) fn artefacts(&self, inputs: &[PathBuf]) -> Result<Vec<Artefact<'_>>, Failure> {
        let script = self.fix_script.as_deref().map(language);
        let asked = [
            ("--attest", &self.attest, Some(Kind::Attestation)),
            ("--fix-script", &self.fix_script, script.map(Kind::Script)),
            (
                "--exception-request",
                &self.exception_request,
                Some(Kind::Request),
            ),
        ];
        let mut artefacts: Vec<Artefact<'_>> = Vec::new();
        for (option, path, kind) in asked {
            let (Some(path), Some(kind)) = (path, kind) else {
                continue;
            };
            let path = Some(path.as_path()).filter(|path| *path != Path::new("-"));
            if let Some(other) = artefacts
                .iter()
                .find(|other| output::is_one_place(other.path, path))
            {
                return Err(two_in_one_place(option, other.option, path));
            }
            artefacts.push(Artefact {
                kind,
                option,
                path,
                target: Target::new(path, inputs)?,
            });
        }
        Ok(artefacts)
    }

    /// The digests that the report needs, with what an attestation needs.
    pub(super) fn digests(&self, mut asked: Vec<DigestKind>) -> Vec<DigestKind> {
        if self.attest.is_some() && !asked.contains(&DigestKind::Sha256) {
            asked.push(DigestKind::Sha256);
        }
        asked
    }
}

/// Two things cannot go to one place.
fn two_in_one_place(option: &str, other: &str, path: Option<&Path>) -> Failure {
    let place = path.map_or("standard output".into(), |path| path.display().to_string());
    Failure::new(format!(
        "{option} and {other} both go to {place}: give each a file of its own"
    ))
}

fn language(path: &Path) -> Language {
    let extension = path.extension();
    match extension.is_some_and(|extension| extension.eq_ignore_ascii_case("ps1")) {
        true => Language::PowerShell,
        false => Language::Shell,
    }
}

impl Artefact<'_> {
    /// Where it goes.
    pub(super) fn target(&self) -> &Target<'_> {
        &self.target
    }

    /// Whether it takes the place of the report on standard output.
    pub(super) fn on_stdout(&self) -> bool {
        self.path.is_none()
    }

    /// An error where the report goes to the same file.
    pub(super) fn refuse_place(&self, taken: Option<&Path>) -> Result<(), Failure> {
        if output::is_one_place(self.path, taken) {
            return Err(two_in_one_place(self.option, "the report", taken));
        }
        Ok(())
    }

    /// Writes it, and says what could not be written; false where something could not. `files` are
    /// those that decided what counts.
    pub(super) fn write(
        &self,
        report: &v1::Report,
        profile: Profile,
        files: &[ReadFile<'_>],
    ) -> Result<bool, Failure> {
        match self.kind {
            Kind::Script(language) => {
                self.target
                    .write(|out| fix_script::write(out, report, language))?;
                Ok(true)
            }
            Kind::Request => {
                self.target
                    .write(|out| exception_request::write(out, report))?;
                Ok(true)
            }
            Kind::Attestation => {
                let rule_set = rule_set::digest();
                let setup = attestation::Setup {
                    rule_set: &rule_set,
                    rules: rule_set::count(),
                    profile_date: profile.date(),
                    files,
                };
                self.target
                    .write(|out| attestation::write(out, report, &setup))?;
                let mut whole = true;
                for image in &report.images {
                    if let Some(reason) = attestation::missing(image) {
                        output::error(&format!("{}: no attestation: {reason}", image.path));
                        whole = false;
                    }
                }
                Ok(whole)
            }
        }
    }
}
