//! The sections of a file, put together.

use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{SECTIONS, Section, Shape, WEIGHTS};
use super::problem::Lines;
use super::read::{Reader, Value, Values, word};
use super::{
    Claim, Config, ConfigError, DataDisk, Declared, Glob, RuleSetting, Suppression, Vocabulary,
    Weight,
};
use crate::finding::Level;

/// Problems that are told; who has more hears so.
const MAX_PROBLEMS: usize = 100;

pub(super) fn config(
    text: &str,
    name: &str,
    folder: &Path,
    vocabulary: &Vocabulary,
) -> Result<Config, ConfigError> {
    let mut reader = Reader {
        lines: Lines::of(text),
        vocabulary,
        folder,
        problems: Vec::new(),
    };
    let (root, errors) = DeTable::parse_recoverable(text);
    let is_toml = errors.is_empty();
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        reader.say(&span, format!("is no TOML: {}", error.message()));
    }
    let broken: Vec<_> = reader.problems.iter().map(|problem| problem.line).collect();
    let mut maker = Maker {
        reader,
        name,
        folder,
        config: Config {
            name: name.to_owned(),
            ..Config::default()
        },
        is_toml,
    };
    for section in &SECTIONS {
        maker.section(section, root.get_ref());
    }
    let Maker { reader, config, .. } = maker;
    let mut problems = reader.problems;
    // What is said of a line that is no TOML follows from that.
    problems.retain(|problem| {
        problem.message.starts_with("is no TOML") || !broken.contains(&problem.line)
    });
    if problems.is_empty() {
        return Ok(config);
    }
    problems.sort_by_key(|problem| (problem.line, problem.column));
    // Each bracket that is left open is told for itself, all at the end of the text.
    problems.dedup_by(|a, b| (a.line, a.column, &a.message) == (b.line, b.column, &b.message));
    let rest = problems.len().saturating_sub(MAX_PROBLEMS);
    problems.truncate(MAX_PROBLEMS);
    if rest > 0
        && let Some(last) = problems.last_mut()
    {
        last.message
            .push_str(&format!(" (and {rest} more problems)"));
    }
    Err(ConfigError {
        name: name.to_owned(),
        unread: None,
        problems,
    })
}

struct Maker<'a> {
    reader: Reader<'a>,
    name: &'a str,
    folder: &'a Path,
    config: Config,
    is_toml: bool,
}

