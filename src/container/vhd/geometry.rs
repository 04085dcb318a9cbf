//! Cylinders, heads, sectors: what the footer states, and what the format's algorithm gives for a
//! size. No reader that matters to Azure uses it, but QEMU sizes some writers' disks by it.

/// The CHS geometry of a footer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geometry {
    /// Cylinders.
    pub cylinders: u16,
    /// Heads.
    pub heads: u8,
    /// Sectors per track.
    pub sectors: u8,
}

impl Geometry {
    /// The largest that the fields of the format's algorithm reach: what several writers put for
    /// every size, and what every QEMU takes as "do not use the geometry".
    pub const MAXIMUM: Self = Self {
        cylinders: 65_535,
        heads: 16,
        sectors: 255,
    };

    /// Bytes that the geometry addresses, in sectors of 512 bytes.
    pub fn bytes(self) -> u64 {
        u64::from(self.cylinders)
            .saturating_mul(u64::from(self.heads))
            .saturating_mul(u64::from(self.sectors))
            .saturating_mul(512)
    }

    /// Whether it addresses nothing.
    pub fn is_zero(self) -> bool {
        self.bytes() == 0
    }

    /// The geometry that the format's appendix computes for a disk of `size` bytes; it rounds
    /// down, so that it usually addresses less than `size`.
    pub fn for_size(size: u64) -> Self {
        const MOST: u64 = 65_535 * 16 * 255;
        let total = (size / 512).min(MOST);
        let (mut sectors, mut heads, mut tracks);
        if total >= 65_535 * 16 * 63 {
            sectors = 255;
            heads = 16;
            tracks = total / 255;
        } else {
            sectors = 17;
            tracks = total / 17;
            heads = tracks.saturating_add(1023) / 1024;
            heads = heads.max(4);
            if tracks >= heads.saturating_mul(1024) || heads > 16 {
                sectors = 31;
                heads = 16;
                tracks = total / 31;
            }
            if tracks >= heads.saturating_mul(1024) {
                sectors = 63;
                heads = 16;
                tracks = total / 63;
            }
        }
        let cylinders = tracks.checked_div(heads).unwrap_or(0);
        Self {
            cylinders: u16::try_from(cylinders).unwrap_or(u16::MAX),
            heads: u8::try_from(heads).unwrap_or(u8::MAX),
            sectors,
        }
    }
}

impl std::fmt::Display for Geometry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.cylinders, self.heads, self.sectors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn geometry_is_what_real_writers_write_for_these_sizes() {
        // (size in bytes, C, H, S) as Windows and VirtualBox wrote them, and QEMU for sizes that
        // are products already.
        for (size, cylinders, heads, sectors) in [
            (10_485_760, 301, 4, 17),
            (4_194_304, 120, 4, 17),
            (34_607_104, 994, 4, 17),
            (41_943_040, 963, 5, 17),
            (536_870_912, 1_040, 16, 63),
            (1_073_741_824, 2_080, 16, 63),
            (34_359_738_368, 16_448, 16, 255),
            (32_633_782_272, 63_232, 16, 63),
            (1_022_999_998_464, 65_535, 16, 255),
        ] {
            let geometry = Geometry::for_size(size);
            let expected = Geometry {
                cylinders,
                heads,
                sectors,
            };
            assert_eq!(geometry, expected, "{size}");
            assert!(geometry.bytes() <= size);
        }
        assert!(Geometry::for_size(0).is_zero());
        assert_eq!(Geometry::for_size(u64::MAX), Geometry::MAXIMUM);
    }
}
