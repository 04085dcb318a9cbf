//! Fingerprints of findings, by which a finding is known again in the next build of an image.

mod steady;

use std::collections::BTreeMap;

use super::v1;

/// Gives each finding of a rule its fingerprint. It is made of the rule, of what the place is called
/// and, where the place alone does not say what it is about, of the words. Offsets, lines, sizes,
/// versions and identifiers change from build to build and are left out. Findings that share all of
/// that are told apart by their order.
pub(super) fn sign(rule: &str, findings: &mut [v1::Finding]) {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for finding in findings {
        let key = key(rule, finding);
        let order = seen.entry(key.clone()).or_default();
        let hash = blake3::hash(format!("{key}\0{order}").as_bytes());
        *order = order.saturating_add(1);
        finding.fingerprint = hash.to_hex().chars().take(32).collect();
    }
}

/// Everything of a finding that a rebuild keeps.
fn key(rule: &str, finding: &v1::Finding) -> String {
    let place = finding.place.as_ref();
    // A file of the guest holds many things of a kind: what is known of one user, package or module
    // must not make that of another known. A structure of the disk is one thing, whatever is wrong.
    let words = match place.map(|place| place.space) {
        Some(v1::PlaceSpace::Image | v1::PlaceSpace::Disk) => String::new(),
        Some(v1::PlaceSpace::Guest) | None => steady::words(&finding.message),
    };
    let Some(place) = place else {
        return format!("{rule}\0{words}");
    };
    let volume = place.volume.as_ref().filter(|_| place.path.is_none());
    let partition = place.partition.map(|number| number.to_string());
    let parts = [
        place.structure.as_ref(),
        place.field.as_ref(),
        partition.as_ref(),
        volume,
        place.path.as_ref(),
        place.registry.as_ref(),
    ];
    let parts: Vec<_> = parts
        .into_iter()
        .map(|part| part.map_or_else(String::new, |part| steady::name(part)))
        .collect();
    format!("{rule}\0{:?}\0{}\0{words}", place.space, parts.join("\0"))
}

#[cfg(test)]
mod tests {
    use crate::finding::{Finding, Level, Outcome, Place};
    use crate::rules::Rule;

    static RULE: Rule = Rule {
        id: "VHD999",
        name: "test",
        level: Level::Error,
        doc: " Title.\n",
        claimed: None,
        sources: &[],
        check: |_| Outcome::pass(),
    };

    fn fingerprints(findings: Vec<Finding>) -> Vec<String> {
        let outcome = super::super::outcome::outcome(
            &RULE,
            &Outcome::Decided(findings),
            &crate::inspect::Offer::default(),
            None,
        );
        outcome
            .findings
            .into_iter()
            .map(|f| f.fingerprint)
            .collect()
    }

    #[test]
    fn a_rebuild_keeps_them_and_each_finding_has_its_own() {
        let at = |offset, line, text: &str| {
            Finding::error(text).at(Place {
                offset: Some(offset),
                ..Place::guest("partition 1 (ext4 /)", "/etc/fstab", Some(line))
            })
        };
        let first = fingerprints(vec![at(512, 3, "a of 2 MiB"), at(1024, 4, "a of 5 bytes")]);
        let second = fingerprints(vec![at(4096, 7, "a of 3 GiB"), at(8192, 9, "a of 9 KiB")]);
        assert_eq!(first, second);
        assert_ne!(first[0], first[1]);
        assert_eq!(first[0].len(), 32);
        let elsewhere = Finding::error("a").at(Place::guest("v", "/etc/passwd", None));
        assert_ne!(fingerprints(vec![elsewhere])[0], first[0]);
        let field = |name| Finding::error("a").at(Place::image(0, 1).field(name));
        assert_ne!(
            fingerprints(vec![field("x")]),
            fingerprints(vec![field("y")])
        );
    }
    #[test]
    fn another_user_or_package_is_another_finding() {
        let shadow = |name: &str| {
            let place = Place::guest("partition 1 (ext4 /)", "/etc/shadow", Some(1));
            let finding = Finding::error(format!("{name} has an empty password"));
            fingerprints(vec![finding.at(place)])
        };
        assert_ne!(shadow("alice"), shadow("bob"));
        let flaw = |text: &str| fingerprints(vec![Finding::error(text)]);
        assert_eq!(
            flaw("openssl 1.1.1n-0+deb11u3 has the flaw CVE-2022-0778"),
            flaw("openssl 1.1.1n-0+deb11u5 has the flaw CVE-2022-0778")
        );
        assert_ne!(
            flaw("openssl 1.1.1n has the flaw CVE-2022-0778"),
            flaw("openssl 1.1.1n has the flaw CVE-2022-1292")
        );
        // What stands first and is gone does not make the rest new.
        let module = |name| Finding::warning(format!("the kernel 6.1.0-18-amd64 has no {name}"));
        let both = fingerprints(vec![module("mana"), module("mlx5_core")]);
        assert_eq!(fingerprints(vec![module("mlx5_core")])[0], both[1]);
    }

    #[test]
    fn a_structure_of_the_disk_is_one_thing_whatever_is_wrong_with_it() {
        let footer = |text: &str| {
            let place = Place::image(0, 8).structure("footer").field("current size");
            fingerprints(vec![Finding::error(text).at(place)])
        };
        assert_eq!(footer("qemu-img rounded it up"), footer("nobody knows why"));
    }
}
