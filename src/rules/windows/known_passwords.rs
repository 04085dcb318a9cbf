//! WIN021: accounts and passwords that travel with the image.

use super::{at, guest, is_plain_name, powershell_quoted};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::windows::accounts::{Account, Password};
use crate::guest::windows::logon::Logon;
use crate::known::Known;
use crate::rules::linux::guest_text::short;
use crate::rules::partition::{decided_unless, listed};
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// No account of the builder is enabled, and nobody is logged on automatically.
    ///
    /// ## Why
    /// Sysprep keeps local accounts beside the built-in ones, with their passwords. They would be
    /// the same on every customer's machine. A password for automatic logon lies in the image
    /// itself.
    ///
    /// ## Evidence
    /// The accounts below `SAM\SAM\Domains\Account\Users`: RID, name, whether it is enabled, and
    /// whether a password is stored, from the flags of `F` and the header of what `V` holds.
    /// `AutoAdminLogon` and `DefaultPassword` of
    /// `SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon`; the secret
    /// `SECURITY\Policy\Secrets\DefaultPassword`. Of hashes and passwords nothing is kept.
    ///
    /// ## What Azure says
    /// The FAQ's row `Default credentials`
    ///
    /// ## Fix
    /// `Remove-LocalUser -Name NAME`, or `Disable-LocalUser -Name NAME`, before Sysprep;
    /// `Remove-ItemProperty` for `DefaultPassword`
    ///
    /// ## Limits
    /// Whether a stored password is an empty one shows only when it is decrypted, which is not
    /// done. The built-in administrator (RID 500) may be enabled: Azure gives it the customer's
    /// name and password. The secret alone is noted: it is encrypted, and may be that of an empty
    /// password.
    pub static WIN021 = {
        id: "WIN021",
        name: "known-passwords",
        level: Error,
        sources: [FAQ, SEC, POL, QUES, ALOG, LACC],
    };
}

/// The first RID of accounts that Windows did not bring.
const FIRST_OWN: u32 = 1000;
const WINLOGON: &str = r"'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon'";

fn check(subject: &Subject<'_>) -> Outcome {
    judge(subject).unwrap_or_else(|outcome| outcome)
}

fn judge(subject: &Subject<'_>) -> Result<Outcome, Outcome> {
    let guest = guest(subject)?;
    let mut open = None;
    let mut findings = Vec::new();
    match &guest.accounts.list {
        Ok(accounts) => {
            let mut found = Vec::new();
            for account in accounts {
                match of_account(account) {
                    Ok(finding) => found.extend(finding),
                    Err(unknown) => {
                        open.get_or_insert(unknown.reason);
                    }
                }
            }
            found.sort_by_key(|finding| std::cmp::Reverse(finding.level));
            let level = found.first().map_or(Level::Note, |first| first.level);
            findings = listed(level, found.into_iter(), "accounts");
        }
        Err(unknown) => open = Some(unknown.reason.clone()),
    }
    match automatic(&guest.logon) {
        Ok(found) => findings.extend(found),
        Err(unknown) => {
            open.get_or_insert(unknown.reason);
        }
    }
    Ok(decided_unless(open, findings))
}

fn of_account(account: &Account) -> Known<Option<Finding>> {
    let name = short(&account.shown());
    let rid = account.rid;
    let password = match (&account.password, account.needs_no_password()) {
        (Ok(Password::Stored), _) => "with a password",
        (Ok(Password::None), Ok(true)) => "without a password, which it does not need",
        (Ok(Password::None), _) => "without a password",
        (Err(_), _) => "with a password that cannot be told from none",
    };
    if !account.is_enabled()? {
        // Guest and the accounts beside it are disabled and have no password on every machine.
        return Ok((rid >= FIRST_OWN).then(|| {
            Finding::note(format!("{name} (RID {rid}) is left, disabled, {password}"))
                .at(at(&account.spot))
        }));
    }
    if rid == 500 {
        return Ok(Some(
            Finding::note(format!(
                "{name}, the built-in administrator, is enabled, {password}; Azure gives it the \
                 customer's name and password"
            ))
            .at(at(&account.spot)),
        ));
    }
    let level = match rid {
        501 | FIRST_OWN.. => Level::Error,
        _ => Level::Warning,
    };
    let verb = match rid {
        FIRST_OWN.. => "Remove",
        _ => "Disable",
    };
    Ok(Some(
        Finding::new(level, format!("{name} (RID {rid}) is enabled, {password}"))
            .found(format!("an enabled account, {password}"))
            .required("no enabled account but the built-in administrator")
            .at(at(&account.spot))
            .fix(match &account.name {
                Ok(name) if is_plain_name(name) => {
                    format!("{verb}-LocalUser -Name {}", powershell_quoted(name))
                }
                _ => format!(
                    "Get-LocalUser | Where-Object {{ $_.SID.Value.EndsWith('-{rid}') }} | {verb}-LocalUser"
                ),
            }),
    ))
}

