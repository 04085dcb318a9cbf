//! More of what people pasted into public threads, as they pasted it, and what must not match.

use super::ids;

/// Thread, the message that it is first of all, and the paste.
const PASTED: &[(&str, &str, &str)] = &[
    (
        "MicrosoftDocs/azure-docs.zh-cn#744",
        "MSG114",
        "2020/08/15 09:01:56 ERR: [P#0-T#0] UPLOADFAILED: /home/hui/export-ami-09851cc6523ed32ad.vhd : 000 : source file is not same size as the destination page blob. Source size is 1940546048 bytes but destination size is 34359738880 bytes. Re-create the destination with exactly the right size. E.g. see parameter UploadSizeInBytes in PowerShell's New-AzDiskConfig. Ensure the source is a fixed-size VHD. When Checking size of managed disk blob. X-Ms-Request-Id:",
    ),
    (
        "MicrosoftDocs/azure-docs#58853",
        "MSG107",
        "New-AzDisk: The upload size in bytes 49276704256 - 512 bytes for the VHD footer (49276703744 in this case) must be a multiple of MiB.\nErrorCode: BadRequest\nErrorMessage: The upload size in bytes 49276704256 - 512 bytes for the VHD footer (49276703744 in this case) must be a multiple of MiB.\nErrorTarget:\nStatusCode: 400\nReasonPhrase: Bad Request",
    ),
    (
        "microsoft/AzureStorageExplorer#3523",
        "MSG107",
        r#"Storage Explorer was unable to create the disk

Service response: {
  "name": "Error",
  "message": "The upload size in bytes 63276241408 - 512 bytes for the VHD footer (63276240896 in this case) must be a multiple of MiB.",
  "stack": "Error: The upload size in bytes 63276241408 - 512 bytes for the VHD footer (63276240896 in this case) must be a multiple of MiB.\n    at new RestError (C:\\Users\\jason\\AppData\\Local\\Programs\\Microsoft Azure Storage Explorer\\resources\\app\\msRest.node.js:2400:28)",
  "code": "BadRequest",
  "statusCode": 400"#,
    ),
    (
        "microsoft/AzureStorageExplorer#3029",
        "MSG107",
        "*El Explorador de Storage no pudo crear el disco.\n\nRespuesta del servicio: {\n  \"name\": \"Error\",\n  \"message\": \"The upload size in bytes 44716382720 - 512 bytes for the VHD footer (44716382208 in this case) must be a multiple of MiB.\",",
    ),
    (
        "microsoft/AzureStorageExplorer#3033",
        "MSG107",
        r"Failed to upload 'C:\DATA\MRF OSP KVM v15\RHEL_OSP_6.0_KVM_006-01430-0000_V15.0.0.0_v1.5.tar\vmrf.vhd' to disk 'vmrf15' in resource group 'mrfgroup': Unable to create disk: Error:The upload size in bytes 10737893888 - 512 bytes for the VHD footer (10737893376 in this case) must be a multiple of MiB.",
    ),
    (
        "microsoft/AzureStorageExplorer#8800",
        "MSG101",
        r#"Service response: {
  "name": "RestError",
  "message": "{\r\n  \"error\": {\r\n    \"code\": \"InvalidVhd\",\r\n    \"message\": \"The specified cookie value in VHD footer indicates that disk 'abcd' with blob https://md-impexp-lpln3nfng15z.z49.blob.storage.azure.net:8443/h50cqct0n0mj/abcd is not a supported VHD. Disk is expected to have cookie value 'conectix'.\"\r\n  }\r\n}","#,
    ),
    (
        "osbuild/osbuild-composer#111",
        "MSG101",
        r#"{
  "error": {
    "code": "InvalidParameter",
    "message": "The specified cookie value in VHD footer indicates that disk 'image.vhd' with blob https://golangimageuploads.blob.core.windows.net:8443/quickstart-6922813081684464493/image.vhd is not a supported VHD. Disk is expected to have cookie value 'conectix'.",
    "target": "disks"
  }
}"#,
    ),
    (
        "kairos-io/kairos#3198",
        "MSG101",
        "The specified cookie value in VHD footer indicates that disk 'kairos-ubuntu-24.04-standard-amd64-generic-v3.3.1-4-g297d841b-k3sv1.32.1-k3s1.raw.vhd' with blob https://kairoscloudimages.blob.core.windows.net:8443/kairos-cloud-images/kairos-ubuntu-24.04-standard-amd64-generic-v3.3.1-4-g297d841b-k3sv1.32.1-k3s1.raw.vhd is not a supported VHD. Disk is expected to have cookie value 'conectix'.",
    ),
    (
        "Azure/azure-xplat-cli#1600",
        "MSG105",
        "info:    Executing command vm image create\nwarn:    The total size of blocks 31124 Mb is different\nwarn:      from declared VHD size 31122 Mb",
    ),
    (
        "hashicorp/terraform-provider-azurerm#4427",
        "MSG206",
        r#"2019-09-25T09:55:19.601+0800 [DEBUG] plugin.terraform-provider-azurerm_v1.32.1_x4:     "code": "InvalidParameter",
2019-09-25T09:55:19.601+0800 [DEBUG] plugin.terraform-provider-azurerm_v1.32.1_x4:     "message": "The source blob https://storageaccounttest924.blob.core.windows.net/vhds/boot.vhd is not accessible.","#,
    ),
    (
        "Azure/azure-powershell#15653",
        "MSG214",
        r"Add-AzVhd: The filename, directory name, or volume label syntax is incorrect. : 'Global\(base64)'",
    ),
    (
        "MicrosoftDocs/azure-docs#29267",
        "MSG214",
        "Add-AzVhd : The pipeline was not run because a pipeline is already running.\n Pipelines cannot be run concurrently.\n\nAt line:1 char:1\n+ Add-AzVhd -ResourceGroupName $resourceGroupName -Destination $urlOfUp ...",
    ),
    (
        "berops/claudie#386",
        "MSG701",
        "Code=\"OSProvisioningTimedOut\" Message=\"OS Provisioning for VM 'ts1-azure-8yuszmh-azure-compute-2' did not finish in the allotted time. The VM may still finish provisioning successfully. Please check provisioning state later. For details on how to check current provisioning state of Windows VMs, refer to https://aka.ms/WindowsVMLifecycle and Linux VMs, refer to https://aka.ms/LinuxVMLifecycle.\"",
    ),
    (
        "Azure/aks-engine#3694",
        "MSG701",
        r#"{"code":"DeploymentFailed","message":"At least one resource deployment operation failed. Please list deployment operations for details. Please see https://aka.ms/DeployOperations for usage details.","details":[{"code":"Conflict","message":"{\r\n \"status\": \"Failed\",\r\n \"error\": {\r\n \"code\": \"ResourceDeploymentFailure\",\r\n \"details\": [\r\n {\r\n \"code\": \"OSProvisioningTimedOut\",\r\n \"message\": \"OS Provisioning for VM 'k8s-master-30918674-2' did not finish in the allotted time. The VM may still finish provisioning successfully. Please check provisioning state later."#,
    ),
    (
        "Azure/azure-sdk-for-node#1491",
        "MSG701",
        "Error               : {\n                        \"Details\": [],\n                        \"Code\": \"OSProvisioningTimedOut\",\n                        \"Message\": \"OS Provisioning for VM 'vmtest' did not finish in the allotted time. The VM may still finish provisioning successfully. Please check \n                      provisioning state later.\",",
    ),
    (
        "microsoft/azure-pipelines-tasks#9549",
        "MSG702",
        r#"details":[{"code":"Conflict","message":"{\r\n \"status\": \"Failed\",\r\n \"error\": {\r\n \"code\": \"ResourceDeploymentFailure\",\r\n \"details\": [\r\n {\r\n \"code\": \"OSProvisioningTimedOut\",\r\n \"message\": \"OS Provisioning for VM 'packerwinupdate' did not finish in the allotted time. However, the VM guest agent was detected running. This suggests the guest OS has not been properly prepared to be used as a VM image (with CreateOption=FromImage)."#,
    ),
    (
        "hashicorp/packer#4221",
        "MSG702",
        "Provisioning failed. OS Provisioning for VM 'packerubuntu' did not finish in the allotted time. However, the VM guest agent was detected running. This suggests the guest OS has not been properly prepared to be used as a VM image (with CreateOption=FromImage). To resolve this issue, either use the VHD as is with CreateOption=Attach or prepare it properly for use as an image: * Instructions for Windows: https://azure.microsoft.com/en-us/documentation/. OSProvisioningTimedOut",
    ),
    (
        "Azure/WALinuxAgent#2025",
        "MSG707",
        "_**2020/09/22 19:10:08.738515 INFO Daemon Waiting for cloud-init to copy ovf-env.xml to /var/lib/waagent/ovf-env.xml [1705 retries remaining, sleeping 1s]\n2020/09/22 19:10:08.743384 WARNING Daemon cloud-init does not appear to be running**_",
    ),
    (
        "canonical/cloud-init#3360",
        "MSG721",
        "**************************************************************************\n# A new feature in cloud-init identified possible datasources for        #\n# this system as:                                                        #\n#   ['Ec2', 'None']                                                      #\n# However, the datasource used was: Azure                                #\n#                                                                        #",
    ),
    (
        "osbuild/image-builder#398",
        "MSG721",
        "2024-01-18 10:27:12,441 - __init__.py[DEBUG]: Looking for data source in: [{'datasource_list': None}, 'None'], via packages ['', 'cloudinit.sources'] that matches dependencies ['FILESYSTEM', 'NETWORK']\n2024-01-18 10:27:12,441 - util.py[WARNING]: failed stage init",
    ),
    (
        "Azure/WALinuxAgent#1414",
        "MSG742",
        "> 2018/12/05 01:59:48.822681 ERROR Failed to run 'deprovision': Traceback (most recent call last):\n>   File \"/usr/local/lib/python2.7/site-packages/azurelinuxagent/agent.py\", line 163, in main",
    ),
    (
        "Azure/WALinuxAgent#1002",
        "MSG714",
        "Deployment failed. Correlation ID: 5ecdcfd8-6ce4-4d7c-9891-4f8f75ed1f03. VM has reported a failure when processing extension 'CustomScriptForLinux'. Error message: \"Malformed status file [ExtensionError] Invalid status/status: failed\"",
    ),
    (
        "Azure/WALinuxAgent#2521",
        "MSG741",
        "2022-10-27T05:53:48.263783Z WARNING Daemon Agent WALinuxAgent-2.2.46 launched with command 'python3 -u /usr/sbin/waagent -run-exthandlers' failed with return code: 1",
    ),
    (
        "Azure/WALinuxAgent#2921",
        "MSG745",
        r"/var/lib/waagent/Microsoft.OSTCExtensions.CustomScriptForLinux-1.5.4/shim.sh -install\n[stdout]\n\n\n[stderr]\nRunning scope as unit: install_317ba06b-a576-4192-b265-6cb3081c6b7d.scope\nNo Python interpreter found on the box\n'.\r\n    \r\n'Install handler failed for the extension.",
    ),
    (
        "Azure/azure-linux-extensions#361",
        "MSG745",
        "$ ./customscript.py -install\n/usr/bin/env: python: No such file or directory\n$ echo $?\n127\n\nWALA logs:\n2017/03/25 02:07:31.231113 INFO Activate resource disk",
    ),
    (
        "Azure/azure-sdk-for-python#4891",
        "MSG907",
        "    raise exp\nmsrestazure.azure_exceptions.CloudError: Azure Error: InvalidParameter\nMessage: Required parameter 'hyperVGeneration' is missing (null).\nTarget: hyperVGeneration",
    ),
    (
        "ansible-collections/azure#422",
        "MSG907",
        r#"fatal: [localhost]: FAILED! => {"changed": false, "msg": "Error creating image myimage - Azure Error: InvalidParameter\nMessage: Required parameter 'hyperVGeneration' is missing (null).\nTarget: hyperVGeneration"}"#,
    ),
    (
        "MicrosoftDocs/azure-docs#113012",
        "MSG908",
        "The GalleryImageVersion source resource size 2520 exceeds the max size 2048 supported.\nCode : GallerySourceResourceExceedsMaxSize",
    ),
    (
        "MicrosoftDocs/azure-docs#118774",
        "MSG902",
        "New-AzGalleryImageVersion: Long running operation failed with status 'Failed'. Additional Info:'The resource with id '/subscriptions/476f4541-8aeb-407a-9815-25ec8fbb66c0/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/myVM' has a different Hypervisor generation ['V2'] than the parent gallery image Hypervisor generation ['V1'].'\nErrorCode: Conflict",
    ),
    (
        "MicrosoftDocs/azure-compute-docs#189",
        "MSG902",
        "Validation failed: Error with Hyper-V Version validation (cross-generation for multiple Hyper-V Versions is not supported). The provided SIG:\n     | /subscriptions/REDACTED/resourceGroups/myWinImgBuilderRG/providers/Microsoft.Compute/galleries/myImageGallery/images/winSvrImages, has a different Hyper-V Generation: V2,\n     | than source image: V1.",
    ),
    (
        "hashicorp/packer#9818",
        "MSG801",
        "Stuck at azure-arm: IMAGE_STATE_SPECIALIZE_RESEAL_TO_OOBE",
    ),
    (
        "MicrosoftDocs/azure-docs#43893",
        "MSG804",
        "2019-10-06 14:36:26, Error                 SYSPRP MRTGeneralize:116 - ERROR: Failed DeleteInstance AntiVirusProduct.instanceGuid=\"{D68DDC3A-831F-4FAE-9E44-DA132C1ACF46}\" hr=2147749904",
    ),
    (
        "actions/runner-images#9659",
        "MSG804",
        "2024-03-07 22:26:20, Error      [0x0f0070] SYSPRP RunDlls:An error occurred while running registry sysprep DLLs, halting sysprep execution. dwRet = 0x5\n2024-03-07 22:26:20, Error      [0x0f00a8] SYSPRP WinMain:Hit failure while processing sysprep generalize internal providers; hr = 0x80070005",
    ),
    (
        "confidential-containers/cloud-api-adaptor#886",
        "MSG911",
        "==> peer-pod-ubuntu.azure-arm.ubuntu: ERROR: -> MarketplacePurchaseEligibilityFailed : Marketplace purchase eligibilty check returned errors. See inner errors for details.\n==> peer-pod-ubuntu.azure-arm.ubuntu: ERROR:   -> BadRequest : The offer with Offer ID 'foo' was not found.",
    ),
];

