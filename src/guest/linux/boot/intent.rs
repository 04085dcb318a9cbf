//! What the guest's settings want the kernel's arguments to be, before a generator made them so.

use std::collections::BTreeMap;

use super::{BootEntry, bls, command_line};
use crate::guest::{Located, Root, Spot, TextFile};
use crate::known::Known;

/// Files of the folder that are read.
const MAX_FILES: usize = 64;

/// The settings from which GRUB's configuration is generated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Arguments of every entry (`GRUB_CMDLINE_LINUX`) and of the normal ones
    /// (`GRUB_CMDLINE_LINUX_DEFAULT`), each with the line that set it last.
    pub arguments: Vec<Located<String>>,
    /// The files that were read: `/etc/default/grub`, then `/etc/default/grub.d/*.cfg`.
    pub files: Vec<Spot>,
}

impl Intent {
    /// The arguments that are wanted and that the entry does not have: the generator was not run
    /// after the settings were changed.
    pub fn missing<'a>(
        &'a self,
        entry: &'a BootEntry,
    ) -> impl Iterator<Item = &'a Located<String>> {
        self.arguments
            .iter()
            .filter(|argument| !entry.command_line.has(&argument.value))
    }

    /// The line that wants an argument which begins so.
    pub fn wants(&self, start: &str) -> Option<&Located<String>> {
        self.arguments
            .iter()
            .find(|argument| argument.value.starts_with(start))
    }
}

/// Reads the settings; none where there are none.
pub(super) fn gather(root: &Root) -> Known<Option<Intent>> {
    let mut paths = vec!["/etc/default/grub".to_owned()];
    paths.extend(
        root.glob("/etc/default/grub.d/*.cfg")?
            .into_iter()
            .take(MAX_FILES),
    );
    let mut values: BTreeMap<String, Located<String>> = BTreeMap::new();
    let mut files = Vec::new();
    for path in paths {
        if let Some(file) = root.text(&path)? {
            read(&file, &mut values);
            files.push(file.spot);
        }
    }
    if files.is_empty() {
        return Ok(None);
    }
    let arguments = ["GRUB_CMDLINE_LINUX", "GRUB_CMDLINE_LINUX_DEFAULT"]
        .into_iter()
        .filter_map(|name| values.get(name))
        .flat_map(|line| {
            let cleaned = super::CommandLine::new(&line.value, line.spot.clone());
            command_line::split(&cleaned.text)
                .map(|word| Located::new(word.to_owned(), line.spot.clone()))
                .collect::<Vec<_>>()
        })
        .collect();
    Ok(Some(Intent { arguments, files }))
}

/// Reads the assignments of a file that a shell sources.
fn read(file: &TextFile, values: &mut BTreeMap<String, Located<String>>) {
    for (number, line) in file.settings() {
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = line.split_once('=') else {
            continue;
        };
        let (name, adds) = match name.strip_suffix('+') {
            Some(name) => (name, true),
            None => (name, false),
        };
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            continue;
        }
        let old = |name: &str| {
            values
                .get(name)
                .map(|line| line.value.clone())
                .unwrap_or_default()
        };
        let mut value = shell_word(value, old);
        if adds {
            value = format!("{}{value}", old(name));
        }
        if value.len() < 16 << 10 && values.len() < 1000 {
            values.insert(name.to_owned(), Located::new(value, file.at(number)));
        }
    }
}

/// The first word as a shell reads it, with the values of variables.
fn shell_word(text: &str, value: impl Fn(&str) -> String + Copy) -> String {
    let mut out = String::new();
    let mut rest = text.trim();
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '\'' => {
                let (inner, tail) = after.split_once('\'').unwrap_or((after, ""));
                out.push_str(inner);
                rest = tail;
            }
            '"' => {
                let end = closing(after);
                let inner = after.get(..end).unwrap_or_default();
                out.push_str(&bls::expand(inner, value).replace("\\\"", "\""));
                rest = after.get(end.saturating_add(1)..).unwrap_or_default();
            }
            c if c.is_whitespace() || c == ';' => break,
            _ => {
                let end = rest
                    .find(|c: char| c.is_whitespace() || "'\";".contains(c))
                    .unwrap_or(rest.len());
                out.push_str(&bls::expand(rest.get(..end).unwrap_or_default(), value));
                rest = rest.get(end..).unwrap_or_default();
            }
        }
    }
    out
}

/// Where the double quotes end that a text stands in.
fn closing(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' if !escaped => return at,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::testing::Tree;

    #[test]
    fn later_files_override_as_in_ubuntu_s_cloud_images() {
        let root = Tree::new()
            .file(
                "/etc/default/grub",
                "GRUB_DEFAULT=0\nGRUB_DISTRIBUTOR=`lsb_release -i -s 2> /dev/null || echo Debian`\n\
                 GRUB_CMDLINE_LINUX_DEFAULT=\"quiet splash\"\nGRUB_CMDLINE_LINUX=\"earlyprintk=ttyS0\"\n",
            )
            .file(
                "/etc/default/grub.d/50-cloudimg-settings.cfg",
                "# Cloud Image specific Grub settings for Generic Cloud Images\n\
                 # Set the default commandline\n\
                 GRUB_CMDLINE_LINUX_DEFAULT=\"console=tty1 console=ttyS0\"\n\
                 # Set the grub console type\nGRUB_TERMINAL=console\n",
            )
            .file(
                "/etc/default/grub.d/99-own.cfg",
                "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX rootdelay=300\"\nGRUB_CMDLINE_LINUX+=' a=b'\n",
            )
            .root();
        let intent = gather(&root).unwrap().unwrap();
        let arguments: Vec<_> = intent.arguments.iter().map(|a| a.value.as_str()).collect();
        assert_eq!(
            arguments,
            [
                "earlyprintk=ttyS0",
                "rootdelay=300",
                "a=b",
                "console=tty1",
                "console=ttyS0"
            ]
        );
        assert_eq!(intent.wants("console=ttyS0").unwrap().spot.line, Some(3));
        assert_eq!(intent.files.len(), 3);
        assert_eq!(gather(&Tree::new().root()), Ok(None));
    }
}
