//! What an answer file holds: which passes, and which passwords, by their presence.

use crate::guest::windows::setting::more_than;
use crate::guest::windows::xml::{Step, walk};
use crate::guest::{Located, Spot};
use crate::known::Undetermined;

/// Elements that hold a password, or what serves as one.
const SECRETS: [&str; 4] = [
    "AdministratorPassword",
    "Password",
    "MachinePassword",
    "AccountData",
];
/// What Setup writes in the place of a password once it has used it.
const DELETED: &str = "*SENSITIVE*DATA*DELETED*";
/// Passes and passwords of one file that are kept.
const MAX_KEPT: usize = 64;

/// A pass of Setup that the file has settings for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// `specialize`, `oobeSystem` (hostile text).
    pub name: String,
    /// Whether Setup has marked it as done (`wasPassProcessed`).
    pub is_done: bool,
}

/// A password that is there; what it is, is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// The element with the one around it: `AutoLogon\Password` (hostile text).
    pub element: String,
    /// Whether Setup has deleted it: its text is `*SENSITIVE*DATA*DELETED*`.
    pub is_deleted: bool,
}

/// What an answer file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// Its passes.
    pub passes: Vec<Located<Pass>>,
    /// Passwords that are not empty.
    pub secrets: Vec<Located<Secret>>,
    /// Where it turns automatic logon on.
    pub auto_logon: Option<Located<()>>,
    /// Why the rest of it is not known.
    pub unread: Option<Undetermined>,
}

impl Content {
    /// Whether Setup has done all that it asks for.
    pub fn is_done(&self) -> bool {
        !self.passes.is_empty() && self.passes.iter().all(|pass| pass.value.is_done)
    }

    /// Reads the content of a file; none where it is another kind of file.
    pub(super) fn parse(text: &str, spot: &Spot) -> Option<Self> {
        let mut content = Self::default();
        let mut root: Option<bool> = None;
        let read = walk(text, |path, line, step| {
            let names: Vec<&str> = path.split('/').collect();
            let is_answer_file =
                *root.get_or_insert_with(|| names.first().is_some_and(|name| *name == "unattend"));
            match step {
                _ if !is_answer_file => {}
                Step::Start(attributes) if names.ends_with(&["settings"]) => {
                    let pass = Pass {
                        name: attributes.get("pass").unwrap_or_default().to_owned(),
                        is_done: attributes.get("wasPassProcessed") == Some("true"),
                    };
                    if content.passes.len() < MAX_KEPT {
                        content.passes.push(Located::new(pass, spot.at(line)));
                    } else {
                        content.unread = Some(more_than(spot, MAX_KEPT, "passes"));
                    }
                }
                Step::End(text) if !text.is_empty() => content.text(&names, text, &spot.at(line)),
                Step::Start(_) | Step::End(_) => {}
            }
        });
        if let Err(why) = read {
            content.unread = Some(Undetermined::new(format!("{spot}: {why}")));
        }
        match root {
            Some(false) => None,
            None if content.unread.is_none() => None,
            _ => Some(content),
        }
    }

    fn text(&mut self, names: &[&str], text: &str, spot: &Spot) {
        // A password is the text of its element, or of the element Value in it.
        let names = match names {
            [rest @ .., "Value"] => rest,
            names => names,
        };
        match names {
            [.., "AutoLogon", "Enabled"] if text.eq_ignore_ascii_case("true") => {
                self.auto_logon = Some(Located::new((), spot.clone()));
            }
            [.., name] if SECRETS.contains(name) && self.secrets.len() >= MAX_KEPT => {
                self.unread = Some(more_than(spot, MAX_KEPT, "passwords"));
            }
            [rest @ .., name] if SECRETS.contains(name) => {
                let secret = Secret {
                    element: match rest.last() {
                        Some(parent) => format!("{parent}\\{name}"),
                        None => (*name).to_owned(),
                    },
                    is_deleted: text == DELETED,
                };
                self.secrets.push(Located::new(secret, spot.clone()));
            }
            _ => {}
        }
    }
}
