//! WIN028: software of other hypervisors and clouds.

use super::{at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::windows::services::{Service, Start};
use crate::rules::partition::{decided_unless, listed};
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// No software of another hypervisor or cloud is left.
    ///
    /// ## Why
    /// Tools and drivers that were made for other virtual hardware wait in Azure for hardware that
    /// is not there, hold up the boot, or take hold of disk and network in the place of Hyper-V's.
    ///
    /// ## Evidence
    /// Services and drivers by the names that VMware Tools, VirtualBox Guest Additions, the VirtIO
    /// drivers, QEMU, Xen, Parallels, and the agents of Amazon and Google give them.
    ///
    /// ## Fix
    /// Uninstall the product in Settings, Apps, or by
    /// `Get-Package '*VMware Tools*' | Uninstall-Package`; then delete what is left:
    /// `sc.exe delete <service>`.
    ///
    /// ## Limits
    /// But for the service of VMware Tools, Microsoft publishes no list: the names are general
    /// knowledge, and drivers that Windows Update brings may be among them. Software that has no
    /// service is not found. Filters of the Transport Driver
    /// Interface, which the guide wants removed as well, carry no mark by which they could be told
    /// from Windows' own.
    pub static WIN028 = {
        id: "WIN028",
        name: "foreign-virtualisation",
        level: Advice,
        sources: [WINP, MIG],
    };
}

/// Whose services and drivers they are. Names of Hyper-V's own (`vmbus`, `vmic…`, `vmgid`), of Windows'
/// inbox drivers and of adapters that Azure has (`mlx5`, `mana`) are not among them.
const PRODUCTS: [(&str, &[&str]); 8] = [
    (
        "VMware Tools",
        &[
            "VMTools",
            "VGAuthService",
            "vm3dservice",
            "vm3dmp",
            "vm3dmp_loader",
            "vmxnet3ndis6",
            "pvscsi",
            "vmci",
            "vsock",
            "vmhgfs",
            "vmmemctl",
            "vmmouse",
            "vmusbmouse",
            "vmrawdsk",
            "vmvss",
        ],
    ),
    (
        "VirtualBox Guest Additions",
        &[
            "VBoxService",
            "VBoxGuest",
            "VBoxMouse",
            "VBoxSF",
            "VBoxVideo",
            "VBoxWddm",
        ],
    ),
    (
        "the VirtIO drivers",
        &[
            "viostor",
            "vioscsi",
            "netkvm",
            "BALLOON",
            "BalloonService",
            "VirtioSerial",
            "VioSer",
            "viorng",
            "pvpanic",
            "viofs",
        ],
    ),
    (
        "the QEMU guest agent",
        &["QEMU-GA", "QEMU Guest Agent VSS Provider", "vdservice"],
    ),
    (
        "the Xen drivers",
        &[
            "xenbus", "xenvbd", "xennet", "xenvif", "xeniface", "xenfilt", "xensvc", "XenAgent",
        ],
    ),
    ("Parallels Tools", &["prl_tools", "prl_tg", "prl_fs"]),
    (
        "the software of Amazon EC2",
        &[
            "AmazonSSMAgent",
            "AWSLiteAgent",
            "ENA",
            "AWSNVMe",
            "Ec2Config",
            "Amazon EC2Launch",
        ],
    ),
    (
        "the software of Google Compute Engine",
        &["GCEAgent", "gvnic", "google_osconfig_agent"],
    ),
];

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let services = match known(&guest.services) {
        Ok(services) => services,
        Err(outcome) => return outcome,
    };
    let found = PRODUCTS.iter().flat_map(|(product, names)| {
        names
            .iter()
            .filter_map(|name| Some((*name, services.get(name)?)))
            .map(|(name, service)| finding(product, name, service))
    });
    let findings = listed(Level::Advice, found, "such services and drivers");
    let cut = services
        .is_cut
        .then(|| format!("{}: it has more services than are read", services.spot));
    decided_unless(cut, findings)
}

fn finding(product: &str, name: &str, service: &Service) -> Finding {
    let what = match service.is_driver() {
        Ok(Some(true)) => "driver",
        _ => "service",
    };
    let start = match service.starts() {
        Ok(Some(start)) => start.name(),
        Ok(None) => "not said",
        Err(_) => "not known",
    };
    let is_off = service.starts() == Ok(Some(Start::Disabled));
    let level = match is_off {
        true => Level::Note,
        false => Level::Advice,
    };
    Finding::new(level, format!("the {what} {name} belongs to {product}"))
        .found(format!("{what} {name}, start: {start}"))
        .required("no software of another hypervisor or cloud")
        .at(at(&service.spot))
        .fix(format!(
            "uninstall {product}; then: sc.exe delete \"{name}\""
        ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::windows::registry::HiveName;
    use crate::rules::windows::testing::boot::SERVICES;
    use crate::rules::windows::testing::*;

    fn with(name: &str, start: u32) -> Outcome {
        let key = format!(r"{SERVICES}\{name}");
        of(
            &WIN028,
            &Machine::new().dword(HiveName::System, &key, "Start", start),
        )
    }

    #[test]
    fn services_of_others_are_advice_and_windows_own_are_not() {
        assert_eq!(of(&WIN028, &Machine::new()), Outcome::pass());
        for name in [
            "vmtools",
            "VBoxGuest",
            "viostor",
            "xenbus",
            "ena",
            "GCEAgent",
        ] {
            let outcome = with(name, 2);
            assert_eq!(worst(&outcome), Some(Level::Advice), "{name}");
            assert_eq!(outcome.status(), Status::Pass);
            assert_eq!(outcome.findings().len(), 1);
            assert!(outcome.findings()[0].place.is_some());
        }
        assert_eq!(worst(&with("VMTools", 4)), Some(Level::Note));
        for name in ["vmicheartbeat", "vmgid", "mlx5", "LSI_SAS", "storahci"] {
            assert_eq!(with(name, 3), Outcome::pass(), "{name}");
        }
        assert_applies_to_windows_only(&WIN028);
        assert_needs(&WIN028, HiveName::System);
    }
}
