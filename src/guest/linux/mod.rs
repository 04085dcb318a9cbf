//! The facts of a Linux guest: what its files say, each with its place; no opinion.

pub mod accounts;
pub mod agent;
pub mod architecture;
pub mod boot;
pub mod cloud_init;
pub mod distribution;
pub mod firewall;
pub mod fstab;
pub mod generalisation;
pub mod histories;
#[cfg(test)]
mod hostile;
mod ini;
pub mod initramfs;
pub mod kernel;
pub mod network;
pub mod packages;
mod python_dirs;
pub mod repositories;
pub mod schedules;
pub mod secrets;
pub mod services;
pub mod software;
pub mod ssh;
pub mod sudoers;
pub mod suspects;
pub mod swap;
pub mod tls;
pub mod var_tmp;
mod yaml;

use super::esp::{self, Esp};
use super::{Located, Root};
use crate::known::{Known, Undetermined};
use crate::volume::VolumeName;

use accounts::Accounts;
use accounts::keys::KeyFiles;
use agent::Agent;
use architecture::Architecture;
use boot::Boot;
use cloud_init::CloudInit;
use distribution::Distribution;

use firewall::Firewalls;
use fstab::{Fstab, RootArgument};
use generalisation::Generalisation;
use histories::Histories;
use initramfs::Initramfs;
use kernel::Kernel;
use network::Network;
use packages::Packages;
use repositories::Repositories;
use schedules::Schedules;
use secrets::Secrets;
use services::Services;
use software::Software;
use ssh::Ssh;
use sudoers::Sudoers;
use suspects::Suspects;
use swap::Swap;
use tls::Tls;
use var_tmp::VarTmp;

/// What is known of the guest's disk when its files are read.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The volume of the root file system.
    pub root: Option<&'a VolumeName>,
    /// Volumes that look like roots of further systems.
    pub other_roots: &'a [VolumeName],
    /// The volume that a device field of fstab, or `root=`, names.
    pub volume_of: &'a (dyn Fn(&str) -> Option<VolumeName> + Sync),
}

/// The facts of a Linux guest.
#[derive(Debug)]
pub struct LinuxGuest {
    /// The volume of the root file system.
    pub root: Option<VolumeName>,
    /// `root=` of the default boot entry; none where it says none.
    pub root_argument: Known<Option<Located<RootArgument>>>,
    /// Swap that is no partition.
    pub swap: Known<Swap>,
    /// Volumes that look like roots of further systems.
    pub other_roots: Vec<VolumeName>,
    /// Which distribution; none where no file says so.
    pub distribution: Known<Option<Distribution>>,
    /// What is installed, by the package databases.
    pub packages: Known<Packages>,
    /// What processor it is made for.
    pub architecture: Architecture,
    /// Versions of single programs.
    pub software: Software,
    /// How it boots.
    pub boot: Boot,
    /// The EFI system partitions that are mounted.
    pub esps: Known<Vec<Esp>>,
    /// The kernel of the default entry.
    pub kernel: Known<Option<Kernel>>,
    /// The initial RAM disks of the default entry; none where it has none.
    pub initramfs: Known<Option<Initramfs>>,
    /// What starts with it.
    pub services: Known<Services>,
    /// What `/etc/fstab` mounts; none where there is no such file.
    pub fstab: Known<Option<Fstab>>,
    /// Its users.
    pub accounts: Known<Accounts>,
    /// The keys that open its accounts.
    pub authorized_keys: Known<KeyFiles>,
    /// What shells and other programs remember of what was typed.
    pub histories: Known<Histories>,
    /// What sudo is told; none where it is not installed.
    pub sudoers: Known<Option<Sudoers>>,
    /// Secrets that were left behind.
    pub secrets: Secrets,
    /// Files that a malware scan is known to flag.
    pub suspects: Suspects,
    /// Its SSH server.
    pub ssh: Ssh,
    /// The Azure Linux Agent.
    pub agent: Agent,
    /// cloud-init.
    pub cloud_init: CloudInit,
    /// What is left of the machine that the image was made on.
    pub generalisation: Generalisation,
    /// The network.
    pub network: Network,
    /// Package repositories.
    pub repositories: Repositories,
    /// Scheduled jobs that the distribution did not bring.
    pub schedules: Schedules,
    /// Host firewalls.
    pub firewalls: Firewalls,
    /// The lowest version of TLS.
    pub tls: Known<Tls>,
    /// The mount unit of the `tmp` folder of `/var`.
    pub var_tmp: VarTmp,
}

