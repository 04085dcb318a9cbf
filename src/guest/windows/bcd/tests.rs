//! Tests of stores on real hives.

use super::device::testing::bytes;
use super::*;
use crate::guest::hive::Data;
use crate::guest::hive::testing::HiveWriter;
use crate::guest::pe::testing::{X64, pe as program};
use crate::guest::testing::{Tree, fat};

const LOADER: &str = "{11111111-2222-3333-4444-555555555555}";
const MANAGER: &str = "{9DEA862C-5CDD-4E70-ACC1-F32B344D4795}";

fn element(hive: HiveWriter, object: &str, id: u32, data: Data) -> HiveWriter {
    let path = format!("Objects\\{object}\\Elements\\{id:08X}");
    hive.set(&path, "Element", data)
}

fn object(hive: HiveWriter, object: &str, kind: u32) -> HiveWriter {
    let path = format!("Objects\\{object}\\Description");
    hive.set(&path, "Type", Data::Dword(kind))
}

fn store() -> HiveWriter {
    let hive = HiveWriter::new().set("Description", "System", Data::Dword(1));
    let hive = object(hive, MANAGER, ids::BOOT_MANAGER_TYPE);
    let hive = object(hive, LOADER, ids::OS_LOADER_TYPE);
    let hive = element(hive, MANAGER, ids::DEFAULT, Data::Sz(LOADER.to_owned()));
    let hive = element(hive, MANAGER, ids::TIMEOUT, Data::Binary(vec![30]));
    let hive = element(
        hive,
        LOADER,
        ids::DEVICE,
        Data::Binary(bytes(&Device::Locate)),
    );
    let path = r"\Windows\system32\winload.efi".to_owned();
    element(hive, LOADER, ids::PATH, Data::Sz(path))
}

fn read(hive: &HiveWriter) -> BootConfiguration {
    let esp = fat("1A2B-3C4D").bytes("/EFI/Microsoft/Boot/BCD", &hive.build());
    let root = Tree::ntfs()
        .bytes("/Windows/System32/winload.efi", &program(X64, &[], true))
        .windows_root_with(vec![(ESP_POINT, 1, esp)]);
    gather(&root)
}

fn content_of(hive: &HiveWriter) -> Content {
    let stores = read(hive).stores;
    stores[0].content.clone().unwrap()
}

#[test]
fn a_store_leads_from_the_boot_manager_to_a_program() {
    let stores = read(&store()).stores;
    assert_eq!(stores.len(), 1);
    assert_eq!(
        (stores[0].firmware, stores[0].partition),
        (Firmware::Uefi, Some(1))
    );
    assert_eq!(stores[0].spot.path, r"\EFI\Microsoft\Boot\BCD");
    let content = content_of(&store());
    assert_eq!(content.is_system.value, Ok(Some(1)));
    let default = content.default().unwrap().unwrap();
    assert_eq!(default.id, Uuid::parse_str(LOADER).unwrap());
    let device = default.value(ids::DEVICE).unwrap().unwrap();
    assert_eq!(device.value, &Value::Device(Device::Locate));
    assert_eq!(
        device.spot.registry.as_deref(),
        Some(r"BCD\Objects\{11111111-2222-3333-4444-555555555555}\Elements\11000001!Element")
    );
    let program = default.program.as_ref().unwrap().as_ref().unwrap();
    assert_eq!(program.spot.path, r"C:\Windows\system32\winload.efi");
    let manager = content.boot_manager().unwrap();
    let timeout = manager.value(ids::TIMEOUT).unwrap().unwrap();
    assert_eq!(timeout.value, &Value::Integer(30));
}

#[test]
fn elements_are_inherited_and_inheritance_in_a_circle_ends() {
    const SETTINGS: &str = "{6efb52bf-1766-41db-a6b3-0ee5eff72bd7}";
    let list = |id: &str| Data::MultiSz(vec![id.to_owned()]);
    let hive = element(store(), LOADER, ids::INHERIT, list(SETTINGS));
    let hive = object(hive, SETTINGS, 0x2020_0003);
    let circle = element(hive, SETTINGS, ids::INHERIT, list(LOADER));
    let content = content_of(&circle);
    let loader = content.default().unwrap().unwrap();
    assert_eq!(content.effective(loader, ids::EMS), Ok(None));
    let set = element(circle, SETTINGS, ids::EMS, Data::Binary(vec![1]));
    let content = content_of(&set);
    let loader = content.default().unwrap().unwrap();
    let found = content.effective(loader, ids::EMS).unwrap().unwrap();
    assert_eq!(found.value, &Value::Boolean(true));
}

