//! Base64, as envelopes of signed statements hold it.

/// The bytes of a text in either of the two alphabets, with or without padding; none where it is
/// no base64.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let letters = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(letters.len());
    let (mut bits, mut count) = (0_u32, 0_u32);
    for letter in letters.bytes() {
        let six = match letter {
            b'A'..=b'Z' => letter.wrapping_sub(b'A'),
            b'a'..=b'z' => letter.wrapping_sub(b'a').wrapping_add(26),
            b'0'..=b'9' => letter.wrapping_sub(b'0').wrapping_add(52),
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(six);
        count = count.wrapping_add(6);
        if count >= 8 {
            count = count.wrapping_sub(8);
            bytes.push(u8::try_from((bits >> count) & 0xff).ok()?);
            bits &= (1_u32 << count).wrapping_sub(1);
        }
    }
    // What is left over holds no bits of a byte, or the text was cut.
    (count < 6 && bits == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn the_vectors_of_rfc_4648() {
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYmFy", "foobar"),
            ("Zm9vYg", "foob"),
        ] {
            assert_eq!(decode(text).unwrap(), bytes.as_bytes(), "{text}");
        }
        assert_eq!(decode("-_8="), Some(vec![0xfb, 0xff]));
        for broken in ["Z", "Zm9vZ", "Zm 9v", "Zh==", "Zm9v\n"] {
            assert_eq!(decode(broken), None, "{broken:?}");
        }
    }
}
