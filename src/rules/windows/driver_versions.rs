//! WIN025: the least versions of drivers and system files.

mod table;

use super::{at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::pe::FileVersion;
use crate::guest::windows::binaries::Binary;
use crate::rules::partition::{decided_unless, listed};
use crate::rules::{Subject, declare_rule};
use table::{COLUMNS, CREDSSP, Least, ROWS};

declare_rule! {
    /// Drivers and system files are as new as Microsoft's page on preparing a disk asks.
    ///
    /// ## Why
    /// Older versions of the drivers for storage, network and Remote Desktop have faults that show
    /// on Azure. A server without the update to CredSSP (CVE-2018-0886) refuses the Remote Desktop
    /// of every client that has it.
    ///
    /// ## Evidence
    /// File versions in `C:\Windows\System32` and its `drivers`, against the table for Windows
    /// Server 2008 R2, 2012, 2012 R2 and 2016 and for versions 1703 and 1709; `tspkg.dll` against
    /// the table of KB 4295591. A file that is not there has no minimum: it belongs to a feature
    /// that was not added. Later Windows have no minimum at all.
    ///
    /// ## What Azure says
    /// Nothing literal at certification. Remote Desktop, of CredSSP:
    /// `This could be due to CredSSP encryption oracle remediation.`
    ///
    /// ## Fix
    /// Install the latest cumulative update, restart, and run Sysprep again.
    ///
    /// ## Limits
    /// Windows Server 2012 has two branches of updates, whose numbers cannot be compared: where the
    /// page lists both, each is compared with its own. A file whose version cannot be read leaves
    /// the rule open.
    pub static WIN025 = {
        id: "WIN025",
        name: "driver-versions",
        level: Advice,
        sources: [WINP, CREDSSP],
    };
}

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
    // Without its service pack it is judged as with it.
    let wanted = if build == 7600 { 7601 } else { build };
    let Some(column) = COLUMNS.iter().position(|(of, _)| *of == wanted) else {
        return Err(Outcome::not_applicable(format!(
            "no least versions are listed for build {build}"
        )));
    };
    let mut open = None;
    let mut found = Vec::new();
    for (name, least) in ROWS.iter().chain([&CREDSSP]) {
        let (Some(least), Some(binary)) = (least[column], guest.binaries.get(name)) else {
            continue;
        };
        match judged(binary, least, COLUMNS[column].1) {
            Ok(finding) => found.extend(finding),
            Err(reason) => {
                open.get_or_insert(reason);
            }
        }
    }
    let findings = listed(Level::Advice, found.into_iter(), "files older than listed");
    Ok(decided_unless(open, findings))
}

/// What there is to say of a file.
///
/// # Errors
/// Why its version is not known.
fn judged(binary: &Binary, least: Least, begin: [u16; 3]) -> Result<Option<Finding>, String> {
    let file = binary
        .file
        .as_ref()
        .map_err(|unknown| unknown.reason.clone())?;
    let Some(file) = file else {
        return Ok(None);
    };
    let version = file
        .version
        .as_ref()
        .map_err(|why| format!("{}: {why}", binary.spot))?;
    let least_version = version_of(least, begin, version.0[3]);
    if *version >= least_version {
        return Ok(None);
    }
    let name = binary.name;
    let message = if name == CREDSSP.0 {
        format!(
            "{name} is older than the update to CredSSP: clients that have it cannot use Remote Desktop"
        )
    } else {
        format!("{name} is older than the version that Microsoft lists for Azure")
    };
    let update = match least.update {
        0 => String::new(),
        number => format!(" (at least KB{number})"),
    };
    Ok(Some(
        Finding::advice(message)
            .found(version.to_string())
            .required(format!("{least_version} or newer"))
            .at(at(&binary.spot))
            .fix(format!(
                "install the latest cumulative update{update}, restart, run Sysprep again"
            )),
    ))
}

