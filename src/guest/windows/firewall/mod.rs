//! Windows Firewall: its profiles and rules, local and by group policy, and what they let in.

mod rule;
mod through;

pub use rule::{Action, Direction, FirewallRule, Ports};
pub use through::Through;

use super::registry::{HiveName, Registry};
use super::setting::Setting;
use crate::guest::hive::Data;
use crate::guest::{Root, Spot};
use crate::known::{Known, Undetermined};

/// The local policy.
const LOCAL: &str = r"CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy";
/// Group policy, whose rules are added and whose settings go before the local ones.
const POLICY: &str = r"Policies\Microsoft\WindowsFirewall";
/// Rules that are kept of each store; a real server has some hundreds, a session host thousands.
const MAX_RULES: usize = 50_000;

/// Which networks a setting or a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Profile {
    /// The network of the machine's domain.
    Domain,
    /// Networks that somebody marked as private.
    Private,
    /// All others, such as the virtual network that a new machine wakes up in.
    Public,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Domain, Self::Private, Self::Public];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Domain => "Domain",
            Self::Private => "Private",
            Self::Public => "Public",
        }
    }

    /// Its key of the local policy: the private profile has the name that it had before Vista.
    fn local_key(self) -> &'static str {
        match self {
            Self::Domain => "DomainProfile",
            Self::Private => "StandardProfile",
            Self::Public => "PublicProfile",
        }
    }

    /// Its key of group policy, and the one from before Vista, which counts where the first says
    /// nothing.
    fn policy_keys(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Domain => ("DomainProfile", None),
            Self::Private => ("PrivateProfile", Some("StandardProfile")),
            Self::Public => ("PublicProfile", None),
        }
    }
}

/// The settings of a profile in one store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileSettings {
    /// `EnableFirewall`: 0 turns it off; absent is on.
    pub enable: Setting<u32>,
    /// `DoNotAllowExceptions`: 1 refuses all that comes in, whatever the rules say.
    pub block_all: Setting<u32>,
    /// `DefaultInboundAction`: 0 lets in what no rule names; absent or 1 does not.
    pub default_inbound: Setting<u32>,
    /// `AllowLocalPolicyMerge` of group policy: 0 has the local rules not count.
    pub merge: Setting<u32>,
}

/// The rules of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// In the order of the registry.
    pub list: Vec<FirewallRule>,
    /// Values that are no rules that this program can read.
    pub unread: Vec<Undetermined>,
    /// Whether there are more than were kept.
    pub is_cut: bool,
    /// The key.
    pub spot: Spot,
}

/// Windows Firewall: its profiles and rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firewall {
    /// The local settings, in the order of [`Profile::ALL`].
    pub local: [ProfileSettings; 3],
    /// Those of group policy.
    pub policy: [ProfileSettings; 3],
    /// The local rules.
    pub rules: Known<Rules>,
    /// The rules of group policy.
    pub policy_rules: Known<Rules>,
}

/// A profile's setting that counts: that of group policy where there is one.
fn effective<'a>(local: &'a Setting<u32>, policy: &'a Setting<u32>) -> &'a Setting<u32> {
    match policy.value {
        Ok(None) => local,
        _ => policy,
    }
}

impl Firewall {
    fn both(&self, profile: Profile) -> (&ProfileSettings, &ProfileSettings) {
        let [local, policy] = [&self.local, &self.policy].map(|store| {
            let [domain, private, public] = store;
            match profile {
                Profile::Domain => domain,
                Profile::Private => private,
                Profile::Public => public,
            }
        });
        (local, policy)
    }

    /// `EnableFirewall` of a profile, that of group policy where there is one.
    pub fn enable(&self, profile: Profile) -> &Setting<u32> {
        let (local, policy) = self.both(profile);
        effective(&local.enable, &policy.enable)
    }

