//! Whether what comes in for a service gets through the firewall.

use super::{Action, Firewall, FirewallRule, Profile};
use crate::guest::Spot;
use crate::known::{Known, Undetermined};

/// Whether a TCP port of a service can be reached from anywhere, on a network of one profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Through {
    /// Yes, since the firewall is off there; or on, but lets in whatever no rule names.
    FiltersNothing(Spot),
    /// Yes: this rule lets it in.
    Allowed(Spot),
    /// No: all that comes in is refused there.
    AllBlocked(Spot),
    /// No: this rule refuses it.
    Blocked(Spot),
    /// No: no active rule lets it in from anywhere.
    NotAllowed,
}

impl Through {
    /// Whether it gets through.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::FiltersNothing(_) | Self::Allowed(_))
    }
}

impl Firewall {
    /// Whether `port` (TCP) of `service` can be reached from anywhere on networks of `profile`.
    ///
    /// Rules that are narrowed to some addresses, users or interfaces count for neither.
    ///
    /// # Errors
    /// [`Undetermined`] where a setting or a rule that it hangs on could not be read.
    pub fn through(&self, profile: Profile, port: u16, service: &str) -> Known<Through> {
        let enable = self.enable(profile);
        if enable.get()? == Some(&0) {
            return Ok(Through::FiltersNothing(enable.spot.clone()));
        }
        let block_all = self.block_all(profile);
        if block_all.get()?.is_some_and(|block| *block != 0) {
            return Ok(Through::AllBlocked(block_all.spot.clone()));
        }
        let local_counts = self.merge(profile).get()? != Some(&0);
        let local = self.rules.iter().filter(|_| local_counts);
        let rules = || {
            let stores = local.clone().chain(&self.policy_rules);
            stores.flat_map(|rules| &rules.list)
        };
        let meant = |rule: &&FirewallRule| {
            rule.is_inbound()
                && rule.is_for(profile)
                && rule.has_tcp(port)
                && rule.fits_service(service)
                && !rule.is_narrowed()
        };
        let with = |action: Action| {
            let found = rules()
                .filter(meant)
                .find(move |rule| rule.action == action);
            found.map(|rule| rule.spot.clone())
        };
        if let Some(spot) = with(Action::Block) {
            return Ok(Through::Blocked(spot));
        }
        // A rule that could not be read may be the one that refuses it, or the one that lets it in.
        if let Some(reason) = self.open() {
            return Err(Undetermined::new(reason));
        }
        let default = self.default_inbound(profile);
        if default.get()? == Some(&0) {
            return Ok(Through::FiltersNothing(default.spot.clone()));
        }
        Ok(with(Action::Allow).map_or(Through::NotAllowed, Through::Allowed))
    }
}
