//! Whether what a document says of an image is true of this one, and how much that proves.

use super::{Digest, Identity, Part};

/// What the comparison comes to, from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// It is this very image.
    Same,
    /// It is the same disk, in another file.
    SameDisk,
    /// Nothing speaks against it, and nothing proves it.
    Open,
    /// It is another image.
    Other,
}

impl Answer {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::SameDisk => "same-disk",
            Self::Open => "undetermined",
            Self::Other => "other",
        }
    }
}

/// What the answer rests on, from the strongest to the weakest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// A digest of the whole file that nobody can forge.
    File,
    /// A digest of the disk that nobody can forge, and the file's length and footer.
    Disk,
    /// An MD5 of the file or the disk.
    Md5,
    /// Lengths, sizes, ids.
    Marks,
    /// Nothing: there was nothing to compare.
    Nothing,
}

impl Basis {
    /// How strong it is, in one sentence.
    pub fn statement(self) -> &'static str {
        match self {
            Self::File => {
                "a cryptographic digest of the whole file: nobody can make another file that has it"
            }
            Self::Disk => {
                "a cryptographic digest of the disk; of the container around it only length, \
                 unique id and footer checksum were compared"
            }
            Self::Md5 => {
                "an MD5, which tells accidents; who wants to can make another file that has it"
            }
            Self::Marks => {
                "lengths, sizes and ids alone: they can show that an image is another one, and \
                 never that it is the same, as changed content keeps them"
            }
            Self::Nothing => "nothing that both sides have",
        }
    }
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was compared, such as `sha256 of the file`.
    pub what: String,
    /// What the document says.
    pub claimed: String,
    /// What the image has; none where it is not known.
    pub found: Option<String>,
    /// Of which part it is.
    part: Part,
    /// How much it proves where it is equal.
    proof: Basis,
}

impl Check {
    /// Whether they are equal; none where what the image has is not known.
    pub fn equal(&self) -> Option<bool> {
        self.found.as_ref().map(|found| *found == self.claimed)
    }
}

/// How one image of a document compares with this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// What it comes to.
    pub answer: Answer,
    /// What that rests on.
    pub basis: Basis,
    /// All that was compared.
    pub checks: Vec<Check>,
}

/// Compares what a document claims with what was found.
pub fn compare(claimed: &Identity, found: &Identity) -> Comparison {
    let mut checks: Vec<Check> = claimed
        .digests
        .iter()
        .map(|digest| digest_check(digest, found))
        .collect();
    let mut add = |what: &str, part, proof, claimed: Option<String>, found: Option<String>| {
        checks.extend(claimed.map(|claimed| Check {
            what: what.to_owned(),
            claimed,
            found,
            part,
            proof,
        }));
    };
    let number = |number: Option<u64>| number.map(|number| number.to_string());
    let (c, f) = (claimed, found);
    let content = (c.content.clone(), f.content.clone());
    add(
        "content of the disk",
        Part::Disk,
        Basis::Disk,
        content.0,
        content.1,
    );
    let length = (number(c.file_length), number(f.file_length));
    add(
        "length of the file",
        Part::File,
        Basis::Marks,
        length.0,
        length.1,
    );
    let size = (number(c.disk_size), number(f.disk_size));
    add("size of the disk", Part::Disk, Basis::Marks, size.0, size.1);
    let id = (c.unique_id.clone(), f.unique_id.clone());
    add("unique id", Part::File, Basis::Marks, id.0, id.1);
    let sum = (c.footer_checksum.clone(), f.footer_checksum.clone());
    add("footer checksum", Part::File, Basis::Marks, sum.0, sum.1);
    let (answer, basis) = answer(&checks);
    Comparison {
        answer,
        basis,
        checks,
    }
}

fn digest_check(digest: &Digest, found: &Identity) -> Check {
    let of = |part: Part| {
        let same = |other: &&Digest| other.kind == digest.kind && other.part == part;
        found.digests.iter().find(same).map(|d| d.hex.clone())
    };
    // Where the document does not say of which part it is, either will do.
    let part = match digest.part {
        Part::Either if of(Part::Disk).as_ref() == Some(&digest.hex) => Part::Disk,
        Part::Either => Part::File,
        part => part,
    };
    let proof = match (digest.kind.as_str(), part) {
        ("sha256" | "blake3", Part::File) => Basis::File,
        ("sha256" | "blake3", _) => Basis::Disk,
        _ => Basis::Md5,
    };
    let name = match part {
        Part::Disk => "disk",
        Part::File | Part::Either => "file",
    };
    Check {
        what: format!("{} of the {name}", digest.kind),
        claimed: digest.hex.clone(),
        found: of(part),
        part,
        proof,
    }
}

/// One difference is enough to be another image, whatever else is equal: a document that says two
/// things is about neither.
fn answer(checks: &[Check]) -> (Answer, Basis) {
    let best = |equal: bool, part: Option<Part>| {
        let checks = checks.iter().filter(|check| check.equal() == Some(equal));
        let checks = checks.filter(|check| part.is_none_or(|part| check.part == part));
        checks.map(|check| check.proof).min()
    };
    if let Some(basis) = best(false, Some(Part::Disk)) {
        return (Answer::Other, basis);
    }
    if let Some(basis) = best(false, Some(Part::File)) {
        return match best(true, Some(Part::Disk)) {
            Some(Basis::Disk) => (Answer::SameDisk, Basis::Disk),
            _ => (Answer::Other, basis),
        };
    }
    match best(true, None) {
        Some(basis @ (Basis::File | Basis::Disk | Basis::Md5)) => {
            // A digest of the file that could not be computed here leaves the file open.
            let open = checks.iter().any(|check| {
                check.equal().is_none() && matches!(check.proof, Basis::File | Basis::Md5)
            });
            let file = best(true, Some(Part::File)).is_some();
            match (basis, open, file) {
                (Basis::Disk | Basis::Md5, true, _) | (Basis::Md5, _, false) => {
                    (Answer::Open, basis)
                }
                // Nothing was said of the file around the disk.
                (Basis::Disk, _, false) => (Answer::SameDisk, basis),
                _ => (Answer::Same, basis),
            }
        }
        Some(basis) => (Answer::Open, basis),
        None => (Answer::Open, Basis::Nothing),
    }
}
