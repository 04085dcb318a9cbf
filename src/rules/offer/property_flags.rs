//! OFFER002: the properties that the offer claims.

mod windows;

use crate::finding::{Finding, Outcome};
use crate::guest::linux::firewall::Through;
use crate::guest::linux::kernel::Driver;
use crate::guest::linux::packages::Package;
use crate::guest::{Guest, LinuxGuest};
use crate::inspect::{DiskRole, Generation, Offer, Property, Said};
use crate::known::Known;
use crate::rules::linux::host_firewall::is_on;
use crate::rules::linux::units::{below, start};
use crate::rules::linux::{agent_version, at, guest, provisioning};
use crate::rules::partition::decided_unless;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// The properties that the offer claims agree with the image.
    ///
    /// ## Why
    /// Partner Center asks of each plan what its image supports. A property that is ticked and is
    /// not so turns what was meant that way into a failure; one that is so and is not ticked keeps
    /// customers from it.
    ///
    /// ## Evidence
    /// Of Linux. VM extensions: the agent is newer than 2.2.41, runs extensions, and starts.
    /// cloud-init: it is installed, enabled, and takes Azure as its source. NVMe and accelerated
    /// networking: the kernel's drivers. Remote desktop or SSH: the SSH server starts, and no
    /// firewall holds port 22 shut.
    ///
    /// Of Windows. VM extensions: the agent's services start by themselves, and it is not below
    /// 2.7.41491.1010. NVMe: what WIN033 asks for. Remote desktop: it is on (WIN007), and the
    /// firewall lets port 3389 in from public networks.
    ///
    /// ## What Azure says
    /// The FAQ: an image on which extensions do not install has to be published as hardened.
    ///
    /// ## Fix
    /// Tick in the plan's technical configuration what is said here, or mend the image.
    ///
    /// ## Limits
    /// What the offer says is not in the image: where `[claims]` of the configuration says nothing,
    /// only what would be wrong by default is a warning. Hibernation, backup, network virtual
    /// appliance and a template of one's own depend on the product. The driver for accelerated
    /// networking is installed by Windows when it meets the adapter.
    pub static OFFER002 = {
        id: "OFFER002",
        name: "property-flags",
        level: Warning,
        sources: [TECH, FAQ, BASE, AGT, NVME],
    };
}

/// Why the image does not support a property; none where it does.
type Answer = Known<Option<String>>;

/// A property, whether an offer claims it unless somebody clears it, and whether the image fits.
struct Fit {
    name: &'static str,
    is_default: bool,
    /// What the offer says of it, if anything.
    said: Option<Said<bool>>,
    answer: Answer,
    fix: &'static str,
}

const EXTENSIONS: &str = "Supports VM extensions";
const NVME: &str = "Supports NVMe";
const ACCELERATED_NETWORKING: &str = "Supports accelerated networking";
const CLEAR_NVME: &str =
    "clear \"Supports NVMe\" in the plan's technical configuration, or mend what is missing";
const CLEAR_EXTENSIONS: &str = "clear \"Supports VM extensions\" in the plan's technical configuration, or install a current agent";

fn check(subject: &Subject<'_>) -> Outcome {
    let inspection = subject.inspection;
    if inspection.role.value == DiskRole::Os
        && let Ok(Some(Guest::Windows(guest))) = &inspection.guest
    {
        return windows::check(subject, guest);
    }
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let generation = inspection.generation;
    let offer = &inspection.offer;
    let fit = |name, property, is_default, answer, fix| Fit {
        name,
        is_default,
        said: said(offer, property),
        answer,
        fix,
    };
    let (open, mut findings) = answered(vec![
        fit(
            EXTENSIONS,
            Property::Extensions,
            true,
            extensions(guest),
            CLEAR_EXTENSIONS,
        ),
        fit(
            "Supports cloud-init",
            Property::CloudInit,
            false,
            cloud_init(guest),
            "clear \"Supports cloud-init\" in the plan's technical configuration, or mend cloud-init",
        ),
        fit(
            NVME,
            Property::Nvme,
            false,
            nvme(guest, generation),
            CLEAR_NVME,
        ),
        fit(
            ACCELERATED_NETWORKING,
            Property::AcceleratedNetworking,
            false,
            accelerated_networking(guest),
            "clear \"Supports accelerated networking\" in the plan's technical configuration, or install the distribution's own kernel",
        ),
        fit(
            "a login by SSH (\"Remote desktop/SSH not supported\" stays clear)",
            Property::RemoteAccessDisabled,
            true,
            ssh(guest),
            "tick \"Remote desktop/SSH not supported\" in the plan's technical configuration, or enable SSH",
        ),
    ]);
    // An image that wants cloud-init and cannot run it fits neither answer.
    if let Ok(Err(trouble)) = provisioning::cloud_init(guest)
        && let Ok(facts) = &guest.cloud_init
        && facts.program.is_some()
        && facts.disabled_by.is_none()
        && let Ok(true) = provisioning::cloud_init_enabled(guest)
    {
        let finding = Finding::warning(format!(
            "cloud-init is enabled and does not work: {}",
            trouble.what
        ))
        .found(trouble.what.clone())
        .required("cloud-init that works, or none")
        .fix(trouble.fix);
        findings.push(match &trouble.spot {
            Some(spot) => finding.at(at(spot)),
            None => finding,
        });
    }
    decided_unless(open, findings)
}

