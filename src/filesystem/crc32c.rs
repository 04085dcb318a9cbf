//! CRC-32C (Castagnoli), which ext4, XFS version 5 and btrfs protect their structures with.

/// Eight tables (polynomial 0x82f63b78, reflected), so that eight bytes go in at once: every
/// structure that is looked at is checked.
static TABLES: [[u32; 256]; 8] = reflected(0x82f6_3b78);

#[expect(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "evaluated by the compiler, with loops of fixed length"
)]
const fn reflected(polynomial: u32) -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc >> 1) ^ (polynomial & 0_u32.wrapping_sub(crc & 1));
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
            byte += 1;
        }
        table += 1;
    }
    tables
}

/// CRC-32C of `bytes`, carried on from `crc`, without inversion at the begin and the end: so
/// ext4 takes it.
pub(super) fn update(crc: u32, bytes: &[u8]) -> u32 {
    let [t0, t1, t2, t3, t4, t5, t6, t7] = &TABLES;
    let (eights, rest) = bytes.as_chunks::<8>();
    let crc = eights.iter().fold(crc, |crc, [a, b, c, d, e, f, g, h]| {
        let [w, x, y, z] = crc.to_le_bytes();
        t7[usize::from(a ^ w)]
            ^ t6[usize::from(b ^ x)]
            ^ t5[usize::from(c ^ y)]
            ^ t4[usize::from(d ^ z)]
            ^ t3[usize::from(*e)]
            ^ t2[usize::from(*f)]
            ^ t1[usize::from(*g)]
            ^ t0[usize::from(*h)]
    });
    rest.iter().fold(crc, |crc, byte| {
        let [low, ..] = crc.to_le_bytes();
        (crc >> 8) ^ t0[usize::from(low ^ byte)]
    })
}

/// The checksum of `bytes`.
pub(super) fn crc32c(bytes: &[u8]) -> u32 {
    !update(!0, bytes)
}

/// The checksum of `bytes` where the four from `hole` on, the checksum's own place, count as zeros:
/// so XFS checks its structures.
pub(super) fn crc32c_around(bytes: &[u8], hole: usize) -> u32 {
    let before = bytes.get(..hole).unwrap_or(bytes);
    let after = bytes.get(hole.saturating_add(4)..).unwrap_or_default();
    !update(update(update(!0, before), &[0; 4]), after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_check_value_comes_out() {
        assert_eq!(crc32c(b"123456789"), 0xE306_9283);
        assert_eq!(
            crc32c_around(b"12\0\0\0\x0089", 2),
            crc32c(b"12\0\0\0\x0089")
        );
        assert_eq!(crc32c_around(b"12345689", 2), crc32c(b"12\0\0\0\x0089"));
    }
}
