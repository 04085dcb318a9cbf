//! Updates: what is pending, and how they are set up.

use super::registry::{HiveName, Registry};
use super::setting::Setting;
use crate::guest::{Located, Root, Spot};
use crate::known::Known;

/// The key of Windows' own servicing.
const SERVICING: &str = r"Microsoft\Windows\CurrentVersion\Component Based Servicing";
/// The key of Windows Update.
const AUTO_UPDATE: &str = r"Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update";
/// The policies on Windows Update.
const POLICY: &str = r"Policies\Microsoft\Windows\WindowsUpdate";
/// Keys whose mere presence says that something waits, with what it is.
const PENDING: [(&str, &str, &str); 4] = [
    (SERVICING, "RebootPending", "servicing waits for a restart"),
    (
        SERVICING,
        "RebootInProgress",
        "servicing was interrupted in a restart",
    ),
    (
        SERVICING,
        "PackagesPending",
        "packages wait to be installed or removed",
    ),
    (
        AUTO_UPDATE,
        "RebootRequired",
        "Windows Update waits for a restart",
    ),
];
/// What servicing does at the next start.
const PENDING_XML: &str = "/Windows/WinSxS/pending.xml";
/// What Windows knows of itself and its drivers (WMI).
const WMI_REPOSITORY: &str = "/Windows/System32/wbem/Repository/OBJECTS.DATA";
/// Sessions that are kept.
const MAX_SESSIONS: usize = 64;

/// A file by its size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SizedFile {
    /// Its place, whether or not it is there.
    pub spot: Spot,
    /// Its size in bytes; none where it is not there.
    pub size: Known<Option<u64>>,
}

/// Updates: what is pending, and how they are set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Updates {
    /// Keys that are there, with what they mean.
    pub pending: Known<Vec<Located<&'static str>>>,
    /// Sessions of servicing that have begun and are not complete (hostile text).
    pub open_sessions: Known<Vec<Located<String>>>,
    /// `WinSxS\pending.xml`, where it is there, with its size in bytes.
    pub pending_xml: Known<Option<Located<u64>>>,
    /// How many files `PendingFileRenameOperations` moves or deletes at the next start. Their names
    /// say little, and setups leave them often.
    pub renames: Setting<usize>,
    /// `OBJECTS.DATA` of the WMI repository.
    pub wmi_repository: SizedFile,
    /// `NoAutoUpdate` of the policy: 1 turns automatic updates off.
    pub no_auto_update: Setting<u32>,
    /// `AUOptions` of the policy.
    pub options: Setting<u32>,
    /// `UseWUServer` of the policy: 1 goes to `WUServer`.
    pub use_server: Setting<u32>,
    /// `WUServer` of the policy: a server of the publisher's own (hostile text).
    pub server: Setting<String>,
}

/// Reads it.
pub(super) fn gather(root: &Root, registry: &Registry) -> Updates {
    let software = HiveName::Software;
    let policy = format!(r"{POLICY}\AU");
    let policy = |name: &str| registry.dword(software, &policy, name);
    Updates {
        pending: pending(registry),
        open_sessions: open_sessions(registry),
        pending_xml: pending_xml(root),
        renames: renames(registry),
        wmi_repository: SizedFile {
            spot: root.real_spot(WMI_REPOSITORY),
            size: root
                .metadata(WMI_REPOSITORY)
                .map(|found| found.map(|found| found.size)),
        },
        no_auto_update: policy("NoAutoUpdate"),
        options: policy("AUOptions"),
        use_server: policy("UseWUServer"),
        server: registry.string(software, POLICY, "WUServer"),
    }
}

fn pending(registry: &Registry) -> Known<Vec<Located<&'static str>>> {
    let mut found = Vec::new();
    for (parent, name, what) in PENDING {
        let path = format!("{parent}\\{name}");
        if let Some(key) = registry.key(HiveName::Software, &path)? {
            found.push(Located::new(what, key.spot()));
        }
    }
    Ok(found)
}

/// A sound server keeps one key a session there, each with `Complete` 1.
fn open_sessions(registry: &Registry) -> Known<Vec<Located<String>>> {
    let path = format!(r"{SERVICING}\SessionsPending");
    let mut open = Vec::new();
    for session in registry.subkeys(HiveName::Software, &path)? {
        let complete = session.dword("Complete").value?;
        if complete != Some(1) && open.len() < MAX_SESSIONS {
            open.push(Located::new(session.name().to_owned(), session.spot()));
        }
    }
    Ok(open)
}

fn pending_xml(root: &Root) -> Known<Option<Located<u64>>> {
    let metadata = root.metadata(PENDING_XML)?;
    Ok(metadata.map(|metadata| Located::new(metadata.size, root.real_spot(PENDING_XML))))
}

/// Pairs of source and target; an empty target deletes the source.
fn renames(registry: &Registry) -> Setting<usize> {
    let path = r"CurrentControlSet\Control\Session Manager";
    let names = registry.strings(HiveName::System, path, "PendingFileRenameOperations");
    let count = names.value.map(|names| {
        let sources = names.map(|names| names.iter().step_by(2).filter(|n| !n.is_empty()).count());
        sources.filter(|count| *count > 0)
    });
    Setting {
        value: count,
        spot: names.spot,
    }
}

#[cfg(test)]
mod tests {
    use crate::guest::hive::Data;
    use crate::guest::windows::registry::HiveName::{Software, System};
    use crate::rules::windows::testing::Machine;

    const SESSIONS: &str =
        r"Microsoft\Windows\CurrentVersion\Component Based Servicing\SessionsPending";

    #[test]
    fn complete_sessions_are_nothing_and_open_ones_are_named() {
        let machine = Machine::new().dword(Software, &format!(r"{SESSIONS}\1_2"), "Complete", 1);
        assert!(machine.facts().updates.open_sessions.unwrap().is_empty());
        let machine = machine.key(Software, &format!(r"{SESSIONS}\3_4"));
        let open = machine.facts().updates.open_sessions.unwrap();
        assert_eq!((open.len(), &*open[0].value), (1, "3_4"));
    }

    #[test]
    fn moves_and_deletions_of_files_are_counted_by_their_sources() {
        let key = r"CurrentControlSet\Control\Session Manager";
        let of = |names: &[&str]| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            let data = Data::MultiSz(names);
            let machine = Machine::new().set(System, key, "PendingFileRenameOperations", data);
            machine.facts().updates.renames.value.unwrap()
        };
        assert_eq!(of(&[r"\??\C:\a", "", r"\??\C:\b", r"!\??\C:\c"]), Some(2));
        assert_eq!(of(&[]), None);
        assert_eq!(Machine::new().facts().updates.renames.value, Ok(None));
    }
}
