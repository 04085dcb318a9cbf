//! The files by which a firmware comes to Windows: the boot manager, and where it lies.

use crate::guest::mounts::is_system_point;
use crate::guest::pe::{self, PeFile};
use crate::guest::{ESP_POINT, Located, Root};
use crate::known::Known;

/// A volume from which BIOS may start the boot manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemVolume {
    /// The partition that it is.
    pub partition: Option<u32>,
    /// `\bootmgr` with its size in bytes; none where there is none.
    pub bootmgr: Known<Option<Located<u64>>>,
    /// Whether it has `\Boot\BCD`.
    pub has_bcd: Known<bool>,
}

/// The boot manager's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootFiles {
    /// The partition of drive `C:`.
    pub windows_partition: Option<u32>,
    /// The volumes for BIOS: those beside Windows, where there are any, and that of Windows.
    pub system_volumes: Vec<SystemVolume>,
    /// `\EFI\Microsoft\Boot\bootmgfw.efi` of the EFI system partition; none where there is none.
    pub efi_boot_manager: Known<Option<PeFile>>,
}

/// Reads them.
pub(super) fn gather(root: &Root) -> BootFiles {
    let mounts = root.mounts();
    let mount = |point: &str| mounts.iter().find(|mount| mount.point == point);
    let beside = mounts.iter().filter(|mount| is_system_point(&mount.point));
    let system_volumes = beside.chain(mount("/")).map(|mount| {
        let below = mount.point.trim_end_matches('/');
        SystemVolume {
            partition: mount.partition,
            bootmgr: size(root, &format!("{below}/bootmgr")),
            has_bcd: root.exists(&format!("{below}/Boot/BCD")),
        }
    });
    let efi_boot_manager = match mount(ESP_POINT) {
        Some(_) => pe::read(
            root,
            &format!("{ESP_POINT}/EFI/Microsoft/Boot/bootmgfw.efi"),
        ),
        None => Ok(None),
    };
    BootFiles {
        windows_partition: mount("/").and_then(|mount| mount.partition),
        system_volumes: system_volumes.collect(),
        efi_boot_manager,
    }
}

fn size(root: &Root, path: &str) -> Known<Option<Located<u64>>> {
    let metadata = root.metadata(path)?;
    Ok(metadata.map(|found| Located::new(found.size, root.real_spot(path))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::mounts::SYSTEM_POINT;
    use crate::guest::pe::testing::{X64, pe as program};
    use crate::guest::testing::{Tree, fat};

    #[test]
    fn the_boot_manager_is_found_on_each_of_its_volumes() {
        let esp =
            fat("1A2B-3C4D").bytes("/EFI/Microsoft/Boot/bootmgfw.efi", &program(X64, &[], true));
        let system = Tree::ntfs().file("/bootmgr", "code").file("/Boot/BCD", "x");
        let root = Tree::ntfs().windows_root_with(vec![
            (ESP_POINT, 3, esp),
            (SYSTEM_POINT, 1, system),
            ("/.system2", 4, Tree::ntfs().file("/bootmgr", "")),
        ]);
        let files = gather(&root);
        assert_eq!(files.windows_partition, Some(2));
        let numbers = files.system_volumes.iter().map(|volume| volume.partition);
        assert_eq!(numbers.collect::<Vec<_>>(), [Some(4), Some(1), Some(2)]);
        let [_, system, windows] = files.system_volumes.as_slice() else {
            panic!("three volumes");
        };
        let bootmgr = system.bootmgr.as_ref().unwrap().as_ref().unwrap();
        assert_eq!((bootmgr.value, &*bootmgr.spot.path), (4, r"\bootmgr"));
        assert_eq!((&system.has_bcd, &windows.has_bcd), (&Ok(true), &Ok(false)));
        assert_eq!(windows.bootmgr, Ok(None));
        let manager = files.efi_boot_manager.unwrap().unwrap();
        assert_eq!(manager.spot.path, r"\EFI\Microsoft\Boot\bootmgfw.efi");
    }
}
