//! Bandwidths in bits a second, rates in bytes a second and sizes, as people write them.

use std::num::NonZeroU64;

/// `20M`, `100Mbit/s`, `1.5G`: bits a second, in powers of 1000.
pub(super) fn bandwidth(text: &str) -> Result<NonZeroU64, String> {
    const HINT: &str = "give bits a second, such as 20M, 100M or 1G";
    let (number, unit) = split(text).ok_or_else(|| format!("no number in it; {HINT}"))?;
    if unit.contains('B') || unit.contains("iB") || unit.contains("yte") {
        return Err(format!("`{unit}` counts bytes; {HINT} (8 bits are a byte)"));
    }
    let unit = unit.to_ascii_lowercase();
    let prefix = ["bit/s", "bits/s", "bps", "b/s", "bit", "b"]
        .iter()
        .find_map(|suffix| unit.strip_suffix(suffix))
        .unwrap_or(&unit);
    let factor = match prefix {
        "" => 1.0,
        "k" => 1e3,
        "m" => 1e6,
        "g" => 1e9,
        _ => return Err(format!("`{unit}` is no unit; {HINT}")),
    };
    whole(number * factor).ok_or_else(|| format!("out of bounds; {HINT}"))
}

/// `60MiB`, `100MB/s`, `1.5GiB/s`: bytes a second.
pub(super) fn byte_rate(text: &str) -> Result<NonZeroU64, String> {
    const HINT: &str = "give bytes a second, such as 60MiB or 100MB";
    let (number, unit) = split(text).ok_or_else(|| format!("no number in it; {HINT}"))?;
    let factor = match unit.strip_suffix("/s").unwrap_or(unit) {
        "B" | "" => 1.0,
        "kB" | "KB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        "KiB" => 1024.0,
        "MiB" => f64::from(1 << 20),
        "GiB" => f64::from(1 << 30),
        other => return Err(format!("`{other}` is no unit; {HINT}")),
    };
    whole(number * factor).ok_or_else(|| format!("out of bounds; {HINT}"))
}

/// `943718400`, `900MiB`, `30GB`: bytes. Whole numbers only, which a size in a record has to be.
pub(super) fn bytes(text: &str) -> Result<u64, String> {
    const HINT: &str = "give bytes, such as 943718400 or 900MiB";
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit());
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    let factor = match unit.trim() {
        "B" | "" => 1,
        "kB" | "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "TiB" => 1 << 40,
        other => return Err(format!("`{other}` is no unit; {HINT}")),
    };
    let number = number
        .parse::<u64>()
        .map_err(|_| format!("no whole number in it; {HINT}"))?;
    number
        .checked_mul(factor)
        .ok_or_else(|| format!("out of bounds; {HINT}"))
}

fn split(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    Some((number.parse().ok()?, unit.trim()))
}

/// At least 1, at most what no network reaches.
fn whole(value: f64) -> Option<NonZeroU64> {
    const MOST: f64 = 1e15;
    if (1.0..=MOST).contains(&value) {
        NonZeroU64::new(value as u64)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bandwidths_are_bits_and_rates_are_bytes() {
        let bits = |text| bandwidth(text).map(NonZeroU64::get);
        for (text, value) in [
            ("20M", 20_000_000),
            ("100Mbit/s", 100_000_000),
            ("1.5G", 1_500_000_000),
            ("500 kbps", 500_000),
            ("1000", 1000),
        ] {
            assert_eq!(bits(text), Ok(value), "{text}");
        }
        assert!(bits("100MB/s").unwrap_err().contains("counts bytes"));
        assert!(bits("fast").unwrap_err().contains("such as 20M"));
        assert!(bits("0").unwrap_err().contains("out of bounds"));
        assert!(bits("1e9").is_err() && bits("-1M").is_err() && bits("9999999999G").is_err());
        let bytes = |text| byte_rate(text).map(NonZeroU64::get);
        assert_eq!(bytes("60MiB"), Ok(60 << 20));
        assert_eq!(bytes("100MB/s"), Ok(100_000_000));
        assert!(bytes("60M").unwrap_err().contains("no unit"));
    }

    #[test]
    fn sizes_are_whole_bytes() {
        for (text, value) in [("0", 0), ("943718400", 900 << 20), ("900MiB", 900 << 20)] {
            assert_eq!(bytes(text), Ok(value), "{text}");
        }
        assert_eq!(bytes("30 GB"), Ok(30_000_000_000));
        assert!(bytes("1.5GiB").unwrap_err().contains("no unit"));
        assert!(bytes("GiB").unwrap_err().contains("no whole number"));
        assert!(bytes("99999999TiB").unwrap_err().contains("out of bounds"));
    }
}
