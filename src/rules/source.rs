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
}
