//! Tests of WIN016 on stores that are real hives.

use super::*;
use crate::finding::Status;
use crate::guest::hive::Data;
use crate::guest::testing::fat;
use crate::guest::windows::bcd::{Device, PartitionId, ids};
use crate::partition::PartitionTable;
use crate::partition::testing::{DISK_GUID, ESP, MIB, TestDisk, TestGpt};
use crate::rules::Profile;
use crate::rules::windows::testing::boot::{EFI_STORE, EMS, LOADER, MANAGER, TestStore, esp};
use crate::rules::windows::testing::*;
use uuid::{Uuid, uuid};

const BASIC_DATA: Uuid = uuid!("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7");

/// A disk with an EFI system partition and that of Windows; their GUIDs are 1 and 2.
fn table() -> PartitionTable {
    let entries = [
        (ESP, 2048, 4095, "esp"),
        (BASIC_DATA, 4096, 8191, "windows"),
    ];
    TestDisk::new(64 * MIB)
        .gpt(&TestGpt::with(&entries))
        .table()
}

fn with(store: &TestStore) -> Outcome {
    let mut inspection = Machine::new().esp(esp(store)).inspection();
    inspection.partitions = Ok(table());
    judge(&WIN016, &inspection, Profile::default())
}

fn gpt(partition: u128) -> Device {
    Device::Partition(PartitionId::Gpt {
        disk: DISK_GUID,
        partition: Uuid::from_u128(partition),
    })
}

#[test]
fn the_guides_store_passes_generalised_or_not() {
    assert_eq!(of(&WIN016, &Machine::new()), Outcome::pass());
    let named = TestStore::efi()
        .device(MANAGER, ids::DEVICE, &gpt(1))
        .device(LOADER, ids::DEVICE, &gpt(2))
        .device(LOADER, ids::OS_DEVICE, &Device::Boot);
    assert_eq!(with(&named), Outcome::pass());
    assert_applies_to_windows_only(&WIN016);
}

#[test]
fn a_device_that_is_not_on_the_disk_is_an_error() {
    let mbr = |signature, offset| Device::Partition(PartitionId::Mbr { signature, offset });
    for (object, id, device) in [
        (MANAGER, ids::DEVICE, gpt(7)),
        (LOADER, ids::DEVICE, gpt(7)),
        (LOADER, ids::OS_DEVICE, gpt(7)),
        (LOADER, ids::OS_DEVICE, gpt(1)),
        (LOADER, ids::DEVICE, mbr(0x1234_5678, 2 << 20)),
    ] {
        let outcome = with(&TestStore::efi().device(object, id, &device));
        assert_eq!(outcome.status(), Status::Fail, "{object} {device}");
        assert_eq!(levels(&outcome).len(), 1, "{outcome:?}");
        assert_evidence(&outcome);
        let registry = outcome.findings()[0]
            .place
            .as_ref()
            .unwrap()
            .registry
            .clone();
        assert!(registry.unwrap().contains(object));
    }
    let table_unread = {
        let store = TestStore::efi().device(LOADER, ids::DEVICE, &gpt(2));
        of(&WIN016, &Machine::new().esp(esp(&store)))
    };
    assert_eq!(table_unread.status(), Status::Undetermined);
}

#[test]
fn devices_on_an_mbr_are_named_by_signature_and_offset() {
    let mut disk = TestDisk::new(64 * MIB);
    disk.mbr(&[(0x80, 7, 2048, 2048), (0, 7, 4096, 4096)])
        .write(440, &0x1234_5678_u32.to_le_bytes());
    let of = |signature, offset| {
        let device = Device::Partition(PartitionId::Mbr { signature, offset });
        let store = TestStore::bios()
            .device(LOADER, ids::DEVICE, &device)
            .device(LOADER, ids::OS_DEVICE, &device);
        let machine = Machine::new()
            .esp(fat("1A2B-3C4D"))
            .files(|tree| tree.bytes("/Boot/BCD", &store.build()));
        let mut inspection = machine.inspection();
        inspection.partitions = Ok(disk.table());
        judge(&WIN016, &inspection, Profile::default())
    };
    assert_eq!(of(0x1234_5678, 2 << 20), Outcome::pass());
    assert_eq!(of(0x1234_5679, 2 << 20).status(), Status::Fail);
    assert_eq!(of(0x1234_5678, 3 << 20).status(), Status::Fail);
}

