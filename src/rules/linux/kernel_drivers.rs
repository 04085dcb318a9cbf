//! LNX014: Hyper-V's drivers in the kernel.

use super::{at, guest, kernel};
use crate::finding::{Finding, Outcome};
use crate::guest::linux::kernel::{Driver, Kernel};
use crate::guest::{LinuxGuest, Spot};
use crate::rules::{Subject, declare_rule};

/// Without these a machine has neither disk nor network.
const NEEDED: [&str; 3] = ["hv_vmbus", "hv_storvsc", "hv_netvsc"];
/// The others; of those in one line any will do.
const WANTED: [&[&str]; 4] = [
    &["hv_utils"],
    &["hv_balloon"],
    &["hyperv_keyboard"],
    &["hyperv_fb", "hyperv_drm"],
];

declare_rule! {
    /// The kernel has the drivers for Azure's virtual hardware.
    ///
    /// ## Why
    /// Disk and network of a machine in Azure hang on Hyper-V's bus: without its drivers the
    /// machine does not start, or is not reachable.
    ///
    /// ## Evidence
    /// For the kernel of the default boot entry: `modules.builtin`, `modules.dep` with the files
    /// that it names, and the configuration. Blacklists count as missing. hid_hyperv, which a
    /// machine without a screen does not need, is not asked for.
    ///
    /// ## What Azure says
    /// `Not all Hyper V drivers are present.`
    ///
    /// ## Fix
    /// Install the distribution's own kernel, or the one that it makes for Azure.
    ///
    /// ## Limits
    /// Whether the drivers work shows only on a running machine.
    pub static LNX014 = {
        id: "LNX014",
        name: "hyper-v-drivers",
        level: Error,
        sources: [LISA, POL, GEN],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let kernel = match kernel(guest) {
        Ok(kernel) => kernel,
        Err(outcome) => return outcome,
    };
    let mut findings = Vec::new();
    let mut open = None;
    match &kernel.image {
        Ok(Some(_)) => {}
        Ok(None) => findings.push(
            Finding::error(format!(
                "the default boot entry starts {}, and there is no such file",
                kernel.path
            ))
            .found("no such file")
            .required("the kernel that the entry names")
            .at(at(&kernel.spot))
            .fix(super::arguments::regenerate(guest)),
        ),
        Err(unknown) => open = Some(unknown.reason.clone()),
    }
    let groups = NEEDED
        .iter()
        .map(std::slice::from_ref)
        .map(|group| (group, true))
        .chain(WANTED.iter().map(|group| (*group, false)));
    for (group, needed) in groups {
        match missing(kernel, group) {
            Ok(None) => {}
            Ok(Some((why, spot))) => {
                let name = group.join(" or ");
                let message = format!("kernel {} has no usable {name}: {why}", kernel.release);
                let finding = if needed {
                    Finding::error(message)
                } else {
                    Finding::warning(message)
                };
                findings.push(
                    finding
                        .found(why)
                        .required(format!("{name}, built in or as a module"))
                        .at(at(&spot))
                        .about(name)
                        .fix(fix(guest, &spot)),
                );
            }
            Err(reason) => open = open.or(Some(reason)),
        }
    }
    crate::rules::partition::decided_unless(open, findings)
}

/// Why none of a group's drivers can be used, and where that stands; none where one can.
fn missing(kernel: &Kernel, group: &[&str]) -> Result<Option<(String, Spot)>, String> {
    let mut last = None;
    for name in group {
        match kernel.driver(name).map_err(|unknown| unknown.reason)? {
            Driver::BuiltIn => return Ok(None),
            Driver::Module(_) => match kernel.ban(name).map_err(|unknown| unknown.reason)? {
                None => return Ok(None),
                Some(ban) => {
                    last = Some((
                        format!("{name} is kept away by a {} line", ban.kind.name()),
                        ban.spot.clone(),
                    ));
                }
            },
            Driver::Absent => {
                let spot = match &kernel.modules {
                    Ok(Some(modules)) => modules.spot.clone(),
                    _ => kernel.spot.clone(),
                };
                last = last.or(Some((
                    "it is neither built in nor a module".to_owned(),
                    spot,
                )));
            }
        }
    }
    Ok(last)
}

fn fix(guest: &LinuxGuest, spot: &Spot) -> String {
    use crate::guest::linux::distribution::Family;
    if spot.path.contains("modprobe") {
        return format!(
            "take the line out of {}, and build the initramfs anew",
            spot.path
        );
    }
    match guest.distribution.as_ref().ok().and_then(|d| d.as_ref()) {
        Some(distribution) => match distribution.family() {
            Family::Ubuntu => "apt-get install linux-azure".to_owned(),
            Family::Debian => "apt-get install linux-image-cloud-amd64".to_owned(),
            Family::Suse => "zypper install kernel-default".to_owned(),
            Family::Fedora => "dnf install kernel kernel-modules".to_owned(),
            _ => "install the distribution's own kernel".to_owned(),
        },
        None => "install the distribution's own kernel".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    const FOLDER: &str = "/lib/modules/6.1.0-1-amd64";

    fn tree(modules: &[&str], built_in: &[&str]) -> Tree {
        let mut tree = Tree::new()
            .file(
                "/boot/grub/grub.cfg",
                "menuentry a { linux /boot/vmlinuz-6.1.0-1-amd64 ro\n}\n",
            )
            .file("/boot/vmlinuz-6.1.0-1-amd64", "kernel");
        let mut list = String::new();
        for name in modules {
            list.push_str(&format!("kernel/{name}.ko.xz:\n"));
            tree = tree.file(&format!("{FOLDER}/kernel/{name}.ko.xz"), "x");
        }
        let built_in: String = built_in
            .iter()
            .map(|name| format!("kernel/{name}.ko\n"))
            .collect();
        tree.file(&format!("{FOLDER}/modules.dep"), &list)
            .file(&format!("{FOLDER}/modules.builtin"), &built_in)
    }

    const ALL: [&str; 6] = [
        "hv_vmbus",
        "hv_storvsc",
        "hv_netvsc",
        "hv_utils",
        "hv_balloon",
        "hyperv-keyboard",
    ];

    #[test]
    fn modules_and_built_in_drivers_pass() {
        let mut modules = ALL.to_vec();
        modules.push("hyperv_drm");
        assert_eq!(of(&LNX014, &tree(&modules, &[])), Outcome::pass());
        assert_eq!(of(&LNX014, &tree(&["hyperv_fb"], &ALL)), Outcome::pass());
    }

    #[test]
    fn disk_and_network_fail_and_the_others_warn() {
        let outcome = of(
            &LNX014,
            &tree(&["hv_vmbus", "hv_netvsc", "hv_utils"], &["hv_balloon"]),
        );
        let levels: Vec<_> = outcome
            .findings()
            .iter()
            .map(|finding| finding.level)
            .collect();
        assert_eq!(levels, [Level::Error, Level::Warning, Level::Warning]);
        assert!(outcome.findings()[0].message.contains("hv_storvsc"));
        assert_evidence(&outcome);
    }

    #[test]
    fn a_blacklisted_driver_and_a_lost_kernel_fail() {
        let mut modules = ALL.to_vec();
        modules.push("hyperv_fb");
        let good = tree(&modules, &[]);
        let banned = good
            .clone()
            .file("/etc/modprobe.d/x.conf", "install hv_netvsc /bin/false\n");
        let outcome = of(&LNX014, &banned);
        assert_eq!(outcome.status(), Status::Fail);
        assert_eq!(outcome.findings()[0].place.as_ref().unwrap().line, Some(1));
        let lost = good.clone().without("/boot/vmlinuz-6.1.0-1-amd64");
        assert!(
            of(&LNX014, &lost).findings()[0]
                .message
                .contains("no such file")
        );
        let unread = good.unreadable(&format!("{FOLDER}/modules.dep"));
        assert_eq!(of(&LNX014, &unread).status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX014);
    }
}
