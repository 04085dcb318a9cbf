//! What lies around the interfaces: name servers, hosts, proxies, names of cards, and the files
//! whose literal text Microsoft's test suite looks for.

use crate::filesystem::FileType;
use crate::guest::linux::ini::{self, short};
use crate::guest::{Located, Root, Spot};
use crate::known::Known;

/// Lines of one kind that are kept.
const MAX_LISTED: usize = 100;

/// `/etc/resolv.conf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvConf {
    /// The file, or the link.
    pub spot: Spot,
    /// Where the link leads; none where it is a file.
    pub link: Option<String>,
    /// The lines of name servers, where it is a file or its target is in the image.
    pub name_servers: Vec<Spot>,
}

/// A file of whose text only pieces matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiteralFile {
    /// The file.
    pub spot: Spot,
    /// The pieces that were looked for and stand in it.
    pub holds: Vec<&'static str>,
    /// Those that do not.
    pub lacks: Vec<&'static str>,
}

pub(super) fn literal(
    root: &Root,
    path: &str,
    texts: &[&'static str],
) -> Known<Option<LiteralFile>> {
    Ok(root.text(path)?.map(|file| {
        let (holds, lacks) = texts.iter().partition(|text| file.text.contains(**text));
        LiteralFile {
            spot: file.spot,
            holds,
            lacks,
        }
    }))
}

/// The suite looks for `networking=yes` without regard to case.
pub(super) fn sysconfig(root: &Root) -> Known<Option<LiteralFile>> {
    const TEXT: &str = "networking=yes";
    Ok(root.text("/etc/sysconfig/network")?.map(|file| {
        let (mut holds, mut lacks) = (Vec::new(), Vec::new());
        if file.text.to_ascii_lowercase().contains(TEXT) {
            holds.push(TEXT);
        } else {
            lacks.push(TEXT);
        }
        LiteralFile {
            spot: file.spot,
            holds,
            lacks,
        }
    }))
}

pub(super) fn profile_eth0(root: &Root) -> Known<Option<Spot>> {
    for name in ["eth0.nmconnection", "cloud-init-eth0.nmconnection"] {
        let path = format!("/etc/NetworkManager/system-connections/{name}");
        if root.exists(&path)? {
            return Ok(Some(root.spot(&path)));
        }
    }
    Ok(None)
}

pub(super) fn resolv_conf(root: &Root) -> Known<Option<ResolvConf>> {
    const PATH: &str = "/etc/resolv.conf";
    if root.link_metadata(PATH)?.is_none() {
        return Ok(None);
    }
    let name_servers = match root.text(PATH)? {
        Some(file) => file
            .settings()
            .filter(|(_, line)| line.starts_with("nameserver"))
            .map(|(number, _)| file.at(number))
            .take(MAX_LISTED)
            .collect(),
        None => Vec::new(),
    };
    Ok(Some(ResolvConf {
        spot: root.spot(PATH),
        link: root.read_link(PATH)?,
        name_servers,
    }))
}

pub(super) fn hosts(root: &Root) -> Known<Vec<Located<String>>> {
    let Some(file) = root.text("/etc/hosts")? else {
        return Ok(Vec::new());
    };
    Ok(file
        .settings()
        .filter(|(_, line)| {
            let address = line.split_whitespace().next().unwrap_or_default();
            let address = address.to_ascii_lowercase();
            !(address.starts_with("127.")
                || address == "::1"
                || address == "255.255.255.255"
                || address.starts_with("fe00:")
                || address.starts_with("ff0"))
        })
        .map(|(number, line)| {
            let line = line.split('#').next().unwrap_or_default().trim();
            Located::new(short(line, 200), file.at(number))
        })
        .take(MAX_LISTED)
        .collect())
}

/// The name of a setting only: a proxy's address often holds a password.
pub(super) fn proxies(root: &Root) -> Known<Vec<Located<String>>> {
    let mut out = Vec::new();
    if let Some(file) = root.text("/etc/environment")? {
        for setting in ini::settings(&file) {
            let key = setting.key.to_ascii_lowercase();
            if key.ends_with("_proxy") && key != "no_proxy" && !setting.value.is_empty() {
                out.push(Located::new(
                    short(&setting.key, 100),
                    file.at(setting.line),
                ));
            }
        }
    }
    for path in ["/etc/yum.conf", "/etc/dnf/dnf.conf"] {
        if let Some(file) = root.text(path)? {
            let settings = ini::settings(&file);
            let found = ini::last(&settings, "main", "proxy");
            let set = found.filter(|p| !p.value.is_empty() && p.value != "_none_");
            out.extend(set.map(|p| Located::new("proxy".to_owned(), file.at(p.line))));
        }
    }
    if let Some(file) = root.text("/etc/sysconfig/proxy")? {
        let settings = ini::settings(&file);
        let on = ini::last(&settings, "", "PROXY_ENABLED").filter(|p| p.value == "yes");
        out.extend(on.map(|p| Located::new("PROXY_ENABLED".to_owned(), file.at(p.line))));
    }
    let mut apt = vec!["/etc/apt/apt.conf".to_owned()];
    apt.extend(root.glob("/etc/apt/apt.conf.d/*")?);
    for path in apt {
        let is_file = root
            .metadata(&path)?
            .is_some_and(|file| file.file_type == FileType::File);
        if !is_file {
            continue;
        }
        let Some(file) = root.text(&path)? else {
            continue;
        };
        for (number, line) in file.settings().filter(|(_, line)| !line.starts_with("//")) {
            let name = line.split_whitespace().next().unwrap_or_default();
            if name.starts_with("Acquire::") && name.to_ascii_lowercase().ends_with("::proxy") {
                out.push(Located::new(short(name, 100), file.at(number)));
            }
        }
    }
    out.truncate(MAX_LISTED);
    Ok(out)
}

pub(super) fn persistent_names(root: &Root) -> Known<Vec<Spot>> {
    const NAMES: [&str; 3] = [
        "70-persistent-net.rules",
        "75-persistent-net-generator.rules",
        "85-persistent-net-cloud-init.rules",
    ];
    let mut out = Vec::new();
    let mut seen = Vec::new();
    for folder in ["/etc", "/lib", "/usr/lib", "/usr/lib64"] {
        for name in NAMES {
            let path = format!("{folder}/udev/rules.d/{name}");
            let Some(found) = root.link_metadata(&path)? else {
                continue;
            };
            // A link to nothing is how recipes switch such a rule off.
            if found.file_type == FileType::Symlink
                && root.read_link(&path)?.as_deref() == Some("/dev/null")
            {
                continue;
            }
            let real = root.real_path(&path)?.unwrap_or_else(|| path.clone());
            if !seen.contains(&real) {
                seen.push(real);
                out.push(root.spot(&path));
            }
        }
    }
    Ok(out)
}
