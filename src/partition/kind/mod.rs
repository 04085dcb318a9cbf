//! What a partition's type says that it holds, by its standard name.

mod gpt_types;
mod mbr_types;

use std::fmt;

use uuid::Uuid;

/// The type of a partition as its table writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartitionKind {
    /// The type byte of an MBR entry.
    Mbr(u8),
    /// The type GUID of a GPT entry.
    Gpt(Uuid),
}

/// What a type is for, as far as anyone asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Esp,
    BiosBoot,
    Extended,
    Protective,
    Swap,
    Lvm,
    Raid,
    Luks,
    Root,
    Usr,
    ExtendedBoot,
    Linux,
    Microsoft,
    /// FAT and NTFS, which any system may have put there.
    Dos,
    Other,
}

/// One line of the tables of types.
struct Known {
    name: &'static str,
    role: Role,
}

impl PartitionKind {
    fn known(&self) -> Option<&'static Known> {
        match self {
            Self::Mbr(code) => mbr_types::find(*code),
            Self::Gpt(guid) => gpt_types::find(guid),
        }
    }

    fn has_role(&self, roles: &[Role]) -> bool {
        self.known()
            .is_some_and(|known| roles.contains(&known.role))
    }

    /// The type's usual name, where it is a known one.
    pub fn name(&self) -> Option<&'static str> {
        self.known().map(|known| known.name)
    }

    /// The type as its table writes it: `0x83`, or the GUID in lower case.
    pub fn code(&self) -> String {
        match self {
            Self::Mbr(code) => format!("0x{code:02x}"),
            Self::Gpt(guid) => guid.to_string(),
        }
    }

    /// An EFI system partition (GPT type, or MBR type EF).
    pub fn is_esp(&self) -> bool {
        self.has_role(&[Role::Esp])
    }

    /// A BIOS boot partition, which holds GRUB's core image on a GPT.
    pub fn is_bios_boot(&self) -> bool {
        self.has_role(&[Role::BiosBoot])
    }

    /// An MBR's extended partition (05, 0F, 85), which contains the logical ones.
    pub fn is_extended(&self) -> bool {
        self.has_role(&[Role::Extended])
    }

    /// The entry (EE) by which an MBR protects a GPT from tools that do not know it.
    pub fn is_protective(&self) -> bool {
        self.has_role(&[Role::Protective])
    }

    /// Swap space of any system.
    pub fn is_swap(&self) -> bool {
        self.has_role(&[Role::Swap])
    }

    /// A physical volume of Linux LVM.
    pub fn is_lvm(&self) -> bool {
        self.has_role(&[Role::Lvm])
    }

    /// A member of a Linux MD RAID.
    pub fn is_raid(&self) -> bool {
        self.has_role(&[Role::Raid])
    }

    /// A LUKS or dm-crypt volume.
    pub fn is_encrypted(&self) -> bool {
        self.has_role(&[Role::Luks])
    }

    /// A Linux root file system, by a type of the Discoverable Partitions Specification.
    pub fn is_linux_root(&self) -> bool {
        self.has_role(&[Role::Root])
    }

    /// A Linux `/usr`, by a type of the Discoverable Partitions Specification.
    pub fn is_linux_usr(&self) -> bool {
        self.has_role(&[Role::Usr])
    }

    /// The extended boot loader partition, `/boot` of the Boot Loader Specification.
    pub fn is_extended_boot(&self) -> bool {
        self.has_role(&[Role::ExtendedBoot])
    }

    /// A type that only Linux uses. Swap and LVM count; FAT and the ESP do not.
    pub fn is_linux(&self) -> bool {
        // Type 82 was Solaris's too; on a disk of today it is Linux's.
        self.has_role(&[
            Role::Lvm,
            Role::Raid,
            Role::Luks,
            Role::Root,
            Role::Usr,
            Role::ExtendedBoot,
            Role::Linux,
        ]) || *self == Self::Mbr(mbr_types::LINUX_SWAP)
            || *self == Self::Gpt(gpt_types::LINUX_SWAP)
    }

    /// A type that only Windows makes: reserved, recovery, dynamic disks, Storage Spaces. Basic
    /// data and MBR type 07 are not among them, since others use them as well.
    pub fn is_windows(&self) -> bool {
        self.has_role(&[Role::Microsoft])
    }

    /// A type under which Windows, and others, keep FAT, NTFS and exFAT: GPT basic data, and the
    /// FAT and NTFS types of the MBR.
    pub fn is_basic_data(&self) -> bool {
        self.has_role(&[Role::Dos])
    }
}

impl fmt::Display for PartitionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "type {}", self.code()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::uuid;

    #[test]
    fn kinds_are_named_and_unknown_ones_show_their_code() {
        assert_eq!(PartitionKind::Mbr(0x83).to_string(), "Linux");
        assert_eq!(PartitionKind::Mbr(0x9d).to_string(), "type 0x9d");
        let unknown = uuid!("00112233-4455-6677-8899-aabbccddeeff");
        assert_eq!(
            PartitionKind::Gpt(unknown).to_string(),
            "type 00112233-4455-6677-8899-aabbccddeeff"
        );
        let esp = PartitionKind::Gpt(uuid!("C12A7328-F81F-11D2-BA4B-00A0C93EC93B"));
        assert_eq!(esp.to_string(), "EFI system");
    }

    #[test]
    fn predicates_tell_the_kinds_apart() {
        let gpt = |text: &str| PartitionKind::Gpt(text.parse().unwrap());
        let mbr = PartitionKind::Mbr;
        assert!(mbr(0xef).is_esp() && !mbr(0xef).is_linux());
        assert!(
            [0x05, 0x0f, 0x85]
                .into_iter()
                .all(|code| mbr(code).is_extended())
        );
        assert!(mbr(0xee).is_protective());
        assert!(mbr(0x82).is_swap() && mbr(0x82).is_linux());
        assert!(mbr(0x8e).is_lvm() && mbr(0xfd).is_raid());
        assert!(mbr(0x07).is_basic_data() && !mbr(0x07).is_windows());
        assert!(mbr(0x27).is_windows());
        assert!(gpt("21686148-6449-6E6F-744E-656564454649").is_bios_boot());
        assert!(gpt("4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709").is_linux_root());
        assert!(gpt("B921B045-1DF0-41C3-AF44-4C6F280D3FAE").is_linux_root());
        assert!(gpt("8484680C-9521-48C6-9C11-B0720656F69E").is_linux_usr());
        assert!(gpt("BC13C2FF-59E6-4262-A352-B275FD6F7172").is_extended_boot());
        assert!(gpt("0657FD6D-A4AB-43C4-84E5-0933C84B4F4F").is_linux());
        assert!(gpt("CA7D7CCB-63ED-4C53-861C-1742536059CC").is_encrypted());
        assert!(gpt("E3C9E316-0B5C-4DB8-817D-F92DF00215AE").is_windows());
        let freebsd_swap = gpt("516E7CB5-6ECF-11D6-8FF8-00022D09712B");
        assert!(freebsd_swap.is_swap() && !freebsd_swap.is_linux());
    }
}
