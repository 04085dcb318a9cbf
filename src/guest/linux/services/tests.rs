//! Tests of `services`.

use super::*;
use crate::guest::testing::Tree;

const WANTS: &str = "/etc/systemd/system/multi-user.target.wants";

fn debian() -> Tree {
    Tree::new()
        .file("/usr/lib/systemd/systemd", "ELF")
        .link("/lib", "usr/lib")
        .file("/usr/lib/systemd/system/ssh.service", "[Service]\n")
        .file("/usr/lib/systemd/system/ssh@.service", "[Service]\n")
        .file("/usr/lib/systemd/system/cron.service", "[Service]\n")
        .file("/usr/lib/systemd/system/getty@.service", "[Service]\n")
        .link("/usr/lib/systemd/system/autovt@.service", "getty@.service")
        .link("/usr/lib/systemd/system/x11-common.service", "/dev/null")
        .link("/usr/lib/systemd/system/default.target", "graphical.target")
        .file("/etc/systemd/system/old.service", "")
        .link(
            "/etc/systemd/system/sshd.service",
            "/lib/systemd/system/ssh.service",
        )
        .link(
            "/etc/systemd/system/default.target",
            "/lib/systemd/system/multi-user.target",
        )
        .link(
            &format!("{WANTS}/ssh.service"),
            "/lib/systemd/system/ssh.service",
        )
        .link(&format!("{WANTS}/gone.service"), "/opt/gone.service")
        .link(
            "/etc/systemd/system/getty.target.wants/getty@tty1.service",
            "/lib/systemd/system/getty@.service",
        )
        .file("/etc/init.d/ssh", "#!/bin/sh\n")
        .file("/etc/init.d/walinuxagent", "#!/bin/sh\n")
        .file("/etc/init.d/foreign", "#!/bin/sh\n")
        .link("/etc/rc2.d/S01ssh", "../init.d/ssh")
        .link("/etc/rc3.d/S05foreign", "../init.d/foreign")
}

fn of(tree: &Tree) -> Services {
    gather(&tree.clone().root()).unwrap()
}

#[test]
fn links_aliases_instances_and_masks_are_told_apart() {
    let services = of(&debian());
    let path = |unit: &str| services.state(unit).spot().map(|spot| spot.path.clone());
    assert!(services.state("ssh.service").is_enabled());
    assert!(services.state("sshd.service").is_enabled(), "by its alias");
    assert_eq!(
        path("ssh.service").as_deref(),
        Some(&*format!("{WANTS}/ssh.service"))
    );
    assert!(matches!(
        services.state("cron.service"),
        UnitState::Disabled(_)
    ));
    assert!(matches!(
        services.state("x11-common.service"),
        UnitState::Masked(_)
    ));
    assert!(matches!(
        services.state("old.service"),
        UnitState::Masked(_)
    ));
    assert!(services.state("getty@tty1.service").is_enabled());
    assert!(matches!(
        services.state("getty@tty2.service"),
        UnitState::Disabled(_)
    ));
    assert!(matches!(
        services.state("autovt@tty2.service"),
        UnitState::Disabled(_)
    ));
    assert_eq!(services.state("gone.service"), UnitState::Absent);
    assert_eq!(services.state("nothing.service"), UnitState::Absent);
    assert_eq!(
        services.default_target.as_ref().unwrap().value,
        "multi-user.target"
    );
    // A script counts where there is no unit of its name.
    assert!(services.state("foreign.service").is_enabled());
    assert!(matches!(
        services.state("walinuxagent.service"),
        UnitState::Disabled(_)
    ));
    let enabled: Vec<_> = services.enabled().map(|(name, _)| name).collect();
    assert_eq!(enabled, ["foreign", "getty@tty1.service", "ssh.service"]);
}

#[test]
fn a_mask_in_etc_wins_over_the_unit_and_its_links() {
    let masked = debian().link("/etc/systemd/system/ssh.service", "/dev/null");
    let services = of(&masked);
    assert!(matches!(
        services.state("ssh.service"),
        UnitState::Masked(_)
    ));
    assert!(matches!(
        services.state("sshd.service"),
        UnitState::Masked(_)
    ));
    assert!(services.enabled().all(|(name, _)| name != "ssh.service"));
}

