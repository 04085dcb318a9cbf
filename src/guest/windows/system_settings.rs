//! Time, power, environment, disks and paging file.

use super::registry::{HiveName, Registry};
use super::setting::Setting;
use crate::guest::Root;

const TIME_ZONE: &str = r"CurrentControlSet\Control\TimeZoneInformation";
const LANGUAGE: &str = r"CurrentControlSet\Control\Nls\Language";
const POWER: &str = r"CurrentControlSet\Control\Power\User\PowerSchemes";
const POWER_POLICY: &str = r"Policies\Microsoft\Power\PowerSettings";
const ENVIRONMENT: &str = r"CurrentControlSet\Control\Session Manager\Environment";
const MEMORY: &str = r"CurrentControlSet\Control\Session Manager\Memory Management";
const PARTMGR: &str = r"CurrentControlSet\Services\partmgr\Parameters";
const REMOVABLE: &str = r"Policies\Microsoft\Windows\RemovableStorageDevices";
/// The class of CD and DVD drives below [`REMOVABLE`].
const CD_CLASS: &str = "{53f56308-b6bf-11d0-94f2-00a0c91efb8b}";

/// Time, power, environment, disks and paging file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemSettings {
    /// `RealTimeIsUniversal`: 1 takes the machine's clock for UTC; absent or 0 for local time.
    pub clock_is_utc: Setting<u32>,
    /// `TimeZoneKeyName` (hostile text).
    pub time_zone: Setting<String>,
    /// `Nls\Language!Default`: the language of the system, four hexadecimal digits: `0409`.
    pub language: Setting<String>,
    /// `ActivePowerScheme`: the GUID of the power scheme, without braces (hostile text).
    pub power_scheme: Setting<String>,
    /// The same of group policy, which goes before it.
    pub policy_power_scheme: Setting<String>,
    /// `TEMP` of the system's environment, as stored (hostile text).
    pub temp: Setting<String>,
    /// `TMP` of the system's environment, as stored (hostile text).
    pub tmp: Setting<String>,
    /// `SanPolicy`: which new disks Windows brings online; 1 for all.
    pub san_policy: Setting<u32>,
    /// `PagingFiles`: a path each, and its least and greatest size in MB (hostile text).
    pub paging_files: Setting<Vec<String>>,
    /// Group policy that keeps removable drives from being read.
    pub removable: RemovableStorage,
}

/// Group policy `RemovableStorageDevices`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovableStorage {
    /// `Deny_All` of all classes of drives.
    pub deny_all: Setting<u32>,
    /// `Deny_Read` of CD and DVD drives.
    pub deny_cd_read: Setting<u32>,
}

/// Reads it.
pub(super) fn gather(_: &Root, registry: &Registry) -> SystemSettings {
    let system = HiveName::System;
    let software = HiveName::Software;
    SystemSettings {
        clock_is_utc: registry.dword(system, TIME_ZONE, "RealTimeIsUniversal"),
        time_zone: registry.string(system, TIME_ZONE, "TimeZoneKeyName"),
        language: registry.string(system, LANGUAGE, "Default"),
        power_scheme: registry.string(system, POWER, "ActivePowerScheme"),
        policy_power_scheme: registry.string(software, POWER_POLICY, "ActivePowerScheme"),
        temp: registry.string(system, ENVIRONMENT, "TEMP"),
        tmp: registry.string(system, ENVIRONMENT, "TMP"),
        san_policy: registry.dword(system, PARTMGR, "SanPolicy"),
        paging_files: registry.strings(system, MEMORY, "PagingFiles"),
        removable: RemovableStorage {
            deny_all: registry.dword(software, REMOVABLE, "Deny_All"),
            deny_cd_read: registry.dword(
                software,
                &format!("{REMOVABLE}\\{CD_CLASS}"),
                "Deny_Read",
            ),
        },
    }
}
