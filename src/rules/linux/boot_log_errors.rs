//! LNX060: errors in the log of the boot.

use super::{Subject, guest};
use crate::finding::Outcome;
use crate::rules::declare_rule;

declare_rule! {
    /// The log of the boot shows no errors.
    ///
    /// ## Why
    /// Microsoft's test suite searches the log of the first boot for failures, errors and warnings,
    /// and on Azure Linux asks `cloud-init status`.
    ///
    /// ## Evidence
    /// None: the log comes into being on a running machine.
    ///
    /// ## Fix
    /// Deploy the image once and read `journalctl -b -p warning` and `cloud-init status --long`.
    ///
    /// ## Limits
    /// It never applies to an image. The suite gives it the lowest of its priorities, so that it
    /// hardly decides a certification.
    pub static LNX060 = {
        id: "LNX060",
        name: "boot-log-errors",
        level: Note,
        sources: [LISA],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    match guest(subject) {
        Ok(_) => Outcome::not_applicable("needs a running machine"),
        Err(outcome) => outcome,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::linux::sys_testing::debian;
    use crate::rules::linux::testing::*;

    #[test]
    fn it_says_that_it_needs_a_running_machine() {
        let outcome = of(&LNX060, &debian());
        assert_eq!(outcome, Outcome::not_applicable("needs a running machine"));
        assert_applies_to_linux_only(&LNX060);
    }
}
