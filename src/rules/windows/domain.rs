//! WIN029: membership of a domain.

use super::{at, guest, known, set};
use crate::finding::{Finding, Outcome};
use crate::guest::windows::services::Start;
use crate::rules::linux::guest_text::short;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// The machine belongs to no domain, and is no domain controller.
    ///
    /// ## Why
    /// A customer cannot reach the builder's domain, and whoever knows its administrators would be
    /// let in. Sysprep takes a member out of its domain, so that one that is still in it was not
    /// generalised; a domain controller cannot be generalised at all.
    ///
    /// ## Evidence
    /// A security identifier in the default value of `SECURITY\Policy\PolPrDmS` or of
    /// `PolMachineAccountS`; `PolPrDmN` is the domain's name, or the workgroup's. The service
    /// `NTDS`, and `ProductType` (`LanmanNT`) of `SYSTEM\CurrentControlSet\Control\ProductOptions`,
    /// for a domain controller.
    ///
    /// ## Fix
    /// `Remove-Computer -WorkgroupName WORKGROUP -Restart`, then Sysprep
    ///
    /// ## Limits
    /// A primary DNS suffix (`Domain` of `Tcpip\Parameters`) may be set without a domain, and the
    /// secret `$MACHINE.ACC` stays when a domain is left: both are noted.
    pub static WIN029 = {
        id: "WIN029",
        name: "domain-membership",
        level: Error,
        sources: [WINP, KB832],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    judge(subject).unwrap_or_else(|outcome| outcome)
}

fn judge(subject: &Subject<'_>) -> Result<Outcome, Outcome> {
    let guest = guest(subject)?;
    let domain = &guest.domain;
    let services = known(&guest.services)?;
    let product = set(&domain.product_type)?;
    // Without the role, or before its promotion, there is no service or it is disabled.
    let directory = match services.starts("NTDS") {
        Ok(None | Some(Start::Disabled)) => None,
        Ok(Some(_)) => services.get("NTDS"),
        Err(unknown) => return Err(Outcome::undetermined(unknown.reason)),
    };
    let is_controller = product.is_some_and(|product| product.eq_ignore_ascii_case("LanmanNT"));
    if is_controller || directory.is_some() {
        let spot = directory.map_or(&domain.product_type.spot, |service| &service.spot);
        return Ok(Outcome::Decided(vec![
            Finding::error("the machine is a domain controller, which Sysprep does not generalise")
                .found(match directory {
                    Some(_) => "the service NTDS",
                    None => "ProductType = LanmanNT",
                })
                .required("a server without Active Directory Domain Services")
                .at(at(spot))
                .fix("Uninstall-ADDSDomainController -DemoteOperationMasterRole; Uninstall-WindowsFeature -Name AD-Domain-Services -Restart"),
        ]));
    }
    let primary = set(&domain.primary_domain_sid)?;
    let account = set(&domain.machine_account_sid)?;
    let member = [
        (primary, &domain.primary_domain_sid),
        (account, &domain.machine_account_sid),
    ]
    .into_iter()
    .find(|(sid, _)| *sid == Some(&true));
    if let Some((_, setting)) = member {
        let name = match domain.primary_domain.get() {
            Ok(Some(name)) if !name.is_empty() => format!("the domain {}", short(name)),
            _ => "a domain".to_owned(),
        };
        return Ok(Outcome::Decided(vec![
            Finding::warning(format!("the machine is a member of {name}"))
                .found(format!("the security identifier of {name}"))
                .required("a workgroup")
                .at(at(&setting.spot))
                .fix("Remove-Computer -WorkgroupName WORKGROUP -Force -Restart"),
        ]));
    }
    if primary.is_none() {
        return Ok(Outcome::undetermined(format!(
            "{}: it is missing, so that a domain cannot be excluded",
            domain.primary_domain_sid.spot
        )));
    }
    let mut findings = Vec::new();
    if let Some(spot) = known(&domain.machine_secret)? {
        findings.push(
            Finding::note("the machine once was a member of a domain: its password is still kept")
                .at(at(spot)),
        );
    }
    if let Some(suffix) = set(&domain.dns_suffix)?.filter(|suffix| !suffix.is_empty()) {
        findings.push(
            Finding::note(format!("the primary DNS suffix is {}", short(suffix)))
                .at(at(&domain.dns_suffix.spot)),
        );
    }
    Ok(Outcome::Decided(findings))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::hive::Data;
    use crate::guest::windows::domain::testing::{name, sid};
    use crate::guest::windows::registry::HiveName::{Security, System};
    use crate::rules::windows::testing::people::with_service;
    use crate::rules::windows::testing::*;

    #[test]
    fn a_workgroup_passes() {
        assert_eq!(of(&WIN029, &Machine::new()), Outcome::pass());
        let not_promoted = with_service(Machine::new(), "NTDS", 4, 32, "lsass.exe");
        assert_eq!(of(&WIN029, &not_promoted), Outcome::pass());
    }

    #[test]
    fn a_member_warns_with_the_domains_name() {
        for value in ["PolPrDmS", "PolMachineAccountS"] {
            let machine = Machine::new()
                .set(Security, &format!(r"Policy\{value}"), "", sid())
                .set(Security, r"Policy\PolPrDmN", "", name("CONTOSO"));
            let outcome = of(&WIN029, &machine);
            assert_eq!(outcome.status(), Status::Warn, "{value}");
            assert_evidence(&outcome);
            assert!(outcome.findings()[0].message.contains("CONTOSO"));
        }
    }

    #[test]
    fn a_domain_controller_fails() {
        let product = r"CurrentControlSet\Control\ProductOptions";
        let by_type = Machine::new().string(System, product, "ProductType", "LanmanNT");
        let by_service = with_service(Machine::new(), "NTDS", 2, 32, "lsass.exe");
        for machine in [by_type, by_service] {
            let outcome = of(&WIN029, &machine);
            assert_eq!(outcome.status(), Status::Fail);
            assert_evidence(&outcome);
        }
    }

    #[test]
    fn traces_are_noted() {
        let tcpip = r"CurrentControlSet\Services\Tcpip\Parameters";
        let machine = Machine::new()
            .key(Security, r"Policy\Secrets\$MACHINE.ACC\CurrVal")
            .string(System, tcpip, "Domain", "contoso.com");
        let outcome = of(&WIN029, &machine);
        assert_eq!(worst(&outcome), Some(Level::Note));
        assert_eq!(outcome.findings().len(), 2);
    }

    #[test]
    fn what_is_not_known_is_undetermined() {
        let odd = Data::Binary(b"no SID".to_vec());
        let odd = Machine::new().set(Security, r"Policy\PolPrDmS", "", odd);
        let gone = Machine::new().without_key(Security, r"Policy\PolPrDmS");
        let ntds = r"CurrentControlSet\Services\NTDS";
        let start = Machine::new().string(System, ntds, "Start", "x");
        for machine in [odd, gone, start] {
            assert_eq!(of(&WIN029, &machine).status(), Status::Undetermined);
        }
        assert_needs(&WIN029, System);
        assert_needs(&WIN029, Security);
        assert_applies_to_windows_only(&WIN029);
    }
}
