//! WIN012: which new disks Windows brings online.

use super::{Judgement, at, guest};
use crate::finding::{Finding, Outcome};
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// Windows brings every new disk online.
    ///
    /// ## Why
    /// Data disks of an Azure machine, and its temporary disk, are new to the image. A disk that
    /// stays offline is not there for the customer.
    ///
    /// ## Evidence
    /// `SYSTEM\…\Services\partmgr\Parameters!SanPolicy`: 1 all, 2 all but those on a shared bus, 3
    /// none, 4 none of the internal ones. Absent is the default of the edition: 2 on Windows Server
    /// since 2016.
    ///
    /// ## Fix
    /// `'san policy=onlineall' | diskpart.exe`
    ///
    /// ## Limits
    /// Advice of the guide only; no known test reads it.
    pub static WIN012 = {
        id: "WIN012",
        name: "disk-san-policy",
        level: Advice,
        sources: [WINP, VDSSAN],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let setting = &guest.system_settings.san_policy;
    let mut judgement = Judgement::default();
    let message = match judgement.set(setting) {
        None | Some(Some(1)) => return judgement.outcome(),
        Some(None) => {
            "the SAN policy is not set, and by default new disks on a shared bus stay offline"
        }
        Some(Some(2)) => "new disks on a shared bus stay offline",
        Some(Some(3)) => "all new disks stay offline, data disks too",
        Some(Some(4)) => "new internal disks stay offline",
        Some(Some(_)) => "the SAN policy is none that Windows defines",
    };
    let found = match setting.get() {
        Ok(Some(number)) => format!("SanPolicy = {number}"),
        _ => "no SanPolicy".to_owned(),
    };
    judgement.find([Finding::advice(message)
        .found(found)
        .required("SanPolicy = 1 (OnlineAll)")
        .at(at(&setting.spot))
        .fix("'san policy=onlineall' | diskpart.exe")]);
    judgement.outcome()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Level;
    use crate::guest::windows::registry::HiveName::System;
    use crate::rules::windows::testing::*;

    const KEY: &str = r"CurrentControlSet\Services\partmgr\Parameters";

    #[test]
    fn only_online_all_is_as_the_guide_wants() {
        assert_eq!(of(&WIN012, &Machine::new()), Outcome::pass());
        for policy in [0, 2, 3, 4] {
            let outcome = of(
                &WIN012,
                &Machine::new().dword(System, KEY, "SanPolicy", policy),
            );
            assert_eq!(worst(&outcome), Some(Level::Advice));
            let found = format!("SanPolicy = {policy}");
            assert_eq!(outcome.findings()[0].found, Some(found));
        }
        let outcome = of(&WIN012, &Machine::new().unset(System, KEY, "SanPolicy"));
        assert_eq!(worst(&outcome), Some(Level::Advice));
        assert!(outcome.findings()[0].message.contains("by default"));
        assert_needs(&WIN012, System);
        assert_applies_to_windows_only(&WIN012);
    }
}
