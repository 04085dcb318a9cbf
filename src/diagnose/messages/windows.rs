//! Windows: Sysprep, the boot manager, stop screens.

use crate::diagnose::message::Reference::{Document as D, Page, Thread as T};
use crate::diagnose::message::{BLANK, Message, Role, cause};
use crate::rules::source::{C00F, SETUPSTATE};

pub(super) static MESSAGES: &[Message] = &[
    Message {
        id: "MSG801",
        title: "Sysprep has not come to its end",
        says: &[
            "IMAGE_STATE_UNDEPLOYABLE",
            "IMAGE_STATE_SPECIALIZE_RESEAL_TO_OOBE",
        ],
        means: "The state says that Sysprep runs, failed, or was called without /generalize. Once or twice before IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE it is normal; for ever it is a failure.",
        causes: &[
            cause(
                "Sysprep failed",
                &["WIN003", "WIN004"],
                "Windows\\System32\\Sysprep\\Panther\\setuperr.log",
                "mend what the log names, restart, Sysprep again",
            ),
            cause(
                "a provider of the old agent is registered and its DLL is gone",
                &["WIN004", "WIN026"],
                "VMAgentDisabler.dll under Setup\\SysPrepExternal\\Generalize",
                "remove that value",
            ),
        ],
        sources: &[
            D(&SETUPSTATE),
            T("hashicorp/packer#9261", "2020-10-27"),
            T("hashicorp/packer#9818", "2020-08-25"),
            T("Azure/AgentBaker#429", "2020-11-10"),
            T("actions/runner-images#7743", "2023"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG802",
        title: "an app of one user stops Sysprep",
        says: &[
            "was installed for a user, but not provisioned for all users. This package will not function properly in the sysprep image",
            "was installed for a user, but not provisioned for all users",
            "SYSPRP Failed to remove apps for the current user",
        ],
        means: "Sysprep refuses Store apps that only one user has.",
        causes: &[cause(
            "an app was installed or updated for the builder's account",
            &["WIN004", "WIN003"],
            "the package's name in setuperr.log",
            "Get-AppxPackage -AllUsers NAME | Remove-AppxPackage -AllUsers; then Sysprep",
        )],
        sources: &[
            T("hashicorp/packer-plugin-azure#350", "2024-10-03"),
            T("microsoft/winget-cli#5599", "2025-07-18"),
            T("actions/runner-images#14499", "2026-08"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG803",
        title: "Defender for Endpoint stops Sysprep",
        says: &["Error from RegDeleteValueW for value senseGuid under key"],
        means: "The build machine was enrolled into Defender for Endpoint, whose registry key nobody may change.",
        causes: &[cause(
            "the build machine was onboarded by a policy or an extension",
            &["WIN004", "WIN034"],
            "",
            "offboard it before Sysprep; keep the policy away from build machines",
        )],
        sources: &[
            T("actions/runner-images#9659", "2024-04-08"),
            T("actions/runner-images#10434", "2024-08"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG804",
        title: "a provider of Sysprep fails",
        says: &[
            "LaunchDll:Failure occurred while executing <x>, returned error code",
            "LaunchDll: Failure occurred while executing",
            "An error occurred while running registry sysprep DLLs, halting sysprep execution",
            "Hit failure while processing sysprep",
            "MRTGeneralize:<n> - ERROR: Failed DeleteInstance",
            "Failed DeleteInstance AntiSpywareProduct.instanceGuid",
            "Sysprep was not able to validate your Windows installation",
        ],
        means: "One of the parts that Sysprep calls returned an error; the log names it.",
        causes: &[
            cause(
                "what the last error in setuperr.log names: language packs, moved event logs, half-installed updates",
                &["WIN004", "WIN003"],
                "Windows\\System32\\Sysprep\\Panther\\setuperr.log",
                "undo it, restart, Sysprep again; else build from a clean image",
            ),
            cause(
                "a restart is pending",
                &["WIN022"],
                "",
                "restart, then Sysprep",
            ),
            cause("anti-virus", &["WIN034"], "", "remove it first"),
        ],
        sources: &[
            T("MicrosoftDocs/azure-docs#49145", "2020-02-28"),
            T("MicrosoftDocs/azure-docs#43893", "2019-12-02"),
            T("MicrosoftDocs/azure-docs#61057", "2020-08-18"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG805",
        title: "a script waits for a service that is no more",
        says: &["Cannot find any service with service name 'WindowsAzureTelemetryService'"],
        role: Role::FollowUp,
        means: "Current agents for Windows have no telemetry service; the build script is old. The file has nothing to do with it.",
        causes: &[
            cause(
                "an old snippet in the build script",
                &[],
                "",
                "drop that line",
            ),
            cause(
                "the agent is missing altogether",
                &["WIN026"],
                "",
                "install it",
            ),
        ],
        beyond: "the build script",
        sources: &[T("hashicorp/packer#9261", "2020-05-20")],
        ..BLANK
    },
    Message {
        id: "MSG806",
        title: "Windows' boot manager cannot read what it is to boot",
        says: &[
            "The boot selection failed because a required device is inaccessible",
            "The Boot Configuration Data for your PC is missing or contains errors",
            "an error occurred while attempting to read the boot configuration data",
        ],
        means: "The boot configuration names a volume that is not there, or that volume cannot be read.",
        causes: &[
            cause(
                "device or osdevice of the boot configuration do not fit the disk",
                &["WIN016"],
                "bcdedit /enum",
                "bcdedit /set {default} device partition=C: and osdevice partition=C:",
            ),
            cause(
                "the volume is damaged",
                &["PART011"],
                "",
                "chkdsk before the conversion",
            ),
            cause(
                "no active boot partition, or another generation",
                &["PART010", "PART002", "PART009"],
                "",
                "bcdboot C:\\Windows /f ALL",
            ),
        ],
        sources: &[
            D(&C00F),
            Page(
                "mikemstech: 0xc000000f",
                "2012-01-12",
                "https://mikemstech.blogspot.com/2012/01/",
            ),
            Page(
                "Windows Boot Manager error 0xC0000225",
                "undated",
                "https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/boot-error-status-not-found",
            ),
        ],
        ..BLANK
    },
    Message {
        id: "MSG807",
        title: "a driver that Windows needs for the boot is missing",
        says: &["because a critical system driver is missing or contains errors"],
        means: "A driver that starts with the system is not on the disk, or damaged; the message names its file.",
        causes: &[
            cause(
                "the file is gone",
                &["WIN027", "WIN025", "WIN036"],
                "the file that the message names",
                "put it back from the same version of Windows, or switch the driver off",
            ),
            cause(
                "the volume is damaged",
                &["PART011"],
                "",
                "chkdsk before the conversion",
            ),
        ],
        sources: &[Page(
            "Windows Boot Manager error 0xC0000225",
            "undated",
            "https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/boot-error-status-not-found",
        )],
        ..BLANK
    },
    Message {
        id: "MSG808",
        title: "Windows stops at INACCESSIBLE_BOOT_DEVICE",
        says: &[
            "STOP: 0x0000007B",
            "INACCESSIBLE_BOOT_DEVICE",
            "INACCESSIBLE BOOT DEVICE",
        ],
        means: "Windows' kernel runs, but cannot reach its disk: the driver for Hyper-V's storage is not started.",
        causes: &[
            cause(
                "vmbus, storvsc or storflt is disabled",
                &["WIN027"],
                "Start of these services in every control set",
                "set Start to 0",
            ),
            cause(
                "drivers or filters of another platform are left",
                &["WIN028"],
                "",
                "remove VMware's, Xen's or VirtIO's tools before the conversion",
            ),
            cause(
                "the boot configuration names another volume",
                &["WIN016"],
                "",
                "bcdedit /set {default} osdevice partition=C:",
            ),
            cause(
                "a release that current hosts do not carry any more",
                &["WIN025"],
                "Windows Server 2012 R2 without its updates",
                "update, or move to a supported release",
            ),
        ],
        sources: &[
            Page(
                "Windows Server 2012 R2 startup failure after an Azure platform update",
                "undated",
                "https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/",
            ),
            Page(
                "softcomputers.org: STOP 0x7B after a move",
                "undated",
                "https://en.softcomputers.org",
            ),
        ],
        ..BLANK
    },
];
