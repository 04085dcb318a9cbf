//! A small generator of random numbers (SplitMix64): the same on every platform and for ever, which
//! libraries of random numbers do not promise.

/// The golden ratio's share of 2^64, made odd: the step of the counter.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

pub(super) struct Random(u64);

impl Random {
    /// One of many independent streams of a seed.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        // Mixed, so that the streams do not follow each other by a step or two.
        Self(mix(seed ^ mix(stream.wrapping_mul(STEP))))
    }

    /// The next number: at least 0 and below 1, a multiple of 2^-53.
    pub(super) fn next_unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(STEP);
        (mix(self.0) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        // The published test values of the generator for the seed 1234567.
        let mut random = Random(1_234_567);
        let first = [6_457_827_717_110_365_317_u64, 3_203_168_211_198_807_973];
        for expected in first {
            let found = random.next_unit();
            assert_eq!(found, (expected >> 11) as f64 / (1_u64 << 53) as f64);
        }
    }

    #[test]
    fn streams_differ_and_numbers_stay_within_the_unit() {
        let mut one = Random::new(7, 0);
        let mut other = Random::new(7, 1);
        let mut sum = 0.0;
        for _ in 0..10_000 {
            let (a, b) = (one.next_unit(), other.next_unit());
            assert!((0.0..1.0).contains(&a) && a != b);
            sum += a;
        }
        assert!((sum / 10_000.0 - 0.5).abs() < 0.02);
    }
}
