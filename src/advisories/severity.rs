//! How much an advisory weighs: by CVSS vectors, or in words.

use std::str::FromStr;

use serde_json::Value;

/// How much an advisory weighs.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Severity {
    /// The highest base score.
    pub(super) score: Option<f64>,
    /// The gravest word, where one is stated.
    pub(super) rating: Option<String>,
}

/// The words that distributions use, from the lightest to the gravest, with the one that is shown.
const WORDS: [(&str, &str); 9] = [
    ("negligible", "low"),
    ("unimportant", "low"),
    ("low", "low"),
    ("moderate", "medium"),
    ("medium", "medium"),
    ("important", "high"),
    ("high", "high"),
    ("critical", "critical"),
    ("urgent", "critical"),
];

impl Severity {
    /// Takes in what a `severity` entry states: a vector, or a distribution's word.
    pub(super) fn add(&mut self, stated: &str) {
        match cvss::Cvss::from_str(stated) {
            Ok(vector) => {
                let score = vector.score();
                self.score = Some(self.score.map_or(score, |old| old.max(score)));
            }
            Err(_) => self.add_word(stated),
        }
    }

    /// Takes in the `severity` of a database's own fields.
    pub(super) fn add_words(&mut self, specific: Option<&Value>) {
        if let Some(word) = specific.and_then(|value| value.get("severity")?.as_str()) {
            self.add(word);
        }
    }

    fn add_word(&mut self, word: &str) {
        let place = |word: &str| {
            let word = word.to_ascii_lowercase();
            WORDS.iter().position(|(known, _)| *known == word)
        };
        let old = self.rating.as_deref().and_then(place);
        if let Some(new) = place(word).max(old) {
            self.rating = WORDS.get(new).map(|(_, shown)| (*shown).to_owned());
        }
    }
}

/// The names in a list of binary packages, as SUSE's advisories have it: maps from name to version;
/// and as Ubuntu's: maps with `binary_name`.
pub(super) fn binaries(specific: Option<&Value>) -> Vec<String> {
    let list = specific.and_then(|value| value.get("binaries")?.as_array());
    let mut names = Vec::new();
    for map in list.into_iter().flatten().filter_map(Value::as_object) {
        match map.get("binary_name").and_then(Value::as_str) {
            Some(name) => names.push(name.to_owned()),
            None => names.extend(map.keys().cloned()),
        }
    }
    names
}
