//! LNX031: what shells remember.

use super::guest_text::{bytes, quoted};
use super::{Subject, at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::linux::histories::{History, HistoryKind};
use crate::rules::partition::{decided_unless, listed};
use crate::rules::{Profile, declare_rule};

declare_rule! {
    /// No shell's history is left in any home.
    ///
    /// ## Why
    /// What was typed while the image was built may hold passwords and addresses, and every
    /// customer would get it.
    ///
    /// ## Evidence
    /// The sizes of the files named `.*sh_history` and `.history` below the home of each account
    /// whose shell ends in `sh`, below `/root`, and below homes that are no account's. More than
    /// 1024 bytes fails everywhere; the self-test let up to 1024 bytes pass, Microsoft's test suite
    /// wants 0; a publisher believes that an empty file fails too. Best is none.
    ///
    /// ## What Azure says
    /// `200.5.1`; `Bash History` with required value `1024`;
    /// `<file> is not empty, containing <n> bytes.`; `Bash history failed`;
    /// `You'll see this error if the size of the Bash history in your submitted image is more than 1 kilobyte (KB).`
    ///
    /// ## Fix
    /// Delete the files as the last step, from a shell that keeps no history:
    /// `export HISTFILE=/dev/null; find /root /home -xdev -type f -name '.*history' -delete`
    ///
    /// ## Limits
    /// `waagent -deprovision` deletes that of root only, and the shell that runs it may write a new
    /// one when it ends. A file in the home of an account without a shell, or of no account, is one
    /// that Microsoft's test suite does not look at. At most 200000 files of homes are looked at.
    /// ## Profiles
    /// - `faq-2021-09`: more than 1024 bytes is an error, up to 1024 a warning.
    /// - `lisa-2026-08`: any content is an error, an empty file a warning.
    /// - `strict`: as `lisa-2026-08`.
    pub static LNX031 = {
        id: "LNX031",
        name: "shell-history",
        level: Error,
        sources: [FAQ, LISA, BW, SCY, SELF, SEC, WAA],
    };
}

fn level(size: u64, profile: Profile) -> Level {
    match (size, profile) {
        (1025.., _) => Level::Error,
        (0, _) | (1..=1024, Profile::Faq202109) => Level::Warning,
        _ => Level::Error,
    }
}

fn judge(history: &History, profile: Profile) -> Finding {
    let size = history.size;
    let says = match size {
        0 => {
            "is empty, which the tests that are known accept; a publisher believes that a file \
             that is there fails"
        }
        1..=1024 => {
            "is not empty, which LISA (Microsoft's test suite) fails and the self-test accepted up to \
             1024 bytes"
        }
        _ => "has more than 1024 bytes, which every test fails",
    };
    let whose = match &history.owner {
        Some(_) => "",
        None => {
            " (the home is no account's, and LISA (Microsoft's test suite) does not look there)"
        }
    };
    Finding::new(
        level(size, profile),
        format!("a shell's history {says}: {}{whose}", bytes(size)),
    )
    .found(bytes(size))
    .required("no such file")
    .at(at(&history.spot))
    .fix(format!("rm -f {}", quoted(&history.spot.path)))
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let histories = match known(&guest.histories) {
        Ok(histories) => histories,
        Err(outcome) => return outcome,
    };
    let mut shells: Vec<_> = histories
        .list
        .iter()
        .filter(|one| one.kind == HistoryKind::Shell)
        .collect();
    // What weighs most comes first, should the list be cut.
    shells.sort_by_key(|one| std::cmp::Reverse(one.size));
    let worst = shells
        .first()
        .map_or(Level::Warning, |one| level(one.size, subject.profile));
    let findings = shells.iter().map(|one| judge(one, subject.profile));
    let findings = listed(worst, findings, "histories");
    let open = histories.open.first().map(|open| open.reason.clone());
    decided_unless(open, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    fn tree() -> Tree {
        Tree::new()
            .file("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n")
            .dir("/root")
    }

    #[test]
    fn each_profile_has_its_own_size() {
        use Status::{Fail, Pass, Warn};
        let of_size = |size| tree().file("/root/.bash_history", &"x".repeat(size));
        for (tree, expected) in [
            (tree(), [Pass, Pass, Pass]),
            (of_size(0), [Warn, Warn, Warn]),
            (of_size(1), [Warn, Fail, Fail]),
            (of_size(1024), [Warn, Fail, Fail]),
            (of_size(1025), [Fail, Fail, Fail]),
            (
                tree().link("/root/.bash_history", "/dev/null"),
                [Pass, Pass, Pass],
            ),
            (tree().file("/root/.viminfo", "x"), [Pass, Pass, Pass]),
            (
                tree().file("/home/old/.zsh_history", "x"),
                [Warn, Fail, Fail],
            ),
        ] {
            let outcomes = in_profiles(&LNX031, &tree);
            outcomes.iter().for_each(assert_evidence);
            assert_eq!(outcomes.map(|outcome| outcome.status()), expected);
        }
    }

    #[test]
    fn the_finding_names_the_file_and_never_a_line_of_it() {
        let outcome = of(
            &LNX031,
            &tree().file("/root/.bash_history", "az login PLANTED\n"),
        );
        let finding = &outcome.findings()[0];
        assert!(finding.message.contains("17 bytes"), "{finding:?}");
        assert_eq!(finding.fix.as_deref(), Some("rm -f /root/.bash_history"));
        assert!(!format!("{outcome:?}").contains("PLANTED"));
    }

    #[test]
    fn unread_homes_leave_it_open() {
        let unread = tree().unreadable("/etc/passwd");
        assert_eq!(of(&LNX031, &unread).status(), Status::Undetermined);
        let whole = tree().append("/etc/passwd", "toor:x:0:0::/:/bin/sh\n");
        assert_eq!(of(&LNX031, &whole).status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX031);
    }
}
