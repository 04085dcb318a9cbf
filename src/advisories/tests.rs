//! Records as the distributions publish them, by their own orders.

use std::fs;

use super::*;
use crate::guest::linux::distribution::Distribution;
use crate::guest::linux::packages::{Package, PackageFormat, Packages};
use crate::guest::testing::Tree;
use crate::guest::zip::testing::archive;

const CRITICAL: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
const MEDIUM: &str = "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:L/I:L/A:N";

fn record(id: &str, ecosystem: &str, package: &str, events: &str, score: &str) -> String {
    format!(
        r#"{{"id": "{id}", "modified": "2026-10-08T10:42:30Z", "upstream": ["CVE-2026-1"],
            "severity": [{{"type": "CVSS_V3", "score": "{score}"}}],
            "affected": [{{"package": {{"ecosystem": "{ecosystem}", "name": "{package}"}},
              "ranges": [{{"type": "ECOSYSTEM", "events": {events}}}]}}]}}"#
    )
}

fn fixed(version: &str) -> String {
    format!(r#"[{{"introduced": "0"}}, {{"fixed": "{version}"}}]"#)
}

fn feed(text: &str) -> Feed {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feed.json");
    fs::write(&path, text).unwrap();
    load(&path).unwrap()
}

fn distribution(id: &str, version: &str) -> Distribution {
    Distribution {
        id: id.to_owned(),
        id_like: Vec::new(),
        version_id: (!version.is_empty()).then(|| version.to_owned()),
        name: id.to_owned(),
        spot: Tree::new().root().spot("/etc/os-release"),
    }
}

/// Name, version, and the source's name and version.
type Line<'a> = (&'a str, &'a str, Option<(&'a str, Option<&'a str>)>);

fn packages(format: PackageFormat, list: &[Line<'_>]) -> Packages {
    Packages {
        databases: Vec::new(),
        list: list
            .iter()
            .map(|(name, version, source)| Package {
                name: (*name).to_owned(),
                version: (*version).to_owned(),
                architecture: "x86_64".to_owned(),
                source: source.map(|(source, _)| source.to_owned()),
                source_version: source.and_then(|(_, version)| version).map(str::to_owned),
                format,
            })
            .collect(),
    }
}

#[test]
fn each_distribution_is_matched_by_its_own_names_and_order() {
    use PackageFormat::{Apk, Dpkg, Rpm};
    for (id, version, ecosystem, name, fix, format, installed, source) in [
        (
            "debian",
            "12",
            "Debian:12",
            "openssl",
            "3.0.17-1~deb12u2",
            Dpkg,
            ("libssl3", "3.0.17-1~deb12u1"),
            Some("openssl"),
        ),
        (
            "ubuntu",
            "22.04",
            "Ubuntu:22.04:LTS",
            "gnutls28",
            "3.7.3-4ubuntu1.9",
            Dpkg,
            ("libgnutls30", "3.7.3-4ubuntu1.2"),
            Some("gnutls28"),
        ),
        (
            "rhel",
            "9.4",
            "Red Hat:enterprise_linux:9::baseos",
            "openssl",
            "1:3.0.7-28.el9",
            Rpm,
            ("openssl", "1:3.0.7-27.el9"),
            None,
        ),
        (
            "rocky",
            "9.4",
            "Rocky Linux:9",
            "sudo",
            "0:1.9.5p2-10.el9_6.1",
            Rpm,
            ("sudo", "1.9.5p2-9.el9"),
            None,
        ),
        (
            "almalinux",
            "9.4",
            "AlmaLinux:9",
            "sudo",
            "1.9.5p2-10.el9",
            Rpm,
            ("sudo", "1.9.5p2-9.el9"),
            None,
        ),
        (
            "sles",
            "15.5",
            "SUSE:Linux Enterprise Module for Basesystem 15 SP5",
            "openssl-3",
            "3.0.8-150500.5.9.1",
            Rpm,
            ("libopenssl3", "3.0.8-150500.5.8.1"),
            Some("openssl-3"),
        ),
        (
            "opensuse-leap",
            "15.6",
            "openSUSE:Leap 15.6",
            "curl",
            "8.6.0-1.2",
            Rpm,
            ("curl", "8.6.0-1.1"),
            Some("curl"),
        ),
        (
            "alpine",
            "3.19.1",
            "Alpine:v3.19",
            "openssl",
            "3.1.4-r6",
            Apk,
            ("libcrypto3", "3.1.4-r5"),
            Some("openssl"),
        ),
        (
            "azurelinux",
            "3.0",
            "Azure Linux:3",
            "zlib",
            "1.3.1-1",
            Rpm,
            ("zlib", "1.2.13-1.azl3"),
            Some("zlib"),
        ),
    ] {
        let feed = feed(&record("A-1", ecosystem, name, &fixed(fix), CRITICAL));
        let of = |version_of_it: &str, release: &str| {
            let source = source.map(|source| (source, None));
            let list = packages(format, &[(installed.0, version_of_it, source)]);
            feed.matches(&distribution(id, release), &list)
        };
        let matches = of(installed.1, version);
        assert_eq!(matches.packages_affected.len(), 1, "{ecosystem}");
        let found = &matches.packages_affected[0];
        assert_eq!(
            (found.package.as_str(), found.installed.as_str()),
            installed
        );
        assert_eq!(found.fixed.as_deref(), Some(fix));
        assert_eq!((found.cvss, found.is_severe()), (Some(9.8), true));
        assert_eq!(found.aliases, ["CVE-2026-1"]);
        assert_eq!(
            (matches.feed_date.as_deref(), matches.advisories_read),
            (Some("2026-10-08"), 1)
        );
        // The fixed version is free of it, and another release is not concerned.
        assert!(of(fix, version).packages_affected.is_empty(), "{ecosystem}");
        let other = of(installed.1, "5.1");
        assert_eq!(
            (other.advisories_for_it, other.packages_affected.len()),
            (0, 0)
        );
    }
}

#[test]
fn a_binary_rebuild_is_judged_by_its_source() {
    let feed = feed(&record(
        "DSA-1",
        "Debian:12",
        "bash",
        &fixed("5.2.15-2+b9"),
        MEDIUM,
    ));
    let list = packages(
        PackageFormat::Dpkg,
        &[("bash", "5.2.15-2+b10", Some(("bash", Some("5.2.15-2"))))],
    );
    let matches = feed.matches(&distribution("debian", "12"), &list);
    assert_eq!(matches.packages_affected[0].installed, "5.2.15-2");
    assert!(!matches.packages_affected[0].is_severe());
}

#[test]
fn ranges_open_and_close() {
    let events = r#"[{"introduced": "2.0"}, {"last_affected": "2.5"}, {"introduced": "3.0"}, {"fixed": "3.2"}]"#;
    let feed = feed(&record("A", "Rocky Linux:9", "p", events, MEDIUM));
    let affected = |version: &str| {
        let list = packages(PackageFormat::Rpm, &[("p", version, None)]);
        let matches = feed.matches(&distribution("rocky", "9"), &list);
        matches
            .packages_affected
            .first()
            .map(|found| found.fixed.clone())
    };
    assert_eq!(affected("1.9"), None);
    assert_eq!(affected("2.0"), Some(Some("3.2".to_owned())));
    assert_eq!(affected("2.5"), Some(Some("3.2".to_owned())));
    assert_eq!(affected("2.6"), None);
    assert_eq!(affected("3.1"), Some(Some("3.2".to_owned())));
    assert_eq!(affected("3.2"), None);
}

#[test]
fn a_module_is_not_compared_with_the_distributions_own_package() {
    let fix = fixed("1:22.23.2-2.module+el9.8.0+24958+80b2ac6e");
    let feed = feed(&record(
        "RHSA-1",
        "Red Hat:enterprise_linux:9::appstream",
        "nodejs",
        &fix,
        CRITICAL,
    ));
    let of = |version| {
        let list = packages(PackageFormat::Rpm, &[("nodejs", version, None)]);
        feed.matches(&distribution("rhel", "9.4"), &list)
            .packages_affected
            .len()
    };
    assert_eq!(of("1:16.20.2-3.el9_4"), 0);
    assert_eq!(of("1:22.4.1-2.module+el9.4.0+1+aa"), 1);
}

#[test]
fn of_kernels_the_newest_counts() {
    let feed = feed(&record(
        "A",
        "AlmaLinux:9",
        "kernel-core",
        &fixed("5.14.0-427.28.1.el9"),
        CRITICAL,
    ));
    let list = packages(
        PackageFormat::Rpm,
        &[
            ("kernel-core", "5.14.0-427.13.1.el9", None),
            ("kernel-core", "5.14.0-427.28.1.el9", None),
        ],
    );
    let matches = feed.matches(&distribution("almalinux", "9.4"), &list);
    assert!(matches.packages_affected.is_empty());
}

#[test]
fn withdrawn_records_are_left_out_and_words_weigh_where_there_is_no_score() {
    let text = r#"[
      {"id": "W", "modified": "2026-01-01T00:00:00Z", "withdrawn": "2026-01-02T00:00:00Z",
       "affected": [{"package": {"ecosystem": "Azure Linux:3", "name": "a"}, "versions": ["1-1"]}]},
      {"id": "V", "modified": "2026-01-03T00:00:00Z", "database_specific": {"severity": "Critical"},
       "affected": [{"package": {"ecosystem": "Azure Linux:3", "name": "a"}, "versions": ["1-1"]},
                    {"package": {"ecosystem": "PyPI", "name": "a"}}, {"ranges": null}]},
      {"id": "U", "severity": [{"type": "Ubuntu", "score": "negligible"}],
       "affected": [{"package": {"ecosystem": "Azure Linux:3", "name": "a"}, "versions": ["1-1", "2-1"]}]}]"#;
    let feed = feed(text);
    let list = packages(PackageFormat::Rpm, &[("a", "1-1", None)]);
    let matches = feed.matches(&distribution("azurelinux", "3.0"), &list);
    let found: Vec<_> = matches
        .packages_affected
        .iter()
        .map(|m| (m.id.as_str(), m.is_severe(), m.rating.as_deref()))
        .collect();
    assert_eq!(
        found,
        [("V", true, Some("critical")), ("U", false, Some("low"))]
    );
    assert_eq!((matches.advisories_read, matches.advisories_for_it), (3, 2));
}

#[test]
fn only_the_binaries_that_an_advisory_names_are_meant() {
    let text = r#"{"id": "S", "affected": [{"package": {"ecosystem": "openSUSE:Leap 15.6", "name": "curl"},
       "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9-1"}]}],
       "ecosystem_specific": {"binaries": [{"libcurl4": "9-1"}]}}]}"#;
    let feed = feed(text);
    let list = packages(
        PackageFormat::Rpm,
        &[
            ("curl", "8-1", Some(("curl", None))),
            ("libcurl4", "8-1", Some(("curl", None))),
        ],
    );
    let matches = feed.matches(&distribution("opensuse-leap", "15.6"), &list);
    assert_eq!(matches.packages_affected.len(), 1);
    assert_eq!(matches.packages_affected[0].package, "libcurl4");
    assert!(!matches.packages_affected[0].is_rated());
}

