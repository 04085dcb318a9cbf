//! WIN003: whether Sysprep generalised it.

use super::{at, guest, known, set};
use crate::finding::{Finding, Outcome};
use crate::guest::windows::sysprep::Sysprep;
use crate::rules::{Subject, declare_rule};

/// The one state of an image from which machines can be made.
const READY: &str = "IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE";
const FIX: &str = "Remove-Item -Path 'C:\\Windows\\Panther' -Recurse -Force; & \"$env:SystemRoot\\System32\\Sysprep\\sysprep.exe\" /generalize /oobe /shutdown";

declare_rule! {
    /// Sysprep has generalised the image, and it was not started since.
    ///
    /// ## Why
    /// A machine that is made from an image that was not generalised has the name, the security
    /// identifier and the hardware of the one that it was copied from; Azure waits for Windows'
    /// first setup, which never comes, and gives up.
    ///
    /// ## Evidence
    /// `ImageState` of the key `SOFTWARE\Microsoft\Windows\CurrentVersion\Setup\State` decides:
    /// `IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE` is ready. `IMAGE_STATE_COMPLETE` is a machine that
    /// runs, `IMAGE_STATE_UNDEPLOYABLE` one whose Sysprep did not end, `..._RESEAL_TO_AUDIT` starts
    /// in audit mode, and `IMAGE_STATE_SPECIALIZE_...` was started again. A second look goes to
    /// `SYSTEM\Setup`: `SetupType` 0, or a `CmdLine` without `windeploy`, means that the first
    /// setup will not run. `State.ini` and `Sysprep_succeeded.tag` are noted where they say
    /// otherwise.
    ///
    /// ## What Azure says
    /// - `VM not generalized`
    /// - `Provisioning timeout or not properly generalized`
    /// - `OSProvisioningTimedOut`
    ///
    /// ## Fix
    /// Delete `C:\Windows\Panther`, run `sysprep.exe /generalize /oobe /shutdown`, and never start
    /// the machine again before the disk is copied.
    ///
    /// ## Limits
    /// Microsoft documents `ImageState`, but not the other signs of a generalised machine that is
    /// off. `GeneralizationState`, which some scripts wait for, is shown by `inspect` and not
    /// judged: public reports know 7 of machines that run, and 3 or 4 of generalised ones.
    pub static WIN003 = {
        id: "WIN003",
        name: "windows-generalized",
        level: Error,
        sources: [FAQ, BASE, WINP, GENW, SETUPSTATE, CRE17, QUES],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    judge(subject).unwrap_or_else(|outcome| outcome)
}

fn judge(subject: &Subject<'_>) -> Result<Outcome, Outcome> {
    let facts = &guest(subject)?.sysprep;
    let Some(state) = set(&facts.image_state)? else {
        return Err(Outcome::undetermined(format!(
            "{}: it is missing, so that it is not known how far Setup got",
            facts.image_state.spot
        )));
    };
    let why = match state.as_str() {
        READY => return signs(facts),
        "IMAGE_STATE_COMPLETE" => "Sysprep did not generalise it, or it was started since",
        "IMAGE_STATE_UNDEPLOYABLE" => {
            "a pass of Setup or of Sysprep did not end, or the disk was copied before it ended"
        }
        "IMAGE_STATE_GENERALIZE_RESEAL_TO_AUDIT" => "it is generalised, and starts in audit mode",
        "IMAGE_STATE_SPECIALIZE_RESEAL_TO_OOBE" | "IMAGE_STATE_SPECIALIZE_RESEAL_TO_AUDIT" => {
            "it was generalised, and has been started since"
        }
        other => {
            let other: String = other.chars().take(80).collect();
            return Err(Outcome::undetermined(format!(
                "{}: {other} is no state that Microsoft documents",
                facts.image_state.spot
            )));
        }
    };
    Ok(Outcome::Decided(vec![
        Finding::error(format!("the image is not ready to be deployed: {why}"))
            .found(state.clone())
            .required(READY)
            .at(at(&facts.image_state.spot))
            .fix(FIX),
    ]))
}

/// The other signs of an image whose state is right.
fn signs(facts: &Sysprep) -> Result<Outcome, Outcome> {
    let mut findings = Vec::new();
    let setup_type = set(&facts.setup_type)?;
    let command = set(&facts.command)?;
    if setup_type == Some(&0) {
        findings.push(
            Finding::warning("the image is generalised, but its first setup will not run")
                .found("SetupType 0")
                .required("SetupType 2, as Sysprep sets it")
                .at(at(&facts.setup_type.spot))
                .fix(FIX),
        );
    } else if let Some(command) = command
        && !command.to_ascii_lowercase().contains("windeploy")
    {
        let shown: String = command.chars().take(80).collect();
        findings.push(
            Finding::warning("the image is generalised, but another program runs in the place of its first setup")
                .found(shown)
                .required("oobe\\windeploy.exe, as Sysprep sets it")
                .at(at(&facts.command.spot))
                .fix(FIX),
        );
    }
    if let Some(copy) = known(&facts.state_file)?
        && copy.value != READY
    {
        let shown: String = copy.value.chars().take(80).collect();
        findings.push(
            Finding::note("State.ini does not say the same as the registry, which decides")
                .found(shown)
                .required(READY)
                .at(at(&copy.spot)),
        );
    }
    if known(&facts.succeeded)?.is_none() {
        findings.push(Finding::note(
            "there is no Sysprep_succeeded.tag, which Sysprep leaves when it ends well",
        ));
    }
    Ok(Outcome::Decided(findings))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::windows::registry::HiveName::{Software, System};
    use crate::rules::windows::testing::*;

    const STATE: &str = r"Microsoft\Windows\CurrentVersion\Setup\State";

    #[test]
    fn the_state_of_the_image_decides() {
        use Status::*;
        assert_eq!(of(&WIN003, &Machine::new()), Outcome::pass());
        for (state, status) in [
            ("IMAGE_STATE_COMPLETE", Fail),
            ("IMAGE_STATE_UNDEPLOYABLE", Fail),
            ("IMAGE_STATE_GENERALIZE_RESEAL_TO_AUDIT", Fail),
            ("IMAGE_STATE_SPECIALIZE_RESEAL_TO_OOBE", Fail),
            ("IMAGE_STATE_SPECIALIZE_RESEAL_TO_AUDIT", Fail),
            ("IMAGE_STATE_OF_MIND", Undetermined),
            ("", Undetermined),
        ] {
            let machine = Machine::new().string(Software, STATE, "ImageState", state);
            let outcome = of(&WIN003, &machine);
            assert_eq!(outcome.status(), status, "{state}: {outcome:?}");
            assert_evidence(&outcome);
        }
        let missing = Machine::new().unset(Software, STATE, "ImageState");
        assert_eq!(of(&WIN003, &missing).status(), Undetermined);
        let number = Machine::new().dword(Software, STATE, "ImageState", 1);
        assert_eq!(of(&WIN003, &number).status(), Undetermined);
        assert_needs(&WIN003, Software);
        assert_needs(&WIN003, System);
        assert_applies_to_windows_only(&WIN003);
    }

    #[test]
    fn signs_that_say_otherwise_are_told() {
        let sound = Machine::new;
        let ini = "/Windows/Setup/State/State.ini";
        for (machine, status) in [
            (sound().dword(System, "Setup", "SetupType", 0), Status::Warn),
            (sound().dword(System, "Setup", "SetupType", 1), Status::Pass),
            (
                sound().string(System, "Setup", "CmdLine", "calc.exe"),
                Status::Warn,
            ),
            (
                sound().files(|tree| tree.file(ini, "[State]\nImageState=IMAGE_STATE_COMPLETE\n")),
                Status::Pass,
            ),
            (
                sound().files(|t| t.without("/Windows/System32/Sysprep/Sysprep_succeeded.tag")),
                Status::Pass,
            ),
        ] {
            let outcome = of(&WIN003, &machine);
            assert_eq!(outcome.status(), status, "{outcome:?}");
            assert_evidence(&outcome);
            assert!(outcome.findings().len() == 1 || status == Status::Pass);
        }
        let booted = Machine::new().dword(
            System,
            r"Setup\Status\SysprepStatus",
            "GeneralizationState",
            7,
        );
        assert_eq!(of(&WIN003, &booted), Outcome::pass());
    }
}
