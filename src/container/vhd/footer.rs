//! The 512-byte hard disk footer (Virtual Hard Disk Image Format Specification, "Hard Disk Footer
//! Format"); all numbers are big-endian.

use super::checksum::checksum;
use super::field::{Field, FieldSpec, ascii, decode, hex};
use super::geometry::Geometry;
use crate::bytes::{FieldError, Fields, is_zero};

/// Size of a footer in bytes.
pub const FOOTER_SIZE: usize = 512;
/// The first eight bytes of a footer.
pub const COOKIE: [u8; 8] = *b"conectix";
/// Seconds from the Unix epoch to the VHD epoch, 2000-01-01T00:00:00Z.
pub const VHD_EPOCH: i64 = 946_684_800;
/// What data offset holds in a fixed disk: there is no dynamic header.
pub const NO_OFFSET: u64 = u64::MAX;

const CHECKSUM_AT: usize = 64;

/// Field "disk type".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskType {
    /// 2: all bytes of the disk, then the footer.
    Fixed,
    /// 3: blocks on demand.
    Dynamic,
    /// 4: blocks on demand over a parent disk.
    Differencing,
    /// 0, and the values that the specification reserves.
    Other(u32),
}

impl DiskType {
    fn from_code(code: u32) -> Self {
        match code {
            2 => Self::Fixed,
            3 => Self::Dynamic,
            4 => Self::Differencing,
            other => Self::Other(other),
        }
    }

    /// The number in the field.
    pub fn code(self) -> u32 {
        match self {
            Self::Fixed => 2,
            Self::Dynamic => 3,
            Self::Differencing => 4,
            Self::Other(code) => code,
        }
    }

    /// The specification's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Dynamic => "dynamic",
            Self::Differencing => "differencing",
            Self::Other(0) => "none",
            Self::Other(1 | 5 | 6) => "reserved",
            Self::Other(_) => "invalid",
        }
    }
}

impl std::fmt::Display for DiskType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.code(), self.name())
    }
}

/// A footer as it was read. Nothing is checked but that its bytes were there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Footer {
    /// Must be `conectix`.
    pub cookie: [u8; 8],
    /// Bit 1 is always set; bit 0 marks a temporary disk.
    pub features: u32,
    /// Major and minor version in 16 bits each: 0x00010000.
    pub file_format_version: u32,
    /// Byte offset of the dynamic header; all ones in a fixed disk.
    pub data_offset: u64,
    /// Seconds since 2000-01-01T00:00:00Z.
    pub time_stamp: u32,
    /// Four characters of the writing program.
    pub creator_application: [u8; 4],
    /// Its version, major and minor in 16 bits each.
    pub creator_version: u32,
    /// `Wi2k`, `Mac ` or nothing.
    pub creator_host_os: [u8; 4],
    /// Size of the disk in bytes when it was made.
    pub original_size: u64,
    /// Size of the disk in bytes now: the one that Azure and Hyper-V use.
    pub current_size: u64,
    /// Cylinders, heads, sectors.
    pub geometry: Geometry,
    /// Fixed, dynamic or differencing.
    pub disk_type: DiskType,
    /// The checksum that the footer states.
    pub checksum: u32,
    /// The checksum that its bytes give.
    pub computed_checksum: u32,
    /// Identifies the disk; a child names its parent by it.
    pub unique_id: [u8; 16],
    /// 1 when the disk belongs to a suspended machine.
    pub saved_state: u8,
    /// How many of the 427 reserved bytes are not zero.
    pub reserved_non_zero: usize,
    raw: Vec<u8>,
}

impl Footer {
    /// Reads a footer from the bytes at `offset` of the image; a footer of 511 bytes lacks only a
    /// reserved byte, which then counts as zero.
    ///
    /// # Errors
    /// [`FieldError`] when there are fewer bytes than that.
    pub fn parse(offset: u64, bytes: &[u8]) -> Result<Self, FieldError> {
        let mut raw = bytes.get(..FOOTER_SIZE).unwrap_or(bytes).to_vec();
        if raw.len() == FOOTER_SIZE.saturating_sub(1) {
            raw.push(0);
        }
        let fields = Fields::new("footer", offset, &raw);
        let reserved = fields.bytes("reserved", 85, 427)?;
        Ok(Self {
            cookie: fields.array("cookie", 0)?,
            features: fields.u32_be("features", 8)?,
            file_format_version: fields.u32_be("file format version", 12)?,
            data_offset: fields.u64_be("data offset", 16)?,
            time_stamp: fields.u32_be("time stamp", 24)?,
            creator_application: fields.array("creator application", 28)?,
            creator_version: fields.u32_be("creator version", 32)?,
            creator_host_os: fields.array("creator host OS", 36)?,
            original_size: fields.u64_be("original size", 40)?,
            current_size: fields.u64_be("current size", 48)?,
            geometry: Geometry {
                cylinders: fields.u16_be("disk geometry", 56)?,
                heads: fields.u8("disk geometry", 58)?,
                sectors: fields.u8("disk geometry", 59)?,
            },
            disk_type: DiskType::from_code(fields.u32_be("disk type", 60)?),
            checksum: fields.u32_be("checksum", CHECKSUM_AT)?,
            computed_checksum: checksum(&raw, CHECKSUM_AT),
            unique_id: fields.array("unique id", 68)?,
            saved_state: fields.u8("saved state", 84)?,
            reserved_non_zero: reserved.iter().filter(|byte| **byte != 0).count(),
            raw,
        })
    }

