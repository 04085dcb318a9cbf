//! Paths in the values of Windows: which file a command runs, and which other drives it names.

/// Characters of a path that are kept.
const MAX_PATH: usize = 260;
/// Paths of one text that are kept.
const MAX_PATHS: usize = 16;

/// The file that a command runs, as a path of the guest's tree; none where it is on another drive
/// or not told in full. `ImagePath` of a service and commands of tasks have this form.
pub(super) fn program(command: &str) -> Option<String> {
    let command = command.trim();
    let path = match command.strip_prefix('"') {
        Some(rest) => rest.split('"').next().unwrap_or_default(),
        // Without quotes the first extension of a program ends its path.
        None => [".exe", ".sys", ".dll"]
            .iter()
            .filter_map(|extension| {
                let at = find_ignoring_case(command, extension)?;
                command.get(..at.saturating_add(extension.len()))
            })
            .min_by_key(|path| path.len())
            .unwrap_or(command),
    };
    let path = path.strip_prefix(r"\??\").unwrap_or(path);
    for root in [
        r"%SystemRoot%\",
        r"%windir%\",
        r"\SystemRoot\",
        r"C:\Windows\",
    ] {
        if let Some(rest) = strip_ignoring_case(path, root) {
            return Some(format!("/Windows/{}", slashes(rest)));
        }
    }
    if let Some(rest) = strip_ignoring_case(path, r"System32\") {
        return Some(format!("/Windows/System32/{}", slashes(rest)));
    }
    for drive in [r"C:\", r"%SystemDrive%\"] {
        if let Some(rest) = strip_ignoring_case(path, drive) {
            return Some(format!("/{}", slashes(rest)));
        }
    }
    None
}

fn slashes(path: &str) -> String {
    path.replace('\\', "/")
}

fn strip_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix)
        .then(|| text.get(prefix.len()..))?
}

fn find_ignoring_case(text: &str, word: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    bytes
        .windows(word.len())
        .position(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

/// The paths on drives other than `C:` that stand in a command (hostile text); of each what
/// follows up to a blank, or a quotation mark where it began with one.
pub fn on_other_drives(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut before = None;
    for (at, letter) in text.char_indices() {
        let previous = before.replace(letter);
        let begins = letter.is_ascii_alphabetic()
            && !letter.eq_ignore_ascii_case(&'c')
            && !previous.is_some_and(|c: char| c.is_alphanumeric() || c == '_');
        let Some(rest) = begins.then(|| text.get(at..)).flatten() else {
            continue;
        };
        let mut characters = rest.chars().skip(1);
        if characters.next() != Some(':') || !matches!(characters.next(), Some('\\' | '/')) {
            continue;
        }
        let is_quoted = matches!(previous, Some('"' | '\''));
        let ends = |c: char| match is_quoted {
            true => matches!(c, '"' | '\''),
            false => c.is_whitespace() || matches!(c, '"' | ',' | ';'),
        };
        let path = rest.split(ends).next().unwrap_or_default();
        found.push(path.chars().take(MAX_PATH).collect());
        if found.len() >= MAX_PATHS {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_of_a_command_is_found() {
        for (command, path) in [
            (
                r"%SystemRoot%\System32\svchost.exe -k NetworkService",
                "/Windows/System32/svchost.exe",
            ),
            (
                r#""C:\Program Files\My App\app.exe" /run"#,
                "/Program Files/My App/app.exe",
            ),
            (
                r"C:\WindowsAzure\GuestAgent_2.7.41491.1172_2024\WindowsAzureGuestAgent.exe",
                "/WindowsAzure/GuestAgent_2.7.41491.1172_2024/WindowsAzureGuestAgent.exe",
            ),
            (
                r"\SystemRoot\System32\drivers\a.sys",
                "/Windows/System32/drivers/a.sys",
            ),
            (r"system32\drivers\a.SYS", "/Windows/System32/drivers/a.SYS"),
            (r"\??\C:\a\b.exe", "/a/b.exe"),
        ] {
            assert_eq!(program(command).as_deref(), Some(path), "{command}");
        }
        for command in [r"D:\a.exe", "", "\"", r"\\server\share\a.exe", "a.exe"] {
            assert_eq!(program(command), None, "{command}");
        }
    }

    #[test]
    fn paths_on_other_drives_are_found_and_addresses_are_not() {
        assert_eq!(
            on_other_drives(
                r#"cmd /c "D:\My Data\run.cmd" --log=e:\logs,x https://a/b C:\x F:/y z:"#
            ),
            [r"D:\My Data\run.cmd", r"e:\logs", "F:/y"]
        );
        assert!(on_other_drives(r"HKLM:\SOFTWARE file:///d C:\D\x").is_empty());
        assert_eq!(on_other_drives(&r"D:\a ".repeat(100)).len(), MAX_PATHS);
        assert_eq!(
            on_other_drives(&format!(r"D:\{}", "ä".repeat(999)))[0]
                .chars()
                .count(),
            260
        );
    }
}
