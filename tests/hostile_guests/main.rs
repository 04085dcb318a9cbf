//! Hostile guests: the image of a real Debian and that of a Windows with random damage where an
//! inspection reads. Whatever it says then, looking, judging and reporting end soon and without a
//! panic, and what could not be read never makes a pass.
//!
//! Some hundred images of each under `cargo test`; as many as `VHD_PREFLIGHT_HOSTILE` says where
//! that is set (10,000 take minutes with `--release`), from the seed `VHD_PREFLIGHT_SEED`.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used
)]

#[path = "../common/mod.rs"]
mod common;
mod linux;
mod windows;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use common::Patched;
use vhd_preflight::finding::{Outcome, Status};
use vhd_preflight::guest::Guest;
use vhd_preflight::inspect::{Inspection, Options, inspect_source};
use vhd_preflight::report::human::Detail;
use vhd_preflight::report::{build, human, json, v1};
use vhd_preflight::rules::{Profile, Rule, not_checked, registry};
use vhd_preflight::source::{Extent, ReadAt, ReadError};

/// How long one may take: this, and so many times what the sound image took, since the machine
/// may be busy. Far above what the slowest takes; a loop or a huge allocation takes for ever.
const LONGEST: Duration = Duration::from_secs(20);
const TIMES_THE_SOUND: u32 = 100;
/// Blocks that damage is counted in.
const BLOCK: u64 = 4096;
/// Text in place of the bytes of a file.
const WORDS: [&[u8]; 10] = [
    b"\n",
    b"\n\n[",
    b"\0",
    b"\xff\xfe",
    b"${x}",
    b"../../../../",
    b"*/*/*/*",
    b"include /etc/\n",
    b"99999999999999999999",
    b"\x1b[2J##vso[",
];

/// Xorshift: the same images on every machine.
struct Random(u64);

impl Random {
    /// The stream of the image of that number.
    fn of(seed: u64, number: usize) -> Self {
        let mut random = Self((seed ^ number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        for _ in 0..4 {
            random.next();
        }
        random
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn of_list<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u64) as usize]
    }
}

/// A source that keeps which of its bytes were asked for.
struct Recorded {
    base: Arc<dyn ReadAt>,
    reads: Mutex<BTreeSet<(u64, u64)>>,
}

impl ReadAt for Recorded {
    fn len(&self) -> u64 {
        self.base.len()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        let length = buf.len() as u64;
        if length > 0 {
            self.reads.lock().unwrap().insert((offset, length));
        }
        self.base.read_at(offset, buf)
    }

    fn extent_at(&self, offset: u64) -> Result<Extent, ReadError> {
        self.base.extent_at(offset)
    }
}

fn options() -> Options<'static> {
    Options {
        scan: false,
        ..Options::default()
    }
}

fn inspect(source: &Arc<dyn ReadAt>) -> Inspection {
    inspect_source("image.vhd", source, &options()).unwrap()
}

/// Bytes that have other values.
type Patches = Vec<(u64, u8)>;

