//! Words, quoted words, and lists and maps in brackets.

use super::{MAX_DEPTH, MAX_WORD, Node, Value};
use crate::guest::linux::ini::short;

/// `key: value` or `key:` at the begin of a line: the key without quotes, and the rest.
pub(super) fn key(text: &str) -> Option<(String, &str)> {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let inner = text.get(1..)?;
        let (name, rest) = inner.split_once(quote)?;
        let rest = rest.trim_start().strip_prefix(':')?;
        let ends = rest.is_empty() || rest.starts_with([' ', '\t']);
        return ends.then(|| (short(name, MAX_WORD), rest.trim_start()));
    }
    if text.starts_with(['[', '{', '&', '*', '!', '?', '|', '>', '%', '@', '`', '#']) {
        return None;
    }
    let mut from = 0_usize;
    loop {
        let at = text.get(from..)?.find(':')?.saturating_add(from);
        let rest = text.get(at.saturating_add(1)..)?;
        if rest.is_empty() || rest.starts_with([' ', '\t']) {
            let name = text.get(..at)?.trim_end();
            return Some((short(name, MAX_WORD), rest.trim_start()));
        }
        from = at.saturating_add(1);
    }
}

/// A value that stands in one text.
pub(super) fn parse(line: u32, text: &str) -> Result<Node, String> {
    let text = text.trim();
    if text.starts_with(['[', '{']) {
        let mut reader = Reader {
            line,
            chars: text.chars().collect(),
            at: 0,
        };
        let node = reader.value(0)?;
        reader.blanks();
        if reader.at < reader.chars.len() {
            return Err(format!("line {line}: something behind a closing bracket"));
        }
        return Ok(node);
    }
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let mut reader = Reader {
            line,
            chars: text.chars().collect(),
            at: 0,
        };
        let word = reader.quoted(quote)?;
        reader.blanks();
        if reader.at < reader.chars.len() {
            return Err(format!("line {line}: something behind a closing quote"));
        }
        return Ok(Node {
            line,
            value: Value::Word(word),
        });
    }
    plain(line, text)
}

fn plain(line: u32, text: &str) -> Result<Node, String> {
    if text.starts_with(['&', '*', '!', '%', '@', '`', '?']) {
        return Err(format!(
            "line {line}: an anchor, a tag or a sign that is not read here"
        ));
    }
    if text.starts_with("- ") {
        return Err(format!("line {line}: an item behind a key"));
    }
    let value = match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        word => Value::Word(short(word, MAX_WORD)),
    };
    Ok(Node { line, value })
}

struct Reader {
    line: u32,
    chars: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.step();
        }
    }

    fn error<T>(&self, what: &str) -> Result<T, String> {
        Err(format!("line {}: {what}", self.line))
    }

    fn value(&mut self, depth: usize) -> Result<Node, String> {
        if depth > MAX_DEPTH {
            return self.error("too many brackets");
        }
        self.blanks();
        let line = self.line;
        match self.peek() {
            Some('[') => self.list(depth),
            Some('{') => self.map(depth),
            Some(quote @ ('"' | '\'')) => {
                let value = Value::Word(self.quoted(quote)?);
                Ok(Node { line, value })
            }
            _ => {
                let word = self.word();
                plain(line, &word)
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Node, String> {
        let mut items = Vec::new();
        self.step();
        loop {
            self.blanks();
            match self.peek() {
                Some(']') => break,
                Some(',') => self.step(),
                None => return self.error("a bracket that is not closed"),
                Some(_) => {
                    let item = self.value(depth.saturating_add(1))?;
                    self.blanks();
                    match self.peek() {
                        Some(',' | ']') => items.push(item),
                        _ => return self.error("a list in brackets that is not read here"),
                    }
                }
            }
        }
        self.step();
        Ok(Node {
            line: self.line,
            value: Value::List(items),
        })
    }

    fn map(&mut self, depth: usize) -> Result<Node, String> {
        let mut entries = Vec::new();
        self.step();
        loop {
            self.blanks();
            match self.peek() {
                Some('}') => break,
                Some(',') => self.step(),
                None => return self.error("a brace that is not closed"),
                Some(c) => {
                    let key = match c {
                        '"' | '\'' => self.quoted(c)?,
                        '[' | '{' => return self.error("a key that is no word"),
                        _ => self.word(),
                    };
                    self.blanks();
                    let node = match self.peek() {
                        Some(':') => {
                            self.step();
                            self.value(depth.saturating_add(1))?
                        }
                        _ => plain(self.line, "")?,
                    };
                    self.blanks();
                    match self.peek() {
                        Some(',' | '}') => entries.push((key, node)),
                        _ => return self.error("a map in braces that is not read here"),
                    }
                }
            }
        }
        self.step();
        Ok(Node {
            line: self.line,
            value: Value::Map(entries),
        })
    }

    /// A word in brackets ends at a comma, a bracket, or a colon before a blank.
    fn word(&mut self) -> String {
        let from = self.at;
        while let Some(c) = self.peek() {
            let next = self.chars.get(self.at.saturating_add(1));
            let ends = match c {
                ',' | '[' | ']' | '{' | '}' => true,
                ':' => next.is_none_or(|c| c.is_whitespace() || matches!(c, ',' | ']' | '}')),
                _ => false,
            };
            if ends {
                break;
            }
            self.step();
        }
        let word: String = self
            .chars
            .get(from..self.at)
            .unwrap_or_default()
            .iter()
            .collect();
        short(word.trim(), MAX_WORD)
    }

    fn quoted(&mut self, quote: char) -> Result<String, String> {
        self.step();
        let mut word = String::new();
        loop {
            let Some(c) = self.peek() else {
                return self.error("a quote that is not closed");
            };
            self.step();
            if c == quote {
                if quote == '\'' && self.peek() == Some('\'') {
                    self.step();
                } else {
                    return Ok(short(&word, MAX_WORD));
                }
            }
            if c == '\\' && quote == '"' {
                let escaped = self.peek();
                self.step();
                word.extend(match escaped {
                    Some('n') => Some('\n'),
                    Some('t') => Some('\t'),
                    other => other,
                });
            } else {
                word.push(c);
            }
        }
    }
}
