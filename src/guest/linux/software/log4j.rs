//! The jars of log4j-core: by their names under the folders where applications lie, and in the
//! lists of other jars and wars.

use crate::filesystem::FileType;
use crate::guest::{Located, Root, zip};
use crate::known::Known;

/// Where applications and their libraries lie.
const FOLDERS: [&str; 7] = [
    "/opt",
    "/srv",
    "/usr/share/java",
    "/usr/local",
    "/usr/share",
    "/var/lib",
    "/usr/lib",
];
/// Folders of those that hold no applications, and much else.
const LEFT_OUT: [&str; 18] = [
    "modules",
    "firmware",
    "locale",
    "doc",
    "man",
    "zoneinfo",
    "info",
    "dpkg",
    "apt",
    "rpm",
    "icons",
    "terminfo",
    "i18n",
    "x86_64-linux-gnu",
    "aarch64-linux-gnu",
    "gconv",
    "perl",
    "perl5",
];
/// Folders that are listed at the most.
const MAX_FOLDERS: usize = 6_000;
const MAX_DEPTH: usize = 8;
/// Archives whose lists are read at the most, and bytes of one list.
const MAX_ARCHIVES: usize = 400;
const MAX_DIRECTORY: u64 = 8 << 20;
const MAX_FOUND: usize = 1_000;

/// A jar of log4j-core.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jar {
    /// The version in its name.
    pub version: String,
    /// Its path in the archive that holds it, where it lies in one (hostile text).
    pub inside: Option<String>,
}

/// The jars that were found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Jars {
    /// The jars.
    pub list: Vec<Located<Jar>>,
    /// Why the search ended before everything was seen, where it did.
    pub cut: Option<String>,
}

pub(super) fn find(root: &Root) -> Known<Jars> {
    let mut jars = Jars::default();
    let mut folders = 0_usize;
    let mut archives = 0_usize;
    for start in FOLDERS {
        let mut todo = vec![(start.to_owned(), 0_usize)];
        while let Some((folder, depth)) = todo.pop() {
            folders = folders.saturating_add(1);
            if folders > MAX_FOLDERS {
                jars.cut = Some(format!("more than {MAX_FOLDERS} folders"));
                return Ok(jars);
            }
            for entry in root.entries(&folder)? {
                match entry.file_type {
                    FileType::Directory => {
                        let seen = FOLDERS.contains(&entry.path.as_str())
                            || LEFT_OUT.contains(&entry.name.as_str())
                            || entry.name.starts_with("python");
                        if !seen && depth < MAX_DEPTH {
                            todo.push((entry.path, depth.saturating_add(1)));
                        }
                    }
                    FileType::File if jars.list.len() < MAX_FOUND => {
                        if let Some(version) = version(&entry.name) {
                            let jar = Jar {
                                version: version.to_owned(),
                                inside: None,
                            };
                            jars.list.push(Located::new(jar, root.spot(&entry.path)));
                        } else if is_archive(&entry.name) {
                            archives = archives.saturating_add(1);
                            if archives > MAX_ARCHIVES {
                                jars.cut = Some(format!("more than {MAX_ARCHIVES} archives"));
                            } else {
                                nested(root, &entry.path, &mut jars)?;
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    Ok(jars)
}

fn is_archive(name: &str) -> bool {
    [".jar", ".war", ".ear"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// The version in the name of a jar of log4j-core.
fn version(name: &str) -> Option<&str> {
    name.strip_prefix("log4j-core-")?
        .strip_suffix(".jar")
        .filter(|version| version.starts_with(|c: char| c.is_ascii_digit()))
}

fn nested(root: &Root, path: &str, jars: &mut Jars) -> Known<()> {
    let Some(size) = root.metadata(path)?.map(|metadata| metadata.size) else {
        return Ok(());
    };
    let length = u64::try_from(zip::TAIL).unwrap_or(u64::MAX).min(size);
    let tail = root
        .bytes_at(path, size.saturating_sub(length), length)?
        .unwrap_or_default();
    let Some((offset, length)) =
        zip::directory(&tail).filter(|(_, length)| *length <= MAX_DIRECTORY)
    else {
        return Ok(());
    };
    let list = root.bytes_at(path, offset, length)?.unwrap_or_default();
    for entry in zip::entries(&list) {
        let name = entry.name.rsplit('/').next().unwrap_or_default();
        if let Some(version) = version(name)
            && jars.list.len() < MAX_FOUND
        {
            let jar = Jar {
                version: version.to_owned(),
                inside: Some(entry.name.clone()),
            };
            jars.list.push(Located::new(jar, root.spot(path)));
        }
    }
    Ok(())
}
