//! LNX009: rootdelay.

use super::arguments::{add, each, named, shown};
use super::{at, guest};
use crate::finding::{Finding, Outcome};
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// The kernel waits for its root disk (`rootdelay=300`).
    ///
    /// ## Why
    /// A disk of Azure's may come late. The certification tools asked for `rootdelay=300` and
    /// warned without it, long after the documented list had dropped it in 2021.
    ///
    /// ## Evidence
    /// The arguments of the default boot entry: `rootdelay=300`.
    ///
    /// ## What Azure says
    /// Result `Warning`, `Missing Parameter: rootdelay=300`.
    ///
    /// ## Fix
    /// Add `rootdelay=300` to the kernel's arguments, as LNX007 says.
    ///
    /// ## Limits
    /// The pages for Red Hat, SUSE and Oracle of 2026 do not ask for it any more; those of Ubuntu
    /// and the generic guide do.
    pub static LNX009 = {
        id: "LNX009",
        name: "root-delay",
        level: Warning,
        sources: [SCY, SELF, GEN, UBU, DOC84525],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    each(guest, |way, entry| {
        let line = &entry.command_line;
        if line.has("rootdelay=300") {
            return Vec::new();
        }
        let found = line.values("rootdelay").last();
        vec![
            Finding::warning(format!("{} has no rootdelay=300", named(way, entry)))
                .found(found.map_or_else(|| shown(entry), |value| format!("rootdelay={value}")))
                .required("rootdelay=300 (self-test of 2023, generic and Ubuntu guides; no longer in the certification FAQ)")
                .at(at(&line.spot))
                .fix(add(guest, way, "rootdelay=300")),
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
    fn exactly_300_passes_and_all_else_warns() {
        assert_eq!(of(&LNX009, &tree("ro rootdelay=300")), Outcome::pass());
        for arguments in ["", "rootdelay=30", "rootdelay=3000"] {
            for outcome in in_profiles(&LNX009, &tree(arguments)) {
                assert_eq!(worst(&outcome), Some(Level::Warning));
                assert_evidence(&outcome);
            }
        }
        assert_eq!(of(&LNX009, &Tree::new()).status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX009);
    }
}
