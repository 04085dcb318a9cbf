//! Sizes: whole MiB, limits of the platform, what converters round.

use crate::diagnose::message::Reference::{Document as D, Thread as T};
use crate::diagnose::message::{BLANK, Message, cause};
use crate::rules::source::{FAQ, QEMU1490611, SUPERR};

const ROUND: &str = "round the raw disk up to a whole MiB (truncate -s), then qemu-img convert -f raw -O vpc -o subformat=fixed,force_size";

pub(super) static MESSAGES: &[Message] = &[
    Message {
        id: "MSG106",
        title: "the virtual size is not a whole number of MiB",
        says: &[
            "The VHD <url> has an unsupported virtual size of <n> bytes. The size must be a whole number (in MBs)",
            "The VHD for disk <d> with blob <url> has an unsupported virtual size of <n> MB. The size must be a whole number in (MBs)",
            "has an unsupported virtual size of <n> MB. The size must be a whole number in (MBs)",
            "has an unsupported virtual size of",
        ],
        means: "The current size in the footer has to be a multiple of 1,048,576 bytes (Azure writes MB and means MiB).",
        causes: &[
            cause(
                "qemu-img without force_size: it rounds up to whole cylinders",
                &["VHD004", "VHD009"],
                "creator `qemu` (with force_size it is `qem2`) and a real geometry in the footer",
                ROUND,
            ),
            cause(
                "the raw disk was no whole number of MiB to begin with",
                &["VHD004"],
                "",
                ROUND,
            ),
        ],
        sources: &[
            T("Azure/azure-xplat-cli#1784", "undated"),
            D(&QEMU1490611),
            T("xmigrate/xmigrate#234", "undated"),
            T("MicrosoftDocs/azure-docs#3913", "undated"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG107",
        title: "the upload minus its footer is not a multiple of a MiB",
        says: &[
            "The upload size in bytes <n> - 512 bytes for the VHD footer <n> must be a multiple of MiB",
        ],
        shared: &["BadRequest"],
        means: "The size that was announced for a direct upload, without the 512 bytes of the footer, is no whole number of MiB.",
        causes: &[
            cause("the disk is no whole number of MiB", &["VHD004"], "", ROUND),
            cause(
                "the file was padded or cut after the conversion",
                &["VHD005", "VHD017"],
                "length of the file against current size + 512",
                "convert the raw disk again; never pad or cut the VHD",
            ),
        ],
        sources: &[
            T("microsoft/AzureStorageExplorer#3029", "2020-05-22"),
            T("MicrosoftDocs/azure-docs#58853", "2020-07-12"),
            T("MicrosoftDocs/azure-docs#48403", "2020-02"),
            T("MicrosoftDocs/azure-docs#55178", "undated"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG108",
        title: "Resize-VHD does not shrink a VHD",
        says: &[
            "resize operation to new size that is smaller than or equal to the current size is supported only on virtual hard disks that are of VHDX format",
        ],
        means: "Hyper-V's cmdlet shrinks VHDX only.",
        causes: &[cause(
            "somebody tries to cut a VHD down to a whole MiB",
            &["VHD004"],
            "a size just above a whole MiB",
            "convert to VHDX, resize, and convert to a fixed VHD",
        )],
        sources: &[T("MicrosoftDocs/azure-docs#48403", "2020-02")],
        ..BLANK
    },
    Message {
        id: "MSG109",
        title: "the size is not a whole number",
        says: &["VHD size cannot be a decimal number"],
        means: "The size in MiB has a fraction, or MB (1,000,000) and MiB (1,048,576) were confused.",
        causes: &[cause(
            "the disk is no whole number of MiB",
            &["VHD004"],
            "its size in bytes, MB and MiB side by side",
            ROUND,
        )],
        sources: &[
            T("MicrosoftDocs/azure-docs#35121", "undated"),
            T("MicrosoftDocs/azure-compute-docs#38", "undated"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG110",
        title: "the disk's size is outside the platform's limits",
        says: &[
            "The specified disk size value of <n> for disk <d> with blob <url> is invalid. Disk size must be between <n> and <n>",
            "Disk size must be between <n> and <n>",
        ],
        codes: &["VHDSizeInvalid"],
        context: &["blob", "vhd"],
        means: "Azure makes no disk of this size.",
        causes: &[
            cause(
                "the disk is smaller than the least or larger than the largest that Azure has",
                &["VHD006", "VHD012"],
                "current size",
                "resize the partitions, then the disk, and convert again",
            ),
            cause(
                "the disk is larger than Marketplace takes",
                &["VHD010", "VHD011"],
                "",
                "shrink the partitions, then the disk",
            ),
        ],
        sources: &[D(&SUPERR)],
        ..BLANK
    },
    Message {
        id: "MSG111",
        title: "the machine asks for a disk that is smaller than the image",
        says: &[
            "Disk with size <n>GB, which is smaller than the size <n>GB of corresponding disk in Image, is not allowed",
            "which is smaller than the size <n> of corresponding disk in Image",
            "The specified disk size <n> GB is smaller than the size of the corresponding disk in the VM image: <n> GB. This is not allowed. Please choose equal or greater size or do not specify an explicit size",
            "is smaller than the size of the corresponding disk in the VM image",
        ],
        shared: &["OperationNotAllowed"],
        means: "A disk that is made of an image cannot be smaller than the image; the deployment states a smaller size.",
        causes: &[
            cause(
                "the template states a size below the image's",
                &["VHD013", "VHD010"],
                "current size against osDisk.diskSizeGB",
                "leave the size out of the template, or state at least the image's",
            ),
            cause(
                "the image is larger than it has to be",
                &["VHD013"],
                "",
                "shrink the file system and the disk: 30 to 50 GB is what Microsoft advises",
            ),
        ],
        beyond: "the deployment's template",
        sources: &[
            D(&SUPERR),
            D(&FAQ),
            T("hitachienergy/epiphany#1049", "2020-03-23"),
            T("Azure/azure-sdk-for-python#23051", "2022-02-14"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG112",
        title: "the length is no multiple of 512 bytes",
        says: &[
            "must be aligned to a 512-byte boundary",
            "size for azure image must be aligned to 512 bytes",
            "Page end offset must be multiple of 512",
        ],
        codes: &["PageBlobInvalidSizeError"],
        means: "A page blob consists of pages of 512 bytes; this file does not.",
        causes: &[
            cause(
                "the file was cut, or others were appended to it",
                &["VHD015", "VHD005", "VHD017"],
                "length of the file modulo 512",
                "convert again; padding only hides the damage",
            ),
            cause(
                "it is no VHD at all that was sent as a page blob",
                &["VHD002"],
                "",
                "send only VHDs as page blobs",
            ),
        ],
        sources: &[
            T("microsoft/AzureStorageExplorer#746", "undated"),
            T("osbuild/images", "undated"),
            T("okd-project/okd#302", "2020-08-14"),
            T("Azure/azure-storage-node#212", "2016-10-13"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG113",
        title: "azure-vhd-utils refuses more than 1 TiB",
        says: &["VHD size is too large (<n>), maximum allowed size is <n>"],
        means: "The limit is the old tool's own; Azure's disks go to 32 TiB, Marketplace's to 1,023 GB.",
        causes: &[cause(
            "the disk is larger than 1 TiB",
            &["VHD012", "VHD010", "VHD011"],
            "current size",
            "upload with azcopy; for Marketplace shrink the disk",
        )],
        sources: &[T("microsoft/azure-vhd-utils/tree/7c30a37", "undated")],
        ..BLANK
    },
    Message {
        id: "MSG114",
        title: "file and managed disk have different sizes",
        says: &[
            "source file is not same size as the destination page blob. Source size is <n> bytes but destination size is <n> bytes",
            "source file is not same size as the destination page blob",
        ],
        means: "azcopy writes into a managed disk that was made for another size than the file has.",
        causes: &[
            cause(
                "the VHD is dynamic, so that the file is smaller than the disk",
                &["VHD003"],
                "disk type in the footer",
                "convert to a fixed VHD",
            ),
            cause(
                "the disk was made for another length",
                &["VHD005"],
                "length of the file against current size + 512",
                "make the disk with --upload-size-bytes set to the length of the file, footer included",
            ),
        ],
        sources: &[T(
            "Azure/azure-storage-azcopy/blob/595529d/ste/sender-pageBlob.go",
            "undated",
        )],
        ..BLANK
    },
    Message {
        id: "MSG117",
        title: "a rounding that adds a MiB too much",
        says: &[
            "rounded_size=((size/MB + 1)*MB)",
            "rounded_size=$(((<x>/MB + 1)*MB))",
            "rounded_size=$((($size/$MB + 1)*$MB))",
        ],
        means: "This line of Microsoft's older instructions adds a MiB even to a size that is whole already, and the conversion without force_size undoes it again.",
        causes: &[cause(
            "the disk was rounded, then converted without force_size",
            &["VHD004"],
            "creator `qemu` in the footer",
            "round up only where it is needed: ceil(size / 1048576) * 1048576; convert with -o subformat=fixed,force_size",
        )],
        sources: &[
            T("MicrosoftDocs/azure-docs#74831", "undated"),
            T("MicrosoftDocs/azure-docs#3913", "undated"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG120",
        title: "a header of the storage request is malformed",
        says: &["The value for one of the HTTP headers is not in the correct format"],
        codes: &["InvalidHeaderValue"],
        context: &["blob", "page", "vhd", "x ms"],
        means: "The storage service refused a request for its headers. With page blobs that is often a range or a length that is no multiple of 512, but other headers give the same answer.",
        causes: &[
            cause(
                "the length is no multiple of 512 bytes",
                &["VHD015", "VHD005"],
                "length of the file modulo 512",
                "convert again",
            ),
            cause(
                "the disk is larger than the target takes",
                &["VHD012"],
                "",
                "make it smaller",
            ),
            cause(
                "the uploader is old, or a header of its own is wrong; no fault of the file",
                &[],
                "the header that the answer names",
                "use a current azcopy",
            ),
        ],
        beyond: "the request's headers",
        sources: &[
            T("Azure/azure-sdk-for-go#331", "2016-05-19"),
            T("Azure/azure-storage-azcopy#1207", "2020-10-12"),
            T("openshift/installer#4034", "2020-07-24"),
        ],
        ..BLANK
    },
];
