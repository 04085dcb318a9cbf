//! LNX005: whether the agent updates itself.

use super::units::below;
use super::{Subject, at, guest, known};
use crate::finding::{Finding, Outcome};
use crate::rules::{Profile, declare_rule};

declare_rule! {
    /// The agent's updates of itself are not switched off.
    ///
    /// ## Why
    /// An agent that stays as it is grows too old for Azure. Microsoft's test suite accepts an old
    /// version only where the agent may update itself.
    ///
    /// ## Evidence
    /// `AutoUpdate.UpdateToLatestVersion` of `/etc/waagent.conf`, which counts since 2.10.0.8 and
    /// wins, and `AutoUpdate.Enabled`. Without a line both are on. With a version that is too old
    /// by itself the setting is what makes the image fail.
    ///
    /// ## What Azure says
    /// Self-test, test 51: `Auto Update`; Microsoft's test suite:
    /// `The waagent version <v> is lower than the required version 2.2.53.1 and auto update is not enabled.`
    ///
    /// ## Fix
    /// `sed -i -E 's/^\s*(AutoUpdate\.(Enabled|UpdateToLatestVersion))\s*=.*/\1=y/' /etc/waagent.conf`
    ///
    /// ## Limits
    /// Microsoft's test suite looks at `AutoUpdate.Enabled` only, and overlooks a line that ends
    /// with a comment.
    /// ## Profiles
    /// - `faq-2021-09`: updates that are off are an error with an agent below 2.2.41, else a
    ///   warning.
    /// - `lisa-2026-08`: an error below 2.2.53.1 by `AutoUpdate.Enabled`, below 2.2.41 by the
    ///   newer key alone; else a warning.
    /// - `strict`: an error below 2.2.53.1 by either key, else a warning.
    pub static LNX005 = {
        id: "LNX005",
        name: "agent-auto-update",
        level: Error,
        sources: [FAQ, SELF, LISA, WAA, AGT],
    };
}

const FIX: &str = r"sed -i -E 's/^\s*(AutoUpdate\.(Enabled|UpdateToLatestVersion))\s*=.*/\1=y/' /etc/waagent.conf";

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let conf = match known(&guest.agent.conf) {
        Ok(Some(conf)) => conf,
        Ok(None) => return Outcome::not_applicable("there is no /etc/waagent.conf"),
        Err(outcome) => return outcome,
    };
    let off: Vec<_> = ["AutoUpdate.Enabled", "AutoUpdate.UpdateToLatestVersion"]
        .into_iter()
        .filter(|key| !conf.is_on(key, true))
        .filter_map(|key| conf.get(key).map(|line| (key, line)))
        .collect();
    if off.is_empty() {
        return Outcome::pass();
    }
    // The suite does not look at the newer key.
    let seen = off.iter().any(|(key, _)| *key == "AutoUpdate.Enabled");
    let floor = match subject.profile {
        Profile::Lisa202608 if seen => "2.2.53.1",
        Profile::Strict => "2.2.53.1",
        _ => "2.2.41",
    };
    let (old, open) = match &guest.agent.version {
        Ok(Some(version)) => (
            below(&version.value, floor)
                .unwrap_or(false)
                .then(|| version.value.clone()),
            None,
        ),
        Ok(None) => (None, None),
        Err(unknown) => (None, Some(unknown.reason.clone())),
    };
    let findings = off
        .into_iter()
        .map(|(key, line)| {
            match &old {
                Some(version) => Finding::error(format!(
                    "{key} is off, and the agent {version} is lower than {floor}"
                )),
                None => {
                    Finding::warning(format!("{key} is off, so the agent does not update itself"))
                }
            }
            .found(format!("{key}={}", line.value))
            .required(format!("{key}=y, or no such line"))
            .at(at(&line.spot))
            .fix(FIX)
        })
        .collect();
    match open {
        Some(reason) => Outcome::Undetermined(
            format!("whether the agent is too old to go without updates: {reason}"),
            findings,
        ),
        None => Outcome::Decided(findings),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status::{self, *};
    use crate::rules::linux::sys_testing::debian;
    use crate::rules::linux::testing::*;

    const PY: &str = "/usr/lib/python3/dist-packages/azurelinuxagent/common/version.py";

    #[test]
    fn updates_that_are_off_warn_and_fail_with_an_old_agent() {
        let off = debian().append("/etc/waagent.conf", "AutoUpdate.Enabled=n\n");
        let newer = debian().append("/etc/waagent.conf", "AutoUpdate.UpdateToLatestVersion=n\n");
        let with = |tree: &crate::guest::testing::Tree, version: &str| {
            tree.clone()
                .file(PY, &format!("AGENT_VERSION = '{version}'\n"))
        };
        let cases = [
            (debian(), [Pass; 3]),
            (
                debian().append("/etc/waagent.conf", "# AutoUpdate.Enabled=n\n"),
                [Pass; 3],
            ),
            (off.clone(), [Warn; 3]),
            (with(&off, "2.2.45"), [Warn, Fail, Fail]),
            (with(&newer, "2.2.45"), [Warn, Warn, Fail]),
            (with(&off, "2.2.10"), [Fail; 3]),
            (off.clone().unreadable(PY), [Undetermined; 3]),
            (debian().without("/etc/waagent.conf"), [NotApplicable; 3]),
            (debian().unreadable("/etc/waagent.conf"), [Undetermined; 3]),
        ];
        for (number, (tree, expected)) in cases.iter().enumerate() {
            let outcomes = in_profiles(&LNX005, tree);
            outcomes.iter().for_each(assert_evidence);
            let found: [Status; 3] = outcomes.each_ref().map(Outcome::status);
            assert_eq!(found, *expected, "case {number}");
        }
        assert_applies_to_linux_only(&LNX005);
    }
}
