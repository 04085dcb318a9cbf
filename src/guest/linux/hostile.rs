//! Texts with random changes, the same at every run, for tests that no reader may fail on.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

/// Calls `read` with `count` changed copies of `text`.
pub(crate) fn mutated(text: &str, count: u32, mut read: impl FnMut(&[u8])) {
    const PIECES: [&[u8]; 12] = [
        b"\n", b":", b"- ", b"[", b"]", b"{", b"'", b"\"", b"\xff", b"\t", b"=", b"/*",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % (below.max(1) as u64)) as usize
    };
    for _ in 0..count {
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..=random(6) {
            let at = random(bytes.len());
            match random(4) {
                0 => bytes.truncate(at),
                1 => {
                    let piece = PIECES[random(PIECES.len())];
                    bytes.splice(at..at, piece.iter().copied());
                }
                2 if at < bytes.len() => {
                    bytes.remove(at);
                }
                _ => {
                    let end = bytes.len().min(at + random(40));
                    let copy = bytes[at.min(end)..end].to_vec();
                    let to = random(bytes.len());
                    bytes.splice(to..to, copy);
                }
            }
        }
        read(&bytes);
    }
}