#[test]
fn what_is_damaged_is_not_known_and_what_is_missing_is_absent() {
    let short = element(store(), LOADER, ids::DEVICE, Data::Binary(vec![6; 20]));
    let content = content_of(&short);
    let loader = content.default().unwrap().unwrap();
    assert!(loader.value(ids::DEVICE).is_err());
    assert_eq!(loader.value(ids::OS_DEVICE), Ok(None));
    let text = element(store(), LOADER, ids::DEVICE, Data::Sz("C:".to_owned()));
    let content = content_of(&text);
    assert!(
        content
            .default()
            .unwrap()
            .unwrap()
            .value(ids::DEVICE)
            .is_err()
    );
    let bad = fat("1A2B-3C4D").file("/EFI/Microsoft/Boot/BCD", "no hive");
    let root = Tree::ntfs().windows_root_with(vec![(ESP_POINT, 1, bad)]);
    assert!(gather(&root).stores[0].content.is_err());
    let none = Tree::ntfs().windows_root_with(Vec::new());
    assert_eq!(gather(&none).stores, Vec::new());
    let bios = Tree::ntfs().bytes("/Boot/BCD", &store().build());
    let stores = gather(&bios.windows_root_with(Vec::new())).stores;
    assert_eq!(stores[0].firmware, Firmware::Bios);
}

#[test]
fn a_volume_that_cannot_be_read_says_nothing_of_the_others() {
    let esp = fat("1A2B-3C4D").bytes("/EFI/Microsoft/Boot/BCD", &store().build());
    let boot = Tree::ntfs().link("/Boot", r"\\?\Volume{1}\");
    let root = Tree::ntfs().windows_root_with(vec![(ESP_POINT, 1, esp), ("/.system2", 3, boot)]);
    let mut stores = gather(&root).stores;
    stores.sort_by_key(|store| store.partition);
    assert_eq!(stores.len(), 2);
    assert!(stores[0].content.is_ok());
    assert_eq!(stores[1].firmware, Firmware::Bios);
    assert!(stores[1].content.is_err());
}

#[test]
fn mutated_stores_never_panic() {
    let sound = store().build();
    let mut seed = 0x5eed_u32;
    for _ in 0..500 {
        let mut bytes = sound.clone();
        for _ in 0..4 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Behind the base block, whose checksum would end it at once.
            let at = 4096 + usize::try_from(seed >> 8).unwrap() % (bytes.len() - 4096);
            bytes[at] = u8::try_from(seed & 0xff).unwrap();
        }
        let root = Tree::ntfs().bytes("/Boot/BCD", &bytes);
        for store in gather(&root.windows_root_with(Vec::new())).stores {
            let Ok(content) = store.content else {
                continue;
            };
            if let Ok(Some(default)) = content.default() {
                let _ = content.effective(default, ids::EMS);
            }
        }
    }
}

#[test]
fn a_way_of_inheritance_without_an_end_and_a_list_too_long_are_not_known() {
    let list = |id: &str| Data::MultiSz(vec![id.to_owned()]);
    let id = |number: u32| format!("{{00000000-0000-0000-0000-{number:012}}}");
    let mut hive = element(store(), LOADER, ids::INHERIT, list(&id(0)));
    for number in 0..40 {
        hive = object(hive, &id(number), 0x2010_0000);
        hive = element(hive, &id(number), ids::INHERIT, list(&id(number + 1)));
    }
    let content = content_of(&hive);
    let loader = content.default().unwrap().unwrap();
    let unknown = content.effective(loader, ids::EMS).unwrap_err();
    assert!(
        unknown.reason.contains("more than 32"),
        "{}",
        unknown.reason
    );
    let many = Data::MultiSz(vec![id(0); 257]);
    let content = content_of(&element(store(), LOADER, ids::INHERIT, many));
    let loader = content.default().unwrap().unwrap();
    assert!(content.effective(loader, ids::EMS).is_err());
}
