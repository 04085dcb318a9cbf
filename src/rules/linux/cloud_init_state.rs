//! LNX043: cloud-init's state.

use super::{MAX_LISTED, Subject, at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::rules::declare_rule;
use crate::rules::partition::listed;

declare_rule! {
    /// cloud-init's state of earlier machines is removed.
    ///
    /// ## Why
    /// What cloud-init noted of the machine that the image was made on can make it take a new one
    /// for the old, and its logs tell every customer of the build.
    ///
    /// ## Evidence
    /// The link `/var/lib/cloud/instance`, folders in `/var/lib/cloud/instances`, files in `data`
    /// and `sem` beside them, and `/var/log/cloud-init*.log` that are not empty. A link that leads
    /// nowhere is named as such: cloud-init then ends `degraded done`.
    ///
    /// ## What Azure says
    /// Microsoft's test suite, on Azure Linux, of the log after the boot:
    /// `unexpected ERROR/WARNING shown up in cloud-init.log`
    ///
    /// ## Fix
    /// `cloud-init clean --logs --seed --machine-id`
    ///
    /// ## Limits
    /// The seed folders are not looked at.
    pub static LNX043 = {
        id: "LNX043",
        name: "cloud-init-state",
        level: Warning,
        sources: [UBU, RHEL, BW, LISA],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let state = match known(&guest.generalisation.cloud_init) {
        Ok(state) => state,
        Err(outcome) => return outcome,
    };
    const FIX: &str = "cloud-init clean --logs --seed --machine-id || \
         rm -rf /var/lib/cloud/* /var/log/cloud-init*.log";
    let found = |message: String, found: &str, spot| {
        Finding::warning(message)
            .found(found.to_owned())
            .required("nothing of an earlier machine")
            .at(at(spot))
            .fix(FIX)
    };
    let mut findings = Vec::new();
    if let Some(link) = &state.instance {
        let target: String = link.value.chars().take(100).collect();
        let message = if state.dangling {
            format!(
                "/var/lib/cloud/instance leads to {target}, which is not there: cloud-init will end degraded"
            )
        } else {
            format!("/var/lib/cloud/instance leads to {target}: cloud-init ran on the image")
        };
        findings.push(found(message, "a link to an instance", &link.spot));
    }
    let rest = state
        .instances
        .iter()
        .map(|spot| (spot, "the state of an instance"))
        .chain(state.files.iter().map(|spot| (spot, "state of cloud-init")))
        .chain(state.logs.iter().map(|spot| (spot, "a log of cloud-init")));
    let room = MAX_LISTED.saturating_sub(findings.len());
    let all: Vec<_> = rest.collect();
    for (spot, what) in all.iter().take(room) {
        let message = format!(
            "{} is {what} from the machine that the image was made on",
            spot.path
        );
        findings.push(found(message, what, spot));
    }
    let surplus = all
        .into_iter()
        .skip(room)
        .map(|(spot, what)| found(String::new(), what, spot));
    let count = surplus.count();
    if count > 0 {
        findings.extend(listed(
            Level::Warning,
            std::iter::once(
                Finding::warning(format!("and {count} more files of cloud-init"))
                    .found(format!("{count} more files"))
                    .required("nothing of an earlier machine")
                    .fix(FIX),
            ),
            "files of cloud-init",
        ));
    }
    Outcome::Decided(findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::rules::linux::sys_testing::debian;
    use crate::rules::linux::testing::*;

    #[test]
    fn state_warns_and_a_link_that_leads_nowhere_is_named() {
        let link = debian().link("/var/lib/cloud/instance", "/var/lib/cloud/instances/i-1");
        let cases = [
            (debian(), Status::Pass),
            (debian().dir("/var/lib/cloud/instances"), Status::Pass),
            (link.clone(), Status::Warn),
            (debian().dir("/var/lib/cloud/instances/i-1"), Status::Warn),
            (
                debian().file("/var/lib/cloud/sem/config_x.once", ""),
                Status::Warn,
            ),
            (debian().file("/var/log/cloud-init.log", "x"), Status::Warn),
        ];
        for (number, (tree, status)) in cases.iter().enumerate() {
            let outcome = of(&LNX043, tree);
            assert_eq!(outcome.status(), *status, "case {number}: {outcome:?}");
            assert_evidence(&outcome);
        }
        assert!(
            of(&LNX043, &link).findings()[0]
                .message
                .contains("is not there")
        );
        let whole = link.dir("/var/lib/cloud/instances/i-1");
        assert!(
            !of(&LNX043, &whole).findings()[0]
                .message
                .contains("is not there")
        );
        let many = (0..40).fold(debian(), |tree, i| {
            tree.file(&format!("/var/lib/cloud/data/{i}"), "")
        });
        assert_eq!(of(&LNX043, &many).findings().len(), MAX_LISTED + 1);
        assert_applies_to_linux_only(&LNX043);
    }
}
