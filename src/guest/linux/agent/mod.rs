//! The Azure Linux Agent: its version, and `/etc/waagent.conf`.

#[cfg(test)]
mod tests;
mod version;

use super::ini::short;
use super::packages::{Package, Packages};
use crate::guest::{Located, Root, Spot, TextFile};
use crate::known::Known;

/// Bytes of a value that are kept.
const MAX_VALUE: usize = 200;

/// `/etc/waagent.conf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaagentConf {
    /// The settings in the order of the file. A value that may hold a password (of a proxy) is
    /// kept as `(not shown)`.
    pub settings: Vec<(String, Located<String>)>,
    /// The file.
    pub spot: Spot,
}

impl WaagentConf {
    /// Reads the file's text: `key=value`, a comment from `#` on; the last line of a key counts, as
    /// the agent has it.
    pub fn parse(file: &TextFile) -> Self {
        let settings = file
            .lines()
            .filter(|(_, line)| !line.starts_with('#'))
            .filter_map(|(number, line)| {
                let (key, value) = line.split_once('=')?;
                let (key, value) = (key.trim(), value.split('#').next().unwrap_or_default());
                let value = value.trim_matches(['"', ' ']).trim();
                let secret = is_secret(key, value);
                let value = if secret { "(not shown)" } else { value };
                let value = short(value, MAX_VALUE);
                Some((short(key, MAX_VALUE), Located::new(value, file.at(number))))
            })
            .collect();
        Self {
            settings,
            spot: file.spot.clone(),
        }
    }

    /// The value of a key, where a line sets it.
    pub fn get(&self, key: &str) -> Option<&Located<String>> {
        self.settings
            .iter()
            .rev()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    /// Whether a switch is on, by its line (`y`, `n`) or else by the agent's default.
    pub fn is_on(&self, key: &str, default: bool) -> bool {
        match self.get(key).map(|value| value.value.as_str()) {
            Some("y" | "Y") => true,
            Some("n" | "N") => false,
            _ => default,
        }
    }
}

/// Whether a value may be a secret: switches and numbers are none.
fn is_secret(key: &str, value: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let named = ["password", "secret", "token", "key"]
        .iter()
        .any(|word| key.contains(word));
    (value.contains('@') && value.contains(':')) || (named && value.len() > 16)
}

/// The names of its package: Debian's, Ubuntu's, Red Hat's and SUSE's.
const PACKAGES: [&str; 6] = [
    "walinuxagent",
    "waagent",
    "WALinuxAgent",
    "python3-azure-agent",
    "python311-azure-agent",
    "python-azure-agent",
];

/// The agent's package, by whichever of its names it is installed.
pub fn package(packages: &Packages) -> Option<&Package> {
    PACKAGES.iter().find_map(|name| packages.find(name))
}

/// The Azure Linux Agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Its configuration; none where there is no such file.
    pub conf: Known<Option<WaagentConf>>,
    /// The program: `/usr/sbin/waagent` or `/usr/bin/waagent`.
    pub program: Known<Option<Spot>>,
    /// `AGENT_VERSION` of its Python files.
    pub version: Known<Option<Located<String>>>,
    /// Every version that lies about, the one that counts first; more than one where a package and
    /// an installation from the source lie side by side.
    pub versions: Known<Vec<Located<String>>>,
}

/// Where the program may be: where a shell looks first, then in the order of Microsoft's test suite,
/// then Flatcar's own place.
const PROGRAMS: [&str; 5] = [
    "/usr/local/sbin/waagent",
    "/usr/local/bin/waagent",
    "/usr/bin/waagent",
    "/usr/sbin/waagent",
    "/usr/share/oem/bin/waagent",
];

const CONFS: [&str; 2] = ["/etc/waagent.conf", "/usr/share/oem/waagent.conf"];

/// Reads the agent's files.
pub(super) fn gather(root: &Root) -> Agent {
    let program = program(root);
    let versions = match &program {
        Ok(found) => version::gather(root, found.as_ref()),
        Err(unknown) => Err(unknown.clone()),
    };
    Agent {
        conf: root
            .first_text(&CONFS)
            .map(|file| file.as_ref().map(WaagentConf::parse)),
        program,
        version: versions
            .as_ref()
            .map(|all| all.first().cloned())
            .map_err(Clone::clone),
        versions,
    }
}

fn program(root: &Root) -> Known<Option<Spot>> {
    for path in PROGRAMS {
        if root.exists(path)? {
            return Ok(Some(root.spot(path)));
        }
    }
    Ok(None)
}
