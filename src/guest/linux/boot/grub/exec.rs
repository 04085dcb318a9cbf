//! Runs GRUB's scripts as far as they choose what is booted: variables, conditions, the menu.
//!
//! Commands that draw, wait or load modules say that they succeeded and do nothing. Steps, depth
//! and the length of values are bounded, so that a hostile script ends.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::grubenv;
use super::lexer::{Piece, Word};
use super::menu::{Item, ItemKind, Loaded};
use super::parser::{Block, Node, parse};
use crate::guest::{Root, Spot, TextFile};
use crate::known::{Known, Undetermined};

/// Commands that are run for one menu; a real one takes some hundred.
const MAX_STEPS: u32 = 200_000;
/// Calls, files and blocks in one another.
const MAX_DEPTH: u32 = 64;
/// Bytes of a variable's value or of a command's words.
const MAX_VALUE: usize = 64 << 10;
/// Entries of a menu.
const MAX_ITEMS: usize = 2000;
/// Bytes of a script.
const MAX_SCRIPT: usize = 4 << 20;

/// How a list of commands ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// At its end.
    Next,
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// `return`: ends a function or a file.
    Return,
    /// Another menu took over, or `exit`.
    Stop,
}

/// The interpreter's state.
#[derive(Clone)]
pub(super) struct Machine<'a> {
    pub(super) root: &'a Root,
    pub(super) variables: BTreeMap<String, String>,
    functions: BTreeMap<String, (Block, Spot)>,
    /// The menu as far as it was built.
    pub(super) menu: Vec<Item>,
    /// Files that were read, in order.
    pub(super) files: Vec<Spot>,
    /// What `linux` and `initrd` loaded.
    pub(super) loaded: Loaded,
    pub(super) steps: u32,
    depth: u32,
    status: bool,
    arguments: Vec<String>,
    /// The file that is run.
    pub(super) spot: Spot,
}

impl<'a> Machine<'a> {
    /// A machine that starts with the file at `spot`, for GRUB's platform `efi` or `pc`.
    pub(super) fn new(root: &'a Root, platform: &str, spot: &Spot) -> Self {
        let mut variables = BTreeMap::new();
        for (name, value) in [
            ("grub_platform", platform),
            (
                "grub_cpu",
                if platform == "efi" { "x86_64" } else { "i386" },
            ),
            ("feature_200_final", "y"),
            ("feature_all_video_module", "y"),
            ("feature_chainloader_bpb", "y"),
            ("feature_default_font_path", "y"),
            ("feature_menuentry_id", "y"),
            ("feature_menuentry_options", "y"),
            ("feature_nativedisk_cmd", "y"),
            ("feature_ntldr", "y"),
            ("feature_platform_search_hint", "y"),
            ("feature_timeout_style", "y"),
        ] {
            variables.insert(name.to_owned(), value.to_owned());
        }
        let mut machine = Self {
            root,
            variables,
            functions: BTreeMap::new(),
            menu: Vec::new(),
            files: Vec::new(),
            loaded: Loaded::default(),
            steps: 0,
            depth: 0,
            status: true,
            arguments: Vec::new(),
            spot: spot.clone(),
        };
        // As the core image that was installed for this folder would say.
        if let Some((device, path)) = machine.grub_path(&spot.path) {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let prefix = format!("({device}){folder}");
            machine.variables.insert("root".to_owned(), device);
            machine
                .variables
                .insert("config_directory".to_owned(), prefix.clone());
            machine.variables.insert("prefix".to_owned(), prefix);
        }
        machine
    }

    pub(super) fn variable(&self, name: &str) -> &str {
        self.variables.get(name).map_or("", String::as_str)
    }

    fn unknown(&self, why: &str) -> Undetermined {
        Undetermined::new(format!("{}: {why}", self.spot))
    }

    /// Runs a file in place, as `source` does; whether there is such a file.
    pub(super) fn run_file(&mut self, path: &str) -> Known<Option<Flow>> {
        let Some(file) = self.root.text(path)? else {
            return Ok(None);
        };
        self.run_text(&file).map(Some)
    }

    pub(super) fn run_text(&mut self, file: &TextFile) -> Known<Flow> {
        if file.text.len() > MAX_SCRIPT {
            return Err(self.unknown("the script is longer than any real one"));
        }
        self.files.push(file.spot.clone());
        let (block, error) = parse(&file.text);
        let before = std::mem::replace(&mut self.spot, file.spot.clone());
        if let Some(error) = error {
            let unknown = self.unknown(&format!("the script cannot be read: {error}"));
            self.spot = before;
            return Err(unknown);
        }
        let flow = self.block(&block)?;
        self.spot = before;
        Ok(if flow == Flow::Stop { flow } else { Flow::Next })
    }

