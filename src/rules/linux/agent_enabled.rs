//! LNX004: whether the agent starts.

use super::units::{Start, start};
use super::{Subject, at, guest, known};
use crate::finding::{Finding, Outcome};
use crate::guest::linux::services::UnitState;
use crate::rules::declare_rule;

declare_rule! {
    /// The Azure Linux Agent starts with the machine.
    ///
    /// ## Why
    /// An agent that is installed but never started neither reports the machine as ready nor runs
    /// an extension: the deployment times out, or the machine counts as hardened.
    ///
    /// ## Evidence
    /// `waagent.service` or `walinuxagent.service` has a link in a `.wants` folder of systemd and
    /// is not masked; on older systems the script of that name has a link in a runlevel.
    ///
    /// ## What Azure says
    /// Reports name it under `200.3.3.4`; the FAQ under `VM extension failure`.
    ///
    /// ## Fix
    /// `systemctl enable walinuxagent` (Debian, Ubuntu) or `systemctl enable waagent` (others); on
    /// older systems `chkconfig waagent on`, with OpenRC `rc-update add waagent default`.
    ///
    /// ## Limits
    /// A unit that only another unit or a generator starts is not seen. Presets of systemd enable
    /// it at the first boot where the machine's id is not set: that is a warning.
    pub static LNX004 = {
        id: "LNX004",
        name: "agent-enabled",
        level: Error,
        sources: [GEN, RHEL, SUSE, BW],
    };
}

/// Its names: Debian's and Ubuntu's, then everybody else's.
const UNITS: [&str; 2] = ["walinuxagent.service", "waagent.service"];
const FIX: &str = "systemctl unmask walinuxagent waagent; systemctl enable walinuxagent || systemctl enable waagent";

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let services = match known(&guest.services) {
        Ok(services) => services,
        Err(outcome) => return outcome,
    };
    let required = "waagent.service or walinuxagent.service enabled";
    let finding = match start(services, &UNITS) {
        Start::Yes(_) => return Outcome::pass(),
        Start::AtFirstBoot(spot) => Finding::warning(
            "the agent's service is not enabled yet; a preset of systemd enables it at the first boot",
        )
        .found("disabled, with a preset that enables it")
        .at(at(&spot)),
        Start::No(UnitState::Masked(spot)) => {
            Finding::error("the agent's service is masked, so nothing can start it")
                .found("masked")
                .at(at(&spot))
        }
        Start::No(UnitState::Disabled(spot)) => {
            Finding::error("the agent's service is not enabled, so it does not start")
                .found("disabled")
                .at(at(&spot))
        }
        Start::No(_) => match known(&guest.agent.program) {
            Ok(Some(program)) => Finding::error(
                "the agent is installed, and no service starts it",
            )
            .found("no unit or script of the agent")
            .at(at(program)),
            Ok(None) => {
                return Outcome::not_applicable("no agent is installed (LNX003 says so)");
            }
            Err(outcome) => return outcome,
        },
    };
    Outcome::Decided(vec![finding.required(required).fix(FIX)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::linux::sys_testing::{WANTS, debian};
    use crate::rules::linux::testing::{assert_applies_to_linux_only, assert_evidence, of};

    #[test]
    fn an_agent_that_starts_passes_and_any_other_fails() {
        let unit = "/usr/lib/systemd/system/walinuxagent.service";
        let link = format!("{WANTS}/walinuxagent.service");
        let disabled = debian().without(&link);
        let cases = [
            (debian(), Status::Pass),
            (disabled.clone(), Status::Fail),
            (
                debian().link("/etc/systemd/system/walinuxagent.service", "/dev/null"),
                Status::Fail,
            ),
            (disabled.clone().without(unit), Status::Fail),
            (
                disabled.clone().without(unit).without("/usr/sbin/waagent"),
                Status::NotApplicable,
            ),
            (
                disabled
                    .clone()
                    .file("/usr/lib/systemd/system-preset/90.preset", "enable wa*\n"),
                Status::Warn,
            ),
            (
                Tree::new()
                    .file("/etc/init.d/waagent", "x")
                    .link("/etc/rc3.d/S99waagent", "../init.d/waagent"),
                Status::Pass,
            ),
            (debian().unreadable("/etc/machine-id"), Status::Undetermined),
        ];
        for (number, (tree, status)) in cases.iter().enumerate() {
            let outcome = of(&LNX004, tree);
            assert_eq!(outcome.status(), *status, "case {number}: {outcome:?}");
            assert_evidence(&outcome);
        }
        assert_applies_to_linux_only(&LNX004);
    }
}
