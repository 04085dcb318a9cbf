//! Tests of `agent`.

use super::*;
use crate::guest::linux::hostile::mutated;
use crate::guest::testing::Tree;

/// The head of the file of Debian's package 2.7.3.0.
const CONF: &str = "#\n# Microsoft Azure Linux Agent Configuration\n#\n\n\
    # Enable extension handling.\nExtensions.Enabled=y\n\n\
    Provisioning.Agent=cloud-init\n#Provisioning.PasswordCryptId=6\n\
    ResourceDisk.Format=y\nResourceDisk.MountPoint=/mnt/resource\nResourceDisk.EnableSwap=n\n\
    # AutoUpdate.Enabled=y\nOS.RootDeviceScsiTimeout=300\n";
const VERSION_PY: &str = "# AGENT_VERSION is set here\nAGENT_NAME = \"WALinuxAgent\"\n\
    AGENT_LONG_NAME = \"Azure Linux Agent\"\nAGENT_VERSION = '2.7.3.0'\n\
    AGENT_LONG_VERSION = \"{0}-{1}\".format(AGENT_NAME, AGENT_VERSION)\n";

fn version(tree: &Tree) -> Option<String> {
    let found = gather(&tree.clone().root()).version.unwrap();
    found.map(|version| version.value)
}

#[test]
fn the_configuration_is_read_as_the_agent_reads_it() {
    let text = format!("{CONF}Provisioning.Agent = \"auto\" # both\nLogs.Verbose=maybe\n");
    let agent = gather(&Tree::new().file("/etc/waagent.conf", &text).root());
    let conf = agent.conf.unwrap().unwrap();
    let provisioning = conf.get("Provisioning.Agent").unwrap();
    assert_eq!(
        (provisioning.value.as_str(), provisioning.spot.line),
        ("auto", Some(15))
    );
    assert_eq!(conf.get("AutoUpdate.Enabled"), None);
    assert!(conf.is_on("AutoUpdate.Enabled", true) && !conf.is_on("AutoUpdate.Enabled", false));
    assert!(!conf.is_on("ResourceDisk.EnableSwap", true));
    assert!(conf.is_on("Logs.Verbose", true) && !conf.is_on("Logs.Verbose", false));
    assert_eq!(gather(&Tree::new().root()).conf, Ok(None));
    assert!(
        gather(&Tree::new().unreadable("/etc/waagent.conf").root())
            .conf
            .is_err()
    );
}

#[test]
fn no_password_of_a_proxy_is_kept() {
    let text =
        "HttpProxy.Host=user:S3cretWord@proxy\nProvisioning.RootPassword=S3cretWordVeryLong\n";
    let agent = gather(&Tree::new().file("/etc/waagent.conf", text).root());
    assert!(!format!("{agent:?}").contains("S3cret"), "{agent:?}");
}

#[test]
fn the_version_is_that_of_the_interpreter_that_runs_the_program() {
    let debian = Tree::new()
        .file(
            "/usr/sbin/waagent",
            "#!/usr/bin/python3\n#\nimport azurelinuxagent\n",
        )
        .file(
            &format!(
                "/usr/lib/python3/dist-packages/{}",
                "azurelinuxagent/common/version.py"
            ),
            VERSION_PY,
        );
    assert_eq!(version(&debian).as_deref(), Some("2.7.3.0"));
    let both = debian
        .clone()
        .dir("/usr/lib/python2.7/site-packages/WALinuxAgent-2.2.46-py2.7.egg-info")
        .dir("/usr/local/lib/python3.11/dist-packages/WALinuxAgent-2.15.0.1-py3.11.egg");
    assert_eq!(
        version(&both).as_deref(),
        Some("2.15.0.1"),
        "local files come first"
    );
    assert_eq!(gather(&both.clone().root()).versions.unwrap().len(), 3);
    let old = both.file("/usr/sbin/waagent", "#!/usr/bin/python\n");
    assert_eq!(version(&old).as_deref(), Some("2.2.46"));
    let single = Tree::new().file(
        "/usr/sbin/waagent",
        "#!/usr/bin/env python\nGuestAgentName = \"WALinuxAgent\"\nGuestAgentVersion = \"WALinuxAgent-2.0.16\"\n",
    );
    assert_eq!(version(&single).as_deref(), Some("2.0.16"));
    assert_eq!(version(&Tree::new()), None);
}

#[test]
fn programs_are_looked_for_in_the_order_of_the_suite() {
    let tree = Tree::new()
        .file("/usr/sbin/waagent", "x")
        .file("/usr/bin/waagent", "x");
    let program = gather(&tree.root()).program.unwrap().unwrap();
    assert_eq!(program.path, "/usr/bin/waagent");
    let broken = Tree::new()
        .file("/etc/waagent.conf", CONF)
        .root_with_unreadable("/usr", "it is encrypted");
    let agent = gather(&broken);
    assert!(agent.program.is_err() && agent.version.is_err() && agent.conf.is_ok());
}

#[test]
fn changed_files_never_break_the_reader() {
    mutated(&format!("{CONF}{VERSION_PY}"), 1_000, |bytes| {
        let tree = Tree::new()
            .bytes("/etc/waagent.conf", bytes)
            .bytes("/usr/sbin/waagent", bytes)
            .bytes(
                "/usr/lib/python3/dist-packages/azurelinuxagent/common/version.py",
                bytes,
            );
        gather(&tree.root());
    });
}
