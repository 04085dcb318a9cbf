//! The image of a Windows Server: damage in the records and indexes of NTFS, in the cells of
//! hives, in the boot configuration, in programs, tasks and the EFI system partition.

use std::sync::Arc;

use vhd_preflight::filesystem::{self, FileSystem};
use vhd_preflight::finding::{Outcome, Status};
use vhd_preflight::guest::Guest;
use vhd_preflight::guest::windows::registry::HiveName;
use vhd_preflight::inspect::Inspection;
use vhd_preflight::rules::Rule;
use vhd_preflight::source::{MemorySource, ReadAt, Window};
use vhd_preflight::volume::FileSystemKind::{self, Fat32, Ntfs};

use crate::common::{image, windows_facts};
use crate::{Family, Patches, Random, Sound, WORDS, reads_of, run};

/// Images under `cargo test`.
const IMAGES: usize = 200;
/// Bytes of a hive's base block that its checksum is over; it follows them.
const SEALED: u64 = 508;
/// Numbers that offsets, counts and sizes of these formats do not expect.
const VALUES: [u64; 12] = [
    0,
    1,
    8,
    0x20,
    0x7F,
    0x8000,
    0xFFFF,
    0x7FFF_FFF8,
    0x8000_0000,
    0xFFFF_FFF8,
    1 << 48,
    u64::MAX,
];

/// Rules that need a hive: without it, none of them may pass.
const NEED: [(HiveName, &[&str]); 3] = [
    (
        HiveName::System,
        &[
            "WIN003", "WIN007", "WIN008", "WIN009", "WIN010", "WIN012", "WIN014", "WIN015",
            "WIN019", "WIN020", "WIN027",
        ],
    ),
    (
        HiveName::Software,
        &["WIN002", "WIN003", "WIN006", "WIN022", "WIN023"],
    ),
    (HiveName::Sam, &["WIN021"]),
];

/// Where a structure lies: its offset and length.
type Place = (u64, u64);

struct Windows {
    /// Structures by their kind; damage takes each kind as often as any other.
    kinds: Vec<Vec<Place>>,
    hives: Vec<Place>,
}

impl Windows {
    fn new(bytes: &[u8], source: &Arc<dyn ReadAt>, reads: &[Place]) -> Self {
        let facts = windows_facts("server-2022");
        let volume = |kind: &str| -> Place {
            let volumes = facts["volumes"].as_array().unwrap();
            let volume = volumes.iter().find(|volume| volume["type"] == kind);
            let [at, size] = ["offset", "size"].map(|name| volume.unwrap()[name].as_u64().unwrap());
            (at, size)
        };
        let open = |(at, size): Place, kind: FileSystemKind| -> Box<dyn FileSystem> {
            let window = Window::new(Arc::clone(source), at, size).unwrap();
            filesystem::open(&(Arc::new(window) as Arc<dyn ReadAt>), kind).unwrap()
        };
        let (ntfs, esp) = (volume("ntfs"), volume("vfat"));
        let (drive_c, system) = (open(ntfs, Ntfs), open(esp, Fat32));
        let place = |fs: &dyn FileSystem, path: &str| -> Place {
            let content = fs.read(path.as_bytes(), 0, 1 << 20).unwrap();
            let mut sectors = (0..bytes.len()).step_by(512);
            let at = sectors.find(|at| bytes[*at..].starts_with(&content));
            (at.expect(path) as u64, content.len() as u64)
        };
        let listed = facts["listing"].as_array().unwrap().iter();
        let paths: Vec<&str> = listed
            .filter(|row| row[1] == "file" && row[2].as_u64() > Some(1000))
            .filter_map(|row| row[0].as_str())
            .collect();
        let files = |wanted: &dyn Fn(&str) -> bool| -> Vec<Place> {
            let wanted = paths.iter().filter(|path| wanted(path));
            wanted.map(|path| place(&*drive_c, path)).collect()
        };
        let config = |name: &str| place(&*drive_c, &format!("/Windows/System32/config/{name}"));
        let boot = place(&*system, "/EFI/Microsoft/Boot/BCD");
        let mut hives: Vec<Place> = HiveName::ALL.map(|hive| config(hive.name())).to_vec();
        hives.push(boot);
        let structures = |signature: &[u8], size: u64| -> Vec<Place> {
            let at = (ntfs.0..ntfs.0 + ntfs.1).step_by(size as usize);
            at.filter(|at| bytes[*at as usize..].starts_with(signature))
                .map(|at| (at, size))
                .collect()
        };
        let heads = |of: &[Place]| -> Vec<Place> { of.iter().map(|(at, _)| (*at, 512)).collect() };
        let on_esp = |(at, _): &&Place| (esp.0..esp.0 + esp.1).contains(at);
        let kinds = vec![
            hives.clone(),
            vec![hives[0], hives[1]],
            heads(&hives),
            vec![boot],
            structures(b"FILE", 1024),
            structures(b"INDX", 4096),
            vec![(ntfs.0, 512)],
            files(&|path| path.ends_with(".sys") || path.ends_with(".exe")),
            files(&|path| path.ends_with("/ntoskrnl.exe")),
            files(&|path| path.contains("/Tasks/")),
            reads.iter().filter(on_esp).copied().collect(),
        ];
        for (number, kind) in kinds.iter().enumerate() {
            assert!(!kind.is_empty(), "nothing of kind {number}");
        }
        Self { kinds, hives }
    }

