//! Guest paths as text, and back to the bytes that a file system stores.
//!
//! A name need not be UTF-8. So that every name that was listed can also be opened, a byte that is
//! none stands as one character of a private area (U+10FF00 + the byte), and a name that truly
//! holds such a character stands byte by byte in the same way: the two directions are exact.

const ESCAPE: u32 = 0x10_ff00;

fn escaped(byte: u8) -> char {
    char::from_u32(ESCAPE.saturating_add(u32::from(byte))).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn unescaped(c: char) -> Option<u8> {
    u32::from(c)
        .checked_sub(ESCAPE)
        .and_then(|byte| u8::try_from(byte).ok())
}

/// The text of a stored name.
pub(super) fn to_text(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            if unescaped(c).is_some() {
                text.extend(c.encode_utf8(&mut [0; 4]).bytes().map(escaped));
            } else {
                text.push(c);
            }
        }
        text.extend(chunk.invalid().iter().copied().map(escaped));
    }
    text
}

/// The stored bytes of a path.
pub(super) fn to_bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match unescaped(c) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes
}

/// `folder/name` without a doubled slash.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.ends_with('/') {
        format!("{folder}{name}")
    } else {
        format!("{folder}/{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_comes_back_as_it_was() {
        let names: [&[u8]; 5] = [
            b"plain",
            "sch\u{f6}n".as_bytes(),
            b"bad \xff\xfe name",
            "\u{10ff41}\u{10ffff}".as_bytes(),
            b"\xf4\x8f\xbd",
        ];
        for name in names {
            assert_eq!(to_bytes(&to_text(name)), name);
        }
        assert_eq!(to_text(b"plain"), "plain");
        assert_ne!(to_text(b"\x41"), to_text("\u{10ff41}".as_bytes()));
    }
}
