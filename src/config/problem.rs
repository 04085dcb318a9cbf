//! What is wrong with a file, and where.

use std::fmt;
use std::ops::Range;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// What is wrong, what was expected, and the nearest name that is known.
    pub message: String,
}

/// Why a file cannot be used: it cannot be read, or these are its problems.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The file, as it is named to people.
    pub name: String,
    /// Why it could not be read at all; none where `problems` tell.
    pub unread: Option<String>,
    /// All that is wrong, in the order of the lines.
    pub problems: Vec<Problem>,
}

impl ConfigError {
    /// One line for each thing that is wrong: `vhd-preflight.toml:3:1: unknown key …`.
    pub fn lines(&self) -> Vec<String> {
        let unread = self.unread.iter();
        let unread = unread.map(|reason| format!("{}: {reason}", self.name));
        let problems = self.problems.iter().map(|problem| {
            format!(
                "{}:{}:{}: {}",
                self.name, problem.line, problem.column, problem.message
            )
        });
        unread.chain(problems).collect()
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))
    }
}

impl std::error::Error for ConfigError {}

/// Where the lines of a text begin, so that every place is found without another walk through it.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let after = text.match_indices('\n').map(|(at, _)| at.saturating_add(1));
        Self {
            text,
            starts: std::iter::once(0).chain(after).collect(),
        }
    }

    /// The line and column, counted from 1, of a byte.
    pub(super) fn place(&self, at: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= at);
        let start = self.starts.get(line.saturating_sub(1)).copied();
        let before = self.text.get(start.unwrap_or(0)..at);
        let column = before.map_or(0, |before| before.chars().count());
        (line, column.saturating_add(1))
    }

    /// A problem at the place where `span` begins.
    pub(super) fn problem(&self, span: &Range<usize>, message: String) -> Problem {
        let (line, column) = self.place(span.start);
        Problem {
            line,
            column,
            message,
        }
    }
}
