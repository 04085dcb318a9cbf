//! WIN031: what the building of the image left behind.

use super::{MAX_LISTED, at, guest, powershell_quoted};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::windows::leftovers::{FolderLeft, Leftovers, Profile, Secret, SecretKind};
use crate::guest::{Located, Spot};
use crate::known::Known;
use crate::rules::linux::guest_text::{bytes, short};
use crate::rules::partition::{decided_unless, listed};
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// No keys, credentials, histories, profiles or traces of the builder are left.
    ///
    /// ## Why
    /// Every customer gets what is in the image. A key or a token in it is published, and entries
    /// of the hosts file lead to machines that the customer does not have.
    ///
    /// ## Evidence
    /// Lines of `C:\Windows\System32\drivers\etc\hosts`; PowerShell's `ConsoleHost_history.txt` in
    /// every profile; private keys, `*.pfx`, `*.p12`, keys of OpenSSH and credentials of clouds,
    /// git and databases in profiles, on top of C:, in `C:\ProgramData\ssh` and in folders on top
    /// of C: that Windows does not bring; folders of `C:\Users` by the accounts of `ProfileList`;
    /// certificates in `SOFTWARE\Microsoft\SystemCertificates\MY`; what is in `C:\Windows\Temp`,
    /// `C:\Windows\Panther` and the event logs. Only kind, place and size are kept.
    ///
    /// ## Fix
    /// `Remove-Item -LiteralPath FILE -Force` for a file; `Clear-RecycleBin`, `wevtutil.exe cl LOG`
    ///
    /// ## Limits
    /// Secrets under other names, in databases or in other places are not found. The profile of the
    /// built-in administrator and those of services are noted: Sysprep keeps the first, and the
    /// product needs the others. What is in `C:\Windows\Temp` and in the event logs is only
    /// counted. Answer files are WIN005's, dumps WIN017's.
    pub static WIN031 = {
        id: "WIN031",
        name: "windows-leftovers",
        level: Warning,
        sources: [SEC, WINP],
    };
}

const HOSTS_FIX: &str =
    r"Clear-Content -LiteralPath 'C:\Windows\System32\drivers\etc\hosts' -Force";

fn check(subject: &Subject<'_>) -> Outcome {
    judge(subject).unwrap_or_else(|outcome| outcome)
}

fn judge(subject: &Subject<'_>) -> Result<Outcome, Outcome> {
    let left = &guest(subject)?.leftovers;
    let mut open = Open(None);
    let mut found = Vec::new();
    let secrets = left.secrets.list.iter().map(secret);
    found.extend(listed(Level::Warning, secrets, "keys and credentials"));
    let histories = left
        .histories
        .list
        .iter()
        .filter(|history| history.size > 0);
    let histories = histories.map(|history| {
        warning(
            "PowerShell remembers what was typed",
            bytes(history.size),
            &history.spot,
        )
    });
    found.extend(listed(Level::Warning, histories, "histories"));
    for unknown in left.secrets.open.iter().chain(&left.histories.open) {
        open.because(&unknown.reason);
    }
    found.extend(left.secrets.cut.iter().take(MAX_LISTED).map(|spot| {
        Finding::note("there are more files here than are looked at for keys").at(at(spot))
    }));
    if let Some(lines) = open.take(&left.hosts) {
        let lines = lines.iter().filter(|line| !is_localhost(&line.value));
        found.extend(listed(Level::Warning, lines.map(host), "lines"));
    }
    if let Some(profiles) = open.take(&left.profiles) {
        for profile in profiles {
            if let Err(unknown) = &profile.sid {
                open.because(&unknown.reason);
            }
        }
        found.extend(listed(
            Level::Warning,
            profiles.iter().filter(|p| p.sid.is_ok()).map(of_profile),
            "profiles",
        ));
    }
    counted(left, &mut open, &mut found);
    Ok(decided_unless(open.0, found))
}

/// The first reason why something could not be looked at.
struct Open(Option<String>);

impl Open {
    fn because(&mut self, reason: &str) {
        self.0.get_or_insert_with(|| reason.to_owned());
    }