    pub(super) fn block(&mut self, block: &Block) -> Known<Flow> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > MAX_DEPTH {
            return Err(self.unknown("its functions and files call one another without end"));
        }
        for node in block.iter() {
            let flow = self.node(node)?;
            if flow != Flow::Next {
                self.depth = self.depth.saturating_sub(1);
                return Ok(flow);
            }
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(Flow::Next)
    }

    fn step(&mut self) -> Known<()> {
        self.steps = self.steps.saturating_add(1);
        if self.steps > MAX_STEPS {
            return Err(self.unknown(&format!("it runs more than {MAX_STEPS} commands")));
        }
        Ok(())
    }

    fn node(&mut self, node: &Node) -> Known<Flow> {
        self.step()?;
        match node {
            Node::Command { line, words, block } => self.command(*line, words, block.as_ref()),
            Node::Function { name, body } => {
                let body = (Rc::clone(body), self.spot.clone());
                self.functions.insert(name.clone(), body);
                Ok(Flow::Next)
            }
            Node::If { arms, otherwise } => {
                for (condition, body) in arms {
                    let flow = self.block(condition)?;
                    if flow != Flow::Next {
                        return Ok(flow);
                    }
                    if self.status {
                        return self.block(body);
                    }
                }
                match otherwise {
                    Some(body) => self.block(body),
                    None => Ok(Flow::Next),
                }
            }
            Node::For {
                variable,
                words,
                body,
            } => {
                for value in self.expand(words)? {
                    self.step()?;
                    self.set(variable, value);
                    match self.block(body)? {
                        Flow::Break => break,
                        Flow::Next | Flow::Continue => {}
                        other => return Ok(other),
                    }
                }
                Ok(Flow::Next)
            }
            Node::While {
                until,
                condition,
                body,
            } => loop {
                self.step()?;
                let flow = self.block(condition)?;
                if flow != Flow::Next {
                    return Ok(flow);
                }
                if self.status == *until {
                    return Ok(Flow::Next);
                }
                match self.block(body)? {
                    Flow::Break => return Ok(Flow::Next),
                    Flow::Next | Flow::Continue => {}
                    other => return Ok(other),
                }
            },
        }
    }

    fn set(&mut self, name: &str, mut value: String) {
        if value.len() > MAX_VALUE {
            value.clear();
        }
        if self.variables.len() < 10_000 {
            // GRUB keeps a device in `root` without its parentheses.
            if name == "root" {
                value = value.trim_matches(['(', ')']).to_owned();
            }
            self.variables.insert(name.to_owned(), value);
        }
    }

    /// The words of a command with their variables' values.
    fn expand(&self, words: &[Word]) -> Known<Vec<String>> {
        let mut out: Vec<String> = Vec::new();
        let mut total = 0_usize;
        for word in words {
            let mut current = word.quoted.then(String::new);
            for piece in &word.pieces {
                match piece {
                    Piece::Text(text) => current.get_or_insert_default().push_str(text),
                    Piece::Variable { name, quoted: true } => {
                        current.get_or_insert_default().push_str(&self.value(name));
                    }
                    Piece::Variable { name, .. } => {
                        let value = self.value(name);
                        for (index, part) in value.split(char::is_whitespace).enumerate() {
                            if index > 0 {
                                out.extend(current.take());
                            }
                            if !part.is_empty() {
                                current.get_or_insert_default().push_str(part);
                            }
                        }
                    }
                }
            }
            out.extend(current);
            total = out
                .last()
                .map_or(total, |word| total.saturating_add(word.len()));
            if total > 4 * MAX_VALUE || out.len() > MAX_VALUE {
                return Err(self.unknown("a command grows without end"));
            }
        }
        Ok(out)
    }

    fn value(&self, name: &str) -> String {
        match name {
            "?" => u8::from(!self.status).to_string(),
            "#" => self.arguments.len().to_string(),
            "*" | "@" => self.arguments.join(" "),
            name => match name.parse::<usize>() {
                Ok(0) => String::new(),
                Ok(number) => self
                    .arguments
                    .get(number.saturating_sub(1))
                    .cloned()
                    .unwrap_or_default(),
                Err(_) => self.variable(name).to_owned(),
            },
        }
    }

