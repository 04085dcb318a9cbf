//! WIN024: the update against WannaCry (MS17-010).

use super::{at, guest, known, set};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::WindowsGuest;
use crate::guest::pe::FileVersion;
use crate::guest::windows::binaries::Binary;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// The SMB server is newer than the hole that WannaCry came through.
    ///
    /// ## Why
    /// WannaCry spread through a flaw of the SMB 1 server. The FAQ names the version that each
    /// Windows Server must have, and certification refuses an older one.
    ///
    /// ## Evidence
    /// The file version of `C:\Windows\System32\drivers\srv.sys`, at least: Windows Server 2008 R2
    /// 6.1.7601.23689, 2012 6.2.9200.22099, 2012 R2 6.3.9600.18604, 2016 10.0.14393.953; newer ones
    /// have no minimum. Where SMB 1 was removed there is only `srv2.sys`, whose own versions rise
    /// more slowly: a lower one is a warning.
    ///
    /// ## What Azure says
    /// FAQ: `WannaCry patch verification test`
    ///
    /// ## Fix
    /// Install the latest cumulative update of the Windows Server, restart, and run Sysprep again.
    ///
    /// ## Limits
    /// The number of the file is read, not its signature.
    pub static WIN024 = {
        id: "WIN024",
        name: "wannacry-update",
        level: Error,
        sources: [FAQ, KB4023262],
    };
}

/// Builds that the FAQ has a minimum for, with it.
const MINIMUMS: [(u32, [u16; 4]); 5] = [
    (7600, [6, 1, 7601, 23689]),
    (7601, [6, 1, 7601, 23689]),
    (9200, [6, 2, 9200, 22099]),
    (9600, [6, 3, 9600, 18604]),
    (14393, [10, 0, 14393, 953]),
];
/// The last build that has a minimum: all later ones were released with the update.
const LAST: u32 = 14393;

fn check(subject: &Subject<'_>) -> Outcome {
    judge(subject).unwrap_or_else(|outcome| outcome)
}

fn judge(subject: &Subject<'_>) -> Result<Outcome, Outcome> {
    let guest = guest(subject)?;
    let release = &guest.release;
    let Some(build) = known(&release.build_number())?.to_owned() else {
        return Err(Outcome::undetermined(format!(
            "{}: it names no build",
            release.build.spot
        )));
    };
    let Some((_, minimum)) = MINIMUMS.iter().find(|(of, _)| *of == build) else {
        return Err(if build > LAST {
            Outcome::not_applicable(format!("build {build} is newer than the flaw"))
        } else {
            Outcome::undetermined(format!("the FAQ names no version for build {build}"))
        });
    };
    let minimum = FileVersion(*minimum);
    for (name, level) in [("srv.sys", Level::Error), ("srv2.sys", Level::Warning)] {
        if let Some((binary, version)) = version(guest, name)? {
            return Ok(judged(binary, version, minimum, level));
        }
    }
    let shown = set(&release.product)?.map_or("Windows", String::as_str);
    Err(Outcome::not_applicable(format!(
        "{shown} has neither srv.sys nor srv2.sys: there is no SMB server in it"
    )))
}

/// The file of that name with its version, if there is such a file.
fn version<'a>(
    guest: &'a WindowsGuest,
    name: &str,
) -> Result<Option<(&'a Binary, FileVersion)>, Outcome> {
    let Some(binary) = guest.binaries.get(name) else {
        return Ok(None);
    };
    let Some(file) = known(&binary.file)? else {
        return Ok(None);
    };
    let version = file.version.as_ref();
    let version =
        version.map_err(|why| Outcome::undetermined(format!("{}: {why}", binary.spot)))?;
    Ok(Some((binary, *version)))
}