#[test]
fn a_store_that_leads_nowhere_is_an_error() {
    const OTHER: &str = "{99999999-2222-3333-4444-555555555555}";
    let gone = || Data::Sz(OTHER.to_owned());
    let remove_manager = TestStore(TestStore::efi().0.remove(&format!("Objects\\{MANAGER}")));
    let wrong_path = Data::Sz(r"\Windows\system32\gone.efi".to_owned());
    for store in [
        TestStore::efi().element(MANAGER, ids::DEFAULT, gone()),
        TestStore::efi()
            .without(MANAGER, ids::DEFAULT)
            .without(MANAGER, ids::DISPLAY_ORDER),
        TestStore::efi().object(LOADER, 0x1020_0004),
        TestStore::efi().without(LOADER, ids::OS_DEVICE),
        TestStore::efi().without(LOADER, ids::PATH),
        TestStore::efi().element(LOADER, ids::PATH, wrong_path),
        remove_manager,
    ] {
        let outcome = with(&store);
        assert_eq!(outcome.status(), Status::Fail, "{outcome:?}");
        assert_evidence(&outcome);
    }
    let list = Data::MultiSz(vec![LOADER.to_owned(), OTHER.to_owned()]);
    let remnant = with(&TestStore::efi().element(MANAGER, ids::DISPLAY_ORDER, list));
    assert_eq!(remnant.status(), Status::Warn);
    let none = of(&WIN016, &Machine::new().esp(fat("1A2B-3C4D")));
    assert_eq!(none.status(), Status::Fail);
    assert_evidence(&none);
    let damaged = fat("1A2B-3C4D").file(EFI_STORE, "no hive");
    let damaged = of(&WIN016, &Machine::new().esp(damaged));
    assert_eq!(damaged.status(), Status::Undetermined);
}

#[test]
fn the_other_firmwares_store_is_passed_over() {
    let stale = TestStore::bios().device(LOADER, ids::DEVICE, &gpt(7));
    let machine = Machine::new().files(|tree| tree.bytes("/Boot/BCD", &stale.build()));
    let mut inspection = machine.inspection();
    inspection.partitions = Ok(table());
    assert_eq!(
        judge(&WIN016, &inspection, Profile::default()),
        Outcome::pass()
    );
    inspection.generation = Generation::One;
    let outcome = judge(&WIN016, &inspection, Profile::default());
    assert_eq!(outcome.status(), Status::Fail);
}

#[test]
fn settings_are_advice_with_their_commands() {
    let number = |number: u64| Data::Binary(number.to_le_bytes().to_vec());
    let off = || Data::Binary(vec![0]);
    let on = || Data::Binary(vec![1]);
    for (object, id, data) in [
        (MANAGER, ids::INTEGRITY_SERVICES, number(2)),
        (MANAGER, ids::DISPLAY_BOOT_MENU, off()),
        (MANAGER, ids::TIMEOUT, number(0)),
        (MANAGER, ids::TIMEOUT, number(600)),
        (MANAGER, ids::BOOT_EMS, off()),
        (LOADER, ids::RECOVERY_ENABLED, on()),
        (LOADER, ids::BOOT_STATUS_POLICY, number(0)),
        (LOADER, ids::EMS, off()),
        (LOADER, ids::NO_INTEGRITY_CHECKS, on()),
        (LOADER, ids::TEST_SIGNING, on()),
        (EMS, ids::EMS_PORT, number(2)),
        (EMS, ids::EMS_BAUD_RATE, number(9600)),
    ] {
        let outcome = with(&TestStore::efi().element(object, id, data));
        assert_eq!(
            (outcome.status(), outcome.findings().len()),
            (Status::Pass, 1),
            "{id:x}"
        );
        assert_eq!(worst(&outcome), Some(Level::Advice));
        let fix = outcome.findings()[0].fix.as_deref().unwrap();
        assert!(fix.starts_with("bcdedit.exe /"), "{fix}");
    }
    let absent = with(&TestStore::efi().without(LOADER, ids::EMS));
    assert_eq!(worst(&absent), Some(Level::Advice));
    let unmarked = TestStore(TestStore::efi().0.unset("Description", "System"));
    assert_eq!(worst(&with(&unmarked)), Some(Level::Advice));
}

#[test]
fn of_several_stores_for_bios_that_on_the_active_partition_counts() {
    let of = |active: [u8; 2]| {
        let store = TestStore::bios().build();
        let machine = Machine::new()
            .esp(fat("1A2B-3C4D"))
            .files(|tree| tree.bytes("/Boot/BCD", &store));
        let mut inspection = machine.inspection();
        let mut disk = TestDisk::new(64 * MIB);
        let [first, second] = active;
        disk.mbr(&[(first, 7, 2048, 2048), (second, 7, 4096, 4096)]);
        inspection.partitions = Ok(disk.table());
        if let Ok(Some(crate::guest::Guest::Windows(guest))) = &mut inspection.guest {
            let stores = &mut guest.bcd.stores;
            let mut damaged = stores[0].clone();
            damaged.partition = Some(1);
            damaged.content = Err(Undetermined::new("damaged"));
            stores.insert(0, damaged);
        }
        judge(&WIN016, &inspection, Profile::default()).status()
    };
    assert_eq!(of([0, 0x80]), Status::Pass);
    assert_eq!(of([0x80, 0]), Status::Undetermined);
    assert_eq!(of([0, 0]), Status::Undetermined);
}
