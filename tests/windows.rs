//! The two committed Windows disks: what is read of them against what independent tools say of
//! them, and copies in which a few bytes are others, so that exactly one rule judges otherwise.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use common::{Judged, Patched, image, judge_source, windows_facts};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use vhd_preflight::filesystem::{self, FileSystem, FileType, State};
use vhd_preflight::finding::{Level, Outcome, Status};
use vhd_preflight::guest::WindowsGuest;
use vhd_preflight::guest::hive::{self, Hive};
use vhd_preflight::inspect::Options;
use vhd_preflight::report::{build, v1};
use vhd_preflight::rules::{Profile, not_checked, registry};
use vhd_preflight::source::{MemorySource, ReadAt, Window};
use vhd_preflight::volume::FileSystemKind;

const CONFIG: &str = "/Windows/System32/config";
const SETUP_STATE: &str = r"Microsoft\Windows\CurrentVersion\Setup\State";
const TERMINAL: &str = r"ControlSet001\Control\Terminal Server";
const TERMINAL_POLICY: &str = r"Policies\Microsoft\Windows NT\Terminal Services";
const SERVICES: &str = r"ControlSet001\Services";

/// A committed disk.
struct Disk {
    source: Arc<dyn ReadAt>,
    facts: Value,
    /// Where drive C: begins.
    windows: usize,
    bytes: Vec<u8>,
    sound: BTreeMap<&'static str, Judgement>,
}

static SERVER_2022: LazyLock<Disk> = LazyLock::new(|| Disk::new("server-2022"));
static SERVER_2012_R2: LazyLock<Disk> = LazyLock::new(|| Disk::new("server-2012r2"));

fn judged(source: &Arc<dyn ReadAt>) -> Judged {
    let options = Options {
        scan: false,
        ..Options::default()
    };
    judge_source("image.vhd", source, &options, Profile::default())
}

/// A rule's judgement; a pass that gives advice is not one that says nothing.
type Judgement = (Status, Option<Level>);

fn judgements(judged: &Judged) -> BTreeMap<&'static str, Judgement> {
    let judgement =
        |(id, outcome): &(&'static str, Outcome)| (*id, (outcome.status(), judged.level(id)));
    judged.outcomes.iter().map(judgement).collect()
}

impl Disk {
    fn new(name: &str) -> Self {
        let bytes = image(&format!("windows/{name}.vhd"));
        let facts = windows_facts(name);
        let volumes = facts["volumes"].as_array().unwrap();
        let windows = volumes.iter().find(|volume| volume["type"] == "ntfs");
        let windows = number(&windows.unwrap()["offset"]);
        let source: Arc<dyn ReadAt> = Arc::new(MemorySource::new(bytes.clone()));
        let sound = judgements(&judged(&source));
        Self {
            source,
            facts,
            windows,
            bytes,
            sound,
        }
    }

    /// The file system of a volume.
    fn open(&self, kind: &str) -> Box<dyn FileSystem> {
        let volumes = self.facts["volumes"].as_array().unwrap();
        let volume = volumes.iter().find(|volume| volume["type"] == kind);
        let [at, size] = ["offset", "size"].map(|name| volume.unwrap()[name].as_u64().unwrap());
        let window = Window::new(Arc::clone(&self.source), at, size).unwrap();
        let kind = match kind {
            "ntfs" => FileSystemKind::Ntfs,
            _ => FileSystemKind::Fat32,
        };
        filesystem::open(&(Arc::new(window) as Arc<dyn ReadAt>), kind).unwrap()
    }

    /// The content of a file of drive C:.
    fn file(&self, path: &str) -> Vec<u8> {
        self.open("ntfs").read(path.as_bytes(), 0, 1 << 20).unwrap()
    }

    /// Where a content is, which there is once and in one piece.
    fn place(&self, content: &[u8]) -> usize {
        let sectors = self.bytes.chunks(512).enumerate();
        let head = &content[..content.len().min(512)];
        let mut found = sectors
            .filter(|(_, sector)| sector.starts_with(head))
            .map(|(number, _)| number * 512);
        let at = found.next().unwrap();
        assert_eq!(found.next(), None);
        assert_eq!(&self.bytes[at..at + content.len()], content);
        at
    }

