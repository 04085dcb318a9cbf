//! LNX029: how long sshd lets a connection be silent.

use super::guest_text::short;
use super::{Subject, at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::linux::ssh::{Server, seconds};
use crate::guest::{LinuxGuest, Located, Spot};
use crate::rules::partition::decided_unless;
use crate::rules::{Profile, declare_rule};

declare_rule! {
    /// sshd's `ClientAliveInterval` is 180 seconds, and its main file says so.
    ///
    /// ## Why
    /// Azure's load balancer drops connections that are silent for some minutes; certification
    /// wants sshd to keep them alive, and rejects an image on which it does not.
    ///
    /// ## Evidence
    /// Three values, because three checkers read differently: what sshd itself takes (the first
    /// value along its includes, `Match` blocks left out), the lines of the main file that begin
    /// with `ClientAliveInterval`, and the last such line of the main file and of
    /// `50-cloudimg-settings.conf` on Ubuntu, which Microsoft's test suite takes where `sshd -T`
    /// fails. Without any value sshd's default is 0, which is off.
    ///
    /// ## What Azure says
    /// `200.3.3.1`; `Client Alive Interval` with required value `ClientAliveInterval 180`;
    /// `not find ClientAliveInterval in sshd_config`;
    /// `The ClientAliveInterval configuration of OpenSSH is set to <n> seconds in this image.`;
    /// `there's an inappropriate value for ClientAliveInterval`
    ///
    /// ## Fix
    /// Write `ClientAliveInterval 180` into the main file, before any `Include` and `Match`, and
    /// take every other value out:
    /// `sed -i '1i ClientAliveInterval 180' /etc/ssh/sshd_config`
    /// (into an empty file sed inserts nothing: `echo >> /etc/ssh/sshd_config` before it).
    ///
    /// ## Limits
    /// Options on sshd's command line are not looked at. Where the Azure Linux Agent provisions, it
    /// writes its `OS.SshClientAliveInterval` (180) into the main file at deployment; then a file
    /// without the line is only noted. cloud-init writes none.
    /// ## Profiles
    /// - `faq-2021-09`: 30 to 235 is accepted, with a warning for other values than 180; all else
    ///   is an error.
    /// - `lisa-2026-08`: 1 to 235 is accepted, with a warning below 30 and a note from 30 on for
    ///   other values than 180; all else is an error.
    /// - `strict`: as `faq-2021-09`; where only an included file says it, or a reader finds a
    ///   value that is refused, it is an error too.
    pub static LNX029 = {
        id: "LNX029",
        name: "client-alive-interval",
        level: Error,
        sources: [FAQ, POL, LISA, SELF, SCY, BW504, SEC, RHEL, WAA],
    };
}

const KEYWORD: &str = "ClientAliveInterval";
const REQUIRED: &str = "180 (accepted: 30 to 235)";

/// What a number of seconds is worth.
fn level(seconds: u32, profile: Profile) -> Option<Level> {
    match (seconds, profile) {
        (180, _) => None,
        (0 | 236.., _) => Some(Level::Error),
        (1..=29, Profile::Lisa202608) => Some(Level::Warning),
        (1..=29, _) => Some(Level::Error),
        (_, Profile::Lisa202608) => Some(Level::Note),
        _ => Some(Level::Warning),
    }
}

/// Who says what of it.
fn reason(seconds: u32) -> &'static str {
    match seconds {
        0 => "which switches it off",
        1..=29 => {
            "which LISA (Microsoft's test suite) accepts (1 to 235) and the certification FAQ does not (30 \
             to 235)"
        }
        236.. => "and more than 235 is rejected",
        _ => {
            "which the certification FAQ and LISA (Microsoft's test suite) accept, but 180 is recommended \
             and the self-test warned of other values"
        }
    }
}

fn fix(main: &str) -> String {
    let main = &*super::guest_text::quoted(main);
    let copy = if main.starts_with("/usr/etc/") {
        format!("cp -p {main} /etc/ssh/sshd_config && ")
    } else {
        String::new()
    };
    let main = if copy.is_empty() {
        main
    } else {
        "/etc/ssh/sshd_config"
    };
    format!(
        "{copy}sed -i -E 's/^[[:blank:]]*\"?{KEYWORD}[[:blank:]=\"]/#&/I' {main} \
         $(ls /etc/ssh/sshd_config.d/*.conf 2>/dev/null) && test -s {main} || echo >> {main} && \
         sed -i '1i {KEYWORD} 180' {main}"
    )
}

/// The value that the agent writes when it provisions the machine; none where it does not, or
/// where that is not sure.
fn agent_writes(guest: &LinuxGuest) -> Option<u32> {
    let conf = guest.agent.conf.as_ref().ok()?.as_ref()?;
    let agent = conf.get("Provisioning.Agent");
    let by_name = agent.is_some_and(|agent| agent.value.eq_ignore_ascii_case("waagent"));
    let auto = agent.is_none_or(|agent| agent.value.eq_ignore_ascii_case("auto"));
    let alone = guest
        .cloud_init
        .as_ref()
        .is_ok_and(|cloud_init| cloud_init.installed.is_none());
    let installed = guest.agent.program.as_ref().is_ok_and(Option::is_some);
    let provisions = by_name || (auto && alone && installed);
    if !provisions {
        return None;
    }
    match conf.get("OS.SshClientAliveInterval") {
        Some(value) => value.value.trim().parse().ok(),
        None => Some(180),
    }
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let main = match known(&guest.ssh.main) {
        Ok(main) => main.as_ref(),
        Err(outcome) => return outcome,
    };
    if main.is_none() {
        match known(&guest.ssh.server) {
            Ok(None) => {
                return Outcome::not_applicable(
                    "no SSH server and no configuration of one is there (LNX030 says more)",
                );
            }
            Ok(Some(server)) if server.value == Server::Dropbear => {
                return Outcome::Decided(vec![
                    Finding::error(
                        "the SSH server is dropbear, and there is no sshd_config: Microsoft's test \
                         suite does not find ClientAliveInterval",
                    )
                    .found("no sshd_config")
                    .required(REQUIRED)
                    .at(at(&server.spot))
                    .fix("install openssh-server in place of dropbear"),
                ]);
            }
            Ok(Some(_)) => {}
            Err(outcome) => return outcome,
        }
    }
    let mut findings = Vec::new();
    let mut open = None;
    let effective = match guest.ssh.effective(KEYWORD) {
        Ok(effective) => {
            findings.extend(sshd(guest, effective.as_ref(), main, subject.profile));
            effective
        }
        Err(unknown) => {
            open = Some(unknown.reason);
            None
        }
    };
    if let Some(main) = main {
        match readers(guest, effective.as_ref(), main, subject.profile) {
            Ok(more) => findings.extend(more),
            Err(reason) => open = open.or(Some(reason)),
        }
    }
    decided_unless(open, findings)
}

