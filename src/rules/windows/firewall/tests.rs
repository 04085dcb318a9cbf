//! Tests of WIN009 on machines with real rules.

use super::*;
use crate::finding::Status;
use crate::guest::windows::registry::HiveName::{Software, System};
use crate::rules::windows::testing::*;

const LOCAL: &str = r"CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy";
const RULES: &str =
    r"CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules";
const POLICY: &str = r"Policies\Microsoft\WindowsFirewall";
const RDP_RULE: &str = "RemoteDesktop-UserMode-In-TCP";
const RDP_TEXT: &str = r"v2.31|Action=Allow|Active=FALSE|Dir=In|Protocol=6|LPort=3389|App=%SystemRoot%\system32\svchost.exe|Svc=termservice|Name=@FirewallAPI.dll,-28775|";

fn profile(name: &str) -> String {
    format!("{LOCAL}\\{name}")
}

fn with_rule(id: &str, text: &str) -> Machine {
    Machine::new().string(System, RULES, id, text)
}

#[test]
fn the_guides_firewall_passes() {
    assert_eq!(of(&WIN009, &Machine::new()), Outcome::pass());
    // Absent is on.
    let default = Machine::new().unset(System, &profile("PublicProfile"), "EnableFirewall");
    assert_eq!(of(&WIN009, &default), Outcome::pass());
    assert_applies_to_windows_only(&WIN009);
}

#[test]
fn a_profile_that_is_off_is_advice() {
    let off = Machine::new().dword(System, &profile("StandardProfile"), "EnableFirewall", 0);
    let outcome = of(&WIN009, &off);
    assert_eq!(
        levels(&outcome),
        [(
            Level::Advice,
            "the firewall is off for networks of the profile Private".to_owned()
        )]
    );
    let policy = format!("{POLICY}\\PrivateProfile");
    let on_by_policy = off.dword(Software, &policy, "EnableFirewall", 1);
    assert_eq!(of(&WIN009, &on_by_policy), Outcome::pass());
    let off_by_policy = Machine::new().dword(
        Software,
        &format!("{POLICY}\\PublicProfile"),
        "EnableFirewall",
        0,
    );
    let outcome = of(&WIN009, &off_by_policy);
    assert_eq!(
        outcome.findings()[0].fix.as_deref(),
        Some(
            r"Remove-ItemProperty -LiteralPath 'HKLM:\SOFTWARE\Policies\Microsoft\WindowsFirewall\PublicProfile' -Name 'EnableFirewall'"
        )
    );
    let place = outcome.findings()[0].place.as_ref().unwrap();
    assert_eq!(
        place.registry.as_deref(),
        Some(r"SOFTWARE\Policies\Microsoft\WindowsFirewall\PublicProfile!EnableFirewall")
    );
}

#[test]
fn remote_desktop_that_does_not_get_in_is_a_warning() {
    for (machine, message, place) in [
        (
            with_rule(RDP_RULE, RDP_TEXT),
            "no firewall rule lets Remote Desktop in (profile Domain, Private, Public)",
            "FirewallRules!RemoteDesktop-UserMode-In-TCP",
        ),
        (
            Machine::new().unset(System, RULES, RDP_RULE),
            "no firewall rule lets Remote Desktop in (profile Domain, Private, Public)",
            "FirewallPolicy\\FirewallRules",
        ),
        (
            with_rule(
                RDP_RULE,
                &RDP_TEXT.replace(
                    "Active=FALSE|",
                    "Active=TRUE|Profile=Domain|Profile=Private|",
                ),
            ),
            "no firewall rule lets Remote Desktop in (profile Public)",
            "FirewallPolicy\\FirewallRules",
        ),
        (
            with_rule(
                RDP_RULE,
                &RDP_TEXT.replace("Active=FALSE|", "Active=TRUE|RA4=LocalSubnet|"),
            ),
            "no firewall rule lets Remote Desktop in (profile Domain, Private, Public)",
            "FirewallPolicy\\FirewallRules",
        ),
        (
            with_rule(
                "{5f1d}",
                "v2.31|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=3000-4000|",
            ),
            "a firewall rule blocks Remote Desktop (profile Domain, Private, Public)",
            "FirewallRules!{5f1d}",
        ),
        (
            Machine::new().dword(System, &profile("PublicProfile"), "DoNotAllowExceptions", 1),
            "the firewall refuses all that comes in, whatever its rules say (profile Public)",
            "PublicProfile!DoNotAllowExceptions",
        ),
    ] {
        let outcome = of(&WIN009, &machine);
        assert_evidence(&outcome);
        assert_eq!(
            levels(&outcome),
            [(Level::Warning, message.to_owned())],
            "{outcome:?}"
        );
        let found = outcome.findings()[0].place.as_ref().unwrap();
        let registry = found.registry.as_deref().unwrap();
        assert!(registry.ends_with(place), "{registry}");
    }
}

