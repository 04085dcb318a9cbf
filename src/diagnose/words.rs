//! Text as plain words: whatever a terminal, a log, JSON, an address or a mail program did to a
//! message, its words are the same afterwards.

/// A word's place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// Offset of its first byte.
    pub(super) start: usize,
    /// Offset behind its last byte.
    pub(super) end: usize,
    /// Its line, counted from 1.
    pub(super) line: u32,
    /// Whether a line break, written out or not, stands before it.
    pub(super) breaks: bool,
}

/// Reads words one after the other: letters in lower case, digits and `_`; digits keep the points
/// between them, so that a version or a clause is one word. Quotes and all other marks only
/// separate. Undone on the way, at any depth: JSON's backslashes, percent-encoding, entities of
/// HTML, sequences that a terminal obeys. An address is one word, and an empty one.
pub(super) struct Words<'t> {
    text: &'t str,
    at: usize,
    line: u32,
    breaks: bool,
    /// The word that was read last.
    pub(super) word: String,
}

/// No word of a message is longer; the rest of a longer one is passed over.
const LONGEST: usize = 80;

enum Mark {
    /// A character of a word.
    Letter(char),
    /// Something between words.
    Gap { breaks: bool },
    /// Nothing that is seen.
    Nothing,
}

const GAP: Mark = Mark::Gap { breaks: false };
const BREAK: Mark = Mark::Gap { breaks: true };

impl<'t> Words<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            breaks: true,
            word: String::new(),
        }
    }

    /// The place of the next word, which is then in `word`.
    pub(super) fn next(&mut self) -> Option<Span> {
        self.word.clear();
        let mut span: Option<Span> = None;
        loop {
            let start = self.at;
            let line = self.line;
            let Some(mark) = self.mark() else { break };
            match mark {
                Mark::Nothing => {}
                Mark::Letter(c) => {
                    let breaks = &mut self.breaks;
                    let span = span.get_or_insert_with(|| Span {
                        start,
                        end: start,
                        line,
                        breaks: std::mem::take(breaks),
                    });
                    span.end = self.at;
                    if self.word.len() < LONGEST {
                        self.word.push(c);
                    }
                }
                Mark::Gap { breaks } => {
                    if let Some(span) = &mut span {
                        if self.is_point(start) {
                            self.word.push('.');
                            continue;
                        }
                        if self.is_address(start) {
                            self.skip_address();
                            self.word.clear();
                            span.end = self.at;
                            break;
                        }
                    }
                    self.breaks |= breaks;
                    if span.is_some() {
                        break;
                    }
                }
            }
        }
        span
    }

    fn rest(&self, at: usize) -> &'t str {
        self.text.get(at..).unwrap_or_default()
    }

    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    /// Whether the separator at `start` is a point between two digits of one number.
    fn is_point(&self, start: usize) -> bool {
        self.byte(start) == b'.'
            && self.byte(self.at).is_ascii_digit()
            && self.word.len() < LONGEST
            && self.word.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    }

    fn is_address(&self, start: usize) -> bool {
        self.rest(start).starts_with("://") && self.word.bytes().all(|b| b.is_ascii_alphanumeric())
    }

    /// Up to the query, in which there may be a message, or up to what ends an address in prose,
    /// or in text that was encoded as a whole: what then is left of a path does no harm.
    fn skip_address(&mut self) {
        let ends = |c: char| {
            c.is_whitespace()
                || c.is_control()
                || matches!(
                    c,
                    '"' | '\'' | '<' | '>' | '?' | '\\' | '`' | ']' | '}' | ',' | '&' | '%'
                )
        };
        let rest = self.rest(self.at);
        let end = rest.find(ends).unwrap_or(rest.len());
        self.at = self.at.saturating_add(end);
    }

    fn mark(&mut self) -> Option<Mark> {
        let c = self.rest(self.at).chars().next()?;
        self.at = self.at.saturating_add(c.len_utf8());
        Some(match c {
            '\n' => {
                self.line = self.line.saturating_add(1);
                BREAK
            }
            '\r' | '\u{2028}' | '\u{2029}' => BREAK,
            '\u{1b}' => self.terminal(),
            '\\' => self.escape(),
            '%' => self.percent(),
            '&' => self.entity(),
            c => plain(c),
        })
    }

    /// A sequence that a terminal obeys, of which the first character was read.
    fn terminal(&mut self) -> Mark {
        const LONGEST_SEQUENCE: usize = 256;
        let rest = self.rest(self.at).as_bytes();
        let ends: fn(&u8) -> bool = match rest.first() {
            Some(b'[') => |b| (0x40..=0x7e).contains(b),
            Some(b']') => |b| *b == 7 || *b == 0x1b,
            _ => return Mark::Nothing,
        };
        let inner = rest.iter().skip(1).take(LONGEST_SEQUENCE);
        if let Some(length) = inner.clone().position(ends) {
            // Only ASCII is passed over in `[`, but a title may hold anything.
            let end = self.at.saturating_add(length).saturating_add(2);
            if self.text.is_char_boundary(end) {
                self.at = end;
            }
        }
        Mark::Nothing
    }

    /// A backslash was read: more of them are only more levels of JSON in JSON.
    fn escape(&mut self) -> Mark {
        while self.byte(self.at) == b'\\' {
            self.at = self.at.saturating_add(1);
        }
        let (mark, length) = match self.byte(self.at) {
            b'n' | b'r' => (BREAK, 1),
            b't' => (GAP, 1),
            b'u' => match self.hex(self.at.saturating_add(1), 4) {
                Some(0x1b) => {
                    self.at = self.at.saturating_add(5);
                    return self.terminal();
                }
                Some(10 | 13) => (BREAK, 5),
                Some(code) => (char::from_u32(code).map_or(GAP, plain), 5),
                None => (GAP, 0),
            },
            _ => (GAP, 0),
        };
        self.at = self.at.saturating_add(length);
        mark
    }

    /// A percent sign was read: `%25` is another one of them.
    fn percent(&mut self) -> Mark {
        let mut at = self.at;
        while self.rest(at).starts_with("25") && self.hex(at.saturating_add(2), 2).is_some() {
            at = at.saturating_add(2);
        }
        match self.hex(at, 2) {
            Some(code) => {
                self.at = at.saturating_add(2);
                match code {
                    10 | 13 => BREAK,
                    _ => char::from_u32(code)
                        .filter(char::is_ascii)
                        .map_or(GAP, plain),
                }
            }
            None => GAP,
        }
    }

    /// An ampersand was read, which may begin an entity.
    fn entity(&mut self) -> Mark {
        const LONGEST_NAME: usize = 8;
        let rest = self.rest(self.at);
        let end = rest.bytes().take(LONGEST_NAME).position(|b| b == b';');
        if let Some(name) = end.and_then(|end| rest.get(..end)) {
            let known = ["quot", "apos", "amp", "lt", "gt", "nbsp"].contains(&name);
            if known || name.starts_with('#') {
                self.at = self.at.saturating_add(name.len()).saturating_add(1);
            }
        }
        GAP
    }

    fn hex(&self, at: usize, digits: usize) -> Option<u32> {
        let text = self.text.get(at..at.checked_add(digits)?)?;
        let hex = text.bytes().all(|b| b.is_ascii_hexdigit());
        hex.then(|| u32::from_str_radix(text, 16).ok()).flatten()
    }
}

