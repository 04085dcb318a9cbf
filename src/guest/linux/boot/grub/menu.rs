//! GRUB's menu: its entries, which of them is the default, and what an entry loads.

use super::super::{BootEntry, CommandLine};
use super::exec::Machine;
use super::parser::Block;
use crate::guest::Spot;
use crate::known::{Known, Undetermined};

/// Entries that are told of.
const MAX_ENTRIES: usize = 64;
/// Menus in one another.
const MAX_MENUS: u32 = 8;

/// An entry of a menu.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) title: String,
    pub(super) id: Option<String>,
    /// The words that its body sees as `$1` and so on.
    pub(super) arguments: Vec<String>,
    pub(super) kind: ItemKind,
    pub(super) spot: Spot,
}

#[derive(Debug, Clone)]
pub(super) enum ItemKind {
    /// Commands of a configuration file.
    Script { body: Block, submenu: bool },
    /// An entry of the Boot Loader Specification: file names as GRUB takes them, arguments with
    /// the variables as they were when the menu was made.
    Bls {
        linux: String,
        initrds: Vec<String>,
        options: String,
        options_spot: Spot,
    },
}

impl Item {
    /// An entry by the words behind `menuentry`.
    pub(super) fn new(words: Vec<String>, kind: ItemKind, spot: Spot) -> Self {
        let mut item = Self {
            title: String::new(),
            id: None,
            arguments: Vec::new(),
            kind,
            spot,
        };
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--id" => item.id = words.next(),
                "--class" | "--users" | "--hotkey" | "--source" => {
                    words.next();
                }
                "--unrestricted" => {}
                option if option.starts_with("--id=") => {
                    item.id = option.strip_prefix("--id=").map(str::to_owned);
                }
                option if option.starts_with("--") => {}
                _ => item.arguments.push(word),
            }
        }
        item.title = item.arguments.first().cloned().unwrap_or_default();
        item
    }

    fn is_called(&self, name: &str) -> bool {
        self.title == name || self.id.as_deref() == Some(name)
    }
}

/// What an entry loaded.
#[derive(Debug, Clone, Default)]
pub(super) struct Loaded {
    linux: Option<(String, String, Spot)>,
    initrds: Vec<String>,
    chain: Option<(String, Spot)>,
}

/// What an entry starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Started {
    /// A kernel.
    Linux(BootEntry),
    /// Another loader or a unified kernel image: the title, the guest's path, where that stands.
    Chain(String, String, Spot),
    /// Nothing that is read here: the title.
    Nothing(String),
}

impl Machine<'_> {
    pub(super) fn load_linux(&mut self, mut words: Vec<String>, line: u32) {
        // Options of the command itself stand before the file.
        while words.first().is_some_and(|word| word.starts_with("--")) {
            words.remove(0);
        }
        if words.is_empty() {
            return;
        }
        let kernel = words.remove(0);
        let arguments: Vec<_> = words
            .into_iter()
            .map(
                |word| match (word.contains(char::is_whitespace), word.split_once('=')) {
                    (true, Some((name, value))) if !word.contains('"') => {
                        format!("{name}=\"{value}\"")
                    }
                    _ => word,
                },
            )
            .collect();
        let path = self.guest_path(&kernel);
        self.loaded.linux = Some((path, arguments.join(" "), self.spot.at(line)));
        self.loaded.initrds.clear();
    }

    pub(super) fn load_initrds(&mut self, words: &[String]) {
        self.loaded.initrds = words
            .iter()
            .filter(|word| !word.starts_with("--"))
            .map(|word| self.guest_path(word))
            .collect();
    }

    pub(super) fn load_chain(&mut self, words: &[String], line: u32) {
        if let Some(file) = words.iter().find(|word| !word.starts_with("--")) {
            self.loaded.chain = Some((self.guest_path(file), self.spot.at(line)));
        }
    }

    /// Runs the default entry of the menu that was made; none where the menu is empty.
    pub(super) fn start_default(&mut self) -> Known<Option<Started>> {
        for _ in 0..MAX_MENUS {
            let items = std::mem::take(&mut self.menu);
            let wanted = self.variable("default").to_owned();
            let (first, rest) = split_path(&wanted);
            let index = match first.trim().parse::<usize>() {
                Ok(number) => number,
                Err(_) => items
                    .iter()
                    .position(|item| item.is_called(&first))
                    .unwrap_or(0),
            };
            // A number beyond the end means the first entry.
            let Some(item) = items.get(index).or_else(|| items.first()) else {
                return Ok(None);
            };
            match &item.kind {
                ItemKind::Script {
                    body,
                    submenu: true,
                } => {
                    self.variables.insert("default".to_owned(), rest);
                    self.run_item(body, item)?;
                }
                _ => {
                    let started = self.start(item)?;
                    // The menu stays for whoever asks for all entries.
                    if self.menu.is_empty() {
                        self.menu = items;
                    }
                    return Ok(Some(started));
                }
            }
        }
        Err(Undetermined::new(format!(
            "{}: more than {MAX_MENUS} menus in one another",
            self.spot
        )))
    }

    /// What an entry starts.
    fn start(&mut self, item: &Item) -> Known<Started> {
        self.loaded = Loaded::default();
        match &item.kind {
            ItemKind::Script { body, .. } => {
                self.run_item(body, item)?;
            }
            ItemKind::Bls {
                linux,
                initrds,
                options,
                options_spot,
            } => {
                let path = self.guest_path(linux);
                self.loaded.linux = Some((path, options.clone(), options_spot.clone()));
                self.load_initrds(initrds);
            }
        }
        let loaded = std::mem::take(&mut self.loaded);
        Ok(match (loaded.linux, loaded.chain) {
            (Some((kernel, arguments, spot)), _) => Started::Linux(BootEntry {
                title: item.title.clone(),
                id: item.id.clone(),
                kernel: Some(kernel),
                initrds: loaded.initrds,
                command_line: CommandLine::new(&arguments, spot),
            }),
            (None, Some((path, spot))) => Started::Chain(item.title.clone(), path, spot),
            (None, None) => Started::Nothing(item.title.clone()),
        })
    }

    /// All entries that start a kernel, those of submenus too. What cannot be run is left out: the
    /// default entry tells of its own trouble.
    pub(super) fn all_entries(&self, items: &[Item], depth: u32) -> Vec<BootEntry> {
        let mut entries = Vec::new();
        for item in items.iter().take(MAX_ENTRIES) {
            let mut machine = self.clone();
            machine.menu.clear();
            match &item.kind {
                ItemKind::Script {
                    body,
                    submenu: true,
                } if depth > 0 => {
                    if machine.run_item(body, item).is_ok() {
                        let menu = std::mem::take(&mut machine.menu);
                        entries.extend(machine.all_entries(&menu, depth.saturating_sub(1)));
                    }
                }
                ItemKind::Script { submenu: true, .. } => {}
                _ => {
                    if let Ok(Started::Linux(entry)) = machine.start(item) {
                        entries.push(entry);
                    }
                }
            }
            if entries.len() >= MAX_ENTRIES {
                entries.truncate(MAX_ENTRIES);
                break;
            }
        }
        entries
    }
}

/// The first part of a path through menus, and the rest: `1>2`; a doubled `>` is a character.
fn split_path(path: &str) -> (String, String) {
    let mut first = String::new();
    let mut chars = path.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '>' {
            if chars.peek() != Some(&'>') {
                break;
            }
            chars.next();
        }
        first.push(c);
    }
    (first, chars.collect())
}
