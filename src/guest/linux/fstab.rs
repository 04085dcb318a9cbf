//! `/etc/fstab`: what is mounted where.

use super::super::{Root, Spot};
use crate::known::Known;
use crate::volume::VolumeName;

/// A line of fstab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FstabEntry {
    /// First field: `UUID=…`, `LABEL=…`, `PARTUUID=…`, `PARTLABEL=…`, a device, or a word such as
    /// `tmpfs` (hostile text, escapes as `\040` resolved).
    pub device: String,
    /// Second field: an absolute path, or `none` and `swap`.
    pub mount_point: String,
    /// Third field: `ext4`, `swap`, `auto`.
    pub kind: String,
    /// Fourth field, at its commas.
    pub options: Vec<String>,
    /// The volume of this disk that the device names; none where it names none.
    pub volume: Option<VolumeName>,
    /// Where it stands.
    pub spot: Spot,
}

/// `root=` of the kernel's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootArgument {
    /// Its value (hostile text).
    pub device: String,
    /// The volume of this disk that it names; none where it names none.
    pub volume: Option<VolumeName>,
}

impl FstabEntry {
    /// Whether an option is set, by its name before any `=`.
    pub fn has_option(&self, name: &str) -> bool {
        self.options
            .iter()
            .any(|option| option.split('=').next() == Some(name))
    }

    /// The value of an option `name=value`.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options
            .iter()
            .filter_map(|option| option.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// Whether it is swap space.
    pub fn is_swap(&self) -> bool {
        self.kind == "swap"
    }

    /// Whether the device is named by what travels with the disk, and not by the order in which
    /// a machine finds its disks.
    pub fn is_by_identity(&self) -> bool {
        ["UUID=", "LABEL=", "PARTUUID=", "PARTLABEL=", "ID="]
            .iter()
            .any(|prefix| self.device.starts_with(prefix))
            || self.device.starts_with("/dev/disk/by-")
    }
}

/// The lines of fstab that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fstab {
    /// The entries in the order of the file.
    pub entries: Vec<FstabEntry>,
    /// The file.
    pub spot: Spot,
    /// Lines that have too few fields to be entries.
    pub broken: Vec<Spot>,
}

impl Fstab {
    /// The entry of a mount point; the last one counts, as it is mounted over the others.
    pub fn mounted_at(&self, point: &str) -> Option<&FstabEntry> {
        self.entries
            .iter()
            .rev()
            .find(|entry| entry.mount_point == point)
    }
}

/// Reads it.
pub(in crate::guest) fn gather(root: &Root) -> Known<Option<Fstab>> {
    let Some(file) = root.text("/etc/fstab")? else {
        return Ok(None);
    };
    let mut fstab = Fstab {
        entries: Vec::new(),
        spot: file.spot.clone(),
        broken: Vec::new(),
    };
    for (number, line) in file.settings() {
        let fields: Vec<_> = line.split_whitespace().collect();
        let [device, point, kind, rest @ ..] = fields.as_slice() else {
            fstab.broken.push(file.at(number));
            continue;
        };
        let point = unescaped(point);
        fstab.entries.push(FstabEntry {
            device: unescaped(device.trim_matches('"')).replace(['"', '\''], ""),
            mount_point: match point.trim_end_matches('/') {
                "" if point.starts_with('/') => "/".to_owned(),
                trimmed => trimmed.to_owned(),
            },
            kind: (*kind).to_owned(),
            options: rest
                .first()
                .map(|options| options.split(',').map(option).collect())
                .unwrap_or_default(),
            volume: None,
            spot: file.at(number),
        });
    }
    Ok(Some(fstab))
}

/// An option; a password that a share is mounted with stays in the image.
fn option(text: &str) -> String {
    let text = unescaped(text);
    match text.split_once('=') {
        Some((key, _)) if key.starts_with("pass") => format!("{key}=(hidden)"),
        _ => text,
    }
}

/// Blanks, tabs, line ends and backslashes stand as three octal digits after a backslash.
fn unescaped(field: &str) -> String {
    let mut text = field.to_owned();
    for (code, c) in [
        ("\\040", " "),
        ("\\011", "\t"),
        ("\\012", "\n"),
        ("\\134", "\\"),
    ] {
        text = text.replace(code, c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::testing::Tree;

    #[test]
    fn entries_are_read_with_their_lines() {
        let text = "# /etc/fstab: static file system information.\n\
            UUID=49d4e4b0-3e23-4a13-a9cb-8f3d0ba1d0d4 / ext4 rw,discard,errors=remount-ro 0 1\n\
            \n\
            LABEL=UEFI\t/boot/efi/\tvfat\tumask=0077 0 1\n\
            /swapfile none swap sw 0 0\n\
            UUID=x /home btrfs subvol=@home,compress=zstd:1\n\
            /dev/sdb1 /mnt/with\\040blank auto defaults,nofail\n\
            //server/share /share cifs user=me,password=hunter2,nofail 0 0\n\
            broken line\n";
        let fstab = gather(&Tree::new().file("/etc/fstab", text).root())
            .unwrap()
            .unwrap();
        let at: Vec<_> = fstab
            .entries
            .iter()
            .map(|entry| (entry.mount_point.as_str(), entry.spot.line.unwrap()))
            .collect();
        let expected = [
            ("/", 2),
            ("/boot/efi", 4),
            ("none", 5),
            ("/home", 6),
            ("/mnt/with blank", 7),
            ("/share", 8),
        ];
        assert_eq!(at, expected);
        assert!(fstab.entries[2].is_swap() && !fstab.entries[2].is_by_identity());
        assert_eq!(fstab.entries[3].option("subvol"), Some("@home"));
        assert!(fstab.entries[4].has_option("nofail"));
        assert!(fstab.mounted_at("/").unwrap().is_by_identity());
        assert!(!format!("{fstab:?}").contains("hunter2"));
        assert_eq!(fstab.broken.len(), 1);
        assert_eq!(gather(&Tree::new().root()), Ok(None));
    }
}
