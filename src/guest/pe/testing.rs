//! PE files for tests, with the sections that a test wants.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

/// A PE32+ file for the machine, with sections and, where asked for, a certificate table.
pub(crate) fn pe(machine: u16, sections: &[(&str, &[u8])], signed: bool) -> Vec<u8> {
    let mut file = vec![0; 0x400];
    file[..2].copy_from_slice(b"MZ");
    file[0x3c] = 0x80;
    file[0x80..0x84].copy_from_slice(b"PE\0\0");
    file[0x84..0x86].copy_from_slice(&machine.to_le_bytes());
    file[0x86] = sections.len() as u8;
    file[0x94] = 240;
    file[0x98..0x9a].copy_from_slice(&[0x0b, 0x02]);
    file[0x98 + 108] = 16;
    for (index, (name, bytes)) in sections.iter().enumerate() {
        let at = 0x98 + 240 + index * 40;
        file[at..at + name.len()].copy_from_slice(name.as_bytes());
        let offset = file.len() as u32;
        file[at + 8..at + 12].copy_from_slice(&(bytes.len() as u32).to_le_bytes());
        file[at + 12..at + 16].copy_from_slice(&address(index).to_le_bytes());
        let stored = bytes.len().next_multiple_of(512);
        file[at + 16..at + 20].copy_from_slice(&(stored as u32).to_le_bytes());
        file[at + 20..at + 24].copy_from_slice(&offset.to_le_bytes());
        file.extend_from_slice(bytes);
        file.resize(offset as usize + stored, 0);
    }
    if signed {
        let offset = file.len() as u32;
        let at = 0x98 + 112 + 4 * 8;
        file[at..at + 4].copy_from_slice(&offset.to_le_bytes());
        file[at + 4..at + 8].copy_from_slice(&1024_u32.to_le_bytes());
        file.resize(file.len() + 1024, 1);
    }
    file
}

/// Where the section of that index is loaded.
fn address(index: usize) -> u32 {
    0x1000 * (index as u32 + 1)
}

/// A PE32+ file with a version resource, as the system's own files have one.
pub(crate) fn versioned(machine: u16, version: [u16; 4]) -> Vec<u8> {
    let mut resource = Vec::new();
    // Three directories of one entry each: type, name, language.
    for (level, name) in [(0_u32, 16_u32), (1, 1), (2, 0x409)] {
        resource.extend_from_slice(&[0; 14]);
        resource.extend_from_slice(&1_u16.to_le_bytes());
        resource.extend_from_slice(&name.to_le_bytes());
        let next = (level + 1) * 24;
        let next = if level < 2 { next | 1 << 31 } else { next };
        resource.extend_from_slice(&next.to_le_bytes());
    }
    let mut info = Vec::new();
    for word in [92_u16, 52, 0] {
        info.extend_from_slice(&word.to_le_bytes());
    }
    for unit in "VS_VERSION_INFO\0".encode_utf16() {
        info.extend_from_slice(&unit.to_le_bytes());
    }
    info.resize(40, 0);
    let [major, minor, build, revision] = version;
    for number in [0xfeef_04bd_u32, 0x1_0000] {
        info.extend_from_slice(&number.to_le_bytes());
    }
    for word in [minor, major, revision, build] {
        info.extend_from_slice(&word.to_le_bytes());
    }
    info.resize(92, 0);
    let data = resource.len() as u32 + 16;
    for number in [address(0) + data, info.len() as u32, 0, 0] {
        resource.extend_from_slice(&number.to_le_bytes());
    }
    resource.extend_from_slice(&info);
    pe(machine, &[(".rsrc", &resource)], false)
}

/// The number of the machine x64.
pub(crate) const X64: u16 = 0x8664;
/// The number of the machine Arm64.
pub(crate) const ARM64: u16 = 0xaa64;
/// The section by which shim is known.
pub(crate) const SHIM: (&str, &[u8]) = (
    ".sbat",
    b"sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md\nshim,4,UEFI shim,shim,1,https://github.com/rhboot/shim\n",
);
/// The section by which GRUB is known.
pub(crate) const GRUB: (&str, &[u8]) = (
    ".sbat",
    b"sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md\ngrub,5,Free Software Foundation,grub,2.06,https://www.gnu.org/software/grub/\n",
);
