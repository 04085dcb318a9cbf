//! The image of a real Debian.

use std::sync::Arc;

use vhd_preflight::guest::Guest;
use vhd_preflight::source::{ImageFile, IoChoice, ReadAt};

use crate::common::testdata;
use crate::{Family, Patches, Random, Sound, reads_of, run};

/// Images under `cargo test`.
const IMAGES: usize = 300;
/// One image of so many has its initial RAM disk unpacked, which takes longer than all else.
const UNPACKED: usize = 32;
/// How the initial RAM disk begins.
const XZ: [u8; 6] = [0xFD, b'7', b'z', b'X', b'Z', 0];

struct Linux {
    /// What makes the initial RAM disk one that is not unpacked.
    not_unpacked: Patches,
}

impl Family for Linux {
    const RULES: &'static str = "LNX";

    fn is(guest: &Guest) -> bool {
        guest.linux().is_some()
    }

    fn quick(&self, number: usize) -> &[(u64, u8)] {
        match number.is_multiple_of(UNPACKED) {
            true => &[],
            false => &self.not_unpacked,
        }
    }

    fn damage(&self, sound: &Sound, random: &mut Random) -> Patches {
        sound.damage(random)
    }
}

#[test]
fn a_damaged_linux_never_ends_in_a_panic_or_in_an_unfounded_pass() {
    let path = testdata().join("debian-12-small.vhd");
    let source: Arc<dyn ReadAt> = Arc::new(ImageFile::open(&path, IoChoice::Auto).unwrap());
    let reads = reads_of(&source);
    let not_unpacked: Vec<_> = reads
        .iter()
        .filter(|(at, _)| source.read_vec(*at, XZ.len()).is_ok_and(|head| head == XZ))
        .map(|(at, _)| (*at, b'?'))
        .collect();
    assert!(!not_unpacked.is_empty(), "no initial RAM disk was read");
    let family = Linux { not_unpacked };
    run(&Sound::new(source, reads, &family), &family, IMAGES);
}
