//! Programs as distributions lay them out.

use super::*;
use crate::guest::linux::packages;
use crate::guest::testing::Tree;
use crate::guest::zip::testing::archive;

fn software(tree: &Tree) -> Software {
    let root = tree.clone().root();
    gather(&root, &packages::gather(&root))
}

fn status(name: &str, version: &str) -> String {
    format!(
        "Package: {name}\nStatus: install ok installed\nVersion: {version}\nArchitecture: amd64\n\n"
    )
}

#[test]
fn openssl_is_known_by_its_package_or_by_its_own_text() {
    let tree = Tree::new().file("/usr/bin/openssl", "program");
    let packaged = tree.clone().file(
        "/var/lib/dpkg/status",
        &status("openssl", "3.0.17-1~deb12u2"),
    );
    let found = software(&packaged).openssl.unwrap().unwrap();
    assert_eq!(found.version.as_deref(), Some("3.0.17"));
    assert_eq!(found.evidence, "package openssl 3.0.17-1~deb12u2");
    // A program of one's own comes first on the path, and is not the package's.
    let own = packaged.file(
        "/usr/local/bin/openssl",
        "\u{7f}ELF OpenSSL \0OpenSSL %s\0OpenSSL 1.1.0l  10 Sep 2019\0",
    );
    let found = software(&own).openssl.unwrap().unwrap();
    assert_eq!(found.version.as_deref(), Some("1.1.0l"));
    assert_eq!(found.spot.path, "/usr/local/bin/openssl");
    let library = tree.file("/usr/lib64/libcrypto.so.3", "OpenSSL 3.2.2 4 Jun 2024");
    let found = software(&library).openssl.unwrap().unwrap();
    assert_eq!(found.version.as_deref(), Some("3.2.2"));
    assert_eq!(software(&Tree::new()).openssl, Ok(None));
}

#[test]
fn python_is_known_by_the_name_that_its_link_leads_to() {
    let tree = Tree::new()
        .link("/bin", "usr/bin")
        .link("/usr/bin/python3", "python3.11")
        .file("/usr/bin/python3.11", "program");
    let found = software(&tree).python.unwrap().unwrap();
    assert_eq!(found.version.as_deref(), Some("3.11"));
    let platform = Tree::new()
        .link("/usr/libexec/platform-python", "./platform-python3.6")
        .file("/usr/libexec/platform-python3.6", "program");
    let found = software(&platform).python.unwrap().unwrap();
    assert_eq!(found.version.as_deref(), Some("3.6"));
    let bare = Tree::new()
        .file("/usr/bin/python3", "program")
        .file("/var/lib/dpkg/status", &status("python3", "3.10.6-1~22.04"));
    let found = software(&bare).python.unwrap().unwrap();
    assert_eq!(found.version.as_deref(), Some("3.10.6"));
    assert_eq!(software(&Tree::new()).python, Ok(None));
}

#[test]
fn omi_without_a_package_has_no_version_and_without_a_list_no_absence() {
    let packaged = Tree::new().file("/var/lib/dpkg/status", &status("omi", "1.9.1-0"));
    let found = software(&packaged).omi.unwrap().unwrap();
    assert_eq!(found.version.as_deref(), Some("1.9.1.0"));
    let bare = Tree::new().file("/opt/omi/bin/omiserver", "program");
    assert_eq!(software(&bare).omi.unwrap().unwrap().version, None);
    assert_eq!(software(&Tree::new()).omi, Ok(None));
    let unread = Tree::new().unreadable("/var/lib/dpkg/status");
    assert!(software(&unread).omi.is_err());
}

#[test]
fn log4j_is_found_by_name_and_inside_of_other_archives() {
    let war = archive(&[
        ("WEB-INF/web.xml", b"<web/>"),
        ("WEB-INF/lib/log4j-core-2.14.1.jar", b"PK"),
        ("WEB-INF/lib/log4j-core-tests.jar", b"PK"),
    ]);
    let tree = Tree::new()
        .bytes("/opt/app/app.war", &war)
        .file("/usr/share/java/log4j-core-2.17.1.jar", "x")
        .file("/usr/share/java/log4j-api-2.14.1.jar", "x")
        .link("/usr/share/java/log4j-core.jar", "log4j-core-2.17.1.jar")
        .file("/var/lib/broken/a.jar", "no archive");
    let jars = software(&tree).log4j.unwrap();
    let found: Vec<_> = jars
        .list
        .iter()
        .map(|jar| {
            (
                jar.spot.path.as_str(),
                jar.value.version.as_str(),
                jar.value.inside.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (
                "/opt/app/app.war",
                "2.14.1",
                Some("WEB-INF/lib/log4j-core-2.14.1.jar")
            ),
            ("/usr/share/java/log4j-core-2.17.1.jar", "2.17.1", None),
        ]
    );
    assert_eq!(jars.cut, None);
}

#[test]
fn pyasn1_and_the_onboarding_file_are_found_and_not_read() {
    let tree = Tree::new()
        .file("/usr/lib/python3/dist-packages/pyasn1/__init__.py", "")
        .file(
            "/etc/opt/microsoft/mdatp/mdatp_onboard.json",
            "{\"onboardingInfo\": \"planted-secret\"}",
        );
    let software = software(&tree);
    assert!(software.pyasn1.as_ref().unwrap().is_some());
    assert!(software.defender_onboarding.as_ref().unwrap().is_some());
    assert!(!format!("{software:?}").contains("planted-secret"));
}
