//! LNX062: cloud-init before 20.3 and a temporary folder from which nothing may be run.

use super::units::below;
use super::{Subject, at, guest, known};
use crate::finding::{Finding, Outcome};
use crate::guest::{LinuxGuest, Spot};
use crate::known::Known;
use crate::rules::declare_rule;

declare_rule! {
    /// An old cloud-init can run its programs in `/var/tmp`.
    ///
    /// ## Why
    /// Before 20.3 cloud-init copies the DHCP client to that folder and runs the copy. With
    /// `noexec` that fails, the machine gets no data, and the deployment ends after its time.
    ///
    /// ## Evidence
    /// cloud-init's version by the package database, else by its Python files; the options of the
    /// folder's line in `/etc/fstab`, or of its mount unit.
    ///
    /// ## What Azure says
    /// `dhclient … [Errno 13] Permission denied` in cloud-init's log.
    ///
    /// ## Fix
    /// Update cloud-init, or take `noexec` out of the options.
    ///
    /// ## Limits
    /// Mounts that other programs make at boot are not seen.
    pub static LNX062 = {
        id: "LNX062",
        name: "cloud-init-noexec",
        level: Warning,
        sources: [DEPLOY],
    };
}

const FOLDER: &str = "/var/tmp";
const FLOOR: &str = "20.3";

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let facts = match known(&guest.cloud_init) {
        Ok(facts) => facts,
        Err(outcome) => return outcome,
    };
    if facts.program.is_none() {
        return Outcome::not_applicable("cloud-init is not installed");
    }
    let package = guest
        .packages
        .as_ref()
        .ok()
        .and_then(|all| all.find("cloud-init"));
    let version = match (package, &facts.version) {
        (Some(package), _) => package.upstream_version().to_owned(),
        (None, Some(version)) => version.value.clone(),
        (None, None) => return Outcome::undetermined("no file tells cloud-init's version"),
    };
    match below(&version, FLOOR) {
        Some(true) => {}
        Some(false) => return Outcome::pass(),
        None => {
            return Outcome::undetermined(format!(
                "cloud-init's version {version:?} holds no number"
            ));
        }
    }
    match noexec(guest) {
        Ok(None) => Outcome::pass(),
        Ok(Some(spot)) => {
            Outcome::Decided(vec![
            Finding::warning(format!(
                "{FOLDER} is mounted with noexec, where cloud-init {version} runs the DHCP client"
            ))
            .found(format!("noexec, and cloud-init {version}"))
            .required(format!("cloud-init {FLOOR} or newer, or no noexec"))
            .at(at(&spot))
            .fix(format!("take noexec out of {}, or update cloud-init", spot.path)),
        ])
        }
        Err(unknown) => Outcome::undetermined(unknown.reason),
    }
}

fn noexec(guest: &LinuxGuest) -> Known<Option<Spot>> {
    let fstab = guest.fstab.as_ref().map_err(Clone::clone)?;
    if let Some(entry) = fstab.as_ref().and_then(|fstab| fstab.mounted_at(FOLDER))
        && entry.has_option("noexec")
    {
        return Ok(Some(entry.spot.clone()));
    }
    let unit = guest.var_tmp.as_ref().map_err(Clone::clone)?;
    Ok(unit
        .as_ref()
        .filter(|unit| unit.value.iter().any(|option| option == "noexec"))
        .map(|unit| unit.spot.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status::{self, *};
    use crate::guest::testing::Tree;
    use crate::rules::Profile;
    use crate::rules::linux::sys_testing::{adjusted, debian, packages};
    use crate::rules::linux::testing::*;

    #[test]
    fn only_an_old_cloud_init_with_noexec_warns() {
        let of = |tree: &Tree, version: &str| {
            let inspection = adjusted(tree, |guest| {
                guest.packages = Ok(packages(&[("cloud-init", version)]));
            });
            judge(&LNX062, &inspection, Profile::default())
        };
        let line = |options: &str| {
            debian().file(
                "/etc/fstab",
                &format!("tmpfs {FOLDER} tmpfs {options} 0 0\n"),
            )
        };
        let unit = debian().file(
            "/etc/systemd/system/var-tmp.mount",
            "[Mount]\nOptions=nodev,noexec\n",
        );
        let cases: [(Tree, &str, Status); 7] = [
            (line("nodev,noexec"), "19.4", Warn),
            (unit, "20.2", Warn),
            (line("nodev"), "19.4", Pass),
            (debian(), "19.4", Pass),
            (line("noexec"), "20.3", Pass),
            (line("noexec"), "22.4.2", Pass),
            (
                line("noexec").unreadable("/etc/fstab"),
                "19.4",
                Undetermined,
            ),
        ];
        for (number, (tree, version, status)) in cases.iter().enumerate() {
            let outcome = of(tree, version);
            assert_eq!(outcome.status(), *status, "case {number}: {outcome:?}");
            assert_evidence(&outcome);
        }
        let none = debian().without("/usr/bin/cloud-init");
        assert_eq!(of(&none, "19.4").status(), NotApplicable);
        let unversioned = adjusted(&line("noexec"), |_| {});
        let outcome = judge(&LNX062, &unversioned, Profile::default());
        assert_eq!(outcome.status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX062);
    }
}