impl LinuxGuest {
    /// Gathers the facts of the guest whose files are in the tree that `open` opens; a tree cannot
    /// be shared between threads, so each thread opens its own.
    pub fn gather(open: &(dyn Fn() -> Root + Sync), around: Surroundings<'_>) -> Self {
        // The initial RAM disk has to be unpacked, which takes as long as all of the rest.
        let ((boot, esps, kernel, initramfs), mut guest) = rayon::join(
            || {
                let root = open();
                let esps = esp::gather(&root);
                let boot = boot::gather(&root, &esps);
                let kernel = kernel::gather(&root, &boot);
                let initramfs = initramfs::gather(&root, &boot);
                (boot, esps, kernel, initramfs)
            },
            || Self::without_boot(&open(), around),
        );
        guest.root_argument = root_argument(&boot, around);
        guest.boot = boot;
        guest.esps = esps;
        guest.kernel = kernel;
        guest.initramfs = initramfs;
        guest
    }

    /// All facts but those of the boot path, which stand as not known.
    fn without_boot(root: &Root, around: Surroundings<'_>) -> Self {
        let unread = || Undetermined::new("the boot path was not read");
        let mut fstab = fstab::gather(root);
        if let Ok(Some(fstab)) = &mut fstab {
            for entry in &mut fstab.entries {
                entry.volume = (around.volume_of)(&entry.device);
            }
        }
        let accounts = accounts::gather(root);
        let homes = accounts::homes::gather(root, &accounts);
        let ssh = ssh::gather(root);
        let packages = packages::gather(root);
        Self {
            root: around.root.cloned(),
            root_argument: Err(unread()),
            other_roots: around.other_roots.to_vec(),
            distribution: distribution::gather(root),
            architecture: architecture::gather(root),
            software: software::gather(root, &packages),
            packages,
            boot: Boot {
                default_entry: Err(unread()),
                ways: Vec::new(),
                intent: Err(unread()),
                searched: Err(unread()),
                expects_eth0: Err(unread()),
            },
            esps: Err(unread()),
            kernel: Err(unread()),
            initramfs: Err(unread()),
            services: services::gather(root),
            swap: swap::gather(root, &fstab),
            fstab,
            authorized_keys: accounts::keys::gather(root, &accounts, &ssh),
            histories: histories::gather(root, &homes),
            sudoers: sudoers::gather(root),
            secrets: secrets::gather(root, &homes),
            suspects: suspects::gather(root, &homes),
            accounts,
            ssh,
            agent: agent::gather(root),
            cloud_init: cloud_init::gather(root),
            generalisation: generalisation::gather(root),
            network: network::gather(root),
            repositories: repositories::gather(root),
            schedules: schedules::gather(root),
            firewalls: firewall::gather(root),
            tls: tls::gather(root),
            var_tmp: var_tmp::gather(root),
        }
    }
}

/// What `root=` of the default entry names; the last one counts, as for the kernel.
fn root_argument(boot: &Boot, around: Surroundings<'_>) -> Known<Option<Located<RootArgument>>> {
    let Some(entry) = boot.default_entry.as_ref().map_err(Clone::clone)? else {
        return Ok(None);
    };
    let line = &entry.command_line;
    let argument = line.values("root").last().map(|device| {
        let argument = RootArgument {
            device: device.to_owned(),
            volume: (around.volume_of)(device),
        };
        Located::new(argument, line.spot.clone())
    });
    Ok(argument)
}
