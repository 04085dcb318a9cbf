//! Objects and elements of the boot configuration by their numbers: Microsoft's
//! `BcdBootMgrElementTypes`, `BcdLibraryElementTypes` and `BcdOSLoaderElementTypes`.

use uuid::{Uuid, uuid};

/// `{bootmgr}`: the Windows Boot Manager.
pub const BOOT_MANAGER: Uuid = uuid!("9dea862c-5cdd-4e70-acc1-f32b344d4795");
/// `{emssettings}`: the serial port of Emergency Management Services.
pub const EMS_SETTINGS: Uuid = uuid!("0ce4991b-e6b3-4b16-b23c-5e0d9250e5d9");

/// `Type` of the Windows Boot Manager.
pub const BOOT_MANAGER_TYPE: u32 = 0x1010_0002;
/// `Type` of a loader of Windows.
pub const OS_LOADER_TYPE: u32 = 0x1020_0003;

/// `device`: where the program of the object lies.
pub const DEVICE: u32 = 0x1100_0001;
/// `path`: the program on that device.
pub const PATH: u32 = 0x1200_0002;
/// `description`: what the menu shows.
pub const DESCRIPTION: u32 = 0x1200_0004;
/// `inherit`: objects whose elements count where it has none of its own.
pub const INHERIT: u32 = 0x1400_0006;
/// `EMSPORT`: the number of the serial port.
pub const EMS_PORT: u32 = 0x1500_0022;
/// `EMSBAUDRATE`: its speed.
pub const EMS_BAUD_RATE: u32 = 0x1500_0023;
/// `integrityservices`: 0 default, 1 enable, 2 disable.
pub const INTEGRITY_SERVICES: u32 = 0x1500_004b;
/// `recoveryenabled`: start the recovery environment after failures.
pub const RECOVERY_ENABLED: u32 = 0x1600_0009;
/// `bootems`: the boot manager speaks on the serial port.
pub const BOOT_EMS: u32 = 0x1600_0020;
/// `nointegritychecks`: load drivers whose signatures do not hold.
pub const NO_INTEGRITY_CHECKS: u32 = 0x1600_0048;
/// `testsigning`: load drivers with test signatures.
pub const TEST_SIGNING: u32 = 0x1600_0049;
/// `default` of the boot manager: what is started after the timeout.
pub const DEFAULT: u32 = 0x2300_0003;
/// `displayorder` of the boot manager: the entries of its menu.
pub const DISPLAY_ORDER: u32 = 0x2400_0001;
/// `timeout` of the boot manager, in seconds.
pub const TIMEOUT: u32 = 0x2500_0004;
/// `displaybootmenu` of the boot manager.
pub const DISPLAY_BOOT_MENU: u32 = 0x2600_0020;
/// `osdevice` of a loader: the volume of Windows.
pub const OS_DEVICE: u32 = 0x2100_0001;
/// `systemroot` of a loader: the folder of Windows.
pub const SYSTEM_ROOT: u32 = 0x2200_0002;
/// `bootstatuspolicy` of a loader: 1 ignores all failures.
pub const BOOT_STATUS_POLICY: u32 = 0x2500_00e0;
/// `ems` of a loader: Windows speaks on the serial port.
pub const EMS: u32 = 0x2600_00b0;

/// The format of an element: the second digit of its id.
pub(super) fn format(id: u32) -> u32 {
    id >> 24 & 0xf
}
