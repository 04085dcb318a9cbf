//! LNX049: package repositories.

mod expected;
#[cfg(test)]
mod tests;

use super::{Subject, at, guest, known};
use crate::finding::{Finding, Outcome};
use crate::rules::declare_rule;

declare_rule! {
    /// The package repositories are those that Microsoft's test suite looks for.
    ///
    /// ## Why
    /// Customers update their machines from them, certification installs what it needs, and
    /// Azure's own mirrors cost no traffic out of the region.
    ///
    /// ## Evidence
    /// What is enabled in `/etc/apt/sources.list` and beside it, `/etc/yum.repos.d`, and
    /// `/etc/zypp/repos.d`, against a list for each distribution.
    ///
    /// ## What Azure says
    /// Microsoft's test suite: `` `azure.archive.ubuntu.com`, `security`, `updates` should be in
    /// `apt-get update` output ``, `Latest repository should be present`,
    /// `Base repository should be present`.
    ///
    /// ## Fix
    /// Configure the distribution's repositories for Azure. cloud-init writes those of Ubuntu and
    /// Debian at the first boot if it may; SUSE's are there once the machine is registered.
    ///
    /// ## Limits
    /// Whether they answer shows only on a network. Addresses behind lists of mirrors are not
    /// known, and repositories that a service of the vendor adds are not seen.
    pub static LNX049 = {
        id: "LNX049",
        name: "package-repositories",
        level: Warning,
        sources: [LISA, UBU],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let distribution = match known(&guest.distribution) {
        Ok(Some(distribution)) => distribution,
        Ok(None) => return Outcome::not_applicable("no file says which distribution it is"),
        Err(outcome) => return outcome,
    };
    let repositories = &guest.repositories;
    let Some(expected) = expected::of(distribution, repositories) else {
        return Outcome::not_applicable("no list of repositories is known for this distribution");
    };
    let spot = repositories.list.first().map(|one| &one.spot);
    let findings: Vec<_> = expected
        .missing
        .iter()
        .map(|missing| {
            let first_boot = if expected.written_at_first_boot {
                "; cloud-init may write it at the first boot"
            } else {
                ""
            };
            let finding = Finding::warning(format!(
                "no repository that is enabled names {missing}, which LISA (Microsoft's test suite) looks for{first_boot}"
            ))
            .found(format!("{} repositories are enabled", repositories.enabled().count()))
            .required(missing.clone())
            .about(missing.clone())
            .fix(expected.fix);
            match spot {
                Some(spot) => finding.at(at(spot)),
                None => finding,
            }
        })
        .collect();
    match repositories.unread.first() {
        // What was not read may name what is missing.
        Some(unknown) if !findings.is_empty() => Outcome::undetermined(unknown.reason.clone()),
        _ => Outcome::Decided(findings),
    }
}
