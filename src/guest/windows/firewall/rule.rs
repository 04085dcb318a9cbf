//! One rule of Windows Firewall, as the registry has it: `v2.31|Action=Allow|Active=TRUE|…|`.
//!
//! The grammar is that of [MS-GPFAS] 2.2.2.19: a version, then fields `name=value`, each ended by a
//! bar. A field that is not there does not narrow the rule.

use super::Profile;
use crate::guest::Spot;

/// Fields of one rule that are read; the longest real rules list some thousand addresses.
const MAX_FIELDS: usize = 10_000;

/// What a rule does with what it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It lets it through.
    Allow,
    /// It refuses it, whatever other rules allow.
    Block,
    /// It lets it through where IPsec secures it.
    ByPass,
}

/// Which way a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// What comes in.
    In,
    /// What goes out.
    Out,
}

/// A field `LPort`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ports {
    /// From one port to another, both with it.
    Range(u16, u16),
    /// A word that stands for ports: `RPC`, `RPC-EPMap`, `Teredo` (hostile text).
    Word(String),
}

impl Ports {
    fn read(text: &str) -> Self {
        let number = |text: &str| text.parse::<u16>().ok();
        let range = match text.split_once('-') {
            Some((from, to)) => number(from).zip(number(to)),
            None => number(text).map(|port| (port, port)),
        };
        range.map_or_else(|| Self::Word(text.to_owned()), |(a, b)| Self::Range(a, b))
    }

    fn has(&self, port: u16) -> bool {
        match self {
            Self::Range(from, to) => (*from..=*to).contains(&port),
            Self::Word(_) => false,
        }
    }
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirewallRule {
    /// The name of its value: `RemoteDesktop-UserMode-In-TCP` (hostile text).
    pub id: String,
    /// Its place.
    pub spot: Spot,
    /// `Active`: whether it is on; a rule that does not say is off.
    pub is_active: bool,
    /// `Action`.
    pub action: Action,
    /// `Dir`.
    pub direction: Direction,
    /// `Protocol`: 6 is TCP, 17 UDP, 1 ICMPv4; none for all.
    pub protocol: Option<u8>,
    /// `Profile`; none at all for every profile.
    pub profiles: Vec<Profile>,
    /// `LPort` and its like; none at all for every port.
    pub local_ports: Vec<Ports>,
    /// `RA4` and its like: the only addresses at the other end; none at all for every one.
    pub remote_addresses: Vec<String>,
    /// `ICMP4`: `type:code`; none at all for every message.
    pub icmp4: Vec<String>,
    /// `App`: the only program (hostile text).
    pub program: Option<String>,
    /// `Svc`: the only service (hostile text).
    pub service: Option<String>,
    /// `Name`, often a reference to a resource (hostile text).
    pub name: Option<String>,
    /// Names of other fields that narrow it: a user, an interface, an address of its own.
    pub narrowed_by: Vec<&'static str>,
}

/// Fields that narrow a rule in ways that are not followed here.
const NARROWING: [&str; 16] = [
    "RPort",
    "RPort2_10",
    "LA4",
    "LA6",
    "IF",
    "IFType",
    "LUAuth",
    "RUAuth",
    "RMAuth",
    "LUOwn",
    "AppPkgId",
    "PFN",
    "Security",
    "Security2",
    "Security2_9",
    "LUAuth2_24",
];

impl FirewallRule {
    /// Reads the rule `id` from the text of its value.
    ///
    /// # Errors
    /// What it has that a rule cannot have, or has not.
    pub(super) fn read(id: &str, text: &str, spot: &Spot) -> Result<Self, String> {
        let mut fields = text.trim().split('|');
        let version = fields.next().unwrap_or_default();
        if !version.starts_with(['v', 'V']) || version.len() < 2 {
            return Err("it is no rule: it does not begin with a version".to_owned());
        }
        let mut action = None;
        let mut direction = None;
        let mut rule = Self {
            id: id.to_owned(),
            spot: spot.clone(),
            is_active: false,
            action: Action::Block,
            direction: Direction::In,
            protocol: None,
            profiles: Vec::new(),
            local_ports: Vec::new(),
            remote_addresses: Vec::new(),
            icmp4: Vec::new(),
            program: None,
            service: None,
            name: None,
            narrowed_by: Vec::new(),
        };
        for (number, field) in fields.filter(|field| !field.is_empty()).enumerate() {
            if number >= MAX_FIELDS {
                return Err(format!("it has more than {MAX_FIELDS} fields"));
            }
            let Some((name, value)) = field.split_once('=') else {
                continue;
            };
            let unknown = || format!("{name} is neither of what it may be");
            match name {
                "Action" => {
                    action = Some(match value.to_ascii_lowercase().as_str() {
                        "allow" => Action::Allow,
                        "block" => Action::Block,
                        "bypass" => Action::ByPass,
                        _ => return Err(unknown()),
                    });
                }
                "Dir" => {
                    direction = Some(match value.to_ascii_lowercase().as_str() {
                        "in" => Direction::In,
                        "out" => Direction::Out,
                        _ => return Err(unknown()),
                    });
                }
                "Active" => rule.is_active = value.eq_ignore_ascii_case("TRUE"),
                "Protocol" => {
                    // 256 stands for all of them.
                    let number: u16 = value.parse().map_err(|_| unknown())?;
                    rule.protocol = u8::try_from(number).ok();
                }
                "Profile" => {
                    let profile = Profile::ALL
                        .into_iter()
                        .find(|profile| profile.name().eq_ignore_ascii_case(value));
                    rule.profiles.push(profile.ok_or_else(unknown)?);
                }
                "LPort" | "LPort2_10" | "LPort2_20" => rule.local_ports.push(Ports::read(value)),
                "RA4" | "RA6" | "RA42" | "RA62" => rule.remote_addresses.push(value.to_owned()),
                "ICMP4" => rule.icmp4.push(value.to_owned()),
                "App" => rule.program = Some(value.to_owned()),
                "Svc" => rule.service = Some(value.to_owned()),
                "Name" => rule.name = Some(value.to_owned()),
                _ => {
                    let narrowing = NARROWING.into_iter().find(|known| *known == name);
                    let is_new = |known: &&str| !rule.narrowed_by.contains(known);
                    let narrowing = narrowing.filter(is_new);
                    rule.narrowed_by.extend(narrowing);
                }
            }
        }
        rule.action = action.ok_or("it has no Action")?;
        rule.direction = direction.ok_or("it has no Dir")?;
        Ok(rule)
    }