    /// Whether the cookie is right.
    pub fn has_cookie(&self) -> bool {
        self.cookie == COOKIE
    }

    /// Whether the stated checksum is the right one.
    pub fn checksum_ok(&self) -> bool {
        self.checksum == self.computed_checksum
    }

    /// Whether cookie and checksum are right.
    pub fn is_sound(&self) -> bool {
        self.has_cookie() && self.checksum_ok()
    }

    /// Whether the unique id is all zero.
    pub fn has_null_id(&self) -> bool {
        is_zero(&self.unique_id)
    }

    /// Its 512 bytes.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The time stamp as a time; `None` for 0, which writers of reproducible images put.
    pub fn written_at(&self) -> Option<jiff::Timestamp> {
        if self.time_stamp == 0 {
            return None;
        }
        jiff::Timestamp::from_second(VHD_EPOCH.saturating_add(i64::from(self.time_stamp))).ok()
    }

    /// All fields with offset, raw bytes and meaning. `base` is the footer's offset in the image.
    pub fn fields(&self, base: u64) -> Vec<Field> {
        decode(&self.raw, base, &FIELDS, |name| self.meaning(name))
    }

    fn meaning(&self, name: &str) -> String {
        match name {
            "cookie" => ascii(&self.cookie),
            "features" => match self.features {
                0 => "no bits set (the reserved bit 1 should be)".to_owned(),
                2 => "no features enabled".to_owned(),
                3 => "temporary disk".to_owned(),
                other => format!("bits {other:#x}"),
            },
            "file format version" => version(self.file_format_version),
            "data offset" => match self.data_offset {
                NO_OFFSET => "none (fixed disk)".to_owned(),
                offset => format!("byte {offset}"),
            },
            "time stamp" => self
                .written_at()
                .map_or_else(|| "not set".to_owned(), |time| time.to_string()),
            "creator application" => format!(
                "{}: {}",
                ascii(&self.creator_application),
                super::creator::writer(self.creator_application).unwrap_or("unknown writer")
            ),
            "creator version" => version(self.creator_version),
            "creator host OS" => match &self.creator_host_os {
                b"Wi2k" => "Wi2k: Windows".to_owned(),
                b"Mac " => "Mac: Macintosh".to_owned(),
                [0, 0, 0, 0] => "not stated".to_owned(),
                other => ascii(other),
            },
            "original size" => format!("{} bytes", self.original_size),
            "current size" => format!("{} bytes", self.current_size),
            "disk geometry" => format!("C/H/S {} = {} bytes", self.geometry, self.geometry.bytes()),
            "disk type" => self.disk_type.name().to_owned(),
            "checksum" if self.checksum_ok() => "right".to_owned(),
            "checksum" => format!("wrong: the bytes give {:#010x}", self.computed_checksum),
            "unique id" => uuid::Uuid::from_bytes(self.unique_id).to_string(),
            "saved state" => match self.saved_state {
                0 => "not in a saved state".to_owned(),
                1 => "in a saved state".to_owned(),
                other => format!("{other}: not defined"),
            },
            "reserved" if self.reserved_non_zero == 0 => "all zero".to_owned(),
            "reserved" => format!("{} of 427 bytes are not zero", self.reserved_non_zero),
            _ => hex(&self.raw),
        }
    }
}

/// A version in 16 bits each for major and minor.
pub(super) fn version(value: u32) -> String {
    let [a, b, c, d] = value.to_be_bytes();
    format!(
        "{}.{}",
        u16::from_be_bytes([a, b]),
        u16::from_be_bytes([c, d])
    )
}

const FIELDS: [FieldSpec; 16] = [
    ("cookie", 0, 8),
    ("features", 8, 4),
    ("file format version", 12, 4),
    ("data offset", 16, 8),
    ("time stamp", 24, 4),
    ("creator application", 28, 4),
    ("creator version", 32, 4),
    ("creator host OS", 36, 4),
    ("original size", 40, 8),
    ("current size", 48, 8),
    ("disk geometry", 56, 4),
    ("disk type", 60, 4),
    ("checksum", CHECKSUM_AT, 4),
    ("unique id", 68, 16),
    ("saved state", 84, 1),
    ("reserved", 85, 427),
];