    /// `DoNotAllowExceptions` of a profile, that of group policy where there is one.
    pub fn block_all(&self, profile: Profile) -> &Setting<u32> {
        let (local, policy) = self.both(profile);
        effective(&local.block_all, &policy.block_all)
    }

    /// `DefaultInboundAction` of a profile, that of group policy where there is one.
    pub fn default_inbound(&self, profile: Profile) -> &Setting<u32> {
        let (local, policy) = self.both(profile);
        effective(&local.default_inbound, &policy.default_inbound)
    }

    /// `AllowLocalPolicyMerge` of group policy for a profile.
    pub fn merge(&self, profile: Profile) -> &Setting<u32> {
        &self.both(profile).1.merge
    }

    /// The rules of both stores that could be read, the local ones first.
    pub fn all_rules(&self) -> impl Iterator<Item = &FirewallRule> {
        let stores = [&self.rules, &self.policy_rules];
        stores
            .into_iter()
            .flat_map(|store| store.iter().flat_map(|rules| &rules.list))
    }

    /// Why not all rules are known.
    pub fn open(&self) -> Option<String> {
        [&self.rules, &self.policy_rules]
            .into_iter()
            .find_map(|store| match store {
                Err(unknown) => Some(unknown.reason.clone()),
                Ok(rules) if rules.is_cut => Some(format!(
                    "{}: there are more than the {MAX_RULES} rules that are read",
                    rules.spot
                )),
                Ok(rules) => rules.unread.first().map(|unread| unread.reason.clone()),
            })
    }
}

/// Reads it.
pub(super) fn gather(_: &Root, registry: &Registry) -> Firewall {
    let settings = |hive: HiveName, base: &str, main: &str, other: Option<&str>| {
        let read = |key: &str, name: &str| registry.dword(hive, &format!("{base}\\{key}"), name);
        let first = |name: &str| {
            let setting = read(main, name);
            match (&setting.value, other) {
                (Ok(None), Some(other)) => {
                    let fallback = read(other, name);
                    match fallback.value {
                        Ok(None) => setting,
                        _ => fallback,
                    }
                }
                _ => setting,
            }
        };
        ProfileSettings {
            enable: first("EnableFirewall"),
            block_all: first("DoNotAllowExceptions"),
            default_inbound: first("DefaultInboundAction"),
            // MS-GPFAS 2.2.3.13: never of the key from before Vista.
            merge: read(main, "AllowLocalPolicyMerge"),
        }
    };
    let (system, software) = (HiveName::System, HiveName::Software);
    Firewall {
        local: Profile::ALL.map(|profile| settings(system, LOCAL, profile.local_key(), None)),
        policy: Profile::ALL.map(|profile| {
            let (main, other) = profile.policy_keys();
            settings(software, POLICY, main, other)
        }),
        rules: rules(registry, system, &format!("{LOCAL}\\FirewallRules")),
        policy_rules: rules(registry, software, &format!("{POLICY}\\FirewallRules")),
    }
}

fn rules(registry: &Registry, hive: HiveName, path: &str) -> Known<Rules> {
    let mut rules = Rules {
        list: Vec::new(),
        unread: Vec::new(),
        is_cut: false,
        spot: registry.spot(hive, path, None),
    };
    let Some(key) = registry.key(hive, path)? else {
        return Ok(rules);
    };
    let values = key.values()?;
    rules.is_cut = values.len() > MAX_RULES;
    for (id, value) in values.into_iter().take(MAX_RULES) {
        let read = match &value.value {
            Data::Sz(text) | Data::ExpandSz(text) => FirewallRule::read(&id, text, &value.spot),
            other => Err(format!("its type is {}", other.kind_name())),
        };
        match read {
            Ok(rule) => rules.list.push(rule),
            Err(why) => rules
                .unread
                .push(Undetermined::new(format!("{}: {why}", value.spot))),
        }
    }
    Ok(rules)
}

#[cfg(test)]
mod tests;
