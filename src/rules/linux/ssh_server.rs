//! LNX030: whether certification can come in.

use super::guest_text::short;
use super::{Subject, at, guest};
use crate::finding::{Finding, Outcome};
use crate::guest::linux::services::UnitState;
use crate::guest::linux::ssh::{Server, Ssh};
use crate::guest::{LinuxGuest, Located, Spot};
use crate::rules::declare_rule;
use crate::rules::offer::unless_locked_down;
use crate::rules::partition::decided_unless;

declare_rule! {
    /// An SSH server is installed, starts with the machine, and listens at port 22.
    ///
    /// ## Why
    /// Certification deploys the image, comes in by SSH as a user that it makes itself, and looks
    /// around; an image into which it cannot come fails, unless the offer says that it is locked
    /// down.
    ///
    /// ## Evidence
    /// The server's program; its units `ssh.service`, `sshd.service`, `ssh.socket`, `sshd.socket`
    /// (or dropbear's); the ports that its configuration names; what in the configuration makes
    /// sshd refuse to start; the settings that keep a new user out.
    ///
    /// ## What Azure says
    /// `VM access denied`; `cannot connect to TCP port: [...]`;
    /// `failed to connect SSH port of the VM... 1. Port 22 is not open. 2. The VM denies other users' access. 3. The VM is refusing the private key authentication.`
    ///
    /// ## Fix
    /// `apt-get install openssh-server && systemctl enable ssh` or
    /// `dnf install openssh-server && systemctl enable sshd`, and `Port 22`. For an image that is
    /// locked down on purpose, set the property of the plan in Partner Center, and
    /// `remote-access-disabled` under `[claims]` of the configuration.
    ///
    /// ## Limits
    /// The offer's property is not in the image; where the configuration claims it, what is found
    /// is only noted. Whether a firewall lets port 22 through is LNX051;
    /// scripts that stop a first login are not recognised. A port that a socket unit names is not
    /// read. Keywords that only some versions of sshd know are not judged.
    pub static LNX030 = {
        id: "LNX030",
        name: "ssh-server",
        level: Error,
        sources: [POL, SEC, GEN, TECH, FAQ, LISA],
    };
}

const UNITS: [&str; 7] = [
    "ssh.service",
    "sshd.service",
    "ssh.socket",
    "sshd.socket",
    "dropbear.service",
    "dropbear.socket",
    "ssh@.service",
];

fn check(subject: &Subject<'_>) -> Outcome {
    unless_locked_down(subject, judged(subject))
}

fn judged(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let mut open = None;
    let mut findings = Vec::new();
    let server = match &guest.ssh.server {
        Ok(None) => {
            return Outcome::Decided(vec![
                Finding::error("no SSH server is installed, so certification cannot come in")
                    .found("no sshd and no dropbear")
                    .required("an SSH server, or the plan's property for a locked-down image")
                    .fix("apt-get install openssh-server || dnf install openssh-server || zypper install openssh-server"),
            ]);
        }
        Ok(Some(server)) => Some(server),
        Err(unknown) => {
            open = Some(unknown.reason.clone());
            None
        }
    };
    match unit(guest, server.map(|server| &server.spot)) {
        Ok(finding) => findings.extend(finding),
        Err(reason) => open = open.or(Some(reason)),
    }
    if server.is_none_or(|server| server.value == Server::OpenSsh) {
        findings.extend(refusals(&guest.ssh));
        for judged in [port(&guest.ssh), hints(&guest.ssh)] {
            match judged {
                Ok(more) => findings.extend(more),
                Err(reason) => open = open.or(Some(reason)),
            }
        }
    }
    decided_unless(open, findings)
}

/// Whether some unit starts it.
fn unit(guest: &LinuxGuest, program: Option<&Spot>) -> Result<Option<Finding>, String> {
    let services = guest
        .services
        .as_ref()
        .map_err(|unknown| unknown.reason.clone())?;
    let mut masked = None;
    let mut disabled = None;
    for name in UNITS {
        match services.state(name) {
            UnitState::Enabled(_) => return Ok(None),
            UnitState::Masked(spot) => masked = masked.or(Some((name, spot))),
            UnitState::Disabled(spot) => disabled = disabled.or(Some((name, spot))),
            UnitState::Absent => {}
        }
    }
    let (what, name, spot) = match (masked, disabled) {
        (Some((name, spot)), _) => ("is masked", name, Some(spot)),
        (None, Some((name, spot))) => ("is not enabled", name, Some(spot)),
        (None, None) => ("is not there", "ssh.service", program.cloned()),
    };
    let finding = Finding::error(format!(
        "the SSH server does not start with the machine: {name} {what}, and nothing else starts it"
    ))
    .found(format!("{name} {what}"))
    .required("ssh.service, sshd.service or their sockets enabled")
    .fix(format!("systemctl unmask {name}; systemctl enable {name}"));
    Ok(Some(match spot {
        Some(spot) => finding.at(at(&spot)),
        None => finding,
    }))
}

