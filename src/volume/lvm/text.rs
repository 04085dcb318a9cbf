//! LVM2's configuration text: sections of `name = value` and `name { … }`.

/// Sections within sections; LVM2 itself needs five.
const MAX_DEPTH: usize = 12;
/// Names and values of one text.
const MAX_NODES: usize = 400_000;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A whole number. One with a point is cut to what stands before it.
    Number(i64),
    /// A text in quotes.
    Text(String),
    /// A list, of lists never.
    List(Vec<Value>),
    /// A section.
    Section(Section),
}

/// Names with their values, in the order of the text.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Section(Vec<(String, Value)>);

impl Section {
    /// All names with their values.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The sections among them.
    pub(super) fn sections(&self) -> impl Iterator<Item = (&str, &Section)> {
        self.entries().filter_map(|(name, value)| match value {
            Value::Section(section) => Some((name, section)),
            _ => None,
        })
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.entries()
            .find(|(own, _)| *own == name)
            .map(|(_, value)| value)
    }

    /// The section of this name.
    pub(super) fn section(&self, name: &str) -> Option<&Section> {
        match self.get(name) {
            Some(Value::Section(section)) => Some(section),
            _ => None,
        }
    }

    /// The text of this name.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The number of this name, where it is not negative.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        match self.get(name) {
            Some(Value::Number(number)) => u64::try_from(*number).ok(),
            _ => None,
        }
    }

    /// The list of this name; without values where there is none.
    pub(super) fn list(&self, name: &str) -> &[Value] {
        match self.get(name) {
            Some(Value::List(values)) => values,
            _ => &[],
        }
    }

    /// Whether the list of this name has this text in it.
    pub(super) fn lists(&self, name: &str, text: &str) -> bool {
        let is = |value: &Value| matches!(value, Value::Text(own) if own == text);
        self.list(name).iter().any(is)
    }
}

/// Parses a text, up to its first NUL.
///
/// # Errors
/// What is wrong with it, and at which byte.
pub(super) fn parse(bytes: &[u8]) -> Result<Section, String> {
    let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    let mut parser = Parser {
        bytes,
        at: 0,
        nodes: 0,
    };
    parser.section(0)
}

struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    nodes: usize,
}