fn automatic(logon: &Logon) -> Known<Vec<Finding>> {
    let is_on = logon.auto_admin_logon.get()?.map(String::as_str) == Some("1");
    let plain = logon.default_password.get()? == Some(&true);
    let secret = logon.secret.get();
    let mut findings = Vec::new();
    if plain {
        findings.push(
            Finding::error("a password stands in plain text in Winlogon's DefaultPassword")
                .found("DefaultPassword holds something")
                .required("no DefaultPassword")
                .at(at(&logon.default_password.spot))
                .fix(format!(
                    "Remove-ItemProperty -Path {WINLOGON} -Name DefaultPassword"
                )),
        );
    }
    if is_on {
        let has_password = plain || secret.clone()? == Some(&true);
        let level = match has_password {
            true => Level::Error,
            false => Level::Warning,
        };
        let message = match has_password {
            true => "somebody is logged on automatically whenever the machine starts",
            false => {
                "automatic logon is on without a password for it, so that Windows turns it off"
            }
        };
        findings.push(
            Finding::new(level, message)
                .found("AutoAdminLogon = 1")
                .required("AutoAdminLogon = 0 or none")
                .at(at(&logon.auto_admin_logon.spot))
                .fix(format!(
                    "Set-ItemProperty -Path {WINLOGON} -Name AutoAdminLogon -Value '0' -Type String"
                )),
        );
    } else if secret? == Some(&true) {
        findings.push(
            Finding::note("a password for automatic logon, which is off, is kept as an LSA secret")
                .at(at(&logon.secret.spot)),
        );
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::hive::Data;
    use crate::guest::windows::accounts::testing::{Stored, f, key};
    use crate::guest::windows::registry::HiveName::{Sam, Security, Software};
    use crate::rules::windows::testing::people::with_account;
    use crate::rules::windows::testing::*;

    const KEY: &str = r"Microsoft\Windows NT\CurrentVersion\Winlogon";
    const SECRET: &str = r"Policy\Secrets\DefaultPassword\CurrVal";

    fn levels_of(machine: &Machine) -> Vec<Level> {
        let outcome = of(&WIN021, machine);
        assert_evidence(&outcome);
        assert!(!format!("{outcome:?}").contains("PLANTED"));
        outcome.findings().iter().map(|f| f.level).collect()
    }

    #[test]
    fn what_windows_brings_passes() {
        let outcome = of(&WIN021, &Machine::new());
        assert_eq!(outcome.status(), Status::Pass);
        assert_eq!(levels_of(&Machine::new()), [Level::Note]);
        let disabled = with_account(Machine::new(), 500, 0x211, "Administrator", Stored::Aes);
        assert_eq!(of(&WIN021, &disabled), Outcome::pass());
    }

    #[test]
    fn enabled_accounts_fail_and_disabled_ones_are_noted() {
        use Level::{Error, Note, Warning};
        for (rid, control, level) in [
            (1000, 0x210, Error),
            (1001, 0x214, Error),
            (501, 0x214, Error),
            (503, 0x214, Warning),
            (1001, 0x211, Note),
        ] {
            for stored in [Stored::Aes, Stored::Nothing] {
                let machine = with_account(Machine::new(), rid, control, "o'hara", stored);
                assert_eq!(levels_of(&machine)[0], level, "{rid}");
            }
        }
        let machine = with_account(Machine::new(), 1001, 0x214, "o'hara", Stored::Nothing);
        let outcome = of(&WIN021, &machine);
        assert!(outcome.findings()[0].message.contains("does not need"));
        assert_eq!(
            outcome.findings()[0].fix.as_deref(),
            Some("Remove-LocalUser -Name 'o''hara'")
        );
    }

    #[test]
    fn a_name_that_is_none_to_a_command_stays_out_of_it() {
        let machine = with_account(Machine::new(), 1001, 0x210, "*", Stored::Aes);
        let outcome = of(&WIN021, &machine);
        assert_eq!(
            outcome.findings()[0].fix.as_deref(),
            Some(
                "Get-LocalUser | Where-Object { $_.SID.Value.EndsWith('-1001') } | Remove-LocalUser"
            )
        );
    }

    #[test]
    fn automatic_logon_fails_where_there_is_a_password_for_it() {
        use Level::{Error, Note, Warning};
        let on = Machine::new().string(Software, KEY, "AutoAdminLogon", "1");
        let number = Machine::new().dword(Software, KEY, "AutoAdminLogon", 1);
        let plain = |machine: &Machine| {
            let machine = machine.clone();
            machine.string(Software, KEY, "DefaultPassword", "PLANTED")
        };
        let secret = |machine: &Machine| {
            let machine = machine.clone();
            machine.set(Security, SECRET, "", Data::None(b"PLANTED".to_vec()))
        };
        assert_eq!(levels_of(&on), [Note, Warning]);
        assert_eq!(levels_of(&plain(&on)), [Note, Error, Error]);
        assert_eq!(levels_of(&plain(&number)), [Note, Error, Error]);
        assert_eq!(levels_of(&secret(&on)), [Note, Error]);
        assert_eq!(levels_of(&plain(&Machine::new())), [Note, Error]);
        assert_eq!(levels_of(&secret(&Machine::new())), [Note, Note]);
    }

    #[test]
    fn what_cannot_be_read_is_undetermined() {
        let short = Machine::new().set(Sam, &key(1001), "F", Data::Binary(vec![0; 8]));
        assert_eq!(of(&WIN021, &short).status(), Status::Undetermined);
        let machine = Machine::new().set(Sam, &key(1001), "F", f(1001, 0x210));
        let unnamed = of(&WIN021, &machine);
        assert_eq!(unnamed.status(), Status::Fail);
        for hive in [Sam, Software, Security] {
            assert_needs(&WIN021, hive);
        }
        assert_applies_to_windows_only(&WIN021);
    }
}