    fn take<'a, T>(&mut self, fact: &'a Known<T>) -> Option<&'a T> {
        match fact {
            Ok(value) => Some(value),
            Err(unknown) => {
                self.because(&unknown.reason);
                None
            }
        }
    }
}

fn warning(message: &str, found: String, spot: &Spot) -> Finding {
    Finding::warning(message)
        .found(found)
        .required("no such file")
        .at(at(spot))
        .fix(format!(
            "Remove-Item -LiteralPath {} -Force",
            powershell_quoted(&spot.path)
        ))
}

fn secret(secret: &Secret) -> Finding {
    let message = match secret.kind {
        SecretKind::PrivateKey => "a private key is left".to_owned(),
        SecretKind::KeyStore => {
            "a file for certificates with their private keys (PKCS #12) is left".to_owned()
        }
        SecretKind::HostKey => {
            "a key of the OpenSSH server is left: it would be the same on every machine".to_owned()
        }
        SecretKind::KnownHosts => "the hosts that were logged in to from here are left".to_owned(),
        SecretKind::Credentials(whose) => format!("credentials are left ({whose})"),
    };
    warning(&message, bytes(secret.size), &secret.spot)
}

/// Whether a line of the hosts file only names the machine itself.
fn is_localhost(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let is_own = words
        .next()
        .is_some_and(|address| ["127.0.0.1", "::1"].contains(&address));
    is_own && words.all(|name| name.eq_ignore_ascii_case("localhost"))
}

fn host(line: &Located<String>) -> Finding {
    Finding::warning("the hosts file names a machine")
        .found(short(&line.value))
        .required("comments only")
        .at(at(&line.spot))
        .fix(HOSTS_FIX)
}

fn of_profile(profile: &Profile) -> Finding {
    let name = short(&profile.name);
    if profile.is_administrator() {
        let message = format!("the profile {name} of the built-in administrator is left");
        return Finding::note(message).at(at(&profile.spot));
    }
    if profile.is_virtual() {
        let message = format!("the profile {name} belongs to a service");
        return Finding::note(message).at(at(&profile.spot));
    }
    Finding::warning(format!("the profile {name} of a user is left"))
        .found(match &profile.sid {
            Ok(Some(sid)) => format!("the profile of {}", short(sid)),
            _ => "a profile without an account".to_owned(),
        })
        .required("no profiles of people")
        .at(at(&profile.spot))
        .fix(format!(
            "Get-CimInstance Win32_UserProfile | Where-Object LocalPath -eq {} | Remove-CimInstance",
            powershell_quoted(&profile.spot.path)
        ))
}

/// What is only counted.
fn counted(left: &Leftovers, open: &mut Open, found: &mut Vec<Finding>) {
    if let Some(certificates) = open.take(&left.certificates)
        && let Some(first) = certificates.first()
    {
        found.push(
            Finding::advice(format!(
                "the machine's personal store holds certificates: {}",
                certificates.len()
            ))
            .at(at(first))
            .fix(r"Get-ChildItem Cert:\LocalMachine\My"),
        );
    }
    if let Some(Some(folder)) = open.take(&left.panther)
        && folder.files > 0
    {
        found.push(
            Finding::advice(format!(
                "logs of Setup are left ({}); Microsoft has the folder deleted before Sysprep",
                size(folder)
            ))
            .at(at(&folder.spot))
            .fix(r"Remove-Item -LiteralPath 'C:\Windows\Panther' -Recurse -Force"),
        );
    }
    for (folder, what) in [
        (&left.temporary, "temporary files are left"),
        (&left.event_logs, "event logs are in the image"),
    ] {
        if let Some(Some(folder)) = open.take(folder)
            && folder.files > 0
        {
            let message = format!("{what} ({})", size(folder));
            found.push(Finding::note(message).at(at(&folder.spot)));
        }
    }
}

fn size(folder: &FolderLeft) -> String {
    let files = match folder.files {
        1 => "1 file".to_owned(),
        files => format!("{files} files"),
    };
    let more = if folder.is_cut { " or more" } else { "" };
    format!("{files}, {}{more}", bytes(folder.bytes))
}

#[cfg(test)]
mod tests;
