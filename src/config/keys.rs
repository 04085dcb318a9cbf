//! Every key of the file, once: its name, what it holds, its default and what it means.

/// What a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One of these words; a number among them may stand without quotes.
    Word(&'static [&'static str]),
    /// The name of a profile.
    Profile,
    /// The id or short name of a rule.
    Rule,
    /// True or false.
    Flag,
    /// A number in this range.
    Number(u32, u32),
    /// Text that is not empty.
    Text,
    /// Texts that are not empty.
    Texts,
    /// Forms of the report, with files: `sarif=out.sarif`.
    Formats,
    /// A file or a folder, from the folder of the configuration file.
    Path,
    /// A pattern of images: of file names, or with a slash of paths from the folder of the
    /// configuration file.
    ImageGlob,
    /// A pattern of the guest's files.
    Glob,
    /// A pattern of registry keys and values.
    RegistryGlob,
    /// 32 hexadecimal digits, as reports have them.
    Fingerprint,
    /// A day: `2027-01-31`.
    Date,
}

/// One key.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Its value, as TOML, where nothing is said; none where that means *not declared*.
    pub(super) default: Option<&'static str>,
    pub(super) is_required: bool,
    /// A value, as TOML, to show where there is no default.
    pub(super) example: &'static str,
    /// What it means, in lines of at most 96 characters.
    pub(super) doc: &'static str,
}

/// How a section is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// The keys before every section.
    Root,
    /// `[name]`.
    Table,
    /// `[[name]]`, as often as wanted, up to this number.
    List(usize),
    /// `[name]` with ids of rules as keys, each of which holds one of [`WEIGHTS`].
    Rules,
}

/// One section.
pub(super) struct Section {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) keys: &'static [Key],
    pub(super) doc: &'static str,
}

/// What a rule may weigh.
pub(super) const WEIGHTS: [&str; 5] = ["off", "note", "advice", "warning", "error"];
/// Suppressions in one file: more are no exceptions any more.
const MAX_SUPPRESSIONS: usize = 1000;
/// Disks in one file, so that DATA001 still has something to say.
const MAX_DISKS: usize = 64;
/// Texts in one list.
pub(super) const MAX_LIST: usize = 100;
/// Bytes in one text.
pub(super) const MAX_TEXT: usize = 4096;

const fn set(name: &'static str, kind: Kind, default: &'static str, doc: &'static str) -> Key {
    Key {
        name,
        kind,
        default: Some(default),
        is_required: false,
        example: "",
        doc,
    }
}

const fn open(name: &'static str, kind: Kind, example: &'static str, doc: &'static str) -> Key {
    Key {
        name,
        kind,
        default: None,
        is_required: false,
        example,
        doc,
    }
}

const fn must(name: &'static str, kind: Kind, example: &'static str, doc: &'static str) -> Key {
    Key {
        name,
        kind,
        default: None,
        is_required: true,
        example,
        doc,
    }
}