    /// Makes the checksums of base blocks right again.
    fn seal(&self, sound: &Sound, patches: &mut Patches) {
        for (hive, _) in &self.hives {
            let within = |at: u64| at.checked_sub(*hive).filter(|at| *at < SEALED);
            if !patches.iter().any(|(at, _)| within(*at).is_some()) {
                continue;
            }
            let mut block = sound.source.read_vec(*hive, SEALED as usize).unwrap();
            for (at, byte) in patches.iter() {
                if let Some(at) = within(*at) {
                    block[at as usize] = *byte;
                }
            }
            let words = block.as_chunks::<4>().0.iter();
            let sum = words.fold(0, |sum, word| sum ^ u32::from_le_bytes(*word));
            // These two stand for others.
            let sum = match sum {
                0 => 1,
                u32::MAX => u32::MAX - 1,
                sum => sum,
            };
            patches.extend((hive + SEALED..).zip(sum.to_le_bytes()));
        }
    }
}

impl Family for Windows {
    const RULES: &'static str = "WIN";

    fn is(guest: &Guest) -> bool {
        guest.windows().is_some()
    }

    fn quick(&self, _: usize) -> &[(u64, u8)] {
        &[]
    }

    fn damage(&self, sound: &Sound, random: &mut Random) -> Patches {
        if random.below(4) == 0 {
            return sound.damage(random);
        }
        let mut patches = Vec::new();
        for _ in 0..=random.below(4) {
            let kind = random.of_list(&self.kinds);
            let (start, length) = *random.of_list(kind);
            let within = length.min(*random.of_list(&[32, 128, 512, u64::MAX]));
            let at = start + random.below(within);
            match random.below(16) {
                0..3 => patches.push((at, random.next() as u8)),
                3..5 => patches.push((at, 1 << random.below(8))),
                5..10 => {
                    let (value, width) =
                        (*random.of_list(&VALUES), *random.of_list(&[2_u64, 4, 8]));
                    let at = at - at % width;
                    patches.extend((0..width).map(|n| (at + n, (value >> (n * 8)) as u8)));
                }
                10..13 => {
                    // An offset or a name of another structure of the kind.
                    let (other, length) = *random.of_list(kind);
                    let from = other + random.below(length);
                    let width = *random.of_list(&[4_u64, 8, 80]);
                    let bytes = sound.source.read_vec(from - from % 4, width as usize);
                    patches.extend((at - at % 4..).zip(bytes.unwrap_or_default()));
                }
                13..15 => {
                    let word: &&[u8] = random.of_list(&WORDS);
                    let word = String::from_utf8_lossy(word).into_owned();
                    let units = word.encode_utf16().flat_map(u16::to_le_bytes);
                    match random.below(2) {
                        0 => patches.extend((at - at % 2..).zip(units)),
                        _ => patches.extend((at..).zip(word.bytes())),
                    }
                }
                _ => {
                    // One in the place of another, or nothing.
                    let (other, size) = *random.of_list(kind);
                    let size = size.min(length).min(4096);
                    let bytes = match random.below(3) {
                        0 => vec![0; size as usize],
                        _ => sound.source.read_vec(other, size as usize).unwrap(),
                    };
                    patches.extend((start..).zip(bytes));
                }
            }
        }
        if random.below(4) != 0 {
            self.seal(sound, &mut patches);
        }
        patches
    }

    fn check(&self, inspection: &Inspection, outcomes: &[(&'static Rule, Outcome)], number: usize) {
        let Ok(Some(Guest::Windows(guest))) = &inspection.guest else {
            return;
        };
        let passes = |id: &str| {
            let mut rules = outcomes.iter().filter(|(rule, _)| rule.id == id);
            rules.any(|(_, outcome)| outcome.status() == Status::Pass)
        };
        for (name, rules) in NEED {
            let mut hives = guest.hives.iter().filter(|hive| hive.name == name);
            let unread = hives.any(|hive| hive.state.is_err());
            let passed = rules.iter().find(|rule| unread && passes(rule));
            assert_eq!(passed, None, "image {number} without {}", name.name());
        }
        if guest.services.is_err() {
            for rule in ["WIN010", "WIN019", "WIN020"] {
                assert!(!passes(rule), "image {number}: {rule} without services");
            }
        }
        let mut stores = guest.bcd.stores.iter();
        let unread = stores.any(|store| store.content.is_err());
        assert!(!(unread && passes("WIN016")), "image {number}: no BCD");
        assert!(
            guest.accounts.list.is_ok() || !passes("WIN021"),
            "image {number}: no accounts"
        );
    }
}

#[test]
fn a_damaged_windows_never_ends_in_a_panic_or_in_an_unfounded_pass() {
    let bytes = image("windows/server-2022.vhd");
    let source: Arc<dyn ReadAt> = Arc::new(MemorySource::new(bytes.clone()));
    let reads = reads_of(&source);
    let family = Windows::new(&bytes, &source, &reads);
    drop(bytes);
    run(&Sound::new(source, reads, &family), &family, IMAGES);
}
