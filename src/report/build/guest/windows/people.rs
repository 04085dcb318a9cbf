//! Rows on accounts, agent, roles, domain, what is left behind.

use super::super::Rows;
use crate::guest::WindowsGuest;
use crate::guest::windows::accounts::Password;
use crate::guest::windows::leftovers::SecretKind;

pub(super) fn rows(rows: &mut Rows, windows: &WindowsGuest) {
    accounts(rows, windows);
    agent(rows, windows);
    roles(rows, windows);
    domain(rows, windows);
    tasks(rows, windows);
    iis(rows, windows);
    left_behind(rows, windows);
}

fn accounts(rows: &mut Rows, windows: &WindowsGuest) {
    rows.about("accounts");
    for account in rows.known(&windows.accounts.list).into_iter().flatten() {
        let enabled = match rows.known(&account.control).map(|_| account.is_enabled()) {
            Some(Ok(true)) => "enabled",
            Some(Ok(false)) => "disabled",
            _ => "not known whether enabled",
        };
        let password = match rows.known(&account.password) {
            Some(Password::None) => "no password",
            Some(Password::Stored) => "a password is stored",
            None => "not known whether a password is stored",
        };
        let needs_none = match account.needs_no_password() {
            Ok(true) => ", password not required",
            _ => "",
        };
        let value = format!("RID {}, {enabled}, {password}{needs_none}", account.rid);
        rows.add(account.shown(), value, Some(&account.spot));
    }
    rows.about("logon");
    let logon = &windows.logon;
    rows.setting("AutoAdminLogon", &logon.auto_admin_logon);
    rows.setting("DefaultUserName", &logon.default_user_name);
    for (name, setting) in [
        ("DefaultPassword (Winlogon)", &logon.default_password),
        ("DefaultPassword (LSA secret)", &logon.secret),
    ] {
        if let Some(Some(is_set)) = rows.known(&setting.value) {
            let value = if *is_set { "present" } else { "empty" };
            rows.add(name, value, Some(&setting.spot));
        }
    }
}

fn agent(rows: &mut Rows, windows: &WindowsGuest) {
    rows.about("agent");
    let agent = &windows.agent;
    for (name, file) in [
        ("WindowsAzureGuestAgent", &agent.guest_agent),
        ("RdAgent", &agent.host_agent),
    ] {
        if let Some(Some(file)) = rows.known(file) {
            let value = match &file.version {
                Ok(version) => version.to_string(),
                Err(why) => format!("no version: {why}"),
            };
            rows.add(name, value, Some(&file.file.spot));
        }
    }
    for folder in rows.known(&agent.folders).into_iter().flatten() {
        rows.add(
            "folder of a version",
            folder.value.to_string(),
            Some(&folder.spot),
        );
    }
    for extension in rows.known(&agent.extensions).into_iter().flatten() {
        rows.located("extension", extension);
    }
}

fn roles(rows: &mut Rows, windows: &WindowsGuest) {
    rows.about("roles");
    for feature in rows.known(&windows.roles.features).into_iter().flatten() {
        if let Some(Some(1)) = rows.known(&feature.state.value) {
            rows.add(&feature.name, "installed", Some(&feature.state.spot));
        }
    }
}

fn domain(rows: &mut Rows, windows: &WindowsGuest) {
    rows.about("domain");
    let domain = &windows.domain;
    for (name, setting) in [
        ("PolPrDmS", &domain.primary_domain_sid),
        ("PolMachineAccountS", &domain.machine_account_sid),
    ] {
        if let Some(Some(is_set)) = rows.known(&setting.value) {
            let value = if *is_set { "a domain's" } else { "empty" };
            rows.add(name, value, Some(&setting.spot));
        }
    }
    for (name, setting) in [
        ("PolPrDmN", &domain.primary_domain),
        ("Domain", &domain.dns_suffix),
        ("NV Domain", &domain.next_dns_suffix),
        ("ProductType", &domain.product_type),
    ] {
        rows.setting(name, setting);
    }
    if let Some(Some(secret)) = rows.known(&domain.machine_secret) {
        rows.add("$MACHINE.ACC", "present", Some(secret));
    }
    rows.about("drive letters");
    for drive in rows
        .known(&windows.drive_letters.list)
        .into_iter()
        .flatten()
    {
        let value = format!("{:?}", drive.device).to_lowercase();
        rows.add(format!("{}:", drive.letter), value, Some(&drive.spot));
    }
}

fn tasks(rows: &mut Rows, windows: &WindowsGuest) {
    rows.about("scheduled tasks");
    for task in rows.known(&windows.tasks.list).into_iter().flatten() {
        if let Some(found) = rows.known(&task.definition) {
            let mut value = format!(
                "{} as {}",
                found.commands.join(", "),
                found.users.join(", ")
            );
            for (is_so, word) in [
                (!found.is_enabled, "disabled"),
                (found.runs_once, "runs once"),
                (found.deletes_itself, "deletes itself"),
            ] {
                if is_so {
                    value.push_str("; ");
                    value.push_str(word);
                }
            }
            rows.add(&task.name, value, Some(&task.spot));
        }
    }
}

