//! login.defs: from which number on an account is a person's.

use crate::guest::{Root, TextFile};
use crate::known::Known;

/// The usual lowest number of a person.
pub(super) const UID_MIN: u32 = 1000;
/// The usual highest.
pub(super) const UID_MAX: u32 = 60_000;

fn number(file: &TextFile, key: &str) -> Option<u32> {
    file.settings()
        .filter_map(|(_, line)| {
            let (name, value) = line.split_once([' ', '\t', '='])?;
            (name == key).then(|| value.trim().trim_matches('"').parse().ok())?
        })
        .last()
}

/// `UID_MIN` and `UID_MAX`: of the vendor's file, then of the administrator's, then of its
/// drop-ins, where each has a say.
pub(super) fn read(root: &Root) -> Known<(u32, u32)> {
    let (mut min, mut max) = (UID_MIN, UID_MAX);
    let mut paths = vec![
        "/usr/etc/login.defs".to_owned(),
        "/etc/login.defs".to_owned(),
    ];
    paths.extend(root.glob("/etc/login.defs.d/*.defs")?);
    for path in paths {
        if let Some(file) = root.text(&path)? {
            min = number(&file, "UID_MIN").unwrap_or(min);
            max = number(&file, "UID_MAX").unwrap_or(max);
        }
    }
    Ok((min, max))
}
