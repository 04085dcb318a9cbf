//! Clauses of the certification policies, by their numbers, as reports of Partner Center name them.

use crate::diagnose::message::Reference::Document as D;
use crate::diagnose::message::{BLANK, Cause, Message, cause};
use crate::rules::source::{ADR804, BW504, POL};

const fn clause(
    id: &'static str,
    title: &'static str,
    clauses: &'static [&'static str],
    means: &'static str,
    causes: &'static [Cause],
    beyond: &'static str,
) -> Message {
    Message {
        id,
        title,
        clauses,
        means,
        causes,
        beyond,
        sources: SOURCES,
        ..BLANK
    }
}

const SOURCES: &[crate::diagnose::message::Reference] = &[D(&POL), D(&ADR804), D(&BW504)];

pub(super) static MESSAGES: &[Message] = &[
    clause(
        "MSG650",
        "policy 200.2: business requirements",
        &["200.2", "200.2.1", "200.2.2", "200.2.3", "200.2.4"],
        "The offer's text, licences and prices, not the image.",
        &[cause(
            "something in the listing or the plan",
            &[],
            "the report's remark",
            "change it in Partner Center",
        )],
        "the offer's listing",
    ),
    clause(
        "MSG651",
        "policy 200.3.1: the image in general",
        &["200.3.1"],
        "A VHD of an approved base with a standard footer and a whole number of MiB, 64-bit, generalised, with as many data disks as before, a valid SAS, and extensions that work.",
        &[
            cause(
                "the VHD: footer, type, size",
                &["VHD001", "VHD002", "VHD003", "VHD004", "VHD005"],
                "",
                "qemu-img convert -f raw -O vpc -o subformat=fixed,force_size disk.raw disk.vhd",
            ),
            cause(
                "not generalised",
                &["LNX041", "WIN003"],
                "",
                "waagent -deprovision+user, or Sysprep, as the last step",
            ),
            cause(
                "not a 64-bit system",
                &["LNX001", "WIN001"],
                "",
                "build from a 64-bit release",
            ),
            cause(
                "extensions do not work",
                &["LNX006", "LNX003", "WIN026"],
                "",
                "a current agent with extensions enabled",
            ),
            cause(
                "another number of data disks than the version before, or too many",
                &["DATA003", "DATA001", "DATA002"],
                "[[data-disks]] and previous-data-disks of the configuration",
                "keep the number, or publish a new plan",
            ),
        ],
        "the SAS URI, and the data disks of the version before",
    ),
    clause(
        "MSG652",
        "policy 200.3.2: the Windows image",
        &["200.3.2"],
        "What certification asks of Windows; the clause's own text is not public.",
        &[
            cause(
                "not generalised",
                &["WIN003", "WIN004"],
                "",
                "sysprep /generalize /oobe /shutdown, as the last step",
            ),
            cause(
                "remote access, firewall, services",
                &["WIN007", "WIN008", "WIN009", "WIN010"],
                "",
                "see the rules",
            ),
            cause(
                "roles, features and products that are not allowed",
                &["WIN006", "WIN019", "WIN034"],
                "",
                "remove them",
            ),
            cause(
                "updates are missing",
                &["WIN022", "WIN024"],
                "",
                "install them, restart, then Sysprep",
            ),
        ],
        "the report's own remark",
    ),
    clause(
        "MSG653",
        "policy 200.3.3.1: ClientAliveInterval",
        &["200.3.3.1"],
        "Idle SSH sessions have to be asked for life: 180 seconds, 30 to 235 pass.",
        &[cause(
            "the setting is absent or out of range",
            &["LNX029"],
            "",
            "ClientAliveInterval 180 in /etc/ssh/sshd_config, before any Match",
        )],
        "",
    ),
    clause(
        "MSG654",
        "policy 200.3.3.3: no swap partition on the OS disk",
        &["200.3.3.3"],
        "Swap may not lie on the OS disk.",
        &[
            cause(
                "a swap partition",
                &["PART006"],
                "",
                "remove it and its line in /etc/fstab",
            ),
            cause(
                "a swap file, or one made at the first boot",
                &["LNX012"],
                "",
                "remove it; swap belongs onto the resource disk",
            ),
        ],
        "",
    ),
    clause(
        "MSG655",
        "policy 200.3.3.4: the Linux agent",
        &["200.3.3.4"],
        "A current agent has to be installed, enabled, and allowed to update itself. Sources disagree on the floor: 2.2.41 (FAQ), 2.2.53.1 (test suite); one publisher believed 2.13.",
        &[
            cause(
                "an old agent, or none",
                &["LNX003", "LNX004"],
                "",
                "install the distribution's current agent",
            ),
            cause(
                "its automatic update is off",
                &["LNX005"],
                "",
                "remove AutoUpdate.Enabled=n from /etc/waagent.conf",
            ),
        ],
        "",
    ),
    clause(
        "MSG656",
        "policy 200.3.3.8: no users in the image",
        &["200.3.3.8"],
        "No account, password or SSH key of the builder may be left.",
        &[
            cause(
                "a password",
                &["LNX032"],
                "",
                "waagent -deprovision+user; passwd -l root",
            ),
            cause(
                "an SSH key",
                &["LNX035"],
                "",
                "rm -f /root/.ssh/authorized_keys /home/*/.ssh/authorized_keys",
            ),
            cause("an account", &["LNX037"], "", "userdel -r NAME"),
        ],
        "",
    ),
    clause(
        "MSG657",
        "policy 200.3.3: the Linux image",
        &["200.3.3"],
        "What certification asks of Linux: no swap on the OS disk, one root partition, agent, SSH, console, no users.",
        &[
            cause(
                "swap on the OS disk, or several roots",
                &["PART006", "LNX012", "PART007"],
                "",
                "remove swap; one root partition",
            ),
            cause(
                "SSH, agent or serial console",
                &["LNX029", "LNX003", "LNX007"],
                "",
                "see the rules",
            ),
            cause(
                "users, passwords, keys or histories are left",
                &["LNX032", "LNX035", "LNX037", "LNX031"],
                "",
                "waagent -deprovision+user as the last step",
            ),
        ],
        "the report's own remark",
    ),
    clause(
        "MSG658",
        "policy 200.4: preparation",
        &["200.4"],
        "Generalised, with the kernel parameters for Azure, without anti-virus and remote tools of one's own.",
        &[
            cause(
                "not generalised",
                &["LNX041", "WIN003"],
                "",
                "waagent -deprovision+user, or Sysprep, as the last step",
            ),
            cause(
                "kernel parameters",
                &["LNX007", "LNX008", "LNX009"],
                "",
                "console=tty1 console=ttyS0,115200n8 earlyprintk=ttyS0,115200 rootdelay=300",
            ),
            cause(
                "agents or anti-virus that were installed",
                &["LNX027", "WIN034"],
                "",
                "remove them",
            ),
        ],
        "",
    ),
    clause(
        "MSG659",
        "policy 200.5: security",
        &["200.5"],
        "Updates, no known holes, no secrets, no open services.",
        &[
            cause(
                "old packages",
                &[
                    "LNX020", "LNX021", "LNX023", "LNX024", "LNX025", "LNX028", "WIN022",
                ],
                "",
                "update everything, then generalise",
            ),
            cause(
                "secrets or services are left",
                &["LNX050", "LNX051", "LNX052"],
                "",
                "remove them",
            ),
        ],
        "the vulnerability scan's own data",
    ),
    clause(
        "MSG660",
        "policy 200.5.1: shell history",
        &["200.5.1"],
        "No history of a shell may be left.",
        &[cause(
            "a history in some user's home",
            &["LNX031"],
            "",
            "rm -f /root/.*history /home/*/.*history as the last step",
        )],
        "",
    ),
    clause(
        "MSG661",
        "policy 200.5.2: malware",
        &["200.5.2"],
        "A scanner found, or believes to have found, malware; addresses in comments have been enough.",
        &[cause(
            "a file that looks like malware",
            &["LNX026"],
            "the file that the report names",
            "remove it, or ask for an exception with its origin",
        )],
        "the scanner's signatures",
    ),
    clause(
        "MSG662",
        "policy 200.5.8: known vulnerabilities",
        &["200.5.8"],
        "The scan lists packages with a CVSS score of about 8.5 or more.",
        &[cause(
            "packages with known holes, for which there are updates",
            &["LNX024", "LNX025", "WIN022"],
            "the report's list of CVEs",
            "update everything as the last step of the build, and submit within days; check with --advisories before",
        )],
        "the scan's own data",
    ),
    clause(
        "MSG663",
        "policy 200.6: testing and SAS URI",
        &["200.6"],
        "The image was not tested with the tools, or cannot be read behind its SAS URI.",
        &[cause(
            "the SAS URI",
            &[],
            "sp=rl, st, se, the blob's name",
            "make it anew; leave the blob where it is",
        )],
        "the SAS URI",
    ),
    clause(
        "MSG664",
        "policy 220: network virtual appliances",
        &[
            "220.1", "220.2", "220.3", "220.6", "220.7", "220.8", "220.9", "220.10",
        ],
        "The tests for network appliances: access, boot time, high availability, peering, accelerated networking, several cards, disruptions.",
        &[cause(
            "drivers for accelerated networking or several cards",
            &["LNX055", "LNX045", "LNX014"],
            "",
            "mlx4, mlx5 and mana drivers in the kernel; DHCP on every card",
        )],
        "everything that needs the running appliance",
    ),
    clause(
        "MSG665",
        "policy 100: the listing",
        &["100.5.1.3", "100.6.1"],
        "Support link and personal information of the listing, not the image.",
        &[cause(
            "something in the listing",
            &[],
            "the report's remark",
            "change it in Partner Center",
        )],
        "the offer's listing",
    ),
];
