//! Words of GRUB's script language: quotes, variables, separators, comments.

/// A piece of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Characters as they stand.
    Text(String),
    /// The value of a variable; one that is not quoted falls apart at its blanks.
    Variable { name: String, quoted: bool },
}

/// A word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Word {
    pub(super) pieces: Vec<Piece>,
    /// Part of it is quoted: it is a word even where it is empty, and never a keyword.
    pub(super) quoted: bool,
}

impl Word {
    /// The word, where it is plain text: a keyword can only be such a one.
    pub(super) fn plain(&self) -> Option<&str> {
        match (self.quoted, self.pieces.as_slice()) {
            (false, [Piece::Text(text)]) => Some(text),
            _ => None,
        }
    }

    fn push(&mut self, c: char) {
        match self.pieces.last_mut() {
            Some(Piece::Text(text)) => text.push(c),
            _ => self.pieces.push(Piece::Text(c.to_string())),
        }
    }
}

/// What a script is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(Word),
    /// The end of a command: a line end or `;`.
    End,
    /// `{`
    Open,
    /// `}`
    Close,
}

struct Lexer<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
    line: u32,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.chars.next();
        if c == Some('\n') {
            self.line = self.line.saturating_add(1);
        }
        c
    }

    /// A variable's name, after its `$`; none where the `$` stands for itself.
    fn variable(&mut self) -> Option<String> {
        let first = *self.chars.peek()?;
        if first == '{' {
            self.next();
            let mut name = String::new();
            while let Some(c) = self.next() {
                if c == '}' {
                    return Some(name);
                }
                name.push(c);
            }
            return Some(name);
        }
        if "?#*@".contains(first) || first.is_ascii_digit() {
            self.next();
            return Some(first.to_string());
        }
        let mut name = String::new();
        while let Some(c) = self.chars.peek() {
            if !c.is_ascii_alphanumeric() && *c != '_' {
                break;
            }
            name.push(*c);
            self.next();
        }
        (!name.is_empty()).then_some(name)
    }

    fn dollar(&mut self, word: &mut Word, quoted: bool) {
        match self.variable() {
            Some(name) => word.pieces.push(Piece::Variable { name, quoted }),
            None => word.push('$'),
        }
    }

    fn word(&mut self) -> Word {
        let mut word = Word::default();
        while let Some(&c) = self.chars.peek() {
            if c.is_whitespace() || ";".contains(c) {
                break;
            }
            self.next();
            match c {
                '\'' => {
                    word.quoted = true;
                    while let Some(c) = self.next() {
                        if c == '\'' {
                            break;
                        }
                        word.push(c);
                    }
                }
                '"' => {
                    word.quoted = true;
                    self.double(&mut word);
                }
                '\\' => match self.next() {
                    Some('\n') | None => {}
                    Some(c) => word.push(c),
                },
                '$' => self.dollar(&mut word, false),
                c => word.push(c),
            }
        }
        word
    }

    /// The rest of a word between double quotes.
    fn double(&mut self, word: &mut Word) {
        while let Some(c) = self.next() {
            match c {
                '"' => return,
                '$' => self.dollar(word, true),
                '\\' => match self.next() {
                    Some('\n') | None => {}
                    Some(c) if "$\"\\".contains(c) => word.push(c),
                    Some(c) => {
                        word.push('\\');
                        word.push(c);
                    }
                },
                c => word.push(c),
            }
        }
    }
}

/// The tokens of a script, each with its line.
pub(super) fn lex(text: &str) -> Vec<(u32, Token)> {
    let mut lexer = Lexer {
        chars: text.chars().peekable(),
        line: 1,
    };
    let mut tokens = Vec::new();
    while let Some(&c) = lexer.chars.peek() {
        let line = lexer.line;
        let token = match c {
            '\n' | ';' => {
                lexer.next();
                Token::End
            }
            c if c.is_whitespace() => {
                lexer.next();
                continue;
            }
            '#' => {
                while lexer.chars.peek().is_some_and(|c| *c != '\n') {
                    lexer.next();
                }
                continue;
            }
            '{' => {
                lexer.next();
                Token::Open
            }
            '}' => {
                lexer.next();
                Token::Close
            }
            _ => {
                let word = lexer.word();
                if word.pieces.is_empty() && !word.quoted {
                    // Only a continued line.
                    continue;
                }
                Token::Word(word)
            }
        };
        tokens.push((line, token));
    }
    tokens
}
