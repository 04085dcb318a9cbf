//! Which distribution it is: os-release, and what older systems have in its place.

use super::super::{Root, Spot, TextFile};
use crate::known::Known;

/// The families that Microsoft's checks tell apart, each with its own packages and places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Debian and what is made from it, but Ubuntu.
    Debian,
    /// Ubuntu.
    Ubuntu,
    /// Fedora, Red Hat Enterprise Linux and its rebuilds, Oracle Linux.
    Fedora,
    /// SUSE Linux Enterprise and openSUSE.
    Suse,
    /// Azure Linux and CBL-Mariner.
    AzureLinux,
    /// Flatcar and CoreOS: no package database, `/usr` is a volume of its own.
    CoreOs,
    /// Alpine.
    Alpine,
    /// Arch and what is made from it.
    Arch,
    /// Any other.
    Other,
}

/// A distribution by its own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distribution {
    /// `ID`: `debian`, `rhel`, `sles`; lower case.
    pub id: String,
    /// `ID_LIKE`, in its order.
    pub id_like: Vec<String>,
    /// `VERSION_ID`: `12`, `9.4`, `22.04`; none for rolling releases.
    pub version_id: Option<String>,
    /// `PRETTY_NAME`, or the text of the older file (hostile text).
    pub name: String,
    /// Where that was read.
    pub spot: Spot,
}

impl Distribution {
    /// The family that it belongs to.
    pub fn family(&self) -> Family {
        let of = |id: &str| match id {
            "ubuntu" => Some(Family::Ubuntu),
            "debian" | "devuan" | "kali" | "raspbian" => Some(Family::Debian),
            "fedora" | "rhel" | "centos" | "almalinux" | "rocky" | "ol" | "oracle" | "redhat"
            | "scientific" | "amzn" | "cloudlinux" | "eurolinux" => Some(Family::Fedora),
            "sles"
            | "sled"
            | "sles_sap"
            | "suse"
            | "opensuse"
            | "opensuse-leap"
            | "opensuse-tumbleweed"
            | "sle-micro"
            | "sl-micro" => Some(Family::Suse),
            "azurelinux" | "mariner" => Some(Family::AzureLinux),
            "flatcar" | "coreos" => Some(Family::CoreOs),
            "alpine" => Some(Family::Alpine),
            "arch" | "archarm" | "manjaro" => Some(Family::Arch),
            _ => None,
        };
        std::iter::once(&self.id)
            .chain(&self.id_like)
            .find_map(|id| of(id))
            .unwrap_or(Family::Other)
    }

    /// The numbers of the version: `[9, 4]` of `9.4`; empty where there are none.
    pub fn version(&self) -> Vec<u32> {
        self.version_id
            .as_deref()
            .unwrap_or_default()
            .split('.')
            .map_while(|part| part.parse().ok())
            .collect()
    }

    /// The first number of the version.
    pub fn major(&self) -> Option<u32> {
        self.version().first().copied()
    }
}

/// Reads it; none where no file says which distribution it is.
pub(super) fn gather(root: &Root) -> Known<Option<Distribution>> {
    for path in ["/etc/os-release", "/usr/lib/os-release"] {
        if let Some(file) = root.text(path)? {
            return Ok(Some(os_release(&file)));
        }
    }
    type Reader = fn(&TextFile) -> Distribution;
    let older: [(&str, Reader); 3] = [
        ("/etc/redhat-release", red_hat),
        ("/etc/SuSE-release", suse),
        ("/etc/debian_version", debian),
    ];
    for (path, read) in older {
        if let Some(file) = root.text(path)? {
            return Ok(Some(read(&file)));
        }
    }
    Ok(None)
}

fn os_release(file: &TextFile) -> Distribution {
    let value = |key: &str| {
        // The last assignment counts, as in the shell that the file is written for.
        file.settings()
            .filter_map(|(_, line)| line.split_once('='))
            .filter(|(name, _)| *name == key)
            .map(|(_, value)| unquoted(value))
            .filter(|value| !value.is_empty())
            .last()
    };
    let id = value("ID").unwrap_or_else(|| "linux".to_owned());
    Distribution {
        name: value("PRETTY_NAME")
            .or_else(|| value("NAME"))
            .unwrap_or_else(|| id.clone()),
        id: id.to_ascii_lowercase(),
        id_like: value("ID_LIKE")
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_ascii_lowercase)
            .collect(),
        version_id: value("VERSION_ID"),
        spot: file.spot.clone(),
    }
}

