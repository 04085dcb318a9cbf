//! sshd's own walk through its configuration: includes, blocks, and what it refuses.

use super::words::{Line, cut, seconds};
use crate::guest::{Located, Root, Spot, TextFile};
use crate::known::Undetermined;

/// Includes within includes, as sshd has it.
const MAX_DEPTH: u32 = 16;
/// Settings and files that are read; sshd has no such limit, a real guest has some hundred.
const MAX_EVENTS: usize = 20_000;
/// Lines that are looked at, of all files together.
const MAX_LINES: usize = 200_000;
/// Files that are read, each time counted.
const MAX_FILES: usize = 1000;
/// Refusals that are kept.
const MAX_REFUSALS: usize = 50;

/// Something that sshd does not accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What, in a few words, and where.
    pub reason: Located<String>,
    /// Whether only the test mode `sshd -T` refuses it, and the server starts.
    pub test_only: bool,
}

/// Where a setting counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scope {
    /// When the server starts: outside of blocks, and under `Match all`.
    pub(super) global: bool,
    /// Laid over that at each connection: under `Match all`.
    pub(super) over: bool,
}

/// A setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive {
    /// The keyword as spelled.
    pub(super) keyword: String,
    pub(super) arguments: Vec<String>,
    pub(super) spot: Spot,
    pub(super) scope: Scope,
}

/// What comes along, in the order in which sshd reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    Directive(Directive),
    /// A file that could not be read stands here.
    Open(Undetermined, Scope),
}

/// What the files say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Configuration {
    pub(super) events: Vec<Event>,
    pub(super) refusals: Vec<Refusal>,
}

/// sshd reads its configuration twice: at its start, and for each connection once more, then only
/// what stands in blocks. Both are followed at once.
#[derive(Clone, Copy)]
struct State {
    scope: Scope,
    /// No block of this file can count at the start, or at a connection.
    never: Scope,
    /// A block began, in this file or in one that includes it: what the second reading waits for.
    in_block: bool,
}

struct Reader<'a> {
    root: &'a Root,
    /// What relative includes are relative to.
    folder: &'a str,
    lines: usize,
    files: usize,
    out: Configuration,
}

/// Follows the configuration from its main file, found at `path`.
pub(super) fn read(root: &Root, path: &str, main: &TextFile) -> Configuration {
    let mut reader = Reader {
        root,
        folder: if path.starts_with("/usr/local/") {
            "/usr/local/etc/ssh"
        } else {
            "/etc/ssh"
        },
        lines: 0,
        files: 0,
        out: Configuration::default(),
    };
    let state = State {
        scope: Scope {
            global: true,
            over: false,
        },
        never: Scope {
            global: false,
            over: false,
        },
        in_block: false,
    };
    reader.file(main, state, 0);
    reader.out
}

