//! JSON output: pretty, and harmless in a terminal and in the log of a build service.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter};

use crate::text::is_deceptive;

/// Writes `document` with a line break at its end.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn Write, document: &impl Serialize) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Harmless::default());
    document.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// Writes `document` on one line of its own, as JSON Lines are made of.
///
/// # Errors
/// What the writer says.
pub fn write_line(out: &mut dyn Write, document: &impl Serialize) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, HarmlessLine);
    document.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// Escapes as [`Harmless`] does, without line breaks.
struct HarmlessLine;

impl Formatter for HarmlessLine {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        write_harmless(writer, fragment)
    }
}

fn write_harmless<W: ?Sized + Write>(writer: &mut W, fragment: &str) -> io::Result<()> {
    let mut start = 0;
    let mut last = ' ';
    for (at, c) in fragment.char_indices() {
        if is_deceptive(c) || (c == '#' && last == '#') {
            writer.write_all(fragment.as_bytes().get(start..at).unwrap_or_default())?;
            write_escape(writer, c)?;
            start = at + c.len_utf8();
        }
        last = c;
    }
    writer.write_all(fragment.as_bytes().get(start..).unwrap_or_default())
}

/// Escapes, inside of strings, every character that a terminal obeys or that deceives the eye, and
/// breaks up the `##` by which build services know their commands. A reader gets the same text.
#[derive(Default)]
struct Harmless {
    pretty: PrettyFormatter<'static>,
}

fn write_escape<W: ?Sized + Write>(writer: &mut W, c: char) -> io::Result<()> {
    for unit in c.encode_utf16(&mut [0; 2]) {
        write!(writer, "\\u{unit:04x}")?;
    }
    Ok(())
}

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        write_harmless(writer, fragment)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.pretty.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.pretty.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_escaped_and_reads_back_the_same() {
        let all: String = (0..=0x10_ffff).filter_map(char::from_u32).collect();
        let text = format!("{all}##vso[task.complete]###[error]\u{1b}[31m");
        let mut out = Vec::new();
        write(&mut out, &serde_json::json!({ "a": [text], "b": {} })).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(!out.contains("##"));
        assert!(!out.chars().any(|c| c != '\n' && is_deceptive(c)));
        let back: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(back["a"][0], text);
    }

    #[test]
    fn a_line_is_one_line_and_as_harmless() {
        let mut out = Vec::new();
        let document = serde_json::json!({ "a": ["##vso[x]\n\u{202e}"] });
        write_line(&mut out, &document).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out, "{\"a\":[\"#\\u0023vso[x]\\n\\u202e\"]}\n");
        let back: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(back, document);
    }

    #[test]
    fn layout_is_pretty() {
        let mut out = Vec::new();
        write(&mut out, &serde_json::json!({ "a": [1, 2] })).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\n  \"a\": [\n    1,\n    2\n  ]\n}\n"
        );
    }
}
