//! SSH: the server, its configuration, and tests that cannot log in.

use crate::diagnose::message::Reference::{Document as D, Thread as T};
use crate::diagnose::message::{BLANK, Message, Role, cause};
use crate::rules::source::{FAQ, LISA, SUPERR};

pub(super) static MESSAGES: &[Message] = &[
    Message {
        id: "MSG429",
        title: "there is no sshd_config",
        says: &[
            "Could not locate 'sshd_config'. Checked candidate paths",
            "Could not locate sshd_config",
        ],
        means: "The test found no configuration of the SSH server.",
        causes: &[
            cause(
                "no SSH server is installed",
                &["LNX030"],
                "",
                "install openssh-server",
            ),
            cause(
                "its configuration lies at an unusual place",
                &["LNX029"],
                "/etc/ssh, /usr/etc/ssh, /usr/local/etc/ssh",
                "put it into /etc/ssh/sshd_config",
            ),
        ],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG437",
        title: "nobody can log in by SSH",
        says: &[
            "failed to connect SSH port of the VM. It might be due to one of the following reasons",
            "failed to connect SSH port of the VM",
        ],
        role: Role::FollowUp,
        means: "The port answers wrongly or not at all, or the server refuses the test's user and key.",
        causes: &[
            cause(
                "the SSH server is missing or does not start",
                &["LNX030", "LNX042"],
                "",
                "systemctl enable ssh (or sshd); let host keys be made at the first boot",
            ),
            cause(
                "it refuses users or keys",
                &["LNX040", "LNX029"],
                "AllowUsers, AllowGroups, PubkeyAuthentication",
                "let the user that Azure makes log in by key",
            ),
            cause("a firewall of the image", &["LNX051"], "", "allow TCP 22"),
            cause(
                "the boot waits for something, such as a data disk that the test does not attach",
                &["DATA006", "LNX038"],
                "lines of /etc/fstab without nofail",
                "nofail on every disk but root",
            ),
            cause(
                "the appliance is locked on purpose",
                &["OFFER002"],
                "",
                "tick `Remote desktop/SSH not supported` in the plan",
            ),
        ],
        beyond: "the network and the serial log of the deployed machine",
        sources: &[D(&LISA), D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG616",
        title: "certification cannot get in",
        headings: &["VM access denied", "access denied"],
        means: "Certification logs in by SSH or Remote Desktop, unless the plan says that the image is locked.",
        causes: &[
            cause(
                "SSH is off, refuses, or is behind a firewall",
                &["LNX030", "LNX040", "LNX051"],
                "",
                "systemctl enable ssh (or sshd), allow TCP 22",
            ),
            cause(
                "Remote Desktop is off or behind a firewall",
                &["WIN007", "WIN008", "WIN009"],
                "",
                "fDenyTSConnections = 0, allow TCP 3389",
            ),
            cause(
                "the image is locked on purpose",
                &["OFFER002"],
                "",
                "tick `Remote desktop or SSH disabled` and hand in the toolkit's report",
            ),
        ],
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG730",
        title: "the host keys could not be made",
        says: &["SSH host key generation failed"],
        shared: &["OSProvisioningClientError"],
        means: "The agent could not make the SSH server's keys.",
        causes: &[
            cause(
                "ssh-keygen is missing, or the agent's settings about keys are wrong",
                &["LNX042", "LNX006", "LNX030"],
                "Provisioning.SshHostKeyPairType in /etc/waagent.conf",
                "install openssh-server; leave the setting at its default",
            ),
            cause(
                "the file system is full or read-only",
                &["PART011"],
                "",
                "give it room",
            ),
        ],
        sources: &[D(&SUPERR)],
        ..BLANK
    },
    Message {
        id: "MSG731",
        title: "the user name is not possible",
        says: &[
            "Username specified for the VM is invalid for this Linux distribution",
            "Failed to create user account",
            "Failed to set password for system user",
        ],
        shared: &["OSProvisioningClientError"],
        means: "The agent could not make the administrator that the deployment names.",
        causes: &[
            cause(
                "a user or group of this name is in the image already",
                &["LNX037", "LNX032"],
                "/etc/passwd, /etc/group",
                "remove the account before generalising, or deploy with another name",
            ),
            cause(
                "the distribution does not take names of this form",
                &[],
                "useradd's message",
                "deploy with another name",
            ),
        ],
        beyond: "the name that the deployment asks for",
        sources: &[
            D(&SUPERR),
            T("MicrosoftDocs/azure-docs#33725", "2019-06-21"),
            T("Azure/WALinuxAgent#73", "2015-03-24"),
        ],
        ..BLANK
    },
];
