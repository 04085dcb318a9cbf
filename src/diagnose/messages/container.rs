//! The VHD around the disk: footer, disk type, what converters and uploaders say of them.

use crate::diagnose::message::Reference::{Document as D, Page, Thread as T};
use crate::diagnose::message::{BLANK, Message, Role, cause};
use crate::rules::source::{DBOX, FAQ, KB405, LINUXKIT835, XPLAT1600};

const CONVERT: &str = "qemu-img convert -f raw -O vpc -o subformat=fixed,force_size disk.raw disk.vhd, or Convert-VHD -VHDType Fixed on Windows; then upload the new file";

pub(super) static MESSAGES: &[Message] = &[
    Message {
        id: "MSG101",
        title: "no VHD footer at the end of the blob",
        says: &[
            "The specified cookie value in VHD footer indicates that disk <d> with blob <url> is not a supported VHD. Disk is expected to have cookie value 'conectix'",
            "specified cookie value in VHD footer indicates that disk",
            "Disk is expected to have cookie value 'conectix'",
        ],
        codes: &["InvalidVhd"],
        shared: &["InvalidParameter"],
        means: "Azure looks for the eight letters `conectix` at the start of the blob's last 512 bytes, and they are not there.",
        causes: &[
            cause(
                "the VHD is dynamic or differencing: its footer may be right, but the file is no plain copy of the disk",
                &["VHD003", "VHD021", "VHD022"],
                "disk type 3 or 4 in the footer; `conectix` also at byte 0",
                CONVERT,
            ),
            cause(
                "the file is another format under the name .vhd, or still compressed",
                &["VHD002"],
                "the first bytes: vhdxfile, KDMV, QFI, gzip, xz, zstd",
                "decompress it, or convert it to a fixed VHD",
            ),
            cause(
                "the file was cut, or grew after the conversion, so that the footer is not at its end",
                &["VHD001", "VHD005", "VHD017"],
                "`conectix` at another place near the end, or zeros there; a builder that enlarges the image after it wrote the footer",
                "never enlarge or cut a VHD: enlarge the raw disk and convert again",
            ),
            cause(
                "the upload broke off, or an empty page blob was attached as a disk",
                &["VHD001", "VHD015"],
                "the last 512 bytes are zeros in the blob, but not in the file",
                "delete the blob and upload the whole file again with azcopy --blob-type PageBlob",
            ),
            cause(
                "the size is not a whole number of MiB, to which Azure sometimes answers with this text",
                &["VHD004"],
                "current size modulo 1,048,576",
                "enlarge the raw disk to a whole MiB and convert with force_size",
            ),
            cause(
                "the footer's checksum or fields are wrong",
                &["VHD007", "VHD008"],
                "",
                CONVERT,
            ),
        ],
        beyond: "whether the blob holds the same bytes as the file",
        sources: &[
            D(&FAQ),
            D(&KB405),
            T("osbuild/osbuild-composer#111", "undated"),
            T("NixOS/nixpkgs#516860", "2026-05"),
            T("kairos-io/kairos#3198", "undated"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG102",
        title: "the import takes only blobs that are VHDs",
        says: &["Only blobs formatted as VHDs can be imported"],
        shared: &["BadRequest"],
        means: "The import of a managed disk or an image checks the blob's footer and size, and one of them is wrong.",
        causes: &[
            cause(
                "the VHD is dynamic, or the file is no VHD",
                &["VHD001", "VHD002", "VHD003"],
                "",
                CONVERT,
            ),
            cause(
                "the disk is not a whole number of MiB; often the length of the file with its footer was rounded instead",
                &["VHD004", "VHD005"],
                "(length of the file - 512) modulo 1,048,576",
                "round the raw disk up, then convert with force_size",
            ),
            cause(
                "the footer is damaged, or followed by other bytes",
                &["VHD007", "VHD017"],
                "",
                CONVERT,
            ),
        ],
        sources: &[
            T("Azure/azure-cli#6179", "2018-04"),
            T("MicrosoftDocs/azure-docs#5148", "undated"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG103",
        title: "the blob is no VHD (classic deployment)",
        says: &["The blob is not a valid VHD"],
        shared: &["BadRequest"],
        means: "The old deployment model found no VHD footer in the blob.",
        causes: &[
            cause(
                "the page blob is empty: it was made, but never filled",
                &["VHD001"],
                "zeros in the last page",
                "upload the whole file again",
            ),
            cause(
                "the file is no fixed VHD",
                &["VHD002", "VHD003"],
                "",
                CONVERT,
            ),
        ],
        beyond: "whether the blob holds the same bytes as the file",
        sources: &[T("Azure/azure-sdk-for-python#162", "undated")],
        ..BLANK
    },
    Message {
        id: "MSG104",
        title: "approval fails for the footer's formatting",
        says: &[
            "approval failed due to VHD footer formatting",
            "footer formatting",
        ],
        context: &["vhd", "marketplace", "azure"],
        means: "Certification found the footer not to be of the expected form. Microsoft publishes no wording and does not say which field it is.",
        causes: &[
            cause(
                "a tool wrote the footer its own way: version, offset, checksum, geometry or creator fields",
                &["VHD007", "VHD008", "VHD009"],
                "every field of the footer against the specification",
                CONVERT,
            ),
            cause(
                "the footer is not there at all, or the disk is not fixed",
                &["VHD001", "VHD003", "VHD005"],
                "",
                CONVERT,
            ),
        ],
        sources: &[D(&LINUXKIT835)],
        ..BLANK
    },
    Message {
        id: "MSG105",
        title: "the blocks add up to another size than the footer says",
        says: &["The total size of blocks <n> is different from declared VHD size <n>"],
        means: "The uploader expanded a dynamic VHD and came to another size than the footer's; the blob that it made may not boot.",
        causes: &[
            cause(
                "the VHD is dynamic, with more blocks than its size needs",
                &["VHD003", "VHD022"],
                "table entries times block size against the current size",
                "convert to a fixed VHD before the upload, and upload that",
            ),
            cause(
                "the file has another length than the footer says",
                &["VHD005"],
                "",
                CONVERT,
            ),
        ],
        sources: &[D(&XPLAT1600)],
        ..BLANK
    },
    Message {
        id: "MSG115",
        title: "Data Box refuses the file",
        codes: &[
            "ERROR_BLOB_OR_FILE_TYPE_UNSUPPORTED",
            "ERROR_BLOB_OR_FILE_SIZE_ALIGNMENT",
            "ERROR_BLOB_OR_FILE_SIZE_LIMIT",
            "ERROR_BLOB_OR_FILE_NAME_*",
        ],
        means: "The copy onto a Data Box checks type, alignment, size and name of every file that becomes a page blob; the code says which of them it was.",
        causes: &[
            cause(
                "TYPE_UNSUPPORTED: the VHD is dynamic or differencing, or no VHD",
                &["VHD002", "VHD003"],
                "",
                CONVERT,
            ),
            cause(
                "SIZE_ALIGNMENT: the length is no multiple of 512 bytes",
                &["VHD015", "VHD005"],
                "length of the file modulo 512",
                "convert again; do not pad the file",
            ),
            cause(
                "SIZE_LIMIT: it is larger than a page blob or a disk may be",
                &["VHD012"],
                "",
                "make the disk smaller before the conversion",
            ),
            cause(
                "NAME: the name has characters that a blob's may not have",
                &["VHD014"],
                "",
                "rename the file",
            ),
        ],
        sources: &[D(&DBOX)],
        ..BLANK
    },
    Message {
        id: "MSG116",
        title: "qemu-img finds the VHD damaged",
        says: &["Incorrect header checksum", "invalid VPC image"],
        means: "qemu-img could not open the file as a VHD: its footer's checksum is wrong, or the last 512 bytes are no footer. That it opens a file is no proof of the contrary.",
        causes: &[
            cause(
                "the footer was changed without a new checksum",
                &["VHD007"],
                "",
                CONVERT,
            ),
            cause(
                "other bytes follow the footer, or it is missing",
                &["VHD001", "VHD017"],
                "the last 512 bytes of the file",
                CONVERT,
            ),
        ],
        sources: &[Page(
            "QEMU disk images: block/vpc.c, measured with qemu-img 10.0.2",
            "2026",
            "https://gitlab.com/qemu-project/qemu/-/blob/master/block/vpc.c",
        )],
        ..BLANK
    },
    Message {
        id: "MSG118",
        title: "the VHD is dynamic",
        says: &[
            "Disk <d> with blob <url> is of Dynamic VHD type. Please retry with fixed VHD type",
            "is of Dynamic VHD type. Please retry with fixed VHD type",
            "is of Dynamic VHD type",
        ],
        shared: &["InvalidParameter"],
        means: "Azure boots fixed VHDs only; this blob is a dynamic one that was uploaded as it is.",
        causes: &[cause(
            "the file is a dynamic (or differencing) VHD",
            &["VHD003"],
            "disk type 3 or 4 in the footer, `cxsparse` after its copy at the front",
            CONVERT,
        )],
        sources: &[T("flatcar/Flatcar#17", "2020-02-08")],
        ..BLANK
    },
    Message {
        id: "MSG119",
        title: "the old command line cannot upload a dynamic VHD",
        says: &[
            "body.outputStream.on is not a function",
            "conectix has no method 'on'",
        ],
        means: "azure-xplat-cli fell over the copy of the footer at the front of a dynamic VHD.",
        causes: &[cause("the file is a dynamic VHD", &["VHD003"], "", CONVERT)],
        sources: &[
            T("Azure/azure-xplat-cli#2230", "2015-12"),
            T("Azure/azure-xplat-cli#2587", "2016-02-29"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG209",
        title: "the upload broke off",
        says: &[
            "Upload Incomplete: Some blocks of the VHD failed to upload, rerun the command to upload those blocks",
            "AzCopy failed to complete the transfer: <x> Disk <d> in <g> was likely created. You may need to delete this disk before retrying this operation",
            "was likely created. You may need to delete this disk before retrying",
        ],
        role: Role::Wrapper,
        means: "The transfer did not come to its end; what is in Azure now is a part of the disk, and its last bytes, the footer, are usually missing.",
        causes: &[
            cause(
                "storage or network throttled or broke the parallel writes; no fault of the file",
                &[],
                "ServerBusy (503) or a time-out in the uploader's log",
                "delete the half blob or disk, lower the parallelism, upload again with azcopy --blob-type PageBlob",
            ),
            cause(
                "the file itself is not what the service takes, and an inner answer says so",
                &["VHD001", "VHD003", "VHD005"],
                "an answer such as InvalidVhd in the same log",
                CONVERT,
            ),
        ],
        beyond: "what arrived in Azure",
        sources: &[
            T("microsoft/azure-vhd-utils#52", "2017-12-04"),
            T("microsoft/AzureStorageExplorer#2259", "2019-11-13"),
            T("MicrosoftDocs/azure-docs#29268", "undated"),
        ],
        ..BLANK
    },
];
