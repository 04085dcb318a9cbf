//! What a rule says of an image: outcome, finding, level, place.

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A fact for the reader; nothing has to be done.
    Note,
    /// Preparation guidance with no known certification test.
    Advice,
    /// Recommended by Microsoft's texts, or sources or readers of the file disagree.
    Warning,
    /// Azure refuses the file, certification rejects it, or data are lost.
    Error,
}

impl Level {
    /// The word that reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Advice => "advice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What a place's offset counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// The image file: byte 0 is the file's first.
    Image,
    /// The virtual disk that the image describes: byte 0 is its sector 0.
    Disk,
    /// A file of the guest: byte 0 is the file's first.
    Guest,
}

/// Where the evidence of a finding lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What the offset counts from.
    pub space: Space,
    /// Byte offset.
    pub offset: Option<u64>,
    /// Length in bytes.
    pub length: Option<u64>,
    /// The structure, such as `footer` or `GPT header`.
    pub structure: Option<String>,
    /// The field of the structure, such as `current size`.
    pub field: Option<String>,
    /// The partition's number, counted from 1.
    pub partition: Option<u32>,
    /// The volume as people name it, with its file system and mount point: `partition 1 (ext4 /)`.
    pub volume: Option<String>,
    /// Absolute path in the guest (hostile text).
    pub path: Option<String>,
    /// Line of that file, counted from 1.
    pub line: Option<u32>,
    /// Key, and after `!` value, of the registry hive that the file is (hostile text).
    pub registry: Option<String>,
}

impl Place {
    fn empty(space: Space) -> Self {
        Self {
            space,
            offset: None,
            length: None,
            structure: None,
            field: None,
            partition: None,
            volume: None,
            path: None,
            line: None,
            registry: None,
        }
    }

    /// A place in the image file.
    pub fn image(offset: u64, length: u64) -> Self {
        Self {
            offset: Some(offset),
            length: Some(length),
            ..Self::empty(Space::Image)
        }
    }

    /// A place on the virtual disk.
    pub fn disk(offset: u64, length: u64) -> Self {
        Self {
            offset: Some(offset),
            length: Some(length),
            ..Self::empty(Space::Disk)
        }
    }

    /// A file of the guest, or a line of it.
    pub fn guest(volume: impl Into<String>, path: impl Into<String>, line: Option<u32>) -> Self {
        Self {
            volume: Some(volume.into()),
            path: Some(path.into()),
            line,
            ..Self::empty(Space::Guest)
        }
    }

    /// Names a key, or `key!value`, of the registry hive that the file is.
    #[must_use]
    pub fn registry(mut self, key: impl Into<String>) -> Self {
        self.registry = Some(key.into());
        self
    }

    /// Names the structure.
    #[must_use]
    pub fn structure(mut self, name: impl Into<String>) -> Self {
        self.structure = Some(name.into());
        self
    }

    /// Names the field.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>) -> Self {
        self.field = Some(name.into());
        self
    }

    /// Names the partition, counted from 1.
    #[must_use]
    pub fn partition(mut self, number: u32) -> Self {
        self.partition = Some(number);
        self
    }
}

/// One thing that a rule has to say, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How much it weighs.
    pub level: Level,
    /// What is the matter, in one sentence that starts lower-case and gives the numbers.
    pub message: String,
    /// What the image holds.
    pub found: Option<String>,
    /// What it would have to hold.
    pub required: Option<String>,
    /// Where.
    pub place: Option<Place>,
    /// Which of several things at one place it is about, by a name that the next build of the image
    /// keeps: an account, a package, a driver (hostile text). By it a finding is known again, so
    /// that one that was accepted does not hide another that takes its place.
    pub about: Option<String>,
    /// What mends it: a command where there is one.
    pub fix: Option<String>,
}

impl Finding {
    /// A finding without evidence yet.
    pub fn new(level: Level, message: impl Into<String>) -> Self {
        Self {
            level,
            message: message.into(),
            found: None,
            required: None,
            place: None,
            about: None,
            fix: None,
        }
    }

