//! WIN034: antivirus software of others.

use super::{at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::windows::services::{Service, Start};
use crate::known::Known;
use crate::rules::linux::guest_text::short;
use crate::rules::partition::{decided_unless, listed};
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// No antivirus software beside Windows' own is installed.
    ///
    /// ## Why
    /// Script blockers of antivirus software stop the agent that provisions the machine, so that
    /// Microsoft recommends to disable them; the policies want no antivirus or remote-control
    /// software in an image unless it is the product.
    ///
    /// ## Evidence
    /// Drivers in the load order group `FSFilter Anti-Virus` below
    /// `SYSTEM\CurrentControlSet\Services` that are not disabled, other than Microsoft's `WdFilter`
    /// and `MpFilter`. Services with the names of known remote-control software are noted.
    ///
    /// ## Fix
    /// Uninstall the software from the reference machine, or disable its script blocker where it is
    /// the product.
    ///
    /// ## Limits
    /// Software without a file system filter is not found, and whether it blocks scripts is not in
    /// the image. Microsoft publishes no list of such software's services.
    pub static WIN034 = {
        id: "WIN034",
        name: "antivirus",
        level: Warning,
        sources: [WINP, POL, ADR804, SVC16],
    };
}

/// The group of drivers that look into every file.
const GROUP: &str = "FSFilter Anti-Virus";
/// Microsoft's own drivers in it.
const OWN: [&str; 2] = ["WdFilter", "MpFilter"];
/// First words of the names of services, and the software that they belong to.
const REMOTE_CONTROL: [(&str, &str); 9] = [
    ("TeamViewer", "TeamViewer"),
    ("AnyDesk", "AnyDesk"),
    ("RustDesk", "RustDesk"),
    ("ScreenConnect", "ScreenConnect"),
    ("LogMeIn", "LogMeIn"),
    ("tvnserver", "TightVNC"),
    ("uvnc_service", "UltraVNC"),
    ("winvnc", "VNC"),
    ("vncserver", "RealVNC"),
];

fn check(subject: &Subject<'_>) -> Outcome {
    judge(subject).unwrap_or_else(|outcome| outcome)
}

fn judge(subject: &Subject<'_>) -> Result<Outcome, Outcome> {
    let services = known(&guest(subject)?.services)?;
    let mut open = services
        .is_cut
        .then(|| format!("{}: it has too many services", services.spot));
    let mut findings = Vec::new();
    for service in &services.list {
        match of_service(service) {
            Ok(found) => findings.extend(found),
            Err(unknown) => {
                open.get_or_insert(unknown.reason);
            }
        }
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let level = findings.first().map_or(Level::Note, |first| first.level);
    let findings = listed(level, findings.into_iter(), "such services");
    Ok(decided_unless(open, findings))
}

fn of_service(service: &Service) -> Known<Option<Finding>> {
    let name = &service.name;
    let group = service.group.get()?;
    let is_filter = group.is_some_and(|group| group.trim().eq_ignore_ascii_case(GROUP));
    let is_own = OWN.iter().any(|own| name.eq_ignore_ascii_case(own));
    let starts = |name: &str, prefix: &str| {
        let head = name.get(..prefix.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(prefix))
    };
    let remote = REMOTE_CONTROL
        .iter()
        .find(|(prefix, _)| starts(name, prefix));
    if (!is_filter || is_own) && remote.is_none() {
        return Ok(None);
    }
    if service.starts()? == Some(Start::Disabled) {
        return Ok(None);
    }
    if let (Some((_, software)), false) = (remote, is_filter) {
        let message = format!(
            "by its name the service {} belongs to {software}",
            short(name)
        );
        return Ok(Some(Finding::note(message).at(at(&service.spot))));
    }
    Ok(Some(
        Finding::warning(format!(
            "the driver {} belongs to antivirus software beside Windows' own",
            short(name)
        ))
        .found(format!("{} in the group {GROUP}", short(name)))
        .required("no antivirus software that blocks scripts")
        .at(at(&service.spot))
        .fix("uninstall the antivirus software, or disable its script blocker where it is the product"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::windows::registry::HiveName::System;
    use crate::rules::windows::testing::people::with_service;
    use crate::rules::windows::testing::*;

    fn filter(name: &str, start: u32) -> Machine {
        let key = format!(r"CurrentControlSet\Services\{name}");
        with_service(Machine::new(), name, start, 2, r"system32\drivers\x.sys").string(
            System,
            &key,
            "Group",
            "FSFilter Anti-Virus",
        )
    }

    #[test]
    fn windows_own_passes_and_anothers_warns() {
        assert_eq!(of(&WIN034, &Machine::new()), Outcome::pass());
        assert_eq!(of(&WIN034, &filter("MpFilter", 0)), Outcome::pass());
        assert_eq!(of(&WIN034, &filter("csagent", 4)), Outcome::pass());
        let outcome = of(&WIN034, &filter("csagent", 1));
        assert_eq!(outcome.status(), Status::Warn);
        assert_evidence(&outcome);
    }

    #[test]
    fn remote_control_is_noted() {
        let machine = with_service(Machine::new(), "TeamViewer15", 2, 16, "tv.exe");
        assert_eq!(worst(&of(&WIN034, &machine)), Some(Level::Note));
    }

    #[test]
    fn what_cannot_be_read_is_undetermined() {
        let key = r"CurrentControlSet\Services\x";
        let machine = Machine::new().dword(System, key, "Group", 1);
        assert_eq!(of(&WIN034, &machine).status(), Status::Undetermined);
        assert_needs(&WIN034, System);
        assert_applies_to_windows_only(&WIN034);
    }
}
