//! Tests of the registry on real hives.

use super::*;
use crate::guest::hive::State;
use crate::guest::hive::testing::{HiveWriter, seal};
use crate::guest::testing::Tree;

const CONFIG: &str = "/Windows/System32/config";

fn file(name: &str) -> String {
    format!("{CONFIG}/{name}")
}

fn load(tree: Tree) -> Registry {
    Registry::load(&tree.windows_root_with(Vec::new()))
}

fn system(writer: &HiveWriter) -> Registry {
    load(Tree::ntfs().bytes(&file("SYSTEM"), &writer.build()))
}

fn text(text: &str) -> Data {
    Data::Sz(text.to_owned())
}

const SERVER: &str = r"CurrentControlSet\Control\Terminal Server";

/// Three control sets, of which `Select` names the second.
fn three_sets() -> HiveWriter {
    let mut writer = HiveWriter::new().set("Select", "Current", Data::Dword(2));
    for set in 1..=3 {
        let key = format!(r"ControlSet00{set}\Control\Terminal Server");
        writer = writer.set(&key, "fDenyTSConnections", Data::Dword(set));
    }
    writer
}

#[test]
fn the_current_control_set_is_the_one_that_select_names() {
    let registry = system(&three_sets());
    assert_eq!(registry.control_set(), Ok("ControlSet002"));
    let deny = registry.dword(HiveName::System, SERVER, "fDenyTSConnections");
    assert_eq!(deny.value, Ok(Some(2)));
    assert_eq!(
        deny.spot.to_string(),
        r"partition 2 (ntfs C:): SYSTEM\ControlSet002\Control\Terminal Server!fDenyTSConnections"
    );
    assert_eq!(deny.spot.path, r"C:\Windows\System32\config\SYSTEM");
    // The words stand for it only as a whole, as the first, and in SYSTEM.
    for (hive, path) in [
        (HiveName::System, r"CurrentControlSetX\Control"),
        (HiveName::System, r"Setup\CurrentControlSet\Control"),
        (HiveName::Software, r"CurrentControlSet\Control"),
    ] {
        let place = registry.spot(hive, path, None).registry.unwrap();
        assert_eq!(place, format!("{}\\{path}", hive.name()));
    }
    let whole = registry.key(HiveName::System, "currentcontrolset").unwrap();
    assert_eq!(whole.unwrap().name(), "ControlSet002");
}

#[test]
fn a_control_set_that_is_not_told_is_not_known() {
    for (writer, why) in [
        (HiveWriter::new(), "Select!Current: it is missing"),
        (
            HiveWriter::new().set("Select", "Current", Data::Dword(0)),
            "0 is the number of no control set",
        ),
        (
            HiveWriter::new().set("Select", "Current", Data::Dword(1_000)),
            "1000 is the number of no control set",
        ),
        (
            HiveWriter::new().set("Select", "Current", text("1")),
            "Select!Current: its type is REG_SZ",
        ),
    ] {
        let writer = writer.set(r"ControlSet001\Control", "Value", Data::Dword(1));
        let registry = system(&writer);
        let found = registry.dword(HiveName::System, r"CurrentControlSet\Control", "Value");
        let reason = found.value.unwrap_err().reason;
        assert!(reason.contains(why), "{reason}");
        // Its place names what was looked for.
        assert_eq!(
            found.spot.registry.as_deref(),
            Some(r"SYSTEM\CurrentControlSet\Control!Value")
        );
        // What does not hang on it is known.
        let direct = registry.dword(HiveName::System, r"ControlSet001\Control", "Value");
        assert_eq!(direct.value, Ok(Some(1)));
    }
}

#[test]
fn keys_and_values_are_found_in_any_case() {
    let registry = system(&three_sets());
    let path = r"CURRENTCONTROLSET\control\TERMINAL SERVER";
    let deny = registry.dword(HiveName::System, path, "FDENYTSCONNECTIONS");
    assert_eq!(deny.value, Ok(Some(2)));
    let control = r"CurrentControlSet\CONTROL";
    let keys = registry.subkeys(HiveName::System, control).unwrap();
    assert_eq!(keys[0].name(), "Terminal Server");
    let below = keys[0].dword("fdenytsconnections");
    assert_eq!(below.value, Ok(Some(2)));
}

#[test]
fn absent_is_known_and_a_missing_hive_is_not() {
    let registry = system(&three_sets());
    for (path, name) in [
        (SERVER, "TSEnabled"),
        (r"CurrentControlSet\Control\No such key", "Value"),
        (r"No such\path\at all", "Value"),
    ] {
        assert_eq!(registry.dword(HiveName::System, path, name).value, Ok(None));
    }
    let none = registry.subkeys(HiveName::System, "No such key").unwrap();
    assert!(none.is_empty());
    for hive in [
        HiveName::Software,
        HiveName::Sam,
        HiveName::Security,
        HiveName::Default,
    ] {
        let found = registry.string(hive, "Key", "Value");
        let reason = found.value.unwrap_err().reason;
        assert!(reason.contains("there is no such hive"), "{reason}");
        assert!(registry.hive(hive).state().is_err());
        assert!(registry.subkeys(hive, "Key").is_err());
    }
}