impl Reader<'_> {
    fn refuse(&mut self, reason: impl Into<String>, spot: Spot, test_only: bool) {
        if self.out.refusals.len() < MAX_REFUSALS {
            self.out.refusals.push(Refusal {
                reason: Located::new(reason.into(), spot),
                test_only,
            });
        }
    }

    fn is_full(&self) -> bool {
        self.out.events.len() >= MAX_EVENTS || self.lines >= MAX_LINES || self.files > MAX_FILES
    }

    fn give_up(&mut self, spot: &Spot) {
        if !matches!(self.out.events.last(), Some(Event::Open(..))) {
            let open = Undetermined::new(format!(
                "{spot}: the configuration has more than {MAX_EVENTS} settings, {MAX_LINES} lines \
                 or {MAX_FILES} files"
            ));
            // What follows might count anywhere.
            let scope = Scope {
                global: true,
                over: true,
            };
            self.out.events.push(Event::Open(open, scope));
        }
    }

    fn file(&mut self, file: &TextFile, mut state: State, depth: u32) {
        if depth > MAX_DEPTH {
            self.refuse("includes that include each other", file.spot.clone(), false);
            return;
        }
        for (number, line) in file.lines() {
            if self.is_full() {
                self.give_up(&file.spot);
                return;
            }
            self.lines = self.lines.saturating_add(1);
            match cut(line) {
                Line::Nothing => {}
                Line::Refused(why) => self.refuse(why, file.at(number), false),
                Line::Setting(keyword, arguments) => {
                    let spot = file.at(number);
                    if keyword.eq_ignore_ascii_case("match") {
                        self.block(&arguments, spot, &mut state);
                    } else if keyword.eq_ignore_ascii_case("include") {
                        for pattern in &arguments {
                            self.include(pattern, &spot, state, depth);
                        }
                    } else {
                        self.setting(keyword, arguments, spot, state.scope);
                    }
                }
            }
        }
    }

    fn setting(&mut self, keyword: String, arguments: Vec<String>, spot: Spot, scope: Scope) {
        if keyword.eq_ignore_ascii_case("ClientAliveInterval") {
            // Even where it does not count: sshd reads the values of every block.
            match arguments.as_slice() {
                [value] if seconds(value).is_some() => {}
                [_] => self.refuse("a ClientAliveInterval that is no time", spot.clone(), false),
                _ => self.refuse(
                    "a ClientAliveInterval that is not one word",
                    spot.clone(),
                    false,
                ),
            }
        }
        self.out.events.push(Event::Directive(Directive {
            keyword,
            arguments,
            spot,
            scope,
        }));
    }

    fn block(&mut self, criteria: &[String], spot: Spot, state: &mut State) {
        let all = match match_all(criteria) {
            Ok(Criteria::All) => true,
            Ok(Criteria::Some { test_only }) => {
                if let Some(name) = test_only {
                    let reason = format!("Match {name}, without a connection to test it on");
                    self.refuse(reason, spot, true);
                }
                false
            }
            Err(reason) => {
                self.refuse(reason, spot, false);
                false
            }
        };
        state.scope = Scope {
            global: all && !state.never.global,
            over: all && !state.never.over,
        };
        state.in_block = true;
    }

    fn include(&mut self, pattern: &str, spot: &Spot, state: State, depth: u32) {
        let inner = State {
            never: Scope {
                global: !state.scope.global,
                // Before the first block the second reading looks for blocks in what is included.
                over: state.in_block && !state.scope.over,
            },
            ..state
        };
        let pattern = if pattern.starts_with('/') {
            pattern.to_owned()
        } else {
            format!("{}/{pattern}", self.folder)
        };
        let paths = match self.root.glob(&pattern) {
            Ok(paths) => paths,
            Err(unknown) => {
                self.out.events.push(Event::Open(unknown, state.scope));
                return;
            }
        };
        for path in paths {
            if self.is_full() {
                self.give_up(spot);
                return;
            }
            self.files = self.files.saturating_add(1);
            match self.root.text(&path) {
                Ok(Some(file)) => self.file(&file, inner, depth.saturating_add(1)),
                Ok(None) => {
                    self.refuse("an Include of what is no file", spot.clone(), false);
                }
                Err(unknown) => self.out.events.push(Event::Open(unknown, state.scope)),
            }
        }
    }
}

enum Criteria {
    /// Every connection.
    All,
    /// Some connections; the criterion that `sshd -T` cannot test by itself.
    Some { test_only: Option<&'static str> },
}

fn match_all(criteria: &[String]) -> Result<Criteria, String> {
    let mut words = criteria.iter();
    let mut count = 0_u32;
    let mut test_only = None;
    while let Some(word) = words.next() {
        count = count.saturating_add(1);
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word.as_str(), None),
        };
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "all" if count == 1 && words.next().is_none() => return Ok(Criteria::All),
            "all" => return Err("Match all together with another criterion".to_owned()),
            "invalid-user" => continue,
            "localport" => test_only = Some("LocalPort"),
            "localaddress" => test_only = Some("LocalAddress"),
            "rdomain" => test_only = Some("RDomain"),
            "user" | "group" | "host" | "address" | "version" | "sessiontype" | "command" => {}
            _ => return Err("a criterion of Match that sshd does not know".to_owned()),
        }
        if value.is_none() && words.next().is_none() {
            return Err("a criterion of Match without a value".to_owned());
        }
    }
    if count == 0 {
        return Err("Match without a criterion".to_owned());
    }
    Ok(Criteria::Some { test_only })
}
