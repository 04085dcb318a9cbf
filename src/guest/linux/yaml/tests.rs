//! Tests of `yaml`.

use super::*;
use crate::guest::linux::hostile::mutated;

fn get(text: &str, key: &str) -> Result<Node, String> {
    parse(text)
        .unwrap()
        .into_iter()
        .rev()
        .find(|top| top.key == key)
        .unwrap_or_else(|| panic!("{key} is not in {text}"))
        .value
}

fn words(node: &Node) -> Vec<&str> {
    node.list().iter().filter_map(Node::word).collect()
}

/// Debian's `05_logging.cfg`, shortened.
const LOGGING: &str = "_log:\n - &log_base |\n   [loggers]\n   keys=root # not a comment\n   \n   [a]\n \
    - &log_file |\n   [b]\nlog_cfgs:\n# - [ *log_base, *log_syslog ]\n - [ *log_base, *log_file ]\n\
    output: {all: '| tee -a /var/log/cloud-init-output.log'}\n";

#[test]
fn lists_are_read_in_every_way_that_they_are_written() {
    for text in [
        "# to update this file\ndatasource_list: [ NoCloud, Azure, None ]\n",
        "datasource_list:\n- NoCloud\n- Azure\n- None\n",
        "datasource_list:\n  - NoCloud  # first\n  - 'Azure'\n  - \"None\"\n",
        "---\ndatasource_list: [NoCloud,\n   Azure,   # and more\n   None]\n",
        "a: 1\n'datasource_list':\n - NoCloud\n - Azure\n - None\nb: 2\n",
        "datasource_list: [Ec2]\ndatasource_list: [NoCloud, \"Azure\", None,]\n",
        "{datasource_list: [NoCloud, Azure, None]}",
    ] {
        let node = get(text, "datasource_list").unwrap();
        assert_eq!(words(&node), ["NoCloud", "Azure", "None"], "{text}");
    }
}

#[test]
fn maps_nest_and_know_their_lines() {
    let text = "network:\n  version: 2\n  ethernets:\n    eth0:\n      match:\n        macaddress: \
                \"00:0d:3a:11:22:33\"\n      addresses:\n      - 10.0.0.4/24\n      - \
                10.0.0.5/24:\n          label: a\n      dhcp4: no\nlast: it's # gone\n";
    let network = get(text, "network").unwrap();
    let eth0 = network.get("ethernets").unwrap().get("eth0").unwrap();
    let mac = eth0.get("match").unwrap().get("macaddress").unwrap();
    assert_eq!((mac.word(), mac.line), (Some("00:0d:3a:11:22:33"), 6));
    let addresses = eth0.get("addresses").unwrap();
    assert_eq!(addresses.list().len(), 2);
    assert_eq!(addresses.list()[0].word(), Some("10.0.0.4/24"));
    assert_eq!(addresses.list()[1].map()[0].0, "10.0.0.5/24");
    assert_eq!(eth0.get("dhcp4").unwrap().switch(), Some(false));
    assert_eq!(get(text, "last").unwrap().word(), Some("it's"));
    let users = get(
        "users:\n  - default\n  - name: a\n    groups: [x, y]\n",
        "users",
    )
    .unwrap();
    assert_eq!(users.list()[1].get("groups").unwrap().list().len(), 2);
}

#[test]
fn what_is_not_read_leaves_its_own_key_open_and_no_other() {
    assert!(get(LOGGING, "_log").is_err());
    assert!(get(LOGGING, "log_cfgs").is_err());
    let output = get(LOGGING, "output").unwrap();
    let all = output.get("all").unwrap().word().unwrap();
    assert_eq!(all, "| tee -a /var/log/cloud-init-output.log");
    for text in [
        "k: *x\n",
        "k: !!str x\n",
        "k: [a\n",
        "k: {a: [}\n",
        "k: 'a\n",
        "k: \"a\" b\n",
        "k: [a] b\n",
        "k:\n    a: 1\n  b: 2\n",
        "k: v\n- x\n",
        "k:\n  - a\n  b: 1\n",
        "k: {[a]: b}\n",
    ] {
        assert!(get(text, "k").is_err(), "{text}");
    }
    for text in [
        "- a\n- b\n",
        "a: 1\n---\nb: 2\n",
        "a:\n\t- b\n",
        "  a: 1\n",
        "just words\n",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
    assert_eq!(parse("# nothing\n\n").unwrap(), []);
}

#[test]
fn texts_are_kept_whole_and_depth_is_bounded() {
    let runcmd = get("a: |\n  x: [\n  # y\nb: >-\n  folded\n", "a").unwrap();
    assert_eq!(runcmd.word(), Some("x: [ # y"));
    assert!(get(&format!("k: {}", "[".repeat(10_000)), "k").is_err());
    let mut deep = String::from("k:\n");
    for level in 1..200_usize {
        deep.push_str(&" ".repeat(level));
        deep.push_str("a:\n");
    }
    assert!(get(&deep, "k").is_err());
    assert!(get(&format!("k: {}x", "- ".repeat(5_000)), "k").is_err());
    assert!(get(&format!("k:\n {}x", "- ".repeat(5_000)), "k").is_err());
}

#[test]
fn changed_texts_never_break_the_reader() {
    let text =
        format!("{LOGGING}datasource_list: [ A, 'B', {{c: d}} ]\nm:\n  - n: o\n    p: |\n     q\n");
    mutated(&text, 5_000, |bytes| {
        let _ = parse(&String::from_utf8_lossy(bytes));
    });
}
