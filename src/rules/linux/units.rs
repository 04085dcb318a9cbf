//! Whether one of several units starts, and versions as numbers: what several rules ask for.

use crate::guest::Spot;
use crate::guest::linux::services::{Services, UnitState};

/// Whether one of several units starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Start {
    /// It does: the link that says so.
    Yes(Spot),
    /// Not yet, but systemd will enable it at the first boot: the line of the preset.
    AtFirstBoot(Spot),
    /// It does not: the state that tells most.
    No(UnitState),
}

impl Start {
    /// Whether it starts, now or from the first boot on.
    pub(crate) fn is_yes(&self) -> bool {
        !matches!(self, Self::No(_))
    }
}

/// Whether one of `units` starts.
pub(crate) fn start(services: &Services, units: &[&str]) -> Start {
    let mut best = UnitState::Absent;
    for unit in units {
        match services.state(unit) {
            UnitState::Enabled(spot) => return Start::Yes(spot),
            state @ UnitState::Masked(_) => best = state,
            state @ UnitState::Disabled(_) if best == UnitState::Absent => best = state,
            _ => {}
        }
    }
    if let Some(spot) = units
        .iter()
        .find_map(|unit| services.enabled_at_first_boot(unit))
    {
        return Start::AtFirstBoot(spot.clone());
    }
    Start::No(best)
}

/// The numbers of a version: `[2, 15, 0, 1]` of `2.15.0.1+git`.
pub(crate) fn numbers(version: &str) -> Vec<u64> {
    version
        .split('.')
        .map_while(|part| {
            let end = part
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(part.len());
            part[..end].parse().ok()
        })
        .collect()
}

/// Whether a version is lower than another; none where it holds no number.
pub(crate) fn below(version: &str, floor: &str) -> Option<bool> {
    let (version, floor) = (numbers(version), numbers(floor));
    let part = |all: &[u64], i: usize| all.get(i).copied().unwrap_or(0);
    let longest = version.len().max(floor.len());
    let mut pairs = (0..longest).map(|i| (part(&version, i), part(&floor, i)));
    let first = pairs.find(|(a, b)| a != b);
    (!version.is_empty()).then(|| first.is_some_and(|(a, b)| a < b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert_eq!(below("2.2.41", "2.2.53.1"), Some(true));
        assert_eq!(below("2.10.0.8", "2.2.53.1"), Some(false));
        assert_eq!(below("2.2.53.1", "2.2.53.1"), Some(false));
        assert_eq!(below("20.2-45-g5f7825e2-0ubuntu1", "20.3"), Some(true));
        assert_eq!(below("unknown", "1"), None);
        assert_eq!(below("99999999999999999999", "1"), None);
    }
}
