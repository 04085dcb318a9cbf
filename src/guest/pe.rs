//! PE files: what the firmware starts. Their machine, their sections, and whether they are signed.

mod version;

pub use version::{FileVersion, VersionedFile, versioned};

use super::{Root, Spot};
use crate::bytes::{FieldError, Fields};
use crate::known::Known;

/// Bytes that are read of a file for its headers.
const HEAD: u64 = 8192;
/// Sections that are kept; real files have some twenty.
const MAX_SECTIONS: u16 = 96;

/// The processor that a program is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Machine {
    /// 32-bit x86.
    X86,
    /// 64-bit x86.
    X64,
    /// 64-bit Arm.
    Arm64,
    /// Another, by its number in the COFF header.
    Other(u16),
}

impl Machine {
    fn of(code: u16) -> Self {
        match code {
            0x014c => Self::X86,
            0x8664 => Self::X64,
            0xaa64 => Self::Arm64,
            other => Self::Other(other),
        }
    }

    /// Its usual name.
    pub fn name(self) -> &'static str {
        match self {
            Self::X86 => "x86",
            Self::X64 => "x64",
            Self::Arm64 => "Arm64",
            Self::Other(_) => "another processor",
        }
    }
}

/// A section: a named range of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its name: `.text`, `.cmdline` (hostile text).
    pub name: String,
    /// Where its bytes begin in the file.
    pub offset: u64,
    /// Where they are loaded, from the start of the image in memory.
    pub address: u64,
    /// How many bytes it has: the smaller of its size in the file and in memory.
    pub size: u64,
}

/// The headers of a PE file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pe {
    /// The processor that it is for.
    pub machine: Machine,
    /// Its sections in their order.
    pub sections: Vec<Section>,
    /// Whether it carries a certificate table that lies in the file: a signature, of whomever.
    pub signed: bool,
}

impl Pe {
    /// The section of that name.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// Reads the headers from the first bytes of a file of `size` bytes; none where it is no PE
    /// file.
    ///
    /// # Errors
    /// [`FieldError`] where it begins as one and ends too soon.
    pub fn parse(head: &[u8], size: u64) -> Result<Option<Self>, FieldError> {
        if !head.starts_with(b"MZ") {
            return Ok(None);
        }
        let dos = Fields::new("DOS header", 0, head);
        let at = usize::try_from(dos.u32_le("e_lfanew", 0x3c)?).unwrap_or(usize::MAX);
        let pe = Fields::new("PE header", 0, head);
        if pe.bytes("signature", at, 4)? != b"PE\0\0" {
            return Ok(None);
        }
        let field = |by: usize| at.saturating_add(by);
        let machine = Machine::of(pe.u16_le("Machine", field(4))?);
        let count = pe.u16_le("NumberOfSections", field(6))?.min(MAX_SECTIONS);
        let optional = usize::from(pe.u16_le("SizeOfOptionalHeader", field(20))?);
        let directories = match pe.u16_le("Magic", field(24))? {
            0x10b => 92_usize,
            _ => 108,
        };
        let number = pe.u32_le(
            "NumberOfRvaAndSizes",
            field(24_usize.saturating_add(directories)),
        )?;
        // The fifth directory, whose address is the only one that counts from the file's start.
        let table = field(
            24_usize
                .saturating_add(directories)
                .saturating_add(4 + 4 * 8),
        );
        let signed = number > 4 && {
            let from = u64::from(pe.u32_le("certificate table", table)?);
            let length = u64::from(pe.u32_le("certificate table size", table.saturating_add(4))?);
            from > 0 && length > 8 && from.saturating_add(length) <= size
        };
        let first = field(24_usize.saturating_add(optional));
        let mut sections = Vec::new();
        for index in 0..usize::from(count) {
            let at = first.saturating_add(index.saturating_mul(40));
            let name = pe.bytes("section name", at, 8)?;
            let memory = pe.u32_le("VirtualSize", at.saturating_add(8))?;
            let stored = pe.u32_le("SizeOfRawData", at.saturating_add(16))?;
            sections.push(Section {
                name: String::from_utf8_lossy(name)
                    .trim_end_matches('\0')
                    .to_owned(),
                offset: pe.u32_le("PointerToRawData", at.saturating_add(20))?.into(),
                address: pe.u32_le("VirtualAddress", at.saturating_add(12))?.into(),
                size: memory.min(stored).into(),
            });
        }
        Ok(Some(Self {
            machine,
            sections,
            signed,
        }))
    }
}

/// A file that is started by the firmware or by a loader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeFile {
    /// Which file.
    pub spot: Spot,
    /// Its headers, or why it is no PE file.
    pub headers: Result<Pe, String>,
}

impl PeFile {
    /// The headers, where it is a PE file.
    pub fn pe(&self) -> Option<&Pe> {
        self.headers.as_ref().ok()
    }
}

/// Reads the headers of the file `path`; none where there is no such file.
///
/// # Errors
/// [`Undetermined`](crate::known::Undetermined) where it cannot be read.
pub fn read(root: &Root, path: &str) -> Known<Option<PeFile>> {
    let (Some(metadata), Some(head)) = (root.metadata(path)?, root.bytes_at(path, 0, HEAD)?) else {
        return Ok(None);
    };
    let headers = match Pe::parse(&head, metadata.size) {
        Ok(Some(pe)) => Ok(pe),
        Ok(None) => Err(format!(
            "its {} bytes do not begin as a PE file does",
            metadata.size
        )),
        Err(error) => Err(error.to_string()),
    };
    Ok(Some(PeFile {
        spot: root.real_spot(path),
        headers,
    }))
}

/// At most `limit` bytes of a section of the file `path`, up to the first NUL, as text.
///
/// # Errors
/// As [`read`].
pub fn section_text(
    root: &Root,
    path: &str,
    pe: &Pe,
    name: &str,
    limit: u64,
) -> Known<Option<String>> {
    let Some(section) = pe.section(name) else {
        return Ok(None);
    };
    let bytes = root.bytes_at(path, section.offset, section.size.min(limit))?;
    Ok(bytes.map(|bytes| {
        let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
        String::from_utf8_lossy(text).trim().to_owned()
    }))
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
