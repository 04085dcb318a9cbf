//! The Linux and the Windows agent: what they log, and what the portal says of them.

use crate::diagnose::message::Reference::{Document as D, Thread as T};
use crate::diagnose::message::{BLANK, Message, Role, cause};
use crate::rules::source::LISA;

pub(super) static MESSAGES: &[Message] = &[
    Message {
        id: "MSG713",
        title: "the agent misses a card's file",
        says: &[
            "No such file or directory: /etc/sysconfig/network-scripts/ifcfg-eth<n>",
            "No such file or directory: '/etc/sysconfig/network-scripts/ifcfg",
            "No such file or directory: /etc/sysconfig/network-scripts/ifcfg-eth0",
            "No such file or directory: /etc/sysconfig/network-scripts/ifcfg-eth1",
        ],
        means: "The agent writes the host's name into the first card's file, and that file is not there. Provisioning then ends with an internal error.",
        causes: &[
            cause(
                "kept names made the first card eth1",
                &["LNX046"],
                "/etc/udev/rules.d/70-persistent-net.rules",
                "rm -f that file",
            ),
            cause(
                "the card has no configuration of this kind",
                &["LNX045"],
                "",
                "an ifcfg-eth0 with DHCP, or an agent that knows NetworkManager",
            ),
        ],
        sources: &[D(&LISA), T("Azure/WALinuxAgent#1461", "2019-02-09")],
        ..BLANK
    },
    Message {
        id: "MSG740",
        title: "the agent sees no network",
        says: &[
            "/proc/net/route contains no routes",
            "Could not determine primary interface, please ensure /proc/net/route is correct",
            "No route exists to 168.63.129.16",
            "Protocol endpoint not found: WireProtocol",
            "[Wireserver Exception]",
        ],
        means: "The agent talks to Azure by 168.63.129.16, and the guest has no way there: no address yet, or a route through the wrong card.",
        causes: &[
            cause(
                "no DHCP on the first card",
                &["LNX045", "LNX048"],
                "",
                "DHCP on eth0, and a DHCP client in the image",
            ),
            cause(
                "no driver for the card",
                &["LNX014"],
                "",
                "hv_netvsc in the kernel",
            ),
            cause(
                "a firewall of the image, or routes of one's own",
                &["LNX051"],
                "",
                "let 168.63.129.16 through, ports 80 and 32526",
            ),
        ],
        beyond: "the network of the deployed machine",
        sources: &[
            T("Azure/WALinuxAgent#2040", "2020-10-13"),
            T("Azure/WALinuxAgent#968", "2017-12-12"),
            T("Azure/WALinuxAgent#2831", "2023-06-08"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG741",
        title: "the agent's Python does not work",
        says: &[
            "No module named 'azurelinuxagent'",
            "No module named azurelinuxagent.agent",
            "name 'distro' is not defined",
            "launched with command 'python3 -u /usr/sbin/waagent -run-exthandlers' failed with return code",
            "waagent -run-exthandlers' failed with return code",
        ],
        context: &["azurelinuxagent", "waagent", "WALinuxAgent"],
        means: "The agent was started by another Python than the one that it was installed for, or that Python lacks a module.",
        causes: &[cause(
            "a Python of one's own took the system's place, or the agent was installed by hand",
            &["LNX021", "LNX003"],
            "the first line of /usr/sbin/waagent, the target of /usr/bin/python3",
            "keep the system's python3; install the distribution's agent package",
        )],
        sources: &[
            T("Azure/WALinuxAgent#124", "2015-11-10"),
            T("Azure/WALinuxAgent#2310", "2021-07-19"),
            T("Azure/WALinuxAgent#3207", "2024-09-05"),
            T("Azure/WALinuxAgent#2521", "2022-10-27"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG745",
        title: "an extension finds no Python",
        says: &[
            "No Python interpreter found on the box",
            "/usr/bin/env: python: No such file or directory",
        ],
        context: &[
            "extension",
            "extensions",
            "customscript",
            "waagent",
            "WALinuxAgent",
        ],
        means: "Many extensions are programs in Python, and start whatever python or python3 is on the path. There is none, or only python3 for an extension that still asks for python.",
        causes: &[
            cause(
                "no Python in the image",
                &["LNX021"],
                "the target of /usr/bin/python3",
                "install the distribution's python3",
            ),
            cause(
                "an old extension that asks for python, which newer releases do not have",
                &[],
                "the extension's name and version in the log",
                "deploy its current version; python-is-python3 only where that is not possible",
            ),
        ],
        beyond: "the extensions that the deployment asks for",
        sources: &[
            T("Azure/azure-linux-extensions#361", "2017-03-25"),
            T("Azure/WALinuxAgent#2921", "2023-09-11"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG742",
        title: "the image cannot be deprovisioned",
        says: &[
            "/usr/sbin/waagent: not found",
            "waagent: command not found",
            "Failed to run 'deprovision'",
        ],
        means: "The step that generalises a Linux did nothing: there is no agent, or it fell over.",
        causes: &[
            cause(
                "the agent is not installed",
                &["LNX003", "LNX004"],
                "",
                "install it before the last step",
            ),
            cause(
                "so the image is not generalised",
                &["LNX041"],
                "",
                "run waagent -deprovision+user again, and look at its exit code",
            ),
        ],
        sources: &[
            T("danielsollondon/azvmimagebuilder#126", "2022-05-09"),
            T("Azure/WALinuxAgent#628", "2017-03-27"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG743",
        title: "the portal says that the agent is not ready",
        says: &[
            "VM status blob is found but not yet populated",
            "virtual machine agent status is not ready. Troubleshoot the issue",
            "virtual machine agent status is not ready",
        ],
        role: Role::FollowUp,
        means: "The agent in the machine does not report. Some systems have none by design.",
        causes: &[
            cause(
                "no agent, or it does not start",
                &["LNX003", "LNX004", "WIN026"],
                "",
                "install and enable it",
            ),
            cause(
                "the image was not prepared",
                &["WIN003", "LNX041"],
                "",
                "Sysprep, or waagent -deprovision+user",
            ),
        ],
        beyond: "the agent's log of the deployed machine",
        sources: &[
            T("saltstack/salt#46246", "2018-03-05"),
            T("coreos/fedora-coreos-tracker#1766", "2024-07-19"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG744",
        title: "the agent does not understand the resource disk",
        says: &[
            "[ResourceDiskError] unable to detect disk topology",
            "Failed to mount resource disk",
        ],
        role: Role::FollowUp,
        means: "The agent could not format or mount the resource disk; the machine may have none.",
        causes: &[cause(
            "the agent's settings do not fit the machine's size",
            &["LNX057"],
            "ResourceDisk.* in /etc/waagent.conf",
            "leave the resource disk to cloud-init or to the agent, not to both",
        )],
        beyond: "the size of the deployed machine",
        sources: &[T("Azure/WALinuxAgent#2831", "2023-06-01")],
        ..BLANK
    },
    Message {
        id: "MSG715",
        title: "the host's name cannot be resolved",
        says: &["unable to resolve host"],
        role: Role::FollowUp,
        means: "/etc/hostname and /etc/hosts do not agree; often a sign that provisioning did not get that far.",
        causes: &[
            cause(
                "a name of the build machine is kept",
                &["LNX044"],
                "/etc/hostname, /etc/hosts",
                "let provisioning set the name",
            ),
            cause("the network", &["LNX045"], "", "DHCP on eth0"),
        ],
        sources: &[D(&LISA)],
        ..BLANK
    },
];