/// What the offer says of a property. That of remote access is asked the other way round.
fn said(offer: &Offer, property: Property) -> Option<Said<bool>> {
    let said = offer.said(property)?.clone();
    Some(Said {
        value: said.value != (property == Property::RemoteAccessDisabled),
        ..said
    })
}

/// What the answers say: why one is open, and a finding for each of the others.
fn answered(fits: Vec<Fit>) -> (Option<String>, Vec<Finding>) {
    let mut open = None;
    let mut findings = Vec::new();
    for fit in fits {
        let before = findings.len();
        let (name, by) = match &fit.said {
            Some(said) => (fit.name, format!(" ({})", said.from)),
            None => (fit.name, String::new()),
        };
        let is_claimed = fit.said.as_ref().map(|said| said.value);
        match (fit.answer, is_claimed) {
            (Ok(None), Some(false)) => findings.push(Finding::note(format!(
                "the image fits the property {name}, which the offer does not claim{by}"
            ))),
            (Ok(None), _) => findings.push(Finding::note(format!(
                "the image fits the property {name}{by}"
            ))),
            (Ok(Some(why)), Some(false)) => findings.push(Finding::note(format!(
                "the image does not fit the property {name}, and the offer does not claim it{by}: {why}"
            ))),
            (Ok(Some(why)), claimed) if claimed.unwrap_or(fit.is_default) => findings.push(
                Finding::warning(match claimed {
                    Some(_) => format!(
                        "the offer claims the property {name}{by}, and the image does not fit it: {why}"
                    ),
                    None => format!("the image does not fit the property {name}: {why}"),
                })
                .found(why)
                .required("properties of the plan that agree with the image")
                .fix(fit.fix),
            ),
            (Ok(Some(why)), _) => findings.push(Finding::note(format!(
                "the image does not fit the property {name}, so do not claim it: {why}"
            ))),
            (Err(unknown), _) => {
                open.get_or_insert_with(|| format!("{name}: {}", unknown.reason));
            }
        }
        for finding in findings.iter_mut().skip(before) {
            finding.about = Some(name.to_owned());
        }
    }
    (open, findings)
}

fn known<T>(fact: &Known<T>) -> Known<&T> {
    fact.as_ref().map_err(Clone::clone)
}

fn extensions(guest: &LinuxGuest) -> Answer {
    if known(&guest.agent.program)?.is_none() {
        return Ok(Some("no agent is installed".to_owned()));
    }
    if let Some(conf) = known(&guest.agent.conf)?
        && !conf.is_on("Extensions.Enabled", true)
    {
        return Ok(Some(
            "Extensions.Enabled is off in /etc/waagent.conf".to_owned(),
        ));
    }
    let services = known(&guest.services)?;
    if !start(services, &["walinuxagent.service", "waagent.service"]).is_yes() {
        return Ok(Some("the agent does not start".to_owned()));
    }
    let version = match known(&guest.agent.version)? {
        Some(version) => Some(version.value.as_str()),
        None => agent_version::package(guest).map(Package::upstream_version),
    };
    let Some(version) = version else {
        return Err(crate::known::Undetermined::new(
            "neither a file nor a package tells the agent's version",
        ));
    };
    Ok((below(version, "2.2.41") == Some(true))
        .then(|| format!("the agent {version} is lower than 2.2.41")))
}

fn cloud_init(guest: &LinuxGuest) -> Answer {
    Ok(provisioning::cloud_init(guest)?
        .err()
        .map(|trouble| trouble.what))
}

fn has_driver(guest: &LinuxGuest, names: &[&str]) -> Known<Option<bool>> {
    let Some(kernel) = known(&guest.kernel)? else {
        return Ok(None);
    };
    for name in names {
        if kernel.driver(name)? != Driver::Absent {
            return Ok(Some(true));
        }
    }
    Ok(Some(false))
}

fn nvme(guest: &LinuxGuest, generation: Generation) -> Answer {
    if generation == Generation::One {
        return Ok(Some("NVMe needs generation 2".to_owned()));
    }
    Ok(match has_driver(guest, &["nvme"])? {
        Some(true) => None,
        Some(false) => Some("the kernel has no driver nvme".to_owned()),
        None => Some("the boot loader names no kernel".to_owned()),
    })
}

fn accelerated_networking(guest: &LinuxGuest) -> Answer {
    Ok(
        match has_driver(guest, &["mlx5_core", "mlx4_en", "mana"])? {
            Some(true) => None,
            Some(false) => Some("the kernel has none of mlx5_core, mlx4_en and mana".to_owned()),
            None => Some("the boot loader names no kernel".to_owned()),
        },
    )
}

fn ssh(guest: &LinuxGuest) -> Answer {
    const UNITS: [&str; 4] = ["ssh.service", "sshd.service", "ssh.socket", "sshd.socket"];
    let services = known(&guest.services)?;
    if !start(services, &UNITS).is_yes() {
        return Ok(Some("no SSH server starts".to_owned()));
    }
    for firewall in known(&guest.firewalls)? {
        if is_on(firewall, services).is_some() && known(&firewall.ssh)? == &Through::No {
            return Ok(Some(format!(
                "{} is on, and nothing in its rules lets port 22 through",
                firewall.kind.name()
            )));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
