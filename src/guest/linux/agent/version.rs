//! The agent's version: what its Python files say, or the names that it is installed under.

use crate::guest::linux::ini::short;
use crate::guest::linux::python_dirs::{assigned, list};
use crate::guest::{Located, Root, Spot};
use crate::known::Known;

const MODULE: &str = "azurelinuxagent/common/version.py";
/// Bytes of the program that are looked at; up to 2.0 it was one file of some 250 KB.
const MAX_PROGRAM: u64 = 1 << 20;

/// The versions that are installed, the one that the program runs first.
pub(super) fn gather(root: &Root, program: Option<&Spot>) -> Known<Vec<Located<String>>> {
    let text = match program {
        Some(spot) => root.bytes_at(&spot.path, 0, MAX_PROGRAM)?,
        None => None,
    };
    let text = String::from_utf8_lossy(text.as_deref().unwrap_or_default()).into_owned();
    if let (Some(spot), Some((line, version))) = (program, assigned(&text, "GuestAgentVersion")) {
        let version = version.strip_prefix("WALinuxAgent-").unwrap_or(version);
        return Ok(vec![Located::new(short(version, 64), spot.at(line))]);
    }
    let mut folders = list(root)?;
    if let Some(python) = interpreter(&text) {
        // A stable sort keeps Python's own order among those that fit.
        folders.sort_by_key(|folder| !belongs(folder, python));
    }
    let mut out: Vec<Located<String>> = Vec::new();
    for folder in folders {
        out.extend(in_folder(root, &folder)?);
    }
    Ok(out)
}

fn in_folder(root: &Root, folder: &str) -> Known<Option<Located<String>>> {
    if let Some(found) = module(root, &format!("{folder}/{MODULE}"))? {
        return Ok(Some(found));
    }
    for entry in root.entries(folder)? {
        let Some(rest) = entry.name.strip_prefix("WALinuxAgent-") else {
            continue;
        };
        if rest.ends_with(".egg")
            && let Some(found) = module(root, &format!("{}/{MODULE}", entry.path))?
        {
            return Ok(Some(found));
        }
        // `2.2.46-py2.7.egg-info`, `2.7.3.0.egg-info`, `2.15.0.1.dist-info`, `2.2.46-py2.7.egg`.
        let version: String = rest
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        let version = version.trim_end_matches('.');
        if !version.is_empty() {
            return Ok(Some(Located::new(
                short(version, 64),
                root.spot(&entry.path),
            )));
        }
    }
    Ok(None)
}

fn module(root: &Root, path: &str) -> Known<Option<Located<String>>> {
    let Some(file) = root.text(path)? else {
        return Ok(None);
    };
    Ok(assigned(&file.text, "AGENT_VERSION")
        .map(|(line, version)| Located::new(short(version, 64), file.at(line))))
}

/// `python3.11` of the program's first line; `python` of old systems is Python 2.
fn interpreter(program: &str) -> Option<&str> {
    let first = program.lines().next()?.strip_prefix("#!")?;
    let name = first
        .split(['/', ' '])
        .rfind(|word| word.starts_with("python"))?;
    Some(if name == "python" {
        "python2"
    } else {
        name.trim()
    })
}

/// Whether a folder is one of an interpreter: `python3` is also that of `python3.11`.
fn belongs(folder: &str, python: &str) -> bool {
    folder
        .split('/')
        .any(|name| name.starts_with(python) || (name == "python3" && python.starts_with(name)))
}
