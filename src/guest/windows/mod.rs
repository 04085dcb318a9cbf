//! The facts of a Windows guest: what its registry and files say, each with its place; no opinion.

pub mod accounts;
pub mod agent;
pub mod answer_files;
pub mod architecture;
pub mod bcd;
pub mod binaries;
pub mod boot_files;
pub mod crash;
pub mod domain;
pub mod drive_letters;
pub(crate) mod encoded_text;
pub mod firewall;
pub mod iis;
pub mod leftovers;
pub mod logon;
pub mod network;
pub mod paths;
pub mod registry;
pub mod release;
pub mod remote_desktop;
pub mod remote_management;
pub mod roles;
pub mod services;
pub mod setting;
pub mod software;
pub mod storage;
pub mod sysprep;
pub mod system_settings;
pub mod tasks;
pub mod updates;
mod xml;

use super::Root;
use crate::volume::VolumeName;

use crate::guest::Spot;
use crate::guest::esp::{self, Esp};
use crate::guest::hive::State;
use crate::known::Known;
use accounts::Accounts;
use agent::Agent;
use answer_files::AnswerFiles;
use architecture::Architecture;
use bcd::BootConfiguration;
use binaries::Binaries;
use boot_files::BootFiles;
use crash::Crash;
use domain::Domain;
use drive_letters::DriveLetters;
use firewall::Firewall;
use iis::Iis;
use leftovers::Leftovers;
use logon::Logon;
use network::Network;
use registry::{HiveFile, HiveName, Registry};
use release::Release;
use remote_desktop::RemoteDesktop;
use remote_management::RemoteManagement;
use roles::Roles;
use services::Services;
use software::Software;
use storage::Storage;
use sysprep::Sysprep;
use system_settings::SystemSettings;
use tasks::Tasks;
use updates::Updates;

/// A hive of the guest, by what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HiveFacts {
    /// Which one.
    pub name: HiveName,
    /// Its file.
    pub spot: Spot,
    /// Whether its logs held changes; or why it could not be read.
    pub state: Known<State>,
}

/// The facts of a Windows guest.
#[derive(Debug)]
pub struct WindowsGuest {
    /// Volumes that hold a further Windows.
    pub other_roots: Vec<VolumeName>,
    /// Its hives.
    pub hives: Vec<HiveFacts>,
    /// Which Windows it is.
    pub release: Release,
    /// Its services and drivers.
    pub services: Known<Services>,
    /// What processor it is made for.
    pub architecture: Architecture,
    /// How far Sysprep got: whether the image is generalised.
    pub sysprep: Sysprep,
    /// Answer files of Setup that are left: `unattend.xml`, `autounattend.xml`.
    pub answer_files: AnswerFiles,
    /// Products of Microsoft and others that are installed.
    pub software: Software,
    /// Updates: what is pending, and how they are set up.
    pub updates: Updates,
    /// Versions of the system's own files.
    pub binaries: Binaries,
    /// Remote Desktop: whether it is on, and its listener.
    pub remote_desktop: RemoteDesktop,
    /// Windows Firewall: its profiles and rules.
    pub firewall: Firewall,
    /// Time, power, environment, disks and paging file.
    pub system_settings: SystemSettings,
    /// Network interfaces, routes and proxies.
    pub network: Network,
    /// Windows Remote Management (WinRM).
    pub remote_management: RemoteManagement,
    /// The EFI system partitions.
    pub esps: Known<Vec<Esp>>,
    /// The boot manager's files.
    pub boot_files: BootFiles,
    /// The boot configuration data: stores, and what they start.
    pub bcd: BootConfiguration,
    /// What happens when it crashes, and the dumps that are left.
    pub crash: Crash,
    /// The drivers that it starts by in Azure, and the parameters of those for storage.
    pub storage: Storage,
    /// The local accounts, without their secrets.
    pub accounts: Accounts,
    /// Automatic logon and stored passwords, by their presence.
    pub logon: Logon,
    /// The Azure VM Agent for Windows.
    pub agent: Agent,
    /// Server roles and features that are installed.
    pub roles: Roles,
    /// Membership of a domain.
    pub domain: Domain,
    /// What the building of the image left behind: histories, temporary files, logs, keys.
    pub leftovers: Leftovers,
    /// Scheduled tasks that Windows did not bring.
    pub tasks: Tasks,
    /// Drive letters, and what expects them.
    pub drive_letters: DriveLetters,
    /// Internet Information Services: identities and paths.
    pub iis: Iis,
}

impl WindowsGuest {
    /// Gathers the facts of the guest whose files are in this tree.
    pub fn gather(root: &Root, other_roots: &[VolumeName]) -> Self {
        let registry = Registry::load(root);
        Self {
            other_roots: other_roots.to_vec(),
            hives: HiveName::ALL
                .map(|name| hive_facts(name, registry.hive(name)))
                .to_vec(),
            release: release::gather(&registry),
            services: services::gather(&registry),
            architecture: architecture::gather(root, &registry),
            sysprep: sysprep::gather(root, &registry),
            answer_files: answer_files::gather(root, &registry),
            software: software::gather(root, &registry),
            updates: updates::gather(root, &registry),
            binaries: binaries::gather(root, &registry),
            remote_desktop: remote_desktop::gather(root, &registry),
            firewall: firewall::gather(root, &registry),
            system_settings: system_settings::gather(root, &registry),
            network: network::gather(root, &registry),
            remote_management: remote_management::gather(root, &registry),
            esps: esp::gather(root),
            boot_files: boot_files::gather(root),
            bcd: bcd::gather(root),
            crash: crash::gather(root, &registry),
            storage: storage::gather(root, &registry),
            accounts: accounts::gather(root, &registry),
            logon: logon::gather(root, &registry),
            agent: agent::gather(root, &registry),
            roles: roles::gather(root, &registry),
            domain: domain::gather(root, &registry),
            leftovers: leftovers::gather(root, &registry),
            tasks: tasks::gather(root, &registry),
            drive_letters: drive_letters::gather(root, &registry),
            iis: iis::gather(root, &registry),
        }
    }
}

fn hive_facts(name: HiveName, file: &HiveFile) -> HiveFacts {
    HiveFacts {
        name,
        spot: file.spot.clone(),
        state: file.state().cloned(),
    }
}