impl Maker<'_> {
    fn section(&mut self, section: &Section, root: &DeTable<'_>) {
        if section.shape == Shape::Root {
            let names: Vec<_> = SECTIONS
                .iter()
                .skip(1)
                .map(|section| section.name)
                .collect();
            let values = self.reader.table(root, section.keys, "", &names);
            return self.root(&values);
        }
        let Some(found) = root.get(section.name) else {
            return;
        };
        let span = found.span();
        match (section.shape, found.get_ref()) {
            (Shape::Rules, DeValue::Table(table)) => self.rules(table),
            (Shape::Table, DeValue::Table(table)) => {
                let place = format!(" in [{}]", section.name);
                let values = self.reader.table(table, section.keys, &place, &[]);
                match section.name {
                    "claims" => self.claims(section, &values),
                    _ => self.offer(&values),
                }
            }
            (Shape::List(most), DeValue::Array(items)) => {
                if items.len() > most {
                    let message = format!(
                        "there are {} [[{}]]; expected at most {most}",
                        items.len(),
                        section.name
                    );
                    return self.reader.say(&span, message);
                }
                for item in items.iter() {
                    self.item(section, item);
                }
            }
            (shape, other) => {
                let name = section.name;
                let expected = match shape {
                    Shape::List(_) => format!("[[{name}]], once for each"),
                    _ => format!("a section [{name}]"),
                };
                let message = format!(
                    "{name:?} is of type {}; expected {expected}",
                    other.type_str()
                );
                self.reader.say(&span, message);
            }
        }
    }

    fn item(&mut self, section: &Section, item: &Spanned<DeValue<'_>>) {
        let (name, span) = (section.name, item.span());
        let Some(table) = item.get_ref().as_table() else {
            let message = format!("{name:?} holds no table; expected [[{name}]], once for each");
            return self.reader.say(&span, message);
        };
        let values = self
            .reader
            .table(table, section.keys, &format!(" in [[{name}]]"), &[]);
        if self.is_toml {
            self.reader.missing(table, section.keys, name, &span);
        }
        let from = self.from(self.reader.line(&span));
        match name {
            "suppress" => self
                .config
                .suppressions
                .extend(suppression(&values).map(|value| Declared { value, from })),
            _ => self
                .config
                .data_disks
                .extend(data_disk(&values).map(|value| Declared { value, from })),
        }
    }

    fn from(&self, line: usize) -> String {
        format!("{}:{line}", self.name)
    }

    fn root(&mut self, values: &Values) {
        let word = |key, none| self.text(values, key).filter(|found| found.value != none);
        let path = |key| {
            let found = self.text(values, key)?;
            Some(Declared {
                value: self.folder.join(found.value),
                from: found.from,
            })
        };
        let (advisories, previous, baseline) =
            (path("advisories"), path("previous"), path("baseline"));
        let (disk, os, generation) = (
            word("disk", "auto"),
            word("os", "auto"),
            word("generation", "any"),
        );
        let formats = self.texts(values, "formats").map(|found| Declared {
            value: found.value.iter().map(|text| self.placed(text)).collect(),
            from: found.from,
        });
        self.config.profile = self.text(values, "profile");
        self.config.fail_on = self.text(values, "fail-on");
        self.config.formats = formats;
        self.config.disk = disk;
        self.config.os = os;
        self.config.generation = generation;
        self.config.advisories = advisories;
        self.config.previous = previous;
        self.config.baseline = baseline;
    }

    /// A form of the report with its file taken from the folder of the configuration.
    fn placed(&self, format: &str) -> String {
        match format.split_once('=') {
            Some((name, file)) if file != "-" => {
                let file: PathBuf = self.folder.join(file);
                format!("{name}={}", file.to_string_lossy())
            }
            _ => format.to_owned(),
        }
    }

    fn text(&self, values: &Values, key: &str) -> Option<Declared<String>> {
        match values.get(key)? {
            (Value::Text(text), line) => Some(Declared {
                value: text.clone(),
                from: self.from(*line),
            }),
            _ => None,
        }
    }

    fn texts(&self, values: &Values, key: &str) -> Option<Declared<Vec<String>>> {
        match values.get(key)? {
            (Value::Texts(texts), line) => Some(Declared {
                value: texts.clone(),
                from: self.from(*line),
            }),
            _ => None,
        }
    }

    fn claims(&mut self, section: &Section, values: &Values) {
        for key in section.keys {
            if let Some((Value::Flag(is_claimed), line)) = values.get(key.name) {
                let claim = Declared {
                    value: Claim {
                        property: key.name,
                        is_claimed: *is_claimed,
                    },
                    from: self.from(*line),
                };
                self.config.claims.push(claim);
            }
        }
    }

    fn offer(&mut self, values: &Values) {
        self.config.offer_type = self.text(values, "type");
        self.config.preview_subscriptions = self
            .texts(values, "preview-subscriptions")
            .filter(|found| !found.value.is_empty());
        if let Some((Value::Number(count), line)) = values.get("previous-data-disks") {
            self.config.previous_data_disks = Some(Declared {
                value: *count,
                from: self.from(*line),
            });
        }
    }

    fn rules(&mut self, table: &DeTable<'_>) {
        for (name, value) in table {
            let rule = match self.reader.rule(name.get_ref()) {
                Ok(rule) => rule,
                Err(what) => {
                    let message = format!("the key in [rules] {what}");
                    self.reader.say(&name.span(), message);
                    continue;
                }
            };
            let weight = match word(value.get_ref(), &WEIGHTS) {
                Ok(word) => weight(&word),
                Err(what) => {
                    let message = format!("{:?} {what}", name.get_ref());
                    self.reader.say(&value.span(), message);
                    continue;
                }
            };
            if let Some(other) = self
                .config
                .rules
                .iter()
                .find(|other| other.value.rule == rule)
            {
                let message = format!("{rule} is set twice, also at {}", other.from);
                self.reader.say(&name.span(), message);
                continue;
            }
            let from = self.from(self.reader.line(&name.span()));
            let value = RuleSetting { rule, weight };
            self.config.rules.push(Declared { value, from });
        }
        self.config.rules.sort_by_key(|setting| setting.value.rule);
    }
}

fn weight(word: &str) -> Weight {
    match word {
        "note" => Weight::Level(Level::Note),
        "advice" => Weight::Level(Level::Advice),
        "warning" => Weight::Level(Level::Warning),
        "error" => Weight::Level(Level::Error),
        _ => Weight::Off,
    }
}

fn glob(values: &Values, key: &str) -> Option<Glob> {
    match values.get(key)? {
        (Value::Glob(glob), _) => Some(glob.clone()),
        _ => None,
    }
}

/// None where a key is missing or wrong, which was said.
fn suppression(values: &Values) -> Option<Suppression> {
    let Some((Value::Rule(rule), _)) = values.get("rule") else {
        return None;
    };
    let Some((Value::Text(reason), _)) = values.get("reason") else {
        return None;
    };
    let Some((Value::Date(expires), _)) = values.get("expires") else {
        return None;
    };
    let fingerprint = match values.get("fingerprint") {
        Some((Value::Text(fingerprint), _)) => Some(fingerprint.clone()),
        _ => None,
    };
    Some(Suppression {
        rule,
        image: glob(values, "image"),
        fingerprint,
        path: glob(values, "path"),
        registry: glob(values, "registry"),
        reason: reason.clone(),
        expires: *expires,
    })
}

fn data_disk(values: &Values) -> Option<DataDisk> {
    match values.get("lun") {
        Some((Value::Number(lun), _)) => Some(DataDisk {
            lun: *lun,
            image: glob(values, "image"),
        }),
        _ => None,
    }
}
