//! WIN009: what Windows Firewall lets in.

use super::{Judgement, at, guest, powershell_quoted};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::Spot;
use crate::guest::windows::firewall::{
    Action, Direction, Firewall, FirewallRule, Profile, Through,
};
use crate::rules::linux::guest_text::short;
use crate::rules::partition::listed;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// Windows Firewall is on and lets Remote Desktop, ping, WinRM and Azure's platform in.
    ///
    /// ## Why
    /// A firewall that does not let Remote Desktop in locks out the customer and the certification.
    /// One that is off leaves the machine to the network rules around it.
    ///
    /// ## Evidence
    /// `EnableFirewall` of the profiles (absent is on), `DoNotAllowExceptions`, and the rules, of
    /// the local policy under `SharedAccess\Parameters\FirewallPolicy` and of group policy under
    /// `SOFTWARE\Policies\Microsoft\WindowsFirewall`, whose settings go before the local ones. On
    /// networks of each profile TCP port 3389 has to get through to the service `TermService` from
    /// anywhere: by an active rule that allows it, with no active rule that blocks it. Wanted as
    /// advice: an active rule that lets ping in (`FPS-ICMP4-ERQ-In`), one for WinRM (TCP 5985 or
    /// 5986), and one each way for Azure's address 168.63.129.16. Further rules that block what
    /// comes in are noted.
    ///
    /// ## What Azure says
    /// `Remote access issue`
    ///
    /// ## Fix
    /// `Get-NetFirewallRule -DisplayGroup 'Remote Desktop' | Set-NetFirewallRule -Enabled True`
    ///
    /// ## Limits
    /// A rule that is narrowed to some addresses, users or interfaces counts for neither side. The
    /// rules that protect single services (`RestrictedServices`) and filters that programs add
    /// below the firewall are not read. The port is 3389 whatever the listener's (WIN008).
    pub static WIN009 = {
        id: "WIN009",
        name: "windows-firewall",
        level: Warning,
        sources: [WINP, SEC, FWRULE, FWBLOCK, GPFAS, FWDEFAULT],
    };
}

/// Azure's own address: DNS, DHCP, and what the agent talks to.
pub(super) const PLATFORM: &str = "168.63.129.16";
const RDP: u16 = 3389;
const LIST_BLOCKING: &str =
    "Get-NetFirewallRule -Direction Inbound -Action Block -Enabled True -PolicyStore ActiveStore";
const UNBLOCK: &str =
    "netsh.exe advfirewall set allprofiles firewallpolicy blockinbound,allowoutbound";
const ALLOW_RDP: &str =
    "Get-NetFirewallRule -DisplayGroup 'Remote Desktop' | Set-NetFirewallRule -Enabled True";

/// What keeps Remote Desktop out, a finding for each cause with the profiles that it is so in.
fn remote_desktop(judgement: &mut Judgement, firewall: &Firewall) {
    let mut causes: Vec<(Through, Vec<&str>)> = Vec::new();
    for profile in Profile::ALL {
        let Some(through) = judgement.known(firewall.through(profile, RDP, "termservice")) else {
            continue;
        };
        if through.is_open() {
            continue;
        }
        match causes.iter_mut().find(|(cause, _)| *cause == through) {
            Some((_, profiles)) => profiles.push(profile.name()),
            None => causes.push((through, vec![profile.name()])),
        }
    }
    for (cause, profiles) in causes {
        let networks = profiles.join(", ");
        let finding = match cause {
            Through::AllBlocked(spot) => Finding::warning(format!(
                "the firewall refuses all that comes in, whatever its rules say (profile {networks})"
            ))
            .found("DoNotAllowExceptions = 1")
            .required("DoNotAllowExceptions = 0, or no such value")
            .at(at(&spot))
            .fix(mend(&spot, UNBLOCK.to_owned())),
            Through::Blocked(spot) => {
                let id = rule_id(&spot);
                // The command takes `*` for any name: only a plain one is put in it.
                let fix = if is_plain(&id) {
                    let id = powershell_quoted(&id);
                    let disable =
                        format!("Get-NetFirewallRule -Name {id} | Set-NetFirewallRule -Enabled False");
                    mend(&spot, disable)
                } else {
                    LIST_BLOCKING.to_owned()
                };
                Finding::warning(format!(
                    "a firewall rule blocks Remote Desktop (profile {networks})"
                ))
                .found(format!("the active rule {} blocks TCP {RDP}", short(&id)))
                .required(format!("no active rule that blocks TCP {RDP}"))
                .at(at(&spot))
                .fix(fix)
            }
            _ => {
                let rules = firewall.rules.as_ref().ok();
                let finding = Finding::warning(format!(
                    "no firewall rule lets Remote Desktop in (profile {networks})"
                ))
                .found(format!("no active rule allows TCP {RDP} from anywhere"))
                .required("the rules of the group Remote Desktop, active")
                .fix(ALLOW_RDP);
                match disabled(firewall).map(|rule| &rule.spot).or(rules.map(|r| &r.spot)) {
                    Some(spot) => finding.at(at(spot)),
                    None => finding,
                }
            }
        };
        judgement.find([finding]);
    }
}

/// The command for a local setting or rule; one of group policy is taken away instead, for no
/// command of the firewall changes it.
fn mend(spot: &Spot, local: String) -> String {
    let place = spot.registry.as_deref().unwrap_or_default();
    match place.split_once('!') {
        Some((key, name)) if key.starts_with("SOFTWARE\\") => format!(
            "Remove-ItemProperty -LiteralPath {} -Name {}",
            powershell_quoted(&format!("HKLM:\\{key}")),
            powershell_quoted(name)
        ),
        _ => local,
    }
}

