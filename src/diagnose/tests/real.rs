//! What people pasted into public threads, and what must not be taken for one of these failures.

use super::ids;
use crate::diagnose::diagnose;

/// Thread, the message that it is first of all, and the paste.
const REAL: &[(&str, &str, &str)] = &[
    (
        "flatcar/Flatcar#17",
        "MSG118",
        r#"{"error":{"code":"DeploymentFailed","details":[{"code":"BadRequest","message":"{\r\n  \"error\": {\r\n    \"code\": \"InvalidParameter\",\r\n    \"target\": \"disks\",\r\n    \"message\": \"Disk 'flatcar_production_azure_image.vhd' with blob https://dharmab.blob.core.windows.net:8443/flatcar-linux/flatcar_production_azure_image.vhd is of Dynamic VHD type. Please retry with fixed VHD type.\"\r\n  }\r\n}"}]}}"#,
    ),
    (
        "hitachienergy/epiphany#1049",
        "MSG111",
        "The specified disk size 30 GB is smaller than the size of the corresponding disk in the VM image: 32 GB. This is not allowed. Please choose equal or greater size or do not specify an explicit size.",
    ),
    (
        "okd-project/okd#302",
        "MSG112",
        "Error PutPageBlob: blobs.Client#PutPageBlob: Invalid input: `input.BlobContentLengthBytes` must be aligned to a 512-byte boundary",
    ),
    (
        "Azure/azure-storage-node#212",
        "MSG112",
        "RangeError: Page end offset must be multiple of 512.",
    ),
    (
        "Azure/azure-xplat-cli#2230",
        "MSG119",
        "[TypeError: body.outputStream.on is not a function]",
    ),
    (
        "Azure/azure-xplat-cli#2587",
        "MSG119",
        "TypeError: Object conectix... has no method 'on'",
    ),
    (
        "microsoft/azure-vhd-utils#52",
        "MSG209",
        "Upload Incomplete: Some blocks of the VHD failed to upload, rerun the command to upload those blocks",
    ),
    (
        "microsoft/AzureStorageExplorer#8688",
        "MSG210",
        "Storage Explorer was unable to revoke access to a disk. The disks involved in this operation may still be in an 'Active SAS' or 'Active Upload' state.",
    ),
    (
        "Azure/azure-cli#10192",
        "MSG211",
        r#""code": "InternalExecutionError", "message": "An internal execution error occurred.""#,
    ),
    (
        "MicrosoftDocs/azure-docs#39959",
        "MSG212",
        "failed to parse user input due to error: the inferred source/destination combination is currently not supported. Please post an issue on Github if support for this scenario is desired",
    ),
    (
        "Azure/azure-storage-azcopy#1207",
        "MSG120",
        "RESPONSE Status: 400 The value for one of the HTTP headers is not in the correct format. X-Ms-Error-Code: [InvalidHeaderValue]",
    ),
    (
        "okd-project/okd#169",
        "MSG201",
        r#"Code="InvalidParameter" Message="The source blob https://clusters033b.blob.core.windows.net/vhd/rhcoss033b.vhd is not a page blob." Target="disks""#,
    ),
    (
        "MicrosoftDocs/azure-docs#9678",
        "MSG206",
        r#""code": "StorageAccountLocationMismatch", "message": "Could not resolve storage account 'XYZ'. Please ensure it was created through the Storage Resource Provider in the same location as the compute resource.""#,
    ),
    (
        "MicrosoftDocs/azure-docs#87994",
        "MSG206",
        "Message: The source blob https://labtainersblob.blob.core.windows.net/labtainersblobcontainer/labtainersbase.vhd does not belong to a storage account in subscription 0b2f9b91-93da-4d14-8279-813a24bb4f51.",
    ),
    (
        "Azure/vagrant-azure#42",
        "MSG206",
        "BadRequest : The disk's VHD must be in the same account as the VHD of the source image (source account: st635513590758944013.blob.core.windows.net, target account: nurundevopsstorage.blob.core.windows.net).",
    ),
    (
        "Azure/azure-powershell#10549",
        "MSG214",
        "Add-AzVhd : Operation is not supported on this platform",
    ),
    (
        "Azure/azure-cli#17453",
        "MSG311",
        "AzureVmSasUriUnreachable Specified SAS URL cannot be reached. Ensure that the SAS URL is generated following the instructions at https://docs.microsoft.com/en-us/azure/marketplace-publishing/ Error code: PAC-AzureVmSasUriUnreachable",
    ),
    (
        "Azure/azure-cli#17453",
        "MSG302",
        "Signature did not match. String to sign used was rl 2021-03-24T00:00Z 2023-03-24T00:00Z /blob/asdasdasd/vhds 2018-11-09 c",
    ),
    (
        "Azure/azure-cli#9771",
        "MSG312",
        "<Code>AuthenticationFailed</Code> <AuthenticationErrorDetail>Signature fields not well formed.</AuthenticationErrorDetail>",
    ),
    (
        "Azure/azure-cli#10935",
        "MSG307",
        "<AuthenticationErrorDetail>se is mandatory. Cannot be empty</AuthenticationErrorDetail>",
    ),
    (
        "Azure/azure-cli#23249",
        "MSG313",
        "Access policy fields can be associated with signature or SAS identifier but not both",
    ),
    (
        "MicrosoftDocs/azure-docs#83422",
        "MSG307",
        "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature. ErrorCode:CannotVerifyCopySource",
    ),
    (
        "Azure/azure-cli#6175",
        "MSG314",
        "az storage blob generate-sas: error: valid values are (a)dd (c)reate (d)elete (r)ead (w)rite or a combination thereof.",
    ),
    (
        "Azure/azure-storage-azcopy#2879",
        "MSG307",
        "RESPONSE Status: 403 This request is not authorized to perform this operation. X-Ms-Error-Code: AuthorizationFailure",
    ),
    (
        "h2oai/h2o-llmstudio#889",
        "MSG910",
        "this offer is not available for subscriptions from Microsoft Azure Cloud Solution Providers",
    ),
    (
        "hashicorp/packer#6009",
        "MSG911",
        r#"MarketplacePurchaseEligibilityFailed : Marketplace purchase eligibilty check returned errors. [{"Legal terms have not been accepted for this item on this subscription.":"StoreApi"}]"#,
    ),
    (
        "Azure/azure-cli#24972",
        "MSG901",
        "(BadRequest) The resource with id '/subscriptions/x/virtualMachines/winsvr2019' has a different OS state ['Specialized'] than the parent gallery image OS state ['Generalized'].",
    ),
    (
        "confidential-containers/cloud-api-adaptor#928",
        "MSG902",
        r#"Code="Conflict" Message="The resource with id '/x/y' has a different Hypervisor generation ['V1'] than the parent gallery image Hypervisor generation ['V2'].""#,
    ),
    (
        "ansible/ansible#37158",
        "MSG714",
        "Azure Error: OperationNotAllowed Message: The operation 'Create Image' requires the Virtual Machine 'opstest' to be Generalized.",
    ),
    (
        "hashicorp/terraform-provider-azurerm#23148",
        "MSG905",
        r#"Code="BadRequest" Message="The provided gallery image only supports creation of VMs and VM Scale Sets with 'TrustedLaunch' security type.""#,
    ),
    (
        "Azure/WALinuxAgent#1461",
        "MSG720",
        "[OSUtilError] Failed to mount dvd device Inner error: [mount -o ro -t udf,iso9660 /dev/sr0 /mnt/cdrom/secure] returned 32: mount: no medium found on /dev/sr0",
    ),
    (
        "Azure/WALinuxAgent#356",
        "MSG706",
        "ERROR Event: name=WALA, op=Provision, message=Failed to copy ovf-env.xml: (000008)(000007)Failed to get dvd device",
    ),
    (
        "Azure/WALinuxAgent#2833",
        "MSG706",
        "[OSUtilError] Failed to get dvd device from /dev Inner error: The following devices were found, but none matched the pattern [(sr[0-9]|hd[c-z]|cdrom[0-9]|cd[0-9])]: ['loop13']",
    ),
    (
        "Azure/WALinuxAgent#246",
        "MSG705",
        "ERROR:CalledProcessError.  Command result was mount: unknown filesystem type 'udf'",
    ),
    (
        "Azure/WALinuxAgent#2040",
        "MSG740",
        "2020/10/13 ERROR Daemon /proc/net/route contains no routes / WARNING Daemon Could not determine primary interface, please ensure /proc/net/route is correct",
    ),
    (
        "microsoft/azurelinux#8334",
        "MSG722",
        "Azure datasource failure occurred: result=error|reason=failure to find primary DHCP interface|agent=Cloud-Init/23.4.1-2.cm2|interface=eth0|driver=hv_netvsc",
    ),
    (
        "Azure/WALinuxAgent#1359",
        "MSG721",
        "cloud-init[2027]: Can not apply stage final, no datasource found! Likely bad things to come!",
    ),
    (
        "coreos/ignition#1194",
        "MSG726",
        "ignition[759]: failed to open config device: open /dev/disk/by-id/ata-Virtual_CD: no such file or directory",
    ),
    (
        "Azure/WALinuxAgent#2310",
        "MSG741",
        "import azurelinuxagent.agent as agent\nModuleNotFoundError: No module named 'azurelinuxagent'",
    ),
    (
        "Azure/WALinuxAgent#3207",
        "MSG741",
        "File \"/usr/sbin/waagent\", line 12\nNameError: name 'distro' is not defined",
    ),
    (
        "Azure/WALinuxAgent#628",
        "MSG742",
        "2017/03/27 12:48:23.065983 ERROR Failed to run 'deprovision':",
    ),
    (
        "MicrosoftDocs/azure-docs#33725",
        "MSG731",
        "OSProvisioningClientError: Username specified for the VM is invalid for this Linux distribution. Error details: [000004] Failed to provision: [000007] Failed to create user account:video, retcode:9",
    ),
    (
        "microsoft/azure-linux-kernel#48",
        "MSG704",
        "[    2.1] VFS: Cannot open root device \"PARTUUID=16272062-7328-4878-85b9-462d200f6af0\" or unknown-block(0,0): error -6\n[    2.2] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)",
    ),
    (
        "Azure/WALinuxAgent#863",
        "MSG709",
        "dracut-initqueue[455]: Warning: dracut-initqueue timeout - starting timeout scripts",
    ),
    (
        "kernelci/kernelci-project#267",
        "MSG724",
        "You are in emergency mode. Cannot open access to console, the root account is locked. See sulogin(8) man page for more details.",
    ),
    (
        "elitak/nixos-infect#60",
        "MSG704",
        "error: symbol 'grub_file_filters' not found",
    ),
    (
        "Azure/WALinuxAgent#904",
        "MSG428",
        "mount[1025]: mount: unknown filesystem type 'ntfs' / Failed to mount /mnt. (What: /dev/disk/cloud/azure_resource-part1)",
    ),
    (
        "hashicorp/packer#9261",
        "MSG801",
        "azure-arm: IMAGE_STATE_COMPLETE\n    azure-arm: IMAGE_STATE_UNDEPLOYABLE",
    ),
    (
        "hashicorp/packer-plugin-azure#350",
        "MSG802",
        "SYSPRP Package Microsoft.WidgetsPlatformRuntime_1.4.0.0_x64__8wekyb3d8bbwe was installed for a user, but not provisioned for all users. This package will not function properly in the sysprep image.",
    ),
    (
        "actions/runner-images#9659",
        "MSG803",
        "SYSPRP ActionPlatform::DeleteValue: Error from RegDeleteValueW for value senseGuid under key HKEY_LOCAL_MACHINE\\Software\\Microsoft\\Windows Advanced Threat Protection; dwRet = 0x5",
    ),
    (
        "MicrosoftDocs/azure-docs#49145",
        "MSG804",
        "SYSPRP LaunchDll:Failure occurred while executing 'DscCore.dll,SysPrep_Cleanup', returned error code 0x2",
    ),
    (
        "bitwarden/self-host#504",
        "MSG653",
        "ClientAliveInterval (200.3.3.1)",
    ),
];

