//! The configuration as a search for lines reads it, without includes and blocks.

use crate::guest::linux::distribution::{self, Family};
use crate::guest::{Located, Root, TextFile};
use crate::known::Known;

/// The one drop-in that the fall-back of Microsoft's test suite reads, on Ubuntu only.
const CLOUD: &str = "/etc/ssh/sshd_config.d/50-cloudimg-settings.conf";

/// Lines that say something, as they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lines {
    /// Of the main file.
    pub(super) main: Vec<Located<String>>,
    /// Of the drop-in of Ubuntu's cloud images; empty on other systems.
    pub(super) cloud: Known<Vec<Located<String>>>,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            main: Vec::new(),
            cloud: Ok(Vec::new()),
        }
    }
}

fn of(file: &TextFile) -> Vec<Located<String>> {
    file.lines()
        .filter(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .map(|(number, line)| Located::new(line.to_owned(), file.at(number)))
        .collect()
}

fn cloud(root: &Root) -> Known<Vec<Located<String>>> {
    let Some(file) = root.text(CLOUD)? else {
        return Ok(Vec::new());
    };
    let distribution = distribution::gather(root)?;
    let ubuntu = distribution.is_some_and(|one| one.family() == Family::Ubuntu);
    Ok(if ubuntu { of(&file) } else { Vec::new() })
}

impl Lines {
    pub(super) fn read(root: &Root, main: &TextFile) -> Self {
        Self {
            main: of(main),
            cloud: cloud(root),
        }
    }
}

/// The values of the lines that begin with the keyword, blanks behind it, up to a comment.
pub(super) fn values<'a>(
    lines: &'a [Located<String>],
    keyword: &'a str,
) -> impl Iterator<Item = Located<String>> + 'a {
    lines.iter().filter_map(move |line| {
        let rest = line.value.strip_prefix(keyword)?;
        let value = rest.trim_start();
        // The keyword ends where blanks begin.
        if value.len() == rest.len() {
            return None;
        }
        let value = value.split('#').next().unwrap_or_default().trim();
        Some(Located::new(value.to_owned(), line.spot.clone()))
    })
}
