//! What Microsoft's open test suite (LISA) says of a Linux image's content when certification
//! runs it: accounts, agent, packages, boot arguments, console, swap.

use crate::diagnose::message::Reference::{Document as D, Thread as T};
use crate::diagnose::message::{BLANK, Message, cause};
use crate::rules::source::{BW, FAQ, LISA, OMI, SELF};

pub(super) static MESSAGES: &[Message] = &[
    Message {
        id: "MSG401",
        title: "no serial console",
        says: &[
            "Fail to find console enabled line",
            "Serial console might not be properly enabled in this image",
        ],
        means: "The boot log shows no console on the first serial port, without which nobody can see why a machine does not start.",
        causes: &[
            cause(
                "the kernel's command line has no console=ttyS0",
                &["LNX007"],
                "the default boot entry: GRUB, BLS entries or the unified kernel image",
                "add console=tty1 console=ttyS0,115200n8 and regenerate the boot configuration",
            ),
            cause(
                "early output is not sent there, or root is not waited for",
                &["LNX008", "LNX009"],
                "",
                "add earlyprintk=ttyS0,115200 rootdelay=300",
            ),
        ],
        sources: &[D(&LISA), D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG402",
        title: "a user with a password is left",
        says: &[
            "Password of user <u> is detected in <f>. It should be deleted",
            "is detected in /etc/shadow file. It should be deleted",
        ],
        shared: &["200.3.3.8"],
        means: "An account of the image has a password, which every machine made of it would have, too.",
        causes: &[
            cause(
                "the account of whoever built the image, or root's password, is still there",
                &["LNX032", "LNX037", "LNX036"],
                "/etc/shadow: a field that begins with $ or y",
                "waagent -deprovision+user; userdel -r NAME; passwd -l root",
            ),
            cause(
                "an account has an empty password",
                &["LNX033"],
                "",
                "passwd -l NAME",
            ),
        ],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG403",
        title: "a shell's history is left",
        says: &[
            "is not empty, containing <n> bytes. This could include private information or plain-text credentials for other systems",
            "history is not empty, containing <n> bytes",
        ],
        shared: &["200.5.1"],
        means: "What was typed while the image was built is still in it, and may hold secrets.",
        causes: &[cause(
            "a history file in the home of some user",
            &["LNX031"],
            "every home, root's too, and every shell's file",
            "rm -f /root/.*history /home/*/.*history as the last step, from a shell that does not write its own: unset HISTFILE",
        )],
        sources: &[D(&LISA), D(&BW)],
        ..BLANK
    },
    Message {
        id: "MSG404",
        title: "ClientAliveInterval is wrong",
        says: &[
            "The ClientAliveInterval configuration of OpenSSH is set to <n> seconds in this image",
            "The ClientAliveInterval configuration of OpenSSH is set to",
            "not find ClientAliveInterval in sshd_config",
        ],
        shared: &["200.3.3.1"],
        means: "Certification wants idle SSH sessions to be asked for life every 180 seconds (30 to 235 pass).",
        causes: &[
            cause(
                "the setting is absent, 0, or out of the range",
                &["LNX029"],
                "/etc/ssh/sshd_config and what it includes",
                "put ClientAliveInterval 180 into /etc/ssh/sshd_config itself, before any Match",
            ),
            cause(
                "it stands in a drop-in file only, which one publisher's test did not see",
                &["LNX029"],
                "/etc/ssh/sshd_config.d",
                "put it into the main file, too",
            ),
        ],
        sources: &[D(&LISA), D(&FAQ), D(&BW)],
        ..BLANK
    },
    Message {
        id: "MSG405",
        title: "an SSH key is left",
        says: &[
            "authorized_keys is detected. It should be deleted",
            "/.ssh/authorized_keys is detected",
        ],
        shared: &["200.3.3.8"],
        means: "Whoever has the key's other half could log in to every machine made of the image.",
        causes: &[cause(
            "the builder's key",
            &["LNX035"],
            "authorized_keys in every home",
            "rm -f /root/.ssh/authorized_keys /home/*/.ssh/authorized_keys",
        )],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG406",
        title: "the Linux agent is too old",
        says: &[
            "The waagent version <v> is lower than the required version <v> and auto update is not enabled",
            "The waagent version <v> is lower than the required version",
        ],
        shared: &["200.3.3.4"],
        means: "The agent is older than certification takes, and its own update is switched off.",
        causes: &[
            cause(
                "an old agent package",
                &["LNX003"],
                "",
                "install the distribution's current walinuxagent or WALinuxAgent",
            ),
            cause(
                "its automatic update is off",
                &["LNX005"],
                "AutoUpdate.Enabled=n in /etc/waagent.conf",
                "remove that line, or set it to y",
            ),
        ],
        sources: &[
            D(&LISA),
            T("cloudfoundry/bosh-linux-stemcell-builder#19", "2017-09-14"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG407",
        title: "the Linux agent is missing",
        says: &[
            "waagent is not found in system path variable",
            "Failed to parse waagent version",
        ],
        shared: &["200.3.3.4"],
        means: "The test did not find the agent's program, or it did not run.",
        causes: &[
            cause(
                "no agent is installed or enabled",
                &["LNX003", "LNX004"],
                "",
                "install the distribution's agent package, and enable it",
            ),
            cause(
                "the agent's Python is missing",
                &["LNX021"],
                "",
                "install python3",
            ),
        ],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG408",
        title: "the package repositories are not as expected",
        says: &[
            "Hit should be present in apt-get update output",
            "should be in apt-get update output",
            "should be in the apt-get update output",
            "'Pool' should be present in the output of zypper -lr",
            "'Updates' should be present in the output of zypper -lr",
            "One or more expected <x> repositories are not present",
            "One or more expected <x> repositories are not enabled/refreshed",
            "Latest repository should be present",
            "Base repository should be present",
            "yum repolist all should be greater than",
            "<r> repository should be present",
            "No repositories are present in FreeBSD",
            "repository check is missing for this distro",
        ],
        means: "Certification looks for the distribution's own repositories, on Azure's mirrors where there are some.",
        causes: &[cause(
            "sources were removed, disabled or replaced while the image was built",
            &["LNX049"],
            "sources.list, yum.repos.d, zypp/repos.d",
            "restore the distribution's sources for Azure",
        )],
        beyond: "whether the repositories can be reached from a machine in Azure",
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG409",
        title: "a boot argument is wrong",
        says: &[
            "libata.atapi_enabled=0 should not be present in",
            "reserve=0x1f0,0x8 should not be present in",
            "numa=off should be present in",
            "Unable to locate grub file",
        ],
        means: "Some arguments of the kernel keep Azure from showing the provisioning disc to the machine, or hang old kernels.",
        causes: &[
            cause(
                "a forbidden argument on the command line",
                &["LNX011", "LNX010"],
                "the default boot entry",
                "remove it and regenerate the boot configuration",
            ),
            cause(
                "a kernel so old that it needs numa=off",
                &["LNX018"],
                "",
                "update, or add numa=off",
            ),
        ],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG410",
        title: "NetworkManager is installed",
        says: &["NetworkManager should not be installed"],
        means: "Old releases of the Red Hat family must do without NetworkManager in Azure.",
        causes: &[cause(
            "the package is installed on a release before 7",
            &["LNX047"],
            "",
            "yum remove NetworkManager",
        )],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG411",
        title: "yum's caching setting is missing",
        says: &["http_caching=packages should be present in /etc/yum.conf"],
        means: "Releases before 6.6 of the Red Hat family need this line for Azure's mirrors.",
        causes: &[cause(
            "the line is not in /etc/yum.conf",
            &["LNX049"],
            "",
            "add http_caching=packages",
        )],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG412",
        title: "the network's files are not there",
        says: &[
            "networking=yes should be present in /etc/sysconfig/network",
            "The network file should be present at",
            "A NetworkManager connection profile for eth0 or cloud-init",
            "A network connection for eth0 should exist in NetworkManager",
            "The eth0 connection should be active in NetworkManager",
        ],
        means: "The first network card has no configuration where the distribution's test looks for it.",
        causes: &[cause(
            "the file was never made, or deleted while the image was generalised",
            &["LNX045"],
            "",
            "configure eth0 for DHCP the way the distribution does",
        )],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG413",
        title: "ifcfg-eth0 lacks a line",
        says: &[
            "should be present in /etc/sysconfig/network-scripts/ifcfg-eth0 file",
            "connection.autoconnect should be 'yes' for eth0",
            "connection.ipv4.method should be 'auto' for eth0",
        ],
        means: "The first network card does not come up by DHCP at boot, or not in the letters that the test looks for: quoted values fail.",
        causes: &[cause(
            "DEVICE, ONBOOT or BOOTPROTO differ",
            &["LNX045"],
            "",
            "DEVICE=eth0, ONBOOT=yes and BOOTPROTO=dhcp, without quotes",
        )],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG414",
        title: "names of network cards are kept",
        says: &[
            "75-persistent-net-generator.rules should not be present",
            "70-persistent-net.rules should not be present",
        ],
        means: "Rules that tie a name to a card's address make the next machine's first card eth1.",
        causes: &[cause(
            "udev's rules of the build machine are still there",
            &["LNX046"],
            "",
            "rm -f /etc/udev/rules.d/70-persistent-net.rules /lib/udev/rules.d/75-persistent-net-generator.rules",
        )],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG415",
        title: "the DHCP client's settings are not as expected",
        says: &[
            "The dhcp file should be present at",
            "DHCLIENT_SET_HOSTNAME=<x> should be present in file",
            "option host_name should be present in file",
        ],
        means: "SUSE's and Azure Linux's DHCP clients need a certain setting about the host's name.",
        causes: &[cause(
            "the setting is missing",
            &["LNX048"],
            "",
            "DHCLIENT_SET_HOSTNAME=\"no\" in /etc/sysconfig/network/dhcp; option host_name in /etc/dhcpcd.conf",
        )],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG416",
        title: "the key-value daemon is missing",
        says: &[
            "hv_kvp_daemon is not installed",
            "Expected one running process",
        ],
        means: "The daemon that tells the host about the guest is not installed or does not run. On Debian's family the first text is only a note.",
        causes: &[cause(
            "hyperv-daemons or linux-cloud-tools is not installed",
            &["LNX053"],
            "",
            "install the distribution's Hyper-V daemons",
        )],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG417",
        title: "sudo asks for the target's password",
        says: &["Defaults targetpw should not be enabled in /etc/sudoers"],
        means: "With targetpw sudo asks for root's password, which nobody has in Azure.",
        causes: &[cause(
            "SUSE's default line is active",
            &["LNX039"],
            "",
            "comment out Defaults targetpw and the ALL rule below it",
        )],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG418",
        title: "OpenSSL is too old",
        says: &[
            "The OpenSSL version <v> is lower than the required version",
            "Failed to retrieve OpenSSL version",
            "Failed to parse OpenSSL version from output",
        ],
        means: "OpenSSL has to be 3.0.0 or newer; 1.1.1 and 1.0.2 with extended support pass.",
        causes: &[cause(
            "an old OpenSSL, or none on the path",
            &["LNX020"],
            "",
            "update the system, or move to a newer release",
        )],
        sources: &[D(&LISA), D(&SELF)],
        ..BLANK
    },
    Message {
        id: "MSG419",
        title: "Python is too old",
        says: &[
            "The Python version <v> is lower than the required version",
            "Failed to retrieve Python version",
            "Failed to parse Python version from output",
            "Support for Python <v> will end on",
        ],
        means: "The agent and its extensions need a Python that is still cared for. The text about the end of support is a notice, no failure.",
        causes: &[cause(
            "the system's Python is older than required, or missing",
            &["LNX021"],
            "the target of /usr/bin/python3",
            "update the system; keep its own python3 as the default",
        )],
        sources: &[D(&LISA), D(&SELF)],
        ..BLANK
    },
    Message {
        id: "MSG420",
        title: "OMI has known holes",
        says: &[
            "Vulnerable OMI version detected",
            "OMI is installed but could not determine version",
        ],
        means: "Open Management Infrastructure before 1.6.8.1 lets anybody in as root (OMIGOD).",
        causes: &[cause(
            "an old omi package",
            &["LNX023"],
            "/opt/omi/bin/omiserver",
            "update omi to 1.6.8.1 or later, or remove it",
        )],
        sources: &[D(&LISA), D(&OMI)],
        ..BLANK
    },
    Message {
        id: "MSG421",
        title: "the system is not a 64-bit one",
        says: &["Architecture <a> is not supported. Only 64-bit architectures are supported"],
        means: "Azure's machines and Marketplace take 64-bit systems only.",
        causes: &[cause(
            "a 32-bit system",
            &["LNX001"],
            "ELF class of /sbin/init",
            "build the image from a 64-bit release",
        )],
        sources: &[D(&LISA), D(&FAQ)],
        ..BLANK
    },
];
