//! Rules on a Windows guest, from the facts that its registry and files show.

pub mod administrator_dependency;
pub mod agent;
pub mod answer_files;
pub mod antivirus;
pub mod architecture_64_bit;
pub mod automatic_updates;
pub mod azure_base;
pub mod boot_configuration;
pub mod crash_dumps;
pub mod disk_san_policy;
pub mod domain;
pub mod drive_letters;
pub mod driver_versions;
pub mod dvd_drive;
pub mod firewall;
pub mod foreign_virtualisation;
pub mod generalized;
pub mod hyper_v_drivers;
pub mod known_passwords;
pub mod leftovers;
pub mod licensed_products;
pub mod network_interfaces;
pub mod nvme_timeout;
pub mod paging_file;
pub mod pending_restart;
pub mod proxies_and_routes;
pub mod remote_desktop;
pub mod remote_desktop_listener;
pub mod remote_management;
pub mod scheduled_tasks;
pub mod service_start;
pub mod sysprep_errors;
pub mod system_integrity;
pub mod time_and_environment;
pub mod unsupported_features;
pub mod wannacry;

mod commands;
mod judgement;
#[cfg(test)]
pub(crate) mod testing;

pub(crate) use commands::{is_plain_name, powershell_quoted, reg_add_dword, reg_delete, set_dword};
pub(crate) use judgement::Judgement;

use super::Subject;
pub(crate) use super::guest_facts::{MAX_LISTED, at, known};
use crate::finding::Outcome;
use crate::guest::windows::setting::Setting;
use crate::guest::{Guest, WindowsGuest};
use crate::inspect::{DiskRole, OsFamily};

/// The Windows guest of an OS disk; where there is none the outcome to answer with.
pub(crate) fn guest<'a>(subject: &Subject<'a>) -> Result<&'a WindowsGuest, Outcome> {
    let inspection = subject.inspection;
    if inspection.role.value == DiskRole::Data {
        return Err(Outcome::not_applicable(format!(
            "only for OS disks, and this is taken as a data disk: {}",
            inspection.role.reason
        )));
    }
    let linux = inspection
        .os
        .as_ref()
        .filter(|os| os.value == OsFamily::Linux);
    if let Some(os) = linux {
        return Err(Outcome::not_applicable(format!(
            "only for Windows, and this is taken as Linux: {}",
            os.reason
        )));
    }
    match &inspection.guest {
        Ok(Some(Guest::Windows(guest))) => Ok(guest),
        Ok(Some(Guest::Linux(_)) | None) => Err(Outcome::not_applicable(
            "no Windows guest was found on the disk (PART013 says what was found)",
        )),
        Err(unknown) => Err(Outcome::undetermined(unknown.reason.clone())),
    }
}

/// What a setting holds, if anything; where it is not known the outcome to answer with.
pub(crate) fn set<T>(setting: &Setting<T>) -> Result<Option<&T>, Outcome> {
    Ok(known(&setting.value)?.as_ref())
}