/// The least version for a file whose version ends with `revision`.
fn version_of(least: Least, [major, minor, build]: [u16; 3], revision: u16) -> FileVersion {
    if let Some(whole) = least.whole {
        return FileVersion(whole);
    }
    let last = match least.branch {
        Some(branch) if revision >= 20000 => branch,
        _ => least.revision,
    };
    FileVersion([major, minor, build, last])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::pe::testing::{X64, versioned};
    use crate::guest::windows::registry::HiveName;
    use crate::rules::windows::testing::*;

    const KEY: &str = r"Microsoft\Windows NT\CurrentVersion";

    /// A Windows of this build, of whose files only these are there.
    fn build(number: &str, files: &[(&str, [u16; 4])]) -> Machine {
        let machine = Machine::new().string(HiveName::Software, KEY, "CurrentBuildNumber", number);
        machine.files(|mut tree| {
            for folder in [
                "/Windows/System32/drivers",
                "/Windows/System32/ntoskrnl.exe",
            ] {
                tree = tree.without(folder);
            }
            for (name, version) in files {
                let folder = match name {
                    name if name.ends_with(".sys") && *name != "win32k.sys" => "System32/drivers",
                    _ => "System32",
                };
                let bytes = versioned(X64, *version);
                tree = tree.bytes(&format!("/Windows/{folder}/{name}"), &bytes);
            }
            tree
        })
    }

    #[test]
    fn each_file_is_compared_with_its_own_least_version() {
        for (number, name, version, is_fine) in [
            ("14393", "storport.sys", [10, 0, 14393, 1358], true),
            ("14393", "storport.sys", [10, 0, 14393, 1357], false),
            ("14393", "vmstorfl.sys", [10, 0, 14393, 2006], false),
            ("14393", "disk.sys", [10, 0, 14393, 0], true),
            ("9600", "disk.sys", [6, 3, 9600, 18202], false),
            ("9600", "termsrv.dll", [6, 3, 9600, 17415], true),
            ("9600", "ntoskrnl.exe", [6, 3, 9600, 18695], false),
            ("9200", "disk.sys", [6, 2, 9200, 17638], true),
            ("9200", "disk.sys", [6, 2, 9200, 17637], false),
            ("9200", "disk.sys", [6, 2, 9200, 21756], false),
            ("9200", "disk.sys", [6, 2, 9200, 21757], true),
            ("9200", "vmstorfl.sys", [6, 3, 9600, 18080], true),
            ("9200", "vmstorfl.sys", [6, 2, 9200, 22999], false),
            ("7601", "rdpcorets.dll", [6, 1, 7601, 30000], false),
            ("7601", "rdpcorets.dll", [6, 2, 9200, 21506], true),
            ("7600", "ntfs.sys", [6, 1, 7600, 30000], false),
            ("15063", "volsnap.sys", [10, 0, 15063, 0], true),
            ("16299", "vmstorfl.sys", [10, 0, 16299, 370], false),
            ("14393", "tspkg.dll", [10, 0, 14393, 2247], false),
            ("14393", "tspkg.dll", [10, 0, 14393, 2248], true),
            ("7601", "win32k.sys", [6, 1, 7601, 23806], false),
        ] {
            let outcome = of(&WIN025, &build(number, &[(name, version)]));
            assert_eq!(outcome.status(), Status::Pass, "{outcome:?}");
            let count = outcome.findings().len();
            assert_eq!(count, usize::from(!is_fine), "{number} {name} {version:?}");
            for finding in outcome.findings() {
                assert_eq!(finding.level, Level::Advice);
                assert!(
                    finding.fix.is_some() && finding.required.is_some() && finding.place.is_some()
                );
            }
        }
    }

    #[test]
    fn later_windows_have_no_minimum() {
        for number in ["17134", "17763", "20348", "26100"] {
            let outcome = of(&WIN025, &build(number, &[("disk.sys", [10, 0, 1, 1])]));
            assert_eq!(outcome.status(), Status::NotApplicable, "{number}");
        }
        assert_eq!(of(&WIN025, &Machine::new()).status(), Status::NotApplicable);
        assert_applies_to_windows_only(&WIN025);
        assert_needs(&WIN025, HiveName::Software);
    }

    #[test]
    fn a_version_that_cannot_be_read_leaves_it_open() {
        let disk = "/Windows/System32/drivers/disk.sys";
        for machine in [
            build("9600", &[]).files(|tree| tree.unreadable(disk)),
            build("9600", &[]).files(|tree| tree.file(disk, "no program")),
        ] {
            assert_eq!(of(&WIN025, &machine).status(), Status::Undetermined);
        }
        assert_eq!(of(&WIN025, &build("9600", &[])), Outcome::pass());
    }

    #[test]
    fn every_file_of_the_table_is_gathered() {
        let facts = Machine::new().facts();
        for (name, _) in ROWS.iter().chain([&CREDSSP]) {
            assert!(facts.binaries.get(name).is_some(), "{name}");
        }
    }
}
