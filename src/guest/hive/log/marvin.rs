//! Marvin32, the hash of log entries.

/// The seed that the registry uses.
const SEED: (u32, u32) = (0x7A4E_55C5, 0x82EF_4D88);

/// The Marvin32 hash of `data` with the seed of the registry.
pub(in crate::guest::hive) fn marvin32(data: &[u8]) -> u64 {
    hash(SEED, data)
}

fn hash((mut low, mut high): (u32, u32), data: &[u8]) -> u64 {
    let (words, rest) = data.as_chunks::<4>();
    let mut mix = |word: u32| {
        low = low.wrapping_add(word);
        high ^= low;
        low = low.rotate_left(20).wrapping_add(high);
        high = high.rotate_left(9) ^ low;
        low = low.rotate_left(27).wrapping_add(high);
        high = high.rotate_left(19);
    };
    for word in words {
        mix(u32::from_le_bytes(*word));
    }
    // The bytes that are left, the mark 0x80 behind them, zeros.
    let mut last = [0; 4];
    for (to, from) in last.iter_mut().zip(rest.iter().chain([&0x80])) {
        *to = *from;
    }
    mix(u32::from_le_bytes(last));
    mix(0);
    u64::from(high) << 32 | u64::from(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published vectors fold the two halves into 32 bits, as the .NET runtime does.
    fn folded(seed: (u32, u32), data: &[u8]) -> u32 {
        let (low, high) = (hash(seed, data) & 0xFFFF_FFFF, hash(seed, data) >> 32);
        u32::try_from(low ^ high).unwrap()
    }

    /// From the tests of the crate `marvin32` for the registry's seed.
    #[test]
    fn it_gives_the_published_hashes() {
        for (data, expected) in [
            ("", 0xB008_92AC),
            ("h", 0xF41A_608E),
            ("he", 0x1110_7C6B),
            ("hel", 0x2405_6A46),
            ("hell", 0x7F91_E021),
            ("hello, world!", 0x00C1_8515),
        ] {
            assert_eq!(folded(SEED, data.as_bytes()), expected, "{data}");
        }
        let text: Vec<u8> = b"Abcdefg".iter().flat_map(|c| [*c, 0]).collect();
        assert_eq!(folded((0xC498_B3F8, 0x5D70_D359), &text), 0xBA62_7C81);
    }
}
