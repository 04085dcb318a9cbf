//! From a path of the guest to what it names: component by component, through links and mounts.

use std::collections::VecDeque;

use super::{Mount, Root, windows};
use crate::filesystem::{FileType, Metadata};
use crate::guest::path::{join, to_bytes, to_text};
use crate::known::Known;

/// Components that are worked off for one path, links included.
const MAX_COMPONENTS: usize = 4096;

/// Paths whose metadata are kept; past that they are asked for again.
const MAX_SEEN: usize = 200_000;

/// What a path names.
pub(super) struct Resolved {
    /// The path that it really has.
    pub(super) path: String,
    pub(super) metadata: Metadata,
}

impl Root {
    /// What `path` names; the last component is followed where it is a link and `follow` is set.
    pub(super) fn resolve(&self, path: &str, follow: bool) -> Known<Option<Resolved>> {
        let mut todo: VecDeque<String> = components(path);
        let mut at = "/".to_owned();
        let Some(mut metadata) = self.look(&at)? else {
            return Ok(None);
        };
        let mut links = 0_u32;
        let mut steps = 0_usize;
        while let Some(name) = todo.pop_front() {
            steps = steps.saturating_add(1);
            if steps > MAX_COMPONENTS {
                return Err(self.unknown(path, "its links make a path without end"));
            }
            if metadata.file_type != FileType::Directory {
                return Ok(None);
            }
            if name == ".." {
                at = parent(&at).to_owned();
                match self.look(&at)? {
                    Some(found) => metadata = found,
                    None => return Ok(None),
                }
                continue;
            }
            let next = join(&at, &name);
            let Some(found) = self.look(&next)? else {
                return Ok(None);
            };
            if found.file_type == FileType::Symlink && (follow || !todo.is_empty()) {
                links = links.saturating_add(1);
                if links > self.limits.links {
                    return Err(self.unknown(
                        path,
                        &format!("more than {} links lead on from it", self.limits.links),
                    ));
                }
                let target = self.target(&next)?;
                for name in components(&target).into_iter().rev() {
                    todo.push_front(name);
                }
                if target.starts_with('/') {
                    at = "/".to_owned();
                    match self.look(&at)? {
                        Some(found) => metadata = found,
                        None => return Ok(None),
                    }
                }
                continue;
            }
            at = next;
            metadata = found;
        }
        Ok(Some(Resolved { path: at, metadata }))
    }

    /// As [`resolve`](Self::resolve) with links followed, for regular files only.
    pub(super) fn file(&self, path: &str) -> Known<Option<Resolved>> {
        Ok(self
            .resolve(path, true)?
            .filter(|found| found.metadata.file_type == FileType::File))
    }

    /// The target of the link that really has this path.
    pub(super) fn target(&self, path: &str) -> Known<String> {
        let target = self.call(path, |fs, inner| fs.read_link(inner))?;
        let target = to_text(&target);
        if self.is_windows {
            windows::target(&target).map_err(|why| self.unknown(path, &why))
        } else {
            Ok(target)
        }
    }

    /// The mount that a path lies on, and the path in it. The path is a real one: without links.
    pub(super) fn mount(&self, path: &str) -> Option<(&Mount, Vec<u8>)> {
        self.mounts.iter().find_map(|mount| {
            let point = mount.point.trim_end_matches('/');
            let rest = path.strip_prefix(point)?;
            match rest {
                "" => Some((mount, b"/".to_vec())),
                rest if rest.starts_with('/') => Some((mount, to_bytes(rest))),
                _ => None,
            }
        })
    }

    /// What stands at a path without links before its last component.
    fn look(&self, path: &str) -> Known<Option<Metadata>> {
        if let Some(seen) = self.seen.borrow().get(path) {
            return Ok(*seen);
        }
        self.spend(path, 1)?;
        let found = self.call(path, |fs, inner| fs.metadata(inner))?;
        let mut seen = self.seen.borrow_mut();
        if seen.len() < MAX_SEEN {
            seen.insert(path.to_owned(), found);
        }
        Ok(found)
    }
}

/// The names of a path; `.` and doubled slashes say nothing.
fn components(path: &str) -> VecDeque<String> {
    path.split('/')
        .filter(|name| !name.is_empty() && *name != ".")
        .map(str::to_owned)
        .collect()
}

fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) | None => "/",
        Some(at) => path.get(..at).unwrap_or("/"),
    }
}
