//! Digests over the bytes in their order, which others compute too.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, Instant};

use super::options::WholeFile;
use crate::source::ReadAt;

/// A hash function over all bytes in their order, holes as the zeros that they read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DigestKind {
    /// SHA-256, as `sha256sum` prints it.
    Sha256,
    /// MD5, as `md5sum` prints it, and in base64 the Content-MD5 of an Azure blob.
    Md5,
    /// BLAKE3, as `b3sum` prints it. Not the [digest of the content](super#the-digest).
    Blake3,
}

impl DigestKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Sha256, Self::Md5, Self::Blake3];

    /// The name on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Md5 => "md5",
            Self::Blake3 => "blake3",
        }
    }

    /// The name in a text.
    pub fn title(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Md5 => "MD5",
            Self::Blake3 => "BLAKE3",
        }
    }

    /// Orders by what they usually cost for a byte.
    pub(super) fn burden(self) -> u8 {
        match self {
            Self::Blake3 => 0,
            Self::Sha256 => 1,
            Self::Md5 => 2,
        }
    }
}

impl FromStr for DigestKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.name() == text).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("no digest is called {text:?}; there are {names}")
        })
    }
}

/// The value of one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// By which function.
    pub kind: DigestKind,
    /// 32 bytes, 16 of MD5.
    pub value: Vec<u8>,
}

impl Digest {
    /// In lower-case hexadecimal.
    pub fn hex(&self) -> String {
        use fmt::Write as _;
        self.value.iter().fold(String::new(), |mut hex, byte| {
            // Writing into a string does not fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }

    /// In base64 with padding, as the header `Content-MD5` and the property of the same name of an
    /// Azure blob hold an MD5.
    pub fn base64(&self) -> String {
        const LETTERS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for group in self.value.chunks(3) {
            let bits = (0..3).fold(0_usize, |bits, at| {
                bits << 8 | usize::from(group.get(at).copied().unwrap_or(0))
            });
            for at in 0..4 {
                let letter = LETTERS[bits >> (18 - 6 * at) & 63];
                text.push(if at <= group.len() {
                    letter.into()
                } else {
                    '='
                });
            }
        }
        text
    }
}

/// The digests of the disk and, where it was wanted, of the file: in the order asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checksums {
    /// Of the disk: its bytes without the container's. Empty where not all of them are at hand.
    pub disk: Vec<Digest>,
    /// Of the whole file. Empty where it was not wanted.
    pub file: Vec<Digest>,
}

/// A hash function at work.
#[derive(Clone)]
pub(super) enum Hasher {
    Sha256(sha2::Sha256),
    Md5(md5::Md5),
    // Its state is some 2 KiB, the others' about 100 bytes.
    Blake3(Box<blake3::Hasher>),
}

impl Hasher {
    pub(super) fn new(kind: DigestKind) -> Self {
        match kind {
            DigestKind::Sha256 => Self::Sha256(sha2::Sha256::default()),
            DigestKind::Md5 => Self::Md5(md5::Md5::default()),
            DigestKind::Blake3 => Self::Blake3(Box::default()),
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hasher) => sha2::Digest::update(hasher, bytes),
            Self::Md5(hasher) => md5::Digest::update(hasher, bytes),
            Self::Blake3(hasher) => {
                hasher.update(bytes);
            }
        }
    }

    pub(super) fn finish(self) -> Digest {
        let (kind, value) = match self {
            Self::Sha256(hasher) => (
                DigestKind::Sha256,
                sha2::Digest::finalize(hasher).as_slice().to_vec(),
            ),
            Self::Md5(hasher) => (
                DigestKind::Md5,
                md5::Digest::finalize(hasher).as_slice().to_vec(),
            ),
            Self::Blake3(hasher) => (DigestKind::Blake3, hasher.finalize().as_bytes().to_vec()),
        };
        Digest { kind, value }
    }
}

/// What a digest costs, said before it is computed.
#[derive(Debug, Clone, PartialEq)]
pub struct DigestCost {
    /// Which one.
    pub kind: DigestKind,
    /// Bytes that have to be hashed one after the other, by one thread. Holes are among them: a
    /// zero that takes no space still has to be hashed.
    pub serial_bytes: u64,
    /// Bytes among them that are read for this digest alone: those of a file whose disk is stored
    /// in another way. Holes of the file are counted, but not read.
    pub second_pass_bytes: u64,
    /// What this machine hashes in a second, measured just now on a few MiB.
    pub bytes_per_second: u64,
}

impl DigestCost {
    /// The least time that it takes, in seconds. Digests run beside each other where there are
    /// cores for them, so that the longest time counts, and otherwise the sum.
    pub fn seconds(&self) -> f64 {
        self.serial_bytes as f64 / self.bytes_per_second.max(1) as f64
    }
}

impl fmt::Display for DigestCost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} bytes one after the other, holes included, at {:.1} GB/s measured here: at \
             least {:.1} s",
            self.kind.title(),
            self.serial_bytes,
            self.bytes_per_second as f64 / 1e9,
            self.seconds()
        )?;
        if self.second_pass_bytes > 0 {
            write!(
                f,
                ", {} of them in a second pass over the file",
                self.second_pass_bytes
            )?;
        }
        Ok(())
    }
}