    /// An error.
    pub fn error(message: impl Into<String>) -> Self {
        Self::new(Level::Error, message)
    }

    /// A warning.
    pub fn warning(message: impl Into<String>) -> Self {
        Self::new(Level::Warning, message)
    }

    /// A piece of advice.
    pub fn advice(message: impl Into<String>) -> Self {
        Self::new(Level::Advice, message)
    }

    /// A note.
    pub fn note(message: impl Into<String>) -> Self {
        Self::new(Level::Note, message)
    }

    /// Adds what was found.
    #[must_use]
    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    /// Names what it is about, where several findings of a rule share a place.
    #[must_use]
    pub fn about(mut self, name: impl Into<String>) -> Self {
        self.about = Some(name.into());
        self
    }

    /// Adds what is required.
    #[must_use]
    pub fn required(mut self, required: impl Into<String>) -> Self {
        self.required = Some(required.into());
        self
    }

    /// Adds the place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Adds what mends it.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

/// What a rule says of one image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The rule was decided; its findings say how: any error is a failure, any warning a
    /// warning, otherwise the rule passed (notes and advice allowed).
    Decided(Vec<Finding>),
    /// The rule does not apply to this image.
    NotApplicable(String),
    /// The rule could not be decided: why, and what was found on the way.
    Undetermined(String, Vec<Finding>),
}

/// The one word for an [`Outcome`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// At least one error.
    Fail,
    /// At least one warning, no error.
    Warn,
    /// Could not be decided.
    Undetermined,
    /// Decided, and nothing against it.
    Pass,
    /// Does not apply.
    NotApplicable,
}

impl Status {
    /// The word that reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Undetermined => "undetermined",
            Self::Pass => "pass",
            Self::NotApplicable => "not-applicable",
        }
    }
}

impl Outcome {
    /// Passed with nothing to say.
    pub fn pass() -> Self {
        Self::Decided(Vec::new())
    }

    /// Does not apply, because.
    pub fn not_applicable(reason: impl Into<String>) -> Self {
        Self::NotApplicable(reason.into())
    }

    /// Could not be decided, because.
    pub fn undetermined(reason: impl Into<String>) -> Self {
        Self::Undetermined(reason.into(), Vec::new())
    }

    /// The findings.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Decided(findings) | Self::Undetermined(_, findings) => findings,
            Self::NotApplicable(_) => &[],
        }
    }

    /// The reason of an outcome that is no decision.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Decided(_) => None,
            Self::NotApplicable(reason) | Self::Undetermined(reason, _) => Some(reason),
        }
    }

    /// The one word for it. An error that was found counts as a failure even where the rest of
    /// the rule could not be decided.
    pub fn status(&self) -> Status {
        let worst = self.findings().iter().map(|finding| finding.level).max();
        match (self, worst) {
            (Self::NotApplicable(_), _) => Status::NotApplicable,
            (_, Some(Level::Error)) => Status::Fail,
            (Self::Undetermined(..), _) => Status::Undetermined,
            (_, Some(Level::Warning)) => Status::Warn,
            _ => Status::Pass,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_finding_decides_and_an_open_question_is_never_a_pass() {
        let note = Finding::note("n");
        let advice = Finding::advice("a");
        let warning = Finding::warning("w");
        let error = Finding::error("e");
        let decided = |findings: &[&Finding]| {
            Outcome::Decided(findings.iter().map(|f| (*f).clone()).collect()).status()
        };
        assert_eq!(decided(&[]), Status::Pass);
        assert_eq!(decided(&[&note, &advice]), Status::Pass);
        assert_eq!(decided(&[&warning, &note]), Status::Warn);
        assert_eq!(decided(&[&warning, &error]), Status::Fail);
        let open = |finding| Outcome::Undetermined("why".into(), vec![finding]).status();
        assert_eq!(open(warning), Status::Undetermined);
        assert_eq!(open(error), Status::Fail);
    }
}
