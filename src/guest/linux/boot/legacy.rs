//! GRUB 0.97: `menu.lst` and `grub.conf`, of EL 6 and SLES 11.

use super::{BootEntry, CommandLine, place};
use crate::guest::{Mount, Root, Spot, TextFile};

/// Entries that are kept.
const MAX_ENTRIES: usize = 64;

/// What the file says.
pub(super) struct Outcome {
    pub(super) entry: Option<BootEntry>,
    pub(super) entries: Vec<BootEntry>,
}

struct Section<'a> {
    title: String,
    point: Option<&'a str>,
    kernel: Option<(String, String, Spot)>,
    initrds: Vec<String>,
}

/// Reads the file.
pub(super) fn run(root: &Root, file: &TextFile) -> Outcome {
    let mut default = String::new();
    let mut sections: Vec<Section<'_>> = Vec::new();
    for (number, line) in file.settings() {
        // Before the first title `default=0` and `default 0` are the same.
        let end = line
            .find(|c: char| c.is_whitespace() || c == '=')
            .unwrap_or(line.len());
        let (command, value) = (
            line.get(..end).unwrap_or_default(),
            line.get(end..).unwrap_or_default(),
        );
        let value = value.trim_start_matches(|c: char| c.is_whitespace() || c == '=');
        if command == "title" && sections.len() >= MAX_ENTRIES {
            break;
        }
        match (command, sections.last_mut()) {
            ("title", _) => sections.push(Section {
                title: value.to_owned(),
                point: None,
                kernel: None,
                initrds: Vec::new(),
            }),
            ("default", None) => value.clone_into(&mut default),
            ("root" | "rootnoverify", Some(section)) => section.point = point(root, value),
            ("kernel", Some(section)) => {
                let words = value
                    .split_whitespace()
                    .filter(|word| !word.starts_with("--"));
                let mut words = words.peekable();
                if let Some(kernel) = words.next() {
                    let arguments: Vec<_> = words.collect();
                    section.kernel =
                        Some((kernel.to_owned(), arguments.join(" "), file.at(number)));
                }
            }
            ("initrd", Some(section)) => {
                section.initrds = value.split_whitespace().map(str::to_owned).collect();
            }
            _ => {}
        }
    }
    let entries: Vec<Option<BootEntry>> = sections
        .iter()
        .map(|section| {
            let (kernel, arguments, spot) = section.kernel.as_ref()?;
            let path = |name: &str| {
                let (point, name) = match name.strip_prefix('(').and_then(|n| n.split_once(')')) {
                    Some((device, name)) => (self::point(root, device), name),
                    None => (section.point, name),
                };
                match place::find(root, point, name) {
                    Ok(Some(found)) => found,
                    _ => place::join(point.unwrap_or("/"), name),
                }
            };
            Some(BootEntry {
                title: section.title.clone(),
                id: None,
                kernel: Some(path(kernel)),
                initrds: section.initrds.iter().map(|name| path(name)).collect(),
                command_line: CommandLine::new(arguments, spot.clone()),
            })
        })
        .collect();
    // `saved` is a number in a file of GRUB's own beside its stages; without it the first counts.
    let index = default.trim().parse().unwrap_or(0_usize);
    Outcome {
        entry: entries.get(index).cloned().flatten(),
        entries: entries.into_iter().flatten().collect(),
    }
}

/// The mount point of `(hd0,1)`: the second partition.
fn point<'a>(root: &'a Root, device: &str) -> Option<&'a str> {
    let (_, number) = device.trim_matches(['(', ')']).split_once(',')?;
    let number = number.parse::<u32>().ok()?.checked_add(1)?;
    root.mounts()
        .iter()
        .find(|mount: &&Mount| mount.partition == Some(number))
        .map(|mount| mount.point.as_str())
}