    /// Whether it is for networks of this profile.
    pub fn is_for(&self, profile: Profile) -> bool {
        self.profiles.is_empty() || self.profiles.contains(&profile)
    }

    /// Whether it is on and for what comes in.
    pub fn is_inbound(&self) -> bool {
        self.is_active && self.direction == Direction::In
    }

    /// Whether it is for that TCP port, all else left aside.
    pub fn has_tcp(&self, port: u16) -> bool {
        let ports = &self.local_ports;
        match self.protocol {
            None => ports.is_empty(),
            Some(6) => ports.is_empty() || ports.iter().any(|ports| ports.has(port)),
            Some(_) => false,
        }
    }

    /// Whether it lets an echo request of ICMPv4 (ping) in, all else left aside.
    pub fn has_ping(&self) -> bool {
        match self.protocol {
            None => true,
            Some(1) => {
                self.icmp4.is_empty() || self.icmp4.iter().any(|message| message.starts_with("8:"))
            }
            Some(_) => false,
        }
    }

    /// Whether only some at the other end, or some users or interfaces, are meant.
    pub fn is_narrowed(&self) -> bool {
        !self.remote_addresses.is_empty() || !self.narrowed_by.is_empty()
    }

    /// Whether it is for a service that runs in `svchost.exe` or in the system, or for any program;
    /// and for `service`, or for any.
    pub fn fits_service(&self, service: &str) -> bool {
        let program = self.program.as_deref().unwrap_or_default();
        let file = program.rsplit('\\').next().unwrap_or_default();
        let fits_program = program.is_empty()
            || file.eq_ignore_ascii_case("svchost.exe")
            || file.eq_ignore_ascii_case("System");
        let fits_service = match self.service.as_deref() {
            None | Some("*") => true,
            Some(only) => only.eq_ignore_ascii_case(service),
        };
        fits_program && fits_service
    }
}
