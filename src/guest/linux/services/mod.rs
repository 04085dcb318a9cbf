//! What starts with the guest: systemd's units, and the older ways.
//!
//! The answers are those of `systemctl is-enabled`: links in `.wants` and `.requires` folders. What
//! a unit pulls in by its own text, and what generators make while the machine boots, is not seen.

mod older;
mod preset;
mod systemd;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::guest::{Located, Root, Spot};
use crate::known::Known;

pub use preset::Presets;

/// Whether something starts with the guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitState {
    /// There is no unit, script or entry of that name.
    Absent,
    /// It is there, and nothing starts it; where it stands.
    Disabled(Spot),
    /// It starts; the link or entry that says so.
    Enabled(Spot),
    /// It cannot be started: the link to `/dev/null`.
    Masked(Spot),
}

impl UnitState {
    /// Where the answer was read; none where there is nothing.
    pub fn spot(&self) -> Option<&Spot> {
        match self {
            Self::Absent => None,
            Self::Disabled(spot) | Self::Enabled(spot) | Self::Masked(spot) => Some(spot),
        }
    }

    /// Whether it starts.
    pub fn is_enabled(&self) -> bool {
        matches!(self, Self::Enabled(_))
    }
}

/// What starts with the guest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Services {
    /// The units by their full names, and scripts and jobs of older systems by theirs; hostile
    /// text.
    pub units: BTreeMap<String, UnitState>,
    /// Other names of units: `sshd.service` for `ssh.service`.
    pub aliases: BTreeMap<String, String>,
    /// The target that systemd boots to, where a link says so.
    pub default_target: Option<Located<String>>,
    /// What systemd enables by itself at a first boot.
    pub presets: Presets,
}

/// Aliases of aliases that are followed.
const MAX_ALIASES: usize = 8;

impl Services {
    /// The state of a unit by its full name, such as `ssh.service`; aliases are followed, and
    /// scripts of SysV and OpenRC count under the name without `.service`.
    pub fn state(&self, unit: &str) -> UnitState {
        if let state @ UnitState::Masked(_) = self.named(unit) {
            return state;
        }
        // A link may enable a unit under any of its names.
        let real = self.real_name(unit);
        let mut names = vec![unit, &real];
        names.extend(
            self.aliases
                .keys()
                .filter(|alias| self.real_name(alias) == real)
                .map(String::as_str),
        );
        let states: Vec<_> = names.into_iter().map(|name| self.named(name)).collect();
        let own = self.named(&real);
        if matches!(own, UnitState::Masked(_)) {
            return own;
        }
        if let Some(state) = states.iter().find(|state| state.is_enabled()) {
            return state.clone();
        }
        let found = states
            .into_iter()
            .find(|state| *state != UnitState::Absent)
            .unwrap_or(UnitState::Absent);
        if found != UnitState::Absent {
            return found;
        }
        match unit.strip_suffix(".service") {
            Some(script) => self.named(script),
            None => UnitState::Absent,
        }
    }

    /// Everything that starts, by its name, with what says so.
    pub fn enabled(&self) -> impl Iterator<Item = (&str, &Spot)> {
        self.units.iter().filter_map(|(name, state)| match state {
            UnitState::Enabled(spot) => Some((name.as_str(), spot)),
            _ => None,
        })
    }

    /// The line of a preset by which systemd would enable a unit that is disabled now: at the
    /// machine's first boot, that is where the machine's id is not set yet.
    pub fn enabled_at_first_boot(&self, unit: &str) -> Option<&Spot> {
        let real = self.real_name(unit);
        match self.state(unit) {
            UnitState::Disabled(_) => self.presets.enables(&real),
            _ => None,
        }
    }

    /// What the unit of this very name is; of an instance that nobody names its template.
    fn named(&self, unit: &str) -> UnitState {
        if let Some(state) = self.units.get(unit) {
            return state.clone();
        }
        match template_of(unit).and_then(|(template, _)| self.units.get(&template)) {
            // An instance of its own name would be enabled, not the template.
            Some(UnitState::Enabled(spot)) => UnitState::Disabled(spot.clone()),
            Some(state) => state.clone(),
            None => UnitState::Absent,
        }
    }

    /// The name that its aliases lead to; an instance of a template's alias is one of the template.
    fn real_name(&self, unit: &str) -> String {
        let mut name = unit.to_owned();
        for _ in 0..MAX_ALIASES {
            if let Some(next) = self.aliases.get(&name) {
                next.clone_into(&mut name);
                continue;
            }
            let Some((template, instance)) = template_of(&name) else {
                break;
            };
            match self
                .aliases
                .get(&template)
                .and_then(|next| next.split_once('@'))
            {
                Some((next, kind)) => name = format!("{next}@{instance}{kind}"),
                None => break,
            }
        }
        name
    }

    /// Enters a state; what is there already is only replaced by what weighs more.
    fn enter(&mut self, name: &str, state: UnitState) {
        let weight = |state: &UnitState| match state {
            UnitState::Absent => 0,
            UnitState::Disabled(_) => 1,
            UnitState::Enabled(_) => 2,
            UnitState::Masked(_) => 3,
        };
        let old = self
            .units
            .entry(name.to_owned())
            .or_insert(UnitState::Absent);
        if weight(&state) > weight(old) {
            *old = state;
        }
    }
}

/// The template of an instance, and the instance: `getty@.service` and `tty1`.
fn template_of(unit: &str) -> Option<(String, &str)> {
    let (name, rest) = unit.split_once('@')?;
    let (instance, kind) = rest.rsplit_once('.')?;
    (!instance.is_empty()).then(|| (format!("{name}@.{kind}"), instance))
}

/// Reads the units' places.
pub(super) fn gather(root: &Root) -> Known<Services> {
    let mut services = Services::default();
    older::gather(root, &mut services)?;
    // Packages bring units for systemd also where another init runs the machine.
    let has_systemd =
        root.exists("/usr/lib/systemd/systemd")? || root.exists("/lib/systemd/systemd")?;
    if has_systemd || services.units.is_empty() {
        systemd::gather(root, &mut services)?;
        services.presets = preset::gather(root)?;
    }
    Ok(services)
}
