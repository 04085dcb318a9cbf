//! Tests of OFFER002.

use super::*;
use crate::finding::{Level, Status};
use crate::guest::testing::Tree;
use crate::known::Undetermined;
use crate::rules::Profile;
use crate::rules::linux::sys_testing::{WANTS, adjusted, debian, enabled};
use crate::rules::linux::testing::*;

fn outcome(tree: &Tree) -> Outcome {
    let inspection = adjusted(tree, |guest| guest.kernel = Ok(None));
    judge(&OFFER002, &inspection, Profile::default())
}

fn warnings(tree: &Tree) -> Vec<String> {
    let outcome = outcome(tree);
    assert_evidence(&outcome);
    let all = outcome.findings().iter();
    let of = all.filter(|finding| finding.level == Level::Warning);
    of.map(|finding| finding.message.clone()).collect()
}

#[test]
fn a_good_image_is_told_what_it_may_claim() {
    let good = outcome(&debian());
    assert_eq!((good.status(), good.findings().len()), (Status::Pass, 5));
    assert_eq!(worst(&good), Some(Level::Note));
    let unknown = adjusted(&debian(), |guest| {
        guest.kernel = Err(Undetermined::new("not read"))
    });
    let outcome = judge(&OFFER002, &unknown, Profile::default());
    assert_eq!(outcome.status(), Status::Undetermined);
    assert_eq!(outcome.findings().len(), 3);
    assert_applies_to_linux_only(&OFFER002);
}

#[test]
fn what_is_claimed_by_default_and_is_not_so_warns() {
    let ssh = format!("{WANTS}/ssh.service");
    let closed = enabled(debian(), "ufw.service").file("/etc/ufw/ufw.conf", "ENABLED=yes\n");
    let version = "/usr/lib/python3/dist-packages/azurelinuxagent/common/version.py";
    for (tree, word) in [
        (debian().without("/usr/sbin/waagent"), "no agent"),
        (
            debian().replace(
                "/etc/waagent.conf",
                "Extensions.Enabled=y",
                "Extensions.Enabled=n",
            ),
            "Extensions.Enabled",
        ),
        (
            debian().file(version, "AGENT_VERSION = '2.2.40'\n"),
            "2.2.40",
        ),
        (debian().without(&ssh), "no SSH server"),
        (closed, "ufw is on"),
        (
            debian().file(
                "/etc/cloud/cloud.cfg.d/99.cfg",
                "datasource_list: [ Ec2 ]\n",
            ),
            "does not work",
        ),
    ] {
        let found = warnings(&tree);
        assert_eq!(found.len(), 1, "{word}: {found:?}");
        assert!(found[0].contains(word), "{found:?}");
    }
}

#[test]
fn what_is_claimed_and_is_not_so_warns_and_what_is_not_claimed_is_noted() {
    use crate::inspect::{Property, Said};
    let bare = debian()
        .without("/usr/sbin/waagent")
        .without(&format!("{WANTS}/ssh.service"));
    // What is said, and the warnings that are left; without a word both defaults warn.
    let says = |said: &[(Property, bool)]| {
        let mut inspection = adjusted(&bare, |guest| guest.kernel = Ok(None));
        inspection.offer.claims = said
            .iter()
            .map(|(property, value)| {
                let from = "vhd-preflight.toml:3".to_owned();
                (
                    *property,
                    Said {
                        value: *value,
                        from,
                    },
                )
            })
            .collect();
        let outcome = judge(&OFFER002, &inspection, Profile::default());
        assert_evidence(&outcome);
        let all = outcome.findings().iter();
        let warned = all.filter(|finding| finding.level == Level::Warning);
        warned
            .map(|finding| finding.message.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(says(&[]).len(), 2);
    let locked = [
        (Property::RemoteAccessDisabled, true),
        (Property::Extensions, false),
    ];
    assert_eq!(says(&locked), [""; 0]);
    let open = says(&[
        (Property::RemoteAccessDisabled, false),
        (Property::Extensions, false),
    ]);
    assert_eq!(open.len(), 1);
    assert!(open[0].contains("no SSH server") && open[0].contains("vhd-preflight.toml:3"));
    for property in [Property::Nvme, Property::AcceleratedNetworking] {
        let said = [locked[0], locked[1], (property, true)];
        let warned = says(&said);
        assert_eq!(warned.len(), 1, "{warned:?}");
        assert!(
            warned[0].starts_with("the offer claims the property"),
            "{warned:?}"
        );
    }
}
