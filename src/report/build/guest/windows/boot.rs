//! Rows on boot configuration, drivers, crash dumps.

use super::super::Rows;
use crate::guest::windows::bcd::{Content, Object, Store, Value, ids};
use crate::guest::windows::services::Start;
use crate::guest::windows::storage::Driver;
use crate::guest::{Spot, WindowsGuest};

/// The elements that are shown, as `bcdedit` names them.
const ELEMENTS: [(u32, &str); 16] = [
    (ids::DEVICE, "device"),
    (ids::PATH, "path"),
    (ids::DESCRIPTION, "description"),
    (ids::OS_DEVICE, "osdevice"),
    (ids::SYSTEM_ROOT, "systemroot"),
    (ids::DEFAULT, "default"),
    (ids::TIMEOUT, "timeout"),
    (ids::DISPLAY_BOOT_MENU, "displaybootmenu"),
    (ids::BOOT_EMS, "bootems"),
    (ids::INTEGRITY_SERVICES, "integrityservices"),
    (ids::RECOVERY_ENABLED, "recoveryenabled"),
    (ids::BOOT_STATUS_POLICY, "bootstatuspolicy"),
    (ids::EMS, "ems"),
    (ids::EMS_PORT, "EMSPORT"),
    (ids::EMS_BAUD_RATE, "EMSBAUDRATE"),
    (ids::TEST_SIGNING, "testsigning"),
];
/// Loaders of one store that are shown.
const MAX_SHOWN: usize = 16;

pub(super) fn rows(rows: &mut Rows, windows: &WindowsGuest) {
    boot_files(rows, windows);
    rows.about("boot configuration");
    for store in &windows.bcd.stores {
        self::store(rows, store);
    }
    rows.about("drivers");
    for driver in &windows.storage.drivers {
        self::driver(rows, driver);
    }
    rows.setting(
        "stornvme IoTimeoutValue (seconds)",
        &windows.storage.nvme_timeout,
    );
    crash(rows, windows);
}

fn boot_files(rows: &mut Rows, windows: &WindowsGuest) {
    rows.about("esp");
    for esp in rows.known(&windows.esps).into_iter().flatten() {
        for program in esp.fallbacks.iter().chain(&esp.programs) {
            rows.add("program", program.kind.name(), Some(&program.file.spot));
        }
    }
    rows.about("boot manager");
    for volume in &windows.boot_files.system_volumes {
        if let Some(Some(file)) = rows.known(&volume.bootmgr) {
            rows.add("bootmgr", format!("{} bytes", file.value), Some(&file.spot));
        }
    }
    if let Some(Some(file)) = rows.known(&windows.boot_files.efi_boot_manager) {
        let value = match &file.headers {
            Ok(pe) => format!("a program for {}", pe.machine.name()),
            Err(why) => why.clone(),
        };
        rows.add("bootmgfw.efi", value, Some(&file.spot));
    }
}

fn store(rows: &mut Rows, store: &Store) {
    rows.add("store", store.firmware.name(), Some(&store.spot));
    let Some(content) = rows.known(&store.content) else {
        return;
    };
    rows.setting("Description!System", &content.is_system);
    if let Some(manager) = content.boot_manager() {
        object(rows, "{bootmgr}", manager);
    }
    if let Some(ems) = content.object(ids::EMS_SETTINGS) {
        object(rows, "{emssettings}", ems);
    }
    let loaders = content
        .objects
        .iter()
        .filter(|object| object.is(ids::OS_LOADER_TYPE) == Ok(true));
    for loader in loaders.take(MAX_SHOWN) {
        let name = match is_default(content, loader) {
            true => "{default}".to_owned(),
            false => format!("{{{}}}", loader.id),
        };
        object(rows, &name, loader);
        if let Some(program) = rows.known(&loader.program) {
            let (value, spot): (String, Option<&Spot>) = match program {
                None => ("is not there".to_owned(), None),
                Some(file) => match &file.headers {
                    Ok(pe) => (
                        format!("a program for {}", pe.machine.name()),
                        Some(&file.spot),
                    ),
                    Err(why) => (why.clone(), Some(&file.spot)),
                },
            };
            rows.add(format!("{name} program"), value, spot);
        }
    }
}

