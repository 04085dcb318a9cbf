//! Text for people: hostile text made harmless, sizes and durations made readable.

/// Whether `c` is a character that a terminal obeys or that hides or reorders what stands beside
/// it: controls (C0, DEL, C1), line and paragraph separators, bidirectional controls, zero-width
/// and tag characters; and the two that no XML may hold.
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}' | '\u{ffff}'
            | '\u{e0000}'..='\u{e007f}')
}

/// `text` from an image or a file name, fit for a terminal and for the log of a CI system.
///
/// Deceptive characters become visible escapes. Build services run what stands behind `##vso[`,
/// `##[`, `##teamcity[` or `::error` in a log, so that `##` and `::` are broken up by a backslash.
pub fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut last = ' ';
    for c in text.chars() {
        if is_deceptive(c) {
            out.extend(c.escape_default());
        } else {
            if matches!(c, '#' | ':') && c == last {
                out.push('\\');
            }
            out.push(c);
        }
        last = c;
    }
    out
}

const UNITS: [(u64, &str); 5] = [
    (1 << 50, "PiB"),
    (1 << 40, "TiB"),
    (1 << 30, "GiB"),
    (1 << 20, "MiB"),
    (1 << 10, "KiB"),
];

/// A size in the largest unit that it fills: `30 GiB`, `1.46 GiB`, `511 bytes`.
pub fn size(bytes: u64) -> String {
    let Some((unit, name)) = UNITS.iter().find(|(unit, _)| bytes >= *unit) else {
        return exact(bytes);
    };
    let (whole, rest) = (bytes / unit, bytes % unit);
    if rest == 0 {
        return format!("{} {name}", grouped(whole));
    }
    // Rounded down: a size just short of a limit must not look like the limit. And with as many
    // digits as it takes not to look whole: that is what Azure refuses most.
    for digits in 2..=6 {
        // In 128 bits, as the rest of a PiB times a million does not fit into 64.
        let fraction = u128::from(rest) * 10_u128.pow(digits) / u128::from(*unit);
        if fraction > 0 {
            let width = usize::try_from(digits).unwrap_or(2);
            return format!("{}.{fraction:0width$} {name}", grouped(whole));
        }
    }
    format!("just over {} {name}", grouped(whole))
}

/// A size with its bytes: `24 MiB (25,165,824 bytes)`.
pub fn size_exact(bytes: u64) -> String {
    if bytes < 1 << 10 {
        return exact(bytes);
    }
    format!("{} ({})", size(bytes), exact(bytes))
}

/// Bytes to the last: `25,165,824 bytes`.
pub fn exact(bytes: u64) -> String {
    counted(bytes, "byte")
}

/// A number with its noun: `1 error`, `2,000 errors`.
pub fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// A number in groups of three digits: `25,165,824`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A time with two digits that mean something: `0.4 s`, `15 s`, `8.5 min`, `48 h`, `7 days`.
/// Up to two days are hours, as the sources of Azure's times count them.
pub fn duration(seconds: f64) -> String {
    const MINUTE: f64 = 60.0;
    const HOUR: f64 = 60.0 * MINUTE;
    const DAY: f64 = 24.0 * HOUR;
    let (value, unit) = if seconds < 1.5 * MINUTE {
        (seconds, "s")
    } else if seconds < 1.5 * HOUR {
        (seconds / MINUTE, "min")
    } else if seconds <= 2.0 * DAY {
        (seconds / HOUR, "h")
    } else {
        (seconds / DAY, "days")
    };
    if value == 0.0 {
        return format!("0 {unit}");
    }
    if value < 0.1 {
        return format!("< 0.1 {unit}");
    }
    let rounded = if value < 10.0 {
        (value * 10.0).round() / 10.0
    } else {
        value.round()
    };
    format!("{rounded} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        assert_eq!(
            safe("a\u{1b}[31mb\u{7}\u{9b}\u{7f}"),
            "a\\u{1b}[31mb\\u{7}\\u{9b}\\u{7f}"
        );
        assert_eq!(safe("line\nnext\r\t"), "line\\nnext\\r\\t");
        assert_eq!(
            safe("evil\u{202e}dhv.exe\u{200b}"),
            "evil\\u{202e}dhv.exe\\u{200b}"
        );
        let all: String = (0..=0x10_ffff).filter_map(char::from_u32).collect();
        assert!(!safe(&all).chars().any(is_deceptive));
        assert_eq!(safe("Grüße, 磁盘 – ok"), "Grüße, 磁盘 – ok");
    }

    #[test]
    fn no_logging_command_is_left() {
        for command in [
            "##vso[task.complete]",
            "##[error]x",
            "::error::x",
            "##teamcity[x]",
            ":::x",
        ] {
            let out = safe(command);
            assert!(!out.contains("##") && !out.contains("::"), "{out}");
        }
        assert_eq!(safe("::error::x"), ":\\:error:\\:x");
        assert_eq!(safe("https://example.com/#a"), "https://example.com/#a");
    }

    #[test]
    fn sizes_never_round_up_to_a_limit_nor_look_whole() {
        assert_eq!(size(0), "0 bytes");
        assert_eq!(size(1), "1 byte");
        assert_eq!(size(1023), "1,023 bytes");
        assert_eq!(size(30 << 30), "30 GiB");
        assert_eq!(size((1 << 40) - 1), "1,023.99 GiB");
        assert_eq!(size(u64::MAX), "16,383.99 PiB");
        assert_eq!(size((24 << 20) + 8704), "24.008 MiB");
        assert_eq!(size((1 << 50) + 1), "just over 1 PiB");
        assert_eq!(size_exact(24 << 20), "24 MiB (25,165,824 bytes)");
        assert_eq!(size_exact(12), "12 bytes");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }

    #[test]
    fn durations_keep_two_digits() {
        for (seconds, text) in [
            (0.0, "0 s"),
            (0.01, "< 0.1 s"),
            (15.9, "16 s"),
            (79.0, "79 s"),
            (512.0, "8.5 min"),
            (13_529.0, "3.8 h"),
            (48.0 * 3600.0, "48 h"),
            (168.0 * 3600.0, "7 days"),
        ] {
            assert_eq!(duration(seconds), text);
        }
    }
}
