//! Entries of the Boot Loader Specification, and the way in which systemd-boot orders them.

use std::cmp::Ordering;

use super::{BootEntry, CommandLine, GrubEnv, order, place, uki};
use crate::guest::{Located, Root, Spot, TextFile};
use crate::known::Known;

/// Entries of a folder that are read.
const MAX_ENTRIES: usize = 256;

/// One entry: a file of keys and values.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The file's name without `.conf`.
    pub(super) id: String,
    lines: Vec<(String, Located<String>)>,
    pub(super) spot: Spot,
}

impl Entry {
    fn parse(id: &str, file: &TextFile) -> Self {
        let lines = file
            .settings()
            .map(|(number, line)| {
                let (key, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
                let value = Located::new(value.trim().to_owned(), file.at(number));
                (key.to_owned(), value)
            })
            .collect();
        Self {
            id: id.to_owned(),
            lines,
            spot: file.spot.clone(),
        }
    }

    /// The values of a key, in order.
    pub(super) fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Located<String>> {
        self.lines
            .iter()
            .filter(move |(name, _)| name == key)
            .map(|(_, value)| value)
    }

    /// The first value of a key.
    pub(super) fn first(&self, key: &str) -> Option<&Located<String>> {
        self.lines
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    fn value(&self, key: &str) -> &str {
        self.first(key).map_or("", |line| &line.value)
    }

    /// Its title, or its name where it has none.
    pub(super) fn title(&self) -> String {
        self.first("title")
            .map_or_else(|| self.id.clone(), |line| line.value.clone())
    }

    /// All `options` lines as one, and the place of the first.
    pub(super) fn options(&self) -> (String, Spot) {
        let parts: Vec<_> = self
            .all("options")
            .map(|line| line.value.as_str())
            .collect();
        let spot = self
            .first("options")
            .map_or_else(|| self.spot.clone(), |line| line.spot.clone());
        (parts.join(" "), spot)
    }
}

/// The entries of a folder.
pub(super) fn read_folder(root: &Root, folder: &str) -> Known<Vec<Entry>> {
    let mut entries = Vec::new();
    for file in root.entries(folder)?.into_iter().take(MAX_ENTRIES) {
        let Some(id) = file.name.strip_suffix(".conf") else {
            continue;
        };
        if let Some(text) = root.text(&file.path)? {
            entries.push(Entry::parse(id, &text));
        }
    }
    Ok(entries)
}

/// The text with `$name` and `${name}` replaced.
pub(super) fn expand(text: &str, value: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let (name, tail) = match after.strip_prefix('{').and_then(|a| a.split_once('}')) {
            Some(braced) => braced,
            None => {
                let end = after
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                    .unwrap_or(after.len());
                (
                    after.get(..end).unwrap_or_default(),
                    after.get(end..).unwrap_or_default(),
                )
            }
        };
        if name.is_empty() {
            out.push('$');
        } else if out.len() < (1 << 20) {
            out.push_str(&value(name));
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// An entry as systemd-boot sorts it: a file of the specification, or a unified kernel image.
struct Sorted {
    id: String,
    sort_key: String,
    machine_id: String,
    version: String,
    /// Its boot counter has run out.
    exhausted: bool,
    entry: BootEntry,
}

fn compare(a: &Sorted, b: &Sorted) -> Ordering {
    let keyed = |entry: &Sorted| !entry.sort_key.is_empty();
    a.exhausted
        .cmp(&b.exhausted)
        .then_with(|| keyed(b).cmp(&keyed(a)))
        .then_with(|| {
            if keyed(a) && keyed(b) {
                a.sort_key
                    .cmp(&b.sort_key)
                    .then_with(|| a.machine_id.cmp(&b.machine_id))
                    .then_with(|| order::specification(&b.version, &a.version))
            } else {
                Ordering::Equal
            }
        })
        .then_with(|| order::specification(&b.id, &a.id))
}

/// What systemd-boot, or another reader of the specification, would start.
pub(super) struct Outcome {
    pub(super) entry: Option<BootEntry>,
    pub(super) entries: Vec<BootEntry>,
    pub(super) files: Vec<Spot>,
}

/// Reads the entries and unified kernel images on the volumes at `points`, and chooses the default
/// as `loader.conf` says, or else the first of their order. None where there are no entries.
pub(super) fn run(root: &Root, points: &[String], env: Option<&GrubEnv>) -> Known<Option<Outcome>> {
    let mut sorted = Vec::new();
    let mut files = Vec::new();
    let mut wanted = None;
    for point in points {
        if let Some(conf) = root.text(&place::join(point, "loader/loader.conf"))? {
            for (_, line) in conf.settings() {
                if let Some(pattern) = line.strip_prefix("default").map(str::trim)
                    && line.starts_with("default ")
                {
                    wanted = Some(pattern.to_owned());
                }
            }
            files.push(conf.spot);
        }
        for entry in read_folder(root, &place::join(point, "loader/entries"))? {
            files.push(entry.spot.clone());
            sorted.extend(file_entry(root, point, &entry, env)?);
        }
        for image in uki::read_folder(root, &place::join(point, "EFI/Linux"))? {
            files.push(image.entry.command_line.spot.clone());
            sorted.push(Sorted {
                exhausted: is_exhausted(&image.id),
                id: image.id,
                sort_key: image.sort_key,
                machine_id: String::new(),
                version: image.version,
                entry: image.entry,
            });
        }
    }
    if sorted.is_empty() {
        return Ok(None);
    }
    sorted.sort_by(compare);
    let chosen = wanted
        .and_then(|pattern| {
            let pattern = pattern.to_ascii_lowercase();
            sorted.iter().find(|entry| {
                let id = entry.id.to_ascii_lowercase();
                crate::guest::glob_matches(&pattern, &id)
                    || crate::guest::glob_matches(&pattern, &format!("{id}.conf"))
            })
        })
        .or_else(|| sorted.first());
    Ok(Some(Outcome {
        entry: chosen.map(|entry| entry.entry.clone()),
        entries: sorted.iter().map(|entry| entry.entry.clone()).collect(),
        files,
    }))
}

/// A name as `…+0-3`: no tries are left.
fn is_exhausted(id: &str) -> bool {
    id.trim_end_matches(".efi")
        .rsplit_once('+')
        .is_some_and(|(_, tries)| tries == "0" || tries.starts_with("0-"))
}

fn file_entry(
    root: &Root,
    point: &str,
    entry: &Entry,
    env: Option<&GrubEnv>,
) -> Known<Option<Sorted>> {
    let (options, spot) = entry.options();
    let options = expand(&options, |name| {
        env.and_then(|env| env.get(name))
            .unwrap_or_default()
            .to_owned()
    });
    let path = |name: &str| -> Known<String> {
        let found = place::find(root, Some(point), name)?;
        Ok(found.unwrap_or_else(|| place::join(point, name)))
    };
    let image = entry.value("efi").to_owned() + entry.value("uki");
    let boot = if entry.first("linux").is_none() && !image.is_empty() {
        match uki::read(root, &path(&image)?)? {
            Some(image) => BootEntry {
                title: entry.title(),
                ..image.entry
            },
            None => return Ok(None),
        }
    } else {
        let mut initrds = Vec::new();
        for line in entry.all("initrd") {
            for name in line
                .value
                .split_whitespace()
                .filter(|n| !n.starts_with('$'))
            {
                initrds.push(path(name)?);
            }
        }
        BootEntry {
            title: entry.title(),
            id: Some(entry.id.clone()),
            kernel: match entry.first("linux") {
                Some(line) => Some(path(&line.value)?),
                None => return Ok(None),
            },
            initrds,
            command_line: CommandLine::new(&options, spot),
        }
    };
    Ok(Some(Sorted {
        id: entry.id.clone(),
        sort_key: entry.value("sort-key").to_owned(),
        machine_id: entry.value("machine-id").to_owned(),
        version: entry.value("version").to_owned(),
        exhausted: is_exhausted(&entry.id),
        entry: boot,
    }))
}
