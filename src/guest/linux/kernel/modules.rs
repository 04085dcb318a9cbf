//! `/lib/modules/<release>`: what can be loaded, and what is built in.

use std::collections::{BTreeMap, BTreeSet};

use crate::guest::{Root, Spot};
use crate::known::{Known, Undetermined};

/// Modules that are kept; a kernel with everything has some 7,000.
const MAX_MODULES: usize = 50_000;

/// The modules of a kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modules {
    /// The folder.
    pub spot: Spot,
    /// The guest's path of each module that `modules.dep` lists, by its name with `_`.
    pub files: BTreeMap<String, String>,
    /// The names, with `_`, that `modules.builtin` lists.
    pub built_in: BTreeSet<String>,
    /// Modules that `modules.dep` lists and that are not there, of those that rules ask for.
    pub lost: BTreeSet<String>,
}

/// Modules whose files are looked for: an image that was made smaller by hand may have lost them.
const LOOKED_FOR: [&str; 20] = [
    "hv_vmbus",
    "hv_storvsc",
    "hv_netvsc",
    "hv_utils",
    "hv_balloon",
    "hyperv_keyboard",
    "hid_hyperv",
    "hyperv_fb",
    "hyperv_drm",
    "udf",
    "vfat",
    "fat",
    "cdrom",
    "sr_mod",
    "nvme",
    "nvme_core",
    "mlx4_en",
    "mlx4_core",
    "mlx5_core",
    "mana",
];

/// The name of a module: of its file, or as somebody writes it; `-` becomes `_`, and `.ko` with
/// what compresses it goes.
pub fn module_name(text: &str) -> String {
    let name = text.rsplit('/').next().unwrap_or(text);
    let name = ["", ".gz", ".xz", ".zst"]
        .iter()
        .find_map(|ending| name.strip_suffix(&format!(".ko{ending}")))
        .unwrap_or(name);
    name.replace('-', "_")
}

/// The names in a `modules.builtin` file.
pub(in crate::guest::linux) fn built_in(text: &str) -> impl Iterator<Item = String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .take(MAX_MODULES)
        .map(module_name)
}

/// The modules in a `modules.dep` file: the path as it stands there.
fn dependencies(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(path, _)| path.trim())
        .filter(|path| !path.is_empty())
        .take(MAX_MODULES)
}

/// Reads the lists of a release; none where there is no folder of that name.
pub(super) fn read(root: &Root, release: &str) -> Known<Option<Modules>> {
    let mut folder = format!("/lib/modules/{release}");
    if !root.exists(&folder)? {
        folder = format!("/usr/lib/modules/{release}");
        if !root.exists(&folder)? {
            return Ok(None);
        }
    }
    let mut modules = Modules {
        spot: root.real_spot(&folder),
        files: BTreeMap::new(),
        built_in: BTreeSet::new(),
        lost: BTreeSet::new(),
    };
    if let Some(file) = root.text(&format!("{folder}/modules.builtin"))? {
        modules.built_in = built_in(&file.text).collect();
    }
    match root.text(&format!("{folder}/modules.dep"))? {
        Some(file) => {
            for path in dependencies(&file.text) {
                let full = if path.starts_with('/') {
                    path.to_owned()
                } else {
                    format!("{folder}/{path}")
                };
                modules.files.insert(module_name(path), full);
            }
        }
        None if root.exists(&format!("{folder}/kernel"))? => {
            return Err(Undetermined::new(format!(
                "{}: there are modules, but no modules.dep that lists them (run depmod)",
                modules.spot
            )));
        }
        None => {}
    }
    for name in LOOKED_FOR {
        if let Some(path) = modules.files.get(name)
            && !root.exists(path)?
        {
            modules.files.remove(name);
            modules.lost.insert(name.to_owned());
        }
    }
    Ok(Some(modules))
}
