//! Finds wordings in a text of any length: in one pass, with a window of bounded size, without
//! going back further than that.

use super::MOST_PLACES;
use super::heading;
use super::index::{Index, Kind, Pattern, UNKNOWN, at};
use super::words::{Span, Words};

/// Words that may stand between two runs of one wording: a name, a path, an address with its query.
const GAP: usize = 72;
/// Words that a log may put at the beginning of each line.
const PREFIX: usize = 14;
/// A wording is longer than this nowhere in a text.
const REACH: usize = 1024;
/// Words that are looked at together.
const BLOCK: usize = 1 << 16;
/// Wordings of fewer words are not looked for across the beginning of a line that a log wrote.
const LONG_ENOUGH: usize = 4;
/// What else may stand on the line of a heading.
const BESIDE: usize = 2;
/// Words of a short text that are kept to look for the nearest message.
const SHORT: usize = 4096;

/// A place at which a wording was found.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub(super) pattern: usize,
    /// Its runs, as counts of words from the beginning of the text.
    pub(super) runs: Vec<(usize, usize)>,
    /// Bytes from its first word to its last.
    pub(super) bytes: (usize, usize),
    /// Its line, counted from 1.
    pub(super) line: u32,
}

/// What was found.
pub(super) struct Found {
    pub(super) hits: Vec<Hit>,
    /// Which words of the vocabulary there are anywhere.
    pub(super) seen: Vec<bool>,
    /// How many words the text has.
    pub(super) words: usize,
    /// The words of a short text.
    pub(super) short: Vec<String>,
}

#[derive(Clone, Copy)]
struct Token {
    word: u32,
    span: Span,
}

struct Finder<'i> {
    index: &'i Index,
    text: &'i str,
    tokens: Vec<Token>,
    /// How many words were dropped before the first of `tokens`.
    dropped: usize,
    found: Found,
    /// How many places there are of each wording.
    counts: Vec<usize>,
}

/// Everything in `text` that reads like a wording, contradictions and all.
pub(super) fn find(index: &Index, text: &str) -> Found {
    let mut finder = Finder {
        index,
        text,
        tokens: Vec::new(),
        dropped: 0,
        found: Found {
            hits: Vec::new(),
            seen: vec![false; index.size()],
            words: 0,
            short: Vec::new(),
        },
        counts: vec![0; index.patterns.len()],
    };
    let mut words = Words::new(text);
    let mut before = String::new();
    let mut looked_at = 0;
    while let Some(span) = words.next() {
        let word = index.word(&words.word);
        if span.breaks && finder.mend_cut_word(&before, &words.word, word, span) {
            before.push_str(&words.word);
            continue;
        }
        if let Some(seen) = finder.found.seen.get_mut(at(word)) {
            *seen = true;
        }
        finder.found.words = finder.found.words.saturating_add(1);
        if finder.found.words <= SHORT {
            finder.found.short.push(words.word.clone());
        }
        finder.tokens.push(Token { word, span });
        std::mem::swap(&mut before, &mut words.word);
        if finder.tokens.len() >= BLOCK {
            // The last words wait for what follows them.
            let end = finder.tokens.len().saturating_sub(REACH);
            finder.look(looked_at, end);
            let keep_from = end.saturating_sub(REACH);
            finder.tokens.drain(..keep_from);
            finder.dropped = finder.dropped.saturating_add(keep_from);
            looked_at = end.saturating_sub(keep_from);
        }
    }
    finder.look(looked_at, finder.tokens.len());
    finder.found
}

impl Finder<'_> {
    /// A console that is too narrow cuts a word in two, as PowerShell's does: `supporte`, and on
    /// the next line `d`. Where only the two together are a word of a message, the last word takes
    /// the `second` piece in.
    fn mend_cut_word(&mut self, first: &str, second: &str, word: u32, span: Span) -> bool {
        let Some(last) = self.tokens.last_mut() else {
            return false;
        };
        let between = self.text.get(last.span.end..span.start);
        if !matches!(between, Some("\n" | "\r\n")) || (last.word != UNKNOWN && word != UNKNOWN) {
            return false;
        }
        let whole = format!("{first}{second}");
        let word = self.index.word(&whole);
        if word == UNKNOWN {
            return false;
        }
        last.word = word;
        last.span.end = span.end;
        if let Some(seen) = self.found.seen.get_mut(at(word)) {
            *seen = true;
        }
        if let (true, Some(short)) = (self.found.words <= SHORT, self.found.short.last_mut()) {
            *short = whole;
        }
        true
    }

    fn look(&mut self, from: usize, to: usize) {
        let index = self.index;
        for place in from..to {
            let Some(token) = self.tokens.get(place) else {
                return;
            };
            if token.word == UNKNOWN {
                continue;
            }
            for number in index.anchored(token.word) {
                let (Some(pattern), Some(count)) =
                    (index.patterns.get(*number), self.counts.get_mut(*number))
                else {
                    continue;
                };
                if *count >= MOST_PLACES {
                    continue;
                }
                let view = View {
                    tokens: &self.tokens,
                    text: self.text,
                };
                if let Some(runs) = view.pattern(pattern, place) {
                    *count = count.saturating_add(1);
                    self.keep(*number, &runs);
                }
            }
        }
    }

    fn keep(&mut self, pattern: usize, runs: &[(usize, usize)]) {
        let place = |(start, end): &(usize, usize)| {
            let first = self.tokens.get(*start)?.span;
            let last = self.tokens.get(*end)?.span;
            Some((first, last))
        };
        let Some((first, _)) = runs.first().and_then(place) else {
            return;
        };
        let Some((_, last)) = runs.last().and_then(place) else {
            return;
        };
        let shift = |n: usize| n.saturating_add(self.dropped);
        self.found.hits.push(Hit {
            pattern,
            runs: runs
                .iter()
                .map(|run| (shift(run.0), shift(run.1)))
                .collect(),
            bytes: (first.start, last.end),
            line: first.line,
        });
    }
}

