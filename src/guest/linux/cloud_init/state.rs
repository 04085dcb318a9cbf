//! What cloud-init left behind of machines that it set up.

use crate::guest::{Located, Root, Spot};
use crate::known::Known;

/// Entries of one folder that are kept.
const MAX_LISTED: usize = 50;

/// What cloud-init left behind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CloudInitState {
    /// Where the link `/var/lib/cloud/instance` leads to.
    pub instance: Option<Located<String>>,
    /// Whether that link leads nowhere.
    pub dangling: bool,
    /// Folders of instances.
    pub instances: Vec<Spot>,
    /// Files under `data` and `sem`.
    pub files: Vec<Spot>,
    /// Its log files that are not empty.
    pub logs: Vec<Spot>,
}

impl CloudInitState {
    /// Whether there is nothing of an earlier machine.
    pub fn is_clean(&self) -> bool {
        *self == Self::default()
    }
}

pub(super) fn gather(root: &Root) -> Known<CloudInitState> {
    const LINK: &str = "/var/lib/cloud/instance";
    let mut state = CloudInitState::default();
    if let Some(target) = root.read_link(LINK)? {
        state.dangling = !root.exists(LINK)?;
        state.instance = Some(Located::new(target, root.spot(LINK)));
    }
    for entry in root.entries("/var/lib/cloud/instances")? {
        state.instances.push(root.spot(&entry.path));
    }
    for folder in ["/var/lib/cloud/data", "/var/lib/cloud/sem"] {
        for entry in root.entries(folder)? {
            state.files.push(root.spot(&entry.path));
        }
    }
    for path in root.glob("/var/log/cloud-init*.log*")? {
        if root.metadata(&path)?.is_some_and(|file| file.size > 0) {
            state.logs.push(root.spot(&path));
        }
    }
    state.instances.truncate(MAX_LISTED);
    state.files.truncate(MAX_LISTED);
    state.logs.truncate(MAX_LISTED);
    Ok(state)
}