/// What sshd does not start with.
fn refusals(ssh: &Ssh) -> Vec<Finding> {
    ssh.refusals()
        .iter()
        .take(super::MAX_LISTED)
        .map(|refusal| {
            let reason = &refusal.reason;
            let finding = if refusal.test_only {
                Finding::note(format!(
                    "sshd -T refuses the configuration: {}; the server starts, but a test that \
                     asks sshd -T falls back to the main file's lines",
                    reason.value
                ))
            } else {
                Finding::error(format!(
                    "sshd refuses its configuration and does not start: {}",
                    reason.value
                ))
            };
            finding
                .found(reason.value.clone())
                .required("a configuration that sshd -t accepts")
                .at(at(&reason.spot))
                .fix("sshd -t")
        })
        .collect()
}

fn port(ssh: &Ssh) -> Result<Vec<Finding>, String> {
    let ports = ssh.every("Port").map_err(|unknown| unknown.reason)?;
    let addresses = ssh
        .every("ListenAddress")
        .map_err(|unknown| unknown.reason)?;
    let mut findings = Vec::new();
    // An address with a port of its own takes no port of `Port`.
    let own_port = |address: &str| {
        let after = address.rsplit_once("]:").map(|(_, port)| port.to_owned());
        after.or_else(|| {
            let (host, port) = address.split_once(':')?;
            (!host.is_empty() && !port.contains(':')).then(|| port.to_owned())
        })
    };
    let listens_22 = if addresses.is_empty() {
        ports.is_empty() || ports.iter().any(|port| port.value == "22")
    } else {
        addresses
            .iter()
            .any(|address| match own_port(&address.value) {
                Some(port) => port == "22",
                None => ports.is_empty() || ports.iter().any(|port| port.value == "22"),
            })
    };
    if !listens_22 {
        let named = ports.first().or(addresses.first());
        let finding = Finding::error(format!(
            "sshd does not listen at port 22: it is told {}",
            named.map_or_else(String::new, |one| short(&one.value))
        ))
        .found(named.map_or_else(String::new, |one| short(&one.value)))
        .required("port 22")
        .fix(
            "sed -i -E 's/^[[:blank:]]*(Port|ListenAddress)[[:blank:]=]/#&/I' /etc/ssh/sshd_config",
        );
        findings.push(match named {
            Some(one) => finding.at(at(&one.spot)),
            None => finding,
        });
    }
    let local = |address: &Located<String>| {
        address.value.starts_with("127.")
            || address.value.starts_with("localhost")
            || address.value.starts_with("::1")
            || address.value.starts_with("[::1]")
    };
    if let Some(first) = addresses.first()
        && addresses.iter().all(local)
    {
        findings.push(
            Finding::error("sshd listens at the machine's own addresses only")
                .found(short(&first.value))
                .required("an address that the network reaches")
                .at(at(&first.spot))
                .fix("sed -i -E 's/^[[:blank:]]*ListenAddress[[:blank:]=]/#&/I' /etc/ssh/sshd_config"),
        );
    }
    Ok(findings)
}

