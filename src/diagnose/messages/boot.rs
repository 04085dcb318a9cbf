//! Boot: what firmware, boot loader, kernel and initial RAM disk print when it ends there. These
//! texts are not Azure's: they mean the same everywhere, and say what to look for on Azure.

use crate::diagnose::message::Reference::{Document as D, Page, Thread as T};
use crate::diagnose::message::{BLANK, Message, Reference, cause};
use crate::rules::source::{LISA, UEFI};

const HYPERV: Reference = T(
    "MicrosoftDocs/SupportArticles-docs/blob/main/support/azure/virtual-machines/linux/linux-hyperv-issue.md",
    "2025-09-15",
);
const DRACUT: &str = "dracut -f --add-drivers \"hv_vmbus hv_storvsc hv_netvsc\", or the names in /etc/initramfs-tools/modules and update-initramfs -u";

pub(super) static MESSAGES: &[Message] = &[
    Message {
        id: "MSG704",
        title: "the kernel panics, or the boot loader stops",
        says: &[
            "found panic in serial log. You can check the panic details from the serial console log",
            "Kernel panic - not syncing",
            "VFS: Cannot open root device <d> or unknown-block",
            "VFS: Unable to mount root fs on unknown-block",
            "Synchronous Exception at",
            "The operating system has halted",
            "Entering rescue mode",
            "symbol <s> not found <x> grub rescue",
            "error: symbol 'grub_file_filters' not found",
        ],
        headings: &["grub>", "grub rescue>"],
        codes: &["KernelPanicException"],
        shared: &["OSProvisioningTimedOut"],
        means: "The machine ends before the system runs. The lines before this one say where: no root disk, a boot loader without its files, a driver.",
        causes: &[
            cause(
                "the kernel finds no root disk: no initial RAM disk, or one without Hyper-V's drivers",
                &["LNX015", "LNX014", "LNX038"],
                "a list of partitions without sda, unknown-block(0,0)",
                DRACUT,
            ),
            cause(
                "the boot loader does not find its files, or does not fit its modules",
                &["PART010", "PART009", "PART002"],
                "grub rescue>, /boot on another partition than GRUB believes",
                "grub-install onto the image's own disk and regenerate its configuration",
            ),
            cause(
                "an old kernel with a fault in Hyper-V's drivers",
                &["LNX018", "LNX014"],
                "hv_ in the trace",
                "update the kernel",
            ),
        ],
        beyond: "the serial log of the deployed machine",
        sources: &[
            D(&LISA),
            T("microsoft/azure-linux-kernel#48", "2025-03-01"),
            T("elitak/nixos-infect#60", "2020-09-10"),
            Page(
                "MicrosoftDocs/SupportArticles-docs: troubleshoot-vm-boot-error.md",
                "2024-05-30",
                "https://github.com/MicrosoftDocs/SupportArticles-docs",
            ),
        ],
        ..BLANK
    },
    Message {
        id: "MSG709",
        title: "the root file system is not mounted",
        says: &[
            "found root filesystem mount failure in serial log",
            "dracut-initqueue timeout - starting timeout scripts",
            "dracut-initqueue: Warning: Could not boot",
        ],
        codes: &["RootFsMountFailedException"],
        shared: &["OSProvisioningTimedOut"],
        means: "The initial RAM disk waited for the root device in vain.",
        causes: &[
            cause(
                "Hyper-V's storage driver is not in it, or switched off",
                &["LNX015", "LNX014"],
                "",
                DRACUT,
            ),
            cause(
                "root= or /etc/fstab names something that is not in the image",
                &["LNX038"],
                "UUIDs and volume groups against the file systems",
                "root=UUID= of the image's own root",
            ),
            cause(
                "the file system is damaged",
                &["PART011"],
                "",
                "check it before the conversion",
            ),
        ],
        beyond: "the serial log of the deployed machine",
        sources: &[D(&LISA), HYPERV, T("Azure/WALinuxAgent#863", "2017-08-28")],
        ..BLANK
    },
    Message {
        id: "MSG710",
        title: "the root device does not exist",
        says: &[
            "Warning: /dev/<d> does not exist",
            "ALERT! <d> does not exist. Dropping to a shell",
            "does not exist. Dropping to a shell",
            "hang forever waiting for /dev/PARTUUID",
            "Gave up waiting for root file system device",
            "Gave up waiting for root device",
        ],
        means: "The initial RAM disk does not see the device that root= names. The text is the same on every platform; on Azure it is nearly always a missing driver.",
        causes: &[
            cause(
                "the image was built outside Hyper-V, and the initial RAM disk has that machine's drivers only",
                &["LNX015", "LNX014"],
                "hv_vmbus and hv_storvsc in it",
                DRACUT,
            ),
            cause(
                "root= names a device of the build machine",
                &["LNX038"],
                "/dev/sda2, /dev/mapper/loop…, a UUID that no file system has",
                "root=UUID= of the image's own root",
            ),
            cause("the disk comes late", &["LNX009"], "", "rootdelay=300"),
        ],
        sources: &[
            HYPERV,
            T("Azure/WALinuxAgent#863", "2017-08-28"),
            T("microsoft/azurelinux#75", "undated"),
            T("dracutdevs/dracut#942", "undated"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG711",
        title: "image and machine are of different generations",
        says: &[
            "cannot boot Hypervisor Generation <g>",
            "The selected VM size <s> cannot boot Hypervisor Generation",
        ],
        means: "Generation 1 boots by BIOS, generation 2 by UEFI; the image is registered as the one, the machine's size can do the other only.",
        causes: &[
            cause(
                "the disk can boot the other way only",
                &["PART002", "PART009", "PART010"],
                "EFI/BOOT/BOOTX64.EFI in the EFI system partition; boot code and an active partition",
                "build the disk for both, or register it as what it is (--hyper-v-generation)",
            ),
            cause(
                "the image was registered as the wrong generation, or the size does not fit",
                &[],
                "hyperVGeneration of the image",
                "register it anew, or take another size",
            ),
        ],
        beyond: "the generation that the image was registered as",
        sources: &[
            T("openshift/installer#5918", "undated"),
            T("MicrosoftDocs/azure-docs#36004", "undated"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG712",
        title: "Secure Boot refuses the boot loader",
        says: &[
            "prevented from booting due to secure boot validation failure",
            "one or more components of the Operating System are not signed",
        ],
        means: "The firmware found a boot component that is not signed by a key that it trusts.",
        causes: &[cause(
            "shim, GRUB, kernel or unified image is unsigned, or signed by another key",
            &["LNX056"],
            "the signature and its signer",
            "the distribution's signed shim and kernel, or a size and plan without Secure Boot",
        )],
        beyond: "the keys of the machine's firmware",
        sources: &[
            T("gardenlinux/gardenlinux#345", "undated"),
            T("gardenlinux/gardenlinux#2287", "undated"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG719",
        title: "the copy of the partition table is not at the end",
        says: &["GPT: Use GNU Parted to correct GPT errors"],
        means: "The kernel found GPT's second copy before the end of the disk. It boots, and certification's tests tolerate the line.",
        causes: &[cause(
            "the disk was enlarged after the table was written, or a tool read the .vhd as a raw disk, 512 bytes too long",
            &["PART005"],
            "the backup header at the last sector",
            "sgdisk -e disk.raw before the conversion",
        )],
        sources: &[D(&UEFI), T("coreos/coreos-assembler#1131", "undated")],
        ..BLANK
    },
    Message {
        id: "MSG724",
        title: "a mount at boot fails, and the machine waits in emergency mode",
        says: &[
            "Cannot open access to console, the root account is locked",
            "You are in emergency mode",
            "Failed to mount /boot/efi",
            "Dependency failed for Local File Systems",
        ],
        means: "systemd stopped because a file system of /etc/fstab is missing or cannot be mounted. That root is locked is right: nothing has to be done about that.",
        causes: &[
            cause(
                "a line of /etc/fstab without nofail names something that is not there",
                &["LNX038", "DATA006"],
                "the mount that failed, some lines above",
                "nofail on every file system but root; UUIDs of the image's own",
            ),
            cause(
                "vfat was switched off by a hardening guide, so that /boot/efi fails",
                &["LNX016"],
                "install vfat /bin/true in /etc/modprobe.d",
                "remove that line",
            ),
            cause(
                "the file system is damaged",
                &["PART011"],
                "",
                "check it before the conversion",
            ),
        ],
        sources: &[
            T("kernelci/kernelci-project#267", "2023-11-03"),
            Page(
                "Azure Linux VM fails to boot after VFAT is disabled",
                "undated",
                "https://learn.microsoft.com/troubleshoot/azure/virtual-machines/linux/vfat-disabled-boot-issues",
            ),
        ],
        ..BLANK
    },
    Message {
        id: "MSG725",
        title: "the firmware finds nothing to boot",
        says: &[
            "The boot loader did not load an operating system",
            "No operating system was loaded. Your virtual machine may be configured incorrectly",
        ],
        means: "UEFI (generation 2) found no boot loader on the disk.",
        causes: &[
            cause(
                "no EFI system partition, or no EFI/BOOT/BOOTX64.EFI in it",
                &["PART009", "PART002"],
                "",
                "put shim or GRUB there: grub-install --removable",
            ),
            cause(
                "the EFI system partition is damaged",
                &["PART011", "PART001"],
                "",
                "make it anew",
            ),
        ],
        sources: &[Page(
            "MicrosoftDocs/SupportArticles-docs: azure-linux-vm-uefi-boot-failures.md",
            "2022-06-27",
            "https://github.com/MicrosoftDocs/SupportArticles-docs",
        )],
        ..BLANK
    },
    Message {
        id: "MSG726",
        title: "Ignition waits for a disc of generation 1",
        says: &["open /dev/disk/by-id/ata-Virtual_CD: no such file or directory"],
        means: "Old Ignition knows the provisioning disc by its name on generation 1 only, and waits for ever on generation 2.",
        causes: &[cause(
            "an old Ignition on generation 2",
            &["PART002", "LNX016"],
            "",
            "a newer Ignition, or generation 1",
        )],
        beyond: "the generation that the image was registered as",
        sources: &[T("coreos/ignition#1194", "2021-04-29")],
        ..BLANK
    },
    Message {
        id: "MSG727",
        title: "the builder cannot mount the root volume",
        says: &["error mounting root volume: exit status"],
        means: "Packer's chroot builder mounts plain partitions only.",
        causes: &[
            cause(
                "root lies on a logical volume",
                &["PART008"],
                "",
                "a plain root partition",
            ),
            cause(
                "the file system is damaged or unknown to the builder's kernel",
                &["PART011"],
                "",
                "check it",
            ),
        ],
        sources: &[T("hashicorp/packer-plugin-azure#510", "2025-07-15")],
        ..BLANK
    },
];
