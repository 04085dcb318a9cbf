//! Values out of TOML: of the right type, within their range, and every problem at its place.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Vocabulary;
use super::glob::Glob;
use super::keys::{Key, Kind, MAX_LIST, MAX_TEXT, SECTIONS, Section, Shape};
use super::problem::{Lines, Problem};

/// Likeness from which on a name may be the one that was meant.
const LIKE: f64 = 0.7;

/// A checked value.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Text(String),
    Rule(&'static str),
    Flag(bool),
    Number(u32),
    Texts(Vec<String>),
    Glob(Glob),
    Date(Date),
}

/// The values of one table, with their lines.
pub(super) type Values = BTreeMap<&'static str, (Value, usize)>;

/// Goes through a file and keeps what is wrong.
pub(super) struct Reader<'a> {
    pub(super) lines: Lines<'a>,
    pub(super) vocabulary: &'a Vocabulary,
    /// The folder that paths count from.
    pub(super) folder: &'a Path,
    pub(super) problems: Vec<Problem>,
}

impl Reader<'_> {
    pub(super) fn say(&mut self, span: &Range<usize>, message: String) {
        let problem = self.lines.problem(span, message);
        self.problems.push(problem);
    }

    pub(super) fn line(&self, span: &Range<usize>) -> usize {
        self.lines.place(span.start).0
    }

    /// The values of `keys` in a table; `also` are names of sections, which are not for here.
    pub(super) fn table(
        &mut self,
        table: &DeTable<'_>,
        keys: &'static [Key],
        place: &str,
        also: &[&str],
    ) -> Values {
        let mut values = Values::new();
        for (name, value) in table {
            let found = keys.iter().find(|key| key.name == name.get_ref());
            match found {
                Some(key) => {
                    if let Some(checked) = self.value(key, value) {
                        values.insert(key.name, (checked, self.line(&name.span())));
                    }
                }
                None if also.contains(&&**name.get_ref()) => {}
                None => {
                    let known = keys.iter().map(|key| key.name).chain(also.iter().copied());
                    let known: Vec<_> = known.collect();
                    let message = match elsewhere(name.get_ref(), place) {
                        // A key after a section's head is one of the section, to the end of it.
                        Some(home) => format!(
                            "the key {:?} does not belong here{place}, but {home}",
                            cut(name.get_ref())
                        ),
                        None => format!(
                            "unknown key {:?}{place}; {}",
                            cut(name.get_ref()),
                            meant(name.get_ref(), &known, "expected one of")
                        ),
                    };
                    self.say(&name.span(), message);
                }
            }
        }
        values
    }

    /// The keys that have to be there and are not.
    pub(super) fn missing(
        &mut self,
        table: &DeTable<'_>,
        keys: &[Key],
        section: &str,
        span: &Range<usize>,
    ) {
        for key in keys.iter().filter(|key| key.is_required) {
            if !table.keys().any(|name| name.get_ref() == key.name) {
                let message = format!(
                    "{:?} is missing: every [[{section}]] has to have it, as in {} = {}",
                    key.name, key.name, key.example
                );
                self.say(span, message);
            }
        }
    }

    fn value(&mut self, key: &Key, value: &Spanned<DeValue<'_>>) -> Option<Value> {
        let span = value.span();
        match self.checked(key.kind, value) {
            Ok(checked) => Some(checked),
            Err((place, what)) => {
                self.say(&place.unwrap_or(span), format!("{:?} {what}", key.name));
                None
            }
        }
    }

    fn checked(
        &self,
        kind: Kind,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<Value, (Option<Range<usize>>, String)> {
        let value = value.get_ref();
        let here = |what: String| (None, what);
        match kind {
            Kind::Word(words) => word(value, words).map(Value::Text).map_err(here),
            Kind::Profile => {
                let profiles = &self.vocabulary.profiles;
                word(value, profiles).map(Value::Text).map_err(here)
            }
            Kind::Rule => self
                .rule(text(value).map_err(here)?)
                .map(Value::Rule)
                .map_err(here),
            Kind::Flag => match value.as_bool() {
                Some(flag) => Ok(Value::Flag(flag)),
                None => Err(here(wrong(value, "true or false"))),
            },
            Kind::Number(least, most) => {
                number(value, least, most).map(Value::Number).map_err(here)
            }
            Kind::Text | Kind::Path => text(value)
                .map(|text| Value::Text(text.to_owned()))
                .map_err(here),
            Kind::Texts => texts(value, |_| Ok(())),
            Kind::Formats => texts(value, |text| self.format(text)),
            Kind::ImageGlob => Glob::image(text(value).map_err(here)?, self.folder)
                .map(Value::Glob)
                .map_err(|e| here(no_pattern(&e))),
            Kind::Glob => Glob::path(text(value).map_err(here)?)
                .map(Value::Glob)
                .map_err(|e| here(no_pattern(&e))),
            Kind::RegistryGlob => Glob::registry(text(value).map_err(here)?)
                .map(Value::Glob)
                .map_err(|e| here(no_pattern(&e))),
            Kind::Fingerprint => fingerprint(text(value).map_err(here)?)
                .map(Value::Text)
                .map_err(here),
            Kind::Date => date(value).map(Value::Date).map_err(here),
        }
    }

    /// The id of a rule by its id or short name, however it is spelled in case.
    pub(super) fn rule(&self, name: &str) -> Result<&'static str, String> {
        let rules = &self.vocabulary.rules;
        let found = rules
            .iter()
            .find(|(id, short)| id.eq_ignore_ascii_case(name) || short.eq_ignore_ascii_case(name));
        if let Some((id, _)) = found {
            return Ok(id);
        }
        let names: Vec<_> = rules.iter().flat_map(|(id, short)| [*id, *short]).collect();
        let near = nearest(name, &names).map_or_else(
            || "`vhd-preflight rules` lists them".to_owned(),
            |near| format!("did you mean {near:?}?"),
        );
        Err(format!("names no rule: {:?}; {near}", cut(name)))
    }

    fn format(&self, text: &str) -> Result<(), String> {
        let (name, file) = match text.split_once('=') {
            Some((name, file)) => (name, Some(file)),
            None => (text, None),
        };
        let known: Vec<_> = self.vocabulary.formats.iter().map(String::as_str).collect();
        if !known.contains(&name) {
            let near = meant(name, &known, "expected one of");
            return Err(format!(
                "has no form of the report in {:?}; {near}",
                cut(text)
            ));
        }
        match file {
            Some("") => Err(format!(
                "needs a file after {text:?}, or - for standard output"
            )),
            _ => Ok(()),
        }
    }
}

