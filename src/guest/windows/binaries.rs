//! Versions of the system's own files.

use super::registry::Registry;
use crate::guest::pe::{VersionedFile, versioned};
use crate::guest::{Root, Spot};
use crate::known::Known;

/// Drivers in `System32\drivers` for which a document of Microsoft names a version.
const DRIVERS: [&str; 22] = [
    "classpnp.sys",
    "disk.sys",
    "http.sys",
    "mpio.sys",
    "mrxsmb.sys",
    "mrxsmb10.sys",
    "mrxsmb20.sys",
    "msdsm.sys",
    "msiscsi.sys",
    "netvsc.sys",
    "ntfs.sys",
    "partmgr.sys",
    "rdpwd.sys",
    "srv.sys",
    "srv2.sys",
    "storport.sys",
    "tcpip.sys",
    "termdd.sys",
    "vmstorfl.sys",
    "vmswitch.sys",
    "volmgrx.sys",
    "volsnap.sys",
];
/// The like in `System32`.
const PROGRAMS: [&str; 9] = [
    "fveapi.dll",
    "fveapibase.dll",
    "iologmsg.dll",
    "ntoskrnl.exe",
    "rdpcorets.dll",
    "rdpdd.dll",
    "termsrv.dll",
    "tspkg.dll",
    "win32k.sys",
];

/// A file of the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binary {
    /// Its name in small letters: `storport.sys`.
    pub name: &'static str,
    /// The place where it is, or would be.
    pub spot: Spot,
    /// Its headers and version; none where there is no such file.
    pub file: Known<Option<VersionedFile>>,
}

/// Versions of the system's own files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// Those that this program looks at, whether or not they are there.
    pub list: Vec<Binary>,
}

impl Binaries {
    /// The file of that name, if it is one that is looked at.
    pub fn get(&self, name: &str) -> Option<&Binary> {
        self.list.iter().find(|binary| binary.name == name)
    }
}

/// Reads it.
pub(super) fn gather(root: &Root, _: &Registry) -> Binaries {
    let drivers = DRIVERS.map(|name| (name, format!("/Windows/System32/drivers/{name}")));
    let programs = PROGRAMS.map(|name| (name, format!("/Windows/System32/{name}")));
    let list = drivers
        .into_iter()
        .chain(programs)
        .map(|(name, path)| Binary {
            name,
            spot: root.real_spot(&path),
            file: versioned(root, &path),
        })
        .collect();
    Binaries { list }
}