fn iis(rows: &mut Rows, windows: &WindowsGuest) {
    rows.about("iis");
    let Some(Some(found)) = rows.known(&windows.iis.configuration) else {
        return;
    };
    for pool in &found.pools {
        rows.located("application pool", pool);
    }
    for identity in &found.identities {
        let password = if identity.has_password {
            ", with a password"
        } else {
            ""
        };
        let value = format!("{} runs as {}{password}", identity.name, identity.user);
        rows.add("identity", value, Some(&identity.spot));
    }
    for folder in &found.folders {
        rows.located("physical path", folder);
    }
}

fn left_behind(rows: &mut Rows, windows: &WindowsGuest) {
    let left = &windows.leftovers;
    rows.about("profiles");
    for profile in rows.known(&left.profiles).into_iter().flatten() {
        if let Some(sid) = rows.known(&profile.sid) {
            let value = sid.as_deref().unwrap_or("no account");
            rows.add(&profile.name, value, Some(&profile.spot));
        }
    }
    rows.about("leftovers");
    for line in rows.known(&left.hosts).into_iter().flatten() {
        rows.located("hosts", line);
    }
    for history in &left.histories.list {
        let value = format!("{} bytes", history.size);
        rows.add("history of PowerShell", value, Some(&history.spot));
    }
    for secret in &left.secrets.list {
        let kind = match secret.kind {
            SecretKind::PrivateKey => "private key",
            SecretKind::KeyStore => "PKCS #12 file",
            SecretKind::HostKey => "host key of OpenSSH",
            SecretKind::KnownHosts => "known hosts of SSH",
            SecretKind::Credentials(whose) => whose,
        };
        let value = format!("{kind}, {} bytes", secret.size);
        rows.add("presence", value, Some(&secret.spot));
    }
    rows.unknown_ones(&left.histories.open);
    rows.unknown_ones(&left.secrets.open);
    for spot in rows.known(&left.certificates).into_iter().flatten() {
        rows.add("certificate of the machine", "present", Some(spot));
    }
    for (name, folder) in [
        ("temporary files", &left.temporary),
        ("logs of Setup", &left.panther),
        ("event logs", &left.event_logs),
    ] {
        if let Some(Some(folder)) = rows.known(folder) {
            let value = format!("{} files, {} bytes", folder.files, folder.bytes);
            rows.add(name, value, Some(&folder.spot));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::guest::hive::Data;
    use crate::guest::windows::accounts::testing::{MARK, Stored};
    use crate::guest::windows::iis::testing::{FILE, configuration};
    use crate::guest::windows::registry::HiveName::{Security, Software};
    use crate::guest::windows::tasks::testing::task;
    use crate::rules::windows::testing::Machine;
    use crate::rules::windows::testing::people::with_account;

    #[test]
    fn every_subject_has_rows_with_places_and_none_tells_a_secret() {
        let winlogon = r"Microsoft\Windows NT\CurrentVersion\Winlogon";
        let secret = r"Policy\Secrets\DefaultPassword\CurrVal";
        let cache = r"Microsoft\ServerManager\ServicingStorage\ServerComponentCache\NLB";
        let machine = with_account(Machine::new(), 1001, 0x214, "joe", Stored::Rc4)
            .string(Software, winlogon, "DefaultPassword", "PLANTED")
            .set(Security, secret, "", Data::None(b"PLANTED".to_vec()))
            .dword(Software, cache, "InstallState", 1)
            .files(|tree| {
                tree.bytes(
                    "/Windows/System32/Tasks/Contoso",
                    &task("SYSTEM", "a.exe", ""),
                )
                .file(FILE, &configuration(r".\joe", r"D:\shop"))
                .file("/Users/joe/.aws/credentials", "PLANTED")
            });
        let facts = machine.facts();
        let guest = super::super::guest(&facts);
        for (subject, name, value) in [
            ("accounts", "joe", "RID 1001, enabled, a password is stored"),
            ("logon", "DefaultPassword (Winlogon)", "present"),
            ("logon", "DefaultPassword (LSA secret)", "present"),
            ("agent", "RdAgent", "2.7.41491.1172"),
            ("roles", "NLB", "installed"),
            ("domain", "PolPrDmN", "WORKGROUP"),
            ("scheduled tasks", r"\Contoso", "a.exe as SYSTEM"),
            ("iis", "identity", r"Shop runs as .\joe, with a password"),
            ("profiles", "joe", "no account"),
            ("leftovers", "presence", "AWS, 7 bytes"),
        ] {
            let row = guest
                .facts
                .iter()
                .find(|row| row.subject == subject && row.name == name)
                .unwrap_or_else(|| panic!("no row {subject}/{name}"));
            assert!(row.value.starts_with(value), "{row:?}");
            assert!(row.place.is_some(), "{row:?}");
        }
        let mark = format!("{:?}", &MARK[..4]);
        let mark = mark.trim_matches(['[', ']']);
        for text in [format!("{guest:?}"), format!("{facts:?}")] {
            assert!(!text.contains("PLANTED") && !text.contains(mark));
        }
    }
}
