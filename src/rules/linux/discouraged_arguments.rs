//! LNX010: arguments that hide the boot messages or cost memory.

use super::arguments::{each, named, remove};
use super::{at, guest};
use crate::finding::{Finding, Outcome};
use crate::rules::{Subject, declare_rule};

/// The arguments, and why not.
const DISCOURAGED: [(&str, &str); 4] = [
    ("rhgb", "it hides the boot messages"),
    ("quiet", "it hides the boot messages"),
    ("splash", "it hides the boot messages"),
    (
        "crashkernel=auto",
        "it takes 128 MB or more of the machine's memory",
    ),
];

declare_rule! {
    /// The kernel shows its messages, and keeps no memory back without need.
    ///
    /// ## Why
    /// In a cloud the serial log is all that is seen of a machine that does not start.
    ///
    /// ## Evidence
    /// The arguments of the default boot entry: `rhgb`, `quiet`, `splash`, `crashkernel=auto`.
    ///
    /// ## Fix
    /// Take them out of `GRUB_CMDLINE_LINUX` and `GRUB_CMDLINE_LINUX_DEFAULT`, and generate the
    /// configuration anew, as LNX007 says.
    ///
    /// ## Limits
    /// Advice of the guides only: Ubuntu's own guide shows `quiet splash`.
    pub static LNX010 = {
        id: "LNX010",
        name: "discouraged-boot-arguments",
        level: Advice,
        sources: [GEN, RHEL, ORA, SUSE],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    each(guest, |way, entry| {
        DISCOURAGED
            .iter()
            .filter(|(argument, _)| entry.command_line.has(argument))
            .map(|(argument, why)| {
                Finding::advice(format!("{} has {argument}: {why}", named(way, entry)))
                    .found(*argument)
                    .required(format!("no {argument}"))
                    .at(at(&entry.command_line.spot))
                    .fix(remove(guest, way, argument))
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    fn tree(arguments: &str) -> Tree {
        let text = format!("menuentry 'Linux' {{ linux /boot/vmlinuz-6.1 {arguments}\n }}\n");
        Tree::new().file("/boot/grub/grub.cfg", &text)
    }

    #[test]
    fn it_only_advises() {
        assert_eq!(of(&LNX010, &tree("ro crashkernel=256M")), Outcome::pass());
        let outcome = of(&LNX010, &tree("rhgb quiet splash crashkernel=auto"));
        assert_eq!(
            (outcome.status(), outcome.findings().len()),
            (Status::Pass, 4)
        );
        assert_eq!(of(&LNX010, &Tree::new()).status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX010);
    }
}
