//! LNX019: the kernel has the fix against SACK panics.

mod table;

use super::{at, guest, kernel, known};
use crate::finding::{Finding, Outcome};
use crate::guest::LinuxGuest;
use crate::guest::linux::distribution::{Distribution, Family};
use crate::guest::linux::kernel::Kernel;
use crate::rules::{Subject, declare_rule};
use table::{FIXED, ROWS, Row};

declare_rule! {
    /// The kernel has the fix for CVE-2019-11477, -11478 and -11479.
    ///
    /// ## Why
    /// A remote machine can stop an older kernel with a series of selective acknowledgements.
    ///
    /// ## Evidence
    /// The release of the default boot entry's kernel, for Debian the version of its package,
    /// against the table of the certification FAQ for the distribution's version. A kernel of
    /// version 5.2 or newer has the fix whatever the distribution.
    ///
    /// ## What Azure says
    /// `SACK Vulnerability patch verification` (test 52).
    ///
    /// ## Fix
    /// Update the kernel's package, and start the new kernel.
    ///
    /// ## Limits
    /// The table knows releases up to 2019; of a later release of the same major version the last
    /// row counts. A kernel that no row is for is undetermined.
    pub static LNX019 = {
        id: "LNX019",
        name: "sack-fix",
        level: Error,
        sources: [FAQ, SELF],
    };
}

/// The numbers of a version or release, in order; Red Hat's ending (`.el8.x86_64`) says nothing.
fn numbers(text: &str) -> Vec<u64> {
    text.split(".el")
        .next()
        .unwrap_or(text)
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().unwrap_or(u64::MAX))
        .collect()
}

/// The numbers before the first dash: the series.
fn series(text: &str) -> Vec<u64> {
    numbers(text.split('-').next().unwrap_or(text))
}

/// Whether `have` is at least `least`. SUSE's releases lack the last number of the package, so
/// that being the same so far has to do where `is_short`.
fn reaches(have: &str, least: &str, is_short: bool) -> bool {
    let (have, least) = (numbers(have), numbers(least));
    match have.iter().zip(&least).find(|(a, b)| a != b) {
        Some((a, b)) => a > b,
        None => is_short || have.len() >= least.len(),
    }
}

/// The rows for a distribution and kernel: those of its version, or the nearest of the same major
/// version.
fn rows<'r>(distribution: &Distribution, release: &str) -> Vec<&'r Row> {
    let version = distribution.version();
    let fitting: Vec<&Row> = ROWS
        .iter()
        .filter(|row| row.ids.contains(&distribution.id.as_str()))
        .filter(|row| row.from.first() == version.first())
        .filter(|row| release.ends_with(row.flavour))
        .collect();
    let is_exact = |row: &&&Row| row.from <= version.as_slice() && version.as_slice() <= row.to;
    let exact: Vec<&Row> = fitting.iter().filter(is_exact).copied().collect();
    if !exact.is_empty() {
        return exact;
    }
    let below = fitting.iter().filter(|row| row.from <= version.as_slice());
    let nearest = below.max_by_key(|row| row.from).or_else(|| fitting.first());
    nearest.copied().into_iter().collect()
}

