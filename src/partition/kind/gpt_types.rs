//! GPT partition types: the UEFI specification, the Discoverable Partitions Specification, and the
//! lists that operating systems publish.

use uuid::{Uuid, uuid};

use super::{Known, Role};

/// Linux swap, which is asked for by itself because other systems have swap types too.
pub(super) const LINUX_SWAP: Uuid = uuid!("0657fd6d-a4ab-43c4-84e5-0933c84b4f4f");

const fn known(name: &'static str, role: Role) -> Known {
    Known { name, role }
}

static TYPES: &[(Uuid, Known)] = &[
    (LINUX_SWAP, known("Linux swap", Role::Swap)),
    (
        uuid!("c12a7328-f81f-11d2-ba4b-00a0c93ec93b"),
        known("EFI system", Role::Esp),
    ),
    (
        uuid!("024dee41-33e7-11d3-9d69-0008c781f39f"),
        known("MBR inside a GPT", Role::Other),
    ),
    (
        uuid!("21686148-6449-6e6f-744e-656564454649"),
        known("BIOS boot", Role::BiosBoot),
    ),
    (
        uuid!("9e1a2d38-c612-4316-aa26-8b49521e5a8b"),
        known("PowerPC PReP boot", Role::Other),
    ),
    (
        uuid!("d3bfe2de-3daf-11df-ba40-e3a556d89593"),
        known("Intel Fast Flash", Role::Other),
    ),
    (
        uuid!("e3c9e316-0b5c-4db8-817d-f92df00215ae"),
        known("Microsoft reserved", Role::Microsoft),
    ),
    (
        uuid!("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7"),
        known("Microsoft basic data", Role::Dos),
    ),
    (
        uuid!("5808c8aa-7e8f-42e0-85d2-e1e90434cfb3"),
        known("Windows LDM metadata", Role::Microsoft),
    ),
    (
        uuid!("af9b60a0-1431-4f62-bc68-3311714a69ad"),
        known("Windows LDM data", Role::Microsoft),
    ),
    (
        uuid!("de94bba4-06d1-4d40-a16a-bfd50179d6ac"),
        known("Windows recovery", Role::Microsoft),
    ),
    (
        uuid!("e75caf8f-f680-4cee-afa3-b001e56efc2d"),
        known("Windows Storage Spaces", Role::Microsoft),
    ),
    (
        uuid!("37affc90-ef7d-4e96-91c3-2d7ae055b174"),
        known("IBM GPFS", Role::Other),
    ),
    (
        uuid!("0fc63daf-8483-4772-8e79-3d69d8477de4"),
        known("Linux file system", Role::Linux),
    ),
    (
        uuid!("e6d6d379-f507-44c2-a23c-238f2a3df928"),
        known("Linux LVM", Role::Lvm),
    ),
    (
        uuid!("a19d880f-05fc-4d3b-a006-743f0f84911e"),
        known("Linux RAID", Role::Raid),
    ),
    (
        uuid!("ca7d7ccb-63ed-4c53-861c-1742536059cc"),
        known("Linux LUKS", Role::Luks),
    ),
    (
        uuid!("7ffec5c9-2d00-49b7-8941-3ea10a5586b7"),
        known("Linux dm-crypt", Role::Luks),
    ),
    (
        uuid!("bc13c2ff-59e6-4262-a352-b275fd6f7172"),
        known("Linux extended boot (XBOOTLDR)", Role::ExtendedBoot),
    ),
    (
        uuid!("44479540-f297-41b2-9af7-d131d5f0458a"),
        known("Linux root (x86)", Role::Root),
    ),
    (
        uuid!("4f68bce3-e8cd-4db1-96e7-fbcaf984b709"),
        known("Linux root (x86-64)", Role::Root),
    ),
    (
        uuid!("69dad710-2ce4-4e3c-b16c-21a1d49abed3"),
        known("Linux root (ARM)", Role::Root),
    ),
    (
        uuid!("b921b045-1df0-41c3-af44-4c6f280d3fae"),
        known("Linux root (ARM64)", Role::Root),
    ),
    (
        uuid!("77055800-792c-4f94-b39a-98c91b762bb6"),
        known("Linux root (LoongArch 64)", Role::Root),
    ),
    (
        uuid!("72ec70a6-cf74-40e6-bd49-4bda08e8f224"),
        known("Linux root (RISC-V 64)", Role::Root),
    ),
    (
        uuid!("2c7357ed-ebd2-46d9-aec1-23d437ec2bf5"),
        known("Linux root verity (x86-64)", Role::Linux),
    ),
    (
        uuid!("df3300ce-d69f-4c92-978c-9bfb0f38d820"),
        known("Linux root verity (ARM64)", Role::Linux),
    ),
    (
        uuid!("75250d76-8cc6-458e-bd66-bd47cc81a812"),
        known("Linux /usr (x86)", Role::Usr),
    ),
    (
        uuid!("8484680c-9521-48c6-9c11-b0720656f69e"),
        known("Linux /usr (x86-64)", Role::Usr),
    ),
    (
        uuid!("7d0359a3-02b3-4f0a-865c-654403e70625"),
        known("Linux /usr (ARM)", Role::Usr),
    ),
    (
        uuid!("b0e01050-ee5f-4390-949a-9101b17104e9"),
        known("Linux /usr (ARM64)", Role::Usr),
    ),
    (
        uuid!("beaec34b-8442-439b-a40b-984381ed097d"),
        known("Linux /usr (RISC-V 64)", Role::Usr),
    ),
    (
        uuid!("77ff5f63-e7b6-4633-acf4-1565b864c0e6"),
        known("Linux /usr verity (x86-64)", Role::Linux),
    ),
    (
        uuid!("6e11a4e7-fbca-4ded-b9e9-e1a512bb664e"),
        known("Linux /usr verity (ARM64)", Role::Linux),
    ),
    (
        uuid!("3b8f8425-20e0-4f3b-907f-1a25a76f98e8"),
        known("Linux /srv", Role::Linux),
    ),
    (
        uuid!("933ac7e1-2eb4-4f13-b844-0e14e2aef915"),
        known("Linux /home", Role::Linux),
    ),
    (
        uuid!("4d21b016-b534-45c2-a9fb-5c16e091fd2d"),
        known("Linux /var", Role::Linux),
    ),
    (
        uuid!("7ec6f557-3bc5-4aca-b293-16ef5df639d1"),
        known("Linux /var/tmp", Role::Linux),
    ),
    (
        uuid!("773f91ef-66d4-49b5-bd83-d683bf40ad16"),
        known("Linux user's home", Role::Linux),
    ),
    (
        uuid!("8da63339-0007-60c0-c436-083ac8230908"),
        known("Linux reserved", Role::Linux),
    ),
    (
        uuid!("83bd6b9d-7f41-11dc-be0b-001560b84f0f"),
        known("FreeBSD boot", Role::Other),
    ),
    (
        uuid!("516e7cb4-6ecf-11d6-8ff8-00022d09712b"),
        known("FreeBSD disklabel", Role::Other),
    ),
    (
        uuid!("516e7cb5-6ecf-11d6-8ff8-00022d09712b"),
        known("FreeBSD swap", Role::Swap),
    ),
    (
        uuid!("516e7cb6-6ecf-11d6-8ff8-00022d09712b"),
        known("FreeBSD UFS", Role::Other),
    ),
    (
        uuid!("516e7cb8-6ecf-11d6-8ff8-00022d09712b"),
        known("FreeBSD Vinum", Role::Other),
    ),
    (
        uuid!("516e7cba-6ecf-11d6-8ff8-00022d09712b"),
        known("FreeBSD ZFS", Role::Other),
    ),
    (
        uuid!("49f48d32-b10e-11dc-b99b-0019d1879648"),
        known("NetBSD swap", Role::Swap),
    ),
    (
        uuid!("49f48d5a-b10e-11dc-b99b-0019d1879648"),
        known("NetBSD FFS", Role::Other),
    ),
    (
        uuid!("49f48daa-b10e-11dc-b99b-0019d1879648"),
        known("NetBSD RAID", Role::Other),
    ),
    (
        uuid!("824cc7a0-36a8-11e3-890a-952519ad3f61"),
        known("OpenBSD data", Role::Other),
    ),
    (
        uuid!("6a82cb45-1dd2-11b2-99a6-080020736631"),
        known("Solaris boot", Role::Other),
    ),
    (
        uuid!("6a85cf4d-1dd2-11b2-99a6-080020736631"),
        known("Solaris root", Role::Other),
    ),
    (
        uuid!("6a87c46f-1dd2-11b2-99a6-080020736631"),
        known("Solaris swap", Role::Swap),
    ),
    (
        uuid!("6a898cc3-1dd2-11b2-99a6-080020736631"),
        known("Solaris /usr or ZFS", Role::Other),
    ),
    (
        uuid!("6a945a3b-1dd2-11b2-99a6-080020736631"),
        known("Solaris reserved", Role::Other),
    ),
    (
        uuid!("48465300-0000-11aa-aa11-00306543ecac"),
        known("Apple HFS+", Role::Other),
    ),
    (
        uuid!("7c3457ef-0000-11aa-aa11-00306543ecac"),
        known("Apple APFS", Role::Other),
    ),
    (
        uuid!("55465300-0000-11aa-aa11-00306543ecac"),
        known("Apple UFS", Role::Other),
    ),
    (
        uuid!("426f6f74-0000-11aa-aa11-00306543ecac"),
        known("Apple boot", Role::Other),
    ),
    (
        uuid!("53746f72-6167-11aa-aa11-00306543ecac"),
        known("Apple Core Storage", Role::Other),
    ),
    (
        uuid!("52414944-0000-11aa-aa11-00306543ecac"),
        known("Apple RAID", Role::Other),
    ),
    (
        uuid!("aa31e02a-400f-11db-9590-000c2911d1b8"),
        known("VMware VMFS", Role::Other),
    ),
    (
        uuid!("9d275380-40ad-11db-bf97-000c2911d1b8"),
        known("VMware core dump", Role::Other),
    ),
    (
        uuid!("9198effc-31c0-11db-8f78-000c2911d1b8"),
        known("VMware reserved", Role::Other),
    ),
    (
        uuid!("fe3a2a5d-4f32-41a7-b725-accc3285a309"),
        known("ChromeOS kernel", Role::Other),
    ),
    (
        uuid!("3cb8e202-3b7e-47dd-8a3c-7ff2a13cfcec"),
        known("ChromeOS root", Role::Other),
    ),
    (
        uuid!("2e0a753d-9e48-43b0-8337-b15192cb1b5e"),
        known("ChromeOS reserved", Role::Other),
    ),
    (
        uuid!("4fbd7e29-9d25-41b8-afd0-062c0ceff05d"),
        known("Ceph OSD", Role::Other),
    ),
];

