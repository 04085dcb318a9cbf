//! WIN005: answer files of Setup, and passwords in them.

use super::{at, guest, known, powershell_quoted, set};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::windows::answer_files::{AnswerFile, AnswerFiles, Content};
use crate::rules::partition::{decided_unless, listed};
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// No answer file of Setup is left, and no password in one.
    ///
    /// ## Why
    /// Azure brings an answer file of its own when it makes a machine; another one takes its place,
    /// or adds what the customer did not ask for. Whoever gets the image reads the passwords in it:
    /// what an answer file hides is only encoded.
    ///
    /// ## Evidence
    /// Files whose names begin with `unattend` or `autounattend`, or `sysprep` where they are
    /// answer files, and end with `.xml`, where Setup looks for them: `C:\`, `C:\Windows`,
    /// `C:\Windows\Panther`, its folder `Unattend`, `C:\Windows\System32\Sysprep`; and the file
    /// that `SYSTEM\Setup!UnattendFile` names. Of their elements `AdministratorPassword`,
    /// `Password`, `MachinePassword` and `AccountData` only the presence is kept. Setup's own copy
    /// in `Panther`, whose passes are all marked `wasPassProcessed` and whose passwords Setup has
    /// replaced by `*SENSITIVE*DATA*DELETED*`, is advice: the page on preparing a disk has that
    /// folder deleted before Sysprep runs.
    ///
    /// ## Fix
    /// `Remove-Item -LiteralPath '<file>' -Force`, and delete `C:\Windows\Panther`, before Sysprep.
    ///
    /// ## Limits
    /// Answer files under other names are found only where the registry names them. Product keys in
    /// them are not looked for; commands in them neither.
    pub static WIN005 = {
        id: "WIN005",
        name: "answer-files",
        level: Error,
        sources: [WINP, GENW, SETUPAUTO],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    judge(subject).unwrap_or_else(|outcome| outcome)
}

fn judge(subject: &Subject<'_>) -> Result<Outcome, Outcome> {
    let facts = &guest(subject)?.answer_files;
    let mut open = None;
    let mut findings = Vec::new();
    for file in known(&facts.files)? {
        match &file.content {
            Ok(content) => {
                findings.extend(of_file(file, content));
                if let Some(unknown) = &content.unread {
                    open.get_or_insert_with(|| unknown.reason.clone());
                }
            }
            Err(unknown) => {
                findings.push(left(file, "an answer file of Setup is left".to_owned()));
                open.get_or_insert_with(|| unknown.reason.clone());
            }
        }
    }
    findings.extend(named(facts)?);
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let worst = findings.first().map_or(Level::Note, |one| one.level);
    let findings = listed(worst, findings.into_iter(), "of answer files");
    Ok(decided_unless(open, findings))
}

fn remove(file: &AnswerFile) -> String {
    let path = powershell_quoted(&file.spot.path);
    format!("Remove-Item -LiteralPath {path} -Force")
}

fn left(file: &AnswerFile, message: String) -> Finding {
    Finding::warning(message)
        .found(file.spot.path.clone())
        .required("no such file")
        .at(at(&file.spot))
        .fix(remove(file))
}

fn of_file(file: &AnswerFile, content: &Content) -> Vec<Finding> {
    let mut findings: Vec<_> = content
        .secrets
        .iter()
        .filter(|secret| !secret.value.is_deleted)
        .map(|secret| {
            let element: String = secret.value.element.chars().take(80).collect();
            Finding::error("a password is left in an answer file")
                .found(format!("the element {element} is not empty"))
                .required("no such file, or an empty element")
                .at(at(&secret.spot))
                .fix(remove(file))
        })
        .collect();
    if file.is_copy && content.is_done() {
        findings.push(
            Finding::advice("Setup's copy of its answer file is left, with all passes done")
                .found(file.spot.path.clone())
                .required("C:\\Windows\\Panther is deleted before Sysprep runs")
                .at(at(&file.spot))
                .fix("Remove-Item -Path 'C:\\Windows\\Panther' -Recurse -Force"),
        );
    } else {
        let more = match &content.auto_logon {
            Some(_) => ", which logs on by itself",
            None => "",
        };
        findings.push(left(file, format!("an answer file of Setup is left{more}")));
    }
    findings
}

