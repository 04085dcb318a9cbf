//! The checksum of the footer and of the dynamic header.

/// The one's complement of the sum of all bytes but the checksum field's own four, which start at
/// `field`. The sum does not depend on the order of the bytes: a right checksum proves little.
pub(super) fn checksum(structure: &[u8], field: usize) -> u32 {
    let own = field..field.saturating_add(4);
    !structure
        .iter()
        .enumerate()
        .filter(|(at, _)| !own.contains(at))
        .fold(0_u32, |sum, (_, byte)| sum.wrapping_add(u32::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_itself_does_not_count() {
        let mut bytes = [1_u8; 16];
        let before = checksum(&bytes, 4);
        assert_eq!(before, !12);
        bytes[5] = 200;
        assert_eq!(checksum(&bytes, 4), before);
        bytes[8] = 2;
        assert_eq!(checksum(&bytes, 4), !13);
    }
}