/// All sections, in the order of the file of `init`.
pub(super) static SECTIONS: [Section; 6] = [
    Section {
        name: "",
        shape: Shape::Root,
        keys: &[
            set(
                "profile",
                Kind::Profile,
                "\"lisa-2026-08\"",
                "The dated set of thresholds to judge by; sources disagree.",
            ),
            set(
                "disk",
                Kind::Word(&["auto", "os", "data"]),
                "\"auto\"",
                "Judge as the disk that the machine boots from, or as a data disk.",
            ),
            set(
                "os",
                Kind::Word(&["auto", "linux", "windows"]),
                "\"auto\"",
                "The operating system.",
            ),
            set(
                "generation",
                Kind::Word(&["any", "1", "2"]),
                "\"any\"",
                "The Hyper-V generation that the offer declares: 1 is BIOS, 2 is UEFI.",
            ),
            set(
                "fail-on",
                Kind::Word(&["error", "warning", "never"]),
                "\"error\"",
                "What makes the exit code 1.",
            ),
            set(
                "formats",
                Kind::Formats,
                "[\"human\"]",
                "Forms of the report, as after --format: [\"human\", \"sarif=out.sarif\"]. Files lie in this folder\nor below it.",
            ),
            open(
                "advisories",
                Kind::Path,
                "\"debian-osv.zip\"",
                "OSV advisories to match the guest's packages with: a file, a folder or a zip.",
            ),
            open(
                "previous",
                Kind::Path,
                "\"disk-1.0.manifest\"",
                "The version that was published before: an image, or what `vhd-preflight manifest` wrote.",
            ),
            open(
                "baseline",
                Kind::Path,
                "\"accepted.json\"",
                "A report (--format json); its findings are known, and only new ones count.",
            ),
        ],
        doc: "",
    },
    Section {
        name: "claims",
        shape: Shape::Table,
        keys: &[
            open("extensions", Kind::Flag, "true", "Supports VM extensions."),
            open("cloud-init", Kind::Flag, "true", "Supports cloud-init."),
            open("nvme", Kind::Flag, "true", "Supports NVMe."),
            open(
                "accelerated-networking",
                Kind::Flag,
                "true",
                "Supports accelerated networking.",
            ),
            open(
                "remote-access-disabled",
                Kind::Flag,
                "true",
                "Remote desktop/SSH not supported: the image is locked down.",
            ),
        ],
        doc: "The properties of the plan in Partner Center. A claim that the image does not fit is found\nfault with; what is not said here is only noted.",
    },
    Section {
        name: "offer",
        shape: Shape::Table,
        keys: &[
            set(
                "type",
                Kind::Word(&["virtual-machine", "solution-template", "other"]),
                "\"virtual-machine\"",
                "The type of the offer that the image is for.",
            ),
            set(
                "preview-subscriptions",
                Kind::Texts,
                "[]",
                "The types of the subscriptions that may see the preview, by name or quota id, such as\n\"Enterprise Agreement\" or \"CSP_2015-05-01\"; CSP, DreamSpark and Azure in Open are refused.",
            ),
            open(
                "previous-data-disks",
                Kind::Number(0, 64),
                "2",
                "How many data disks the version before has.",
            ),
        ],
        doc: "The offer.",
    },
    Section {
        name: "data-disks",
        shape: Shape::List(MAX_DISKS),
        keys: &[
            must(
                "lun",
                Kind::Number(0, 63),
                "0",
                "The logical unit number in the plan.",
            ),
            open(
                "image",
                Kind::ImageGlob,
                "\"data-*.vhd\"",
                "The files that hold it; they are judged as data disks.",
            ),
        ],
        doc: "The data disks of the plan, one [[data-disks]] each.",
    },
    Section {
        name: "rules",
        shape: Shape::Rules,
        keys: &[],
        doc: "Rules by id (`vhd-preflight rules`): \"off\", or the level of what they find fault with:\n\"note\", \"advice\", \"warning\" or \"error\".",
    },
    Section {
        name: "suppress",
        shape: Shape::List(MAX_SUPPRESSIONS),
        keys: &[
            must("rule", Kind::Rule, "\"LNX009\"", "The rule."),
            open(
                "image",
                Kind::ImageGlob,
                "\"web-*.vhd\"",
                "Only for these images: by name, or by path from this folder where the pattern has a slash.",
            ),
            open(
                "fingerprint",
                Kind::Fingerprint,
                "\"0123456789abcdef0123456789abcdef\"",
                "Only the finding that has this fingerprint in the report (--format json).",
            ),
            open(
                "path",
                Kind::Glob,
                "\"/opt/product/**\"",
                "Only findings in these files of the guest.",
            ),
            open(
                "registry",
                Kind::RegistryGlob,
                "'SYSTEM\\**'",
                "Only findings in these keys and values of the registry.",
            ),
            must(
                "reason",
                Kind::Text,
                "\"our product needs it: TICKET-1\"",
                "Why.",
            ),
            must(
                "expires",
                Kind::Date,
                "2027-01-31",
                "The last day, in UTC. After it the finding counts again, and the suppression is an error.",
            ),
        ],
        doc: "Accepted findings, one [[suppress]] each. They stay in the report and do not count; one that\nfits nothing is a warning.",
    },
];
