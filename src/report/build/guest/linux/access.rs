//! Who can get in: accounts, keys, the SSH server, and what was left behind.

use super::super::Rows;
use crate::guest::LinuxGuest;
use crate::guest::linux::accounts::Password;

pub(super) fn accounts(rows: &mut Rows, linux: &LinuxGuest) {
    rows.about("accounts");
    let Some(accounts) = rows.known(&linux.accounts) else {
        return;
    };
    for account in &accounts.list {
        let uid = match account.uid {
            Some(uid) => uid.to_string(),
            None => "no number".to_owned(),
        };
        let password = match account.password {
            Password::Locked => "locked".to_owned(),
            Password::Empty => "no password".to_owned(),
            Password::Hash(kind) => format!("a password ({kind})"),
            Password::Missing => "no line in shadow".to_owned(),
            Password::Unread => "shadow could not be read".to_owned(),
        };
        let value = format!("{uid}, {}, {}, {password}", account.home, account.shell);
        rows.add(&account.name, value, Some(&account.spot));
    }
}

pub(super) fn left_behind(rows: &mut Rows, linux: &LinuxGuest) {
    rows.about("keys");
    if let Some(keys) = rows.known(&linux.authorized_keys) {
        for file in &keys.list {
            rows.add(
                "authorized keys",
                format!("{} keys", file.keys),
                Some(&file.spot),
            );
        }
        rows.unknown_ones(&keys.open);
    }
    rows.about("histories");
    if let Some(histories) = rows.known(&linux.histories) {
        for history in &histories.list {
            rows.add(
                "history",
                format!("{} bytes", history.size),
                Some(&history.spot),
            );
        }
        rows.unknown_ones(&histories.open);
    }
    rows.about("secrets");
    for secret in &linux.secrets.list {
        rows.add(
            "presence",
            format!("{:?}, {} bytes", secret.kind, secret.size),
            Some(&secret.spot),
        );
    }
    rows.unknown_ones(&linux.secrets.open);
}

/// Settings of sshd that certification and publishers look at.
const KEYWORDS: [&str; 8] = [
    "ClientAliveInterval",
    "ClientAliveCountMax",
    "Port",
    "PermitRootLogin",
    "PasswordAuthentication",
    "PubkeyAuthentication",
    "PermitEmptyPasswords",
    "AuthorizedKeysFile",
];

pub(super) fn ssh(rows: &mut Rows, linux: &LinuxGuest) {
    rows.about("ssh");
    let ssh = &linux.ssh;
    if let Some(Some(server)) = rows.known(&ssh.server) {
        rows.add("server", format!("{:?}", server.value), Some(&server.spot));
    }
    if let Some(Some(main)) = rows.known(&ssh.main) {
        rows.add("main file", &main.path, Some(main));
    }
    for keyword in KEYWORDS {
        if let Some(Some(value)) = rows.known(&ssh.effective(keyword)).cloned() {
            rows.located(format!("{keyword} (effective)"), &value);
        }
    }
    let keyword = "ClientAliveInterval";
    for value in rows
        .known(&ssh.literal(keyword))
        .cloned()
        .unwrap_or_default()
    {
        rows.located(format!("{keyword} (line of the main file)"), &value);
    }
    if let Some(Some(value)) = rows.known(&ssh.fallback(keyword)).cloned() {
        rows.located(format!("{keyword} (test suite's fall-back)"), &value);
    }
    for key in rows.known(&ssh.host_keys).into_iter().flatten() {
        rows.add("host key", "present", Some(key));
    }
}
