//! What happens when Windows or a program crashes, and the dumps that are left.

use super::registry::{HiveName, Registry};
use super::setting::Setting;
use crate::filesystem::FileType;
use crate::guest::mounts::DRIVE;
use crate::guest::{Located, Root};
use crate::known::{Known, Undetermined};

/// The key of dumps of the system.
const CONTROL: &str = r"CurrentControlSet\Control\CrashControl";
/// The key of dumps of programs, by Windows Error Reporting.
const LOCAL_DUMPS: &str = r"Microsoft\Windows\Windows Error Reporting\LocalDumps";
/// Where Windows writes without being told otherwise.
const DEFAULT_DUMP: &str = r"%SystemRoot%\MEMORY.DMP";
const DEFAULT_MINIDUMPS: &str = r"%SystemRoot%\Minidump";
/// Dumps that are kept.
const MAX_DUMPS: usize = 256;

/// What is set for crashes, and what they left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crash {
    /// `CrashDumpEnabled`: 0 none, 1 complete, 2 kernel, 3 small, 7 automatic.
    pub enabled: Setting<u32>,
    /// `DumpFile`: where the dump of the system goes (hostile text).
    pub dump_file: Setting<String>,
    /// `MinidumpDir`: where small dumps go (hostile text).
    pub minidump_folder: Setting<String>,
    /// `NMICrashDump`: 1 where a non-maskable interrupt, as Azure sends it, makes a dump.
    pub on_interrupt: Setting<u32>,
    /// `LocalDumps!DumpFolder`: where dumps of programs go (hostile text).
    pub local_folder: Setting<String>,
    /// `LocalDumps!DumpType`: 1 small, 2 full.
    pub local_type: Setting<u32>,
    /// `LocalDumps!DumpCount`, how many are kept; Microsoft's guide writes `CrashCount` instead.
    pub local_count: Setting<u32>,
    /// Dumps that are there, with their sizes in bytes.
    pub dumps: Vec<Located<u64>>,
    /// Whether there are more than were kept.
    pub is_cut: bool,
    /// Where dumps could not be looked for.
    pub unread: Vec<Undetermined>,
}

/// Reads it.
pub(super) fn gather(root: &Root, registry: &Registry) -> Crash {
    let control_string = |name: &str| registry.string(HiveName::System, CONTROL, name);
    let local_dword = |name: &str| registry.dword(HiveName::Software, LOCAL_DUMPS, name);
    let mut local_count = local_dword("DumpCount");
    if local_count.value == Ok(None) {
        let other = local_dword("CrashCount");
        if other.value != Ok(None) {
            local_count = other;
        }
    }
    let mut crash = Crash {
        enabled: registry.dword(HiveName::System, CONTROL, "CrashDumpEnabled"),
        dump_file: control_string("DumpFile"),
        minidump_folder: control_string("MinidumpDir"),
        on_interrupt: registry.dword(HiveName::System, CONTROL, "NMICrashDump"),
        local_folder: registry.string(HiveName::Software, LOCAL_DUMPS, "DumpFolder"),
        local_type: local_dword("DumpType"),
        local_count,
        dumps: Vec::new(),
        is_cut: false,
        unread: Vec::new(),
    };
    let mut files = places(DEFAULT_DUMP, &crash.dump_file);
    let mut folders = places(DEFAULT_MINIDUMPS, &crash.minidump_folder);
    folders.extend(places(
        r"%SystemRoot%\LiveKernelReports",
        &crash.local_folder,
    ));
    files.dedup();
    folders.dedup();
    for file in files {
        let found = dump(root, &file);
        crash.take(found);
    }
    for folder in folders {
        match root.entries(&folder) {
            Ok(entries) => {
                for entry in entries {
                    let is_dump = entry.name.to_ascii_lowercase().ends_with(".dmp");
                    if is_dump && entry.file_type == FileType::File {
                        let found = dump(root, &entry.path);
                        crash.take(found);
                    }
                }
            }
            Err(unknown) => crash.unread.push(unknown),
        }
    }
    crash
}

impl Crash {
    fn take(&mut self, found: Known<Option<Located<u64>>>) {
        match found {
            Ok(Some(_)) if self.dumps.len() >= MAX_DUMPS => self.is_cut = true,
            Ok(Some(dump)) => self.dumps.push(dump),
            Ok(None) => {}
            Err(unknown) => self.unread.push(unknown),
        }
        self.unread.truncate(MAX_DUMPS);
    }
}

/// The default place, and the one that is set where it is another on this drive.
fn places(default: &str, setting: &Setting<String>) -> Vec<String> {
    let set = match &setting.value {
        Ok(Some(path)) => Some(path.as_str()),
        _ => None,
    };
    [Some(default), set]
        .into_iter()
        .flatten()
        .filter_map(on_this_drive)
        .collect()
}

/// A path of Windows as a path of the tree; none where it leads to another drive, or by a variable
/// other than that of the system.
fn on_this_drive(path: &str) -> Option<String> {
    let after = |prefix: &str| -> Option<&str> {
        let (first, rest) = (path.get(..prefix.len())?, path.get(prefix.len()..)?);
        first.eq_ignore_ascii_case(prefix).then_some(rest)
    };
    let path = if let Some(rest) = after("%SystemRoot%") {
        format!("/Windows{rest}")
    } else if let Some(rest) = after("%SystemDrive%") {
        rest.to_owned()
    } else {
        after(&format!("{DRIVE}:"))?.to_owned()
    };
    let path = path.replace('\\', "/");
    (path.starts_with('/') && path.len() > 1).then_some(path)
}

fn dump(root: &Root, path: &str) -> Known<Option<Located<u64>>> {
    let metadata = root.metadata(path)?;
    let file = metadata.filter(|found| found.file_type == FileType::File);
    Ok(file.map(|found| Located::new(found.size, root.real_spot(path))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_on_the_drive_are_found_by_their_variables() {
        for (path, found) in [
            (r"%SystemRoot%\MEMORY.DMP", Some("/Windows/MEMORY.DMP")),
            (r"%systemroot%\Minidump", Some("/Windows/Minidump")),
            (r"c:\CrashDumps", Some("/CrashDumps")),
            (r"%SystemDrive%\a", Some("/a")),
            (r"D:\MEMORY.DMP", None),
            (r"%LOCALAPPDATA%\CrashDumps", None),
            (r"C:MEMORY.DMP", None),
            ("é", None),
        ] {
            assert_eq!(on_this_drive(path).as_deref(), found, "{path}");
        }
    }
}
