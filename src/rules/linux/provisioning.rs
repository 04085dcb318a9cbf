//! Who sets up a machine at its first boot: the agent, cloud-init, or nobody.

use super::units::{Start, start};
use crate::guest::linux::services::Services;
use crate::guest::{LinuxGuest, Spot};
use crate::known::Known;

/// Why cloud-init does not set up the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// What is wrong.
    pub(crate) what: String,
    /// Where it stands.
    pub(crate) spot: Option<Spot>,
    /// What mends it.
    pub(crate) fix: &'static str,
}

/// The services of cloud-init; each by its names of all versions.
const SERVICES: [&[&str]; 4] = [
    &["cloud-init-local.service"],
    &["cloud-init.service", "cloud-init-network.service"],
    &["cloud-config.service"],
    &["cloud-final.service"],
];

/// What `Provisioning.Agent` says, as the agent reads it: `auto` where nothing is said.
pub(crate) fn mode(guest: &LinuxGuest) -> Known<Option<(String, Option<Spot>)>> {
    let conf = match &guest.agent.conf {
        Ok(Some(conf)) => conf,
        Ok(None) => return Ok(None),
        Err(unknown) => return Err(unknown.clone()),
    };
    if let Some(mode) = conf.get("Provisioning.Agent") {
        return Ok(Some((mode.value.clone(), Some(mode.spot.clone()))));
    }
    // The keys of before 2.2.45.
    let older = match conf.get("Provisioning.UseCloudInit") {
        Some(line) if conf.is_on("Provisioning.UseCloudInit", false) => {
            Some(("cloud-init".to_owned(), Some(line.spot.clone())))
        }
        _ => None,
    };
    Ok(Some(older.unwrap_or_else(|| ("auto".to_owned(), None))))
}

/// Whether the agent finds cloud-init enabled: it asks for the state of its first service.
pub(crate) fn cloud_init_enabled(guest: &LinuxGuest) -> Known<bool> {
    let services = guest.services.as_ref().map_err(Clone::clone)?;
    Ok(start(services, SERVICES[0]).is_yes())
}

/// Whether the agent itself sets up the machine.
pub(crate) fn by_agent(guest: &LinuxGuest) -> Known<bool> {
    Ok(match mode(guest)? {
        None => false,
        Some((mode, _)) if mode == "waagent" => true,
        Some((mode, _)) if mode == "auto" => !cloud_init_enabled(guest)?,
        Some(_) => false,
    })
}

/// Whether cloud-init sets up a machine on Azure, or why it does not.
pub(crate) fn cloud_init(guest: &LinuxGuest) -> Known<Result<(), Trouble>> {
    let facts = guest.cloud_init.as_ref().map_err(Clone::clone)?;
    let trouble = |what: String, spot: Option<&Spot>, fix| {
        Ok(Err(Trouble {
            what,
            spot: spot.cloned(),
            fix,
        }))
    };
    if facts.program.is_none() {
        let fix = "install cloud-init with the guest's package manager";
        return trouble("cloud-init is not installed".to_owned(), None, fix);
    }
    if let Some(spot) = &facts.disabled_by {
        let what = format!("the file {} switches cloud-init off", spot.path);
        return trouble(what, Some(spot), "rm /etc/cloud/cloud-init.disabled");
    }
    if let Some(policy) = &facts.identify_policy
        && policy.value.split(',').next() == Some("disabled")
    {
        let what = "the policy of ds-identify is \"disabled\", so cloud-init never runs".to_owned();
        return trouble(what, Some(&policy.spot), "rm /etc/cloud/ds-identify.cfg");
    }
    if let Some(list) = &facts.datasources
        && !list.value.iter().any(|name| name == "Azure")
    {
        let what = format!(
            "datasource_list names {} and not Azure",
            listing(&list.value)
        );
        let fix =
            "echo 'datasource_list: [ Azure ]' > /etc/cloud/cloud.cfg.d/91-azure_datasource.cfg";
        return trouble(what, Some(&list.spot), fix);
    }
    let services = guest.services.as_ref().map_err(Clone::clone)?;
    let missing: Vec<_> = SERVICES
        .iter()
        .filter(|names| !start(services, names).is_yes())
        .filter_map(|names| names.first())
        .collect();
    if !missing.is_empty() {
        let names: Vec<_> = missing.iter().map(|name| (**name).to_owned()).collect();
        let what = format!("of cloud-init's services {} do not start", names.join(", "));
        let fix = "systemctl unmask cloud-init-local cloud-config cloud-final && \
                   systemctl enable cloud-init-local cloud-config cloud-final && \
                   (systemctl enable cloud-init-network cloud-init-main || systemctl enable cloud-init)";
        let spot = first_spot(services, &missing);
        return trouble(what, spot.as_ref(), fix);
    }
    let entry = guest.boot.default_entry.as_ref().map_err(Clone::clone)?;
    if let Some(entry) = entry
        && entry.command_line.has("cloud-init=disabled")
    {
        let what = "the kernel's argument cloud-init=disabled switches cloud-init off".to_owned();
        let fix = "take cloud-init=disabled out of GRUB_CMDLINE_LINUX in /etc/default/grub, and \
                   write the boot loader's configuration again";
        return trouble(what, Some(&entry.command_line.spot), fix);
    }
    Ok(Ok(()))
}

fn first_spot(services: &Services, names: &[&&str]) -> Option<Spot> {
    names
        .iter()
        .find_map(|name| match start(services, &[**name]) {
            Start::No(state) => state.spot().cloned(),
            _ => None,
        })
}

/// The first words of a list, as a sentence has them.
pub(crate) fn listing(words: &[String]) -> String {
    if words.is_empty() {
        return "nothing".to_owned();
    }
    let text = words.iter().take(8).map(String::as_str).collect::<Vec<_>>();
    let mut text = text.join(", ");
    if words.len() > 8 {
        text.push_str(" and more");
    }
    text.chars().take(200).collect()
}
