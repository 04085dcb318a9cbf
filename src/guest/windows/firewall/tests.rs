//! Tests of the reading of firewall rules, and of what gets through.

use super::*;
use crate::guest::hive::testing::HiveWriter;
use crate::guest::testing::Tree;

fn spot() -> Spot {
    let root = Tree::ntfs().windows_root_with(Vec::new());
    root.spot("/Windows/System32/config/SYSTEM")
        .key(r"SYSTEM\FirewallRules!x")
}

fn read(text: &str) -> Result<FirewallRule, String> {
    FirewallRule::read("x", text, &spot())
}

const RDP: &str = r"v2.22|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Profile=Domain|Profile=Private|Profile=Public|LPort=3389|App=%SystemRoot%\system32\svchost.exe|Svc=termservice|Name=@FirewallAPI.dll,-28775|Desc=@FirewallAPI.dll,-28756|EmbedCtxt=@FirewallAPI.dll,-28752|";

#[test]
fn a_rule_as_windows_writes_it() {
    let rule = read(RDP).unwrap();
    assert!(rule.is_active && rule.is_inbound() && !rule.is_narrowed());
    assert_eq!(
        (rule.action, rule.direction),
        (Action::Allow, Direction::In)
    );
    assert_eq!(rule.protocol, Some(6));
    assert_eq!(rule.profiles, Profile::ALL);
    assert_eq!(rule.local_ports, [Ports::Range(3389, 3389)]);
    assert_eq!(rule.service.as_deref(), Some("termservice"));
    assert_eq!(rule.name.as_deref(), Some("@FirewallAPI.dll,-28775"));
    assert!(rule.fits_service("TermService") && !rule.fits_service("Dhcp"));
    assert!(rule.has_tcp(3389) && !rule.has_tcp(3390));
}

#[test]
fn what_a_rule_does_not_say_does_not_narrow_it() {
    let all = read("v2.31|Action=Block|Active=TRUE|Dir=In|").unwrap();
    assert!(all.has_tcp(1) && all.has_ping() && all.fits_service("any"));
    assert!(Profile::ALL.iter().all(|profile| all.is_for(*profile)));
    let tcp = read("v2.31|Action=Block|Active=TRUE|Dir=In|Protocol=6|Profile=Public|").unwrap();
    assert!(tcp.has_tcp(80) && !tcp.has_ping());
    assert!(tcp.is_for(Profile::Public) && !tcp.is_for(Profile::Domain));
    let any = read("v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=256|").unwrap();
    assert_eq!(any.protocol, None);
    // A rule that does not say that it is on is off.
    assert!(!read("v2.31|Action=Allow|Dir=In|").unwrap().is_active);
}

#[test]
fn ports_are_numbers_ranges_and_words() {
    let ports = |field: &str| {
        let text = format!("v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|{field}|");
        read(&text).unwrap()
    };
    assert!(ports("LPort=80|LPort=3389").has_tcp(3389));
    assert!(ports("LPort2_10=3000-4000").has_tcp(3389));
    assert!(!ports("LPort2_10=4000-3000").has_tcp(3389));
    assert!(!ports("LPort=RPC").has_tcp(135));
    assert!(!ports("LPort=33890000").has_tcp(3389));
}

#[test]
fn ping_is_one_message_of_icmp() {
    let ping = |text: &str| {
        read(&format!(
            "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=1|{text}"
        ))
        .unwrap()
        .has_ping()
    };
    assert!(ping("ICMP4=8:*|") && ping(""));
    assert!(!ping("ICMP4=3:4|") && !ping("ICMP4=88:*|"));
}

#[test]
fn what_is_narrowed_says_so() {
    for field in [
        "RA4=LocalSubnet",
        "RA6=fe80::/64",
        "LA4=10.0.0.1",
        "IFType=Wireless",
        "LUAuth=O:LSD:(A;;CC;;;S-1)",
        "RPort=67",
    ] {
        let text = format!("v2.31|Action=Allow|Active=TRUE|Dir=In|{field}|");
        assert!(read(&text).unwrap().is_narrowed(), "{field}");
    }
}

#[test]
fn what_is_no_rule_is_refused_with_the_reason() {
    for (text, why) in [
        ("", "a version"),
        ("Action=Allow|Dir=In|", "a version"),
        ("v2.31|Dir=In|Active=TRUE|", "no Action"),
        ("v2.31|Action=Allow|Active=TRUE|", "no Dir"),
        ("v2.31|Action=Maybe|Dir=In|", "Action is neither"),
        ("v2.31|Action=Allow|Dir=Up|", "Dir is neither"),
        (
            "v2.31|Action=Allow|Dir=In|Protocol=tcp|",
            "Protocol is neither",
        ),
        (
            "v2.31|Action=Allow|Dir=In|Profile=Home|",
            "Profile is neither",
        ),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.contains(why), "{text}: {error}");
    }
    let many = format!("v2.31|Action=Allow|Dir=In|{}", "x=1|".repeat(10_001));
    assert!(read(&many).unwrap_err().contains("fields"));
}

