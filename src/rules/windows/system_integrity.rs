//! WIN036: .NET Framework, and the integrity of Windows, as far as files tell.

use super::{at, guest, known, set};
use crate::finding::{Finding, Outcome};
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// The WMI repository and .NET Framework 4 are there.
    ///
    /// ## Why
    /// The page on preparing a disk has `sfc` and `winmgmt` find nothing before Sysprep runs. The
    /// VM agent needs .NET Framework 4.
    ///
    /// ## Evidence
    /// `Version` of `SOFTWARE\Microsoft\NET Framework Setup\NDP\v4\Full`, and the file
    /// `C:\Windows\System32\wbem\Repository\OBJECTS.DATA`: where one of them is missing, it is
    /// advice. The checks themselves need the running Windows, and are noted.
    ///
    /// ## Fix
    /// `sfc.exe /scannow`; `winmgmt.exe /verifyrepository`;
    /// `Dism.exe /Online /Cleanup-Image /RestoreHealth`
    ///
    /// ## Limits
    /// No file is compared with what Windows shipped, and the content of the repository is not
    /// read. No document was found that asks for a version of .NET Framework in a Marketplace
    /// image.
    pub static WIN036 = {
        id: "WIN036",
        name: "system-integrity",
        level: Advice,
        sources: [WINP, AGW],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    judge(subject).unwrap_or_else(|outcome| outcome)
}

fn judge(subject: &Subject<'_>) -> Result<Outcome, Outcome> {
    let guest = guest(subject)?;
    let mut findings = Vec::new();
    let version = &guest.software.dot_net_version;
    if set(version)?.is_none() {
        findings.push(
            Finding::advice("there is no .NET Framework 4, which the VM agent needs")
                .found("no version of it")
                .required("4.0 or newer")
                .at(at(&version.spot))
                .fix("Install-WindowsFeature -Name NET-Framework-45-Core"),
        );
    }
    let repository = &guest.updates.wmi_repository;
    if known(&repository.size)?.is_none_or(|size| size == 0) {
        findings.push(
            Finding::advice("the repository of WMI is missing or empty")
                .found("no OBJECTS.DATA with content")
                .required("a repository that winmgmt.exe /verifyrepository finds consistent")
                .at(at(&repository.spot))
                .fix("winmgmt.exe /salvagerepository"),
        );
    }
    findings.push(Finding::note(
        "only the running Windows can check its files and its WMI repository: run sfc.exe /scannow and winmgmt.exe /verifyrepository before Sysprep",
    ));
    Ok(Outcome::Decided(findings))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::windows::registry::HiveName::Software;
    use crate::rules::windows::testing::*;

    const DOT_NET: &str = r"Microsoft\NET Framework Setup\NDP\v4\Full";
    const REPOSITORY: &str = "/Windows/System32/wbem/Repository/OBJECTS.DATA";

    #[test]
    fn what_is_missing_is_advice_and_the_rest_needs_windows() {
        let sound = of(&WIN036, &Machine::new());
        assert_eq!(
            (sound.status(), worst(&sound)),
            (Status::Pass, Some(Level::Note))
        );
        for machine in [
            Machine::new().unset(Software, DOT_NET, "Version"),
            Machine::new().files(|tree| tree.without(REPOSITORY)),
            Machine::new().files(|tree| tree.file(REPOSITORY, "")),
        ] {
            let outcome = of(&WIN036, &machine);
            assert_eq!(worst(&outcome), Some(Level::Advice));
            assert_eq!(outcome.findings().len(), 2);
        }
        assert_needs(&WIN036, Software);
        assert_applies_to_windows_only(&WIN036);
    }
}
