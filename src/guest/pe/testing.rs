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