/// The rule that Windows brings for Remote Desktop, where it is off.
fn disabled(firewall: &Firewall) -> Option<&FirewallRule> {
    firewall.all_rules().find(|rule| {
        let id = rule.id.to_ascii_lowercase();
        id.starts_with("remotedesktop-") && rule.has_tcp(RDP) && !rule.is_active
    })
}

/// Whether a name has no character that a command could take for more than itself.
fn is_plain(id: &str) -> bool {
    id.chars()
        .all(|c| c.is_ascii_alphanumeric() || "-_{}. ".contains(c))
}

/// The name of the value that a place names.
fn rule_id(spot: &Spot) -> String {
    let key = spot.registry.as_deref().unwrap_or_default();
    key.split_once('!')
        .map_or(key, |(_, value)| value)
        .to_owned()
}

fn profiles(judgement: &mut Judgement, firewall: &Firewall) {
    for profile in Profile::ALL {
        let setting = firewall.enable(profile);
        if judgement.set(setting) == Some(Some(&0)) {
            judgement.find([Finding::advice(format!(
                "the firewall is off for networks of the profile {}",
                profile.name()
            ))
            .found("EnableFirewall = 0")
            .required("EnableFirewall = 1")
            .at(at(&setting.spot))
            .fix(mend(
                &setting.spot,
                format!(
                    "Set-NetFirewallProfile -Profile {} -Enabled True",
                    profile.name()
                ),
            ))]);
        }
    }
}

/// Rules that the guide wants and no active rule does the work of.
fn wanted(judgement: &mut Judgement, firewall: &Firewall) {
    let allows = |meant: &dyn Fn(&FirewallRule) -> bool| {
        firewall
            .all_rules()
            .any(|rule| rule.is_active && rule.action == Action::Allow && meant(rule))
    };
    let platform = |direction: Direction| {
        allows(&|rule| {
            rule.direction == direction
                && rule
                    .remote_addresses
                    .iter()
                    .any(|address| address.split(['/', '-']).next() == Some(PLATFORM))
        })
    };
    let winrm = |port| allows(&|rule| rule.is_inbound() && named(rule, port));
    let missing = [
        (
            allows(&|rule| rule.is_inbound() && rule.has_ping() && rule.protocol.is_some()),
            "no firewall rule lets ping in",
            "an active rule FPS-ICMP4-ERQ-In",
            "Set-NetFirewallRule -Name FPS-ICMP4-ERQ-In -Enabled True",
        ),
        (
            winrm(5985) || winrm(5986),
            "no firewall rule lets WinRM in",
            "an active rule for TCP 5985 or 5986",
            "Enable-PSRemoting -Force",
        ),
        (
            platform(Direction::In),
            "no firewall rule lets Azure's platform in",
            "an active rule that lets 168.63.129.16 in",
            "New-NetFirewallRule -DisplayName AzurePlatform -Direction Inbound -RemoteAddress 168.63.129.16 -Profile Any -Action Allow -EdgeTraversalPolicy Allow",
        ),
        (
            platform(Direction::Out),
            "no firewall rule lets connections to Azure's platform out",
            "an active rule that lets connections to 168.63.129.16 out",
            "New-NetFirewallRule -DisplayName AzurePlatform -Direction Outbound -RemoteAddress 168.63.129.16 -Profile Any -Action Allow",
        ),
    ];
    let spot = firewall.rules.as_ref().ok().map(|rules| &rules.spot);
    for (_, message, required, fix) in missing.into_iter().filter(|(is_there, ..)| !is_there) {
        let finding = Finding::advice(message)
            .found("no such rule")
            .required(required)
            .fix(fix);
        judgement.find([match spot {
            Some(spot) => finding.at(at(spot)),
            None => finding,
        }]);
    }
}

/// Whether a rule names a TCP port, and is not merely for all of them.
pub(super) fn named(rule: &FirewallRule, port: u16) -> bool {
    rule.protocol == Some(6) && !rule.local_ports.is_empty() && rule.has_tcp(port)
}

/// Active rules that block what comes in; those that block Remote Desktop are told already.
fn blocking(firewall: &Firewall) -> Vec<Finding> {
    let told = |rule: &FirewallRule| {
        rule.has_tcp(RDP) && rule.fits_service("termservice") && !rule.is_narrowed()
    };
    let rules = firewall
        .all_rules()
        .filter(|rule| rule.is_inbound() && rule.action == Action::Block && !told(rule))
        .map(|rule| {
            Finding::note(format!(
                "the firewall rule {} blocks what comes in",
                short(rule.name.as_deref().unwrap_or(&rule.id))
            ))
            .found(format!("the active rule {}", short(&rule.id)))
            .at(at(&rule.spot))
        });
    listed(Level::Note, rules, "rules that block what comes in")
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let firewall = &guest.firewall;
    let mut judgement = Judgement::default();
    profiles(&mut judgement, firewall);
    remote_desktop(&mut judgement, firewall);
    match firewall.open() {
        // What is missing may be among what could not be read.
        Some(reason) => judgement.leave_open(reason),
        None => wanted(&mut judgement, firewall),
    }
    judgement.find(blocking(firewall));
    for profile in Profile::ALL {
        let merge = firewall.merge(profile);
        if judgement.set(merge) == Some(Some(&0)) {
            judgement.find([Finding::note(format!(
                "group policy has the local firewall rules not count (profile {})",
                profile.name()
            ))
            .found("AllowLocalPolicyMerge = 0")
            .at(at(&merge.spot))
            .fix(mend(&merge.spot, String::new()))]);
        }
    }
    judgement.outcome()
}

#[cfg(test)]
mod tests;
