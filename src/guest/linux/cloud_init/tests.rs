//! Tests of `cloud_init`.

use super::*;
use crate::guest::linux::hostile::mutated;
use crate::guest::testing::Tree;

/// Parts of Debian 12's own `cloud.cfg`.
const CLOUD_CFG: &str = "# The top level settings are used as module\nusers:\n   - default\n\n\
    disable_root: true\napt:\n   preserve_sources_list: true\n\n\
    cloud_init_modules:\n - migrator\n - write-files\n - disk_setup\n - mounts\n - [ssh, always]\n\n\
    cloud_config_modules:\n - snap\nsystem_info:\n   distro: debian\n   default_user:\n     name: debian\n     \
    sudo: [\"ALL=(ALL) NOPASSWD:ALL\"]\n   package_mirrors:\n     - arches: [default]\n       failsafe:\n         \
    primary: https://mirror/debian\n";
const LOGGING: &str = "_log:\n - &log_base |\n   [loggers]\n   keys=root,cloudinit\n   \n   [handlers]\n\
    log_cfgs:\n - [ *log_base, *log_file ]\noutput: {all: '| tee -a /var/log/cloud-init-output.log'}\n";
const DPKG: &str = "# to update this file, run dpkg-reconfigure cloud-init\n\
    datasource_list: [ NoCloud, ConfigDrive, Azure, None ]\n";

fn debian() -> Tree {
    Tree::new()
        .file("/usr/bin/cloud-init", "#!/usr/bin/python3\n")
        .file("/etc/cloud/cloud.cfg", CLOUD_CFG)
        .file("/etc/cloud/cloud.cfg.d/05_logging.cfg", LOGGING)
        .file("/etc/cloud/cloud.cfg.d/90_dpkg.cfg", DPKG)
        .file("/etc/cloud/cloud.cfg.d/README", "# All files\n")
        .file(
            "/usr/lib/python3/dist-packages/cloudinit/version.py",
            "__VERSION__ = \"22.4.2\"\n_PACKAGED_VERSION = \"@@PACKAGED_VERSION@@\"\n",
        )
}

fn of(tree: &Tree) -> CloudInitFacts {
    gather(&tree.clone().root()).unwrap()
}

#[test]
fn debians_own_files_are_read() {
    let facts = of(&debian());
    let sources = facts.datasources.clone().unwrap();
    assert_eq!(sources.value, ["NoCloud", "ConfigDrive", "Azure", "None"]);
    assert_eq!(sources.spot.path, "/etc/cloud/cloud.cfg.d/90_dpkg.cfg");
    assert_eq!(sources.spot.line, Some(2));
    assert!(facts.runs_module("ssh") && facts.runs_module("write_files"));
    assert!(!facts.runs_module("snap"));
    assert_eq!(facts.version.clone().unwrap().value, "22.4.2");
    assert_eq!(facts.program.as_ref().unwrap().path, "/usr/bin/cloud-init");
    assert_eq!((&facts.disabled_by, &facts.swap_file), (&None, &None));
    assert!(facts.leftovers.is_empty());
    assert_eq!(of(&Tree::new()), CloudInitFacts::default());
}

#[test]
fn later_files_win_and_maps_are_merged() {
    let tree = debian()
        .file(
            "/etc/cloud/cloud.cfg.d/91-azure.cfg",
            "datasource_list: [ Azure ]\n",
        )
        .file(
            "/etc/cloud/cloud.cfg.d/10-swap.cfg",
            "swap:\n  filename: /mnt/swap\n  size: auto\n",
        )
        .file(
            "/etc/cloud/cloud.cfg.d/20-net.cfg",
            "network: {config: disabled}\nssh_deletekeys: no\n",
        );
    let facts = of(&tree);
    assert_eq!(facts.datasources.unwrap().value, ["Azure"]);
    assert_eq!(facts.swap_file.unwrap().value, "/mnt/swap");
    assert!(facts.network_disabled.is_some());
    assert!(!facts.deletes_host_keys.unwrap().value);
    for none in [
        "swap: {size: 0}\n",
        "swap:\n  size: 0\n  maxsize: 0\n",
        "swap:\n  maxsize: 0\n",
    ] {
        let off = tree.clone().file("/etc/cloud/cloud.cfg.d/99-off.cfg", none);
        assert_eq!(of(&off).swap_file, None, "{none}");
    }
    let named = debian().append("/etc/cloud/cloud.cfg", "swap:\n  size: 1G\n");
    assert_eq!(of(&named).swap_file.unwrap().value, "/swap.img");
}

