//! Provisioning: what Azure says when a machine does not report ready, and why.

use crate::diagnose::message::Reference::{Document as D, Thread as T};
use crate::diagnose::message::{BLANK, Message, Role, cause};
use crate::rules::source::{DEPLOY, LISA, SUPERR, WAA2025};

pub(super) static MESSAGES: &[Message] = &[
    Message {
        id: "MSG701",
        title: "provisioning did not finish in time",
        says: &[
            "OS Provisioning for VM <v> did not finish in the allotted time. The VM may still finish provisioning successfully. Please check provisioning state later",
            "did not finish in the allotted time",
        ],
        codes: &["OSProvisioningTimedOut"],
        context: &["provisioning", "OSProvisioningTimedOut"],
        role: Role::FollowUp,
        means: "Azure made the machine, started it, and heard nothing from the guest: it does not boot, has no network, or nothing in it provisions.",
        causes: &[
            cause(
                "the image is not generalised",
                &["LNX041", "WIN003"],
                "",
                "waagent -deprovision+user, or sysprep /generalize /oobe /shutdown, as the last step",
            ),
            cause(
                "nothing in it provisions: agent or cloud-init missing, disabled, or each waiting for the other",
                &["LNX034", "LNX004", "WIN026"],
                "Provisioning.Agent in /etc/waagent.conf, units, datasource_list",
                "enable the one that is to provision",
            ),
            cause(
                "the provisioning disc cannot be read",
                &["LNX016", "LNX011", "WIN015"],
                "udf in /etc/modprobe.d, the CD-ROM driver",
                "allow udf, sr_mod and ata_piix",
            ),
            cause(
                "it does not find its root disk",
                &["LNX015", "LNX014", "LNX038", "WIN027"],
                "the serial log's last lines",
                "Hyper-V's drivers in the initial RAM disk; root= and /etc/fstab by UUID",
            ),
            cause(
                "the boot path does not fit the generation",
                &["PART002", "PART009", "PART010", "WIN016"],
                "",
                "EFI/BOOT/BOOTX64.EFI for generation 2, an active boot partition for generation 1",
            ),
            cause(
                "no network",
                &["LNX045", "LNX048", "WIN014"],
                "",
                "DHCP on the first card",
            ),
        ],
        beyond: "the serial log of the deployed machine, which says where it stopped",
        sources: &[D(&SUPERR), T("saltstack/salt#46246", "2018-03-05")],
        ..BLANK
    },
    Message {
        id: "MSG702",
        title: "the image is not generalised",
        says: &[
            "OS Provisioning for VM <v> did not finish in the allotted time. However, the VM guest agent was detected running. This suggests the guest OS has not been properly prepared to be used as a VM image",
            "However, the VM guest agent was detected running. This suggests the guest OS has not been properly prepared",
            "OS provisioning for VM <v> failed. Error details: <e> Make sure the image has been properly prepared (generalized)",
        ],
        shared: &["OSProvisioningTimedOut", "OSProvisioningClientError"],
        means: "The guest started as the machine that it was before: it was used as an image without having been generalised.",
        causes: &[
            cause(
                "a Linux that was not deprovisioned",
                &["LNX041"],
                "host keys, /var/lib/waagent, cloud-init's instance, users",
                "sudo waagent -deprovision+user as the last step",
            ),
            cause(
                "a Windows without Sysprep, or one that was started again after it",
                &["WIN003", "WIN004"],
                "ImageState",
                "sysprep /generalize /oobe /shutdown, and no start after it",
            ),
            cause(
                "the disk is meant to be used as it is",
                &[],
                "",
                "attach it as a disk (CreateOption Attach), or make a specialised gallery image",
            ),
        ],
        sources: &[
            D(&SUPERR),
            T("hashicorp/packer#4221", "undated"),
            T("Azure/azure-cli#29203", "undated"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG703",
        title: "provisioning failed for an internal error",
        says: &["OS Provisioning failed for VM <v> due to an internal error"],
        codes: &["OSProvisioningInternalError"],
        role: Role::FollowUp,
        means: "The guest reported that its agent fell over; the details, where there are any, say at what.",
        causes: &[
            cause(
                "the agent met a network that it did not expect, such as a card without its ifcfg file",
                &["LNX045", "LNX046"],
                "the first ERROR in /var/log/waagent.log",
                "DHCP on eth0, no kept names of cards",
            ),
            cause(
                "agent and cloud-init do not agree on who provisions",
                &["LNX034", "LNX006"],
                "",
                "Provisioning.Agent=auto",
            ),
        ],
        beyond: "the agent's log of the deployed machine",
        sources: &[D(&SUPERR), D(&LISA)],
        ..BLANK
    },
    Message {
        id: "MSG705",
        title: "the provisioning disc cannot be mounted",
        says: &[
            "/dev/sr0 was not mountable",
            "No Azure metadata found",
            "Error mounting dvd: [OSUtilError] Failed to mount dvd device",
            "mount: unknown filesystem type 'udf'",
            "Command result was mount: you must specify the filesystem type",
            "Failed to mount dvd device <x> wrong fs type",
        ],
        means: "Azure hands user, password and custom data to the guest on a virtual disc with UDF, and the guest could not mount it.",
        causes: &[
            cause(
                "a hardening guide switched udf (or vfat) off",
                &["LNX016"],
                "install udf /bin/true, or blacklist udf, in /etc/modprobe.d",
                "remove that line; cloud-init from 21.2 on does without udf if there are SSH keys and no custom data",
            ),
            cause(
                "the CD-ROM driver is missing or switched off",
                &["LNX016", "LNX011"],
                "sr_mod, ata_piix; libata.atapi_enabled=0",
                "put the drivers in, remove the argument",
            ),
        ],
        sources: &[
            D(&DEPLOY),
            D(&WAA2025),
            T("Azure/WALinuxAgent#246", "2016-06-17"),
            T("Azure/WALinuxAgent#1032", "2018-02-04"),
            T("ansible-lockdown/RHEL7-CIS#85", "undated"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG706",
        title: "there is no disc device",
        says: &[
            "Failed to get dvd device from /dev",
            "Error reading file /mnt/cdrom/secure/ovf-env.xml",
            "Failed to copy ovf-env.xml: <x> Failed to get dvd device",
            "The following devices were found, but none matched the pattern",
        ],
        context: &["dvd", "cdrom", "ovf", "waagent", "sr"],
        means: "The guest has no device for the provisioning disc.",
        causes: &[
            cause(
                "no CD-ROM driver in the kernel, or it is switched off",
                &["LNX016", "LNX011"],
                "sr_mod, cdrom, ata_piix; libata.atapi_enabled=0",
                "put the drivers in, remove the argument",
            ),
            cause(
                "the machine was made by attaching the disk, not of an image: then there is no disc",
                &["LNX041"],
                "",
                "make an image of the disk, deploy from that",
            ),
        ],
        sources: &[
            T("MicrosoftDocs/azure-docs#12407", "undated"),
            T("Azure/WALinuxAgent#978", "undated"),
            T("Azure/WALinuxAgent#2831", "2023-06-01"),
            T("Azure/WALinuxAgent#2833", "2023-06-02"),
            T("Azure/WALinuxAgent#676", "2017-04-19"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG720",
        title: "the disc was ejected already",
        says: &["no medium found on /dev/sr0"],
        role: Role::FollowUp,
        means: "The agent ejects the disc when it has read it. This text is its second try: something else made it fall over before.",
        causes: &[
            cause(
                "the first error was the network's",
                &["LNX045", "LNX046", "LNX014"],
                "the first ERROR in /var/log/waagent.log",
                "DHCP on eth0, no kept names of cards",
            ),
            cause(
                "agent and cloud-init both provision",
                &["LNX034"],
                "",
                "let one of them do it",
            ),
            cause("the disc's driver", &["LNX016"], "", "sr_mod and udf"),
        ],
        beyond: "the agent's log of the deployed machine",
        sources: &[
            T("Azure/WALinuxAgent#1461", "2019-02-09"),
            T("Azure/WALinuxAgent#1456", "2019-02-04"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG707",
        title: "the agent waits for cloud-init",
        says: &[
            "Waiting for cloud-init to copy ovf-env.xml",
            "cloud-init does not appear to be running",
        ],
        means: "The agent leaves provisioning to cloud-init, and cloud-init does not do it.",
        causes: &[
            cause(
                "cloud-init is not installed, disabled, or has no Azure among its sources",
                &["LNX034"],
                "Provisioning.Agent, /etc/cloud/cloud-init.disabled, datasource_list",
                "enable cloud-init with datasource_list: [ Azure ], or let the agent provision",
            ),
            cause(
                "the agent's settings",
                &["LNX006"],
                "",
                "Provisioning.Agent=auto",
            ),
        ],
        sources: &[D(&DEPLOY)],
        ..BLANK
    },
    Message {
        id: "MSG721",
        title: "cloud-init finds no source of its data",
        says: &[
            "Can not apply stage <s>, no datasource found! Likely bad things to come",
            "no datasource found! Likely bad things to come",
            "Looking for data source in: [{'datasource_list': None}",
            "A new feature in cloud-init identified possible datasources for this system as",
            "However, the datasource used was: Azure",
        ],
        means: "cloud-init did not recognise that it runs in Azure, or only guessed it: newer versions use no source that they neither identified nor were told.",
        causes: &[
            cause(
                "Azure is not among its sources, or the disc cannot be read",
                &["LNX034", "LNX016"],
                "/etc/cloud/cloud.cfg.d: datasource_list, and whether it can be parsed: `None` in the log means that it could not",
                "datasource_list: [ Azure ], on one line",
            ),
            cause(
                "the state of the build machine is left",
                &["LNX043"],
                "/var/lib/cloud, /etc/cloud/cloud.cfg.d/99-*",
                "cloud-init clean --logs --machine-id",
            ),
        ],
        sources: &[
            T("Azure/WALinuxAgent#1359", "2018-11-13"),
            T("canonical/cloud-init#3360", "2019-03-25"),
            T("osbuild/image-builder#398", "2024-01-23"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG708",
        title: "dhclient may not be run",
        says: &[
            "dhclient <x> Errno 13] Permission denied",
            "/var/tmp/cloud-init/<x>/dhclient: Permission denied",
        ],
        means: "Old cloud-init copies the DHCP client into /var/tmp and runs it there, which noexec forbids.",
        causes: &[cause(
            "noexec on /var/tmp with cloud-init before 20.3",
            &["LNX062"],
            "",
            "update cloud-init, or drop noexec there",
        )],
        sources: &[D(&DEPLOY), T("canonical/cloud-init#3956", "undated")],
        ..BLANK
    },
    Message {
        id: "MSG722",
        title: "cloud-init gets no address",
        says: &[
            "Azure datasource failure occurred: result=error|reason=<r>",
            "reason=failure to find primary DHCP interface",
            "reason=failure to obtain DHCP lease",
            "Failed to obtain DHCP lease (iface=<i>)",
            "azure.py[WARNING]: Interface not found for DHCP",
        ],
        means: "cloud-init asks for an address before anything else, and got none on the first card.",
        causes: &[
            cause(
                "the card's driver is missing or switched off",
                &["LNX014"],
                "hv_netvsc in /etc/modprobe.d",
                "put it in, allow it",
            ),
            cause(
                "the DHCP client is missing, restricted, or does not ask for Azure's routes",
                &["LNX048", "LNX062"],
                "option rfc3442-classless-static-routes in dhclient.conf",
                "add `option rfc3442-classless-static-routes code 121 = array of unsigned integer 8;`, or use another client",
            ),
            cause(
                "the network's configuration",
                &["LNX045"],
                "",
                "DHCP on eth0",
            ),
        ],
        beyond: "the network of the deployed machine",
        sources: &[
            T("microsoft/azurelinux#8334", "2024-03-11"),
            T("canonical/cloud-init#6875", "2026-05-09"),
            T("NetworkConfiguration/dhcpcd#427", "2024-12-23"),
            T("MicrosoftDocs/azure-compute-docs#212", "2025-04-28"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG723",
        title: "cloud-init looks for the build machine's card",
        says: &[
            "Failed to rename devices: <x> Cannot rename mac=",
            "Cannot rename mac=",
        ],
        means: "cloud-init kept the hardware address of another machine's card, or the card has no driver.",
        causes: &[
            cause(
                "the state of the build machine is left",
                &["LNX043", "LNX046"],
                "obj.pkl in /var/lib/cloud, apply_network_config: false",
                "cloud-init clean --logs --machine-id",
            ),
            cause(
                "hv_netvsc is missing or switched off",
                &["LNX014"],
                "/etc/modprobe.d",
                "allow it and rebuild the initial RAM disk",
            ),
        ],
        sources: &[T(
            "MicrosoftDocs/SupportArticles-docs/blob/main/support/azure/virtual-machines/linux/linux-hyperv-issue.md",
            "2025-09-15",
        )],
        ..BLANK
    },
    Message {
        id: "MSG714",
        title: "the guest reported a fault of provisioning or of an extension",
        says: &[
            "OS Provisioning failed for VM <v> because the guest OS is currently being provisioned",
            "VM <v> has not reported status for VM agent or extensions. Please verify the VM has a running VM agent",
            "has not reported status for VM agent or extensions",
            "Provisioning of VM extension <e> has timed out",
            "VM has reported a failure when processing extension",
            "Capture operation cannot be completed because the VM is not generalized",
            "The operation 'Create Image' requires the Virtual Machine <v> to be Generalized",
            "requires the Virtual Machine <v> to be Generalized",
        ],
        codes: &[
            "OSProvisioningClientError",
            "VMAgentStatusCommunicationError",
            "VMExtensionProvisioningTimeout",
            "VMExtensionProvisioningError",
        ],
        shared: &["OperationNotAllowed"],
        means: "The text says which part: the agent does not report, an extension failed, or the machine was to be captured before it was generalised.",
        causes: &[
            cause(
                "the agent does not run or has no way to Azure",
                &["LNX003", "LNX004", "WIN026", "LNX045", "LNX051"],
                "",
                "a current agent, and outgoing connections to 168.63.129.16 and storage",
            ),
            cause(
                "extensions are switched off, or lack Python",
                &["LNX006", "LNX021"],
                "",
                "Extensions.Enabled=y; install python3",
            ),
            cause(
                "the machine is not generalised",
                &["LNX041", "WIN003"],
                "",
                "deprovision or Sysprep, deallocate, az vm generalize, capture",
            ),
        ],
        beyond: "the agent's log of the deployed machine",
        sources: &[D(&SUPERR), T("ansible/ansible#37158", "2018-03-08")],
        ..BLANK
    },
];
