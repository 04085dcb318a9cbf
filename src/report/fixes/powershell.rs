//! Commands for PowerShell.

/// Cmdlets and programs that fixes for Windows call and that a script may.
const CMDLETS: [&str; 32] = [
    "Add-WindowsCapability",
    "Disable-LocalUser",
    "Enable-NetFirewallRule",
    "Get-CimInstance",
    "Install-WindowsFeature",
    "New-Item",
    "New-ItemProperty",
    "Out-Null",
    "Remove-CimInstance",
    "Remove-Item",
    "Remove-ItemProperty",
    "Remove-LocalUser",
    "Set-ItemProperty",
    "Set-NetFirewallProfile",
    "Set-NetFirewallRule",
    "Set-Service",
    "Uninstall-WindowsFeature",
    "Unregister-ScheduledTask",
    "Where-Object",
    "bcdboot.exe",
    "bcdedit.exe",
    "mountvol.exe",
    "netsh.exe",
    "powercfg.exe",
    "reg",
    "route.exe",
    "sc.exe",
    "sfc.exe",
    "w32tm.exe",
    "wevtutil.exe",
    "winmgmt.exe",
    "winrm.cmd",
];

/// Whether `fix` consists of calls of known cmdlets and programs, and of nothing else.
///
/// Windows PowerShell reads a script without a mark in the system's code page, in which the bytes
/// of a letter may be a quote: nothing but ASCII runs. What restarts the machine ends the script.
pub(super) fn runs(fix: &str) -> bool {
    fix.is_ascii()
        && !fix.contains("-Restart")
        && calls(fix).is_some_and(|found| {
            !found.is_empty() && found.iter().all(|name| CMDLETS.contains(&name.as_str()))
        })
}

/// Whether each part of `line` begins as a command does.
pub(super) fn typed(line: &str) -> bool {
    let begins = |part: &str| {
        let word = part.split(' ').next().unwrap_or_default();
        let cmdlet = word.starts_with(|c: char| c.is_ascii_uppercase())
            && word.contains('-')
            && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        cmdlet
            || word == "&"
            || word == "reg"
            || word.starts_with('\'')
            || word.starts_with("(Get-")
            || [".exe", ".cmd"].iter().any(|end| word.ends_with(end))
    };
    line.split(';').map(str::trim_start).all(begins)
}

/// The cmdlets and programs that a line calls; none where it is more, or other, than that.
fn calls(line: &str) -> Option<Vec<String>> {
    let mut programs = Vec::new();
    let mut first = true;
    let mut rest = line;
    for constant in ["$false", "$true", "$null"] {
        // Constants expand to nothing else.
        if line.contains(constant) {
            return calls(&line.replace(constant, "0"));
        }
    }
    loop {
        rest = rest.trim_start_matches(' ');
        let Some(c) = rest.chars().next() else {
            return Some(programs);
        };
        match c {
            ';' | '|' => {
                first = true;
                rest = rest.get(1..)?;
            }
            '\'' | '"' => {
                let inner = rest.get(1..)?;
                let (text, behind) = inner.split_once(c)?;
                if first || (c == '"' && text.contains(['$', '`'])) {
                    return None;
                }
                rest = behind;
            }
            _ => {
                let end = rest.find([' ', ';', '|', '\'', '"']).unwrap_or(rest.len());
                let (word, behind) = rest.split_at(end);
                if word.contains(['$', '`', '(', ')', '{', '}', '&', '<', '>', '@', '#', ',']) {
                    return None;
                }
                if first {
                    programs.push(word.to_owned());
                    first = false;
                }
                rest = behind;
            }
        }
    }
}
