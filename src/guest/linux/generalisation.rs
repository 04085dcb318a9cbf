//! What of the machine that the image was made on is still there, or was taken out of it.

use super::cloud_init::{self, CloudInitState};
use super::ini::short;
use crate::filesystem::FileType;
use crate::guest::{Located, Root, Spot};
use crate::known::Known;

/// Entries of one kind that are kept.
const MAX_LISTED: usize = 200;

/// The machine's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MachineId {
    /// There is no file.
    Absent,
    /// Empty, or the word `uninitialized`: it is made at the first boot.
    Unset(Spot),
    /// One is set: all machines of the image would have it. The id itself is not kept.
    Set(Spot),
}

/// What is left of the machine that the image was made on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generalisation {
    /// What lies in `/var/lib/waagent`.
    pub agent_files: Known<Vec<Spot>>,
    /// The agent's log if it is not empty, and what lies in `/var/log/azure`.
    pub agent_logs: Known<Vec<Spot>>,
    /// Leases of DHCP clients.
    pub leases: Known<Vec<Spot>>,
    /// The unit by which the agent makes its firewall rules last.
    pub firewall_unit: Known<Option<Spot>>,
    /// `/root/.bash_history`, with its size in bytes, if it is not empty.
    pub root_history: Known<Option<Located<u64>>>,
    /// `/etc/machine-id`.
    pub machine_id: Known<MachineId>,
    /// `/var/lib/dbus/machine-id`, where it is no link.
    pub dbus_machine_id: Known<MachineId>,
    /// `/var/lib/systemd/random-seed`.
    pub random_seed: Known<Option<Spot>>,
    /// `/etc/hostname`; of older systems `HOSTNAME=` of `/etc/sysconfig/network`, or
    /// `/etc/HOSTNAME`.
    pub hostname: Known<Option<Located<String>>>,
    /// Private and public host keys of SSH: their files only.
    pub host_keys: Known<Vec<Spot>>,
    /// What makes host keys anew when the SSH server starts without any.
    pub key_maker: Known<Option<Spot>>,
    /// cloud-init's state.
    pub cloud_init: Known<CloudInitState>,
}

/// Programs and units of distributions that make host keys.
const KEY_MAKERS: [&str; 9] = [
    "/usr/lib/systemd/system/sshd-keygen@.service",
    "/usr/lib/systemd/system/sshd-keygen.service",
    "/lib/systemd/system/sshd-keygen.service",
    "/etc/systemd/system/sshd-keygen.service",
    "/usr/lib/systemd/system/sshdgenkeys.service",
    "/usr/libexec/openssh/sshd-keygen",
    "/usr/sbin/sshd-keygen",
    "/usr/sbin/sshd-gen-keys-start",
    "/usr/libexec/ssh/sshd-gen-keys-start",
];

/// Reads it.
pub(super) fn gather(root: &Root) -> Generalisation {
    Generalisation {
        agent_files: files(root, &["/var/lib/waagent/*"], false),
        agent_logs: files(root, &["/var/log/waagent.log", "/var/log/azure/*"], true),
        leases: files(
            root,
            &[
                "/var/lib/dhclient/*",
                "/var/lib/dhcpcd/*.lease*",
                "/var/lib/dhcp/*.lease*",
                "/var/lib/NetworkManager/*.lease",
                "/var/lib/wicked/lease-*",
                "/var/db/dhclient.leases.*",
            ],
            true,
        ),
        firewall_unit: present(
            root,
            &[
                "/usr/lib/systemd/system/waagent-network-setup.service",
                "/lib/systemd/system/waagent-network-setup.service",
                "/etc/systemd/system/waagent-network-setup.service",
            ],
        ),
        root_history: root_history(root),
        machine_id: machine_id(root, "/etc/machine-id"),
        dbus_machine_id: dbus_machine_id(root),
        random_seed: present(root, &["/var/lib/systemd/random-seed"]),
        hostname: hostname(root),
        host_keys: files(root, &["/etc/ssh/ssh_host_*"], false),
        key_maker: present(root, &KEY_MAKERS),
        cloud_init: cloud_init::gather_state(root),
    }
}

fn present(root: &Root, paths: &[&str]) -> Known<Option<Spot>> {
    for path in paths {
        if root.exists(path)? {
            return Ok(Some(root.spot(path)));
        }
    }
    Ok(None)
}

fn files(root: &Root, patterns: &[&str], filled: bool) -> Known<Vec<Spot>> {
    let mut out = Vec::new();
    for pattern in patterns {
        for path in root.glob(pattern)? {
            let counts = match root.metadata(&path)? {
                Some(found) => {
                    !filled || (found.file_type != FileType::Directory && found.size > 0)
                }
                None => false,
            };
            if counts && out.len() < MAX_LISTED {
                out.push(root.spot(&path));
            }
        }
    }
    Ok(out)
}

fn root_history(root: &Root) -> Known<Option<Located<u64>>> {
    const PATH: &str = "/root/.bash_history";
    let found = root.metadata(PATH)?.filter(|file| file.size > 0);
    Ok(found.map(|file| Located::new(file.size, root.spot(PATH))))
}

fn machine_id(root: &Root, path: &str) -> Known<MachineId> {
    let Some(id) = root.bytes_at(path, 0, 64)? else {
        return Ok(MachineId::Absent);
    };
    let id = id.trim_ascii();
    Ok(if id.is_empty() || id == b"uninitialized" {
        MachineId::Unset(root.spot(path))
    } else {
        MachineId::Set(root.spot(path))
    })
}

