//! Names and sentences without what changes when an image is built anew: versions, identifiers,
//! numbers. A user or a package of another name stays another.

/// What stands for that which changes.
const MASK: char = '#';
/// Words that a number has beside it, and that change with it.
const UNITS: [&str; 7] = ["byte", "bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];

/// A path, key or volume: `/boot/vmlinuz-6.1.0-18-amd64` is `/boot/vmlinuz-#`.
pub(super) fn name(text: &str) -> String {
    masked(text, false)
}

/// A sentence: of that, also numbers, dates and sizes.
pub(super) fn words(text: &str) -> String {
    masked(text, true)
}

fn masked(text: &str, numbers: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let gap = after.find(is_of_word).unwrap_or(after.len());
        let (gap, after) = after.split_at(gap);
        // A sentence ends with a point that is no part of its last word.
        let bare = word.trim_end_matches(['.', ',']);
        let end = word.strip_prefix(bare).unwrap_or_default();
        if numbers && UNITS.contains(&bare) && out.ends_with("# ") {
            out.truncate(out.len().saturating_sub(1));
        } else {
            out.push_str(&of_word(bare, numbers));
        }
        out.push_str(end);
        out.push_str(gap);
        rest = after;
    }
    out
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | ',' | '-' | '+' | '~' | '_')
}

fn of_word(word: &str, numbers: bool) -> String {
    if let Some(relative) = machine_sid(word) {
        return format!("S-1-5-21-{MASK}{relative}");
    }
    if numbers && is_number(word) {
        return MASK.to_string();
    }
    let mut out = String::new();
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric());
        let (run, after) = rest.split_at(end.unwrap_or(rest.len()));
        if run.is_empty() {
            out.push(first);
            rest = rest.strip_prefix(first).unwrap_or_default();
        } else if let Some(after) = after_uuid(rest) {
            out.push(MASK);
            rest = after;
        } else if is_hexadecimal(run) {
            out.push(MASK);
            rest = after;
        } else if let Some(name) = before_version(run, after) {
            // What stands behind a version belongs to it.
            out.push_str(name);
            out.push(MASK);
            return out;
        } else {
            out.push_str(run);
            rest = after;
        }
    }
    out
}

/// The end of a Windows account's SID that the machine does not choose: `-500`.
fn machine_sid(word: &str) -> Option<String> {
    let parts: Vec<_> = word.strip_prefix("S-1-5-21-")?.split('-').collect();
    let relative = parts.get(3..)?;
    Some(relative.iter().map(|part| format!("-{part}")).collect())
}

/// What stands behind a UUID that the text begins with.
fn after_uuid(text: &str) -> Option<&str> {
    let (uuid, after) = text.split_at_checked(36)?;
    let groups = uuid.split('-').map(str::len);
    let is_uuid = groups.eq([8, 4, 4, 4, 12])
        && uuid.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
        && !after.starts_with(|c: char| c.is_ascii_alphanumeric());
    is_uuid.then_some(after)
}

/// Eight and more hexadecimal digits, as identifiers of machines and hashes have them.
fn is_hexadecimal(run: &str) -> bool {
    run.len() >= 8
        && run.bytes().all(|b| b.is_ascii_hexdigit())
        && run.bytes().any(|b| b.is_ascii_digit())
}

/// A number, date or time, with hardly a letter in it: `1,024`, `2026-11-21T10`, `12th`.
fn is_number(word: &str) -> bool {
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    word.starts_with(|c: char| c.is_ascii_digit()) && letters <= 2
}

/// What stands before the version that begins at the end of `run`: digits, a point, more digits.
fn before_version<'a>(run: &'a str, after: &str) -> Option<&'a str> {
    let name = run.trim_end_matches(|c: char| c.is_ascii_digit());
    let more = after.strip_prefix('.')?;
    (name.len() < run.len() && more.starts_with(|c: char| c.is_ascii_digit())).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_rebuild_changes_is_masked() {
        for (text, expected) in [
            ("/boot/vmlinuz-6.1.0-18-amd64", "/boot/vmlinuz-#"),
            ("/usr/lib/python3.11/x.py", "/usr/lib/python#/x.py"),
            (
                "/var/lib/dhcp/c12a7328-f81f-11d2-ba4b-00a0c93ec93b.lease",
                "/var/lib/dhcp/#.lease",
            ),
            (
                "entries/0123456789abcdef0123456789abcdef-6.1.0-18.conf",
                "entries/#-#",
            ),
            (
                r"Users\S-1-5-21-1004336348-1177238915-682003330-500\x",
                r"Users\S-1-5-21-#-500\x",
            ),
            (
                r"Interfaces\{c12a7328-f81f-11d2-ba4b-00a0c93ec93b}",
                r"Interfaces\{#}",
            ),
            (
                "/etc/cloud/cloud.cfg.d/90_dpkg.cfg",
                "/etc/cloud/cloud.cfg.d/90_dpkg.cfg",
            ),
            (
                "/home/user1/.ssh/authorized_keys",
                "/home/user1/.ssh/authorized_keys",
            ),
            ("", ""),
            ("Größe 磁盘", "Größe 磁盘"),
        ] {
            assert_eq!(name(text), expected);
        }
        for (text, expected) in [
            ("3 files, 12,288 bytes", "# files, #"),
            ("of 2026-11-21, 25.5 MiB.", "of #, #."),
            ("user1 has CVE-2022-0778", "user1 has CVE-2022-0778"),
        ] {
            assert_eq!(words(text), expected);
        }
    }
}