#[test]
fn a_folder_and_a_zip_hold_the_same_feed() {
    let a = record("A", "Debian:12", "a", &fixed("2"), MEDIUM);
    let b = record("B", "Debian:12", "b", &fixed("2"), CRITICAL);
    let list = packages(PackageFormat::Dpkg, &[("a", "1", None), ("b", "1", None)]);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("A.json"), &a).unwrap();
    fs::write(folder.path().join("B.json"), &b).unwrap();
    fs::write(folder.path().join("README"), "not one").unwrap();
    let zip = folder.path().join("all.zip");
    fs::write(
        &zip,
        archive(&[("A.json", a.as_bytes()), ("B.json", b.as_bytes())]),
    )
    .unwrap();
    for path in [folder.path(), &zip] {
        let matches = load(path)
            .unwrap()
            .matches(&distribution("debian", "12"), &list);
        let ids: Vec<_> = matches
            .packages_affected
            .iter()
            .map(|m| m.id.as_str())
            .collect();
        // The gravest first.
        assert_eq!(ids, ["B", "A"], "{}", path.display());
    }
}

#[test]
fn a_feed_that_cannot_be_read_whole_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feed.json");
    assert!(matches!(load(&path), Err(FeedError::Io { .. })));
    assert!(matches!(load(folder.path()), Err(FeedError::Empty { .. })));
    for text in ["", "{}", "[1]", "{\"id\": 1}", "PK\x03\x04broken", "\u{0}"] {
        fs::write(&path, text).unwrap();
        assert!(
            matches!(load(&path), Err(FeedError::Format { .. })),
            "{text:?}"
        );
    }
    fs::write(&path, "[]").unwrap();
    assert!(matches!(load(&path), Err(FeedError::Empty { .. })));
    fs::write(
        folder.path().join("sound.json"),
        record("A", "Debian:12", "a", "[]", MEDIUM),
    )
    .unwrap();
    fs::write(&path, "{").unwrap();
    assert!(load(folder.path()).is_err());
}

#[test]
fn a_distribution_that_feeds_have_no_name_for_is_said_so() {
    let feed = feed(&record("A", "Debian:12", "a", &fixed("2"), MEDIUM));
    let list = packages(PackageFormat::Pacman, &[("a", "1", None)]);
    let matches = feed.matches(&distribution("arch", ""), &list);
    assert_eq!(matches.ecosystem, None);
    assert!(matches.packages_affected.is_empty());
}
