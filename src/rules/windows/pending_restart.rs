//! WIN022: updates that are not finished.

use super::{at, guest, known, set};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::Spot;
use crate::rules::partition::listed;
use crate::rules::{Subject, declare_rule};

const FIX: &str = "Restart-Computer; wait until the updates are done, and run Sysprep again";

declare_rule! {
    /// No update or servicing of Windows waits for a restart.
    ///
    /// ## Why
    /// The page on preparing a disk has all updates installed and the machine restarted before
    /// Sysprep runs. What is left half done is finished, or fails, at every customer's first start.
    ///
    /// ## Evidence
    /// Below `SOFTWARE\Microsoft\Windows\CurrentVersion`: the keys `RebootPending`,
    /// `RebootInProgress` and `PackagesPending` of `Component Based Servicing`, whose presence is
    /// enough; `RebootRequired` of `WindowsUpdate\Auto Update`; keys of `SessionsPending` without
    /// `Complete` 1. The file `C:\Windows\WinSxS\pending.xml`. Noted are the count of
    /// `PendingFileRenameOperations` and the build with its revision (`UBR`).
    ///
    /// ## Fix
    /// Install all updates, restart until nothing waits, run Sysprep. Where servicing is stuck,
    /// with the disk attached to another machine as `D:`:
    /// `dism.exe /Image:D:\ /Cleanup-Image /RevertPendingActions`.
    ///
    /// ## Limits
    /// Whether the revision is the newest one is not known here: no table of updates is shipped,
    /// for it would be old within a month. See
    /// <https://learn.microsoft.com/windows/release-health/windows-server-release-info>.
    /// `RebootRequired` is known from practice, not from a document. `COMPONENTS`, the hive of
    /// servicing, is not read.
    pub static WIN022 = {
        id: "WIN022",
        name: "pending-restart",
        level: Warning,
        sources: [WINP, SEC, CRE17, POL, RSL],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    judge(subject).unwrap_or_else(|outcome| outcome)
}

fn judge(subject: &Subject<'_>) -> Result<Outcome, Outcome> {
    let guest = guest(subject)?;
    let updates = &guest.updates;
    let warning = |message: &str, found: String, spot: &Spot| {
        Finding::warning(message.to_owned())
            .found(found)
            .required("nothing that waits for a restart")
            .at(at(spot))
            .fix(FIX)
    };
    let mut findings = Vec::new();
    for key in known(&updates.pending)? {
        let found = key.spot.registry.as_deref().unwrap_or_default();
        let found = format!("the key {found}");
        findings.push(warning(key.value, found, &key.spot));
    }
    if let Some(file) = known(&updates.pending_xml)? {
        let found = format!("{} bytes", file.value);
        let message = "servicing left work for the next start in pending.xml";
        findings.push(warning(message, found, &file.spot));
    }
    let sessions = known(&updates.open_sessions)?.iter().map(|session| {
        let found: String = session.value.chars().take(80).collect();
        let message = "a session of servicing has begun and is not complete";
        warning(message, found, &session.spot)
    });
    findings.extend(listed(Level::Warning, sessions, "sessions"));
    if let Some(count) = set(&updates.renames)? {
        findings.push(
            Finding::note("files are moved or deleted at the next start, as setups often leave it")
                .found(format!("files to move or delete: {count}"))
                .at(at(&updates.renames.spot)),
        );
    }
    let release = &guest.release;
    if let (Some(build), Some(revision)) = (set(&release.build)?, set(&release.revision)?) {
        let build: String = build.chars().take(20).collect();
        findings.push(
            Finding::note("compare the build with Microsoft's list of updates: it is not shipped with this program")
                .found(format!("{build}.{revision}"))
                .at(at(&release.revision.spot)),
        );
    }
    Ok(Outcome::Decided(findings))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::hive::Data;
    use crate::guest::windows::registry::HiveName::{Software, System};
    use crate::rules::windows::testing::*;

    const SERVICING: &str = r"Microsoft\Windows\CurrentVersion\Component Based Servicing";
    const UPDATE: &str = r"Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update";

    #[test]
    fn what_waits_for_a_restart_is_warned_of() {
        let key = |path: String| Machine::new().key(Software, &path);
        for machine in [
            key(format!(r"{SERVICING}\RebootPending")),
            key(format!(r"{SERVICING}\RebootInProgress")),
            key(format!(r"{SERVICING}\PackagesPending")),
            key(format!(r"{UPDATE}\RebootRequired")),
            key(format!(r"{SERVICING}\SessionsPending\30867851_3234")),
            Machine::new().files(|tree| tree.file("/Windows/WinSxS/pending.xml", "<x/>")),
        ] {
            let outcome = of(&WIN022, &machine);
            assert_eq!(outcome.status(), Status::Warn, "{outcome:?}");
            let warnings = outcome
                .findings()
                .iter()
                .filter(|f| f.level == Level::Warning);
            assert_eq!(warnings.count(), 1);
            assert_evidence(&outcome);
        }
    }

    #[test]
    fn what_sound_servers_have_too_is_at_most_noted() {
        let session = format!(r"{SERVICING}\SessionsPending\30867851_3234");
        let renames = Data::MultiSz(vec![r"\??\C:\a".to_owned(), String::new()]);
        let machine = Machine::new()
            .dword(Software, &session, "Complete", 1)
            .key(Software, &format!(r"{SERVICING}\Packages"))
            .key(Software, UPDATE)
            .set(
                System,
                r"CurrentControlSet\Control\Session Manager",
                "PendingFileRenameOperations",
                renames,
            );
        let outcome = of(&WIN022, &machine);
        assert_eq!(worst(&outcome), Some(Level::Note));
        assert_eq!(
            outcome.findings()[0].found.as_deref(),
            Some("files to move or delete: 1")
        );
        assert_eq!(outcome.findings()[1].found.as_deref(), Some("20348.2700"));
        assert_eq!(of(&WIN022, &Machine::new()).findings().len(), 1);
    }

    #[test]
    fn what_cannot_be_read_leaves_it_open() {
        let session = format!(r"{SERVICING}\SessionsPending\30867851_3234");
        let text = Machine::new().string(Software, &session, "Complete", "1");
        assert_eq!(of(&WIN022, &text).status(), Status::Undetermined);
        assert_needs(&WIN022, Software);
        assert_needs(&WIN022, System);
        assert_applies_to_windows_only(&WIN022);
    }
}
