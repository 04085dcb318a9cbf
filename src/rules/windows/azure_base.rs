//! WIN002: whether it was built from one of Azure's images.

use super::{at, guest, known, set};
use crate::finding::{Finding, Outcome};
use crate::rules::{Subject, declare_rule};

const REQUIRED: &str = "an image built from Azure's Windows Server, 2008 R2 or later";
const FIX: &str = "build the image again from a Windows Server image of the Azure Marketplace";

declare_rule! {
    /// The image can have been built from one of Azure's Windows Server images.
    ///
    /// ## Why
    /// The Marketplace wants Windows images to derive from Azure's own: they are licensed for it
    /// and made ready for the platform. A desktop or an evaluation edition is none of them.
    ///
    /// ## Evidence
    /// `InstallationType`, `EditionID` and `CurrentBuildNumber` of
    /// `SOFTWARE\Microsoft\Windows NT\CurrentVersion`. A desktop edition (`Client`), an evaluation
    /// edition (`...Eval`) and a build before Windows Server 2008 R2 are warned of. Folders that
    /// machines of Azure have (`C:\WindowsAzure`, `C:\Packages\Plugins`) are hints: their presence
    /// is noted, their absence is advice.
    ///
    /// ## What Azure says
    /// Nothing literal: the people who review the submission decide.
    ///
    /// ## Fix
    /// Build the image again from a Windows Server image of the Azure Marketplace.
    ///
    /// ## Limits
    /// No file proves where an image comes from; passing here proves nothing. Licences and product
    /// keys are not read.
    pub static WIN002 = {
        id: "WIN002",
        name: "azure-base-image",
        level: Warning,
        sources: [CRE17, SEC, POL, FAQ, WINP],
    };
}

/// The first build that Azure supports: Windows Server 2008 R2.
const FIRST_BUILD: u32 = 7600;

fn check(subject: &Subject<'_>) -> Outcome {
    judge(subject).unwrap_or_else(|outcome| outcome)
}

fn judge(subject: &Subject<'_>) -> Result<Outcome, Outcome> {
    let guest = guest(subject)?;
    let release = &guest.release;
    let mut findings = Vec::new();
    let mut warn = |message: &str, found: String, place| {
        let found: String = found.chars().take(80).collect();
        findings.push(
            Finding::warning(message)
                .found(found)
                .required(REQUIRED)
                .at(place)
                .fix(FIX),
        );
    };
    let Some(installation) = set(&release.installation)? else {
        return Err(Outcome::undetermined(format!(
            "{}: it does not say whether it is a server",
            release.installation.spot
        )));
    };
    if known(&release.is_client())?.unwrap_or(false) {
        let place = at(&release.installation.spot);
        warn(
            "it is a Windows for desktops, and no Windows Server",
            installation.clone(),
            place,
        );
    }
    if let Some(edition) = set(&release.edition)?
        && edition.to_ascii_lowercase().ends_with("eval")
    {
        let place = at(&release.edition.spot);
        warn(
            "it is an evaluation edition, which ends after some months",
            edition.clone(),
            place,
        );
    }
    if let Some(build) = known(&release.build_number())?
        && *build < FIRST_BUILD
    {
        let place = at(&release.build.spot);
        warn(
            "it is older than Windows Server 2008 R2",
            format!("build {build}"),
            place,
        );
    }
    findings.push(match known(&guest.software.azure_traces)?.first() {
        Some(trace) => Finding::note(format!(
            "a hint that it was a machine of Azure, which proves nothing: {} is there",
            trace.value
        ))
        .found(trace.spot.path.clone())
        .at(at(&trace.spot)),
        None => Finding::advice("nothing hints at its having been built from an image of Azure")
            .found("neither C:\\WindowsAzure nor C:\\Packages\\Plugins")
            .required(REQUIRED)
            .fix(FIX),
    });
    Ok(Outcome::Decided(findings))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::windows::registry::HiveName::Software;
    use crate::rules::windows::testing::*;

    const KEY: &str = r"Microsoft\Windows NT\CurrentVersion";

    #[test]
    fn editions_that_are_none_of_azures_are_warned_of() {
        use Status::*;
        for (name, value, status) in [
            ("InstallationType", "Server", Pass),
            ("InstallationType", "Server Core", Pass),
            ("InstallationType", "Client", Warn),
            ("EditionID", "ServerTurbine", Pass),
            ("EditionID", "ServerDatacenterEval", Warn),
            ("CurrentBuildNumber", "7600", Pass),
            ("CurrentBuildNumber", "6003", Warn),
        ] {
            let outcome = of(&WIN002, &Machine::new().string(Software, KEY, name, value));
            assert_eq!(outcome.status(), status, "{value}: {outcome:?}");
            assert_evidence(&outcome);
        }
        let silent = Machine::new().unset(Software, KEY, "InstallationType");
        assert_eq!(of(&WIN002, &silent).status(), Undetermined);
        assert_needs(&WIN002, Software);
        assert_applies_to_windows_only(&WIN002);
    }

    #[test]
    fn hints_are_never_more_than_hints() {
        let bare = Machine::new().files(|tree| {
            let folders = ["/WindowsAzure", "/Packages"].into_iter();
            folders.fold(tree, |tree, folder| tree.dir(folder).without(folder))
        });
        assert_eq!(of(&WIN002, &bare).findings()[0].level, Level::Advice);
        let outcome = of(&WIN002, &bare.files(|tree| tree.dir("/WindowsAzure")));
        assert_eq!(outcome.findings()[0].level, Level::Note);
        assert!(outcome.findings()[0].message.contains("proves nothing"));
    }
}
