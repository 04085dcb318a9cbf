//! SYSLINUX and EXTLINUX: `DEFAULT`, `LABEL`, `LINUX`, `APPEND`.

use super::{BootEntry, CommandLine, place};
use crate::guest::{Root, Spot, TextFile};

/// Entries that are kept.
const MAX_ENTRIES: usize = 64;

/// What the file says.
pub(super) struct Outcome {
    pub(super) entry: Option<BootEntry>,
    pub(super) entries: Vec<BootEntry>,
}

#[derive(Default)]
struct Label {
    name: String,
    title: Option<String>,
    kernel: Option<(String, Spot)>,
    append: Option<(String, Spot)>,
    initrds: Vec<String>,
    is_default: bool,
}

/// Reads the file; files are looked for beside it and on its volume.
pub(super) fn run(root: &Root, file: &TextFile) -> Outcome {
    let mut default = String::new();
    let mut append = None;
    let mut labels: Vec<Label> = Vec::new();
    for (number, line) in file.settings() {
        let (command, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let value = value.trim();
        let here = || file.at(number);
        let command = command.to_ascii_uppercase();
        if command == "LABEL" && labels.len() >= MAX_ENTRIES {
            break;
        }
        match (command.as_str(), labels.last_mut()) {
            ("LABEL", _) => labels.push(Label {
                name: value.to_owned(),
                ..Label::default()
            }),
            ("DEFAULT", _) => value.clone_into(&mut default),
            ("APPEND", None) => append = Some((value.to_owned(), here())),
            ("MENU", Some(label)) => {
                let (word, rest) = value.split_once(char::is_whitespace).unwrap_or((value, ""));
                match word.to_ascii_uppercase().as_str() {
                    "LABEL" => label.title = Some(rest.trim().replace('^', "")),
                    "DEFAULT" => label.is_default = true,
                    _ => {}
                }
            }
            ("LINUX" | "KERNEL", Some(label)) => label.kernel = Some((value.to_owned(), here())),
            ("INITRD", Some(label)) => {
                label.initrds = value
                    .split(',')
                    .map(|name| name.trim().to_owned())
                    .collect();
            }
            ("APPEND", Some(label)) => label.append = Some((value.to_owned(), here())),
            _ => {}
        }
    }
    let folder = file
        .spot
        .path
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder);
    let path = |name: &str| {
        if !name.starts_with('/') {
            return place::join(folder, name);
        }
        let point = root
            .mount_of(&file.spot.path)
            .map(|mount| mount.point.as_str());
        match place::find(root, point, name) {
            Ok(Some(found)) => found,
            _ => place::join(point.unwrap_or("/"), name),
        }
    };
    let of = |label: &Label| {
        let (kernel, kernel_spot) = label.kernel.as_ref()?;
        let (arguments, spot) = label
            .append
            .clone()
            .or_else(|| append.clone())
            .unwrap_or_else(|| (String::new(), kernel_spot.clone()));
        let mut initrds = label.initrds.clone();
        let mut kept = Vec::new();
        for word in arguments.split_whitespace() {
            match word.strip_prefix("initrd=") {
                Some(names) => initrds.extend(names.split(',').map(str::to_owned)),
                None => kept.push(word),
            }
        }
        Some(BootEntry {
            title: label.title.clone().unwrap_or_else(|| label.name.clone()),
            id: Some(label.name.clone()),
            kernel: Some(path(kernel)),
            initrds: initrds.iter().map(|name| path(name)).collect(),
            command_line: CommandLine::new(&kept.join(" "), spot),
        })
    };
    let chosen = labels
        .iter()
        .find(|label| label.name == default)
        .or_else(|| labels.iter().find(|label| label.is_default))
        .or_else(|| labels.first());
    Outcome {
        entry: chosen.and_then(of),
        entries: labels.iter().filter_map(of).collect(),
    }
}
