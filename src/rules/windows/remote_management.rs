//! WIN035: whether the certification toolkit would reach the machine by WinRM.

use super::firewall::named;
use super::service_start::shown;
use super::{Judgement, at, guest};
use crate::finding::{Finding, Outcome};
use crate::guest::windows::firewall::Action;
use crate::guest::windows::services::Start;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// WinRM over HTTPS is ready for the certification toolkit while a machine is tested.
    ///
    /// ## Why
    /// The toolkit and the self-test connect to the machine that they test by WinRM over HTTPS,
    /// port 5986. The image itself does not need it: this is for whoever runs them.
    ///
    /// ## Evidence
    /// The service `WinRM` starts automatically; there is a listener for HTTPS below
    /// `SOFTWARE\…\WSMAN\Listener`; an active firewall rule lets TCP 5986 in.
    ///
    /// ## Fix
    /// On the machine under test: `winrm.cmd quickconfig -transport:https`, with a certificate for
    /// server authentication in the machine's store;
    /// `New-NetFirewallRule -DisplayName 'WinRM HTTPS' -Direction Inbound -Protocol TCP -LocalPort 5986 -Action Allow`
    ///
    /// ## Limits
    /// Never more than notes. That a listener's key is named `ADDRESS+TRANSPORT` is what many
    /// machines show; no text of Microsoft on it was found.
    pub static WIN035 = {
        id: "WIN035",
        name: "remote-management",
        level: Note,
        sources: [SELF, WINP, SVC16],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let mut judgement = Judgement::default();
    if let Some(services) = judgement.known(guest.services.as_ref().map_err(Clone::clone)) {
        let start = judgement.known(services.starts("WinRM"));
        if let Some(start) = start.filter(|start| *start != Some(Start::Automatic)) {
            judgement.find([Finding::note("WinRM does not start by itself")
                .found(start.map_or_else(|| "no start type".to_owned(), shown))
                .required(shown(Start::Automatic))
                .at(at(&services.spot_of("WinRM")))
                .fix("Set-Service -Name WinRM -StartupType Automatic")]);
        }
    }
    let mut lacks = Vec::new();
    if let Some(None) = judgement.known(guest.remote_management.https()) {
        lacks.push("listener for HTTPS");
    }
    match guest.firewall.open() {
        Some(reason) => judgement.leave_open(reason),
        None => {
            let is_open = guest
                .firewall
                .all_rules()
                .any(|rule| rule.is_inbound() && rule.action == Action::Allow && named(rule, 5986));
            if !is_open {
                lacks.push("firewall rule for TCP 5986");
            }
        }
    }
    if !lacks.is_empty() {
        judgement.find([Finding::note(
            "WinRM over HTTPS, by which the toolkit and the self-test connect, is not set up",
        )
        .found(format!("no {}", lacks.join(", no ")))
        .required("both, while the tests run")
        .fix("winrm.cmd quickconfig -transport:https")]);
    }
    judgement.outcome()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::windows::registry::HiveName::{Software, System};
    use crate::rules::windows::testing::*;

    const LISTENER: &str = r"Microsoft\Windows\CurrentVersion\WSMAN\Listener\*+HTTPS";
    const RULES: &str =
        r"CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules";

    fn ready() -> Machine {
        let rule = "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=5986|";
        Machine::new()
            .key(Software, LISTENER)
            .string(System, RULES, "{5986}", rule)
    }

    #[test]
    fn it_only_notes() {
        assert_eq!(of(&WIN035, &ready()), Outcome::pass());
        let outcome = of(&WIN035, &Machine::new());
        assert_eq!(worst(&outcome), Some(Level::Note));
        assert_eq!(
            outcome.findings()[0].found.as_deref(),
            Some("no listener for HTTPS, no firewall rule for TCP 5986")
        );
        let manual = ready().dword(System, r"CurrentControlSet\Services\WinRM", "Start", 3);
        assert_eq!(levels(&of(&WIN035, &manual)).len(), 1);
    }

    #[test]
    fn it_needs_both_hives() {
        assert_needs(&WIN035, System);
        assert_needs(&WIN035, Software);
        let torn = ready().string(System, RULES, "{1}", "no rule");
        assert_eq!(of(&WIN035, &torn).status(), Status::Undetermined);
        assert_applies_to_windows_only(&WIN035);
    }
}