fn dbus_machine_id(root: &Root) -> Known<MachineId> {
    const PATH: &str = "/var/lib/dbus/machine-id";
    let is_link = root
        .link_metadata(PATH)?
        .is_some_and(|file| file.file_type == FileType::Symlink);
    if is_link {
        // It follows the machine's own id.
        return Ok(MachineId::Absent);
    }
    machine_id(root, PATH)
}

fn hostname(root: &Root) -> Known<Option<Located<String>>> {
    for path in ["/etc/hostname", "/etc/HOSTNAME"] {
        if let Some(file) = root.text(path)? {
            let name = file.settings().next();
            return Ok(name.map(|(line, name)| Located::new(short(name, 253), file.at(line))));
        }
    }
    let Some(file) = root.text("/etc/sysconfig/network")? else {
        return Ok(None);
    };
    let settings = super::ini::settings(&file);
    Ok(super::ini::last(&settings, "", "HOSTNAME")
        .map(|found| Located::new(short(&found.value, 253), file.at(found.line))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::linux::hostile::mutated;
    use crate::guest::testing::Tree;

    fn paths(found: &Known<Vec<Spot>>) -> Vec<&str> {
        found
            .as_ref()
            .unwrap()
            .iter()
            .map(|spot| spot.path.as_str())
            .collect()
    }

    #[test]
    fn a_used_machine_shows_in_each_fact() {
        let facts = gather(
            &Tree::new()
                .file("/var/lib/waagent/ovf-env.xml", "<secret/>")
                .file("/var/lib/waagent/provisioned", "ID")
                .file("/var/log/waagent.log", "x")
                .file("/var/log/azure/empty.log", "")
                .file("/var/lib/dhcp/dhclient.eth0.leases", "lease {}")
                .file("/var/lib/dhcp/dhclient.leases", "")
                .file("/var/lib/dhcpcd/duid", "x")
                .file("/root/.bash_history", "ls\n")
                .file("/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
                .file(
                    "/var/lib/dbus/machine-id",
                    "0123456789abcdef0123456789abcdef\n",
                )
                .file("/var/lib/systemd/random-seed", "x")
                .file("/etc/hostname", "# built\nbuilder-7\n")
                .file("/etc/ssh/ssh_host_rsa_key", "x")
                .file("/etc/ssh/ssh_host_rsa_key.pub", "x")
                .file("/usr/lib/systemd/system/sshd-keygen@.service", "x")
                .root(),
        );
        let agent = [
            "/var/lib/waagent/ovf-env.xml",
            "/var/lib/waagent/provisioned",
        ];
        assert_eq!(paths(&facts.agent_files), agent);
        assert_eq!(paths(&facts.agent_logs), ["/var/log/waagent.log"]);
        assert_eq!(paths(&facts.leases), ["/var/lib/dhcp/dhclient.eth0.leases"]);
        assert_eq!(
            facts.root_history.as_ref().unwrap().as_ref().unwrap().value,
            3
        );
        assert!(matches!(facts.machine_id, Ok(MachineId::Set(_))));
        assert!(matches!(facts.dbus_machine_id, Ok(MachineId::Set(_))));
        assert!(facts.random_seed.as_ref().unwrap().is_some());
        let hostname = facts.hostname.clone().unwrap().unwrap();
        assert_eq!(
            (hostname.value.as_str(), hostname.spot.line),
            ("builder-7", Some(2))
        );
        assert_eq!(facts.host_keys.as_ref().unwrap().len(), 2);
        assert!(facts.key_maker.as_ref().unwrap().is_some());
        assert!(!format!("{facts:?}").contains("0123456789abcdef"));
    }

    #[test]
    fn a_prepared_image_shows_nothing() {
        let facts = gather(
            &Tree::new()
                .dir("/var/lib/waagent")
                .file("/etc/machine-id", "uninitialized\n")
                .link("/var/lib/dbus/machine-id", "/etc/machine-id")
                .file(
                    "/etc/sysconfig/network",
                    "NETWORKING=yes\nHOSTNAME=localhost.localdomain\n",
                )
                .root(),
        );
        assert!(paths(&facts.agent_files).is_empty() && paths(&facts.leases).is_empty());
        assert!(matches!(facts.machine_id, Ok(MachineId::Unset(_))));
        assert_eq!(facts.dbus_machine_id, Ok(MachineId::Absent));
        assert_eq!(
            facts.hostname.unwrap().unwrap().value,
            "localhost.localdomain"
        );
        assert!(facts.cloud_init.unwrap().is_clean());
    }

    #[test]
    fn an_unreadable_var_leaves_only_its_own_facts_open() {
        let tree = Tree::new().file("/etc/machine-id", "");
        let facts = gather(&tree.root_with_unreadable("/var", "it is encrypted by LUKS"));
        assert!(facts.agent_files.is_err() && facts.leases.is_err() && facts.cloud_init.is_err());
        assert!(facts.random_seed.is_err() && facts.agent_logs.is_err());
        assert!(facts.machine_id.is_ok() && facts.host_keys.is_ok() && facts.hostname.is_ok());
    }

    #[test]
    fn changed_files_never_break_the_reader() {
        mutated("HOSTNAME=a\nNETWORKING=yes\n# b\nname\n", 2_000, |bytes| {
            let tree = Tree::new()
                .bytes("/etc/machine-id", bytes)
                .bytes("/etc/sysconfig/network", bytes);
            gather(&tree.clone().root());
            gather(&tree.bytes("/etc/hostname", bytes).root());
        });
    }
}
