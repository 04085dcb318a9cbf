//! WIN015: the DVD drive that Azure hands the configuration over by.

use super::service_start::{look_for, shown};
use super::{Judgement, at, guest, reg_delete};
use crate::finding::{Finding, Outcome};
use crate::guest::windows::services::{Services, Start};
use crate::guest::windows::setting::Setting;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// The DVD drive, by which a new machine gets its settings, is not disabled.
    ///
    /// ## Why
    /// Azure gives a new machine its name, account and settings on a DVD. Where Windows cannot read
    /// it, the machine stays in the out-of-box experience until provisioning times out.
    ///
    /// ## Evidence
    /// The driver `cdrom` is there and its `Start` is 1; 4 is disabled. Group policy
    /// `RemovableStorageDevices` does not deny all access (`Deny_All`) nor reading of CD and DVD
    /// drives (`Deny_Read`).
    ///
    /// ## What Azure says
    /// `Provisioning timeout error`
    ///
    /// ## Fix
    /// `reg add "HKLM\SYSTEM\CurrentControlSet\Services\cdrom" /v Start /t REG_DWORD /d 1 /f`
    ///
    /// ## Limits
    /// A single drive that was disabled in the Device Manager is not seen: that is kept with the
    /// device, and Azure's drive is another one.
    pub static WIN015 = {
        id: "WIN015",
        name: "dvd-drive-enabled",
        level: Error,
        sources: [WINP, GENW, REMSTOR],
    };
}

const FIX: &str =
    r#"reg add "HKLM\SYSTEM\CurrentControlSet\Services\cdrom" /v Start /t REG_DWORD /d 1 /f"#;
const POLICY: &str = r"SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices";
const CD_POLICY: &str = r"SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices\{53f56308-b6bf-11d0-94f2-00a0c91efb8b}";

fn driver(judgement: &mut Judgement, services: &Services) {
    let spot = services.spot_of("cdrom");
    let Some(service) = services.get("cdrom") else {
        if services.is_cut {
            judgement.leave_open(format!("{spot}: there are more services than are read"));
            return;
        }
        judgement.find([Finding::error("the driver of DVD drives is missing")
            .found("no cdrom")
            .required(shown(Start::System))
            .at(at(&spot))
            .fix(look_for("cdrom"))]);
        return;
    };
    let start = match judgement.known(service.starts()) {
        None | Some(Some(Start::System)) => return,
        Some(None) => {
            judgement.leave_open(format!("{}: it is missing", service.start.spot));
            return;
        }
        Some(Some(start)) => start,
    };
    let finding = match start {
        Start::Disabled => Finding::error(
            "the driver of DVD drives is disabled: the machine cannot read what Azure hands over",
        ),
        _ => Finding::advice("the driver of DVD drives starts otherwise than the guide says"),
    };
    judgement.find([finding
        .found(shown(start))
        .required(shown(Start::System))
        .at(at(&service.start.spot))
        .fix(FIX)]);
}

fn policy(
    judgement: &mut Judgement,
    setting: &Setting<u32>,
    (key, name): (&str, &str),
    what: &str,
) {
    if let Some(Some(number)) = judgement.set(setting)
        && *number != 0
    {
        judgement.find([Finding::error(format!("group policy denies {what}"))
            .found(format!("{name} = {number}"))
            .required(format!("no {name}, or 0"))
            .at(at(&setting.spot))
            .fix(reg_delete(key, name))]);
    }
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let mut judgement = Judgement::default();
    if let Some(services) = judgement.known(guest.services.as_ref().map_err(Clone::clone)) {
        driver(&mut judgement, services);
    }
    let removable = &guest.system_settings.removable;
    policy(
        &mut judgement,
        &removable.deny_all,
        (POLICY, "Deny_All"),
        "all access to removable drives, DVD drives too",
    );
    policy(
        &mut judgement,
        &removable.deny_cd_read,
        (CD_POLICY, "Deny_Read"),
        "the reading of DVD drives",
    );
    judgement.outcome()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::windows::registry::HiveName::{Software, System};
    use crate::rules::windows::testing::*;

    const CDROM: &str = r"CurrentControlSet\Services\cdrom";
    const DEVICES: &str = r"Policies\Microsoft\Windows\RemovableStorageDevices";

    #[test]
    fn a_drive_that_cannot_be_read_fails() {
        assert_eq!(of(&WIN015, &Machine::new()), Outcome::pass());
        let class = format!("{DEVICES}\\{{53F56308-B6BF-11D0-94F2-00A0C91EFB8B}}");
        let m = Machine::new;
        for (machine, message) in [
            (m().dword(System, CDROM, "Start", 4), "is disabled"),
            (m().without_key(System, CDROM), "is missing"),
            (
                m().dword(Software, DEVICES, "Deny_All", 1),
                "denies all access",
            ),
            (
                m().dword(Software, &class, "Deny_Read", 1),
                "denies the reading",
            ),
        ] {
            let outcome = of(&WIN015, &machine);
            assert_eq!(outcome.status(), Status::Fail, "{message}");
            assert_evidence(&outcome);
            let [finding] = outcome.findings() else {
                panic!("{outcome:?}");
            };
            assert!(finding.message.contains(message), "{}", finding.message);
        }
    }

    #[test]
    fn another_start_type_and_another_denial_do_not() {
        let manual = of(&WIN015, &Machine::new().dword(System, CDROM, "Start", 3));
        assert_eq!(worst(&manual), Some(Level::Advice));
        let class = format!("{DEVICES}\\{{53f56308-b6bf-11d0-94f2-00a0c91efb8b}}");
        let machine = Machine::new()
            .dword(Software, DEVICES, "Deny_All", 0)
            .dword(Software, &class, "Deny_Write", 1);
        assert_eq!(of(&WIN015, &machine), Outcome::pass());
    }

    #[test]
    fn it_needs_both_hives() {
        assert_needs(&WIN015, System);
        assert_needs(&WIN015, Software);
        let unset = Machine::new().unset(System, CDROM, "Start");
        assert_eq!(of(&WIN015, &unset).status(), Status::Undetermined);
        assert_applies_to_windows_only(&WIN015);
    }
}