#[test]
fn messages_of_public_threads_are_recognised() {
    assert!(REAL.len() >= 25);
    let mut wrong = Vec::new();
    for (thread, id, text) in REAL {
        let found = ids(text);
        if found.first() != Some(id) {
            wrong.push(format!("{thread}: {id} {found:?}: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Failures of other programs and other clouds, and failures of Azure that are not about images.
const UNRELATED: &[(&str, &str)] = &[
    ("rust-lang/cargo#10897", "error: linker 'cc' not found"),
    (
        "npm/cli#5780",
        "npm ERR! ERESOLVE unable to resolve dependency tree",
    ),
    (
        "kubernetes/kubernetes#66828",
        "my_pod_2 0/1 ImagePullBackOff 0 39m",
    ),
    (
        "wolfcw/libfaketime#79",
        "Back-off restarting failed docker container",
    ),
    (
        "moby/moby#32811",
        "failed to register layer: Error processing tar file(exit status 1): write file : no space left on device",
    ),
    (
        "docker-library/postgres#679",
        "FATAL:  password authentication failed for user \"postgres\"",
    ),
    (
        "mozilla/TTS#781",
        "ERROR: Could not build wheels for numpy, which is required to install pyproject.toml-based projects",
    ),
    (
        "software-mansion/starknet.py#517",
        "error: subprocess-exited-with-error",
    ),
    (
        "s3tools/s3cmd#1053",
        "SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    ),
    (
        "actions/checkout#125",
        "fatal: refusing to merge unrelated histories",
    ),
    (
        "OpenCTI-Platform/connectors#2443",
        "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
    ),
    (
        "nextcloud-snap/nextcloud-snap#2635",
        "Wrong signature trying to load DB from file / Fatal error loading the DB: Invalid argument. Exiting.",
    ),
    (
        "codidact/qpixel#2070",
        "mysqld: File './binlog.index' not found (OS errno 13 - Permission denied)",
    ),
    (
        "overview/overview-local#2",
        "Unable to lock JVM Memory: error=12,reason=Cannot allocate memory / This can result in part of the JVM being swapped out",
    ),
    (
        "kubernetes/minikube#5039",
        "VBoxManage: error: Could not get the storage format of the medium '.../boot2docker.iso' (VERR_NOT_SUPPORTED)",
    ),
    (
        "kubernetes/minikube#8212",
        "VMDK: inconsistency between grain table and backup grain table in '...disk.vmdk' (VERR_VD_VMDK_INVALID_HEADER).",
    ),
    (
        "keithvassallomt/windows10-ec2#3",
        r#"{"Format": "VHD", "StatusMessage": "ClientError: Disk validation failed [We do not have access to the given resource. Reason 403 Forbidden]"}"#,
    ),
    (
        "teamdfir/sift#465",
        "ClientError: Unsupported kernel version 4.18.0-15-generic",
    ),
    (
        "cloudnloud/weekly-cloud-engineer-interview-program#3",
        "ClientError: No valid partitions. Not a valid volume.",
    ),
    (
        "coreos/fedora-coreos-tracker#406",
        "ClientError: EFI partition detected. UEFI booting is not supported in EC2.",
    ),
    (
        "Azure/azure-cli#2401",
        "AllocationFailed: Allocation failed. Please try reducing the VM size or number of VMs, retry later",
    ),
    (
        "Azure-Samples/azuresandbox#70",
        "SkuNotAvailable: The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: Standard_B2s' is currently not available in location 'eastus'.",
    ),
    (
        "microsoft/onefuzz#614",
        "(OperationNotAllowed) Operation could not be completed as it results in exceeding approved Total Regional Cores quota.",
    ),
    (
        "Azure/azure-cli#25148",
        "(ResourceNotFound) The Resource 'Microsoft.Compute/galleries/x/images/BuildAgent' under resource group 'MyResourceGroup3' was not found.",
    ),
    (
        "Azure/azvmimagebuilder#45",
        "InternalOperationError: Internal error occurred. This is a generic error. To identify possible causes, go to https://aka.ms/azvmimagebuilderts.",
    ),
    (
        "chef/knife-azure#343",
        "BadRequest : The hosted service name is invalid.",
    ),
    ("cloudbase/garm#469", "User runner already exists."),
    (
        "microsoft/azserialconsole#95",
        "Sorry, the serial console was unable to connect to the VM because the service did not respond in a timely manner.",
    ),
    (
        "kubevirt/kubevirt#11789",
        "failed to load Boot0001 \"UEFI QEMU HARDDISK QM00001 \" from PciRoot(0x0)/Pci(0x1F,0x2)/Sata(0x0,0xFFFF,0x0): Not Found",
    ),
];

#[test]
fn unrelated_texts_are_not_recognised() {
    assert_eq!(UNRELATED.len(), 29);
    for (thread, text) in UNRELATED {
        let found = diagnose(text);
        let ids: Vec<_> = found.matches.iter().map(|found| found.message.id).collect();
        assert!(ids.is_empty(), "{thread}: {ids:?}: {text}");
    }
    let all: Vec<_> = UNRELATED.iter().map(|(_, text)| *text).collect();
    assert_eq!(
        ids(&all.join("\n")),
        Vec::<&str>::new(),
        "all of them in one log"
    );
}

/// A text of the initial RAM disk is the same on every platform: no text can tell.
#[test]
fn boot_texts_of_other_platforms_are_a_known_limit() {
    let lxd = "(initramfs) Gave up waiting for root file system device. ALERT!  /dev/sda2 does not exist.  Dropping to a shell!";
    assert_eq!(ids(lxd), ["MSG710"]);
}
