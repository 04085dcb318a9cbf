//! What Microsoft's open test suite (LISA) says of disks, kernel, logs and the running machine.

use crate::diagnose::message::Reference::{Document as D, Thread as T};
use crate::diagnose::message::{BLANK, Message, Role, cause};
use crate::rules::source::{BW504, LISA};

pub(super) static MESSAGES: &[Message] = &[
    Message {
        id: "MSG422",
        title: "swap on the OS disk",
        says: &[
            "Swap partition/file <f> is found on OS disk partition or logical device <p>",
            "Swap partition <p> is found on OS disk",
            "There should be no Swap Partition on OS Disk",
            "Failed to get the device name for swap partition/file",
        ],
        shared: &["200.3.3.3", "200.3.3"],
        means: "A machine that swaps onto its OS disk uses up the disk's few operations a second. Swap belongs onto the resource disk.",
        causes: &[
            cause(
                "a swap partition or logical volume",
                &["PART006"],
                "partition type 0x82 or 0657FD6D",
                "remove the partition and its line in /etc/fstab",
            ),
            cause(
                "a swap file, or one that is made at the first boot: the test looks after it",
                &["LNX012"],
                "/etc/fstab, cloud-init's swap:, a unit or script; a file below /mnt that was written before the resource disk was mounted there",
                "remove it; let the agent make swap: ResourceDisk.EnableSwap=y, or cloud-init on the resource disk",
            ),
        ],
        sources: &[
            D(&LISA),
            D(&BW504),
            T("scylladb/scylla-machine-image#431", "2023-01-28"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG423",
        title: "the test cannot tell which disk is the OS disk",
        says: &[
            "Could not identify OS disk for swap validation",
            "Failed to get disk information for OS disk identification",
        ],
        means: "The layout of the disk is beyond the test, for instance subvolumes of btrfs as root.",
        causes: &[cause(
            "an unusual layout",
            &["PART001", "PART007", "PART008"],
            "",
            "use one plain root partition",
        )],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG424",
        title: "kernel options are missing",
        says: &["Not enabled essential kernel modules for Hyper-V"],
        means: "The kernel was built without something that Azure needs, such as watchdog or CIFS.",
        causes: &[cause(
            "a kernel of one's own",
            &["LNX017", "LNX014"],
            "/boot/config-VERSION, modules.builtin",
            "use the distribution's kernel for Azure, or set the options",
        )],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG425",
        title: "errors in the boot log",
        says: &["unexpected error/failure/warnings shown up in bootup log"],
        means: "The log of the first boot holds lines that the test does not know as harmless.",
        causes: &[cause(
            "drivers, services or hardware that do not fit Azure",
            &["LNX060"],
            "the lines that the test printed",
            "silence or mend what prints them",
        )],
        beyond: "the boot itself",
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG426",
        title: "cloud-init ends with errors",
        says: &[
            "unexpected ERROR/WARNING shown up in cloud-init.log",
            "cloud-init exit status failed with",
            "cloud-init.log not exists",
        ],
        means: "cloud-init logged errors, or its state is degraded.",
        causes: &[
            cause(
                "the state of the build machine is left, such as a dangling /var/lib/cloud/instance",
                &["LNX043"],
                "/var/lib/cloud",
                "cloud-init clean --logs --machine-id",
            ),
            cause(
                "its configuration has faults",
                &["LNX034", "LNX060"],
                "",
                "cloud-init schema --system",
            ),
        ],
        beyond: "the boot itself",
        sources: &[D(&LISA), T("bitwarden/self-host#518", "undated")],
        ..BLANK
    },
    Message {
        id: "MSG427",
        title: "the resource disk lacks its warning file",
        says: &[
            "lost+found should be present",
            "DATALOSS_WARNING_README.txt should be present",
            "'WARNING: THIS IS A TEMPORARY DISK' should be present in",
        ],
        means: "The agent or cloud-init did not format and mount the resource disk.",
        causes: &[cause(
            "nothing is configured to do it",
            &["LNX057"],
            "ResourceDisk.Format in /etc/waagent.conf, mounts: of cloud-init",
            "leave it to the one of the two that provisions",
        )],
        beyond: "the running machine",
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG428",
        title: "the resource disk is still NTFS",
        says: &[
            "Resource disk file system type should not equal to ntfs",
            "mount: unknown filesystem type 'ntfs'",
        ],
        means: "The resource disk comes formatted with NTFS, and nothing formatted it anew before it was mounted.",
        causes: &[cause(
            "a line in /etc/fstab, or a mount before the agent or cloud-init is done",
            &["LNX057", "LNX038"],
            "",
            "no line of one's own for the resource disk; else with nofail,x-systemd.requires=cloud-init.service",
        )],
        beyond: "the running machine",
        sources: &[D(&LISA), T("Azure/WALinuxAgent#904", "2017-10-10")],
        ..BLANK
    },
    Message {
        id: "MSG430",
        title: "Hyper-V's drivers are not in the initial RAM disk",
        says: &["Required Hyper-V modules are missing from initrd"],
        means: "Without hv_vmbus and hv_storvsc in it, the machine does not find its root disk.",
        causes: &[cause(
            "the initial RAM disk was made for the build machine only",
            &["LNX015", "LNX014"],
            "",
            "dracut -f --add-drivers \"hv_vmbus hv_storvsc hv_netvsc\", or the names in /etc/initramfs-tools/modules and update-initramfs -u",
        )],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG431",
        title: "Hyper-V's drivers are missing",
        says: &["Not all Hyper V drivers are present"],
        means: "The kernel has no drivers for Azure's disk, network or host channel.",
        causes: &[cause(
            "a kernel without them, or without its modules package",
            &["LNX014", "LNX017"],
            "",
            "install the distribution's kernel with all of its modules",
        )],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG432",
        title: "the integration services' versions differ",
        says: &["Version of <m> does not match LIS version"],
        means: "The microsoft-hyper-v package and its modules are not of one version.",
        causes: &[cause(
            "an update of half of it",
            &["LNX014"],
            "",
            "update or remove the package: current kernels have the drivers",
        )],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG433",
        title: "swap is not as the agent's configuration says",
        says: &["swap configuration from waagent.conf and distro should match"],
        means: "The agent is told to make swap, or not to, and the machine has it the other way.",
        causes: &[cause(
            "swap from elsewhere, or the agent does not do the resource disk",
            &["LNX012", "LNX057"],
            "",
            "set ResourceDisk.EnableSwap to what is meant, and remove all other swap",
        )],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG434",
        title: "the disks' time-out is not as the agent's configuration says",
        says: &["timeout from waagent.conf and distro should match"],
        means: "OS.RootDeviceScsiTimeout, 300 seconds, was not set on the disks.",
        causes: &[cause(
            "the agent's setting is missing or the agent does not run",
            &["LNX006", "LNX004"],
            "",
            "OS.RootDeviceScsiTimeout=300 in /etc/waagent.conf",
        )],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG435",
        title: "the boot log names another root",
        says: &["should be present in dmesg/journalctl output"],
        context: &["root", "uuid", "partuuid"],
        means: "The root= of the command line is none of the names of the partition that is mounted as root.",
        causes: &[cause(
            "root= was kept from the build machine",
            &["LNX038"],
            "root= and /etc/fstab against the UUIDs of the file systems",
            "root=UUID= of the image's own root; regenerate the boot configuration",
        )],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG436",
        title: "/etc/fstab names another root",
        says: &[
            "One of <x> should be present in fstab",
            "os_partition_info.part_uuid} /' should be present in fstab",
        ],
        means: "The line for / in /etc/fstab is none of the names of the partition that is mounted as root.",
        causes: &[cause(
            "/etc/fstab was kept from the build machine, or has a device name",
            &["LNX038"],
            "",
            "UUID= of the image's own root",
        )],
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG438",
        title: "port 22 never opens",
        says: &[
            "cannot connect to TCP port: <x> error code: <n>, no panic found in serial log during bootup",
            "cannot connect to TCP port: <x> error code: <n>, no panic found in serial log during reboot",
            "cannot connect to TCP port",
        ],
        role: Role::FollowUp,
        means: "The machine was deployed, and did not panic, but SSH never answered: it hangs in the boot, has no network, or no SSH server.",
        causes: &[
            cause(
                "no network: no DHCP on eth0, no driver for the card",
                &["LNX045", "LNX014", "LNX046"],
                "the serial log after `Network`",
                "DHCP on eth0; hv_netvsc in the kernel",
            ),
            cause(
                "the SSH server does not start",
                &["LNX030", "LNX042"],
                "",
                "systemctl enable ssh (or sshd); let host keys be made at the first boot",
            ),
            cause("a firewall of the image", &["LNX051"], "", "allow TCP 22"),
            cause(
                "it does not get as far: root not found, boot path wrong for the generation",
                &[
                    "LNX015", "LNX016", "PART001", "PART002", "PART009", "PART010",
                ],
                "the last lines of the serial log",
                "see what they say",
            ),
        ],
        beyond: "the serial log of the deployed machine",
        sources: &[D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG718",
        title: "the network does not come back after a reload of its driver",
        says: &["after_reload_netvsc found panic in serial log"],
        means: "The test unloads and loads hv_netvsc. In the published case there was no panic: a harmless line looked like one, and eth0 stayed down.",
        causes: &[cause(
            "eth0 is not brought up again by the network's service",
            &["LNX045", "LNX014"],
            "",
            "let the distribution's network service care for eth0, not a script of one's own",
        )],
        beyond: "the running machine",
        sources: &[D(&LISA)],
        ..BLANK
    },
];