impl Parser<'_> {
    fn wrong<T>(&self, what: &str) -> Result<T, String> {
        Err(format!("byte {} of the metadata text: {what}", self.at))
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    /// Passes over blanks and comments, and shows what follows.
    fn next(&mut self) -> Option<u8> {
        while let Some(byte) = self.peek() {
            if byte == b'#' {
                while self.peek().is_some_and(|byte| byte != b'\n') {
                    self.step();
                }
            } else if byte.is_ascii_whitespace() {
                self.step();
            } else {
                return Some(byte);
            }
        }
        None
    }

    /// What goes on as long as `part` says so.
    fn run(&mut self, part: impl Fn(u8) -> bool) -> String {
        let start = self.at;
        while self.peek().is_some_and(&part) {
            self.step();
        }
        let bytes = self.bytes.get(start..self.at).unwrap_or_default();
        String::from_utf8_lossy(bytes).into_owned()
    }

    fn count(&mut self) -> Result<(), String> {
        self.nodes = self.nodes.saturating_add(1);
        if self.nodes > MAX_NODES {
            return self.wrong(&format!("more than {MAX_NODES} names and values"));
        }
        Ok(())
    }

    /// What stands between braces, or the whole text at depth 0.
    fn section(&mut self, depth: usize) -> Result<Section, String> {
        if depth > MAX_DEPTH {
            return self.wrong(&format!("sections more than {MAX_DEPTH} deep"));
        }
        let mut entries = Vec::new();
        loop {
            match (self.next(), depth) {
                (None, 0) => return Ok(Section(entries)),
                (None, _) => return self.wrong("it ends within a section"),
                (Some(b'}'), 1..) => {
                    self.step();
                    return Ok(Section(entries));
                }
                _ => {}
            }
            self.count()?;
            let name = self.name()?;
            let value = match self.next() {
                Some(b'{') => {
                    self.step();
                    Value::Section(self.section(depth.saturating_add(1))?)
                }
                Some(b'=') => {
                    self.step();
                    self.value(true)?
                }
                _ => return self.wrong("neither `=` nor `{` follows a name"),
            };
            entries.push((name, value));
        }
    }

    fn name(&mut self) -> Result<String, String> {
        if self.peek() == Some(b'"') {
            return self.quoted();
        }
        let name = self.run(|byte| {
            !byte.is_ascii_whitespace() && !matches!(byte, b'=' | b'{' | b'}' | b'#' | b'"')
        });
        if name.is_empty() {
            return self.wrong("a name is expected");
        }
        Ok(name)
    }

    fn value(&mut self, may_be_list: bool) -> Result<Value, String> {
        self.count()?;
        match self.next() {
            Some(b'"') => self.quoted().map(Value::Text),
            Some(b'[') if may_be_list => {
                self.step();
                self.list().map(Value::List)
            }
            Some(b'+' | b'-' | b'.' | b'0'..=b'9') => self.number().map(Value::Number),
            _ => self.wrong("a value is expected"),
        }
    }

    fn list(&mut self) -> Result<Vec<Value>, String> {
        let mut values = Vec::new();
        loop {
            match self.next() {
                Some(b']') => {
                    self.step();
                    return Ok(values);
                }
                Some(b',') if !values.is_empty() => self.step(),
                None => return self.wrong("it ends within a list"),
                _ => values.push(self.value(false)?),
            }
        }
    }

    fn quoted(&mut self) -> Result<String, String> {
        self.step();
        let mut out = Vec::new();
        loop {
            let byte = match self.peek() {
                Some(b'"') => {
                    self.step();
                    return Ok(String::from_utf8_lossy(&out).into_owned());
                }
                // A backslash takes the meaning from a quote and from itself.
                Some(b'\\') => {
                    self.step();
                    self.peek()
                }
                byte => byte,
            };
            match byte {
                Some(byte) => out.push(byte),
                None => return self.wrong("it ends within a text in quotes"),
            }
            self.step();
        }
    }

    fn number(&mut self) -> Result<i64, String> {
        let digits = self.run(|byte| matches!(byte, b'+' | b'-' | b'.' | b'0'..=b'9'));
        let whole = digits.split('.').next().unwrap_or_default();
        match (whole.parse(), digits.starts_with('.')) {
            (Ok(number), _) => Ok(number),
            (Err(_), true) => Ok(0),
            (Err(_), false) => self.wrong("a number that is none, or is too large"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_values_lists_comments_and_quotes_are_read() {
        let text =
            b"# made by\nvg {\n id = \"a\\\"b\\\\c\"\nseqno=3 list = [\"x\", 1,\n2] empty = []\n\
            pv0 { pe = -1 share = 0.5 }\n}\ncontents = \"Text\" # end\n\0garbage {{{";
        let root = parse(text).unwrap();
        let vg = root.section("vg").unwrap();
        assert_eq!(vg.text("id"), Some("a\"b\\c"));
        assert_eq!(vg.number("seqno"), Some(3));
        assert_eq!(vg.list("list").len(), 3);
        assert!(vg.lists("list", "x") && !vg.lists("list", "y"));
        assert!(vg.list("empty").is_empty() && vg.list("none").is_empty());
        let pv = vg.section("pv0").unwrap();
        assert_eq!((pv.number("pe"), pv.number("share")), (None, Some(0)));
        assert_eq!(root.text("contents"), Some("Text"));
    }

    #[test]
    fn what_is_broken_is_refused_with_its_place() {
        for (text, says) in [
            (
                "a {",
                "byte 3 of the metadata text: it ends within a section",
            ),
            ("a", "neither `=` nor `{`"),
            ("}", "a name is expected"),
            ("a = [1, [2]]", "a value is expected"),
            ("a = [1", "within a list"),
            ("a = \"b", "within a text"),
            ("a = 99999999999999999999", "too large"),
            (&"a{".repeat(100_000), "sections more than 12 deep"),
            (&"a=1 ".repeat(300_000), "more than 400000 names"),
        ] {
            let error = parse(text.as_bytes()).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }
}
