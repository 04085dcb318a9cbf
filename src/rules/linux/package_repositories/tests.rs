//! Tests of `package_repositories`.

use super::*;
use crate::finding::Status::*;
use crate::guest::testing::Tree;
use crate::rules::linux::sys_testing::{debian, release};
use crate::rules::linux::testing::*;

fn repo(tree: Tree, folder: &str, ids: &[&str]) -> Tree {
    let text: String = ids
        .iter()
        .map(|id| format!("[{id}]\nname={id}\nenabled=1\nautorefresh=1\n"))
        .collect();
    tree.file(&format!("/etc/{folder}/all.repo"), &text)
}

#[test]
fn each_distribution_has_its_own_list() {
    let list = "/etc/apt/sources.list";
    let ubuntu = |host: &str| {
        release("ubuntu", "22.04").file(
            list,
            &format!(
                "deb http://{host}/ubuntu jammy main\ndeb http://{host}/ubuntu jammy-updates main\n\
                      deb http://{host}/ubuntu jammy-security main\n"
            ),
        )
    };
    let yum =
        |id: &str, version: &str, ids: &[&str]| repo(release(id, version), "yum.repos.d", ids);
    let zypp = |id: &str, ids: &[&str]| repo(release(id, "15.5"), "zypp/repos.d", ids);
    let main_mirror = format!("deb https://deb.{}/debian bookworm main\n", "debian.org");
    let azure = [
        "azurelinux-official-base",
        "azurelinux-official-ms-oss",
        "azurelinux-official-ms-non-oss",
    ];
    let cases = [
        (debian(), Pass, 0),
        (debian().file(list, &main_mirror), Pass, 0),
        (
            debian().file(list, "deb http://ftp.example/debian bookworm main\n"),
            Warn,
            1,
        ),
        (debian().unreadable(list), Undetermined, 0),
        (ubuntu("azure.archive.ubuntu.com"), Pass, 0),
        (ubuntu("de.archive.ubuntu.com"), Warn, 1),
        (release("ubuntu", "22.04"), Warn, 3),
        (
            yum("rocky", "9.4", &["baseos", "appstream"]).file(
                "/etc/os-release",
                "ID=rocky\nID_LIKE=\"rhel fedora\"\nVERSION_ID=9.4\n",
            ),
            Pass,
            0,
        ),
        (yum("rhel", "9.4", &["epel"]), Warn, 1),
        (yum("rhel", "9.4", &["rhui-rhel-9-a", "rhui-b"]), Warn, 1),
        (yum("ol", "9.4", &["ol9_baseos_latest"]), Pass, 0),
        (yum("ol", "9.4", &["ol9_base"]), Warn, 1),
        (yum("centos", "6.5", &["base"]), Warn, 1),
        (
            yum("centos", "6.5", &["base"])
                .file("/etc/yum.conf", "[main]\nhttp_caching=packages\n"),
            Pass,
            0,
        ),
        (
            zypp("sles", &["SLE-Product-Pool", "SLE-Product-Updates"]),
            Pass,
            0,
        ),
        (zypp("sles", &[]), Warn, 2),
        (
            zypp(
                "opensuse-leap",
                &["repo-oss", "repo-update", "update-sle", "update-backports"],
            ),
            Pass,
            0,
        ),
        (zypp("opensuse-leap", &["repo-non-oss"]), Warn, 4),
        (yum("azurelinux", "3.0", &azure), Pass, 0),
        (yum("azurelinux", "3.0", &azure[..1]), Warn, 2),
        (release("alpine", "3.20"), NotApplicable, 0),
        (Tree::new(), NotApplicable, 0),
    ];
    for (number, (tree, status, count)) in cases.iter().enumerate() {
        let outcome = of(&LNX049, tree);
        assert_eq!(outcome.status(), *status, "case {number}: {outcome:?}");
        assert_eq!(outcome.findings().len(), *count, "case {number}");
        assert_evidence(&outcome);
    }
    assert_applies_to_linux_only(&LNX049);
}
