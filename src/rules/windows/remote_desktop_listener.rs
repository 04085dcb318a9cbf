//! WIN008: how Remote Desktop listens.

use super::remote_desktop::{LISTENER, POLICY};
use super::{Judgement, at, guest, reg_add_dword, reg_delete, set_dword};
use crate::finding::{Finding, Outcome};
use crate::guest::windows::remote_desktop::RemoteDesktop;
use crate::guest::windows::setting::Setting;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// Remote Desktop listens on port 3389, with the settings of Microsoft's guide.
    ///
    /// ## Why
    /// Azure's portal, the network rules that it makes, and the certification connect to port 3389.
    /// The other settings keep sessions alive behind Azure's load balancers, and take away what
    /// binds the listener to the machine that the image was made on.
    ///
    /// ## Evidence
    /// Of the listener `WinStations\RDP-Tcp`: `PortNumber` 3389, `LanAdapter` 0,
    /// `UserAuthentication` 1, `KeepAliveTimeout` 1, `MaxInstanceCount` 0xFFFFFFFF, no
    /// `SSLCertificateSHA1Hash`. Of the group policy: `KeepAliveEnable` 1, `KeepAliveInterval` 1,
    /// `fDisableAutoReconnect` 0. An absent `PortNumber`, `LanAdapter`, `MaxInstanceCount` or
    /// `fDisableAutoReconnect` leaves the default, which is right. Only another port is an error;
    /// the rest is advice.
    ///
    /// ## Fix
    /// `Set-ItemProperty -Path 'HKLM:\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp' -Name PortNumber -Value 3389 -Type DWord`
    ///
    /// ## Limits
    /// No known certification test reads these values. Of `fInheritReconnectSame` and
    /// `fReconnectSame` Microsoft's texts want 1 and 0, or 0 and 1: either pair is taken. Editions
    /// of the guide before 2022 wanted `SecurityLayer` and `fAllowSecProtocolNegotiation` to be 1;
    /// a 0, which takes TLS away, is only noted.
    pub static WIN008 = {
        id: "WIN008",
        name: "remote-desktop-listener",
        level: Error,
        sources: [WINP, RDPGEN],
    };
}

/// A value that the guide wants.
struct Wanted<'a> {
    setting: &'a Setting<u32>,
    key: &'static str,
    name: &'static str,
    value: u32,
    /// Whether Windows does as the guide wants it where the value is absent.
    by_default: bool,
    message: &'static str,
}

fn wanted(remote: &RemoteDesktop) -> [Wanted<'_>; 7] {
    let wanted = |setting, key, name, value, by_default, message| Wanted {
        setting,
        key,
        name,
        value,
        by_default,
        message,
    };
    let (listener, policy) = (&remote.listener, &remote.policy);
    [
        wanted(
            &listener.lan_adapter,
            LISTENER,
            "LanAdapter",
            0,
            true,
            "Remote Desktop listens on one network adapter only, which Azure's is not",
        ),
        wanted(
            &listener.user_authentication,
            LISTENER,
            "UserAuthentication",
            1,
            false,
            "network level authentication is not asked for",
        ),
        wanted(
            &listener.keep_alive_timeout,
            LISTENER,
            "KeepAliveTimeout",
            1,
            false,
            "the listener does not keep idle connections alive",
        ),
        wanted(
            &listener.max_instances,
            LISTENER,
            "MaxInstanceCount",
            u32::MAX,
            true,
            "the number of sessions is limited",
        ),
        wanted(
            &policy.keep_alive,
            POLICY,
            "KeepAliveEnable",
            1,
            false,
            "idle connections are not kept alive",
        ),
        wanted(
            &policy.keep_alive_interval,
            POLICY,
            "KeepAliveInterval",
            1,
            false,
            "idle connections are not kept alive every minute",
        ),
        wanted(
            &policy.disable_reconnect,
            POLICY,
            "fDisableAutoReconnect",
            0,
            true,
            "a client may not connect again by itself",
        ),
    ]
}

fn port(judgement: &mut Judgement, remote: &RemoteDesktop) {
    let setting = &remote.listener.port;
    if let Some(Some(port)) = judgement.set(setting)
        && *port != 3389
    {
        judgement.find([Finding::error(format!(
            "Remote Desktop listens on port {port}: nobody who connects to 3389 gets in"
        ))
        .found(format!("PortNumber = {port}"))
        .required("PortNumber = 3389")
        .at(at(&setting.spot))
        .fix(set_dword(LISTENER, "PortNumber", 3389))]);
    }
}

