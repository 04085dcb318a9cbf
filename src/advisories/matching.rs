//! Which installed packages an advisory is about, by the distribution's own order of versions.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::ecosystem::Ecosystem;
use super::osv::{Advisory, Affected, Event};
use super::{Feed, Match, Matches};
use crate::guest::linux::distribution::Distribution;
use crate::guest::linux::packages::{Package, PackageFormat, Packages};
use crate::guest::version::VersionOrder;

impl Feed {
    /// The advisories that the packages of a guest fall under.
    pub fn matches(&self, distribution: &Distribution, packages: &Packages) -> Matches {
        let ecosystem = Ecosystem::of(distribution);
        let mut matches = Matches {
            feed_date: self.date.clone(),
            advisories_read: self.read,
            ecosystem: ecosystem.as_ref().map(|ecosystem| ecosystem.name.clone()),
            ..Matches::default()
        };
        let Some(ecosystem) = ecosystem else {
            return matches;
        };
        // Of a package that is there more than once, as kernels are, the newest counts.
        let mut by_name: HashMap<&str, Vec<&Package>> = HashMap::new();
        let mut newest: HashMap<&str, &Package> = HashMap::new();
        for package in &packages.list {
            newest.insert(&package.name, package);
        }
        for package in newest.values() {
            let source = package.source_name();
            let is_rpm = package.format == PackageFormat::Rpm;
            if !ecosystem.by_source || is_rpm || source == package.name {
                by_name.entry(&package.name).or_default().push(package);
            }
            if ecosystem.by_source && source != package.name {
                by_name.entry(source).or_default().push(package);
            }
        }
        for advisory in &self.advisories {
            let own: Vec<_> = advisory
                .affected
                .iter()
                .filter(|affected| ecosystem.covers(&affected.ecosystem))
                .collect();
            if own.is_empty() {
                continue;
            }
            matches.advisories_for_it = matches.advisories_for_it.saturating_add(1);
            let mut found: Vec<Match> = Vec::new();
            for affected in own {
                let there = by_name.get(affected.package.as_str());
                let Some(new) = there
                    .and_then(|list| first_affected(advisory, affected, list, ecosystem.by_source))
                else {
                    continue;
                };
                // The same package stands under several repositories.
                if found.iter().all(|old| old.package != new.package) {
                    found.push(new);
                }
            }
            matches.packages_affected.extend(found);
        }
        matches.packages_affected.sort_by(|a, b| {
            let score = |m: &Match| m.cvss.unwrap_or(if m.is_severe() { 9.0 } else { -1.0 });
            score(b)
                .total_cmp(&score(a))
                .then_with(|| a.package.cmp(&b.package))
                .then_with(|| a.id.cmp(&b.id))
        });
        matches
    }
}

/// The first installed package of those that an advisory's package stands for.
fn first_affected(
    advisory: &Advisory,
    affected: &Affected,
    packages: &[&Package],
    by_source: bool,
) -> Option<Match> {
    let mut named: Vec<_> = packages
        .iter()
        .filter(|package| affected.binaries.is_empty() || affected.binaries.contains(&package.name))
        .collect();
    named.sort_by(|a, b| a.name.cmp(&b.name));
    named.into_iter().find_map(|package| {
        let installed = match by_source && package.source_name() == affected.package {
            true => package.source_version(),
            false => &package.version,
        };
        let fixed = affects(affected, installed, package.format.order())?;
        Some(Match {
            package: package.name.clone(),
            installed: installed.to_owned(),
            fixed,
            id: advisory.id.clone(),
            aliases: advisory.aliases.clone(),
            cvss: advisory.severity.score,
            rating: advisory.severity.rating.clone(),
        })
    })
}

/// Whether a version falls under it, and the first one above that does not.
fn affects(affected: &Affected, installed: &str, order: VersionOrder) -> Option<Option<String>> {
    if affected.versions.iter().any(|version| version == installed) {
        return Some(None);
    }
    affected
        .ranges
        .iter()
        .find_map(|events| in_range(events, installed, order))
}

fn in_range(events: &[Event], installed: &str, order: VersionOrder) -> Option<Option<String>> {
    // A module's builds are numbered apart from the distribution's own.
    let is_module = |version: &str| version.contains(".module+") || version.contains(".module_");
    let version = |event: &Event| match event {
        Event::Introduced(version) | Event::Fixed(version) | Event::LastAffected(version) => {
            version.clone()
        }
    };
    let same_kind = |event: &Event| {
        let version = version(event);
        version == "0" || is_module(&version) == is_module(installed)
    };
    if !events.iter().all(same_kind) {
        return None;
    }
    let compare = |a: &str, b: &str| match (a, b) {
        ("0", "0") => Ordering::Equal,
        ("0", _) => Ordering::Less,
        (_, "0") => Ordering::Greater,
        _ => order.compare(a, b),
    };
    let mut events: Vec<_> = events.iter().collect();
    events.sort_by(|a, b| compare(&version(a), &version(b)));
    let mut inside = false;
    for event in &events {
        match event {
            Event::Introduced(version) if compare(version, installed).is_le() => inside = true,
            Event::Fixed(version) if compare(version, installed).is_le() => inside = false,
            Event::LastAffected(version) if compare(version, installed).is_lt() => inside = false,
            _ => {}
        }
    }
    inside.then(|| {
        events.iter().find_map(|event| match event {
            Event::Fixed(version) if compare(version, installed).is_gt() => Some(version.clone()),
            _ => None,
        })
    })
}
