//! LNX053: Hyper-V's daemons and the tools that grow a disk.

use super::{Subject, guest, known};
use crate::finding::{Finding, Outcome};
use crate::guest::linux::distribution::Family;
use crate::rules::declare_rule;

declare_rule! {
    /// Hyper-V's daemons and the tools that grow the root file system are installed.
    ///
    /// ## Why
    /// The key-value daemon tells the host about the guest; growpart and gdisk let the file system
    /// take the whole disk that a customer chooses.
    ///
    /// ## Evidence
    /// Packages by the names of each distribution.
    ///
    /// ## What Azure says
    /// Microsoft's test suite wants exactly one running `hypervkvpd` on Azure Linux, and reports
    /// `hv_kvp_daemon is not installed` as passed on Debian's family.
    ///
    /// ## Fix
    /// Debian: `apt-get install -y hyperv-daemons cloud-guest-utils gdisk`; Ubuntu:
    /// `apt-get install -y linux-cloud-tools-azure cloud-guest-utils gdisk`; Red Hat:
    /// `yum install -y hyperv-daemons cloud-utils-growpart gdisk`; SUSE:
    /// `zypper install -y hyper-v growpart gptfdisk`.
    ///
    /// ## Limits
    /// Whether the daemon runs shows only on a running machine. Ubuntu's
    /// `linux-cloud-tools-common` alone does not count: it holds no daemon, only what starts the one
    /// of the running kernel's own package, `linux-cloud-tools-<kernel>`.
    pub static LNX053 = {
        id: "LNX053",
        name: "integration-tools",
        level: Advice,
        sources: [GEN, RHEL, DEB, LISA],
    };
}

/// Packages that do the same, the first one to be installed; a `*` at the end stands for any rest
/// but `common`.
type Choice = &'static [&'static str];

fn wanted(family: Family) -> Option<(&'static [Choice], &'static str)> {
    Some(match family {
        Family::Debian => (
            &[&["hyperv-daemons"], &["cloud-guest-utils"], &["gdisk"]],
            "apt-get install -y",
        ),
        Family::Ubuntu => (
            &[
                &[
                    "linux-cloud-tools-azure",
                    "linux-cloud-tools-*",
                    "hyperv-daemons",
                ],
                &["cloud-guest-utils"],
                &["gdisk"],
            ],
            "apt-get install -y",
        ),
        Family::Fedora => (
            &[
                &["hyperv-daemons", "hypervkvpd"],
                &["cloud-utils-growpart"],
                &["gdisk"],
            ],
            "yum install -y",
        ),
        Family::Suse => (
            &[
                &["hyper-v"],
                &["growpart", "growpart-rootgrow", "cloud-utils-growpart"],
                &["gptfdisk"],
            ],
            "zypper install -y",
        ),
        Family::AzureLinux => (
            &[
                &["hypervkvpd", "hyperv-daemons"],
                &["cloud-utils-growpart"],
                &["gptfdisk", "gdisk"],
            ],
            "tdnf install -y",
        ),
        Family::CoreOs | Family::Alpine | Family::Arch | Family::Other => return None,
    })
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let distribution = match known(&guest.distribution) {
        Ok(Some(distribution)) => distribution,
        Ok(None) => return Outcome::not_applicable("no file says which distribution it is"),
        Err(outcome) => return outcome,
    };
    let Some((wanted, install)) = wanted(distribution.family()) else {
        return Outcome::not_applicable(
            "the names of the packages are not known for this distribution",
        );
    };
    let packages = match known(&guest.packages) {
        Ok(packages) => packages,
        Err(outcome) => return outcome,
    };
    let installed = |name: &&str| match name.strip_suffix('*') {
        Some(start) => packages
            .list
            .iter()
            .any(|package| package.name.starts_with(start) && !package.name.ends_with("-common")),
        None => packages.find(name).is_some(),
    };
    let missing = wanted
        .iter()
        .filter(|names| !names.iter().any(installed))
        .filter_map(|names| names.first());
    Outcome::Decided(
        missing
            .map(|name| {
                Finding::advice(format!("the package {name} is not installed"))
                    .found("not installed")
                    .required(*name)
                    .fix(format!("{install} {name}"))
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Level;
    use crate::finding::Status::{self, *};
    use crate::rules::Profile;
    use crate::rules::linux::sys_testing::{adjusted, packages, release};
    use crate::rules::linux::testing::*;

    #[test]
    fn each_package_that_is_missing_is_advised() {
        let of = |id: &str, list: &[(&str, &str)]| {
            let inspection = adjusted(&release(id, "9"), |guest| {
                guest.packages = Ok(packages(list))
            });
            judge(&LNX053, &inspection, Profile::default())
        };
        let all = [
            ("hypervkvpd", "0"),
            ("cloud-utils-growpart", "0.33"),
            ("gdisk", "1"),
        ];
        assert_eq!(of("rhel", &all), Outcome::pass());
        let some = of("rhel", &all[..2]);
        assert_eq!((some.status(), some.findings().len()), (Pass, 1));
        assert_eq!(worst(&some), Some(Level::Advice));
        assert_eq!(
            some.findings()[0].fix.as_deref(),
            Some("yum install -y gdisk")
        );
        assert_eq!(of("debian", &[]).findings().len(), 3);
        assert_eq!(of("alpine", &[]).status(), NotApplicable);
        let unknown = adjusted(&release("rhel", "9"), |guest| {
            guest.packages = Err(crate::known::Undetermined::new("not read"));
        });
        let outcome = judge(&LNX053, &unknown, Profile::default());
        assert_eq!(outcome.status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX053);
    }
}
