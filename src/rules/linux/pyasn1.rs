//! LNX022: a module that old agents need.

use super::{agent_version, guest, known};
use crate::finding::{Finding, Outcome};
use crate::guest::version::Dotted;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// Python's module pyasn1 is there where an old agent was installed from source.
    ///
    /// ## Why
    /// Agents of the 2.0 generation that are installed from source use it, and it is no part of
    /// Python. Packages of the agent bring it along; newer agents do without.
    ///
    /// ## Evidence
    /// An agent older than 2.2 without a package, and the folder `pyasn1` under Python's libraries.
    ///
    /// ## Fix
    /// `apt-get install python-pyasn1` or `yum install python-pyasn1`; better, a newer agent.
    pub static LNX022 = {
        id: "LNX022",
        name: "pyasn1",
        level: Advice,
        sources: [SEC, GEN, ORA],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let facts = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    if agent_version::package(facts).is_some() {
        return Outcome::not_applicable(
            "the agent is installed by its package, which brings along what it needs",
        );
    }
    let version = match known(&facts.agent.version) {
        Ok(Some(version)) => version,
        Ok(None) => {
            return Outcome::not_applicable("there is no agent that was installed from source");
        }
        Err(outcome) => return outcome,
    };
    if !Dotted::of(&version.value).is_before(&[2, 2]) {
        return Outcome::not_applicable(format!(
            "the agent {} does without it",
            version.value.chars().take(50).collect::<String>()
        ));
    }
    match known(&facts.software.pyasn1) {
        Ok(Some(_)) => Outcome::pass(),
        Ok(None) => Outcome::Decided(vec![
            Finding::advice("Python's module pyasn1, which this old agent uses, is not installed")
                .found("no folder pyasn1 under Python's libraries")
                .required("pyasn1")
                .at(super::at(&version.spot))
                .fix("apt-get install python-pyasn1 || yum install python-pyasn1; better, install a newer agent"),
        ]),
        Err(outcome) => outcome,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::testing::Tree;
    use crate::guest::{Guest, Located};
    use crate::rules::Profile;
    use crate::rules::linux::testing::*;

    fn with_agent(tree: &Tree, version: Option<&str>) -> Outcome {
        let mut inspection = inspection(tree);
        let mut facts = facts(tree);
        let spot = tree.clone().root().spot("/usr/sbin/waagent");
        facts.agent.version = Ok(version.map(|version| Located::new(version.to_owned(), spot)));
        inspection.guest = Ok(Some(Guest::Linux(Box::new(facts))));
        judge(&LNX022, &inspection, Profile::default())
    }

    #[test]
    fn only_old_agents_from_source_are_advised() {
        let tree = Tree::new();
        let outcome = with_agent(&tree, Some("2.0.14"));
        assert_eq!(worst(&outcome), Some(Level::Advice));
        let there = tree.clone().dir("/usr/lib/python2.7/site-packages/pyasn1");
        assert_eq!(with_agent(&there, Some("2.0.14")), Outcome::pass());
        for version in [Some("2.7.0.6"), None] {
            assert_eq!(with_agent(&tree, version).status(), Status::NotApplicable);
        }
        let packaged = tree.file(
            "/var/lib/dpkg/status",
            "Package: waagent\nVersion: 2.0.1-1\n",
        );
        assert_eq!(with_agent(&packaged, None).status(), Status::NotApplicable);
        assert_applies_to_linux_only(&LNX022);
    }
}
