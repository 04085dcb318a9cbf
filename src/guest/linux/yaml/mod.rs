//! A careful reader of the YAML that configuration files are written in: nested maps and lists, in
//! blocks or in brackets, and plain or quoted words.
//!
//! What it does not know (anchors, tags, several documents, keys that are no words) makes only the
//! top-level key that it stands under unknown, and the reason says so: nothing is guessed.

mod flow;
mod lines;
#[cfg(test)]
mod tests;

use lines::Line;

use super::ini::short;

/// Levels that are gone down.
const MAX_DEPTH: usize = 32;
/// Bytes of one word that are kept.
const MAX_WORD: usize = 4096;

/// A value, and the line where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// Line, counted from 1.
    pub(super) line: u32,
    /// The value.
    pub(super) value: Value,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// A word or a text, without its quotes.
    Word(String),
    /// A list.
    List(Vec<Node>),
    /// A map in its order.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// The value of a key of a map; the last one counts.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.map()
            .iter()
            .rev()
            .find(|(name, _)| name == key)
            .map(|(_, node)| node)
    }

    /// The entries of a map; nothing of anything else.
    pub(super) fn map(&self) -> &[(String, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; nothing of anything else.
    pub(super) fn list(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The word that it is.
    pub(super) fn word(&self) -> Option<&str> {
        match &self.value {
            Value::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The switch that it is.
    pub(super) fn switch(&self) -> Option<bool> {
        match self.word()?.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" => Some(false),
            _ => None,
        }
    }
}

/// A key of the top level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TopLevel {
    /// The key.
    pub(super) key: String,
    /// Its line, counted from 1.
    pub(super) line: u32,
    /// Its value, or why it is not known.
    pub(super) value: Result<Node, String>,
}

/// Reads a file that is a map; an empty one has no keys.
///
/// # Errors
/// Why the whole is not known.
pub(super) fn parse(text: &str) -> Result<Vec<TopLevel>, String> {
    let all = lines::split(text)?;
    let mut out: Vec<TopLevel> = Vec::new();
    let mut rest: &[Line<'_>] = &all;
    while let Some((first, after)) = rest.split_first() {
        if out.is_empty() && first.text.starts_with('{') {
            return whole(rest, first);
        }
        if first.indent != 0 {
            return Err(format!(
                "line {}: an indent where none can be",
                first.number
            ));
        }
        // A list may stand under its key without an indent.
        let end = after
            .iter()
            .position(|line| line.indent == 0 && !lines::is_item(&line.text))
            .unwrap_or(after.len());
        let (inside, next) = after.split_at(end);
        let Some((key, value)) = flow::key(&first.text) else {
            return Err(format!("line {}: no key", first.number));
        };
        let value = block_value(first, value, inside, 0, 0);
        out.push(TopLevel {
            key,
            line: first.number,
            value,
        });
        rest = next;
    }
    Ok(out)
}

/// A file that is one map in braces.
fn whole(rest: &[Line<'_>], first: &Line<'_>) -> Result<Vec<TopLevel>, String> {
    let node = flow::parse(first.number, &joined("", rest))?;
    match node.value {
        Value::Map(entries) => Ok(entries
            .into_iter()
            .map(|(key, node)| TopLevel {
                key,
                line: node.line,
                value: Ok(node),
            })
            .collect()),
        _ => Err(format!("line {}: no map", first.number)),
    }
}

/// The value of a key or item at `indent`: what stands behind it in its line, or else the lines
/// under it.
fn block_value(
    at: &Line<'_>,
    behind: &str,
    inside: &[Line<'_>],
    indent: usize,
    depth: usize,
) -> Result<Node, String> {
    if depth > MAX_DEPTH {
        return Err(format!("line {}: more than {MAX_DEPTH} levels", at.number));
    }
    if behind.is_empty() {
        return block(at, inside, depth);
    }
    if behind.starts_with(['|', '>']) {
        return Ok(Node {
            line: at.number,
            value: Value::Word(short(&joined("", inside), MAX_WORD)),
        });
    }
    // A list at the indent of its key cannot follow a value.
    if let Some(line) = inside.iter().find(|line| line.indent <= indent) {
        return Err(format!("line {}: a value after a value", line.number));
    }
    flow::parse(at.number, &joined(behind, inside))
}

/// The lines under a key: a list, a map, or a text.
fn block(at: &Line<'_>, inside: &[Line<'_>], depth: usize) -> Result<Node, String> {
    let Some(first) = inside.first() else {
        return Ok(Node {
            line: at.number,
            value: Value::Null,
        });
    };
    let indent = first.indent;
    if let Some(line) = inside.iter().find(|line| line.indent < indent) {
        return Err(format!("line {}: an indent that fits nothing", line.number));
    }
    let mut items = Vec::new();
    let mut entries = Vec::new();
    let mut rest = inside;
    while let Some((head, after)) = rest.split_first() {
        let is_item = lines::is_item(&head.text);
        let end = after
            .iter()
            .position(|line| {
                // A list under a key may stand at the key's indent.
                line.indent <= indent && (is_item || !lines::is_item(&line.text))
            })
            .unwrap_or(after.len());
        let (inside, next) = after.split_at(end);
        if is_item {
            items.push(item(head, inside, depth)?);
        } else if let Some((key, value)) = flow::key(&head.text) {
            let node = block_value(head, value, inside, indent, depth.saturating_add(1))?;
            entries.push((key, node));
        } else if items.is_empty() && entries.is_empty() {
            return flow::parse(head.number, &joined("", rest));
        } else {
            return Err(format!("line {}: neither a key nor an item", head.number));
        }
        rest = next;
    }
    let value = match (items.is_empty(), entries.is_empty()) {
        (true, _) => Value::Map(entries),
        (false, true) => Value::List(items),
        (false, false) => {
            return Err(format!("line {}: a list and a map in one", first.number));
        }
    };
    Ok(Node {
        line: first.number,
        value,
    })
}

/// An item of a list: a word, or a map whose first key stands behind the dash.
fn item(head: &Line<'_>, inside: &[Line<'_>], depth: usize) -> Result<Node, String> {
    let behind = head.text.get(1..).unwrap_or_default();
    let text = behind.trim_start();
    let skipped = behind.len().saturating_sub(text.len()).saturating_add(1);
    if flow::key(text).is_some() || lines::is_item(text) {
        let mut own = vec![Line {
            number: head.number,
            indent: head.indent.saturating_add(skipped),
            text: text.into(),
        }];
        own.extend(inside.iter().cloned());
        if depth > MAX_DEPTH {
            return Err(format!(
                "line {}: more than {MAX_DEPTH} levels",
                head.number
            ));
        }
        return block(head, &own, depth.saturating_add(1));
    }
    block_value(head, text, inside, head.indent, depth.saturating_add(1))
}

/// Lines as one text, with blanks for their ends.
fn joined(first: &str, rest: &[Line<'_>]) -> String {
    let mut text = first.to_owned();
    for line in rest {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&line.text);
    }
    text
}
