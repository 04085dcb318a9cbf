//! The words of a line of sshd's configuration, as sshd cuts them.

/// What sshd takes for the blanks of a line when it looks for the keyword.
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// A line of the configuration.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Blank, a comment, or a quote that is never closed in the keyword: sshd skips it.
    Nothing,
    /// A keyword, as spelled, with its arguments.
    Setting(String, Vec<String>),
    /// sshd refuses it: why.
    Refused(String),
}

/// Cuts the first word off, up to a blank or one `=`; quotes are taken off.
fn first_word(text: &str) -> Option<(String, Option<&str>)> {
    let blank = |c: char| BLANKS.contains(&c);
    let Some(at) = text.find(|c: char| blank(c) || c == '"' || c == '=') else {
        return Some((text.to_owned(), None));
    };
    let (word, rest) = text.split_at_checked(at)?;
    let mut rest_chars = rest.chars();
    let separator = rest_chars.next()?;
    let rest = rest_chars.as_str();
    if separator == '"' {
        let (inner, rest) = rest.split_once('"')?;
        return Some((
            format!("{word}{inner}"),
            Some(rest.trim_start_matches(blank)),
        ));
    }
    let rest = rest.trim_start_matches(blank);
    let rest = match rest.strip_prefix('=') {
        Some(after) if separator != '=' => after.trim_start_matches(blank),
        _ => rest,
    };
    Some((word.to_owned(), Some(rest)))
}

/// Cuts the arguments; none where a quote is never closed. A `#` ends them at the start of a word.
fn arguments(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    loop {
        while chars.next_if(|c| matches!(c, ' ' | '\t')).is_some() {}
        match chars.peek() {
            None | Some('#') => return Some(words),
            Some(_) => {}
        }
        let mut word = String::new();
        let mut quote = None;
        while let Some(c) = chars.next() {
            match (c, quote) {
                ('\\', _) => {
                    let escaped = chars.next_if(|next| {
                        matches!(next, '\'' | '"' | '\\') || (quote.is_none() && *next == ' ')
                    });
                    word.push(escaped.unwrap_or('\\'));
                }
                (' ' | '\t', None) => break,
                ('"' | '\'', None) => quote = Some(c),
                (_, Some(open)) if open == c => quote = None,
                _ => word.push(c),
            }
        }
        if quote.is_some() {
            return None;
        }
        words.push(word);
    }
}

/// Cuts a line.
pub(super) fn cut(line: &str) -> Line {
    let line = line.trim_end_matches([' ', '\t', '\r', '\n', '\u{c}']);
    let mut cut = first_word(line);
    // The word before leading blanks is empty.
    if let Some((word, Some(rest))) = &cut
        && word.is_empty()
    {
        cut = first_word(rest);
    }
    let Some((keyword, rest)) = cut else {
        return Line::Nothing;
    };
    if keyword.is_empty() || keyword.starts_with('#') {
        return Line::Nothing;
    }
    match rest {
        None | Some("") => Line::Refused("a keyword without a value".to_owned()),
        Some(rest) => match arguments(rest) {
            Some(arguments) => Line::Setting(keyword, arguments),
            None => Line::Refused("a quote that is never closed".to_owned()),
        },
    }
}

/// A time as sshd reads it, in seconds: `180`, `3m`, `1h30m`; none where sshd refuses it.
pub fn seconds(text: &str) -> Option<u32> {
    let mut total = 0_i32;
    let mut rest = text;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        // What strtol leaves out before a number.
        let signed = rest.trim_start_matches([' ', '\t', '\n', '\u{b}', '\u{c}', '\r']);
        let digits = signed.strip_prefix('+').unwrap_or(signed);
        let end = digits
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(digits.len());
        let (number, after) = digits.split_at_checked(end)?;
        let number: i32 = number.parse().ok()?;
        let mut letters = after.chars();
        let unit = match letters.next().map(|c| c.to_ascii_lowercase()) {
            None | Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            Some('d') => 86_400,
            Some('w') => 604_800,
            Some(_) => return None,
        };
        total = total.checked_add(number.checked_mul(unit)?)?;
        rest = letters.as_str();
    }
    u32::try_from(total).ok()
}