struct View<'v> {
    tokens: &'v [Token],
    text: &'v str,
}

impl View<'_> {
    fn word(&self, place: usize) -> Option<u32> {
        self.tokens.get(place).map(|token| token.word)
    }

    fn breaks(&self, place: usize) -> bool {
        self.tokens.get(place).is_none_or(|token| token.span.breaks)
    }

    /// The runs of `pattern` around its anchor at `place`, first and last word of each.
    fn pattern(&self, pattern: &Pattern, place: usize) -> Option<Vec<(usize, usize)>> {
        let (anchor_run, anchor_word) = pattern.anchor;
        let words: usize = pattern.runs.iter().map(Vec::len).sum();
        let prefix = if words >= LONG_ENOUGH { PREFIX } else { 0 };
        let run = pattern.runs.get(anchor_run)?;
        let start = self.backward(run.get(..=anchor_word)?, place, prefix)?;
        let end = self.forward(run.get(anchor_word..)?, place, prefix)?;
        let mut runs = vec![(start, end)];
        let mut first = start;
        for run in pattern.runs.get(..anchor_run)?.iter().rev() {
            let last = *run.last()?;
            let (start, end) = (0..=GAP)
                .filter_map(|gap| first.checked_sub(gap.saturating_add(1)))
                .filter(|end| self.word(*end) == Some(last))
                .find_map(|end| Some((self.backward(run, end, prefix)?, end)))?;
            runs.insert(0, (start, end));
            first = start;
        }
        let mut last = end;
        for run in pattern.runs.get(anchor_run.saturating_add(1)..)? {
            let head = *run.first()?;
            let (start, end) = (0..=GAP)
                .map(|gap| last.saturating_add(gap).saturating_add(1))
                .filter(|start| self.word(*start) == Some(head))
                .find_map(|start| Some((start, self.forward(run, start, prefix)?)))?;
            runs.push((start, end));
            last = end;
        }
        let alone = pattern.kind != Kind::Heading || self.is_alone(first, last, words);
        (alone && self.tail(pattern, last)).then_some(runs)
    }

    /// Where `run` ends that begins at `place`.
    fn forward(&self, run: &[u32], place: usize, prefix: usize) -> Option<usize> {
        let [_, rest @ ..] = run else {
            return Some(place);
        };
        let Some(word) = rest.first() else {
            return Some(place);
        };
        let next = place.saturating_add(1);
        let there = self.word(next)?;
        if there == *word
            && let Some(end) = self.forward(rest, next, prefix)
        {
            return Some(end);
        }
        if prefix == 0 || !self.breaks(next) {
            return None;
        }
        // A new line: the log may have said first when and where, even in words of the message,
        // as `[ERROR] Error details` does.
        (1..=prefix)
            .map(|skipped| next.saturating_add(skipped))
            .take_while(|place| !self.breaks(*place))
            .filter(|place| self.word(*place) == Some(*word))
            .find_map(|place| self.forward(rest, place, prefix))
    }

    /// Where `run` begins that ends at `place`.
    fn backward(&self, run: &[u32], place: usize, prefix: usize) -> Option<usize> {
        let [before @ .., _] = run else {
            return Some(place);
        };
        let Some(word) = before.last() else {
            return Some(place);
        };
        let previous = place.checked_sub(1)?;
        if self.word(previous)? == *word
            && let Some(start) = self.backward(before, previous, prefix)
        {
            return Some(start);
        }
        if prefix == 0 {
            return None;
        }
        // The first word of this line, if it is not far; the wording goes on before it.
        let first = (0..=prefix)
            .filter_map(|skipped| place.checked_sub(skipped))
            .find(|place| self.breaks(*place))?;
        let previous = first.checked_sub(1)?;
        if self.word(previous)? != *word {
            return None;
        }
        self.backward(before, previous, prefix)
    }

    /// Whether a heading from `first` to `last` has its line for itself, but for a number before
    /// it or a word behind it, or has a cell of a table or a string of JSON for itself; a single
    /// word has to have all of a line.
    fn is_alone(&self, first: usize, last: usize, words: usize) -> bool {
        let beside = if words > 1 { BESIDE } else { 0 };
        let starts = (0..=beside)
            .filter_map(|skipped| first.checked_sub(skipped))
            .any(|place| self.breaks(place));
        let ends = (0..=beside)
            .map(|skipped| last.saturating_add(skipped).saturating_add(1))
            .any(|place| self.breaks(place));
        let span = |place: usize| self.tokens.get(place).map(|token| token.span);
        let (Some(from), Some(to)) = (span(first), span(last)) else {
            return false;
        };
        let own = words > 1;
        (starts || (own && heading::begins_at(self.text, from.start)))
            && (ends || (own && heading::ends_at(self.text, to.end)))
    }

    fn tail(&self, pattern: &Pattern, last: usize) -> bool {
        let Some(tail) = pattern.tail else {
            return true;
        };
        self.tokens
            .get(last)
            .and_then(|token| self.text.get(token.span.end..))
            .is_some_and(|rest| rest.starts_with(tail))
    }
}