#[test]
fn switches_and_leftovers_of_installers_are_found() {
    let facts = of(&debian()
        .file("/etc/cloud/cloud-init.disabled", "")
        .file(
            "/etc/cloud/ds-identify.cfg",
            "# x\npolicy: disabled\ndatasource: NoCloud\n",
        )
        .file(
            "/etc/cloud/cloud.cfg.d/99-installer.cfg",
            "datasource_list: [None]\n",
        ));
    assert!(facts.disabled_by.is_some());
    assert_eq!(facts.identify_policy.unwrap().value, "disabled");
    let leftovers: Vec<_> = facts
        .leftovers
        .iter()
        .map(|spot| spot.path.as_str())
        .collect();
    assert_eq!(
        leftovers,
        [
            "/etc/cloud/cloud.cfg.d/99-installer.cfg",
            "/etc/cloud/ds-identify.cfg"
        ]
    );
}

#[test]
fn what_cannot_be_read_is_not_guessed() {
    let anchored = debian().file("/etc/cloud/cloud.cfg.d/95.cfg", "datasource_list: *mine\n");
    let reason = gather(&anchored.root()).unwrap_err().reason;
    assert!(
        reason.contains("95.cfg:1") && reason.contains("anchor"),
        "{reason}"
    );
    let unreadable = debian().unreadable("/etc/cloud/cloud.cfg.d/95.cfg");
    assert!(gather(&unreadable.root()).is_err());
    let other = debian().file("/etc/cloud/cloud.cfg.d/95.cfg", "runcmd: *mine\n");
    assert!(gather(&other.root()).is_ok());
}

#[test]
fn no_word_of_user_data_is_kept() {
    let tree = debian().file(
        "/etc/cloud/cloud.cfg.d/96.cfg",
        "chpasswd:\n  list: |\n    root:Pl4nted\nusers:\n - name: a\n   passwd: Pl4nted\n",
    );
    assert!(!format!("{:?}", of(&tree)).contains("Pl4nted"));
}

#[test]
fn the_state_of_earlier_machines_is_listed() {
    let clean = debian()
        .dir("/var/lib/cloud/instances")
        .file("/var/log/cloud-init.log", "");
    assert!(gather_state(&clean.clone().root()).unwrap().is_clean());
    let used = clean
        .link("/var/lib/cloud/instance", "/var/lib/cloud/instances/1234")
        .file("/var/lib/cloud/data/result.json", "{}")
        .file("/var/log/cloud-init.log", "x")
        .file("/var/log/cloud-init-output.log", "x");
    let state = gather_state(&used.clone().root()).unwrap();
    assert!(state.dangling && state.instances.is_empty());
    assert_eq!((state.files.len(), state.logs.len()), (1, 2));
    let whole = used.dir("/var/lib/cloud/instances/1234");
    let state = gather_state(&whole.root()).unwrap();
    assert!(!state.dangling && state.instances.len() == 1);
}

#[test]
fn changed_files_never_break_the_reader() {
    mutated(
        &format!("{CLOUD_CFG}{LOGGING}{DPKG}swap: {{size: 1G}}\n"),
        2_000,
        |bytes| {
            let tree = Tree::new()
                .bytes("/etc/cloud/cloud.cfg", bytes)
                .bytes("/etc/cloud/ds-identify.cfg", bytes);
            let _ = gather(&tree.root());
        },
    );
}
