//! LNX011: arguments that hide the provisioning DVD.

use super::arguments::{defaults, named, remove};
use super::guest_text::quoted;
use super::{MAX_LISTED, at, guest};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::LinuxGuest;
use crate::guest::linux::boot::Loader;
use crate::guest::linux::distribution::Family;
use crate::rules::{Profile, Subject, declare_rule};

/// The argument with which provisioning fails.
const ATAPI_OFF: &str = "libata.atapi_enabled=0";
/// The other one, which takes the ports of the first IDE channel away.
const PORTS: &str = "reserve=0x1f0,0x8";

declare_rule! {
    /// No boot argument hides the DVD from which the machine is provisioned.
    ///
    /// ## Why
    /// Azure hands the machine's name, user and key over on a virtual DVD.
    /// `libata.atapi_enabled=0` switches off what CD and DVD drives are driven by, so that a machine
    /// of generation 1 does not see it. `reserve=0x1f0,0x8` keeps drivers off the ports of the first
    /// IDE channel. Microsoft's instructions for SUSE and its test suite want both gone.
    ///
    /// ## Evidence
    /// `libata.atapi_enabled=0` and `reserve=0x1f0,0x8` in the default boot entry, and anywhere in
    /// the file that Microsoft's open test suite reads: it searches the whole text, so that another
    /// entry or a comment counts too.
    ///
    /// ## What Azure says
    /// `libata.atapi_enabled=0 should not be present in ...`,
    /// `reserve=0x1f0,0x8 should not be present in ...`, `Unable to locate grub file`.
    ///
    /// ## Fix
    /// Take the argument out of `/etc/default/grub` and generate the configuration anew, as LNX007
    /// says.
    ///
    /// ## Limits
    /// Outside of the default entry only the open test suite is known to look for them.
    /// ## Profiles
    /// - `faq-2021-09`: `libata.atapi_enabled=0` in the default boot entry is an error, all else
    ///   a warning.
    /// - `lisa-2026-08`: as `faq-2021-09`.
    /// - `strict`: either argument is an error, wherever the test suite finds it.
    pub static LNX011 = {
        id: "LNX011",
        name: "forbidden-boot-arguments",
        level: Error,
        sources: [LISA, SUSE],
    };
}

