//! WIN019: roles and features that Azure does not support.

use super::{MAX_LISTED, at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::windows::roles::Roles;
use crate::guest::windows::services::{Services, Start};
use crate::known::{Known, Undetermined};
use crate::rules::partition::decided_unless;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// No role or feature is installed that Azure does not support.
    ///
    /// ## Why
    /// Some roles of Windows Server need hardware, broadcasts or networks that Azure does not give.
    /// An application that depends on one does not work there, and certification refuses it.
    ///
    /// ## Evidence
    /// The service or driver of each role below `SYSTEM\CurrentControlSet\Services`, where its
    /// `Start` is not 4 (disabled): `ClusSvc`, `DHCPServer`, `RemoteAccess`, `RaMgmtSvc`,
    /// `WDSServer`, `WLBS`, `SNMP`, `WINS`, `MSiSNS`, `mpio`, `PNRPsvc`, `WlanSvc`, `vmms`. Beside
    /// them the role's `InstallState` (1) in
    /// `SOFTWARE\Microsoft\ServerManager\ServicingStorage\ServerComponentCache`.
    ///
    /// ## What Azure says
    /// The self-test `1.1.6` `Failover Cluster`, with the required value
    /// `Failover Clustering feature is disabled`; of each of the others the FAQ says:
    /// `The application shouldn't be dependent on this feature.`
    ///
    /// ## Fix
    /// `Uninstall-WindowsFeature -Name NAME -Restart`
    ///
    /// ## Limits
    /// That something is installed does not prove that the application depends on it, and what it
    /// does with IPv6 is not in the image. Services whose names Microsoft does not publish, and
    /// Hyper-V, which the FAQ has in one revision and not in another, only warn. `RemoteAccess` is
    /// on every server, disabled. A desktop edition has `PNRPsvc` and `WlanSvc` of its own. An
    /// encrypted disk is PART012's; the service of BitLocker is noted.
    pub static WIN019 = {
        id: "WIN019",
        name: "unsupported-features",
        level: Error,
        sources: [FAQ, SELF, KB832, SVC16, ROLES],
    };
}

/// A role or feature that is not supported.
struct Unsupported {
    title: &'static str,
    /// Its name for `Uninstall-WindowsFeature`.
    feature: &'static str,
    /// Services or drivers that exist only with it, or are disabled without it.
    services: &'static [&'static str],
    level: Level,
    /// Whether a desktop edition has it anyway.
    is_on_clients: bool,
}

const fn unsupported(
    title: &'static str,
    feature: &'static str,
    services: &'static [&'static str],
    level: Level,
) -> Unsupported {
    Unsupported {
        title,
        feature,
        services,
        level,
        is_on_clients: false,
    }
}

const fn on_clients(unsupported: Unsupported) -> Unsupported {
    Unsupported {
        is_on_clients: true,
        ..unsupported
    }
}

const ALL: [Unsupported; 15] = [
    unsupported(
        "Failover Clustering",
        "Failover-Clustering",
        &["ClusSvc"],
        Level::Error,
    ),
    unsupported("DHCP Server", "DHCP", &["DHCPServer"], Level::Error),
    unsupported(
        "Remote Access",
        "RemoteAccess",
        &["RemoteAccess", "RaMgmtSvc"],
        Level::Error,
    ),
    unsupported(
        "Active Directory Rights Management Services",
        "ADRMS",
        &[],
        Level::Error,
    ),
    unsupported(
        "Windows Deployment Services",
        "WDS",
        &["WDSServer"],
        Level::Error,
    ),
    unsupported("Network Load Balancing", "NLB", &["WLBS"], Level::Error),
    unsupported("SNMP Service", "SNMP-Service", &["SNMP"], Level::Error),
    unsupported("WINS Server", "WINS", &["WINS"], Level::Error),
    unsupported("iSNS Server", "ISNS", &["MSiSNS"], Level::Warning),
    unsupported("Multipath I/O", "Multipath-IO", &["mpio"], Level::Warning),
    on_clients(unsupported(
        "Peer Name Resolution Protocol",
        "PNRP",
        &["PNRPsvc"],
        Level::Warning,
    )),
    on_clients(unsupported(
        "Wireless LAN Service",
        "Wireless-Networking",
        &["WlanSvc"],
        Level::Warning,
    )),
    unsupported("Hyper-V", "Hyper-V", &["vmms"], Level::Warning),
    on_clients(unsupported(
        "BitLocker Drive Encryption",
        "BitLocker",
        &["BDESVC"],
        Level::Note,
    )),
    unsupported(
        "DirectAccess and VPN",
        "DirectAccess-VPN",
        &[],
        Level::Error,
    ),
];

fn check(subject: &Subject<'_>) -> Outcome {
    judge(subject).unwrap_or_else(|outcome| outcome)
}

