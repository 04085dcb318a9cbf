//! Guests for the tests of rules: small trees, and facts of other readers put in their place.

use super::testing::inspection;
use crate::guest::linux::boot::{BootEntry, CommandLine};
use crate::guest::linux::packages::{Package, PackageFormat, Packages};
use crate::guest::testing::Tree;
use crate::guest::{Guest, LinuxGuest, Spot};
use crate::inspect::Inspection;

pub(crate) const WANTS: &str = "/etc/systemd/system/multi-user.target.wants";

/// An inspection of a guest whose facts `change` adjusts. The loader has no arguments.
pub(crate) fn adjusted(tree: &Tree, change: impl FnOnce(&mut LinuxGuest)) -> Inspection {
    let mut inspection = inspection(tree);
    if let Ok(Some(Guest::Linux(guest))) = &mut inspection.guest {
        guest.boot.default_entry = Ok(None);
        guest.packages = Ok(packages(&[]));
        change(guest);
    }
    inspection
}

/// Installed packages of a name and a version.
pub(crate) fn packages(list: &[(&str, &str)]) -> Packages {
    // In the order in which a database's are kept.
    let mut list = list.to_vec();
    list.sort_unstable();
    Packages {
        list: list
            .iter()
            .map(|(name, version)| Package {
                name: (*name).to_owned(),
                version: (*version).to_owned(),
                architecture: "amd64".to_owned(),
                source: None,
                source_version: None,
                format: PackageFormat::Dpkg,
            })
            .collect(),
        ..Packages::default()
    }
}

/// A loader's entry with these arguments.
pub(crate) fn entry(arguments: &str) -> BootEntry {
    BootEntry {
        id: None,
        title: "Linux".to_owned(),
        kernel: None,
        initrds: Vec::new(),
        command_line: CommandLine {
            text: arguments.to_owned(),
            spot: Spot {
                volume: "partition 1 (ext4 /)".into(),
                partition: Some(1),
                path: "/boot/grub/grub.cfg".to_owned(),
                line: Some(9),
                registry: None,
            },
        },
    }
}

/// A unit that is there, and enabled.
pub(crate) fn enabled(tree: Tree, unit: &str) -> Tree {
    let file = format!("/usr/lib/systemd/system/{unit}");
    tree.link(&format!("{WANTS}/{unit}"), &file)
        .file(&file, "[Service]\n")
}

/// The os-release of a distribution.
pub(crate) fn release(id: &str, version: &str) -> Tree {
    Tree::new().file(
        "/etc/os-release",
        &format!("ID={id}\nVERSION_ID=\"{version}\"\nPRETTY_NAME=\"{id} {version}\"\n"),
    )
}

/// A well-prepared Debian 12: agent and cloud-init installed and enabled, nothing left behind.
pub(crate) fn debian() -> Tree {
    let mut tree = release("debian", "12")
        .file("/usr/lib/systemd/systemd", "ELF")
        .file("/etc/machine-id", "")
        .file("/etc/hostname", "localhost\n")
        .file("/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n")
        .file("/usr/sbin/waagent", "#!/usr/bin/python3\n")
        .file(
            "/usr/lib/python3/dist-packages/azurelinuxagent/common/version.py",
            "AGENT_VERSION = '2.7.3.0'\n",
        )
        .file(
            "/etc/waagent.conf",
            "Extensions.Enabled=y\nProvisioning.Agent=cloud-init\n\
             Provisioning.DeleteRootPassword=y\nProvisioning.RegenerateSshHostKeyPair=y\n\
             ResourceDisk.Format=n\nOS.RootDeviceScsiTimeout=300\nOS.EnableFirewall=y\n",
        )
        .file("/usr/bin/cloud-init", "#!/usr/bin/python3\n")
        .file(
            "/etc/cloud/cloud.cfg",
            "cloud_init_modules:\n - migrator\n - mounts\n - ssh\n",
        )
        .file(
            "/etc/cloud/cloud.cfg.d/90_dpkg.cfg",
            "datasource_list: [ Azure, None ]\n",
        )
        .file(
            "/etc/apt/sources.list",
            &format!(
                "deb https://{} bookworm main\n",
                "azure.deb.debian.cloud/debian"
            ),
        );
    for unit in [
        "walinuxagent.service",
        "cloud-init-local.service",
        "cloud-init.service",
        "cloud-config.service",
        "cloud-final.service",
        "ssh.service",
    ] {
        tree = enabled(tree, unit);
    }
    tree
}