#[test]
fn a_rule_of_another_program_neither_opens_nor_blocks_it() {
    let other = with_rule(
        "{1}",
        r"v2.31|Action=Block|Active=TRUE|Dir=In|Protocol=6|App=C:\Program Files\x.exe|Name=x's|",
    );
    let outcome = of(&WIN009, &other);
    assert_eq!(worst(&outcome), Some(Level::Note));
    assert!(outcome.findings()[0].message.contains("x's"));
    let instead = with_rule(
        RDP_RULE,
        &RDP_TEXT
            .replace("FALSE", "TRUE")
            .replace(r"system32\svchost.exe", "x.exe"),
    );
    assert_eq!(worst(&of(&WIN009, &instead)), Some(Level::Warning));
}

#[test]
fn a_rules_name_is_put_in_a_command_only_where_it_is_plain() {
    let fix = |id: &str| {
        let block = "v2.31|Action=Block|Active=TRUE|Dir=In|";
        let outcome = of(&WIN009, &with_rule(id, block));
        outcome.findings()[0].fix.clone().unwrap()
    };
    assert_eq!(
        fix("{5f1d-1}"),
        "Get-NetFirewallRule -Name '{5f1d-1}' | Set-NetFirewallRule -Enabled False"
    );
    assert_eq!(fix("*"), LIST_BLOCKING);
    assert_eq!(fix("x' -or $(y)"), LIST_BLOCKING);
}

#[test]
fn the_rules_of_group_policy_count_and_can_take_the_local_ones_away() {
    let rules = format!("{POLICY}\\FirewallRules");
    let text = RDP_TEXT.replace("FALSE", "TRUE");
    let by_policy = Machine::new()
        .unset(System, RULES, RDP_RULE)
        .string(Software, &rules, "{2}", &text);
    assert_eq!(of(&WIN009, &by_policy), Outcome::pass());
    let alone = Profile::ALL
        .iter()
        .fold(Machine::new(), |machine, profile| {
            let key = format!("{POLICY}\\{}Profile", profile.name());
            machine.dword(Software, &key, "AllowLocalPolicyMerge", 0)
        });
    assert_eq!(worst(&of(&WIN009, &alone)), Some(Level::Warning));
    let both = alone.string(Software, &rules, "{2}", &text);
    assert_eq!(worst(&of(&WIN009, &both)), Some(Level::Note));
}

#[test]
fn what_the_guide_adds_is_advice() {
    for (id, message) in [
        ("FPS-ICMP4-ERQ-In", "no firewall rule lets ping in"),
        ("WINRM-HTTP-In-TCP", "no firewall rule lets WinRM in"),
        (
            "{a55e7001-0001-4000-8000-000000000001}",
            "no firewall rule lets Azure's platform in",
        ),
        (
            "{a55e7001-0001-4000-8000-000000000002}",
            "no firewall rule lets connections to Azure's platform out",
        ),
    ] {
        let outcome = of(&WIN009, &Machine::new().unset(System, RULES, id));
        assert_eq!(levels(&outcome), [(Level::Advice, message.to_owned())]);
    }
}

#[test]
fn many_blocking_rules_are_counted() {
    let many = (0..40).fold(Machine::new(), |machine, n| {
        let text = format!("v2.31|Action=Block|Active=TRUE|Dir=In|Protocol=17|LPort={n}|");
        machine.string(System, RULES, &format!("{{{n}}}"), &text)
    });
    let outcome = of(&WIN009, &many);
    assert_eq!(outcome.findings().len(), 17);
    let last = &outcome.findings()[16].message;
    assert!(last.contains("24 more"), "{last}");
}

#[test]
fn a_rule_that_cannot_be_read_leaves_it_open() {
    assert_needs(&WIN009, System);
    assert_needs(&WIN009, Software);
    let torn = with_rule("{3}", "v2.31|Action=Perhaps|Active=TRUE|Dir=In|");
    let outcome = of(&WIN009, &torn);
    assert_eq!(outcome.status(), Status::Undetermined);
    assert!(outcome.reason().unwrap().contains("FirewallRules!{3}"));
}