#[test]
fn a_value_of_another_type_is_not_known_and_says_where() {
    let writer = three_sets()
        .set(r"ControlSet002\Types", "Text", text("1"))
        .set(r"ControlSet002\Types", "Number", Data::Dword(7))
        .set(
            r"ControlSet002\Types",
            "Path",
            Data::ExpandSz("%a%".to_owned()),
        )
        .set(r"ControlSet002\Types", "", text("default"))
        .set(
            r"ControlSet002\Types",
            "List",
            Data::MultiSz(vec!["a".to_owned()]),
        );
    let registry = system(&writer);
    let path = r"CurrentControlSet\Types";
    let system = HiveName::System;
    let reason = registry
        .dword(system, path, "Text")
        .value
        .unwrap_err()
        .reason;
    assert_eq!(
        reason,
        r"partition 2 (ntfs C:): SYSTEM\ControlSet002\Types!Text: its type is REG_SZ, which Windows does not expect there"
    );
    let reason = registry
        .string(system, path, "Number")
        .value
        .unwrap_err()
        .reason;
    assert!(
        reason.contains("Types!Number: its type is REG_DWORD"),
        "{reason}"
    );
    assert!(registry.strings(system, path, "Number").value.is_err());
    assert!(registry.string(system, path, "List").value.is_err());
    // A text that names variables is a text; a single one is a list of one.
    let string = |name| registry.string(system, path, name);
    assert_eq!(string("Path").value, Ok(Some("%a%".to_owned())));
    let list = registry.strings(system, path, "Path").value;
    assert_eq!(list, Ok(Some(vec!["%a%".to_owned()])));
    let default = string("");
    assert_eq!(default.value, Ok(Some("default".to_owned())));
    assert_eq!(
        default.spot.registry.as_deref(),
        Some(r"SYSTEM\ControlSet002\Types!(Default)")
    );
}

#[test]
fn a_key_knows_its_place_and_what_lies_below() {
    let writer = three_sets()
        .set(r"ControlSet002\Services\Dhcp", "Start", Data::Dword(2))
        .set(r"ControlSet002\Services\Dhcp\Parameters", "x", text("y"));
    let registry = system(&writer);
    let services = registry.key(HiveName::System, r"CurrentControlSet\Services");
    let services = services.unwrap().unwrap();
    let place = |spot: Spot| spot.registry.unwrap();
    assert_eq!(place(services.spot()), r"SYSTEM\ControlSet002\Services");
    let parameters = services.subkey(r"dhcp\PARAMETERS").unwrap().unwrap();
    assert_eq!(parameters.name(), "Parameters");
    assert_eq!(
        place(parameters.spot_of("x")).to_lowercase(),
        r"system\controlset002\services\dhcp\parameters!x"
    );
    assert!(services.subkey(r"Dhcp\None").unwrap().is_none());
    let values = services.subkey("Dhcp").unwrap().unwrap().values().unwrap();
    assert_eq!(values.len(), 1);
    let (name, start) = &values[0];
    assert_eq!((name.as_str(), &start.value), ("Start", &Data::Dword(2)));
    assert_eq!(
        place(start.spot.clone()),
        r"SYSTEM\ControlSet002\Services\Dhcp!Start"
    );
}

/// The bytes of a hive that was not written to its end: its sequence numbers differ.
fn dirty(writer: &HiveWriter) -> Vec<u8> {
    let mut bytes = writer.build();
    bytes[4..8].copy_from_slice(&9_u32.to_le_bytes());
    seal(&mut bytes);
    bytes
}

#[test]
fn nothing_of_a_dirty_hive_is_known_where_its_logs_do_not_help() {
    let bytes = dirty(&three_sets());
    let alone = Tree::ntfs().bytes(&file("SYSTEM"), &bytes);
    // Empty logs are as none; that of another hive does not fit.
    let empty = alone
        .clone()
        .bytes(&file("SYSTEM.LOG1"), b"")
        .bytes(&file("SYSTEM.LOG2"), b"");
    let foreign = alone
        .clone()
        .bytes(&file("SYSTEM.LOG1"), &HiveWriter::new().build());
    let torn = alone.clone().bytes(&file("SYSTEM.LOG1"), &[0xff; 2_048]);
    for tree in [alone, empty, foreign, torn] {
        let registry = load(tree);
        let reason = registry.hive(HiveName::System).state().unwrap_err().reason;
        assert!(
            reason.contains("it was not written out, and its logs do not help"),
            "{reason}"
        );
        assert!(
            reason.contains(r"C:\Windows\System32\config\SYSTEM"),
            "{reason}"
        );
        let deny = registry.dword(HiveName::System, SERVER, "fDenyTSConnections");
        assert_eq!(deny.value.unwrap_err().reason, reason);
        assert!(registry.control_set().is_err());
    }
}

#[test]
fn a_clean_hive_needs_no_log_but_one_that_cannot_be_read_is_not_passed_over() {
    let clean = Tree::ntfs().bytes(&file("SYSTEM"), &three_sets().build());
    let with_log = clean.clone().bytes(&file("SYSTEM.LOG1"), &[0xff; 2_048]);
    let registry = load(with_log);
    assert_eq!(registry.hive(HiveName::System).state(), Ok(&State::Clean));
    let unread = load(clean.unreadable(&file("SYSTEM.LOG1")));
    assert!(unread.hive(HiveName::System).state().is_err());
}

#[test]
fn a_hive_that_is_none_or_cannot_be_read_says_why() {
    let none = load(Tree::ntfs().bytes(&file("SYSTEM"), b"not a hive"));
    let reason = none.control_set().unwrap_err().reason;
    assert!(
        reason.contains(r"C:\Windows\System32\config\SYSTEM"),
        "{reason}"
    );
    let unread = load(Tree::ntfs().unreadable(&file("SYSTEM")));
    assert!(unread.control_set().is_err());
    let folder = load(Tree::ntfs().dir(&file("SYSTEM")));
    assert!(folder.control_set().is_err());
}

#[test]
fn a_hive_is_found_in_any_case_of_its_name() {
    let tree = Tree::ntfs().bytes("/WINDOWS/system32/Config/system", &three_sets().build());
    assert_eq!(load(tree).control_set(), Ok("ControlSet002"));
}