/// Where a key belongs that stands in another section.
fn elsewhere(name: &str, place: &str) -> Option<String> {
    let has = |section: &&Section| section.keys.iter().any(|key| key.name == name);
    let section = SECTIONS.iter().find(has)?;
    let home = match section.shape {
        Shape::Root => "before the first [section] of the file".to_owned(),
        Shape::List(_) => format!("in [[{}]]", section.name),
        Shape::Table | Shape::Rules => format!("in [{}]", section.name),
    };
    (!place.contains(section.name) || section.name.is_empty()).then_some(home)
}

/// A hostile name is not repeated at full length.
pub(super) fn cut(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn nearest<'n>(name: &str, known: &[&'n str]) -> Option<&'n str> {
    let name: String = name
        .chars()
        .take(MAX_LIST)
        .collect::<String>()
        .to_lowercase();
    known
        .iter()
        .map(|known| (strsim::jaro_winkler(&known.to_lowercase(), &name), *known))
        .filter(|(likeness, _)| *likeness >= LIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}

/// What may have been meant: the nearest name, and all that there are.
pub(super) fn meant(name: &str, known: &[&str], expected: &str) -> String {
    let all = format!("{expected} {}", known.join(", "));
    match nearest(name, known) {
        Some(near) => format!("did you mean {near:?}? ({all})"),
        None => all,
    }
}

