//! GRUB's script language as a tree of commands.

use std::rc::Rc;

use super::lexer::{Token, Word, lex};

/// Blocks inside of blocks that are followed.
const MAX_DEPTH: u32 = 48;

/// A list of commands.
pub(super) type Block = Rc<Vec<Node>>;

/// A command.
#[derive(Debug)]
pub(super) enum Node {
    /// Words, and the block in braces that ends them.
    Command {
        line: u32,
        words: Vec<Word>,
        block: Option<Block>,
    },
    If {
        arms: Vec<(Block, Block)>,
        otherwise: Option<Block>,
    },
    For {
        variable: String,
        words: Vec<Word>,
        body: Block,
    },
    While {
        until: bool,
        condition: Block,
        body: Block,
    },
    Function {
        name: String,
        body: Block,
    },
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<(u32, Token)>>,
    /// Why the tree is not the whole script.
    error: Option<String>,
}

/// Reads a script; what is wrong with it is told beside what could be read.
pub(super) fn parse(text: &str) -> (Block, Option<String>) {
    let mut parser = Parser {
        tokens: lex(text).into_iter().peekable(),
        error: None,
    };
    let block = parser.block(&[], false, 0);
    if let (None, Some((line, token))) = (&parser.error, parser.tokens.peek()) {
        let what = match token {
            Token::Close => "`}`",
            _ => "a word",
        };
        parser.error = Some(format!("line {line}: {what} that nothing begins"));
    }
    (block, parser.error)
}

impl Parser {
    fn fail(&mut self, message: &str) {
        if self.error.is_none() {
            self.error = Some(match self.tokens.peek() {
                Some((line, _)) => format!("line {line}: {message}"),
                None => format!("at its end: {message}"),
            });
        }
    }

    /// The keyword that comes next, if one of `words` does.
    fn keyword(&mut self, words: &[&'static str]) -> Option<&'static str> {
        match self.tokens.peek() {
            Some((_, Token::Word(word))) => {
                let text = word.plain()?;
                words.iter().copied().find(|word| *word == text)
            }
            _ => None,
        }
    }

    /// Takes a keyword, or says that it is missing.
    fn expect(&mut self, word: &'static str) {
        if self.keyword(&[word]).is_some() {
            self.tokens.next();
        } else {
            self.fail(&format!("`{word}` is missing"));
        }
    }

    /// Commands up to one of the keywords in `ends`, or up to a closing brace.
    fn block(&mut self, ends: &[&'static str], braces: bool, depth: u32) -> Block {
        let mut nodes = Vec::new();
        if depth > MAX_DEPTH {
            self.fail(&format!("more than {MAX_DEPTH} blocks in one another"));
        }
        while self.error.is_none() {
            if self.keyword(ends).is_some() {
                break;
            }
            match self.tokens.peek() {
                None => {
                    if braces || !ends.is_empty() {
                        self.fail("a block does not end");
                    }
                    break;
                }
                Some((_, Token::End)) => {
                    self.tokens.next();
                }
                Some((_, Token::Close)) => {
                    if !braces {
                        self.fail("`}` that nothing begins");
                    }
                    break;
                }
                Some((_, Token::Open)) => {
                    self.tokens.next();
                    let inner = self.braces(depth);
                    // A group in braces runs in its place.
                    nodes.push(Node::If {
                        arms: Vec::new(),
                        otherwise: Some(inner),
                    });
                }
                Some(_) => nodes.push(self.node(depth)),
            }
        }
        Rc::new(nodes)
    }

    /// A block whose opening brace was taken.
    fn braces(&mut self, depth: u32) -> Block {
        let block = self.block(&[], true, depth.saturating_add(1));
        if matches!(self.tokens.peek(), Some((_, Token::Close))) {
            self.tokens.next();
        }
        block
    }

    fn node(&mut self, depth: u32) -> Node {
        let inner = depth.saturating_add(1);
        match self.keyword(&["if", "for", "while", "until", "function"]) {
            Some("if") => self.conditional(inner),
            Some("for") => {
                self.tokens.next();
                let mut words = self.words();
                let variable = if words.is_empty() {
                    String::new()
                } else {
                    words.remove(0).plain().unwrap_or_default().to_owned()
                };
                if words.first().and_then(Word::plain) == Some("in") {
                    words.remove(0);
                }
                let body = self.body(inner);
                Node::For {
                    variable,
                    words,
                    body,
                }
            }
            Some(word @ ("while" | "until")) => {
                self.tokens.next();
                let condition = self.block(&["do"], false, inner);
                let body = self.body(inner);
                Node::While {
                    until: word == "until",
                    condition,
                    body,
                }
            }
            Some(_) => {
                self.tokens.next();
                let name = self.words();
                let name = name.first().and_then(Word::plain).unwrap_or_default();
                let name = name.to_owned();
                while matches!(self.tokens.peek(), Some((_, Token::End))) {
                    self.tokens.next();
                }
                let body = if matches!(self.tokens.peek(), Some((_, Token::Open))) {
                    self.tokens.next();
                    self.braces(depth)
                } else {
                    self.fail("a function has no body");
                    Block::default()
                };
                Node::Function { name, body }
            }
            None => self.command(depth),
        }
    }

    fn conditional(&mut self, depth: u32) -> Node {
        let mut arms = Vec::new();
        let mut otherwise = None;
        // `if`, later `elif`.
        while self.error.is_none() {
            self.tokens.next();
            let condition = self.block(&["then"], false, depth);
            self.expect("then");
            let body = self.block(&["elif", "else", "fi"], false, depth);
            arms.push((condition, body));
            match self.keyword(&["elif", "else"]) {
                Some("elif") => continue,
                Some(_) => {
                    self.tokens.next();
                    otherwise = Some(self.block(&["fi"], false, depth));
                }
                None => {}
            }
            self.expect("fi");
            break;
        }
        Node::If { arms, otherwise }
    }

    /// `do … done`
    fn body(&mut self, depth: u32) -> Block {
        while matches!(self.tokens.peek(), Some((_, Token::End))) {
            self.tokens.next();
        }
        self.expect("do");
        let body = self.block(&["done"], false, depth);
        self.expect("done");
        body
    }

    /// Words up to the end of the command.
    fn words(&mut self) -> Vec<Word> {
        let mut words = Vec::new();
        while let Some((_, Token::Word(_))) = self.tokens.peek() {
            if let Some((_, Token::Word(word))) = self.tokens.next() {
                words.push(word);
            }
        }
        words
    }

    fn command(&mut self, depth: u32) -> Node {
        let line = self.tokens.peek().map_or(0, |(line, _)| *line);
        let words = self.words();
        let block = if matches!(self.tokens.peek(), Some((_, Token::Open))) {
            self.tokens.next();
            Some(self.braces(depth))
        } else {
            None
        };
        Node::Command { line, words, block }
    }
}
