//! Package repositories: apt's, those of yum, dnf and tdnf, and zypper's.

use super::ini::{self, short};
use crate::guest::{Root, Spot, TextFile};
use crate::known::{Known, Undetermined};

/// Whose repository it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepositoryKind {
    /// apt's.
    Apt,
    /// That of yum, dnf or tdnf.
    Yum,
    /// zypper's.
    Zypp,
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Whose it is.
    pub kind: RepositoryKind,
    /// Its id: the section's name; of apt the first address.
    pub id: String,
    /// Its name, where it has one (hostile text).
    pub name: String,
    /// Its addresses, without names, passwords and queries in them (hostile text).
    pub addresses: Vec<String>,
    /// apt's suites: `bookworm`, `bookworm-updates`.
    pub suites: Vec<String>,
    /// Whether it is used.
    pub enabled: bool,
    /// Whether zypper refreshes it by itself.
    pub refresh: bool,
    /// Where it stands.
    pub spot: Spot,
}

/// The repositories.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Repositories {
    /// In the order of the files.
    pub list: Vec<Repository>,
    /// Files that could not be read: why.
    pub unread: Vec<Undetermined>,
    /// The line `http_caching=packages` of `/etc/yum.conf`.
    pub caches_packages: Option<Spot>,
}

impl Repositories {
    /// Those that are used.
    pub fn enabled(&self) -> impl Iterator<Item = &Repository> {
        self.list.iter().filter(|repository| repository.enabled)
    }
}

/// Repositories that are kept.
const MAX_LISTED: usize = 2_000;
/// Bytes of one word that are kept.
const MAX_WORD: usize = 300;

/// Reads them.
pub(super) fn gather(root: &Root) -> Repositories {
    let mut out = Repositories::default();
    let mut paths = Vec::new();
    let places: [(&str, Reader); 7] = [
        ("/etc/apt/sources.list", one_line),
        ("/etc/apt/sources.list.d/*.list", one_line),
        ("/etc/apt/sources.list.d/*.sources", deb822),
        ("/etc/yum.conf", yum),
        ("/etc/dnf/dnf.conf", yum),
        ("/etc/yum.repos.d/*.repo", yum),
        ("/etc/zypp/repos.d/*.repo", zypp),
    ];
    for (pattern, read) in places {
        match root.glob(pattern) {
            Ok(found) => paths.extend(found.into_iter().map(|path| (path, read))),
            Err(unknown) => out.unread.push(unknown),
        }
    }
    for (path, read) in paths {
        match file(root, &path, read) {
            Ok(found) => {
                let room = MAX_LISTED.saturating_sub(out.list.len());
                out.list.extend(found.into_iter().take(room));
            }
            Err(unknown) => out.unread.push(unknown),
        }
    }
    match root.text("/etc/yum.conf") {
        Ok(Some(file)) => {
            out.caches_packages = file
                .lines()
                .find(|(_, line)| line.contains("http_caching=packages"))
                .map(|(number, _)| file.at(number));
        }
        Ok(None) => {}
        Err(unknown) => out.unread.push(unknown),
    }
    out
}

type Reader = fn(&Root, &TextFile) -> Known<Vec<Repository>>;

fn file(root: &Root, path: &str, read: Reader) -> Known<Vec<Repository>> {
    match root.text(path)? {
        Some(file) => read(root, &file),
        None => Ok(Vec::new()),
    }
}

/// `deb [options] address suite components`.
fn one_line(root: &Root, file: &TextFile) -> Known<Vec<Repository>> {
    let mut out = Vec::new();
    for (number, line) in file.settings() {
        let Some(rest) = line
            .strip_prefix("deb")
            .filter(|r| r.starts_with([' ', '\t']))
        else {
            continue;
        };
        let rest = rest.trim_start();
        let rest = match rest.strip_prefix('[') {
            Some(options) => options.split_once(']').map_or("", |(_, rest)| rest),
            None => rest,
        };
        let mut words = rest.split_whitespace();
        if let (Some(address), Some(suite)) = (words.next(), words.next()) {
            out.push(apt(root, &[address], &[suite], true, file.at(number))?);
        }
    }
    Ok(out)
}