/// A value as the shell reads it: quotes taken off, a backslash before a character.
fn unquoted(value: &str) -> String {
    let value = value.trim();
    let inner = ['"', '\'']
        .into_iter()
        .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(value);
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        text.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    text
}

/// The first word of numbers and dots.
fn number(text: &str) -> Option<String> {
    text.split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        .map(|word| {
            word.trim_end_matches(|c: char| !c.is_ascii_digit())
                .to_owned()
        })
}

fn older(file: &TextFile, id: &str, version_id: Option<String>) -> Distribution {
    Distribution {
        id: id.to_owned(),
        id_like: Vec::new(),
        version_id,
        name: file.text.lines().next().unwrap_or(id).trim().to_owned(),
        spot: file.spot.clone(),
    }
}

/// `CentOS release 6.10 (Final)`.
fn red_hat(file: &TextFile) -> Distribution {
    let id = match file.text.split_whitespace().next() {
        Some("CentOS") => "centos",
        Some("Fedora") => "fedora",
        Some("Oracle") => "ol",
        Some("Scientific") => "scientific",
        _ => "rhel",
    };
    older(file, id, number(&file.text))
}

/// A first line as `SUSE Linux Enterprise Server 11 (x86_64)`, then `VERSION =` and `PATCHLEVEL =`.
fn suse(file: &TextFile) -> Distribution {
    let value = |key: &str| {
        file.settings()
            .filter_map(|(_, line)| line.split_once('='))
            .find(|(name, _)| name.trim() == key)
            .map(|(_, value)| value.trim().to_owned())
    };
    let id = if file.text.starts_with("openSUSE") {
        "opensuse"
    } else {
        "sles"
    };
    let version = match (value("VERSION"), value("PATCHLEVEL")) {
        (Some(version), Some(level)) if level != "0" => Some(format!("{version}.{level}")),
        (version, _) => version,
    };
    older(file, id, version)
}

/// `7.11`, or `trixie/sid`.
fn debian(file: &TextFile) -> Distribution {
    older(file, "debian", number(&file.text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::testing::Tree;

    fn of(path: &str, text: &str) -> Distribution {
        gather(&Tree::new().file(path, text).root())
            .unwrap()
            .unwrap()
    }

    #[test]
    fn os_release_is_read_as_a_shell_would() {
        let debian = of(
            "/etc/os-release",
            "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\n\
             VERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\nID=debian\n",
        );
        assert_eq!((debian.id.as_str(), debian.major()), ("debian", Some(12)));
        assert_eq!(debian.family(), Family::Debian);
        let rocky = of(
            "/usr/lib/os-release",
            "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID='9.4'\n#ID=no\n",
        );
        assert_eq!(rocky.version(), [9, 4]);
        assert_eq!(rocky.family(), Family::Fedora);
        let derived = of("/etc/os-release", "ID=pop\nID_LIKE=\"ubuntu debian\"\n");
        assert_eq!(derived.family(), Family::Ubuntu);
    }

    #[test]
    fn older_systems_are_known_by_their_own_files() {
        let centos = of("/etc/redhat-release", "CentOS release 6.10 (Final)\n");
        assert_eq!(
            (centos.id.as_str(), centos.version()),
            ("centos", vec![6, 10])
        );
        let sles = of(
            "/etc/SuSE-release",
            "SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\nPATCHLEVEL = 4\n",
        );
        assert_eq!((sles.family(), sles.version()), (Family::Suse, vec![11, 4]));
        assert_eq!(of("/etc/debian_version", "7.11\n").major(), Some(7));
        assert_eq!(gather(&Tree::new().root()), Ok(None));
        assert!(gather(&Tree::new().unreadable("/etc/os-release").root()).is_err());
    }
}
