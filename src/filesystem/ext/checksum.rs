//! The two checksums of ext4 and its journal: CRC-32C, and the big-endian CRC-32 of old journals.

pub(super) use crate::filesystem::crc32c::update as crc32c;

/// The table of the CRC-32 that goes from the high bit down (polynomial 0x04c11db7).
static CRC32_BE: [u32; 256] = forward(0x04c1_1db7);

#[expect(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "evaluated by the compiler, with loops of fixed length"
)]
const fn forward(polynomial: u32) -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = (byte as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc << 1) ^ (polynomial & 0_u32.wrapping_sub(crc >> 31));
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
}

/// The journal's first kind of checksum: begins with `!0`, inverts nothing at the end.
pub(super) fn crc32_be(crc: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(crc, |crc, byte| {
        let [high, ..] = crc.to_be_bytes();
        (crc << 8) ^ CRC32_BE[usize::from(high ^ byte)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_the_published_check_values() {
        // The catalogue's check values over "123456789", with the final inversion taken back.
        assert_eq!(!crc32c(!0, b"123456789"), 0xe306_9283);
        assert_eq!(!crc32_be(!0, b"123456789"), 0xfc89_1918);
        // In pieces as in one.
        let bytes: Vec<u8> = (0..=255).collect();
        let (head, tail) = bytes.split_at(77);
        assert_eq!(crc32c(crc32c(!0, head), tail), crc32c(!0, &bytes));
    }
}