fn judged(binary: &Binary, found: FileVersion, minimum: FileVersion, level: Level) -> Outcome {
    if found >= minimum {
        return Outcome::pass();
    }
    let message = match level {
        Level::Error => format!("{} is older than the update against WannaCry", binary.name),
        _ => format!(
            "{} is older than the version that is asked for of srv.sys, which is not there",
            binary.name
        ),
    };
    Outcome::Decided(vec![
        Finding::new(level, message)
            .found(found.to_string())
            .required(format!("{minimum} or newer"))
            .at(at(&binary.spot))
            .fix("install the latest cumulative update (at least the one of March 2017, MS17-010), restart, run Sysprep again"),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::pe::testing::{SHIM, X64, pe, versioned};
    use crate::guest::windows::registry::HiveName;
    use crate::rules::windows::testing::*;

    const KEY: &str = r"Microsoft\Windows NT\CurrentVersion";

    /// A Windows of this build with these drivers.
    fn build(number: &str, drivers: &[(&str, [u16; 4])]) -> Machine {
        let machine = Machine::new().string(HiveName::Software, KEY, "CurrentBuildNumber", number);
        machine.files(|mut tree| {
            for name in ["srv.sys", "srv2.sys"] {
                tree = tree.without(&format!("/Windows/System32/drivers/{name}"));
            }
            for (name, version) in drivers {
                let path = format!("/Windows/System32/drivers/{name}");
                tree = tree.bytes(&path, &versioned(X64, *version));
            }
            tree
        })
    }

    #[test]
    fn the_version_of_the_smb_server_decides_up_to_2016() {
        use Status::*;
        for (number, driver, version, status) in [
            ("7601", "srv.sys", [6, 1, 7601, 23689], Pass),
            ("7601", "srv.sys", [6, 1, 7601, 23688], Fail),
            ("7600", "srv.sys", [6, 1, 7600, 30000], Fail),
            ("9200", "srv.sys", [6, 2, 9200, 22099], Pass),
            ("9200", "srv.sys", [6, 2, 9200, 22098], Fail),
            ("9600", "srv.sys", [6, 3, 9600, 18604], Pass),
            ("9600", "srv.sys", [6, 3, 9600, 18603], Fail),
            ("14393", "srv.sys", [10, 0, 14393, 953], Pass),
            ("14393", "srv.sys", [10, 0, 14393, 952], Fail),
            ("14393", "srv2.sys", [10, 0, 14393, 952], Warn),
            ("14393", "srv2.sys", [10, 0, 14393, 2000], Pass),
            ("14393", "srv3.sys", [10, 0, 14393, 2000], NotApplicable),
            ("17763", "srv.sys", [10, 0, 17763, 1], NotApplicable),
            ("10586", "srv.sys", [10, 0, 10586, 9999], Undetermined),
        ] {
            let outcome = of(&WIN024, &build(number, &[(driver, version)]));
            assert_eq!(
                outcome.status(),
                status,
                "{number} {driver} {version:?}: {outcome:?}"
            );
            assert_evidence(&outcome);
        }
        let both = [
            ("srv.sys", [10, 0, 14393, 953]),
            ("srv2.sys", [10, 0, 14393, 1]),
        ];
        assert_eq!(of(&WIN024, &build("14393", &both)), Outcome::pass());
    }

    #[test]
    fn what_cannot_be_read_leaves_it_open() {
        for (file, bytes) in [
            ("/Windows/System32/drivers/srv.sys", pe(X64, &[SHIM], false)),
            ("/Windows/System32/drivers/srv.sys", b"MZ".to_vec()),
        ] {
            let machine = build("14393", &[]).files(|tree| tree.bytes(file, &bytes));
            assert_eq!(of(&WIN024, &machine).status(), Status::Undetermined);
        }
        let unread =
            build("9600", &[]).files(|tree| tree.unreadable("/Windows/System32/drivers/srv.sys"));
        assert_eq!(of(&WIN024, &unread).status(), Status::Undetermined);
        assert_needs(&WIN024, HiveName::Software);
        assert_applies_to_windows_only(&WIN024);
    }
}
