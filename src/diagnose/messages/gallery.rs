//! Managed images and galleries: generation, generalisation, security type, replication.

use crate::diagnose::message::Reference::{Document as D, Thread as T};
use crate::diagnose::message::{BLANK, Message, cause};
use crate::rules::source::TL;

pub(super) static MESSAGES: &[Message] = &[
    Message {
        id: "MSG901",
        title: "gallery and image do not agree on being generalised",
        says: &["has a different OS state <s> than the parent gallery image OS state <s>"],
        means: "The gallery's definition is for generalised images and the source is specialised, or the other way.",
        causes: &[
            cause(
                "the guest is not generalised",
                &["LNX041", "WIN003"],
                "",
                "waagent -deprovision+user, or Sysprep",
            ),
            cause(
                "the guest is, but the machine was not marked so",
                &[],
                "",
                "az vm deallocate, az vm generalize",
            ),
        ],
        beyond: "the machine's mark in Azure",
        sources: &[T("Azure/azure-cli#24972", "2022-12-23")],
        ..BLANK
    },
    Message {
        id: "MSG902",
        title: "gallery and image are of different generations",
        says: &[
            "has a different Hypervisor generation <g> than the parent gallery image Hypervisor generation",
            "Error with Hyper-V Version validation (cross-generation for multiple Hyper-V Versions is not supported)",
            "has a different Hyper-V Generation: <g>, than source image",
        ],
        means: "The definition says V2 and the source is V1, or the other way; definitions are V2 unless told.",
        causes: &[
            cause(
                "the definition's generation is wrong",
                &[],
                "hyperVGeneration of both",
                "make a definition of the source's generation",
            ),
            cause(
                "the disk can boot the other way only",
                &["PART002", "PART009", "PART010"],
                "",
                "build it for both",
            ),
        ],
        beyond: "the gallery's definition",
        sources: &[
            T(
                "confidential-containers/cloud-api-adaptor#928",
                "2023-05-10",
            ),
            T("MicrosoftDocs/azure-docs#118774", "2024-01-11"),
            T("MicrosoftDocs/azure-compute-docs#189", "2025-03-25"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG903",
        title: "a generalised machine does not start again",
        says: &[
            "is not allowed on VM <v> since the VM is generalized",
            "since the VM is generalized",
        ],
        means: "That is so by design: what was marked as generalised is only good for images.",
        causes: &[cause(
            "the machine itself was marked instead of a copy; no fault of the file",
            &[],
            "",
            "make a new machine of the image",
        )],
        beyond: "the machine's mark in Azure",
        sources: &[T("Azure/azure-powershell#2818", "2016-08-23")],
        ..BLANK
    },
    Message {
        id: "MSG904",
        title: "osProfile is not allowed",
        says: &["Parameter 'osProfile' is not allowed"],
        shared: &["InvalidParameter"],
        means: "User and password were given for a disk that Azure believes to be specialised.",
        causes: &[cause(
            "the image is specialised, or the disk is attached",
            &["LNX041", "WIN003"],
            "",
            "generalise and deploy from the image; or leave osProfile out",
        )],
        beyond: "how the image was registered",
        sources: &[T("Azure/RDS-Templates#580", "2020-11-24")],
        ..BLANK
    },
    Message {
        id: "MSG905",
        title: "security types do not fit",
        says: &[
            "only supports creation of VMs and VM Scale Sets with 'TrustedLaunch' security type",
            "Creation of managed images are not supported for virtual machine with TrustedLaunch security type",
            "Currently only Vhd Blob, User Image and Gallery Image Version sources are supported for <s> images",
            "Currently only Vhd Blob, User Image and Gallery Image Version sources are supported",
        ],
        shared: &["OperationNotAllowed", "BadRequest"],
        means: "Trusted Launch needs generation 2, a gallery, and the same security type in the definition and in the deployment.",
        causes: &[
            cause(
                "definition, source and deployment name different types; no fault of the file",
                &[],
                "SecurityType of the definition, securityProfile of the deployment",
                "name it in the deployment, or make the definition TrustedLaunchSupported; publish to a gallery, not to a managed image",
            ),
            cause(
                "the boot chain is not signed",
                &["LNX056"],
                "",
                "the distribution's signed shim and kernel",
            ),
        ],
        beyond: "the gallery's definition and the deployment",
        sources: &[
            D(&TL),
            T("hashicorp/terraform-provider-azurerm#23148", "2023-09-01"),
            T("hashicorp/packer#13189", "2024-10-18"),
            T("hashicorp/packer-plugin-azure#304", "2023-06-21"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG906",
        title: "the gallery did not replicate",
        says: &["Gallery replication jobs failed in one or more regions"],
        codes: &["InvalidBeginGetAccessForGalleryImageVersionSnapshotResponseFromPIR"],
        means: "The service could not copy the version to a region. The file has nothing to do with it.",
        causes: &[cause(
            "a fault of the service",
            &[],
            "the region that the message names",
            "delete the failed version, publish again; or drop and add the region",
        )],
        beyond: "the service",
        sources: &[
            T("Azure/azure-cli#15539", "2020-10-15"),
            T("hashicorp/packer-plugin-azure#183", "2022-02-10"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG907",
        title: "an image of a blob without its generation",
        says: &["Required parameter 'hyperVGeneration' is missing"],
        shared: &["InvalidParameter"],
        means: "An image that is made of a VHD in a blob has to say whether it boots by BIOS (V1) or UEFI (V2); only the portal and the command line fill it in.",
        causes: &[cause(
            "the call leaves hyperVGeneration out, or puts it below osDisk",
            &["PART002", "PART009", "PART010"],
            "by which generation the disk can boot: EFI/BOOT/BOOTX64.EFI, or boot code and an active partition",
            "properties.hyperVGeneration: V1 or V2, beside storageProfile, as the disk boots",
        )],
        beyond: "the call",
        sources: &[
            T("Azure/azure-sdk-for-python#4891", "2019-04-17"),
            T("Azure/azure-sdk-for-net#10263", "2020-03-03"),
            T("ansible-collections/azure#422", "2021-02-08"),
            T("Azure/bicep#17559", "2025-07-08"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG908",
        title: "the disk is too large for a gallery",
        says: &[
            "The GalleryImageVersion source resource size <n> exceeds the max size <n> supported",
        ],
        codes: &["GallerySourceResourceExceedsMaxSize"],
        means: "A version in a gallery takes disks of up to 2,048 GB (1,024 GB before 2023); Marketplace takes less.",
        causes: &[cause(
            "the disk is larger",
            &["VHD010", "VHD011", "VHD012"],
            "current size",
            "shrink the file system and the disk, and convert again",
        )],
        sources: &[T("MicrosoftDocs/azure-docs#113012", "2023-08-01")],
        ..BLANK
    },
    Message {
        id: "MSG716",
        title: "generation 2 needs managed disks",
        says: &["Generation 2 Hypervisor Image and VM Size can only be used with managed-disk VMs"],
        means: "A machine of generation 2 cannot run from a blob.",
        causes: &[cause(
            "the deployment uses unmanaged disks; no fault of the file",
            &[],
            "",
            "make a managed image or a gallery version of the blob",
        )],
        beyond: "the deployment",
        sources: &[T("microsoft/lisa#222", "undated")],
        ..BLANK
    },
];
