//! What makes a machine of the image: the agent, cloud-init, and what the last machine left.

use super::super::Rows;
use crate::guest::LinuxGuest;
use crate::guest::linux::agent;
use crate::guest::linux::generalisation::MachineId;

/// Settings of the agent that the rules look at.
const SETTINGS: [&str; 9] = [
    "Provisioning.Agent",
    "Provisioning.Enabled",
    "Provisioning.DeleteRootPassword",
    "Provisioning.RegenerateSshHostKeyPair",
    "Extensions.Enabled",
    "AutoUpdate.Enabled",
    "AutoUpdate.UpdateToLatestVersion",
    "ResourceDisk.EnableSwap",
    "OS.RootDeviceScsiTimeout",
];

pub(super) fn agent(rows: &mut Rows, linux: &LinuxGuest) {
    rows.about("agent");
    let found = &linux.agent;
    if let Some(Some(program)) = rows.known(&found.program) {
        rows.add("program", &program.path, Some(program));
    }
    match rows.known(&found.version) {
        Some(Some(version)) => rows.located("version", version),
        // The agent's own files may lie where they are not looked for.
        Some(None) => {
            if let Ok(packages) = &linux.packages
                && let Some(package) = agent::package(packages)
            {
                let spot = packages.spot(package);
                rows.add("version", package.upstream_version(), spot);
            }
        }
        None => {}
    }
    if let Some(Some(conf)) = rows.known(&found.conf) {
        for key in SETTINGS {
            if let Some(value) = conf.get(key) {
                rows.located(key, value);
            }
        }
    }
}

pub(super) fn cloud_init(rows: &mut Rows, linux: &LinuxGuest) {
    rows.about("cloud-init");
    let Some(facts) = rows.known(&linux.cloud_init) else {
        return;
    };
    if let Some(spot) = &facts.installed {
        rows.add("installed", "yes", Some(spot));
    }
    if let Some(version) = &facts.version {
        rows.located("version", version);
    }
    if let Some(spot) = &facts.disabled_by {
        rows.add("disabled", "yes", Some(spot));
    }
    if let Some(list) = &facts.datasources {
        rows.add("datasources", list.value.join(", "), Some(&list.spot));
    }
    if let Some(file) = &facts.swap_file {
        rows.located("swap file", file);
    }
    for spot in &facts.leftovers {
        rows.add("left by an installer", &spot.path, Some(spot));
    }
}

pub(super) fn generalisation(rows: &mut Rows, linux: &LinuxGuest) {
    rows.about("generalisation");
    let state = &linux.generalisation;
    let lists = [
        ("state of the agent", &state.agent_files),
        ("log of the agent", &state.agent_logs),
        ("DHCP lease", &state.leases),
        ("host key", &state.host_keys),
    ];
    for (name, list) in lists {
        for spot in rows.known(list).into_iter().flatten() {
            rows.add(name, "present", Some(spot));
        }
    }
    if let Some(id) = rows.known(&state.machine_id) {
        match id {
            MachineId::Set(spot) => rows.add("machine-id", "set", Some(spot)),
            _ => rows.add("machine-id", "not set", None),
        }
    }
    if let Some(Some(spot)) = rows.known(&state.random_seed) {
        rows.add("random seed", "present", Some(spot));
    }
    if let Some(Some(name)) = rows.known(&state.hostname) {
        rows.located("hostname", name);
    }
}