fn wrong(value: &DeValue<'_>, expected: &str) -> String {
    let article = match value.type_str() {
        word @ ("integer" | "array") => format!("an {word}"),
        word => format!("a {word}"),
    };
    format!("is {article}; expected {expected}")
}

fn no_pattern(why: &str) -> String {
    format!("is no pattern: {why}; expected one such as \"web-*.vhd\"")
}

/// One of `words`.
pub(super) fn word(value: &DeValue<'_>, words: &[&str]) -> Result<String, String> {
    let expected = || format!("one of {}", words.join(", "));
    let has_numbers = words.iter().any(|word| word.parse::<u32>().is_ok());
    let text = match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) if has_numbers => number.to_string(),
        _ => return Err(wrong(value, &expected())),
    };
    if words.contains(&text.as_str()) {
        return Ok(text);
    }
    let near = meant(&text, words, "expected one of");
    Err(format!("is {:?}; {near}", cut(&text)))
}

fn text<'v>(value: &'v DeValue<'_>) -> Result<&'v str, String> {
    let text = value.as_str().ok_or_else(|| wrong(value, "a string"))?;
    if text.trim().is_empty() {
        return Err("is empty; expected a text".to_owned());
    }
    if text.len() > MAX_TEXT {
        return Err(format!(
            "has {} bytes; expected at most {MAX_TEXT}",
            text.len()
        ));
    }
    Ok(text)
}

fn texts(
    value: &DeValue<'_>,
    check: impl Fn(&str) -> Result<(), String>,
) -> Result<Value, (Option<Range<usize>>, String)> {
    let Some(items) = value.as_array() else {
        return Err((None, wrong(value, "an array of strings")));
    };
    if items.len() > MAX_LIST {
        let what = format!("has {} entries; expected at most {MAX_LIST}", items.len());
        return Err((None, what));
    }
    let mut all = Vec::new();
    for item in items.iter() {
        let at = |what| (Some(item.span()), what);
        let text = text(item.get_ref()).map_err(at)?;
        check(text).map_err(at)?;
        all.push(text.to_owned());
    }
    Ok(Value::Texts(all))
}

fn number(value: &DeValue<'_>, least: u32, most: u32) -> Result<u32, String> {
    let expected = format!("a number from {least} to {most}");
    let Some(integer) = value.as_integer() else {
        return Err(wrong(value, &expected));
    };
    u32::from_str_radix(integer.as_str(), integer.radix())
        .ok()
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| format!("is {}; expected {expected}", cut(&integer.to_string())))
}

fn fingerprint(text: &str) -> Result<String, String> {
    let is_whole = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match is_whole {
        true => Ok(text.to_ascii_lowercase()),
        false => Err(format!(
            "is {:?}; expected the 32 hexadecimal digits of a finding's \"fingerprint\" in a \
             JSON report",
            cut(text)
        )),
    }
}

fn date(value: &DeValue<'_>) -> Result<Date, String> {
    const EXPECTED: &str = "a day such as 2027-01-31";
    let day = match value {
        DeValue::String(text) if text.len() == 10 => text.parse().ok(),
        DeValue::String(_) => None,
        DeValue::Datetime(found) => match (found.date, found.time, found.offset) {
            (Some(day), None, None) => i16::try_from(day.year).ok().and_then(|year| {
                let month = i8::try_from(day.month).ok()?;
                Date::new(year, month, i8::try_from(day.day).ok()?).ok()
            }),
            _ => return Err(format!("is {found}; expected {EXPECTED}, without a time")),
        },
        _ => return Err(wrong(value, EXPECTED)),
    };
    day.ok_or_else(|| match value.as_str() {
        Some(text) => format!("is {:?}; expected {EXPECTED}", cut(text)),
        None => format!("is no day of the calendar; expected {EXPECTED}"),
    })
}
