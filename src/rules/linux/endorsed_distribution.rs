//! LNX002: whether Microsoft endorses the distribution.

use super::{at, guest, known};
use crate::finding::{Finding, Outcome};
use crate::rules::{Subject, declare_rule};

/// The `ID`s of the distributions on Microsoft's list of 2024-11-14, with the name there.
const ENDORSED: [(&str, &str); 10] = [
    ("almalinux", "AlmaLinux"),
    ("debian", "Debian"),
    ("flatcar", "Flatcar Container Linux"),
    ("ol", "Oracle Linux"),
    ("rhel", "Red Hat Enterprise Linux"),
    ("rocky", "Rocky Linux"),
    ("sles", "SUSE Linux Enterprise Server"),
    ("sles_sap", "SUSE Linux Enterprise Server for SAP"),
    ("sle_hpc", "SUSE Linux Enterprise HPC"),
    ("ubuntu", "Ubuntu"),
];

/// Microsoft's own, which stand on no list of partners.
const OWN: [&str; 2] = ["azurelinux", "mariner"];

declare_rule! {
    /// The distribution is one that Microsoft endorses.
    ///
    /// ## Why
    /// The policies ask for an endorsed distribution. Others run too, but support and the
    /// platform's service level cover the endorsed ones only.
    ///
    /// ## Evidence
    /// `ID` of `/etc/os-release`, or the older files in its place, against Microsoft's list of
    /// 2024-11-14: AlmaLinux, Debian, Flatcar, Oracle Linux, Red Hat Enterprise Linux, Rocky Linux,
    /// SUSE Linux Enterprise Server, Ubuntu; and Microsoft's own Azure Linux.
    ///
    /// ## Fix
    /// Build the offer on a platform image of one of them, or ask the certification team before the
    /// submission.
    ///
    /// ## Limits
    /// The list changes; releases are not judged here but by their end of life (LNX028).
    pub static LNX002 = {
        id: "LNX002",
        name: "endorsed-distribution",
        level: Warning,
        sources: [ADR804, ENDORSED, GEN, BASE],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let distribution = match guest(subject).and_then(|guest| known(&guest.distribution)) {
        Ok(distribution) => distribution,
        Err(outcome) => return outcome,
    };
    let required = "one of AlmaLinux, Debian, Flatcar, Oracle Linux, RHEL, Rocky Linux, SLES, Ubuntu, Azure Linux";
    let fix = "build the offer on a platform image of an endorsed distribution, or ask the certification team first";
    let Some(distribution) = distribution else {
        return Outcome::Decided(vec![
            Finding::warning("no file says which distribution it is (/etc/os-release is missing)")
                .found("no /etc/os-release")
                .required(required)
                .fix(fix),
        ]);
    };
    let id = distribution.id.as_str();
    if ENDORSED.iter().any(|(endorsed, _)| *endorsed == id) || OWN.contains(&id) {
        return Outcome::pass();
    }
    let name: String = distribution.name.chars().take(100).collect();
    let like = distribution
        .id_like
        .iter()
        .find_map(|like| ENDORSED.iter().find(|(id, _)| id == like))
        .map(|(_, name)| format!(" (made from {name}, which is)"))
        .unwrap_or_default();
    Outcome::Decided(vec![
        Finding::warning(format!(
            "{name} is not on Microsoft's list of endorsed distributions of 2024-11-14{like}"
        ))
        .found(format!("ID={}", id.chars().take(100).collect::<String>()))
        .required(required)
        .at(at(&distribution.spot))
        .fix(fix),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    #[test]
    fn endorsed_ones_pass_and_others_are_warned_about() {
        for (text, status) in [
            ("ID=debian\nVERSION_ID=\"12\"\n", Status::Pass),
            (
                "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n",
                Status::Pass,
            ),
            ("ID=\"sles\"\nVERSION_ID=\"15.5\"\n", Status::Pass),
            ("ID=azurelinux\nVERSION_ID=\"3.0\"\n", Status::Pass),
            ("ID=pop\nID_LIKE=\"ubuntu debian\"\n", Status::Warn),
            ("ID=arch\n", Status::Warn),
            ("NAME=x\n", Status::Warn),
        ] {
            let outcome = of(&LNX002, &Tree::new().file("/etc/os-release", text));
            assert_eq!(outcome.status(), status, "{text}");
            assert_evidence(&outcome);
        }
        assert_eq!(of(&LNX002, &Tree::new()).status(), Status::Warn);
        let unread = Tree::new().unreadable("/etc/os-release");
        assert_eq!(of(&LNX002, &unread).status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX002);
    }

    #[test]
    fn a_derived_one_is_told_what_it_comes_from() {
        let outcome = of(
            &LNX002,
            &Tree::new().file(
                "/etc/os-release",
                "ID=pop\nID_LIKE=\"ubuntu debian\"\nPRETTY_NAME=\"Pop!_OS\"\n",
            ),
        );
        let message = &outcome.findings()[0].message;
        assert!(
            message.contains("Pop!_OS") && message.contains("made from Ubuntu"),
            "{message}"
        );
    }
}
