//! What comes nearest to a text in which nothing was recognised.

use super::find::Found;
use super::index::{INDEX, Index, at};
use super::message::Message;

/// A message that a text is like.
#[derive(Debug, Clone, Copy)]
pub struct Near {
    /// The message.
    pub message: &'static Message,
    /// Its wording, or its code.
    pub wording: &'static str,
    /// How much of what is characteristic of the wording the text has, of 1.
    pub likeness: f64,
}

const MOST: usize = 3;
/// Less than this is chance.
const ENOUGH: f64 = 0.35;
/// A code that is spelled this much alike is meant.
const SPELLED_ALIKE: f64 = 0.9;
/// Words of a text that are compared with codes.
const FIRST_WORDS: usize = 64;
/// In a longer text there is a bit of everything.
const LONGEST: usize = 4000;
const SHORTEST_CODE: usize = 6;

pub(super) fn nearest(found: &Found) -> Vec<Near> {
    if found.words > LONGEST {
        return Vec::new();
    }
    let index: &Index = &INDEX;
    let mut out: Vec<Near> = Vec::new();
    for message in &index.messages {
        let says = message.says.iter().chain(message.headings);
        let worded = says.filter_map(|wording| Some((*wording, overlap(index, found, wording)?)));
        let is_code = |code: &&&str| !code.starts_with(|c: char| c.is_ascii_digit());
        let codes = message
            .codes
            .iter()
            .chain(message.shared.iter().filter(is_code))
            .chain(message.clauses);
        let spelled = codes.map(|code| match code.contains(' ') {
            true => (*code, overlap(index, found, code).unwrap_or(0.0)),
            false => (*code, spelling(found, code)),
        });
        let best = worded
            .chain(spelled)
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .filter(|best| best.1 >= ENOUGH);
        if let Some((wording, likeness)) = best {
            out.push(Near {
                message,
                wording,
                likeness,
            });
        }
    }
    out.sort_by(|a, b| b.likeness.total_cmp(&a.likeness));
    out.truncate(MOST);
    out
}

/// The part of a wording's words that the text has, each counted by how rare it is.
fn overlap(index: &Index, found: &Found, wording: &str) -> Option<f64> {
    let words: Vec<u32> = index.words_of(wording);
    let (mut all, mut seen, mut count) = (0.0, 0.0, 0_usize);
    for word in words {
        let rarity = index.rarity(word);
        all += rarity;
        if found.seen.get(at(word)).copied().unwrap_or(false) {
            seen += rarity;
            count = count.saturating_add(1);
        }
    }
    (count >= 2 && all > 0.0).then(|| seen / all)
}

fn spelling(found: &Found, code: &str) -> f64 {
    let code = code.trim_end_matches('*').to_ascii_lowercase();
    if code.starts_with(|c: char| c.is_ascii_digit()) {
        return clause(found, &code);
    }
    if code.len() < SHORTEST_CODE {
        return 0.0;
    }
    found
        .short
        .iter()
        .take(FIRST_WORDS)
        .filter(|word| word.len() >= SHORTEST_CODE)
        .map(|word| strsim::jaro_winkler(word, &code))
        .filter(|likeness| *likeness >= SPELLED_ALIKE)
        .fold(0.0, f64::max)
}

/// A clause is near to its own parts, `200.3.3.9` to `200.3.3`, and to `200.3` a little less.
fn clause(found: &Found, code: &str) -> f64 {
    let parts: Vec<_> = code.split('.').collect();
    found
        .short
        .iter()
        .take(FIRST_WORDS)
        .filter(|word| word.contains('.'))
        .map(|word| {
            let common = word.split('.').zip(&parts).take_while(|(a, b)| a == *b);
            let longer = word.split('.').count().max(parts.len()).max(1);
            let common = u32::try_from(common.count()).unwrap_or(0);
            let longer = u32::try_from(longer).unwrap_or(u32::MAX);
            let whole = usize::try_from(common).is_ok_and(|common| common == parts.len());
            match common {
                0 | 1 => 0.0,
                _ if whole => (f64::from(common) + 0.5) / f64::from(longer),
                _ => f64::from(common) / f64::from(longer),
            }
        })
        .fold(0.0, f64::max)
}