fn is_default(content: &Content, loader: &Object) -> bool {
    content
        .default()
        .ok()
        .flatten()
        .is_some_and(|found| found.id == loader.id)
}

fn object(rows: &mut Rows, name: &str, object: &Object) {
    if rows.known(&object.elements).is_none() {
        return;
    }
    for (id, called) in ELEMENTS {
        // As a loader has it, the number of `default` is that of `resumeobject`.
        if id == ids::DEFAULT && object.id != ids::BOOT_MANAGER {
            continue;
        }
        if let Some(Some(found)) = rows.known(&object.value(id)) {
            rows.add(
                format!("{name} {called}"),
                shown(found.value),
                Some(&found.spot),
            );
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Device(device) => device.to_string(),
        Value::String(text) => text.clone(),
        Value::Object(id) => format!("{{{id}}}"),
        Value::Objects(list) => {
            let list: Vec<_> = list.iter().map(|id| format!("{{{id}}}")).collect();
            list.join(" ")
        }
        Value::Integer(number) => number.to_string(),
        Value::Boolean(true) => "yes".to_owned(),
        Value::Boolean(false) => "no".to_owned(),
        Value::Other => "not read".to_owned(),
    }
}

fn driver(rows: &mut Rows, driver: &Driver) {
    let name = driver.name;
    if rows.known(&driver.is_there) != Some(&true) {
        return;
    }
    if let Some(Some(start)) = rows.known(&driver.start.value) {
        let value = format!("{start} ({})", Start::of(*start).name());
        rows.add(format!("{name} Start"), value, Some(&driver.start.spot));
    }
    for found in rows.known(&driver.overrides).into_iter().flatten() {
        rows.add(
            format!("{name} StartOverride"),
            found.value.to_string(),
            Some(&found.spot),
        );
    }
    if let Some(file) = rows.known(&driver.file) {
        let value = match file.as_ref().map(|file| &file.headers) {
            None => "is not there".to_owned(),
            Some(Ok(pe)) => format!("a program for {}", pe.machine.name()),
            Some(Err(why)) => why.clone(),
        };
        rows.add(format!("{name} file"), value, Some(&driver.file_spot));
    }
}

fn crash(rows: &mut Rows, windows: &WindowsGuest) {
    rows.about("crash dumps");
    let crash = &windows.crash;
    rows.setting("CrashDumpEnabled", &crash.enabled);
    rows.setting("DumpFile", &crash.dump_file);
    rows.setting("MinidumpDir", &crash.minidump_folder);
    rows.setting("NMICrashDump", &crash.on_interrupt);
    rows.setting("LocalDumps DumpFolder", &crash.local_folder);
    rows.setting("LocalDumps DumpType", &crash.local_type);
    rows.setting("LocalDumps DumpCount", &crash.local_count);
    for dump in &crash.dumps {
        rows.add("dump", format!("{} bytes", dump.value), Some(&dump.spot));
    }
    if crash.is_cut {
        rows.add("dump", "and more", None);
    }
    rows.unknown_ones(&crash.unread);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::windows::testing::Machine;

    #[test]
    fn the_facts_are_shown_with_their_places() {
        let mut rows = Rows::new();
        let machine = Machine::new().files(|tree| tree.file("/Windows/MEMORY.DMP", "PAGE"));
        self::rows(&mut rows, &machine.facts());
        assert!(rows.unknown.is_empty(), "{:?}", rows.unknown);
        let of = |subject: &str, name: &str| {
            rows.facts
                .iter()
                .find(|fact| fact.subject == subject && fact.name == name)
                .unwrap_or_else(|| panic!("no {subject} {name}"))
        };
        let device = of("boot configuration", "{default} osdevice");
        assert_eq!(device.value, "locate");
        let place = device.place.as_ref().unwrap();
        assert_eq!(place.path, r"\EFI\Microsoft\Boot\BCD");
        assert!(
            place
                .registry
                .as_deref()
                .unwrap()
                .ends_with(r"21000001!Element")
        );
        assert_eq!(of("drivers", "storvsc Start").value, "0 (Boot)");
        assert_eq!(of("drivers", "vmbus file").value, "a program for x64");
        assert_eq!(of("crash dumps", "dump").value, "4 bytes");
        assert_eq!(of("esp", "program").value, "a loader");
    }
}