    /// Where the data of a value is: in its value's structure, or in a cell.
    fn value(&self, name: &str, key: &str, value: &str) -> usize {
        let bytes = self.file(&format!("{CONFIG}/{name}"));
        self.place(&bytes) + data_of(&bytes, key, value)
    }

    /// The disk with other bytes at some places.
    fn with(&self, changes: &[(usize, &[u8])]) -> Judged {
        let patches = changes
            .iter()
            .flat_map(|(at, bytes)| (*at as u64..).zip(bytes.iter().copied()));
        let source: Arc<dyn ReadAt> = Arc::new(Patched {
            base: Arc::clone(&self.source),
            patches: patches.collect(),
        });
        judged(&source)
    }

    /// The rules that judge this otherwise than the sound disk.
    fn turned(&self, judged: &Judged) -> Vec<(&'static str, Status)> {
        let now = judgements(judged).into_iter();
        now.filter(|(id, judgement)| self.sound[id] != *judgement)
            .map(|(id, (status, _))| (id, status))
            .collect()
    }
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

/// Where the data of a value is in the bytes of its hive.
fn data_of(bytes: &[u8], key: &str, value: &str) -> usize {
    let hive = Hive::open(bytes.to_vec(), &[]).unwrap();
    let key = hive.key(key).unwrap().expect(key);
    let value = key.value(value).unwrap().expect(value);
    let cell = usize::try_from(value.offset).unwrap();
    let long = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    if long(cell + 8) & 1 << 31 != 0 {
        return cell + 12;
    }
    4096 + long(cell + 12) as usize + 4
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn windows(judged: &Judged) -> &WindowsGuest {
    let guest = judged.inspection.guest.as_ref().unwrap().as_ref().unwrap();
    guest.windows().unwrap()
}

/// Every file, directory and reparse point as the oracle lists them.
fn listing(fs: &dyn FileSystem, path: &str, out: &mut Vec<Value>) {
    let folder = if path.is_empty() { "/" } else { path };
    for entry in fs.list(folder.as_bytes(), 1000).unwrap() {
        let path = format!("{path}/{}", String::from_utf8(entry.name).unwrap());
        let metadata = fs.metadata(path.as_bytes()).unwrap().unwrap();
        assert_eq!(metadata.file_type, entry.file_type, "{path}");
        let row = match entry.file_type {
            FileType::Directory => {
                listing(fs, &path, out);
                serde_json::json!([path, "folder", 0, ""])
            }
            FileType::Symlink => {
                let target = fs.read_link(path.as_bytes()).unwrap();
                serde_json::json!([path, "reparse", 0, String::from_utf8(target).unwrap()])
            }
            _ => {
                let content = fs.read(path.as_bytes(), 0, 1 << 24).unwrap();
                assert_eq!(metadata.size, content.len() as u64, "{path}");
                let digest: String = Sha256::digest(&content)
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect();
                serde_json::json!([path, "file", content.len(), digest])
            }
        };
        out.push(row);
    }
}

#[test]
fn every_file_of_drive_c_is_that_of_ntfs_3g() {
    for disk in [&SERVER_2022, &SERVER_2012_R2] {
        let fs = disk.open("ntfs");
        let expected = disk.facts["volumes"].as_array().unwrap().last().unwrap();
        let superblock = fs.superblock();
        assert_eq!(superblock.label.as_deref(), expected["label"].as_str());
        assert_eq!(superblock.uuid.as_deref(), expected["uuid"].as_str());
        assert_eq!(superblock.state, State::Clean);
        let mut rows = Vec::new();
        listing(&*fs, "", &mut rows);
        let name = |row: &Value| row[0].as_str().unwrap().to_owned();
        rows.sort_by_key(name);
        let mut expected = disk.facts["listing"].as_array().unwrap().clone();
        expected.sort_by_key(name);
        assert!(expected.len() > 140);
        for (row, expected) in rows.iter().zip(&expected) {
            assert_eq!(row, expected);
        }
        assert_eq!(rows.len(), expected.len());
    }
}

/// Keys and values below a key, all of which can be read.
fn count(key: &hive::Key<'_>) -> (usize, usize) {
    let mut counted = (1, key.values().unwrap().len());
    for subkey in key.subkeys().unwrap() {
        let (keys, values) = count(&subkey);
        counted = (counted.0 + keys, counted.1 + values);
    }
    counted
}

#[test]
fn hives_hold_what_reglookup_and_hivex_say() {
    for disk in [&SERVER_2022, &SERVER_2012_R2] {
        let hives = disk.facts["hives"].as_object().unwrap();
        assert_eq!(hives.len(), 6);
        for (name, expected) in hives {
            let hive = Hive::open(disk.file(&format!("{CONFIG}/{name}")), &[]).unwrap();
            assert_eq!(*hive.state(), hive::State::Clean, "{name}");
            // Its own root is the one that reglookup does not show.
            let (keys, values) = count(&hive.root().unwrap());
            let expected = ["keys", "values"].map(|what| number(&expected[what]));
            assert_eq!([keys, values], expected, "{name}");
        }
        let compare = |name: &str, key: &str, expected: &Value| {
            let hive = Hive::open(disk.file(&format!("{CONFIG}/{name}")), &[]).unwrap();
            let key = hive.key(key).unwrap().unwrap();
            for (value, expected) in expected.as_object().unwrap() {
                let data = key.value(value).unwrap().expect(value).data;
                let found = match data.text() {
                    Some(text) => Value::from(text),
                    None => Value::from(data.number()),
                };
                assert_eq!(found, *expected, "{value}");
            }
        };
        let release = r"Microsoft\Windows NT\CurrentVersion";
        compare("SOFTWARE", release, &disk.facts["release"]);
        let listener = format!(r"{TERMINAL}\WinStations\RDP-Tcp");
        compare("SYSTEM", &listener, &disk.facts["remote_desktop"]);
    }
}

#[test]
fn the_facts_are_those_that_other_tools_find() {
    for disk in [&SERVER_2022, &SERVER_2012_R2] {
        let judged = judged(&disk.source);
        let guest = windows(&judged);
        let release = &disk.facts["release"];
        let text = |name: &str| release[name].as_str().map(str::to_owned);
        assert_eq!(guest.release.product.value, Ok(text("ProductName")));
        assert_eq!(guest.release.edition.value, Ok(text("EditionID")));
        assert_eq!(guest.release.build.value, Ok(text("CurrentBuildNumber")));
        assert_eq!(
            guest.release.installation.value,
            Ok(text("InstallationType"))
        );
        let revision = release["UBR"].as_u64().map(|n| u32::try_from(n).unwrap());
        assert_eq!(guest.release.revision.value, Ok(revision));
        let state = disk.facts["image_state"].as_str().unwrap().to_owned();
        assert_eq!(guest.sysprep.image_state.value, Ok(Some(state)));
        let port = guest.remote_desktop.listener.port.value.clone();
        assert_eq!(port, Ok(Some(3389)));
        // Every service's start.
        let services = guest.services.as_ref().unwrap();
        let expected = disk.facts["services"].as_object().unwrap();
        for (name, start) in expected {
            let service = services.get(name).unwrap_or_else(|| panic!("no {name}"));
            let found = service.start.value.clone().unwrap().map(u64::from);
            assert_eq!(found, start.as_u64(), "{name}");
        }
        // Every version that is shown of a program is that of its resource.
        let outcomes = registry::judge(&judged.inspection, Profile::default(), &[]);
        let image = build::image(&build::Judged {
            inspection: &judged.inspection,
            outcomes: &outcomes,
            not_checked: &not_checked::list(&judged.inspection),
            inputs: None,
            previous: None,
        });
        let shown = serde_json::to_value(&image).unwrap();
        let programs = disk.facts["programs"].as_object().unwrap();
        let programs: BTreeMap<_, _> = programs
            .iter()
            .map(|(path, version)| (path.to_lowercase(), version))
            .collect();
        let mut seen = BTreeSet::new();
        for row in shown["facts"]["guest"]["facts"].as_array().unwrap() {
            let path = row["place"]["path"].as_str().unwrap_or_default();
            let path = path.trim_start_matches(r"C:\").replace('\\', "/");
            let is_version = |text: &str| {
                let parts: Vec<_> = text.split('.').collect();
                parts.len() == 4 && parts.iter().all(|part| part.parse::<u16>().is_ok())
            };
            let value = row["value"].as_str().unwrap_or_default();
            if let Some(version) = programs.get(&path.to_lowercase())
                && is_version(value)
            {
                assert_eq!(row["value"], **version, "{path}");
                seen.insert(path);
            }
        }
        assert!(seen.len() > 5, "{seen:?}");
    }
}

#[test]
fn a_disk_that_was_prepared_well_passes() {
    for disk in [&SERVER_2022, &SERVER_2012_R2] {
        let judged = judged(&disk.source);
        assert_eq!(verdict(&judged), Some(v1::Verdict::Pass));
        let undecided: Vec<_> = registry::RULES
            .iter()
            .filter(|rule| rule.is_blocking())
            .filter(|rule| judged.status(rule.id) == Status::Undetermined)
            .map(|rule| rule.id)
            .collect();
        assert!(undecided.is_empty(), "{undecided:?}");
        let rows = judged.outcomes.iter();
        let windows = rows.filter(|(id, _)| id.starts_with("WIN"));
        assert_eq!(windows.count(), 36);
        // No more than that it is small, which it is for the tests' sake.
        let failed = |status| {
            let rows = judged.outcomes.iter();
            let rows = rows.filter(move |(_, outcome)| outcome.status() == status);
            rows.map(|(id, _)| *id).collect::<Vec<_>>()
        };
        assert_eq!(failed(Status::Fail), [""; 0], "{:#?}", judged.messages());
        assert_eq!(judged.rules_at(Level::Warning), ["VHD010"]);
    }
}

fn verdict(judged: &Judged) -> Option<v1::Verdict> {
    let outcomes = registry::judge(&judged.inspection, Profile::default(), &[]);
    build::image(&build::Judged {
        inspection: &judged.inspection,
        outcomes: &outcomes,
        not_checked: &not_checked::list(&judged.inspection),
        inputs: None,
        previous: None,
    })
    .verdict
}

/// A copy of the disk with something changed turns these rules and no other one.
fn assert_turns(disk: &Disk, changes: &[(usize, &[u8])], expected: &[(&str, Status)]) -> Judged {
    let judged = disk.with(changes);
    assert_eq!(disk.turned(&judged), expected, "{:#?}", judged.messages());
    judged
}

#[test]
fn one_value_of_the_registry_turns_one_rule() {
    let disk = &SERVER_2022;
    let service = |name: &str| disk.value("SYSTEM", &format!(r"{SERVICES}\{name}"), "Start");
    let state = utf16("IMAGE_STATE_COMPLETE\0");
    let image_state = disk.value("SOFTWARE", SETUP_STATE, "ImageState");
    let port = disk.value(
        "SYSTEM",
        &format!(r"{TERMINAL}\WinStations\RDP-Tcp"),
        "PortNumber",
    );
    let deny = disk.value("SYSTEM", TERMINAL, "fDenyTSConnections");
    let policy = disk.value("SOFTWARE", TERMINAL_POLICY, "fDenyTSConnections");
    let edition = disk.value(
        "SOFTWARE",
        r"Microsoft\Windows NT\CurrentVersion",
        "InstallationType",
    );
    for (at, bytes, rule, status) in [
        (image_state, state.as_slice(), "WIN003", Status::Fail),
        (deny, &[1], "WIN007", Status::Warn),
        (policy, &[1], "WIN007", Status::Fail),
        (port, &[0x3E, 0x0D], "WIN008", Status::Fail),
        (service("Dhcp"), &[4], "WIN010", Status::Fail),
        (service("cdrom"), &[4], "WIN015", Status::Fail),
        (service("wuauserv"), &[4], "WIN023", Status::Warn),
        (service("storvsc"), &[4], "WIN027", Status::Fail),
        (service("vmbus"), &[3], "WIN027", Status::Fail),
        (edition, &utf16("Client\0"), "WIN002", Status::Warn),
    ] {
        let mut expected = vec![(rule, status)];
        if at == policy {
            // An offer with such a machine has to say that nobody logs on to it.
            expected.insert(0, ("OFFER002", Status::Warn));
        }
        let judged = assert_turns(disk, &[(at, bytes)], &expected);
        let finding = judged.outcome(rule).findings().first().unwrap();
        assert!(finding.found.is_some(), "{rule} shows nothing");
    }
}

#[test]
fn a_text_of_a_file_turns_one_rule() {
    let disk = &SERVER_2022;
    // The machine in the COFF header of the kernel: i386.
    let kernel = disk.file("/Windows/System32/ntoskrnl.exe");
    let header = u32::from_le_bytes(kernel[0x3C..0x40].try_into().unwrap()) as usize;
    assert_eq!(kernel[header..header + 6], *b"PE\0\0\x64\x86");
    let machine = disk.place(&kernel) + header + 4;
    assert_turns(
        disk,
        &[(machine, &[0x4C, 0x01])],
        &[("WIN001", Status::Fail)],
    );
    // It is not known what a file that is none of the kind holds.
    let kernel = disk.place(&kernel);
    let judged = disk.with(&[(kernel, b"ZM")]);
    assert_eq!(judged.status("WIN001"), Status::Undetermined);
    assert_ne!(verdict(&judged), Some(v1::Verdict::Pass));
}

#[test]
fn a_boot_entry_of_another_partition_is_seen() {
    let disk = &SERVER_2022;
    let esp = disk.open("vfat");
    let store = esp.read(b"/EFI/Microsoft/Boot/BCD", 0, 1 << 20).unwrap();
    // The partition of drive C: in the data of the boot loader's devices.
    let table = judged(&disk.source).inspection.partitions.unwrap();
    let windows = table.partitions.last().unwrap();
    let guid = windows.guid.unwrap().to_bytes_le();
    let places: Vec<_> = (0..store.len() - 16)
        .filter(|at| store[*at..].starts_with(&guid))
        .collect();
    assert!(!places.is_empty());
    let at = disk.place(&store);
    let changes: Vec<_> = places
        .iter()
        .map(|place| (at + place, &[0x99][..]))
        .collect();
    assert_turns(disk, &changes, &[("WIN016", Status::Fail)]);
    // A store that cannot be read is no store that is right.
    let judged = disk.with(&[(at, b"gone")]);
    assert_eq!(judged.status("WIN016"), Status::Undetermined);
}

#[test]
fn a_volume_that_was_not_unmounted_is_seen() {
    for (disk, rule) in [(&SERVER_2022, "PART011"), (&SERVER_2012_R2, "PART011")] {
        let sector = &disk.bytes[disk.windows..disk.windows + 512];
        let mft = u64::from_le_bytes(sector[0x30..0x38].try_into().unwrap());
        // The file $Volume, whose $VOLUME_INFORMATION has the version 3.1 before its flags.
        let volume = disk.windows + usize::try_from(mft).unwrap() * 4096 + 3 * 1024;
        let record = &disk.bytes[volume..volume + 1024];
        let kind = record.windows(4).position(|kind| kind == [0x70, 0, 0, 0]);
        let attribute = kind.unwrap();
        let value = usize::from(record[attribute + 0x14]);
        assert_eq!(record[attribute + value + 8..][..2], [3, 1]);
        let flags = volume + attribute + value + 10;
        let judged = assert_turns(disk, &[(flags, &[1])], &[(rule, Status::Warn)]);
        assert_eq!(verdict(&judged), Some(v1::Verdict::Pass));
    }
}

#[test]
fn what_a_hive_that_cannot_be_read_would_say_is_not_known() {
    let disk = &SERVER_2022;
    for (name, rules) in [
        ("SYSTEM", &["WIN007", "WIN010", "WIN015", "WIN027"][..]),
        ("SOFTWARE", &["WIN002", "WIN003", "WIN006"]),
        ("SAM", &["WIN021"]),
    ] {
        let bytes = disk.file(&format!("{CONFIG}/{name}"));
        let at = disk.place(&bytes);
        // Its signature; its checksum, as after a power failure with an empty log; its root key.
        for place in [0, 508, 4096 + 32 + 4] {
            let judged = disk.with(&[(at + place, b"?")]);
            assert_ne!(verdict(&judged), Some(v1::Verdict::Pass), "{name} {place}");
            for rule in rules {
                assert_eq!(judged.status(rule), Status::Undetermined, "{name}: {rule}");
            }
            // Nothing fails for that it is not known.
            let turned = disk.turned(&judged);
            let fails = turned.iter().find(|(_, status)| *status == Status::Fail);
            assert_eq!(fails, None, "{name} {place}");
        }
    }
}
