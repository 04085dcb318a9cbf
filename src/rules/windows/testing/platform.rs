//! What the sound machine has of: release, Sysprep, software, updates, versions of files.

use super::Machine;
use crate::guest::pe::testing::{X64, versioned};
use crate::guest::windows::registry::HiveName::{Software, System};

/// The version of the files of the sound machine.
const VERSION: [u16; 4] = [10, 0, 20348, 2700];

pub(super) fn add(machine: Machine) -> Machine {
    let release = r"Microsoft\Windows NT\CurrentVersion";
    let environment = r"CurrentControlSet\Control\Session Manager\Environment";
    let machine = machine
        .string(
            Software,
            release,
            "ProductName",
            "Windows Server 2022 Datacenter",
        )
        .string(Software, release, "EditionID", "ServerDatacenter")
        .string(Software, release, "InstallationType", "Server")
        .string(Software, release, "CurrentBuildNumber", "20348")
        .string(Software, release, "DisplayVersion", "21H2")
        .dword(Software, release, "UBR", 2700)
        .string(System, environment, "PROCESSOR_ARCHITECTURE", "AMD64");
    let state = "IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE";
    let machine = machine
        .string(
            Software,
            r"Microsoft\Windows\CurrentVersion\Setup\State",
            "ImageState",
            state,
        )
        .dword(System, "Setup", "SetupType", 2)
        .string(System, "Setup", "CmdLine", r"oobe\windeploy.exe")
        .dword(System, "Setup", "OOBEInProgress", 1)
        .dword(System, "Setup", "SystemSetupInProgress", 1)
        .dword(
            System,
            r"Setup\Status\SysprepStatus",
            "GeneralizationState",
            4,
        )
        .dword(System, r"Setup\Status\SysprepStatus", "CleanupState", 2);
    let dot_net = r"Microsoft\NET Framework Setup\NDP\v4\Full";
    let update = r"CurrentControlSet\Services\wuauserv";
    let machine = machine
        .string(Software, dot_net, "Version", "4.8.04161")
        .dword(Software, dot_net, "Release", 528_449)
        .dword(System, update, "Start", 3)
        .dword(System, update, "Type", 0x20);
    machine.files(|mut tree| {
        let sysprep = "/Windows/System32/Sysprep";
        tree = tree
            .file(
                "/Windows/Setup/State/State.ini",
                &format!("[State]\r\nImageState={state}\r\n"),
            )
            .file("/Windows/System32/wbem/Repository/OBJECTS.DATA", "data")
            .file(&format!("{sysprep}/Sysprep_succeeded.tag"), "")
            .file(&format!("{sysprep}/Panther/setuperr.log"), "");
        for file in [
            "ntoskrnl.exe",
            "drivers/disk.sys",
            "drivers/storport.sys",
            "drivers/srv.sys",
            "drivers/srv2.sys",
        ] {
            tree = tree.bytes(
                &format!("/Windows/System32/{file}"),
                &versioned(X64, VERSION),
            );
        }
        tree
    })
}
