//! The wordings of all messages as numbers, found by their rarest word.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::message::Message;
use super::messages;
use super::words::Words;

/// What a wording is, which says what else it takes to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A sentence, or a characteristic part of one.
    Text,
    /// A heading, which has to have a line for itself.
    Heading,
    /// A clause of the certification policies.
    Clause,
    /// A code.
    Code,
}

/// One wording.
#[derive(Debug)]
pub(super) struct Pattern {
    /// Position of its message in [`Index::messages`].
    pub(super) message: usize,
    pub(super) kind: Kind,
    /// Runs of words; between two runs there may be anything that is not too long.
    pub(super) runs: Vec<Vec<u32>>,
    /// The run and the word in it that is the rarest.
    pub(super) anchor: (usize, usize),
    /// How much it says: the letters of its words.
    pub(super) weight: usize,
    /// A mark that has to stand right behind it.
    pub(super) tail: Option<char>,
}

/// All wordings.
pub(super) struct Index {
    pub(super) messages: Vec<&'static Message>,
    pub(super) patterns: Vec<Pattern>,
    vocabulary: HashMap<String, u32>,
    /// Beginnings of words, and what they stand for.
    prefixes: Vec<(String, u32)>,
    /// The patterns whose anchor is the word.
    anchored: Vec<Vec<usize>>,
    /// In how many wordings the word is.
    uses: Vec<u32>,
}

/// The number of every word that is in no message.
pub(super) const UNKNOWN: u32 = 0;

/// The index of everything that is known.
pub(super) static INDEX: LazyLock<Index> = LazyLock::new(|| Index::new(messages::all()));

impl Index {
    fn new(messages: Vec<&'static Message>) -> Self {
        let mut index = Self {
            messages: messages.clone(),
            patterns: Vec::new(),
            vocabulary: HashMap::new(),
            prefixes: Vec::new(),
            anchored: Vec::new(),
            uses: vec![0],
        };
        for (at, message) in messages.iter().enumerate() {
            for text in message.says {
                index.add(at, Kind::Text, text);
            }
            for text in message.headings {
                index.add(at, Kind::Heading, text);
            }
            for text in message.clauses {
                index.add(at, Kind::Clause, text);
            }
            for text in message.codes.iter().copied().chain(message.ids()) {
                index.add(at, Kind::Code, text);
            }
            for word in message.context.iter().chain(message.shared) {
                index.run(word);
            }
        }
        for word in messages::ABOUT_POLICIES
            .iter()
            .chain(messages::ABOUT_REPORTS)
        {
            index.run(word);
        }
        for pattern in &index.patterns {
            for word in pattern.runs.iter().flatten() {
                if let Some(uses) = index.uses.get_mut(at(*word)) {
                    *uses = uses.saturating_add(1);
                }
            }
        }
        index.anchored = vec![Vec::new(); index.uses.len()];
        for number in 0..index.patterns.len() {
            index.anchor(number);
        }
        index
    }

    fn add(&mut self, message: usize, kind: Kind, text: &str) {
        let mut runs: Vec<_> = pieces(text)
            .into_iter()
            .map(|piece| self.run(piece))
            .collect();
        runs.retain(|run| !run.is_empty());
        let words: usize = runs.iter().map(Vec::len).sum();
        if words == 0 {
            return;
        }
        let weight = pieces(text)
            .iter()
            .flat_map(|piece| piece.chars())
            .filter(|c| c.is_alphanumeric())
            .count();
        let tail = text
            .chars()
            .last()
            .filter(|c| kind == Kind::Heading && !c.is_alphanumeric());
        self.patterns.push(Pattern {
            message,
            kind,
            runs,
            anchor: (0, 0),
            weight,
            tail,
        });
    }

    /// The numbers of the words of `text`, new ones where there are none yet.
    fn run(&mut self, text: &str) -> Vec<u32> {
        let mut words = Words::new(text.trim_end_matches('*'));
        let mut run = Vec::new();
        while words.next().is_some() {
            if words.word.is_empty() {
                continue;
            }
            let next = u32::try_from(self.uses.len()).unwrap_or(UNKNOWN);
            let number = *self.vocabulary.entry(words.word.clone()).or_insert(next);
            if number == next {
                self.uses.push(0);
            }
            run.push(number);
        }
        if let (true, Some(last)) = (text.ends_with('*'), run.last()) {
            let prefix = text.trim_end_matches('*').to_ascii_lowercase();
            self.prefixes.push((prefix, *last));
        }
        run
    }

    fn anchor(&mut self, number: usize) {
        let Some(pattern) = self.patterns.get_mut(number) else {
            return;
        };
        let mut best = (u32::MAX, (0, 0), UNKNOWN);
        for (n, run) in pattern.runs.iter().enumerate() {
            for (m, word) in run.iter().enumerate() {
                let uses = self.uses.get(at(*word)).copied().unwrap_or(0);
                if uses < best.0 {
                    best = (uses, (n, m), *word);
                }
            }
        }
        pattern.anchor = best.1;
        if let Some(list) = self.anchored.get_mut(at(best.2)) {
            list.push(number);
        }
    }

    /// The number of a word of a text.
    pub(super) fn word(&self, word: &str) -> u32 {
        if let Some(number) = self.vocabulary.get(word) {
            return *number;
        }
        self.prefixes
            .iter()
            .find(|(prefix, _)| word.starts_with(prefix.as_str()))
            .map_or(UNKNOWN, |(_, number)| *number)
    }

    /// The patterns whose rarest word this is.
    pub(super) fn anchored(&self, word: u32) -> &[usize] {
        self.anchored.get(at(word)).map_or(&[], Vec::as_slice)
    }

    /// How many words there are, the unknown one included.
    pub(super) fn size(&self) -> usize {
        self.uses.len()
    }

    /// How much it says that a text has this word: the fewer messages do, the more.
    pub(super) fn rarity(&self, word: u32) -> f64 {
        let uses = self.uses.get(at(word)).copied().unwrap_or(0).max(1);
        1.0 / f64::from(uses)
    }

    /// The numbers of the words of a wording, without what varies in it.
    pub(super) fn words_of(&self, wording: &str) -> Vec<u32> {
        let pieces = pieces(wording);
        pieces.iter().flat_map(|piece| self.known(piece)).collect()
    }

    /// The numbers of the words of a code or a context word; unknown ones make it empty.
    pub(super) fn known(&self, text: &str) -> Vec<u32> {
        let mut words = Words::new(text);
        let mut run = Vec::new();
        while words.next().is_some() {
            run.push(self.word(&words.word));
        }
        if run.contains(&UNKNOWN) {
            run.clear();
        }
        run
    }
}

/// A number of a word as an index.
pub(super) fn at(word: u32) -> usize {
    usize::try_from(word).unwrap_or(0)
}

/// The literal pieces of a wording, without what is different every time.
fn pieces(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for part in text.split('…') {
        let mut rest = part;
        while let Some((piece, more)) = rest.split_once('<') {
            out.push(piece);
            rest = more.split_once('>').map_or("", |(_, rest)| rest);
        }
        out.push(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_varies_is_left_out_of_a_wording() {
        assert_eq!(pieces("disk <d> with <url> is"), ["disk ", " with ", " is"]);
        assert_eq!(pieces("a … b"), ["a ", " b"]);
    }

    #[test]
    fn no_wording_is_so_common_that_finding_it_costs_time() {
        let worst = INDEX.anchored.iter().map(Vec::len).max().unwrap();
        assert!(worst <= 24, "{worst} wordings hang on one word");
    }
}
