//! Rules on a Linux guest, from the facts that its files show.

pub mod accelerated_networking;
pub mod agent_auto_update;
pub mod agent_enabled;
pub mod agent_settings;
pub mod agent_version;
pub mod architecture_64_bit;
pub mod authorized_keys;
pub mod boot_log_errors;
pub mod client_alive_interval;
pub mod cloud_init_noexec;
pub mod cloud_init_state;
pub mod deprovisioned;
pub mod dhcp_client;
pub mod discouraged_arguments;
pub mod dvd_modules;
pub mod early_console;
pub mod empty_passwords;
pub mod end_of_life;
pub mod endorsed_distribution;
pub mod forbidden_arguments;
pub mod freebsd;
pub mod fstab;
pub(in crate::rules) mod guest_text;
pub mod headline_libraries;
pub mod host_firewall;
pub mod host_identity;
pub mod initramfs_drivers;
pub mod integration_tools;
pub mod interface_names;
pub mod kernel_drivers;
pub mod kernel_options;
pub mod known_vulnerabilities;
pub mod leftover_passwords;
pub mod leftover_users;
pub mod malware_marks;
pub mod network_configuration;
pub mod network_manager;
pub mod network_services;
pub mod nvme;
pub mod old_kernel;
pub mod omi_version;
pub mod openssl_version;
pub mod package_repositories;
pub mod persistent_network_names;
pub mod preinstalled_agents;
pub mod provisioning_agent;
pub mod pyasn1;
pub mod python_version;
pub mod resource_disk;
pub mod root_delay;
pub mod root_locked;
pub mod sack;
pub mod scheduled_tasks;
pub mod secure_boot;
pub mod sensitive_leftovers;
pub mod serial_console;
pub mod shell_history;
pub mod ssh_hardening;
pub mod ssh_host_keys;
pub mod ssh_server;
pub mod sudo_targetpw;
pub mod swap;
pub mod tls_minimum;

#[cfg(test)]
pub(crate) mod testing;

pub(crate) mod arguments;

pub(crate) mod provisioning;
#[cfg(test)]
pub(crate) mod sys_testing;
pub(crate) mod units;

use super::Subject;
pub(crate) use super::guest_facts::{MAX_LISTED, at, known};
use crate::finding::Outcome;
use crate::guest::linux::kernel::Kernel;
use crate::guest::{Guest, LinuxGuest};
use crate::inspect::{DiskRole, OsFamily};

/// The Linux guest of an OS disk; where there is none the outcome to answer with.
pub(crate) fn guest<'a>(subject: &Subject<'a>) -> Result<&'a LinuxGuest, Outcome> {
    let inspection = subject.inspection;
    if inspection.role.value == DiskRole::Data {
        return Err(Outcome::not_applicable(format!(
            "only for OS disks, and this is taken as a data disk: {}",
            inspection.role.reason
        )));
    }
    let windows = inspection
        .os
        .as_ref()
        .filter(|os| os.value == OsFamily::Windows);
    if let Some(os) = windows {
        return Err(Outcome::not_applicable(format!(
            "only for Linux, and this is taken as Windows: {}",
            os.reason
        )));
    }
    match &inspection.guest {
        Ok(Some(Guest::Linux(guest))) => Ok(guest),
        Ok(Some(Guest::Windows(_)) | None) => Err(Outcome::not_applicable(
            "no Linux guest was found on the disk (PART013 says what was found)",
        )),
        Err(unknown) => Err(Outcome::undetermined(unknown.reason.clone())),
    }
}

/// The kernel of the default boot entry; where there is none the outcome to answer with.
pub(crate) fn kernel(guest: &LinuxGuest) -> Result<&Kernel, Outcome> {
    known(&guest.kernel)?.as_ref().ok_or_else(|| {
        Outcome::undetermined(
            "no boot loader's configuration that names a kernel was found in the guest",
        )
    })
}
