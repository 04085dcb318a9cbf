//! The JSON Schema of the file, for editors that know TOML.

use serde_json::{Map, Value, json};

use super::Vocabulary;
use super::keys::{Key, Kind, MAX_LIST, MAX_TEXT, SECTIONS, Section, Shape, WEIGHTS};

/// The schema (draft 2020-12), with the names that `vocabulary` has.
pub fn schema(vocabulary: &Vocabulary) -> Value {
    let mut properties = Map::new();
    for section in &SECTIONS {
        if section.shape == Shape::Root {
            properties.extend(fields(section.keys, vocabulary));
        } else {
            properties.insert(section.name.to_owned(), of_section(section, vocabulary));
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:vhd-preflight:config:v1",
        "title": "vhd-preflight.toml",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}

fn of_section(section: &Section, vocabulary: &Vocabulary) -> Value {
    let required: Vec<_> = section
        .keys
        .iter()
        .filter(|key| key.is_required)
        .map(|key| key.name)
        .collect();
    let doc = section.doc.replace('\n', " ");
    let mut table = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": fields(section.keys, vocabulary),
    });
    if let Value::Object(table) = &mut table {
        if !required.is_empty() {
            table.insert("required".to_owned(), json!(required));
        }
        if !matches!(section.shape, Shape::List(_)) {
            table.insert("description".to_owned(), json!(doc));
        }
    }
    match section.shape {
        Shape::List(most) => json!({
            "description": doc,
            "type": "array",
            "maxItems": most,
            "items": table,
        }),
        Shape::Rules => json!({
            "description": doc,
            "type": "object",
            "propertyNames": { "enum": rules(vocabulary) },
            "additionalProperties": { "enum": WEIGHTS },
        }),
        _ => table,
    }
}

fn rules(vocabulary: &Vocabulary) -> Vec<&'static str> {
    let rules = vocabulary.rules.iter();
    rules.flat_map(|(id, name)| [*id, *name]).collect()
}

fn fields(keys: &[Key], vocabulary: &Vocabulary) -> Map<String, Value> {
    let field = |key: &Key| {
        let mut value = of_kind(key.kind, vocabulary);
        if let Value::Object(value) = &mut value {
            value.insert("description".to_owned(), json!(key.doc.replace('\n', " ")));
            // The defaults are words and lists of words, which TOML and JSON write alike.
            if let Some(default) = key.default.and_then(|text| serde_json::from_str(text).ok()) {
                value.insert("default".to_owned(), default);
            }
        }
        (key.name.to_owned(), value)
    };
    keys.iter().map(field).collect()
}

fn of_kind(kind: Kind, vocabulary: &Vocabulary) -> Value {
    let text = json!({ "type": "string", "minLength": 1, "maxLength": MAX_TEXT });
    match kind {
        Kind::Word(words) => {
            let mut all: Vec<Value> = words.iter().map(|word| json!(word)).collect();
            all.extend(
                words
                    .iter()
                    .filter_map(|word| word.parse::<u32>().ok())
                    .map(|number| json!(number)),
            );
            json!({ "enum": all })
        }
        Kind::Profile => json!({ "enum": vocabulary.profiles }),
        Kind::Rule => json!({ "enum": rules(vocabulary) }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Number(least, most) => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Kind::Text | Kind::Path | Kind::ImageGlob | Kind::Glob | Kind::RegistryGlob => text,
        Kind::Texts => json!({ "type": "array", "maxItems": MAX_LIST, "items": text }),
        Kind::Formats => {
            let names = vocabulary.formats.join("|");
            json!({
                "type": "array",
                "maxItems": MAX_LIST,
                "items": { "type": "string", "pattern": format!("^({names})(=.+)?$") },
            })
        }
        Kind::Fingerprint => json!({ "type": "string", "pattern": "^[0-9A-Fa-f]{32}$" }),
        // TOML has days of its own, which editors show to the schema as text.
        Kind::Date => json!({ "type": "string", "format": "date" }),
    }
}
