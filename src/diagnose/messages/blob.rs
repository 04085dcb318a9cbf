//! The blob and its account: type, name, place, leases, and disks that hang in an upload.

use crate::diagnose::message::Reference::{Document as D, Thread as T};
use crate::diagnose::message::{BLANK, Cause, Message, Role, cause};
use crate::rules::source::{FAQ, SUPERR, VFAQ};

const LOCATION: &[Cause] = &[
    cause(
        "the blob lies in another region, subscription or account than the disk; no fault of the file",
        &[],
        "account, region and subscription of the blob against the disk's",
        "copy the blob into an account of the disk's region and subscription, or name the account with --source-storage-account-id",
    ),
    cause(
        "network rules or rights keep the service from the account",
        &[],
        "the account's firewall and the caller's roles",
        "allow the service, or give it a SAS",
    ),
];

pub(super) static MESSAGES: &[Message] = &[
    Message {
        id: "MSG201",
        aliases: &["MSG603"],
        title: "the VHD was uploaded as a block blob",
        says: &[
            "Disk blobs can only be of type page blob. Blob <b> for disk <d> is of type block blob",
            "Disk blobs can only be of type page blob. Blob <b> is of type <t>",
            "Disk blobs can only be of type page blob",
            "VM provisioning failed because the used blob is a block type instead of a page type",
            "The source blob <url> is not a page blob",
        ],
        headings: &["Invalid blob type"],
        codes: &["IncorrectDiskBlobType", "IncorrectImageBlobType"],
        shared: &["InvalidParameter"],
        means: "Disks are page blobs. A blob's type is fixed when it is made and cannot be changed.",
        causes: &[
            cause(
                "the uploader took the file for a plain one: azcopy recognises disks by .vhd and .vhdx only, drag and drop and some scripts never",
                &["VHD014", "VHD016"],
                "a name that does not end in .vhd",
                "delete the blob; azcopy copy disk.vhd URL --blob-type PageBlob",
            ),
            cause(
                "the image was uploaded while still compressed",
                &["VHD002"],
                "gzip or xz at the start of the file",
                "decompress it, then upload",
            ),
        ],
        beyond: "the type of the blob (x-ms-blob-type of a HEAD request)",
        sources: &[
            D(&SUPERR),
            D(&FAQ),
            T("microsoft/AzureStorageExplorer#1267", "undated"),
            T("okd-project/okd#169", "2020-05-06"),
            T("openshift/installer#3001", "2020-01-28"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG202",
        title: "a page operation on another type of blob",
        says: &["The blob type is invalid for this operation"],
        codes: &["InvalidBlobType"],
        shared: &["HTTP 409"],
        means: "Pages were written to or asked of a blob that is no page blob.",
        causes: &[cause(
            "the blob is a block blob",
            &["VHD014", "VHD016"],
            "",
            "delete it and upload with --blob-type PageBlob",
        )],
        beyond: "the type of the blob",
        sources: &[T("Azure/azure-xplat-cli#2298", "undated")],
        ..BLANK
    },
    Message {
        id: "MSG203",
        title: "the storage account has no page blobs",
        says: &[
            "Page blob is not supported for this account type",
            "Storage account <a> does not support page blobs which are required to create disks",
            "uses <a> which is a Blob storage account. Please retry with General purpose storage account",
        ],
        codes: &[
            "BlobTypeNotSupported",
            "StorageAccountLimitation",
            "StorageAccountTypeNotSupported",
        ],
        means: "The kind of the storage account does not know page blobs. The file has nothing to do with it.",
        causes: &[cause(
            "the account is a blob storage, block blob, file or hierarchical one",
            &[],
            "kind of the account",
            "use a general-purpose account",
        )],
        beyond: "the storage account",
        sources: &[T("Azure/azure-cli#10193", "undated"), D(&SUPERR)],
        ..BLANK
    },
    Message {
        id: "MSG204",
        title: "the blob's name or address has the wrong form",
        says: &[
            "Blob name in URL <u> must end with <e> extension",
            "The URI <u> does not look to be correct blob URI",
            "The blob name in URL <u> contains a slash. This is presently not supported for disks",
            "Container name <c> in URL <u> is invalid. Container names must be 3-63 characters in length",
        ],
        shared: &["InvalidParameter"],
        means: "Azure takes a disk only from a blob that lies directly in its container and whose name ends in .vhd.",
        causes: &[
            cause(
                "the name has another ending, or forbidden characters",
                &["VHD014"],
                "",
                "name it like disk-1.0.vhd",
            ),
            cause(
                "the blob lies in a folder of its container, or the address is not that of a blob",
                &[],
                "the address: https://ACCOUNT.blob.core.windows.net/CONTAINER/NAME.vhd",
                "copy the blob directly into the container",
            ),
        ],
        beyond: "the address",
        sources: &[D(&SUPERR), T("hashicorp/packer#5186", "undated")],
        ..BLANK
    },
    Message {
        id: "MSG205",
        title: "the blob is still being copied",
        says: &[
            "Cannot import source blob <b> since it has not been completely copied yet. Copy status of the blob is <s>",
            "it has not been completely copied yet. Copy status of the blob is",
        ],
        means: "A copy into the blob has not ended.",
        causes: &[cause(
            "the copy is pending or failed; no fault of the file",
            &[],
            "x-ms-copy-status of the blob",
            "wait until it says success; start it again if it failed",
        )],
        beyond: "the state of the copy",
        sources: &[T("pivotal-cf/azure-blobstore-resource#22", "undated")],
        ..BLANK
    },
    Message {
        id: "MSG206",
        title: "the blob is out of the disk's reach",
        says: &[
            "The source blob <u> is not accessible",
            "The source blob <u> does not belong to the same region as the disk",
            "The source blob <u> does not belong to a storage account in subscription <s>",
            "Could not resolve storage account <a>. Please ensure it was created through the Storage Resource Provider in the same location as the compute resource",
            "The disk's VHD must be in the same account as the VHD of the source image",
        ],
        codes: &["StorageAccountLocationMismatch"],
        shared: &["BadRequest"],
        means: "Azure cannot read the blob from where the disk is to be made. The file has nothing to do with it.",
        causes: LOCATION,
        beyond: "region, subscription and network rules of the account",
        sources: &[
            T("hashicorp/terraform-provider-azurerm#4427", "undated"),
            T("microsoft/DefendTheFlag#1", "undated"),
            T("MicrosoftDocs/azure-docs#87994", "2022-02-13"),
            T("MicrosoftDocs/azure-docs#9678", "2018-06-04"),
            T("Azure/vagrant-azure#42", "2014-11-23"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG207",
        title: "there is no such blob",
        says: &[
            "Unable to find VHD blob with URI <u> for disk <d>",
            "Unable to find VHD blob with URI",
        ],
        codes: &["DiskBlobNotFound", "ImageBlobNotFound"],
        means: "Nothing is at the address; names of blobs and containers are case-sensitive.",
        causes: &[cause(
            "a mistyped or moved blob; no fault of the file",
            &[],
            "container and name, letter by letter",
            "correct the address, or upload again",
        )],
        beyond: "what the account holds",
        sources: &[D(&SUPERR)],
        ..BLANK
    },
    Message {
        id: "MSG208",
        title: "the blob is leased or in use",
        says: &[
            "Blob <b> is already in use by another disk belonging to VM <v>",
            "Failed to acquire lease while creating disk <d> using blob with URI <u>. Blob is already in use",
            "is already registered with image repository as the resource",
            "The VHD is used by another internal process",
        ],
        headings: &["Blob in use"],
        codes: &[
            "DiskBlobAlreadyInUseByAnotherDisk",
            "AcquireDiskLeaseFailed",
        ],
        means: "A machine, a disk or an image still holds the blob. The file has nothing to do with it.",
        causes: &[cause(
            "the blob is attached, or a machine was made of it",
            &[],
            "x-ms-lease-state of the blob",
            "delete or detach its user, or submit a copy of the blob",
        )],
        beyond: "leases of the blob",
        sources: &[D(&SUPERR), D(&FAQ), D(&VFAQ)],
        ..BLANK
    },
    Message {
        id: "MSG210",
        title: "a disk hangs in its upload",
        says: &[
            "Storage Explorer was unable to revoke access to a disk",
            "may still be in an 'Active SAS' or 'Active Upload' state",
        ],
        role: Role::FollowUp,
        means: "After an upload that failed the managed disk keeps its write access; until that is revoked it is good for nothing.",
        causes: &[cause(
            "the upload before it failed, or the network did; no fault of the file by itself",
            &[],
            "the message before this one",
            "az disk revoke-access, delete the disk, upload again",
        )],
        beyond: "the state of the managed disk",
        sources: &[
            T("microsoft/AzureStorageExplorer#2221", "2019-11-05"),
            T("microsoft/AzureStorageExplorer#8688", "2025-07-30"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG211",
        title: "an image of a disk that is still being uploaded",
        codes: &["InternalExecutionError"],
        means: "Azure gives this code for many internal faults. When an image is made of a disk just uploaded, the usual one is that the upload's access was not revoked.",
        causes: &[cause(
            "the disk is still in the state of its upload; no fault of the file",
            &[],
            "diskState of the disk: ActiveUpload",
            "az disk revoke-access, then make the image",
        )],
        beyond: "the state of the managed disk",
        sources: &[T("Azure/azure-cli#10192", "2019-08-23")],
        ..BLANK
    },
    Message {
        id: "MSG212",
        title: "azcopy does not know this pair of addresses",
        says: &["the inferred source/destination combination is currently not supported"],
        means: "azcopy could not tell what its two arguments are. The file has nothing to do with it.",
        causes: &[cause(
            "one of the arguments is empty or no address, often an unset variable of the script",
            &[],
            "the command line after the shell expanded it",
            "quote the SAS; check that the variable is set",
        )],
        beyond: "the command line",
        sources: &[T("MicrosoftDocs/azure-docs#39959", "2019-10-02")],
        ..BLANK
    },
    Message {
        id: "MSG213",
        title: "an unmanaged disk without the switch for it",
        says: &[
            "invalid usage for storage profile: create unmanaged OS disk created from generalized VHD",
        ],
        means: "The command line names a blob as image but does not ask for unmanaged disks. The file has nothing to do with it.",
        causes: &[cause(
            "a missing switch",
            &[],
            "",
            "add --use-unmanaged-disk, or better: make a managed image of the blob first",
        )],
        beyond: "the command line",
        sources: &[
            T("MicrosoftDocs/azure-docs#9678", "2018-06-04"),
            T("MicrosoftDocs/azure-docs#48581", "2020-02-20"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG214",
        title: "Add-AzVhd falls over before it uploads",
        says: &[
            "Operation is not supported on this platform",
            "The filename, directory name, or volume label syntax is incorrect. : 'Global",
            "The pipeline was not run because a pipeline is already running",
        ],
        context: &["AzVhd", "Add-AzVhd", "Add-AzureRmVhd"],
        means: "The cmdlet needs Windows for a step after hashing, and fails for reasons of its own elsewhere, too. The file has nothing to do with it.",
        causes: &[
            cause(
                "PowerShell on Linux or macOS",
                &[],
                "",
                "upload with azcopy --blob-type PageBlob, or from Windows",
            ),
            cause(
                "a fault of the cmdlet: the name of its lock, or several uploads in one session",
                &[],
                "Get-Module Az.Compute",
                "update Az.Compute and use a new session, or upload with azcopy --blob-type PageBlob",
            ),
        ],
        beyond: "the machine that uploads",
        sources: &[
            T("Azure/azure-powershell#10549", "2019-11-15"),
            T("Azure/azure-powershell#15653", "2021-08-11"),
            T("MicrosoftDocs/azure-docs#29267", "2019-04-12"),
        ],
        ..BLANK
    },
];
