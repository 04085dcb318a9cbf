//! Headings and rows of Partner Center's certification report, as the FAQ explains them.

use crate::diagnose::message::Reference::Document as D;
use crate::diagnose::message::{BLANK, Message, cause};
use crate::rules::source::{DLPX, FAQ, QUES};

pub(super) static MESSAGES: &[Message] = &[
    Message {
        id: "MSG601",
        title: "an extension could not be installed",
        headings: &["VM extension failure"],
        says: &["VM extension failure"],
        means: "Certification installs an extension, and that did not work.",
        causes: &[
            cause(
                "no working agent",
                &["LNX003", "LNX004", "WIN026"],
                "",
                "install the current agent",
            ),
            cause(
                "extensions are switched off, or Python is missing",
                &["LNX006", "LNX021"],
                "Extensions.Enabled in /etc/waagent.conf",
                "Extensions.Enabled=y; install python3",
            ),
            cause(
                "the appliance is hardened on purpose",
                &["OFFER002"],
                "",
                "say in the plan that extensions are not supported",
            ),
        ],
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG602",
        title: "the VHD is not valid",
        headings: &[
            "Invalid virtual hard disk (VHD)",
            "Invalid virtual hard disk",
        ],
        says: &[
            "If the specified cookie value in the VHD footer is incorrect, the VHD will be considered invalid",
        ],
        means: "The last 512 bytes of the blob are not the footer of a fixed VHD.",
        causes: &[
            cause(
                "no footer, or that of a dynamic disk",
                &["VHD001", "VHD002", "VHD003"],
                "",
                "qemu-img convert -f raw -O vpc -o subformat=fixed,force_size disk.raw disk.vhd",
            ),
            cause(
                "the size is no whole number of MiB",
                &["VHD004"],
                "",
                "round the raw disk up, convert with force_size",
            ),
        ],
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG604",
        title: "time-out, or not generalised",
        headings: &[
            "Provisioning timeout or not properly generalized",
            "Provisioning issue",
        ],
        says: &[
            "There's an issue with VM generalization",
            "Provisioning timeout or not properly generalized",
        ],
        means: "The machine that certification made of the image never reported ready.",
        causes: &[
            cause(
                "the image is not generalised",
                &["LNX041", "WIN003"],
                "",
                "waagent -deprovision+user, or sysprep /generalize /oobe /shutdown, as the last step",
            ),
            cause(
                "nothing in it provisions",
                &["LNX034", "LNX004", "WIN026"],
                "",
                "enable the agent or cloud-init",
            ),
            cause(
                "the provisioning disc cannot be read",
                &["LNX016", "WIN015"],
                "",
                "allow udf and the CD-ROM driver",
            ),
            cause(
                "the offer needs its own template",
                &["OFFER002"],
                "",
                "tick `Requires custom ARM template for deployment`",
            ),
        ],
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG605",
        title: "products that may not be in the image",
        headings: &["Software compliance for Windows"],
        means: "SQL Server that one installed oneself, or Visual Studio or Office without approval.",
        causes: &[cause(
            "a licensed Microsoft product",
            &["WIN006"],
            "",
            "build on Microsoft's SQL Server images, or ask for approval",
        )],
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG606",
        title: "a test of the toolkit failed",
        headings: &[
            "Toolkit test case execution failed",
            "Toolkit test-case execution failed",
        ],
        means: "One of the certification tests did not pass or did not run; the report names it.",
        causes: &[
            cause(
                "the tests on Linux",
                &[
                    "LNX003", "LNX007", "PART006", "LNX012", "LNX020", "LNX021", "LNX029", "LNX031",
                ],
                "",
                "diagnose the test's own answer",
            ),
            cause(
                "the tests on Windows",
                &["WIN001", "WIN014", "WIN019", "WIN020"],
                "",
                "diagnose the test's own answer",
            ),
        ],
        beyond: "tests of the running machine",
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG607",
        title: "the agent is below the minimum of the FAQ",
        says: &["The minimum Linux agent version is <v> or later"],
        means: "The agent is too old.",
        causes: &[cause(
            "an old agent",
            &["LNX003"],
            "",
            "install the distribution's current agent",
        )],
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG609",
        title: "console is not set to ttyS0",
        says: &[
            "You'll receive this error when the value for console isn't set to ttyS0",
            "value for console isn't set to ttyS0",
        ],
        means: "The kernel's command line has no console=ttyS0.",
        causes: &[cause(
            "the default boot entry does not have it",
            &["LNX007"],
            "",
            "add console=tty1 console=ttyS0,115200n8 and regenerate the boot configuration",
        )],
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG610",
        title: "ClientAliveInterval has a wrong value",
        says: &["there's an inappropriate value for ClientAliveInterval"],
        means: "The value has to be at most 235; 180 is advised.",
        causes: &[cause(
            "another value",
            &["LNX029"],
            "",
            "ClientAliveInterval 180 in /etc/ssh/sshd_config",
        )],
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG611",
        title: "a data disk is too large",
        headings: &["Data disk size verification"],
        says: &["Data disk requests with a size greater than <n> gigabytes (GB) won't be approved"],
        means: "Data disks of an offer have at most 1,023 GB.",
        causes: &[cause(
            "the data disk is larger",
            &["VHD011"],
            "current size",
            "shrink it and convert again",
        )],
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG612",
        title: "the OS disk has a size that is not allowed",
        headings: &["OS disk size validation"],
        means: "1 to 1,023 GB for Linux, 30 to 250 GB for Windows; larger ones need an exception.",
        causes: &[cause(
            "the OS disk is smaller or larger",
            &["VHD010", "VHD013"],
            "current size",
            "shrink or enlarge the raw disk and convert again",
        )],
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG613",
        title: "the patch against WannaCry is missing",
        headings: &[
            "WannaCry patch verification test for Windows",
            "WannaCry patch verification",
        ],
        means: "srv.sys or srv2.sys is older than MS17-010.",
        causes: &[cause(
            "Windows was not updated",
            &["WIN024", "WIN022"],
            "versions of srv.sys and srv2.sys",
            "install all updates, then Sysprep",
        )],
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG615",
        title: "the size is not a multiple of a megabyte",
        headings: &["Image size should be in multiples of megabytes"],
        says: &["All VHDs on Azure must have a virtual size aligned to multiples of 1 megabyte"],
        means: "The current size has to be a multiple of 1,048,576 bytes.",
        causes: &[cause(
            "the raw disk was not aligned, or qemu-img rounded to cylinders",
            &["VHD004"],
            "",
            "round the raw disk up, convert with force_size",
        )],
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG618",
        title: "the first MiB of the disk is not free",
        headings: &["VM images must have 1 MB of free space"],
        says: &["VM images must have 1 MB of free space"],
        means: "Azure Marketplace writes its tag into the first MiB of the disk; partitions and boot code must leave it room, or publishing fails.",
        causes: &[cause(
            "a partition begins before sector 2048, or other data lie there",
            &["PART003", "PART016"],
            "the first partition's start, sectors that are not zero before it",
            "let the first partition begin at 1 MiB",
        )],
        sources: &[D(&FAQ), D(&DLPX)],
        ..BLANK
    },
    Message {
        id: "MSG619",
        title: "default credentials",
        headings: &["Default credentials"],
        means: "An account of the image has a password that everybody could know.",
        causes: &[
            cause(
                "a password in the image",
                &["LNX032", "LNX033", "WIN021"],
                "",
                "passwd -l NAME, or remove the account; on Windows let Azure make the administrator",
            ),
            cause(
                "the product has a default password of its own",
                &[],
                "",
                "let it be set at the first start",
            ),
        ],
        beyond: "passwords of the product itself",
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG620",
        title: "data disks are mapped wrongly",
        headings: &["DataDisk mapped incorrectly"],
        means: "The logical unit numbers of the plan's data disks do not count 0, 1, 2.",
        causes: &[cause(
            "the plan's numbering",
            &["DATA002", "DATA001"],
            "the data disks of the plan, as [[data-disks]] of the configuration declares them",
            "number them from 0 without a gap",
        )],
        beyond: "the plan's list of data disks",
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG622",
        title: "the offer names another system",
        headings: &["Incorrect OS mapping"],
        means: "The plan says another operating system than the image holds.",
        causes: &[cause(
            "the wrong choice in the plan, or the wrong image",
            &["PART013"],
            "/etc/os-release, or the Windows folder",
            "correct the plan, or submit the right image",
        )],
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG623",
        title: "not generalised",
        headings: &["VM not generalized"],
        means: "The image still has the identity of the machine that it was made of.",
        causes: &[cause(
            "the last step was left out, or the machine was started again after it",
            &["LNX041", "WIN003"],
            "",
            "sudo waagent -deprovision+user, or sysprep /generalize /oobe /shutdown; then take the image",
        )],
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG624",
        title: "Remote Desktop does not work",
        headings: &["Remote access issue"],
        means: "Certification could not log in by Remote Desktop.",
        causes: &[cause(
            "Remote Desktop is off, or behind a firewall",
            &["WIN007", "WIN008", "WIN009"],
            "fDenyTSConnections",
            "reg add \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\" /v fDenyTSConnections /t REG_DWORD /d 0 /f",
        )],
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG625",
        title: "a test of network virtual appliances",
        headings: &[
            "Network Virtual Appliance validations",
            "NVA Deployment",
            "NVA Reboot",
            "NVA Redeployment",
            "VNET Peering",
            "Accelerated Networking (AN)",
            "Multi-NIC Basic",
            "Network Disruption",
        ],
        says: &["Network Virtual Appliance validations"],
        means: "These tests run the appliance in a network; a file shows only whether the drivers are there.",
        causes: &[
            cause(
                "drivers for accelerated networking or several cards",
                &["LNX055", "LNX045", "LNX014"],
                "",
                "mlx4, mlx5 and mana drivers in the kernel; DHCP on every card",
            ),
            cause(
                "SSH on port 22 does not answer",
                &["LNX030", "LNX051"],
                "",
                "the tests connect to TCP 22",
            ),
        ],
        beyond: "everything that needs the running appliance",
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG626",
        title: "BitLocker on the OS disk",
        headings: &["BitLocker on the OS disk"],
        says: &["BitLocker Drive Encryption is not supported on the operating system hard disk"],
        means: "An image's OS volume must not be encrypted.",
        causes: &[cause(
            "the volume is encrypted",
            &["PART012"],
            "-FVE-FS- at the start of the volume",
            "Disable-BitLocker -MountPoint C: and wait until it is done, then Sysprep",
        )],
        sources: &[D(&FAQ), D(&QUES)],
        ..BLANK
    },
];