/// What one family of guests has of its own.
trait Family: Sync {
    /// How the ids of its rules begin.
    const RULES: &'static str;
    /// Whether the sound guest is one.
    fn is(guest: &Guest) -> bool;
    /// What most images have changed so that they are looked at soon, whatever their number.
    fn quick(&self, number: usize) -> &[(u64, u8)];
    /// The damage of one image.
    fn damage(&self, sound: &Sound, random: &mut Random) -> Patches;
    /// What must hold of a judged image beyond what holds of all.
    fn check(&self, _: &Inspection, _: &[(&'static Rule, Outcome)], _: usize) {}
}

/// The sound image, the reads that its inspection takes, and the rules that it fails as it is.
struct Sound {
    source: Arc<dyn ReadAt>,
    reads: Vec<(u64, u64)>,
    not_passed: BTreeSet<&'static str>,
    longest: Duration,
}

/// The reads that the inspection of an image takes.
fn reads_of(source: &Arc<dyn ReadAt>) -> Vec<(u64, u64)> {
    let recorded = Arc::new(Recorded {
        base: Arc::clone(source),
        reads: Mutex::default(),
    });
    inspect(&(Arc::clone(&recorded) as Arc<dyn ReadAt>));
    let reads = recorded.reads.lock().unwrap();
    assert!(reads.len() > 300, "{} reads only", reads.len());
    reads.iter().copied().collect()
}

impl Sound {
    fn new<F: Family>(source: Arc<dyn ReadAt>, reads: Vec<(u64, u64)>, family: &F) -> Self {
        let begun = Instant::now();
        // Number 0 is whole, number 1 is as most are.
        let sound = [0, 1].map(|number| {
            inspect(
                &(Arc::new(Patched {
                    base: Arc::clone(&source),
                    patches: family.quick(number).to_vec(),
                }) as Arc<dyn ReadAt>),
            )
        });
        let longest = LONGEST + begun.elapsed() * TIMES_THE_SOUND;
        let mut not_passed = BTreeSet::new();
        for (number, inspection) in sound.iter().enumerate() {
            assert!(matches!(&inspection.guest, Ok(Some(guest)) if F::is(guest)));
            for profile in Profile::ALL {
                let outcomes = registry::judge(inspection, profile, &[]);
                family.check(inspection, &outcomes, number);
                not_passed.extend(outcomes.iter().filter_map(|(rule, outcome)| {
                    let status = outcome.status();
                    matches!(status, Status::Fail | Status::Undetermined).then_some(rule.id)
                }));
            }
        }
        Self {
            source,
            reads,
            not_passed,
            longest,
        }
    }

    /// Where one damage begins: in a read of the sound image, and mostly near its start, where
    /// structures have their heads.
    fn place(&self, random: &mut Random) -> (u64, u64) {
        let (start, length) = *random.of_list(&self.reads);
        let within = match random.below(3) {
            0 => length,
            1 => length.min(64),
            _ => length.min(BLOCK),
        };
        (start, start + random.below(within))
    }

    /// The bytes that one image has in other values.
    fn damage(&self, random: &mut Random) -> Patches {
        const VALUES: [u64; 10] = [
            0,
            1,
            2,
            0x7FFF_FFFF,
            0x8000_0000,
            0xFFFF_FFFF,
            1 << 50,
            1 << 60,
            u64::MAX >> 1,
            u64::MAX,
        ];
        let mut patches = Vec::new();
        for _ in 0..=random.below(6) {
            let (start, at) = self.place(random);
            match random.below(16) {
                0..5 => patches.push((at, random.next() as u8)),
                5..7 => patches.push((at, 1 << random.below(8))),
                7..11 => {
                    let (value, width) =
                        (*random.of_list(&VALUES), *random.of_list(&[2_u64, 4, 8]));
                    let at = at - at % width;
                    patches.extend((0..width).map(|n| (at + n, (value >> (n * 8)) as u8)));
                }
                11..14 => {
                    let word = random.of_list(&WORDS);
                    patches.extend((at..).zip(word.iter().copied()));
                }
                14 => {
                    let at = start - start % BLOCK;
                    let byte = *random.of_list(&[0, 0xFF, b'\n', b'A']);
                    patches.extend((at..at + BLOCK).map(|at| (at, byte)));
                }
                _ => {
                    let (from, _) = self.place(random);
                    let (from, to) = (from - from % BLOCK, start - start % BLOCK);
                    let block = self.source.read_vec(from, BLOCK as usize);
                    patches.extend((to..).zip(block.unwrap_or_default()));
                }
            }
        }
        patches
    }
}

/// What became of the images, so that a test that reaches nothing is seen.
#[derive(Default)]
struct Tally {
    read: AtomicUsize,
    unread: AtomicUsize,
    failed: Mutex<Vec<usize>>,
    slowest: Mutex<(Duration, usize)>,
}

fn judge<F: Family>(sound: &Sound, family: &F, inspection: &Inspection, number: usize) {
    let guest_was_read = matches!(inspection.guest, Ok(Some(_)));
    for profile in Profile::ALL {
        let outcomes = registry::judge(inspection, profile, &[]);
        assert_eq!(outcomes.len(), registry::RULES.len());
        family.check(inspection, &outcomes, number);
        let image = build::image(&build::Judged {
            inspection,
            outcomes: &outcomes,
            not_checked: &not_checked::list(inspection),
            inputs: None,
            previous: None,
        });
        if !guest_was_read {
            assert_ne!(image.verdict, Some(v1::Verdict::Pass), "image {number}");
            // What the sound image fails must not be what keeps this one from passing.
            let held = outcomes.iter().any(|(rule, outcome)| {
                let open = outcome.status() == Status::Undetermined && rule.is_blocking();
                (open || outcome.status() == Status::Fail) && !sound.not_passed.contains(rule.id)
            });
            assert!(held, "image {number} would pass, and was not read");
            let passed = outcomes.iter().find(|(rule, outcome)| {
                rule.id.starts_with(F::RULES) && outcome.status() == Status::Pass
            });
            assert!(
                passed.is_none(),
                "image {number}: {} passed without a guest",
                passed.unwrap().0.id
            );
        }
        let report = build::report(profile, vec![image]);
        let mut text = Vec::new();
        json::write(&mut text, &report).unwrap();
        let parsed: serde_json::Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(parsed["images"].as_array().map(Vec::len), Some(1));
        let mut text = Vec::new();
        human::report(&mut text, &report, Detail::Verbose, 80).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(
            !text.contains("\x1b[2J"),
            "image {number}: an escape sequence"
        );
        assert!(
            text.len() < 16 << 20,
            "image {number}: {} bytes",
            text.len()
        );
    }
}

fn look<F: Family>(sound: &Sound, family: &F, seed: u64, number: usize, tally: &Tally) {
    let mut patches = family.damage(sound, &mut Random::of(seed, number));
    patches.extend(family.quick(number));
    let source: Arc<dyn ReadAt> = Arc::new(Patched {
        base: Arc::clone(&sound.source),
        patches,
    });
    let begun = Instant::now();
    let inspection = inspect(&source);
    match inspection.guest {
        Ok(Some(_)) => tally.read.fetch_add(1, Ordering::Relaxed),
        _ => tally.unread.fetch_add(1, Ordering::Relaxed),
    };
    judge(sound, family, &inspection, number);
    let took = begun.elapsed();
    assert!(took < sound.longest, "image {number}: {took:?}");
    let mut slowest = tally.slowest.lock().unwrap();
    *slowest = (*slowest).max((took, number));
}

fn from_environment(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}={text}")))
}

/// Looks at so many damaged images, or as many as the environment says.
fn run<F: Family>(sound: &Sound, family: &F, images: usize) {
    let images = from_environment("VHD_PREFLIGHT_HOSTILE").map_or(images, |n| n as usize);
    let seed = from_environment("VHD_PREFLIGHT_SEED").unwrap_or(0x5EED);
    let (tally, next) = (Tally::default(), AtomicUsize::new(0));
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= images {
                        break;
                    }
                    let look = AssertUnwindSafe(|| look(sound, family, seed, number, &tally));
                    if catch_unwind(look).is_err() {
                        tally.failed.lock().unwrap().push(number);
                    }
                }
            });
        }
    });
    let (read, unread) = (tally.read.into_inner(), tally.unread.into_inner());
    let failed = tally.failed.into_inner().unwrap();
    let (slowest, number) = tally.slowest.into_inner().unwrap();
    eprintln!(
        "{read} guests read, {unread} not; {} places; the slowest took {slowest:?}: image {number}",
        sound.reads.len()
    );
    assert!(
        failed.is_empty(),
        "these images of the seed {seed} failed: {failed:?}"
    );
    assert_eq!(read + unread, images);
    // Otherwise the damage hits nothing, or everything.
    assert!(read > images / 4, "{read} guests read");
    assert!(unread > images / 100, "{unread} guests not read");
}