    fn command(&mut self, line: u32, words: &[Word], block: Option<&Block>) -> Known<Flow> {
        let mut words = self.expand(words)?;
        if words.is_empty() {
            return Ok(Flow::Next);
        }
        let name = words.remove(0);
        self.status = true;
        if let Some((body, spot)) = self.functions.get(&name).cloned() {
            let before = (
                std::mem::replace(&mut self.arguments, words),
                std::mem::replace(&mut self.spot, spot),
            );
            let flow = self.block(&body)?;
            (self.arguments, self.spot) = before;
            return Ok(if flow == Flow::Return {
                Flow::Next
            } else {
                flow
            });
        }
        match name.as_str() {
            "menuentry" | "submenu" => {
                if self.menu.len() >= MAX_ITEMS {
                    return Err(
                        self.unknown(&format!("its menu has more than {MAX_ITEMS} entries"))
                    );
                }
                let body = block.cloned().unwrap_or_default();
                let kind = ItemKind::Script {
                    body,
                    submenu: name == "submenu",
                };
                self.menu.push(Item::new(words, kind, self.spot.at(line)));
            }
            "set" => {
                for word in words {
                    if let Some((name, value)) = word.split_once('=') {
                        self.set(name, value.to_owned());
                    }
                }
            }
            "unset" => {
                for word in words {
                    self.variables.remove(&word);
                }
            }
            "linux" | "linux16" | "linuxefi" => self.load_linux(words, line),
            "initrd" | "initrd16" | "initrdefi" => self.load_initrds(&words),
            "chainloader" => self.load_chain(&words, line),
            "test" => self.status = self.test(&words)?,
            "[" => {
                if words.last().is_some_and(|word| word == "]") {
                    words.pop();
                }
                self.status = self.test(&words)?;
            }
            "load_env" => self.load_env(&words)?,
            _ if name == "search" || name.starts_with("search.") => {
                self.status = self.search(&name, &words)?;
            }
            "configfile" | "normal" => {
                if let Some(path) = words.first()
                    && let Some(path) = self.guest_file(path)?
                {
                    self.menu.clear();
                    let flow = self.run_file(&path)?;
                    self.status = flow.is_some();
                    return Ok(if flow.is_some() {
                        Flow::Stop
                    } else {
                        Flow::Next
                    });
                }
                self.status = false;
            }
            "source" | "." => {
                let path = match words.first() {
                    Some(path) => self.guest_file(path)?,
                    None => None,
                };
                let flow = match path {
                    Some(path) => self.run_file(&path)?,
                    None => None,
                };
                self.status = flow.is_some();
                return Ok(flow.unwrap_or(Flow::Next));
            }
            "blscfg" => self.add_bls_entries()?,
            "eval" => {
                let (block, _) = parse(&words.join(" "));
                return self.block(&block);
            }
            "setparams" => self.arguments = words,
            "shift" => {
                self.arguments.drain(..self.arguments.len().min(1));
            }
            "break" => return Ok(Flow::Break),
            "continue" => return Ok(Flow::Continue),
            "return" => {
                self.status = words.first().is_none_or(|word| word == "0");
                return Ok(Flow::Return);
            }
            "exit" | "normal_exit" | "halt" | "reboot" | "fwsetup" if words.is_empty() => {
                return Ok(Flow::Stop);
            }
            // What asks for a key, a font or another machine is answered with no.
            "false" | "keystatus" | "cmostest" | "loadfont" | "background_image" | "regexp"
            | "probe" | "fwsetup" | "authenticate" => self.status = false,
            // `name=value` is an assignment too.
            _ if words.is_empty() => {
                if let Some((name, value)) = name.split_once('=') {
                    self.set(name, value.to_owned());
                }
            }
            _ => {}
        }
        Ok(Flow::Next)
    }

    fn load_env(&mut self, words: &[String]) -> Known<()> {
        let mut path = format!("{}/grubenv", self.variable("prefix"));
        let mut names: Vec<&str> = Vec::new();
        let mut words = words.iter().map(String::as_str);
        while let Some(word) = words.next() {
            match word {
                "-f" | "--file" => path = words.next().unwrap_or_default().to_owned(),
                word => match word.strip_prefix("--file=") {
                    Some(file) => path = file.to_owned(),
                    None if word.starts_with('-') => {}
                    None => names.push(word),
                },
            }
        }
        let env = match self.guest_file(&path)? {
            Some(path) => grubenv::read(self.root, &path)?,
            None => None,
        };
        self.status = env.is_some();
        for (name, value) in env.iter().flat_map(|env| &env.variables) {
            if names.is_empty() || names.contains(&name.as_str()) {
                self.set(name, value.clone());
            }
        }
        if let Some(env) = env {
            self.files.push(env.spot);
        }
        Ok(())
    }

    /// Runs the body of an entry of the menu.
    pub(super) fn run_item(&mut self, body: &Block, item: &Item) -> Known<Flow> {
        self.depth = 0;
        self.arguments.clone_from(&item.arguments);
        self.spot = Spot {
            line: None,
            registry: None,
            ..item.spot.clone()
        };
        self.set("chosen", item.title.clone());
        self.block(body)
    }
}
