//! What mends a finding: a command or a sentence, of which language, and in lines.
//!
//! A fix is one line of text. Whoever shows it has to know what it is: a command is set apart, is
//! copied, may only be broken where its shell reads on, and may stand in a script. So this is asked
//! in one place, and `texts.txt` beside it holds what is said of every fix that a rule gives.

mod powershell;
mod shell;

#[cfg(test)]
mod tests;

use crate::report::v1::Finding;
use crate::text::{is_deceptive, safe};

/// Whose commands they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// POSIX shell, for the host, and for guests that are not Windows.
    Shell,
    /// PowerShell, for guests that are Windows.
    PowerShell,
}

/// What a fix is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Words for a person, in which commands may be named.
    Sentence,
    /// A command line that a person types: it restarts the machine, or does more than a script
    /// should do unseen, or is more than calls of known programs.
    Typed(Language),
    /// Calls of known programs, without anything that the shell would expand into other commands:
    /// it may stand in a script as it is.
    Runs(Language),
}

impl Kind {
    /// The language of a command.
    pub(super) fn language(self) -> Option<Language> {
        match self {
            Self::Sentence => None,
            Self::Typed(language) | Self::Runs(language) => Some(language),
        }
    }
}

/// What joins the parts of a sentence, and of no command that rules give.
const SENTENCE: [&str; 3] = [", ", " (", "<"];

/// What `fix` is, by its form. Where it may hold text of a guest, ask [`of`].
pub(super) fn kind(fix: &str) -> Kind {
    if fix.chars().any(is_deceptive) {
        return Kind::Sentence;
    }
    // What a person has to put in first stands between angle brackets.
    let whole = !fix.contains("\"<");
    if whole && shell::runs(fix) {
        return Kind::Runs(Language::Shell);
    }
    if whole && powershell::runs(fix) {
        return Kind::Runs(Language::PowerShell);
    }
    // A comment behind a command is words.
    let (line, _) = fix.split_once(" # ").unwrap_or((fix, ""));
    let line = ["<disk>", "\"<SAS URI>\""]
        .iter()
        .fold(line.replace("&& (", "&& "), |line, blank| {
            line.replace(blank, "disk")
        });
    if SENTENCE.iter().any(|mark| line.contains(mark)) {
        return Kind::Sentence;
    }
    if shell::typed(&line) {
        Kind::Typed(Language::Shell)
    } else if powershell::typed(&line) {
        Kind::Typed(Language::PowerShell)
    } else {
        Kind::Sentence
    }
}

/// What `fix` is. `hostile` are texts of the guest that it may hold: where one could end its quotes
/// it is no command, whatever it looks like.
pub(super) fn with_guest_text(fix: &str, hostile: &[&str]) -> Kind {
    match kind(fix) {
        Kind::Runs(Language::Shell) | Kind::Typed(Language::Shell)
            if hostile.iter().any(|text| shell::breaks_out(fix, text)) =>
        {
            Kind::Sentence
        }
        kind => kind,
    }
}

/// What mends a finding is of this kind; a sentence where nothing does.
pub(super) fn of(finding: &Finding) -> Kind {
    let fix = finding.fix.as_deref().unwrap_or_default();
    with_guest_text(fix, &guest_texts(finding).collect::<Vec<_>>())
}

/// Texts of the guest that the fix of a finding may hold.
pub(super) fn guest_texts(finding: &Finding) -> impl Iterator<Item = &str> {
    let place = finding.place.as_ref();
    let texts = [
        finding.found.as_deref(),
        place.and_then(|place| place.path.as_deref()),
        place.and_then(|place| place.registry.as_deref()),
    ];
    texts.into_iter().flatten()
}

/// A command cut behind each `&&` that joins two, where a shell reads on in the next line.
pub(super) fn steps(command: &str, language: Language) -> Vec<&str> {
    cut(command, " && ", language)
}

/// The words of a command, each with the blank behind it. A blank in quotes is part of a word.
pub(super) fn words(command: &str, language: Language) -> Vec<&str> {
    cut(command, " ", language)
}

/// Cuts `command` behind each `mark` outside of quotes; together the pieces are the command.
fn cut<'a>(command: &'a str, mark: &str, language: Language) -> Vec<&'a str> {
    let mut pieces = Vec::new();
    let mut begin = 0;
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in command.char_indices() {
        let plain = !std::mem::take(&mut escaped);
        let here = command.get(at..).unwrap_or_default();
        if plain && quote.is_none() && at >= begin && here.starts_with(mark) {
            let end = at.saturating_add(mark.len());
            pieces.extend(command.get(begin..end));
            begin = end;
        }
        match (quote, c) {
            (Some(open), c) if plain && open == c => quote = None,
            (None, '\'' | '"') if plain => quote = Some(c),
            // Windows paths are full of backslashes, which PowerShell takes as they are.
            (None | Some('"'), '\\') => escaped = plain && language == Language::Shell,
            _ => {}
        }
    }
    pieces.extend(command.get(begin..));
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// A fix in harmless lines. Those of a command break after `&&`, so that a shell reads them as one.
pub(super) fn command_lines(fix: &str) -> Vec<String> {
    match kind(fix).language() {
        None => vec![safe(fix)],
        Some(language) => steps(fix, language)
            .into_iter()
            .map(|step| safe(step.trim_end()))
            .collect(),
    }
}
