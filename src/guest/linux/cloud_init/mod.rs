//! cloud-init: whether it runs, what it is told, and what it left behind.

mod config;
mod state;
#[cfg(test)]
mod tests;

use super::ini::short;
use super::python_dirs;
use crate::guest::{Located, Root, Spot};
use crate::known::{Known, Undetermined};

pub use state::CloudInitState;

/// What cloud-init's files say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CloudInitFacts {
    /// The program or its main configuration, where it is installed.
    pub installed: Option<Spot>,
    /// The program itself; a configuration without it is what a removed package left.
    pub program: Option<Spot>,
    /// The file that switches it off.
    pub disabled_by: Option<Spot>,
    /// `datasource_list` as the last file that sets it says.
    pub datasources: Option<Located<Vec<String>>>,
    /// `swap: filename:` with a size other than 0: a swap file at the first boot.
    pub swap_file: Option<Located<String>>,
    /// `network: config: disabled`: it writes no network configuration.
    pub network_disabled: Option<Spot>,
    /// `ssh_deletekeys`: whether it deletes host keys that are there (it does by itself).
    pub deletes_host_keys: Option<Located<bool>>,
    /// The modules of its first stage, in order; none where no file lists them, and then it runs
    /// none.
    pub init_modules: Option<Located<Vec<String>>>,
    /// `policy` of `/etc/cloud/ds-identify.cfg`.
    pub identify_policy: Option<Located<String>>,
    /// Files by which an installer keeps cloud-init from doing its work.
    pub leftovers: Vec<Spot>,
    /// Its version by its Python files.
    pub version: Option<Located<String>>,
}

impl CloudInitFacts {
    /// Whether a module of the first stage runs, by its name; `-` and `_` are the same.
    pub fn runs_module(&self, name: &str) -> bool {
        self.init_modules.as_ref().is_some_and(|modules| {
            modules
                .value
                .iter()
                .any(|module| module.replace('-', "_") == name.replace('-', "_"))
        })
    }
}

/// cloud-init; unknown where a file of its configuration could not be read, or a key that matters
/// stands there in a way that is not read here.
pub type CloudInit = Known<CloudInitFacts>;

const PROGRAMS: [&str; 3] = [
    "/usr/bin/cloud-init",
    "/usr/local/bin/cloud-init",
    "/usr/sbin/cloud-init",
];
const MAIN: &str = "/etc/cloud/cloud.cfg";
const IDENTIFY: &str = "/etc/cloud/ds-identify.cfg";

/// Files of Ubuntu's installers.
const LEFTOVERS: [&str; 6] = [
    "/etc/cloud/cloud.cfg.d/50-curtin-networking.cfg",
    "/etc/cloud/cloud.cfg.d/90-installer-network.cfg",
    "/etc/cloud/cloud.cfg.d/99-installer.cfg",
    "/etc/cloud/cloud.cfg.d/curtin-preserve-sources.cfg",
    "/etc/cloud/cloud.cfg.d/subiquity-disable-cloudinit-networking.cfg",
    IDENTIFY,
];

/// Reads cloud-init's files.
pub(super) fn gather(root: &Root) -> CloudInit {
    let present =
        |path: &str| -> Known<Option<Spot>> { Ok(root.exists(path)?.then(|| root.spot(path))) };
    let mut facts = CloudInitFacts {
        disabled_by: present("/etc/cloud/cloud-init.disabled")?,
        version: version(root)?,
        ..CloudInitFacts::default()
    };
    for path in PROGRAMS {
        if facts.program.is_none() {
            facts.program = present(path)?;
        }
    }
    facts.installed = match &facts.program {
        Some(program) => Some(program.clone()),
        None => present(MAIN)?,
    };
    for path in LEFTOVERS {
        facts.leftovers.extend(present(path)?);
    }
    if let Some(file) = root.text(IDENTIFY)? {
        // The last line of a key counts; `policy: disabled` switches cloud-init off.
        facts.identify_policy = file
            .settings()
            .filter_map(|(number, line)| {
                let value = line.strip_prefix("policy")?.trim_start();
                let value = value.strip_prefix([':', '='])?.trim();
                Some(Located::new(short(value, 200), file.at(number)))
            })
            .last();
    }
    config::gather(root, &mut facts)?;
    Ok(facts)
}

/// What cloud-init left behind of machines that it set up.
pub(super) fn gather_state(root: &Root) -> Known<CloudInitState> {
    state::gather(root)
}

fn version(root: &Root) -> Known<Option<Located<String>>> {
    for folder in python_dirs::list(root)? {
        let Some(file) = root.text(&format!("{folder}/cloudinit/version.py"))? else {
            continue;
        };
        // A package puts its own version in; where it did not, the marker stands there.
        let found = ["_PACKAGED_VERSION", "__VERSION__"]
            .into_iter()
            .filter_map(|name| python_dirs::assigned(&file.text, name))
            .find(|(_, version)| version.starts_with(|c: char| c.is_ascii_digit()));
        if let Some((line, version)) = found {
            return Ok(Some(Located::new(short(version, 64), file.at(line))));
        }
    }
    Ok(None)
}

fn unread(spot: &Spot, reason: &str) -> Undetermined {
    Undetermined::new(format!("{spot}: this YAML is not read here: {reason}"))
}
