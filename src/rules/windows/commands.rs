//! Commands that mend a running Windows before Sysprep, for PowerShell; safe to paste.

/// A text of the guest as PowerShell takes it for itself, in single quotes. It knows five characters
/// as such quotes, each of which stands for itself when it is doubled; what would end the line or
/// steer a terminal is shown as a question mark.
pub(crate) fn powershell_quoted(text: &str) -> String {
    let mut quoted = String::from("'");
    for character in text.chars() {
        match character {
            '\'' | '\u{2018}'..='\u{201b}' => quoted.extend([character, character]),
            _ if character.is_control() => quoted.push('?'),
            _ => quoted.push(character),
        }
    }
    quoted.push('\'');
    quoted
}

/// Whether a name of the guest, in single quotes, is no more than a name to every command: no
/// pattern that a cmdlet would take for further names, no switch, and nothing that ends the word of
/// a program, to which PowerShell hands a double quote on as it is.
pub(crate) fn is_plain_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(['-', '/', '\\'])
        && !name.ends_with('\\')
        && !name
            .chars()
            .any(|c| "*?[]`\"".contains(c) || c.is_control())
}

/// Sets a `REG_DWORD` of a key of `HKEY_LOCAL_MACHINE` that is there.
pub(crate) fn set_dword(key: &str, name: &str, number: u32) -> String {
    format!("Set-ItemProperty -Path 'HKLM:\\{key}' -Name {name} -Value {number} -Type DWord")
}

/// Sets a `REG_DWORD` of `HKEY_LOCAL_MACHINE`; makes the key where there is none.
pub(crate) fn reg_add_dword(key: &str, name: &str, number: u32) -> String {
    format!("reg add \"HKLM\\{key}\" /v {name} /t REG_DWORD /d {number} /f")
}

/// Takes a value of `HKEY_LOCAL_MACHINE` away.
pub(crate) fn reg_delete(key: &str, name: &str) -> String {
    format!("reg delete \"HKLM\\{key}\" /v {name} /f")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_name_is_a_name_to_every_command() {
        for name in ["Nightly", "o'hara", "Müller", "a b (1)", "$x"] {
            assert!(is_plain_name(name), "{name}");
        }
        for name in [
            "", "*", "a?", "[a]", "a\"b", "-all", "/x", r"\\host", r"a\", "a\nb",
        ] {
            assert!(!is_plain_name(name), "{name}");
        }
    }

    #[test]
    fn what_a_guest_names_cannot_become_a_command() {
        assert_eq!(powershell_quoted("Ethernet 2"), "'Ethernet 2'");
        assert_eq!(powershell_quoted("a'; rm C:\\"), "'a''; rm C:\\'");
        assert_eq!(powershell_quoted("a\u{2019}; b"), "'a\u{2019}\u{2019}; b'");
        assert_eq!(powershell_quoted("a\r\nb\u{1b}[2J$(x)"), "'a??b?[2J$(x)'");
    }
}
