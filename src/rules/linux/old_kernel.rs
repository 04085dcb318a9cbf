//! LNX018: kernels too old for Azure as it is.

use super::arguments::{add, each, named, shown};
use super::{at, guest, kernel};
use crate::finding::{Finding, Outcome};
use crate::guest::linux::distribution::Family;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// An old kernel is started with `numa=off`.
    ///
    /// ## Why
    /// Kernels before 2.6.37, and Red Hat's before 2.6.32-504, handle more than one NUMA node of
    /// Hyper-V wrongly.
    ///
    /// ## Evidence
    /// The release of the default boot entry's kernel, the distribution's version, and the
    /// arguments of the entry.
    ///
    /// ## What Azure says
    /// `numa=off should be present in ...`
    ///
    /// ## Fix
    /// Install a current kernel; or add `numa=off` to its arguments, as LNX007 says.
    ///
    /// ## Limits
    /// Which patches a kernel of somebody's own making carries is not looked at; one below 3.8 is
    /// advised about.
    pub static LNX018 = {
        id: "LNX018",
        name: "old-kernel",
        level: Error,
        sources: [GEN, LISA],
    };
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
    let numbers = kernel.numbers();
    if numbers.is_empty() {
        return Outcome::undetermined(format!("{} is no release of a kernel", kernel.release));
    }
    let distribution = guest.distribution.as_ref().ok().and_then(|d| d.as_ref());
    let red_hat = distribution.is_some_and(|d| d.family() == Family::Fedora && d.id != "fedora");
    // Red Hat's 2.6.32-504 is that of 6.6.
    let build = kernel
        .release
        .split_once('-')
        .and_then(|(_, rest)| rest.split('.').next()?.parse::<u32>().ok())
        .unwrap_or(0);
    let patched = red_hat && numbers.starts_with(&[2, 6, 32]) && build >= 504;
    let old_red_hat = red_hat
        && distribution.is_some_and(|d| !d.version().is_empty() && d.version() < vec![6, 6]);
    if (numbers < vec![2, 6, 37] && !patched) || old_red_hat {
        return each(guest, |way, entry| {
            if entry.command_line.has("numa=off") {
                return Vec::new();
            }
            let message = format!(
                "{} starts kernel {} without numa=off",
                named(way, entry),
                kernel.release
            );
            let finding = if old_red_hat {
                Finding::error(message)
            } else {
                Finding::advice(message)
            };
            vec![
                finding
                    .found(shown(entry))
                    .required("numa=off for kernels before 2.6.37 (Red Hat's: 2.6.32-504)")
                    .at(at(&entry.command_line.spot))
                    .fix(add(guest, way, "numa=off")),
            ]
        });
    }
    if numbers < vec![3, 8] && !patched {
        return Outcome::Decided(vec![
            Finding::advice(format!(
                "kernel {} is older than 3.8, from which on Azure needs no patches",
                kernel.release
            ))
            .found(kernel.release.clone())
            .required("3.8 or newer, or the patches that Azure's guide lists")
            .at(at(&kernel.spot))
            .fix("install a current kernel of the distribution"),
        ]);
    }
    Outcome::pass()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    fn tree(id: &str, release: &str, arguments: &str) -> Tree {
        Tree::new().file("/etc/os-release", id).file(
            "/boot/grub/grub.cfg",
            &format!("menuentry a {{ linux /boot/vmlinuz-{release} ro {arguments}\n}}\n"),
        )
    }

    #[test]
    fn old_red_hat_fails_without_numa_off_and_others_are_advised() {
        let rhel = "ID=rhel\nVERSION_ID=6.5\n";
        let bad = tree(rhel, "2.6.32-431.el6.x86_64", "");
        for outcome in in_profiles(&LNX018, &bad) {
            assert_eq!(outcome.status(), Status::Fail);
            assert_evidence(&outcome);
        }
        for good in [
            tree(rhel, "2.6.32-431.el6.x86_64", "numa=off"),
            tree("ID=rhel\nVERSION_ID=6.10\n", "2.6.32-754.el6.x86_64", ""),
            tree("ID=debian\nVERSION_ID=12\n", "6.1.0-18-cloud-amd64", ""),
        ] {
            assert_eq!(of(&LNX018, &good), Outcome::pass());
        }
        let other = tree("ID=debian\nVERSION_ID=6\n", "2.6.32-5-amd64", "");
        assert_eq!(worst(&of(&LNX018, &other)), Some(Level::Advice));
        let custom = tree("ID=debian\nVERSION_ID=7\n", "3.2.0-4-amd64", "");
        assert_eq!(worst(&of(&LNX018, &custom)), Some(Level::Advice));
        assert_eq!(of(&LNX018, &Tree::new()).status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX018);
    }
}
