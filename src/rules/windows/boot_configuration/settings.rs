//! The settings of the boot configuration that Microsoft's guide makes.

use super::super::at;
use super::Verdict;
use crate::finding::Finding;
use crate::guest::windows::bcd::{Content, Object, Value, ids};
use crate::known::Known;

/// Seconds that the menu may wait: the guide says 5, and Sysprep writes 30.
const TIMEOUTS: std::ops::RangeInclusive<u64> = 5..=30;

/// What a setting is meant to be.
enum Wanted {
    On,
    Off,
    /// Off, which it is where nothing is said.
    NotOn,
    Number(u64),
    /// One of these, which it is where nothing is said.
    Within(std::ops::RangeInclusive<u64>),
}

impl Wanted {
    fn is_met_by(&self, value: Option<&Value>) -> bool {
        match (self, value) {
            (Self::On, Some(Value::Boolean(is))) => *is,
            (Self::Off | Self::NotOn, Some(Value::Boolean(is))) => !is,
            (Self::Number(wanted), Some(Value::Integer(is))) => wanted == is,
            (Self::Within(range), Some(Value::Integer(is))) => range.contains(is),
            (Self::NotOn | Self::Within(_), None) => true,
            _ => false,
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::On => "on".to_owned(),
            Self::Off | Self::NotOn => "off".to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Within(range) => format!("{} to {}", range.start(), range.end()),
        }
    }
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None => "absent".to_owned(),
        Some(Value::Boolean(true)) => "on".to_owned(),
        Some(Value::Boolean(false)) => "off".to_owned(),
        Some(Value::Integer(number)) => number.to_string(),
        Some(_) => "something else".to_owned(),
    }
}

/// A setting: its id, its name, what it is meant to be, why, and the command.
type Setting = (u32, &'static str, Wanted, &'static str, &'static str);

fn of_manager() -> [Setting; 4] {
    [
        (
            ids::INTEGRITY_SERVICES,
            "integrityservices",
            Wanted::Number(1),
            "the guide enables it",
            "bcdedit.exe /set \"{bootmgr}\" integrityservices enable",
        ),
        (
            ids::DISPLAY_BOOT_MENU,
            "displaybootmenu",
            Wanted::On,
            "without it support cannot choose another entry on the serial console",
            "bcdedit.exe /set \"{bootmgr}\" displaybootmenu yes",
        ),
        (
            ids::TIMEOUT,
            "timeout",
            Wanted::Within(TIMEOUTS),
            "the menu has to be seen, and not to hold the machine up",
            "bcdedit.exe /set \"{bootmgr}\" timeout 5",
        ),
        (
            ids::BOOT_EMS,
            "bootems",
            Wanted::On,
            "the boot manager does not show on the serial console",
            "bcdedit.exe /set \"{bootmgr}\" bootems yes",
        ),
    ]
}

fn of_loader() -> [Setting; 6] {
    [
        (
            ids::INTEGRITY_SERVICES,
            "integrityservices",
            Wanted::Number(1),
            "the guide enables it",
            "bcdedit.exe /set \"{default}\" integrityservices enable",
        ),
        (
            ids::RECOVERY_ENABLED,
            "recoveryenabled",
            Wanted::Off,
            "after a failure the machine would wait in a recovery environment that nobody sees",
            "bcdedit.exe /set \"{default}\" recoveryenabled Off",
        ),
        (
            ids::BOOT_STATUS_POLICY,
            "bootstatuspolicy",
            Wanted::Number(1),
            "after a failure the machine would wait for an answer that nobody gives",
            "bcdedit.exe /set \"{default}\" bootstatuspolicy IgnoreAllFailures",
        ),
        (
            ids::EMS,
            "ems",
            Wanted::On,
            "Windows does not show on the serial console",
            "bcdedit.exe /ems \"{current}\" ON",
        ),
        (
            ids::NO_INTEGRITY_CHECKS,
            "nointegritychecks",
            Wanted::NotOn,
            "drivers without a valid signature would be loaded",
            "bcdedit.exe /set \"{default}\" nointegritychecks off",
        ),
        (
            ids::TEST_SIGNING,
            "testsigning",
            Wanted::NotOn,
            "drivers with test signatures would be loaded",
            "bcdedit.exe /set \"{default}\" testsigning off",
        ),
    ]
}

fn of_ems() -> [Setting; 2] {
    const FIX: &str = "bcdedit.exe /emssettings EMSPORT:1 EMSBAUDRATE:115200";
    const WHY: &str = "the serial console of Azure listens there";
    [
        (ids::EMS_PORT, "EMSPORT", Wanted::Number(1), WHY, FIX),
        (
            ids::EMS_BAUD_RATE,
            "EMSBAUDRATE",
            Wanted::Number(115_200),
            WHY,
            FIX,
        ),
    ]
}

pub(super) fn judge(content: &Content, manager: &Object, verdict: &mut Verdict) {
    let all = |object, name, settings: &[Setting], verdict: &mut Verdict| {
        for setting in settings {
            verdict.take(one(content, object, name, setting));
        }
    };
    all(manager, "{bootmgr}", &of_manager(), verdict);
    match content.default() {
        Ok(Some(loader)) => all(loader, "{default}", &of_loader(), verdict),
        Ok(None) => {}
        Err(unknown) => verdict.take(Err::<Option<Finding>, _>(unknown)),
    }
    match content.object(ids::EMS_SETTINGS) {
        Some(ems) => all(ems, "{emssettings}", &of_ems(), verdict),
        None => verdict.findings.push(
            Finding::advice("the store has no {emssettings}: the serial console stays empty")
                .found("no such object")
                .required("EMSPORT 1, EMSBAUDRATE 115200")
                .at(at(&manager.spot))
                .fix("bcdedit.exe /emssettings EMSPORT:1 EMSBAUDRATE:115200"),
        ),
    }
}

fn one(
    content: &Content,
    object: &Object,
    name: &str,
    (id, called, wanted, why, fix): &Setting,
) -> Known<Option<Finding>> {
    let found = content.effective(object, *id)?;
    let value = found.as_ref().map(|found| found.value);
    if wanted.is_met_by(value) {
        return Ok(None);
    }
    let spot = found.map_or_else(|| object.spot_of(*id), |found| found.spot);
    Ok(Some(
        Finding::advice(format!("{name} {called} is {}: {why}", shown(value)))
            .found(shown(value))
            .required(wanted.shown())
            .at(at(&spot))
            .fix(*fix),
    ))
}
