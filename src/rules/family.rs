//! The families of rules: the letters that an id begins with, and what they stand for.

/// Rules whose ids begin with the same letters.
#[derive(Debug, PartialEq, Eq)]
pub struct Family {
    /// The letters, such as `VHD`.
    pub prefix: &'static str,
    /// What its rules look at, as a word for programs.
    pub layer: &'static str,
    /// What its rules look at, as a heading.
    pub title: &'static str,
}

/// All families, in the order of reports.
pub static FAMILIES: [Family; 6] = [
    Family {
        prefix: "VHD",
        layer: "container",
        title: "The file and its VHD structures",
    },
    Family {
        prefix: "PART",
        layer: "partition",
        title: "Partitions, volumes and what boots from them",
    },
    Family {
        prefix: "LNX",
        layer: "linux",
        title: "Linux guests",
    },
    Family {
        prefix: "WIN",
        layer: "windows",
        title: "Windows guests",
    },
    Family {
        prefix: "DATA",
        layer: "data-disk",
        title: "Data disks",
    },
    Family {
        prefix: "OFFER",
        layer: "offer",
        title: "What the offer claims",
    },
];

impl Family {
    /// The family of the rule with this id.
    pub fn of(id: &str) -> Option<&'static Self> {
        let letters = id.trim_end_matches(|c: char| c.is_ascii_digit());
        FAMILIES.iter().find(|family| family.prefix == letters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::registry::RULES;

    #[test]
    fn every_rule_has_a_family_and_every_family_has_rules() {
        for rule in RULES {
            assert!(Family::of(rule.id).is_some(), "{}", rule.id);
        }
        for family in &FAMILIES {
            assert!(RULES.iter().any(|rule| Family::of(rule.id) == Some(family)));
        }
        assert_eq!(Family::of("XYZ001"), None);
    }
}
