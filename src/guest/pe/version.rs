//! The version resource of a PE file: `VS_FIXEDFILEINFO` within `VS_VERSIONINFO`.

use std::fmt;

use super::{Pe, PeFile, read};
use crate::bytes::{FieldError, Fields};
use crate::guest::Root;
use crate::known::Known;

/// Bytes of the resource section that are read for its directories, which stand at its start.
const MAX_DIRECTORIES: u64 = 64 << 10;
/// Bytes of the version resource that are read.
const MAX_RESOURCE: u64 = 64 << 10;
/// The type of version resources.
const RT_VERSION: u32 = 16;
/// The name of the one that is the file's version, `VS_VERSION_INFO`; Windows looks at no other.
const VS_VERSION_INFO: u32 = 1;
/// `dwSignature` of a `VS_FIXEDFILEINFO`.
const SIGNATURE: u32 = 0xFEEF_04BD;
/// Where it stands behind three words and the name `VS_VERSION_INFO` in UTF-16, on 32 bits.
const FIXED_AT: usize = 40;

/// The four numbers of a file's version: `10.0.20348.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileVersion(pub [u16; 4]);

impl fmt::Display for FileVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, build, revision] = self.0;
        write!(f, "{major}.{minor}.{build}.{revision}")
    }
}

/// A PE file with its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionedFile {
    /// The file and its headers.
    pub file: PeFile,
    /// `FileVersion`, or why there is none.
    pub version: Result<FileVersion, String>,
}

/// Reads headers and version of the file `path`; none where there is no such file.
///
/// # Errors
/// [`Undetermined`](crate::known::Undetermined) where it cannot be read.
pub fn versioned(root: &Root, path: &str) -> Known<Option<VersionedFile>> {
    let Some(file) = read(root, path)? else {
        return Ok(None);
    };
    let version = match &file.headers {
        Err(why) => Err(why.clone()),
        Ok(pe) => match resource(root, path, pe)? {
            Ok(Some(version)) => Ok(version),
            Ok(None) => Err("it has no version resource".to_owned()),
            Err(error) => Err(error.to_string()),
        },
    };
    Ok(Some(VersionedFile { file, version }))
}

/// Finds the version resource: by type, then by name, then the first language, for the numbers are
/// the same in all.
fn resource(root: &Root, path: &str, pe: &Pe) -> Known<Result<Option<FileVersion>, FieldError>> {
    let Some(section) = pe.section(".rsrc") else {
        return Ok(Ok(None));
    };
    let part = |offset: u64, length: u64| -> Known<Vec<u8>> {
        let bytes = root.bytes_at(path, section.offset.saturating_add(offset), length)?;
        Ok(bytes.unwrap_or_default())
    };
    let head = part(0, section.size.min(MAX_DIRECTORIES))?;
    let directories = Fields::new("resource directory", section.offset, &head);
    let (address, size) = match leaf(&directories) {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(Ok(None)),
        Err(error) => return Ok(Err(error)),
    };
    let Some(at) = u64::from(address)
        .checked_sub(section.address)
        .filter(|at| *at < section.size)
    else {
        return Ok(Ok(None));
    };
    let bytes = part(at, u64::from(size).min(MAX_RESOURCE))?;
    let at = section.offset.saturating_add(at);
    Ok(fixed(&Fields::new("VS_VERSIONINFO", at, &bytes)))
}

/// Address in memory and size in bytes of the version resource.
fn leaf(fields: &Fields<'_>) -> Result<Option<(u32, u32)>, FieldError> {
    const SUBDIRECTORY: u32 = 1 << 31;
    let mut at = 0_usize;
    for wanted in [Some(RT_VERSION), Some(VS_VERSION_INFO), None] {
        let field = |by: usize| at.saturating_add(by);
        let named = fields.u16_le("NumberOfNamedEntries", field(12))?;
        let numbered = fields.u16_le("NumberOfIdEntries", field(14))?;
        let count = usize::from(named).saturating_add(usize::from(numbered));
        let mut next = None;
        for index in 0..count {
            let entry = field(16).saturating_add(index.saturating_mul(8));
            let name = fields.u32_le("Name", entry)?;
            if wanted.is_none_or(|wanted| name == wanted) {
                next = Some(fields.u32_le("OffsetToData", entry.saturating_add(4))?);
                break;
            }
        }
        let Some(next) = next else {
            return Ok(None);
        };
        at = usize::try_from(next & !SUBDIRECTORY).unwrap_or(usize::MAX);
        if next & SUBDIRECTORY == 0 {
            break;
        }
    }
    let address = fields.u32_le("address of the version resource", at)?;
    let size = fields.u32_le("size of the version resource", at.saturating_add(4))?;
    Ok(Some((address, size)))
}

fn fixed(fields: &Fields<'_>) -> Result<Option<FileVersion>, FieldError> {
    if fields.u32_le("dwSignature", FIXED_AT)? != SIGNATURE {
        return Ok(None);
    }
    // Two words each, of which the higher one stands second.
    let word = |by: usize| fields.u16_le("dwFileVersion", FIXED_AT.saturating_add(by));
    Ok(Some(FileVersion([
        word(10)?,
        word(8)?,
        word(14)?,
        word(12)?,
    ])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::pe::testing::{SHIM, X64, pe, versioned as file};
    use crate::guest::testing::Tree;

    fn read_of(bytes: &[u8]) -> VersionedFile {
        let root = Tree::ntfs()
            .bytes("/Windows/System32/ntoskrnl.exe", bytes)
            .windows_root_with(Vec::new());
        versioned(&root, "/Windows/System32/ntoskrnl.exe")
            .unwrap()
            .unwrap()
    }

    #[test]
    fn the_fixed_version_is_read() {
        let found = read_of(&file(X64, [10, 0, 20348, 2700]));
        assert_eq!(found.version, Ok(FileVersion([10, 0, 20348, 2700])));
        assert_eq!(found.version.unwrap().to_string(), "10.0.20348.2700");
        assert_eq!(found.file.spot.path, r"C:\Windows\System32\ntoskrnl.exe");
        assert!(FileVersion([6, 3, 9600, 18604]) < FileVersion([10, 0, 0, 0]));
    }

    #[test]
    fn what_mingw_s_tools_write_is_read() {
        use crate::guest::testing::unpacked;
        let file = unpacked(include_bytes!(
            "../../../testdata/windows/versioned-x64.exe.zst"
        ));
        let found = read_of(&file);
        assert_eq!(found.version, Ok(FileVersion([10, 0, 20348, 2700])));
        assert_eq!(
            found.file.pe().unwrap().machine,
            crate::guest::pe::Machine::X64
        );
    }

    #[test]
    fn a_file_without_a_version_says_so_and_damage_ends_soon() {
        assert!(read_of(&pe(X64, &[SHIM], false)).version.is_err());
        assert!(read_of(b"no program").version.is_err());
        let sound = file(X64, [10, 0, 20348, 2700]);
        for at in 0..sound.len() {
            for value in [0x00, 0x7f, 0xff] {
                let mut bytes = sound.clone();
                bytes[at] = value;
                let _ = read_of(&bytes);
            }
            let _ = read_of(&sound[..at]);
        }
    }
}
