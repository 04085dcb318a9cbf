//! LNX007: the serial console.

use super::arguments::{add, each, machine, named, regenerate, shown};
use super::{at, guest};
use crate::finding::{Finding, Outcome};
use crate::guest::pe::Machine;
use crate::rules::{Subject, declare_rule};

/// Arguments that only the settings have, and that are told of.
const MAX_MISSING: usize = 8;

declare_rule! {
    /// The kernel's console is on the first serial port.
    ///
    /// ## Why
    /// Azure shows the first serial port as the boot diagnostics and the serial console. Without
    /// it nobody can see why a machine does not start, and certification fails the image.
    ///
    /// ## Evidence
    /// The arguments of the boot entry that starts when nobody chooses, from the loader's own
    /// configuration: `console=ttyS0`, on Arm64 `console=ttyAMA0`, with or without a speed.
    /// `/etc/default/grub` counts for nothing until the configuration is generated from it.
    ///
    /// ## What Azure says
    /// `Required Kernel Parameters` with `Missing Parameter: console=ttyS0`;
    /// `Fail to find console enabled line 'console [ttyS0] enabled' or 'uart0: console (115200,n,8,1)'`.
    ///
    /// ## Fix
    /// Add `console=tty1 console=ttyS0,115200n8` to the kernel's arguments (`GRUB_CMDLINE_LINUX` in
    /// `/etc/default/grub`) and generate the loader's configuration anew: `update-grub`,
    /// `grub2-mkconfig -o /boot/grub2/grub.cfg`, or where the entries hold the arguments
    /// `grubby --update-kernel=ALL --args='<arguments>'`.
    ///
    /// ## Limits
    /// A kernel with a console of its own making (`CONFIG_CMDLINE`) passes the running test
    /// without the argument.
    pub static LNX007 = {
        id: "LNX007",
        name: "serial-console",
        level: Error,
        sources: [FAQ, POL, LISA, SELF, RHEL, UBU, SUSE, ORA],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let port = match machine(guest) {
        Machine::Arm64 => "ttyAMA0",
        _ => "ttyS0",
    };
    each(guest, |way, entry| {
        let line = &entry.command_line;
        let is_set = line
            .values("console")
            .any(|value| value.split(',').next() == Some(port));
        let intent = guest.boot.intent.as_ref().ok().and_then(Option::as_ref);
        let mut findings = Vec::new();
        if !is_set {
            let wanted = intent.and_then(|intent| intent.wants(&format!("console={port}")));
            let (fix, told) = match wanted {
                Some(wanted) => (
                    regenerate(guest).to_owned(),
                    format!(", though {} wants it", wanted.spot.path),
                ),
                None => (
                    add(guest, way, &format!("console=tty1 console={port},115200n8")),
                    String::new(),
                ),
            };
            findings.push(
                Finding::error(format!("{} has no console={port}{told}", named(way, entry)))
                    .found(shown(entry))
                    .required(format!("console={port} or console={port},115200n8"))
                    .at(at(&line.spot))
                    .fix(fix),
            );
        }
        // What was set and never generated is worth knowing whatever it is.
        let missing: Vec<_> = intent
            .into_iter()
            .flat_map(|intent| intent.missing(entry))
            .take(MAX_MISSING)
            .collect();
        if let Some(first) = missing.first() {
            let words: Vec<_> = missing.iter().map(|word| word.value.as_str()).collect();
            let words: String = words.join(" ").chars().take(200).collect();
            findings.push(
                Finding::note(format!(
                    "{} has the arguments {words} that {} is not started with: the loader's \
                     configuration was not generated since, or is written by something else",
                    first.spot.path,
                    named(way, entry)
                ))
                .at(at(&first.spot))
                .fix(regenerate(guest)),
            );
        }
        findings
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    fn tree(arguments: &str) -> Tree {
        Tree::new().file(
            "/boot/grub/grub.cfg",
            &format!("menuentry 'Linux' {{\n linux /boot/vmlinuz-6.1 ro {arguments}\n}}\n"),
        )
    }

    #[test]
    fn the_first_serial_port_passes_with_any_speed() {
        for arguments in ["console=ttyS0", "console=tty1 console=ttyS0,115200n8 quiet"] {
            assert_eq!(
                of(&LNX007, &tree(arguments)),
                Outcome::pass(),
                "{arguments}"
            );
        }
    }

    #[test]
    fn others_fail_in_every_profile() {
        for arguments in [
            "",
            "console=tty0",
            "console=ttyS01",
            "xconsole=ttyS0",
            "console=ttyS1",
        ] {
            for outcome in in_profiles(&LNX007, &tree(arguments)) {
                assert_eq!(worst(&outcome), Some(Level::Error), "{arguments}");
                assert_evidence(&outcome);
                let place = outcome.findings()[0].place.as_ref().unwrap();
                assert_eq!(
                    (place.path.as_deref(), place.line),
                    (Some("/boot/grub/grub.cfg"), Some(2))
                );
            }
        }
    }

    #[test]
    fn settings_that_were_not_generated_do_not_help() {
        let tree = tree("quiet").file(
            "/etc/default/grub",
            "GRUB_CMDLINE_LINUX=\"console=ttyS0\"\n",
        );
        let outcome = of(&LNX007, &tree);
        assert_eq!(outcome.findings().len(), 2);
        assert!(
            outcome.findings()[0]
                .message
                .contains("/etc/default/grub wants it")
        );
        assert_eq!(outcome.findings()[1].level, Level::Note);
    }

    #[test]
    fn what_is_not_known_is_open() {
        assert_eq!(of(&LNX007, &Tree::new()).status(), Status::Undetermined);
        let broken = Tree::new().unreadable("/boot/grub/grub.cfg");
        assert_eq!(of(&LNX007, &broken).status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX007);
    }
}