/// What is compared: the release, for Debian the version of the package.
fn version_of(guest: &LinuxGuest, kernel: &Kernel, family: Family) -> Result<String, Outcome> {
    if family != Family::Debian {
        return Ok(kernel.release.clone());
    }
    let packages = known(&guest.packages)?;
    let name = format!("linux-image-{}", kernel.release);
    packages
        .find(&name)
        .map(|package| package.version.clone())
        .ok_or_else(|| {
            Outcome::undetermined(format!(
                "Debian's fix is known by the version of the package {name}, which is not installed"
            ))
        })
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let kernel = match kernel(guest) {
        Ok(kernel) => kernel,
        Err(outcome) => return outcome,
    };
    if kernel.numbers() >= FIXED.to_vec() {
        return Outcome::pass();
    }
    let distribution = match known(&guest.distribution) {
        Ok(Some(distribution)) => distribution,
        Ok(None) => return Outcome::undetermined("no file says which distribution it is"),
        Err(outcome) => return outcome,
    };
    let name: String = distribution.name.chars().take(100).collect();
    let rows = rows(distribution, &kernel.release);
    let kernels: Vec<&str> = rows.iter().flat_map(|row| row.kernels).copied().collect();
    if kernels.is_empty() {
        return Outcome::undetermined(format!(
            "the table of kernels with the fix has no row for {name} with kernel {}",
            kernel.release
        ));
    }
    let version = match version_of(guest, kernel, distribution.family()) {
        Ok(version) => version,
        Err(outcome) => return outcome,
    };
    let same: Vec<&&str> = kernels
        .iter()
        .filter(|least| {
            // Debian's series moves with every point release, the others' does not.
            let digits = if distribution.family() == Family::Debian {
                2
            } else {
                3
            };
            series(least)
                .iter()
                .take(digits)
                .eq(series(&version).iter().take(digits))
        })
        .collect();
    // Ubuntu numbers its kernels for Azure from 1000 on, all others below.
    let abi = |text: &str| {
        numbers(text.split_once('-').map_or("", |(_, rest)| rest))
            .first()
            .copied()
    };
    let comparable = |least: &str| abi(least) < Some(1000) || abi(&version) >= Some(1000);
    let is_short = distribution.family() == Family::Suse;
    let passes = match same.as_slice() {
        [] => kernels.iter().all(|least| series(least) < series(&version)),
        same => same.iter().any(|least| reaches(&version, least, is_short)),
    };
    if passes {
        return Outcome::pass();
    }
    if distribution.family() == Family::Ubuntu && !kernels.iter().any(|least| comparable(least)) {
        return Outcome::undetermined(format!(
            "the table names Ubuntu's kernels for Azure only ({}), and this is {version}",
            kernels.join(", ")
        ));
    }
    Outcome::Decided(vec![
        Finding::error(format!(
            "kernel {version} of {name} lacks the fix for CVE-2019-11477"
        ))
        .found(version)
        .required(format!("{} or newer", kernels.join(" or ")))
        .at(at(&kernel.spot))
        .fix(match distribution.family() {
            Family::Debian | Family::Ubuntu => "apt-get update && apt-get dist-upgrade",
            Family::Suse => "zypper patch",
            _ => "yum update kernel",
        }),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::Guest;
    use crate::guest::linux::packages::{Package, PackageFormat, Packages};
    use crate::guest::testing::Tree;
    use crate::rules::Profile;
    use crate::rules::linux::testing::*;

    fn tree(id: &str, version: &str, release: &str) -> Tree {
        Tree::new()
            .file(
                "/etc/os-release",
                &format!("ID={id}\nVERSION_ID={version}\n"),
            )
            .file(
                "/boot/grub/grub.cfg",
                &format!("menuentry a {{ linux /boot/vmlinuz-{release} ro\n}}\n"),
            )
    }

    #[test]
    fn the_table_decides_by_distribution_version_and_series() {
        for (id, version, release, expected) in [
            ("ubuntu", "18.04", "4.18.0-1023-azure", Status::Pass),
            ("ubuntu", "18.04", "4.18.0-1018-azure", Status::Fail),
            ("ubuntu", "18.04", "5.0.0-1020-azure", Status::Fail),
            ("ubuntu", "14.04", "4.4.0-148-generic", Status::Fail),
            ("ubuntu", "14.04", "4.4.0-151-generic", Status::Pass),
            (
                "ubuntu",
                "16.04",
                "4.15.0-213-generic",
                Status::Undetermined,
            ),
            ("ubuntu", "22.04", "5.15.0-1041-azure", Status::Pass),
            ("rhel", "7.6", "3.10.0-957.el7.x86_64", Status::Fail),
            ("rhel", "7.6", "3.10.0-957.21.3.el7.x86_64", Status::Pass),
            ("centos", "7.9", "3.10.0-1160.el7.x86_64", Status::Pass),
            ("rhel", "8.6", "4.18.0-372.9.1.el8.x86_64", Status::Pass),
            ("rhel", "8.0", "4.18.0-80.el8.x86_64", Status::Fail),
            ("almalinux", "9.4", "5.14.0-427.el9.x86_64", Status::Pass),
            ("sles", "12.4", "4.12.14-6.9-azure", Status::Fail),
            ("sles", "12.4", "4.12.14-6.15-azure", Status::Pass),
            ("sles", "12.4", "4.12.14-95.3-default", Status::Fail),
            ("sles", "15.5", "5.14.21-150500.55.7-default", Status::Pass),
            ("ol", "7.5", "4.1.12-124.28.3.el7uek.x86_64", Status::Pass),
            ("ol", "7.5", "4.1.12-112.16.4.el7uek.x86_64", Status::Fail),
            ("alpine", "3.9", "4.19.26-0-virt", Status::Undetermined),
            ("debian", "12", "6.1.0-18-cloud-amd64", Status::Pass),
        ] {
            let outcome = of(&LNX019, &tree(id, version, release));
            assert_eq!(
                outcome.status(),
                expected,
                "{id} {version} {release}: {outcome:?}"
            );
            assert_evidence(&outcome);
        }
    }

    #[test]
    fn debian_is_judged_by_the_version_of_the_package() {
        for (version, expected) in [
            ("4.9.168-1+deb9u2", Status::Fail),
            ("4.9.168-1+deb9u3", Status::Pass),
            ("4.9.320-2", Status::Pass),
        ] {
            let mut inspection = inspection(&tree("debian", "9", "4.9.0-9-amd64"));
            let Ok(Some(Guest::Linux(guest))) = &mut inspection.guest else {
                panic!();
            };
            guest.packages = Ok(Packages {
                databases: Vec::new(),
                list: vec![Package {
                    name: "linux-image-4.9.0-9-amd64".to_owned(),
                    version: version.to_owned(),
                    architecture: "amd64".to_owned(),
                    source: None,
                    source_version: None,
                    format: PackageFormat::Dpkg,
                }],
            });
            let outcome = judge(&LNX019, &inspection, Profile::default());
            assert_eq!(outcome.status(), expected, "{version}");
        }
        assert_applies_to_linux_only(&LNX019);
        assert_eq!(of(&LNX019, &Tree::new()).status(), Status::Undetermined);
    }
}
