//! What the sound machine has of: boot configuration, drivers, crash dumps.

use super::Machine;
use crate::guest::hive::Data;
use crate::guest::hive::testing::HiveWriter;
use crate::guest::pe::testing::{X64, pe, versioned};
use crate::guest::testing::{Tree, fat};
use crate::guest::windows::bcd::device::testing::bytes;
use crate::guest::windows::bcd::{Device, ids};
use crate::guest::windows::registry::HiveName;

/// The boot manager's object, as a key.
pub(crate) const MANAGER: &str = "{9dea862c-5cdd-4e70-acc1-f32b344d4795}";
/// The object of the loader.
pub(crate) const LOADER: &str = "{3f2a1c56-7b1e-4c0a-9d52-2f6d8b0a9c11}";
/// The settings of the serial port.
pub(crate) const EMS: &str = "{0ce4991b-e6b3-4b16-b23c-5e0d9250e5d9}";
/// The store of a machine that UEFI starts.
pub(crate) const EFI_STORE: &str = "/EFI/Microsoft/Boot/BCD";
/// The key of the services.
pub(crate) const SERVICES: &str = r"CurrentControlSet\Services";

/// A store to write.
#[derive(Clone)]
pub(crate) struct TestStore(pub(crate) HiveWriter);

impl TestStore {
    /// As Microsoft's guide sets it up and `sysprep /generalize` leaves it.
    pub(crate) fn new(winload: &str) -> Self {
        let yes = || Data::Binary(vec![1]);
        let number = |number: u64| Data::Binary(number.to_le_bytes().to_vec());
        let locate = || Data::Binary(bytes(&Device::Locate));
        let text = |text: &str| Data::Sz(text.to_owned());
        let list = |id: &str| Data::MultiSz(vec![id.to_owned()]);
        let hive = HiveWriter::new()
            .set("Description", "KeyName", text("BCD00000000"))
            .set("Description", "System", Data::Dword(1));
        let mut store = Self(hive)
            .object(MANAGER, ids::BOOT_MANAGER_TYPE)
            .object(LOADER, ids::OS_LOADER_TYPE)
            .object(EMS, 0x2010_0000);
        for (object, id, data) in [
            (MANAGER, ids::DEVICE, locate()),
            (MANAGER, ids::DEFAULT, text(LOADER)),
            (MANAGER, ids::DISPLAY_ORDER, list(LOADER)),
            (MANAGER, ids::TIMEOUT, number(30)),
            (MANAGER, ids::DISPLAY_BOOT_MENU, yes()),
            (MANAGER, ids::BOOT_EMS, yes()),
            (MANAGER, ids::INTEGRITY_SERVICES, number(1)),
            (LOADER, ids::DEVICE, locate()),
            (LOADER, ids::PATH, text(winload)),
            (LOADER, ids::DESCRIPTION, text("Windows Server")),
            (LOADER, ids::OS_DEVICE, locate()),
            (LOADER, ids::SYSTEM_ROOT, text(r"\Windows")),
            (LOADER, ids::INTEGRITY_SERVICES, number(1)),
            (LOADER, ids::RECOVERY_ENABLED, Data::Binary(vec![0])),
            (LOADER, ids::BOOT_STATUS_POLICY, number(1)),
            (LOADER, ids::EMS, yes()),
            (EMS, ids::EMS_PORT, number(1)),
            (EMS, ids::EMS_BAUD_RATE, number(115_200)),
        ] {
            store = store.element(object, id, data);
        }
        store
    }

    /// That of a machine that UEFI starts.
    pub(crate) fn efi() -> Self {
        Self::new(r"\Windows\system32\winload.efi")
    }

    /// That of a machine that BIOS starts.
    pub(crate) fn bios() -> Self {
        Self::new(r"\Windows\system32\winload.exe")
    }

    pub(crate) fn object(self, object: &str, kind: u32) -> Self {
        let path = format!("Objects\\{object}\\Description");
        Self(self.0.set(&path, "Type", Data::Dword(kind)))
    }

    pub(crate) fn element(self, object: &str, id: u32, data: Data) -> Self {
        let path = format!("Objects\\{object}\\Elements\\{id:08X}");
        Self(self.0.set(&path, "Element", data))
    }

    /// A device element.
    pub(crate) fn device(self, object: &str, id: u32, device: &Device) -> Self {
        self.element(object, id, Data::Binary(bytes(device)))
    }

    pub(crate) fn without(self, object: &str, id: u32) -> Self {
        let path = format!("Objects\\{object}\\Elements\\{id:08X}");
        Self(self.0.remove(&path))
    }

    pub(crate) fn build(&self) -> Vec<u8> {
        self.0.build()
    }
}

/// An EFI system partition with the boot manager and this store.
pub(crate) fn esp(store: &TestStore) -> Tree {
    let manager = versioned(X64, [10, 0, 20348, 1]);
    fat("1A2B-3C4D")
        .bytes("/EFI/Boot/bootx64.efi", &manager)
        .bytes("/EFI/Microsoft/Boot/bootmgfw.efi", &manager)
        .bytes(EFI_STORE, &store.build())
}

pub(super) fn add(machine: Machine) -> Machine {
    let mut machine = machine.esp(esp(&TestStore::efi())).files(|tree| {
        ["winload.efi", "winload.exe"]
            .iter()
            .fold(tree, |tree, name| {
                tree.bytes(&format!("/Windows/System32/{name}"), &pe(X64, &[], true))
            })
    });
    for (name, start, file) in [
        ("vmbus", 0, "vmbus.sys"),
        ("storvsc", 0, "storvsc.sys"),
        ("netvsc", 3, "netvsc.sys"),
        ("storflt", 0, "vmstorfl.sys"),
        ("hyperkbd", 3, "hyperkbd.sys"),
        ("intelide", 0, "intelide.sys"),
        ("atapi", 0, "atapi.sys"),
        ("stornvme", 0, "stornvme.sys"),
    ] {
        let key = format!(r"{SERVICES}\{name}");
        let image = Data::ExpandSz(format!(r"\SystemRoot\System32\drivers\{file}"));
        let path = format!("/Windows/System32/drivers/{file}");
        machine = machine
            .dword(HiveName::System, &key, "Start", start)
            .dword(HiveName::System, &key, "Type", 1)
            .set(HiveName::System, &key, "ImagePath", image)
            .files(|tree| tree.bytes(&path, &pe(X64, &[], true)));
    }
    let control = r"CurrentControlSet\Control\CrashControl";
    let dumps = r"Microsoft\Windows\Windows Error Reporting\LocalDumps";
    let text = |text: &str| Data::ExpandSz(text.to_owned());
    machine
        .dword(
            HiveName::System,
            &format!(r"{SERVICES}\stornvme\Parameters"),
            "IoTimeoutValue",
            240,
        )
        .dword(HiveName::System, &format!(r"{SERVICES}\sacsvr"), "Start", 2)
        .dword(HiveName::System, control, "CrashDumpEnabled", 2)
        .set(
            HiveName::System,
            control,
            "DumpFile",
            text(r"%SystemRoot%\MEMORY.DMP"),
        )
        .dword(HiveName::System, control, "NMICrashDump", 1)
        .set(
            HiveName::Software,
            dumps,
            "DumpFolder",
            text(r"C:\CrashDumps"),
        )
        .dword(HiveName::Software, dumps, "DumpCount", 10)
        .dword(HiveName::Software, dumps, "DumpType", 2)
}