/// A value as a report shows it; of `ClientAliveInterval # 180` a comment is all that there is.
fn said(value: &str) -> String {
    match value {
        "" => "no value".to_owned(),
        value => short(value),
    }
}

/// What sshd itself takes.
fn sshd(
    guest: &LinuxGuest,
    effective: Option<&Located<String>>,
    main: Option<&Spot>,
    profile: Profile,
) -> Option<Finding> {
    let path = main.map_or("/etc/ssh/sshd_config", |main| main.path.as_str());
    let mend = match main {
        Some(_) => fix(path),
        None => format!("mkdir -p /etc/ssh && echo '{KEYWORD} 180' > {path}"),
    };
    let Some(value) = effective else {
        let written = agent_writes(guest)
            .filter(|written| level(*written, profile).is_none_or(|level| level < Level::Error));
        let finding = match written {
            Some(written) => Finding::note(format!(
                "no file sets {KEYWORD}, but the Azure Linux Agent provisions the machine and then \
                 writes {written} into {path}"
            )),
            None => Finding::error(format!(
                "no file sets {KEYWORD} where it counts for every connection, and sshd's default \
                 is 0, which is off"
            )),
        };
        let finding = finding.found("not set").required(REQUIRED).fix(mend);
        return Some(match main {
            Some(main) => finding.at(at(main)),
            None => finding,
        });
    };
    let finding = match seconds(&value.value) {
        None => Finding::error(format!(
            "{KEYWORD} is {:?}, which sshd does not take for a time: it does not start",
            short(&value.value)
        )),
        Some(seconds) => {
            let level = level(seconds, profile)?;
            Finding::new(
                level,
                format!("{KEYWORD} is {seconds} seconds, {}", reason(seconds)),
            )
        }
    };
    Some(
        finding
            .found(said(&value.value))
            .required(REQUIRED)
            .at(at(&value.spot))
            .fix(fix(path)),
    )
}

/// What the other readers of the files take, where it is worse than what sshd takes.
fn readers(
    guest: &LinuxGuest,
    effective: Option<&Located<String>>,
    main: &Spot,
    profile: Profile,
) -> Result<Vec<Finding>, String> {
    let mut findings = Vec::new();
    let literal = guest
        .ssh
        .literal(KEYWORD)
        .map_err(|unknown| unknown.reason)?;
    if let Some(value) = effective
        && literal.is_empty()
    {
        let in_main = value.spot.path == main.path;
        let message = if in_main {
            format!(
                "{KEYWORD} is spelled so that only sshd finds it: a search for lines that begin \
                 with the word finds none"
            )
        } else {
            format!(
                "only {} sets {KEYWORD}, and the main file has no such line; sshd takes it, but a \
                 publisher's image was rejected until the main file had it",
                value.spot.path
            )
        };
        let level = match profile {
            Profile::Strict if !in_main => Level::Error,
            _ => Level::Warning,
        };
        findings.push(
            Finding::new(level, message)
                .found(format!("no line in {}", main.path))
                .required(format!("a line {KEYWORD} 180"))
                .at(at(if in_main { &value.spot } else { main }))
                .fix(fix(&main.path)),
        );
    }
    let own = effective.and_then(|value| seconds(&value.value));
    let fallback = guest
        .ssh
        .fallback(KEYWORD)
        .map_err(|unknown| unknown.reason)?;
    let fallback = fallback.filter(|one| !literal.iter().any(|line| line.spot == one.spot));
    for (reader, line) in literal
        .iter()
        .map(|line| ("a search for the line", line))
        .chain(
            fallback
                .iter()
                .map(|line| ("LISA (Microsoft's test suite), where sshd -T fails,", line)),
        )
    {
        let number: Option<u32> = line.value.parse().ok();
        let worth = number.map_or(Some(Level::Error), |number| level(number, profile));
        let known = own.and_then(|own| level(own, profile));
        if (number.is_some() && number == own) || worth <= known || effective.is_none() {
            continue;
        }
        let grave = profile == Profile::Strict && worth == Some(Level::Error);
        findings.push(
            Finding::new(
                if grave { Level::Error } else { Level::Warning },
                format!(
                    "{reader} reads {KEYWORD} as {:?}, where sshd takes {}",
                    short(&line.value),
                    effective.map_or_else(|| "none".to_owned(), |value| short(&value.value)),
                ),
            )
            .found(said(&line.value))
            .required("one value of 180 in all files, in seconds")
            .at(at(&line.spot))
            .fix(fix(&main.path)),
        );
    }
    Ok(findings)
}

#[cfg(test)]
mod tests;