fn judge(subject: &Subject<'_>) -> Result<Outcome, Outcome> {
    let guest = guest(subject)?;
    let services = known(&guest.services)?;
    let is_client = guest.release.is_client();
    let mut open = services
        .is_cut
        .then(|| format!("{}: it has too many services", services.spot));
    let mut findings = Vec::new();
    for unsupported in &ALL {
        let found = match installed(unsupported, services, &guest.roles) {
            Ok(Some(found)) => found,
            Ok(None) => continue,
            Err(unknown) => {
                open.get_or_insert(unknown.reason);
                continue;
            }
        };
        if unsupported.is_on_clients {
            match &is_client {
                Ok(Some(true)) => continue,
                Ok(_) => {}
                Err(unknown) => {
                    open.get_or_insert_with(|| unknown.reason.clone());
                    continue;
                }
            }
        }
        findings.push(found);
    }
    findings.truncate(MAX_LISTED);
    Ok(decided_unless(open, findings))
}

/// The finding where it is installed.
fn installed(
    unsupported: &Unsupported,
    services: &Services,
    roles: &Roles,
) -> Known<Option<Finding>> {
    let finding = |found: String| {
        let title = unsupported.title;
        let message = match unsupported.level {
            Level::Note => {
                format!("{title} is installed; PART012 says whether the disk is encrypted")
            }
            _ => format!("{title} is installed, which Azure does not support"),
        };
        Finding::new(unsupported.level, message)
            .found(found)
            .required(format!("no {title}"))
            .fix(format!(
                "Uninstall-WindowsFeature -Name {} -Restart",
                unsupported.feature
            ))
    };
    for name in unsupported.services {
        let Some(service) = services.get(name) else {
            continue;
        };
        match service.starts()? {
            Some(Start::Disabled) => {}
            Some(start) => {
                let found = format!("the service {name}, start type {}", start.name());
                return Ok(Some(finding(found).at(at(&service.spot))));
            }
            None => {
                return Err(Undetermined::new(format!(
                    "{}: it is missing, so that it is not known whether {} is in use",
                    service.start.spot, unsupported.title
                )));
            }
        }
    }
    let feature = roles.installed(unsupported.feature)?;
    Ok(feature.map(|feature| {
        finding(format!("the feature {} is installed", unsupported.feature))
            .at(at(&feature.state.spot))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::windows::registry::HiveName::{Software, System};
    use crate::rules::windows::testing::people::with_service;
    use crate::rules::windows::testing::*;

    const CACHE: &str = r"Microsoft\ServerManager\ServicingStorage\ServerComponentCache";

    #[test]
    fn a_default_server_passes() {
        assert_eq!(of(&WIN019, &Machine::new()), Outcome::pass());
    }

    #[test]
    fn each_role_is_found_by_its_service() {
        for unsupported in &ALL {
            for name in unsupported.services {
                let machine = with_service(Machine::new(), name, 2, 16, "x.exe");
                let outcome = of(&WIN019, &machine);
                assert_evidence(&outcome);
                assert_eq!(worst(&outcome), Some(unsupported.level), "{name}");
                assert_eq!(outcome.findings().len(), 1, "{name}");
                let off = with_service(Machine::new(), name, 4, 16, "x.exe");
                assert_eq!(of(&WIN019, &off), Outcome::pass(), "{name}");
            }
        }
    }

    #[test]
    fn server_managers_cache_tells_of_roles_without_a_service() {
        let key = format!(r"{CACHE}\ADRMS");
        let on = Machine::new().dword(Software, &key, "InstallState", 1);
        assert_eq!(of(&WIN019, &on).status(), Status::Fail);
        let off = Machine::new().dword(Software, &key, "InstallState", 0);
        assert_eq!(of(&WIN019, &off), Outcome::pass());
    }

    #[test]
    fn what_a_desktop_edition_brings_is_no_finding() {
        let release = r"Microsoft\Windows NT\CurrentVersion";
        let client = Machine::new().string(Software, release, "InstallationType", "Client");
        let client = with_service(client, "WlanSvc", 2, 32, "x.exe");
        assert_eq!(of(&WIN019, &client), Outcome::pass());
    }

    #[test]
    fn what_is_not_known_is_undetermined() {
        let key = r"CurrentControlSet\Services\SNMP";
        let outcome = of(&WIN019, &Machine::new().string(System, key, "Start", "x"));
        assert_eq!(outcome.status(), Status::Undetermined);
        let outcome = of(&WIN019, &Machine::new().key(System, key));
        assert_eq!(outcome.status(), Status::Undetermined);
        assert_needs(&WIN019, System);
        assert_needs(&WIN019, Software);
        assert_applies_to_windows_only(&WIN019);
    }
}