/// Settings that keep out the user whom certification makes.
fn hints(ssh: &Ssh) -> Result<Vec<Finding>, String> {
    let mut findings = Vec::new();
    for keyword in ["AllowUsers", "AllowGroups", "DenyUsers", "DenyGroups"] {
        let values = ssh.every(keyword).map_err(|unknown| unknown.reason)?;
        let everybody = keyword.starts_with("Allow")
            && values
                .iter()
                .any(|value| value.value.split(' ').any(|word| word == "*"));
        let Some(first) = values.first().filter(|_| !everybody) else {
            continue;
        };
        let message = format!(
            "{keyword} restricts who may log in; certification logs in as a user of its own"
        );
        let finding = if keyword.starts_with("Allow") {
            Finding::warning(message)
        } else {
            Finding::note(message)
        };
        findings.push(
            finding
                .found(short(&first.value))
                .required(format!("no {keyword}, or one that lets every user in"))
                .at(at(&first.spot))
                .fix(format!(
                    "sed -i -E 's/^[[:blank:]]*{keyword}[[:blank:]=]/#&/I' /etc/ssh/sshd_config"
                )),
        );
    }
    let effective = |keyword: &str| ssh.effective(keyword).map_err(|unknown| unknown.reason);
    let off = |value: &Option<Located<String>>| {
        value
            .as_ref()
            .is_some_and(|value| value.value.eq_ignore_ascii_case("no"))
    };
    let keys = effective("PubkeyAuthentication")?;
    if let Some(value) = keys.as_ref().filter(|_| off(&keys)) {
        findings.push(
            Finding::warning("sshd takes no keys, and certification may log in with one")
                .found("PubkeyAuthentication no")
                .required("PubkeyAuthentication yes")
                .at(at(&value.spot))
                .fix("sed -i -E 's/^[[:blank:]]*PubkeyAuthentication[[:blank:]=]/#&/I' /etc/ssh/sshd_config"),
        );
    }
    if let Some(words) = ssh
        .effective_words("AuthorizedKeysFile")
        .map_err(|unknown| unknown.reason)?
    {
        let usual = words.value.iter().any(|word| {
            [".ssh/authorized_keys", "%h/.ssh/authorized_keys"].contains(&word.as_str())
        });
        if !usual {
            findings.push(
                Finding::warning(
                    "sshd looks for keys elsewhere than in .ssh/authorized_keys, where the Azure \
                     Linux Agent puts them",
                )
                .found(short(&words.value.join(" ")))
                .required(".ssh/authorized_keys among the places")
                .at(at(&words.spot))
                .fix("sed -i -E 's/^[[:blank:]]*AuthorizedKeysFile[[:blank:]=]/#&/I' /etc/ssh/sshd_config"),
            );
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::Guest;
    use crate::guest::testing::Tree;
    use crate::known::Undetermined;
    use crate::rules::Profile;
    use crate::rules::linux::testing::*;

    fn server(text: &str) -> Tree {
        Tree::new()
            .file("/usr/sbin/sshd", "ELF")
            .file("/etc/ssh/sshd_config", text)
            .file(
                "/usr/lib/systemd/system/ssh.service",
                "[Service]\nExecStart=/usr/sbin/sshd -D\n[Install]\nWantedBy=multi-user.target\n",
            )
            .link(
                "/etc/systemd/system/multi-user.target.wants/ssh.service",
                "/usr/lib/systemd/system/ssh.service",
            )
    }

    /// The rest of the rule, where the services are not what a test is about.
    fn without_units(text: &str) -> Vec<Finding> {
        let outcome = of(&LNX030, &server(text));
        assert_evidence(&outcome);
        outcome
            .findings()
            .iter()
            .filter(|finding| !finding.message.contains("does not start with the machine"))
            .cloned()
            .collect()
    }

    #[test]
    fn no_server_fails_and_an_unread_one_is_undetermined() {
        let none = of(&LNX030, &Tree::new());
        assert_eq!(none.status(), Status::Fail);
        assert_evidence(&none);
        let mut inspection = inspection(&server(""));
        if let Ok(Some(Guest::Linux(guest))) = &mut inspection.guest {
            guest.ssh.server = Err(Undetermined::new("/usr is encrypted"));
        }
        let unread = judge(&LNX030, &inspection, Profile::default());
        assert_eq!(unread.status(), Status::Undetermined);
        assert!(unread.reason().unwrap().contains("encrypted"));
        assert_applies_to_linux_only(&LNX030);
    }

    #[test]
    fn what_debian_ships_says_nothing_against_it() {
        let text = "Include /etc/ssh/sshd_config.d/*.conf\nKbdInteractiveAuthentication no\n\
                    UsePAM yes\nSubsystem\tsftp\t/usr/lib/openssh/sftp-server\n";
        assert_eq!(without_units(text), []);
        assert_eq!(without_units("Port 2222\nPort 22\n"), []);
        assert_eq!(
            without_units("ListenAddress 0.0.0.0\nListenAddress ::\n"),
            []
        );
        assert_eq!(
            without_units("AuthorizedKeysFile .ssh/authorized_keys\n"),
            []
        );
        assert_eq!(without_units("AllowUsers *\n"), []);
        assert_eq!(without_units("PasswordAuthentication no\n"), []);
    }

    #[test]
    fn what_keeps_certification_out_is_named_with_its_line() {
        for (text, level, word) in [
            ("Port 2222\n", Level::Error, "port 22"),
            ("ListenAddress 0.0.0.0:2222\n", Level::Error, "port 22"),
            ("ListenAddress [::]:2222\n", Level::Error, "port 22"),
            ("ListenAddress 127.0.0.1\n", Level::Error, "own addresses"),
            ("ClientAliveInterval x\n", Level::Error, "does not start"),
            ("Match\nPort 22\n", Level::Error, "does not start"),
            ("Match LocalPort 22\n", Level::Note, "sshd -T"),
            ("AllowUsers joe\n", Level::Warning, "AllowUsers"),
            ("DenyUsers joe\n", Level::Note, "DenyUsers"),
            ("PubkeyAuthentication no\n", Level::Warning, "takes no keys"),
            (
                "AuthorizedKeysFile /etc/keys/%u\n",
                Level::Warning,
                "elsewhere",
            ),
            ("AuthorizedKeysFile none\n", Level::Warning, "elsewhere"),
        ] {
            let findings = without_units(text);
            assert_eq!(findings.len(), 1, "{text}: {findings:?}");
            assert_eq!(findings[0].level, level, "{text}");
            assert!(findings[0].message.contains(word), "{text}: {findings:?}");
            assert!(findings[0].place.is_some(), "{text}");
        }
    }

    #[test]
    fn an_include_that_cannot_be_read_leaves_it_open() {
        let tree = server("Include a.conf\n").unreadable("/etc/ssh/a.conf");
        assert_eq!(of(&LNX030, &tree).status(), Status::Undetermined);
    }
}
