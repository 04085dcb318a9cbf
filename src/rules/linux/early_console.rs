//! LNX008: earlyprintk.

use super::arguments::{add, each, machine, named, shown};
use super::{at, guest};
use crate::finding::{Finding, Outcome};
use crate::guest::pe::Machine;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// The kernel's first messages go to the first serial port.
    ///
    /// ## Why
    /// What goes wrong before the console is set up is seen only with `earlyprintk=ttyS0`.
    ///
    /// ## Evidence
    /// The arguments of the default boot entry: `earlyprintk=ttyS0`, with or without a speed.
    ///
    /// ## What Azure says
    /// `Required Kernel Parameters` (test 40) with `Missing Parameter: earlyprintk=ttyS0`.
    /// Microsoft's open test suite does not test it.
    ///
    /// ## Fix
    /// Add `earlyprintk=ttyS0,115200` to the kernel's arguments, as LNX007 says.
    ///
    /// ## Limits
    /// Arm64 kernels do not know the argument, so it is not asked of them.
    pub static LNX008 = {
        id: "LNX008",
        name: "early-console",
        level: Warning,
        sources: [FAQ, GEN, RHEL, SEC],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    if machine(guest) == Machine::Arm64 {
        return Outcome::not_applicable("kernels for Arm64 have no earlyprintk");
    }
    each(guest, |way, entry| {
        let line = &entry.command_line;
        if line
            .values("earlyprintk")
            .any(|value| value.split(',').any(|word| word == "ttyS0"))
        {
            return Vec::new();
        }
        vec![
            Finding::warning(format!("{} has no earlyprintk=ttyS0", named(way, entry)))
                .found(shown(entry))
                .required("earlyprintk=ttyS0 (the certification FAQ; LISA (Microsoft's test suite) does not ask for it)")
                .at(at(&line.spot))
                .fix(add(guest, way, "earlyprintk=ttyS0,115200")),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    fn tree(arguments: &str) -> Tree {
        let text = format!("menuentry 'Linux' {{ linux /boot/vmlinuz-6.1 {arguments}\n }}\n");
        Tree::new().file("/boot/grub/grub.cfg", &text)
    }

    #[test]
    fn it_warns_where_the_argument_is_missing_and_passes_where_it_stands() {
        for arguments in [
            "earlyprintk=ttyS0",
            "earlyprintk=ttyS0,115200",
            "earlyprintk=serial,ttyS0,115200",
        ] {
            assert_eq!(of(&LNX008, &tree(arguments)), Outcome::pass());
        }
        for outcome in in_profiles(&LNX008, &tree("earlyprintk=vga")) {
            assert_eq!(worst(&outcome), Some(Level::Warning));
            assert_evidence(&outcome);
        }
        assert_eq!(of(&LNX008, &Tree::new()).status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX008);
    }
}
