//! Shared access signatures, and the download that Partner Center makes with them.

use crate::diagnose::message::Reference::{Document as D, Page, Thread as T};
use crate::diagnose::message::{BLANK, Message, cause};
use crate::rules::source::{FAQ, SASF};

const AGAIN: &str = "az storage container generate-sas --permissions rl with --start a day back and --expiry at least three weeks ahead, both as YYYY-MM-DDTHH:MM:SSZ; put the blob's name between the container and the ?";
const AZURITE: crate::diagnose::message::Reference = Page(
    "Azurite 3.35.0, measured",
    "2026-11",
    "https://github.com/Azure/Azurite",
);
const THE_SAS: &str = "the SAS URI and the account behind it";

pub(super) static MESSAGES: &[Message] = &[
    Message {
        id: "MSG301",
        title: "the SAS URI is of no use",
        says: &[
            "Failure: Copying Images. Not able to download blob using provided SAS Uri",
            "Not able to download blob using provided SAS",
        ],
        means: "Partner Center could not make sense of the SAS URI, or not read with it.",
        causes: &[
            cause(
                "parts are missing: no ?, no st and se, no sp=rl",
                &[],
                "the query of the URI",
                AGAIN,
            ),
            cause(
                "there is white space in the VHD's name",
                &["VHD014"],
                "",
                "rename the blob",
            ),
        ],
        beyond: THE_SAS,
        sources: &[D(&SASF)],
        ..BLANK
    },
    Message {
        id: "MSG302",
        title: "the SAS is not authorised",
        says: &[
            "Failure: Copying Images. Not able to download blob due to authorization error",
            "Signature did not match. String to sign used was",
        ],
        means: "The signature does not fit the URI, or lacks rights.",
        causes: &[
            cause(
                "it was signed for another container or blob, or with a key that was renewed since",
                &[],
                "the string to sign against the URI: rights, times, path",
                AGAIN,
            ),
            cause(
                "the URI was changed on its way: &amp; for &, an unencoded + or /",
                &[],
                "sig decodes to 32 bytes",
                "copy it anew from where it was made",
            ),
        ],
        beyond: THE_SAS,
        sources: &[
            D(&SASF),
            T("Azure/azure-cli#17453", "2021-03-25"),
            T("Azure/azure-cli#6601", "2018-06-18"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG303",
        title: "the SAS has a wrong date",
        says: &[
            "Failure: Copying Images. Not able to download blob due to incorrect SAS Uri",
            "Not able to download blob due to incorrect SAS",
        ],
        means: "Start or expiry is no full date and time. Storage takes a date alone, Partner Center's copier does not.",
        causes: &[cause(
            "st or se is a date without a time, or without seconds",
            &[],
            "st and se in the URI",
            AGAIN,
        )],
        beyond: THE_SAS,
        sources: &[D(&SASF), T("MicrosoftDocs/azure-docs#2626", "2017-08-03")],
        ..BLANK
    },
    Message {
        id: "MSG304",
        title: "the SAS is not valid at this time",
        says: &[
            "Signature not valid in the specified time frame: Start <t> - Expiry <t> - Current <t>",
            "Signature not valid in the specified time frame",
        ],
        shared: &["AuthenticationFailed"],
        means: "The three times of the message say it: expired, not yet valid, or the clocks differ.",
        causes: &[
            cause(
                "it has expired: certification reads the blob weeks after the submission",
                &[],
                "Expiry against Current",
                AGAIN,
            ),
            cause(
                "it is not valid yet, or the clock of the machine that made it is ahead",
                &[],
                "Start against Current",
                "start a day back",
            ),
        ],
        beyond: THE_SAS,
        sources: &[
            D(&SASF),
            Page(
                "Azure Storage: service SAS",
                "undated",
                "https://learn.microsoft.com/rest/api/storageservices/create-service-sas",
            ),
        ],
        ..BLANK
    },
    Message {
        id: "MSG305",
        aliases: &["MSG617"],
        title: "Partner Center cannot download the VHD",
        says: &[
            "The VHD might either be deleted or moved from the specified location",
            "The associated SAS URL for the VHD is incorrect",
            "The SAS URL is invalid",
            "Check to see whether any special characters, such as a percent sign % or quotation marks, exist in the VHD name",
        ],
        headings: &[
            "Download failure",
            "Blob not found",
            "Invalid SAS URL",
            "Invalid signature",
            "HTTP conditional header",
            "Invalid VHD name",
        ],
        means: "The report's row says which part failed: the blob, its address, the signature, or the name.",
        causes: &[
            cause(
                "Invalid VHD name: characters such as % or quotes in it",
                &["VHD014"],
                "",
                "rename the blob and make a new SAS",
            ),
            cause(
                "Invalid SAS URL, Invalid signature, HTTP conditional header: the SAS URI is wrong",
                &[],
                "",
                AGAIN,
            ),
            cause(
                "Blob not found: it was moved or deleted",
                &[],
                "",
                "upload it again, and leave it there until the offer is live",
            ),
        ],
        beyond: THE_SAS,
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG306",
        title: "the SAS lacks a right",
        says: &["This request is not authorized to perform this operation using this permission"],
        codes: &["AuthorizationPermissionMismatch"],
        shared: &["HTTP 403"],
        means: "The signature is good, but does not allow what was asked: List needs l, reading needs r.",
        causes: &[cause("sp is not rl", &[], "sp in the URI", AGAIN)],
        beyond: THE_SAS,
        sources: &[AZURITE],
        ..BLANK
    },
    Message {
        id: "MSG307",
        title: "storage does not accept the signature",
        says: &[
            "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature",
            "Server failed to authenticate the request. Make sure the value of the Authorization header is formed correctly including the signature",
            "se is mandatory. Cannot be empty",
            "This request is not authorized to perform this operation",
        ],
        codes: &["CannotVerifyCopySource", "AuthorizationFailure"],
        shared: &["AuthenticationFailed", "HTTP 403"],
        means: "Storage gives this one answer for a SAS that is expired, changed, incomplete or of another container, and for an account that does not let the caller in.",
        causes: &[
            cause(
                "the SAS is expired, not yet valid, without se, changed on its way, or made for another container",
                &[],
                "the query, part by part: sp, st, se, sr, sig; & once, ? once",
                AGAIN,
            ),
            cause(
                "the account's network rules refuse the caller",
                &[],
                "the account's firewall",
                "allow public access to the account while Partner Center copies",
            ),
        ],
        beyond: THE_SAS,
        sources: &[
            AZURITE,
            T("Azure/azure-cli#10935", "2019-10-22"),
            T("MicrosoftDocs/azure-docs#83422", "2021-11-05"),
            T("Azure/azure-storage-azcopy#2879", "2024-11-26"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG308",
        title: "the blob is not there",
        codes: &["BlobNotFound"],
        shared: &["HTTP 404"],
        means: "The signature may be good, but there is no blob of this name.",
        causes: &[cause(
            "container or name is wrong, or the blob was deleted; no fault of the file",
            &[],
            "container and name, letter by letter",
            "correct the address, or upload again",
        )],
        beyond: THE_SAS,
        sources: &[AZURITE],
        ..BLANK
    },
    Message {
        id: "MSG309",
        title: "Azurite is older than the client",
        says: &[
            "The API version <v> is not supported by Azurite. Please upgrade Azurite to latest version and retry",
            "is not supported by Azurite",
        ],
        means: "The storage emulator does not know the client's API version: it is about the test set-up, not about an image.",
        causes: &[cause(
            "Azurite is older than the client",
            &[],
            "",
            "upgrade it, or start it with --skipApiVersionCheck",
        )],
        beyond: "the test set-up",
        sources: &[AZURITE],
        ..BLANK
    },
    Message {
        id: "MSG310",
        aliases: &["MSG621"],
        title: "a data disk's address or number is wrong",
        says: &["DataDisk- InvalidUrl", "DataDisk- NotFound"],
        means: "The offer names a data disk whose logical unit number or SAS URI is not valid, or behind whose URI there is nothing.",
        causes: &[
            cause(
                "the LUNs do not count 0, 1, 2 without a gap",
                &["DATA002"],
                "the data disks of the plan, as [[data-disks]] of the configuration declares them",
                "number them from 0",
            ),
            cause(
                "the SAS URI of a data disk is wrong or expired",
                &[],
                "",
                AGAIN,
            ),
        ],
        beyond: "the plan's list of data disks and their SAS URIs",
        sources: &[D(&FAQ)],
        ..BLANK
    },
    Message {
        id: "MSG311",
        title: "Partner Center cannot reach the SAS URL",
        says: &["Specified SAS URL cannot be reached"],
        codes: &["AzureVmSasUriUnreachable", "PAC-AzureVmSasUriUnreachable"],
        means: "Partner Center tried the SAS URI when the plan was saved, and got no blob.",
        causes: &[
            cause(
                "the SAS was made for another container, for a single blob or for the whole account instead of the container",
                &[],
                "sr=c, and the container that it was signed for",
                AGAIN,
            ),
            cause("st or se lacks its seconds", &[], "", AGAIN),
            cause(
                "the blob's name is not one that a URI can carry",
                &["VHD014"],
                "",
                "rename the blob",
            ),
        ],
        beyond: THE_SAS,
        sources: &[
            T("Azure/azure-cli#17453", "2021-03-25"),
            T("Azure/azure-sdk-for-python#8622", "2019-11-13"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG312",
        title: "the fields of the signature are malformed",
        says: &["Signature fields not well formed"],
        shared: &["AuthenticationFailed"],
        means: "Storage could not even parse the SAS.",
        causes: &[cause(
            "sig holds a raw / or +, a field is doubled, or a date is not one",
            &[],
            "sig has %2F, %2B and %3D; each field is there once",
            AGAIN,
        )],
        beyond: THE_SAS,
        sources: &[
            T("Azure/azure-cli#9771", "2019-06-22"),
            T("Azure/azure-storage-node#182", "2016-08-18"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG313",
        title: "the SAS states its limits twice",
        says: &[
            "Access policy fields can be associated with signature or SAS identifier but not both",
        ],
        means: "A stored access policy (si) and the SAS itself both give expiry or rights.",
        causes: &[cause(
            "the command line gives --expiry or --permissions beside --policy-name",
            &[],
            "si and se in one URI",
            "leave one of the two out",
        )],
        beyond: THE_SAS,
        sources: &[T("Azure/azure-cli#23249", "2022-07-19")],
        ..BLANK
    },
    Message {
        id: "MSG314",
        title: "a blob SAS cannot list",
        says: &["valid values are (a)dd (c)reate (d)elete (r)ead (w)rite"],
        means: "Partner Center wants Read and List, and List is a right of the container.",
        causes: &[cause("generate-sas was called for a blob", &[], "", AGAIN)],
        beyond: THE_SAS,
        sources: &[T("Azure/azure-cli#6175", "2018-04-20")],
        ..BLANK
    },
    Message {
        id: "MSG315",
        title: "the SAS of a source does not work",
        says: &["The SAS is not valid for source uri"],
        means: "The service could not read the source with the SAS that it was given.",
        causes: &[cause(
            "the account is closed to the public, or the SAS has expired",
            &[],
            "the account's network rules",
            "open the account for the copy, make a new SAS",
        )],
        beyond: THE_SAS,
        sources: &[T("MicrosoftDocs/azure-docs#112110", "2023-07-12")],
        ..BLANK
    },
];
