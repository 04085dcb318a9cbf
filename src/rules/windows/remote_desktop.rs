//! WIN007: whether Remote Desktop lets anybody in.

use super::service_start::look_for;
use super::{Judgement, at, guest, reg_add_dword, reg_delete, set_dword};
use crate::finding::{Finding, Outcome};
use crate::guest::windows::remote_desktop::RemoteDesktop;
use crate::guest::windows::services::{Services, Start};
use crate::guest::windows::setting::Setting;
use crate::rules::offer::unless_locked_down;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// Remote Desktop is on.
    ///
    /// ## Why
    /// The customer, and the certification, reach a Windows machine by Remote Desktop. The offer
    /// can say that it is not supported; then this failure is expected.
    ///
    /// ## Evidence
    /// `fDenyTSConnections` of `SYSTEM\…\Control\Terminal Server` is 0, and of the group policy
    /// `SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services` absent or 0. Absent in both is
    /// Windows' default: connections are refused. `TSEnabled` is not 0, `TSServerDrainMode` and
    /// `TSUserEnabled` not other than 0; of the listener `RDP-Tcp` `fEnableWinStation` is not 0 and
    /// `fLogonDisabled` not 1: absent ones are as they should be. The service `TermService` is
    /// there and not disabled.
    ///
    /// ## What Azure says
    /// `Remote access issue`
    ///
    /// ## Fix
    /// `Set-ItemProperty -Path 'HKLM:\SYSTEM\CurrentControlSet\Control\Terminal Server' -Name fDenyTSConnections -Value 0 -Type DWord`
    ///
    /// ## Limits
    /// Whether the offer claims `Remote desktop or SSH not supported` is not in the image; where
    /// the configuration claims it, what is found is only noted. Whether
    /// the firewall lets the connection in is WIN009's, the port WIN008's.
    pub static WIN007 = {
        id: "WIN007",
        name: "remote-desktop-enabled",
        level: Error,
        sources: [FAQ, WINP, TECH, RDPGEN, RDPSVC, RDPPOL],
    };
}

pub(super) const KEY: &str = r"SYSTEM\CurrentControlSet\Control\Terminal Server";
pub(super) const LISTENER: &str =
    r"SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp";
pub(super) const POLICY: &str = r"SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services";
const DENY: &str = "fDenyTSConnections";

fn denied(judgement: &mut Judgement, remote: &RemoteDesktop) {
    let policy = judgement.set(&remote.policy_deny);
    let local = judgement.set(&remote.deny);
    let (Some(policy), Some(local)) = (policy, local) else {
        return;
    };
    let shown = |value: Option<&u32>| match value {
        Some(number) => format!("{DENY} = {number}"),
        None => format!("no {DENY}"),
    };
    let finding = match (policy, local) {
        (None | Some(0), Some(0)) => return,
        (Some(0), _) => Finding::warning(
            "only group policy allows Remote Desktop: whenever the policy is refreshed, the \
             machine's own setting counts for a while and ends all sessions",
        )
        .found(shown(local))
        .required(format!("{DENY} = 0"))
        .at(at(&remote.deny.spot))
        .fix(set_dword(KEY, DENY, 0)),
        (Some(_), _) => Finding::error("group policy refuses all connections by Remote Desktop")
            .found(shown(policy))
            .required(format!("{DENY} = 0, or no such policy"))
            .at(at(&remote.policy_deny.spot))
            .fix(reg_delete(POLICY, DENY)),
        (None, _) => {
            let why = match local {
                Some(_) => "Remote Desktop is off: all connections are refused",
                None => {
                    "Remote Desktop is not turned on, and Windows refuses connections by default"
                }
            };
            Finding::error(why)
                .found(shown(local))
                .required(format!("{DENY} = 0"))
                .at(at(&remote.deny.spot))
                .fix(set_dword(KEY, DENY, 0))
        }
    };
    judgement.find([finding]);
}

/// A value that turns Remote Desktop off in a way of its own.
struct Switch<'a> {
    setting: &'a Setting<u32>,
    key: &'static str,
    name: &'static str,
    sound: u32,
    message: &'static str,
}

fn switches(remote: &RemoteDesktop) -> [Switch<'_>; 5] {
    let switch = |setting, key, name, sound, message| Switch {
        setting,
        key,
        name,
        sound,
        message,
    };
    let listener = &remote.listener;
    [
        switch(
            &remote.enabled,
            KEY,
            "TSEnabled",
            1,
            "the terminal server is off",
        ),
        switch(
            &remote.drain_mode,
            KEY,
            "TSServerDrainMode",
            0,
            "the terminal server drains: it lets no new sessions in",
        ),
        switch(
            &remote.user_enabled,
            KEY,
            "TSUserEnabled",
            0,
            "the terminal server lets no user connect",
        ),
        switch(
            &listener.enabled,
            LISTENER,
            "fEnableWinStation",
            1,
            "the listener for Remote Desktop is off",
        ),
        switch(
            &listener.logon_disabled,
            LISTENER,
            "fLogonDisabled",
            0,
            "the listener for Remote Desktop lets nobody log on",
        ),
    ]
}

fn service(judgement: &mut Judgement, services: &Services) {
    let spot = services.spot_of("TermService");
    let Some(service) = services.get("TermService") else {
        if services.is_cut {
            judgement.leave_open(format!("{spot}: there are more services than are read"));
        } else {
            judgement.find([Finding::error("the service of Remote Desktop is missing")
                .found("no TermService")
                .required("the service TermService, not disabled")
                .at(at(&spot))
                .fix(look_for("TermService"))]);
        }
        return;
    };
    match judgement.known(service.starts()) {
        Some(Some(Start::Automatic | Start::Manual)) | None => {}
        Some(Some(start)) => {
            let finding = if start == Start::Disabled {
                Finding::error("the service of Remote Desktop is disabled")
            } else {
                Finding::warning("the service of Remote Desktop has a start type of drivers")
            };
            let number = service.start.get().ok().flatten().copied().unwrap_or(4);
            judgement.find([finding
                .found(format!("Start = {number} ({})", start.name()))
                .required("Start = 3 (Manual)")
                .at(at(&service.start.spot))
                .fix("Set-Service -Name TermService -StartupType Manual")]);
        }
        Some(None) => judgement.leave_open(format!(
            "{}: it is missing, so that the start of the service is not known",
            service.start.spot
        )),
    }
}

fn check(subject: &Subject<'_>) -> Outcome {
    unless_locked_down(subject, judged(subject))
}

/// What it says of an image that is not meant to be locked down.
pub(in crate::rules) fn judged(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let mut judgement = Judgement::default();
    denied(&mut judgement, &guest.remote_desktop);
    for switch in switches(&guest.remote_desktop) {
        let Some(Some(number)) = judgement.set(switch.setting) else {
            continue;
        };
        // The switches that should be on are off by 0 alone.
        let is_sound = match switch.sound {
            0 => *number == 0,
            _ => *number != 0,
        };
        if !is_sound {
            judgement.find([Finding::error(switch.message)
                .found(format!("{} = {number}", switch.name))
                .required(format!("{} = {}", switch.name, switch.sound))
                .at(at(&switch.setting.spot))
                .fix(reg_add_dword(switch.key, switch.name, switch.sound))]);
        }
    }
    if let Some(services) = judgement.known(guest.services.as_ref().map_err(Clone::clone)) {
        service(&mut judgement, services);
    }
    judgement.outcome()
}

#[cfg(test)]
mod tests;