pub(super) fn find(guid: &Uuid) -> Option<&'static Known> {
    TYPES
        .iter()
        .find(|(known, _)| known == guid)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use gpt::partition_types as oracle;

    #[test]
    fn no_type_stands_twice() {
        for (at, (guid, _)) in TYPES.iter().enumerate() {
            assert!(
                TYPES.iter().skip(at + 1).all(|(other, _)| other != guid),
                "{guid}"
            );
        }
    }

    #[test]
    fn the_gpt_crate_means_the_same_by_the_same_guid() {
        let cases = [
            (oracle::EFI.guid, Role::Esp),
            (oracle::BIOS.guid, Role::BiosBoot),
            (oracle::MICROSOFT_RESERVED.guid, Role::Microsoft),
            (oracle::BASIC.guid, Role::Dos),
            (oracle::WINDOWS_RECOVERY.guid, Role::Microsoft),
            (oracle::LINUX_FS.guid, Role::Linux),
            (oracle::LINUX_RAID.guid, Role::Raid),
            (oracle::LINUX_LVM.guid, Role::Lvm),
            (oracle::LINUX_SWAP.guid, Role::Swap),
            (oracle::LINUX_HOME.guid, Role::Linux),
            (oracle::LINUX_ROOT_X64.guid, Role::Root),
            (oracle::LINUX_ROOT_ARM_64.guid, Role::Root),
            (oracle::FREEBSD_SWAP.guid, Role::Swap),
            (oracle::FREEBSD_BOOT.guid, Role::Other),
        ];
        for (guid, role) in cases {
            assert_eq!(find(&guid).map(|known| known.role), Some(role), "{guid}");
        }
    }
}