/// The file that Setup is told to use, where it is none of those that were found.
fn named(facts: &AnswerFiles) -> Result<Option<Finding>, Outcome> {
    let Some(path) = set(&facts.named)? else {
        return Ok(None);
    };
    let is_found = known(&facts.files)?
        .iter()
        .any(|file| file.spot.path.eq_ignore_ascii_case(path));
    let shown: String = path.chars().take(200).collect();
    Ok((!is_found && !path.is_empty()).then(|| {
        Finding::note("Setup is told to use an answer file, which was not found on this drive")
            .found(shown)
            .at(at(&facts.named.spot))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::windows::registry::HiveName::System;
    use crate::rules::windows::testing::*;

    /// An answer file with one pass and this for a password.
    fn answers(done: bool, password: &str) -> String {
        format!(
            "<unattend xmlns=\"urn:x\"><settings pass=\"oobeSystem\" wasPassProcessed=\"{done}\">\
             <component><UserAccounts><AdministratorPassword><Value>{password}</Value>\
             </AdministratorPassword></UserAccounts></component></settings></unattend>"
        )
    }

    #[test]
    fn passwords_fail_and_files_warn_unless_they_are_setups_own() {
        use Status::*;
        assert_eq!(of(&WIN005, &Machine::new()), Outcome::pass());
        let deleted = "*SENSITIVE*DATA*DELETED*";
        for (path, done, password, status) in [
            ("/Windows/Panther/unattend.xml", true, "Pl4nted", Fail),
            ("/Windows/Panther/unattend.xml", true, deleted, Pass),
            ("/Windows/Panther/unattend.xml", true, "", Pass),
            ("/Windows/Panther/unattend.xml", false, deleted, Warn),
            (
                "/Windows/Panther/Unattend/unattend.xml",
                true,
                deleted,
                Warn,
            ),
            ("/Windows/System32/Sysprep/unattend.xml", true, "", Warn),
            ("/unattend.xml", false, "Pl4nted", Fail),
            ("/autounattend.xml", false, "", Warn),
            ("/Windows/unrelated.xml", false, "Pl4nted", Pass),
        ] {
            let text = answers(done, password);
            let outcome = of(
                &WIN005,
                &Machine::new().files(|tree| tree.file(path, &text)),
            );
            assert_eq!(
                outcome.status(),
                status,
                "{path} {done} {password}: {outcome:?}"
            );
            assert_evidence(&outcome);
            assert!(!format!("{outcome:?}").contains("Pl4nted"));
        }
    }

    #[test]
    fn a_file_that_setup_is_told_of_counts_wherever_it_is() {
        let text = answers(false, "Pl4nted");
        let told = Machine::new()
            .files(|tree| tree.file("/it's/a.txt", &text))
            .string(System, "Setup", "UnattendFile", r"C:\it's\a.txt");
        let outcome = of(&WIN005, &told);
        assert_eq!(outcome.status(), Status::Fail);
        let fix = outcome.findings()[0].fix.as_deref();
        assert_eq!(
            fix,
            Some(r"Remove-Item -LiteralPath 'C:\it''s\a.txt' -Force")
        );
        let elsewhere = Machine::new().string(System, "Setup", "UnattendFile", r"A:\a.xml");
        let outcome = of(&WIN005, &elsewhere);
        assert_eq!(
            (outcome.status(), outcome.findings().len()),
            (Status::Pass, 1)
        );
    }

    #[test]
    fn a_file_that_cannot_be_read_leaves_it_open() {
        for machine in [
            Machine::new().files(|tree| tree.file("/unattend.xml", "no answers")),
            Machine::new().files(|tree| tree.file("/unattend.xml", "<unattend><settings>")),
            Machine::new().files(|tree| tree.unreadable("/unattend.xml")),
        ] {
            let outcome = of(&WIN005, &machine);
            assert_eq!(outcome.status(), Status::Undetermined, "{outcome:?}");
        }
        assert_needs(&WIN005, System);
        assert_applies_to_windows_only(&WIN005);
    }
}
