//! LNX017: options that the kernel should be built with.

use super::{at, guest, kernel, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::linux::kernel::Setting;
use crate::rules::{Profile, Subject, declare_rule};

/// The options that the open test suite asks for.
const OPTIONS: [&str; 2] = ["CONFIG_WATCHDOG", "CONFIG_CIFS"];

declare_rule! {
    /// The kernel is built with a watchdog and with CIFS.
    ///
    /// ## Why
    /// Microsoft's open test suite asks for both options; CIFS is how a guest reaches Azure Files.
    ///
    /// ## Evidence
    /// `CONFIG_WATCHDOG` and `CONFIG_CIFS` in `/boot/config-<release>` or the `config` beside the
    /// modules of the default boot entry's kernel: `y` or `m`.
    ///
    /// ## What Azure says
    /// `Not enabled essential kernel modules for Hyper-V / Azure platform found.`
    ///
    /// ## Fix
    /// Install a kernel of the distribution that is built with them.
    ///
    /// ## Limits
    /// Only that test suite is known to ask.
    /// ## Profiles
    /// - `faq-2021-09`: a warning.
    /// - `lisa-2026-08`: a warning.
    /// - `strict`: an error.
    pub static LNX017 = {
        id: "LNX017",
        name: "kernel-options",
        level: Warning,
        sources: [LISA],
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
    let config = match known(&kernel.config) {
        Ok(Some(config)) => config,
        Ok(None) => {
            return Outcome::undetermined(format!(
                "the guest holds no configuration of kernel {}",
                kernel.release
            ));
        }
        Err(outcome) => return outcome,
    };
    let level = match subject.profile {
        Profile::Strict => Level::Error,
        _ => Level::Warning,
    };
    let findings = OPTIONS
        .iter()
        .filter(|option| config.get(option) == Setting::Off)
        .map(|option| {
            Finding::new(
                level,
                format!("kernel {} is built without {option}", kernel.release),
            )
            .found(format!("{option} is not set"))
            .required(format!("{option}=y or {option}=m"))
            .at(at(&config.spot))
            .about(*option)
            .fix("install a kernel of the distribution that is built with it")
        })
        .collect();
    Outcome::Decided(findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    #[test]
    fn it_warns_and_fails_in_the_strict_profile_only() {
        let tree = |config: &str| {
            Tree::new()
                .file(
                    "/boot/grub/grub.cfg",
                    "menuentry a { linux /boot/vmlinuz-6.1.0 ro\n}\n",
                )
                .file("/boot/config-6.1.0", config)
        };
        let good = tree("CONFIG_WATCHDOG=y\nCONFIG_CIFS=m\n");
        assert_eq!(of(&LNX017, &good), Outcome::pass());
        let bad = tree("CONFIG_WATCHDOG=y\n# CONFIG_CIFS is not set\n");
        let statuses = in_profiles(&LNX017, &bad).map(|outcome| {
            assert_evidence(&outcome);
            outcome.status()
        });
        assert_eq!(statuses, [Status::Warn, Status::Warn, Status::Fail]);
        let none = good.without("/boot/config-6.1.0");
        assert_eq!(of(&LNX017, &none).status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX017);
    }
}