fn firewall(change: impl FnOnce(HiveWriter, HiveWriter) -> (HiveWriter, HiveWriter)) -> Firewall {
    let system = HiveWriter::new().set("Select", "Current", Data::Dword(1));
    let (system, software) = change(system, HiveWriter::new());
    let root = Tree::ntfs()
        .bytes("/Windows/System32/config/SYSTEM", &system.build())
        .bytes("/Windows/System32/config/SOFTWARE", &software.build())
        .windows_root_with(Vec::new());
    gather(&root, &Registry::load(&root))
}

const RULES: &str = r"ControlSet001\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules";
const PUBLIC: &str = r"ControlSet001\Services\SharedAccess\Parameters\FirewallPolicy\PublicProfile";

#[test]
fn what_gets_through_hangs_on_profile_rules_and_default() {
    let through = |firewall: &Firewall| firewall.through(Profile::Public, 3389, "termservice");
    let rule = |system: HiveWriter, text: &str| system.set(RULES, "rdp", Data::Sz(text.to_owned()));
    let none = firewall(|system, software| (system, software));
    assert_eq!(through(&none), Ok(Through::NotAllowed));
    let allowed = firewall(|system, software| (rule(system, RDP), software));
    assert!(matches!(through(&allowed), Ok(Through::Allowed(_))));
    let off = firewall(|system, software| {
        (
            system.set(PUBLIC, "EnableFirewall", Data::Dword(0)),
            software,
        )
    });
    assert!(matches!(through(&off), Ok(Through::FiltersNothing(_))));
    let open = firewall(|system, software| {
        let system = system.set(PUBLIC, "DefaultInboundAction", Data::Dword(0));
        (system, software)
    });
    assert!(matches!(through(&open), Ok(Through::FiltersNothing(_))));
    // A rule that refuses goes before one that lets in, and before the default.
    let blocked = firewall(|system, software| {
        let block = RDP.replace("Allow", "Block");
        let system = rule(system, RDP).set(RULES, "block", Data::Sz(block)).set(
            PUBLIC,
            "DefaultInboundAction",
            Data::Dword(0),
        );
        (system, software)
    });
    assert!(matches!(through(&blocked), Ok(Through::Blocked(spot))
        if spot.registry.as_deref().is_some_and(|key| key.ends_with("FirewallRules!block"))));
}

#[test]
fn group_policy_goes_before_the_local_settings() {
    const POLICY_PROFILE: &str = r"Policies\Microsoft\WindowsFirewall\StandardProfile";
    let firewall = firewall(|system, software| {
        let local = PUBLIC.replace("PublicProfile", "StandardProfile");
        (
            system.set(&local, "EnableFirewall", Data::Dword(1)),
            software
                .set(POLICY_PROFILE, "EnableFirewall", Data::Dword(0))
                .set(POLICY_PROFILE, "AllowLocalPolicyMerge", Data::Dword(0)),
        )
    });
    let enable = firewall.enable(Profile::Private);
    assert_eq!(enable.value, Ok(Some(0)));
    assert_eq!(
        enable.spot.registry.as_deref(),
        Some(r"SOFTWARE\Policies\Microsoft\WindowsFirewall\StandardProfile!EnableFirewall")
    );
    assert_eq!(firewall.enable(Profile::Public).value, Ok(None));
    // This one was never read of the profile from before Vista.
    assert_eq!(firewall.merge(Profile::Private).value, Ok(None));
}

#[test]
fn a_value_that_is_no_rule_is_kept_as_such() {
    let firewall = firewall(|system, software| {
        let system = system
            .set(RULES, "good", Data::Sz(RDP.to_owned()))
            .set(RULES, "number", Data::Dword(1))
            .set(RULES, "torn", Data::Sz("v2.31|Action=".to_owned()));
        (system, software)
    });
    let rules = firewall.rules.as_ref().unwrap();
    assert_eq!((rules.list.len(), rules.unread.len()), (1, 2));
    let reason = firewall.open().unwrap();
    assert!(
        reason.contains("FirewallRules!number: its type is REG_DWORD"),
        "{reason}"
    );
    let through = firewall.through(Profile::Domain, 3389, "termservice");
    assert_eq!(through.unwrap_err().reason, reason);
}