/// The files that the open test suite reads, the first that is there; empty where it reads none.
fn tested_files(guest: &LinuxGuest) -> &'static [&'static str] {
    let Ok(Some(distribution)) = &guest.distribution else {
        return &[];
    };
    match distribution.family() {
        Family::Debian | Family::Ubuntu => &["/boot/grub/grub.cfg"],
        Family::Suse => &["/boot/grub2/grub.cfg", "/boot/grub/grub.conf"],
        Family::Fedora if distribution.id == "rhel" && distribution.major() >= Some(8) => {
            &["/boot/grub2/grubenv"]
        }
        Family::Fedora | Family::AzureLinux => &["/boot/grub2/grub.cfg", "/boot/grub/menu.lst"],
        _ => &[],
    }
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let defaults = match defaults(guest) {
        Ok(defaults) => defaults,
        Err(outcome) => return outcome,
    };
    let only_suite = match subject.profile {
        Profile::Strict => Level::Error,
        _ => Level::Warning,
    };
    let mut findings = Vec::new();
    for (way, entry) in &defaults.entries {
        for (argument, level, what) in [
            (ATAPI_OFF, Level::Error, "hides the DVD"),
            (PORTS, only_suite, "keeps drivers off the first IDE channel"),
        ] {
            if entry.command_line.has(argument) {
                findings.push(
                    Finding::new(
                        level,
                        format!("{} has {argument}, which {what}", named(way, entry)),
                    )
                    .found(argument)
                    .required(format!("no {argument}"))
                    .about(argument)
                    .at(at(&entry.command_line.spot))
                    .fix(remove(guest, way, argument)),
                );
            }
        }
    }
    let mut open = defaults.open;
    match &guest.boot.searched {
        Err(unknown) => open = open.or_else(|| Some(unknown.reason.clone())),
        Ok(searched) => {
            let told: Vec<_> = findings
                .iter()
                .filter_map(|finding: &Finding| finding.place.clone())
                .map(|place| (place.path, place.line))
                .collect();
            let others = searched
                .iter()
                .flat_map(|file| &file.found)
                .filter(|found| [ATAPI_OFF, PORTS].contains(&found.value))
                .filter(|found| !told.contains(&(Some(found.spot.path.clone()), found.spot.line)));
            for found in others.take(MAX_LISTED) {
                findings.push(
                    Finding::new(
                        only_suite,
                        format!(
                            "{} stands in {}, outside of the default boot entry, where LISA \
                             (Microsoft's test suite) finds it",
                            found.value, found.spot.path
                        ),
                    )
                    .found(found.value)
                    .required(format!("no {} in the whole file", found.value))
                    .at(at(&found.spot))
                    .about(found.value)
                    .fix(format!(
                        "sed -i 's/{}//g' {}",
                        found.value.replace('.', "\\."),
                        quoted(&found.spot.path)
                    )),
                );
            }
            let files = tested_files(guest);
            let uses_grub = defaults
                .entries
                .iter()
                .any(|(way, _)| way.loader == Loader::Grub);
            let is_there = files
                .iter()
                .any(|path| searched.iter().any(|file| file.path == *path));
            if let (Some(first), false, true) = (files.first(), is_there, uses_grub) {
                findings.push(
                    Finding::new(
                        only_suite,
                        format!("there is no {first}, the file in which LISA (Microsoft's test suite) looks"),
                    )
                    .found("no such file")
                    .required(files.join(" or "))
                    .fix(if first.ends_with("grubenv") {
                        format!("grub2-editenv {first} create")
                    } else {
                        super::arguments::regenerate(guest).to_owned()
                    }),
                );
            }
        }
    }
    match open {
        Some(reason) => Outcome::Undetermined(reason, findings),
        None => Outcome::Decided(findings),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    fn tree(text: &str) -> Tree {
        Tree::new()
            .file("/etc/os-release", "ID=debian\nVERSION_ID=12\n")
            .file("/boot/grub/grub.cfg", text)
    }

    #[test]
    fn a_usual_configuration_passes() {
        let good = tree("menuentry a { linux /boot/k ro libata.atapi_enabled=1\n}\n");
        assert_eq!(of(&LNX011, &good), Outcome::pass());
    }

    #[test]
    fn in_the_default_entry_the_first_one_fails_everywhere() {
        let bad = tree("menuentry a { linux /boot/k ro libata.atapi_enabled=0\n}\n");
        for outcome in in_profiles(&LNX011, &bad) {
            assert_eq!(outcome.status(), Status::Fail);
            assert_eq!(outcome.findings().len(), 1);
            assert_evidence(&outcome);
        }
    }

    #[test]
    fn elsewhere_it_warns_and_fails_in_the_strict_profile() {
        for text in [
            "menuentry a { linux /boot/k ro\n}\nmenuentry b {\n linux /boot/k libata.atapi_enabled=0\n}\n",
            "# reserve=0x1f0,0x8\nmenuentry a { linux /boot/k ro\n}\n",
            "menuentry a { linux /boot/k reserve=0x1f0,0x8\n}\n",
        ] {
            let statuses = in_profiles(&LNX011, &tree(text)).map(|outcome| {
                assert_evidence(&outcome);
                outcome.status()
            });
            assert_eq!(
                statuses,
                [Status::Warn, Status::Warn, Status::Fail],
                "{text}"
            );
        }
    }

    #[test]
    fn a_file_that_the_suite_does_not_find_is_told() {
        let el9 = Tree::new()
            .file("/etc/os-release", "ID=rhel\nVERSION_ID=9.4\n")
            .file(
                "/boot/grub2/grub.cfg",
                "menuentry a { linux /boot/k ro\n}\n",
            );
        let outcome = of(&LNX011, &el9);
        assert!(
            outcome.findings()[0]
                .message
                .contains("/boot/grub2/grubenv")
        );
        let with = el9.file("/boot/grub2/grubenv", "# GRUB Environment Block\n####");
        assert_eq!(of(&LNX011, &with), Outcome::pass());
        assert_eq!(of(&LNX011, &Tree::new()).status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX011);
    }
}
