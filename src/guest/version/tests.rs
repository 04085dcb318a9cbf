//! Each order against tables that the real tools made.

#![allow(clippy::arithmetic_side_effects)]

use std::cmp::Ordering;

use super::*;

/// Each line of a table that a real tool made: two versions and their order.
fn assert_table(order: VersionOrder, table: &str) {
    let mut lines = 0;
    for line in table.lines() {
        let [a, b, sign] = *line.split('\t').collect::<Vec<_>>() else {
            panic!("{line:?}");
        };
        let expected = sign.parse::<i32>().unwrap().cmp(&0);
        assert_eq!(order.compare(a, b), expected, "{a} and {b}");
        assert_eq!(order.compare(b, a), expected.reverse(), "{b} and {a}");
        lines += 1;
    }
    assert_eq!(lines, 500);
}

#[test]
fn dpkg_orders_as_dpkg_itself() {
    assert_table(
        VersionOrder::Dpkg,
        include_str!("../../../testdata/packages/versions-dpkg.tsv"),
    );
}

#[test]
fn rpm_orders_as_rpm_itself() {
    assert_table(
        VersionOrder::Rpm,
        include_str!("../../../testdata/packages/versions-rpm.tsv"),
    );
}

#[test]
fn apk_orders_as_alpine_documents() {
    // Each line from the oldest to the newest.
    let lines = [
        "1.0_alpha 1.0_alpha2 1.0_beta 1.0_pre1 1.0_rc1 1.0_rc2 1.0 1.0-r0 1.0-r1 1.0-r10 1.0_git20240101 1.0_p1 1.0_p10 1.0.1 1.0.10 1.1",
        "0.12.0-r1 1.2.3 1.2.3-r1 1.2.3a 1.2.3b 1.2.4 1.10",
        "3.1.4-r4 3.1.4-r5 3.1.4-r12 3.1.5-r0",
    ];
    for line in lines {
        let versions: Vec<_> = line.split_whitespace().collect();
        for (at, a) in versions.iter().enumerate() {
            for (other, b) in versions.iter().enumerate() {
                assert_eq!(
                    VersionOrder::Apk.compare(a, b),
                    at.cmp(&other),
                    "{a} and {b}"
                );
            }
        }
    }
    // After a dot, a number with a leading zero is a fraction.
    assert_eq!(VersionOrder::Apk.compare("1.05", "1.5"), Ordering::Less);
}

#[test]
fn any_text_has_a_place_and_nothing_panics() {
    let texts = [
        "",
        ":",
        "-",
        "ü",
        "1.ü",
        "1_",
        "1_x",
        "~",
        "^",
        "1:-",
        "1-r",
        "\u{10ffff}0",
    ];
    for order in [
        VersionOrder::Dpkg,
        VersionOrder::Rpm,
        VersionOrder::Apk,
        VersionOrder::Plain,
    ] {
        for a in texts {
            assert_eq!(order.compare(a, a), Ordering::Equal, "{a:?}");
            for b in texts {
                assert_eq!(
                    order.compare(a, b),
                    order.compare(b, a).reverse(),
                    "{order:?}: {a:?} and {b:?}"
                );
            }
        }
    }
}

#[test]
fn plain_versions_are_their_first_numbers() {
    assert_eq!(Dotted::of("1.1.1w-0+deb11u1").numbers(), [1, 1, 1]);
    assert_eq!(Dotted::of("1.0.2k").numbers(), [1, 0, 2]);
    assert_eq!(Dotted::of("1.9.1-0"), Dotted::of("1.9.1.0"));
    assert!(Dotted::of("2.2.45").is_before(&[2, 2, 53, 1]));
    assert!(!Dotted::of("2.11.1.4").is_before(&[2, 2, 53, 1]));
    assert!(Dotted::of("3.0.13").begins(&[3, 0]));
    assert!(Dotted::known("unknown").is_none());
    assert_eq!(Dotted::of("2.2.53.1~rc1").to_string(), "2.2.53.1");
}

#[test]
fn the_upstream_part_has_neither_epoch_nor_revision() {
    for (version, part) in [
        ("1:2.2.46-0ubuntu1~18.04.1", "2.2.46"),
        ("2.7.0.6-9.el9", "2.7.0.6"),
        ("3.1.4-r5", "3.1.4"),
        ("1.0", "1.0"),
        ("1.2-3-4", "1.2-3"),
        ("", ""),
    ] {
        assert_eq!(upstream(version), part);
    }
}
