//! The system itself: distribution, mounts, network, software, what starts.

use super::super::{Rows, v1};
use crate::guest::LinuxGuest;

pub(super) fn distribution(rows: &mut Rows, linux: &LinuxGuest) {
    rows.about("distribution");
    if let Some(Some(found)) = rows.known(&linux.distribution) {
        rows.add("name", &found.name, Some(&found.spot));
        rows.add("id", &found.id, Some(&found.spot));
        if let Some(version) = &found.version_id {
            rows.add("version", version, Some(&found.spot));
        }
    }
    if let Some(Some(program)) = rows.known(&linux.architecture.program) {
        rows.add(
            "architecture",
            program.value.to_string(),
            Some(&program.spot),
        );
    }
}

pub(super) fn fstab(rows: &mut Rows, linux: &LinuxGuest) {
    rows.about("fstab");
    let Some(Some(fstab)) = rows.known(&linux.fstab) else {
        return;
    };
    for entry in &fstab.entries {
        let volume = match &entry.volume {
            Some(volume) => format!(", which is {volume}"),
            None => String::new(),
        };
        let value = format!(
            "{} ({} {}){volume}",
            entry.device,
            entry.kind,
            entry.options.join(",")
        );
        rows.add(&entry.mount_point, value, Some(&entry.spot));
    }
}

pub(super) fn swap(rows: &mut Rows, linux: &LinuxGuest) {
    rows.about("swap");
    let Some(swap) = rows.known(&linux.swap) else {
        return;
    };
    for file in &swap.files {
        rows.add("file", format!("{} bytes", file.size), Some(&file.spot));
    }
    for unit in &swap.units {
        let state = match unit.enabled {
            Some(_) => "enabled",
            None => "not enabled",
        };
        rows.add("unit", format!("{} ({state})", unit.what), Some(&unit.spot));
    }
}

pub(super) fn network(rows: &mut Rows, linux: &LinuxGuest) {
    rows.about("network");
    for interface in &linux.network.interfaces {
        rows.add(
            &interface.name,
            format!("{:?}", interface.kind).to_lowercase(),
            Some(&interface.spot),
        );
    }
    rows.unknown_ones(&linux.network.unread);
    rows.about("firewall");
    for firewall in rows.known(&linux.firewalls).into_iter().flatten() {
        rows.add("installed", firewall.kind.name(), Some(&firewall.spot));
    }
}

pub(super) fn software(rows: &mut Rows, linux: &LinuxGuest) {
    rows.about("software");
    let programs = [
        ("openssl", &linux.software.openssl),
        ("python", &linux.software.python),
        ("omi", &linux.software.omi),
    ];
    for (name, program) in programs {
        if let Some(Some(program)) = rows.known(program) {
            let version = program.version.as_deref().unwrap_or("of unknown version");
            rows.add(name, version, Some(&program.spot));
        }
    }
}

pub(super) fn repositories(rows: &mut Rows, linux: &LinuxGuest) {
    rows.about("repositories");
    for repository in linux.repositories.enabled() {
        rows.add(
            &repository.id,
            repository.addresses.join(" "),
            Some(&repository.spot),
        );
    }
    rows.unknown_ones(&linux.repositories.unread);
    rows.about("schedules");
    for job in &linux.schedules.jobs {
        rows.add("job", &job.name, Some(&job.spot));
    }
    rows.unknown_ones(&linux.schedules.unread);
}

pub(super) fn services(rows: &mut Rows, linux: &LinuxGuest) {
    rows.about("services");
    let Some(services) = rows.known(&linux.services) else {
        return;
    };
    for (unit, spot) in services.enabled() {
        rows.add(unit, "enabled", Some(spot));
    }
}

pub(super) fn packages(rows: &mut Rows, linux: &LinuxGuest) -> Vec<v1::Package> {
    rows.about("packages");
    let Some(packages) = rows.known(&linux.packages) else {
        return Vec::new();
    };
    for database in &packages.databases {
        rows.add("database", database.value.name(), Some(&database.spot));
    }
    packages
        .list
        .iter()
        .map(|package| v1::Package {
            name: package.name.clone(),
            version: package.version.clone(),
            architecture: package.architecture.clone(),
        })
        .collect()
}
