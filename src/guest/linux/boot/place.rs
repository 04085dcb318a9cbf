//! From a path in a volume, as loaders name files, to the guest's path of the same file.

use crate::guest::Root;
use crate::known::Known;

/// The guest's path of `path` in the volume that is mounted at `point`.
pub(super) fn join(point: &str, path: &str) -> String {
    format!(
        "{}/{}",
        point.trim_end_matches('/'),
        path.trim_start_matches('/')
    )
}

/// Whether the volume at `point` holds `path`.
pub(super) fn exists_in(root: &Root, point: &str, path: &str) -> Known<bool> {
    root.exists(&join(point, path))
}

/// The guest's path of `path` in the volume at `point`; without one, or where the volume does not
/// hold it, as the volumes that hold kernels have it. None where there is no such file.
///
/// On btrfs a loader counts from the top of the volume, while the guest mounts a subvolume of it,
/// or several in several places: so the path is tried without its first one or two folders too,
/// and at the other places.
pub(super) fn find(root: &Root, point: Option<&str>, path: &str) -> Known<Option<String>> {
    let whole = path.trim_start_matches('/');
    let mut paths = vec![whole];
    let mut rest = whole;
    for _ in 0..2 {
        if let Some((_, shorter)) = rest.split_once('/') {
            paths.push(shorter);
            rest = shorter;
        }
    }
    let mut candidates = Vec::new();
    if let Some(point) = point {
        candidates.extend(paths.iter().map(|path| join(point, path)));
    }
    let others = ["/", "/boot", "/boot/efi", "/efi", "/.esp"];
    for path in paths {
        candidates.extend(
            others
                .iter()
                .filter(|other| point != Some(**other))
                .map(|other| join(other, path)),
        );
    }
    let mut failed = None;
    for candidate in candidates {
        match root.exists(&candidate) {
            Ok(true) => return Ok(Some(candidate)),
            Ok(false) => {}
            Err(unknown) => failed = failed.or(Some(unknown)),
        }
    }
    match failed {
        Some(unknown) => Err(unknown),
        None => Ok(None),
    }
}
