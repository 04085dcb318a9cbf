//! Failure messages: recognises what Azure, Partner Center, the certification tests, the guest's
//! own programs and the tools around them print, and knows what it means, what causes it and what
//! mends it.
//!
//! [`diagnose`] takes a text of any kind and length and gives the messages in it. The knowledge is
//! data, one file a topic in `messages`; a wording there is compared by its words, so that names,
//! numbers, addresses, quotes, case, line breaks and escapes do not matter. Where wordings overlap,
//! the one that says most counts.
#![warn(clippy::arithmetic_side_effects, clippy::as_conversions)]

mod find;
mod heading;
mod index;
mod message;
mod messages;
mod nearest;
mod self_test;
#[cfg(test)]
mod tests;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use find::{Found, Hit};
use index::{INDEX, Index, Kind, Pattern, at};
pub use message::{Cause, Message, Reference, Role};
pub use nearest::Near;
pub use self_test::Test;

/// Longest text that is looked at, in bytes.
pub const LONGEST_TEXT: u64 = 64 << 20;

/// Places of one wording that are counted; a log may say a thing millions of times.
pub const MOST_PLACES: usize = 1024;

/// Every message that is known, in the order of the topics.
pub fn messages() -> Vec<&'static Message> {
    messages::all()
}

/// A message that was found in a text.
#[derive(Debug)]
pub struct Match {
    /// The message.
    pub message: &'static Message,
    /// How often it is there, as far as it was counted (see [`MOST_PLACES`]); none for a test.
    pub times: usize,
    /// The first place.
    pub first: Option<Place>,
    /// The test of a self-test's answer that it is about.
    pub test: Option<Test>,
}

/// Where in a text a message stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Line, counted from 1.
    pub line: u32,
    /// What stands there, cut to a readable length (hostile text).
    pub text: String,
}

/// What a text says.
#[derive(Debug, Default)]
pub struct Diagnosis {
    /// The messages: failures first, what only follows from them or wraps them last.
    pub matches: Vec<Match>,
    /// Where nothing was recognised, what comes nearest.
    pub nearest: Vec<Near>,
    /// Tests of a self-test's answer that did not pass and that nothing is known of.
    pub unknown_tests: Vec<Test>,
    /// How many tests the answer of a self-test has, where the text is one.
    pub tests: Option<usize>,
}

/// What `text` says.
pub fn diagnose(text: &str) -> Diagnosis {
    let index: &Index = &INDEX;
    let mut out = Diagnosis::default();
    let answer = self_test::read(text);
    // What an answer says of tests that passed is no message; the rest of the text may hold some.
    let outside = answer.as_ref().map(|answer| {
        let before = text.get(..answer.range.start).unwrap_or_default();
        let after = text.get(answer.range.end..).unwrap_or_default();
        format!("{before}\n{after}")
    });
    let text = outside.as_deref().unwrap_or(text);
    let found = find::find(index, text);
    out.matches = resolve(index, text, &found);
    if let Some(answer) = answer {
        out.tests = Some(answer.tests.len());
        for test in answer.tests.into_iter().filter(|test| !test.passed()) {
            match of_test(index, &test) {
                Some(message) => out.matches.push(Match {
                    message,
                    times: 0,
                    first: None,
                    test: Some(test),
                }),
                None => out.unknown_tests.push(test),
            }
        }
    }
    out.matches.sort_by_key(|found| found.message.role);
    if out.matches.is_empty() && out.tests.is_none() {
        out.nearest = nearest::nearest(&found);
    }
    out
}

fn of_test(index: &Index, test: &Test) -> Option<&'static Message> {
    let with = |wanted: &str| {
        let is = |name: &&str| self_test::folded(name) == wanted && !wanted.is_empty();
        index
            .messages
            .iter()
            .find(|message| message.tests.iter().any(is))
    };
    let by_id = index
        .messages
        .iter()
        .find(|message| message.tests.contains(&&*test.id));
    by_id
        .or_else(|| with(&self_test::folded(&test.name)))
        .copied()
}

