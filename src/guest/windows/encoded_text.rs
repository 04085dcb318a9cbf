//! Text files of Windows, which are in UTF-16 as often as in UTF-8.

use crate::bytes::utf16;
use crate::guest::{Root, TextFile};
use crate::known::Known;

/// The text file `path` of at most `limit` bytes; none where there is no such file. A byte order
/// mark tells the encoding; without one, zeros between the first letters tell UTF-16.
///
/// # Errors
/// [`Undetermined`](crate::known::Undetermined) where it cannot be read, or is larger.
pub(super) fn text(root: &Root, path: &str, limit: u64) -> Known<Option<TextFile>> {
    let bytes = root.bytes(path, limit)?;
    Ok(bytes.map(|bytes| TextFile {
        spot: root.real_spot(path),
        text: decoded(&bytes),
    }))
}

fn decoded(bytes: &[u8]) -> String {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, false),
        [0xfe, 0xff, rest @ ..] => utf16(rest, true),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [first, 0, second, 0, ..] if *first > 0 && *second > 0 => utf16(bytes, false),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// A text as Windows writes it with its byte order mark, for tests.
#[cfg(test)]
pub(crate) fn utf16_file(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::testing::Tree;

    #[test]
    fn every_encoding_that_windows_writes_is_read() {
        let little = utf16_file("[State]\r\nä");
        let big: Vec<_> = little
            .chunks(2)
            .flat_map(|pair| [pair[1], pair[0]])
            .collect();
        let marked = ["\u{feff}".as_bytes(), "[State]\r\nä".as_bytes()].concat();
        for bytes in [
            &little,
            &big,
            &little[2..].to_vec(),
            &marked,
            &marked[3..].to_vec(),
        ] {
            assert_eq!(decoded(bytes), "[State]\r\nä");
        }
        assert_eq!(decoded(&[]), "");
        let root = Tree::ntfs()
            .bytes("/a", &little)
            .windows_root_with(Vec::new());
        let read = text(&root, "/A", 100).unwrap().unwrap();
        assert_eq!((&*read.text, &*read.spot.path), ("[State]\r\nä", r"C:\A"));
        assert!(text(&root, "/a", 3).is_err());
        assert_eq!(text(&root, "/b", 3), Ok(None));
    }
}