#[test]
fn presets_count_at_the_first_boot_only() {
    let tree = debian()
        .file(
            "/etc/systemd/system-preset/80-own.preset",
            "enable cron.*\n",
        )
        .file(
            "/usr/lib/systemd/system-preset/90-default.preset",
            "disable *\n",
        )
        .file("/etc/machine-id", "");
    let line = |tree: &Tree, unit: &str| of(tree).enabled_at_first_boot(unit).map(|s| s.line);
    assert_eq!(line(&tree, "cron.service"), Some(Some(1)));
    assert_eq!(line(&tree, "getty@.service"), None);
    assert_eq!(line(&tree, "ssh.service"), None, "it is enabled already");
    let hidden = tree
        .clone()
        .link("/etc/systemd/system-preset/90-default.preset", "/dev/null");
    assert_eq!(line(&hidden, "getty@.service"), None);
    let booted = tree.file("/etc/machine-id", "d3adb33f\n");
    assert_eq!(line(&booted, "cron.service"), None);
}

#[test]
fn older_systems_start_by_scripts_jobs_and_runlevels() {
    let el6 = Tree::new()
        .file("/etc/rc.d/init.d/waagent", "#!/bin/sh\n")
        .link("/etc/init.d", "rc.d/init.d")
        .link("/etc/rc.d/rc3.d/S99waagent", "../init.d/waagent")
        .link("/etc/rc.d/rc3.d/K10cups", "../init.d/cups")
        .link("/etc/rc.d/rc3.d/S55lost", "../init.d/lost");
    let services = of(&el6);
    assert!(services.state("waagent.service").is_enabled());
    assert_eq!(services.state("cups.service"), UnitState::Absent);
    assert_eq!(services.state("lost.service"), UnitState::Absent);
    let alpine = Tree::new()
        .file("/etc/init.d/sshd", "#!/sbin/openrc-run\n")
        .file("/etc/init.d/waagent", "#!/sbin/openrc-run\n")
        .link("/etc/runlevels/default/sshd", "/etc/init.d/sshd")
        .file("/usr/lib/systemd/system/sshd.service", "[Service]\n");
    let services = of(&alpine);
    assert!(
        services.state("sshd.service").is_enabled(),
        "units do not count there"
    );
    assert!(matches!(
        services.state("waagent.service"),
        UnitState::Disabled(_)
    ));
    let upstart = Tree::new()
        .file(
            "/etc/init/walinuxagent.conf",
            "description \"x\"\n start on runlevel [2345]\n",
        )
        .file("/etc/init/ssh.conf", "start on runlevel [2345]\n")
        .file("/etc/init/ssh.override", "manual\n");
    let services = of(&upstart);
    let UnitState::Enabled(spot) = services.state("walinuxagent.service") else {
        panic!("{services:?}");
    };
    assert_eq!(spot.line, Some(2));
    assert!(matches!(
        services.state("ssh.service"),
        UnitState::Disabled(_)
    ));
}

#[test]
fn a_folder_that_cannot_be_read_leaves_all_open() {
    let root = debian().root_with_unreadable("/usr", "it is encrypted by LUKS");
    assert!(gather(&root).unwrap_err().reason.contains("encrypted"));
    assert!(gather(&debian().unreadable("/etc/machine-id").root()).is_err());
}

#[test]
fn names_of_any_kind_are_survived() {
    let mut tree = debian();
    for name in [
        "@.service",
        "a@b@c.service",
        "@@.service",
        "x@.",
        ".service",
    ] {
        tree = tree
            .link(&format!("/etc/systemd/system/{name}"), "loop.service")
            .link(&format!("{WANTS}/{name}"), "/x")
            .link("/etc/systemd/system/loop.service", "other.service")
            .link("/etc/systemd/system/other.service", "loop.service");
    }
    let services = of(&tree);
    for name in services.units.keys().chain(services.aliases.keys()) {
        services.state(name);
    }
    assert_eq!(services.state("loop.service"), UnitState::Absent);
}