/// The hits that count, one match a message, in the order in which they stand in the text.
fn resolve(index: &Index, text: &str, found: &Found) -> Vec<Match> {
    let mut hits: Vec<(&Hit, Kind, usize)> = found
        .hits
        .iter()
        .filter_map(|hit| {
            let pattern = index.patterns.get(hit.pattern)?;
            let message = index.messages.get(pattern.message)?;
            let counts = match pattern.kind {
                Kind::Code => true,
                Kind::Clause => clause_counts(index, found, hit, text),
                Kind::Text => in_context(index, found, message.context),
                Kind::Heading => {
                    in_context(index, found, message.context)
                        && heading_counts(index, found, pattern)
                }
            };
            counts.then_some((hit, pattern.kind, pattern.message))
        })
        .collect();
    let weight = |hit: &Hit| index.patterns.get(hit.pattern).map_or(0, |p| p.weight);
    hits.sort_by_key(|(hit, kind, _)| (*kind, std::cmp::Reverse(weight(hit))));
    // First come those that say most; what lies on words of theirs is a part of them.
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    hits.retain(|(hit, ..)| {
        let free = hit.runs.iter().all(|(start, end)| {
            taken
                .range(..=*end)
                .next_back()
                .is_none_or(|(_, taken_to)| taken_to < start)
        });
        if free {
            taken.extend(hit.runs.iter().copied());
        }
        free
    });
    // Sets, as a long log says the same thing many times.
    let said: BTreeSet<usize> = hits
        .iter()
        .filter(|(_, kind, _)| *kind <= Kind::Heading)
        .map(|(.., message)| *message)
        .collect();
    let codes = codes_of(index, &said);
    hits.retain(|(hit, kind, message)| {
        let goes_with = || {
            let pattern = index.patterns.get(hit.pattern);
            pattern.is_some_and(|pattern| codes.contains(&pattern.runs))
        };
        *kind <= Kind::Heading || said.contains(message) || !goes_with()
    });
    // Words say more than a code, and what went wrong first is the likeliest cause of the rest.
    hits.sort_by_key(|(hit, kind, _)| (*kind > Kind::Heading, hit.bytes));
    let mut out: Vec<Match> = Vec::new();
    let mut places: BTreeMap<usize, usize> = BTreeMap::new();
    for (hit, _, number) in hits {
        let Some(message) = index.messages.get(number).copied() else {
            continue;
        };
        match places.get(&number).and_then(|at| out.get_mut(*at)) {
            Some(known) => known.times = known.times.saturating_add(1),
            None => {
                places.insert(number, out.len());
                out.push(Match {
                    message,
                    times: 1,
                    first: Some(place(text, hit)),
                    test: None,
                });
            }
        }
    }
    out
}

/// The codes and clauses that come with the messages that a text says in words, as runs of words.
fn codes_of(index: &Index, said: &BTreeSet<usize>) -> BTreeSet<Vec<Vec<u32>>> {
    said.iter()
        .filter_map(|message| index.messages.get(*message))
        .flat_map(|message| message.codes.iter().chain(message.shared))
        .map(|code| vec![index.known(code)])
        .collect()
}

/// A heading of two words, such as Access denied, is anybody's unless the text is about a report,
/// or is nothing else.
fn heading_counts(index: &Index, found: &Found, pattern: &Pattern) -> bool {
    const TELLING: usize = 3;
    let words: usize = pattern.runs.iter().map(Vec::len).sum();
    words >= TELLING
        || pattern.tail.is_some()
        || found.words == words
        || in_context(index, found, messages::ABOUT_REPORTS)
}

fn in_context(index: &Index, found: &Found, context: &[&str]) -> bool {
    let seen = |word: &u32| found.seen.get(at(*word)).copied().unwrap_or(false);
    context.is_empty()
        || context.iter().any(|word| {
            let words = index.known(word);
            !words.is_empty() && words.iter().all(seen)
        })
}

/// A clause of two parts, such as 200.5, is any number unless the text is about policies, or is
/// nothing else.
fn clause_counts(index: &Index, found: &Found, hit: &Hit, text: &str) -> bool {
    let clause = text.get(hit.bytes.0..hit.bytes.1).unwrap_or_default();
    clause.matches('.').count() >= 2
        || found.words == 1
        || in_context(index, found, messages::ABOUT_POLICIES)
}

fn place(text: &str, hit: &Hit) -> Place {
    const SHOWN: usize = 240;
    let found = text.get(hit.bytes.0..hit.bytes.1).unwrap_or_default();
    let mut shown: String = found.chars().take(SHOWN).collect();
    if shown.len() < found.len() {
        shown.push('…');
    }
    Place {
        line: hit.line,
        text: shown.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}
