//! LNX046: udev's rules that give network cards lasting names.

use super::{Subject, at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::linux::distribution::Family;
use crate::guest::linux::network::NetworkKind;
use crate::rules::{Profile, declare_rule};

declare_rule! {
    /// No rule of udev ties the names of network cards to the machine that the image was made on.
    ///
    /// ## Why
    /// Such a rule keeps `eth0` for a card that no other machine has; the new card becomes `eth1`,
    /// for which nothing is configured.
    ///
    /// ## Evidence
    /// `70-persistent-net.rules` and `75-persistent-net-generator.rules` in the folders of udev's
    /// rules; on SUSE also `85-persistent-net-cloud-init.rules` and `ifcfg-eth*` of
    /// `/etc/sysconfig/network`. A link to `/dev/null` counts as absent.
    ///
    /// ## What Azure says
    /// Microsoft's test suite: `file <path> should not be present`
    ///
    /// ## Fix
    /// `rm -f /etc/udev/rules.d/70-persistent-net.rules /lib/udev/rules.d/75-persistent-net-generator.rules`
    ///
    /// ## Limits
    /// The suite looks on Red Hat's family, Azure Linux and CoreOS, and whether certification runs
    /// this check is not known: it fails there in the profile `strict` only, and never on other
    /// systems.
    /// ## Profiles
    /// - `faq-2021-09`: a warning.
    /// - `lisa-2026-08`: a warning.
    /// - `strict`: an error where Microsoft's test suite looks for the file, else a warning.
    pub static LNX046 = {
        id: "LNX046",
        name: "persistent-network-names",
        level: Warning,
        sources: [LISA, SUSE, ORA],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let files = match known(&guest.network.persistent_names) {
        Ok(files) => files,
        Err(outcome) => return outcome,
    };
    let distribution = match known(&guest.distribution) {
        Ok(distribution) => distribution,
        Err(outcome) => return outcome,
    };
    let family = distribution
        .as_ref()
        .map_or(Family::Other, |one| one.family());
    let tested = matches!(family, Family::Fedora | Family::AzureLinux | Family::CoreOs);
    let mut findings: Vec<_> = files
        .iter()
        .map(|spot| {
            let by_suite = tested && !spot.path.contains("/85-");
            let level = match subject.profile {
                Profile::Strict if by_suite => Level::Error,
                _ => Level::Warning,
            };
            Finding::new(
                level,
                format!("{} gives network cards lasting names", spot.path),
            )
            .found(spot.path.clone())
            .required("no such file")
            .at(at(spot))
            .fix(format!("rm -f {}", super::guest_text::quoted(&spot.path)))
        })
        .collect();
    if family == Family::Suse {
        let eth =
            guest.network.interfaces.iter().filter(|one| {
                one.kind == NetworkKind::Wicked && one.spot.path.contains("/ifcfg-eth")
            });
        findings.extend(eth.take(super::MAX_LISTED).map(|one| {
            Finding::warning(format!(
                "{} is there, where Microsoft's page on SUSE has cloud-init write it",
                one.spot.path
            ))
            .found(one.spot.path.clone())
            .required("no such file")
            .at(at(&one.spot))
            .fix("rm -f /etc/sysconfig/network/ifcfg-eth*")
        }));
    }
    Outcome::Decided(findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status::{self, *};
    use crate::rules::linux::sys_testing::{debian, release};
    use crate::rules::linux::testing::*;

    const RULES: &str = "/etc/udev/rules.d/70-persistent-net.rules";

    #[test]
    fn lasting_names_warn_and_fail_where_the_suite_looks_in_the_strictest_profile() {
        let el = release("rhel", "8.9");
        let suse = release("sles", "15.5");
        let generator = "/udev/rules.d/75-persistent-net-generator.rules";
        let cases = [
            (el.clone(), [Pass; 3]),
            (el.clone().file(RULES, "x"), [Warn, Warn, Fail]),
            (
                el.clone().link(&format!("/etc{generator}"), "/dev/null"),
                [Pass; 3],
            ),
            (
                el.file(&format!("/usr/lib{generator}"), "x"),
                [Warn, Warn, Fail],
            ),
            (debian().file(RULES, "x"), [Warn; 3]),
            (suse.clone(), [Pass; 3]),
            (
                suse.clone()
                    .file("/etc/sysconfig/network/ifcfg-eth0", "BOOTPROTO='dhcp'\n"),
                [Warn; 3],
            ),
            (
                suse.file("/etc/udev/rules.d/85-persistent-net-cloud-init.rules", "x"),
                [Warn; 3],
            ),
            (debian().unreadable("/etc/os-release"), [Undetermined; 3]),
        ];
        for (number, (tree, expected)) in cases.iter().enumerate() {
            let outcomes = in_profiles(&LNX046, tree);
            outcomes.iter().for_each(assert_evidence);
            let found: [Status; 3] = outcomes.each_ref().map(Outcome::status);
            assert_eq!(found, *expected, "case {number}: {outcomes:?}");
        }
        assert_applies_to_linux_only(&LNX046);
    }
}
