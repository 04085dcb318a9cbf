//! Where requirements are stated: the documents, their dates and addresses.

/// A document that states a requirement.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// Title.
    pub title: &'static str,
    /// Date of the revision that was read, or what is known of it.
    pub date: &'static str,
    /// Address.
    pub url: &'static str,
}

macro_rules! sources {
    ($($(#[$meta:meta])* $name:ident: $title:literal, $date:literal, $url:literal;)+) => {
        $($(#[$meta])* pub static $name: Source = Source { title: $title, date: $date, url: $url };)+
    };
}

sources! {
    /// The certification FAQ.
    FAQ: "Troubleshoot virtual machine certification", "2021-09-27",
        "https://learn.microsoft.com/partner-center/marketplace-offers/azure-vm-certification-faq";
    /// The certification policies.
    POL: "Commercial marketplace certification policies, section 200, v1.67 (as paraphrased by a publisher)", "2024-08-26",
        "https://learn.microsoft.com/legal/marketplace/certification-policies#200-virtual-machines";
    /// The support article on refused VHDs.
    KB405: "Uploaded VHD is not supported (KB 4053292)", "2020-07-21",
        "https://learn.microsoft.com/troubleshoot/azure/virtual-machines/";
    /// An error thread with the literal cookie message.
    CLI6179: "Azure/azure-cli issue 6179", "2018-04",
        "https://github.com/Azure/azure-cli/issues/6179";
    /// A thread with the literal size message.
    DOC48403: "MicrosoftDocs/azure-docs issue 48403", "2020-02",
        "https://github.com/MicrosoftDocs/azure-docs/issues/48403";
    /// Preparing a Linux disk.
    GEN: "Prepare Linux for imaging in Azure", "2022-12-14",
        "https://learn.microsoft.com/azure/virtual-machines/linux/create-upload-generic";
    /// Preparing a RHEL disk.
    RHEL: "Prepare a Red Hat-based virtual machine for Azure", "2026-09-09",
        "https://learn.microsoft.com/azure/virtual-machines/linux/redhat-create-upload-vhd";
    /// Preparing a Windows disk.
    WINP: "Prepare a Windows VHD or VHDX to upload to Azure", "2022-08-04",
        "https://learn.microsoft.com/azure/virtual-machines/windows/prepare-for-upload-vhd-image";
    /// Generation 2.
    GEN2: "Support for generation 2 VMs on Azure", "2024-03-04",
        "https://learn.microsoft.com/azure/virtual-machines/generation-2";
    /// Direct upload.
    UPL: "Upload a VHD to a managed disk with the Azure CLI", "2026-02-09",
        "https://learn.microsoft.com/azure/virtual-machines/linux/disks-upload-vhd-to-managed-disk-cli";
    /// Page blobs.
    PBLOB: "Understanding block blobs, append blobs, and page blobs", "undated",
        "https://learn.microsoft.com/rest/api/storageservices/understanding-block-blobs--append-blobs--and-page-blobs";
    /// Data Box.
    DBOX: "Troubleshoot Azure Data Box copy errors", "undated",
        "https://learn.microsoft.com/azure/databox/data-box-troubleshoot";
    /// SAS failures.
    SASF: "SAS failure messages", "2020-10-15",
        "https://learn.microsoft.com/partner-center/marketplace-offers/azure-vm-sas-failure-messages";
    /// Planning an offer.
    PLAN: "Plan a virtual machine offer", "2021-11-17",
        "https://learn.microsoft.com/partner-center/marketplace-offers/marketplace-virtual-machines";
    /// The image guide of 2017.
    CRE17: "Guide to create a virtual machine image for the Azure Marketplace", "2017-01-05",
        "https://github.com/MicrosoftDocs/azure-docs";
    /// Common errors.
    SUPERR: "Understand common error messages when you manage virtual machines in Azure", "2017-05-22",
        "https://learn.microsoft.com/troubleshoot/azure/virtual-machines/error-messages";
    /// Limits told by Microsoft staff.
    ASE3029: "microsoft/AzureStorageExplorer issue 3029", "2020",
        "https://github.com/microsoft/AzureStorageExplorer/issues/3029";
    /// The VHD format.
    VHDSPEC: "Virtual Hard Disk Image Format Specification", "2006-10-11",
        "https://www.microsoft.com/download/details.aspx?id=23850";
    /// UEFI.
    UEFI: "UEFI Specification 2.10, chapter 5: GUID Partition Table Disk Layout", "2022-08",
        "https://uefi.org/specs/UEFI/2.10/05_GUID_Partition_Table_Format.html";
    /// Staging.
    STG16: "Test your VM offer for the Azure Marketplace in staging", "2016-08-01",
        "https://github.com/MicrosoftDocs/azure-docs/blob/00c05ea62540f94c3a181ca8d91675961a2d7df5/articles/marketplace-publishing/marketplace-publishing-vm-image-test-in-staging.md";
    /// Open test suite.
    LISA: "microsoft/lisa at 66df42e", "2026-08-20",
        "https://github.com/microsoft/lisa";
    /// First MiB.
    DLPX: "delphix/appliance-build pull 393: 1 MB at the start of the disk, without which certification failed", "2019-11-14",
        "https://github.com/delphix/appliance-build/pull/393";
    /// Tag sector.
    KIWI: "OSInside/kiwi: the vhd-fixed disk tag", "undated",
        "https://github.com/OSInside/kiwi";
    /// qemu-img and VHD sizes.
    QEMU1490611: "QEMU bug 1490611: VHD sizes that Azure refuses", "2015-08",
        "https://bugs.launchpad.net/qemu/+bug/1490611";
    /// Footer formatting.
    LINUXKIT835: "linuxkit/linuxkit issue 835: a marketplace rejection for the footer's formatting", "2016",
        "https://github.com/linuxkit/linuxkit/issues/835";
    /// A Microsoft reader of fixed VHDs.
    OPENVMM: "microsoft/openvmm: disk_blob, which reads fixed VHDs", "2026-11",
        "https://github.com/microsoft/openvmm";
    /// Size surplus.
    XPLAT1600: "Azure/azure-xplat-cli issue 1600: a VHD with a surplus of 2 MB", "2015",
        "https://github.com/Azure/azure-xplat-cli/issues/1600";
    /// The self-test of an image.
    SELF: "Test a virtual machine image (the self-test service and its sample answers, API 1.5)", "2021-03-10",
        "https://learn.microsoft.com/partner-center/marketplace-offers/azure-vm-image-test";
    /// A publisher's pasted self-test.
    SCY: "scylladb/scylla-machine-image pull 433: a pasted self-test answer, API 1.7", "2023-01",
        "https://github.com/scylladb/scylla-machine-image/pull/433";
    /// A publisher's fixes after rejections.
    BW: "bitwarden/self-host pull 514: changes made after rejected submissions", "2026-06-03",
        "https://github.com/bitwarden/self-host/pull/514";
    /// A publisher's fixes after rejections, the earlier ones.
    BW504: "bitwarden/self-host pull 504: changes made after rejected submissions", "2026-05",
        "https://github.com/bitwarden/self-host/pull/504";
    /// A publisher's records.
    ADR804: "michel-heon/semantic-media-wiki-marketplace ADR 804: the policies as a publisher read them", "2026-06-08",
        "https://github.com/michel-heon/semantic-media-wiki-marketplace";
    /// A validator of running machines.
    VALID: "michel-heon/azure-marketplace-vm-validator", "2026-06",
        "https://github.com/michel-heon/azure-marketplace-vm-validator";
    /// The toolkit's questionnaire.
    QUES: "Certification Test Tool for Azure Certified: the questionnaire", "2016",
        "https://www.microsoft.com/download/details.aspx?id=44299";
    /// Security recommendations.
    SEC: "Security Recommendations for Azure Marketplace Images", "2019-01-11",
        "https://learn.microsoft.com/azure/security/fundamentals/azure-marketplace-images";
    /// An approved base.
    BASE: "Create a virtual machine using an approved base", "2021-12-07",
        "https://learn.microsoft.com/partner-center/marketplace-offers/azure-vm-use-approved-base";
    /// The technical configuration of an offer.
    TECH: "Configure VM offer technical configuration", "2022-04-27",
        "https://learn.microsoft.com/partner-center/marketplace-offers/azure-vm-plan-technical-configuration";
    /// Common questions.
    VFAQ: "Common questions about virtual machines in Azure Marketplace", "2021-03-10",
        "https://learn.microsoft.com/partner-center/marketplace-offers/azure-vm-faq";
    /// Preparing an Ubuntu disk.
    UBU: "Prepare an Ubuntu virtual machine for Azure", "2026-09-09",
        "https://learn.microsoft.com/azure/virtual-machines/linux/create-upload-ubuntu";
    /// Preparing a Debian disk.
    DEB: "Prepare a Debian VHD for Azure", "2026-09-09",
        "https://learn.microsoft.com/azure/virtual-machines/linux/debian-create-upload-vhd";
    /// Preparing a SUSE disk.
    SUSE: "Prepare a SLES or openSUSE Leap virtual machine for Azure", "2026-09-09",
        "https://learn.microsoft.com/azure/virtual-machines/linux/suse-create-upload-vhd";
    /// Preparing an Oracle disk.
    ORA: "Prepare an Oracle Linux virtual machine for Azure", "2026-09-09",
        "https://learn.microsoft.com/azure/virtual-machines/linux/oracle-create-upload-vhd";
    /// Trusted Launch.
    TL: "Trusted Launch for Azure virtual machines", "2025-04-21",
        "https://learn.microsoft.com/azure/virtual-machines/trusted-launch";
    /// Remote NVMe.
    NVME: "Supported OS images for remote NVMe", "2026-06-18",
        "https://learn.microsoft.com/azure/virtual-machines/enable-nvme-interface";
    /// Minimum agent versions.
    AGT: "Minimum version support for virtual machine agents in Azure (KB 4049215)", "2025-09-15",
        "https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/support-extensions-agent-version";
    /// The agent.
    WAA: "Azure/WALinuxAgent at a976115: configuration and deprovisioning", "2025-11-19",
        "https://github.com/Azure/WALinuxAgent";
    /// A URL in a comment.
    NMAP: "nmap/nmap issue 3088: certification flagged an address in a comment", "2025-05-08",
        "https://github.com/nmap/nmap/issues/3088";
    /// rootdelay.
    DOC84525: "MicrosoftDocs/azure-docs pull 84525: rootdelay leaves the list", "2021-11",
        "https://github.com/MicrosoftDocs/azure-docs/pull/84525";
    /// A blacklisted udf.
    WAA2025: "Azure/WALinuxAgent issue 2025: provisioning fails where udf is blacklisted", "2020",
        "https://github.com/Azure/WALinuxAgent/issues/2025";
    /// OMI.
    OMI: "Security update for Open Management Infrastructure (CVE-2021-38645, -38647 to -38649)", "2021-09-14",
        "https://aka.ms/omi-updation";
    /// Deployment trouble.
    DEPLOY: "Troubleshoot deployment issues of a new Linux virtual machine in Azure", "undated",
        "https://learn.microsoft.com/troubleshoot/azure/virtual-machines/linux/troubleshoot-deployment-new-vm-linux";
    /// The endorsed distributions.
    ENDORSED: "Endorsed Linux distributions on Azure", "2024-11-14",
        "https://learn.microsoft.com/azure/virtual-machines/linux/endorsed-distros";
    /// The format of advisories.
    OSV: "Open Source Vulnerability format, 1.6.6", "2024-09-12",
        "https://ossf.github.io/osv-schema/";
    /// CredSSP.
    CREDSSP: "Error when you try to RDP to a Windows VM in Azure: CredSSP encryption oracle remediation (KB 4295591)", "2023-08-25",
        "https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/credssp-encryption-oracle-remediation";
    /// MS17-010 by the version of a driver.
    KB4023262: "How to verify that MS17-010 is installed (KB 4023262)", "2017",
        "https://support.microsoft.com/help/4023262";
    /// The states of an image.
    SETUPSTATE: "Windows Setup States", "undated",
        "https://learn.microsoft.com/windows-hardware/manufacture/desktop/windows-setup-states";
    /// Roles and Sysprep.
    SYSPREPROLES: "Sysprep support for server roles", "undated",
        "https://learn.microsoft.com/windows-hardware/manufacture/desktop/sysprep-support-for-server-roles";
    /// Answer files.
    SETUPAUTO: "Windows Setup automation overview: where answer files are looked for, and what is deleted from them", "undated",
        "https://learn.microsoft.com/windows-hardware/manufacture/desktop/windows-setup-automation-overview";
    /// Policies of Windows Update.
    WUSETTINGS: "Manage additional Windows Update settings", "undated",
        "https://learn.microsoft.com/windows/deployment/update/waas-wu-settings";
    /// Automatic logon.
    ALOG: "Turn on automatic logon in Windows (KB 324737)", "2020-08-04",
        "https://learn.microsoft.com/troubleshoot/windows-server/user-profiles-and-logon/turn-on-automatic-logon";
    /// The accounts that Windows brings.
    LACC: "Local Accounts", "2018-12-10",
        "https://learn.microsoft.com/windows/security/identity-protection/access-control/local-accounts";
    /// Names of services.
    KB832: "Service overview and network port requirements for Windows (KB 832017)", "2020-09-08",
        "https://learn.microsoft.com/troubleshoot/windows-server/networking/service-overview-and-network-port-requirements";
    /// Names of roles and features.
    ROLES: "Roles, role services, and features included in Windows Server - Server Core", "2018-02-23",
        "https://learn.microsoft.com/windows-server/administration/server-core/server-core-roles-and-services";
    /// The agent for Windows.
    AGW: "Azure Windows VM Agent overview", "2025-08-18",
        "https://learn.microsoft.com/azure/virtual-machines/extensions/agent-windows";
    /// Remote Desktop, general errors.
    RDPGEN: "Troubleshoot an RDP general error in Azure VM", "2018-10-31",
        "https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/troubleshoot-rdp-general-error";
    /// The service of Remote Desktop.
    RDPSVC: "Remote Desktop Services isn't starting on an Azure VM", "2018-10-23",
        "https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/troubleshoot-remote-desktop-services-issues";
    /// Group policy and Remote Desktop.
    RDPPOL: "Remote Desktop sessions end while group policy is refreshed (fDenyTSConnections)", "undated",
        "https://support.microsoft.com/topic/2c01dc5b-565b-9884-5f46-cf877e133774";
    /// Rules of Windows Firewall offline.
    FWRULE: "Enable or disable a firewall rule on an Azure VM Guest OS", "2018-11-22",
        "https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/enable-disable-firewall-rule-guest-os";
    /// A firewall that lets nothing in.
    FWBLOCK: "Azure VM Guest OS firewall is blocking inbound traffic", "2021-11-04",
        "https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/guest-os-firewall-blocking-inbound-traffic";
    /// How rules of Windows Firewall are stored.
    GPFAS: "[MS-GPFAS] Group Policy: Firewall and Advanced Security Data Structure, 2.2.2.19", "undated",
        "https://learn.microsoft.com/openspecs/windows_protocols/ms-gpfas/2efe0b76-7b4a-41ff-9050-1023f8196d16";
    /// What a firewall profile does unless it is told.
    FWDEFAULT: "Unattended Windows Setup Reference: PublicProfile_EnableFirewall", "undated",
        "https://learn.microsoft.com/windows-hardware/customize/desktop/unattend/networking-mpssvc-svc-publicprofile-enablefirewall";
    /// The DHCP client.
    DHCPOFF: "Cannot RDP to Azure Virtual Machines because the DHCP Client service is disabled", "2018-11-13",
        "https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/troubleshoot-rdp-dhcp-disabled";
    /// Static addresses.
    STATICIP: "Cannot remote desktop to Azure Virtual Machines because of static IP", "2018-11-08",
        "https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/troubleshoot-rdp-static-ip";
    /// The registry's DNS servers.
    NAMESERVER: "Windows 2000 registry reference: Tcpip interfaces, NameServer", "undated",
        "https://learn.microsoft.com/previous-versions/windows/it-pro/windows-2000-server/cc978468(v=technet.10)";
    /// Generalising a Windows machine.
    GENW: "Remove machine specific information by deprovisioning or generalizing a VM", "2023-03-15",
        "https://learn.microsoft.com/azure/virtual-machines/generalize";
    /// Policies of removable drives.
    REMSTOR: "Policy CSP - ADMX_RemovableStorage", "2024-08-06",
        "https://learn.microsoft.com/windows/client-management/mdm/policy-csp-admx-removablestorage";
    /// SAN policies.
    VDSSAN: "VDS_SAN_POLICY enumeration (vds.h)", "undated",
        "https://learn.microsoft.com/windows/win32/api/vds/ne-vds-vds_san_policy";
    /// The binary value of WinHTTP's proxy.
    WINHTTP: "Use Group Policy to apply WinHTTP proxy settings to clients (KB 4494447)", "2020-12-07",
        "https://learn.microsoft.com/troubleshoot/windows-client/networking/use-group-policy-apply-winhttp-proxy-settings";
    /// Paging files.
    PAGING: "Unattended Windows Setup Reference: PagingFiles", "undated",
        "https://learn.microsoft.com/previous-versions/windows/embedded/ff794056(v=winembedded.60)";
    /// Services of Windows Server and their defaults.
    SVC16: "Guidance on disabling system services on Windows Server 2016 with Desktop Experience", "2018-11-26",
        "https://learn.microsoft.com/windows-server/security/windows-services/security-guidelines-for-disabling-system-services-in-windows-server";
    /// Boot repair of Windows machines, by Microsoft's support.
    RSL: "Azure/repair-script-library at 5388229: the scripts of az vm repair", "2026",
        "https://github.com/Azure/repair-script-library";
    /// The meaning of the elements of a boot configuration.
    BCDWMI: "BCD WMI provider: BcdLibraryElementTypes, BcdOSLoaderElementTypes, BcdBootMgrElementTypes", "undated",
        "https://learn.microsoft.com/previous-versions/windows/desktop/bcd/bcd-enumerations";
    /// The bytes of a device element.
    REACTOS: "reactos/reactos at 2e91c4a8: the boot environment's bl.h and bcd.h", "undated",
        "https://github.com/reactos/reactos";
    /// Crash dumps.
    DUMPS: "Overview of memory dump file options for Windows (KB 254649)", "2025-03-07",
        "https://learn.microsoft.com/troubleshoot/windows-server/performance/memory-dump-file-options";
    /// A boot that ends for want of its configuration.
    C00F: "Boot error 0xC000000F (KB 4010130)", "2024-06-21",
        "https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/boot-error-0xc000000f";
    /// Drivers that have to start with the machine.
    ASR: "Troubleshoot errors when failing over a machine to Azure (error 170010)", "2023-08-01",
        "https://learn.microsoft.com/azure/site-recovery/site-recovery-failover-to-azure-troubleshoot";
    /// Moving machines to Azure.
    MIG: "Prepare for VMware agentless migration", "2021-06-30",
        "https://learn.microsoft.com/azure/migrate/prepare-for-agentless-migration";
}
