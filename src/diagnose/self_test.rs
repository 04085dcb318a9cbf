//! The answer of Microsoft's self-test or certification toolkit, as JSON: with its JSON inside of
//! JSON, with stray blanks in its keys, and with what a mail program made of it.

use std::ops::Range;

use serde_json::Value;

/// One test of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// Its id, such as `48` or `1.1.4`; empty where there is none.
    pub id: String,
    /// Its name, such as `Bash History`.
    pub name: String,
    /// Its result, such as `Failed`.
    pub result: String,
    /// What the test found.
    pub actual: Option<String>,
    /// What it asks for.
    pub required: Option<String>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) tests: Vec<Test>,
    /// Where in the text it stands.
    pub(super) range: Range<usize>,
}

/// An answer has some dozens of tests and kilobytes.
const LONGEST: usize = 4 << 20;
const MOST_TESTS: usize = 1000;
/// Beginnings of JSON in a text that are tried.
const TRIES: usize = 16;
/// JSON in a string in JSON.
const DEEPEST: u8 = 4;

impl Test {
    /// Whether it passed, in whatever words.
    pub fn passed(&self) -> bool {
        matches!(
            &*folded(&self.result),
            "passed" | "pass" | "notapplicable" | "skipped"
        )
    }
}

/// The answer in `text`, if there is one.
pub(super) fn read(text: &str) -> Option<Answer> {
    if text.len() > LONGEST {
        return None;
    }
    let starts: Vec<_> = text
        .match_indices(['{', '['])
        .map(|(at, _)| at)
        .take(TRIES)
        .collect();
    for start in &starts {
        let rest = text.get(*start..)?;
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        if let Some(Ok(value)) = stream.next() {
            let tests = tests(&value);
            if !tests.is_empty() {
                let end = start.saturating_add(stream.byte_offset());
                return Some(Answer {
                    tests,
                    range: *start..end,
                });
            }
        }
    }
    // It was mended by hand, wrapped, or cut out of a string: what stands behind it counts to it.
    let start = *starts.first()?;
    let rest = text.get(start..)?;
    let unescaped = rest.replace("\\\"", "\"").replace("\\\\", "\\");
    [rest, &unescaped].into_iter().find_map(|text| {
        let mended = mended(text);
        let value = serde_json::Deserializer::from_str(&mended)
            .into_iter::<Value>()
            .next()?
            .ok()?;
        let tests = tests(&value);
        (!tests.is_empty()).then(|| Answer {
            tests,
            range: start..start.saturating_add(rest.len()),
        })
    })
}

fn tests(value: &Value) -> Vec<Test> {
    let mut out = Vec::new();
    walk(value, 0, &mut out);
    out
}

fn walk(value: &Value, depth: u8, out: &mut Vec<Test>) {
    if out.len() >= MOST_TESTS {
        return;
    }
    match value {
        Value::Object(fields) => {
            if let Some(test) = test(fields) {
                out.push(test);
                return;
            }
            for inner in fields.values() {
                walk(inner, depth, out);
            }
        }
        Value::Array(items) => {
            for inner in items {
                walk(inner, depth, out);
            }
        }
        Value::String(text) if depth < DEEPEST && text.trim_start().starts_with(['{', '[']) => {
            let inner = serde_json::from_str(text).or_else(|_| serde_json::from_str(&mended(text)));
            if let Ok(inner) = inner {
                walk(&inner, depth.saturating_add(1), out);
            }
        }
        _ => {}
    }
}

fn test(fields: &serde_json::Map<String, Value>) -> Option<Test> {
    let get = |name: &str| {
        let found = fields.iter().find(|(key, _)| folded(key) == name)?.1;
        Some(match found {
            Value::String(text) => text.trim().to_owned(),
            Value::Null => return None,
            other => other.to_string(),
        })
    };
    let (id, name) = (get("testid"), get("testcasename"));
    if id.is_none() && name.is_none() {
        return None;
    }
    Some(Test {
        id: id.unwrap_or_default().split_whitespace().collect(),
        name: name.unwrap_or_default(),
        result: get("result")?,
        actual: get("actualvalue"),
        required: get("requiredvalue"),
    })
}

/// Letters and digits in lower case, without the blanks that got between them.
pub(super) fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// JSON again: straight quotes, no line break inside of a string, no comma before a bracket.
fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_string = false;
    let mut escaped = false;
    for c in text.chars() {
        let c = match c {
            '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' => '"',
            c if c.is_control() || c == '\u{a0}' => ' ',
            c => c,
        };
        if c == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = c == '\\' && !escaped;
        if !in_string && matches!(c, ']' | '}') {
            let kept = out.trim_end().len();
            if out.get(..kept).is_some_and(|kept| kept.ends_with(',')) {
                out.truncate(kept.saturating_sub(1));
            }
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_however_it_was_pasted() {
        let test = r#"{"Tes tID":"48","TestCaseName":"Bash History","Result":"Failed","ActualValue":"2 file(s)","Re quiredValue":"1024"}"#;
        let plain = format!(r#"{{"SchemaVersion":1,"Tests":[{test}]}}"#);
        let inner = serde_json::to_string(&plain).unwrap();
        let nested = format!(r#"{{"TrackingId":"x","Response":{inner}}}"#);
        let wanted = Test {
            id: "48".into(),
            name: "Bash History".into(),
            result: "Failed".into(),
            actual: Some("2 file(s)".into()),
            required: Some("1024".into()),
        };
        for text in [
            plain.clone(),
            nested.clone(),
            format!("the answer:\n{nested}\nthanks"),
            inner.trim_matches('"').to_owned(),
            plain.replace('"', "\u{201c}"),
            plain.replace("Bash ", "Bash\n"),
            plain.replace("]}", ",]}"),
        ] {
            let answer = read(&text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(answer.tests, std::slice::from_ref(&wanted), "{text}");
        }
        let answer = read(&format!("{{}} {plain} rest")).unwrap();
        assert_eq!(answer.range, 3..3 + plain.len());
    }

    #[test]
    fn other_json_is_no_answer_and_deep_json_does_no_harm() {
        assert!(read(r#"{"error":{"code":"InvalidVhd"}}"#).is_none());
        assert!(read("").is_none());
        assert!(read(&"[".repeat(1_000_000)).is_none());
        assert!(read(&r#"{"a":"#.repeat(100_000)).is_none());
    }
}