fn plain(c: char) -> Mark {
    if c.is_alphanumeric() || c == '_' {
        Mark::Letter(c.to_ascii_lowercase())
    } else if c == '\n' || c == '\r' {
        BREAK
    } else if c == '\t' || !crate::text::is_deceptive(c) {
        GAP
    } else {
        Mark::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        let mut words = Words::new(text);
        let mut out = Vec::new();
        while words.next().is_some() {
            out.push(words.word.clone());
        }
        out.join(" ")
    }

    #[test]
    fn whatever_was_done_to_a_text_its_words_stay() {
        let plain = "the disk a vhd isn t ok";
        for text in [
            "The disk 'a.vhd' isn't OK",
            "The  disk\r\n\u{201c}a.vhd\u{201d} isn\u{2019}t\u{a0}OK",
            r#"\"The disk\r\n \\\"a.vhd\\\" isn\u0027t OK\""#,
            r"The\\\\ndisk\\t\\\\u0027a.vhd isn't OK",
            "The%20disk%2520a.vhd isn%27t OK",
            "The disk &quot;a.vhd&quot; isn&#39;t&nbsp;OK",
            "\u{1b}[1;31mThe\u{1b}[0m di\u{200b}sk\u{1b}]0;x\u{7} a.vhd isn't OK",
            "T\0h\0e\0 \0d\0i\0s\0k\0 \0a\0.\0v\0h\0d\0 isn't OK",
        ] {
            assert_eq!(words(text), plain, "{text:?}");
        }
    }

    #[test]
    fn numbers_keep_their_points_and_addresses_are_one_empty_word() {
        assert_eq!(words("200.3.3.1. v2.2.53"), "200.3.3.1 v2 2.53");
        assert_eq!(
            words("blob https://a.b/c%20d/e.vhd?sig=x is"),
            "blob  d e vhd sig x is"
        );
        assert_eq!(words("50% of\\x"), "50 of x");
    }

    #[test]
    fn lines_are_counted_and_breaks_told() {
        let mut words = Words::new("a\nb c\\nd");
        let all: Vec<_> = std::iter::from_fn(|| words.next())
            .map(|span| (span.line, span.breaks, span.start, span.end))
            .collect();
        assert_eq!(
            all,
            [
                (1, true, 0, 1),
                (2, true, 2, 3),
                (2, false, 4, 5),
                (2, true, 7, 8)
            ]
        );
    }

    #[test]
    fn cut_and_broken_escapes_do_no_harm() {
        for text in [
            "\\",
            "\\u12",
            "%",
            "%2",
            "%25",
            "&#",
            "\u{1b}",
            "\u{1b}[",
            "\u{1b}]é",
            "a://",
        ] {
            words(text);
        }
    }
}
