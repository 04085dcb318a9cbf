//! XML of the guest, element by element: no document types, no entities but XML's own, and limits
//! to everything that a hostile file could let grow.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};

use crate::bytes::utf16;

/// Elements within elements.
const MAX_DEPTH: usize = 64;
/// Elements, texts and the like of one file.
const MAX_EVENTS: usize = 500_000;
/// Bytes of the names on the way to an element.
const MAX_PATH: usize = 4096;
/// Bytes of the text of one element.
const MAX_TEXT: usize = 64 << 10;
/// Attributes of one element.
const MAX_ATTRIBUTES: usize = 64;

/// The attributes of an element, names without prefix.
pub(super) struct Attributes(Vec<(String, String)>);

impl Attributes {
    /// The value of the attribute of that name (hostile text).
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// What happens to an element.
pub(super) enum Step<'a> {
    /// It begins.
    Start(&'a Attributes),
    /// It ends; its own text, trimmed, where it has no elements within.
    End(&'a str),
}

/// The text of an XML file: UTF-8, or UTF-16 as its byte order mark says.
///
/// # Errors
/// Why it is none of them.
pub(super) fn decode(bytes: &[u8]) -> Result<String, String> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => Ok(utf16(rest, false)),
        [0xfe, 0xff, rest @ ..] => Ok(utf16(rest, true)),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        [b'<', 0, ..] => Ok(utf16(bytes, false)),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, String> {
    let text = std::str::from_utf8(bytes);
    text.map(str::to_owned)
        .map_err(|error| format!("it is no UTF-8 from byte {}", error.valid_up_to()))
}

/// Visits the elements in their order: the names on the way to each, as `Task/Actions/Exec`, the
/// line where its tag ends, and what happens to it.
///
/// # Errors
/// Why the text is no XML that is read: what was visited before stays visited.
pub(super) fn walk(text: &str, mut visit: impl FnMut(&str, u32, Step<'_>)) -> Result<(), String> {
    let mut reader = Reader::from_str(text);
    let mut lines = Lines {
        text,
        at: 0,
        line: 1,
    };
    let mut path = String::new();
    // The length of the path before each open element.
    let mut open: Vec<usize> = Vec::new();
    let mut own = String::new();
    let mut has_root = false;
    for _ in 0..MAX_EVENTS {
        let event = reader
            .read_event()
            .map_err(|error| format!("line {}: {error}", lines.line))?;
        let line = lines.up_to(reader.buffer_position());
        let unread = |why: &str| format!("line {line}: {why}");
        match event {
            Event::Start(tag) => {
                let before = enter(&mut path, &open, &tag).map_err(unread)?;
                open.push(before);
                own.clear();
                has_root = true;
                visit(
                    &path,
                    line,
                    Step::Start(&attributes(&tag).map_err(|e| unread(&e))?),
                );
            }
            Event::Empty(tag) => {
                let before = enter(&mut path, &open, &tag).map_err(unread)?;
                own.clear();
                has_root = true;
                visit(
                    &path,
                    line,
                    Step::Start(&attributes(&tag).map_err(|e| unread(&e))?),
                );
                visit(&path, line, Step::End(""));
                path.truncate(before);
            }
            Event::End(_) => {
                let before = open.pop().ok_or_else(|| unread("nothing is open to end"))?;
                visit(&path, line, Step::End(own.trim()));
                own.clear();
                path.truncate(before);
            }
            Event::Text(text) => own.push_str(&text),
            Event::CData(text) => own.push_str(&text),
            Event::GeneralRef(name) => match name.resolve_char_ref() {
                Ok(Some(character)) => own.push(character),
                Ok(None) => {
                    let known = resolve_xml_entity(&name);
                    own.push_str(known.ok_or_else(|| unread("it has entities of its own"))?);
                }
                Err(error) => return Err(unread(&error.to_string())),
            },
            Event::DocType(_) => return Err(unread("it declares a document type")),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof if open.is_empty() && has_root => return Ok(()),
            Event::Eof => return Err(unread("it ends before its elements do")),
        }
        if own.len() > MAX_TEXT {
            return Err(unread(
                "one of its texts is longer than any that Windows writes",
            ));
        }
    }
    Err(format!("it has more than {MAX_EVENTS} elements and texts"))
}

/// Goes into an element; gives back the length of the path before.
fn enter(path: &mut String, open: &[usize], tag: &BytesStart<'_>) -> Result<usize, &'static str> {
    let before = path.len();
    if !path.is_empty() {
        path.push('/');
    }
    path.push_str(tag.local_name().as_ref());
    if open.len() >= MAX_DEPTH || path.len() > MAX_PATH {
        return Err("its elements lie deeper than any that Windows writes");
    }
    Ok(before)
}

fn attributes(tag: &BytesStart<'_>) -> Result<Attributes, String> {
    let mut list = Vec::new();
    // The check for duplicates costs the square of their number.
    for attribute in tag.attributes().with_checks(false) {
        if list.len() >= MAX_ATTRIBUTES {
            return Err(format!("it has more than {MAX_ATTRIBUTES} attributes"));
        }
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_err(|error| error.to_string())?;
        let name = attribute.key.local_name().as_ref().to_owned();
        list.push((name, value.into_owned()));
    }
    Ok(Attributes(list))
}

/// Counts lines on the way through a text.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl Lines<'_> {
    /// The line of a place that is not before the last one asked for.
    fn up_to(&mut self, position: u64) -> u32 {
        let to = usize::try_from(position).unwrap_or(usize::MAX);
        let part = self.text.as_bytes().get(self.at..to).unwrap_or_default();
        let ends = part.iter().filter(|byte| **byte == b'\n').count();
        self.line = self
            .line
            .saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        self.at = self.at.max(to);
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Result<Vec<String>, String> {
        let mut seen = Vec::new();
        walk(text, |path, line, step| {
            seen.push(match step {
                Step::Start(attributes) => {
                    format!("{path}:{line} name={:?}", attributes.get("name"))
                }
                Step::End(text) => format!("{path}:{line} {text:?}"),
            });
        })
        .map(|()| seen)
    }

    #[test]
    fn elements_come_with_their_path_line_and_text() {
        let text = "<?xml version=\"1.0\"?>\n<a><!-- c -->\n<p:b name='x&amp;y'/>\n<c> 1 &lt; &#50;<![CDATA[&]]> </c>\n</a>";
        assert_eq!(
            seen(text).unwrap(),
            [
                "a:2 name=None",
                "a/b:3 name=Some(\"x&y\")",
                "a/b:3 \"\"",
                "a/c:4 name=None",
                "a/c:4 \"1 < 2&\"",
                "a:5 \"\"",
            ]
        );
    }

    #[test]
    fn what_a_hostile_file_would_let_grow_ends() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbb\">]><a>&b;</a>";
        assert!(seen(bomb).unwrap_err().contains("document type"));
        assert!(seen("<a>&b;</a>").unwrap_err().contains("entities"));
        assert!(seen("<a b='&c;'/>").is_err());
        assert!(seen(&"<a>".repeat(65)).unwrap_err().contains("deeper"));
        let long = format!("<{}/>", "a".repeat(5000));
        assert!(seen(&long).unwrap_err().contains("deeper"));
        let text = format!("<a>{}</a>", "b".repeat(MAX_TEXT + 1));
        assert!(seen(&text).unwrap_err().contains("longer"));
        let many: String = (0..=MAX_ATTRIBUTES).map(|n| format!(" n{n}=''")).collect();
        let error = seen(&format!("<a{many}/>")).unwrap_err();
        assert!(error.contains("attributes"), "{error}");
        let many = format!("<a>{}</a>", "<b/>".repeat(MAX_EVENTS));
        assert!(seen(&many).unwrap_err().contains("more than"));
        for broken in ["", "text", "<a>", "<a></b>", "</a>", "<a", "<a b=></a>"] {
            assert!(seen(broken).is_err(), "{broken:?}");
        }
    }

    #[test]
    fn the_byte_order_mark_decides() {
        let wide: Vec<u8> = "<ä/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "<ä/>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [
            [&[0xff, 0xfe][..], &wide].concat(),
            [&[0xfe, 0xff][..], &big].concat(),
            wide,
            "\u{feff}<ä/>".as_bytes().to_vec(),
            "<ä/>".as_bytes().to_vec(),
        ] {
            assert_eq!(decode(&bytes).as_deref(), Ok("<ä/>"));
        }
        assert!(decode(b"<\xff/>").is_err());
    }
}