fn reconnection(judgement: &mut Judgement, remote: &RemoteDesktop) {
    let inherit = judgement.set(&remote.listener.inherit_reconnect);
    let same = judgement.set(&remote.listener.reconnect_same);
    if let (Some(Some(inherit)), Some(Some(same))) = (inherit, same)
        && !matches!((inherit, same), (1, 0) | (0, 1))
    {
        judgement.find([Finding::note(
            "the settings of reconnection are neither of the pairs that Microsoft's texts have",
        )
        .found(format!(
            "fInheritReconnectSame = {inherit}, fReconnectSame = {same}"
        ))
        .required("1 and 0, or 0 and 1")
        .at(at(&remote.listener.inherit_reconnect.spot))]);
    }
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let remote = &guest.remote_desktop;
    let mut judgement = Judgement::default();
    port(&mut judgement, remote);
    for wanted in wanted(remote) {
        let found = match judgement.set(wanted.setting) {
            None => continue,
            Some(None) if wanted.by_default => continue,
            Some(Some(number)) if *number == wanted.value => continue,
            Some(Some(number)) => format!("{} = {number}", wanted.name),
            Some(None) => format!("no {}", wanted.name),
        };
        judgement.find([Finding::advice(wanted.message)
            .found(found)
            .required(format!("{} = {}", wanted.name, wanted.value))
            .at(at(&wanted.setting.spot))
            .fix(reg_add_dword(wanted.key, wanted.name, wanted.value))]);
    }
    reconnection(&mut judgement, remote);
    let security = [
        ("SecurityLayer", &remote.listener.security_layer),
        ("fAllowSecProtocolNegotiation", &remote.listener.negotiation),
    ];
    for (name, setting) in security {
        if judgement.set(setting) == Some(Some(&0)) {
            judgement.find([Finding::note("Remote Desktop does without TLS")
                .found(format!("{name} = 0"))
                .required(format!("{name} = 1"))
                .at(at(&setting.spot))
                .fix(set_dword(LISTENER, name, 1))]);
        }
    }
    let certificate = remote.listener.certificate.as_ref().map_err(Clone::clone);
    if let Some(Some(spot)) = judgement.known(certificate) {
        judgement.find([Finding::advice(
            "a certificate is bound to the listener, which a machine made from the image has not",
        )
        .found("SSLCertificateSHA1Hash is set")
        .required("no SSLCertificateSHA1Hash")
        .at(at(spot))
        .fix(reg_delete(LISTENER, "SSLCertificateSHA1Hash"))]);
    }
    judgement.outcome()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::hive::Data;
    use crate::guest::windows::registry::HiveName::{Software, System};
    use crate::rules::windows::testing::*;

    const RDP_TCP: &str = r"CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp";
    const POLICIES: &str = r"Policies\Microsoft\Windows NT\Terminal Services";

    #[test]
    fn the_guides_settings_pass_and_another_port_fails() {
        assert_eq!(of(&WIN008, &Machine::new()), Outcome::pass());
        let outcome = of(
            &WIN008,
            &Machine::new().dword(System, RDP_TCP, "PortNumber", 3390),
        );
        assert_eq!(outcome.status(), Status::Fail);
        assert_evidence(&outcome);
        assert!(outcome.findings()[0].message.contains("3390"));
        let default = Machine::new().unset(System, RDP_TCP, "PortNumber");
        assert_eq!(of(&WIN008, &default), Outcome::pass());
    }

    #[test]
    fn every_other_setting_is_advice() {
        let m = Machine::new;
        for machine in [
            m().dword(System, RDP_TCP, "LanAdapter", 2),
            m().dword(System, RDP_TCP, "UserAuthentication", 0),
            m().unset(System, RDP_TCP, "KeepAliveTimeout"),
            m().dword(System, RDP_TCP, "MaxInstanceCount", 2),
            m().unset(Software, POLICIES, "KeepAliveEnable"),
            m().dword(Software, POLICIES, "KeepAliveInterval", 5),
            m().dword(Software, POLICIES, "fDisableAutoReconnect", 1),
            m().set(
                System,
                RDP_TCP,
                "SSLCertificateSHA1Hash",
                Data::Binary(vec![0xab; 20]),
            ),
        ] {
            let outcome = of(&WIN008, &machine);
            assert_eq!(levels(&outcome).len(), 1, "{outcome:?}");
            assert_eq!(worst(&outcome), Some(Level::Advice));
            assert!(outcome.findings()[0].fix.is_some());
        }
    }

    #[test]
    fn what_the_texts_disagree_on_is_a_note_at_most() {
        let pair = |inherit, same| {
            let machine = Machine::new()
                .dword(System, RDP_TCP, "fInheritReconnectSame", inherit)
                .dword(System, RDP_TCP, "fReconnectSame", same);
            worst(&of(&WIN008, &machine))
        };
        assert_eq!(pair(1, 0), None);
        assert_eq!(pair(0, 1), None);
        assert_eq!(pair(1, 1), Some(Level::Note));
        let plain = Machine::new().dword(System, RDP_TCP, "SecurityLayer", 0);
        assert_eq!(worst(&of(&WIN008, &plain)), Some(Level::Note));
        let zeros = Data::Binary(vec![0; 20]);
        let none = Machine::new().set(System, RDP_TCP, "SSLCertificateSHA1Hash", zeros);
        assert_eq!(of(&WIN008, &none), Outcome::pass());
    }

    #[test]
    fn it_needs_both_hives() {
        assert_needs(&WIN008, System);
        assert_needs(&WIN008, Software);
        assert_applies_to_windows_only(&WIN008);
    }
}
