//! Real hives are read as hivex reads them, and what the writer of tests writes is read.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::testing::{HiveWriter, WRITTEN};
use super::*;

macro_rules! packed {
    ($name:literal) => {
        $crate::guest::testing::unpacked(include_bytes!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/testdata/hives/",
            $name,
            ".zst"
        )))
    };
}
pub(super) use packed;

/// Every key and value, as the script that made the hives writes down what hivex says.
pub(super) fn facts(hive: &Hive) -> String {
    fn hex(bytes: &[u8]) -> String {
        bytes.iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").unwrap();
            hex
        })
    }
    fn shown(data: &Data) -> String {
        match data {
            Data::MultiSz(texts) => serde_json::to_string(texts).unwrap(),
            Data::None(bytes)
            | Data::Binary(bytes)
            | Data::ResourceList(bytes)
            | Data::FullResourceDescriptor(bytes)
            | Data::ResourceRequirementsList(bytes)
            | Data::Other { bytes, .. } => match bytes.len() {
                0..=64 => hex(bytes),
                length => format!("{length}:{}", hex(&Sha256::digest(bytes))),
            },
            data => match data.number() {
                Some(number) => number.to_string(),
                None => serde_json::to_string(data.text().unwrap()).unwrap(),
            },
        }
    }
    fn walk(key: &Key<'_>, path: &str, out: &mut String) {
        let shown_path = serde_json::to_string(path).unwrap();
        writeln!(out, "key\t{shown_path}\t{}", key.last_written()).unwrap();
        for value in key.values().unwrap() {
            let name = serde_json::to_string(&value.name).unwrap();
            let data = shown(&value.data);
            writeln!(out, "value\t{name}\t{}\t{data}", value.data.kind()).unwrap();
        }
        for subkey in key.subkeys().unwrap() {
            walk(&subkey, &format!("{path}\\{}", subkey.name()), out);
        }
    }
    let mut out = String::new();
    walk(&hive.root().unwrap(), "", &mut out);
    out
}

/// Fails with the first line that differs.
#[track_caller]
pub(super) fn assert_facts(hive: &Hive, expected: &[u8]) {
    let (found, expected) = (facts(hive), str::from_utf8(expected).unwrap());
    for (found, expected) in found.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.len(), expected.len());
}

#[test]
fn real_hives_are_read_as_hivex_reads_them() {
    for (hive, facts, keys) in [
        (packed!("edited"), packed!("edited.facts"), 60),
        (packed!("lists"), packed!("lists.facts"), 200),
        (packed!("old-version"), packed!("old-version.facts"), 2),
    ] {
        let hive = Hive::open(hive, &[]).unwrap();
        assert_eq!(hive.state(), &State::Clean);
        assert!(facts.split(|b| *b == b'\n').count() > keys);
        assert_facts(&hive, &facts);
    }
}

/// The hive `VHD_PREFLIGHT_HIVE`, where that is set, against the facts `VHD_PREFLIGHT_EXPECTED`
/// that the script which makes the committed hives writes of any hive. A hive of a real machine may
/// be dirty without its logs; its keys are compared all the same.
#[test]
fn a_hive_equals_what_hivex_says() {
    let named = |name| std::env::var_os(name).map(|path| std::fs::read(path).unwrap());
    if let Some(bytes) = named("VHD_PREFLIGHT_HIVE") {
        let hive = Hive::open(bytes, &[]).unwrap();
        assert_facts(&hive, &named("VHD_PREFLIGHT_EXPECTED").unwrap());
    }
}

/// hivex says nothing of class names: these are those that the script wrote.
#[test]
fn class_names_are_read() {
    let hive = Hive::open(packed!("lists"), &[]).unwrap();
    let class = |path| hive.key(path).unwrap().unwrap().class().unwrap();
    assert_eq!(class("").as_deref(), Some("класс"));
    assert_eq!(class("by ri").as_deref(), Some("ri"));
    assert_eq!(class("by ri\\ri key 000"), None);
    let key = hive.key("BY RI\\RI KEY 049").unwrap().unwrap();
    assert_eq!(key.name(), "ri key 049");
    assert!(!key.is_symbolic_link());
}

/// One of every type.
fn every_type() -> Vec<Data> {
    let bytes = vec![1, 2, 3, 4, 5];
    vec![
        Data::None(Vec::new()),
        Data::Sz("text ß 日本".into()),
        Data::ExpandSz("%SystemRoot%".into()),
        Data::Binary(bytes.clone()),
        Data::Binary(vec![7, 8]),
        Data::Dword(0x8000_0001),
        Data::DwordBigEndian(2),
        Data::Link("\\Registry\\Machine".into()),
        Data::MultiSz(vec!["a".into(), String::new(), "c".into()]),
        Data::MultiSz(Vec::new()),
        Data::ResourceList(bytes.clone()),
        Data::FullResourceDescriptor(bytes.clone()),
        Data::ResourceRequirementsList(bytes.clone()),
        Data::Qword(u64::MAX - 1),
        Data::Other {
            kind: 4,
            bytes: vec![1],
        },
        Data::Other {
            kind: 0xABCD,
            bytes,
        },
        Data::Binary((0..16_344).map(|n| n as u8).collect()),
        Data::Binary((0..16_345).map(|n| n as u8).collect()),
        Data::Binary((0..50_000).map(|n| (n / 7) as u8).collect()),
        Data::Sz("long ".repeat(5_000)),
    ]
}