/// Paragraphs of `Types:`, `URIs:`, `Suites:`.
fn deb822(root: &Root, file: &TextFile) -> Known<Vec<Repository>> {
    let mut out = Vec::new();
    let mut fields: Vec<(String, String, u32)> = Vec::new();
    let end = [(u32::MAX, "")];
    for (number, line) in file.lines().chain(end) {
        if line.starts_with('#') {
            continue;
        }
        if line.trim().is_empty() {
            out.extend(paragraph(root, file, &fields)?);
            fields.clear();
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value, _)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((key, value)) = line.split_once(':') {
            fields.push((key.to_ascii_lowercase(), value.trim().to_owned(), number));
        }
    }
    Ok(out)
}

fn paragraph(
    root: &Root,
    file: &TextFile,
    fields: &[(String, String, u32)],
) -> Known<Option<Repository>> {
    let words = |key: &str| -> Vec<&str> {
        let found = fields.iter().find(|(name, _, _)| name == key);
        found.map_or_else(Vec::new, |(_, value, _)| value.split_whitespace().collect())
    };
    let Some((_, _, line)) = fields.iter().find(|(name, _, _)| name == "uris") else {
        return Ok(None);
    };
    if !words("types").contains(&"deb") {
        return Ok(None);
    }
    let enabled = !words("enabled").iter().any(|word| {
        matches!(
            word.to_ascii_lowercase().as_str(),
            "no" | "false" | "0" | "off"
        )
    });
    let spot = file.at(*line);
    apt(root, &words("uris"), &words("suites"), enabled, spot).map(Some)
}

fn apt(
    root: &Root,
    addresses: &[&str],
    suites: &[&str],
    enabled: bool,
    spot: Spot,
) -> Known<Repository> {
    let mut all = Vec::new();
    for address in addresses {
        // A list of mirrors in a file, as Debian's cloud images have it.
        let list = address
            .strip_prefix("mirror+file:")
            .map(|path| format!("/{}", path.trim_start_matches('/')));
        match list {
            Some(path) => {
                if let Some(file) = root.text(&path)? {
                    let first = file
                        .settings()
                        .filter_map(|(_, l)| l.split_whitespace().next());
                    all.extend(first.map(address_only));
                }
            }
            None => all.push(address_only(address)),
        }
    }
    all.truncate(MAX_LISTED);
    let words = |words: &[&str]| words.iter().map(|word| short(word, MAX_WORD)).collect();
    Ok(Repository {
        kind: RepositoryKind::Apt,
        id: all.first().cloned().unwrap_or_default(),
        name: String::new(),
        addresses: all,
        suites: words(suites),
        enabled,
        refresh: true,
        spot,
    })
}

fn yum(_: &Root, file: &TextFile) -> Known<Vec<Repository>> {
    Ok(sections(file, RepositoryKind::Yum))
}

fn zypp(_: &Root, file: &TextFile) -> Known<Vec<Repository>> {
    Ok(sections(file, RepositoryKind::Zypp))
}

fn sections(file: &TextFile, kind: RepositoryKind) -> Vec<Repository> {
    let mut out: Vec<Repository> = Vec::new();
    for setting in ini::settings(file) {
        if setting.section.is_empty() || setting.section.eq_ignore_ascii_case("main") {
            continue;
        }
        if out
            .last()
            .is_none_or(|last| last.id != short(&setting.section, MAX_WORD))
        {
            out.push(Repository {
                kind,
                id: short(&setting.section, MAX_WORD),
                name: String::new(),
                addresses: Vec::new(),
                suites: Vec::new(),
                enabled: true,
                refresh: false,
                spot: file.at(setting.line),
            });
        }
        let Some(last) = out.last_mut() else {
            continue;
        };
        let on = matches!(
            setting.value.to_ascii_lowercase().as_str(),
            "1" | "yes" | "true" | "on"
        );
        match setting.key.as_str() {
            "enabled" => {
                last.enabled = on;
                last.spot = file.at(setting.line);
            }
            "autorefresh" => last.refresh = on,
            "name" => last.name = short(&setting.value, MAX_WORD),
            "baseurl" | "mirrorlist" | "metalink" => {
                let found = setting
                    .value
                    .split([' ', ','])
                    .filter(|word| !word.is_empty());
                last.addresses.extend(found.map(address_only).take(100));
            }
            _ => {}
        }
    }
    out
}