/// What the digests of `disk`, and of `file` where it is wanted, are going to cost. Measures each
/// function for a few milliseconds.
pub fn digest_costs(
    kinds: &[DigestKind],
    disk: &dyn ReadAt,
    file: WholeFile<'_>,
) -> Vec<DigestCost> {
    let (serial_bytes, second_pass_bytes) = match file {
        WholeFile::Unwanted => (disk.len(), 0),
        WholeFile::BeginsWithDisk(file) => (disk.len().max(file.len()), 0),
        WholeFile::Apart(file) => (disk.len().saturating_add(file.len()), file.len()),
    };
    let cost = |kind: &DigestKind| DigestCost {
        kind: *kind,
        serial_bytes,
        second_pass_bytes,
        bytes_per_second: measure(*kind),
    };
    kinds.iter().map(cost).collect()
}

/// Bytes a second of one thread, from the best of a few short runs.
fn measure(kind: DigestKind) -> u64 {
    let piece = vec![0; 1 << 20];
    let mut hasher = Hasher::new(kind);
    let best = (0..4).map(|_| {
        let start = Instant::now();
        hasher.update(&piece);
        start.elapsed()
    });
    let best = best.min().unwrap_or(Duration::MAX);
    (piece.len() as f64 / best.as_secs_f64().max(1e-9)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_are_those_of_the_published_test_vectors() {
        let of = |kind, text: &[u8]| {
            let mut hasher = Hasher::new(kind);
            hasher.update(text);
            hasher.finish()
        };
        // FIPS 180-2 B.1, RFC 1321 A.5, and the BLAKE3 of the empty input.
        assert_eq!(
            of(DigestKind::Sha256, b"abc").hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        let md5 = of(DigestKind::Md5, b"abc");
        assert_eq!(md5.hex(), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(md5.base64(), "kAFQmDzST7DWlj99KOF/cg==");
        assert_eq!(
            of(DigestKind::Blake3, b"").hex(),
            "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
        );
    }

    #[test]
    fn base64_pads_as_rfc_4648_does() {
        let base64 = |text: &str| {
            let value = text.as_bytes().to_vec();
            let kind = DigestKind::Md5;
            Digest { kind, value }.base64()
        };
        for (text, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text), expected);
        }
    }

    #[test]
    fn names_are_read_back_and_others_refused_with_the_choice() {
        for kind in DigestKind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        let error = "sha1".parse::<DigestKind>().unwrap_err();
        assert!(error.contains("sha256, md5, blake3"), "{error}");
    }

    #[test]
    fn the_cost_counts_holes_and_a_second_pass() {
        let disk = crate::source::MemorySource::new(vec![0; 1000]);
        let file = crate::source::MemorySource::new(vec![0; 1512]);
        let cost = |file| digest_costs(&[DigestKind::Md5], &disk, file).remove(0);
        assert_eq!(cost(WholeFile::Unwanted).serial_bytes, 1000);
        assert_eq!(cost(WholeFile::BeginsWithDisk(&file)).serial_bytes, 1512);
        let apart = cost(WholeFile::Apart(&file));
        assert_eq!((apart.serial_bytes, apart.second_pass_bytes), (2512, 1512));
        assert!(apart.bytes_per_second > 0 && apart.seconds() > 0.0);
        assert!(apart.to_string().starts_with("MD5: 2512 bytes"), "{apart}");
    }
}
