//! MBR partition types. No body registers them: these are the meanings that tools agree on.

use super::{Known, Role};

/// Linux swap, once Solaris's too.
pub(super) const LINUX_SWAP: u8 = 0x82;

const fn known(name: &'static str, role: Role) -> Known {
    Known { name, role }
}

static TYPES: &[(u8, Known)] = &[
    (LINUX_SWAP, known("Linux swap", Role::Swap)),
    (0x01, known("FAT12", Role::Dos)),
    (0x04, known("FAT16 below 32 MB", Role::Dos)),
    (0x05, known("extended", Role::Extended)),
    (0x06, known("FAT16", Role::Dos)),
    (0x07, known("NTFS, exFAT or HPFS", Role::Dos)),
    (0x0b, known("FAT32", Role::Dos)),
    (0x0c, known("FAT32 (LBA)", Role::Dos)),
    (0x0e, known("FAT16 (LBA)", Role::Dos)),
    (0x0f, known("extended (LBA)", Role::Extended)),
    (0x11, known("hidden FAT12", Role::Other)),
    (0x14, known("hidden FAT16 below 32 MB", Role::Other)),
    (0x16, known("hidden FAT16", Role::Other)),
    (0x17, known("hidden NTFS", Role::Other)),
    (0x1b, known("hidden FAT32", Role::Other)),
    (0x1c, known("hidden FAT32 (LBA)", Role::Other)),
    (0x1e, known("hidden FAT16 (LBA)", Role::Other)),
    (0x27, known("Windows recovery", Role::Microsoft)),
    (0x39, known("Plan 9", Role::Other)),
    (0x41, known("PowerPC PReP boot", Role::Other)),
    (0x42, known("Windows dynamic disk (LDM)", Role::Microsoft)),
    (0x63, known("GNU Hurd or System V", Role::Other)),
    (0x80, known("old Minix", Role::Other)),
    (0x81, known("Minix", Role::Other)),
    (0x83, known("Linux", Role::Linux)),
    (0x85, known("Linux extended", Role::Extended)),
    (0x86, known("NTFS volume set (FAT16)", Role::Microsoft)),
    (0x87, known("NTFS volume set", Role::Microsoft)),
    (0x88, known("Linux plaintext", Role::Linux)),
    (0x8e, known("Linux LVM", Role::Lvm)),
    (0x9f, known("BSD/OS", Role::Other)),
    (0xa5, known("FreeBSD", Role::Other)),
    (0xa6, known("OpenBSD", Role::Other)),
    (0xa8, known("Apple UFS", Role::Other)),
    (0xa9, known("NetBSD", Role::Other)),
    (0xab, known("Apple boot", Role::Other)),
    (0xaf, known("Apple HFS+", Role::Other)),
    (0xb7, known("BSDI", Role::Other)),
    (0xb8, known("BSDI swap", Role::Swap)),
    (0xbe, known("Solaris boot", Role::Other)),
    (0xbf, known("Solaris", Role::Other)),
    (0xda, known("data without a file system", Role::Other)),
    (0xde, known("Dell utility", Role::Other)),
    (0xe8, known("Linux LUKS", Role::Luks)),
    (
        0xea,
        known("Linux extended boot (XBOOTLDR)", Role::ExtendedBoot),
    ),
    (0xeb, known("BeOS", Role::Other)),
    (0xee, known("GPT protective", Role::Protective)),
    (0xef, known("EFI system", Role::Esp)),
    (0xfb, known("VMware VMFS", Role::Other)),
    (0xfc, known("VMware core dump", Role::Other)),
    (0xfd, known("Linux RAID", Role::Raid)),
];

pub(super) fn find(code: u8) -> Option<&'static Known> {
    TYPES
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, known)| known)
}