#[test]
fn pastes_of_public_threads_are_recognised() {
    assert!(PASTED.len() >= 30);
    let mut wrong = Vec::new();
    for (thread, id, text) in PASTED {
        let found = ids(text);
        if found.first() != Some(id) {
            wrong.push(format!("{thread}: {id} {found:?}: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What compilers, package managers, clusters, databases and other parts of Azure say.
const OTHERS: &[&str] = &[
    "error[E0382]: borrow of moved value: `image`\n  --> src/main.rs:12:20",
    "main.c:14:10: fatal error: linux/hyperv.h: No such file or directory\ncompilation terminated.",
    "/usr/bin/ld: cannot find -lssl: No such file or directory\ncollect2: error: ld returned 1 exit status",
    "error CS0246: The type or namespace name 'Disk' could not be found (are you missing a using directive?)",
    "Exception in thread \"main\" java.lang.NoClassDefFoundError: org/slf4j/LoggerFactory",
    "ModuleNotFoundError: No module named 'requests'",
    "Error: Unsupported argument\n\n  on main.tf line 14, in resource \"azurerm_linux_virtual_machine\" \"vm\":\n  14:   os_disk_size = 30\n\nAn argument named \"os_disk_size\" is not expected here.",
    "Error: Error acquiring the state lock\n\nError message: state blob is already locked",
    "Error: A resource with the ID \"/subscriptions/x/resourceGroups/rg\" already exists - to be managed via Terraform this resource needs to be imported into the State.",
    "Error: building account: could not acquire access token to parse claims: AADSTS7000222: The provided client secret keys for app are expired.",
    "Warning  FailedMount  kubelet  MountVolume.SetUp failed for volume \"pvc-1\" : mount failed: exit status 32",
    "Warning  FailedScheduling  default-scheduler  0/3 nodes are available: 3 Insufficient cpu.",
    "error: You must be logged in to the server (Unauthorized)",
    "Error from server (NotFound): deployments.apps \"image-builder\" not found",
    "npm ERR! code ENOENT\nnpm ERR! syscall open\nnpm ERR! path /app/package.json",
    "npm WARN deprecated har-validator@5.1.5: this library is no longer supported",
    "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)",
    "ORA-12514: TNS:listener does not currently know of service requested in connect descriptor",
    "Msg 18456, Level 14, State 1: Login failed for user 'sa'.",
    "psql: error: connection to server at \"10.0.0.4\", port 5432 failed: Connection refused",
    "HTTP Error 500.30 - ASP.NET Core app failed to start",
    "Error 403 - This web app is stopped. The web app you have attempted to reach is currently stopped and does not accept any requests.",
    "Failed to deploy web package to App Service. Error: Conflict (CODE: 409)",
    "(QuotaExceeded) Operation could not be completed as it results in exceeding approved standardDSv3Family Cores quota. Additional details - Deployment Model: Resource Manager, Location: eastus, Current Limit: 10",
    "(PublicIPCountLimitReached) Cannot create more than 10 public IP addresses for this subscription in this region.",
    "(StorageAccountAlreadyTaken) The storage account named imagestore is already taken.",
    "(AuthorizationFailed) The client 'x' with object id 'y' does not have authorization to perform action 'Microsoft.Compute/images/write' over scope '/subscriptions/z'.",
    "(SkuNotAvailable) The requested size for resource 'vm' is currently not available in location 'westeurope' zones '1' for subscription.",
    "(VaultAlreadyExists) The vault name 'kv' is already in use.",
    "(ZonalAllocationFailed) Allocation failed. We do not have sufficient capacity for the requested VM size in this zone.",
    "fatal: unable to access 'https://github.com/a/b.git/': SSL certificate problem: unable to get local issuer certificate",
    "E: Unable to locate package walinuxagent-extra",
    "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
    "docker: Error response from daemon: pull access denied for x, repository does not exist or may require 'docker login'.",
];

#[test]
fn other_failures_are_not_recognised() {
    assert!(OTHERS.len() >= 30);
    let mut wrong = Vec::new();
    for text in OTHERS {
        let found = ids(text);
        if !found.is_empty() {
            wrong.push(format!("{found:?}: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(ids(&OTHERS.join("\n")), Vec::<&str>::new(), "in one log");
}
