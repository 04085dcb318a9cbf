//! The databases as their managers write them.

use super::*;
use crate::guest::testing::Tree;

fn unpacked(packed: &[u8]) -> String {
    let mut text = String::new();
    let mut decoder = ruzstd::decoding::StreamingDecoder::new(packed).unwrap();
    std::io::Read::read_to_string(&mut decoder, &mut text).unwrap();
    text
}

#[test]
fn dpkg_is_read_as_dpkg_query_reads_it() {
    let status = unpacked(include_bytes!(
        "../../../../testdata/packages/dpkg-status.zst"
    ));
    let packages = gather(&Tree::new().file("/var/lib/dpkg/status", &status).root()).unwrap();
    let listed: Vec<_> = packages
        .list
        .iter()
        .map(|p| {
            format!(
                "{}\t{}\t{}\t{}",
                p.name,
                p.version,
                p.architecture,
                p.source_name()
            )
        })
        .collect();
    let mut expected: Vec<_> = include_str!("../../../../testdata/packages/dpkg.list")
        .lines()
        .filter(|line| {
            // Packages of which only settings are left, or files in part, are not installed.
            !line.starts_with("config-files") && !line.starts_with("half-installed")
        })
        .map(|line| line.split_once('\t').unwrap().1)
        .collect();
    expected.sort_unstable();
    assert_eq!(listed, expected);
    assert_eq!(listed.len(), 115);
    let bash = packages.find("bash").unwrap();
    assert_eq!(
        (bash.version.as_str(), bash.source_version()),
        ("5.2.15-2+b8", "5.2.15-2")
    );
    assert_eq!(packages.spot(bash).unwrap().path, "/var/lib/dpkg/status");
}

#[test]
fn images_without_dpkg_have_a_file_for_each_package() {
    let packages = gather(
        &Tree::new()
            .file(
                "/var/lib/dpkg/status.d/base-files",
                "Package: base-files\nVersion: 12.4+deb12u5\nArchitecture: amd64\n",
            )
            .file(
                "/var/lib/dpkg/status.d/libssl3",
                "Package: libssl3\nSource: openssl\nVersion: 3.0.11-1~deb12u2\nArchitecture: amd64\n\
                 Description: the library\n Package: not-one\n",
            )
            .file("/var/lib/dpkg/status.d/libssl3.md5sums", "0 usr/lib/x\n")
            .root(),
    )
    .unwrap();
    assert_eq!(packages.list.len(), 2);
    let ssl = packages.find("libssl3").unwrap();
    assert_eq!(ssl.source_name(), "openssl");
    assert_eq!(ssl.upstream_version(), "3.0.11");
}

#[test]
fn apk_and_pacman_are_read() {
    let packages = gather(
        &Tree::new()
            .file(
                "/lib/apk/db/installed",
                "C:Q1abc=\nP:libcrypto3\nV:3.1.4-r5\nA:x86_64\nS:1\no:openssl\nm:A <a@b>\nF:lib\nR:libcrypto.so.3\n\n\
                 C:Q1def=\nP:busybox\nV:1.36.1-r15\nA:x86_64\no:busybox\n\n",
            )
            .root(),
    )
    .unwrap();
    let names: Vec<_> = packages.list.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["busybox", "libcrypto3"]);
    assert_eq!(packages.list[1].source_name(), "openssl");
    assert_eq!(packages.list[1].upstream_version(), "3.1.4");

    let packages = gather(
        &Tree::new()
            .file("/var/lib/pacman/local/ALPM_DB_VERSION", "9\n")
            .file(
                "/var/lib/pacman/local/openssl-3.2.1-1/desc",
                "%NAME%\nopenssl\n\n%VERSION%\n1:3.2.1-1\n\n%BASE%\nopenssl\n\n%ARCH%\nx86_64\n\n",
            )
            .root(),
    )
    .unwrap();
    assert_eq!(packages.find("openssl").unwrap().version, "1:3.2.1-1");
    assert_eq!(packages.databases[0].value, PackageFormat::Pacman);
}

#[test]
fn no_database_is_an_empty_answer_and_an_unreadable_one_none() {
    assert_eq!(gather(&Tree::new().root()).unwrap(), Packages::default());
    for path in [
        "/var/lib/dpkg/status",
        "/var/lib/rpm/Packages",
        "/usr/lib/sysimage/rpm/rpmdb.sqlite",
        "/lib/apk/db/installed",
        "/var/lib/pacman/local/a-1-1/desc",
    ] {
        let unknown = gather(&Tree::new().unreadable(path).root()).unwrap_err();
        assert!(unknown.reason.contains(path), "{unknown:?}");
    }
    let broken = Tree::new().file("/var/lib/pacman/local/a-1-1/desc", "%NAME%\na\n");
    assert!(gather(&broken.root()).is_err());
}

#[test]
fn any_text_is_read_without_panic() {
    let texts = [
        "Package:\nVersion:\n",
        "Package: a\nVersion: 1\nSource: a (\nStatus:\n",
        "P:\nV:\n\n\n\n",
        "%NAME%",
        "\u{0}\u{ffff}\n\n:\n",
    ];
    for path in [
        "/var/lib/dpkg/status",
        "/lib/apk/db/installed",
        "/var/lib/pacman/local/a-1-1/desc",
    ] {
        for text in texts {
            let _ = gather(&Tree::new().file(path, text).root());
        }
    }
}
