//! Paths as Windows has them: how a place is shown, and where a reparse point leads.

use super::super::mounts::DRIVE;

/// A path of the tree as Windows' users write it: `C:\Windows`; on a volume without a drive letter
/// `\EFI\Boot`, since the volume is named beside it.
pub(super) fn shown(path: &str, point: Option<&str>) -> String {
    let backslashes = |path: &str| match path {
        "" => "\\".to_owned(),
        path => path.replace('/', "\\"),
    };
    match point {
        None | Some("/") => format!("{DRIVE}:{}", backslashes(path)),
        Some(point) => backslashes(path.strip_prefix(point).unwrap_or(path)),
    }
}

/// Where the target of a symbolic link or junction leads, as a path of the tree.
///
/// # Errors
/// Why it leads out of what is read: another drive, a volume by its identifier, a server.
pub(super) fn target(stored: &str) -> Result<String, String> {
    let outside = || Err(format!("it leads to {stored}, which is not this drive"));
    let local = ["\\??\\", "\\\\?\\"]
        .iter()
        .find_map(|prefix| stored.strip_prefix(prefix));
    let path = match local {
        Some(path) => path,
        None if stored.starts_with("\\\\") => return outside(),
        None => stored,
    };
    let mut characters = path.chars();
    let path = match (characters.next(), characters.next()) {
        (Some(letter), Some(':')) if letter.eq_ignore_ascii_case(&DRIVE) => characters.as_str(),
        (Some(_), Some(':')) => return outside(),
        _ if local.is_some() => return outside(),
        _ => path,
    };
    Ok(path.replace('\\', "/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_written_as_windows_writes_them() {
        assert_eq!(
            shown("/Windows/System32", Some("/")),
            r"C:\Windows\System32"
        );
        assert_eq!(shown("/", Some("/")), r"C:\");
        assert_eq!(shown("/.esp/EFI/Boot", Some("/.esp")), r"\EFI\Boot");
        assert_eq!(shown("/.esp", Some("/.esp")), r"\");
    }

    #[test]
    fn links_stay_on_the_drive_or_lead_nowhere_that_is_read() {
        for (stored, path) in [
            (r"\??\C:\ProgramData", "/ProgramData"),
            (r"\\?\c:\ProgramData", "/ProgramData"),
            (r"C:\a\b", "/a/b"),
            (r"..\b", "../b"),
            (r"\Windows", "/Windows"),
        ] {
            assert_eq!(target(stored).as_deref(), Ok(path), "{stored}");
        }
        for stored in [
            r"\??\D:\Data",
            r"\??\Volume{4b1f2a30-0000-0000-0000-100000000000}\",
            r"\\server\share",
            r"\??\UNC\server\share",
        ] {
            assert!(target(stored).is_err(), "{stored}");
        }
    }
}