/// An address without what gives access: a name and password, and the query.
fn address_only(address: &str) -> String {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    let bare = match address.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            let host = host.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}/{path}")
        }
        None => address.to_owned(),
    };
    short(&bare, MAX_WORD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::linux::hostile::mutated;
    use crate::guest::testing::Tree;

    const LIST: &str = "# deb http://old/ x main\n\
        deb [arch=amd64 signed-by=/usr/share/keyrings/a.gpg] https://u:Pl4nted@mirror/debian?k=Pl4nted bookworm main\n\
        deb-src http://mirror/debian bookworm main\ndeb http://mirror/debian bookworm-updates main\n";
    /// Debian 12's cloud image.
    const SOURCES: &str = "Types: deb deb-src\nURIs: mirror+file:///etc/apt/mirrors/debian.list\n\
        Suites: bookworm bookworm-updates\n bookworm-backports\nComponents: main\n\n# next\n\
        Types: deb\nURIs: https://second/\nSuites: a\nEnabled: no\n";
    const REPO: &str = "[baseos]\nname=Rocky Linux $releasever - BaseOS\n\
        mirrorlist=https://m/mirrorlist?arch=$basearch\nenabled=1\n[devel]\nname=devel\n\
        baseurl=https://u:Pl4nted@a/\n        https://b/\nenabled=0\nautorefresh=1\n";

    #[test]
    fn every_manager_s_files_are_read() {
        let all = gather(
            &Tree::new()
                .file("/etc/apt/sources.list", LIST)
                .file("/etc/apt/sources.list.d/debian.sources", SOURCES)
                .file(
                    "/etc/apt/mirrors/debian.list",
                    "https://mirror.example/debian\n",
                )
                .file("/etc/yum.conf", "[main]\nhttp_caching=packages\n")
                .file("/etc/yum.repos.d/rocky.repo", REPO)
                .file(
                    "/etc/zypp/repos.d/SLES.repo",
                    "[SLE-Pool]\nenabled=1\nautorefresh=0\n",
                )
                .file("/etc/yum.repos.d/rocky.repo.rpmnew", REPO)
                .root(),
        );
        let found: Vec<_> = all
            .list
            .iter()
            .map(|one| (one.id.as_str(), one.enabled, one.spot.line.unwrap()))
            .collect();
        let expected = [
            ("https://mirror/debian", true, 2),
            ("http://mirror/debian", true, 4),
            ("https://mirror.example/debian", true, 2),
            ("https://second/", false, 9),
            ("baseos", true, 4),
            ("devel", false, 9),
            ("SLE-Pool", true, 2),
        ];
        assert_eq!(found, expected);
        assert_eq!(
            all.list[2].suites,
            ["bookworm", "bookworm-updates", "bookworm-backports"]
        );
        assert_eq!(all.list[5].addresses, ["https://a/", "https://b/"]);
        assert!(all.list[5].refresh && !all.list[6].refresh);
        assert!(all.caches_packages.is_some() && all.unread.is_empty());
        assert!(!format!("{all:?}").contains("Pl4nted"));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let all = gather(
            &Tree::new()
                .unreadable("/etc/apt/sources.list.d/a.list")
                .root(),
        );
        assert_eq!((all.list.len(), all.unread.len()), (0, 1));
    }

    #[test]
    fn changed_files_never_break_the_readers() {
        for text in [LIST, SOURCES, REPO] {
            mutated(text, 1_000, |bytes| {
                let tree = Tree::new()
                    .bytes("/etc/apt/sources.list", bytes)
                    .bytes("/etc/apt/sources.list.d/a.sources", bytes)
                    .bytes("/etc/yum.repos.d/a.repo", bytes);
                gather(&tree.root());
            });
        }
    }
}
