//! Tests of Microsoft's self-test service and certification toolkit, by their ids and names.

use crate::diagnose::message::Reference::{Document as D, Thread as T};
use crate::diagnose::message::{BLANK, Message, cause};
use crate::rules::source::{FAQ, QUES, SCY, SELF};

pub(super) static MESSAGES: &[Message] = &[
    Message {
        id: "MSG539",
        title: "self-test 39: Linux agent version",
        tests: &["39", "Linux Agent Version"],
        headings: &["Linux Agent Version"],
        says: &["Azure Linux Agent Version <v> and above should be installed"],
        means: "The agent is older than the test's floor (2.2.41 in its last published form).",
        causes: &[cause(
            "an old agent, or none",
            &["LNX003", "LNX004"],
            "",
            "install the distribution's current agent",
        )],
        sources: &[D(&SELF), D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG540",
        title: "self-test 40: kernel parameters",
        tests: &["40", "Required Kernel Parameters"],
        headings: &["Required Kernel Parameters"],
        says: &["Missing Parameter: <p> Matched Parameter:"],
        means: "The kernel's command line lacks console=ttyS0, earlyprintk=ttyS0 or rootdelay=300. A warning for any, a failure without the console.",
        causes: &[cause(
            "the default boot entry does not have them",
            &["LNX007", "LNX008", "LNX009"],
            "",
            "add them and regenerate the boot configuration",
        )],
        sources: &[D(&SELF), D(&SCY)],
        ..BLANK
    },
    Message {
        id: "MSG541",
        title: "self-test 41: swap on the OS disk",
        tests: &["41", "Swap Partition on OS Disk"],
        headings: &["Swap Partition on OS Disk", "No swap on OS disk"],
        says: &["Swap space configured on the OS disk"],
        shared: &["200.3.3.3"],
        means: "There is swap on the OS disk.",
        causes: &[
            cause(
                "a swap partition",
                &["PART006"],
                "",
                "remove it and its line in /etc/fstab",
            ),
            cause(
                "a swap file",
                &["LNX012"],
                "",
                "remove it; swap belongs onto the resource disk",
            ),
        ],
        sources: &[
            D(&SELF),
            D(&FAQ),
            T("scylladb/scylla-machine-image#431", "2023-01-28"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG542",
        title: "self-test 42: root partition",
        tests: &["42", "Root Partition on OS Disk"],
        headings: &["Root Partition on OS Disk"],
        means: "The test wants exactly one root partition on the OS disk.",
        causes: &[cause(
            "none or several, or root on LVM",
            &["PART007", "PART008"],
            "",
            "one plain root partition",
        )],
        sources: &[D(&SELF)],
        ..BLANK
    },
    Message {
        id: "MSG544",
        title: "self-test 44: OpenSSL",
        tests: &["44", "OpenSSL Version"],
        headings: &["OpenSSL Version"],
        says: &["OpenSSL Version should be >="],
        means: "OpenSSL is too old for the test.",
        causes: &[cause(
            "an old release",
            &["LNX020"],
            "",
            "update the system",
        )],
        sources: &[D(&SELF)],
        ..BLANK
    },
    Message {
        id: "MSG545",
        title: "self-test 45: Python",
        tests: &["45", "Python Version"],
        headings: &["Python Version"],
        says: &["Python version <v> is highly recommended"],
        means: "Python is older than the agent likes.",
        causes: &[cause(
            "an old Python, or none",
            &["LNX021"],
            "",
            "install the system's python3",
        )],
        sources: &[D(&SELF)],
        ..BLANK
    },
    Message {
        id: "MSG546",
        title: "self-test 46: ClientAliveInterval",
        tests: &["46", "Client Alive Interval"],
        headings: &["Client Alive Interval", "ClientAliveInterval"],
        shared: &["200.3.3.1"],
        means: "The test recommends 180 seconds and warns of other values.",
        causes: &[cause(
            "another value, or none in the main file",
            &["LNX029"],
            "",
            "ClientAliveInterval 180 in /etc/ssh/sshd_config, before any Match",
        )],
        sources: &[D(&SELF), D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG548",
        aliases: &["MSG608"],
        title: "self-test 48: shell history",
        tests: &["48", "Bash History"],
        headings: &["Bash History", "Bash history failed"],
        says: &[
            "An error occurs if the size of the Bash history in your submitted image is more than 1 kilobyte",
            "bash history file(s) exists, each file size is upto",
        ],
        shared: &["200.5.1"],
        means: "History files are in the image; the test takes none above 1 KiB, newer ones take none at all.",
        causes: &[cause(
            "a history in some user's home",
            &["LNX031"],
            "",
            "rm -f /root/.*history /home/*/.*history as the last step",
        )],
        sources: &[D(&SELF), D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG549",
        aliases: &["MSG514"],
        title: "self-tests 49 and 1.1.4: architecture",
        tests: &["49", "1.1.4", "OS Architecture"],
        headings: &["OS Architecture"],
        says: &["OS Should be 64 bit"],
        means: "Only 64-bit systems pass, of Linux (49) and of Windows (1.1.4).",
        causes: &[cause(
            "a 32-bit system",
            &["LNX001", "WIN001"],
            "",
            "build from a 64-bit release",
        )],
        sources: &[D(&SELF)],
        ..BLANK
    },
    Message {
        id: "MSG550",
        title: "self-test 50: known vulnerabilities",
        tests: &["50", "Security threats"],
        headings: &["Security threats"],
        says: &["Identifies OS with recent high profile vulnerability that may need patching"],
        means: "The release is on the test's list of those with a well-known hole, such as GHOST.",
        causes: &[cause(
            "an old release without its updates",
            &["LNX024", "LNX025", "LNX028"],
            "",
            "update, or move to a newer release",
        )],
        sources: &[D(&SELF)],
        ..BLANK
    },
    Message {
        id: "MSG551",
        title: "self-test 51: the agent's update",
        tests: &["51", "Auto Update"],
        headings: &["Auto Update"],
        means: "The agent's automatic update should be on.",
        causes: &[cause(
            "AutoUpdate.Enabled=n",
            &["LNX005"],
            "/etc/waagent.conf",
            "remove the line, or set it to y",
        )],
        sources: &[D(&SELF)],
        ..BLANK
    },
    Message {
        id: "MSG552",
        aliases: &["MSG614"],
        title: "self-test 52: SACK patches",
        tests: &["52", "SACK Vulnerability patch verification"],
        headings: &["SACK vulnerability patch verification"],
        says: &["your request might be rejected because of kernel version issues"],
        means: "The kernel has the TCP SACK holes of 2019 (CVE-2019-11477 to -11479).",
        causes: &[cause(
            "an old kernel",
            &["LNX019"],
            "",
            "update the kernel and remove old ones",
        )],
        sources: &[D(&SELF), D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG515",
        title: "self-test 1.1.5: dependence on an administrator",
        tests: &["1.1.5", "User account dependency"],
        headings: &["User account dependency"],
        says: &["Logged in user should not be an administrator"],
        means: "The product must not depend on the account called Administrator.",
        causes: &[cause(
            "services, tasks or automatic logon of that account",
            &["WIN020"],
            "",
            "run them as a service account",
        )],
        beyond: "whether the product works under another account",
        sources: &[D(&SELF)],
        ..BLANK
    },
    Message {
        id: "MSG516",
        title: "self-test 1.1.6: failover clustering",
        tests: &["1.1.6", "Failover Cluster"],
        headings: &["Failover Cluster"],
        says: &["Failover Clustering feature is disabled"],
        means: "The feature is not supported in an image.",
        causes: &[cause(
            "the feature is installed",
            &["WIN019"],
            "",
            "Uninstall-WindowsFeature Failover-Clustering",
        )],
        sources: &[D(&SELF)],
        ..BLANK
    },
    Message {
        id: "MSG517",
        title: "self-test: an unsupported role or feature of Windows",
        tests: &[
            "IPV6",
            "DHCP",
            "Hyper-V",
            "Remote access",
            "Rights Management Services",
            "Windows Deployment Services",
            "BitLocker Drive Encryption",
            "Internet Storage Name Server",
            "Multipath I/O",
            "Network Load Balancing",
            "Peer Name Resolution Protocol",
            "SNMP Services",
            "Windows Internet Name Service",
            "Wireless LAN Service",
        ],
        headings: &[
            "Rights Management Services",
            "Windows Deployment Services",
            "BitLocker Drive Encryption",
            "Internet Storage Name Server",
            "Network Load Balancing",
            "Peer Name Resolution Protocol",
            "SNMP Services",
            "Windows Internet Name Service",
            "Wireless LAN Service",
        ],
        means: "Azure does not support these roles and features in a machine made of an image.",
        causes: &[
            cause(
                "the role or feature is installed",
                &["WIN019", "WIN014"],
                "",
                "Uninstall-WindowsFeature NAME, then Sysprep",
            ),
            cause(
                "the OS volume is encrypted",
                &["PART012"],
                "",
                "Disable-BitLocker -MountPoint C: and wait until it is done, then Sysprep",
            ),
        ],
        sources: &[D(&SELF), D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG518",
        title: "the toolkit's questionnaire",
        says: &[
            "statements all must be Yes",
            "Image size an exact multiple of 1 MB",
        ],
        headings: &["questionnaire"],
        context: &[
            "toolkit",
            "certification",
            "certified",
            "questionnaire",
            "marketplace",
        ],
        means: "The old certification toolkit asks for 27 statements on Linux and 23 on Windows, and all of them have to be answered Yes.",
        causes: &[
            cause(
                "the disk is no whole number of MiB",
                &["VHD004"],
                "",
                "round the raw disk up and convert with force_size",
            ),
            cause(
                "logical volumes on the OS disk",
                &["PART008"],
                "",
                "plain partitions",
            ),
            cause(
                "services or products that may not be in an image",
                &["LNX058", "WIN006"],
                "",
                "remove them",
            ),
        ],
        beyond: "what only the publisher can answer",
        sources: &[D(&QUES)],
        ..BLANK
    },
];