/// A hive with a bit of everything.
pub(super) fn of_everything() -> HiveWriter {
    let mut writer = HiveWriter::new()
        .key("Empty")
        .set("", "", Data::Sz("default".into()))
        .set("Software\\Ключ", "Имя", Data::Dword(1))
        .set("software\\КЛЮЧ", "имя", Data::Dword(2));
    for (number, data) in every_type().into_iter().enumerate() {
        writer = writer.set("Types", &format!("value {number}"), data);
    }
    writer
}

#[test]
fn what_is_written_is_read() {
    let bytes = of_everything().build();
    let hive = Hive::open(bytes.clone(), &[]).unwrap();
    assert_eq!(hive.state(), &State::Clean);

    let root = hive.root().unwrap();
    assert_eq!((root.name(), root.last_written()), ("ROOT", WRITTEN));
    let subkeys = root.subkeys().unwrap();
    let names: Vec<&str> = subkeys.iter().map(Key::name).collect();
    assert_eq!(names, ["Empty", "Software", "Types"]);
    let default = root.value("").unwrap().unwrap();
    assert_eq!(default.data.text(), Some("default"));
    assert!(root.class().unwrap().is_none());

    let key = hive.key("\\SOFTWARE\\ключ").unwrap().unwrap();
    let value = key.value("ИМЯ").unwrap().unwrap();
    assert_eq!((value.name.as_str(), &value.data), ("Имя", &Data::Dword(2)));
    let at = key.offset() as usize;
    assert_eq!(&bytes[at + 4..at + 6], b"nk");
    let at = value.offset as usize;
    assert_eq!(&bytes[at + 4..at + 6], b"vk");

    let types = hive.key("types").unwrap().unwrap();
    let values = types.values().unwrap();
    let read: Vec<Data> = values.into_iter().map(|value| value.data).collect();
    assert_eq!(read, every_type());
    assert!(hive.key("types\\none").unwrap().is_none());
    assert!(types.value("none").unwrap().is_none());
    let empty = hive.key("Empty").unwrap().unwrap();
    assert!(empty.values().unwrap().is_empty());
}

#[test]
fn keys_and_values_are_taken_away() {
    let bytes = HiveWriter::new()
        .set("a\\b", "one", Data::Dword(1))
        .set("a\\b", "two", Data::Dword(2))
        .key("a\\c\\d")
        .unset("A\\B", "ONE")
        .remove("a\\C")
        .build();
    let hive = Hive::open(bytes, &[]).unwrap();
    let values = hive.key("a\\b").unwrap().unwrap().values().unwrap();
    assert_eq!(values.len(), 1);
    assert_eq!(values[0].name, "two");
    assert!(hive.key("a\\c").unwrap().is_none());
}

#[test]
fn data_names_its_type() {
    for (kind, name) in [(0, "REG_NONE"), (4, "REG_DWORD"), (11, "REG_QWORD")] {
        assert_eq!(Data::decode(kind, b"").kind_name(), name);
    }
    assert_eq!(Data::decode(12, b"").kind_name(), "unknown type");
}

#[test]
fn what_is_asked_again_and_again_comes_to_an_end() {
    let writer = HiveWriter::new().set("Key", "Value", Data::Dword(1));
    let hive = Hive::open(writer.build(), &[]).unwrap();
    hive.work.set(MAX_CELLS - 100);
    let mut answers = (0..100).map(|_| hive.key("Key").and_then(|key| key.unwrap().value("Value")));
    assert!(answers.next().unwrap().unwrap().is_some());
    let error = answers.find_map(Result::err).unwrap();
    assert!(matches!(error, HiveError::Limit(_)), "{error}");
    assert!(
        error.to_string().contains("cells that were read"),
        "{error}"
    );
}

#[test]
fn what_is_given_out_of_a_hive_has_a_limit() {
    let text = Data::Sz("long enough for a cell".to_owned());
    let writer = HiveWriter::new().set("a", "x", text.clone());
    let hive = Hive::open(writer.build(), &[]).unwrap();
    hive.loaded.set(MAX_LOADED - 100);
    let key = hive.key("a").unwrap().unwrap();
    assert_eq!(key.value("x").unwrap().unwrap().data, text);
    assert!(key.value("x").unwrap().is_some());
    let error = key.value("x").unwrap_err();
    assert!(matches!(error, HiveError::Limit(_)), "{error}");
    // What was refused does not count, and what is no longer than its name is given out.
    assert!(hive.loaded.get() <= MAX_LOADED);
    assert!(key.value("y").unwrap().is_none());
}

#[test]
fn a_name_longer_than_windows_allows_is_refused() {
    for (length, is_read) in [(512, true), (513, false)] {
        let name = "n".repeat(length);
        let hive = Hive::open(HiveWriter::new().key(&name).build(), &[]).unwrap();
        let found = hive.key(&name);
        assert_eq!(found.is_ok_and(|key| key.is_some()), is_read);
        assert_eq!(hive.root().unwrap().subkeys().is_ok(), is_read);
    }
}
